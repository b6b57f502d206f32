// The longer rules of judge.js.
const isClosing = ({record}) => record.kind === 'epoch.close';

// {range, growing roots by size} when the range of the window leads to the head; null otherwise: range.complete says why.
function rangeOf(state) {
  const {manifest: {window}, head, files} = state;
  const bytes = files.get(`range/${window.from}-${window.to}.txt`);
  if (!bytes) return null;
  const range = parseRange(bytes);
  const root = rootByRange(window.from, window.to, head.size, range.leaves, range.outside);
  const leads = range.from === window.from && range.to === window.to && sameHead(range.checkpoint, head) && root && same(root, head.root);
  return leads ? range : null;
}

async function loadCheckpoints(state, notes) {
  for (const [size, bytes] of numbered(state.files, 'checkpoints', '.txt')) {
    if (size === state.head.size) continue;
    const checkpoint = parseCheckpoint(bytes);
    if (checkpoint.size !== size || checkpoint.origin !== state.head.origin) notes.changed(`checkpoints/${size}.txt is another one`);
    if (size > state.head.size) notes.changed(`the checkpoint of size ${size} is larger than the head`);
    checkpoint.epoch = await checkSigned(state, notes, checkpoint);
    if (checkpoint.epoch !== null) state.checkpoints.set(size, checkpoint);
  }
}

// Each checkpoint lies on the log of the head: by the range, by a consistency proof, or by both.
function linkCheckpoints(state, notes) {
  const {files, head, manifest: {window}} = state;
  const range = rangeOf(state);
  state.rootAt = new Map();
  if (range) {
    const wanted = new Set([...state.checkpoints.keys(), ...heldOf(state).map(({size}) => size), state.sheet.commissioned.size]);
    const growing = new Growing(window.from, range.outside);
    for (let size = window.from; size <= window.to; ++size) {
      if (wanted.has(size)) state.rootAt.set(size, growing.root());
      if (size < window.to) growing.append(range.leaves[size - window.from]);
    }
  }
  for (const name of files.keys()) {
    const [, size, to] = /^consistency\/(\d+)-(\d+)\.txt$/.exec(name) ?? [];
    if (size !== undefined && (!state.checkpoints.has(Number(size)) || Number(to) !== head.size)) notes.changed(`${name} proves nothing`);
  }
  for (const [size, checkpoint] of state.checkpoints) {
    const byRange = state.rootAt.get(size);
    const bytes = files.get(`consistency/${size}-${head.size}.txt`);
    let holds = !byRange || same(byRange, checkpoint.root);
    if (bytes) {
      const {oldSize, proof, checkpoint: to} = parseConsistency(bytes);
      holds &&= oldSize === size && same(to.bytes, head.bytes) && isConsistent(size, checkpoint.root, head.size, head.root, proof);
    }
    if (!holds) notes.changed(`the log of size ${size} is not the beginning of the head's`);
    if (!bytes && !byRange && size !== head.size) notes.missing(`consistency/${size}-${head.size}.txt`);
  }
}

function findClosings(state, notes) {
  state.closings = new Map();  // epoch -> {size, late: microseconds or null}
  let before = {epoch: 0, closed: false};
  for (const [size, {epoch}] of [...state.checkpoints].sort(([a], [b]) => a - b)) {
    const last = state.records.get(size - 1);
    const closes = last && isClosing(last) ? last.record.data : null;
    if (closes && closes.epoch !== epoch) notes.changed(`the checkpoint of size ${size} closes epoch ${closes.epoch} and is signed by epoch ${epoch}`);
    if (epoch < before.epoch || epoch === before.epoch && before.closed) notes.changed(`the checkpoint of size ${size} lies outside its epoch ${epoch}`);
    if (closes) state.closings.set(epoch, {size, late: closes.late === true ? microsecondsOf(last.record.t.wall) : null});
    before = {epoch, closed: closes !== null};
  }
}

