import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entry, minute, model, noon } from './load.mjs';

const record = await model('record');
const ledger = await model('ledger');
const ageing = await model('ageing');
const register = await model('register');
const families = await model('families');
const saved = await model('saved');
const registers = await model('registers');
const settings = await model('settings');
const shift = await model('shift');
const meter = await model('meter');
const hour = 60 * minute;
const day = 24 * hour;

test('an entry names its people once, and a user of the machine only when nobody else', () => {
  assert.deepEqual(record.peopleIn(entry('visit.arrived', noon, [['visit', 'v']], { arrived_by: 'ana-r', by: 'uid:0(root)' })), ['ana-r']);
  assert.deepEqual(record.peopleIn(entry('custody.issued', noon, [['seal_number', 'HL1'], ['person', 'luis-m']], { person: 'ana-r', by: 'ana-r' })), ['luis-m', 'ana-r']);
  assert.deepEqual(record.peopleIn(entry('visit.expect', noon, [], { by: 'uid:0(root)' })), ['uid:0(root)']);
});

test('a visit that opens later does not repeat who received it', () => {
  assert.deepEqual(record.peopleIn(entry('visit.opened', noon, [['visit', 'v']], { arrived_by: 'ana-r' })), []);
});

test('who was there most often comes first', () => {
  const by = (person) => entry('custody.verified', noon, [], { person });
  assert.deepEqual(record.everybodyIn([by('a'), by('b'), by('b')]), [{ person: 'b', times: 2 }, { person: 'a', times: 1 }]);
});

const lot = { lot: 'lot-17', state: 'in_stock', size: 100, opening: 40, received: 60, issued: 12, returned: 2, void: 1, lost: 0, expected: 89, counted: null, counted_ts: null, difference: null, balanced: null };

test('the ledger of a lot adds up line by line', () => {
  assert.equal(ledger.sumOf(lot), 89);
  assert.ok(ledger.addsUp(lot));
  assert.ok(!ledger.addsUp({ ...lot, expected: 90 }));
  assert.deepEqual(ledger.ledgerOf(lot).map((line) => `${line.sign}${line.value}`).join(' '), '40 +60 -12 +2 -1 -0 =89');
});

test('a lot that was never counted is not called balanced', () => {
  assert.equal(ledger.standingOf(lot), 'never_counted');
  assert.equal(ledger.standingOf({ ...lot, state: 'quarantined' }), 'quarantined');
  assert.equal(ledger.standingOf({ ...lot, counted_ts: noon, counted: 89, difference: 0, balanced: true }), 'balanced');
  assert.equal(ledger.standingOf({ ...lot, counted_ts: noon, counted: 88, difference: -1, balanced: false }), 'unbalanced');
});

test('a seal that is held waits for nothing but its release', () => {
  assert.deepEqual(ledger.actsOnSeal('hold'), ['seal.release']);
  assert.deepEqual(ledger.actsOnSeal('closed'), []);
  assert.ok(ledger.inDoubt('tampered') && !ledger.inDoubt('verified'));
});

const acase = (data) => entry('case.opened', noon, [['case', 'c']], { state: 'open', opened_ts: noon, due_ts: noon + day, ...data });

test('what holds a unit comes before what is overdue, and that before the rest', () => {
  const now = noon + 2 * day;
  const lines = [acase({ due_ts: now + hour }), acase({ due_ts: now - hour }), acase({ hold: true, due_ts: now + day }), acase({ state: 'closed', closed_ts: noon + hour })]
    .map((one, index) => ageing.caseLine(one, String(index), now))
    .sort(ageing.byUrgency);
  assert.deepEqual(lines.map((line) => line.id), ['2', '1', '0', '3']);
});

test('a closed case ages no further and holds nothing', () => {
  const line = ageing.caseLine(acase({ state: 'closed', closed_ts: noon + hour, hold: true }), 'c', noon + 9 * day);
  assert.equal(line.ageMs, hour);
  assert.equal(line.hold, false);
  assert.equal(line.dueInMs, null);
});

test('open cases are counted by age, each once', () => {
  const now = noon + 10 * day;
  const aged = (days) => ageing.caseLine(acase({ opened_ts: now - days * day, due_ts: now + (days === 9 ? -hour : hour) }), 'c', now);
  assert.deepEqual(ageing.buckets([aged(0.5), aged(1), aged(2), aged(5), aged(9)]), [
    { id: 'day', count: 1, overdue: 0 }, { id: 'three_days', count: 2, overdue: 0 }, { id: 'week', count: 1, overdue: 0 }, { id: 'older', count: 1, overdue: 1 },
  ]);
});

test('a case that holds closes only when somebody was told, or nobody has to be', () => {
  assert.equal(ageing.closingLacks(acase({ hold: true, notified: '' }), false), 'notify');
  assert.equal(ageing.closingLacks(acase({ hold: true, notified: 'CBP' }), false), '');
  assert.equal(ageing.closingLacks(acase({ hold: true, notified: '' }), true), '');
  assert.equal(ageing.closingLacks(acase({ hold: false }), false), '');
});

