// What a shift hands over: which entries count, and the bounds of the shift.
import { partsIn, momentIn, startOfDay } from './zone_time.ts';
import { text, type Entry } from './record.ts';

export interface Shift {
  sinceMs: number;
  untilMs: number;
}

// The shift that runs now, by the times at which shifts end ("06:00,14:00,22:00", local); without any,
// eight hours back.
export function shiftAt(ends: readonly string[], zone: string, nowMs: number): Shift {
  const today = startOfDay(zone, nowMs);
  const moments: number[] = [];
  for (const offset of [-1, 0, 1]) {
    const p = partsIn(zone, today + offset * 86_400_000 + 43_200_000);
    for (const end of ends) {
      const found = /^(\d{1,2}):(\d{2})$/.exec(end.trim());
      if (found) moments.push(momentIn(zone, p.year, p.month, p.day, Number(found[1]), Number(found[2])));
    }
  }
  moments.sort((a, b) => a - b);
  const sinceMs = moments.filter((ms) => ms <= nowMs).at(-1);
  const untilMs = moments.find((ms) => ms > nowMs);
  if (sinceMs === undefined || untilMs === undefined) return { sinceMs: nowMs - 8 * 3_600_000, untilMs: nowMs };
  return { sinceMs, untilMs };
}

export interface Happened {
  alarms: Entry[]; // raised, each alarm once, with its newest entry
  acknowledged: number;
  deviations: Entry[];
  visits: { arrived: number; departed: number };
  cases: Entry[];
  denied: number;
  blind: Entry[]; // devices that did not answer, clocks, gaps
  setAside: Entry[];
  refused: number;
}

const blindKinds = new Set(['device.offline', 'coverage.lost', 'gap', 'log.paused', 'clock.step', 'clock.doubted', 'boot', 'camera.failed', 'camera.not_recording', 'power.on_battery']);

export function happenedIn(entries: readonly Entry[]): Happened {
  const alarms = new Map<string, Entry>();
  const seen = { acknowledged: 0, arrived: 0, departed: 0, denied: 0, refused: 0 };
  const deviations: Entry[] = [];
  const cases: Entry[] = [];
  const blind: Entry[] = [];
  const setAside: Entry[] = [];
  for (const entry of entries) {
    if (entry.kind === 'alarm.raised' || entry.kind === 'alarm.repeated') alarms.set(entry.subj[0]?.v ?? '', entry);
    if (entry.kind === 'alarm.acknowledged') seen.acknowledged += 1;
    if (entry.kind === 'alarm.shelved' || entry.kind === 'alarm.out_of_service') setAside.push(entry);
    if (entry.kind === 'visit.deviation') deviations.push(entry);
    if (entry.kind === 'visit.arrived') seen.arrived += 1;
    if (entry.kind === 'visit.departed') seen.departed += 1;
    if (entry.kind === 'case.opened' || entry.kind === 'case.closed') cases.push(entry);
    if (entry.kind === 'access.denied') seen.denied += 1;
    if (entry.kind === 'command.refused') seen.refused += 1;
    if (blindKinds.has(entry.kind)) blind.push(entry);
  }
  const order = { high: 0, medium: 1, low: 2 } as Record<string, number>;
  return {
    alarms: [...alarms.values()].sort((a, b) => (order[text(a, 'priority')] ?? 3) - (order[text(b, 'priority')] ?? 3) || a.i - b.i),
    acknowledged: seen.acknowledged,
    deviations,
    visits: { arrived: seen.arrived, departed: seen.departed },
    cases,
    denied: seen.denied,
    blind,
    setAside,
    refused: seen.refused,
  };
}
