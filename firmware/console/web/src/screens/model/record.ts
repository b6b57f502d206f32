// An entry of the log and the records that its entries carry, as the local door gives them
// (firmware/local/PROTOCOL.md, firmware/eventlog/FORMAT.md).

import type { Entry as Recorded, Subject } from '../../types.ts';

export interface Entry extends Recorded {
  personal?: Record<string, string>; // where the caller may see it and it is not erased
}

export function text(entry: Entry, field: string): string {
  const value = entry.data[field];
  return typeof value === 'string' ? value : '';
}

export function number(entry: Entry, field: string): number | null {
  const value = entry.data[field];
  return typeof value === 'number' ? value : null;
}

export function flag(entry: Entry, field: string): boolean {
  return entry.data[field] === true;
}

// Lists are written with commas.
export function list(entry: Entry, field: string): string[] {
  return text(entry, field)
    .split(',')
    .filter((one) => one !== '');
}

// What is kept beside the entry about persons; empty: nothing, erased, or not for this caller.
export function personal(entry: Entry, field: string): string {
  return entry.personal?.[field] ?? '';
}

export function idOf(entry: Entry, kind: string): string {
  return entry.subj.find((subject) => subject.k === kind)?.v ?? '';
}

export function mainSubject(entry: Entry): Subject {
  return entry.subj[0] ?? { k: 'gateway', v: '' };
}

export function wallMs(entry: Entry): number {
  return Date.parse(entry.t.wall);
}

const personFields = ['person', 'acknowledged_by', 'ended_by', 'set_aside_by', 'driver'];

// Who did what an entry tells, where its record has a field of its own for that.
const doers: Record<string, string> = {
  'expected.given': 'given_by',
  'expected.withdrawn': 'withdrawn_by',
  'visit.arrived': 'arrived_by',
  'visit.inspected': 'inspector',
  'visit.verified': 'verifier',
  'visit.cut': 'cutter',
  'visit.sealed': 'sealer',
  'visit.departed': 'departed_by',
  'case.opened': 'opened_by',
  'case.closed': 'closed_by',
  'visitor.in': 'in_by',
  'visitor.out': 'out_by',
  'driver.in': 'in_by',
  'driver.out': 'out_by',
  'drill.begun': 'begun_by',
  'test_mode.begun': 'begun_by',
  'test.recorded': 'tester',
};

// Whom an entry names: its person subjects first, then who did it. Who asked for it, a user of the console or of the
// machine ("uid:0(root)"), counts where no person is named.
export function peopleIn(entry: Entry): string[] {
  const named = entry.subj.filter((s) => s.k === 'person' || s.k === 'presence').map((s) => s.v);
  for (const field of [doers[entry.kind] ?? '', ...personFields]) {
    const value = text(entry, field);
    if (value !== '') named.push(value);
  }
  const by = text(entry, 'by');
  if (named.length === 0 && by !== '') named.push(by);
  return [...new Set(named)];
}

// Every person of many entries, most often named first.
export function everybodyIn(entries: readonly Entry[]): { person: string; times: number }[] {
  const times = new Map<string, number>();
  for (const entry of entries) {
    for (const person of peopleIn(entry)) times.set(person, (times.get(person) ?? 0) + 1);
  }
  return [...times]
    .map(([person, count]) => ({ person, times: count }))
    .sort((a, b) => b.times - a.times || a.person.localeCompare(b.person));
}
