// Kinds of entries in the groups that people ask for.
export type Family = 'doors' | 'seals' | 'access' | 'visits' | 'alarms' | 'cameras' | 'power' | 'cases' | 'watch' | 'gateway';

const first: Record<string, Family> = {
  door: 'doors',
  maintenance: 'doors',
  seal: 'seals',
  seals: 'seals',
  custody: 'seals',
  lot: 'seals',
  badge: 'access',
  access: 'access',
  reader: 'access',
  person: 'access',
  visitor: 'access',
  driver: 'access',
  visit: 'visits',
  expected: 'visits',
  alarm: 'alarms',
  cross: 'alarms',
  camera: 'cameras',
  camera_check: 'cameras',
  picture: 'cameras',
  light: 'cameras',
  power: 'power',
  cabinet: 'power',
  case: 'cases',
  test: 'cases',
  test_mode: 'cases',
  drill: 'cases',
  coverage: 'watch',
  device: 'watch',
  point: 'watch',
  gap: 'watch',
};

export function familyOf(kind: string): Family {
  return first[kind.split('.')[0] ?? ''] ?? 'gateway';
}

export const families: Family[] = ['doors', 'seals', 'access', 'visits', 'alarms', 'cameras', 'power', 'cases', 'watch', 'gateway'];

export function familiesIn(kinds: Iterable<string>): Map<Family, number> {
  const found = new Map<Family, number>();
  for (const kind of kinds) found.set(familyOf(kind), (found.get(familyOf(kind)) ?? 0) + 1);
  return new Map(families.filter((family) => found.has(family)).map((family) => [family, found.get(family) ?? 0]));
}
