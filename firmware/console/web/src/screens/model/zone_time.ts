// Moments in the site's time zone. The log is UTC; people think in local time.

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

export function partsIn(zone: string, ms: number): Parts {
  const found: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(new Date(ms))) {
    if (part.type !== 'literal') found[part.type] = Number(part.value);
  }
  return {
    year: found['year'] ?? 1970,
    month: found['month'] ?? 1,
    day: found['day'] ?? 1,
    hour: found['hour'] ?? 0,
    minute: found['minute'] ?? 0,
    second: found['second'] ?? 0,
  };
}

// The moment that a clock on the site's wall shows so. Of an hour that comes twice the first one;
// of one that a change to summer time leaves out, as much later.
export function momentIn(zone: string, year: number, month: number, day: number, hour = 0, minute = 0): number {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  const offsetAt = (ms: number): number => {
    const p = partsIn(zone, ms);
    return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(ms / 1000) * 1000;
  };
  // The offset is one of those around the moment; the larger one makes the earlier moment.
  const offsets = [offsetAt(wanted - 86_400_000), offsetAt(wanted + 86_400_000)];
  const moments = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  return moments.find((ms) => ms + offsetAt(ms) === wanted) ?? moments.at(-1) ?? wanted;
}

export function startOfDay(zone: string, ms: number): number {
  const p = partsIn(zone, ms);
  return momentIn(zone, p.year, p.month, p.day);
}

const two = (value: number): string => String(value).padStart(2, '0');

// "2026-11-24", as the site's calendar says.
export function calendarDay(zone: string, ms: number): string {
  const p = partsIn(zone, ms);
  return `${p.year}-${two(p.month)}-${two(p.day)}`;
}

// For <input type="datetime-local">: "2026-11-24T22:00".
export function localInput(zone: string, ms: number): string {
  const p = partsIn(zone, ms);
  return `${p.year}-${two(p.month)}-${two(p.day)}T${two(p.hour)}:${two(p.minute)}`;
}

export function fromLocalInput(zone: string, value: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  return momentIn(zone, year, month, day, hour, minute);
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
