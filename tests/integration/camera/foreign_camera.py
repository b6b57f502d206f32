"""A camera that is not ours: Python's http.server with digest and Basic (RFC 7616, 7617), well and badly behaved by path."""

import base64
import hashlib
import http.server
import pathlib
import re
import secrets
import ssl
import subprocess
import threading
import time

DOCK = (pathlib.Path(__file__).resolve().parents[3] / "config/demo/dock7.jpg").read_bytes()
REALM = "camera"


def picture(mark):
    """A JPEG of bytes of its own: a comment says which."""
    comment = mark.encode()
    return DOCK[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + DOCK[2:]


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        camera = self.server.camera
        camera.asked.append((self.path, self.headers.get("Authorization", "")))
        path = self.path.split("?")[0]
        if path.startswith("/digest") and not self.digest_holds():
            return self.refuse(f'Digest realm="{REALM}", qop="auth", nonce="{secrets.token_hex(8)}", algorithm=MD5')
        if path.startswith("/basic") and self.headers.get("Authorization") != \
                "Basic " + base64.b64encode(f"{camera.user}:{camera.password}".encode()).decode():
            return self.refuse(f'Basic realm="{REALM}"')
        if path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/digest")
            return self.ends(b"")
        if path == "/html":
            return self.answers(b"<html>Please log in</html>", "text/html")
        if path == "/large":
            return self.answers(picture("large") + bytes(3 << 20))
        if path == "/endless":
            return self.goes_on(lambda: bytes(64 << 10))
        if path == "/silent":
            camera.released.wait(60)
            return self.answers(picture("late"))
        if path == "/cut":
            return self.answers(DOCK[:len(DOCK) // 2])
        if path == "/breaks":
            self.send_response(200)
            self.send_header("Content-Length", str(len(DOCK)))
            self.end_headers()
            self.wfile.write(DOCK[:100])
            self.close_connection = True
            return None
        if path == "/missing":
            return self.send_error(404)
        body = picture(f"{self.path} {len(camera.asked)}")
        camera.sent.append(body)
        return self.answers(body)

    def digest_holds(self):
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', self.headers.get("Authorization", "")))
        camera = self.server.camera
        a1 = md5(f"{camera.user}:{REALM}:{camera.password}")
        a2 = md5(f"GET:{given.get('uri', '')}")
        wanted = md5(f"{a1}:{given.get('nonce')}:{given.get('nc')}:{given.get('cnonce')}:{given.get('qop')}:{a2}")
        return given.get("response") == wanted and given.get("uri") == self.path

    def refuse(self, way):
        self.send_response(401)
        self.send_header("WWW-Authenticate", way)
        self.ends(b"who are you?")

    def answers(self, body, kind="image/jpeg"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.ends(body)

    def goes_on(self, piece):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            body = piece()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    def ends(self, body):
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp=None):
        return super().date_time_string((timestamp or time.time()) + self.server.camera.clock_ahead)

    def handle(self):
        try:
            super().handle()
        except (OSError, ssl.SSLError):
            pass  # the other end went away

    def log_message(self, *_):
        pass


class Camera:
    def __init__(self, certificate=None, clock_ahead=0):
        self.user, self.password = "gateway", 'p"a:ss w%rd'
        self.asked, self.sent = [], []
        self.clock_ahead = clock_ahead
        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.camera = self
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path, scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.port}{path}"

    def stop(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def certificate(directory, name):
    """One of its own for this name, with its key behind it."""
    file = pathlib.Path(directory) / f"{name}.pem"
    key = pathlib.Path(directory) / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", file],
                   check=True, capture_output=True, timeout=60)
    both = pathlib.Path(directory) / f"{name}.both.pem"
    both.write_bytes(key.read_bytes() + file.read_bytes())
    return file, both


__all__ = ["Camera", "certificate", "picture"]
