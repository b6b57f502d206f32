// The effective configuration as lines: path, value, where it comes from.
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Line {
  pointer: string; // "/site/id"
  path: string; // "site.id", "door.d07.contact"
  value: string;
  origin: string; // "site.toml:3", an override's name, or "default"
  isDefault: boolean;
}

export interface Section {
  name: string; // "site", "door.d07"
  lines: Line[];
}

// What looks like a secret is shown by its kind; the server withholds it anyway.
const secret = /password|secret|token|key$/;

function shown(value: Json, key: string): string {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  if (secret.test(key) && typeof value === 'string' && value !== '') return '••••••';
  return String(value);
}

const isTable = (value: Json): value is { [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

// Elements of lists of tables are named by their id, as people know them.
export function sectionsOf(config: Json, origins: Record<string, string>): Section[] {
  const sections: Section[] = [];
  const originOf = (pointer: string): string => {
    for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const origin = origins[at];
      if (origin !== undefined) return origin;
    }
    const below = Object.entries(origins).find(([one]) => one.startsWith(`${pointer}/`));
    return below?.[1] ?? 'default';
  };
  const walk = (table: { [key: string]: Json }, pointer: string, name: string, section: Section | null): void => {
    const own = section ?? { name, lines: [] };
    if (!section) sections.push(own);
    for (const [key, value] of Object.entries(table)) {
      const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const path = name ? `${name}.${key}` : key;
      if (Array.isArray(value) && value.length > 0 && value.every(isTable)) {
        value.forEach((one, index) => walk(one as { [key: string]: Json }, `${at}/${index}`, `${path}.${String((one as { id?: Json }).id ?? index)}`, null));
      } else if (isTable(value) && Object.keys(value).length > 0) {
        walk(value, at, path, name === '' ? null : own);
      } else {
        const origin = originOf(at);
        own.lines.push({ pointer: at, path, value: shown(value, key), origin, isDefault: origin === 'default' });
      }
    }
  };
  if (isTable(config)) walk(config, '', '', null);
  return sections.filter((section) => section.lines.length > 0);
}

export function matching(sections: readonly Section[], words: string, changedOnly: boolean): Section[] {
  const wanted = words.trim().toLowerCase();
  return sections
    .map((section) => ({
      ...section,
      lines: section.lines.filter(
        (line) => (!changedOnly || !line.isDefault) && (wanted === '' || line.path.toLowerCase().includes(wanted) || line.value.toLowerCase().includes(wanted)),
      ),
    }))
    .filter((section) => section.lines.length > 0);
}
