#!/usr/bin/python3
"""Raw reads through the running gateway, which holds the line and the endpoint: pymodbus answers on both."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "config" / "demo"))
from story import free_port  # noqa: E402

BINARY = os.environ["SEALWARDEN_BINARY"]
PEER = ROOT / "tests/peers/pymodbus_device.py"
SITE = """
[site]
id = "dc7"
gateway = "gw1"
[log]
directory = "@DIR@/log"
[local]
socket = "@DIR@/door.sock"

[[bus]]
id = "net"
transport = "tcp"
host = "127.0.0.1"
port = @PORT@
  [[bus.device]]
  id = "io1"
  unit = 1
  profile = "bare"
  period_ms = 1000

[[bus]]
id = "line"
transport = "rtu"
path = "@DIR@/ours"
parity = "none"
  [[bus.device]]
  id = "io2"
  unit = 2
  profile = "bare"
  period_ms = 1000
"""


class BusReadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sealwarden-read-")
        cls.addClassCleanup(folder.cleanup)
        cls.directory = pathlib.Path(folder.name)
        (cls.directory / "log").mkdir()
        (cls.directory / "profiles").symlink_to(ROOT / "tests/config/profiles")
        port = free_port()
        cls.config = cls.directory / "site.toml"
        cls.config.write_text(SITE.replace("@DIR@", str(cls.directory)).replace("@PORT@", str(port)))
        cls.start("socat", f"pty,raw,echo=0,link={cls.directory}/ours", f"pty,raw,echo=0,link={cls.directory}/theirs")
        if not cls.eventually((cls.directory / "theirs").exists):
            raise RuntimeError("socat made no line")
        cls.start(PEER, "rtu", cls.directory / "theirs")
        cls.endpoint = cls.start(PEER, "tcp", port)
        cls.start(BINARY, "run", "--no-fronts", "--config", cls.config)
        if not cls.eventually(lambda: [d["online"] for d in cls.devices()] == [True, True]):
            raise RuntimeError("the gateway reads no device")

    @classmethod
    def start(cls, *words):
        process = subprocess.Popen([str(word) for word in words])

        def stop():
            process.kill()
            process.wait()
        cls.addClassCleanup(stop)
        return process

    @classmethod
    def run_verb(cls, *words):
        return subprocess.run([BINARY, *words, "--config", str(cls.config)], capture_output=True, text=True, timeout=30)

    @classmethod
    def devices(cls):
        done = cls.run_verb("bus", "list", "--json")
        return json.loads(done.stdout)["devices"] if done.returncode == 0 else []

    @staticmethod
    def eventually(holds, seconds=30):
        waiting, deadline = threading.Event(), time.monotonic() + seconds
        while not (held := holds()) and time.monotonic() < deadline:
            waiting.wait(0.1)
        return bool(held)

    def reads(self, device, table, address, count, code=0):
        done = self.run_verb("bus", "read", device, "--table", table, "--address", str(address),
                             "--count", str(count), "--json")
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout)["registers"] if code == 0 else done.stderr

    def test_1_registers_and_bits_of_a_polled_device_are_read(self):
        for device, first in (("io1", 1000), ("io2", 2000)):
            self.assertEqual(self.reads(device, "holding_register", 40, 3), [first + 40, first + 41, first + 42])
            self.assertEqual(self.reads(device, "input_register", 7, 1), [first + 7])
            self.assertEqual(self.reads(device, "coil", 30, 4), [1, 0, 0, 1])
            self.assertEqual(self.reads(device, "discrete_input", 1, 3), [0, 0, 1])

    def test_2_the_devices_no_is_told_with_its_code(self):
        for device in ("io1", "io2"):
            self.assertIn("illegal data address (exception 2)", self.reads(device, "holding_register", 5000, 1, code=1))

    def test_3_what_cannot_be_asked_is_told(self):
        self.assertIn("io9", self.reads("io9", "coil", 0, 1, code=8))
        self.assertIn("1 to 125", self.reads("io1", "holding_register", 0, 126, code=2))

    def test_4_the_polls_go_on_as_if_nothing_had_been_asked(self):
        before = {d["device"]: d["exchanges"] for d in self.devices()}
        for turn in range(10):
            self.reads("io1", "holding_register", turn, 1)
            self.reads("io2", "holding_register", turn, 1)
            self.reads("io2", "holding_register", 5000, 1, code=1)
        self.assertTrue(self.eventually(lambda: all(d["exchanges"] > before[d["device"]] for d in self.devices())))
        for device in self.devices():
            self.assertTrue(device["online"])
            self.assertEqual(device["exceptions"], 0, "a question is no poll")
            self.assertEqual(device["last_error"], "")
        points = json.loads(self.run_verb("point", "list", "--json").stdout)["points"]
        self.assertEqual([p for p in points if "fault" in p], [])

    def test_5_a_scan_says_who_holds_the_line_and_what_to_do(self):
        done = self.run_verb("bus", "scan", f"{self.directory}/ours")
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("the running gateway polls", done.stderr)
        self.assertIn("sealwarden bus read", done.stderr)

    def test_6_an_endpoint_that_is_gone_is_told_at_once(self):
        self.endpoint.kill()
        self.endpoint.wait()
        why = self.reads("io1", "holding_register", 0, 1, code=1)
        self.assertTrue("down" in why or "ended" in why or "silent" in why, why)
        self.assertEqual(self.reads("io2", "holding_register", 0, 1), [2000])


if __name__ == "__main__":
    unittest.main(failfast=True)
