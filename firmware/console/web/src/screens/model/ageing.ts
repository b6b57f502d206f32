// How old open cases are, and what their closing takes.
import { type Entry, flag, list, number, text } from './record.ts';

export interface CaseLine {
  id: string;
  entry: Entry;
  open: boolean;
  ageMs: number;
  dueInMs: number | null; // negative: overdue for so long
  overdue: boolean;
  hold: boolean;
  owner: string;
}

const hour = 3_600_000;
const day = 24 * hour;

export function caseLine(entry: Entry, id: string, nowMs: number): CaseLine {
  const opened = number(entry, 'opened_ts') ?? nowMs;
  const closed = number(entry, 'closed_ts');
  const due = number(entry, 'due_ts');
  const open = text(entry, 'state') !== 'closed';
  return {
    id,
    entry,
    open,
    ageMs: (closed ?? nowMs) - opened,
    dueInMs: open && due !== null ? due - nowMs : null,
    overdue: open && due !== null && due < nowMs,
    hold: open && flag(entry, 'hold'),
    owner: text(entry, 'owner'),
  };
}

// What keeps something from leaving comes first, then what is overdue, then what is due next.
export function byUrgency(a: CaseLine, b: CaseLine): number {
  if (a.open !== b.open) return a.open ? -1 : 1;
  if (a.hold !== b.hold) return a.hold ? -1 : 1;
  if (a.overdue !== b.overdue) return a.overdue ? -1 : 1;
  return (a.dueInMs ?? Number.MAX_SAFE_INTEGER) - (b.dueInMs ?? Number.MAX_SAFE_INTEGER) || b.ageMs - a.ageMs;
}

export interface Bucket {
  id: 'day' | 'three_days' | 'week' | 'older';
  count: number;
  overdue: number;
}

export function buckets(lines: readonly CaseLine[]): Bucket[] {
  const limits: [Bucket['id'], number][] = [
    ['day', day],
    ['three_days', 3 * day],
    ['week', 7 * day],
    ['older', Infinity],
  ];
  const open = lines.filter((line) => line.open);
  let from = -Infinity;
  return limits.map(([id, until]) => {
    const inside = open.filter((line) => line.ageMs >= from && line.ageMs < until);
    from = until;
    return { id, count: inside.length, overdue: inside.filter((line) => line.overdue).length };
  });
}

// Why it cannot be closed yet (CTPAT 7.23); empty: it can.
export function closingLacks(entry: Entry, nobodyToNotify: boolean): '' | 'notify' {
  if (!flag(entry, 'hold') || nobodyToNotify) return '';
  return list(entry, 'notified').length > 0 ? '' : 'notify';
}
