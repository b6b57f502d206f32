#!/usr/bin/python3
"""A gateway brings its heads to witnesses: a foreign one (golang.org/x/mod) cosigns them, and its signature is in the log,
at the terminal and in the auditor's bundle; ours refuses the second of two gateways that have the same keys and log."""
import json
import os
import pathlib
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import time
import unittest

from witness_parts import BINARY, Witness, built, free_port, until

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "evidence"))
sys.path.insert(0, str(HERE.parent / "mqtt"))
from evidence_test import COMMISSION, EPOCH, VERIFIED, WITH_GAPS, Gateway, moment, run, utc, verify  # noqa: E402
from peers import Process  # noqa: E402

ORIGIN = "sealwarden/dc7/gw1"
NOT_PROVABLE = 5


def with_witness(url, key):
    return f'\n[[evidence.witness]]\nurl = "{url}"\nkey = "{key}"\nperiod = "10s"\n'


def key_of(sheet):
    return re.search(r"(?m)^key (.*)$", sheet)[1]


class ForeignWitnessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.mkdtemp(prefix="sealwarden-anchor-")
        cls.addClassCleanup(shutil.rmtree, directory, True)
        cls.directory = pathlib.Path(directory)
        program = built(directory, "witness")
        cls.vkey = run(program, "key", "foreign/w1").stdout.strip()
        cls.gateway = gateway = Gateway(directory)
        cls.addClassCleanup(lambda: print((gateway.folder / "gateway.log").read_text(), file=sys.stderr))
        cls.addClassCleanup(gateway.site.stop)
        cls.sheet = cls.directory / "sheet.txt"
        cls.sheet.write_text(run(COMMISSION, gateway.folder / "log" / "keys", ORIGIN, cls.vkey).stdout)
        address = f"127.0.0.1:{free_port()}"
        cls.witness = Process([program, "run", address, "foreign/w1", key_of(cls.sheet.read_text())], cls.directory / "foreign.log")
        cls.addClassCleanup(cls.witness.stop)
        with gateway.site.config.open("a") as config:
            config.write(with_witness(f"http://{address}", cls.vkey))
        gateway.site.start_simulator(str(HERE.parent / "evidence" / "dock.toml"), lambda deed: None)
        gateway.start()

    def anchors(self):
        return [r for r in self.gateway.records() if r["kind"] == "anchor.witness"]

    def test_1_its_cosignature_arrives_and_is_an_entry(self):
        until(self.anchors, "the log has a cosignature", 60)
        data = self.anchors()[0]["data"]
        self.assertEqual(data["witness"], "foreign/w1")
        self.assertLess(abs(moment(data["time"]) - time.time()), 60)
        self.assertLessEqual(data["size"], self.anchors()[0]["i"])

    def test_2_the_head_is_shown_with_its_line(self):
        note = self.gateway.command("checkpoint", "show", "--cosigned").stdout
        self.assertIn("\n— foreign/w1 ", note)
        self.assertTrue(note.startswith(f"{ORIGIN}/g1\n"), note)

    def test_3_a_period_without_events_is_not_asked_for_again_and_again(self):
        """Once a period of ten seconds, though an epoch ends every five."""
        moments = [moment(r["t"]["wall"]) for r in self.anchors()]
        until(lambda: len(self.anchors()) >= len(moments) + 2, "the next cosignatures", 60)
        moments = [moment(r["t"]["wall"]) for r in self.anchors()]
        self.assertGreater(min(b - a for a, b in zip(moments, moments[1:])), 8)

    def closings(self):
        """Epoch and the size behind its closing."""
        return [(r["data"]["epoch"], r["i"] + 1) for r in self.gateway.records() if r["kind"] == "epoch.close"]

    def bundle_up_to(self, epoch):
        start = moment(re.search(r"start (\S+)", self.sheet.read_text())[1])
        out = self.gateway.build(f"until-{epoch}.zip", "--door", "d07", "--since", utc(start),
                                 "--until", utc(start + EPOCH * (epoch + 1)))
        return verify(out, self.sheet, "--query", "door:d07")

    def test_4_a_bundle_built_afterwards_verifies_by_the_sheet_that_names_the_witness(self):
        epoch, size = self.closings()[-1]
        until(lambda: any(r["data"]["size"] >= size for r in self.anchors()), "a cosignature of the window's end", 60)
        code, words = self.bundle_up_to(epoch)
        self.assertIn(code, (VERIFIED, WITH_GAPS), words)

    def test_5_what_no_witness_saw_is_not_provable(self):
        self.witness.stop()
        cosigned = self.anchors()[-1]["data"]["size"]
        until(lambda: self.closings()[-1][1] > cosigned, "a closing that it has not seen", 60)
        code, words = self.bundle_up_to(self.closings()[-1][0])
        self.assertEqual(code, NOT_PROVABLE, words)
        self.assertIn("witness", words)


