// The catalog's part that the web uses: config/text/{en,es}.json hold the words of the whole product,
// and only keys that stand in this code go to the browser. A key is used when it stands in quotes
// ('ui.alarms.title'), or when a template begins with its first part (`alarm.${kind}`): then all
// keys below are. A quoted `ui.` key that the catalog lacks fails the build.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export type Catalog = Record<string, string>;

export function sources(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

export function usedKeys(code: string[], catalog: Catalog): { used: Set<string>; missing: string[] } {
  const used = new Set<string>();
  const missing = new Set<string>();
  const all = Object.keys(catalog);
  for (const text of code) {
    for (const [, , key] of text.matchAll(/(["'`])([a-z]+(?:\.[A-Za-z0-9_-]+)+)\1/g)) {
      if (key! in catalog) used.add(key!);
      else if (key!.startsWith('ui.')) missing.add(key!);
    }
    for (const [, prefix] of text.matchAll(/`([a-z]+\.(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*)\$\{/g)) {
      const below = all.filter((key) => key.startsWith(prefix!));
      if (below.length === 0 && prefix!.startsWith('ui.')) missing.add(`${prefix}…`);
      for (const key of below) used.add(key);
    }
  }
  return { used, missing: [...missing].sort() };
}

export function texts(catalogs: string, src: string): Plugin {
  const read = (language: string): Catalog => JSON.parse(readFileSync(join(catalogs, `${language}.json`), 'utf8'));
  return {
    name: 'sealwarden-texts',
    resolveId: (id) => (id.startsWith('virtual:texts/') ? `\0${id}` : null),
    load(id) {
      const language = /^\0virtual:texts\/(en|es)$/.exec(id)?.[1];
      if (!language) return null;
      this.addWatchFile(join(catalogs, `${language}.json`));
      const catalog = read(language);
      const { used, missing } = usedKeys(sources(src), catalog);
      if (missing.length > 0) this.error(`${language}.json lacks: ${missing.join(', ')}`);
      const part = Object.fromEntries([...used].sort().map((key) => [key, catalog[key]]));
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(part))});`;
    },
  };
}
