// A timeline as the console answers it (`GET /api/v1/timeline`), with its picture: lines, boxes and
// words that the gateway laid out (firmware/timeline/scene.hpp), the same ones as on paper. Pure.
export interface Span {
  from_ts: number;
  to_ts: number | null;
  state: string;
  index: number;
  subject?: string; // "alarm:door-forced-d07"
  prio?: 'high' | 'medium' | 'low'; // of an alarm
  text?: string; // of an alarm: its name
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
export interface Form {
  line?: [number, number, number, number];
  box?: [number, number, number, number];
  words?: string;
  at?: [number, number];
  anchor?: 'middle' | 'end';
}
export interface Group {
  look: string;
  hollow?: boolean;
  id?: string; // as idOf(): it is something that can be chosen
  title?: string;
  reach?: [number, number, number, number];
  forms: Form[];
}
export interface Scene {
  width: number;
  height: number;
  top: number;
  bottom: number;
  groups: Group[];
}
export interface Timeline {
  since_ts: number;
  until_ts: number;
  lanes: Lane[];
  scene?: Scene; // when a width was asked for
}

// Lanes of alarms name their alarm, those of points their point.
export const whose = (span: Span): string => (span.subject ?? '').replace(/^[^:]*:/, '');

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

export const idOf = (item: Item): string => `${item.lane}-${item.index}-${item.at_ts}`;
