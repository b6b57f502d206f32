// The alarm list as people work it: what waits for somebody, what folds under what, whether it is a
// flood, what chatters. Derived from the live alarms and the newest entries; pure apart from the signals.
import { computed } from '@preact/signals';
import { alarms, entries, site } from './live.ts';
import { wallTs } from './names.ts';
import { now } from './time.ts';
import type { Alarm, Entry, Priority, Site, Subject } from './types.ts';

export const rank: Record<Priority, number> = { high: 0, medium: 1, low: 2 };

export const isAside = (alarm: Alarm): boolean => alarm.set_aside !== 'none';
export const asksForSomebody = (alarm: Alarm): boolean =>
  !isAside(alarm) && (alarm.state === 'unack_active' || alarm.state === 'rtn_unack');

// The most urgent first, then what is still true, then the newest.
export function urgency(a: Alarm, b: Alarm): number {
  return (
    rank[a.prio] - rank[b.prio] ||
    Number(b.active) - Number(a.active) ||
    (b.raised_ts ?? 0) - (a.raised_ts ?? 0) ||
    a.id.localeCompare(b.id)
  );
}

export const todo = computed(() => [...alarms.value.values()].filter(asksForSomebody).sort(urgency));
export const ongoing = computed(() => [...alarms.value.values()].filter((one) => one.active && !isAside(one)).sort(urgency));
export const overUnacked = computed(() => [...alarms.value.values()].filter((one) => one.state === 'rtn_unack' && !isAside(one)).sort(urgency));
export const aside = computed(() => [...alarms.value.values()].filter(isAside).sort(urgency));
export const worst = computed<Priority | null>(() => todo.value[0]?.prio ?? null);

// Announcements (raised or repeated) that the newest entries tell of, with those alarms' own beginnings.
const tenMinutes = 10 * 60 * 1000;
const announces = (entry: Entry): boolean => entry.kind === 'alarm.raised' || entry.kind === 'alarm.repeated';
const alarmOf = (entry: Entry): string => entry.subj.find((one) => one.k === 'alarm')?.v ?? '';

const recentAnnouncements = computed(() => {
  const since = now.value - tenMinutes;
  const told = entries.value.filter((entry) => announces(entry) && wallTs(entry) > since);
  const counts = new Map<string, number>();
  for (const entry of told) counts.set(alarmOf(entry), (counts.get(alarmOf(entry)) ?? 0) + 1);
  // Raised before this page was opened: the alarm itself says when.
  for (const alarm of alarms.value.values()) {
    if (!isAside(alarm) && (alarm.raised_ts ?? 0) > since && !counts.has(alarm.id)) counts.set(alarm.id, 1);
  }
  return counts;
});

// EEMUA 191, ISA-18.2: more than ten announcements in ten minutes are a flood.
export const flood = computed(() => {
  let all = 0;
  for (const count of recentAnnouncements.value.values()) all += count;
  return all > 10 ? all : 0;
});

// Announced three times or more within ten minutes: how often, else 0.
export const chatter = (alarm: Alarm): number => {
  const count = recentAnnouncements.value.get(alarm.id) ?? 0;
  return count >= 3 ? count : 0;
};

// The door that an alarm is about, where it is about one: seals, readers and cameras have theirs.
export function doorOf(alarm: Pick<Alarm, 'source'>, where: Site | null = site.value): string | null {
  const { k, v } = alarm.source;
  if (k === 'door' || k === 'dock') return v;
  if (k === 'visit') return where?.doors.find((door) => v.endsWith(`-${door.id}`))?.id ?? null;
  const list = { seal: where?.seals, reader: where?.readers, camera: where?.cameras, light: where?.lights }[k];
  const found = list?.find((one) => one.id === v);
  const door = found?.['door'] ?? (found?.['doors'] as string[] | undefined)?.[0];
  return typeof door === 'string' ? door : null;
}

export interface Group {
  key: string;
  door: string | null;
  alarms: Alarm[];
}

// By door, else by the thing itself; in a flood by cause. Order: the most urgent of each.
export function grouped(list: readonly Alarm[], byCause: boolean): Group[] {
  const groups = new Map<string, Group>();
  for (const alarm of list) {
    const door = doorOf(alarm);
    const key = byCause ? alarm.kind : (door ?? `${alarm.source.k}/${alarm.source.v}`);
    const group = groups.get(key) ?? { key, door: byCause ? null : door, alarms: [] };
    group.alarms.push(alarm);
    groups.set(key, group);
  }
  return [...groups.values()];
}

// What a device that does not answer makes unknown: the things with a point on it.
export function thingsOn(device: string, where: Site | null = site.value): Subject[] {
  const found = new Map<string, Subject>();
  for (const point of where?.devices.find((one) => one.id === device)?.points ?? [])
    for (const subject of point.subjects) if (subject.k !== 'device') found.set(`${subject.k}/${subject.v}`, subject);
  return [...found.values()];
}
