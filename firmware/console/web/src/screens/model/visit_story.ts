// A visit as the path it should go, and where it is on it.
import { type Entry, flag, list, number, text, wallMs, peopleIn } from './record.ts';

export type StepName =
  'arrived' | 'inspected' | 'verified' | 'cut' | 'opened' | 'loading' | 'closed' | 'sealed' | 'departed' | 'cancelled';

export type StepState = 'done' | 'now' | 'ahead' | 'skipped' | 'not_needed';

export interface Step {
  name: StepName;
  state: StepState;
  atMs: number | null;
  people: string[];
  index: number | null; // of the newest entry that tells it
  between: boolean; // seen between two looks only
  learnt: boolean; // found so, not seen happening
  deviations: string[];
}

export interface Deviation {
  what: string;
  atMs: number;
  index: number;
  seal: string;
  documented: string;
}

export interface Story {
  id: string;
  container: string;
  door: string;
  state: string;
  purpose: string;
  over: boolean;
  steps: Step[];
  deviations: Deviation[];
  gapS: number | null; // from closing to seal
  lateLimit: boolean;
  outstanding: string[]; // seals expected and not verified yet
}

const eventOf: Record<StepName, string> = {
  arrived: 'visit.arrived',
  inspected: 'visit.inspected',
  verified: 'visit.verified',
  cut: 'visit.cut',
  opened: 'visit.opened',
  loading: 'visit.loading',
  closed: 'visit.closed',
  sealed: 'visit.sealed',
  departed: 'visit.departed',
  cancelled: 'visit.cancelled',
};

// Which step a deviation belongs to.
const stepOf: Record<string, StepName> = {
  opened_before_verified: 'opened',
  opened_without_cut: 'opened',
  seal_differs: 'verified',
  seal_cut_without_authority: 'cut',
  sealed_without_close: 'sealed',
  late_sealing: 'sealed',
  not_inspected: 'inspected',
  inspection_failed: 'inspected',
  loaded_without_opening: 'loading',
  driver_not_identified: 'arrived',
  left_open: 'departed',
  left_unsealed: 'departed',
  left_with_open_case: 'departed',
};

const personField: Partial<Record<StepName, string>> = {
  arrived: 'arrived_by',
  inspected: 'inspector',
  verified: 'verifier',
  cut: 'cutter',
  sealed: 'sealer',
  departed: 'departed_by',
};

const timeField: Partial<Record<StepName, string>> = {
  arrived: 'arrived_ts',
  inspected: 'inspected_ts',
  verified: 'verified_ts',
  cut: 'cut_ts',
  opened: 'opened_ts',
  loading: 'loading_ts',
  closed: 'closed_ts',
  sealed: 'sealed_ts',
};

// An inspection comes before loading: at once for what comes empty, behind the unloading for what comes for both.
const unloading: StepName[] = ['verified', 'cut', 'opened'];
function orderOf(purpose: string): StepName[] {
  if (purpose === 'load') return ['arrived', 'inspected', ...unloading, 'loading', 'closed', 'sealed', 'departed'];
  return ['arrived', ...unloading, 'inspected', 'loading', 'closed', 'sealed', 'departed'];
}

// What comes to be loaded has no seal to verify; what is only unloaded is neither inspected before
// loading nor sealed again.
export function needed(purpose: string, record: Entry): Set<StepName> {
  const steps = new Set<StepName>(['arrived', 'opened', 'loading', 'closed', 'departed']);
  if (purpose !== 'load') {
    steps.add('verified');
    steps.add('cut');
  }
  if (purpose !== 'unload') {
    steps.add('inspected');
    if (!flag(record, 'left_empty')) steps.add('sealed');
  }
  return steps;
}