class QuorumTest(unittest.TestCase):
    """Two witnesses on the sheet: both must have signed one head."""

    def test_two_witnesses_sign_the_same_heads(self):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="sealwarden-anchor-"))
        self.addCleanup(shutil.rmtree, directory, True)
        witnesses = []
        for name in "office", "neighbour":
            (directory / name).mkdir()
            witnesses.append(Witness(directory / name, name))
            self.addCleanup(witnesses[-1].end)
        (directory / "log").mkdir()
        config = directory / "site.toml"
        config.write_text(
            '[site]\nid = "dc7"\nname = "Distribution centre 7"\ngateway = "gw1"\n'
            f'[log]\ndirectory = "{directory}/log"\n[local]\nsocket = "{directory}/door.sock"\n'
            + "".join(with_witness(w.url, w.vkey) for w in witnesses))
        made = run(BINARY, "commission", "--epoch", "1h", "--years", "1", "--config", config,
                   *[word for w in witnesses for word in ("--witness", w.vkey)])
        for witness in witnesses:
            witness.start(key_of(made.stdout))
        gateway = Process([BINARY, "run", "--config", str(config)], directory / "gateway.log")
        self.addCleanup(gateway.stop)

        def cosigned(name):
            done = run(BINARY, "log", "search", "--kind", "anchor.witness", "--json", "--config", config)
            data = [json.loads(line)["data"] for line in done.stdout.splitlines()]
            return [d["size"] for d in data if d["witness"] == name]
        until(lambda: cosigned("office") and cosigned("neighbour"), "both have signed", 40)
        self.assertEqual(cosigned("office")[0], cosigned("neighbour")[0])
        note = run(BINARY, "checkpoint", "show", "--cosigned", "--config", config).stdout
        self.assertIn("\n— office ", note)
        self.assertIn("\n— neighbour ", note)


