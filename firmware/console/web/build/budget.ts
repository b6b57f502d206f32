// Fails the build when what a wall or a phone loads first exceeds its budget, gzipped: the page, the
// entry with its static imports and styles, the wall's and the alarms' chunks, one language and the font.
import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

export const budget = 150 * 1024;
const first = [/\/screens\/wall\.tsx$/, /\/screens\/alarms\.tsx$/, /virtual:texts\/es$/];
const fonts = /-latin-wght-normal.*\.woff2$/;

export function firstLoad(bundle: Rollup.OutputBundle): Map<string, number> {
  const sizes = new Map<string, number>();
  const add = (name: string): void => {
    const file = bundle[name];
    if (!file || sizes.has(name)) return;
    // A woff2 is compressed already and is served as it is.
    const bytes = file.type === 'chunk' ? Buffer.from(file.code) : Buffer.from(file.source);
    sizes.set(name, name.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length);
    if (file.type !== 'chunk') return;
    const extra = (file as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata;
    for (const css of extra?.importedCss ?? []) add(css);
    for (const other of file.imports) add(other);
  };
  for (const [name, file] of Object.entries(bundle)) {
    if (name === 'index.html' || fonts.test(name)) add(name);
    if (file.type === 'chunk' && (file.isEntry || first.some((one) => one.test(file.facadeModuleId ?? '')))) add(name);
  }
  return sizes;
}

export function budgeted(): Plugin {
  return {
    name: 'sealwarden-budget',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const sizes = firstLoad(bundle);
        const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        const told = [...sizes].map(([name, size]) => `${name} ${size}`).join(', ');
        if (total > budget) this.error(`wall and phone load ${total} bytes gzipped, more than ${budget}: ${told}`);
        console.log(`wall and phone load ${total} of ${budget} bytes gzipped: ${told}`);
      },
    },
  };
}
