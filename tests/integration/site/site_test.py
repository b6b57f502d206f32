#!/usr/bin/python3
"""The whole product against a real broker: simulated site, gateway, MQTT front, command line.

One run of one site, told in the order of its tests: alarms arrive, the broker dies and the gateway is killed, nothing
that was committed is lost, a broken configuration is refused, an alarm is acknowledged, commands come over MQTT, the end
is said."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import paho.mqtt.client as mqtt

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "config" / "demo"))
from story import Site  # noqa: E402

BINARY = os.environ["SEALWARDEN_BINARY"]
BASE = "sealwarden/v1/dc7/gw1"


class Heard:
    """A subscriber that keeps what it hears and survives a broker that goes away."""

    def __init__(self, port):
        self.changed = threading.Condition()
        self.retained, self.events, self.entries, self.replies = {}, [], {}, {}
        self.order = []
        self.client = mqtt.Client(client_id="site-test", clean_session=False, protocol=mqtt.MQTTv311)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda c, *_: c.subscribe(f"{BASE}/#", qos=1)
        self.client.on_message = self.on_message
        self.subscriptions = 0
        self.client.on_subscribe = self.on_subscribe
        self.client.connect("127.0.0.1", port, keepalive=5)
        self.client.loop_start()

    def on_subscribe(self, *_):
        with self.changed:
            self.subscriptions += 1
            self.changed.notify_all()

    def on_message(self, _client, _data, message):
        topic = message.topic[len(BASE) + 1:]
        with self.changed:
            if topic == "log":
                for entry in json.loads(message.payload)["records"]:
                    if entry["i"] not in self.entries:
                        self.order.append(entry["i"])
                    self.entries[entry["i"]] = entry
            elif topic == "reply":
                reply = json.loads(message.payload)
                self.replies[reply["id"]] = reply
            elif topic.startswith("event/"):
                self.events.append(json.loads(message.payload))
            elif topic != "command":
                self.retained[topic] = message.payload
            self.changed.notify_all()

    def until(self, holds, seconds=40):
        with self.changed:
            return self.changed.wait_for(holds, timeout=seconds)

    def asks(self, number, command, **arguments):
        """Sends a command and waits for its reply."""
        message = {"v": 1, "id": number, "command": command, "arguments": arguments}
        self.client.publish(f"{BASE}/command", json.dumps(message), qos=1)
        self.until(lambda: number in self.replies)
        return self.replies.get(number)

    def alarm(self, alarm_id):
        payload = self.retained.get(f"alarm/{alarm_id}")
        return json.loads(payload) if payload else None

    def kinds(self):
        return [entry["kind"] for _, entry in sorted(self.entries.items())]


class SiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="sealwarden-site-")
        cls.site = Site(BINARY, cls.directory.name, "1")
        cls.site.config.write_text(cls.site.config.read_text().replace("[mqtt]\n", "[mqtt]\ncommands = true\n"))
        cls.addClassCleanup(cls.directory.cleanup)
        cls.addClassCleanup(lambda: print((cls.site.directory / "gateway.log").read_text(), file=sys.stderr))
        cls.addClassCleanup(cls.site.stop)
        cls.site.start_broker()
        cls.broker = cls.site.processes[-1]
        cls.heard = Heard(cls.site.broker_port)
        cls.addClassCleanup(cls.heard.client.loop_stop)
        cls.site.start_simulator(str(HERE / "shift.toml"), lambda deed: None)
        cls.gateway = cls.site.start_gateway()

    def command(self, *words, code=0):
        done = subprocess.run([BINARY, *words, "--config", str(self.site.config)], capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    @staticmethod
    def eventually(holds, seconds=20):
        waiting, deadline = threading.Event(), time.monotonic() + seconds
        while not holds() and time.monotonic() < deadline:
            waiting.wait(0.05)
        return holds()

    def stored(self):
        log = sqlite3.connect(f"file:{self.site.directory}/log/log.db?mode=ro", uri=True)
        try:
            return {i: json.loads(b) for i, b in log.execute("SELECT i, bytes FROM entry ORDER BY i")}
        finally:
            log.close()

    def test_1_every_kind_of_alarm_reaches_the_broker(self):
        for alarm in ("door-forced-office", "seal-tamper-s07", "cabinet-open-main", "camera-not-recording-c07"):
            self.assertTrue(self.heard.until(lambda alarm=alarm: self.heard.alarm(alarm)), f"{alarm} did not arrive")
        self.assertEqual(self.heard.alarm("door-forced-office")["prio"], "high")
        self.assertEqual(self.heard.alarm("camera-not-recording-c07")["prio"], "medium")
        self.assertTrue(self.heard.until(
            lambda: any(e["event_type"] in ("door_opened_between_polls", "door_opened") and e.get("door") == "d08" for e in self.heard.events)),
            f"an opening of 20 ms was not told, neither by the counter nor, by chance, by the level: {self.heard.events}")
        self.assertEqual(json.loads(self.heard.retained["door/d07/state"])["state"], "closed")

    def test_2_nothing_committed_is_lost_when_broker_and_gateway_die(self):
        self.broker.kill()
        self.broker.wait()
        self.assertTrue(self.eventually(lambda: "Connection refused" in self.command("status")), self.command("status"))
        self.assertIn("Connection refused", self.doctor()["broker"]["reason"])
        before = len(self.stored())
        self.assertTrue(self.eventually(lambda: len(self.stored()) > before), "nothing is recorded without a broker")
        self.gateway.send_signal(signal.SIGKILL)
        self.gateway.wait()
        # A subscriber that is not there cannot be told: it comes before the gateway does.
        self.site.start_broker()
        self.assertTrue(self.heard.until(lambda: self.heard.subscriptions == 2))
        type(self).gateway = self.site.start_gateway()
        self.assertTrue(self.heard.until(lambda: self.heard.kinds().count("boot") == 2), "the second start did not arrive")
        self.assertTrue(self.heard.until(
            lambda: sum(e["kind"] == "door.closed" and {"d09"} <= {s["v"] for s in e["subj"]} for e in self.heard.entries.values()) >= 4),
            "the door's traffic did not arrive")
        stored = self.stored()
        self.assertTrue(self.heard.until(lambda: set(stored) <= set(self.heard.entries)), "committed entries are missing")
        for index, entry in stored.items():
            self.assertEqual(self.heard.entries[index], entry)
        self.assertEqual(self.heard.order, sorted(self.heard.order), "new indexes came out of order")
        boots = [e for _, e in sorted(self.heard.entries.items()) if e["kind"] == "boot"]
        self.assertEqual([b["data"]["ended"] for b in boots], ["first_start", "cut_off"])

    def test_3_an_alarm_that_still_holds_after_the_restart_is_the_same_alarm(self):
        raised = [e for e in self.heard.entries.values()
                  if e["kind"] == "alarm.raised" and any(s["v"] == "cabinet-open-main" for s in e["subj"])]
        self.assertEqual(len(raised), 1)
        self.assertEqual(self.heard.alarm("cabinet-open-main")["count"], 1)

    def test_4_a_broken_configuration_is_refused_and_the_old_one_stays(self):
        good = self.site.config.read_text()
        self.site.config.write_text(good.replace('id = "d07"', 'id = "d07"\nsettel_ms = 5'))
        self.gateway.send_signal(signal.SIGHUP)
        self.assertTrue(self.heard.until(lambda: "config.refused" in self.heard.kinds()))
        why = next(e["data"]["why"] for e in self.heard.entries.values() if e["kind"] == "config.refused")
        self.assertIn("settle_ms", why)
        self.site.config.write_text(good.replace("held_open_after_s = 8", "held_open_after_s = 9")
                                    .replace('"Dock 7"', '"Ramp 7"'))
        before = self.heard.kinds().count("config.changed")
        self.gateway.send_signal(signal.SIGHUP)
        self.assertTrue(self.heard.until(lambda: self.heard.kinds().count("config.changed") == before + 1))
        # Names are the front's to tell: it comes back with the new configuration by itself.
        self.assertTrue(self.heard.until(
            lambda: json.loads(self.heard.retained["door/d07/state"]).get("name") == "Ramp 7"))

    def test_5_an_acknowledged_alarm_that_is_over_leaves_the_broker(self):
        self.command("alarm", "ack", "door-forced-office")
        self.assertTrue(self.heard.until(lambda: self.heard.retained["alarm/door-forced-office"] == b""))
        acknowledged = [e for e in self.heard.entries.values() if e["kind"] == "alarm.acknowledged"]
        self.assertEqual(len(acknowledged), 1)
        self.assertIn(str(os.getuid()), acknowledged[0]["data"]["acknowledged_by"])

    def doctor(self):
        said = subprocess.run([BINARY, "doctor", "--json", "--config", str(self.site.config)], capture_output=True,
                              text=True, timeout=20, check=False).stdout
        return {check["check"]: check for check in json.loads(said)["checks"]}

    def test_6_the_command_line_answers(self):
        self.assertIn("connected to mqtt://127.0.0.1", self.command("status"))
        self.assertEqual(self.doctor()["broker"]["level"], "ok")
        self.assertIn("dc7", self.command("status"))
        listed = json.loads(self.command("point", "list", "--json"))
        self.assertIn("io1.di0", json.dumps(listed))
        self.assertIn("d08", self.command("log", "search", "--door", "d08", "--json"))
        self.command("alarm", "ack", "door-forced-nowhere", code=8)

    def test_7_commands_come_over_mqtt_and_stand_in_the_log_as_the_channel(self):
        expected = {"container": "MSCU6639870", "seals": "HL123456", "document": "BL-4711"}
        reply = self.heard.asks("m-1", "visit.expect", **expected)
        self.assertTrue(reply["ok"], reply)
        entry = self.stored()[reply["index"]]
        self.assertEqual(entry["kind"], "expected.given")
        self.assertEqual({key: entry["data"][key] for key in ("channel", "by", "command", "command_id", "seals")},
                         {"channel": "mqtt", "by": "mqtt", "command": "visit.expect", "command_id": "m-1", "seals": "HL123456"})
        self.assertEqual(self.heard.asks("m-2", "visit.expect", container="MSCU6639871")["code"], "refused", "a wrong check digit")
        refused = self.stored()[self.heard.replies["m-2"]["index"]]
        self.assertEqual((refused["kind"], refused["data"]["command_id"]), ("command.refused", "m-2"))
        self.assertEqual(self.heard.asks("m-3", "visit.expect")["code"], "usage")
        self.assertEqual(self.heard.asks("m-4", "erase", entry=0)["code"], "not_allowed")
        self.assertTrue(self.heard.asks("m-5", "acknowledge", alarm="seal-tamper-s07")["ok"])
        self.assertEqual(self.stored()[self.heard.replies["m-5"]["index"]]["kind"], "alarm.acknowledged")
        before = len(self.stored())
        del self.heard.replies["m-1"]
        self.assertEqual(self.heard.asks("m-1", "visit.expect", **expected)["index"], reply["index"], "not carried out again")
        self.assertEqual([e for e in list(self.stored().values())[before:] if e["data"].get("channel") == "mqtt"], [])
        # Neither topic nor payload of anything but the log tells which container.
        self.assertNotIn("MSCU", json.dumps(self.heard.events) + json.dumps(self.heard.replies) +
                         "".join(topic + payload.decode() for topic, payload in self.heard.retained.items()))

    def test_8_the_end_is_said(self):
        self.gateway.terminate()
        self.assertEqual(self.gateway.wait(timeout=15), 0)
        self.assertTrue(self.heard.until(lambda: self.heard.retained["status"] == b"offline"))
        self.assertEqual(list(self.stored().values())[-1]["kind"], "shutdown")
        verified = subprocess.run([str(ROOT / "tests/eventlog/verify_log.py"), f"{self.site.directory}/log"],
                                  capture_output=True, text=True, timeout=60)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.command("status", code=6)


if __name__ == "__main__":
    unittest.main(failfast=True)
