// What a timeline draws, before anything is drawn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { apartFrom, items, lookOf, rowsOf, ticks } = await load('timeline/model.ts');
const at = (clock) => Date.parse(`2026-11-30T${clock}:00Z`);
const span = (from, to, state, more = {}) => ({ from_ts: at(from), to_ts: to ? at(to) : null, state, index: 1, ...more });

test('a door that is closed is a line, an open one a bar, one nobody watched is hatched', () => {
  assert.equal(lookOf('door', span('10:00', '11:00', 'closed')).look, 'line');
  assert.equal(lookOf('door', span('10:00', '11:00', 'open')).look, 'strong');
  assert.equal(lookOf('door', span('10:00', '11:00', 'unknown')).look, 'hatch');
  assert.equal(lookOf('watched', span('10:00', '11:00', 'no_answer')).look, 'hatch');
});

test('an alarm has the look of its priority, hollow once somebody acknowledged it', () => {
  assert.deepEqual(lookOf('alarms', span('10:00', null, 'unack_active', { prio: 'high' })), { look: 'high', hollow: false });
  assert.deepEqual(lookOf('alarms', span('10:00', null, 'rtn_unack', { prio: 'low' })), { look: 'low', hollow: false });
  assert.deepEqual(lookOf('alarms', span('10:00', null, 'ack_active', { prio: 'high' })), { look: 'high', hollow: true });
  assert.equal(lookOf('alarms', span('10:00', null, 'shelved', { prio: 'high' })).look, 'soft');
});

test('alarms at the same time lie under each other, later ones where there is room', () => {
  const first = span('10:00', '11:00', 'unack_active');
  const second = span('10:30', null, 'unack_active');
  const third = span('11:00', '12:00', 'unack_active');
  const rows = rowsOf([third, second, first]);
  assert.deepEqual([first, second, third].map((one) => rows.get(one)), [0, 1, 0]);
});

test('ticks are even moments of the site, also where its midnight is none of UTC', () => {
  const midnight = at('06:00'); // Mexico City
  const found = ticks(at('09:47'), at('13:47'), 1000, midnight);
  assert.deepEqual(found.map((ts) => new Date(ts).toISOString().slice(11, 16)), ['10:00', '10:30', '11:00', '11:30', '12:00', '12:30', '13:00', '13:30']);
});

test('no more ticks than a phone has room for', () => {
  assert.ok(ticks(at('00:00'), at('23:00'), 320, at('00:00')).length <= 5);
});

test('whoever steps through by key meets each thing once, in order', () => {
  const timeline = {
    since_ts: at('10:00'), until_ts: at('12:00'),
    lanes: [
      { id: 'door', spans: [span('10:20', '10:40', 'open', { index: 7 })], marks: [{ at_ts: at('10:20'), kind: 'door.opened', index: 7, text: '' }, { at_ts: at('10:30'), kind: 'door.held', index: 9, text: '' }] },
      { id: 'people', spans: [], marks: [{ at_ts: at('10:10'), kind: 'access.granted', index: 5, text: '' }] },
    ],
  };
  assert.deepEqual(items(timeline).map((item) => item.index), [5, 7, 9]);
});

test('indices that would touch are left to the table', () => {
  assert.equal(apartFrom(100, 110, '#1234'), false);
  assert.equal(apartFrom(100, 150, '#1234'), true);
});
