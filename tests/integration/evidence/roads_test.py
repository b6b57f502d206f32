#!/usr/bin/python3
"""The commissioned gateway and a real broker: the signed head that the broker retains tells when an older image of the
whole gateway (log and keys) is put back, which nothing on the gateway itself could tell."""
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mqtt"))
from peers import Mosquitto, Process, Subscriber, until  # noqa: E402

BINARY = os.environ["SEALWARDEN_BINARY"]
ORIGIN = "sealwarden/dc7/gw1"


class Gateway:
    """One commissioned gateway in a folder; its broker is the test's."""

    def __init__(self, directory, broker_port):
        self.directory = pathlib.Path(directory)
        self.log = self.directory / "log"
        self.log.mkdir()
        self.config = self.directory / "site.toml"
        self.config.write_text(
            '[site]\nid = "dc7"\nname = "Distribution centre 7"\ngateway = "gw1"\n'
            f'[log]\ndirectory = "{self.log}"\n[local]\nsocket = "{self.directory}/door.sock"\n'
            f'[mqtt]\nurl = "mqtt://127.0.0.1:{broker_port}"\n')
        self.process = None

    def command(self, *words, code=0):
        done = subprocess.run([BINARY, *words, "--config", str(self.config)], capture_output=True, text=True,
                              timeout=60, check=False)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def start(self):
        self.process = Process([BINARY, "run", "--config", str(self.config)], self.directory / "gateway.log")

    def stop(self):
        if self.process:
            assert self.process.stop() == 0
            self.process = None

    def status(self):
        return json.loads(self.command("status", "--json"))

    def rows(self, sql):
        log = sqlite3.connect(f"file:{self.log}/log.db?mode=ro", uri=True)
        try:
            return log.execute(sql).fetchall()
        finally:
            log.close()


def size_of(note):
    return int(note.split("\n")[1])


class RoadsTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="sealwarden-roads-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.broker = Mosquitto(self.directory)
        self.addCleanup(self.broker.stop)
        self.gateway = Gateway(self.directory, self.broker.port)
        self.gateway.command("commission", "--epoch", "1d", "--years", "1")
        self.addCleanup(lambda: self.gateway.process and self.gateway.process.stop())
        self.heard = Subscriber(self.broker.port)
        self.addCleanup(self.heard.stop)

    def runs_until_a_larger_head_is_at_the_broker(self):
        before = size_of(self.heard.last("checkpoint") or "\n0")
        self.gateway.start()
        until(lambda: size_of(self.heard.last("checkpoint") or "\n0") > before, "a larger checkpoint", 40)

    def signing(self):
        return self.gateway.status()["signing"]

    def test_an_older_image_of_log_and_keys_is_noticed_by_the_head_at_the_broker(self):
        self.runs_until_a_larger_head_is_at_the_broker()
        first = self.heard.last("checkpoint")
        self.assertTrue(first.startswith(f"{ORIGIN}/g1\n"), first)
        self.assertEqual(self.signing()["state"], "signing")
        until(lambda: (self.gateway.status()["outside"] or {}).get("size", 0) >= size_of(first), "it knows that it left", 20)
        self.gateway.stop()
        image = pathlib.Path(self.directory) / "image"
        shutil.copytree(self.gateway.log, image)

        self.runs_until_a_larger_head_is_at_the_broker()
        self.gateway.stop()
        newest = self.heard.last("checkpoint")
        shutil.rmtree(self.gateway.log)
        shutil.copytree(image, self.gateway.log)
        signed_before = self.gateway.rows("SELECT size, root FROM checkpoint ORDER BY size")
        entries_before = self.gateway.rows("SELECT count(*) FROM entry")[0][0]

        self.gateway.start()
        until(lambda: (self.heard.last("alarm/log-unsigned-gw1") or "").find("unack_active") >= 0, "the alarm", 40)
        self.assertEqual(self.signing()["state"], "held_back")
        self.assertIn("broker mqtt://127.0.0.1", self.signing()["why"])
        until(lambda: json.loads(self.heard.last("health"))["log_signing"] == "held_back", "health says so")
        self.assertEqual(self.heard.last("checkpoint"), newest, "what contradicts is evidence and stays")
        self.assertEqual(self.gateway.rows("SELECT size, root FROM checkpoint ORDER BY size"), signed_before,
                         "the image put back has signed nothing")
        self.assertGreater(self.gateway.rows("SELECT count(*) FROM entry")[0][0], entries_before, "nothing is lost")
        doctor = {check["check"]: check for check in json.loads(self.gateway.command("doctor", "--json", code=1))["checks"]}
        self.assertIn("log recover", doctor["signing"]["remedy"])
        self.gateway.stop()

        # By itself the gateway remembers it, also without the broker.
        self.broker.stop()
        self.gateway.start()
        until(lambda: os.path.exists(f"{self.directory}/door.sock"), "the door opens")
        self.assertEqual(self.signing()["state"], "held_back")
        self.gateway.stop()
        self.broker = Mosquitto(self.directory, port=self.broker.port)
        self.addCleanup(self.broker.stop)

        self.gateway.command("log", "recover", "--reason", "an old image was put back")
        self.gateway.start()
        until(lambda: (self.heard.last("checkpoint") or "").startswith(f"{ORIGIN}/g2\n"), "the next generation", 40)
        until(lambda: "rtn_unack" in (self.heard.last("alarm/log-unsigned-gw1") or ""), "the alarm's condition is over")
        recovered = json.loads(self.gateway.rows("SELECT bytes FROM entry WHERE i = 0")[0][0])
        self.assertEqual(recovered["kind"], "log.recovered")
        self.assertEqual(recovered["data"]["known_size"], size_of(newest))
        self.assertEqual(recovered["data"]["reason"], "an old image was put back")
        self.gateway.stop()
        self.what_was_set_aside_stays_provable()

    def what_was_set_aside_stays_provable(self):
        set_aside = str(self.gateway.log / "log.db.damaged-1")
        copy = pathlib.Path(self.directory) / "copy"
        checked = json.loads(self.gateway.command("log", "check", "--log", set_aside, "--json", code=4))
        self.assertEqual((checked["generation"], checked["verdict"]), (1, "Verified, with gaps"))
        self.assertIn("under no signed head", checked["why"])
        exported = json.loads(self.gateway.command("log", "export", "--tiles", str(copy), "--log", set_aside, "--json"))
        self.assertEqual((exported["generation"], exported["size"]), (1, checked["signed_size"]))
        said = subprocess.run([os.environ["SEALWARDEN_VERIFY"], str(copy), "--sheet", str(copy / "sheet.txt")],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((said.returncode, said.stdout.splitlines()[0]), (4, "Verified, with gaps"),
                         said.stdout + said.stderr)  # its epoch was never closed, and the test's clock not synchronised

    def test_a_second_gateway_with_the_same_keys_is_noticed_while_both_run(self):
        self.runs_until_a_larger_head_is_at_the_broker()
        self.gateway.stop()
        twin_folder = pathlib.Path(self.directory) / "twin"
        twin_folder.mkdir()
        shutil.copytree(self.gateway.log, twin_folder / "copy")
        self.runs_until_a_larger_head_is_at_the_broker()

        # A virtual machine started from a snapshot: another boot, and so other entries, under the same keys.
        twin = Gateway(twin_folder, self.broker.port)
        shutil.rmtree(twin.log)
        shutil.copytree(twin_folder / "copy", twin.log)
        twin.start()
        self.addCleanup(twin.stop)
        until(lambda: os.path.exists(f"{twin_folder}/door.sock"), "the twin's door opens")
        until(lambda: twin.status()["signing"]["state"] == "held_back", "the twin does not sign", 40)
        self.assertEqual(self.signing()["state"], "signing", "and this one goes on")


if __name__ == "__main__":
    unittest.main()
