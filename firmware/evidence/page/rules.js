// The longer rules of judge.js.
const isClosing = ({record}) => record.kind === 'epoch.close';

async function closingChain(state, notes) {
  const {files, head, manifest, records} = state;
  const {window} = manifest;
  state.closings = new Map();  // epoch -> {size, late, at}
  for (const [size, bytes] of numbered(files, 'checkpoints', '.txt')) {
    if (size === head.size) continue;
    const checkpoint = parseCheckpoint(bytes);
    if (checkpoint.size !== size || checkpoint.origin !== head.origin) notes.changed(`checkpoints/${size}.txt is another one`);
    checkpoint.epoch = await checkSigned(state, notes, checkpoint);
    const proofBytes = need(state, notes, `consistency/${size}-${head.size}.txt`);
    if (proofBytes) {
      const {oldSize, proof, checkpoint: to} = parseConsistency(proofBytes);
      if (oldSize !== size || !sameHead(to, head) || !isConsistent(size, checkpoint.root, head.size, head.root, proof)) {
        notes.changed(`the log of size ${size} is not the beginning of the head's`);
      }
    }
    state.checkpoints.set(size, checkpoint);
  }
  for (const [size, checkpoint] of state.checkpoints) {
    const last = records.get(size - 1);
    if (!last || !isClosing(last) || last.record.data.epoch !== checkpoint.epoch) continue;
    if (state.closings.has(checkpoint.epoch)) notes.changed(`epoch ${checkpoint.epoch} is closed twice`);
    state.closings.set(checkpoint.epoch, {size, late: last.record.data.late === true, at: last.record});
  }
  for (const [index, entry] of records) {
    if (!isClosing(entry)) continue;
    const closing = state.closings.get(entry.record.data.epoch);
    const inWindow = index >= window.from - 1 && index < window.to;
    if (inWindow && !closing) notes.missing(`checkpoints/${index + 1}.txt: the checkpoint that closes epoch ${entry.record.data.epoch}`);
    if (closing && closing.size !== index + 1) notes.changed(`epoch ${entry.record.data.epoch} is closed twice`);
  }
  const begins = window.from === 0 ? window.first_epoch : window.first_epoch - 1;
  let before = -1;
  for (let epoch = Math.max(begins, 0); epoch <= window.last_epoch; ++epoch) {
    const closing = state.closings.get(epoch);
    if (!closing) {
      if (epoch === window.last_epoch && epoch >= head.epoch && window.to === head.size) notes.finding('epoch_open', `epoch ${epoch}`);
      else notes.missing(`epoch ${epoch} has no closing checkpoint`);
      continue;
    }
    if (closing.size <= before) notes.changed(`epoch ${epoch} is closed before the one before it`);
    before = closing.size;
    if (closing.late && epoch >= window.first_epoch) notes.finding('closed_late', `epoch ${epoch}`);
  }
  const edge = state.closings.get(window.first_epoch - 1);
  if (edge && window.from !== edge.size) notes.changed('the window does not begin where its first epoch does');
  const end = state.closings.get(window.last_epoch);
  if (end && window.to !== end.size || !end && window.to !== head.size) notes.changed('the window does not end where its last epoch does');
  for (const [size, {epoch}] of state.checkpoints) {
    const closed = state.closings.get(epoch)?.size ?? Infinity;
    const opened = state.closings.get(epoch - 1)?.size ?? -1;
    if (size > closed || size <= opened) notes.changed(`the checkpoint of size ${size} lies outside its epoch ${epoch}`);
  }
}

// The epoch of an entry by its position, as far as closings tell: {epoch, closing} or null.
function epochOf(state, index) {
  const {window} = state.manifest;
  if (index < window.from || index >= window.to) return null;
  for (let epoch = window.first_epoch; epoch <= window.last_epoch; ++epoch) {
    const closing = state.closings.get(epoch);
    if (!closing || index < closing.size) return {epoch, closing};
  }
  return null;
}