// `record` is the newest entry that carries the visit's state, `entries` all about the visit in the
// order of the log (fewer make fewer details, not other ones).
export function storyOf(id: string, record: Entry, entries: readonly Entry[]): Story {
  const state = text(record, 'state');
  const purpose = text(record, 'purpose') || 'unload';
  const over = state === 'departed' || state === 'cancelled';
  const needs = needed(purpose, record);
  const deviations: Deviation[] = entries
    .filter((entry) => entry.kind === 'visit.deviation')
    .map((entry) => ({
      what: text(entry, 'what'),
      atMs: wallMs(entry),
      index: entry.i,
      seal: text(entry, 'seal'),
      documented: text(entry, 'documented'),
    }));

  const steps: Step[] = [];
  for (const name of orderOf(purpose)) {
    const told = entries.filter((entry) => entry.kind === eventOf[name]);
    const newest = told.at(-1);
    const field = timeField[name];
    const atMs = (field ? number(record, field) : null) ?? (newest && isTold(name, newest) ? wallMs(newest) : null);
    const by = personField[name];
    const people = by && text(record, by) ? [text(record, by)] : newest ? peopleIn(newest) : [];
    steps.push({
      name,
      state: 'ahead',
      atMs,
      people,
      index: newest?.i ?? null,
      between: newest ? flag(newest, 'between_polls') : false,
      learnt: newest ? flag(newest, 'learnt') : false,
      deviations: deviations.filter((one) => stepOf[one.what] === name).map((one) => one.what),
    });
  }
  if (state === 'cancelled') {
    const told = entries.filter((entry) => entry.kind === 'visit.cancelled').at(-1);
    steps.push({
      name: 'cancelled',
      state: 'done',
      atMs: told ? wallMs(told) : null,
      people: told ? peopleIn(told) : [],
      index: told?.i ?? null,
      between: false,
      learnt: false,
      deviations: [],
    });
  }

  const isDone = (step: Step): boolean => {
    if (step.name === 'departed') return state === 'departed';
    if (step.name === 'cancelled') return true;
    if (step.name === 'inspected') return flag(record, 'inspected');
    if (step.name === 'opened') return flag(record, 'opened');
    return step.atMs !== null;
  };
  let last = -1;
  steps.forEach((step, index) => {
    if (isDone(step)) last = index;
  });
  let nowGiven = false;
  steps.forEach((step, index) => {
    if (isDone(step)) {
      step.state = 'done';
    } else if (step.name !== 'cancelled' && !needs.has(step.name)) {
      step.state = 'not_needed';
    } else if (index < last || over) {
      step.state = 'skipped';
    } else if (!nowGiven) {
      step.state = 'now';
      nowGiven = true;
    }
  });

  const verified = list(record, 'seals_verified');
  const broken = list(record, 'seals_broken');
  return {
    id,
    container: text(record, 'container'),
    door: text(record, 'door'),
    state,
    purpose,
    over,
    steps,
    deviations,
    gapS: number(record, 'gap_s'),
    lateLimit: flag(record, 'late_told'),
    outstanding: list(record, 'seals_expected').filter((seal) => !verified.includes(seal) && !broken.includes(seal)),
  };
}

// A verification that leaves seals outstanding has not verified the visit.
function isTold(name: StepName, entry: Entry): boolean {
  return name !== 'verified' || text(entry, 'outstanding') === '';
}

export type VisitAct =
  'visit.inspect' | 'seal.verify' | 'seal.remove' | 'seal.break' | 'visit.load' | 'seal.affix' | 'visit.depart' | 'visit.cancel';

// What people can say of it now; the likely next one first. The gateway decides, this only keeps
// buttons away that could mean nothing.
export function actsOf(story: Story, record: Entry): VisitAct[] {
  if (story.over) return [];
  const on = list(record, 'seals_on');
  const acts: VisitAct[] = [];
  const next = story.steps.find((step) => step.state === 'now')?.name;
  const preferred: Partial<Record<StepName, VisitAct>> = {
    inspected: 'visit.inspect',
    verified: 'seal.verify',
    cut: 'seal.remove',
    loading: 'visit.load',
    sealed: 'seal.affix',
    departed: 'visit.depart',
  };
  const first = next ? preferred[next] : undefined;
  if (first) acts.push(first);
  const sealThere = on.length > 0 || story.outstanding.length > 0;
  const rest: VisitAct[] = ['visit.inspect'];
  if (sealThere) rest.push('seal.verify', 'seal.remove', 'seal.break');
  rest.push('visit.load', 'seal.affix', 'visit.depart');
  if (!flag(record, 'opened') && number(record, 'cut_ts') === null) rest.push('visit.cancel');
  for (const act of rest) if (!acts.includes(act)) acts.push(act);
  return acts;
}
