// Which right an act takes, as firmware/console/identity/rights.cpp has it; a test holds the two against each
// other. The server decides; this keeps buttons away that would be refused.
const acts: readonly [act: string, right: string][] = [
  ['acknowledge', 'respond'],
  ['alarm.silence', 'respond'],
  ['alarm.', 'shelve'],
  ['case.', 'respond'],
  ['visit.', 'dock'],
  ['seal.affix', 'dock'],
  ['seal.verify', 'dock'],
  ['seal.break', 'dock'],
  ['seal.remove', 'dock'],
  ['seal.tampered', 'dock'],
  ['seal.hold', 'dock'],
  ['seal.', 'custody'],
  ['lot.', 'custody'],
  ['person.', 'people'],
  ['visitor.', 'access'],
  ['maintenance.', 'access'],
  ['driver.', 'drivers'],
  ['test.', 'devices'],
  ['drill.', 'devices'],
];

// The first that fits: the act itself, or all of its noun; null: nobody may say it here.
export function rightOfAct(act: string): string | null {
  const found = acts.find(([name]) => (name.endsWith('.') ? act.startsWith(name) && act.length > name.length : act === name));
  return found?.[1] ?? null;
}
