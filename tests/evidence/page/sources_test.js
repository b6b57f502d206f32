// Hashes, proofs and strict forms of the page, against node's crypto and against RFC 6962's definitions by recursion.
const assert = require('assert');
const crypto = require('crypto');
const page = require('./load_page.js');

const sameHash = (a, b, what) => assert.strictEqual(a && page.hexOf(a), page.hexOf(b), what);
const larger = (count) => {
  let left = 1;
  while (left * 2 < count) left *= 2;
  return left;
};

function rootOf(leaves) {
  if (leaves.length === 0) return page.sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0];
  const k = larger(leaves.length);
  return page.nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}
function pathOf(index, leaves) {
  if (leaves.length === 1) return [];
  const k = larger(leaves.length);
  return index < k ? [...pathOf(index, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...pathOf(index - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}
function consistencyOf(old, leaves, whole) {
  if (old === leaves.length) return whole ? [] : [rootOf(leaves)];
  const k = larger(leaves.length);
  return old <= k ? [...consistencyOf(old, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
    : [...consistencyOf(old - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}
function outsideOf(from, to, first, leaves) {
  if (first + leaves.length <= from || first >= to) return [rootOf(leaves)];
  if (leaves.length === 1) return [];
  const k = larger(leaves.length);
  return [...outsideOf(from, to, first, leaves.slice(0, k)), ...outsideOf(from, to, first + k, leaves.slice(k))];
}

for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
  const bytes = new Uint8Array(length).fill(7);
  assert.strictEqual(page.hexOf(page.sha256(bytes)), crypto.createHash('sha256').update(bytes).digest('hex'));
  const key = new Uint8Array(32).fill(3);
  assert.strictEqual(page.hexOf(page.hmacSha256(key, bytes)), crypto.createHmac('sha256', key).update(bytes).digest('hex'));
}

const all = Array.from({length: 18}, (_, i) => page.leafHash(page.bytesOf(`x${i}`)));
for (let size = 1; size <= all.length; ++size) {
  const leaves = all.slice(0, size);
  const root = rootOf(leaves);
  for (let i = 0; i < size; ++i) {
    const path = pathOf(i, leaves);
    sameHash(page.rootByInclusion(i, size, leaves[i], path), root, `entry ${i} of ${size}`);
    assert.strictEqual(page.rootByInclusion(i, size, leaves[i], [...path, root]), null);
  }
  for (let old = 1; old <= size; ++old) {
    const proof = consistencyOf(old, leaves, true);
    assert(page.isConsistent(old, rootOf(leaves.slice(0, old)), size, root, proof), `${old} to ${size}`);
    assert(!page.isConsistent(old, all[old % 17 + 1], size, root, proof));
  }
  for (let from = 0; from < size; ++from) {
    for (let to = from + 1; to <= size; ++to) {
      const outside = outsideOf(from, to, 0, leaves);
      sameHash(page.rootByRange(from, to, size, leaves.slice(from, to), outside), root, `${from} to ${to} of ${size}`);
      assert.strictEqual(page.rootByRange(from, to, size, leaves.slice(from, to), [...outside, root]), null);
      const growing = new page.Growing(from, outside);
      for (let i = from; i < to; ++i) {
        sameHash(growing.root(), rootOf(leaves.slice(0, i)), `size ${i} from ${from}`);
        growing.append(leaves[i]);
      }
      sameHash(growing.root(), rootOf(leaves.slice(0, to)), `size ${to} from ${from}`);
    }
  }
}

for (const refused of ['{"a":1.0}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a": 1}', '{"a":-0}', '{"A":1}', '{"a":9007199254740992}']) {
  assert.strictEqual(page.fromCanonical(page.bytesOf(refused)), null, refused);
}
assert.deepStrictEqual({...page.fromCanonical(page.bytesOf('{"a":1,"b":[null,"é\\u001f"]}'))}, {a: 1, b: [null, 'é\u001f']});
for (const loose of ['QQ', 'QR==', 'QQ==\n', 'QQ=']) assert.strictEqual(page.fromBase64(loose), null, loose);
