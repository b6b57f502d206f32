#!/usr/bin/python3
"""A log key that lies nowhere in the clear: sealed by a TPM (swtpm), unsealed by systemd-creds into the directory that
systemd gives a unit, and of no use to another TPM."""

import base64
import os
import subprocess
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from one_gateway import OneGateway, eventually


class Tpm:
    """A software TPM; what it is lies in its folder. One after the other: systemd 252 leaves a session behind at each
    use, which the kernel's resource manager would flush, and swtpm has three."""

    def __init__(self, folder):
        folder.mkdir(exist_ok=True)
        self.socket = folder / "socket"
        self.program = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}", "--server", f"type=unixio,path={self.socket}",
             "--ctrl", f"type=unixio,path={self.socket}.ctrl", "--flags", "not-need-init,startup-clear"],
            stderr=subprocess.DEVNULL)
        eventually(lambda: self.socket.exists() and (folder / "socket.ctrl").exists(), "swtpm listens")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.program.terminate()
        self.program.wait()
        self.socket.unlink(missing_ok=True)
        self.socket.with_name("socket.ctrl").unlink(missing_ok=True)

    def creds(self, verb, *words):
        return subprocess.run(["systemd-creds", verb, f"--tpm2-device=swtpm:path={self.socket}", "--name=log-key", *words],
                              capture_output=True, timeout=30, check=False)


class TpmTest(OneGateway):
    def setUp(self):
        super().setUp()
        self.write("")
        self.key = self.directory / "log" / "keys" / "log-key"
        self.sealed = self.directory / "log-key.sealed"
        self.credentials = self.directory / "credentials"
        self.credentials.mkdir()
        code, _, err = self.shell("$SEALWARDEN commission --years 1")
        self.assertEqual(code, 0, err)

    def starts(self, **environment):
        self.start(env={**os.environ, **environment})
        self.runs()

    def stops(self):
        self.end()
        (self.directory / "gateway.log").write_text("")

    def signing(self):
        return self.asks("status")[0]["signing"]["state"]

    def head_is_signed(self):
        """By the log's key, as the sheet names it."""
        eventually(lambda: self.signing() == "signing" and self.shell("$SEALWARDEN checkpoint show")[0] == 0, "it signs")
        note = self.asks("checkpoint show")[0]["note"]
        sheet = (self.key.parent / "sheet.txt").read_text()
        vkey = next(line for line in sheet.splitlines() if line.startswith("key "))
        key = base64.b64decode(vkey.split("+", 2)[2])[1:]
        text, signatures = note.split("\n\n")
        signature = base64.b64decode(signatures.splitlines()[0].split(" ")[2])[4:]
        Ed25519PublicKey.from_public_bytes(key).verify(signature, (text + "\n").encode())

    def test_a_sealed_key_signs_and_another_tpm_does_not_give_it(self):
        plain = self.key.read_bytes()
        with Tpm(self.directory / "tpm") as tpm:
            sealing = tpm.creds("encrypt", "--with-key=tpm2", str(self.key), str(self.sealed))
            self.assertEqual(sealing.returncode, 0, sealing.stderr)
        self.assertNotIn(plain.strip(), self.sealed.read_bytes())
        self.key.unlink()

        with Tpm(self.directory / "tpm") as tpm:
            unsealed = tpm.creds("decrypt", str(self.sealed), str(self.credentials / "log-key"))
        self.assertEqual(unsealed.returncode, 0, unsealed.stderr)
        self.starts(CREDENTIALS_DIRECTORY=str(self.credentials))
        self.head_is_signed()
        self.stops()

        with Tpm(self.directory / "another") as tpm:
            refused = tpm.creds("decrypt", str(self.sealed), "-")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(b"integrity check failed", refused.stderr)
        self.assertEqual(refused.stdout, b"")
        (self.credentials / "log-key").unlink()
        # Without its key the gateway goes on guarding, says so, and signs nothing.
        self.starts(CREDENTIALS_DIRECTORY=str(self.credentials))
        eventually(lambda: self.signing() == "held_back", "nothing is signed")


if __name__ == "__main__":
    unittest.main()
