// What the local door says (firmware/local/PROTOCOL.md), as the console passes it on.
export type Priority = 'high' | 'medium' | 'low';
export interface Subject {
  k: string;
  v: string;
}
export interface Names {
  en: string;
  es: string;
}

export type AlarmState = 'normal' | 'unack_active' | 'ack_active' | 'rtn_unack';
export type SetAside = 'none' | 'shelved' | 'suppressed' | 'out_of_service';
export interface Alarm {
  id: string;
  kind: string;
  source: Subject;
  prio: Priority;
  state: AlarmState;
  active: boolean;
  count: number;
  raised_ts: number | null;
  cleared_ts: number | null;
  acked_by: string | null;
  needs_second: boolean;
  silenced: boolean;
  set_aside: SetAside;
  set_aside_by: string | null;
  until_ts: number | null;
  things: number;
}

// Which further values there are depends on the subject's kind.
export interface State {
  subject: Subject;
  since_ts: number | null;
  good: boolean;
  [value: string]: unknown;
}

// The log's record (firmware/eventlog/FORMAT.md); `wall` is RFC 3339 in UTC with microseconds.
export type Datum = string | number | boolean | null;
export interface Entry {
  i: number;
  kind: string;
  data: Record<string, Datum>;
  subj: (Subject & { n: number; p: number })[];
  src?: { dev: string; point: string };
  t: { wall: string; mono_us: number; after_us?: number; boot: string; bootn: number; sync: string; err_ms: number };
  priv?: string;
  v: number;
}

export interface Thing {
  id: string;
  name: Names;
  [field: string]: unknown;
}
export interface Site {
  site: string;
  gateway: string;
  name: Names;
  time_zone: string;
  doors: (Thing & { kind: string; zone?: string; reader?: string; seal?: string; cameras?: string[] })[];
  seals: Thing[];
  readers: Thing[];
  cameras: Thing[];
  lights: Thing[];
  power: Thing[];
  cabinets: Thing[];
  outputs: Thing[];
  zones: Thing[];
  devices: (Omit<Thing, 'name'> & { points: { point: string; subjects: Subject[] }[] })[];
  limits: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Session {
  user: string;
  name: string;
  role: string;
  person: string;
  language: 'en' | 'es';
  rights: string[];
  csrf: string;
  expires_ts: number;
}
