// What to do about an alarm: the steps of the catalog (`ui.do.…`, a line each). A kind has its own, or
// shares those of what is like it.
import { hasText, text, textOf } from './text.ts';

const alike: Record<string, string> = {
  'door-between-polls': 'door-stuck',
  'opened-while-sealed': 'seal-open',
  'opened-after-denial': 'door-forced',
  'dock-opened-without-visit': 'door-forced',
  'camera-unknown': 'camera-failed',
  'camera-not-recording': 'camera-failed',
  'camera-gap': 'camera-failed',
  'seal-battery': 'device-offline',
  'seal-tamper': 'seal-open',
  'custody-tampered': 'custody-mismatch',
  'custody-duplicate': 'custody-mismatch',
  'visit-seal-differs': 'custody-mismatch',
  'visit-cut-without-authority': 'custody-mismatch',
  'visit-opened-without-cut': 'custody-mismatch',
  'visit-opened-unverified': 'custody-mismatch',
  'visit-left-unsealed': 'visit-left-open',
  'visit-left-with-case': 'visit-left-open',
  'custody-by-another': 'visit-procedure',
  'visit-late-sealing': 'visit-procedure',
  'visit-not-inspected': 'visit-procedure',
  'visit-loaded-without-opening': 'visit-procedure',
  'visit-driver-not-identified': 'visit-procedure',
  'visit-inspection-failed': 'visit-procedure',
  'visit-sealed-without-close': 'visit-procedure',
  'battery-and-cabinet': 'cabinet-open',
  'device-replaced': 'cabinet-open',
  'power-low': 'power-on-battery',
  'light-failed': 'device-offline',
  'coverage-lost': 'device-offline',
  'repeated-denials': 'badge',
  'revoked-badge': 'badge',
  'visitor-overdue': 'overdue',
  'driver-overdue': 'overdue',
  'case-overdue': 'overdue',
  'test-due': 'overdue',
  'heads-kept-in': 'log',
  'log-unsigned': 'log',
  'witness-contradicts': 'log',
  'clock-doubted': 'log',
};

export function steps(kind: string): string[] {
  const shared = alike[kind] ?? (kind.endsWith('-unknown') ? 'unknown' : kind);
  const key = `ui.do.${shared}`;
  return (hasText(key) ? textOf(key, '') : text('ui.do.other')).split('\n');
}
