#!/usr/bin/python3
"""readers_test.py SAMPLE-BUNDLE: what people and foreign verifiers make of a bundle of ours."""

import base64
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile

HERE = pathlib.Path(__file__).parent
SAMPLE = sys.argv.pop(1)


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **more)


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.made.name)
        subprocess.run([SAMPLE, cls.made.name], check=True)
        cls.sheet = str(cls.folder / "sheet.txt")
        with zipfile.ZipFile(cls.folder / "bundle.zip") as bundle:
            bundle.extractall(cls.folder / "bundle")
        cls.bundle = cls.folder / "bundle"
        cls.entries = len(list((cls.bundle / "leaves").iterdir()))

    @classmethod
    def tearDownClass(cls):
        cls.made.cleanup()

    def changed(self, name, change):
        """A copy of the bundle with one file changed; SHA256SUMS tells nothing of it."""
        copy = self.folder / "changed"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.bundle, copy)
        (copy / name).write_bytes(change((copy / name).read_bytes()))
        lines = "".join(run("sha256sum", str(p.relative_to(copy)), cwd=copy).stdout
                        for p in sorted(copy.rglob("*")) if p.is_file() and p.name != "SHA256SUMS")
        (copy / "SHA256SUMS").write_text(lines)
        return copy

    def first_leaf(self):
        return f"leaves/{min(int(p.stem) for p in (self.bundle / 'leaves').iterdir())}.bin"

    # --- VERIFY.txt

    def procedure(self, folder):
        lines = (folder / "VERIFY.txt").read_text().splitlines()
        script = "\n".join(line[4:] for line in lines if line.startswith("    "))
        return run("bash", "-c", script, cwd=folder, env={**os.environ, "SHEET": self.sheet})

    def test_the_commands_of_verify_txt_accept_the_bundle(self):
        ended = self.procedure(self.bundle)
        self.assertEqual((ended.returncode, ended.stdout), (0, "all of this holds\n"), ended.stderr)

    def test_the_commands_of_verify_txt_refuse_a_changed_entry(self):
        copy = self.changed(self.first_leaf(), lambda data: data.replace(b'"v":1', b'"v":2'))
        self.assertNotEqual(self.procedure(copy).returncode, 0)

    def test_the_commands_of_verify_txt_refuse_another_manifest(self):
        copy = self.changed("manifest.json", lambda data: data + b" ")
        self.assertNotEqual(self.procedure(copy).returncode, 0)

    # --- the report and the picture of the time

    def test_the_report_can_be_read_as_text(self):
        text = " ".join(run("pdftotext", str(self.bundle / "report.pdf"), "-").stdout.split())
        words = (self.folder / "words.txt").read_text()
        for said in ("Report of evidence", "container MSCU6639870", "coverage.lost", "Page 1 of ", "root ", "R1.", "R2.", "R3.", words,
                     "Verified, with gaps", "maria"):
            self.assertIn(said, text)
        for unsaid in ("004711", "event.", '{"'):  # what is kept about persons, no words, no JSON
            self.assertNotIn(unsaid, text)
        # Entry 30, by the site's clocks, and who is named beside its subject.
        self.assertIn("30 2026-11-23 19:10:00 -06:00 d07: access granted access.granted · container: MSCU6639870", text)
        size = run("pdfinfo", str(self.bundle / "report.pdf")).stdout
        self.assertRegex(size, r"Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)")

    def test_each_page_of_the_report_says_its_number_and_of_which_log_and_when(self):
        pages = run("pdftotext", str(self.bundle / "report.pdf"), "-").stdout.rstrip("\f").split("\f")
        head = max((self.bundle / "checkpoints").iterdir(), key=lambda one: int(one.stem)).read_text().split("\n")
        log, size, root = head[:3]
        key = base64.b64decode(head[4].split()[-1])[:4].hex()
        for number, page in enumerate(pages, 1):
            foot = " ".join(page.split()[-30:])
            self.assertIn(f"Page {number} of {len(pages)} · {log} · made 2026-11-24 19:20:00 -06:00 · head {size}, root {root[:12]}…, key {key}", foot)

    def test_what_the_report_points_to_is_in_the_bundle(self):
        text = " ".join(run("pdftotext", str(self.bundle / "report.pdf"), "-").stdout.split())
        self.assertNotIn("records.ndjson", text)
        for name in ("leaves/", "proofs/", "records.csv"):
            self.assertIn(name, text)
            self.assertTrue((self.bundle / name).exists(), name)

    def test_the_fonts_of_the_report_are_in_it(self):
        fonts = run("pdffonts", str(self.bundle / "report.pdf")).stdout.splitlines()[2:]
        self.assertTrue(fonts)
        for font in fonts:
            self.assertRegex(font, r"\s+yes yes (yes|no)\s+\d+\s+\d+$")

    def test_the_code_on_the_report_is_the_head_with_its_first_signature(self):
        run("pdftoppm", "-r", "200", "-png", str(self.bundle / "report.pdf"), str(self.folder / "page"))
        pages = [str(p) for p in sorted(self.folder.glob("page*.png"))]
        read = run("zbarimg", "--quiet", "--raw", *pages).stdout
        heads = [p.read_text() for p in (self.bundle / "checkpoints").iterdir()]
        firsts = ["\n".join(head.split("\n")[:5]) for head in heads]
        self.assertIn(read.strip("\n"), firsts)

    def test_the_code_on_the_printed_sheet_is_its_text(self):
        run("pdftoppm", "-r", "200", "-png", str(self.folder / "sheet.pdf"), str(self.folder / "paper"))
        pages = [str(p) for p in sorted(self.folder.glob("paper*.png"))]
        read = run("zbarimg", "--quiet", "--raw", *pages).stdout
        sheet = pathlib.Path(self.sheet).read_text()
        self.assertEqual(read.rstrip("\n") + "\n", sheet)
        text = run("pdftotext", str(self.folder / "sheet.pdf"), "-").stdout
        self.assertIn((self.folder / "words.txt").read_text(), text)

    def test_the_timeline_is_a_picture_with_words_and_without_a_script(self):
        svg = (self.bundle / "timeline.svg").read_text()
        root = xml.etree.ElementTree.fromstring(svg)
        name = "{http://www.w3.org/2000/svg}"
        self.assertIn("MSCU6639870", root.find(f"{name}title").text)
        self.assertTrue(root.find(f"{name}desc").text)
        self.assertEqual(root.get("role"), "img")
        said = [one.text for one in root.iter(f"{name}title")]
        self.assertTrue(any("#" in one for one in said[1:]), said)
        self.assertTrue(any("Watched" == one.text for one in root.iter(f"{name}text")))
        self.assertNotRegex(svg, r"<script|\son\w+=|href")

    # --- foreign verifiers

    def go(self, folder):
        environment = {**os.environ, "GO111MODULE": "off", "CGO_ENABLED": "0", "GOPATH": "/usr/share/gocode",
                       "GOCACHE": str(self.folder / "go-cache")}
        return run("go", "run", str(HERE / "foreign/verify.go"), str(folder), self.sheet, env=environment)

    def test_golang_x_mod_accepts_every_proof(self):
        ended = self.go(self.bundle)
        closings = len(list((self.bundle / "consistency").iterdir()))
        self.assertEqual(ended.stdout, f"{self.entries} entries, {closings} checkpoints\n", ended.stderr)

    def test_golang_x_mod_refuses_a_changed_entry(self):
        copy = self.changed(self.first_leaf(), lambda data: data + b" ")
        self.assertNotEqual(self.go(copy).returncode, 0)

    def sigstore(self, folder):
        return run("node", str(HERE / "foreign/sigstore.js"), str(folder), self.sheet)

    def test_sigstore_and_canonicalize_accept_every_entry(self):
        ended = self.sigstore(self.bundle)
        self.assertEqual(ended.stdout, f"{self.entries} entries\n", ended.stderr)

    def test_sigstore_refuses_a_changed_entry(self):
        copy = self.changed(self.first_leaf(), lambda data: data.replace(b'"v":1', b'"v":2'))
        self.assertNotEqual(self.sigstore(copy).returncode, 0)


unittest.main()
