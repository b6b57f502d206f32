"""The gateway's end of the local door, as firmware/local/PROTOCOL.md says, with a log the test fills."""
import json
import os
import socket
import threading


def canonical(record):
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class FakeDoor:
    def __init__(self, path):
        self.path = path
        self.log, self.states, self.alarms = [], [], []
        self.lock = threading.RLock()
        self.watchers, self.feeds, self.connections = [], [], []
        self.listener = None
        self.hangs = False
        self.note, self.signing = "", "signing"  # the newest signed head
        self.seen, self.verdict = [], "agrees"   # what the front found outside, and what is answered
        self.uses = []      # what the console's users were refused
        self.commands, self.refusal = [], None   # what was asked, and the sentence that refuses it
        self.answers_commands = True
        self.open()

    def open(self):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(8)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def close(self):
        """The gateway is gone: every caller notices."""
        with self.lock:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            os.unlink(self.path)
            for connection in self.connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.watchers, self.feeds, self.connections = [], [], []

    def hang(self):
        """The gateway is there and says nothing any more."""
        self.hangs = True

    def go_on(self):
        self.hangs = False

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def tell(self, connection, line):
        try:
            connection.sendall((json.dumps(line, ensure_ascii=False) + "\n").encode())
        except OSError:
            pass

    def serve(self, connection):
        try:
            for line in connection.makefile("r", encoding="utf-8"):
                with self.lock:
                    if not self.hangs:
                        self.answer(connection, json.loads(line))
        except OSError:
            pass

    def answer(self, connection, question):
        number, call = question["id"], question["call"]
        if call == "hello":
            self.tell(connection, {"id": number, "ok": {"protocol": 1, "version": "0.1.0", "site": "dc7",
                                                        "gateway": "gw1", "size": len(self.log), "boot": 37}})
        elif call == "status":
            self.tell(connection, {"id": number, "ok": {
                "uptime_ms": 1000, "version": "0.1.0", "site": "dc7", "gateway": "gw1", "boot": 37,
                "config_hash": "c0ffee", "log": {"size": len(self.log), "queued": 0, "health": "good", "why": ""},
                "buses": {"devices": 2, "online": 1}, "alarms": {"total": len(self.alarms)},
                "clock": {"wall": "2026-11-24T03:00:00.000000Z", "sync": "none", "err_ms": -1}, "fronts": []}})
        elif call == "checkpoint":
            if self.note:
                self.tell(connection, {"id": number, "ok": {"note": self.note, "epoch": 0, "state": self.signing, "why": ""}})
            else:
                self.tell(connection, {"id": number, "error": {"code": "not_found", "message": "nothing is signed yet"}})
        elif call == "seen":
            self.seen.append((question["note"], question["where"]))
            self.tell(connection, {"id": number, "ok": {"verdict": self.verdict, "why": ""}})
        elif call == "used":
            self.uses.append(question)
            self.tell(connection, {"id": number, "ok": {"index": len(self.log)}})
        elif call == "command":
            self.commands.append({key: value for key, value in question.items() if key not in ("id", "call")})
            if self.answers_commands:
                self.carry_out(connection, number, question)
        elif call == "watch":
            self.watchers.append((connection, number))
            self.tell(connection, {"id": number, "states": self.states, "alarms": self.alarms})
        elif call == "feed":
            self.feeds.append((connection, number))
            assert question["from"] == len(self.log)
        elif call == "query":
            before = min(question["before"], question["from"] + question["limit"])
            self.tell(connection, {"id": number, "ok": {
                "entries": [json.loads(entry) for entry in self.log[question["from"]:before]],
                "next": before, "more": before < question["before"]}})

    def carry_out(self, connection, number, question):
        told = {"command": question["command"], "command_id": question["ref"], "by": question["by"], "channel": question["channel"]}
        index = len(self.log)
        if self.refusal:
            self.commit(("command.refused", [("gateway", "gw1")], {**told, "reason": "wrong", "message": self.refusal}))
            self.tell(connection, {"id": number, "error": {"code": "refused", "message": self.refusal, "index": index}})
        else:
            self.commit(("expected.given", [("container", question.get("arguments", {}).get("container", ""))], told))
            self.tell(connection, {"id": number, "ok": {"index": index}})

    def commit(self, *events):
        """Each event: (kind, subjects, data). Appends records and tells the feeds."""
        with self.lock:
            first = len(self.log)
            for kind, subjects, data in events:
                index = len(self.log)
                self.log.append(canonical({
                    "data": data, "i": index, "kind": kind,
                    "subj": [{"k": k, "n": index, "p": index - 1, "v": v} for k, v in subjects],
                    "t": {"boot": "5d0c", "bootn": 37, "err_ms": -1, "mono_us": index, "sync": "none",
                          "wall": "2026-11-24T03:00:00.%06dZ" % (index % 1000000)}, "v": 1}))
            entries = [json.loads(entry) for entry in self.log[first:]]
            for connection, number in self.feeds:
                self.tell(connection, {"id": number, "entries": entries, "next": len(self.log)})

    def change(self, states=(), alarms=()):
        with self.lock:
            for state in states:
                self.states = [s for s in self.states if s["subject"] != state["subject"]] + [state]
            for alarm in alarms:
                self.alarms = [a for a in self.alarms if a["id"] != alarm["id"]]
                if alarm["state"] != "normal":
                    self.alarms.append(alarm)
            line = {"states": list(states), "alarms": list(alarms)}
            for connection, number in self.watchers:
                self.tell(connection, {"id": number, **line})


def door(state="closed", **more):
    return {"subject": {"k": "door", "v": "d07"}, "since_ts": 1795500000000, "good": state != "unknown",
            "state": state, "open": {"open": True, "closed": False}.get(state), "held": False, "forced": False,
            "mode": "secure", **more}


def alarm(state="unack_active", kind="door-forced", source="d07"):
    return {"id": f"{kind}-{source}", "kind": kind, "source": {"k": "door", "v": source}, "prio": "high",
            "state": state, "active": state != "rtn_unack", "count": 1, "raised_ts": 1795500000000,
            "cleared_ts": None, "acked_by": None}
