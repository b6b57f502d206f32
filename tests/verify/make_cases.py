#!/usr/bin/python3
"""Writes honest evidence and forgeries of it, a folder a case, for attacks_test.cpp and honest_test.cpp:

    make_cases.py FOLDER

A case is FOLDER/NAME with `bundle.zip`, `bundle/` or `log/`, `sheet.txt`, `held*.txt`. Numbers are those of the
product's list of attacks; the attacker has root, the log key and the epoch keys from the hour of his break-in on."""

import json
import pathlib
import struct
import subprocess
import sys

import writer
from writer import DAY, HOUR, SECOND, Bundle, Key, Keys, Log, b64, canonical, leaf_hash, micros, sha256, zip_of

OUT = pathlib.Path(sys.argv[1])
BOX, OTHER = ("container", "MSCU6639870"), ("container", "TCLU4567890")
DOOR, SEAL, IO, READER = ("door", "d07"), ("seal", "s1"), ("device", "io1"), ("reader", "r1")
SINCE, UNTIL = "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"
EXPORT = "2026-11-25T12:30:00Z"


def write(name, artefact, sheet, held=()):
    folder = OUT / name
    folder.mkdir(parents=True)
    (folder / "sheet.txt").write_text(sheet)
    for number, note in enumerate(held):
        (folder / f"held{number}.txt").write_text(note)
    if isinstance(artefact, Bundle):
        artefact = artefact.zip()
    if isinstance(artefact, bytes):
        (folder / "bundle.zip").write_bytes(artefact)
        return
    kind = "log" if "checkpoint" in artefact else "bundle"
    for file, data in artefact.items():
        path = folder / kind / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


KEYS = Keys(b"this site")


def visit(log, day, picture=b"\xff\xd8 a picture"):
    """A day of one dock: two containers, one badge, a seal whose number is another than expected."""
    log.until(f"{day}T08:10:00Z")
    log.add("door.opened", [DOOR, IO], {"raw": 1}, source=("io1", "di0"))
    log.until(f"{day}T08:20:30Z")
    log.add("badge.presented", [READER, BOX], personal={"badge": "4711", "driver": "José Núñez"})
    log.add("seal.number", [SEAL, BOX], {"expected": "EU123", "read": "EU123"}, pictures=[picture + day.encode()])
    log.until(f"{day}T11:05:00Z")
    log.add("seal.number", [SEAL, OTHER], {"expected": "EU500", "read": 'EU"5,00\n'})
    log.until(f"{day}T14:40:00Z")
    log.add("seal.absent", [SEAL, BOX], {"note": "café\u0001"})
    log.add("door.closed", [DOOR, IO], {"raw": 0}, source=("io1", "di0"))
    log.add("seal.intact", [SEAL, BOX])


def story(keys=KEYS, generation=1):
    log = Log(keys, generation)
    log.add("boot", [log.gateway])
    log.add("device.online", [IO])
    for day in ("2026-11-23", "2026-11-24", "2026-11-25"):
        visit(log, day) if day != "2026-11-25" else log.until("2026-11-25T09:00:00Z")
    log.add("seal.intact", [SEAL, BOX])
    log.add("log.held_back", [log.gateway], {"why": "this log was signed, and its keys are gone"})
    log.add("log.signed", [log.gateway])
    log.until(EXPORT)
    log.sign()
    return log


def rewritten(log, change, since_epoch, keep_epoch_keys=False):
    """The attacker's history: entries of `log` after `change(records)`, renumbered, with counters and day indexes made
    anew and every checkpoint signed again: epochs before `since_epoch` with a key he made up."""
    records = [json.loads(entry) for entry in log.entries]
    kept = change(records)
    forged = Log(log.keys, log.generation)
    made_up = Key(sha256(b"made up"))
    forged.forge_epoch_key = lambda e: log.keys.epochs[e] if e >= since_epoch or keep_epoch_keys else made_up
    forged.pictures, forged.now = log.pictures, log.now
    moved = {}
    for record in kept:
        index = len(forged.entries)
        moved[record["i"]] = index
        if record["i"] in log.personal:
            forged.personal[index] = log.personal[record["i"]]
        if record["kind"] == "day.index":
            forged.now = micros(record["t"]["wall"][:19] + "Z")
            forged.day_index()
            continue
        extra = {key: record[key] for key in ("priv", "att", "src", "t") if key in record}
        forged.add(record["kind"], [(s["k"], s["v"]) for s in record["subj"]], record["data"], **extra)
        if record["kind"] == "epoch.close":
            forged.closings[record["data"]["epoch"]] = len(forged.entries)
            forged.sign(epoch=record["data"]["epoch"])
            forged.epoch = record["data"]["epoch"] + 1
    forged.now = log.now
    return forged


def without(test):
    return lambda records: [r for r in records if not test(r)]


def is_box_open(record):
    return record["kind"] == "seal.absent" and record["t"]["wall"].startswith("2026-11-24")


