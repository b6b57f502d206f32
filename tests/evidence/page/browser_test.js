// browser_test.js SEALWARDEN-VERIFY SAMPLE-BUNDLE: Chromium opens START-HERE.html from disk, as an auditor does. The page
// must reach the verdict of the command line on our own bundle, on mutations of it that stand in the page itself, and on
// foreign bundles brought to it; and it must print the hash of the file it is.
const assert = require('assert');
const {execFileSync} = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const {pathToFileURL} = require('url');
const zlib = require('zlib');
const {makeCases, verified, withFolder} = require('./cases.js');
const page = require('./load_page.js');
const {chromium} = require('../../peers/node_modules/playwright-core');

const [verifier, sample] = process.argv.slice(2);
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

// FORMAT.md's ZIP, by node alone.
function zipOf(files) {
  const parts = [], directory = [];
  let at = 0;
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(page.crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), shared, tail, Buffer.from(name));
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), Buffer.from(bytes));
    at += 30 + name.length + bytes.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

// What somebody without the log key can do to a bundle and then tidy up: 20 ways. Each changes `files` in place.
const nth = (files, start, n = 0) => [...files.keys()].filter((name) => name.startsWith(start)).sort()[n];
const edit = (start, change, n) => (files) => {
  const name = nth(files, start, n);
  files.set(name, change(Buffer.from(files.get(name))));
};
const flip = (bytes) => {
  bytes[bytes.length >> 1] ^= 1;
  return bytes;
};
const mutations = {
  'a record is edited': edit('leaves/', flip),
  'a record is dropped': (files) => files.delete(nth(files, 'leaves/', 3)),
  'a record and its proof are dropped': (files) => ['leaves/', 'proofs/'].forEach((start) => files.delete(nth(files, start, 3))),
  'two records are exchanged': (files) => {
    const [a, b] = [nth(files, 'leaves/', 1), nth(files, 'leaves/', 2)];
    const [first, second] = [files.get(a), files.get(b)];
    files.set(a, second).set(b, first);
  },
  'a proof is edited': edit('proofs/', flip),
  'the head is edited': edit('checkpoints/', flip, 20),
  'a closing checkpoint is dropped': (files) => files.delete(nth(files, 'checkpoints/', 4)),
  'a consistency proof is edited': edit('consistency/', flip),
  'an epoch key is exchanged': (files) => files.set(nth(files, 'epochs/'), files.get(nth(files, 'epochs/', 2))),
  'a day index proof is dropped': (files) => files.delete(nth(files, 'days/')),
  'the range is cut': edit('range/', (bytes) => bytes.subarray(46)),
  'the payload says another badge': edit('payload/', (bytes) => Buffer.from(bytes.toString().replace('004711', '004712'))),
  'the picture is exchanged': edit('files/', () => Buffer.from('another picture')),
  'the picture is dropped': (files) => files.delete(nth(files, 'files/')),
  'the table hides a line': edit('records.csv', (bytes) => Buffer.from(bytes.toString().split('\n').slice(0, -2).join('\n') + '\n')),
  'the manifest is edited': edit('manifest.json', (bytes) => Buffer.from(bytes.toString().replace('"records":5', '"records":4'))),
  'the manifest\'s signature is edited': edit('manifest.note', (bytes) => Buffer.from(bytes.toString().replace('bundle 1', 'bundle 2'))),
  'the sheet is exchanged': edit('sheet.txt', (bytes) => Buffer.from(bytes.toString().replace('export 10', 'export 60'))),
  'a file is added': (files) => files.set('policy2.txt', Buffer.from('x')),
  'a file is listed nowhere': (files) => files.set('files/' + sha256('x') + '.jpg', Buffer.from('x')),
};

const scriptOf = (html) => /<script type="text\/plain" id="bundle">([^<]*)<\/script>/.exec(html)[1];
const withBundle = (html, files) => html.replace(scriptOf(html), () => zlib.gzipSync(zipOf(files)).toString('base64'));

