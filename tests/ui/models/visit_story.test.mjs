import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry, minute, model, noon } from './load.mjs';

const { storyOf, actsOf } = await model('visit_story');
const id = 'v-20261124-180000-000-d07';
const about = [['visit', id], ['container', 'MSCU6639870'], ['door', 'd07']];
const record = (data) => entry('visit.arrived', noon, about, { container: 'MSCU6639870', door: 'd07', purpose: 'unload', arrived_ts: noon, arrived_by: 'ana-r', ...data });
const states = (story) => Object.fromEntries(story.steps.map((step) => [step.name, step.state]));

test('what has just arrived to be unloaded waits for its seal to be verified', () => {
  const now = record({ state: 'arrived', seals_expected: 'HL123456', seal_in: 'HL123456', seals_on: 'HL123456' });
  const story = storyOf(id, now, []);
  assert.equal(states(story).arrived, 'done');
  assert.equal(states(story).verified, 'now');
  assert.equal(states(story).cut, 'ahead');
  assert.equal(states(story).inspected, 'not_needed');
  assert.deepEqual(story.outstanding, ['HL123456']);
  assert.equal(actsOf(story, now)[0], 'seal.verify');
});

test('what comes empty to be loaded is inspected first, and nobody looks for a seal on it', () => {
  const now = record({ state: 'arrived', purpose: 'load', seals_on: '', seals_expected: '' });
  const story = storyOf(id, now, []);
  assert.deepEqual(story.steps.map((step) => step.name).slice(0, 3), ['arrived', 'inspected', 'verified']);
  assert.equal(states(story).inspected, 'now');
  assert.equal(states(story).verified, 'not_needed');
  assert.equal(actsOf(story, now)[0], 'visit.inspect');
  assert.ok(!actsOf(story, now).includes('seal.verify'));
});

test('what comes for both is inspected behind its unloading', () => {
  const names = storyOf(id, record({ state: 'arrived', purpose: 'both' }), []).steps.map((step) => step.name);
  assert.ok(names.indexOf('inspected') > names.indexOf('opened'));
  assert.ok(names.indexOf('inspected') < names.indexOf('loading'));
});

test('a step that was left out shows as soon as a later one was done', () => {
  const now = record({ state: 'open', opened: true, opened_ts: noon + 3 * minute, seals_expected: 'HL123456' });
  const story = storyOf(id, now, [
    entry('visit.deviation', noon + 3 * minute, about, { what: 'opened_before_verified', seal: 'HL123456' }),
  ]);
  assert.equal(states(story).verified, 'skipped');
  assert.equal(states(story).cut, 'skipped');
  assert.equal(states(story).opened, 'done');
  assert.deepEqual(story.steps.find((step) => step.name === 'opened').deviations, ['opened_before_verified']);
  assert.equal(story.deviations.length, 1);
});

test('a check that leaves another seal outstanding has not verified the visit', () => {
  const now = record({ state: 'arrived', seals_expected: 'HL1,HL2', seals_verified: 'HL1' });
  const story = storyOf(id, now, [entry('visit.verified', noon + minute, about, { seal: 'HL1', outstanding: 'HL2' })]);
  assert.equal(states(story).verified, 'now');
  assert.deepEqual(story.outstanding, ['HL2']);
});

test('a seal that an authority broke is not outstanding any more', () => {
  const story = storyOf(id, record({ state: 'cut', seals_expected: 'HL1', seals_broken: 'HL1' }), []);
  assert.deepEqual(story.outstanding, []);
});

test('each step names who did it, by the record, and its newest entry', () => {
  const closed = entry('visit.closed', noon + 20 * minute, about, { between_polls: true });
  const now = record({ state: 'sealed', opened: true, closed_ts: noon + 20 * minute, sealed_ts: noon + 21 * minute, sealer: 'luis-m', gap_s: 60 });
  const story = storyOf(id, now, [closed]);
  const step = (name) => story.steps.find((one) => one.name === name);
  assert.deepEqual(step('sealed').people, ['luis-m']);
  assert.equal(step('closed').index, closed.i);
  assert.equal(step('closed').between, true);
  assert.equal(story.gapS, 60);
});

test('what left, or was cancelled, asks for nothing more', () => {
  for (const state of ['departed', 'cancelled']) {
    const now = record({ state });
    const story = storyOf(id, now, [entry(`visit.${state}`, noon + minute, about)]);
    assert.deepEqual(actsOf(story, now), []);
    assert.ok(story.steps.every((step) => step.state !== 'now' && step.state !== 'ahead'));
  }
});

test('what was opened or cut cannot be cancelled', () => {
  const open = record({ state: 'open', opened: true });
  assert.ok(!actsOf(storyOf(id, open, []), open).includes('visit.cancel'));
  const fresh = record({ state: 'arrived', opened: false, cut_ts: null });
  assert.ok(actsOf(storyOf(id, fresh, []), fresh).includes('visit.cancel'));
});