BREAK_IN = 60  # epoch: 2026-11-25 12:00, the hour of the export


def honest():
    log = story()
    sheet = KEYS.sheet()
    bundle = log.export(BOX, SINCE, UNTIL)
    write("Honest", bundle, sheet)
    (OUT / "Honest" / "words.txt").write_text(KEYS.words())
    write("HonestFolder", bundle.files, sheet)
    write("HonestLog", log.copy_files(), sheet)
    write("HonestOtherQuery", bundle, sheet)
    write("HonestHeld", bundle, sheet, [log.notes[log.closings[30]], log.notes[len(log.entries)]])
    write("HonestLogHeld", log.copy_files(), sheet, [log.notes[log.closings[30]]])
    write("HonestNothing", story().export(("container", "ABCU1234560"), SINCE, UNTIL), sheet)
    write("HonestWithheld", story().export(BOX, SINCE, UNTIL, withhold=True), sheet)
    write("HonestWholeLog", story().export(BOX, "2026-11-23T00:00:00Z", EXPORT), sheet)
    write("HonestDay", story().export(DOOR, "2026-11-23T05:00:00Z", "2026-11-23T09:00:00Z"), sheet)

    for name, back in (("HonestPowerCut9h", "2026-11-25T01:20:00Z"), ("HonestPowerCut30d", "2026-12-24T16:20:00Z")):
        log = Log(KEYS)
        log.add("boot", [log.gateway])
        visit(log, "2026-11-23")
        visit(log, "2026-11-24")
        log.until("2026-11-24T16:20:00Z")
        log.power_cut(back)
        log.add("door.opened", [DOOR, IO], {"raw": 1}, source=("io1", "di0"))
        log.until(log.now + 2 * HOUR)
        log.sign()
        write(name + "Log", log.copy_files(), sheet)
        write(name, log.export(BOX, SINCE, log.now), sheet)

    log = Log(KEYS)
    log.add("boot", [log.gateway])
    visit(log, "2026-11-23")
    log.until("2026-11-24T05:20:00Z")
    log.power_cut("2026-11-24T09:40:00Z", sync="none")
    log.clock_error = -20 * 365 * DAY  # 2006: nobody has told it the time
    log.add("door.opened", [DOOR, BOX], {"raw": 1})
    log.clock_error, log.sync = 0, "ntp"
    log.catch_up()
    log.add("clock.sync", [log.gateway], {"before": "none", "sync": "ntp"})
    log.until(EXPORT)
    log.sign()
    write("HonestUnsyncedClockLog", log.copy_files(), sheet)
    write("HonestUnsyncedClock", log.export(BOX, SINCE, UNTIL), sheet)

    log = story()
    badge = next(i for i in log.personal if json.loads(log.entries[i])["t"]["wall"].startswith("2026-11-24"))
    log.erase(badge)
    log.sign()
    write("HonestErased", log.export(BOX, SINCE, UNTIL), sheet)

    first = story()
    log = Log(KEYS, generation=2)
    log.now, log.epoch, log.boot = micros("2026-11-24T06:30:00Z"), 30, 5
    log.add("log.recovered", [log.gateway], {"generation": 2, "last_index": len(first.entries) - 1,
                                             "reason": "damaged", "set_aside": "log.db.damaged-1"})
    visit(log, "2026-11-24")
    log.until(EXPORT)
    log.sign()
    write("HonestSecondGenerationLog", log.copy_files(), sheet)
    write("HonestSecondGeneration", log.export(BOX, SINCE, UNTIL), sheet)

    quarter = Log(KEYS)
    quarter.add("boot", [quarter.gateway])
    for n in range(700):
        if n % 20 == 0:
            quarter.until(quarter.now + 30 * 60 * SECOND)
        quarter.add("door.opened" if n % 2 else "door.closed", [DOOR, IO], {"raw": n % 2})
    quarter.sign()
    write("HonestLogOfThreeTiles", quarter.copy_files(), sheet)
    for size in (1, 2, 255, 256, 257, 511, 512, 513):
        log = Log(KEYS)
        while len(log.entries) < size:
            log.add("door.opened", [DOOR])
        log.sign()
        write(f"Attack45_Size{size}", log.copy_files(), sheet)


