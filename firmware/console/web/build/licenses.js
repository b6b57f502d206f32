// What is bundled from others, with their licences, as a file beside the console (/licenses.txt).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} root @returns {import('vite').Plugin} */
export function licenses(root) {
  return {
    name: 'sealwarden-licenses',
    apply: 'build',
    generateBundle() {
      const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
      const told = Object.keys(dependencies).map((name) => {
        const at = join(root, 'node_modules', name);
        const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((one) => join(at, one)).find((one) => existsSync(one));
        if (!file) this.error(`${name} has no licence file`);
        const { version } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
        return `${name} ${version}\n\n${readFileSync(/** @type {string} */ (file), 'utf8').trim()}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: told.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}
