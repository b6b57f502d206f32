#!/usr/bin/python3
"""The MQTT front as a process, against mosquitto and nats-server, with a gateway that says what a test told it."""
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import jsonschema

from fake_door import FakeDoor, alarm, door
from peers import Aedes, Mosquitto, Nats, Process, Subscriber, free_port, until
import scripted_broker as scripted
from scripted_broker import ScriptedBroker

PROGRAM, SCHEMAS = sys.argv[1:3]
BASE = "sealwarden/v1/dc7/gw1"

TREE = [(r"status", "status"), (r"info", "info"), (r"health", "health"), (r"device/[a-z0-9-]+/status", "device-status"),
        (r"(door|dock|seal|camera|power|cabinet|light)/[a-z0-9-]+/state", None), (r"alarm/[a-z0-9-]+", "alarm"),
        (r"alarms/summary", "alarms-summary"), (r"event/[a-z0-9-]+", "event"), (r"log", "log"),
        (r"checkpoint", "checkpoint"), (r"reply", "reply")]
COMMAND = BASE + "/command"  # what others write


def check(topic, payload):
    """Every published payload keeps its schema and every topic is one of the tree."""
    below = topic[len(BASE) + 1:]
    for pattern, name in TREE:
        if re.fullmatch(pattern, below):
            break
    else:
        raise AssertionError(f"not a topic of the tree: {topic}")
    if name == "alarm" and payload == "":
        return
    name = name or below.split("/")[0] + "-state"
    with open(os.path.join(SCHEMAS, name + ".schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.validate(payload if schema["type"] == "string" else json.loads(payload), schema)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class FrontTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="sealwarden-mqtt-")
        self.addCleanup(shutil.rmtree, self.directory, True)
        self.door = FakeDoor(os.path.join(self.directory, "door.sock"))
        self.addCleanup(self.door.close)
        self.front = None
        self.options = {"socket": self.door.path, "directory": os.path.join(self.directory, "mqtt")}

    def broker(self, *lines, kind=Mosquitto):
        broker = kind(self.directory, lines)
        self.addCleanup(broker.stop)
        self.options.setdefault("urls", [f"mqtt://127.0.0.1:{broker.port}"])
        return broker

    def subscriber(self, broker, **more):
        subscriber = Subscriber(broker.port, **more)
        self.addCleanup(subscriber.stop)
        self.addCleanup(lambda: [check(topic, payload) for topic, payload, *_ in subscriber.heard if topic != COMMAND])
        return subscriber

    def start(self, **more):
        self.options.update(more)
        self.front = Process([PROGRAM, json.dumps(self.options), "run"], self.log())
        self.addCleanup(self.front.stop)

    def log(self):
        return os.path.join(self.directory, "front.log")

    def said(self, words):
        with open(self.log(), encoding="utf-8") as file:
            return words in file.read()

    def run_test(self, *words, **more):
        done = subprocess.run([PROGRAM, json.dumps({**self.options, **more}), "test", *words], capture_output=True,
                              text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    def indexes(self, subscriber):
        """The indexes in the order of their first arrival; each record is the exact one of the log."""
        seen = {}
        for _, payload, *_ in subscriber.all("log"):
            body = json.loads(payload)
            self.assertEqual(body["first"], body["records"][0]["i"])
            self.assertEqual(body["last"], body["records"][-1]["i"])
            self.assertLessEqual(len(payload.encode()), 32 << 10)
            for record in body["records"]:
                seen.setdefault(record["i"], True)
            exact = ",".join(self.door.log[body["first"]:body["last"] + 1])
            self.assertIn('"records":[' + exact + "]}", payload)
        return list(seen)

    def open_doors(self, count):
        for _ in range(count):
            self.door.commit(("door.opened", [("door", "d07")], {"was": "closed"}))

    def everything_arrives(self, version, kind=Mosquitto, spoken=None):
        broker = self.broker(kind=kind)
        subscriber = self.subscriber(broker)
        self.door.change([door(), {"subject": {"k": "device", "v": "io1"}, "since_ts": 1, "good": True,
                                   "online": True, "state": "online"}])
        self.open_doors(3)
        self.start(protocol=version)
        until(lambda: subscriber.last("status") == "online", "online")
        until(lambda: self.indexes(subscriber) == [0, 1, 2], "the log so far")
        self.assertEqual(subscriber.all("event/#"), [], "history is not replayed as events")
        self.door.commit(("door.forced", [("door", "d07")], {}),
                         ("alarm.raised", [("alarm", "door-forced-d07"), ("door", "d07")],
                          {"kind": "door-forced", "priority": "high", "state": "unack_active"}))
        self.door.change([door("open", forced=True)], [alarm()])
        until(lambda: subscriber.last("alarm/+"), "the alarm")
        told = json.loads(subscriber.last("alarm/door-forced-d07"))
        self.assertEqual((told["phase"], told["idx"], told["text_es"]),
                         ("new", 4, "Andén 7: puerta abierta estando asegurada"))
        until(lambda: subscriber.last("event/door-forced"), "the event")
        until(lambda: self.indexes(subscriber) == [0, 1, 2, 3, 4], "the log")
        until(lambda: json.loads(subscriber.last("door/d07/state"))["alarm_prio"] == "high", "the door's state")
        until(lambda: subscriber.last("health"), "a heartbeat")
        self.door.change(alarms=[alarm("normal")])
        until(lambda: subscriber.last("alarm/door-forced-d07") == "", "the alarm's topic is emptied")
        self.assertEqual(self.front.stop(), 0)
        until(lambda: subscriber.last("status") == "offline", "going down")
        self.assertEqual(json.loads(subscriber.last("info"))["mqtt_version"], spoken or ("3.1.1" if version == "3.1.1" else "5"))

    @staticmethod
    def note(size):
        root = base64.b64encode(bytes([size]) * 32).decode()
        return f"sealwarden/dc7/gw1/g1\n{size}\n{root}\n\n\u2014 sealwarden/dc7/gw1/g1 {base64.b64encode(bytes(68)).decode()}\n"

    def the_head_is_read_before_ours_goes_over_it(self, version, kind=Mosquitto):
        broker = self.broker(kind=kind)
        subscriber = self.subscriber(broker)
        self.assertTrue(subscriber.publish("checkpoint", self.note(3)))
        self.door.note = self.note(5)
        self.start(protocol=version)
        until(lambda: subscriber.last("checkpoint") == self.note(5), "our checkpoint")
        where = "broker " + self.options["urls"][0]
        self.assertEqual(self.door.seen[0], (self.note(3), where))
        # Another gateway of this name speaks while we do.
        self.assertTrue(subscriber.publish("checkpoint", self.note(9)))
        until(lambda: (self.note(9), where) in self.door.seen, "it is reported")
        self.door.note = self.note(10)
        self.open_doors(1)
        until(lambda: subscriber.last("checkpoint") == self.note(10), "the next one")
        self.assertEqual({note for note, _ in self.door.seen}, {self.note(3), self.note(9)}, "our own is no news")

    def test_the_head_at_the_broker_is_read_first_in_version_5(self):
        self.the_head_is_read_before_ours_goes_over_it("5")

    def test_the_head_at_the_broker_is_read_first_in_version_3_1_1(self):
        self.the_head_is_read_before_ours_goes_over_it("3.1.1")

    def test_the_head_is_read_first_at_aedes_too(self):
        self.the_head_is_read_before_ours_goes_over_it("3.1.1", kind=Aedes)

    def test_a_head_that_contradicts_the_log_stays_at_the_broker(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.assertTrue(subscriber.publish("checkpoint", self.note(9)))
        self.door.note, self.door.verdict = self.note(5), "contradicts"
        self.start()
        until(lambda: self.door.seen, "it is reported")
        self.open_doors(2)
        until(lambda: self.indexes(subscriber) == [0, 1], "everything else goes on")
        self.assertEqual([m[1] for m in subscriber.all("checkpoint")], [self.note(9)])
        self.door.close()
        self.door.verdict = "agrees"  # the gateway came back with a new generation
        self.door.open()
        until(lambda: subscriber.last("checkpoint") == self.note(5), "ours")
        self.assertEqual([note for note, _ in self.door.seen], [self.note(9)] * 2)

    def test_nothing_is_published_while_nothing_is_signed(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.door.note, self.door.signing = self.note(5), "held_back"
        self.start()
        until(lambda: self.door.seen == [(None, "broker " + self.options["urls"][0])], "nothing is there")
        self.open_doors(1)
        until(lambda: self.indexes(subscriber) == [0], "the log goes on")
        self.assertEqual(subscriber.all("checkpoint"), [])

    def test_a_broker_that_lets_nobody_read_the_checkpoint_gets_it_all_the_same(self):
        path = os.path.join(self.directory, "acl")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"topic write {BASE}/#\nuser reader\ntopic read sealwarden/#\n")
        broker = self.broker("allow_anonymous true", f"acl_file {path}")
        subscriber = self.subscriber(broker, user="reader")
        self.door.note = self.note(5)
        self.start()
        until(lambda: subscriber.last("checkpoint") == self.note(5), "our checkpoint")
        self.assertEqual(self.door.seen, [(None, "broker " + self.options["urls"][0])])

    def test_everything_arrives_in_version_5(self):
        self.everything_arrives("5")

    def test_everything_arrives_in_version_3_1_1(self):
        self.everything_arrives("3.1.1")

    def test_auto_takes_version_5_where_it_is_offered(self):
        self.everything_arrives("auto")

    def test_auto_falls_back_on_a_broker_without_version_5(self):
        broker = self.broker(kind=Nats)
        self.open_doors(3)
        subscriber = self.subscriber(broker)
        self.start(protocol="auto")
        until(lambda: self.indexes(subscriber) == [0, 1, 2], "the log")
        self.assertEqual(json.loads(subscriber.last("info"))["mqtt_version"], "3.1.1")

    def test_everything_arrives_at_aedes_which_has_no_version_5(self):
        self.everything_arrives("auto", Aedes, "3.1.1")

    def test_a_killed_broker_gets_everything_in_order_when_it_returns(self):
        broker = self.broker("allow_anonymous true", "persistence true",
                             f"persistence_location {self.directory}/", "autosave_interval 1",
                             "autosave_on_changes true")
        subscriber = self.subscriber(broker)
        self.start()
        self.open_doors(20)
        until(lambda: len(self.indexes(subscriber)) == 20, "before")
        broker.kill()
        self.open_doors(180)
        broker.start()
        until(lambda: len(self.indexes(subscriber)) == 200, "after", 40)
        self.assertEqual(self.indexes(subscriber), list(range(200)))

    def test_a_front_killed_in_the_middle_loses_nothing(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.start()
        until(lambda: subscriber.last("status") == "online", "online")
        self.open_doors(300)
        until(lambda: len(self.indexes(subscriber)) > 20, "some")
        self.front.stop(signal.SIGKILL)
        until(lambda: subscriber.last("status") == "offline", "the last will")
        self.open_doors(100)
        self.start()
        until(lambda: len(self.indexes(subscriber)) == 400, "all")
        self.assertEqual(self.indexes(subscriber), list(range(400)))

    def test_an_alarm_that_ended_while_the_front_was_dead_leaves_no_trace(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.start()
        until(lambda: subscriber.last("status") == "online", "online")
        self.door.change(alarms=[alarm()])
        until(lambda: subscriber.last("alarm/+"), "the alarm")
        self.front.stop(signal.SIGKILL)
        self.door.change(alarms=[alarm("normal")])
        self.door.commit(("alarm.raised", [("alarm", "door-forced-d07"), ("door", "d07")], {"kind": "door-forced"}))
        self.start()
        until(lambda: subscriber.last("alarm/+") == "", "emptied")

    def test_status_says_offline_while_the_gateway_is_gone(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.start()
        until(lambda: subscriber.last("status") == "online", "online")
        self.door.close()
        until(lambda: subscriber.last("status") == "offline", "offline")
        self.door.open()
        until(lambda: subscriber.last("status") == "online", "online again")

    def test_a_change_is_at_the_subscriber_within_milliseconds(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.start()
        until(lambda: subscriber.last("status") == "online", "online")
        took = []
        for index in range(50):
            start = time.monotonic()
            self.open_doors(1)
            until(lambda: len(subscriber.all("event/door-opened")) == index + 1, "the event")
            took.append(subscriber.all("event/door-opened")[index][3] - start)
        print(f"door's line to subscriber: p50 {sorted(took)[25] * 1000:.2f} ms, max {max(took) * 1000:.2f} ms")
        self.assertLess(sorted(took)[25], 0.02)

    def test_user_and_password(self):
        path = os.path.join(self.directory, "passwords")
        subprocess.run(["mosquitto_passwd", "-b", "-c", path, "gw1", "secret"], check=True)
        self.broker("allow_anonymous false", f"password_file {path}")
        self.assertEqual(self.run_test(user="gw1", password="secret")[0], 0)
        code, said = self.run_test(user="gw1", password="wrong")
        self.assertEqual(code, 1, said)

    def test_the_self_test_answers_as_json(self):
        broker = self.broker()
        nowhere = f"mqtt://127.0.0.1:{free_port()}"
        code, said = self.run_test("--json", urls=[nowhere, self.options["urls"][0]])
        self.assertEqual(code, 0, said)
        told = json.loads(said)
        self.assertEqual((told["ok"], told["url"], told["protocol"], told["topic"]),
                         (True, f"mqtt://127.0.0.1:{broker.port}", "5", BASE + "/selftest"))
        self.assertGreater(told["round_trip_ms"], 0)
        self.assertEqual([one["url"] for one in told["refused"]], [nowhere])
        self.assertIn("refused", told["refused"][0]["why"])
        code, said = self.run_test("--json", urls=[nowhere])
        self.assertEqual(code, 1, said)
        self.assertEqual((json.loads(said)["ok"], json.loads(said)["url"]), (False, None))

    def test_the_self_test_proves_the_access_list(self):
        path = os.path.join(self.directory, "acl")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"topic read {BASE}/#\n")
        self.broker("allow_anonymous true", f"acl_file {path}")
        for version in ("5", "3.1.1"):
            code, said = self.run_test(protocol=version)
            self.assertEqual(code, 1, said)
            self.assertIn("denies" if version == "3.1.1" else "may not publish", said)

    # Commands

    @staticmethod
    def command(number, name="visit.expect", **more):
        message = {"v": 1, "id": number, "command": name, "arguments": {"container": "MSCU6639870", "seals": "HL123456"}, **more}
        with open(os.path.join(SCHEMAS, "command.schema.json"), encoding="utf-8") as file:
            jsonschema.validate(message, json.load(file))
        return json.dumps(message)

    def taking_commands(self, version="auto", kind=Mosquitto, *lines):
        broker = self.broker(*lines, kind=kind)
        subscriber = self.subscriber(broker)
        self.start(commands=True, protocol=version)
        until(lambda: subscriber.last("status") == "online", "online")
        return broker, subscriber

    @staticmethod
    def replies(subscriber):
        return [json.loads(payload) for _, payload, *_ in subscriber.all("reply")]

    def a_command_is_carried_out_and_answered(self, version, kind=Mosquitto):
        _, subscriber = self.taking_commands(version, kind)
        self.open_doors(3)
        self.assertTrue(subscriber.publish("command", self.command("c-1", reply="office"), retain=False))
        until(lambda: self.replies(subscriber), "the reply")
        reply = self.replies(subscriber)[0]
        self.assertEqual({key: reply[key] for key in ("id", "ok", "index", "reply")},
                         {"id": "c-1", "ok": True, "index": 3, "reply": "office"})
        self.assertEqual(self.door.commands, [{
            "command": "visit.expect", "channel": "mqtt", "by": "mqtt", "ref": "c-1",
            "arguments": {"container": "MSCU6639870", "seals": "HL123456"}}])
        until(lambda: self.indexes(subscriber) == [0, 1, 2, 3], "its entry in the log")
        self.assertFalse(subscriber.all("reply")[0][2], "a reply is not retained")

    def test_a_command_is_carried_out_and_answered_in_version_5(self):
        self.a_command_is_carried_out_and_answered("5")

    def test_a_command_is_carried_out_and_answered_in_version_3_1_1(self):
        self.a_command_is_carried_out_and_answered("3.1.1")

    def test_a_command_is_carried_out_and_answered_at_nats(self):
        self.a_command_is_carried_out_and_answered("3.1.1", Nats)

    def test_a_command_is_carried_out_and_answered_at_aedes(self):
        self.a_command_is_carried_out_and_answered("3.1.1", Aedes)

    # Tokens

    def publish_tokens(self, *tokens):
        """As the console does: replaced as a whole."""
        path = os.path.join(self.options["directory"], "tokens.json")
        with open(path + ".next", "w", encoding="utf-8") as file:
            json.dump({"v": 1, "tokens": list(tokens)}, file)
        os.rename(path + ".next", path)

    @staticmethod
    def token(secret, **more):
        return {"id": "abcdefghijkl", "user": "ana", "name": "yard", "person": "ana-r", "rights": ["dock"],
                "secret": hashlib.sha256(secret.encode()).hexdigest(), "expires_ts": int(time.time() * 1000) + 600_000, **more}

    def test_a_token_makes_the_entry_its_users_until_it_is_revoked(self):
        broker, subscriber = self.taking_commands()
        secret = "S" * 43
        text = "sw1_abcdefghijkl_" + secret
        answered = set()

        def outcome(number, **more):
            subscriber.publish("command", self.command(number, **more), retain=False)
            until(lambda: number in {one["id"] for one in self.replies(subscriber)}, "the reply")
            answered.add(number)
            reply = next(one for one in self.replies(subscriber) if one["id"] == number)
            return "ok" if reply["ok"] else reply["code"]

        self.assertEqual(outcome("t-1", token=text), "not_allowed", "nothing was published yet")
        self.publish_tokens(self.token(secret))
        self.assertEqual(outcome("t-2", token=text), "ok")
        self.assertEqual(outcome("t-3"), "ok")
        self.assertEqual([(one["ref"], one["by"], one["channel"]) for one in self.door.commands],
                         [("t-2", "ana/yard", "mqtt"), ("t-3", "mqtt", "mqtt")])
        self.publish_tokens(self.token(secret, rights=["respond"]))
        self.assertEqual(outcome("t-4", token=text), "not_allowed", "it has no such right")
        self.publish_tokens(self.token(secret, expires_ts=int(time.time() * 1000) - 1))
        self.assertEqual(outcome("t-5", token=text), "not_allowed", "its time is over")
        self.publish_tokens()
        self.assertEqual(outcome("t-6", token=text), "not_allowed", "it is revoked")
        self.assertEqual(len(self.door.commands), 2)
        until(lambda: len(self.door.uses) == 3, "the log is told of each cause")
        self.assertEqual([(one["what"], one["act"], one["reason"], one.get("user")) for one in self.door.uses],
                         [("denied", "command", "unknown", None), ("denied", "command", "no_right", "ana"),
                          ("denied", "command", "expired", "ana")])
        self.assertNotIn(secret, json.dumps(self.door.commands) + json.dumps(self.door.uses))
        for topic, payload, *_ in subscriber.heard:
            if topic != COMMAND:
                self.assertNotIn(secret, topic + payload)

    def test_without_the_switch_nobody_listens_to_commands(self):
        broker = self.broker("allow_anonymous true", "log_type all")
        subscriber = self.subscriber(broker)
        self.start()
        until(lambda: subscriber.last("status") == "online", "online")
        self.assertTrue(subscriber.publish("command", self.command("c-1"), retain=False))
        self.open_doors(1)
        until(lambda: self.indexes(subscriber) == [0], "everything else goes on")
        self.assertEqual((self.door.commands, subscriber.all("reply")), ([], []))
        with open(os.path.join(self.directory, "broker.log"), encoding="utf-8") as file:
            self.assertNotIn("/command (QoS", file.read(), "not even subscribed")

    def test_a_refusal_names_its_entry_and_no_container(self):
        _, subscriber = self.taking_commands()
        self.door.refusal = "MSCU6639870 is expected already"
        subscriber.publish("command", self.command("c-1"), retain=False)
        until(lambda: self.replies(subscriber), "the reply")
        reply = self.replies(subscriber)[0]
        self.assertEqual((reply["ok"], reply["code"], reply["index"]), (False, "refused", 0))
        self.assertNotIn("message", reply)
        until(lambda: subscriber.last("event/command-refused"), "the event")
        self.assertEqual(json.loads(subscriber.last("event/command-refused"))["reason"], "wrong")
        for topic, payload, *_ in subscriber.heard:
            if topic not in (COMMAND, BASE + "/log"):
                self.assertNotIn("MSCU", topic + payload)

    def test_a_retained_command_is_never_carried_out(self):
        broker = self.broker()
        subscriber = self.subscriber(broker)
        self.assertTrue(subscriber.publish("command", self.command("old")))
        self.start(commands=True)
        until(lambda: self.said("a command over MQTT is ignored"), "it is told")
        subscriber.publish("command", self.command("new"), retain=False)
        until(lambda: self.replies(subscriber), "the reply to the other")
        self.assertEqual([one["ref"] for one in self.door.commands], ["new"])
        self.assertEqual([one["id"] for one in self.replies(subscriber)], ["new"])

    def test_what_the_broker_tells_twice_is_carried_out_once(self):
        _, subscriber = self.taking_commands()
        for _ in range(3):
            subscriber.publish("command", self.command("c-1"), retain=False)
        subscriber.publish("command", self.command("c-2"), retain=False)
        until(lambda: {one["id"] for one in self.replies(subscriber)} == {"c-1", "c-2"}, "both replies")
        self.assertEqual([one["ref"] for one in self.door.commands], ["c-1", "c-2"])
        self.assertEqual({one["index"] for one in self.replies(subscriber) if one["id"] == "c-1"}, {0})

    def test_a_gateway_that_goes_away_leaves_no_command_without_an_answer(self):
        _, subscriber = self.taking_commands()
        self.door.answers_commands = False
        subscriber.publish("command", self.command("c-1"), retain=False)
        until(lambda: self.door.commands, "it is asked")
        self.door.close()
        until(lambda: self.replies(subscriber), "the reply")
        self.assertEqual(self.replies(subscriber)[0]["code"], "unknown")
        subscriber.publish("command", self.command("c-2"), retain=False)
        until(lambda: len(self.replies(subscriber)) == 2, "the reply to the next")
        self.assertEqual(self.replies(subscriber)[1]["code"], "unreachable")
        self.door.answers_commands = True
        self.door.open()
        until(lambda: subscriber.last("status") == "online", "online again")
        for number in ("c-1", "c-2"):
            subscriber.publish("command", self.command(number), retain=False)
        until(lambda: len(self.replies(subscriber)) == 4, "again")
        self.assertEqual([one["ref"] for one in self.door.commands], ["c-1", "c-2"], "c-1 is not carried out twice")

    def test_a_flood_of_commands_is_answered_and_costs_the_feed_nothing(self):
        _, subscriber = self.taking_commands()
        for number in range(200):
            subscriber.client.publish(COMMAND, self.command(str(number)), qos=1)
            subscriber.client.publish(COMMAND, "junk", qos=1)
        self.open_doors(50)
        until(lambda: len(self.indexes(subscriber)) == 50 + len(self.door.commands), "the log is complete")
        self.assertFalse(self.said("gateway does not answer"))
        subscriber.publish("command", self.command("last"), retain=False)
        until(lambda: any(one["id"] == "last" for one in self.replies(subscriber)), "the last one is answered")

    def test_a_broker_that_does_not_let_us_hear_commands_is_told_of(self):
        for version in ("5", "3.1.1"):
            self.scripted(scripted.refuses_subscriptions)
            self.start(commands=True, protocol=version)
            until(lambda: self.said("broker does not let us hear commands"), "the reason")
            self.assertTrue(self.said(f"topic={COMMAND}") or self.said(f'topic="{COMMAND}"'))
            self.front.stop()
            os.unlink(self.log())

    # The version

    def scripted(self, *behaviours):
        broker = ScriptedBroker(*behaviours)
        self.addCleanup(broker.stop)
        self.options["urls"] = [f"mqtt://127.0.0.1:{broker.port}"]
        return broker

    def versions_tried(self, broker, count):
        until(lambda: len(broker.levels) >= count, f"{count} attempts", 40)
        return broker.levels[:count]

    def test_auto_goes_to_3_1_1_when_version_5_is_refused_by_reason(self):
        broker = self.scripted(scripted.says(scripted.CONNACK_V5_WRONG_VERSION), scripted.takes)
        self.start()
        self.assertEqual(self.versions_tried(broker, 2), [5, 4])

    def test_auto_goes_to_3_1_1_when_version_5_is_refused_by_return_code(self):
        broker = self.scripted(scripted.says(scripted.CONNACK_V3_WRONG_VERSION), scripted.takes)
        self.start()
        self.assertEqual(self.versions_tried(broker, 2), [5, 4])

    def test_auto_goes_to_3_1_1_when_connect_is_hung_up_on_twice(self):
        broker = self.scripted(*4 * [scripted.hangs_up], scripted.takes)  # each attempt is followed by its probe
        self.start()
        self.assertEqual(self.versions_tried(broker, 3), [5, 5, 4])

    def test_auto_keeps_version_5_when_one_hang_up_is_followed_by_a_broken_network(self):
        broker = self.scripted(scripted.hangs_up, scripted.hangs_up, *2 * [scripted.resets],
                               scripted.hangs_up, scripted.hangs_up, scripted.takes)
        self.start()
        self.assertEqual(self.versions_tried(broker, 4), [5, 5, 5, 5])

    def test_auto_keeps_version_5_when_the_connection_breaks_at_connect(self):
        broker = self.scripted(*6 * [scripted.resets], scripted.takes)
        self.start()
        self.assertEqual(self.versions_tried(broker, 4), [5, 5, 5, 5])
        self.assertTrue(self.said("connection lost at CONNECT"))

    def test_auto_keeps_version_5_when_a_broker_hangs_up_only_on_us_and_not_on_the_probe(self):
        broker = self.scripted(scripted.hangs_up, scripted.takes, scripted.hangs_up, scripted.takes)
        self.start()
        self.assertEqual(self.versions_tried(broker, 3), [5, 5, 5])

    def test_auto_keeps_version_5_while_nobody_listens(self):
        port = free_port()
        self.options["urls"] = [f"mqtt://127.0.0.1:{port}"]
        self.start()
        until(lambda: self.said("Connection refused"), "the reason")
        tried = 0
        with open(self.log(), encoding="utf-8") as file:
            tried = file.read().count("3.1.1")
        self.assertEqual(tried, 0)
        broker = ScriptedBroker(scripted.takes, port=port)
        self.addCleanup(broker.stop)
        self.assertEqual(self.versions_tried(broker, 1), [5])

    # Peers that hang

    def test_an_attempt_at_a_silent_peer_ends_at_our_deadline_though_paho_would_wait_on(self):
        broker = self.scripted(scripted.is_silent)
        self.start(patience_s=1000, attempt_ms=300)
        self.assertEqual(self.versions_tried(broker, 3), [5, 5, 5])
        until(lambda: self.said("no outcome"), "the reason")

    def test_a_peer_that_stops_in_the_tls_handshake_ends_at_our_deadline(self):
        at = self.certificates()
        taken = []
        silent = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(silent.close)

        def accept():
            while True:
                try:
                    taken.append(silent.accept())
                except OSError:
                    return
        threading.Thread(target=accept, daemon=True).start()
        self.start(urls=[f"mqtts://localhost:{silent.getsockname()[1]}"], ca=at("ca.pem"), patience_s=1000, attempt_ms=300)
        until(lambda: len(taken) >= 4, "attempts go on", 40)

    def test_a_broker_that_freezes_is_found_by_the_keep_alive(self):
        broker = self.scripted(scripted.freezes_after_connack)
        self.start(keep_alive_s=1, silence_ms=100_000)
        until(lambda: len(broker.levels) >= 2, "it connects again", 40)

    def test_a_broker_that_acknowledges_nothing_is_left_though_it_answers_pings(self):
        broker = self.scripted(scripted.only_answers_pings)
        self.start(keep_alive_s=1, silence_ms=500)
        until(lambda: len(broker.levels) >= 2, "it connects again", 40)
        self.assertTrue(self.said("nothing acknowledged within 500 ms"))

    def test_a_gateway_that_hangs_costs_the_broker_s_connection_nothing(self):
        broker = self.broker("allow_anonymous true", "log_type all")
        subscriber = self.subscriber(broker)
        self.start(keep_alive_s=1)
        until(lambda: subscriber.last("health"), "a heartbeat")
        self.door.hang()
        until(lambda: self.said("gateway does not answer"), "noticed", 40)
        until(lambda: subscriber.last("status") == "offline", "said")
        self.assertFalse(self.said("broker connection lost"))
        self.door.go_on()
        until(lambda: subscriber.last("status") == "online", "online again")

    # Several brokers

    def test_brokers_are_tried_in_their_order_and_the_first_is_preferred_again(self):
        directories = [tempfile.mkdtemp(dir=self.directory) for _ in range(2)]
        first, second = (Mosquitto(directory) for directory in directories)
        for broker in (first, second):
            self.addCleanup(broker.stop)
        at_first, at_second = self.subscriber(first), self.subscriber(second)
        self.open_doors(5)
        self.start(urls=[f"mqtt://127.0.0.1:{first.port}", f"mqtt://127.0.0.1:{second.port}"])
        until(lambda: self.indexes(at_first) == [0, 1, 2, 3, 4], "the log at the first")
        self.assertEqual(at_second.all("#"), [], "the second is not used while the first is there")
        first.kill()
        self.open_doors(5)
        until(lambda: self.indexes(at_second) == [5, 6, 7, 8, 9], "the log goes on at the second", 40)
        until(lambda: at_second.last("status") == "online", "retained state is told there, too")
        first.start()
        self.open_doors(1)
        until(lambda: self.indexes(at_second) == [5, 6, 7, 8, 9, 10], "it stays while the second holds")
        second.kill()
        self.open_doors(1)
        until(lambda: 11 in self.indexes(at_first), "back at the first", 40)

    # TLS

    def certificates(self, bits="2048", digest="-sha256", name="localhost", expired=False):
        def at(file):
            return os.path.join(self.directory, file)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", at("ca.key"), "-out", at("ca.pem"),
                "-days", "2", "-subj", "/CN=test ca")
        for who, subject in (("server", name), ("client", "gw1")):
            openssl("req", "-newkey", "rsa:" + bits, "-nodes", "-keyout", at(who + ".key"), "-out", at(who + ".csr"),
                    "-subj", "/CN=" + subject, "-addext", "subjectAltName=DNS:" + subject)
            openssl("x509", "-req", "-in", at(who + ".csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"),
                    "-CAcreateserial", "-out", at(who + ".pem"), "-days", "2", digest, "-copy_extensions", "copy")
        if expired:
            self.sign_for_the_past(at)
        return at

    def sign_for_the_past(self, at):
        """Only `openssl ca` takes dates."""
        with open(at("ca.conf"), "w", encoding="utf-8") as file:
            file.write("[ca]\ndefault_ca=d\n[d]\npolicy=p\nserial=%s\ndatabase=%s\nnew_certs_dir=%s\n"
                       "default_md=sha256\ncopy_extensions=copy\n[p]\ncommonName=supplied\n"
                       % (at("serial"), at("index"), self.directory))
        open(at("index"), "w", encoding="utf-8").close()
        openssl("ca", "-batch", "-config", at("ca.conf"), "-cert", at("ca.pem"), "-keyfile", at("ca.key"), "-in",
                at("server.csr"), "-out", at("server.pem"), "-startdate", "20200101000000Z", "-enddate",
                "20200102000000Z", "-create_serial", "-notext")

    def tls_test(self, lines=(), host="localhost", certificates=None, ca="ca.pem", **more):
        at = self.certificates(**(certificates or {}))
        # OpenSSL's default of the broker itself refuses to load a weak key: the broker of this test is old.
        broker = self.tls_broker = self.broker("allow_anonymous true", f"cafile {at('ca.pem')}", f"certfile {at('server.pem')}",
                             f"keyfile {at('server.key')}", "ciphers DEFAULT:@SECLEVEL=0", *lines)
        more = {key: at(value) for key, value in more.items()}
        return self.run_test(urls=[f"mqtts://{host}:{broker.port}"], ca=at(ca), **more)

    def handshake(self, name, level=2):
        context = ssl.create_default_context(cafile=os.path.join(self.directory, "ca.pem"))
        context.set_ciphers(f"DEFAULT:@SECLEVEL={level}")
        with socket.create_connection(("127.0.0.1", self.tls_broker.port)) as plain:
            context.wrap_socket(plain, server_hostname=name).close()

    def test_tls_with_the_right_host_name(self):
        code, said = self.tls_test()
        self.assertEqual(code, 0, said)

    def refused(self, reason, *lines, **more):
        """`mqtt test` names the reason, and the front's diagnostics do."""
        code, said = self.tls_test(lines, **more)
        self.assertEqual(code, 1, said)
        self.assertIn(reason, said)
        self.start(urls=[f"mqtts://localhost:{self.tls_broker.port}"], ca=os.path.join(self.directory, more.get("ca", "ca.pem")))
        until(lambda: self.said(reason), "the reason in the diagnostics")
        until(lambda: reason in self.broker_file().get("why", ""), "the reason for `status` and `doctor`")
        self.assertFalse(self.broker_file()["connected"])

    def broker_file(self):
        try:
            with open(os.path.join(self.options["directory"], "broker"), encoding="utf-8") as file:
                return json.load(file)
        except OSError:
            return {}

    def test_tls_with_another_host_name_is_refused(self):
        self.refused("host name mismatch: the certificate is for other.example, not for localhost",
                     certificates={"name": "other.example"})
        self.handshake("other.example")  # nothing else is wrong with it

    def test_tls_with_a_weak_key_is_refused(self):
        self.refused("too weak for security level 2", certificates={"bits": "1024", "digest": "-sha1"})
        self.handshake("localhost", level=0)  # nothing else is wrong with it

    def test_tls_with_an_expired_certificate_is_refused(self):
        self.refused("expired on 2020-", certificates={"expired": True})

    def test_tls_with_another_ca_is_refused(self):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", os.path.join(self.directory, "other.key"),
                "-out", os.path.join(self.directory, "other.pem"), "-days", "2", "-subj", "/CN=other ca")
        self.refused("wrong CA: the certificate is signed by CN = test ca", ca="other.pem")
        self.handshake("localhost")  # nothing else is wrong with it

    def test_tls_1_1_is_refused(self):
        at = self.certificates()
        port = free_port()
        server = Process(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", at("server.pem"), "-key",
                          at("server.key"), "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0", "-quiet"], self.log())
        self.addCleanup(server.stop)
        until(lambda: self.shakes_hands_in_tls_1_1(port), "nothing else is wrong with it")
        code, said = self.run_test(urls=[f"mqtts://localhost:{port}"], ca=at("ca.pem"))
        self.assertEqual(code, 1, said)
        self.assertIn("nothing newer than TLS 1.1", said)

    def shakes_hands_in_tls_1_1(self, port):
        done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_1", "-cipher",
                               "DEFAULT:@SECLEVEL=0", "-CAfile", os.path.join(self.directory, "ca.pem"),
                               "-verify_return_error", "-verify_hostname", "localhost"],
                              input="", capture_output=True, text=True, timeout=20, check=False)
        return "Protocol  : TLSv1.1" in done.stdout and done.returncode == 0

    def test_tls_at_a_port_without_tls_is_refused(self):
        at = self.certificates()
        broker = self.broker()
        code, said = self.run_test(urls=[f"mqtts://localhost:{broker.port}"], ca=at("ca.pem"))
        self.assertEqual(code, 1, said)
        self.assertIn("does this port speak TLS?", said)

    def test_tls_with_a_client_certificate(self):
        code, said = self.tls_test(["require_certificate true"], certificate="client.pem", key="client.key")
        self.assertEqual(code, 0, said)

    def test_tls_without_the_client_certificate_the_broker_wants(self):
        self.refused("the broker wants a client certificate", "require_certificate true")

    def test_tls_1_2_without_the_client_certificate_the_broker_wants(self):
        self.refused("the broker wants a client certificate", "require_certificate true", "tls_version tlsv1.2")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
