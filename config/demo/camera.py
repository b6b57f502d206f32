#!/usr/bin/python3
"""The demo's camera and recorder: a still picture of this moment at /live.jpg, one of a past moment at /stored.jpg?at=UNIX.

It shows always the same dock; a comment in the JPEG says the moment, so no two pictures have the same bytes."""

import datetime
import http.server
import pathlib
import sys
import urllib.parse

DOCK = (pathlib.Path(__file__).resolve().parent / "dock7.jpg").read_bytes()


def picture(moment):
    comment = b"simulated, " + moment.isoformat(timespec="milliseconds").encode()
    return DOCK[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + DOCK[2:]


class Camera(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        moment = datetime.datetime.now(datetime.timezone.utc)
        if url.path == "/stored.jpg":
            moment = datetime.datetime.fromtimestamp(int(urllib.parse.parse_qs(url.query)["at"][0]), datetime.timezone.utc)
        elif url.path != "/live.jpg":
            self.send_error(404)
            return
        body = picture(moment)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Camera).serve_forever()
