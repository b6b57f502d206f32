#!/usr/bin/python3
"""./dev demo: the morning at the docks as it is told, and however a person ends it, nothing that it started is left."""

import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = os.environ["SEALWARDEN_BINARY"]


def children(process):
    """The process ids below one, all floors."""
    found = []
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


class Demo(unittest.TestCase):
    def start(self, *options):
        demo = subprocess.Popen([sys.executable, str(ROOT / "config/demo/story.py"), "--binary", BINARY, *options],
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(demo.stdout.close)
        self.addCleanup(lambda: demo.poll() is None and (demo.kill(), demo.wait()))
        return demo

    def read_until(self, demo, words):
        told = ""
        for line in demo.stdout:
            told += line
            if words in line:
                return told
        self.fail(f"it did not say {words!r}: {told}")

    def ends_all(self, number):
        demo = self.start("--speed", "10")
        self.read_until(demo, "online")
        started = {process: pathlib.Path(f"/proc/{process}/comm").read_text() for process in children(demo.pid)}
        self.assertGreaterEqual(len(started), 4, f"broker, simulator, gateway, publisher: {started}")
        demo.send_signal(number)
        demo.stdout.read()
        self.assertEqual(demo.wait(30), 0)
        end, tick = time.monotonic() + 10, threading.Event()
        while any(os.path.exists(f"/proc/{process}") for process in started) and time.monotonic() < end:
            tick.wait(0.05)
        self.assertEqual([name for process, name in started.items() if os.path.exists(f"/proc/{process}")], [])

    def test_a_closed_terminal_ends_all(self):
        self.ends_all(signal.SIGHUP)

    def test_ctrl_c_ends_all(self):
        self.ends_all(signal.SIGINT)

    def test_of_two_visits_it_raises_alarms_about_the_theft_alone(self):
        demo = self.start("--speed", "4")
        told = self.read_until(demo, "must be closed first")
        demo.terminate()
        demo.stdout.read()
        self.assertEqual(demo.wait(30), 0)
        alarms = [line for line in told.splitlines() if " ALARM " in line]
        self.assertEqual([line for line in alarms if "Dock 7" in line or "-d07" in line], [], told)
        for theft in ("was tampered with", "cut without authority", "opened before the seal was verified",
                      "is not the one that was expected"):
            self.assertTrue([line for line in alarms if theft in line], f"{theft}: {told}")
        for step in ("arrived", "seal verified", "seal cut with authority", "door opened", "inspected", "door closed", "sealed", "left"):
            self.assertRegex(told, rf"-d07 visit: {step}\n")
        self.assertEqual(told.count("refused:"), 1, told)

    def test_it_tells_its_story_in_spanish(self):
        demo = self.start("--speed", "20", "--language", "es")
        told = self.read_until(demo, "puerta abierta")
        self.assertIn("Un almacén simulado", told)
        self.assertIn("en línea", told)
        demo.terminate()
        demo.stdout.read()
        self.assertEqual(demo.wait(30), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
