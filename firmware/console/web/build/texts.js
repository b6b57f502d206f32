// The catalog's part that the web uses: config/text/{en,es}.json hold the words of the whole product,
// and only keys that stand in this code go to the browser. A key is used when it stands in quotes
// ('ui.alarms.title'), or when a template begins with its first part (`alarm.${kind}`): then all
// keys below are. A quoted `ui.` key that the catalog lacks fails the build.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {Record<string, string>} Catalog */

/** @param {string} directory @param {RegExp} name @returns {string[]} */
export function sources(directory, name = /\.tsx?$/) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((one) => name.test(one))
    .map((one) => readFileSync(join(directory, one), 'utf8'));
}

/** @param {string} catalogs @param {string} language @returns {Catalog} */
export const catalog = (catalogs, language) => JSON.parse(readFileSync(join(catalogs, `${language}.json`), 'utf8'));

/** @param {string[]} code @param {Catalog} sentences @returns {{ used: Set<string>, missing: string[] }} */
export function usedKeys(code, sentences) {
  /** @type {Set<string>} */
  const used = new Set();
  /** @type {Set<string>} */
  const missing = new Set();
  const all = Object.keys(sentences);
  for (const text of code) {
    for (const [, , key = ''] of text.matchAll(/(["'`])([a-z]+(?:\.[A-Za-z0-9_-]+)+)\1/g)) {
      if (key in sentences) used.add(key);
      else if (key.startsWith('ui.')) missing.add(key);
    }
    for (const [, prefix = ''] of text.matchAll(/`([a-z]+\.(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]*)\$\{/g)) {
      const below = all.filter((key) => key.startsWith(prefix));
      if (below.length === 0 && prefix.startsWith('ui.')) missing.add(`${prefix}…`);
      for (const key of below) used.add(key);
    }
  }
  return { used, missing: [...missing].sort() };
}

/** @param {string} catalogs @param {string} src @returns {import('vite').Plugin} */
export function texts(catalogs, src) {
  return {
    name: 'sealwarden-texts',
    resolveId: (id) => (id.startsWith('virtual:texts/') ? `\0${id}` : null),
    load(id) {
      const language = /^\0virtual:texts\/(en|es)$/.exec(id)?.[1];
      if (!language) return null;
      this.addWatchFile(join(catalogs, `${language}.json`));
      const sentences = catalog(catalogs, language);
      const { used, missing } = usedKeys(sources(src), sentences);
      if (missing.length > 0) this.error(`${language}.json lacks: ${missing.join(', ')}`);
      const part = Object.fromEntries([...used].sort().map((key) => [key, sentences[key]]));
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(part))});`;
    },
  };
}
