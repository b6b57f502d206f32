// The page's sources as node runs them: one script, as in the page, without the part that needs a document.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const folder = path.join(__dirname, '../../../firmware/evidence/page');
const names = ['bytes', 'tree', 'zip', 'notes', 'rules', 'judge'];
const source = names.map((name) => fs.readFileSync(path.join(folder, `${name}.js`), 'utf8')).join('\n');

module.exports = vm.runInThisContext(`(() => { ${source}
return {sha256, hmacSha256, hexOf, bytesOf, textOf, fromBase64, toBase64, fromCanonical, canonicalText, leafHash, nodeHash,
        rootByInclusion, isConsistent, rootByRange, Growing, parseZip, crc32, keyWords, parseCheckpoint, judge, rules}; })()`);
