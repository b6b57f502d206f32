#!/usr/bin/python3
"""Checks a Sealwarden log without Sealwarden: firmware/eventlog/FORMAT.md and the standard library.

    verify_log.py DIRECTORY|FILE

Reads read-only. Exit 0: everything agrees; 1: the first contradictions are printed.
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import re
import sqlite3
import sys

NAME = re.compile(r"[a-z0-9_]+\Z")
LARGEST = 2**53 - 1
EPOCH = datetime.datetime(1970, 1, 1)


def unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    for name in members:
        if not NAME.match(name):
            raise ValueError(f"member name {name!r}")
    return members


def no_float(text):
    raise ValueError(f"not an integer: {text}")


def integer(text):
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(f"integer too large: {text}")
    return number


def parse(record):
    return json.loads(record.decode("utf-8"), object_pairs_hook=unique, parse_float=no_float,
                      parse_int=integer, parse_constant=no_float)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def micros(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ") - EPOCH
    return moment // datetime.timedelta(microseconds=1)


def check_record(i, kind, wall, mono, boot, record, leaf, wrong):
    if len(record) > 4096:
        wrong(i, "longer than 4096 bytes")
    if hashlib.sha256(b"\0" + record).digest() != leaf:
        wrong(i, "leaf hash")
    try:
        value = parse(record)
    except ValueError as error:
        wrong(i, f"not a record: {error}")
        return None
    if canonical(value) != record:
        wrong(i, "not in canonical form")
    told = (value["i"], value["kind"], micros(value["t"]["wall"]), value["t"]["mono_us"],
            value["t"]["bootn"], value["v"])
    if told != (i, kind, wall, mono, boot, 1):
        wrong(i, f"columns say {(i, kind, wall, mono, boot, 1)}, the record {told}")
    return value


class Tree:
    """RFC 6962: one hash for each bit of the size."""

    def __init__(self):
        self.size, self.hashes, self.full = 0, [], {}

    def append(self, leaf):
        level, i = 0, self.size
        self.hashes.append(leaf)
        while i & 1:
            right = self.hashes.pop()
            self.hashes[-1] = hashlib.sha256(b"\1" + self.hashes[-1] + right).digest()
            level, i = level + 1, i >> 1
            if level in (8, 16):
                self.full[(level, i)] = self.hashes[-1]
        self.size += 1

    def root(self):
        if not self.hashes:
            return hashlib.sha256().digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


def check_head(size, root, note, tree, problems):
    text = note.decode("utf-8").split("\n")
    if root != tree.root() or text[1:3] != [str(size), base64.b64encode(root).decode()]:
        problems.append(f"checkpoint {size}: not the root of the entries")


def verify(file):
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    problems = []

    def wrong(i, what):
        problems.append(f"entry {i}: {what}")

    heads, links, commitments, boots, expected = {}, set(), {}, set(), 0
    tree, checkpoints = Tree(), {size: (root, note, closes) for size, root, note, closes in
                                 database.execute("SELECT size, root, note, closes FROM checkpoint")}
    rows = database.execute(
        "SELECT i, kind, wall_us, mono_us, boot, bytes, leaf FROM entry ORDER BY i")
    for i, kind, wall, mono, boot, record, leaf in rows:
        if i != expected:
            wrong(expected, f"missing, {i} comes next")
        expected = i + 1
        boots.add(boot)
        tree.append(leaf)
        if tree.size in checkpoints:
            root, note, closes = checkpoints[tree.size]
            check_head(tree.size, root, note, tree, problems)
            if (kind == "epoch.close") != (closes is not None):
                wrong(i, f"its checkpoint closes {closes}")
        value = check_record(i, kind, wall, mono, boot, record, leaf, wrong)
        if value is None:
            continue
        if "priv" in value:
            commitments[i] = value["priv"]
        for subject in value["subj"]:
            key = (subject["k"], subject["v"])
            count, last = heads.get(key, (0, -1))
            if (subject["n"], subject["p"]) != (count + 1, last):
                wrong(i, f"{key} says n={subject['n']} p={subject['p']}, "
                         f"it is n={count + 1} p={last}")
            heads[key] = (count + 1, i)
            links.add((*key, i, wall))

    stored = {(k, v): (n, last) for k, v, n, last in
              database.execute("SELECT k, v, n, last FROM subject")}
    for key in heads.keys() | stored.keys():
        if heads.get(key) != stored.get(key):
            problems.append(f"subject {key}: head {stored.get(key)}, entries {heads.get(key)}")
    linked = set(database.execute("SELECT k, v, i, wall_us FROM entry_subject JOIN subject USING(s)"))
    for link in linked ^ links:
        problems.append(f"link {link}: {'only in the index' if link in linked else 'not indexed'}")
    known_boots = {number for (number,) in database.execute("SELECT number FROM boot")}
    for number in boots ^ known_boots:
        problems.append(f"boot {number}: only in {'entries' if number in boots else 'boot'}")
    payloads = 0
    for i, salt, payload in database.execute("SELECT entry, salt, payload FROM personal"):
        payloads += 1
        code = hmac.new(salt, payload, hashlib.sha256).hexdigest()
        if commitments.get(i) != code or canonical(parse(payload)) != payload:
            wrong(i, "personal data is not what the record commits to")
    for size in checkpoints:
        if size > tree.size:
            problems.append(f"checkpoint {size}: beyond the end")
    stored = {(level, i): node for level, i, node in database.execute("SELECT * FROM subtree")}
    if stored != tree.full:
        problems.append("subtrees are not those of the entries")
    database.close()
    return problems, {"entries": expected, "subjects": len(heads), "boots": len(boots),
                      "personal": payloads, "erased": len(commitments) - payloads,
                      "checkpoints": len(checkpoints)}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    path = pathlib.Path(sys.argv[1])
    problems, counts = verify(path / "log.db" if path.is_dir() else path)
    for problem in problems[:20]:
        print(problem)
    print(json.dumps({**counts, "problems": len(problems)}))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