async function closingChain(state, notes) {
  const {head, manifest: {window}} = state;
  if (head.epoch === null) return;
  await loadCheckpoints(state, notes);
  linkCheckpoints(state, notes);
  findClosings(state, notes);
  const required = (epoch) => {
    if (state.closings.has(epoch)) return;
    for (const checkpoint of state.checkpoints.values()) {
      if (checkpoint.epoch === epoch) notes.changed(`the last checkpoint of epoch ${epoch} does not end with its closing`);
    }
    notes.missing(`epoch ${epoch} has no closing checkpoint`);
  };
  for (let epoch = window.first_epoch; epoch <= window.last_epoch; ++epoch) if (epoch !== head.epoch) required(epoch);
  if (!(window.from === 0 && (window.first_epoch === 0 || state.generation > 1))) {
    if (window.first_epoch === 0) notes.changed('the window does not begin with the log');
    required(window.first_epoch - 1);
    const edge = state.closings.get(window.first_epoch - 1);
    if (edge && edge.size !== window.from) notes.changed('the window does not begin where its first epoch does');
  }
  const end = state.closings.get(window.last_epoch);
  const open = !end && window.last_epoch === head.epoch;
  if (open && window.to !== head.size || end && window.to !== end.size) notes.changed('the window does not end where its last epoch does');
  if (open) notes.finding('epoch_open', `epoch ${window.last_epoch}`);
  for (const [epoch, {late}] of state.closings) {
    if (late !== null && epoch >= window.first_epoch && epoch <= window.last_epoch) notes.finding('closed_late', `epoch ${epoch}`);
  }
}

// The epochs an entry may be of by its position between the closings that are known.
function epochsOf(state, index) {
  let first = 0, last = state.head.epoch ?? 0;
  for (const [epoch, {size}] of [...state.closings].sort(([a], [b]) => a - b)) {
    if (size > index) return {first, last: epoch};
    first = epoch + 1;
  }
  return {first, last};
}

function recordTime(state, notes) {
  const {sheet, records} = state;
  if (!state.closings) return;
  const stepped = new Set();
  for (const {record} of records.values()) if (record.kind === 'clock.step') stepped.add(record.t.bootn);
  const length = sheet.epoch * 1e6;
  let unsynchronised = 0;
  // What is older than the commissioning stands in epoch 0; how much older is not said anywhere.
  const commissioned = state.generation === 1 ? sheet.commissioned.size : 0;
  for (const [index, {record}] of records) {
    const wall = microsecondsOf(record.t?.wall ?? '');
    if (wall === null) notes.changed(`entry ${index} has no time`);
    if (record.t.sync === 'none') unsynchronised += 1;
    const {first, last} = epochsOf(state, index);
    const error = Math.min(Math.max(record.t.err_ms, 0), 366 * 86400000) * 1000;
    const early = index >= commissioned && wall + error < startOf(sheet, first) - length;
    const late = wall - error > startOf(sheet, last + 1) + length;
    if (!early && !late) continue;
    // What was written when missed epochs were closed, and their closings, stand there late.
    const closedLate = state.closings.get(last)?.late ?? null;
    if (late && isClosing({record}) && record.data.late === true) continue;
    if (!early && closedLate !== null && wall - error <= closedLate + length) continue;
    const what = `entry ${index} claims ${record.t.wall} and stands in epochs ${first} to ${last}`;
    if (record.t.sync === 'none' || stepped.has(record.t.bootn)) notes.finding('time_by_position', what);
    else notes.changed(what);
  }
  if (unsynchronised > 0) notes.finding('unsynchronised', String(unsynchronised));
}

function rangeComplete(state, notes) {
  const {window} = state.manifest;
  const name = `range/${window.from}-${window.to}.txt`;
  for (const other of state.files.keys()) {
    if (other.startsWith('range/') && other !== name) notes.changed(`${other} is not the window's`);
  }
  if (!need(state, notes, name)) return;
  const range = rangeOf(state);
  if (!range) notes.changed('the leaf hashes of the window do not lead to the head');
  for (const [index, {leaf}] of state.records) {
    if (index >= window.from && index < window.to && !same(range.leaves[index - window.from], leaf)) {
      notes.changed(`entry ${index} is not the one at its place`);
    }
  }
}

