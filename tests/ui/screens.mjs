// The registry of screens, read from the app's own source: whoever adds a screen there has it tested here.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '../../firmware/console/web');

export async function screens() {
  const vite = await import(pathToFileURL(createRequire(join(web, 'package.json')).resolve('vite')).href);
  const source = readFileSync(join(web, 'src/screens.ts'), 'utf8');
  const { code } = await vite.transformWithOxc(source, 'screens.ts', { lang: 'ts' });
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
  return module.screens.map(({ path, right, example, theme, bare }) => ({ path, right, theme, bare, address: example ?? (path.includes(':') ? null : path) }));
}
