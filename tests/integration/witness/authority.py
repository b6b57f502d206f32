"""A time-stamp authority (openssl ts) behind HTTPS, with a root of its own."""
import http.server
import ssl
import subprocess
import threading

CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
[stamps]
extendedKeyUsage = critical,timeStamping
[server]
subjectAltName = DNS:localhost
[tsa]
default_tsa = here
[here]
serial = {0}/serial
crypto_device = builtin
signer_cert = {0}/stamps.pem
certs = {0}/root.pem
signer_key = {0}/stamps.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Authority:
    def __init__(self, directory, port):
        self.directory, self.port, self.server, self.asked = directory, port, None, 0
        directory.mkdir()
        self.root = directory / "root.pem"
        self.config = directory / "openssl.conf"
        self.config.write_text(CONFIG.format(directory))
        (directory / "serial").write_text("01\n")
        self.certificate("root", "-x509")
        for name in ("stamps", "server"):
            self.certificate(name, "-x509", "-CA", self.root, "-CAkey", directory / "root.key")

    def certificate(self, name, *more):
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-subj", f"/CN={name}", "-config", self.config, "-extensions", name, "-keyout",
                     self.directory / f"{name}.key", "-out", self.directory / f"{name}.pem", *more)

    @staticmethod
    def openssl(*words):
        done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def reply(self, question):
        self.asked += 1
        query, reply = self.directory / "query", self.directory / "reply"
        query.write_bytes(question)
        self.openssl("ts", "-reply", "-config", self.config, "-section", "here", "-queryfile", query, "-out", reply)
        return reply.read_bytes()

    def start(self):
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                known = self.path == "/tsr" and self.headers["Content-Type"] == "application/timestamp-query"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = authority.reply(body) if known else b""
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.directory / "server.pem", self.directory / "server.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def verifies(self, reply, data):
        """By openssl's own judgement."""
        (self.directory / "given").write_bytes(reply)
        (self.directory / "data").write_bytes(data)
        return "Verification: OK" in self.openssl("ts", "-verify", "-in", self.directory / "given", "-data",
                                                  self.directory / "data", "-CAfile", self.root)
