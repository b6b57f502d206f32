#!/usr/bin/python3
"""A gateway has the closings of its epochs stamped with the time by an authority behind HTTPS (openssl ts)."""
import json
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import unittest

from authority import Authority
from witness_parts import BINARY, free_port, until

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "evidence"))
sys.path.insert(0, str(HERE.parent / "mqtt"))
from evidence_test import COMMISSION, run  # noqa: E402
from peers import Process  # noqa: E402


class TimeStampsTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sealwarden-stamps-"))
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.authority = Authority(self.directory / "authority", free_port())
        self.addCleanup(self.authority.stop)
        self.config = self.directory / "site.toml"
        (self.directory / "log").mkdir()
        self.config.write_text(
            f'[site]\nid = "dc7"\nname = "Distribution centre 7"\ngateway = "gw1"\n[log]\ndirectory = "{self.directory}/log"\n'
            f'[local]\nsocket = "{self.directory}/door.sock"\n[evidence.time_stamps]\nperiod = "1min"\n'
            f'url = "https://localhost:{self.authority.port}/tsr"\ncertificates = "{self.authority.root}"\n')
        run(COMMISSION, self.directory / "log" / "keys", "sealwarden/dc7/gw1")

    def start(self, trusted):
        """`trusted`: the certificates by which HTTPS is checked; the system's are no matter of this test."""
        os.environ["SSL_CERT_FILE"] = str(trusted)
        self.addCleanup(os.environ.pop, "SSL_CERT_FILE")
        process = Process([BINARY, "run", "--config", str(self.config)], self.directory / "gateway.log")
        self.addCleanup(process.stop)
        until(lambda: run(BINARY, "status", "--config", self.config).returncode == 0, "the gateway runs")

    def rows(self, sql):
        log = sqlite3.connect(f"file:{self.directory}/log/log.db?mode=ro", uri=True)
        try:
            return log.execute(sql).fetchall()
        finally:
            log.close()

    def closings(self):
        return [size for (size,) in self.rows("SELECT size FROM checkpoint WHERE closes IS NOT NULL ORDER BY size")]

    def stamps(self):
        return [json.loads(b)["data"] for (b,) in self.rows("SELECT bytes FROM entry WHERE kind = 'anchor.tsa' ORDER BY i")]

    def anchor(self):
        checks = json.loads(run(BINARY, "doctor", "--json", "--config", self.config).stdout)["checks"]
        return next((c for c in checks if c["check"].startswith("anchor https")), None)

    def test_an_authority_that_comes_back_stamps_the_newest_closing_and_openssl_verifies_it(self):
        self.start(self.authority.root)
        until(lambda: len(self.closings()) >= 3, "three epochs end", 40)
        until(lambda: (self.anchor() or {}).get("level") == "warn", "doctor names it")
        self.assertEqual(self.stamps(), [])
        missed = self.closings()
        self.authority.start()
        until(self.stamps, "a stamp", 60)
        (stamp,) = self.stamps()
        self.assertGreaterEqual(stamp["size"], missed[-1], "the newest, not one after the other")
        self.assertIn(stamp["size"], self.closings())
        ((reply,),) = self.rows("SELECT reply FROM stamp")
        ((note,),) = self.rows(f"SELECT note FROM checkpoint WHERE size = {stamp['size']}")
        self.assertTrue(self.authority.verifies(reply, note))
        self.assertEqual(self.authority.asked, 1)
        until(lambda: self.anchor()["level"] == "ok", "doctor is content")
        before = len(self.closings())
        until(lambda: len(self.closings()) > before, "another epoch ends")
        self.assertEqual(len(self.stamps()), 1, "once a period")

    def test_a_server_that_no_known_authority_vouches_for_is_not_asked(self):
        self.authority.start()
        self.start(self.authority.directory / "stamps.pem")
        until(lambda: (self.anchor() or {}).get("level") == "warn", "doctor names it", 30)
        self.assertIn("certificate verify failed", self.anchor()["reason"])
        self.assertEqual(self.authority.asked, 0)


if __name__ == "__main__":
    unittest.main()
