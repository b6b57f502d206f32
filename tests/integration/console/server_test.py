#!/usr/bin/python3
"""The console's server against foreign clients: curl, openssl s_client, Python's http.client, and raw sockets that are slow,
rude or many. Limits are short here; each test has a server of its own on loopback."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import select
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["CONSOLE_SERVER_PROGRAM"]
ROOT = pathlib.Path(__file__).resolve().parents[3]
HOSTILE = ROOT / "tests" / "console" / "hostile"


class Server(unittest.TestCase):
    limits = {}

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sealwarden-console-")
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        files = self.directory / "files" / "assets"
        files.mkdir(parents=True)
        (self.directory / "files" / "index.html").write_text("<!doctype html><title>console</title>")
        (files / "app-1f.js").write_text("code")
        self.serve(**self.limits)

    def serve(self, **limits):
        self.process = subprocess.Popen([PROGRAM, str(self.directory), json.dumps(limits)], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(self.end, self.process)
        said = json.loads(self.process.stdout.readline())
        self.port, self.ca = said["port"], said["ca"]
        self.trust = ssl.create_default_context(cafile=self.ca)

    @staticmethod
    def end(process):
        process.terminate()
        process.wait(10)
        process.stdout.close()

    def curl(self, path, *arguments):
        """Its output and its exit code."""
        run = subprocess.run(["curl", "-sS", "--max-time", "20", "--cacert", self.ca, *arguments,
                              f"https://localhost:{self.port}{path}"], capture_output=True, text=True)
        return run.stdout, run.returncode

    def connect(self, source="127.0.0.1"):
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=10, source_address=(source, 0))
        self.addCleanup(wire.close)
        secure = self.trust.wrap_socket(wire, server_hostname="localhost")
        self.addCleanup(secure.close)
        return secure

    def answer_to(self, data, secure=None):
        """Everything that comes until the server closes."""
        secure = secure or self.connect()
        secure.sendall(data)
        return self.rest(secure)

    @staticmethod
    def rest(secure):
        got = b""
        try:
            while piece := secure.recv(65536):
                got += piece
        except (ssl.SSLError, ConnectionError):
            pass
        return got

    @staticmethod
    def status(answer):
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0

    def is_well(self):
        """Somebody else is served, and soon."""
        begin = time.monotonic()
        out, code = self.curl("/livez")
        self.assertEqual((out, code), ("ok\n", 0))
        self.assertLess(time.monotonic() - begin, 5)


class Curl(Server):
    def test_the_sites_ca_is_all_that_a_browser_needs(self):
        self.is_well()
        without = subprocess.run(["curl", "-sS", f"https://localhost:{self.port}/livez"], capture_output=True)
        self.assertEqual(without.returncode, 60)  # nobody vouches for it

    def test_a_connection_serves_many_requests(self):
        out, code = self.curl("/livez", "-w", "%{num_connects}", "--next", "-sS", "--cacert", self.ca, "-w",
                              "%{num_connects}", f"https://localhost:{self.port}/livez")
        self.assertEqual((out, code), ("ok\n1ok\n0", 0))

    def test_head_is_get_without_its_body(self):
        out, _ = self.curl("/livez", "--head")
        self.assertIn("HTTP/1.1 200 OK", out)
        self.assertIn("Content-Length: 3".lower(), out.lower())
        self.assertNotIn("\nok", out)

    def test_every_answer_says_what_browsers_must_not_do(self):
        for path in ("/livez", "/wall", "/assets/app-1f.js", "/api/v1/live", "/nothing", "/%zz"):
            out = self.curl(path, "-D-", "-o", "/dev/null")[0].lower()
            for header in ("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'",
                           "strict-transport-security: max-age=", "x-content-type-options: nosniff",
                           "referrer-policy: no-referrer", "permissions-policy:",
                           "cross-origin-opener-policy: same-origin", "cross-origin-resource-policy: same-origin"):
                self.assertIn(header, out, path)
            policy = next(line for line in out.splitlines() if line.startswith("content-security-policy"))
            for rule in ("frame-ancestors 'none'", "require-trusted-types-for 'script'", "base-uri 'none'"):
                self.assertIn(rule, policy)
            self.assertNotIn("unsafe", policy)
        self.assertIn("cache-control: no-store", self.curl("/api/v1/nothing", "-D-")[0].lower())

    def test_a_body_is_taken_whole_and_a_long_one_refused(self):
        out, _ = self.curl("/echo", "-d", "x" * 60000)
        self.assertEqual(json.loads(out)["length"], 60000)
        out, _ = self.curl("/echo", "-d", "x" * 70000, "-w", "%{http_code}")
        self.assertTrue(out.endswith("413"), out)
        self.assertEqual(json.loads(out[:-3])["code"], "too_large")
        big = self.directory / "big"
        big.write_bytes(b"x" * 2_000_000)  # curl asks first: Expect: 100-continue
        out, _ = self.curl("/echo", "--data-binary", f"@{big}", "-w", "%{http_code}")
        self.assertTrue(out.endswith("413"), out)
        chunked, _ = self.curl("/echo", "-H", "Transfer-Encoding: chunked", "--data-binary", "x" * 1000)
        self.assertEqual(json.loads(chunked)["length"], 1000)

    def test_a_stream_is_whole_or_seen_to_be_none(self):
        self.assertEqual(self.curl("/counts")[0].count("piece"), 5)
        out, code = self.curl("/fails")
        self.assertIn("the first half", out)
        self.assertNotEqual(code, 0)

    def test_a_known_file_is_not_sent_again(self):
        head = self.curl("/assets/app-1f.js", "-D-", "-o", "/dev/null")[0]
        tag = next(line.split(": ", 1)[1] for line in head.splitlines() if line.lower().startswith("etag"))
        self.assertEqual(self.curl("/assets/app-1f.js", "-H", f"If-None-Match: {tag}", "-w", "%{http_code}")[0], "304")

    def test_the_unix_socket_says_who_calls(self):
        out = subprocess.run(["curl", "-sS", "--unix-socket", str(self.directory / "console.sock"), "http://gw/echo?a=1"],
                             capture_output=True, text=True, check=True).stdout
        said = json.loads(out)
        self.assertTrue(said["local"])
        self.assertTrue(said["peer"].startswith(f"uid:{os.geteuid()}"), said)
        self.assertEqual(said["query"], {"a": "1"})
        self.assertEqual((self.directory / "console.sock").stat().st_mode & 0o777, 0o660)


class Tls(Server):
    def handshake(self, *arguments):
        return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}", "-servername", "localhost",
                               "-CAfile", self.ca, "-verify_return_error", *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=20)

    def test_1_2_and_1_3_are_spoken_and_nothing_older(self):
        for version in ("-tls1_2", "-tls1_3"):
            run = self.handshake(version)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("Verify return code: 0 (ok)", run.stdout)
        for version in ("-tls1", "-tls1_1"):
            # Our own client would refuse to try: it is told to.
            run = self.handshake(version, "-cipher", "DEFAULT:@SECLEVEL=0")
            self.assertNotEqual(run.returncode, 0, version)
            self.assertIn("protocol version", run.stderr)

    def test_suites_without_forward_secrecy_are_refused(self):
        for suite in ("AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "NULL-SHA256", "PSK-AES128-CBC-SHA"):
            run = self.handshake("-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0")
            self.assertNotEqual(run.returncode, 0, suite)
        self.assertEqual(self.handshake("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256").returncode, 0)

    def test_nothing_but_http_1_1_is_offered(self):
        self.assertIn("ALPN protocol: http/1.1", self.handshake("-alpn", "h2,http/1.1").stdout)
        self.assertNotEqual(self.handshake("-alpn", "h2").returncode, 0)

    def test_plain_http_is_no_handshake(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertNotIn(b"200", self.rest(wire))
        self.is_well()


class Python(Server):
    def test_http_client_keeps_its_connection(self):
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.trust, timeout=10)
        self.addCleanup(connection.close)
        wires = set()
        for number in range(20):
            connection.request("POST" if number % 2 else "GET", f"/echo?n={number}", body="x" if number % 2 else None)
            response = connection.getresponse()
            self.assertEqual(json.loads(response.read())["query"]["n"], str(number))
            wires.add(connection.sock)
        self.assertEqual(len(wires), 1)

    def test_requests_that_come_together_are_answered_in_turn(self):
        answer = self.answer_to(b"GET /echo?n=1 HTTP/1.1\r\nHost: a\r\n\r\n"
                                b"POST /echo?n=2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                                b"GET /echo?n=3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK"), 3)
        self.assertLess(answer.index(b'"n":"1"'), answer.index(b'"n":"2"'))
        self.assertLess(answer.index(b'"n":"2"'), answer.index(b'"n":"3"'))

    def test_http_1_0_is_answered_and_closed(self):
        answer = self.answer_to(b"GET /counts HTTP/1.0\r\n\r\n")
        self.assertEqual(answer.count(b"piece"), 5)
        self.assertNotIn(b"chunked", answer.lower())

    def test_live_events_come_as_the_browser_expects_them(self):
        secure = self.connect()
        secure.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: a\r\nX-Test-User: ana\r\n\r\n")
        got = b""
        while got.count(b"event: entry") < 20:
            piece = secure.recv(65536)
            self.assertTrue(piece)
            got += piece
        self.assertIn(b"Content-Type: text/event-stream".lower(), got.lower())
        self.assertLess(got.index(b"event: hello"), got.index(b"event: state"))
        self.assertEqual(self.status(self.answer_to(b"GET /api/v1/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")), 401)


class Hostile(Server):
    limits = {"header": 1000, "body": 1000, "idle": 1000}

    def test_each_of_the_corpus_is_answered_as_its_name_says_and_closed(self):
        for file in sorted(HOSTILE.iterdir()):
            expected = int(file.stem.removeprefix("wire-")[:3])
            answer = self.answer_to(file.read_bytes())
            self.assertEqual(self.status(answer), expected, f"{file.name}: {answer[:200]}")
            if expected != 405:
                self.assertEqual(len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)), 1, file.name)  # nothing of it was a second request
            self.assertIn(b"application/problem+json", answer, file.name)
        self.is_well()

    def test_bytes_that_mean_nothing_end_the_connection_only(self):
        generator = __import__("random").Random(5)
        for length in (1, 10, 100, 1000, 20000):
            for _ in range(5):
                try:
                    self.answer_to(generator.randbytes(length))
                except OSError:
                    pass
        self.is_well()


class Slow(Server):
    limits = {"handshake": 1000, "idle": 1500, "header": 1000, "body": 1000, "piece": 1000}

    def closed_within(self, wire, seconds):
        begin = time.monotonic()
        answer = self.rest(wire)
        self.assertLess(time.monotonic() - begin, seconds)
        return answer

    def test_who_never_begins_is_closed(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            self.closed_within(wire, 6)  # no handshake
        self.assertEqual(self.closed_within(self.connect(), 6), b"")  # no request

    def test_who_drips_a_header_is_told_so_whatever_he_still_sends(self):
        secure = self.connect()
        secure.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n")
        end = time.monotonic() + 6
        while time.monotonic() < end and not select.select([secure], [], [], 0.1)[0]:
            secure.sendall(b"X: y\r\n")
        self.assertEqual(self.status(self.rest(secure)), 408)

    def test_who_drips_a_body_is_told_so(self):
        secure = self.connect()
        secure.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        end = time.monotonic() + 6
        while time.monotonic() < end and not select.select([secure], [], [], 0.1)[0]:
            secure.sendall(b"x")
        self.assertEqual(self.status(self.rest(secure)), 408)

    def test_who_takes_no_answer_is_cut_off(self):
        wire = socket.socket()
        self.addCleanup(wire.close)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", self.port))
        wire.settimeout(10)
        secure = self.trust.wrap_socket(wire, server_hostname="localhost")
        self.addCleanup(secure.close)
        before = self.descriptors()
        # Several times 8 MiB: more than any buffer in between, and nothing of it is read. Who takes nothing is not allowed
        # the time of who takes little: the kernel says so after `piece`.
        for _ in range(4):
            secure.sendall(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        end = time.monotonic() + 30
        while time.monotonic() < end and self.descriptors() >= before:
            select.select([], [], [], 0.1)
        self.assertLess(self.descriptors(), before)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def test_a_live_listener_who_takes_nothing_is_cut_off_and_the_others_hear_on(self):
        wire = socket.socket()
        self.addCleanup(wire.close)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", self.port))
        wire.settimeout(10)
        deaf = self.trust.wrap_socket(wire, server_hostname="localhost")
        self.addCleanup(deaf.close)
        good = self.connect()
        ask = b"GET /api/v1/live HTTP/1.1\r\nHost: a\r\nX-Test-User: ana\r\n\r\n"
        before = self.descriptors()
        deaf.sendall(ask)
        good.sendall(ask)
        end, heard = time.monotonic() + 120, 0
        while time.monotonic() < end and self.descriptors() >= before:
            heard += good.recv(65536).count(b"event: entry")
        self.assertLess(self.descriptors(), before)  # the deaf one is gone
        self.assertGreater(heard, 100)

    def test_two_hundred_who_drip_cost_nobody_else_anything(self):
        crowd = []
        for number in range(200):
            # Four addresses: each stays within its share.
            wire = socket.create_connection(("127.0.0.1", self.port), timeout=10, source_address=(f"127.0.1.{number % 4}", 0))
            wire.sendall(b"\x16")
            crowd.append(wire)
        self.is_well()
        for wire in crowd:
            wire.close()


class Many(Server):
    limits = {"connections": 20, "per_address": 5, "idle": 30000}

    def newcomer_is_served(self, source="127.0.0.1"):
        answer = self.answer_to(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", self.connect(source))
        self.assertEqual(self.status(answer), 200)

    def test_who_keeps_us_waiting_at_an_address_gives_way_to_a_newcomer_there(self):
        other = self.connect("127.0.0.9")
        held = [self.connect() for _ in range(5)]
        self.newcomer_is_served()
        self.assertEqual(self.rest(held[0]), b"")  # closed
        self.assertEqual(self.status(self.answer_to(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", other)), 200)

    def test_the_oldest_stream_of_who_has_most_at_an_address_gives_way_to_a_newcomer_there(self):
        streams = [self.connect() for _ in range(5)]
        for stream in streams:
            stream.sendall(b"GET /api/v1/live HTTP/1.1\r\nHost: a\r\nX-Test-User: ana\r\n\r\n")
            self.assertIn(b"200", stream.recv(12))
        self.newcomer_is_served()
        self.rest(streams[0])  # ends: it was closed
        self.assertTrue(streams[1].recv(1))  # goes on

    def test_when_all_places_are_taken_the_longest_waiting_one_gives_way(self):
        held = [self.connect(f"127.0.2.{number // 4 + 1}") for number in range(20)]
        late = self.connect("127.0.3.1")
        answer = self.answer_to(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", late)
        self.assertEqual(self.status(answer), 200)
        self.assertEqual(self.rest(held[0]), b"")  # the first one was closed

    def test_a_flood_of_connections_costs_neither_descriptors_nor_the_next_user(self):
        def rush(_):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as wire:
                    wire.sendall(b"\x16\x03\x01")
            except OSError:
                pass
        with concurrent.futures.ThreadPoolExecutor(16) as crowd:
            list(crowd.map(rush, range(2000)))
        out = subprocess.run(["curl", "-sS", "--max-time", "10", "--interface", "127.0.0.7", "--cacert", self.ca,
                              f"https://localhost:{self.port}/livez"], capture_output=True, text=True)
        self.assertEqual(out.stdout, "ok\n", out.stderr)
        self.assertLess(len(os.listdir(f"/proc/{self.process.pid}/fd")), 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
