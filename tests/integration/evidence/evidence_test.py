#!/usr/bin/python3
"""A gateway that runs on a simulated site, `sealwarden evidence build`, and the auditor's sealwarden-verify.

One run of one site with epochs of five seconds, told in the order of its tests; then a gateway as `sealwarden commission`
makes it."""

import datetime
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "config" / "demo"))
from story import Site  # noqa: E402

BINARY, VERIFY, COMMISSION = (os.environ[name] for name in ("SEALWARDEN_BINARY", "SEALWARDEN_VERIFY", "COMMISSION_SHORTLY"))
VERIFIED, CHANGED, WITH_GAPS = 0, 3, 4
GAPS = ("boot", "clock.step", "coverage.lost", "coverage.regained", "device.offline", "device.online", "log.paused")
EPOCH = 5  # seconds


def run(*command, **more):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=240, **more)


def qr_codes(*pictures):
    """Of QR codes alone: in fine print zbar sees bar codes, too."""
    return run("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", *pictures).stdout


def eventually(holds, seconds=60):
    waiting, deadline = threading.Event(), time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        waiting.wait(0.1)
    return holds()


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Gateway:
    """A site whose gateway signs, and its command line."""

    def __init__(self, directory):
        self.site = Site(BINARY, directory, "1")
        self.folder = pathlib.Path(directory)
        text = self.site.config.read_text()
        self.site.config.write_text(re.sub(r"\[mqtt\]\nurl = .*\n", "", text))
        self.process = None

    def start(self):
        self.process = self.site.start_gateway()
        assert eventually(lambda: self.command("status").returncode == 0), (self.folder / "gateway.log").read_text()

    def command(self, *words, **more):
        return run(BINARY, *words, "--config", self.site.config, env={**os.environ, "LC_ALL": "C"}, **more)

    def records(self):
        log = sqlite3.connect(f"file:{self.folder}/log/log.db?mode=ro", uri=True)
        try:
            return [json.loads(b) for (b,) in log.execute("SELECT bytes FROM entry ORDER BY i")]
        finally:
            log.close()

    def build(self, name, *words, code=0):
        out = self.folder / name
        done = self.command("evidence", "build", *words, "--for", "customs", "--why", "audit 17", "--out", out)
        assert done.returncode == code, f"{done.returncode} {done.stderr}"
        return out


def verify(bundle, sheet, *more):
    done = run(VERIFY, bundle, "--sheet", sheet, *more)
    return done.returncode, done.stdout + done.stderr


def is_about(record, kind, name):
    return any(s["k"] == kind and s["v"] == name for s in record["subj"])


