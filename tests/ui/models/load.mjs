// The web's pure modules as the browser gets them: bundled by the builder that builds the console.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const web = join(root, 'firmware/console/web');
const { rolldown } = await import(pathToFileURL(createRequire(join(web, 'package.json')).resolve('rolldown')).href);

export async function load(module) {
  const bundle = await rolldown({ input: join(web, 'src', module), logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm' });
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}

export const model = (name) => load(`screens/model/${name}.ts`);

// An entry as the local door tells it.
let next = 1;
export function entry(kind, at, subjects, data = {}) {
  return {
    i: next++,
    kind,
    data,
    subj: subjects.map(([k, v]) => ({ k, v, n: 1, p: -1 })),
    t: { wall: new Date(at).toISOString(), mono_us: 0, boot: '', bootn: 1, sync: 'ntp', err_ms: 1 },
    v: 1,
  };
}
export const minute = 60_000;
export const noon = Date.parse('2026-11-24T18:00:00Z'); // 12:00 in Mexico City
