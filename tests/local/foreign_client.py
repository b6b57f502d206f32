#!/usr/bin/python3
"""Speaks the local door's protocol from firmware/local/PROTOCOL.md alone.

usage: foreign_client.py SOCKET

Expects a door with 500 entries or more and one state; asks every kind of question, follows a feed
from 17 on through an acknowledgement, and checks what the document promises. Exit code 0: all held.
"""
import json
import socket
import sys


class Door:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def send(self, **question):
        self.socket.sendall(json.dumps(question).encode() + b"\n")

    def line(self):
        text = self.file.readline()
        assert text.endswith(b"\n"), "the door closed"
        return json.loads(text)

    def ask(self, **question):
        self.send(**question)
        answer = self.line()
        assert answer["id"] == question["id"], answer
        return answer


def main(path):
    door = Door(path)
    hello = door.ask(id=1, call="hello")["ok"]
    assert hello["protocol"] == 1, hello
    size = hello["size"]
    assert size >= 500, hello

    assert "alarms" in door.ask(id=2, call="status")["ok"]
    assert "points" in door.ask(id=3, call="points")["ok"]
    assert "devices" in door.ask(id=4, call="buses")["ok"]
    state = door.ask(id=5, call="state")["ok"]
    assert state["states"][0]["subject"] == {"k": "door", "v": "d07"}, state

    page = door.ask(id=6, call="query", **{"from": 10, "limit": 5})["ok"]
    assert [entry["i"] for entry in page["entries"]] == [10, 11, 12, 13, 14], page
    assert page["next"] == 15 and page["more"] is True, page

    error = door.ask(id=7, call="nonsense")["error"]
    assert error["code"] == "usage" and error["message"], error

    door.send(id=8, call="feed", **{"from": 17})
    cursor = 17
    while cursor < size:
        line = door.line()
        assert line["id"] == 8, line
        for entry in line["entries"]:
            assert entry["i"] == cursor, (entry, cursor)
            cursor += 1
        assert line["next"] == cursor, line

    door.send(id=9, call="command", command="acknowledge", alarm="door-forced-d07", channel="cli")
    answers = {}
    while len(answers) < 2:  # the entry in the feed and the answer, in either order
        line = door.line()
        answers[line["id"]] = line
    assert answers[9]["ok"]["index"] == size, answers
    assert answers[8]["entries"][0]["i"] == size, answers

    assert "ok" in door.ask(id=8, call="cancel")

    for _ in range(3):
        door.socket.sendall(b"rubbish\n")
        assert door.line()["error"]["code"] == "usage"
    assert door.file.readline() == b"", "three malformed lines end the connection"


if __name__ == "__main__":
    main(sys.argv[1])
