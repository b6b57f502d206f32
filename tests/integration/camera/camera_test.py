#!/usr/bin/python3
"""Pictures of cameras: a gateway with foreign cameras, well and badly behaved; and in bundles of a simulated site."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unittest
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("service", "evidence"):
    sys.path.insert(0, str(HERE.parent / folder))
from foreign_camera import Camera, certificate  # noqa: E402
from one_gateway import DEVICE, OneGateway, eventually  # noqa: E402
from evidence_test import COMMISSION, EPOCH, Gateway, moment, run, utc, verify  # noqa: E402

WITH_GAPS, VERIFIED = 4, 0


class ForeignCameras(OneGateway):
    maxDiff = None

    def begin(self, cameras, more=""):
        (self.directory / "password").write_text('p"a:ss w%rd\n')
        (self.directory / "password").chmod(0o600)
        (self.directory / "wrong").write_text("guess\n")
        (self.directory / "wrong").chmod(0o600)
        text = DEVICE
        for name, keys in cameras.items():
            text += f'[[camera]]\nid = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in keys.items())
        self.write(text.replace("{", "{{").replace("}", "}}") + more.replace("{", "{{").replace("}", "}}"))
        self.start()
        self.runs()

    def secret(self, name="password"):
        return f'{{ file = "{self.directory}/{name}" }}'

    def signed_in(self, url, **more):
        return {"stored_url": json.dumps(url), "user": '"gateway"', "password": self.secret(), **more}

    def entries(self, kind):
        return [e for e in self.asks(f"log search --kind {kind}") if "kind" in e]

    def of(self, kind, camera):
        return [e for e in self.entries(kind) if e["subj"][0]["v"] == camera]

    def foreign(self, **options):
        camera = Camera(**options)
        self.addCleanup(camera.stop)
        return camera

    def kept(self):
        return {file.stem: file.read_bytes() for file in (self.directory / "log" / "pictures").rglob("*.jpg")}

    def test_a_stored_picture_is_kept_as_it_was_sent_and_waits_to_be_looked_at(self):
        camera = self.foreign(clock_ahead=3600)
        self.begin({"c07": self.signed_in(camera.url("/digest?at={unix}"))})
        eventually(lambda: self.of("camera.picture", "c07"), "a picture")
        entry = self.of("camera.picture", "c07")[0]
        sent = camera.sent[-1]
        self.assertEqual(entry["data"]["sha256"], hashlib.sha256(sent).hexdigest())
        self.assertEqual(entry["att"], [{"ct": "image/jpeg", "len": len(sent), "n": "c07-stored",
                                         "sha256": hashlib.sha256(sent).hexdigest()}])
        self.assertEqual(self.kept(), {entry["data"]["sha256"]: sent})
        asked_for = int(re.search(r"at=(\d+)", camera.asked[-1][0])[1])
        self.assertLess(abs(time.time() - 7200 - asked_for), 60)
        self.assertLess(abs(entry["data"]["taken_ts"] / 1000 - asked_for), 2)
        self.assertLess(abs(entry["data"]["clock_offset_ms"] - 3_600_000), 3000)
        self.assertTrue(entry["data"]["clock_off"])
        self.assertEqual([e["data"]["kind"] for e in self.entries("alarm.raised") if e["data"]["source_id"] == "c07"], ["camera-clock"])
        self.assertFalse([header for _, header in camera.asked if "ss w%rd" in header], "never in clear text")

        waits = self.asks("camera list")[0]["cameras"]
        self.assertEqual([(c["id"], c["state"], c["picture"]) for c in waits], [("c07", "unchecked", entry["data"]["sha256"])])
        self.asks('person add --person ana --name "Ana R." --rights inspect')
        self.asks(f'camera check --camera c07 --picture {entry["data"]["sha256"]} --result good --person ana')
        self.assertEqual(self.asks("camera list")[0]["cameras"][0]["state"], "good")
        out = self.directory / "copy.jpg"
        self.asks(f'camera picture {entry["data"]["sha256"]} --out {out}')
        self.assertEqual(out.read_bytes(), sent)
        self.assertEqual(self.asks("camera pictures c07")[0]["pictures"][0]["entry"], entry["i"])

        # Behind a restart nothing is asked again before its time, and what is kept is known.
        asked = len(camera.asked)
        self.end()
        self.start()
        eventually(lambda: (self.directory / "gateway.log").read_text().count("gateway found") == 2, "the front is back")
        self.assertEqual(len(camera.asked), asked)

    def test_each_way_to_fail_is_told_once_in_its_own_words(self):
        camera = self.foreign()
        own, both = certificate(self.directory, "localhost")
        other, _ = certificate(self.directory, "another.example")
        secure = self.foreign(certificate=both)
        at = "?at={unix}"
        self.begin({
            "wrong": self.signed_in(camera.url("/digest" + at), password=self.secret("wrong")),
            "basic": self.signed_in(camera.url("/basic" + at)),
            "html": self.signed_in(camera.url("/html" + at)),
            "large": self.signed_in(camera.url("/large" + at)),
            "endless": self.signed_in(camera.url("/endless" + at)),
            "cut": self.signed_in(camera.url("/cut" + at)),
            "breaks": self.signed_in(camera.url("/breaks" + at)),
            "redirect": self.signed_in(camera.url("/redirect" + at)),
            "missing": self.signed_in(camera.url("/missing" + at)),
            "nobody": self.signed_in("http://127.0.0.1:9/x" + at),
            "tls": self.signed_in(secure.url("/basic" + at, "https", "localhost"), ca=json.dumps(str(own))),
            "tls-digest": self.signed_in(secure.url("/digest" + at, "https", "localhost"), ca=json.dumps(str(own))),
            "name": self.signed_in(secure.url("/digest" + at, "https"), ca=json.dumps(str(own))),
            "stranger": self.signed_in(secure.url("/digest" + at, "https", "localhost"), ca=json.dumps(str(other))),
            "silent": self.signed_in(camera.url("/silent" + at)),
        })
        words = {
            "wrong": "it does not take user and password",
            "basic": "it does not take user and password",
            "html": "it sends no JPEG: it does not begin like a JPEG",
            "large": "it sends more than 2 MiB",
            "endless": "it sends more than 2 MiB",
            "cut": "it sends no JPEG: it is cut off",
            "breaks": "it ends the connection in the middle",
            "redirect": "it sends to another address, which is not followed; configure that one",
            "missing": "it answers with HTTP status 404",
            "nobody": "nobody takes the connection",
            "name": "its certificate does not prove that it is the one that is configured",
            "stranger": "its certificate does not prove that it is the one that is configured",
            "silent": "it does not answer in time",
        }
        eventually(lambda: len(self.entries("camera.picture_failed")) >= len(words), "all have failed", 60)
        told = {e["subj"][0]["v"]: e["data"]["why"] for e in self.entries("camera.picture_failed")}
        self.assertEqual(told, words)
        self.assertEqual(sorted(e["subj"][0]["v"] for e in self.entries("camera.picture")), ["tls", "tls-digest"])
        self.assertEqual(len(self.kept()), 2)
        self.assertFalse([h for path, h in camera.asked if path.startswith("/basic") and h], "Basic only over TLS")
        self.assertFalse([path for path, _ in camera.asked if path == "/digest"], "the redirect was not followed")
        alarms = {e["data"]["source_id"] for e in self.entries("alarm.raised") if e["data"]["kind"] == "camera-no-stored-picture"}
        self.assertEqual(alarms, set(words))
        # Behind a restart the same failures are not told again.
        self.end()
        self.start()
        camera.asked.clear()
        eventually(lambda: len({p.split("?")[0] for p, _ in camera.asked}) >= 8, "they were asked again", 60)
        self.assertEqual(len(self.entries("camera.picture_failed")), len(words))

    def test_the_space_is_bounded_and_what_goes_is_told(self):
        camera = self.foreign()
        folder = self.directory / "log" / "pictures" / "aa"
        folder.mkdir(parents=True)
        (folder / ("aa" * 32 + ".jpg")).write_bytes(bytes(9 << 20))
        (folder / "half.jpg.new").write_bytes(b"x")
        self.begin({"c07": self.signed_in(camera.url("/digest?at={unix}"))}, "[pictures]\nquota_mb = 8\n")
        eventually(lambda: self.of("camera.picture", "c07"), "a picture")
        eventually(lambda: self.entries("picture.erased"), "an old one went")
        data = self.entries("picture.erased")[0]["data"]
        self.assertEqual((data["sha256"], data["rule"], data["ref"]), ("aa" * 32, "more than 8 MiB", None))
        taken = self.of("camera.picture", "c07")[0]["data"]["sha256"]
        self.assertEqual(list(self.kept()), [taken])
        # The picture's own hash may begin with aa, once in 256 runs.
        self.assertEqual({p.name for p in folder.iterdir()} - {f"{taken}.jpg"}, set())


class InBundles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.mkdtemp(prefix="sealwarden-camera-")
        cls.addClassCleanup(shutil.rmtree, directory, True)
        cls.gateway = gateway = Gateway(directory)
        cls.addClassCleanup(lambda: print((gateway.folder / "gateway.log").read_text(), file=sys.stderr))
        cls.addClassCleanup(gateway.site.stop)
        cls.sheet = gateway.folder / "sheet.txt"
        cls.sheet.write_text(run(COMMISSION, gateway.folder / "log" / "keys", "sealwarden/dc7/gw1").stdout)
        gateway.site.start_simulator(str(HERE.parent / "evidence" / "dock.toml"), lambda deed: None)
        gateway.start()
        cls.start = moment(re.search(r"start (\S+)", cls.sheet.read_text())[1])

    @classmethod
    def live(cls):
        return [r for r in cls.gateway.records() if r["kind"] == "camera.picture" and not r["data"]["stored"]]

    def test_1_the_door_opens_and_a_picture_names_the_entry_for_which_it_was_taken(self):
        eventually(lambda: len(self.live()) >= 2, "pictures of the door", 90)
        records = self.gateway.records()
        for picture in self.live():
            cause = records[picture["data"]["cause"]]
            self.assertIn(cause["kind"], ("door.opened", "door.forced", "seal.present", "seal.absent", "seal.number", "seal.tampered",
                                          "alarm.raised", "alarm.repeated"))
            for subject in picture["subj"][2:]:
                self.assertIn((subject["k"], subject["v"]), [(s["k"], s["v"]) for s in cause["subj"]])
            self.assertLess(moment(picture["t"]["wall"]) - moment(cause["t"]["wall"]), 31)
        gaps = [b["t"]["mono_us"] - a["t"]["mono_us"] for a, b in zip(self.live(), self.live()[1:])]
        self.assertGreater(min(gaps), 3_000_000)

    def bundle(self, name):
        about_door = [r for r in self.live() if any(s["k"] == "door" and s["v"] == "d07" for s in r["subj"])]
        until = self.start + EPOCH * (int((moment(about_door[0]["t"]["wall"]) - self.start) // EPOCH) + 2)
        eventually(lambda: any(r["kind"] == "epoch.close" and self.start + EPOCH * (r["data"]["epoch"] + 1) >= until
                               for r in self.gateway.records()), "the epoch is closed", 60)
        out = self.gateway.build(name, "--door", "d07", "--since", utc(self.start), "--until", utc(until))
        named = {a["sha256"] for r in about_door if moment(r["t"]["wall"]) < until for a in r["att"]}
        return out, named

    def test_2_a_bundle_holds_the_pictures_that_its_entries_name_and_verifies(self):
        out, named = self.bundle("with.zip")
        with zipfile.ZipFile(out) as bundle:
            files = {n[6:70]: bundle.read(n) for n in bundle.namelist() if n.startswith("files/")}
        self.assertGreaterEqual(set(files), named)
        self.assertTrue(named)
        for digest, content in files.items():
            self.assertEqual(hashlib.sha256(content).hexdigest(), digest)
        code, words = verify(out, self.sheet)
        self.assertIn(code, (VERIFIED, WITH_GAPS), words)
        self.assertNotRegex(words, "picture of entry .* is missing")

    def test_3_a_picture_that_is_gone_is_a_gap(self):
        _, named = self.bundle("before.zip")
        digest = sorted(named)[0]
        file = self.gateway.folder / "log" / "pictures" / digest[:2] / f"{digest}.jpg"
        content = file.read_bytes()
        self.addCleanup(file.write_bytes, content)
        file.unlink()
        out, _ = self.bundle("without.zip")
        code, words = verify(out, self.sheet)
        self.assertEqual(code, WITH_GAPS, words)
        self.assertRegex(words, f"picture of entry \\d+ is missing: {digest}")

    def test_4_a_picture_that_was_exchanged_on_disk_is_not_given(self):
        _, named = self.bundle("again.zip")
        digest = sorted(named)[-1]
        file = self.gateway.folder / "log" / "pictures" / digest[:2] / f"{digest}.jpg"
        file.write_bytes(file.read_bytes()[:-2] + b"\0\0")
        out, _ = self.bundle("exchanged.zip")
        with zipfile.ZipFile(out) as bundle:
            self.assertFalse([n for n in bundle.namelist() if digest in n])
        code, words = verify(out, self.sheet)
        self.assertEqual(code, WITH_GAPS, words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
