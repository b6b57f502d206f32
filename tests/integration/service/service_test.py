#!/usr/bin/python3
"""What systemd would see of the gateway and of a front that is a unit of its own: READY, the watchdog fed while what matters
moves and not fed while it stands still, STOPPING at the end. A single thread is stopped with ptrace, as a hang would stop it."""

import ctypes
import os
import pathlib
import select
import signal
import socket
import subprocess
import time
import unittest

from one_gateway import BINARY, DEVICE, OneGateway

# Seconds, half of WATCHDOG_USEC. Idle threads turn at least every second, the log's every two; the unit has 10.
PERIOD = 2.5
TWO_BUSES = """
[[bus]]
id = "east"
transport = "tcp"
host = "127.0.0.1"
port = {port}
  [[bus.device]]
  id = "io1"
  profile = "moxa-iologik-e1210"
[[bus]]
id = "yard"
transport = "rtu"
path = "{tty}"
parity = "none"
  [[bus.device]]
  id = "io2"
  unit = 1
  profile = "advantech-adam-4150"
"""

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17


def ptrace(request, thread):
    if libc.ptrace(request, thread, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


class Stopped:
    """One thread of a process stands still inside the block."""

    def __init__(self, process, name):
        tasks = pathlib.Path(f"/proc/{process}/task")
        self.thread = next(int(t.name) for t in tasks.iterdir() if (t / "comm").read_text().strip() == name)

    def __enter__(self):
        ptrace(SEIZE, self.thread)
        ptrace(INTERRUPT, self.thread)
        os.waitpid(self.thread, 0x40000000)  # __WALL: until it has stopped

    def __exit__(self, *_):
        ptrace(DETACH, self.thread)


class Notified(OneGateway):
    """Plays the service manager's side of sd_notify(3)."""

    def setUp(self):
        super().setUp()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.notify.close)
        self.notify.bind(str(self.directory / "notify"))
        self.watched = {**os.environ, "NOTIFY_SOCKET": str(self.directory / "notify"),
                        "WATCHDOG_USEC": str(int(2e6 * PERIOD))}

    def hears(self, word, within=20.0):
        """Reads what was told until `word` is among it; returns all of it."""
        told, end = [], time.monotonic() + within
        while word not in told:
            ready, _, _ = select.select([self.notify], [], [], max(end - time.monotonic(), 0))
            self.assertTrue(ready, f"{word} did not come, only {told}")
            told += self.notify.recv(4096).decode().splitlines()
        return told

    def told_already(self):
        told = []
        while select.select([self.notify], [], [], 0)[0]:
            told += self.notify.recv(4096).decode().splitlines()
        return told


class Service(Notified):
    def setUp(self):
        super().setUp()
        peer = socket.create_server(("127.0.0.1", 0))  # accepts, never answers
        self.addCleanup(peer.close)
        for end in (tty := os.openpty()):
            self.addCleanup(os.close, end)
        self.write(TWO_BUSES, port=peer.getsockname()[1], tty=os.ttyname(tty[1]))
        self.start(stderr=subprocess.PIPE, env=self.watched)
        self.addCleanup(self.gateway.stderr.close)

    def says_next(self, sentence, within=20.0):
        end = time.monotonic() + within
        while True:
            ready, _, _ = select.select([self.gateway.stderr], [], [], max(end - time.monotonic(), 0))
            self.assertTrue(ready, f"it did not say: {sentence}")
            line = os.read(self.gateway.stderr.fileno(), 65536).decode()
            if sentence in line:
                return

    def test_ready_alive_and_stopping(self):
        self.hears("READY=1")
        self.hears("WATCHDOG=1")
        self.gateway.send_signal(signal.SIGTERM)
        self.hears("STOPPING=1")
        self.assertEqual(self.gateway.wait(20), 0)

    def test_is_not_fed_while_a_thread_that_matters_stands_still(self):
        self.hears("READY=1")
        for name in "log", "line", "buses":
            with self.subTest(thread=name):
                self.hears("WATCHDOG=1")
                with Stopped(self.gateway.pid, name):
                    # Said at the second look at the latest: the thread may have moved after the one before.
                    self.says_next("a thread does not move, the watchdog is not fed")
                    self.told_already()
                    self.says_next("a thread does not move, the watchdog is not fed")
                    self.assertNotIn("WATCHDOG=1", self.told_already())
                self.hears("WATCHDOG=1")


class Front(Notified):
    def test_a_unit_of_its_own_is_ready_alive_and_stopping(self):
        self.write('[mqtt]\nurl = "mqtt://127.0.0.1:9"\n' + DEVICE)  # nobody is there: it goes on trying
        front = subprocess.Popen([BINARY, "mqtt", "run", "--config", str(self.config)], env=self.watched,
                                 stderr=subprocess.DEVNULL)
        self.addCleanup(front.wait)
        self.addCleanup(front.kill)
        self.hears("READY=1")
        self.hears("WATCHDOG=1")
        self.hears("WATCHDOG=1")
        front.send_signal(signal.SIGTERM)
        self.hears("STOPPING=1")
        self.assertEqual(front.wait(20), 0)

    def test_under_a_gateway_it_does_not_speak_for_it(self):
        self.write('[mqtt]\nurl = "mqtt://127.0.0.1:9"\n' + DEVICE)
        self.start(env=self.watched)
        told = self.hears("READY=1") + self.hears("WATCHDOG=1")
        self.assertTrue([line for line in told if line.startswith("STATUS=watching")])
        self.assertFalse([line for line in told if line.startswith("STATUS=publishing")], told)
        self.gateway.terminate()
        self.assertEqual(self.gateway.wait(20), 0)
        self.assertFalse([line for line in self.told_already() if line.startswith("STATUS=publishing")])


if __name__ == "__main__":
    unittest.main(verbosity=2)
