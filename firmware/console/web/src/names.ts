// What things are called: the configured names in the reader's language, else the id.
import { site } from './live.ts';
import { hasText, language, text, textOf, word } from './text.ts';
import { when } from './time.ts';
import type { Alarm, Entry, Names, Subject, Thing } from './types.ts';

export const named = (names: Names | undefined, otherwise: string): string => names?.[language.value] || otherwise;

const lists: Record<string, string> = {
  door: 'doors', dock: 'doors', seal: 'seals', reader: 'readers', camera: 'cameras', light: 'lights', power: 'power',
  cabinet: 'cabinets', zone: 'zones', device: 'devices', output: 'outputs',
};

export function thing(subject: Subject): Thing | undefined {
  const list = lists[subject.k];
  const things = list ? (site.value?.[list] as Thing[] | undefined) : undefined;
  return things?.find((one) => one.id === subject.v);
}

export function nameOf(subject: Subject): string {
  if (subject.k === 'gateway') return named(site.value?.name, subject.v);
  if (subject.k === 'visit' || subject.k === 'case') return momentName(subject.v);
  return named(thing(subject)?.name, subject.v);
}

// Visits and cases are named by the moment they began, in UTC, and a visit by its door: people say "Dock 7, 08:05".
function momentName(id: string): string {
  const found = /^[vc]-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-\d{3}(?:-(.+))?$/.exec(id);
  if (!found) return id;
  const [, year, month, day, hour, minute, second, door] = found.map(String);
  const at = when(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
  return found[7] ? `${nameOf({ k: 'door', v: door! })} ${at}` : at;
}

const capital = (sentence: string): string => sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);
// A sentence begins large, unless with a name, which stays as it is: "io3 does not answer".
const opened = (sentence: string, name: string): string => (sentence.startsWith(name) ? sentence : capital(sentence));

// "Dock 7 opened while secured".
export function alarmText(alarm: Pick<Alarm, 'kind' | 'source'>): string {
  const name = nameOf(alarm.source);
  return opened(textOf(`alarm.${alarm.kind}`, text('alarm.other', { name, kind: alarm.kind }), { name }), name);
}

// What happened, without its name: for rows that have the name in a column of its own.
export function alarmWhat(kind: string): string {
  if (!hasText(`alarm.${kind}`)) return kind.replaceAll('-', ' ');
  return capital(textOf(`alarm.${kind}`, kind, { name: '' }).replace(/^[\s:,.]+/, '').replace(/\s+(?=[:,.])/g, '').trim());
}

export const mainSubject = (entry: Entry): Subject => entry.subj[0] ?? { k: 'gateway', v: '' };

export function entryText(entry: Entry): string {
  const subject = mainSubject(entry);
  if (entry.kind.startsWith('alarm.')) {
    const { kind, source_kind: k, source_id: v } = entry.data;
    const alarm = typeof kind === 'string' ? alarmText({ kind, source: { k: String(k), v: String(v) } }) : subject.v;
    return textOf(`event.${entry.kind}`, entry.kind, { alarm });
  }
  const name = nameOf(subject);
  return opened(textOf(`event.${entry.kind}`, entry.kind, { name }), name);
}

export const kindWord = (kind: string): string => word(kind);
export const wallTs = (entry: Entry): number => Date.parse(entry.t.wall);

// Where a subject has a page of its own.
export function pageOf(subject: Subject): string | null {
  switch (subject.k) {
    case 'door':
    case 'dock':
      return `/doors/${subject.v}`;
    case 'alarm':
      return `/alarms/${subject.v}`;
    default:
      return null;
  }
}
