// RFC 6962 2.1 with the verification algorithms of RFC 9162 2.1.3.2 and 2.1.4.2. Sizes are numbers up to 2^53-1, so
// halves are taken by Math.floor: >> would cut them to 32 bits.
const leafHash = (bytes) => sha256(joined(Uint8Array.of(0), bytes));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));
const half = (n) => Math.floor(n / 2);

// The root that the path leads to, or null when it has not the right length.
function rootByInclusion(index, size, leaf, path) {
  if (index >= size) return null;
  let fn = index, sn = size - 1, root = leaf;
  for (const hash of path) {
    if (sn === 0) return null;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(hash, root);
      if (fn % 2 === 0) {
        do {
          fn = half(fn), sn = half(sn);
        } while (fn % 2 === 0 && fn !== 0);
      }
    } else {
      root = nodeHash(root, hash);
    }
    fn = half(fn), sn = half(sn);
  }
  return sn === 0 ? root : null;
}

function isConsistent(oldSize, oldRoot, newSize, newRoot, proof) {
  if (oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && same(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && same(oldRoot, sha256(new Uint8Array()));
  const isPower = Math.log2(oldSize) % 1 === 0;
  const path = isPower ? [oldRoot, ...proof] : proof;
  if (path.length === 0) return false;
  let fn = oldSize - 1, sn = newSize - 1;
  while (fn % 2 === 1) fn = half(fn), sn = half(sn);
  let fr = path[0], sr = path[0];
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      if (fn % 2 === 0) {
        do {
          fn = half(fn), sn = half(sn);
        } while (fn % 2 === 0 && fn !== 0);
      }
    } else {
      sr = nodeHash(sr, hash);
    }
    fn = half(fn), sn = half(sn);
  }
  return sn === 0 && same(fr, oldRoot) && same(sr, newRoot);
}

// The root of a tree of `size` whose leaves [from, to) are given and whose maximal other subtrees are `outside`, left
// before right. Null when their number is wrong.
function rootByRange(from, to, size, leaves, outside) {
  if (from > to || to > size || leaves.length !== to - from) return null;
  const rest = outside.slice();
  const root = (first, count) => {
    if (first + count <= from || first >= to) return rest.shift() ?? null;
    if (count === 1) return leaves[first - from];
    let left = 1;
    while (left * 2 < count) left *= 2;
    const a = root(first, left);
    const b = root(first + left, count - left);
    return a && b && nodeHash(a, b);
  };
  const found = from === to ? null : root(0, size);
  return rest.length === 0 ? found : null;
}

// Roots of every size in [from, from + leaves.length], by the subtrees left of `from` (one for each bit of it).
class Growing {
  constructor(from, outside) {
    this.size = from;
    this.stack = [];  // of {count, hash}, counts falling
    let at = 0;
    for (let bit = 2 ** Math.floor(Math.log2(from || 1)); bit >= 1; bit /= 2) {
      if (Math.floor(from / bit) % 2 === 1) this.stack.push({count: bit, hash: outside[at++]});
    }
  }
  append(leaf) {
    let node = {count: 1, hash: leaf};
    while (this.stack.length > 0 && this.stack.at(-1).count === node.count) {
      node = {count: 2 * node.count, hash: nodeHash(this.stack.pop().hash, node.hash)};
    }
    this.stack.push(node);
    this.size += 1;
  }
  root() {
    if (this.stack.length === 0) return sha256(new Uint8Array());
    return this.stack.map(({hash}) => hash).reduceRight((right, left) => nodeHash(left, right));
  }
}
