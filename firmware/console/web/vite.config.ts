// The console is plain static files: no inline script or style, nothing from elsewhere, no eval, so
// that `script-src 'self'; require-trusted-types-for 'script'` holds. `npm run dev` answers from the
// sources and asks CONSOLE_URL (a running console) for /api.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { budgeted } from './build/budget.js';
import { compressed } from './build/compressed.js';
import { licenses } from './build/licenses.js';
import { texts } from './build/texts.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// What index.html itself shows is painted before the app's code is fetched and run: a browser may take a script of high priority first.
const paintFirst: Plugin = {
  name: 'sealwarden-paint-first',
  transformIndexHtml: { order: 'post', handler: (html) => html.replace('<script type="module"', '<script type="module" fetchpriority="low"') },
};

export default defineConfig({
  plugins: [paintFirst, texts(here('../../../config/text'), here('src')), budgeted(), licenses(here('.')), compressed()],
  build: {
    outDir: process.env['CONSOLE_OUT'] ?? here('../../../build/console-web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One script for the first view, the list of alarms: on a slow phone each further file is a journey of its own.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: /\/src\/(main|screens\/alarms)\.tsx$/ }] } } },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: process.env['CONSOLE_URL']
      ? { '/api': { target: process.env['CONSOLE_URL'], changeOrigin: true, secure: false } }
      : {},
  },
});
