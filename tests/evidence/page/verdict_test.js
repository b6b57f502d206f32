// verdict_test.js SEALWARDEN-VERIFY: the page's judge gives every bundle the verdict of the command line.
const assert = require('assert');
const fs = require('fs');
const {makeCases, verified, withFolder} = require('./cases.js');
const page = require('./load_page.js');

const [program] = process.argv.slice(2);

// The page has no X.509 and says so; a time stamp is left to the command line.
const unknownToThePage = ({rule}) => rule === 'anchor';

async function judged({bundle, sheet, held}) {
  const reader = {sheetText: fs.readFileSync(sheet, 'utf8'), held: held.map((file) => new Uint8Array(fs.readFileSync(file)))};
  let files;
  try {
    files = page.parseZip(new Uint8Array(fs.readFileSync(bundle)));
  } catch (error) {
    return {word: 'not_checked', rule: 'container.form', detail: error.message};
  }
  return page.judge(files, reader, false);
}

withFolder(async (folder) => {
  const wrong = [];
  const cases = makeCases(folder);
  assert(cases.length > 100, `only ${cases.length} cases`);
  for (const one of cases) {
    const expected = verified(program, one);
    if (unknownToThePage(expected)) continue;
    const {word, rule, detail, findings = []} = await judged(one);
    const remarked = findings.some(({kind}) => kind === 'stamp_missing');
    if (remarked !== expected.findings.some((finding) => finding.word === 'stamp_missing')) wrong.push(`${one.name}: page ${remarked ? 'misses' : 'sees'} a stamp`);
    if (word !== expected.verdict) wrong.push(`${one.name}: page ${word} (${rule}: ${detail}), command line ${expected.verdict} (${expected.rule}: ${expected.sentence})`);
  }
  assert.deepStrictEqual(wrong, []);
}).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