const tested = (thing, data) => entry('test.recorded', noon, [['test', `door-${thing}`]], { kind: 'door', thing, state: 'passed', tested_ts: noon, passed_ts: noon, ...data });

test('the register sorts by what is due, and leaves its own record out', () => {
  const lines = register.testLines([tested('d07', { due_ts: noon + 90 * day }), tested('d08', { due_ts: noon - day }), tested('d09', { due_ts: noon + 3 * day }), entry('test.planned', noon, [['test', 'register']], { things: 3 })], noon);
  assert.deepEqual(lines.map((line) => [line.thing, line.due]), [['d08', 'overdue'], ['d09', 'soon'], ['d07', 'later']]);
});

test('what was never tested is named, also when it is known to be due', () => {
  const lines = register.testLines([tested('d07', {}), tested('d08', { tested_ts: null, state: 'untested' })], noon);
  assert.deepEqual(register.untested([{ kind: 'door', id: 'd07' }, { kind: 'door', id: 'd08' }, { kind: 'camera', id: 'c07' }], lines).map((one) => one.id), ['d08', 'c07']);
});

test('only zones under test or drill are running', () => {
  const zone = (exercise) => entry('test_mode.begun', noon, [['zone', `z-${exercise}`]], { exercise, until_ts: noon + hour, begun_by: 'ana-r' });
  assert.deepEqual(register.exercises([zone('test'), zone('none'), zone('drill')]).map((one) => one.zone), ['z-test', 'z-drill']);
});

test('every kind of entry belongs to a group that people ask for', () => {
  assert.equal(families.familyOf('door.forced'), 'doors');
  assert.equal(families.familyOf('custody.verified'), 'seals');
  assert.equal(families.familyOf('boot'), 'gateway');
  assert.deepEqual([...families.familiesIn(['door.opened', 'visit.opened', 'door.closed'])], [['doors', 2], ['visits', 1]]);
});

test('a kept search replaces the one of its name, and rubbish in the browser is no search', () => {
  const list = saved.withSaved([{ name: 'night', tail: 'a' }, { name: 'gate', tail: 'b' }], { name: 'gate', tail: 'c' });
  assert.deepEqual(list, [{ name: 'gate', tail: 'c' }, { name: 'night', tail: 'a' }]);
  assert.deepEqual(saved.without(list, 'gate'), [{ name: 'night', tail: 'a' }]);
  for (const text of [null, 'x', '{}', '[1,{"name":2}]']) assert.deepEqual(saved.savedFrom(text), []);
});

test('a register is shown as a manual may mean it', () => {
  assert.deepEqual(registers.registersAs('holding_register', 40, [0xfffe, 5]), [
    { address: 40, unsigned: 65534, signed: -2, hex: '0xFFFE', bits: '1111 1111 1111 1110' },
    { address: 41, unsigned: 5, signed: 5, hex: '0x0005', bits: '0000 0000 0000 0101' },
  ]);
  assert.equal(registers.registersAs('coil', 0, [1])[0].bits, '1');
});

test('each setting has its value and where it comes from, lists by the ids of their elements', () => {
  const config = { site: { id: 'dc7', name: { en: 'Seven' } }, door: [{ id: 'd07', contact: 'io1.di0' }], mqtt: { password: 'geheim' } };
  const origins = { '/site/id': 'site.toml:2', '/site/name/en': 'site.toml:3', '/door/0/id': 'site.toml:9', '/door/0/contact': 'site.toml:10', '/mqtt/password': 'default' };
  const sections = settings.sectionsOf(config, origins);
  const lines = Object.fromEntries(sections.flatMap((section) => section.lines).map((line) => [line.path, `${line.value} ${line.origin}`]));
  assert.deepEqual(lines, { 'site.id': 'dc7 site.toml:2', 'site.name.en': 'Seven site.toml:3', 'door.d07.id': 'd07 site.toml:9', 'door.d07.contact': 'io1.di0 site.toml:10', 'mqtt.password': '•••••• default' });
  assert.deepEqual(settings.matching(sections, 'di0', true).map((section) => section.name), ['door.d07']);
});

test('a shift runs between the two of its ends that stand around now, over midnight too', () => {
  const zone = 'America/Mexico_City';
  const ends = ['06:00', '14:00', '22:00'];
  assert.deepEqual(shift.shiftAt(ends, zone, noon), { sinceMs: noon - 6 * hour, untilMs: noon + 2 * hour });
  assert.deepEqual(shift.shiftAt(ends, zone, noon + 11 * hour), { sinceMs: noon + 10 * hour, untilMs: noon + 18 * hour });
  assert.deepEqual(shift.shiftAt([], zone, noon), { sinceMs: noon - 8 * hour, untilMs: noon });
});

test('the meter of nothing is full, and one that lacks is never rounded up to full', () => {
  assert.equal(meter.meterOf([]).share, 1);
  const lacking = meter.meterOf([{ what: 'checks', of: 1000, complete: 999, lacking: [] }, { what: 'pictures', of: 0, complete: 0, lacking: [] }]);
  assert.equal(Math.floor(lacking.share * 100), 99);
  assert.deepEqual(lacking.lacking.map((one) => one.what), ['checks']);
});
