// The ledger of a lot of seals: opening + received - issued + returned - void - lost = expected
// (CTPAT 6.6).

export interface LotStock {
  lot: string;
  state: string; // in_stock or quarantined
  seal_class: string;
  maker: string;
  certificate: string;
  size: number;
  opening: number;
  received: number;
  issued: number;
  returned: number;
  void: number;
  lost: number;
  expected: number;
  counted: number | null;
  counted_ts: number | null;
  difference: number | null;
  missing: number | null; // how many; serials stand in the entry of the count
  unexplained: number | null;
  unlisted: number | null; // of the difference, what these two do not account for
  balanced: boolean | null;
  entry: number;
}

export interface LedgerLine {
  name: 'opening' | 'received' | 'issued' | 'returned' | 'void' | 'lost' | 'expected' | 'counted' | 'difference';
  sign: '' | '+' | '-' | '=';
  value: number | null;
}

export function ledgerOf(lot: LotStock): LedgerLine[] {
  return [
    { name: 'opening', sign: '', value: lot.opening },
    { name: 'received', sign: '+', value: lot.received },
    { name: 'issued', sign: '-', value: lot.issued },
    { name: 'returned', sign: '+', value: lot.returned },
    { name: 'void', sign: '-', value: lot.void },
    { name: 'lost', sign: '-', value: lot.lost },
    { name: 'expected', sign: '=', value: lot.expected },
  ];
}

// Expected by the lines above; a server that says otherwise is not believed silently.
export function sumOf(lot: LotStock): number {
  return lot.opening + lot.received - lot.issued + lot.returned - lot.void - lot.lost;
}

export function addsUp(lot: LotStock): boolean {
  return sumOf(lot) === lot.expected;
}

export type Standing = 'never_counted' | 'balanced' | 'unbalanced' | 'quarantined';

export function standingOf(lot: LotStock): Standing {
  if (lot.state === 'quarantined') return 'quarantined';
  if (lot.counted_ts === null) return 'never_counted';
  return lot.balanced ? 'balanced' : 'unbalanced';
}

// What a person can do with a seal in this state (firmware/core/dock/custody_state.hpp).
const acts: Record<string, string[]> = {
  in_stock: ['seal.issue', 'seal.void', 'seal.lose'],
  issued: ['seal.return', 'seal.void', 'seal.lose'],
  affixed: ['seal.verify', 'seal.break', 'seal.tampered'],
  verified: ['seal.verify', 'seal.break', 'seal.tampered'],
  mismatch: ['seal.clear', 'seal.tampered', 'seal.hold'],
  tampered: ['seal.hold'],
  hold: ['seal.release'],
  removed: ['seal.dispose'],
};

export function actsOnSeal(state: string): string[] {
  return acts[state] ?? [];
}

export function inDoubt(state: string): boolean {
  return state === 'mismatch' || state === 'tampered' || state === 'hold';
}
