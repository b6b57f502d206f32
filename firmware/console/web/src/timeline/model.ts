// A timeline as the console answers it (`GET /api/v1/timeline`), and what follows from it before
// anything is drawn: how a span looks, in which row it lies, where the ticks are. Pure.
export interface Span {
  from_ts: number;
  to_ts: number | null;
  state: string;
  index: number;
  subject?: string; // "alarm:door-forced-d07"
  prio?: 'high' | 'medium' | 'low'; // of an alarm
}
export interface Mark {
  at_ts: number;
  kind: string;
  index: number;
  text: string;
}
export interface Lane {
  id: string;
  spans: Span[];
  marks: Mark[];
}
export interface Timeline {
  since_ts: number;
  until_ts: number;
  lanes: Lane[];
}

// Lanes of alarms name their alarm, those of points their point.
export const whose = (span: Span): string => (span.subject ?? '').replace(/^[^:]*:/, '');

// How it is drawn, without words: `line` all is quiet, `soft` something is there, `strong` open or in use,
// `hatch` nobody knows, the priorities what is wrong; `hollow` an alarm that somebody acknowledged.
export type Look = 'line' | 'soft' | 'strong' | 'hatch' | 'high' | 'medium' | 'low';

const unknowns = new Set(['unknown']);
const looks: Record<string, Record<string, Look>> = {
  door: { closed: 'line', open: 'strong', opened: 'strong', forced: 'high', held: 'medium' },
  // A reader's states, and those of a seal's number in its custody.
  seal: { absent: 'line', open: 'high', broken: 'high', tampered: 'high', mismatch: 'high', duplicate: 'high', lost: 'high' },
  camera: { ok: 'line', recording: 'line', operating: 'line', failed: 'medium', not_recording: 'medium', tampered: 'high' },
};

export function lookOf(lane: string, span: Span): { look: Look; hollow: boolean } {
  if (lane === 'alarms') {
    if (span.state !== 'unack_active' && span.state !== 'ack_active' && span.state !== 'rtn_unack') return { look: 'soft', hollow: false };
    return { look: span.prio ?? 'medium', hollow: span.state === 'ack_active' };
  }
  // Only the gaps are told there.
  if (lane === 'watched') return { look: 'hatch', hollow: false };
  if (unknowns.has(span.state)) return { look: 'hatch', hollow: false };
  return { look: looks[lane]?.[span.state] ?? (lane === 'door' || lane === 'camera' ? 'line' : 'soft'), hollow: false };
}

// Spans that overlap lie in rows of their own, the earliest free one.
export function rowsOf(spans: readonly Span[]): Map<Span, number> {
  const ends: number[] = [];
  const rows = new Map<Span, number>();
  for (const span of [...spans].sort((a, b) => a.from_ts - b.from_ts)) {
    let row = ends.findIndex((end) => end <= span.from_ts);
    if (row < 0) row = ends.length;
    ends[row] = span.to_ts ?? Number.POSITIVE_INFINITY;
    rows.set(span, row);
  }
  return rows;
}

const minute = 60_000;
const hour = 60 * minute;
const stepSizes = [
  1000, 5000, 10_000, 30_000, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour,
  2 * 24 * hour, 7 * 24 * hour,
];

// Even moments of the site's wall clock, at most one in `apart` pixels. `dayStart`: a local midnight.
export function ticks(since: number, until: number, width: number, dayStart: number, apart = 84): number[] {
  const wanted = ((until - since) * apart) / Math.max(width, 1);
  const step = stepSizes.find((one) => one >= wanted) ?? stepSizes[stepSizes.length - 1]!;
  const first = dayStart + Math.ceil((since - dayStart) / step) * step;
  const found: number[] = [];
  for (let at = first; at <= until; at += step) found.push(at);
  return found;
}

// One thing that a reader can step to, by key or in the table.
export interface Item {
  lane: string;
  at_ts: number;
  to_ts: number | null;
  index: number;
  span: Span | null;
  mark: Mark | null;
}

export function items(timeline: Timeline): Item[] {
  return timeline.lanes
    .flatMap((lane): Item[] => [
      ...lane.spans.map((span) => ({ lane: lane.id, at_ts: span.from_ts, to_ts: span.to_ts, index: span.index, span, mark: null })),
      // A mark where a span begins says the same.
      ...lane.marks.filter((mark) => !lane.spans.some((span) => span.index === mark.index)).map((mark) => ({ lane: lane.id, at_ts: mark.at_ts, to_ts: mark.at_ts, index: mark.index, span: null, mark })),
    ])
    .sort((a, b) => a.at_ts - b.at_ts || a.index - b.index);
}

// Labels that would touch are left out, the table has them all.
export function apartFrom(last: number, x: number, text: string, pixels = 6.4): boolean {
  return x - last >= text.length * pixels + 8;
}
