#!/usr/bin/python3
"""SIGHUP: the publisher comes and goes with [mqtt], and what is fixed at the start stays, with the reason in the log."""

import os
import signal
import unittest

from one_gateway import DEVICE, OneGateway, eventually

MQTT = """
[mqtt]
url = "mqtt://127.0.0.1:9"
"""


class Reload(OneGateway):
    def setUp(self):
        super().setUp()
        self.write()
        self.start()
        self.runs()

    def reload(self, *configuration):
        self.write(*configuration)
        self.gateway.send_signal(signal.SIGHUP)

    def status(self):
        return self.asks("status")[0]

    def fronts(self):
        return [(front["name"], front["state"]) for front in self.status()["fronts"]]

    def entries(self, kind):
        return [entry["data"] for entry in self.asks(f"log search --kind {kind}")]

    def test_the_publisher_comes_and_goes_with_its_configuration(self):
        self.assertEqual(self.fronts(), [])
        self.reload(DEVICE + MQTT)
        eventually(lambda: self.fronts() == [("mqtt", "running")], "the publisher runs")
        self.assertIn("+mqtt", self.entries("config.changed")[-1]["changed"])
        self.reload(DEVICE)
        eventually(lambda: self.fronts() == [], "the publisher is gone")
        self.assertIn("-mqtt", self.entries("config.changed")[-1]["changed"])

    def test_what_is_fixed_at_the_start_is_refused_whole_and_said(self):
        before = self.status()["config_hash"]
        self.reload(DEVICE + MQTT)
        eventually(lambda: self.fronts() == [("mqtt", "running")], "the publisher runs")
        taken = self.status()["config_hash"]
        self.assertNotEqual(taken, before)
        changed = self.config.read_text().replace('"dc7"', '"dc8"').replace("127.0.0.1:9", "127.0.0.1:10")
        self.config.write_text(changed)
        self.gateway.send_signal(signal.SIGHUP)
        eventually(lambda: self.entries("config.refused"), "the refusal")
        why = self.entries("config.refused")[0]["why"]
        self.assertIn("`site.id`", why)
        self.assertIn("systemctl restart sealwarden", why)
        self.assertEqual((self.status()["site"], self.status()["config_hash"]), ("dc7", taken))
        # Nothing of it was taken, so nothing of it is lost when the rest comes again with the right id.
        self.config.write_text(changed.replace('"dc8"', '"dc7"'))
        self.gateway.send_signal(signal.SIGHUP)
        eventually(lambda: self.entries("config.changed")[-1].get("changed") == "mqtt.url", "the rest is taken")

    def test_a_publisher_that_reads_another_identity_publishes_nothing(self):
        self.reload(DEVICE + MQTT)
        eventually(lambda: self.fronts() == [("mqtt", "running")], "the publisher runs")
        self.config.write_text(self.config.read_text().replace('"gw1"', '"gw2"'))
        publisher = self.publisher()
        signal.pidfd_send_signal(publisher, signal.SIGKILL)
        eventually(lambda: self.says("it is dc7/gw1, and this configuration says dc7/gw2"), "the reason")

    def publisher(self):
        """The gateway's one child, held so that no other process can be meant."""
        with open(f"/proc/{self.gateway.pid}/task/{self.gateway.pid}/children", encoding="utf-8") as file:
            (child,) = file.read().split()
        descriptor = os.pidfd_open(int(child))
        self.addCleanup(os.close, descriptor)
        return descriptor


if __name__ == "__main__":
    unittest.main(verbosity=2)