def witnessed():
    """Two witnesses and a time-stamp authority on the sheet."""
    witnesses = [("office/w1", Key(sha256(b"w1"))), ("dock/w2", Key(sha256(b"w2")))]
    folder = OUT / "tsa"
    folder.mkdir()
    run = lambda *command: subprocess.run(command, check=True, cwd=folder, capture_output=True)
    (folder / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\n"
        "[tsa]\nextendedKeyUsage=critical,timeStamping\n[tsa_section]\ndefault_tsa=t\n[t]\nserial=serial\n"
        "crypto_device=builtin\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\n"
        "ess_cert_id_alg=sha256\n")
    for ca, days in (("root", "4000"), ("own", "4000")):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{ca}.key", "-out", f"{ca}.pem", "-subj", f"/CN={ca}", "-days", days, "-config", "tsa.cnf",
            "-extensions", "ca")
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{ca}-signer.key", "-out", f"{ca}.csr", "-subj", f"/CN={ca} signer", "-config", "tsa.cnf")
        run("openssl", "x509", "-req", "-in", f"{ca}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key",
            "-CAcreateserial", "-days", "1", "-extfile", "tsa.cnf", "-extensions", "tsa", "-out", f"{ca}-signer.pem")
    (folder / "serial").write_text("01\n")

    def stamp_of(text, ca="root"):
        (folder / "data").write_text(text)
        run("openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query")
        run("openssl", "ts", "-reply", "-queryfile", "query", "-config", "tsa.cnf", "-section", "t", "-signer",
            f"{ca}-signer.pem", "-inkey", f"{ca}-signer.key", "-out", "reply")
        return (folder / "reply").read_bytes()

    der = subprocess.run(["openssl", "x509", "-in", "root.pem", "-outform", "DER"], check=True, cwd=folder,
                         capture_output=True).stdout
    keys = Keys(b"witnessed site", witnesses=witnesses, authorities=[sha256(der).hex()])
    log = story(keys)
    sheet = keys.sheet()
    plain = log.export(BOX, SINCE, UNTIL)
    head = plain.manifest["head"]
    note = log.notes[head]
    text = note.split("\n\n")[0] + "\n"
    seconds = log.now // SECOND

    def with_head(note_of_head):
        log.notes[head] = note_of_head
        return log.bundle(BOX, SINCE, UNTIL, plain.manifest["export"])

    both = note + "".join(key.cosign(name, text, seconds) for name, key in witnesses)
    write("HonestWitnessed", with_head(both), sheet)
    write("HonestUnstampedLog", log.copy_files(), sheet)
    write("Attack35_StripAWitness", with_head(note + witnesses[0][1].cosign("office/w1", text, seconds)), sheet)
    elsewhere = log.notes[log.closings[40]].split("\n\n")[0] + "\n"
    moved = note + witnesses[0][1].cosign("office/w1", text, seconds) \
        + witnesses[1][1].cosign("dock/w2", elsewhere, seconds)
    write("Attack38_MoveACosignature", with_head(moved), sheet)
    line = witnesses[1][1].cosign("dock/w2", text, seconds)
    name, blob = line.rsplit(" ", 1)
    raw = writer.base64.b64decode(blob)
    dated = f"{name} {b64(raw[:4] + struct.pack('>Q', seconds - 86400) + raw[12:])}\n"
    write("Attack38_BackdateACosignature",
          with_head(note + witnesses[0][1].cosign("office/w1", text, seconds) + dated), sheet)
    twice = note + witnesses[0][1].cosign("office/w1", text, seconds) * 2
    write("Attack38_OneWitnessTwice", with_head(twice), sheet)
    own = note + witnesses[0][1].cosign("office/w1", text, seconds) \
        + Key(sha256(b"own witness")).cosign("dock/w2", text, seconds)
    write("Attack36_OwnWitness", with_head(own), sheet)

    def stamped(reply, chain="root.pem"):
        bundle = with_head(both)
        bundle.files[f"anchors/{head}.tsr"] = reply
        bundle.files["anchors/tsa.pem"] = (folder / chain).read_bytes()
        return bundle.seal()

    write("HonestStamped", stamped(stamp_of(note)), sheet)
    write("Attack43_StampForOtherData", stamped(stamp_of(note + "x")), sheet)
    write("Attack43_OwnAuthority", stamped(stamp_of(note, "own"), "own.pem"), sheet)
    reply = bytearray(stamp_of(note))
    reply[-20] ^= 1
    write("Attack43_DamagedStamp", stamped(bytes(reply)), sheet)
    write("Attack43_RefusalAsStamp", stamped(bytes.fromhex("30053003020102")), sheet)