function recordTime(state, notes) {
  const {sheet, records} = state;
  const stepped = new Set();
  for (const {record} of records.values()) if (record.kind === 'clock.step') stepped.add(record.t.bootn);
  let unsynchronised = 0;
  for (const [index, {record}] of records) {
    const wall = microsecondsOf(record.t?.wall ?? '');
    if (wall === null) notes.changed(`entry ${index} has no time`);
    const place = epochOf(state, index);
    if (!place) continue;
    if (record.t.sync === 'none') unsynchronised += 1;
    const slack = sheet.epoch * 1e6 + Math.max(record.t.err_ms, 0) * 1000;
    const from = startOf(sheet, place.epoch) - slack;
    const late = place.closing?.late ? microsecondsOf(place.closing.at.t.wall) : 0;
    const to = Math.max(startOf(sheet, place.epoch + 1) + slack, late);
    if (wall >= from && wall <= to) continue;
    if (record.t.sync === 'none' || stepped.has(record.t.bootn)) {
      notes.finding('time_by_position', `entry ${index} says ${record.t.wall}, its place says epoch ${place.epoch}`);
    } else {
      notes.changed(`entry ${index} claims ${record.t.wall} and stands in epoch ${place.epoch}`);
    }
  }
  if (unsynchronised > 0) notes.finding('unsynchronised', String(unsynchronised));
}

function rangeComplete(state, notes) {
  const {manifest, head, records} = state;
  const {window} = manifest;
  const name = `range/${window.from}-${window.to}.txt`;
  for (const other of state.files.keys()) {
    if (other.startsWith('range/') && other !== name) notes.changed(`${other} is not the window's`);
  }
  if (window.from === window.to) return;
  const bytes = need(state, notes, name);
  if (!bytes) return;
  const range = parseRange(bytes);
  const root = rootByRange(window.from, window.to, head.size, range.leaves, range.outside);
  if (range.from !== window.from || range.to !== window.to || !sameHead(range.checkpoint, head) || !root || !same(root, head.root)) {
    notes.changed('the leaf hashes of the window do not lead to the head');
  }
  for (const [index, {leaf}] of records) {
    if (index >= window.from && index < window.to && !same(range.leaves[index - window.from], leaf)) {
      notes.changed(`entry ${index} is not the one at its place`);
    }
  }
  const growing = new Growing(window.from, range.outside);
  state.rootAt = new Map();
  const wanted = new Set([...state.checkpoints.keys(), ...heldOf(state).map(({size}) => size), state.sheet.commissioned.size]);
  for (let size = window.from; size <= window.to; ++size) {
    if (wanted.has(size)) state.rootAt.set(size, growing.root());
    if (size < window.to) growing.append(range.leaves[size - window.from]);
  }
  for (const [size, checkpoint] of state.checkpoints) {
    const found = state.rootAt.get(size);
    if (found && !same(found, checkpoint.root)) notes.changed(`the checkpoint of size ${size} has another root than the entries`);
  }
}

function subjectCounters(state, notes) {
  const {manifest, records} = state;
  const {window} = manifest;
  let counted = 0;
  for (const subject of manifest.subjects) {
    const chain = [...records].map(([index, {record}]) => ({index, ...ofSubject(record, subject)})).filter(({k}) => k);
    if (subjectName(subject) === subjectName(manifest.subjects[0])) {
      counted = chain.filter(({index}) => index >= window.from && index < window.to).length;
    }
    chain.forEach((link, i) => {
      const last = chain[i - 1];
      const follows = last && last.n + 1 === link.n && last.index === link.p;
      const begins = link.n === 1 ? link.p === -1 : link.p < link.index && link.p >= 0;
      if (!begins) notes.changed(`entry ${link.index} of ${subjectName(subject)} contradicts itself`);
      if (follows || !last && (link.n === 1 || link.index < window.from)) return;
      const inside = link.p >= window.from && link.p < window.to;
      if (last && (link.n <= last.n || link.p < last.index)) notes.changed(`entries ${last.index} and ${link.index} of ${subjectName(subject)} contradict each other`);
      if (inside) notes.changed(`entry ${link.p} of ${subjectName(subject)} was left out`);
      if (!last && link.index >= window.from || link.p >= window.from) notes.missing(`entry ${link.p} of ${subjectName(subject)}`);
    });
  }
  if (counted !== manifest.records) notes.changed(`${manifest.records} entries are announced, ${counted} are there`);
}

