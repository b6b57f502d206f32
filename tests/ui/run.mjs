// `./dev test --ui [WORD …]`: the stories of the console in Chromium against the real gateway and console.
// Closes with "N passed, N failed". Pictures of every screen are left in --shots.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Desk, launch } from './browser.mjs';
import { stories } from './stories.mjs';
import { World } from './world.mjs';

const { values, positionals } = parseArgs({
  options: { binary: { type: 'string' }, web: { type: 'string' }, shots: { type: 'string' }, keep: { type: 'boolean' } },
  allowPositionals: true,
});
const wanted = (story) => positionals.length === 0 || story.always || positionals.some((word) => story.name.includes(word));

rmSync(values.shots, { recursive: true, force: true });
const world = await World.start({ binary: values.binary, web: values.web, keep: values.keep });
let passed = 0;
let failed = 0;
let browser;
try {
  browser = await launch();
  const desk = new Desk(browser, world, values.shots);
  for (const story of stories.filter(wanted)) {
    const began = Date.now();
    try {
      await story.run({ desk, world, told: new Set() });
      passed++;
      console.log(`ok    ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${story.name}`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${story.name}\n${String(error.stack ?? error).replace(/^/gm, '      ')}`);
      const open = browser.contexts().flatMap((context) => context.pages()).at(-1);
      if (open) await desk.picture(open, `failed-${failed}`).catch(() => undefined);
      for (const context of browser.contexts()) await context.close();
      if (story.always) break;
    }
  }
} finally {
  await browser?.close();
  await world.stop();
}
if (values.keep) console.log(world.directory);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
