// The register of walk-tests: what is due when, and which zone is under test or drill.
import { flag, number, text, type Entry } from './record.ts';

export interface TestLine {
  id: string;
  kind: string;
  thing: string;
  state: string;
  tester: string;
  positioned: boolean;
  testedMs: number | null;
  passedMs: number | null;
  dueMs: number | null;
  due: 'overdue' | 'soon' | 'later' | 'unknown';
  entry: Entry;
}

const day = 86_400_000;

// The register's own record ("test.planned") tells of no thing.
export function testLines(records: readonly Entry[], nowMs: number): TestLine[] {
  return records
    .filter((entry) => text(entry, 'thing') !== '')
    .map((entry) => {
      const dueMs = number(entry, 'due_ts');
      const due: TestLine['due'] =
        text(entry, 'state') === 'overdue' || (dueMs !== null && dueMs <= nowMs) ? 'overdue' : dueMs === null ? 'unknown' : dueMs - nowMs < 14 * day ? 'soon' : 'later';
      return {
        id: `${text(entry, 'kind')}-${text(entry, 'thing')}`,
        kind: text(entry, 'kind'),
        thing: text(entry, 'thing'),
        state: text(entry, 'state'),
        tester: text(entry, 'tester'),
        positioned: flag(entry, 'positioned'),
        testedMs: number(entry, 'tested_ts'),
        passedMs: number(entry, 'passed_ts'),
        dueMs,
        due,
        entry,
      };
    })
    .sort((a, b) => (a.dueMs ?? Infinity) - (b.dueMs ?? Infinity) || a.id.localeCompare(b.id));
}

export interface Configured {
  kind: string;
  id: string;
}

// What is configured and has no test yet at all.
export function untested(things: readonly Configured[], lines: readonly TestLine[]): Configured[] {
  const known = new Set(lines.filter((line) => line.testedMs !== null).map((line) => line.id));
  return things.filter((thing) => !known.has(`${thing.kind}-${thing.id}`));
}

export interface Exercise {
  zone: string;
  kind: 'test' | 'drill';
  untilMs: number | null;
  by: string;
}

export function exercises(records: readonly Entry[]): Exercise[] {
  return records.flatMap((entry) => {
    const kind = text(entry, 'exercise');
    const zone = entry.subj.find((subject) => subject.k === 'zone')?.v ?? '';
    return kind === 'test' || kind === 'drill' ? [{ zone, kind, untilMs: number(entry, 'until_ts'), by: text(entry, 'begun_by') }] : [];
  });
}
