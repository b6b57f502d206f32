// The verdict on a bundle: the rules of FORMAT.md in their order, each a function. The first one that is broken decides.
class Changed extends Error {}
class NotChecked extends Error {}

// What the reader brings: {sheetText | words, query: {k, v, since, until}?, held: [bytes]}. `files` is a Map of name to
// bytes; `embedded` says that START-HERE.html and SHA256SUMS cannot be in it, since it stands in that page itself.
// Returns {word, rule, detail, findings: [{kind, detail, gap}], bundle}; word is one of
// verified, verified_with_gaps, changed, not_provable, not_checked.
async function judge(files, reader, embedded, progress = async () => {}) {
  const state = {files, reader, embedded, findings: [], missing: null};
  const notes = {
    changed: (detail) => { throw new Changed(detail); },
    missing: (detail) => { state.missing ??= {rule: state.rule, detail}; },
    finding: (kind, detail) => state.findings.push({kind, detail, gap: true}),
    remark: (kind, detail) => state.findings.push({kind, detail, gap: false}),
  };
  const answer = (word, rule, detail) => ({word, rule, detail, findings: state.findings, bundle: state});
  try {
    for (const [rule, holds] of Object.entries(rules)) {
      state.rule = rule;
      await progress(rule);
      await holds(state, notes);
    }
  } catch (error) {
    if (error instanceof NotChecked) return answer('not_checked', state.rule, error.message);
    if (error instanceof Changed) return answer('changed', state.rule, error.message);
    if (error instanceof Malformed || error instanceof TypeError && error.message.includes('encoded data')) {
      return answer(state.rule === 'sheet.match' ? 'not_checked' : 'changed', state.rule, error.message);
    }
    throw error;
  }
  if (state.missing) return answer('not_provable', state.missing.rule, state.missing.detail);
  return answer(state.findings.some(({gap}) => gap) ? 'verified_with_gaps' : 'verified', '', '');
}

const namePatterns = [
  /^(?:START-HERE\.html|VERIFY\.txt|SHA256SUMS|manifest\.json|manifest\.note|sheet\.txt|policy\.txt|custody\.json)$/,
  /^(?:report\.pdf|records\.csv|gaps\.csv|timeline\.svg)$/,
  /^leaves\/(?:0|[1-9]\d*)\.bin$/, /^proofs\/(?:0|[1-9]\d*)\.tlog-proof$/, /^payload\/(?:0|[1-9]\d*)\.json$/,
  /^files\/[0-9a-f]{64}\.[a-z0-9]{1,8}$/, /^days\/(?:0|[1-9]\d*)\.json$/,
  /^range\/(?:0|[1-9]\d*)-(?:0|[1-9]\d*)\.txt$/, /^checkpoints\/(?:0|[1-9]\d*)\.txt$/,
  /^consistency\/(?:0|[1-9]\d*)-(?:0|[1-9]\d*)\.txt$/, /^epochs\/(?:0|[1-9]\d*)\.(?:tlog-proof|bin)$/,
  /^anchors\/(?:0|[1-9]\d*)\.tsr$/, /^anchors\/tsa\.pem$/,
];
const unsigned = ['manifest.json', 'manifest.note', 'SHA256SUMS', 'START-HERE.html'];

function need(state, notes, name) {
  const bytes = state.files.get(name);
  if (!bytes) notes.missing(name);
  return bytes;
}

// [number, bytes] of every file `folder/NUMBER.ending`, numbers rising.
function numbered(files, folder, ending) {
  const found = [];
  for (const [name, bytes] of files) {
    if (name.startsWith(`${folder}/`) && name.endsWith(ending)) found.push([Number(name.slice(folder.length + 1, -ending.length)), bytes]);
  }
  return found.sort(([a], [b]) => a - b);
}

const subjectName = ({k, v}) => `${k}:${v}`;
const ofSubject = (record, subject) => record.subj.find(({k, v}) => k === subject.k && v === subject.v);

function startOf(sheet, epoch) {
  return sheet.start + epoch * sheet.epoch * 1e6;
}
function epochAt(sheet, moment) {
  return Math.floor((moment - sheet.start) / (sheet.epoch * 1e6));
}

