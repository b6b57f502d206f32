#!/usr/bin/python3
"""Sounders on a foreign Modbus device (pymodbus), which tells every write that reaches it."""

import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))
from one_gateway import BINARY, ROOT, OneGateway, eventually  # noqa: E402

SITE = """
[[bus]]
id = "east"
transport = "tcp"
host = "127.0.0.1"
port = {port}
  [[bus.device]]
  id = "io1"
  profile = "moxa-iologik-e1214"
  period_ms = 50
[[door]]
id = "d07"
kind = "personnel"
contact = "io1.di0"
contact_active = "closed"
controlled = true
[[output]]
id = "siren"
name = {{ en = "Siren", es = "Sirena" }}
point = "io1.relay0"
priorities = ["high"]
limit_s = 30
follows_within_ms = 1000
[[output]]
id = "beacon"
point = "io1.relay3"
groups = ["guards"]
[[alarm.escalation]]
priority = "high"
after_min = 1
group = "guards"
"""


class OutputsTest(OneGateway):
    def setUp(self):
        super().setUp()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.writes = []
        self.peer = subprocess.Popen([ROOT / "tests/peers/pymodbus_relays.py", str(self.port)], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end_peer)
        threading.Thread(target=self.listen, daemon=True).start()
        self.write(SITE, port=self.port)

    def end_peer(self):
        self.peer.kill()
        self.peer.wait()
        self.peer.stdin.close()

    def listen(self):
        for line in self.peer.stdout:
            self.writes.append((time.monotonic(), line.strip()))

    def wrote(self):
        return [line for _, line in self.writes]

    def order(self, words):
        self.peer.stdin.write(words + "\n")
        self.peer.stdin.flush()

    def begin(self):
        self.order("input 48 1")  # the contact is closed: so is the door
        self.order("coil 0 1")
        self.order("coil 3 1")
        eventually(self.listens, "the module listens")
        self.start("--no-fronts")
        self.runs()
        eventually(lambda: self.asks("log search --kind door.closed"), "the door is closed")
        eventually(lambda: {"coil 0 0", "coil 3 0"} <= set(self.wrote()), "relays that are found on are switched off")
        eventually(lambda: all(p["value"] is False for p in self.asks("point list")[0]["points"] if "relay" in p["point"]),
                   "and seen to be off")
        self.writes.clear()

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
        except OSError:
            return False
        return True

    def opens(self):
        self.order("input 48 0")

    def kinds(self, kind):
        return [(e["subj"][0]["v"], e["data"].get("cause")) for e in self.asks(f"log search --kind {kind}")]

    def test_an_alarm_switches_it_on_and_its_acknowledgement_off(self):
        self.begin()
        self.opens()
        eventually(lambda: "coil 0 1" in self.wrote(), "the relay is switched on")
        self.assertEqual(self.kinds("output.on"), [("siren", "alarm")])
        on = self.asks("log search --kind output.on")[0]
        self.assertEqual(on["subj"][1]["v"], "door-forced-d07")
        code, _, err = self.shell("$SEALWARDEN alarm ack door-forced-d07")
        self.assertEqual(code, 0, err)
        eventually(lambda: self.wrote()[-1] == "coil 0 0", "and off")
        self.assertEqual(self.kinds("output.off"), [("siren", "answered")])
        self.assertEqual(set(self.wrote()), {"coil 0 1", "coil 0 0"}, "and nothing else was ever written")
        self.assertEqual(self.kinds("output.failed"), [])

    def test_an_alarm_that_stands_leaves_no_relay_on_behind_the_gateway_and_finds_it_on_again(self):
        self.begin()
        self.opens()
        eventually(lambda: "coil 0 1" in self.wrote(), "the relay is switched on")
        self.end()
        self.assertEqual(self.wrote()[-1], "coil 0 0", "it is off when the gateway has ended")
        self.writes.clear()
        self.start("--no-fronts")
        eventually(lambda: "coil 0 1" in self.wrote(), "the alarm still waits")
        self.assertIn(("siren", "shutdown"), self.kinds("output.off"))

    def test_one_that_does_not_follow_is_an_alarm_until_it_does(self):
        self.begin()
        self.order("stuck 1")
        self.opens()
        eventually(lambda: self.kinds("output.failed"), "it is told that it does not follow")
        failed = self.asks("log search --kind output.failed")[0]
        self.assertEqual((failed["data"]["commanded"], failed["data"]["seen"]), (True, False))
        self.assertIn("output-failed-siren", [e["subj"][0]["v"] for e in self.asks("log search --kind alarm.raised")])
        tries = self.wrote().count("coil 0 1")
        eventually(lambda: self.wrote().count("coil 0 1") >= tries + 3, "it is told again")
        times = [t for t, line in self.writes if line == "coil 0 1"][-3:]
        self.assertGreater(min(b - a for a, b in zip(times, times[1:])), 0.9, "once a second at most")
        self.order("stuck 0")
        eventually(lambda: self.kinds("output.well"), "it follows again")

    def test_somebody_else_who_switches_it_is_noticed_and_undone(self):
        self.begin()
        self.order("coil 0 1")
        eventually(lambda: "coil 0 0" in self.wrote(), "it is switched back")

    def test_a_test_needs_the_right_ends_by_itself_and_is_logged(self):
        self.begin()
        code, _, err = self.shell("$SEALWARDEN output test --output siren --seconds 1 --person ana-r")
        self.assertNotEqual(code, 0)
        self.assertEqual(self.shell("$SEALWARDEN person add --person ana-r --name Ana --rights alarms")[0], 0)
        code, _, err = self.shell("$SEALWARDEN output test --output siren --seconds 1 --person ana-r")
        self.assertEqual(code, 0, err)
        eventually(lambda: self.wrote() == ["coil 0 1", "coil 0 0"], "on and off again")
        took = self.writes[1][0] - self.writes[0][0]
        self.assertAlmostEqual(took, 1.0, delta=0.5)
        on = self.asks("log search --kind output.on")[0]
        self.assertEqual((on["data"]["cause"], on["data"]["person"], on["data"]["seconds"]), ("test", "ana-r", 1))
        self.assertEqual(self.kinds("output.off"), [("siren", "test_over")])

    def test_the_step_of_the_escalation_switches_its_own(self):
        self.begin()
        self.opens()
        eventually(lambda: "coil 3 1" in self.wrote(), "the step switches the beacon on", 90)
        self.assertIn(("beacon", "escalation"), self.kinds("output.on"))
        self.assertIn(("siren", "limit"), self.kinds("output.off"), "the siren was on for its thirty seconds")

    def test_a_point_that_no_profile_declares_is_refused(self):
        self.config.write_text(self.config.read_text().replace('point = "io1.relay0"', 'point = "io1.di1"'))
        code, out, err = self.shell("$SEALWARDEN config check")
        self.assertEqual(code, 78)
        self.assertRegex(out + err, r"site\.toml:\d+:\d+: .*io1\.di1 is not to be written")


if __name__ == "__main__":
    unittest.main(verbosity=2)
