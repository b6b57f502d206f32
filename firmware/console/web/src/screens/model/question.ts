// The search box understands what people type: a place, numbers, persons and a time, in any order.
//   "dock 7 22:00-02:00"      "MSCU6639870 yesterday"      "andén 7 22 a 2"
import { momentIn, partsIn, startOfDay } from './zone_time.ts';

export interface Named {
  id: string;
  names: string[]; // in every language
}

export interface KnownNames {
  doors: Named[];
  people: Named[];
}

export type Chip =
  | { kind: 'door' | 'person' | 'container' | 'seal_number' | 'case' | 'visit'; id: string }
  | { kind: 'time'; sinceMs: number; untilMs: number };

export interface Question {
  chips: Chip[];
  words: string; // what is left over: the server searches for it
}

export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

const day = 86_400_000;

const clock = /^(\d{1,2})(?::(\d{2}))?(?:h)?$/;

// "22:00-02:00", "22:00 to 02:00", "22 a 2", "between 22:00 and 02:00": the last such time that has begun.
function timeRange(
  text: string,
  zone: string,
  nowMs: number,
  dayMs: number | null,
): { sinceMs: number; untilMs: number; rest: string } | null {
  const found =
    /(?:\b(?:between|from|entre|desde|de)\s+(?:las\s+)?)?\b(\d{1,2}(?::\d{2})?)\s*(?:h\s*)?(?:-|–|\bto\b|\band\b|\ba\b|\by\b|\bhasta\b)\s*(?:las\s+)?(\d{1,2}(?::\d{2})?)(?:\s*h)?(?![\d-])/i.exec(
      text,
    );
  if (!found || !found[1] || !found[2]) return null;
  const a = clock.exec(found[1]);
  const b = clock.exec(found[2]);
  if (!a || !b) return null;
  const [fromHour, fromMinute] = [Number(a[1]), Number(a[2] ?? 0)];
  const [toHour, toMinute] = [Number(b[1]), Number(b[2] ?? 0)];
  if (fromHour > 24 || toHour > 24 || fromMinute > 59 || toMinute > 59) return null;
  const at = (dayStart: number, hour: number, minute: number): number => {
    const p = partsIn(zone, dayStart);
    return momentIn(zone, p.year, p.month, p.day, hour, minute);
  };
  const today = startOfDay(zone, nowMs);
  let base = dayMs ?? today;
  let sinceMs = at(base, fromHour, fromMinute);
  if (dayMs === null && sinceMs > nowMs) {
    base = startOfDay(zone, today - day / 2);
    sinceMs = at(base, fromHour, fromMinute);
  }
  let untilMs = at(base, toHour, toMinute);
  if (untilMs <= sinceMs) untilMs = at(startOfDay(zone, base + day * 1.5), toHour, toMinute);
  return { sinceMs, untilMs, rest: cut(text, found.index, found[0].length) };
}

function cut(text: string, at: number, length: number): string {
  return `${text.slice(0, at)} ${text.slice(at + length)}`;
}

function dayIn(text: string, zone: string, nowMs: number): { dayMs: number; rest: string } | null {
  const today = startOfDay(zone, nowMs);
  const words: [RegExp, number][] = [
    [/\b(?:today|hoy)\b/i, today],
    [/\b(?:yesterday|ayer)\b/i, startOfDay(zone, today - day / 2)],
  ];
  for (const [word, dayMs] of words) {
    const found = word.exec(text);
    if (found) return { dayMs, rest: cut(text, found.index, found[0].length) };
  }
  const date = /\b(\d{4})-(\d\d)-(\d\d)\b/.exec(text);
  if (date) {
    const dayMs = momentIn(zone, Number(date[1]), Number(date[2]), Number(date[3]));
    return { dayMs, rest: cut(text, date.index, date[0].length) };
  }
  return null;
}

// Whole words only, the longest name first: "Dock 7" is not in "Dock 70".
function takeNames(text: string, known: Named[]): { ids: string[]; rest: string } {
  const ids: string[] = [];
  let rest = text;
  const names = known
    .flatMap((one) =>
      [...one.names, one.id].filter((name) => name.trim() !== '').map((name) => ({ id: one.id, name: folded(name) })),
    )
    .sort((a, b) => b.name.length - a.name.length);
  for (const { id, name } of names) {
    const at = wordAt(folded(rest), name);
    if (at < 0) continue;
    rest = cut(rest, at, name.length);
    if (!ids.includes(id)) ids.push(id);
  }
  return { ids, rest };
}

function wordAt(text: string, word: string): number {
  const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWord(text[at - 1]) && !isWord(text[at + word.length])) return at;
  }
  return -1;
}

export function understand(typed: string, known: KnownNames, zone: string, nowMs: number): Question {
  const chips: Chip[] = [];
  let rest = typed.normalize('NFC');

  // A visit's id ends in its door's: it goes first.
  const visit = /\bv-\d{8}-\d{6}-\d{3}-[a-z0-9-]+/.exec(rest);
  if (visit) {
    chips.push({ kind: 'visit', id: visit[0] });
    rest = cut(rest, visit.index, visit[0].length);
  }
  const caseId = /\bc-\d{8}-\d{6}-\d{3}\b/.exec(rest);
  if (caseId) {
    chips.push({ kind: 'case', id: caseId[0] });
    rest = cut(rest, caseId.index, caseId[0].length);
  }

  const doors = takeNames(rest, known.doors);
  rest = doors.rest;
  for (const id of doors.ids) chips.push({ kind: 'door', id });

  const container = /\b[a-z]{3}[ -]?[ujz][ -]?\d{6}[ -]?\d\b/i.exec(rest);
  if (container) {
    chips.push({ kind: 'container', id: plainNumber(container[0]) });
    rest = cut(rest, container.index, container[0].length);
  }

  const people = takeNames(rest, known.people);
  rest = people.rest;
  for (const id of people.ids) chips.push({ kind: 'person', id });

  const onDay = dayIn(rest, zone, nowMs);
  if (onDay) rest = onDay.rest;
  const range = timeRange(rest, zone, nowMs, onDay?.dayMs ?? null);
  if (range) {
    rest = range.rest;
    chips.push({ kind: 'time', sinceMs: range.sinceMs, untilMs: range.untilMs });
  } else if (onDay) {
    chips.push({ kind: 'time', sinceMs: onDay.dayMs, untilMs: startOfDay(zone, onDay.dayMs + day * 1.5) });
  }

  return { chips, words: rest.replace(/\s+/g, ' ').trim() };
}

// As the log writes numbers of containers and seals: upper case, without blanks and hyphens.
export function plainNumber(text: string): string {
  return text.toUpperCase().replace(/[\s-]/g, '');
}

// What the entries are asked for: one subject, as the log indexes by one; the others filter.
export function mainChip(chips: readonly Chip[]): Exclude<Chip, { kind: 'time' }> | null {
  const order = ['visit', 'case', 'container', 'seal_number', 'door', 'person'];
  const subjects = chips.filter((chip): chip is Exclude<Chip, { kind: 'time' }> => chip.kind !== 'time');
  return subjects.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))[0] ?? null;
}

export function timeOf(chips: readonly Chip[]): { sinceMs: number; untilMs: number } | null {
  return chips.find((chip) => chip.kind === 'time') ?? null;
}
