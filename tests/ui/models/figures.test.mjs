import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minute, model, noon } from './load.mjs';

const { linesOf, shares, counts, stepFor } = await model('figures');
const { bars, causes, together, worst, percent } = await model('watched');
const day = 24 * 60 * minute;

const figures = (more) => ({
  since_ts: noon - 30 * day, until_ts: noon, total: 100, per_hour: 1, per_10_min: 0.2, per_day: 20, periods: 1, periods_over_ten: 0, periods_over_ten_percent: 0, peak_10_min: 3, floods: 0,
  flood_percent: 0, alarms: 1, top: [], top_percent: 4, chattering: [], fleeting: {}, stale: [], worst_stale_day: 0, high: 5, medium: 15, low: 80, acknowledged: 1, median_acknowledge_ms: null,
  shelved: 0, out_of_service: 0, suppressed: 0, unauthorised: [], present: {}, ...more,
});
const verdict = (id, more) => linesOf(figures(more)).find((line) => line.id === id).verdict;

test('a figure is good to its target, watched to its limit, and beyond it over', () => {
  assert.equal(verdict('per_hour', { per_hour: 6 }), 'good');
  assert.equal(verdict('per_hour', { per_hour: 6.1 }), 'watch');
  assert.equal(verdict('per_hour', { per_hour: 12.5 }), 'over');
  assert.equal(verdict('chattering', { chattering: ['door-held-d07'] }), 'over');
});

test('a week of data proves no target, and can miss one', () => {
  const week = { since_ts: noon - 7 * day };
  assert.equal(verdict('per_hour', week), 'thin');
  assert.equal(verdict('per_hour', { ...week, per_hour: 13 }), 'over');
});

test('shares of priorities add up, and nothing has none', () => {
  assert.deepEqual(shares(figures({})).map((share) => share.percent), [5, 15, 80]);
  assert.deepEqual(shares(figures({ high: 0, medium: 0, low: 0 })).map((share) => share.percent), [0, 0, 0]);
});

test('silent periods are zeros, and what lies outside is not counted', () => {
  const series = counts([noon, noon + 1, noon + 25 * minute, noon - 1, noon + 30 * minute], noon, noon + 30 * minute, 10 * minute);
  assert.deepEqual(series.y, [2, 0, 1]);
  assert.equal(series.x[0], noon / 1000);
});

test('long periods have few bars', () => {
  for (const days of [1, 7, 30, 90]) assert.ok((days * day) / stepFor(noon - days * day, noon) <= 200);
});

const point = (name, gaps, ratio = 0.9) => ({ point: name, subjects: [{ k: 'door', v: 'd07' }], gaps, ratio });
const gap = (from, to, why = 'no_answer', index = 1) => ({ from_ts: noon + from * minute, to_ts: to === null ? null : noon + to * minute, why, index });

test('gaps are cut to the period, and those that touch with one cause are one bar', () => {
  const found = bars(point('io1.di0', [gap(-30, 10), gap(10, 20), gap(50, null)]), noon, noon + 60 * minute);
  assert.deepEqual(found.map((bar) => [(bar.fromMs - noon) / minute, (bar.toMs - noon) / minute, bar.open]), [[0, 20, false], [50, 60, true]]);
  assert.equal(Math.round(found[0].width), 33);
});

test('the cause that cost most comes first', () => {
  const found = causes([point('a', [gap(0, 5, 'bad_answer')]), point('b', [gap(0, 30), gap(40, 50)])], noon, noon + 60 * minute);
  assert.deepEqual(found.map((cause) => [cause.why, cause.times, cause.totalMs / minute, cause.points]), [['no_answer', 2, 40, 1], ['bad_answer', 1, 5, 1]]);
});

test('time that several points lost at once is lost once', () => {
  const off = [gap(0, 30, 'gateway_off'), gap(40, 50, 'no_answer')];
  const found = causes([point('a', off), point('b', [gap(10, 30, 'gateway_off')]), point('c', off)], noon, noon + 60 * minute);
  assert.deepEqual(found.map((cause) => [cause.why, cause.times, cause.totalMs / minute, cause.points]), [['gateway_off', 1, 30, 3], ['no_answer', 1, 10, 2]]);
});

test('points that go and come together are one line', () => {
  const rows = together([point('io1.di0', [gap(0, 5)]), point('io1.di1', [gap(0, 5)]), point('io1.di2', [gap(0, 6)])], noon, noon + 60 * minute);
  assert.deepEqual(rows.map((row) => row.points), [['io1.di0', 'io1.di1'], ['io1.di2']]);
  assert.deepEqual(rows[0].subjects, [{ k: 'door', v: 'd07' }]);
});

test('almost always is not always', () => {
  assert.equal(percent(1), '100');
  assert.equal(percent(0.999999), '99.999');
  assert.equal(percent(0.5), '50.0');
  assert.equal(worst([point('a', [], 1), point('b', [], 0.4)]), 0.4);
});
