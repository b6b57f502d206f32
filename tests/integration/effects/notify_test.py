#!/usr/bin/python3
"""Webhooks: receivers that check signatures with other people's code, a real Alertmanager, TLS that must be right, and
receivers that are slow, half open, wrong or dead beside one that is well."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.request

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))
from one_gateway import BINARY, DEVICE, ROOT, OneGateway, eventually  # noqa: E402

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
EVENTS = 'events = ["alarm.raised", "alarm.acknowledged", "alarm.cleared", "alarm.escalated"]\n'


class Receiver:
    """Keeps what it is sent; answers as it is told."""

    def __init__(self, status=204, tls=None, wait=0.0):
        self.got, self.status, outer = [], status, self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((dict(self.headers.items()), body, self.path))
                time.sleep(wait)
                self.send_response(outer.status)
                if 300 <= outer.status < 400:
                    self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def types(self):
        """In the order of their first coming: what was on its way when the front died comes again, with the same webhook-id."""
        first = {}
        for headers, body, _ in list(self.got):
            first.setdefault({name.lower(): value for name, value in headers.items()}["webhook-id"], json.loads(body)["type"])
        return list(first.values())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def hook(name, url, more=""):
    return f'[[webhook]]\nid = "{name}"\nurl = "{url}"\nsecret = {{{{ file = "{{directory}}/secret" }}}}\n{EVENTS}{more}\n'


class NotifyTest(OneGateway):
    def begin(self, *hooks, more=""):
        secret = self.directory / "secret"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        self.write("".join(hooks) + more)
        self.start("--no-fronts")
        self.runs()
        # Who was never told hears of what happens from then on: the device comes when all of them are known.
        self.notify()
        eventually(lambda: self.says("gateway found"), "the front finds the gateway")
        self.write("".join(hooks) + more + DEVICE)
        self.gateway.send_signal(signal.SIGHUP)
        self.assertEqual(self.front.wait(20), 0, "another configuration: it is to be started anew")
        self.notify()

    def notify(self):
        self.front = subprocess.Popen([BINARY, "notify", "run", "--config", str(self.config)], stderr=self.said)
        self.addCleanup(self.end_front)

    def end_front(self, how="terminate"):
        if self.front.poll() is None:
            getattr(self.front, how)()
        self.front.wait(10)

    def receiver(self, **options):
        receiver = Receiver(**options)
        self.addCleanup(receiver.stop)
        return receiver

    def acknowledge(self):
        code, _, err = self.shell("$SEALWARDEN alarm ack device-offline-io1")
        self.assertEqual(code, 0, err)

    def raised(self):
        return bool(self.asks("log search --kind alarm.raised"))

    def test_each_message_is_signed_as_standard_webhooks_say_and_fits_its_schema(self):
        receiver = self.receiver()
        self.begin(hook("on-call", f"http://127.0.0.1:{receiver.port}/in"))
        eventually(lambda: receiver.got, "the alarm is told", 40)
        schema = json.loads((ROOT / "config/schema/webhook.schema.json").read_text())
        for headers, body, path in receiver.got:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
            self.assertEqual(headers["webhook-signature"], expected)
            self.assertLess(abs(int(headers["webhook-timestamp"]) - time.time()), 60)
            done = subprocess.run(["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-binary"],
                                  input=signed, capture_output=True, check=True)
            self.assertEqual(headers["webhook-signature"], "v1," + base64.b64encode(done.stdout).decode())
            self.assertEqual(path, "/in")
            jsonschema.validate(json.loads(body), schema)
        first = json.loads(receiver.got[0][1])
        self.assertEqual(first["data"]["kind"], "device-offline")
        self.assertEqual(receiver.got[0][0]["webhook-id"], f"msg_dc7_gw1_g1_{first['data']['idx']}")

    def test_in_order_and_after_a_restart_from_where_it_was(self):
        receiver = self.receiver()
        self.begin(hook("on-call", f"http://127.0.0.1:{receiver.port}/"))
        eventually(lambda: receiver.types() == ["alarm.raised"], "the alarm is told", 40)
        self.end_front("kill")
        self.acknowledge()
        self.notify()
        eventually(lambda: len(receiver.types()) >= 2, "what came meanwhile is told")
        self.assertEqual(receiver.types(), ["alarm.raised", "alarm.acknowledged"])

    def test_a_dead_a_slow_a_redirecting_and_a_half_open_receiver_cost_the_others_nothing(self):
        well, slow, redirecting = self.receiver(), self.receiver(wait=8), self.receiver(status=307)
        half_open = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(half_open.close)
        self.begin(hook("dead", "http://127.0.0.1:9/"), hook("half", f"http://127.0.0.1:{half_open.getsockname()[1]}/"),
                   hook("redirecting", f"http://127.0.0.1:{redirecting.port}/"),
                   hook("slow", f"http://127.0.0.1:{slow.port}/"), hook("well", f"http://127.0.0.1:{well.port}/"))
        eventually(self.raised, "the alarm is raised", 40)
        began = time.monotonic()
        eventually(lambda: well.got, "the one that is well is told")
        self.assertLess(time.monotonic() - began, 2)
        self.acknowledge()
        began = time.monotonic()
        eventually(lambda: len(well.got) >= 2, "and told again")
        self.assertLess(time.monotonic() - began, 2)
        eventually(lambda: len(redirecting.got) >= 2, "a redirection is no delivery", 30)
        self.assertEqual({path for _, _, path in redirecting.got}, {"/"}, "and is not followed")
        eventually(lambda: {"dead", "redirecting"} <= {e["subj"][0]["v"] for e in self.asks("log search --kind notify.failing")},
                   "those that take nothing are told", 60)
        alarms = {a["id"]: a for a in self.asks("alarm list")[0]["alarms"]}
        self.assertEqual(alarms["notify-failing-dead"]["prio"], "low")
        redirecting.status = 200
        eventually(lambda: [e["subj"][0]["v"] for e in self.asks("log search --kind notify.well")] == ["redirecting"],
                   "one that takes them again is told", 90)

    def authority(self):
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.directory, check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Site CA", "-keyout", "ca.key",
                "-out", "ca.pem")
        for name, alternative in ("right", "IP:127.0.0.1"), ("wrong", "DNS:elsewhere.example"):
            (self.directory / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
            openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                    "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        return lambda name: (self.directory / f"{name}.pem", self.directory / f"{name}.key")

    def test_over_tls_only_who_has_the_name_and_the_authority_hears_anything(self):
        of = self.authority()
        right, wrong, unknown = (self.receiver(tls=of(n)) for n in ("right", "wrong", "right"))
        ca = 'ca = "{directory}/ca.pem"\n'
        self.begin(hook("right", f"https://127.0.0.1:{right.port}/", ca), hook("wrong", f"https://127.0.0.1:{wrong.port}/", ca),
                   hook("unknown", f"https://127.0.0.1:{unknown.port}/"))
        eventually(lambda: right.got, "the right one is told", 40)
        eventually(lambda: {"wrong", "unknown"} <= {e["subj"][0]["v"] for e in self.asks("log search --kind notify.failing")},
                   "the others are told to fail", 60)
        self.assertEqual((wrong.got, unknown.got), ([], []))

    def test_steps_of_the_escalation_are_logged_delivered_or_failed_for_ever(self):
        well, refusing = self.receiver(), self.receiver(status=422)
        self.begin(hook("well", f"http://127.0.0.1:{well.port}/"), hook("refusing", f"http://127.0.0.1:{refusing.port}/"),
                   more='[[alarm.escalation]]\npriority = "medium"\nafter_min = 1\ngroup = "guards"\n')
        eventually(lambda: "alarm.escalated" in well.types(), "the step is told", 110)
        eventually(lambda: self.asks("log search --kind notify.delivered") and self.asks("log search --kind notify.failed"),
                   "both are in the log", 60)
        step = self.asks("log search --kind alarm.escalated")[0]
        delivered, failed = (self.asks(f"log search --kind notify.{k}")[0] for k in ("delivered", "failed"))
        for entry, who in (delivered, "well"), (failed, "refusing"):
            self.assertEqual([s["v"] for s in entry["subj"]], [who, "device-offline-io1"])
            self.assertEqual(entry["data"]["entry"], step["i"])
        self.assertIn("422", failed["data"]["why"])
        told = json.loads(well.got[-1][1])["data"]
        self.assertEqual((told["group"], told["step"]), ("guards", 1))

    def test_alertmanager_takes_it_fires_and_resolves(self):
        program = shutil.which("prometheus-alertmanager")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        (self.directory / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
        peer = subprocess.Popen([program, f"--config.file={self.directory}/am.yml", f"--storage.path={self.directory}/am",
                                 f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="],
                                stderr=self.said_of("am.log"))
        self.addCleanup(lambda: (peer.terminate(), peer.wait(10)))

        def alerts(of="active=true"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/alerts?{of}", timeout=5) as answer:
                    return {a["labels"]["alarm"]: a for a in json.load(answer)}
            except OSError:
                return None
        eventually(lambda: alerts() is not None, "Alertmanager answers")
        self.begin(hook("am", f"http://127.0.0.1:{port}/api/v2/alerts", 'template = "alertmanager"\n'))
        eventually(lambda: "device-offline-io1" in alerts(), "the alert fires", 40)
        alert = alerts()["device-offline-io1"]
        self.assertEqual(alert["labels"]["severity"], "medium")
        self.assertIn("io1", alert["annotations"]["summary"])
        self.acknowledge()
        code, _, err = self.shell("$SEALWARDEN person add --person ana-r --name Ana --rights alarms && "
                                  "$SEALWARDEN alarm list")
        self.assertEqual(code, 0, err)
        self.config.write_text(self.config.read_text().replace('[[door]]\nid = "d07"\ncontact = "io1.di0"\n', "")
                               .replace(DEVICE.split("[[door]]")[0].format(), ""))
        self.gateway.send_signal(signal.SIGHUP)  # the device is gone from the configuration: its alarm is over
        self.front.wait(20)
        self.notify()
        eventually(lambda: "device-offline-io1" not in alerts(), "the alert is resolved", 40)

    def said_of(self, name):
        file = open(self.directory / name, "ab")
        self.addCleanup(file.close)
        return file


if __name__ == "__main__":
    unittest.main(verbosity=2)
