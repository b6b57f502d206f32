// sigstore.js BUNDLE-FOLDER SHEET: checks the head's signature, every entry's inclusion and its canonical form with
// @sigstore/verify and canonicalize. Prints how many entries.
const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const peers = path.join(__dirname, '../../peers/node_modules');
const {verifyCheckpoint} = require(path.join(peers, '@sigstore/verify/dist/tlog/checkpoint.js'));
const {verifyMerkleInclusion} = require(path.join(peers, '@sigstore/verify/dist/tlog/merkle.js'));

async function main([folder, sheet]) {
  const {default: canonicalize} = await import(path.join(peers, 'canonicalize/lib/canonicalize.js'));
  const [, name, , blob] = /^key ([^+]*)\+([0-9a-f]{8})\+(.*)$/m.exec(fs.readFileSync(sheet, 'utf8'));
  const raw = Buffer.from(blob, 'base64');
  const log = {
    baseURL: name,
    logID: crypto.createHash('sha256').update(`${name}\n`).update(raw).digest(),
    publicKey: crypto.createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url')}, format: 'jwk'}),
  };
  const proofs = fs.readdirSync(path.join(folder, 'proofs'));
  for (const file of proofs) {
    const text = fs.readFileSync(path.join(folder, 'proofs', file), 'utf8');
    const split = text.indexOf('\n\n');
    const [, place, ...hashes] = text.slice(0, split).split('\n');
    const body = fs.readFileSync(path.join(folder, 'leaves', file.replace('.tlog-proof', '.bin')));
    const entry = {
      canonicalizedBody: body,
      inclusionProof: {logIndex: place.slice(6), hashes: hashes.map((hash) => Buffer.from(hash, 'base64')),
                       checkpoint: {envelope: text.slice(split + 2)}},
    };
    verifyMerkleInclusion(entry, verifyCheckpoint(entry, [log]));
    assert.strictEqual(canonicalize(JSON.parse(body)), body.toString());
  }
  console.log(`${proofs.length} entries`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