// [{index, n, p}] of a subject's given entries, rising.
const chainOf = (state, subject) =>
  [...state.records].map(([index, {record}]) => ({index, ...ofSubject(record, subject)})).filter(({k}) => k);

function subjectCounters(state, notes) {
  const {manifest} = state;
  const {window} = manifest;
  manifest.subjects.forEach((subject, place) => {
    let before = null, inside = 0;
    for (const link of chainOf(state, subject)) {
      const isInside = link.index >= window.from && link.index < window.to;
      // Behind the window only the first has to follow: it names the last one inside.
      if (isInside || link.index >= window.to && link.p < window.to) {
        if (before && link.p === before.index) {
          if (link.n !== before.n + 1) notes.changed(`entry ${link.index} of ${subjectName(subject)} has a number that does not follow`);
        } else if (link.p >= window.from || before && link.p < before.index) {
          notes.changed(`entry ${link.p} of ${subjectName(subject)} was left out`);
        }
      }
      if (link.index >= window.to) break;
      before = link;
      if (isInside) inside += 1;
    }
    if (place === 0 && inside !== manifest.records) notes.changed(`${manifest.records} entries are announced, ${inside} are there`);
  });
}

// The day indexes over the window: where there is none, the entries themselves must be given.
function coveringDays(state, notes) {
  const {window} = state.manifest;
  const days = [...state.records].filter(([, {record}]) => record.kind === 'day.index');
  for (const [index, {record: {data}}] of days) {
    if (data.to !== index || !(data.from <= data.to)) notes.changed(`the day index at ${index} is malformed`);
  }
  const used = [];
  for (let position = window.from; position < window.to;) {
    const day = days.find(([index]) => index > position);
    if (day && day[1].record.data.from <= position) {
      used.push(day);
      position = day[0];
    } else if (state.records.has(position)) {
      position += 1;
    } else {
      notes.missing(`no day index covers entry ${position}`);
      break;
    }
  }
  return used;
}

function subjectIndex(state, notes) {
  const {manifest, files} = state;
  const {window} = manifest;
  for (const [index, {record: {data}}] of coveringDays(state, notes)) {
    const bytes = need(state, notes, `days/${index}.json`);
    if (!bytes) continue;
    const day = fromCanonical(bytes);
    if (!day || day.index !== index || !Array.isArray(day.proofs)) notes.changed(`days/${index}.json is malformed`);
    for (const subject of manifest.subjects) {
      const given = day.proofs.find((proof) => subjectName(proof.subject) === subjectName(subject));
      if (!given) {
        notes.missing(`days/${index}.json says nothing of ${subjectName(subject)}`);
        continue;
      }
      const told = presence(data, fromHex(data.salt, 16), subject, given.leaves);
      if (told === null) notes.changed(`days/${index}.json proves nothing about ${subjectName(subject)}`);
      const chain = chainOf(state, subject);
      if (!agreesWithDay(chain, told, data, window)) notes.changed(`the day index at ${index} counts other entries of ${subjectName(subject)}`);
      // Some of what it counts lies behind the window: the first one given there must tell what was before.
      const follower = chain.find((link) => link.index >= window.to);
      if (told.count > 0 && told.last >= window.to && !(follower && follower.p < window.to)) {
        notes.missing(`the entry of ${subjectName(subject)} behind the window`);
      }
    }
  }
}

// Only what lies in the window is given; counts are compared where the index counts nothing else.
function agreesWithDay(chain, told, {from: dayFrom, to: dayTo}, window) {
  const from = Math.max(dayFrom, window.from), to = Math.min(dayTo, window.to);
  const inside = chain.map(({index}) => index).filter((index) => index >= from && index < to);
  if (told.count === 0) return inside.length === 0;
  const {count, first, last} = told;
  if (!count || first > last || first < dayFrom || last >= dayTo) return false;
  const begins = first >= from && first < to, ends = last >= from && last < to;
  return !(begins && inside[0] !== first) && !(ends && inside.at(-1) !== last) && !(begins && ends && inside.length !== count) &&
    !(inside.length > 0 && (inside[0] < first || inside.at(-1) > last));
}

