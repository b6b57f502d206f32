// Times as the site's wall clock says them, whoever looks from wherever. `_ts` are epoch milliseconds
// of the gateway; `now` is its clock as last heard, carried on by this browser's monotonic one.
import { signal } from '@preact/signals';
import { locale, number, text } from './text.ts';

export const timeZone = signal<string>('UTC');
let offset = Date.now() - performance.now();

export const gatewayNow = (): number => Math.round(performance.now() + offset);
export const now = signal<number>(gatewayNow());

// The gateway said that it is `ts`. What comes later than another message is nearer to the truth
// when it says a later time: the way here only delays. A clock that was set back is followed.
export function heardTime(ts: number): void {
  const heard = ts - performance.now();
  if (heard > offset || heard < offset - 2000) offset = heard;
  now.value = gatewayNow();
}

export function startClock(): void {
  setInterval(() => (now.value = gatewayNow()), 1000);
  // The first use of a browser's calendars costs as much as drawing a screen: while the network is waited for, not while it is drawn.
  setTimeout(() => void clock(now.value));
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(ts: number, options: Intl.DateTimeFormatOptions, zone = timeZone.value): string {
  const key = `${locale()} ${zone} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, made);
  }
  return made.format(ts);
}

const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
export const clock = (ts: number): string => format(ts, clockParts);
export const clockMillis = (ts: number): string => format(ts, { ...clockParts, fractionalSecondDigits: 3 });
export const day = (ts: number): string => format(ts, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
export const dayShort = (ts: number): string => format(ts, { day: 'numeric', month: 'short' });
export const dateTime = (ts: number): string => format(ts, { day: '2-digit', month: 'short', year: 'numeric', ...clockParts });
export const dateTimeUtc = (ts: number): string => `${new Date(ts).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
const dayKey = (ts: number): string => format(ts, { year: 'numeric', month: '2-digit', day: '2-digit' });

// Today only the clock, else with its day.
export const when = (ts: number): string =>
  dayKey(ts) === dayKey(now.value) ? clock(ts) : `${dayShort(ts)} ${clock(ts)}`;

// How long, as a glance needs it: 8 s, 4 min, 2 h 05 min, 3 d. The symbols are the same in both languages.
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${number(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${number(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  if (hours < 48) return `${hours} h`;
  return `${number(Math.floor(hours / 24))} d`;
}

// To the second, for what has just begun: 0:42, 12:05; past an hour as `duration`.
export function stopwatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds >= 3600) return duration(ms);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const ago = (ts: number): string => text('ui.time.ago', { duration: duration(now.value - ts) });

// The start of the site's day that holds `ts`.
export function startOfDay(ts: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timeZone.value, hourCycle: 'h23', hour: 'numeric', minute: 'numeric', second: 'numeric',
  }).formatToParts(ts);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Math.floor(ts / 1000) * 1000 - ((part('hour') * 60 + part('minute')) * 60 + part('second')) * 1000;
}

// What <input type="datetime-local"> shows and takes, as the site's wall clock.
export function toInput(ts: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timeZone.value, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).formatToParts(ts);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '00';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

export function fromInput(value: string): number | null {
  const asUtc = Date.parse(`${value}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The zone's offset at the answer, found in two steps, so that days with a change of clocks hold.
  let ts = asUtc;
  for (let turn = 0; turn < 2; turn++) ts = asUtc - (Date.parse(`${toInput(ts)}Z`) - Math.floor(ts / 60000) * 60000);
  return ts;
}