function subjectIndex(state, notes) {
  const {manifest, records, files} = state;
  const {window} = manifest;
  const indexes = [...records].filter(([, {record}]) => record.kind === 'day.index').sort(([a], [b]) => a - b);
  let covered = window.from;
  for (const [index, {record}] of indexes) {
    if (index < window.from) continue;
    const {from, to, salt} = record.data;
    if (to !== index || from > to) notes.changed(`the day index at ${index} is malformed`);
    if (covered >= window.to) break;
    while (covered < from && records.has(covered)) covered += 1;
    if (from > covered) notes.missing(`no day index covers the entries from ${covered} to ${from}`);
    covered = Math.max(covered, index + 1);
    const bytes = need(state, notes, `days/${index}.json`);
    if (!bytes) continue;
    const day = fromCanonical(bytes);
    if (!day || day.index !== index) notes.changed(`days/${index}.json is malformed`);
    const saltBytes = fromHex(salt, 16);
    for (const subject of manifest.subjects) {
      const given = day.proofs.find((proof) => subjectName(proof.subject) === subjectName(subject));
      if (!given) {
        notes.missing(`days/${index}.json says nothing of ${subjectName(subject)}`);
        continue;
      }
      const told = presence(record.data, saltBytes, subject, given.leaves);
      if (told === null) notes.changed(`days/${index}.json proves nothing about ${subjectName(subject)}`);
      // Entries before the window that this index counts too are given only as far as the window reaches.
      const mine = [...records].filter(([i, {record: r}]) => i >= from && i < to && ofSubject(r, subject)).map(([i]) => i);
      const whole = from >= window.from;
      const agrees = told.count === 0 ? mine.length === 0
        : (!whole || told.count === mine.length && told.first === mine[0]) &&
          (mine.length === 0 ? told.last < window.from : told.last === mine.at(-1) || told.last >= window.to);
      if (!agrees) notes.changed(`the day index at ${index} counts ${told.count} entries of ${subjectName(subject)}, other ones are given`);
    }
  }
  while (covered < window.to && records.has(covered)) covered += 1;
  if (covered < window.to) notes.missing(`no day index covers the entries from ${covered} on`);
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

function payloadCommitment(state, notes) {
  const {manifest, records, files} = state;
  const withheld = new Set(manifest.withheld), erased = new Set(manifest.erased);
  const reason = new Map();
  for (const {record} of records.values()) {
    if (record.kind === 'payload.erased' && record.data.rule) reason.set(record.data.ref, record.data.rule);
  }
  for (const [index, {record}] of records) {
    const bytes = files.get(`payload/${index}.json`);
    if (bytes) {
      const kept = fromCanonical(bytes);
      const salt = kept && fromHex(kept.salt, 32);
      // The payload's own bytes stand inside: the file is canonical, so they are what is between its fixed parts.
      const text = textOf(bytes);
      const payload = salt && text.startsWith('{"payload":') ? bytesOf(text.slice(11, text.length - 76)) : null;
      if (!payload || hexOf(hmacSha256(salt, payload)) !== record.priv) notes.changed(`payload/${index}.json is not what the record committed to`);
    } else if (record.priv !== undefined && index >= manifest.window.from && index < manifest.window.to) {
      if (withheld.has(index)) notes.finding('withheld', `entry ${index}`);
      else if (reason.has(index)) notes.finding('erased', `entry ${index}: ${reason.get(index)}`);
      else if (erased.has(index)) notes.changed(`entry ${index} is said to be erased, and no payload.erased says so`);
      else notes.missing(`payload/${index}.json`);
    }
  }
}

function fileHash(state, notes) {
  const {manifest, records, files} = state;
  for (const [name, bytes] of files) {
    if (name.startsWith('files/') && hexOf(sha256(bytes)) !== name.slice(6, 70)) notes.changed(`${name} is not the picture that was taken`);
  }
  const there = new Set([...files.keys()].filter((name) => name.startsWith('files/')).map((name) => name.slice(6, 70)));
  for (const [index, {record}] of records) {
    if (index < manifest.window.from || index >= manifest.window.to) continue;
    for (const {sha256: digest, n} of record.att ?? []) {
      if (!there.has(digest)) notes.finding('picture_missing', `entry ${index}: ${n}`);
    }
  }
}

const gapKinds = ['boot', 'clock.step', 'clock.sync', 'coverage.lost', 'coverage.regained', 'device.offline', 'device.online',
                  'gap', 'log.paused', 'log.recovered', 'payload.erased', 'shutdown'];
// What tells of a time that was not watched, or not surely.
const blindKinds = ['boot', 'coverage.lost', 'device.offline', 'gap', 'log.paused', 'log.recovered'];

function peopleFiles(state, notes) {
  const {manifest, records, files} = state;
  const head = 'index,time,sync,err_ms,kind,subjects,source,details,personal\n';
  const quoted = (field) => /[,"\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  let all = head, gaps = head;
  for (const [index, {record, bytes}] of records) {
    if (index < manifest.window.from || index >= manifest.window.to) continue;
    const payload = files.get(`payload/${index}.json`);
    const line = [record.i, record.t.wall, record.t.sync, record.t.err_ms, record.kind,
                  record.subj.map(subjectName).join(' '), record.src ? `${record.src.dev}.${record.src.point}` : '',
                  canonicalText(record.data), payload ? textOf(payload).slice(11, -76) : '']
      .map((field) => quoted(String(field))).join(',') + '\n';
    all += line;
    if (gapKinds.includes(record.kind) || record.kind === 'epoch.close' && record.data.late === true) gaps += line;
    if (blindKinds.includes(record.kind)) notes.finding('blind', `entry ${index}: ${record.kind}`);
  }
  for (const [name, expected] of [['records.csv', all], ['gaps.csv', gaps]]) {
    const bytes = need(state, notes, name);
    if (bytes && textOf(bytes) !== expected) notes.changed(`${name} does not say what the records say`);
  }
}

const heldOf = (state) => (state.reader.held ?? []).map((bytes) => parseCheckpoint(bytes));

async function heldCheckpoints(state, notes) {
  const {sheet, head, manifest} = state;
  const known = (size) => state.rootAt?.get(size) ?? state.checkpoints.get(size)?.root;
  const atStart = manifest.origin === `${sheet.origin}/g1` ? known(sheet.commissioned.size) : undefined;
  if (atStart && !same(atStart, sheet.commissioned.root)) notes.changed('the log does not begin as it was at commissioning');
  for (const held of heldOf(state)) {
    if (!held.origin.startsWith(`${sheet.origin}/g`)) notes.changed('a checkpoint that you hold is of another log');
    if (await signedBy(held, held.origin, sheet.key) !== 'valid') notes.changed(`your checkpoint of size ${held.size} is not signed by this log`);
    if (held.origin !== head.origin) {
      notes.missing(`your checkpoint of size ${held.size} is of another generation`);
      continue;
    }
    const root = known(held.size);
    if (root && !same(root, held.root)) notes.changed(`your checkpoint of size ${held.size} has another root: the log was rewritten`);
    if (root) continue;
    const epoch = fromDecimal(held.lines.find(({name}) => name.startsWith(`${held.origin}/epoch/`))?.name.split('/').at(-1) ?? '');
    if (held.size > head.size && epoch !== null && epoch < head.epoch) notes.changed(`your checkpoint is larger than the head, and older: entries were removed`);
    notes.missing(`your checkpoint of size ${held.size} cannot be linked to this bundle`);
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
