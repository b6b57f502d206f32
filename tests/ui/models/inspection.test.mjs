import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { model, root } from './load.mjs';

const { inspectionLists, inspectionArguments, pointStates } = await model('inspection');

test('the points are those that the gateway inspects by', () => {
  const source = readFileSync(join(root, 'firmware/core/dock/inspection.cpp'), 'utf8');
  const points = [...source.matchAll(/InspectionPoint\{\s*"([^"]+)",\s*"([^"]+)"\}/g)].map(([, en, es]) => ({ en, es }));
  const container = points.slice(0, 7);
  const lists = Object.fromEntries(inspectionLists.map((list) => [list.id, list.points]));
  assert.deepEqual(lists['container-7'], container);
  assert.deepEqual(lists['reefer-8'], [...container, points[7]]);
  assert.deepEqual(lists['tractor-trailer-17'], points.slice(8));
  assert.equal(lists['tractor-trailer-17'].length, 17);
  for (const list of inspectionLists) assert.ok(source.includes(`InspectionList{"${list.id}"`));
});

test('a form says which points nobody answered', () => {
  const answers = new Map([[1, 'good'], [2, 'failed'], [4, 'skipped'], [5, 'failed']]);
  assert.deepEqual(inspectionArguments('container-7', answers), { failed: '2,5', skipped: '4', unanswered: [3, 6, 7] });
});

test('a record shows each point with its result, and what it does not speak of as unknown', () => {
  const states = pointStates('container-7', ['1', '2', '3', '5', '6'], ['2'], ['4']);
  assert.deepEqual(states.map((one) => one.result), ['good', 'failed', 'good', 'skipped', 'good', 'good', null]);
  assert.deepEqual(pointStates('older-list', ['1'], [], []), []);
});
