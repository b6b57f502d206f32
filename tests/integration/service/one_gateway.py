"""A gateway in a directory of its own with one site that a test writes; stopped by its process."""

import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

BINARY = os.environ["SEALWARDEN_BINARY"]
ROOT = pathlib.Path(__file__).resolve().parents[3]
HEAD = """
[site]
id = "dc7"
gateway = "gw1"
[log]
directory = "{directory}/log"
[local]
socket = "{directory}/door.sock"
"""
# A Modbus device that nobody is: port 9 of this machine refuses.
DEVICE = """
[[bus]]
id = "east"
transport = "tcp"
host = "127.0.0.1"
port = 9
  [[bus.device]]
  id = "io1"
  profile = "moxa-iologik-e1210"
[[door]]
id = "d07"
contact = "io1.di0"
"""


def eventually(holds, what, seconds=20):
    """Waits for a condition with a deadline; the only waiting these tests do."""
    tick, end = threading.Event(), time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        tick.wait(0.02)


class OneGateway(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sealwarden-service-")
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        (self.directory / "log").mkdir()
        (self.directory / "profiles").symlink_to(ROOT / "config" / "profiles")
        self.config = self.directory / "site.toml"
        self.gateway = None

    def write(self, more=DEVICE, **names):
        self.config.write_text((HEAD + more).format(directory=self.directory, **names))

    def start(self, *words, **options):
        self.said = open(self.directory / "gateway.log", "ab")
        self.addCleanup(self.said.close)
        options.setdefault("stderr", self.said)
        self.gateway = subprocess.Popen([BINARY, "run", "--config", str(self.config), *words], **options)
        self.addCleanup(self.end)

    def end(self):
        if self.gateway.poll() is None:
            self.gateway.terminate()
        try:
            self.gateway.wait(20)
        except subprocess.TimeoutExpired:
            self.gateway.kill()
            self.gateway.wait()

    def says(self, sentence):
        return sentence in (self.directory / "gateway.log").read_text()

    def runs(self):
        eventually(lambda: self.says("gateway runs"), "the gateway runs")

    def shell(self, words, **environment):
        """A command line as a shell takes it: $SEALWARDEN is the program with this site's configuration."""
        done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=30, check=False,
                              env={**os.environ, "SEALWARDEN": f"{BINARY} --config {self.config}", **environment})
        return done.returncode, done.stdout, done.stderr

    def asks(self, words):
        code, out, err = self.shell(f"$SEALWARDEN {words} --json")
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()]
