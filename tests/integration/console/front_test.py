#!/usr/bin/python3
"""The console's front as it is run: beside a gateway, on systemd's sockets, with the site's CA or a certificate of another one;
and the gateway, which still listens on no network."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))
from one_gateway import BINARY, DEVICE, OneGateway, eventually  # noqa: E402

CONSOLE = """
[console]
listen = ["127.0.0.1:{port}"]
names = ["gw1.example"]
socket = "{directory}/console.sock"
files = "{directory}/web"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def network_listeners(pid):
    """Local addresses at which this process listens over TCP, or has a UDP socket, from the kernel's own tables."""
    inodes = set()
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(entry)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            listens = words[3] == "0A" if table.startswith("tcp") else True
            if words[9] in inodes and listens:
                found.add((table, words[1]))
    return found


class Front(OneGateway):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        web = self.directory / "web"
        web.mkdir()
        (web / "index.html").write_text("<!doctype html><title>console</title>")
        self.ca = self.directory / "log" / "console" / "tls" / "ca.pem"

    def write_console(self, more=""):
        self.write(DEVICE + CONSOLE + more, port=self.port)

    def curl(self, path, *arguments):
        run = subprocess.run(["curl", "-sS", "--max-time", "10", "--cacert", str(self.ca), "--resolve",
                              f"gw1.example:{self.port}:127.0.0.1", *arguments, f"https://gw1.example:{self.port}{path}"],
                             capture_output=True, text=True)
        return run.stdout if run.returncode == 0 else f"curl {run.returncode}: {run.stderr}"

    def over_socket(self, path):
        return subprocess.run(["curl", "-sS", "--unix-socket", str(self.directory / "console.sock"), f"http://gw{path}"],
                              capture_output=True, text=True).stdout

    def is_served(self):
        return self.ca.exists() and self.curl("/livez") == "ok\n"

    def console_pid(self):
        children = subprocess.run(["pgrep", "-P", str(self.gateway.pid), "-f", "console run"], capture_output=True, text=True)
        return int(children.stdout.split()[0]) if children.stdout else None


class BesideTheGateway(Front):
    def test_it_serves_and_the_gateway_listens_on_no_network(self):
        self.write_console()
        self.start()
        self.runs()
        eventually(self.is_served, "the console serves")
        self.assertEqual(network_listeners(self.gateway.pid), set())
        addresses = {address for _, address in network_listeners(self.console_pid())}
        self.assertEqual(addresses, {f"0100007F:{self.port:04X}"})  # 127.0.0.1, and nothing else
        self.assertEqual(self.over_socket("/livez"), "ok\n")
        self.assertIn("<title>console</title>", self.curl("/doors/d07"))
        answer = json.loads(self.curl("/api/v1/status"))
        self.assertEqual((answer["status"], answer["code"]), (401, "signed_out"))
        self.assertEqual(json.loads(self.curl("/api/v1/nothing"))["code"], "not_found")

    def test_the_command_line_prints_the_ca_that_browsers_need(self):
        self.write_console()
        self.start()
        eventually(self.is_served, "the console serves")
        code, pem, said = self.shell("$SEALWARDEN console ca")
        self.assertEqual(code, 0, said)
        printed = self.directory / "printed.pem"
        printed.write_text(pem)
        self.assertEqual(self.curl("/livez", "--cacert", str(printed)), "ok\n")
        shown = self.asks("console ca")[0]
        foreign = subprocess.run(["openssl", "x509", "-in", str(printed), "-noout", "-fingerprint", "-sha256"],
                                 capture_output=True, text=True, check=True).stdout
        self.assertIn(shown["fingerprint"], foreign)
        self.assertIn(shown["words"], said)

    def test_another_configuration_is_taken_by_a_new_console(self):
        self.write_console()
        self.start()
        eventually(self.is_served, "the console serves")
        first = self.console_pid()
        self.port = free_port()
        self.write_console()
        self.gateway.send_signal(signal.SIGHUP)
        eventually(self.is_served, "the console serves at its new port")
        self.assertNotEqual(self.console_pid(), first)

    def test_a_console_that_was_killed_is_started_again(self):
        self.write_console()
        self.start()
        eventually(self.is_served, "the console serves")
        os.kill(self.console_pid(), signal.SIGKILL)
        eventually(self.is_served, "another console serves")

    def test_without_its_section_there_is_no_console(self):
        self.write()
        code, _, said = self.shell("$SEALWARDEN console run")
        self.assertEqual(code, 78)
        self.assertIn("[console]", said)


class Certificates(Front):
    def other_authority(self, name):
        """A root and a certificate that nobody here made."""
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.directory, capture_output=True, check=True)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30")
        code, request, said = self.shell("$SEALWARDEN console csr")
        self.assertEqual(code, 0, said)
        (self.directory / f"{name}.csr").write_text(request)
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{name}.pem", "-CAkey", f"{name}.key", "-CAcreateserial",
                "-copy_extensions", "copy", "-days", "20", "-out", f"{name}-answer.pem")
        return self.directory / f"{name}.pem", self.directory / f"{name}-answer.pem"

    def test_a_certificate_of_another_authority_is_shown_and_its_successor_soon_after(self):
        self.write_console()
        root, answer = self.other_authority("first")
        shown = self.directory / "shown.pem"
        shown.write_bytes(answer.read_bytes())
        key = self.directory / "log" / "console" / "tls" / "csr.key"
        self.write_console(f'certificate = "{shown}"\nkey = {{{{ file = "{key}" }}}}\n')
        self.start()
        self.ca = root
        eventually(self.is_served, "it shows the first one")
        # One that cannot be used changes nothing.
        shown.write_text("no certificate")
        eventually(lambda: self.says("the old one stays"), "it says so")
        self.assertTrue(self.is_served())
        other_root, other_answer = self.other_authority("second")
        shown.write_bytes(other_answer.read_bytes())
        self.ca = other_root
        eventually(self.is_served, "it shows the second one")

    def test_a_key_that_others_can_read_keeps_it_from_starting(self):
        self.write_console()
        _, answer = self.other_authority("open")
        key = self.directory / "log" / "console" / "tls" / "csr.key"
        key.chmod(0o644)
        self.write_console(f'certificate = "{answer}"\nkey = {{{{ file = "{key}" }}}}\n')
        code, _, said = self.shell("$SEALWARDEN console run")
        self.assertEqual(code, 78)
        self.assertIn("chmod 600", said)


class Activation(Front):
    def test_systemds_sockets_are_served_and_not_those_of_the_configuration(self):
        self.write_console()
        other = free_port()
        path = self.directory / "console.sock"
        said = open(self.directory / "gateway.log", "ab")
        self.addCleanup(said.close)
        activated = subprocess.Popen(["systemd-socket-activate", "-l", f"127.0.0.1:{other}", "-l", str(path), BINARY,
                                      "--config", str(self.config), "console", "run"], stderr=said)
        self.gateway = activated
        self.addCleanup(self.end)
        eventually(path.exists, "the sockets are there")
        # The first caller starts it; he waits in the socket's queue meanwhile.
        eventually(lambda: self.over_socket("/livez") == "ok\n", "the unix socket is served")
        self.port = other
        eventually(self.is_served, "the TCP socket is served over TLS")
        addresses = {address for _, address in network_listeners(activated.pid)}
        self.assertEqual(addresses, {f"0100007F:{other:04X}"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
