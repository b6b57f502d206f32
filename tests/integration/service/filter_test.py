#!/usr/bin/python3
"""The gateway runs within what its unit allows: every system call it makes passes SystemCallFilter, and the files that
say the boot and the clock's state are not hidden from it."""

import os
import re
import signal
import subprocess
import time
import unittest

from one_gateway import BINARY, ROOT, OneGateway


def group(name):
    """The system calls of a group, as this machine's systemd has it."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                          check=True).stdout
    calls = set()
    for word in (line.strip() for line in text.splitlines()[1:]):
        if word.startswith("@"):
            calls |= group(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def expanded(words):
    return set().union(*(group(word) if word.startswith("@") else {word} for word in words))


def allowed(unit):
    """systemd.exec(5): the first line decides what the list is, later ones add to it or take from it."""
    calls = group("@default")
    for line in (ROOT / "systemd" / unit).read_text().splitlines():
        if not line.startswith("SystemCallFilter="):
            continue
        words = line.split("=", 1)[1].split()
        if words[0].startswith("~"):
            calls -= expanded([words[0][1:], *words[1:]])
        else:
            calls |= expanded(words)
    return calls


def made(trace):
    """Complete calls and the beginnings of interrupted ones; not those before the program itself runs."""
    return {match[1] for match in re.finditer(r"^\d+ +([a-z_0-9]+)\(", trace, re.MULTILINE)} - {"execve"}


class Filter(OneGateway):
    def traced(self, *arguments):
        """Runs until the gateway has said that it runs, is reloaded and ended; returns the trace."""
        trace = self.directory / "trace"
        program = subprocess.Popen(["strace", "-f", "-qq", "-o", str(trace), BINARY, *arguments], text=True,
                                   stderr=subprocess.PIPE, process_group=0)
        end = time.monotonic() + 30
        for line in program.stderr:
            self.assertLess(time.monotonic(), end)
            if "gateway runs" in line:
                os.killpg(program.pid, signal.SIGHUP)
            if "configuration taken" in line:
                os.killpg(program.pid, signal.SIGTERM)
        program.stderr.close()
        program.wait(30)
        return trace.read_text()

    def test_the_gateway_makes_no_call_that_its_unit_refuses(self):
        self.write()
        trace = self.traced("run", "--no-fronts", "--config", str(self.config))
        calls = made(trace)
        self.assertTrue({"openat", "epoll_wait", "fdatasync"} <= calls, calls)  # the trace is one of a gateway
        # SQLite gives its files the database's owner, but only when it runs as root: the unit does not.
        calls -= {"fchown"} if os.geteuid() == 0 else set()
        self.assertEqual(calls - allowed("sealwarden.service"), set())

    def test_the_unit_does_not_hide_what_every_record_says(self):
        unit = (ROOT / "systemd" / "sealwarden.service").read_text()
        # The boot id is in /proc/sys, and ProtectClock refuses to ask for the clock's state.
        self.assertNotRegex(unit, "(?m)^ProcSubset=pid")
        self.assertNotRegex(unit, "(?m)^ProtectClock=yes")

    def test_the_units_of_the_fronts_hide_the_keys(self):
        """They run as the gateway's user and talk to strangers."""
        for unit in "sealwarden-mqtt.service", "sealwarden-anchor.service", "sealwarden-notify.service", "sealwarden-drop.service":
            text = (ROOT / "systemd" / unit).read_text()
            self.assertRegex(text, "(?m)^User=sealwarden$")
            self.assertRegex(text, "(?m)^InaccessiblePaths=-/var/lib/sealwarden/keys$")
            self.assertNotRegex(text, "log-key")


if __name__ == "__main__":
    unittest.main(verbosity=2)
