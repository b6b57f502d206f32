#!/usr/bin/python3
"""Files in drop folders, a real gateway, and a front that is killed at each of its system calls that matters."""

import hashlib
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))
from one_gateway import BINARY, OneGateway, eventually  # noqa: E402

SITE = """
[dock]
drop = "{directory}/drop"
[access]
drop = "{directory}/people"
"""


def plates(count, first=0):
    return "container,kind,document\n" + "".join(f"TR{n:06},trailer,DOC{n}\n" for n in range(first, first + count))


class DropTest(OneGateway):
    def begin(self, language="es"):
        self.write(f'{SITE}\n')
        text = self.config.read_text().replace('gateway = "gw1"', f'gateway = "gw1"\nlanguage = "{language}"')
        self.config.write_text(text)
        (self.directory / "drop").mkdir()

    def put(self, name, text, folder="drop"):
        """As it should be done: written beside, renamed into place."""
        beside = self.directory / "beside"
        beside.write_bytes(text.encode() if isinstance(text, str) else text)
        beside.rename(self.directory / folder / name)
        return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()

    def lies(self, folder):
        path = self.directory / folder
        return sorted(p.name for p in path.iterdir() if not p.is_dir()) if path.is_dir() else []

    def imported(self):
        return self.asks("log search --kind file.imported -n 1000")

    def test_a_file_is_taken_whole_and_the_log_says_its_name_and_hash(self):
        self.begin()
        self.start()
        self.runs()
        digest = self.put("mañana 24.csv", plates(3))
        eventually(lambda: self.lies("drop/done"), "the file is taken")
        entry = self.imported()[0]
        self.assertEqual(entry["subj"][0], {"k": "file", "v": digest, "n": 1, "p": -1})
        self.assertEqual(entry["data"]["name"], "mañana 24.csv")
        self.assertEqual(entry["data"]["rows"], 3)
        self.assertEqual(entry["data"]["channel"], "drop")
        self.assertEqual(self.lies("drop/done"), [f"{entry['i']}-mañana 24.csv"])
        rows = self.asks("log search --kind expected.given")
        self.assertEqual([r["subj"][0]["v"] for r in rows], ["TR000000", "TR000001", "TR000002"])
        self.assertEqual({r["data"]["source"] for r in rows}, {"mañana 24.csv"})

    def test_a_wrong_file_comes_back_with_line_and_column_and_nothing_of_it_is_imported(self):
        self.begin()
        self.start()
        self.runs()
        self.put("malo.csv", "container,kind,seals\nTR1,trailer,\nMSCU6639871,container,HL123456\nTR1,trailer,\n")
        eventually(lambda: len(self.lies("drop/refused")) == 2, "the file is refused")
        why = next((self.directory / "drop/refused").glob("*.why")).read_text()
        self.assertIn("malo.csv no fue aceptado; nada de él fue importado.", why)
        self.assertRegex(why, r"(?m)^línea 3: `container`: el dígito verificador es 1; el de `MSCU663987` es 0$")
        self.assertRegex(why, r"(?m)^línea 4: `container`: `TR1` ya está en la línea 2$")
        self.assertEqual(self.asks("log search --kind expected.given"), [])
        refused = self.asks("log search --kind command.refused")
        self.assertEqual([s["k"] for s in refused[0]["subj"]], ["gateway", "file"])
        self.assertIn(f"asiento {refused[0]['i']} ", why)

    def test_people_come_through_a_folder_of_their_own(self):
        self.begin()
        self.start()
        self.runs()
        eventually((self.directory / "people" / "done").is_dir, "the folder is made")
        self.put("people.csv", "person,name,rights\nana-r,Ana Rivas,alarms supervise\n", "people")
        eventually(lambda: self.lies("people/done"), "the people are registered")
        self.assertEqual(self.asks("log search --kind person.registered")[0]["subj"][0]["v"], "ana-r")

    def test_ten_thousand_lines_are_one_import(self):
        self.begin()
        self.start()
        self.runs()
        began = time.monotonic()
        self.put("all.csv", plates(10_000))
        eventually(lambda: self.lies("drop/done"), "ten thousand lines are taken", 60)
        took = time.monotonic() - began
        entry = self.imported()[0]
        self.assertEqual(entry["data"]["rows"], 10_000)
        last = self.asks("log search --kind expected.given -n 20000")
        self.assertEqual(len(last), 10_000)
        self.assertEqual([r["i"] for r in last], list(range(entry["i"] + 1, entry["i"] + 10_001)))
        print(f"10,000 lines: {took:.2f} s from the rename, two of them to see that it is whole", file=sys.stderr)

    def test_the_command_line_takes_a_large_file_too(self):
        self.begin()
        self.start()
        self.runs()
        (self.directory / "cli.csv").write_text(plates(5000))
        code, _, err = self.shell(f"$SEALWARDEN visit import --csv {self.directory}/cli.csv")
        self.assertNotEqual(code, 0, "at the terminal it is a person who says it")
        self.assertIn("`person` must be given", err)
        self.assertEqual(self.shell("$SEALWARDEN person add --person ana-r --name Ana --rights documents")[0], 0)
        code, out, err = self.shell(f"$SEALWARDEN visit import --csv {self.directory}/cli.csv --source cli.csv --person ana-r --json")
        self.assertEqual(code, 0, err)
        self.assertEqual(json.loads(out)["entry"]["data"]["rows"], 5000)
        (self.directory / "large.csv").write_text(plates(120_000))
        code, _, err = self.shell(f"$SEALWARDEN visit import --csv {self.directory}/large.csv --person ana-r")
        self.assertNotEqual(code, 0)
        self.assertIn("longer than 2097152 bytes", err)

    def front(self, *before):
        return subprocess.Popen([*before, BINARY, "drop", "run", "--config", str(self.config)], stderr=self.said)

    def test_killed_at_every_rename_and_every_flush_it_takes_each_file_once(self):
        self.begin()
        self.start("--no-fronts")
        self.runs()
        taken = 0
        for call in "renameat", "fsync":
            for when in range(1, 5):
                text = plates(2, first=10 * taken)
                digest = self.put("f.csv", text)
                killed = self.front("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                                    "-e", f"inject={call}:signal=KILL:when={when}")
                eventually(lambda: killed.poll() is not None or not self.waiting(), f"killed at {call} {when}", 30)
                if killed.poll() is None:  # fewer such calls than that: it is done; strace itself heeds no SIGTERM
                    with contextlib.suppress(OSError):  # it may be killed just now, behind its last such call
                        for child in pathlib.Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split():
                            os.kill(int(child), signal.SIGTERM)
                killed.wait(10)
                whole = self.front()
                eventually(lambda: not self.waiting(), f"the rest after {call} {when}", 30)
                whole.terminate()
                whole.wait(10)
                taken += 1
                mine = [e for e in self.imported() if e["subj"][0]["v"] == digest]
                self.assertEqual(len(mine), 1, f"{call} {when}")
                self.assertIn(f"{mine[0]['i']}-f.csv", self.lies("drop/done"))
        self.assertEqual(len(self.lies("drop/done")), taken)
        self.assertEqual(self.lies("drop/refused"), [])

    def waiting(self):
        return self.lies("drop") + (self.lies("drop/work") if (self.directory / "drop/work").is_dir() else ["-"])

    def test_files_wait_while_the_gateway_is_away(self):
        self.begin()
        self.start("--no-fronts")
        self.runs()
        front = self.front()
        self.addCleanup(lambda: (front.terminate(), front.wait(10)))
        eventually((self.directory / "drop/done").is_dir, "the front looks")
        self.end()
        self.put("later.csv", plates(1))
        eventually(lambda: self.says("gateway does not take files"), "the front says so")
        self.assertEqual(self.lies("drop/done"), [])
        self.start("--no-fronts")
        eventually(lambda: self.lies("drop/done"), "the file is taken", 30)


if __name__ == "__main__":
    unittest.main(verbosity=2)
