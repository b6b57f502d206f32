#!/usr/bin/python3
"""`sealwarden witness run` asked by a foreign log (golang.org/x/mod) for what it may sign and what not, and killed at every
step on the way to an answer."""
import http.client
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from witness_parts import BINARY, ForeignLog, Witness, built, until

ORIGIN = "example.org/goods/g1"


class WitnessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.programs = tempfile.mkdtemp(prefix="sealwarden-witness-")
        cls.addClassCleanup(shutil.rmtree, cls.programs, True)
        cls.program = built(cls.programs, "log")
        cls.log_key = ForeignLog.key(cls.program, ORIGIN)

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="sealwarden-witness-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.witness = Witness(self.directory)
        self.addCleanup(self.witness.end)
        self.log = ForeignLog(self.program, self.witness)
        self.addCleanup(self.log.stop)

    def starts(self, *before):
        self.witness.start(self.log_key, before=before)

    def cosigned(self, *asked):
        began = int(time.time())
        answer = self.log.ask(*asked)
        self.assertEqual(answer["status"], 200, (asked, answer))
        self.assertLessEqual(began, answer["cosigned"])
        self.assertLessEqual(answer["cosigned"], time.time())

    def refused(self, status, *asked):
        answer = self.log.ask(*asked)
        self.assertEqual((answer["status"], answer["cosigned"]), (status, 0), (asked, answer))
        return answer

    def test_growth_is_cosigned_and_goes_on_after_a_restart(self):
        self.starts()
        for old, size in ((0, 1), (1, 2), (2, 7), (7, 8), (8, 300), (300, 300), (300, 513)):
            self.cosigned(ORIGIN, "first", old, size)
        self.assertEqual(self.witness.end(), 0)
        self.starts()
        self.assertEqual(self.log.size_at_witness(ORIGIN), 513)
        self.cosigned(ORIGIN, "first", 513, 600)
        self.cosigned("example.org/goods/g2", "first", 0, 3)

    def test_a_log_commissioned_anew_is_another_log_of_the_same_name(self):
        self.starts()
        self.cosigned(ORIGIN, "first", 0, 50)
        renewed = ForeignLog(self.program, self.witness, "new keys")
        self.addCleanup(renewed.stop)
        self.assertEqual(renewed.ask(ORIGIN, "second", 0, 5)["status"], 403)
        self.witness.end()
        new_key = ForeignLog.key(self.program, ORIGIN, "new keys")
        self.witness.start(self.log_key, new_key)
        self.assertGreater(renewed.ask(ORIGIN, "second", 0, 5)["cosigned"], 0)
        self.cosigned(ORIGIN, "first", 50, 60)
        self.witness.end()
        self.witness.start(new_key)
        self.assertGreater(renewed.ask(ORIGIN, "second", 5, 6)["cosigned"], 0)
        self.refused(403, ORIGIN, "first", 60, 61)

    def test_attack_15_of_two_histories_one_is_cosigned(self):
        self.starts()
        self.cosigned(ORIGIN, "first", 0, 50)
        self.refused(409, ORIGIN, "second", 50, 50)
        self.refused(422, ORIGIN, "second", 50, 60)
        self.refused(409, ORIGIN, "second", 0, 60)
        self.witness.kill()
        self.starts()
        self.refused(409, ORIGIN, "second", 50, 50)
        self.refused(422, ORIGIN, "second", 50, 60)
        self.cosigned(ORIGIN, "first", 50, 60)
        self.assertIn("two roots for one size", self.witness.text())

    def test_a_rollback_a_wrong_proof_and_a_strange_log_are_refused(self):
        self.starts()
        self.cosigned(ORIGIN, "first", 0, 50)
        self.refused(409, ORIGIN, "first", 0, 40)
        self.refused(409, ORIGIN, "first", 40, 40)
        self.refused(400, ORIGIN, "first", 50, 40)
        self.refused(422, ORIGIN, "first", 50, 60, "wrong")
        self.refused(422, ORIGIN, "first", 50, 60, "none")
        self.refused(404, "example.org/goods/other", "first", 0, 5)
        self.assertEqual(self.log.size_at_witness(ORIGIN), 50)

    def test_attack_44_killed_at_any_step_it_signs_one_history(self):
        """A kill at the nth call of each kind that a request makes: before, between and after state and answer."""
        generation, ends = 0, set()
        for call in ("openat", "write", "fsync", "rename", "sendmsg"):
            for nth in (1, 2):
                generation += 1
                origin = f"example.org/goods/g{generation}"
                with self.subTest(call=call, nth=nth):
                    ends.add(self.killed_at(call, nth, origin))
        self.assertLessEqual({("died", "kept"), ("died", "not kept")}, ends)

    def killed_at(self, call, nth, origin):
        self.starts()
        tracer = subprocess.Popen(["strace", "-f", "-qq", "-p", str(self.witness.process.pid), "-o", "/dev/null",
                                   "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={nth}"],
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(tracer.wait)
        self.traced()
        first = self.log.ask(origin, "first", 0, 12)
        died = "died" if first["status"] == 0 else "answered"
        self.witness.kill()
        tracer.wait(20)
        self.starts()
        second = self.log.ask(origin, "second", 0, 12)
        if second["status"] == 409:  # the first one was kept, answered or not
            self.refused(409, origin, "second", 12, 12)
            self.cosigned(origin, "first", 12, 12)
        else:
            self.assertTrue(died == "died" and second["cosigned"], (first, second))
            self.refused(409, origin, "first", 12, 12)
            self.refused(422, origin, "first", 12, 13)
        self.witness.end()
        return died, "kept" if second["status"] == 409 else "not kept"

    def traced(self):
        status = pathlib.Path(f"/proc/{self.witness.process.pid}/status")
        until(lambda: "TracerPid:\t0\n" not in status.read_text(), "strace attaches")

    def test_attack_44_two_copies_race_while_the_witness_is_killed_again_and_again(self):
        """Each generation begins with a race of two histories for the first signature."""
        self.starts()
        over, roots, lock = threading.Event(), {}, threading.Lock()

        def races(history):
            log = ForeignLog(self.program, self.witness)
            for generation in range(1, 1000):
                if over.is_set():
                    break
                origin, held = f"example.org/goods/g{generation}", 0
                for size in (11, 12, 15):
                    answer = log.ask(origin, history, held, size)
                    if answer["cosigned"]:
                        held = size
                        with lock:
                            roots.setdefault((origin, size), set()).add(answer["root"])
            log.stop()

        racers = [threading.Thread(target=races, args=(history,)) for history in ("first", "second")]
        for racer in racers:
            racer.start()
        for pause in range(12):
            over.wait(0.05 + 0.03 * pause)
            self.witness.kill()
            self.starts()
        over.set()
        for racer in racers:
            racer.join()
        self.assertGreater(len(roots), 10)
        self.assertEqual([], [where for where, found in roots.items() if len(found) > 1])

    def test_two_witnesses_do_not_share_what_they_remember(self):
        self.starts()
        second = subprocess.run([BINARY, "witness", "run", "--listen", "127.0.0.1:0", "--key", self.witness.key,
                                 "--state", self.witness.state, "--log", self.log_key], capture_output=True, text=True,
                                timeout=20, check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn("another witness uses", second.stderr)

    def test_a_memory_that_cannot_be_read_or_written_signs_nothing(self):
        self.starts()
        self.cosigned(ORIGIN, "first", 0, 5)
        file = next(f for f in self.witness.state.iterdir() if f.name != "lock")
        good = file.read_bytes()
        file.write_bytes(good[:20])
        self.refused(500, ORIGIN, "first", 5, 6)
        file.write_bytes(good)
        away = self.witness.state.with_name("away")
        self.witness.state.rename(away)
        self.refused(500, "example.org/goods/g2", "first", 0, 5)
        away.rename(self.witness.state)
        self.cosigned(ORIGIN, "first", 5, 6)

    def test_http_is_one_path_and_has_limits(self):
        self.starts()
        connection = http.client.HTTPConnection(self.witness.address, timeout=20)

        def asked(method, path, body=None, **headers):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        self.assertEqual(asked("GET", "/"), 404)
        self.assertEqual(asked("POST", "/"), 404)
        self.assertEqual(asked("GET", "/add-checkpoint"), 405)
        self.assertEqual(asked("POST", "/add-checkpoint", b"old 0\n"), 400)
        self.assertEqual(asked("POST", "/add-checkpoint?x=1", b""), 404)
        self.assertEqual(asked("POST", "/add-checkpoint", b"x" * 65537), 413)
        connection.close()
        self.assertEqual(asked("GET", "/", None, long="x" * 9000), 431)
        connection.close()
        with socket.create_connection(self.witness.address.split(":"), 20) as raw:
            raw.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
            self.assertIn(b" 400 ", raw.recv(1000))

    def test_callers_that_say_nothing_cost_the_others_seconds(self):
        self.starts()
        silent = [socket.create_connection(self.witness.address.split(":"), 20) for _ in range(40)]
        self.addCleanup(lambda: [s.close() for s in silent])
        began = time.monotonic()
        self.cosigned(ORIGIN, "first", 0, 5)
        self.assertLess(time.monotonic() - began, 15)

    def test_a_wrong_command_line_says_what_is_wrong(self):
        def says(code, sentence, *words):
            done = subprocess.run([BINARY, "witness", "run", *words], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual((done.returncode, sentence in done.stderr), (code, True), (words, done.stderr))
        rest = ("--key", self.witness.key, "--state", self.witness.state, "--log", self.log_key)
        says(2, "no address and port", "--listen", "localhost", *rest)
        says(2, "no address and port", "--listen", "::1:80", *rest)
        says(2, "no address and port", "--listen", "127.0.0.1:65536", *rest)
        says(2, "no key of a log", "--listen", self.witness.address, *rest[:-1], self.witness.vkey)
        says(78, "no key of a witness", "--listen", self.witness.address, "--key", self.secret("x"), *rest[2:])
        says(78, "chmod 600", "--listen", self.witness.address, "--key", self.secret("x", 0o644), *rest[2:])
        says(1, "install -d", "--listen", self.witness.address, *rest[:3], "/nowhere", *rest[4:])
        self.starts()

    def test_a_key_has_a_name_that_configurations_take_and_people_see(self):
        for number, (name, sentence) in enumerate((("w" * 128, ""), ("w" * 129, "longer than 128 bytes"), ("", "is empty"),
                                                   ("a b", "a space"), ("a+b", "a plus"), ("a\tb", "control character"),
                                                   ("office\u202etwo", "turn the writing"), ("office\u200b", "not seen"))):
            key = pathlib.Path(self.directory) / f"key-{number}"
            done = subprocess.run([BINARY, "witness", "key", "--out", key, "--name", name], capture_output=True, text=True,
                                  timeout=20, check=False)
            self.assertEqual((done.returncode, key.exists()), (2, False) if sentence else (0, True), (name, done.stderr))
            self.assertIn(sentence, done.stderr)
            self.assertNotIn("\u202e", done.stderr)

    def test_a_key_is_made_once(self):
        def made(out, **more):
            return subprocess.run([BINARY, "witness", "key", "--out", out, "--name", "office"], capture_output=True,
                                  timeout=20, check=False, **more).returncode
        self.assertEqual(made(self.witness.key), 1)
        self.assertEqual(made("a-bare-name", cwd=self.directory), 0)
        self.assertEqual(made("/nowhere/key"), 1)

    def secret(self, text, mode=0o600):
        name = os.path.join(self.directory, f"secret-{mode:o}")
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
        return name


if __name__ == "__main__":
    unittest.main()
