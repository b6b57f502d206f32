"""A second writer of logs and bundles, made from firmware/evidence/FORMAT.md and firmware/eventlog/FORMAT.md alone: what
it writes must satisfy the verifier, and what it is made to forge must not. Nothing of Sealwarden is used."""

import base64
import copy
import datetime
import hashlib
import hmac
import io
import json
import struct
import zlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
GAP_KINDS = {"boot", "clock.step", "clock.sync", "coverage.lost", "coverage.regained", "device.offline",
             "device.online", "gap", "log.held_back", "log.paused", "log.recovered", "log.signed", "payload.erased",
             "shutdown"}


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def micros(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") - datetime.datetime(1970, 1, 1)
    return moment // datetime.timedelta(microseconds=1)


def stamp(us):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def day_of(us):
    return stamp(us)[:10]


class Key:
    def __init__(self, seed):
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes(serialization.Encoding.Raw,
                                                             serialization.PublicFormat.Raw)

    def id(self, name, kind=1):
        return sha256(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]

    def vkey(self, name, kind=1):
        return f"{name}+{self.id(name, kind).hex()}+{b64(bytes([kind]) + self.public)}"

    def line(self, name, text):
        return f"— {name} {b64(self.id(name) + self.private.sign(text.encode()))}\n"

    def cosign(self, name, text, seconds):
        signature = self.private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        return f"— {name} {b64(self.id(name, 4) + struct.pack('>Q', seconds) + signature)}\n"


class Tree:
    """RFC 6962 section 2.1, by its recursive definitions."""

    def __init__(self, leaves):
        self.leaves = leaves
        self.known = {}

    def root(self, begin=0, end=None):
        end = len(self.leaves) if end is None else end
        if begin == end:
            return sha256(b"")
        if end - begin == 1:
            return self.leaves[begin]
        if (begin, end) not in self.known:
            middle = begin + self.left(end - begin)
            self.known[begin, end] = sha256(b"\1" + self.root(begin, middle) + self.root(middle, end))
        return self.known[begin, end]

    @staticmethod
    def left(count):
        return 1 << (count - 1).bit_length() - 1

    def path(self, index, begin, end):
        if end - begin == 1:
            return []
        middle = begin + self.left(end - begin)
        if index < middle:
            return self.path(index, begin, middle) + [self.root(middle, end)]
        return self.path(index, middle, end) + [self.root(begin, middle)]

    def consistency(self, old, size):
        def proof(m, begin, end, whole):
            if m == end - begin:
                return [] if whole else [self.root(begin, end)]
            k = self.left(end - begin)
            if m <= k:
                return proof(m, begin, begin + k, whole) + [self.root(begin + k, end)]
            return proof(m - k, begin + k, end, False) + [self.root(begin, begin + k)]
        return proof(old, 0, size, True)

    def outside(self, first, last, begin, end):
        if end <= first or begin >= last:
            return [self.root(begin, end)]
        if end - begin == 1:
            return []
        middle = begin + self.left(end - begin)
        return self.outside(first, last, begin, middle) + self.outside(first, last, middle, end)


def leaf_hash(data):
    return sha256(b"\0" + data)


def proquints(data):
    consonants, vowels = "bdfghjklmnprstvz", "aiou"
    words = []
    for i in range(0, 12, 2):
        bits = data[i] << 8 | data[i + 1]
        words.append(consonants[bits >> 12] + vowels[bits >> 10 & 3] + consonants[bits >> 6 & 15]
                     + vowels[bits >> 4 & 3] + consonants[bits & 15])
    return "-".join(words)


class Keys:
    """What is made at commissioning."""

    def __init__(self, secret, base="sealwarden/dc7/gw1", start="2026-11-23T00:00:00Z", count=1000,
                 witnesses=(), authorities=()):
        self.base = base
        self.start_text = start
        self.start = micros(start)
        self.epoch = HOUR
        self.log = Key(sha256(b"log" + secret))
        state, self.epochs = sha256(b"state" + secret), []
        for _ in range(count):
            self.epochs.append(Key(sha256(b"key" + state)))
            state = sha256(b"next" + state)
        self.leaves = [f"{e}\n".encode() + key.public for e, key in enumerate(self.epochs)]
        self.table = Tree([leaf_hash(leaf) for leaf in self.leaves])
        self.witnesses = list(witnesses)  # (name, Key)
        self.authorities = list(authorities)
        self.commissioned = (0, sha256(b""))

    def table_checkpoint(self):
        name = f"{self.base}/epochs"
        text = f"{name}\n{len(self.epochs)}\n{b64(self.table.root())}\n"
        return text + "\n" + self.log.line(name, text)

    def sheet(self):
        lines = ["sealwarden sheet 1", f"origin {self.base}", f"key {self.log.vkey(self.base + '/g1')}",
                 f"start {self.start_text}", f"epoch {self.epoch // SECOND}", f"keys {len(self.epochs)}",
                 f"epochs {b64(self.table.root())}",
                 f"commissioned {self.commissioned[0]} {b64(self.commissioned[1])}", "export 10"]
        lines += [f"witness {key.vkey(name, 4)}" for name, key in self.witnesses]
        lines += [f"tsa {digest}" for digest in self.authorities]
        return "".join(line + "\n" for line in lines)

    def words(self):
        return proquints(sha256(self.sheet().encode()))


class Log:
    def __init__(self, keys, generation=1):
        self.keys = keys
        self.generation = generation
        self.entries = []      # exact bytes
        self.heads = {}        # (kind, id): (count, index)
        self.personal = {}     # index: (salt, payload bytes)
        self.notes = {}        # size: checkpoint
        self.closings = {}     # epoch: size
        self.now = keys.start
        self.clock_error = 0   # what the wall clock is off
        self.sync = "ntp"
        self.epoch = 0
        self.boot = 1
        self.day_from = 0
        self.day = {}          # subject: [count, first, last]
        self.pictures = {}     # sha256 hex: bytes
        self.forge_epoch_key = None  # epoch -> Key, for attackers
        self.gateway = ("gateway", "gw1")
        self.days = {}         # index: (salt, leaves, tree)
        self.grown = None

    @property
    def origin(self):
        return f"{self.keys.base}/g{self.generation}"

    def tree(self):
        """Grows with the entries; who changes old entries sets `grown` to None."""
        if self.grown is None:
            self.grown = Tree([])
        for entry in self.entries[len(self.grown.leaves):]:
            self.grown.leaves.append(leaf_hash(entry))
        return self.grown

    # --- writing

    def add(self, kind, subjects, data=None, personal=None, wall=None, source=None, pictures=(), **extra):
        index = len(self.entries)
        counted = []
        for name in subjects:
            count, last = self.heads.get(name, (0, -1))
            self.heads[name] = (count + 1, index)
            counted.append({"k": name[0], "n": count + 1, "p": last, "v": name[1]})
            if kind != "day.index":
                seen = self.day.setdefault(name, [0, index, index])
                seen[0] += 1
                seen[2] = index
        record = {"data": data or {}, "i": index, "kind": kind, "subj": counted,
                  "t": {"boot": f"{self.boot:08x}-0000-4000-8000-000000000000", "bootn": self.boot,
                        "err_ms": 12 if self.sync == "ntp" else -1, "mono_us": self.now - self.keys.start,
                        "sync": self.sync, "wall": stamp(self.now + self.clock_error if wall is None else wall)},
                  "v": 1}
        if source:
            record["src"] = {"dev": source[0], "point": source[1]}
        if personal:
            salt, payload = sha256(b"salt%d" % index), canonical(personal)
            record["priv"] = hmac.new(salt, payload, hashlib.sha256).hexdigest()
            self.personal[index] = (salt, payload)
        if pictures:
            record["att"] = [{"ct": "image/jpeg", "len": len(p), "n": f"snap-{n}", "sha256": sha256(p).hex()}
                             for n, p in enumerate(pictures)]
            self.pictures.update({sha256(p).hex(): p for p in pictures})
        record.update(extra)
        self.entries.append(canonical(record))
        return index

    def sign(self, size=None, epoch=None, tree=None):
        size = len(self.entries) if size is None else size
        # The checkpoint of a size is made once, by the epoch of its last entry.
        if epoch is None and size in self.notes:
            return self.notes[size]
        epoch = self.epoch if epoch is None else epoch
        tree = tree or self.tree()
        text = f"{self.origin}\n{size}\n{b64(tree.root(0, size))}\n"
        key = (self.forge_epoch_key or self.keys.epochs.__getitem__)(epoch)
        note = text + "\n" + self.keys.log.line(self.origin, text) \
            + key.line(f"{self.origin}/epoch/{epoch}", text)
        self.notes[size] = note
        return note

    def day_index(self):
        to = len(self.entries)
        salt = sha256(b"day%d" % to)[:16]
        leaves = sorted(sha256(salt + k.encode() + b"\0" + v.encode()) + struct.pack(">IQQ", *seen)
                        for (k, v), seen in self.day.items())
        tree = Tree([leaf_hash(leaf) for leaf in leaves])
        index = self.add("day.index", [self.gateway],
                         {"count": len(leaves), "day": day_of(self.now), "from": self.day_from,
                          "root": tree.root().hex(), "salt": salt.hex(), "to": to})
        self.days[index] = (salt, leaves, tree)
        self.day, self.day_from = {}, index + 1
        return index

    def close(self, late=False):
        self.add("epoch.close", [self.gateway], {"epoch": self.epoch, "late": late})
        self.closings[self.epoch] = len(self.entries)
        self.sign()
        self.epoch += 1

    def until(self, moment):
        """Lets time pass; epochs are closed as their ends come."""
        moment = micros(moment) if isinstance(moment, str) else moment
        while True:
            end = self.keys.start + (self.epoch + 1) * self.keys.epoch
            if end > moment:
                break
            self.now = end - SECOND
            if day_of(end) != day_of(end - SECOND):
                self.day_index()
            self.close()
            self.now = end
        self.now = moment

    def power_cut(self, moment, sync="ntp"):
        """Dead until `moment`; then the missed epochs are closed late, before anything else."""
        self.now = micros(moment)
        self.boot += 1
        self.sync = sync
        if sync == "ntp":
            self.catch_up()
        self.add("boot", [self.gateway])

    def catch_up(self):
        while self.keys.start + (self.epoch + 1) * self.keys.epoch <= self.now:
            self.close(late=True)

    def erase(self, index, rule="after 90 days"):
        del self.personal[index]
        return self.add("payload.erased", [self.gateway], {"ref": index, "rule": rule})

    # --- the bundle

    def proof(self, tree, index, note):
        path = "".join(b64(h) + "\n" for h in tree.path(index, 0, len(self.entries)))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}"

    def export(self, subject, since, until, **options):
        day = self.day_index()
        made = self.add("export.made", [self.gateway], {"for": "customs", "who": "inspector"})
        self.sign()
        return self.bundle(subject, since, until, made, **options)

    def epoch_at(self, moment):
        return max(0, min((moment - self.keys.start) // self.keys.epoch, self.head_epoch))

    def bundle(self, subject, since, until, made, subjects=None, lang="en", withhold=False,
               drop=(), tamper=None, closing_notes=None, tree=None):
        """The files of a bundle. `tamper(self, plan)` may change the plan before files are made of it."""
        since, until = (micros(t) if isinstance(t, str) else t for t in (since, until))
        size = len(self.entries)
        tree = tree or self.tree()
        head = self.notes[size]
        self.head_epoch = int(head.split("/epoch/")[1].split(" ")[0])
        records = [json.loads(entry) for entry in self.entries]
        first, last = self.epoch_at(since), self.epoch_at(until - 1)
        if self.generation > 1:
            first = max(first, min(self.closings))
        begin = self.closings.get(first - 1, 0)
        end = self.closings.get(last, size)
        subjects = subjects or [subject, self.gateway, ("device", "io1")]

        def about(record, name):
            return any((s["k"], s["v"]) == name for s in record["subj"])

        inside, context = set(), {made}
        for name in subjects:
            mine = [r["i"] for r in records if about(r, name)]
            inside |= {i for i in mine if begin <= i < end}
            context |= set([i for i in mine if i < begin][-1:] + [i for i in mine if i >= end][:1])
        for record in records:
            if record["kind"] == "day.index" and record["data"]["to"] > begin and record["data"]["from"] < end:
                context.add(record["i"])
        erased = set()
        for record in records:
            if record["kind"] == "payload.erased" and record["data"]["ref"] in inside | context:
                erased.add(record["data"]["ref"])
                context.add(record["i"])
        context -= inside
        plan = {"given": sorted((inside | context) - set(drop)), "head": head, "records": records,
                "context": context, "erased": erased, "begin": begin, "end": end, "first": first, "last": last,
                "count": sum(1 for i in inside if about(records[i], subject)), "subjects": subjects,
                "epochs": set(), "withheld": set()}
        if tamper:
            tamper(self, plan)
        files = {"sheet.txt": self.keys.sheet(), "VERIFY.txt": "see FORMAT.md\n", "policy.txt": "quorum none\n",
                 "custody.json": "{}", "report.pdf": "%PDF-", "timeline.svg": "<svg/>",
                 "START-HERE.html": "<!doctype html>"}
        for i in plan["given"]:
            files[f"leaves/{i}.bin"] = self.entries[i]
            files[f"proofs/{i}.tlog-proof"] = self.proof(tree, i, head)
            if i in self.personal and "priv" in records[i]:
                if withhold:
                    plan["withheld"].add(i)
                else:
                    salt, payload = self.personal[i]
                    files[f"payload/{i}.json"] = b'{"payload":' + payload + b',"salt":"' + salt.hex().encode() + b'"}'
            for picture in records[i].get("att", []):
                files[f"files/{picture['sha256']}.jpg"] = self.pictures[picture["sha256"]]
        needed = [(first - 1, self.closings.get(first - 1))] if begin else []
        needed += [(e, self.closings.get(e)) for e in range(first, last + 1)]
        sizes = {s: (closing_notes or self.notes)[s] for e, s in needed if s is not None}
        plan["epochs"] |= {e for e, s in needed if s is not None} | {self.head_epoch}
        for s, note in sizes.items():
            files[f"checkpoints/{s}.txt"] = note
            if s < size:
                proof = "".join(b64(h) + "\n" for h in tree.consistency(s, size))
                files[f"consistency/{s}-{size}.txt"] = f"old {s}\n{proof}\n{head}"
        files[f"checkpoints/{size}.txt"] = head
        for e in plan["epochs"]:
            path = "".join(b64(h) + "\n" for h in self.keys.table.path(e, 0, len(self.keys.leaves)))
            files[f"epochs/{e}.tlog-proof"] = \
                f"c2sp.org/tlog-proof@v1\nindex {e}\n{path}\n{self.keys.table_checkpoint()}"
            files[f"epochs/{e}.bin"] = self.keys.leaves[e]
        outside = "".join(b64(h) + "\n" for h in tree.outside(begin, end, 0, size))
        leaves = "".join(b64(tree.leaves[i]) + "\n" for i in range(begin, end))
        files[f"range/{begin}-{end}.txt"] = f"range {begin} {end}\n{outside}leaves\n{leaves}\n{head}"
        for i in plan["given"]:
            if records[i]["kind"] == "day.index" and i in self.days:
                files[f"days/{i}.json"] = canonical(self.day_proofs(i, plan["subjects"]))
        files.update(self.tables(plan, files))
        manifest = {"context": sorted(plan["context"]), "erased": sorted(plan["erased"]), "export": made,
                    "head": size, "lang": lang, "origin": self.origin,
                    "query": {"since": stamp(since), "subject": {"k": subject[0], "v": subject[1]},
                              "until": stamp(until)},
                    "records": plan["count"], "subjects": [{"k": k, "v": v} for k, v in plan["subjects"]],
                    "tool": "writer.py", "v": 1,
                    "window": {"first_epoch": first, "from": begin, "last_epoch": last, "to": end},
                    "withheld": sorted(plan["withheld"])}
        return Bundle(self.keys, files, manifest)

    def day_proofs(self, index, subjects):
        salt, leaves, tree = self.days[index]
        proofs = []
        for k, v in sorted(subjects):
            key = sha256(salt + k.encode() + b"\0" + v.encode())
            here = [n for n, leaf in enumerate(leaves) if leaf[:32] == key]
            if not here:
                after = sum(1 for leaf in leaves if leaf[:32] < key)
                here = [n for n in (after - 1, after) if 0 <= n < len(leaves)]
            proofs.append({"leaves": [{"at": n, "leaf": leaves[n].hex(),
                                       "path": [b64(h) for h in tree.path(n, 0, len(leaves))]} for n in here],
                           "subject": {"k": k, "v": v}})
        return {"index": index, "proofs": proofs}

    def tables(self, plan, files):
        def field(text):
            return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text
        lines = gaps = "index,time,sync,err_ms,kind,subjects,source,details,personal\n"
        for i in plan["given"]:
            if not plan["begin"] <= i < plan["end"]:
                continue
            record = json.loads(self.entries[i])
            source = f"{record['src']['dev']}.{record['src']['point']}" if "src" in record else ""
            personal = ""
            if f"payload/{i}.json" in files:
                personal = files[f"payload/{i}.json"][len(b'{"payload":'):-len(b',"salt":""}') - 64].decode()
            line = ",".join([str(i), record["t"]["wall"], record["t"]["sync"], str(record["t"]["err_ms"]),
                             record["kind"], field(" ".join(f"{s['k']}:{s['v']}" for s in record["subj"])),
                             field(source), field(canonical(record["data"]).decode()), field(personal)]) + "\n"
            lines += line
            if record["kind"] in GAP_KINDS or record["data"].get("late"):
                gaps += line
        return {"records.csv": lines, "gaps.csv": gaps}

    # --- the copy of the whole log

    def copy_files(self):
        size, tree = len(self.entries), self.tree()
        files = {"checkpoint": self.notes[size], "sheet.txt": self.keys.sheet(),
                 "epochs/keys.bin": b"".join(key.public for key in self.keys.epochs)}
        for s in self.closings.values():
            files[f"checkpoints/{s}.txt"] = self.notes[s]
        for level in range(9):
            width = 256 ** level
            for tile in range((size // width + 255) // 256):
                hashes = [tree.root((tile * 256 + n) * width, (tile * 256 + n + 1) * width)
                          for n in range(min(256, size // width - tile * 256))]
                files[tile_name(str(level), tile, len(hashes))] = b"".join(hashes)
        for tile in range((size + 255) // 256):
            entries = self.entries[tile * 256:tile * 256 + 256]
            files[tile_name("entries", tile, len(entries))] = \
                b"".join(struct.pack(">H", len(e)) + e for e in entries)
        return files

    def copy(self):
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, (list, dict)):
                setattr(other, name, value.copy())
        other.day = {name: list(seen) for name, seen in self.day.items()}
        other.grown = None
        return other


def tile_name(level, tile, width):
    path = f"{tile % 1000:03}"
    while tile >= 1000:
        tile //= 1000
        path = f"x{tile % 1000:03}/{path}"
    return f"tile/{level}/{path}" + ("" if width == 256 else f".p/{width}")


class Bundle:
    def __init__(self, keys, files, manifest):
        self.keys = keys
        self.files = {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}
        self.manifest = manifest
        self.manifest_key = keys.log
        self.seal()

    def seal(self):
        """Manifest, its signature and the sums, as whoever has the log key can make them at any time."""
        for name in ("manifest.json", "manifest.note", "SHA256SUMS"):
            self.files.pop(name, None)
        self.manifest["files"] = {name: sha256(data).hex() for name, data in self.files.items()
                                  if name != "START-HERE.html"}
        self.files["manifest.json"] = canonical(self.manifest)
        text = f"sealwarden bundle 1\n{sha256(self.files['manifest.json']).hex()}\n"
        self.files["manifest.note"] = \
            (text + "\n" + self.manifest_key.line(f"{self.keys.base}/bundle", text)).encode()
        self.sums()
        return self

    def sums(self):
        self.files.pop("SHA256SUMS", None)
        self.files["SHA256SUMS"] = "".join(f"{sha256(data).hex()}  {name}\n"
                                           for name, data in sorted(self.files.items())).encode()
        return self

    def zip(self):
        return zip_of(sorted(self.files.items()))


def zip_of(members, change=lambda place, name, header: header, between=b"", tail=b""):
    """`change` may alter the 26-byte rest of a local or central header."""
    body, directory, offset = io.BytesIO(), io.BytesIO(), 0
    for name, data in members:
        shared = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(data), len(data), len(data),
                             len(name.encode()), 0)
        body.write(struct.pack("<I", 0x04034B50) + change("local", name, shared) + name.encode() + data + between)
        directory.write(struct.pack("<IH", 0x02014B50, 20) + change("central", name, shared)
                        + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name.encode())
        offset = body.tell()
    central = directory.getvalue()
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(members), len(members), len(central), offset, 0)
    return body.getvalue() + central + end + tail
