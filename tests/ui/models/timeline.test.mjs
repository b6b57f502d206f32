// What a timeline draws, before anything is drawn.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './load.mjs';

const { idOf, items } = await load('timeline/model.ts');
const at = (clock) => Date.parse(`2026-11-30T${clock}:00Z`);
const span = (from, to, state, more = {}) => ({ from_ts: at(from), to_ts: to ? at(to) : null, state, index: 1, ...more });

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

// firmware/timeline/scene.cpp names what it draws the same way: "door-104-…" in its golden picture.
test('what can be chosen has the name that the picture gives it', () => {
  const golden = JSON.parse(readFileSync(new URL('../../timeline/evening.json', import.meta.url), 'utf8'));
  const first = items(golden).find((item) => item.lane === 'door' && item.index === 104);
  assert.equal(idOf(first), `door-104-${first.at_ts}`);
});
