// C2SP signed notes, checkpoints, tlog-proofs, and the commissioning sheet. Strict: null or an exception of Malformed
// for everything that is written otherwise than FORMAT.md says.
class Malformed extends Error {}

const keyId = (name, type, key) => sha256(joined(bytesOf(`${name}\n`), Uint8Array.of(type), key)).slice(0, 4);

// {text, lines: [{name, id, signature}]}; the text ends with LF.
function parseNote(bytes) {
  if (bytes.length > 1 << 20) throw new Malformed('longer than 1 MiB');
  let all;
  try {
    all = textOf(bytes);
  } catch {
    throw new Malformed('not UTF-8');
  }
  if (/[\x00-\x09\x0b-\x1f]/.test(all)) throw new Malformed('control characters');
  const split = all.lastIndexOf('\n\n');
  if (split < 0 || !all.endsWith('\n')) throw new Malformed('no signed note');
  const text = all.slice(0, split + 1);
  const tail = all.slice(split + 2);
  if (tail.length < 2) throw new Malformed('no signature lines');
  const lines = tail.slice(0, -1).split('\n').map((line) => {
    const parts = line.split(' ');
    const blob = parts.length === 3 && parts[0] === '\u2014' && parts[1] !== '' && !parts[1].includes('+')
      ? fromBase64(parts[2]) : null;
    if (!blob || blob.length < 5) throw new Malformed('a signature line is malformed');
    return {name: parts[1], id: blob.slice(0, 4), signature: blob.slice(4)};
  });
  return {text, lines};
}

// Adds origin, size, root. Extension lines are refused: we write none.
function parseCheckpoint(bytes) {
  const note = parseNote(bytes);
  const lines = note.text.split('\n');
  if (lines.length !== 4 || lines[0] === '') throw new Malformed('a checkpoint has three lines of text');
  const size = fromDecimal(lines[1]);
  const root = fromBase64(lines[2], 32);
  if (size === null || !root) throw new Malformed('size or root is malformed');
  return {...note, origin: lines[0], size, root, bytes};
}

const sameHead = (a, b) => a.origin === b.origin && a.size === b.size && same(a.root, b.root);

async function ed25519(key, signature, message) {
  if (signature.length !== 64 || key.length !== 32) return false;
  try {
    const imported = await crypto.subtle.importKey('raw', key, {name: 'Ed25519'}, false, ['verify']);
    return await crypto.subtle.verify({name: 'Ed25519'}, imported, signature, message);
  } catch (error) {
    if (error.name === 'NotSupportedError') throw error;
    return false;
  }
}

// Exactly one line of that name and key, and it is valid. 'absent', 'wrong' or 'valid'.
async function signedBy(note, name, key) {
  const id = keyId(name, 1, key);
  const lines = note.lines.filter((line) => line.name === name && same(line.id, id));
  if (lines.length === 0) return note.lines.some((line) => line.name === name) ? 'wrong' : 'absent';
  if (lines.length > 1) return 'wrong';
  return await ed25519(key, lines[0].signature, bytesOf(note.text)) ? 'valid' : 'wrong';
}

// C2SP tlog-cosignature v1: 8 bytes of time, then a signature over a header, the time and the text. The valid time or null.
async function cosignedBy(note, witness) {
  const lines = note.lines.filter((line) => line.name === witness.name && same(line.id, witness.id));
  if (lines.length === 0) return 'absent';
  if (lines.length > 1 || lines[0].signature.length !== 72) return 'wrong';
  const {signature} = lines[0];
  const view = new DataView(signature.buffer, signature.byteOffset);
  const time = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  const message = bytesOf(`cosignature/v1\ntime ${time}\n${note.text}`);
  return await ed25519(witness.key, signature.slice(8), message) ? 'valid' : 'wrong';
}

// {index, path, checkpoint}
function parseProof(bytes) {
  const text = textOf(bytes);
  const split = text.indexOf('\n\n');
  if (split < 0) throw new Malformed('no empty line');
  const [title, place, ...hashes] = text.slice(0, split).split('\n');
  const index = place?.startsWith('index ') ? fromDecimal(place.slice(6)) : null;
  const path = hashes.map((hash) => fromBase64(hash, 32));
  if (title !== 'c2sp.org/tlog-proof@v1' || index === null || path.includes(null) || path.length > 63) {
    throw new Malformed('not a tlog-proof of version 1');
  }
  return {index, path, checkpoint: parseCheckpoint(bytesOf(text.slice(split + 2)))};
}