// {count, first, last} of a subject in a day index, count 0 when it is absent; null when the leaves prove neither.
function presence(data, salt, subject, leaves) {
  const root = fromHex(data.root, 32);
  if (!root || !salt) return null;
  const none = {count: 0};
  if (data.count === 0) return leaves.length === 0 && same(root, sha256(new Uint8Array())) ? none : null;
  const key = hexOf(sha256(joined(salt, bytesOf(subject.k), Uint8Array.of(0), bytesOf(subject.v))));
  const proven = leaves.map(({at, leaf, path}) => {
    const bytes = fromHex(leaf, 52);
    const hashes = path.map((hash) => fromBase64(hash, 32));
    const found = bytes && !hashes.includes(null) && rootByInclusion(at, data.count, leafHash(bytes), hashes);
    if (!found || !same(found, root)) return null;
    const view = new DataView(bytes.buffer);
    const wide = (offset) => view.getUint32(offset) * 2 ** 32 + view.getUint32(offset + 4);
    return {at, key: leaf.slice(0, 64), count: view.getUint32(32), first: wide(36), last: wide(44)};
  });
  if (proven.includes(null)) return null;
  const [a, b, more] = proven;
  if (!a || more) return null;
  if (!b && a.key === key) return a;
  if (!b && a.at === 0 && key < a.key) return none;
  if (!b && a.at === data.count - 1 && key > a.key) return none;
  return b && b.at === a.at + 1 && a.key < key && key < b.key ? none : null;
}

// payload/INDEX.json is canonical, so the bytes that were committed to are what stands between its fixed parts.
const committedText = (bytes) => textOf(bytes).slice('{"payload":'.length, -(',"salt":""}'.length + 64));

function payloadCommitment(state, notes) {
  const {manifest, records, files} = state;
  const withheld = new Set(manifest.withheld), erased = new Set(manifest.erased);
  const reason = new Map();
  for (const {record} of records.values()) {
    if (record.kind === 'payload.erased' && record.data.rule) reason.set(record.data.ref, record.data.rule);
  }
  for (const [index, bytes] of numbered(files, 'payload', '.json')) {
    const commitment = records.get(index)?.record.priv;
    const kept = fromCanonical(bytes);
    const salt = kept && fromHex(kept.salt, 32);
    const holds = commitment !== undefined && !withheld.has(index) && !erased.has(index) && salt &&
      Object.keys(kept).length === 2 && hexOf(hmacSha256(salt, bytesOf(committedText(bytes)))) === commitment;
    if (!holds) notes.changed(`payload/${index}.json is not what the record committed to`);
  }
  for (const [index, {record}] of records) {
    if (record.priv === undefined || files.has(`payload/${index}.json`)) continue;
    if (reason.has(index)) notes.finding('erased', `entry ${index}: ${reason.get(index)}`);
    else if (withheld.has(index)) notes.remark('withheld', `entry ${index}`);
    else notes.missing(`payload/${index}.json`);
  }
}

function fileHash(state, notes) {
  const there = new Set();
  for (const [name, bytes] of state.files) {
    if (!name.startsWith('files/')) continue;
    if (hexOf(sha256(bytes)) !== name.slice(6, 70)) notes.changed(`${name} is not the picture that was taken`);
    there.add(name.slice(6, 70));
  }
  const named = new Set();
  for (const [index, {record}] of state.records) {
    for (const {sha256: digest, n} of record.att ?? []) {
      named.add(digest);
      if (!there.has(digest)) notes.finding('picture_missing', `entry ${index}: ${n}`);
    }
  }
  for (const digest of there) if (!named.has(digest)) notes.changed(`no record names the picture ${digest}`);
}

const gapKinds = ['boot', 'clock.step', 'clock.sync', 'coverage.lost', 'coverage.regained', 'device.offline', 'device.online',
                  'gap', 'log.held_back', 'log.paused', 'log.recovered', 'log.signed', 'payload.erased', 'shutdown'];