def rewriting():
    """Attacks on the history itself, with everything the attacker has at the break-in."""
    log = story()
    sheet = KEYS.sheet()
    held = log.notes[log.closings[40]]
    honest_bundle = log.copy().export(BOX, SINCE, UNTIL)

    def export(forged):
        forged.epoch = BREAK_IN
        forged.now = log.now
        forged.forge_epoch_key = log.forge_epoch_key
        return forged.export(BOX, SINCE, UNTIL)

    def both(name, forged, kept=()):
        write(name, export(forged.copy()), sheet, kept)
        forged.epoch = BREAK_IN
        forged.sign()
        write(name + "_Log", forged.copy_files(), sheet, kept)

    edited = log.copy()
    record = next(i for i, e in enumerate(edited.entries) if is_box_open(json.loads(e)))
    edited.entries[record] = edited.entries[record].replace(b"caf", b"tea")
    write("Attack01_EditOneRowInPlace",
          Bundle(KEYS, {**{n: d for n, d in honest_bundle.files.items()},
                        f"leaves/{record}.bin": edited.entries[record]}, dict(honest_bundle.manifest)), sheet)
    copied = log.copy_files()
    name = writer.tile_name("entries", record // 256, len(log.entries) - record // 256 * 256)
    copied[name] = copied[name].replace(log.entries[record], edited.entries[record])
    write("Attack01_EditOneRowInPlace_Log", copied, sheet)

    def edit(records):
        for r in records:
            if is_box_open(r):
                r["data"]["note"] = "nothing"
        return records

    both("Attack02_EditAndResignWithHeld", rewritten(log, edit, BREAK_IN), [held])
    both("Attack03_EditAndResignNothingHeld", rewritten(log, edit, BREAK_IN))

    forged = rewritten(log, edit, BREAK_IN)
    bundle = export(forged.copy())
    for closing in list(forged.closings.values()):
        for file in [f for f in bundle.files if f.startswith((f"checkpoints/{closing}.", f"consistency/{closing}-"))]:
            if closing != bundle.manifest["head"]:
                del bundle.files[file]
    write("Attack04_OnlyANewHead", bundle.seal(), sheet)

    wrong = rewritten(log, edit, BREAK_IN)
    wrong.forge_epoch_key = lambda e: KEYS.epochs[BREAK_IN]
    for epoch, size in wrong.closings.items():
        wrong.sign(size, epoch)
    both("Attack05_OldHoursWithTodaysKey", wrong)
    named = rewritten(log, edit, BREAK_IN)
    named.forge_epoch_key = None
    for size in named.closings.values():
        named.sign(size, BREAK_IN)
    both("Attack05_OldHoursNamedToday", named)

    cut = rewritten(log, lambda rs: [r for r in rs if r["i"] < log.closings[58] - 3], BREAK_IN, True)
    cut.epoch = BREAK_IN
    cut.sign()
    write("Attack06_DeleteTheLastRowsWithHeld", cut.copy().export(BOX, SINCE, UNTIL), sheet,
          [log.notes[log.closings[59]]])
    rows = rewritten(log, lambda rs: [r for r in rs if r["kind"] == "epoch.close" or r["i"] < log.closings[55]],
                     BREAK_IN, True)
    rows.sign()
    write("Attack06_DeleteRowsOfTheLastHours_Log", rows.copy_files(), sheet, [log.notes[log.closings[59]]])

    early = Log(KEYS)
    early.add("boot", [early.gateway])
    visit(early, "2026-11-23")
    early.until("2026-11-24T03:10:00Z")
    early.sign()
    write("Attack07_DeleteTheLastDays", early.copy().export(BOX, SINCE, UNTIL), sheet)
    beat = early.copy()
    beat.now, beat.epoch = log.now, BREAK_IN
    beat.add("boot", [beat.gateway])
    both("Attack08_TruncateAndSignAHeartbeat", beat)

    both("Attack09_DeleteAMiddleRowAndRenumber", rewritten(log, without(is_box_open), BREAK_IN))
    write("Attack09_DeleteAMiddleRowAndRenumber_Held",
          export(rewritten(log, without(is_box_open), BREAK_IN)), sheet, [held])

    def insert(records):
        at = next(n for n, r in enumerate(records) if is_box_open(r))
        new = json.loads(json.dumps(records[at]))
        new["kind"] = "seal.present"
        return records[:at] + [new] + records[at:]

    both("Attack10_InsertABackdatedRow", rewritten(log, insert, BREAK_IN))

    late = log.copy()
    late.add("seal.intact", [SEAL, BOX], wall=micros("2026-11-20T10:00:00Z"))
    late.until("2026-11-25T13:10:00Z")
    late.sign()
    write("Attack11_AppendARowOfLastWeek", late.copy().export(BOX, SINCE, late.now), sheet)
    write("Attack11_AppendARowOfLastWeek_Log", late.copy_files(), sheet)

    def swap(records):
        a = next(n for n, r in enumerate(records) if is_box_open(r))
        records[a], records[a + 2] = records[a + 2], records[a]
        return records

    both("Attack12_ExchangeTwoRows", rewritten(log, swap, BREAK_IN))
    a, c = record, record + 2
    swapped = log.copy().export(BOX, SINCE, UNTIL)
    swapped.files[f"leaves/{a}.bin"], swapped.files[f"leaves/{c}.bin"] = \
        swapped.files[f"leaves/{c}.bin"], swapped.files[f"leaves/{a}.bin"]
    write("Attack12_ExchangeTwoFiles", swapped.seal(), sheet)

    other = rewritten(log, edit, 0, True)
    write("Attack15_ForkForTwoReaders", export(other.copy()), sheet, [held])
    other.epoch = BREAK_IN
    other.sign()
    write("Attack15_ForkForTwoReaders_Log", other.copy_files(), sheet, [held])

    new = Log(KEYS)
    new.add("boot", [new.gateway])
    new.now, new.epoch = log.now, BREAK_IN
    both("Attack16_NewLogUnderOldName", new)
    write("Attack16_NewLogUnderOldName_Held", export(new.copy()), sheet, [held])

    # An early checkpoint of epoch 38; what came behind it in that hour is gone.
    early_at = record + 1
    early_note = log.copy().sign(early_at, 38)
    behind = rewritten(log, lambda rs: [r for r in rs if r["i"] < early_at or r["i"] >= log.closings[38]], 39, True)
    behind.notes[early_at] = early_note
    behind.closings[38] = early_at
    both("Attack17_RemoveEventsBehindAnEarlyCheckpoint", behind)

    dressed = Log(KEYS)
    made_up = Key(sha256(b"made up"))
    dressed.add("boot", [dressed.gateway])
    visit(dressed, "2026-11-23")
    dressed.until("2026-11-24T07:10:00Z")
    dressed.forge_epoch_key = lambda e: KEYS.epochs[e] if e >= BREAK_IN or e < 31 else made_up
    dressed.power_cut("2026-11-25T12:05:00Z")
    dressed.now = log.now
    both("Attack18_DressADeletionAsAPowerCut", dressed)

    # The clock is set back before the event and forward again; the log says so, or the attacker silences that.
    for name, told in (("Attack21_ClockSetBack", False), ("Attack21_ClockSetBackAndTold", True),
                       ("Attack22_ClockSetForward", False), ("Attack22_ClockSetForwardAndTold", True)):
        off = (-9 if "Back" in name else 9) * DAY
        clock = Log(KEYS)
        clock.add("boot", [clock.gateway])
        visit(clock, "2026-11-23")
        clock.until("2026-11-24T10:00:00Z")
        if told:
            clock.add("clock.step", [clock.gateway], {"by_ms": off // 1000})
        clock.clock_error = off
        clock.add("seal.open", [SEAL, BOX])
        clock.clock_error = 0
        if told:
            clock.add("clock.step", [clock.gateway], {"by_ms": -off // 1000})
        clock.until(EXPORT)
        clock.sign()
        write(name + "_Log", clock.copy_files(), sheet)
        write(name if told else name, clock.export(BOX, SINCE, UNTIL), sheet)

    # Root takes day 2 of another log's proof, an old bundle, another generation's origin.
    other_keys = Keys(b"other site", base="sealwarden/dc8/gw1")
    foreign = story(other_keys).export(BOX, SINCE, UNTIL)
    write("Attack37_OtherGatewaysBundle", foreign, sheet)
    mixed = log.copy().export(BOX, SINCE, UNTIL)
    mixed.files[f"proofs/{record}.tlog-proof"] = foreign.files[f"proofs/{record}.tlog-proof"]
    write("Attack37_OtherGatewaysProof", mixed.seal(), sheet)
    own = Keys(b"own keys")
    own_bundle = story(own).export(BOX, SINCE, UNTIL)
    write("Attack36_OwnKeysInTheBundle", own_bundle, sheet)
    own_bundle.files["sheet.txt"] = sheet.encode()
    write("Attack36_OwnKeysBehindTheRightSheet", own_bundle.seal(), sheet)
    mixed = log.copy().export(BOX, SINCE, UNTIL)
    mixed.files["epochs/30.bin"] = b"30\n" + own.epochs[30].public
    write("Attack36_OtherEpochKey", mixed.seal(), sheet)


def files_and_forms():
    """Attacks on what is handed over."""
    log = story()
    sheet = KEYS.sheet()
    fresh = lambda: log.copy().export(BOX, SINCE, UNTIL)
    bundle = fresh()
    head = bundle.manifest["head"]
    box = [int(name[7:-4]) for name, data in bundle.files.items()
           if name.startswith("leaves/") and b'"MSCU6639870"' in data]
    inside = sorted(i for i in box if bundle.manifest["window"]["from"] <= i < bundle.manifest["window"]["to"])
    personal = next(i for i in inside if b'"priv"' in log.entries[i])
    picture = next(name for name in bundle.files if name.startswith("files/"))

    def changed(name, change, reseal=True, args=()):
        other = fresh()
        change(other)
        if reseal:
            other.seal()
        write(name, other, sheet, *args)

    def put(name, data):
        return lambda b: b.files.__setitem__(name, data)

    changed("Attack26_ReencodeASnapshot", put(picture, b"\xff\xd8 another"))
    changed("Attack26_SwapASnapshot", put("files/" + sha256(b"x").hex() + ".jpg", b"x"))
    changed("Attack26_DeleteASnapshot", lambda b: b.files.pop(picture))

    def payload(text):
        salt = log.personal[personal][0].hex()
        return b'{"payload":' + canonical(text) + b',"salt":"' + salt.encode() + b'"}'

    changed("Attack27_ChangeAPayload", put(f"payload/{personal}.json", payload({"badge": "4712"})))
    others = [i for i in log.personal if i != personal]
    salt, data = log.personal[others[0]]
    changed("Attack27_ExchangePayloads", put(f"payload/{personal}.json",
            b'{"payload":' + data + b',"salt":"' + salt.hex().encode() + b'"}'))

    def lose_payload(claim):
        def change(b):
            del b.files[f"payload/{personal}.json"]
            if claim:
                b.manifest["erased"] = [personal]
        return change

    # The tables tell payloads too, so they have to be made again.
    for name, claim in (("Attack28_PayloadLeftOut", False), ("Attack28_ErasureClaimedWithoutEntry", True)):
        other = log.copy()
        del other.personal[personal]

        def tamper(_, plan, claim=claim):
            if claim:
                plan["erased"].add(personal)
        day = other.day_index()
        made = other.add("export.made", [other.gateway], {"who": "inspector"})
        other.sign()
        write(name, other.bundle(BOX, SINCE, UNTIL, made, tamper=tamper), sheet)

    write("Attack29_BundleOfAnotherContainer", log.copy().export(OTHER, SINCE, UNTIL), sheet)

    def relabel(b):
        b.manifest["query"]["subject"]["v"] = OTHER[1]
        b.manifest["subjects"][0]["v"] = OTHER[1]

    changed("Attack29_Relabelled", relabel)
    changed("Attack29_RelabelledUnsigned", lambda b: (b.files.__setitem__(
        "manifest.json", b.files["manifest.json"].replace(b"MSCU6639870", b"TCLU4567890")), b.sums()), False)

    def leave_out(name, dropped):
        other = log.copy()
        made_day = other.day_index()
        made = other.add("export.made", [other.gateway], {"who": "inspector"})
        other.sign()

        def tamper(_, plan):
            plan["count"] -= len([i for i in dropped if plan["begin"] <= i < plan["end"]])
            plan["context"] -= set(dropped)
        write(name, other.bundle(BOX, SINCE, UNTIL, made, drop=dropped, tamper=tamper), sheet)
        return made_day

    leave_out("Attack30_LeaveOutAMiddleRecord", inside[1:2])
    leave_out("Attack30_LeaveOutTheFirst", inside[:1])
    leave_out("Attack30_LeaveOutTheLast", inside[-1:])
    leave_out("Attack30_LeaveOutAll", inside)
    leave_out("Attack30_LeaveOutTheLastAndTheNext", [inside[-1]] + [i for i in box if i > inside[-1]])
    days = sorted(int(name[5:-5]) for name in bundle.files if name.startswith("days/"))
    changed("Attack30_LeaveOutADayProof", lambda b: b.files.pop(f"days/{days[0]}.json"))
    leave_out("Attack30_LeaveOutADayIndex", days[:1])

    def absent(b):
        proofs = json.loads(b.files[f"days/{days[0]}.json"])
        for proof in proofs["proofs"]:
            if proof["subject"]["v"] == BOX[1]:
                proof["leaves"] = []
        b.files[f"days/{days[0]}.json"] = canonical(proofs)
    changed("Attack30_ClaimAbsenceWithoutProof", absent)

    window = bundle.manifest["window"]
    range_name = f"range/{window['from']}-{window['to']}.txt"

    def range_lines(change):
        def apply(b):
            lines = b.files[range_name].decode().split("\n")
            at = lines.index("leaves") + 5
            change(lines, at)
            b.files[range_name] = "\n".join(lines).encode()
        return apply
    changed("Attack31_LeaveOutALeafOfTheRange", range_lines(lambda lines, at: lines.pop(at)))
    changed("Attack31_RepeatALeafOfTheRange", range_lines(lambda lines, at: lines.__setitem__(at, lines[at + 1])))
    changed("Attack31_NoRange", lambda b: b.files.pop(range_name))

    extra = log.copy()
    at = extra.add("seal.intact", [SEAL, BOX])

    def add_record(b):
        b.files[f"leaves/{at}.bin"] = extra.entries[at]
        b.files[f"proofs/{at}.tlog-proof"] = b.files[f"proofs/{inside[0]}.tlog-proof"].replace(
            b"index %d\n" % inside[0], b"index %d\n" % at)
        b.manifest["context"] = sorted(set(b.manifest["context"]) | {at})
    changed("Attack32_ExtraRecord", add_record)

    table = bundle.files["records.csv"]
    changed("Attack33_TableDiffersFromRecords", put("records.csv", table.replace(b"EU123", b"EU124")))
    gappy = log.copy().export(BOX, "2026-11-23T00:00:00Z", UNTIL)
    gappy.files["gaps.csv"] = table.split(b"\n")[0] + b"\n"
    write("Attack33_GapsLeftOut", gappy.seal(), sheet)
    changed("Attack33_ReportChangedAfterwards", lambda b: (b.files.__setitem__("report.pdf", b"%PDF-2"), b.sums()), False)
    changed("Attack33_PageChangedAfterwards",
            lambda b: b.files.__setitem__("START-HERE.html", b"<!doctype html>fine"), False)

    stale = Log(KEYS)
    stale.add("boot", [stale.gateway])
    visit(stale, "2026-11-23")
    stale.until("2026-11-24T09:30:00Z")
    write("Attack34_StaleBundle", stale.export(BOX, SINCE, UNTIL), sheet)
    write("Attack34_PeriodNotOver", story().export(BOX, SINCE, "2026-11-25T20:00:00Z"), sheet)

    def head_lines(change):
        def apply(b):
            note = b.files[f"checkpoints/{head}.txt"].decode()
            new = change(note)
            for name in b.files:
                if isinstance(b.files[name], bytes) and note.encode() in b.files[name]:
                    b.files[name] = b.files[name].replace(note.encode(), new.encode())
        return apply
    drop_line = lambda n: lambda note: "\n".join(l for k, l in enumerate(note.split("\n")) if k != n)
    changed("Attack35_StripTheEpochLine", head_lines(drop_line(5)))
    changed("Attack35_StripTheLogLine", head_lines(drop_line(4)))
    size = log.closings[30]

    def strip(b):
        note = b.files[f"checkpoints/{size}.txt"].decode().split("\n")
        b.files[f"checkpoints/{size}.txt"] = "\n".join(note[:5] + note[6:]).encode()
    changed("Attack35_StripTheEpochLineOfAClosing", strip)

    # Games with the tree: an inner node passed off as a record, other lengths, other indexes.
    tree = fresh_tree(log)
    node = tree.root(0, 1) + tree.root(1, 2)
    changed("Attack39_InnerNodeAsRecord", put(f"leaves/{inside[0]}.bin", b"\1" + node))
    proof = f"proofs/{inside[0]}.tlog-proof"
    lines = bundle.files[proof].decode().split("\n")
    changed("Attack39_PathTooLong", put(proof, "\n".join(lines[:2] + [lines[2]] + lines[2:]).encode()))
    changed("Attack39_PathTooShort", put(proof, "\n".join(lines[:2] + lines[3:]).encode()))
    changed("Attack39_OtherIndexInTheProof", put(proof, "\n".join([lines[0], "index 0"] + lines[2:]).encode()))
    changed("Attack39_ExtraLineInTheProof", put(proof, "\n".join(lines[:1] + ["extra AAAA"] + lines[1:]).encode()))

    entry = log.entries[inside[0]]
    for name, bad in (("DuplicateKey", entry[:-1] + b',"v":1}'), ("Spaces", entry.replace(b'":', b'": ', 1)),
                      ("Float", entry.replace(b'"v":1}', b'"v":1.0}')),
                      ("LeadingZero", entry.replace(b'"v":1}', b'"v":01}')),
                      ("Exponent", entry.replace(b'"v":1}', b'"v":1e0}')),
                      ("EscapedLetter", entry.replace(b'"kind":"b', b'"kind":"\\u0062')),
                      ("BadUtf8", entry.replace(b'"kind":"', b'"kind":"\xc0\x80')),
                      ("Surrogate", entry.replace(b'"kind":"', b'"kind":"\xed\xa0\x80')),
                      ("Unsorted", b'{"v":1,' + entry[1:-7] + b"}"), ("Tail", entry + b"\n")):
        other = log.copy()
        other.entries[inside[0]] = bad
        other.grown = None
        files = other.copy_files()
        files["checkpoint"] = other.sign()
        write(f"Attack40_{name}_Log", files, sheet)
        changed(f"Attack40_{name}", put(f"leaves/{inside[0]}.bin", bad))

    members = sorted(bundle.files.items())
    write("Attack41_ZipDuplicate", zip_of(sorted(members + [members[5]])), sheet)
    write("Attack41_ZipDotDot", zip_of(sorted(members + [("../../etc/passwd", b"x")])), sheet)
    write("Attack41_ZipAbsolute", zip_of(sorted(members + [("/etc/passwd", b"x")])), sheet)
    write("Attack41_ZipBackslash", zip_of(sorted(members + [("leaves\\1.bin", b"x")])), sheet)
    write("Attack41_ZipNul", zip_of(sorted(members + [("leaves/1.bin\0.txt", b"x")])), sheet)
    write("Attack41_ZipUnsorted", zip_of(members[::-1]), sheet)
    write("Attack41_ZipDataBetween", zip_of(members, between=b"PK"), sheet)
    write("Attack41_ZipTail", zip_of(members, tail=b"\0"), sheet)
    two = zip_of(members)
    write("Attack41_ZipTwoDirectories", zip_of([("records.csv", b"")]) + two, sheet)
    write("Attack41_ZipEndInComment", two[:-2] + b"\x16\0" + two[-22:], sheet)

    def swap_fields(place, start, data, only="records.csv"):
        return lambda where, name, header: header[:start] + data + header[start + len(data):] \
            if where == place and name == only else header
    for name, place, start, data in (("Deflated", "central", 4, b"\x08\0"), ("LocalSize", "local", 18, b"\1\0\0\0"),
                                     ("LocalMethod", "local", 4, b"\x08\0"), ("Encrypted", "local", 2, b"\1\0"),
                                     ("Descriptor", "central", 2, b"\x08\0"), ("Date", "central", 8, b"\x22\0"),
                                     ("Zip64", "central", 14, b"\xff\xff\xff\xff"), ("Crc", "central", 10, b"\0\0\0\0"),
                                     ("ExtraField", "local", 24, b"\4\0"), ("Version", "local", 0, b"\x10\0")):
        write(f"Attack41_Zip{name}", zip_of(members, swap_fields(place, start, data)), sheet)
    # The external attributes of the first member: a symbolic link, for programs of Unix.
    at = two.index(struct.pack("<I", 0x02014B50)) + 38
    write("Attack41_ZipSymbolicLink", two[:at] + struct.pack("<I", 0o120777 << 16) + two[at + 4:], sheet)
    write("Attack41_ZipTruncated", two[:-100], sheet)
    folder = OUT / "Attack41_FolderLink"
    write("Attack41_FolderLink", bundle.files, sheet)
    (folder / "bundle" / "policy.txt").unlink()
    (folder / "bundle" / "policy.txt").symlink_to("/etc/passwd")
    write("Attack41_FolderExtraFile", {**bundle.files, "leaves/.hidden": b""}, sheet)

    def checkpoint_form(name, change):
        def apply(b):
            note = b.files[f"checkpoints/{size}.txt"].decode()
            b.files[f"checkpoints/{size}.txt"] = change(note).encode()
        changed(f"Attack42_{name}", apply)
    checkpoint_form("LeadingZero", lambda n: n.replace(f"\n{size}\n", f"\n0{size}\n"))
    checkpoint_form("PlusSign", lambda n: n.replace(f"\n{size}\n", f"\n+{size}\n"))
    checkpoint_form("ExtraLine", lambda n: n.replace("\n\n", "\nextra\n\n", 1))
    checkpoint_form("NoLastNewline", lambda n: n[:-1])
    checkpoint_form("CarriageReturns", lambda n: n.replace("\n", "\r\n"))
    checkpoint_form("OverOneMebibyte", lambda n: n + ("— x " + "A" * 1400 + "\n") * 760)
    checkpoint_form("LooseBase64", lambda n: n.replace("=\n", "=\n ", 1))
    checkpoint_form("TwoLogLines", lambda n: n + n.split("\n")[4] + "\n")

    # Inside the bundle, the files that speak to people and to nobody else.
    changed("FileNotListed", put("policy.txt", b"x"), False)
    changed("WrongSums", put("SHA256SUMS", b""), False)
    write("NotABundle", b"not a zip at all, and quite short", sheet)
    write("Empty", b"", sheet)

    # Attack 47: the attacker has an old epoch state, but one print of a checkpoint a day is kept.
    def edit(records):
        for r in records:
            if is_box_open(r):
                r["data"]["note"] = "nothing"
        return records
    forged = rewritten(log, edit, 0, True)
    forged.epoch = BREAK_IN
    write("Attack47_OldEpochStateAndOnePrintADay", forged.export(BOX, SINCE, UNTIL), sheet,
          [log.notes[log.closings[47]]])
    alone = rewritten(log, edit, 0, True)
    alone.epoch = BREAK_IN
    write("ResidualR2_OldEpochStateAndNothingHeld", alone.export(BOX, SINCE, UNTIL), sheet)

    # Attack 25: an entry written under a wrong clock stays in the answer, because place decides.
    wrong = Log(KEYS)
    wrong.add("boot", [wrong.gateway])
    visit(wrong, "2026-11-23")
    wrong.until("2026-11-24T10:00:00Z")
    wrong.add("clock.step", [wrong.gateway], {"by_ms": -9 * 86400000})
    wrong.clock_error = -9 * DAY
    wrong.add("seal.open", [SEAL, BOX])
    wrong.clock_error = 0
    wrong.add("clock.step", [wrong.gateway], {"by_ms": 9 * 86400000})
    wrong.until(EXPORT)
    hidden = next(i for i, e in enumerate(wrong.entries) if b'"seal.open"' in e)
    made_day = wrong.day_index()
    made = wrong.add("export.made", [wrong.gateway], {"who": "inspector"})
    wrong.sign()
    write("Attack25_RecordStaysInTheAnswer", wrong.bundle(BOX, SINCE, UNTIL, made), sheet)

    def drop(_, plan):
        plan["count"] -= 1
    write("Attack25_RecordLeavesTheAnswer", wrong.bundle(BOX, SINCE, UNTIL, made, drop=[hidden], tamper=drop), sheet)
    del made_day


def fresh_tree(log):
    return writer.Tree([leaf_hash(entry) for entry in log.entries])


honest()
witnessed()
rewriting()
files_and_forms()