const rules = {
  'container.form': (state) => {
    for (const name of state.files.keys()) {
      if (!namePatterns.some((pattern) => pattern.test(name))) throw new NotChecked(`${name}: no such file belongs into a bundle`);
    }
    for (const name of ['manifest.json', 'manifest.note', 'sheet.txt', ...(state.embedded ? [] : ['SHA256SUMS'])]) {
      if (!state.files.has(name)) throw new NotChecked(`${name} is missing`);
    }
  },

  'sheet.match': (state, notes) => {
    const inside = state.files.get('sheet.txt');
    const copy = inside && textOf(inside);
    if (state.reader.sheetText) {
      state.sheet = parseSheet(state.reader.sheetText);
      if (copy !== undefined && copy !== state.sheet.text) notes.changed('sheet.txt is not the sheet you hold');
    } else if (state.reader.words) {
      if (copy === undefined) throw new NotChecked('there is no sheet.txt to compare the key words with');
      if (keyWords(copy) !== state.reader.words.trim().toLowerCase().replaceAll(/[\s-]+/g, '-')) {
        notes.changed('sheet.txt has other key words');
      }
      state.sheet = parseSheet(copy);
    } else {
      throw new NotChecked('no sheet');
    }
  },

  'manifest.signature': async (state, notes) => {
    const note = parseNote(state.files.get('manifest.note'));
    if (await signedBy(note, `${state.sheet.origin}/bundle`, state.sheet.key) !== 'valid') {
      notes.changed('manifest.note is not signed by the key of the sheet');
    }
    const digest = hexOf(sha256(state.files.get('manifest.json')));
    if (note.text !== `sealwarden bundle 1\n${digest}\n`) notes.changed('manifest.note is about another manifest.json');
    state.manifest = fromCanonical(state.files.get('manifest.json'), /^[A-Za-z0-9_./-]+$/);
    if (!state.manifest || state.manifest.v !== 1) notes.changed('manifest.json is not in canonical form');
  },

  'manifest.files': (state, notes) => {
    const {manifest, files} = state;
    for (const [name, digest] of Object.entries(manifest.files)) {
      const bytes = files.get(name);
      if (!bytes) notes.changed(`${name} is listed and not there`);
      if (hexOf(sha256(bytes)) !== digest) notes.changed(`${name} is not the file that was exported`);
    }
    for (const name of files.keys()) {
      if (!unsigned.includes(name) && !Object.hasOwn(manifest.files, name)) notes.changed(`${name} is there and not listed`);
    }
    if (state.embedded) return;
    const expected = [...files.keys()].filter((name) => name !== 'SHA256SUMS').sort()
      .map((name) => `${hexOf(sha256(files.get(name)))}  ${name}\n`).join('');
    const sums = need(state, notes, 'SHA256SUMS');
    if (sums && textOf(sums) !== expected) notes.changed('SHA256SUMS says something else');
  },

  'manifest.query': (state, notes) => {
    const {manifest, sheet, reader} = state;
    const {query, window} = manifest;
    if (!manifest.origin.startsWith(`${sheet.origin}/g`)) notes.changed('the manifest is of another log');
    state.generation = fromDecimal(manifest.origin.slice(sheet.origin.length + 2));
    state.since = microsecondsOf(query.since);
    state.until = microsecondsOf(query.until);
    if (!state.generation || state.since === null || state.until === null || state.since >= state.until) notes.changed('the query is malformed');
    const [first, ...others] = manifest.subjects;
    if (subjectName(first) !== subjectName(query.subject)) notes.changed('the first subject is not the one asked for');
    if (![first, ...others].some(({k}) => k === 'gateway')) notes.changed('the gateway is not among the subjects');
    const asked = reader.query;
    if (asked && (asked.subject && asked.subject !== subjectName(query.subject) ||
                  asked.since && microsecondsOf(asked.since) !== state.since || asked.until && microsecondsOf(asked.until) !== state.until)) {
      notes.missing(`this bundle answers another question: ${subjectName(query.subject)}, ${query.since} to ${query.until}`);
    }
    if (!(window.from <= window.to && window.to <= manifest.head)) notes.changed('the window is malformed');
  },

  'epochs.table': (state, notes) => {
    const {files, sheet} = state;
    state.epochKeys = new Map();
    for (const [epoch, bytes] of numbered(files, 'epochs', '.tlog-proof')) {
      const leaf = need(state, notes, `epochs/${epoch}.bin`);
      if (!leaf) continue;
      const proof = parseProof(bytes);
      const head = proof.checkpoint;
      const title = bytesOf(`${epoch}\n`);
      const root = rootByInclusion(epoch, sheet.keys, leafHash(leaf), proof.path);
      if (proof.index !== epoch || head.origin !== `${sheet.origin}/epochs` || head.size !== sheet.keys || !same(head.root, sheet.epochs) ||
          leaf.length !== title.length + 32 || !same(leaf.slice(0, title.length), title) || !root || !same(root, sheet.epochs)) {
        notes.changed(`epochs/${epoch}: not the key that was committed at commissioning`);
      }
      state.epochKeys.set(epoch, leaf.slice(title.length));
    }
  },

  'head.signature': async (state, notes) => {
    const bytes = need(state, notes, `checkpoints/${state.manifest.head}.txt`);
    if (!bytes) notes.changed('the head is missing');
    const head = parseCheckpoint(bytes);
    if (head.size !== state.manifest.head || head.origin !== state.manifest.origin) notes.changed('the head is another one');
    head.epoch = await checkSigned(state, notes, head);
    state.head = head;
    state.checkpoints = new Map([[head.size, head]]);
  },

  'head.fresh': (state, notes) => {
    const {sheet, head, manifest: {window}} = state;
    if (head.epoch === null) return;
    const limited = (moment) => Math.min(Math.max(epochAt(sheet, moment), 0), head.epoch);
    const first = limited(state.since), last = limited(state.until - 1);
    const beganLater = state.generation > 1 && window.from === 0 && window.first_epoch > first;
    if (window.first_epoch !== first && !beganLater || window.first_epoch > window.last_epoch || window.last_epoch !== last ||
        window.from >= window.to || window.to > head.size) {
      notes.changed('the window does not follow from the query');
    }
    if (beganLater) notes.finding('generation', `epoch ${window.first_epoch}`);
    if (state.until - 1 >= startOf(sheet, head.epoch + 1)) notes.missing(`the head is of epoch ${head.epoch}, the period asked for goes on behind it`);
  },

  'record.form': (state, notes) => {
    state.records = new Map();
    for (const [index, bytes] of numbered(state.files, 'leaves', '.bin')) {
      const record = bytes.length <= 4096 ? fromCanonical(bytes) : null;
      if (!record || record.v !== 1 || !Array.isArray(record.subj)) notes.changed(`leaves/${index}.bin is not in canonical form`);
      if (record.i !== index) notes.changed(`leaves/${index}.bin says that it is entry ${record.i}`);
      state.records.set(index, {record, bytes, leaf: leafHash(bytes)});
    }
    const {window, subjects, context, export: made} = state.manifest;
    const inWindow = (index) => index >= window.from && index < window.to;
    for (const [index, {record}] of state.records) {
      const asked = inWindow(index) && subjects.some((subject) => ofSubject(record, subject));
      if (!asked && !context.includes(index)) notes.changed(`entry ${index} belongs neither to the window nor to its context`);
      if (inWindow(index) && blindKinds.includes(record.kind)) notes.finding('blind', `entry ${index}, ${record.t?.wall}: ${record.kind}`);
    }
    for (const index of context) if (!state.records.has(index)) notes.changed(`entry ${index} is named and not given`);
    if (state.records.get(made)?.record.kind !== 'export.made') notes.changed(`entry ${made} does not record this export`);
  },

  'record.inclusion': (state, notes) => {
    for (const [index, {leaf}] of state.records) {
      const bytes = need(state, notes, `proofs/${index}.tlog-proof`);
      if (!bytes) continue;
      const proof = parseProof(bytes);
      if (!same(proof.checkpoint.bytes, state.head.bytes)) notes.changed(`proofs/${index}.tlog-proof leads to another head`);
      const root = rootByInclusion(index, state.head.size, leaf, proof.path);
      if (proof.index !== index || !root || !same(root, state.head.root)) notes.changed(`entry ${index} is not in the log`);
    }
    for (const [index] of numbered(state.files, 'proofs', '.tlog-proof')) {
      if (!state.records.has(index)) notes.changed(`proofs/${index}.tlog-proof has no record`);
    }
  },

  'closing.chain': closingChain,
  'record.time': recordTime,
  'range.complete': rangeComplete,
  'subject.counters': subjectCounters,
  'subject.index': subjectIndex,
  'payload.commitment': payloadCommitment,
  'file.hash': fileHash,
  'people.files': peopleFiles,
  'held': heldCheckpoints,
  'cosignature': cosignatures,
  'anchor': (state, notes) => {
    // A page has no X.509: it says so instead of nodding.
    if (numbered(state.files, 'anchors', '.tsr').length > 0) notes.remark('anchor_unchecked', 'sealwarden-verify or openssl ts');
    else if (state.sheet.tsas.length > 0) notes.remark('stamp_missing', 'anchors/');
  },
};

// The epoch whose key signed, once the log's line and exactly one epoch line are valid; null when its key is not proven.
async function checkSigned(state, notes, checkpoint) {
  const name = checkpoint.origin;
  const what = `checkpoint of size ${checkpoint.size}`;
  if (await signedBy(checkpoint, name, state.sheet.key) !== 'valid') notes.changed(`${what}: no valid line of the log's key`);
  const lines = checkpoint.lines.filter((line) => line.name.startsWith(`${name}/epoch/`));
  const epoch = lines.length === 1 ? fromDecimal(lines[0].name.slice(name.length + 7)) : null;
  if (epoch === null) notes.changed(`${what}: not exactly one line of an epoch`);
  const key = state.epochKeys.get(epoch);
  if (!key) {
    notes.missing(`epochs/${epoch}.tlog-proof`);
    return null;
  }
  if (await signedBy(checkpoint, lines[0].name, key) !== 'valid') notes.changed(`${what}: not signed by the key of epoch ${epoch}`);
  return epoch;
}