async function verdictOf(tab, file, sheet, {held = [], bring} = {}) {
  await tab.goto(pathToFileURL(file).href);
  assert.strictEqual(await tab.textContent('#self'), sha256(fs.readFileSync(file)), 'the page prints its own hash');
  await tab.fill('#sheet', sheet);
  await tab.fill('#held', held.join('\n'));
  if (bring) {
    await tab.setInputFiles('#file', bring);
    await tab.waitForSelector('#brought:not(:empty), #detail:not(:empty)');
  }
  if (!bring || await tab.textContent('#brought') !== '') await tab.click('#check');
  await tab.waitForSelector('#verdict:not(.busy)');
  return {word: await tab.getAttribute('#verdict', 'class'), said: await tab.textContent('#word'), detail: await tab.textContent('#detail')};
}

async function all(tab, folder) {
  execFileSync(sample, [folder]);
  const file = (name) => path.join(folder, name);
  const sheet = fs.readFileSync(file('sheet.txt'), 'utf8');
  const html = fs.readFileSync(file('START-HERE.html'), 'utf8');
  const expected = verified(verifier, {bundle: file('bundle.zip'), sheet: file('sheet.txt')});
  assert.strictEqual(expected.verdict, 'verified_with_gaps');

  const bySheet = await verdictOf(tab, file('START-HERE.html'), sheet);
  assert.deepStrictEqual(bySheet, {word: expected.verdict, said: 'Verified, with gaps', detail: ''});
  assert.strictEqual(await tab.locator('#records tr').count(), expected.records);
  const byWords = await verdictOf(tab, file('START-HERE.html'), fs.readFileSync(file('words.txt'), 'utf8'));
  assert.strictEqual(byWords.word, expected.verdict);
  const byWrongWords = await verdictOf(tab, file('START-HERE.html'), 'babab-babab-babab-babab-babab-babab');
  assert.strictEqual(byWrongWords.word, 'changed');
  assert.strictEqual((await verdictOf(tab, file('START-HERE.html'), '')).word, 'not_checked');
  await tab.goto(`${pathToFileURL(file('START-HERE.html')).href}?lang=es`);
  assert.strictEqual(await tab.textContent('#word'), 'No comprobado');

  const wrong = [];
  const compare = (name, got, by) => {
    if (got.word !== by.verdict) wrong.push(`${name}: page ${got.word} (${got.detail}), command line ${by.verdict} (${by.rule}: ${by.sentence})`);
  };
  for (const [name, change] of Object.entries(mutations)) {
    const files = page.parseZip(new Uint8Array(fs.readFileSync(file('bundle.zip'))));
    ['START-HERE.html', 'SHA256SUMS'].forEach((own) => files.delete(own));
    change(files);
    fs.writeFileSync(file('mutated.html'), withBundle(html, files));
    files.set('START-HERE.html', fs.readFileSync(file('mutated.html')));
    const sums = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([member, bytes]) => `${sha256(bytes)}  ${member}\n`);
    files.set('SHA256SUMS', Buffer.from(sums.join('')));
    fs.writeFileSync(file('mutated.zip'), zipOf(files));
    const by = verified(verifier, {bundle: file('mutated.zip'), sheet: file('sheet.txt')});
    if (by.verdict === expected.verdict) wrong.push(`${name}: the mutation changes nothing`);
    compare(name, await verdictOf(tab, file('mutated.html'), sheet), by);
  }
  for (const one of makeCases(folder).filter(({name}) => /^(?:Attack(?:02|09|12|15|21|25|30|31|38|40)|Honest)/.test(name))) {
    const held = one.held.map((name) => fs.readFileSync(name, 'utf8'));
    const got = await verdictOf(tab, file('START-HERE.html'), fs.readFileSync(one.sheet, 'utf8'), {held, bring: one.bundle});
    compare(one.name, got, verified(verifier, one));
  }
  assert.deepStrictEqual(wrong, []);
}

withFolder(async (folder) => {
  const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox']});
  try {
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => console.error(`page: ${error.message}`));
    tab.on('request', (request) => assert(request.url().startsWith('file:') || request.url().startsWith('data:'), request.url()));
    await all(tab, folder);
  } finally {
    await browser.close();
  }
}).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
