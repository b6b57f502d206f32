"""A broker that does what a test tells it, over a real socket: one behaviour a connection, the last one from then on."""
import socket
import struct
import threading
import time

from peers import free_port

CONNACK_V5_OK = b"\x20\x03\x00\x00\x00"
CONNACK_V5_WRONG_VERSION = b"\x20\x03\x00\x84\x00"
CONNACK_V3_OK = b"\x20\x02\x00\x00"
CONNACK_V3_WRONG_VERSION = b"\x20\x02\x00\x01"


class Connection:
    def __init__(self, socket_):
        self.socket = socket_

    def packet(self):
        """First byte and body of the next packet; None when the client is gone."""
        head = self.exactly(1)
        length, shift = 0, 0
        while head:
            byte = self.exactly(1)
            if not byte:
                return None
            length |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                body = self.exactly(length)
                return None if body is None else (head[0], body)
        return None

    def exactly(self, count):
        taken = b""
        while len(taken) < count:
            try:
                part = self.socket.recv(count - len(taken))
            except OSError:
                return None
            if not part:
                return None
            taken += part
        return taken

    def reset(self):
        """Closes as a broken network does: RST, not FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class ScriptedBroker:
    """Each behaviour: a function of (connection, CONNECT's protocol level). Probes are connections too."""

    def __init__(self, *behaviours, port=None):
        self.port = port or free_port()
        self.behaviours, self.times = list(behaviours), []
        self.levels = []  # of every CONNECT that was not a probe
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.lock = threading.Lock()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                taken, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(taken)
            threading.Thread(target=self.serve, args=(Connection(taken),), daemon=True).start()

    def serve(self, connection):
        found = connection.packet()
        if found is None:
            return
        _, body = found
        with self.lock:
            self.times.append(time.monotonic())
            probe = b"-probe" in body
            if not probe:
                self.levels.append(body[6])
            behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        try:
            behave(connection, body[6])
        except OSError:
            pass

    def stop(self):
        self.listener.close()
        for connection in self.open:
            connection.close()


def hangs_up(connection, _level):
    connection.socket.shutdown(socket.SHUT_RDWR)
    connection.socket.close()


def resets(connection, _level):
    connection.reset()


def says(answer):
    def behave(connection, _level):
        connection.socket.sendall(answer)
        hangs_up(connection, 0)
    return behave


def refuses_subscriptions(connection, level):
    takes(connection, level, suback=b"\x00\x87" if level == 5 else b"\x80")


def takes(connection, level, suback=None):
    """An ordinary broker that acknowledges everything and passes nothing on."""
    connection.socket.sendall(CONNACK_V5_OK if level == 5 else CONNACK_V3_OK)
    while (found := connection.packet()) is not None:
        head, body = found
        if head >> 4 == 3 and head & 6:
            at = 2 + int.from_bytes(body[:2], "big")
            connection.socket.sendall(b"\x40\x02" + body[at:at + 2])
        elif head >> 4 == 8 and suback:
            connection.socket.sendall(bytes([0x90, 2 + len(suback)]) + body[:2] + suback)
        elif head >> 4 == 12:
            connection.socket.sendall(b"\xd0\x00")


def is_silent(connection, _level):
    while connection.packet() is not None:
        pass


def freezes_after_connack(connection, level):
    connection.socket.sendall(CONNACK_V5_OK if level == 5 else CONNACK_V3_OK)
    is_silent(connection, level)


def only_answers_pings(connection, level):
    connection.socket.sendall(CONNACK_V5_OK if level == 5 else CONNACK_V3_OK)
    while (found := connection.packet()) is not None:
        if found[0] >> 4 == 12:
            connection.socket.sendall(b"\xd0\x00")
