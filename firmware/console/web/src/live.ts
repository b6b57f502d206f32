// What is so now, over server-sent events: states, alarms, new entries and the beat. Everything here
// says how old it is: when nothing was heard for `silence`, or the console says that its gateway does
// not answer, `link` is lost, and the shell greys the whole view and says since when. Nothing is ever
// shown as if it were still so.
import { batch, computed, effect, signal } from '@preact/signals';
import { get, signedOut } from './api.ts';
import { gatewayNow, heardTime, timeZone } from './time.ts';
import type { Alarm, Entry, Names, Site, State } from './types.ts';

// The console beats every second; three beats missed and some: the view is grey well within 5 s of the last.
const silence = 3500;
const keptEntries = 200;

export type Link =
  | { state: 'starting' }
  | { state: 'live' }
  | { state: 'lost'; who: 'console' | 'gateway'; since: number };

export const link = signal<Link>({ state: 'starting' });
export const states = signal<ReadonlyMap<string, State>>(new Map());
export const alarms = signal<ReadonlyMap<string, Alarm>>(new Map());
export const entries = signal<readonly Entry[]>([]); // newest first
export const watched = signal<{ good: number; all: number } | null>(null);
export const logSize = signal<number | null>(null);
export const site = signal<Site | null>(null);
// Milliseconds since the console last said anything; every quarter of a second.
export const silent = signal(0);

export const isLive = computed(() => link.value.state === 'live');

export const stateOf = (kind: string, id: string): State | undefined => states.value.get(`${kind}/${id}`);

let heardAt = 0; // performance.now()
let heardTs = 0; // the gateway's clock then
let source: EventSource | null = null;
let again: ReturnType<typeof setTimeout> | undefined;
let generation = 0;

function heard(): void {
  heardAt = performance.now();
  heardTs = gatewayNow();
  silent.value = 0;
}

function lost(who: 'console' | 'gateway', since: number): void {
  const before = link.value;
  if (before.state === 'lost' && before.who === who) return;
  link.value = { state: 'lost', who, since };
}

interface Hello {
  site: string;
  gateway: string;
  name: Names;
  time_zone: string;
  version: string;
  generation: number;
  size: number;
  now_ts: number;
}
interface Changes {
  states: State[];
  alarms: Alarm[];
  full: boolean;
}
interface Beat {
  now_ts: number;
  gateway: boolean;
  since_ts: number | null;
  size: number;
  watched: number;
  points: number;
}

function on<T>(name: string, take: (said: T, event: MessageEvent<string>) => void): void {
  source!.addEventListener(name, (event) => {
    const message = event as MessageEvent<string>;
    batch(() => take(JSON.parse(message.data) as T, message));
  });
}

function merged<T>(before: ReadonlyMap<string, T>, full: boolean, changed: T[], key: (one: T) => string): Map<string, T> {
  const next = new Map(full ? [] : before);
  for (const one of changed) next.set(key(one), one);
  return next;
}

const isOver = (alarm: Alarm): boolean => alarm.state === 'normal' && alarm.set_aside === 'none';

function connect(): void {
  clearTimeout(again);
  source?.close();
  source = new EventSource('/api/v1/live');
  on<Hello>('hello', (hello) => {
    heardTime(hello.now_ts);
    heard();
    timeZone.value = hello.time_zone;
    logSize.value = hello.size;
    if (hello.generation !== generation) {
      generation = hello.generation;
      entries.value = [];
    }
  });
  on<Changes>('state', (changes) => {
    heard();
    states.value = merged(states.value, changes.full, changes.states, (one) => `${one.subject.k}/${one.subject.v}`);
    const next = merged(alarms.value, changes.full, changes.alarms, (one) => one.id);
    for (const [id, alarm] of next) if (isOver(alarm)) next.delete(id);
    alarms.value = next;
    if (changes.full) link.value = { state: 'live' };
  });
  on<Entry>('entry', (entry) => {
    heard();
    entries.value = [entry, ...entries.value.slice(0, keptEntries - 1)];
    logSize.value = Math.max(logSize.value ?? 0, entry.i + 1);
  });
  on<Beat>('beat', (beat) => {
    heardTime(beat.now_ts);
    heard();
    watched.value = { good: beat.watched, all: beat.points };
    logSize.value = beat.size;
    if (!beat.gateway) lost('gateway', beat.since_ts ?? beat.now_ts);
    else if (link.value.state === 'lost' && states.value.size > 0) link.value = { state: 'live' };
  });
  source.onerror = () => {
    // The browser's own way back is unhurried, and gives up at any answer but 200.
    source?.close();
    lost('console', heardTs || gatewayNow());
    again = setTimeout(() => void back(), 1000);
  };
}

async function back(): Promise<void> {
  try {
    // Says whether the session still stands, which an EventSource cannot.
    await get('/session');
  } catch (error) {
    if ((error as { status?: number }).status === 401) {
      signedOut.value++;
      return;
    }
    again = setTimeout(() => void back(), 1500);
    return;
  }
  connect();
}

function look(): void {
  if (!source) return;
  silent.value = performance.now() - heardAt;
  if (heardAt > 0 && silent.value > silence && !(link.value.state === 'lost' && link.value.who === 'console')) {
    lost('console', heardTs);
    source.close();
    again = setTimeout(() => void back(), 500);
  }
}

async function askSite(): Promise<void> {
  try {
    site.value = await get<Site>('/site');
    timeZone.value = site.value.time_zone;
  } catch {
    setTimeout(() => void askSite(), 3000);
  }
}

// Names come from the configuration, which an operator may change while people look.
effect(() => {
  const newest = entries.value[0];
  if (newest?.kind === 'config.changed' || newest?.kind === 'boot') void askSite();
});

let looking: ReturnType<typeof setInterval> | undefined;
export function startLive(): void {
  if (source) return;
  void askSite();
  connect();
  looking ??= setInterval(look, 250);
  document.addEventListener('visibilitychange', look);
}

export function stopLive(): void {
  clearTimeout(again);
  source?.close();
  source = null;
  heardAt = 0;
  batch(() => {
    link.value = { state: 'starting' };
    states.value = new Map();
    alarms.value = new Map();
    entries.value = [];
    watched.value = null;
    site.value = null;
  });
}
