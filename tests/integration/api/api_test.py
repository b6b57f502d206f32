#!/usr/bin/python3
"""The console's API on a running site: every route of the OpenAPI document is asked over the console's unix socket, and
what it answers is held against the document's own schemas; the figures are read by promtool, the document by Redocly.

One run of one site: the demo's, with its doors, seals and cameras simulated."""

import http.client
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "config" / "demo"))
from story import Site, free_port  # noqa: E402

BINARY = os.environ["SEALWARDEN_BINARY"]
PEERS = ROOT / "tests" / "peers"


class OverUnixSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class ApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="sealwarden-api-")
        cls.addClassCleanup(cls.directory.cleanup)
        cls.site = Site(BINARY, cls.directory.name, "20")
        text = cls.site.config.read_text().replace("[mqtt]\nurl", "[gone]\nurl").split("[gone]")
        text = text[0] + text[1][text[1].index("\n\n") :]  # no broker
        cls.site.config.write_text(f'{text}\n[console]\nlisten = ["127.0.0.1:{free_port()}"]\n')
        cls.socket = cls.site.directory / "console.sock"
        commissioned = subprocess.run([BINARY, "commission", "--years", "1", "--config", cls.site.config],
                                      capture_output=True, text=True, timeout=60)
        if commissioned.returncode != 0:
            raise SystemExit(commissioned.stderr)
        cls.addClassCleanup(lambda: print((cls.site.directory / "gateway.log").read_text(), file=sys.stderr))
        cls.addClassCleanup(cls.site.stop)
        cls.site.start_simulator(str(ROOT / "config" / "demo" / "morning.toml"), lambda deed: None)
        cls.site.start_gateway()
        cls.document = json.loads(cls.verb("console", "openapi"))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if cls.ask("GET", "/readyz")[0] == 200:
                    break
            except (OSError, http.client.HTTPException):
                pass
            threading.Event().wait(0.1)
        cls.act("person.add", person="ana-r", name="Ana Rivas", rights="seal,inspect,supervise,stock,access,alarms,cases,test",
                trained_until="2099-12-31")
        cls.act("lot.receive", lot="lot-17", maker="Seal Works", seal_class="H", first="HL777000", last="HL777499",
                certificate="LAB-1", person="ana-r")
        cls.act("visit.arrive", door="d09", container="MSCU6639870", purpose="unload", person="ana-r")
        cls.act("seal.verify", seal="HL123456", container="MSCU6639870", door="d09", view="good", verify="good", tug="good",
                twist="good", person="ana-r")
        cls.act("case.open", cause="a look at it", person="ana-r")
        cls.seen = set()  # operations that were asked

    @classmethod
    def verb(cls, *words):
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout

    @classmethod
    def ask(cls, method, path, body=None, headers=None):
        connection = OverUnixSocket(cls.socket)
        try:
            connection.request(method, path, body=json.dumps(body) if body is not None else None,
                               headers={"content-type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @classmethod
    def act(cls, name, /, **arguments):
        status, _, body = cls.ask("POST", f"/api/v1/acts/{name}", arguments)
        assert status == 200, (name, status, body)
        return json.loads(body)["index"]

    def schema_of(self, pattern, method, status):
        answer = self.document["paths"][pattern][method]["responses"][str(status)]
        return answer.get("content", {}).get("application/json", {}).get("schema")

    def holds(self, pattern, path, method="get", body=None, status=200):
        """What a route answers is of the schema that the document has for it."""
        got, headers, text = self.ask(method.upper(), path, body)
        self.assertEqual(got, status, (path, text[:300]))
        self.seen.add((method, pattern))
        schema = self.schema_of(pattern, method, status)
        if schema is None:
            return headers, text
        self.assertEqual(headers["Content-Type"], "application/json", path)
        told = json.loads(text)
        whole = {**schema, "components": self.document["components"]}
        errors = list(jsonschema.Draft202012Validator(whole).iter_errors(told))
        self.assertEqual([f"{list(e.absolute_path)}: {e.message[:200]}" for e in errors], [], path)
        return headers, told

    def test_every_answer_is_of_the_schema_the_document_promises(self):
        api = "/api/v1"
        for path in ("/site", "/status", "/state", "/points", "/buses", "/checkpoint", "/alarms", "/alarms/figures", "/entries",
                     "/acts", "/coverage", "/handover", "/settings", "/stock", "/evidence"):
            self.holds(api + path, api + path)
        self.holds(f"{api}/stock", f"{api}/stock?ranges=1")
        self.holds(f"{api}/points", f"{api}/points?device=io1")
        self.holds(f"{api}/entries", f"{api}/entries?order=newest&limit=5&kinds=door.opened,door.closed,boot&subject=gateway:gw1")
        self.holds(f"{api}/entries", f"{api}/entries?personal=1")
        self.holds(f"{api}/entries/{{index}}", f"{api}/entries/0")
        for kind in ("visit", "container", "seal_number", "lot", "case", "person", "visitor", "driver", "test"):
            self.holds(f"{api}/records/{{kind}}", f"{api}/records/{kind}?ended=1")
        _, told = self.holds(f"{api}/records/{{kind}}/{{id}}", f"{api}/records/seal_number/HL123456")
        self.assertGreaterEqual(len(told["entries"]), 1)
        _, person = self.holds(f"{api}/records/{{kind}}/{{id}}", f"{api}/records/person/ana-r?personal=1")
        self.assertEqual(person["personal"]["name"], "Ana Rivas")
        for door in ("d07", "d09"):
            self.holds(f"{api}/timeline", f"{api}/timeline?subject=door:{door}&width=700")
        self.holds(f"{api}/timeline", f"{api}/timeline?subject=container:MSCU6639870")
        self.holds(f"{api}/coverage", f"{api}/coverage?subject=door:d07")
        for path in ("/healthz", "/openapi.json"):
            self.holds(path, path)

    def test_users_are_added_changed_and_removed_over_the_socket(self):
        api = "/api/v1"
        wanted = {"user": "luis", "name": "Luis M.", "role": "supervisor", "password": "a quiet road by the river"}
        self.holds(f"{api}/users", f"{api}/users", "post", wanted, status=201)
        self.holds(f"{api}/users", f"{api}/users")
        self.holds(f"{api}/users/{{user}}", f"{api}/users/luis")
        _, changed = self.holds(f"{api}/users/{{user}}", f"{api}/users/luis", "patch", {"role": "auditor", "trained_on": "2026-11-02"})
        self.assertEqual(changed["role"], "auditor")
        self.holds(f"{api}/users/{{user}}", f"{api}/users/luis", "delete", status=204)
        for path in ("/roles", "/tokens", "/session", "/setup"):
            self.holds(api + path, api + path)
        status, _, text = self.ask("POST", f"{api}/tokens", {"name": "x", "rights": ["live"], "password": "y"})
        self.assertEqual((status, json.loads(text)["code"]), (403, "not_allowed"), "the machine is no user")

    def test_search_finds_what_is_there_by_any_part_of_it(self):
        for typed, wanted in (("MSCU6639870", "container:MSCU6639870"), ("mscu 663987-0", "container:MSCU6639870"),
                              ("123456", "seal_number:HL123456"), ("anden 9", "door:d09"), ("d09", "door:d09"),
                              ("ana-r", "person:ana-r"), ("lot-17", "lot:lot-17")):
            _, found = self.holds("/api/v1/search", f"/api/v1/search?q={urllib.parse.quote(typed)}")
            self.assertIn(wanted, [f"{hit['kind']}:{hit['id']}" for hit in found["hits"]], typed)
        _, by_name = self.holds("/api/v1/search", "/api/v1/search?q=rivas&personal=1")
        self.assertEqual(by_name["hits"][0]["title"], "Ana Rivas")
        _, alike = self.holds("/api/v1/search", "/api/v1/search?q=MSCU66398TO")
        self.assertEqual([hit for hit in alike["hits"] if not hit.get("alike")], [])

    def test_an_alarm_is_told_and_acknowledged_once(self):
        self.act("seal.tampered", seal="HL123456", note="it is loose", person="ana-r")
        deadline = time.monotonic() + 60
        alarms = []
        while not alarms and time.monotonic() < deadline:
            _, told = self.holds("/api/v1/alarms", "/api/v1/alarms")
            alarms = [alarm for alarm in told["alarms"] if alarm["state"] in ("unack_active", "rtn_unack")]
            threading.Event().wait(0.2)
        self.assertTrue(alarms, "nothing ever went wrong in the demo")
        name = alarms[0]["id"]
        _, one = self.holds("/api/v1/alarms/{id}", f"/api/v1/alarms/{name}")
        self.assertGreaterEqual(len(one["entries"]), 1)
        self.assertGreaterEqual(len(one["instructions"]), 2)
        body = {"alarm": name, "reason": "seen", "note": "on my way"}
        _, recorded = self.holds("/api/v1/acts/{act}", "/api/v1/acts/acknowledge", "post", body)
        _, entry = self.holds("/api/v1/entries/{index}", f"/api/v1/entries/{recorded['index']}?personal=1")
        self.assertEqual(entry["entry"]["kind"], "alarm.acknowledged")
        self.assertEqual(entry["entry"]["data"]["reason"], "seen")
        self.assertEqual(entry["personal"]["note"], "on my way")
        self.assertEqual(entry["entry"]["data"]["channel"], "console")
        status, headers, text = self.ask("POST", "/api/v1/acts/acknowledge", {"alarm": "no-such"})
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        problem = json.loads(text)
        jsonschema.validate(problem, self.document["components"]["schemas"]["Problem"])
        self.assertEqual((status, problem["code"]), (409, "refused"))
        self.assertIsInstance(problem["index"], int)

    def test_a_device_is_read_once(self):
        _, told = self.holds("/api/v1/devices/{id}/read", "/api/v1/devices/io1/read", "post",
                             {"table": "input_register", "address": 0x30, "count": 1})
        self.assertEqual(len(told["registers"]), 1)
        status, _, text = self.ask("POST", "/api/v1/devices/no-such/read", {"table": "coil", "address": 0, "count": 1})
        self.assertEqual((status, json.loads(text)["code"]), (404, "not_found"))

    def test_evidence_is_previewed_ordered_built_and_verified(self):
        question = {"subject": "door:d09", "since": int((time.time() - 3600) * 1000), "until": int(time.time() * 1000)}
        _, lacking = self.holds("/api/v1/evidence/preview", "/api/v1/evidence/preview", "post", question)
        self.assertIn("checks", [meter["what"] for meter in lacking["meters"]])
        order = {**question, "for": "customs", "why": "audit 17"}
        _, job = self.holds("/api/v1/evidence", "/api/v1/evidence", "post", order, status=202)
        deadline = time.monotonic() + 60
        while job["state"] not in ("done", "failed") and time.monotonic() < deadline:
            _, job = self.holds("/api/v1/evidence/{id}", f"/api/v1/evidence/{job['id']}")
            threading.Event().wait(0.1)
        self.assertEqual(job["state"], "done", job)
        headers, bundle = self.holds("/api/v1/evidence/{id}/file", f"/api/v1/evidence/{job['id']}/file")
        self.assertIn(job["file"], headers["Content-Disposition"])
        self.assertEqual(len(bundle), job["size"])
        made = pathlib.Path(self.directory.name) / "bundle.zip"
        made.write_bytes(bundle)
        sheet = pathlib.Path(self.directory.name) / "sheet.txt"
        sheet.write_text(self.verb("evidence", "sheet", "--config", self.site.config))
        verified = subprocess.run([os.environ["SEALWARDEN_VERIFY"], made, "--sheet", sheet, "--query", "door:d09"],
                                  capture_output=True, text=True, timeout=60)
        self.assertIn(verified.returncode, (0, 4), verified.stdout + verified.stderr)
        _, entry = self.holds("/api/v1/entries/{index}", f"/api/v1/entries/{job['entry']}")
        self.assertEqual(entry["entry"]["kind"], "export.made")

    def test_an_export_is_in_the_log_before_it_is_given(self):
        for form, kind in (("csv", "text/csv"), ("ndjson", "application/x-ndjson")):
            headers, text = self.holds("/api/v1/export", f"/api/v1/export?format={form}&limit=1")
            self.assertTrue(headers["Content-Type"].startswith(kind))
            self.assertGreater(len(text.splitlines()), 3)
        _, told = self.holds("/api/v1/entries", "/api/v1/entries?kinds=console.exported")
        self.assertGreaterEqual(len(told["entries"]), 2)

    def test_what_the_client_has_is_not_sent_again(self):
        headers, _ = self.holds("/api/v1/settings", "/api/v1/settings")
        status, _, body = self.ask("GET", "/api/v1/settings", headers={"if-none-match": headers["Etag"]})
        self.assertEqual((status, body), (304, b""))
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_a_wrong_question_is_a_problem_that_names_the_field(self):
        for path, named in (("/api/v1/entries?limit=0", "limit"), ("/api/v1/entries?kinds=door.opend", "door.opend"),
                            ("/api/v1/timeline", "subject"), ("/api/v1/search?q=", "q"), ("/api/v1/coverage?since=yesterday", "since")):
            status, headers, text = self.ask("GET", path)
            self.assertEqual((status, headers["Content-Type"]), (400, "application/problem+json"), path)
            problem = json.loads(text)
            jsonschema.validate(problem, self.document["components"]["schemas"]["Problem"])
            self.assertEqual(problem["code"], "usage")
            self.assertIn(named, problem["detail"])

    def test_promtool_reads_the_figures(self):
        _, page = self.holds("/metrics", "/metrics")
        checked = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=30)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        text = page.decode()
        self.assertIn("sealwarden_up 1", text)
        self.assertIn('sealwarden_device_up{bus="east",device="io1"} 1', text)
        for figure in ("log_commit_duration", "log_fsync_duration", "loop_lag", "detection_latency"):
            counted = re.search(rf"^sealwarden_{figure}_seconds_count (\d+)$", text, re.M)
            self.assertGreater(int(counted[1]), 0, figure)
        for rules in ("check", "test"):
            file = "alerts.yml" if rules == "check" else "alerts_test.yml"
            done = subprocess.run(["promtool", rules, "rules", file], cwd=ROOT / "config" / "monitoring", capture_output=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_redocly_finds_nothing_wrong_with_the_document(self):
        file = pathlib.Path(self.directory.name) / "openapi.json"
        file.write_text(json.dumps(self.document))
        linted = subprocess.run([PEERS / "node_modules" / ".bin" / "redocly", "lint", "--config", PEERS / "redocly.yaml", file],
                                capture_output=True, text=True, timeout=120, env={**os.environ, "REDOCLY_TELEMETRY": "off", "CI": "1"})
        self.assertEqual(linted.returncode, 0, linted.stdout + linted.stderr)
        self.assertNotIn("warning", linted.stderr.split("validated in")[0].lower())

    @classmethod
    def tearDownClass(cls):
        # Of another part's routes, the parts have tests of their own.
        # A browser's own are asked over TLS: console/identity_test.py.
        elsewhere = ("/api/v1/session/password", "/api/v1/tokens/", "/api/v1/live", "/api/v1/cameras", "/api/v1/pictures", "/livez",
                     "/readyz")
        browsers = {("post", "/api/v1/session"), ("patch", "/api/v1/session"), ("delete", "/api/v1/session"), ("post", "/api/v1/setup"),
                    ("post", "/api/v1/tokens")}
        missed = [f"{method} {path}" for path, operations in cls.document["paths"].items() for method in operations
                  if not path.startswith(elsewhere) and (method, path) not in cls.seen | browsers]
        assert not missed, f"operations that no test asked: {missed}"


if __name__ == "__main__":
    unittest.main(verbosity=2)
