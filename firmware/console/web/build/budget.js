// Fails the build when what a wall or a phone loads first exceeds its budget, gzipped: the page, the
// entry with its static imports and styles, the wall's and the alarms' chunks, one language and the font.
import { gzipSync } from 'node:zlib';

export const budget = 150 * 1024;
const first = [/\/screens\/wall\.tsx$/, /\/screens\/alarms?\.tsx$/, /virtual:texts\/es$/];
const fonts = /-latin-wght-normal.*\.woff2$/;

/** @param {import('vite').Rollup.OutputBundle} bundle @returns {Map<string, number>} */
export function firstLoad(bundle) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  /** @param {string} name */
  const add = (name) => {
    const file = bundle[name];
    if (!file || sizes.has(name)) return;
    // A woff2 is compressed already and is served as it is.
    const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
    sizes.set(name, name.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length);
    if (file.type !== 'chunk') return;
    for (const css of file.viteMetadata?.importedCss ?? []) add(css);
    for (const other of file.imports) add(other);
  };
  for (const [name, file] of Object.entries(bundle)) {
    if (name === 'index.html' || fonts.test(name)) add(name);
    if (file.type === 'chunk' && (file.isEntry || first.some((one) => one.test(file.facadeModuleId ?? '')))) add(name);
  }
  return sizes;
}

/** @returns {import('vite').Plugin} */
export function budgeted() {
  return {
    name: 'sealwarden-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const sizes = firstLoad(bundle);
        const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        const told = `wall and phone load ${total} of ${budget} bytes gzipped`;
        if (total > budget) this.error(`${told}: ${[...sizes].map(([name, size]) => `${name} ${size}`).join(', ')}`);
        console.log(told);
      },
    },
  };
}
