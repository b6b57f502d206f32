// Sentences with places and plurals, as the web fills them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { fill, folded } = await load('sentence.ts');

test('places are filled, and what fills them is not filled again', () => {
  assert.equal(fill('{name} closed', { name: 'Dock 7' }, 'en-US'), 'Dock 7 closed');
  assert.equal(fill('{name} closed', { name: '{name}' }, 'en-US'), '{name} closed');
  assert.equal(fill('{name} closed', {}, 'en-US'), '{name} closed');
});

test('plurals follow the language, and an exact number comes first', () => {
  const sentence = '{count, plural, =0 {no alarm} one {# alarm} other {# alarms}}';
  assert.equal(fill(sentence, { count: 0 }, 'en-US'), 'no alarm');
  assert.equal(fill(sentence, { count: 1 }, 'en-US'), '1 alarm');
  assert.equal(fill(sentence, { count: 1234 }, 'en-US'), '1,234 alarms');
  assert.equal(fill('{count, plural, one {# día de {name}} other {# días de {name}}}', { count: 2, name: 'Ana' }, 'es-MX'), '2 días de Ana');
});

test('who searches without accents finds what has them', () => {
  assert.equal(folded('Andén Ñandú'), 'anden nandu');
});
