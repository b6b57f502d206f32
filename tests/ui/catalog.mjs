// The catalog, config/text/{en,es}.json: both languages have the same keys and places, every key is used
// by the web, the C++ or the demo, nothing the web uses is missing, and nothing stayed untranslated.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sources, usedKeys } from '../../firmware/console/web/build/texts.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const raw = (language) => readFileSync(join(root, `config/text/${language}.json`), 'utf8');
const read = (language) => JSON.parse(raw(language));
const en = read('en');
const es = read('es');
const web = sources(join(root, 'firmware/console/web/src'));
const native = [
  ...['firmware', 'drivers', 'tests'].flatMap((folder) => sources(join(root, folder), /^(?!.*node_modules).*\.(cpp|hpp|in|toml)$/)),
  ...sources(join(root, 'config/demo'), /\.(py|toml)$/),
].join('\n');

// The same word in both languages, or no word at all.
const sameInBoth = new Set(readFileSync(join(root, 'tests/ui/same_in_both.txt'), 'utf8').split('\n').filter(Boolean));

// The local door's own codes (firmware/local/PROTOCOL.md), which `ui.problem.` says.
const codes = new Set(['usage', 'not_found', 'refused', 'too_slow', 'too_large', 'new_log', 'internal']);

// {name} and the names of plurals, also inside their forms.
function places(sentence) {
  const found = new Set();
  for (let at = 0; at < sentence.length; at++) {
    if (sentence[at] !== '{') continue;
    let depth = 0;
    let close = at;
    for (; close < sentence.length; close++) {
      if (sentence[close] === '{') depth++;
      if (sentence[close] === '}' && --depth === 0) break;
    }
    const inside = sentence.slice(at + 1, close);
    const plural = /^(\w+),\s*plural,/.exec(inside);
    found.add(plural ? plural[1] : inside);
    if (plural) for (const [, form] of inside.matchAll(/(?:=\d+|\w+)\s*\{([^{}]*(?:\{\w+\}[^{}]*)*)\}/g)) for (const name of places(form)) found.add(name);
    at = close;
  }
  return [...found].sort();
}

test('both languages have the same keys, sorted, none twice', () => {
  assert.deepEqual(Object.keys(en), Object.keys(es));
  for (const language of ['en', 'es']) {
    const keys = [...raw(language).matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key);
    assert.deepEqual(keys, [...new Set(keys)], `${language}: a key stands twice`);
    assert.deepEqual(keys, [...keys].sort((a, b) => (a < b ? -1 : 1)), `${language}: not sorted`);
  }
});

test('both languages name the same places', () => {
  for (const key of Object.keys(en)) assert.deepEqual(places(es[key] ?? ''), places(en[key]), key);
});

// The browser says them in the reader's language; without one he gets the gateway's English.
test('every reason for which the gateway refuses has its sentence', () => {
  const reasons = [...native.matchAll(/refuse\(\s*"([a-z_]+)",|\breason = "([a-z_]+)";/g)].map(([, one, other]) => one ?? other);
  assert.ok(reasons.length > 50);
  const wanted = [...new Set(reasons)].filter((reason) => !codes.has(reason));
  assert.deepEqual(wanted.filter((reason) => !(`ui.refusal.${reason}` in en)), []);
});

test('every plural has all forms of its language', () => {
  for (const [language, catalog] of [['en', en], ['es', es]])
    for (const [key, sentence] of Object.entries(catalog)) {
      if (!/,\s*plural/.test(sentence)) continue;
      assert.match(sentence, /\bother \{/, `${language} ${key}`);
      assert.match(sentence, /\bone \{/, `${language} ${key}`);
    }
});

test('nothing that the web says is missing', () => {
  assert.deepEqual(usedKeys(web, en).missing, []);
});

// What the gateway puts together: the kind or word behind these must stand in the code.
const enumerated = new Set(['event', 'alarm', 'state']);

test('every key is used', () => {
  const { used } = usedKeys(web, en);
  const words = new Set([...(native + web.join('\n')).matchAll(/["']([A-Za-z0-9_.-]+)["']/g)].map(([, word]) => word));
  const quoted = (word) => words.has(word);
  const unused = Object.keys(en).filter((key) => {
    if (key.startsWith('ui.')) return !used.has(key);
    if (quoted(key)) return false;
    const dot = key.indexOf('.');
    const [prefix, last] = [key.slice(0, dot), key.slice(dot + 1)];
    if (enumerated.has(prefix)) return !quoted(last);
    return !native.includes(`"${prefix}."`) && !native.includes(`"${prefix}.{`) && !used.has(key);
  });
  assert.deepEqual(unused, []);
});

test('nothing stayed untranslated', () => {
  const equal = Object.keys(en).filter((key) => en[key] === es[key] && /\p{L}{2}/u.test(en[key].replace(/\{\w+\}/g, '')));
  assert.deepEqual(equal.filter((key) => !sameInBoth.has(key)), [], 'translate them, or name them in tests/ui/same_in_both.txt');
  assert.deepEqual([...sameInBoth].filter((key) => !equal.includes(key)), [], 'these differ by now');
});
