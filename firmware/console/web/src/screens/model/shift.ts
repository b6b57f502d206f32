// The bounds of a shift.
import { partsIn, momentIn, startOfDay } from './zone_time.ts';

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