// {oldSize, proof, checkpoint}
function parseConsistency(bytes) {
  const text = textOf(bytes);
  const split = text.indexOf('\n\n');
  const [first, ...hashes] = text.slice(0, Math.max(split, 0)).split('\n');
  const oldSize = first.startsWith('old ') ? fromDecimal(first.slice(4)) : null;
  const proof = hashes.map((hash) => fromBase64(hash, 32));
  if (split < 0 || oldSize === null || proof.includes(null) || proof.length > 63) throw new Malformed('not a consistency proof');
  return {oldSize, proof, checkpoint: parseCheckpoint(bytesOf(text.slice(split + 2)))};
}

// {from, to, outside, leaves, checkpoint}
function parseRange(bytes) {
  const text = textOf(bytes);
  const split = text.indexOf('\n\n');
  const [first, ...rest] = text.slice(0, Math.max(split, 0)).split('\n');
  const [word, a, b, more] = first.split(' ');
  const [from, to] = [fromDecimal(a ?? ''), fromDecimal(b ?? '')];
  const middle = rest.indexOf('leaves');
  const hashes = rest.filter((_, i) => i !== middle).map((hash) => fromBase64(hash, 32));
  if (split < 0 || word !== 'range' || more !== undefined || from === null || to === null || middle < 0 || hashes.includes(null)) {
    throw new Malformed('not a range proof');
  }
  return {from, to, outside: hashes.slice(0, middle), leaves: hashes.slice(middle),
          checkpoint: parseCheckpoint(bytesOf(text.slice(split + 2)))};
}

// NAME+ID+BASE64 as in C2SP signed-note; `type` 1 is a log's key, 4 a witness's.
function parseVkey(text, type) {
  const parts = text.split('+');
  const name = parts[0];
  const id = fromHex(parts[1], 4);
  const blob = fromBase64(parts.slice(2).join('+'), 33);
  if (!name || !id || !blob || blob[0] !== type) throw new Malformed('a key is malformed');
  const key = blob.slice(1);
  if (!same(id, keyId(name, type, key))) throw new Malformed('a key has the wrong id');
  return {name, id, key};
}

function parseSheet(text) {
  if (!text.endsWith('\n')) throw new Malformed('the sheet does not end with a line break');
  const lines = text.slice(0, -1).split('\n');
  const value = (name) => {
    const line = lines.shift() ?? '';
    if (!line.startsWith(`${name} `)) throw new Malformed(`the sheet lacks the line "${name}"`);
    return line.slice(name.length + 1);
  };
  const number = (name) => {
    const found = fromDecimal(value(name));
    if (found === null) throw new Malformed(`"${name}" is no number`);
    return found;
  };
  if (lines.shift() !== 'sealwarden sheet 1') throw new Malformed('the sheet does not begin with "sealwarden sheet 1"');
  const origin = value('origin');
  const key = parseVkey(value('key'), 1);
  const start = microsecondsOf(value('start').replace(/Z$/, '.000000Z'));
  const epoch = number('epoch');
  const keys = number('keys');
  const epochs = fromBase64(value('epochs'), 32);
  const commissioned = value('commissioned').split(' ');
  const size = fromDecimal(commissioned[0]);
  const root = fromBase64(commissioned[1] ?? '', 32);
  const cadence = number('export');
  const witnesses = [];
  while (lines[0]?.startsWith('witness ')) witnesses.push(parseVkey(value('witness'), 4));
  const tsas = [];
  while (lines[0]?.startsWith('tsa ')) tsas.push(value('tsa'));
  if (lines.length > 0 || key.name !== `${origin}/g1` || start === null || epoch < 1 || keys < 1 || !epochs ||
      size === null || !root || commissioned.length !== 2) {
    throw new Malformed('the sheet is malformed');
  }
  return {text, origin, key: key.key, start, epoch, keys, epochs, commissioned: {size, root}, cadence, witnesses, tsas};
}

// Six proquints of the first 96 bits of the text's hash.
function keyWords(text) {
  const digest = sha256(bytesOf(text));
  const words = [];
  for (let i = 0; i < 12; i += 2) {
    const bits = digest[i] * 256 + digest[i + 1];
    const consonant = (shift) => 'bdfghjklmnprstvz'[(bits >> shift) & 15];
    const vowel = (shift) => 'aiou'[(bits >> shift) & 3];
    words.push(consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0));
  }
  return words.join('-');
}

// "2026-11-24T03:00:00.123456Z" as microseconds since 1970; null when it is not exactly that.
function microsecondsOf(text) {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(text);
  const seconds = parts ? Date.parse(`${parts[1]}Z`) / 1000 : NaN;
  if (!Number.isInteger(seconds) || new Date(seconds * 1000).toISOString().slice(0, 19) !== parts[1]) return null;
  return seconds * 1e6 + Number(parts[2]);
}
