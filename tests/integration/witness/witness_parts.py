"""`sealwarden witness run` in a directory of its own, and a foreign log (Go) that asks it."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "mqtt"))
from peers import free_port, until  # noqa: E402

BINARY = os.environ["SEALWARDEN_BINARY"]
GO = {**os.environ, "GO111MODULE": "off", "CGO_ENABLED": "0", "GOPATH": "/usr/share/gocode"}


def built(directory, name):
    """A foreign program of this folder."""
    program = pathlib.Path(directory) / name
    subprocess.run(["go", "build", "-o", program, HERE / "foreign" / f"{name}.go"], check=True, timeout=240,
                   env={**GO, "GOCACHE": str(pathlib.Path(directory) / "go-cache")})
    return program


class Witness:
    def __init__(self, directory, name="office"):
        self.directory = pathlib.Path(directory)
        self.state = self.directory / "state"
        self.state.mkdir()
        self.key = self.directory / "witness-key"
        self.vkey = subprocess.run([BINARY, "witness", "key", "--out", self.key, "--name", name], capture_output=True,
                                   text=True, check=True, timeout=30).stdout.strip()
        self.address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.address}"
        self.log = self.directory / "witness.log"
        self.process = None

    def start(self, *logs, before=()):
        """`before`: a program that starts it, and its arguments."""
        words = [BINARY, "witness", "run", "--listen", self.address, "--key", self.key, "--state", self.state]
        for log in logs:
            words += ["--log", log]
        said = len(self.text())
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen([*before, *words], stdout=out, stderr=out)
        until(lambda: "witness runs" in self.text()[said:] or self.process.poll() is not None, "the witness runs")
        assert self.process.poll() is None, self.text()

    def text(self):
        return self.log.read_text() if self.log.exists() else ""

    def kill(self):
        self.end(signal.SIGKILL)

    def end(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(20)
        self.process = None
        return code


class ForeignLog:
    """Asks one witness; each history is another past of the same log."""

    def __init__(self, program, witness, secret="first keys"):
        self.process = subprocess.Popen([program, "ask", secret, witness.url, witness.vkey], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @staticmethod
    def key(program, origin, secret="first keys"):
        return subprocess.run([program, "key", secret, origin], capture_output=True, text=True, check=True,
                              timeout=30).stdout.strip()

    def ask(self, origin, history, old, size, proof="good"):
        self.process.stdin.write(f"{origin} {history} {old} {size} {proof}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def size_at_witness(self, origin):
        answer = self.ask(origin, "first", 0, 1_000)
        assert answer["status"] == 409 and answer["type"] == "text/x.tlog.size", answer
        return int(re.fullmatch(r"(\d+)\n", answer["body"])[1])

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