// What tells of a time that was not watched, or not surely.
const blindKinds = ['boot', 'clock.step', 'coverage.lost', 'device.offline', 'gap', 'log.paused', 'log.recovered'];

function peopleFiles(state, notes) {
  const {manifest, records, files} = state;
  const head = 'index,time,sync,err_ms,kind,subjects,source,details,personal\n';
  const quoted = (field) => /[,"\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  let all = head, gaps = head;
  for (const [index, {record}] of records) {
    if (index < manifest.window.from || index >= manifest.window.to) continue;
    const payload = files.get(`payload/${index}.json`);
    const line = [record.i, record.t.wall, record.t.sync, record.t.err_ms, record.kind,
                  record.subj.map(subjectName).join(' '), record.src ? `${record.src.dev}.${record.src.point}` : '',
                  canonicalText(record.data), payload ? committedText(payload) : '']
      .map((field) => quoted(String(field))).join(',') + '\n';
    all += line;
    if (gapKinds.includes(record.kind) || record.kind === 'epoch.close' && record.data.late === true) gaps += line;
  }
  for (const [name, expected] of [['records.csv', all], ['gaps.csv', gaps]]) {
    const bytes = need(state, notes, name);
    if (bytes && textOf(bytes) !== expected) notes.changed(`${name} does not say what the records say`);
  }
}

// A checkpoint that the reader brings may be anything: null when it is none.
function readable(bytes) {
  try {
    return parseCheckpoint(bytes);
  } catch {
    return null;
  }
}
const heldOf = (state) => (state.reader.held ?? []).map(readable).filter((held) => held !== null);

// The epoch whose proven key signed it; null where there is none.
async function provenEpoch(state, checkpoint) {
  for (const {name} of checkpoint.lines) {
    const epoch = name.startsWith(`${checkpoint.origin}/epoch/`) ? fromDecimal(name.slice(checkpoint.origin.length + 7)) : null;
    const key = epoch === null ? undefined : state.epochKeys.get(epoch);
    if (key && await signedBy(checkpoint, name, key) === 'valid') return epoch;
  }
  return null;
}

async function heldCheckpoints(state, notes) {
  const {sheet, head, manifest} = state;
  const known = (size) => state.rootAt?.get(size) ?? state.checkpoints.get(size)?.root;
  const atStart = manifest.origin === `${sheet.origin}/g1` ? known(sheet.commissioned.size) : undefined;
  if (atStart && !same(atStart, sheet.commissioned.root)) notes.changed('the log does not begin as it was at commissioning');
  for (const bytes of state.reader.held ?? []) {
    const held = readable(bytes);
    if (!held || held.origin !== head.origin || await signedBy(held, held.origin, sheet.key) !== 'valid') {
      notes.missing('what you hold is no signed checkpoint of this log');
      continue;
    }
    const epoch = await provenEpoch(state, held);
    const closed = state.closings?.get(epoch)?.size ?? Infinity;
    if (epoch !== null && (held.size > closed || held.size > head.size && epoch < head.epoch)) {
      notes.changed(`your checkpoint of size ${held.size} shows that the log was longer: entries were removed`);
    }
    const root = known(held.size);
    if (root && !same(root, held.root)) notes.changed(`your checkpoint of size ${held.size} has another root: the log was rewritten`);
    if (!root) notes.missing(`your checkpoint of size ${held.size} cannot be linked to this bundle`);
  }
}

async function cosignatures(state, notes) {
  const {sheet, manifest, checkpoints} = state;
  if (sheet.witnesses.length === 0) return;
  let best = 0;
  for (const [size, checkpoint] of checkpoints) {
    let valid = 0;
    for (const witness of sheet.witnesses) {
      const found = await cosignedBy(checkpoint, witness);
      if (found === 'wrong') notes.changed(`the cosignature of ${witness.name} on size ${size} is not valid`);
      if (found === 'valid') valid += 1;
    }
    if (size >= manifest.window.to) best = Math.max(best, valid);
  }
  const quorum = Math.floor(sheet.witnesses.length / 2) + 1;
  if (best < quorum) notes.missing(`${best} of ${quorum} witnesses have cosigned`);
}
