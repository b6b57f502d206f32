import assert from 'node:assert/strict';
import { test } from 'node:test';
import { model } from './load.mjs';

const { understand, mainChip, plainNumber } = await model('question');
const { momentIn, localInput, fromLocalInput, calendarDay } = await model('zone_time');
const zone = 'America/Mexico_City';
const known = {
  doors: [{ id: 'd07', names: ['Dock 7', 'Andén 7'] }, { id: 'd70', names: ['Dock 70', 'Andén 70'] }, { id: 'office', names: ['Office door', 'Puerta de oficina'] }],
  people: [{ id: 'ana-r', names: ['Ana Rivas'] }],
};
const morning = momentIn(zone, 2026, 11, 24, 8, 30);
const ask = (typed, now = morning) => understand(typed, known, zone, now);
const at = (day, hour, minute = 0) => momentIn(zone, 2026, 11, day, hour, minute);

test('a dock and a night over midnight, the last one that has begun', () => {
  assert.deepEqual(ask('dock 7 22:00-02:00'), { chips: [{ kind: 'door', id: 'd07' }, { kind: 'time', sinceMs: at(23, 22), untilMs: at(24, 2) }], words: '' });
});

test('the same in the words of people, in both languages and without accents', () => {
  const wanted = ask('dock 7 22:00-02:00').chips;
  for (const typed of ['what happened? dock 7 between 22:00 and 02:00', 'anden 7 22 a 2', 'Andén 7 entre las 22:00 y las 02:00', '22:00 to 02:00 DOCK 7', 'd07 desde las 22:00 hasta las 02:00'])
    assert.deepEqual(ask(typed).chips, wanted, typed);
});

test('Dock 7 is not in Dock 70', () => {
  assert.deepEqual(ask('dock 70').chips, [{ kind: 'door', id: 'd70' }]);
});

test('a time of today that is still to come was meant of yesterday', () => {
  assert.deepEqual(ask('06:00-08:00').chips, [{ kind: 'time', sinceMs: at(24, 6), untilMs: at(24, 8) }]);
  assert.deepEqual(ask('09:00-10:00').chips, [{ kind: 'time', sinceMs: at(23, 9), untilMs: at(23, 10) }]);
});

test('days alone and with hours', () => {
  assert.deepEqual(ask('yesterday').chips, [{ kind: 'time', sinceMs: at(23, 0), untilMs: at(24, 0) }]);
  assert.deepEqual(ask('ayer 22:00-02:00').chips, [{ kind: 'time', sinceMs: at(23, 22), untilMs: at(24, 2) }]);
  assert.deepEqual(ask('2026-11-20').chips, [{ kind: 'time', sinceMs: at(20, 0), untilMs: at(21, 0) }]);
});

test('a container with blanks, a visit, a case and a person are known by their forms', () => {
  assert.deepEqual(ask('mscu 663987 0 Ana Rivas').chips, [{ kind: 'container', id: 'MSCU6639870' }, { kind: 'person', id: 'ana-r' }]);
  assert.deepEqual(ask('v-20261124-140512-345-d07').chips.at(-1), { kind: 'visit', id: 'v-20261124-140512-345-d07' });
  assert.deepEqual(ask('c-20261124-140512-345').chips, [{ kind: 'case', id: 'c-20261124-140512-345' }]);
});

test('what is not understood stays for the server to look for', () => {
  assert.deepEqual(ask('HL123456 dock 7'), { chips: [{ kind: 'door', id: 'd07' }], words: 'HL123456' });
});

test('of several things the narrowest is asked for', () => {
  assert.equal(mainChip(ask('dock 7 MSCU6639870 22:00-02:00').chips).kind, 'container');
  assert.equal(mainChip(ask('yesterday').chips), null);
});

test('numbers are compared without blanks and hyphens, and never repaired', () => {
  assert.equal(plainNumber('hl-123 O0'), 'HL123O0');
});

test('a wall clock that is set back or forward is followed', () => {
  // New York: back at 2026-11-01 06:00Z, forward at 2026-03-08 07:00Z.
  const ny = 'America/New_York';
  assert.equal(momentIn(ny, 2026, 11, 1, 1, 30), Date.parse('2026-11-01T05:30:00Z'));
  assert.equal(momentIn(ny, 2026, 11, 1, 3, 0), Date.parse('2026-11-01T08:00:00Z'));
  assert.equal(momentIn(ny, 2026, 3, 8, 3, 0), Date.parse('2026-03-08T07:00:00Z'));
  for (const ms of [Date.parse('2026-11-01T12:00:00Z'), Date.parse('2026-07-01T12:34:00Z')]) assert.equal(fromLocalInput(ny, localInput(ny, ms)), ms);
});

test('a day that ends at midnight is still that day', () => {
  const midnight = momentIn(zone, 2027, 1, 1);
  assert.equal(calendarDay(zone, midnight - 1), '2026-12-31');
  assert.equal(calendarDay(zone, midnight), '2027-01-01');
});