class TwinTest(unittest.TestCase):
    """Attack 44: a gateway and a copy of it, with one set of keys and one history up to the copy."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sealwarden-anchor-"))
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.witness = Witness(self.directory)
        self.addCleanup(self.witness.end)
        self.here = self.gateway("here")
        made = self.command(self.here, "commission", "--epoch", "1d", "--years", "1", "--witness", self.witness.vkey)
        self.witness.start(key_of(made.stdout))

    def gateway(self, name):
        folder = self.directory / name
        (folder / "log").mkdir(parents=True)
        (folder / "site.toml").write_text(
            f'[site]\nid = "dc7"\nname = "Distribution centre 7"\ngateway = "gw1"\n[log]\ndirectory = "{folder}/log"\n'
            f'[local]\nsocket = "{folder}/door.sock"\n' + with_witness(self.witness.url, self.witness.vkey))
        return folder

    def command(self, folder, *words):
        return run(BINARY, *words, "--config", folder / "site.toml")

    def start(self, folder):
        process = Process([BINARY, "run", "--config", str(folder / "site.toml")], folder / "gateway.log")
        self.addCleanup(process.stop)
        until(lambda: self.command(folder, "status").returncode == 0, "the gateway runs")
        return process

    def cosigned(self, folder):
        log = sqlite3.connect(f"file:{folder}/log/log.db?mode=ro", uri=True)
        try:
            return [json.loads(b)["data"]["size"] for (b,) in
                    log.execute("SELECT bytes FROM entry WHERE kind = 'anchor.witness' ORDER BY i")]
        finally:
            log.close()

    def contradictions(self, folder):
        log = sqlite3.connect(f"file:{folder}/log/log.db?mode=ro", uri=True)
        try:
            return [json.loads(b) for (b,) in log.execute("SELECT bytes FROM entry WHERE kind = 'anchor.contradicted'")]
        finally:
            log.close()

    def alarm(self, folder):
        """As the door tells it."""
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(str(folder / "door.sock"))
            door.sendall(b'{"id":1,"call":"state"}\n')
            alarms = json.loads(door.makefile().readline())["ok"]["alarms"]
        return next((a for a in alarms if a["id"] == "witness-contradicts-office"), None)

    def anchor(self, folder):
        checks = json.loads(self.command(folder, "doctor", "--json").stdout)["checks"]
        return next((c for c in checks if c["check"].startswith("anchor")), None)

    def test_attack_44_the_witness_refuses_the_second_history(self):
        process = self.start(self.here)
        until(lambda: self.cosigned(self.here), "the first cosignature", 40)
        self.assertEqual(process.stop(), 0)
        twin = self.gateway("twin")
        shutil.rmtree(twin / "log")
        shutil.copytree(self.here / "log", twin / "log")
        before = self.cosigned(self.here)

        self.start(self.here)
        until(lambda: len(self.cosigned(self.here)) > len(before), "this one goes on", 40)
        self.start(twin)
        until(lambda: (self.anchor(twin) or {}).get("level") == "fail", "the twin is told", 60)
        self.assertRegex(self.anchor(twin)["reason"], "another history|rolled back, or another gateway")
        self.assertNotIn("log recover", self.anchor(twin)["remedy"], "a claim gives no log up")
        self.assertIn("a witness contradicts the log", (twin / "gateway.log").read_text())
        until(lambda: self.contradictions(twin), "the twin's log says so", 20)
        self.assertEqual(self.contradictions(twin)[0]["subj"][0]["k"], "witness")
        until(lambda: self.alarm(twin), "the twin's alarm", 20)
        self.assertEqual(self.alarm(twin)["prio"], "high")
        status = json.loads(self.command(twin, "status", "--json").stdout)
        self.assertEqual(status["signing"]["state"], "signing")
        until(lambda: self.anchor(self.here)["level"] == "ok", "this one is well")
        self.assertEqual(self.contradictions(self.here), [])
        self.assertEqual(len(self.contradictions(twin)), 1, "it is entered once")
        self.assertEqual(self.cosigned(twin), before, "nothing of the second history was cosigned")
        held = {f.read_text().split("\n")[1] for f in self.witness.state.iterdir() if f.name != "lock"}
        self.assertEqual(held, {str(self.cosigned(self.here)[-1])})

    def test_a_witness_that_is_away_is_named_and_asked_until_it_answers(self):
        self.witness.end()
        self.start(self.here)
        until(lambda: "refused" in ((self.anchor(self.here) or {}).get("reason") or ""), "doctor names it")
        self.assertEqual(self.anchor(self.here)["level"], "warn")
        sheet = (self.here / "log" / "keys" / "sheet.txt").read_text()
        self.witness.start(key_of(sheet))
        until(lambda: self.cosigned(self.here), "it cosigns", 40)
        until(lambda: self.anchor(self.here)["level"] == "ok", "doctor is content")

    def test_a_witness_that_never_answers_holds_no_other_up(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            config = self.here / "site.toml"
            other = run(BINARY, "witness", "key", "--out", self.directory / "silent-key", "--name", "silent").stdout.strip()
            text = config.read_text()
            begin = text.index("\n[[evidence.witness]]")
            config.write_text(text[:begin] + with_witness(f"http://127.0.0.1:{silent.getsockname()[1]}", other) + text[begin:])
            self.start(self.here)
            until(lambda: self.cosigned(self.here), "the other one cosigns", 9)


if __name__ == "__main__":
    unittest.main(failfast=True)
