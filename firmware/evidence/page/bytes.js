// Bytes, SHA-256, base64, strict text forms. Plain JavaScript: a page opened from disk has no library to lean on, and
// WebCrypto's digest costs 94 us a call, too much for a range of 35,000 leaves.
const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});

const textOf = (bytes) => strictUtf8.decode(bytes);  // throws on bytes that are no characters
const bytesOf = (text) => utf8.encode(text);
const hexOf = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// Lower case only; null when it is not exactly that.
function fromHex(text, length) {
  if (typeof text !== 'string' || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// Standard alphabet with padding, one way to write each value; null otherwise.
function fromBase64(text, length) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  if (toBase64(bytes) !== text) return null;
  return length === undefined || bytes.length === length ? bytes : null;
}
function toBase64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

// Decimal without leading zeros, up to 2^53-1; null otherwise.
function fromDecimal(text) {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

// FIPS 180-4. The constants are the fractional parts of roots of the first primes (4.2.2, 5.3.3).
const [sha256Constants, sha256Start] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; ++n) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  return [Uint32Array.from(primes, (p) => fraction(Math.cbrt(p))),
          Uint32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)))];
})();

function sha256(bytes) {
  const length = bytes.length;
  const padded = new Uint8Array((Math.floor((length + 8) / 64) + 1) * 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const h = Uint32Array.from(sha256Start);
  const w = new Uint32Array(64);
  const turned = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; ++i) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; ++i) {
      const s0 = turned(w[i - 15], 7) ^ turned(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turned(w[i - 2], 17) ^ turned(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; ++i) {
      const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + sha256Constants[i] + w[i]) | 0;
      const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g, g = f, f = e, e = (d + t1) | 0, d = c, c = b, b = a, a = (t1 + t2) | 0;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += k;
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  h.forEach((word, i) => out.setUint32(4 * i, word));
  return digest;
}

// RFC 2104, for keys of at most 64 bytes.
function hmacSha256(key, message) {
  const block = new Uint8Array(64);
  block.set(key);
  const inner = sha256(joined(block.map((b) => b ^ 0x36), message));
  return sha256(joined(block.map((b) => b ^ 0x5c), inner));
}

// RFC 8785 in the restricted form of records, as text; RangeError for what that form cannot say. `names` is the pattern
// of member names.
function canonicalText(item, names = /^[a-z0-9_]+$/, depth = 0) {
  if (depth > 16) throw new RangeError('too deep');
  if (item === null || typeof item === 'boolean') return String(item);
  if (typeof item === 'number') {
    if (!Number.isSafeInteger(item) || Object.is(item, -0)) throw new RangeError('no integer');
    return String(item);
  }
  if (typeof item === 'string') {
    if (/\p{Surrogate}/u.test(item)) throw new RangeError('half a character');
    return JSON.stringify(item);
  }
  if (Array.isArray(item)) return `[${item.map((inner) => canonicalText(inner, names, depth + 1)).join(',')}]`;
  const members = Object.keys(item).sort().map((name) => {
    if (!names.test(name)) throw new RangeError('a member name');
    return `${JSON.stringify(name)}:${canonicalText(item[name], names, depth + 1)}`;
  });
  return `{${members.join(',')}}`;
}

// Parses, prints again, and wants the same bytes: so no duplicate name, no space, no other order, no float survives. Null
// when it is not in that form.
function fromCanonical(bytes, names) {
  try {
    const value = JSON.parse(textOf(bytes));
    return same(bytesOf(canonicalText(value, names)), bytes) ? value : null;
  } catch {
    return null;
  }
}
