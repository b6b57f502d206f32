#!/usr/bin/python3
"""Who uses the console, with everything real: gateway, console over TLS, command line, mosquitto; and what the log says of it."""

import http.client
import json
import os
import pathlib
import ssl
import subprocess
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "service"), str(TESTS / "mqtt")]
from one_gateway import BINARY, DEVICE, OneGateway, eventually  # noqa: E402
from peers import Mosquitto, Subscriber, free_port  # noqa: E402

PASSWORD, ANOTHER = "vela norte tres cucharas", "azul doce faroles rotos"
CONSOLE = '[console]\nlisten = ["127.0.0.1:{https}"]\nsocket = "{directory}/console.sock"\n'
MQTT = '[mqtt]\nurl = "mqtt://127.0.0.1:{broker}"\ncommands = true\n'
PEOPLE = "[dock]\n"


class Browser:
    """Speaks as one does: keeps the cookie, sends the token."""

    def __init__(self, port, bearer=None):
        self.port, self.cookie, self.csrf, self.bearer = port, None, None, bearer

    def asks(self, method, path, body=None):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the certificate is the server's tests' matter
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        headers = {"Host": f"127.0.0.1:{self.port}"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        if self.bearer:
            headers["Authorization"] = "Bearer " + self.bearer
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        cookie = response.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        connection.close()
        answer = json.loads(text) if text else {}
        if isinstance(answer, dict) and answer.get("csrf"):
            self.csrf = answer["csrf"]
        return response.status, answer

    def signs_in(self, user, password=PASSWORD):
        return self.asks("POST", "/api/v1/session", {"user": user, "password": password})


class Identity(OneGateway):
    def serves(self, more="", **names):
        self.https = free_port()
        self.write(DEVICE + CONSOLE + more, https=self.https, **names)
        self.start()
        self.runs()
        eventually(self.answers, "the console answers")

    def answers(self):
        try:
            return Browser(self.https).asks("GET", "/api/v1/setup")[0] == 200
        except OSError:
            return False

    def verb(self, *words, password=None, code=0):
        done = subprocess.run([BINARY, "--config", str(self.config), *words], input=None if password is None else password + "\n",
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout

    def add_user(self, user, role, *more):
        self.verb("user", "add", user, "--name", "Name of " + user, "--role", role, "--password-fd", "0", *more, password=PASSWORD)

    def entries(self):
        """Those of the console, as (kind, act, user, by, reason)."""
        found = []
        for entry in self.asks("log search -n 1000"):
            if entry["kind"].startswith("console."):
                data, subject = entry["data"], entry["subj"][0]
                user = subject["v"] if subject["k"] == "user" else None
                found.append((entry["kind"][8:], data["act"], user, data.get("by"), data.get("reason")))
        return sorted(found, key=str)

    def has_entries(self, *wanted):
        eventually(lambda: set(wanted) <= set(self.entries()), f"{wanted} in {self.entries()}")

    def test_from_the_code_on_the_machine_to_the_last_sign_out_all_is_in_the_log(self):
        self.serves()
        root = f"uid:{os.geteuid()}(root)" if os.geteuid() == 0 else None
        browser = Browser(self.https)
        self.assertEqual(browser.asks("GET", "/api/v1/setup"), (200, {"needed": True}))
        code = self.verb("console", "setup-code").strip()
        status, session = browser.asks("POST", "/api/v1/setup",
                                       {"code": code, "user": "ana", "name": "Ana Rivas", "password": PASSWORD})
        self.assertEqual((status, session["role"]), (200, "admin"), session)
        status, made = browser.asks("POST", "/api/v1/users", {"user": "luis", "name": "Luis M.", "role": "supervisor",
                                                              "password": ANOTHER})
        self.assertEqual(status, 201, made)
        other = Browser(self.https)
        self.assertEqual(other.signs_in("luis")[0], 401)
        self.assertEqual(other.signs_in("Correct Horse")[0], 401)
        self.assertEqual(other.signs_in("luis", ANOTHER)[0], 200)
        self.assertEqual(other.asks("GET", "/api/v1/users")[1]["code"], "not_allowed")
        self.assertEqual(other.asks("DELETE", "/api/v1/session")[0], 204)
        self.verb("user", "disable", "luis")
        self.assertEqual(other.signs_in("luis", ANOTHER)[0], 401)
        self.has_entries(("changed", "set_up.code", None, root, None), ("changed", "set_up.done", "ana", None, "admin"),
                         ("signed_in", "sign_in", "ana", None, None), ("changed", "user.added", "luis", "ana", "supervisor"),
                         ("denied", "sign_in", "luis", None, "password"), ("denied", "sign_in", None, None, "unknown"),
                         ("signed_in", "sign_in", "luis", None, None), ("denied", "route", "luis", None, "users"),
                         ("signed_out", "session", "luis", None, "user"), ("changed", "user.disabled", "luis", root, None),
                         ("denied", "sign_in", "luis", None, "disabled"))
        everything = self.shell("$SEALWARDEN log search -n 1000 --json")[1]
        for secret in (PASSWORD, ANOTHER, "Correct Horse", "Ana Rivas", "127.0.0.1", code):
            self.assertNotIn(secret, everything)
        kept = self.asks("personal list")[0]["entries"]
        self.assertIn({"address": "127.0.0.1"}, [entry["personal"] for entry in kept], "the address stands beside its entry")

    def test_who_is_known_signs_in_without_the_gateway_and_the_log_has_it_later(self):
        self.https = free_port()
        self.write(DEVICE + CONSOLE, https=self.https)
        self.add_user("ana", "admin")
        log = open(self.directory / "console.log", "ab")
        self.addCleanup(log.close)
        console = subprocess.Popen([BINARY, "--config", str(self.config), "console", "run"], stderr=log)
        self.addCleanup(console.wait)
        self.addCleanup(console.terminate)
        eventually(self.answers, "the console answers")
        browser = Browser(self.https)
        self.assertEqual(browser.signs_in("ana")[0], 200)
        self.start("--no-fronts")
        self.runs()
        self.has_entries(("signed_in", "sign_in", "ana", None, None), ("changed", "user.added", "ana", "uid:0(root)", "admin"))
        signed_in = [entry for entry in self.asks("log search -n 100") if entry["kind"] == "console.signed_in"]
        self.assertEqual(len(signed_in), 1)
        self.assertEqual(browser.asks("GET", "/api/v1/session")[0], 200)

    def test_a_token_for_mqtt_makes_the_entry_its_users_and_a_revoked_one_does_not(self):
        broker = Mosquitto(str(self.directory))
        self.addCleanup(broker.stop)
        subscriber = Subscriber(broker.port)
        self.addCleanup(subscriber.stop)
        self.serves(MQTT + PEOPLE, broker=broker.port)
        eventually(lambda: subscriber.last("status") == "online", "the front is there")
        self.add_user("ana", "admin")
        self.add_user("luis", "supervisor", "--person", "luis-m")
        self.verb("person", "add", "--person", "luis-m", "--name", "Luis", "--rights", "documents")
        token = json.loads(self.verb("token", "add", "luis", "yard", "--rights", "dock", "--mqtt", "--json"))["token"]

        def outcome(number, **more):
            message = {"v": 1, "id": number, "command": "visit.expect", "arguments": {"container": "MSCU6639870"}, **more}
            self.assertTrue(subscriber.publish("command", json.dumps(message), retain=False))
            replies = lambda: [json.loads(one[1]) for one in subscriber.all("reply") if json.loads(one[1])["id"] == number]
            eventually(replies, "the reply")
            return replies()[0]

        with_token = outcome("c-1", token=token)
        without = outcome("c-2")
        self.assertIn("index", with_token)
        self.assertIn("index", without)
        entries = {entry["i"]: entry["data"] for entry in self.asks("log search -n 1000")}
        self.assertEqual((entries[with_token["index"]]["by"], entries[with_token["index"]]["channel"]), ("luis/yard", "mqtt"))
        self.assertEqual((entries[without["index"]]["by"], entries[without["index"]]["channel"]), ("mqtt", "mqtt"))
        over_https = Browser(self.https, bearer=token)
        self.assertEqual(over_https.asks("GET", "/api/v1/session")[0], 401, "it travelled through a broker")
        self.verb("token", "revoke", "luis", "yard")
        self.assertEqual(outcome("c-3", token=token)["code"], "not_allowed")
        self.has_entries(("denied", "command", None, None, "unknown"))

    def test_verbs_refuse_a_weak_password_a_file_that_others_read_and_the_last_administrator(self):
        self.https = free_port()
        self.write(DEVICE + CONSOLE, https=self.https)
        self.add_user("ana", "admin")
        self.verb("user", "add", "eva", "--name", "Eva", "--role", "wall", "--password-fd", "0", password="password2026", code=2)
        self.verb("user", "add", "eva", "--name", "Eva", "--role", "god", "--password-fd", "0", password=PASSWORD, code=2)
        self.verb("user", "disable", "ana", code=1)
        self.verb("user", "disable", "nobody", code=8)
        self.verb("console", "setup-code", code=1)
        file = self.directory / "log" / "console" / "users.sqlite"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        file.chmod(0o644)
        self.verb("user", "list", code=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
