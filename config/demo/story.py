#!/usr/bin/python3
"""The demo's narrator: starts a broker, the simulated site and the gateway, and tells what arrives at the broker.

A line has the time, who it is about, what the gateway said, and how long it took from the contact (or the register)
to the message at this subscriber. Everything it starts is stopped again, by process id."""

import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import paho.mqtt.client as mqtt

HERE = pathlib.Path(__file__).resolve().parent
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ
PAINT = {"high": "\033[31;1m", "medium": "\033[33m", "low": "\033[36m", "dim": "\033[2m"}


def paint(how, text):
    return f"{PAINT[how]}{text}\033[0m" if COLOUR and how in PAINT else text


def free_port():
    """Below the ports that outgoing connections are given (ip(7), ip_local_port_range): none of them takes it meanwhile."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for_port(port, process, seconds=10, what="broker"):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"the {what} does not listen on port {port}")


class Story:
    """Matches what was done at the site with what the broker delivered."""

    def __init__(self, language):
        self.language = language
        self.words = json.loads((HERE.parent / "text" / f"{language}.json").read_text())
        self.lock = threading.Lock()
        self.deeds = {}  # "door/d07" -> time of the newest deed, µs of CLOCK_MONOTONIC
        self.latencies = []
        self.refusals = []
        self.online = threading.Event()  # a gateway tells only what comes after its publisher's first start
        self.messages = 0

    def done(self, deed):
        subject = deed.get("subject")
        with self.lock:
            if subject:
                self.deeds[f"{subject['k']}/{subject['v']}"] = deed["at_us"]
            people = "index" in deed or "refused" in deed
            if deed.get("say"):
                self.tell("", self.word("demo.people" if people else "demo.site"),
                          paint("dim", self.word(f"demo.{deed['say']}", deed["say"])), None)
            if "refused" in deed:
                self.refusals.append(deed["refused"])
                self.tell("", self.word("demo.people"), paint("medium", self.word("demo.refused").format(why=deed["refused"])), None)

    def arrived(self, topic, payload, at_us):
        with self.lock:
            self.messages += 1
            channel = topic.split("/")[4]
            if channel == "event":
                self.event(payload, at_us)
            elif channel == "alarm" and payload:
                self.alarm(payload)
            elif channel == "status":
                if payload == b"online":
                    self.online.set()
                self.tell("", self.word("demo.gateway"), self.word(f"state.{payload.decode()}", payload.decode()), None)

    def word(self, key, otherwise=None):
        """Of the same catalog that the gateway speaks from."""
        return self.words.get(key, otherwise or key)

    def sentence(self, kind):
        """What happened, without the name, which has a column of its own: "{name}: puerta abierta" is "puerta abierta"."""
        for key, sentence in self.words.items():
            if key.startswith("event.") and key[len("event."):].replace(".", "_") == kind:
                return re.sub(r"\s+(?=[:,.])|(?<=\s)\s+", "", sentence.replace("{name}", "")).lstrip(":, ")
        return kind.replace("_", " ")

    def name(self, told):
        return (told.get("name_es") if self.language == "es" else None) or told.get("name")

    def event(self, payload, at_us):
        event = json.loads(payload)
        kind = event["event_type"]
        if kind.startswith(("alarm_", "boot", "config_", "coverage_", "clock_")):
            return
        who = next((f"{k}/{event[k]}" for k in ("door", "seal", "camera", "cabinet", "power", "reader", "device")
                    if k in event and event[k]), "")
        latency = None
        deed = self.deeds.pop(who, None)
        if deed is not None and 0 <= at_us - deed < 5_000_000:
            latency = (at_us - deed) / 1000
            self.latencies.append(latency)
        self.tell(f"#{event.get('idx', '')}", self.name(event) or who, self.sentence(kind), latency)

    def alarm(self, payload):
        alarm = json.loads(payload)
        text = alarm.get(f"text_{self.language}") or alarm["kind"]
        state = self.word(f"state.{alarm['state']}", alarm["state"])
        self.tell(self.word("demo.alarm"), self.word(f"state.{alarm['prio']}", alarm["prio"]), paint(alarm["prio"], f"{text}  [{state}, x{alarm['count']}]"), None)

    @staticmethod
    def tell(mark, who, what, latency):
        now = time.time()
        clock = time.strftime("%H:%M:%S", time.localtime(now)) + f".{int(now * 1000) % 1000:03d}"
        took = f"{latency:8.1f} ms" if latency is not None else " " * 11
        print(f"{clock} {took}  {mark:>6}  {who:<22} {what}", flush=True)


# Who may look at the demo through the console: role, name, and the person of the scenario.
USERS = {"ana": ("supervisor", "Ana Rivas", "ana-r"), "sofia": ("security", "Sofía Núñez", None), "aldo": ("auditor", "Aldo Peña", None),
         "rosa": ("admin", "Rosa Otero", None), "wall": ("wall", "Wall at the gate", None)}


class Site:
    """The processes of one demo, in a folder of their own."""

    def __init__(self, binary, directory, speed, web=None):
        self.binary, self.directory, self.speed = binary, pathlib.Path(directory), speed
        self.processes = []
        self.broker_port = free_port()
        ports = {"BROKER": self.broker_port, **{name: free_port() for name in ("EAST", "SEALS", "POWER", "CAMERA")}}
        self.camera_port = ports["CAMERA"]
        text = (HERE / "site.toml.in").read_text().replace("@DIR@", str(self.directory))
        for name, port in ports.items():
            text = text.replace(f"@PORT_{name}@", str(port))
        self.config = self.directory / "site.toml"
        self.config.write_text(text)
        (self.directory / "log").mkdir(exist_ok=True)
        (self.directory / "profiles").symlink_to(HERE.parent / "profiles")
        self.console_port = None
        if web:
            self.add_console(web)

    def add_console(self, web):
        """A console with users of every role, and a log that is signed, so that it can build bundles."""
        self.console_port = free_port()
        self.password = secrets.token_urlsafe(12)
        with open(self.config, "a") as config:
            config.write(f'\n[console]\nlisten = ["127.0.0.1:{self.console_port}"]\nfiles = "{web}"\n')
        (self.directory / "sheet.txt").write_text(self.verb(["commission", "--years", "1"]))
        for user, (role, name, person) in USERS.items():
            self.verb(["user", "add", user, "--name", name, "--role", role, "--password-fd", "0", *(["--person", person] if person else [])],
                      self.password)

    def verb(self, arguments, told=""):
        done = subprocess.run([str(self.binary), "--config", str(self.config), *arguments], input=told, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        return done.stdout

    def start(self, arguments, **more):
        process = subprocess.Popen([str(a) for a in arguments], start_new_session=True, preexec_fn=die_with_parent, **more)
        self.processes.append(process)
        return process

    def start_broker(self):
        conf = self.directory / "mosquitto.conf"
        conf.write_text(f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        with open(self.directory / "mosquitto.log", "a") as log:
            broker = self.start(["/usr/sbin/mosquitto", "-c", conf], stdout=log, stderr=log)
        wait_for_port(self.broker_port, broker)

    def start_camera(self):
        camera = self.start([sys.executable, HERE / "camera.py", self.camera_port])
        wait_for_port(self.camera_port, camera, what="camera")

    def start_simulator(self, scenario, told):
        self.start_camera()
        sim = self.start([self.binary, "sim", "run", scenario, "--config", self.config, "--json", "--wait", "--speed", self.speed],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def follow():
            for line in sim.stdout:
                told(json.loads(line))
        threading.Thread(target=follow, daemon=True).start()
        return sim

    def start_gateway(self):
        with open(self.directory / "gateway.log", "a") as log:
            return self.start([self.binary, "run", "--config", self.config], stderr=log)

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=8)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def subscribe(port, story):
    client = mqtt.Client(client_id="sealwarden-demo", protocol=mqtt.MQTTv311)
    client.on_connect = lambda c, *_: c.subscribe("sealwarden/v1/#", qos=1)
    client.on_message = lambda _c, _u, m: story.arrived(m.topic, m.payload, time.monotonic_ns() // 1000)
    client.connect("127.0.0.1", port)
    client.loop_start()
    return client


def seconds(text):
    units = {"s": 1, "m": 60, "h": 3600}
    try:
        value = float(text[:-1]) * units[text[-1]] if text[-1:] in units else float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write 60s, 5m or 1h")
    return value


def program(text):
    if not os.access(text, os.X_OK):
        raise argparse.ArgumentTypeError(f"{text} is no program; build it with ./dev build")
    return text


def die_with_parent():
    """For a child: SIGTERM when the narrator is gone, however it went (PR_SET_PDEATHSIG, prctl(2))."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=program)
    parser.add_argument("--for", dest="duration", type=seconds, help="how long, e.g. 60s; without it until Ctrl-C")
    parser.add_argument("--speed", default="1")
    parser.add_argument("--language", choices=["en", "es"], default="en")
    parser.add_argument("--scenario", default=str(HERE / "morning.toml"))
    parser.add_argument("--web", type=pathlib.Path, help="the console's web app, as ./dev build makes it; without it there is no console")
    parser.add_argument("--summary", action="store_true", help="end with one line of JSON, for tests")
    options = parser.parse_args()
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: end.set())

    with tempfile.TemporaryDirectory(prefix="sealwarden-demo-") as directory:
        story = Story(options.language)
        site = Site(options.binary, directory, options.speed, options.web and options.web.resolve())
        try:
            site.start_broker()
            client = subscribe(site.broker_port, story)
            where = {"topics": f"mosquitto_sub -p {site.broker_port} -v -t 'sealwarden/v1/#'",
                     **{key: f"{options.binary} {verb} --language {options.language} --config {site.config}" for key, verb in
                        (("log", "log tail -f"), ("points", "point list"), ("state", "status"))}}
            print(story.word("demo.head"))
            for key, command in where.items():
                print(f"  {story.word(f'demo.head.{key}'):<9} {command}")
            print(f"  {story.word('demo.gateway'):<9} {site.directory}/gateway.log")
            if site.console_port:
                print(f"  {story.word('demo.head.console'):<9} https://127.0.0.1:{site.console_port}  " +
                      story.word("demo.head.users").format(users=", ".join(f"{user} ({role})" for user, (role, *_) in USERS.items()),
                                                           password=site.password))
            print(story.word("demo.head.columns") + "\n", flush=True)
            sim = site.start_simulator(options.scenario, story.done)
            gateway = site.start_gateway()
            waits = True
            stop_at = time.monotonic() + options.duration if options.duration else float("inf")
            while not end.wait(0.2) and time.monotonic() < stop_at:
                if waits and story.online.is_set():
                    waits = False
                    print(file=sim.stdin, flush=True)
                for name, process in (("simulator", sim), ("gateway", gateway)):
                    if process.poll() is not None:
                        sys.stderr.write((site.directory / "gateway.log").read_text())
                        raise SystemExit(f"the {name} ended by itself with {process.returncode}")
        finally:
            site.stop()
        client.loop_stop()
        report(story, options.summary)


def report(story, summary):
    times = sorted(story.latencies)
    if times:
        print("\n" + story.word("demo.report").format(count=len(times), median=f"{times[len(times) // 2]:.1f}",
                                                      slowest=f"{times[-1]:.1f}"))
    if summary:
        print(json.dumps({"messages": story.messages, "matched": len(times)}))


if __name__ == "__main__":
    main()
