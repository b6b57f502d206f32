// What a wall or a phone loads first has a budget that the build keeps.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from './load.mjs';

const { budget, budgeted, firstLoad } = await import(pathToFileURL(join(root, 'firmware/console/web/build/budget.js')).href);

const noise = (bytes) => randomBytes(bytes / 2).toString('hex');
const chunk = (code, more = {}) => ({ type: 'chunk', code, imports: [], isEntry: false, facadeModuleId: null, ...more });
const bundle = (size) => ({
  'index.html': { type: 'asset', source: '<!doctype html>' },
  'main.js': chunk(noise(size), { isEntry: true, imports: ['shared.js'], viteMetadata: { importedCss: new Set(['main.css']) } }),
  'main.css': { type: 'asset', source: 'a{}' },
  'shared.js': chunk('shared()'),
  'wall.js': chunk('wall()', { facadeModuleId: '/src/screens/wall.tsx' }),
  'settings.js': chunk(noise(400_000), { facadeModuleId: '/src/screens/settings.tsx' }),
});
const build = (files) => {
  const errors = [];
  budgeted().generateBundle.handler.call({ error: (what) => errors.push(what) }, {}, files);
  return errors;
};

test('screens that are opened later are not counted, what they share with the first is', () => {
  assert.deepEqual([...firstLoad(bundle(1000)).keys()].sort(), ['index.html', 'main.css', 'main.js', 'shared.js', 'wall.js']);
});

test('a build over the budget fails, one within it does not', () => {
  assert.deepEqual(build(bundle(1000)), []);
  const [error] = build(bundle(budget * 2.2));
  assert.match(error, /wall and phone load \d+ of 153600 bytes gzipped: .*main\.js/);
});
