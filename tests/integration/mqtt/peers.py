"""Foreign brokers on free loopback ports in directories of their own, and a subscriber that keeps all it hears."""
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import paho.mqtt.client as paho


PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "peers")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=20):
    """Waits for a condition with a deadline; the only waiting these tests do."""
    end = time.monotonic() + seconds
    tick = threading.Event()
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        tick.wait(0.02)


class Process:
    def __init__(self, arguments, log):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(arguments, stdout=self.log, stderr=self.log)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(10)
        self.log.close()
        return code


class Mosquitto:
    def __init__(self, directory, lines=(), port=None):
        self.directory, self.port = directory, port or free_port()
        self.lines = list(lines) or ["allow_anonymous true"]
        self.start()

    def start(self):
        path = os.path.join(self.directory, "mosquitto.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(["user root", f"listener {self.port} 127.0.0.1", *self.lines]) + "\n")
        self.process = Process([shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-v", "-c", path],
                               os.path.join(self.directory, "broker.log"))
        until(self.listens, "mosquitto listens")

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.stop(signal.SIGKILL)

    def stop(self):
        self.process.stop()


class Nats(Mosquitto):
    def start(self):
        path = os.path.join(self.directory, "nats.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"server_name: one\nlisten: 127.0.0.1:{free_port()}\n"
                       f"jetstream {{ store_dir: \"{self.directory}/js\" }}\n"
                       f"mqtt {{ host: 127.0.0.1, port: {self.port} }}\n")
        self.process = Process([shutil.which("nats-server") or "/usr/sbin/nats-server", "-c", path],
                               os.path.join(self.directory, "broker.log"))
        until(self.listens, "nats-server listens")


class Aedes(Mosquitto):
    def start(self):
        self.process = Process([shutil.which("node"), os.path.join(PEERS, "aedes_broker.js"), str(self.port)],
                               os.path.join(self.directory, "broker.log"))
        until(self.listens, "aedes listens")


class Subscriber:
    def __init__(self, port, user=None, password=None, tls=None):
        self.heard, self.lock, self.ready = [], threading.Lock(), threading.Event()
        self.client = paho.Client(client_id=f"subscriber-{port}", clean_session=False)
        if user:
            self.client.username_pw_set(user, password)
        if tls:
            self.client.tls_set(**tls)
        self.client.on_connect = lambda client, *_: client.subscribe("sealwarden/#", 1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self.hear
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.ready.wait(10)

    def hear(self, _client, _data, message):
        with self.lock:
            self.heard.append((message.topic, message.payload.decode(), message.retain, time.monotonic()))

    def publish(self, below, payload, retain=True):
        """Retained, as another gateway would; true when the broker has it."""
        sent = self.client.publish("sealwarden/v1/dc7/gw1/" + below, payload, qos=1, retain=retain)
        sent.wait_for_publish(10)
        return sent.is_published()

    def all(self, below):
        with self.lock:
            return [m for m in self.heard if paho.topic_matches_sub("sealwarden/v1/dc7/gw1/" + below, m[0])]

    def last(self, below):
        heard = self.all(below)
        return heard[-1][1] if heard else None

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()
