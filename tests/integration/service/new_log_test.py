#!/usr/bin/python3
"""The gateway's log is taken away while everything runs: the publisher goes on with the new one, to a real broker."""

import json
import pathlib
import sqlite3
import sys
import unittest

from one_gateway import DEVICE, OneGateway, eventually

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "mqtt"))
from peers import Mosquitto, Subscriber  # noqa: E402


class NewLog(OneGateway):
    def setUp(self):
        super().setUp()
        self.broker = Mosquitto(str(self.directory))
        self.addCleanup(self.broker.stop)
        self.heard = Subscriber(self.broker.port)
        self.addCleanup(self.heard.stop)
        self.write(DEVICE + '[mqtt]\nurl = "mqtt://127.0.0.1:{port}"\n', port=self.broker.port)
        self.start()
        self.runs()

    def stored(self):
        log = sqlite3.connect(f"file:{self.directory}/log/log.db?mode=ro", uri=True)
        try:
            return [json.loads(row) for (row,) in log.execute("SELECT bytes FROM entry ORDER BY i")]
        finally:
            log.close()

    def arrived(self):
        """Every record, in the order of its first arrival; one that comes again is the same."""
        records = []
        for _, payload, *_ in self.heard.all("log"):
            records += [record for record in json.loads(payload)["records"] if record not in records]
        return records

    def test_the_new_log_arrives_whole_behind_the_old_one(self):
        eventually(lambda: self.heard.last("alarm/device-offline-io1"), "an alarm")
        eventually(lambda: self.arrived() == self.stored(), "the log before")
        before = self.stored()
        (self.directory / "log" / "log.db").rename(self.directory / "taken-away.db")
        eventually(lambda: any(record["kind"] == "log.recovered" for record in self.arrived()), "the new log's beginning")
        # The old log may have taken one more entry until it was gone.
        eventually(lambda: self.arrived()[-len(self.stored()):] == self.stored(), "the new log, in order, from its beginning")
        self.assertEqual(self.arrived()[:len(before)], before)
        after = self.stored()
        self.assertEqual((after[0]["kind"], after[0]["i"], after[0]["data"]["generation"]), ("log.recovered", 0, 2))
        self.assertIn("alarm.carried", [record["kind"] for record in after])
        self.assertTrue(self.heard.last("alarm/device-offline-io1"), "an alarm that goes on stands at the broker")
        self.assertEqual(self.heard.last("status"), "online")


if __name__ == "__main__":
    unittest.main(verbosity=2)
