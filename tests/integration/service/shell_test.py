#!/usr/bin/python3
"""The command line in a shell, with the redirections and languages that people give it, against a running gateway."""

import unittest

from one_gateway import OneGateway, eventually


class Shell(OneGateway):
    def setUp(self):
        super().setUp()
        self.write()
        self.start()
        self.runs()

    def test_a_closed_output_is_not_the_next_socket(self):
        code, _, said = self.shell("$SEALWARDEN status >&-")
        self.assertEqual(code, 1, said)
        self.assertIn("could not be written", said)
        # The socket would have been the lowest free descriptor, and the page a question to the gateway.
        for closed in "<&-", "2>&-", "<&- >&- 2>&-":
            self.shell(f"$SEALWARDEN status {closed}")
        code, out, said = self.shell("$SEALWARDEN status <&-")
        self.assertEqual(code, 0, said)
        self.assertIn("dc7/gw1", out)

    def test_what_follows_ends_when_nobody_takes_it(self):
        for follows in "log tail -f", "point watch", "bus watch", "status --watch":
            with self.subTest(verb=follows):
                code, _, said = self.shell(f"$SEALWARDEN {follows} >/dev/full")
                self.assertEqual(code, 1, said)
                self.assertIn("could not be written", said)

    def test_the_language_is_the_option_s_then_the_environment_s(self):
        languages = [({"LANG": "es_MX.UTF-8"}, "", "PRIORIDAD"), ({"LANG": "es_MX.UTF-8"}, "--language en", "PRIORITY"),
                     ({"LANG": "en_US.UTF-8", "LC_ALL": "es_ES.UTF-8"}, "", "PRIORIDAD"),
                     ({"LANG": "de_DE.UTF-8"}, "", "PRIORITY"), ({"LANG": "C"}, "--language es", "PRIORIDAD")]
        eventually(lambda: self.asks("alarm list")[0]["alarms"], "an alarm: the device does not answer")
        for environment, option, word in languages:
            with self.subTest(environment=environment, option=option):
                plain = {"LC_ALL": "", "LC_MESSAGES": "", **environment}
                code, out, said = self.shell(f"$SEALWARDEN alarm list {option}", **plain)
                self.assertEqual(code, 0, said)
                self.assertIn(word, out)

    def test_a_seal_that_never_was_is_not_found(self):
        self.assertEqual(self.shell("$SEALWARDEN log search --seal s99")[0], 8)


class Socket(OneGateway):
    def test_the_option_says_where_the_door_is(self):
        self.write()
        other = self.directory / "other.sock"
        self.start("--socket", str(other))
        self.runs()
        self.assertTrue(other.is_socket())
        self.assertFalse((self.directory / "door.sock").exists())
        code, out, said = self.shell(f"$SEALWARDEN status --socket {other}")
        self.assertEqual(code, 0, said)
        self.assertIn("dc7/gw1", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