class OnASite(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="sealwarden-evidence-")
        cls.addClassCleanup(directory.cleanup)
        cls.gateway = gateway = Gateway(directory.name)
        cls.addClassCleanup(lambda: print((gateway.folder / "gateway.log").read_text(), file=sys.stderr))
        cls.addClassCleanup(gateway.site.stop)
        cls.sheet = gateway.folder / "sheet.txt"
        cls.sheet.write_text(run(COMMISSION, gateway.folder / "log" / "keys", "sealwarden/dc7/gw1").stdout)
        gateway.site.start_simulator(str(HERE / "dock.toml"), lambda deed: None)
        gateway.start()
        cls.held = gateway.folder / "held.txt"
        cls.start = moment(re.search(r"start (\S+)", cls.sheet.read_text())[1])
        cls.choose_period()

    @classmethod
    def epoch(cls, seconds):
        return int((seconds - cls.start) // EPOCH)

    @classmethod
    def choose_period(cls):
        """From the epoch after everything is watched, to the end of one in which the door opened and the seal was hurt."""
        def last(kind, subject, name, after=0.0):
            return next((r for r in reversed(cls.gateway.records())
                         if r["kind"] == kind and is_about(r, subject, name) and moment(r["t"]["wall"]) > after), None)

        def closed_behind(record):
            """The first epoch that was closed behind it: an entry may stand behind the end of the epoch that it claims."""
            return next((r["data"]["epoch"] for r in cls.gateway.records() if r["kind"] == "epoch.close" and r["i"] > record["i"]), None)
        assert eventually(lambda: all(last("coverage.regained", "device", d) for d in ("io1", "seal1")))
        watched = max(moment(last("coverage.regained", "device", d)["t"]["wall"]) for d in ("io1", "seal1"))
        cls.since = cls.start + EPOCH * (cls.epoch(watched) + 1)
        assert eventually(lambda: last("door.opened", "door", "d07", cls.since))
        cls.held.write_text(cls.gateway.command("checkpoint", "show").stdout)
        assert eventually(lambda: last("seal.tampered", "seal", "s07"))
        tampered = last("seal.tampered", "seal", "s07")
        assert eventually(lambda: closed_behind(tampered) is not None)
        cls.until = cls.start + EPOCH * (closed_behind(tampered) + 1)
        cls.period = ("--since", utc(cls.since), "--until", utc(cls.until))

    def verdict_due(self):
        """Gaps are told when the run had some: a machine that is busy polls late, one without NTP says so in each entry."""
        return WITH_GAPS if any(r["kind"] in GAPS or r["t"]["sync"] == "none" for r in self.inside()) else VERIFIED

    def inside(self):
        """By position between closings: an entry may have been written after the end of the epoch it claims."""
        records = self.gateway.records()
        closings = {r["data"]["epoch"]: r["i"] + 1 for r in records if r["kind"] == "epoch.close"}
        return records[closings[self.epoch(self.since) - 1]:closings[self.epoch(self.until) - 1]]

    def manifest(self, bundle):
        with zipfile.ZipFile(bundle) as files:
            return json.loads(files.read("manifest.json"))

    def test_1_the_night_of_a_door_is_verified(self):
        bundle = self.gateway.build("d07.zip", "--door", "d07", *self.period)
        code, words = verify(bundle, self.sheet, "--query", "door:d07", "--held", self.held)
        self.assertEqual(code, self.verdict_due(), words)
        self.assertIn("Verified", words)
        expected = sum(is_about(r, "door", "d07") for r in self.inside())
        self.assertGreater(expected, 1)
        self.assertEqual(self.manifest(bundle)["records"], expected)
        self.assertIn({"k": "device", "v": "io1"}, self.manifest(bundle)["subjects"])

    def test_2_the_export_is_in_the_log_with_who_for_whom_and_why(self):
        made = [r for r in self.gateway.records() if r["kind"] == "export.made"][-1]
        self.assertEqual(made["i"], self.manifest(self.gateway.folder / "d07.zip")["export"])
        self.assertRegex(made["data"].pop("who"), rf"^uid:{os.getuid()}\b")
        self.assertEqual(made["data"], {"for": "customs", "why": "audit 17", "subject": "door:d07", "lang": "en", "personal": False,
                                        "since": utc(self.since)[:-1] + ".000000Z", "until": utc(self.until)[:-1] + ".000000Z"})

    def test_3_a_seal_in_spanish_is_verified_too(self):
        bundle = self.gateway.build("s07.zip", "--seal", "s07", *self.period, "--lang", "es")
        code, words = verify(bundle, self.sheet, "--query", "seal:s07")
        self.assertEqual(code, self.verdict_due(), words)
        with zipfile.ZipFile(bundle) as files:
            files.extract("report.pdf", self.gateway.folder)
            self.assertIn("seal.tampered", files.read("records.csv").decode())
        self.assertIn("Informe", run("pdftotext", self.gateway.folder / "report.pdf", "-").stdout)

    def test_4_a_door_without_events_in_the_period_is_proven_absent(self):
        bundle = self.gateway.build("d09.zip", "--door", "d09", *self.period)
        self.assertEqual(self.manifest(bundle)["records"], 0)
        code, words = verify(bundle, self.sheet, "--query", "door:d09")
        self.assertEqual(code, self.verdict_due(), words)

    def test_5_a_second_bundle_differs_only_by_its_export(self):
        again = self.gateway.build("again.zip", "--door", "d07", *self.period)
        with zipfile.ZipFile(self.gateway.folder / "d07.zip") as one, zipfile.ZipFile(again) as two:
            first, second = ({i.filename: files.read(i) for i in files.infolist()} for files in (one, two))
        for name in ("records.csv", "gaps.csv", "timeline.svg", "sheet.txt", "policy.txt"):
            self.assertEqual(first[name], second[name], name)
        common = [n for n in first if n in second and n.startswith(("leaves/", "epochs/", "checkpoints/", "payload/"))]
        self.assertGreater(len(common), 5)
        for name in common:
            self.assertEqual(first[name], second[name], name)
        one, two = json.loads(first["manifest.json"]), json.loads(second["manifest.json"])
        for member in ("query", "window", "records", "subjects", "origin", "lang", "tool"):
            self.assertEqual(one[member], two[member])
        self.assertLess(one["export"], two["export"])

    def test_6_a_flipped_bit_is_found_wherever_it_is(self):
        bytes_ = (self.gateway.folder / "d07.zip").read_bytes()
        with zipfile.ZipFile(self.gateway.folder / "d07.zip") as files:
            page = files.getinfo("START-HERE.html")  # not signed: it says nothing that is not checked again
        changed = self.gateway.folder / "changed.zip"
        for part in range(40):
            at = len(bytes_) * part // 40
            if page.header_offset <= at < page.header_offset + page.file_size + 100:
                continue
            changed.write_bytes(bytes_[:at] + bytes([bytes_[at] ^ 4]) + bytes_[at + 1:])
            code, words = verify(changed, self.sheet)
            self.assertNotIn(code, (VERIFIED, WITH_GAPS), f"bit at {at}: {words}")

    def test_7_foreign_programs_verify_it(self):
        folder = self.gateway.folder / "unpacked"
        with zipfile.ZipFile(self.gateway.folder / "d07.zip") as files:
            files.extractall(folder)
        script = "\n".join(l[4:] for l in (folder / "VERIFY.txt").read_text().splitlines() if l.startswith("    "))
        ended = run("bash", "-c", script, cwd=folder, env={**os.environ, "SHEET": str(self.sheet)})
        self.assertEqual((ended.returncode, ended.stdout), (0, "all of this holds\n"), ended.stderr)
        ended = run("node", ROOT / "tests/evidence/foreign/sigstore.js", folder, self.sheet)
        self.assertEqual(ended.stdout, f"{len(list((folder / 'leaves').iterdir()))} entries\n", ended.stderr)

    @unittest.skipUnless(os.getuid() == 0, "becomes another user")
    def test_8_a_member_of_the_group_builds_too_and_is_named(self):
        place = self.gateway.folder / "anyone"
        place.mkdir(mode=0o777)
        place.chmod(0o777)
        self.gateway.folder.chmod(0o755)
        as_member = ("setpriv", "--reuid", "65534", "--regid", str(os.getgid()), "--clear-groups")
        done = run(*as_member, BINARY, "evidence", "build", "--door", "d07", *self.period, "--for", "customs", "--why", "audit 18",
                   "--out", place / "d07.zip", "--config", self.gateway.site.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        code, words = verify(place / "d07.zip", self.sheet)
        self.assertEqual(code, self.verdict_due(), words)
        with zipfile.ZipFile(place / "d07.zip") as files:
            self.assertRegex(json.loads(files.read("custody.json"))["who"], "^uid:65534")

    def test_9_the_code_on_the_terminal_is_the_head(self):
        code = self.gateway.command("checkpoint", "show", "--qr").stdout
        self.assertLessEqual(max(map(len, code.splitlines())), 80)
        halves = {" ": (0, 0), "█": (1, 1), "▀": (1, 0), "▄": (0, 1)}
        rows = [[halves[c][half] for c in line] for line in code.splitlines() for half in (0, 1)]
        scale = 4
        picture = b"".join(bytes(255 * light for light in row for _ in range(scale)) * scale for row in rows)
        image = self.gateway.folder / "code.pgm"
        image.write_bytes(b"P5 %d %d 255\n" % (len(rows[0]) * scale, len(rows) * scale) + picture)
        read = qr_codes(image).split("\n")
        self.assertEqual(read[0], "sealwarden/dc7/gw1/g1")
        held = self.gateway.folder / "photographed.txt"
        held.write_text("\n".join(read[:5]) + "\n")
        # To the microsecond: cut to the second, it could end with an epoch, and the head be of the next one.
        until = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        bundle = self.gateway.build("after.zip", "--door", "d07", "--since", utc(self.since), "--until", until)
        code, words = verify(bundle, self.sheet, "--held", held)
        self.assertIn(code, (VERIFIED, WITH_GAPS), words)

    def test_a_what_cannot_be_is_refused_and_leaves_no_trace(self):
        gateway, exports = self.gateway, lambda: sum(r["kind"] == "export.made" for r in self.gateway.records())
        before = exports()
        rest = ("--for", "customs", "--why", "audit", "--out", str(gateway.folder / "never.zip"))

        def refused(code, said, *words):
            done = gateway.command("evidence", "build", *words)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(said, done.stderr)
        refused(8, "there is no door `d007`, and the log never had one", "--door", "d007", *self.period, *rest)
        refused(8, "the log never had one", "--container", "MSCU6639870", *self.period, *rest)
        refused(2, "say of what: --container, --seal, --door or --case", *self.period, *rest)
        refused(2, "excludes", "--door", "d07", "--seal", "s07", *self.period, *rest)
        refused(2, "the period ends before it begins", "--door", "d07", "--since", utc(self.until), "--until", utc(self.since), *rest)
        refused(2, "in the future", "--door", "d07", "--since", utc(self.since), "--until", utc(time.time() + 3600), *rest)
        refused(5, "of the time before nothing can be proven", "--door", "d07", "--since", "2020-01-01", "--until", "2020-01-02", *rest)
        refused(1, "is there already and is not overwritten", "--door", "d07", *self.period, *rest[:-1], str(gateway.folder / "d07.zip"))
        refused(1, "cannot be written", "--door", "d07", *self.period, *rest[:-1], "/nowhere/d07.zip")
        self.assertEqual(exports(), before)
        self.assertFalse((gateway.folder / "never.zip").exists())
        gateway.process.terminate()
        gateway.process.wait(timeout=15)
        refused(6, "no gateway answers", "--door", "d07", *self.period, *rest)
        self.assertFalse((gateway.folder / "never.zip").exists())


class AsCommissioned(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="sealwarden-evidence-")
        self.addCleanup(directory.cleanup)
        self.gateway = Gateway(directory.name)
        self.addCleanup(self.gateway.site.stop)

    def test_the_printed_sheet_is_what_verifies_a_bundle_by_its_words_too(self):
        gateway = self.gateway
        sheet, page = gateway.folder / "sheet.txt", gateway.folder / "sheet.pdf"
        made = gateway.command("commission", "--epoch", "1h", "--years", "1", "--pdf", page)
        self.assertEqual(made.returncode, 0, made.stderr)
        sheet.write_text(made.stdout)
        words = re.search(r"key words: (\S+)", made.stderr)[1]
        run("pdftoppm", "-r", "200", "-png", page, gateway.folder / "paper")
        read = qr_codes(*sorted(gateway.folder.glob("paper*.png")))
        self.assertEqual(read.rstrip("\n") + "\n", made.stdout)
        self.assertIn(words, run("pdftotext", page, "-").stdout)

        gateway.start()
        self.assertEqual(gateway.command("evidence", "sheet").stdout, made.stdout)
        start = re.search(r"start (\S+)", made.stdout)[1]
        bundle = gateway.build("d07.zip", "--door", "d07", "--since", start, "--until", "now")
        for trust in (("--sheet", sheet), ("--words", words)):
            done = run(VERIFY, bundle, *trust)
            self.assertEqual(done.returncode, WITH_GAPS, done.stdout + done.stderr)
        self.assertIn("boot", done.stdout)

    def test_a_log_that_is_not_commissioned_proves_nothing(self):
        self.gateway.start()
        done = self.gateway.command("evidence", "build", "--door", "d07", "--since", "1h", "--until", "now", "--for", "a",
                                    "--why", "b", "--out", self.gateway.folder / "never.zip")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("sealwarden commission", done.stderr)


if __name__ == "__main__":
    unittest.main(failfast=True)
