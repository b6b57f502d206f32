import assert from 'node:assert/strict';
import { test } from 'node:test';
import { model } from './load.mjs';

const { fieldsOf, complaints, argumentsOf, fieldInSentence, lineErrors } = await model('acts');
const check = { type: undefined, enum: ['not_done', 'good', 'bad'] };
const verify = {
  command: 'seal.verify',
  arguments: {
    properties: { seal: { type: 'string' }, container: { type: 'string' }, note: { type: 'string' }, count: { type: 'integer' }, foreign: { type: 'boolean' }, view: check, person: { type: 'string' } },
    required: ['seal', 'container', 'view', 'person'],
  },
};

test('what the page knows and who is signed in are not asked again', () => {
  const names = fieldsOf(verify, { container: 'MSCU6639870' }).map((field) => field.name);
  assert.deepEqual(names, ['seal', 'view', 'note', 'count', 'foreign']);
});

test('a person is asked for only where the act is about that person', () => {
  const add = { command: 'person.add', arguments: { properties: { person: { type: 'string' } }, required: ['person'] } };
  assert.deepEqual(fieldsOf(add).map((field) => field.name), ['person']);
});

test('kinds of fields follow the schema', () => {
  const kinds = Object.fromEntries(fieldsOf(verify).map((field) => [field.name, field.kind]));
  assert.deepEqual(kinds, { seal: 'text', container: 'text', view: 'choice', note: 'prose', count: 'integer', foreign: 'flag' });
});

test('mistakes are told beside their fields before anything is sent', () => {
  const fields = fieldsOf(verify);
  const found = complaints(fields, { seal: ' ', container: 'X'.repeat(129), count: '3.5', note: 'é'.repeat(300) });
  assert.deepEqual(Object.fromEntries(found), { seal: 'missing', container: 'too_long', view: 'missing', count: 'not_a_number', note: 'too_long' });
});

test('what was left empty is not sent, and numbers go as numbers', () => {
  const fields = fieldsOf(verify, { container: 'MSCU6639870' });
  assert.deepEqual(argumentsOf(fields, { seal: ' HL123456 ', view: 'good', note: '', count: '5', foreign: false }, { container: 'MSCU6639870' }), {
    container: 'MSCU6639870', seal: 'HL123456', view: 'good', count: 5,
  });
});

test('a refusal that names an argument stands beside its field', () => {
  const fields = fieldsOf(verify);
  assert.equal(fieldInSentence('`seal` must be given: its number', fields), 'seal');
  assert.equal(fieldInSentence('`HL1` is not `container`', fields), 'container');
  assert.equal(fieldInSentence('it must not leave', fields), null);
});

test('a refused file tells its lines', () => {
  const sentence = 'nothing was taken: line 3: `seals`: HL1 is in line 2, too; line 7: `container`: the check digit is 7; and 12 more';
  assert.deepEqual(lineErrors(sentence), {
    errors: [{ line: 3, what: '`seals`: HL1 is in line 2, too' }, { line: 7, what: '`container`: the check digit is 7' }],
    more: 12,
  });
  assert.deepEqual(lineErrors('the file has no column `container`'), { errors: [], more: 0 });
});
