#!/usr/bin/python3
"""Attack 20 of the catalogue: a head or an entry that was told, and then the power goes. What a reader heard has to be in
the log that comes back, byte for byte, and every signed head it was shown has to be a head of that log.

The gateway is killed (SIGKILL) again and again while its door changes as fast as it is polled. The tree is computed here,
by RFC 6962, and the signatures are checked by Python's cryptography."""

import base64
import hashlib
import json
import os
import pathlib
import random
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BINARY = os.environ["SEALWARDEN_BINARY"]
KILLS = 15
SITE = """
[site]
id = "dc7"
gateway = "gw1"
[log]
directory = "{directory}/log"
[local]
socket = "{directory}/door.sock"
[[bus]]
id = "east"
transport = "tcp"
host = "127.0.0.1"
port = {port}
  [[bus.device]]
  id = "io1"
  profile = "moxa-iologik-e1210"
  period_ms = 10
[[door]]
id = "d07"
contact = "io1.di0"
settle_ms = 0
"""


class Device:
    """A Modbus TCP input that has changed at every look."""

    def __init__(self):
        self.open = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        with peer:
            try:
                while len(request := peer.recv(260)) >= 12:
                    function, count = request[7], int.from_bytes(request[10:12], "big")
                    if function == 2:
                        self.open = not self.open
                        data = bytes([self.open]) + bytes((count + 7) // 8 - 1)
                        body = bytes([function, len(data)]) + data
                    elif function in (3, 4):
                        body = bytes([function, 2 * count]) + bytes(2 * count)
                    else:
                        body = bytes([function | 0x80, 1])
                    peer.sendall(request[:4] + (1 + len(body)).to_bytes(2, "big") + request[6:7] + body)
            except OSError:
                pass


def hashed(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves):
    if not leaves:
        return hashed()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashed(b"\x01", root_of(leaves[:half]), root_of(leaves[half:]))


class Door:
    """The local door; `entries` by index, as they were told."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.lines = self.socket.makefile("rb")

    def ask(self, **question):
        self.socket.sendall(json.dumps(question).encode() + b"\n")

    def close(self):
        self.lines.close()
        self.socket.close()


def canonical(entry):
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Durable(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self.folder.name)
        self.device = Device()
        self.config = self.directory / "site.toml"
        self.config.write_text(SITE.format(directory=self.directory, port=self.device.listener.getsockname()[1]))
        source = pathlib.Path(__file__).resolve().parents[3]
        (self.directory / "profiles").symlink_to(source / "config" / "profiles")
        (self.directory / "log").mkdir()
        done = subprocess.run([BINARY, "commission", "--years", "1", "--config", str(self.config)],
                              capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("key "))
        key = base64.b64decode(line.split("+", 2)[2])
        self.assertEqual(key[0], 1, "Ed25519")
        self.log_key = Ed25519PublicKey.from_public_bytes(key[1:])
        self.gateway = None

    def tearDown(self):
        if self.gateway:
            self.gateway.kill()
            self.gateway.wait()
        self.device.listener.close()
        self.folder.cleanup()

    def start(self):
        self.gateway = subprocess.Popen([BINARY, "run", "--config", str(self.config)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            try:
                return Door(self.directory / "door.sock")
            except OSError:
                self.assertLess(time.monotonic(), end, "the gateway does not open its door")
                self.assertIsNone(self.gateway.poll(), "the gateway ended")

    def hear(self, door, cursor, heard, heads, kill_after):
        """Reads the feed and, after each line, the newest head, until so many lines came; then kills."""
        door.ask(id=1, call="feed", **{"from": cursor})
        door.ask(id=2, call="checkpoint")
        count = 0
        while True:
            try:
                line = json.loads(door.lines.readline() or b"null")
            except (OSError, ValueError):
                return
            if line is None:
                return
            if line["id"] == 2:
                if "ok" in line:
                    heads.add(line["ok"]["note"])
                continue
            for entry in line["entries"]:
                bytes_ = canonical(entry)
                self.assertEqual(heard.setdefault(entry["i"], bytes_), bytes_, "told twice, and differently")
            count += 1
            if count >= kill_after and self.gateway.poll() is None:
                self.gateway.kill()
                self.gateway.wait()
            elif count < kill_after:
                door.ask(id=2, call="checkpoint")

    def whole_log(self, door):
        entries, cursor, more = [], 0, True
        while more:
            door.ask(id=7, call="query", limit=1000, **{"from": cursor})
            page = json.loads(door.lines.readline())["ok"]
            entries += page["entries"]
            cursor, more = page["next"], page["more"]
        return entries

    def check(self, note, leaves):
        text, _, signatures = note.partition("\n\n")
        origin, size, root = text.split("\n")[:3]
        self.assertLessEqual(int(size), len(leaves), "a head was shown of entries that are not there")
        self.assertEqual(base64.b64decode(root), root_of(leaves[:int(size)]), f"the head of size {size} is of another log")
        name, signature = signatures.splitlines()[0].removeprefix("\u2014 ").split(" ")
        self.assertEqual(name, origin)
        self.log_key.verify(base64.b64decode(signature)[4:], (text + "\n").encode())

    def test_attack20_what_was_told_is_durable(self):
        seed = int(os.environ.get("SEED", random.randrange(2**31)))
        print(f"SEED={seed}")
        dice = random.Random(seed)
        heard, heads = {}, set()
        for _ in range(KILLS):
            door = self.start()
            self.hear(door, max(heard, default=-1) + 1, heard, heads, dice.randint(1, 25))
            door.close()
            self.gateway.kill()
            self.gateway.wait()
        door = self.start()
        log = [canonical(entry) for entry in self.whole_log(door)]
        door.close()
        self.assertGreater(len(heard), 5 * KILLS)
        self.assertGreater(len(heads), 2 * KILLS)
        for index, bytes_ in heard.items():
            self.assertLess(index, len(log), "an entry was told that is not there")
            self.assertEqual(log[index], bytes_)
        leaves = [hashed(b"\x00", entry) for entry in log]
        for note in heads:
            self.check(note, leaves)


if __name__ == "__main__":
    unittest.main()
