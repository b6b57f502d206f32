// A door as people see it: its position, its seal, the visit at it and what is wrong with it, from the
// live states. A door nobody watches is unknown, never closed.
import { doorOf, isAside, urgency } from './alarms.ts';
import type { Mark } from './components/badge.tsx';
import { alarms, isLive, site, stateOf, states } from './live.ts';
import { named } from './names.ts';
import { textOf, word } from './text.ts';
import type { Alarm, State } from './types.ts';

export interface DoorView {
  id: string;
  name: string;
  kind: string;
  state: State | undefined;
  known: boolean; // watched, and this view is live
  said: string; // the word to show: "closed", "FORCED"
  was: string | null; // where it is not known: what it was
  since: number | null;
  mark: Mark | null; // what is wrong
  hollow: boolean; // and somebody has acknowledged all of it
  alarms: Alarm[];
  seals: State[];
  dock: State | undefined;
}

export const thingsAt = (list: 'seals' | 'readers' | 'cameras' | 'lights', door: string): string[] =>
  (site.value?.[list] ?? []).filter((one) => one['door'] === door || (Array.isArray(one['doors']) && one['doors'].includes(door))).map((one) => one.id);

// Short, for tiles: "held open too long" has no room there.
const tileWord = (at: string): string => textOf(`ui.tile.${at}`, word(at));

function position(state: State | undefined): string {
  if (!state) return 'unknown';
  if (state['forced'] === true) return 'forced';
  if (state['held'] === true) return 'held';
  return String(state['state'] ?? 'unknown');
}

export function doorView(id: string): DoorView {
  const configured = site.value?.doors.find((one) => one.id === id);
  const state = stateOf('door', id);
  const about = [...alarms.value.values()].filter((alarm) => !isAside(alarm) && doorOf(alarm) === id).sort(urgency);
  const known = isLive.value && state?.good === true;
  const at = position(state);
  const waiting = about.filter((alarm) => alarm.state !== 'ack_active');
  const worst = waiting[0] ?? about[0];
  return {
    id,
    name: named(configured?.name, id),
    kind: configured?.kind ?? '',
    state,
    known,
    said: tileWord(known ? at : 'unknown'),
    was: known || !state || at === 'unknown' ? null : word(at),
    since: state?.since_ts ?? null,
    mark: worst?.prio ?? (known ? null : 'unknown'),
    hollow: worst !== undefined && waiting.length === 0,
    alarms: about,
    seals: thingsAt('seals', id).flatMap((seal) => stateOf('seal', seal) ?? []),
    dock: stateOf('dock', id),
  };
}

export function allDoors(): DoorView[] {
  const ids = site.value
    ? site.value.doors.map((door) => door.id)
    : [...states.value.values()].filter((one) => one.subject.k === 'door').map((one) => one.subject.v).sort();
  return ids.map(doorView);
}

// "sealed HL123456", "seal broken", nothing where there is no seal.
export function sealWords(view: DoorView): string | null {
  const seal = view.seals[0];
  if (!seal) return null;
  const at = seal.good && isLive.value ? String(seal['detail'] ?? seal['state']) : 'unknown';
  const number = typeof seal['number'] === 'string' ? ` ${seal['number']}` : '';
  return `${word('seal')} ${word(at)}${at === 'unknown' ? '' : number}`;
}

export function visitWords(view: DoorView): string | null {
  const dock = view.dock;
  if (!dock || dock['visit'] === null || dock['visit'] === undefined) return null;
  return `${String(dock['container'] ?? dock['visit'])} · ${word(String(dock['state']))}`;
}
