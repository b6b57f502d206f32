// The console in a browser, against a simulated site and its real gateway:
//
// paint       from the time an event carries (when it was seen, before it was committed) to the frame of the wall screen that
//             shows it, p95 under 150 ms; beside it a change that a script of the same page makes, to the frame that shows that.
// lighthouse  performance and accessibility of the first view, signed in, on Lighthouse's throttled phone: at least 95, and its
//             first paint under 1 s, with the standing alarms in it; beside it the first paint of a page of one sentence.
//
//     node bench/browser/main.mjs --binary FILE --web FOLDER [--json] [--changes N] [--only paint|lighthouse]
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { Desk } from '../../tests/ui/browser.mjs';
import { World, password, sleep, until } from '../../tests/ui/world.mjs';

const wanted = { paint_ms: 150, score: 95, first_view_ms: 1000 };

const { values } = parseArgs({
  options: { binary: { type: 'string' }, web: { type: 'string' }, json: { type: 'boolean' }, changes: { type: 'string', default: '120' }, only: { type: 'string' } },
});
const changes = Number(values.changes);

const percentile = (list, share) => [...list].sort((a, b) => a - b)[Math.floor(share * (list.length - 1))];
const round = (ms) => Math.round(ms * 10) / 10;

// Dock 9 opens and closes, twice in 1.1 s, not in step with any beat.
function scenario(directory) {
  const file = join(directory, 'doors.toml');
  const steps = Array.from({ length: Math.ceil(changes / 2) }, (_, i) => `[[step]]\nat_ms = ${2000 + 1100 * i}\nset = "io1.di2"\nto = true\nfor_ms = 537\n`);
  writeFileSync(file, `title = "A door that opens and closes"\n\n${steps.join('\n')}`);
  return file;
}

// In the page: when each change of dock 9's tile was painted, and what a change of its own takes.
async function watchTile(page) {
  await page.evaluate(() => {
    const painted = (then) => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.timeOrigin + performance.now());
      channel.port2.postMessage(0);
    });
    const tile = () => [...document.querySelectorAll('.tile')].find((one) => one.textContent.includes('Dock 9')).querySelector('.tile-state').textContent;
    window.shown = [];
    window.own = [];
    let was = tile();
    new MutationObserver(() => {
      const now = tile();
      if (now === was) return;
      was = now;
      painted((at) => window.shown.push({ state: now, at }));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    const mark = document.body.appendChild(document.createElement('span'));
    window.ownTimer = setInterval(() => {
      const began = performance.timeOrigin + performance.now();
      mark.textContent = String(began);
      painted((at) => window.own.push(at - began));
    }, 550);
  });
}

async function paint(world, browser) {
  const desk = new Desk(browser, world, mkdtempSync(join(tmpdir(), 'sealwarden-bench-')));
  const page = await desk.signIn('wall', { size: 'wall' });
  await page.locator('.tile', { hasText: 'Dock 9' }).waitFor();
  await watchTile(page);
  world.begin();
  await sleep(1000 * (4 + 0.55 * changes)); // the scenario's length, and what may come late
  const { shown, own } = await page.evaluate(() => ({ shown: window.shown, own: window.own }));
  const entries = world.verb(['log', 'search', '--door', 'd09', '--json']).trim().split('\n').map((line) => JSON.parse(line))
    .map(({ kind, t }) => ({ kind, ts: Date.parse(t.wall) }));
  await desk.close(page);
  rmSync(desk.shots, { recursive: true, force: true });
  // Two changes within one frame are one picture: each picture is held against the newest event that it can show.
  const took = shown.map(({ at, state }) => at - entries.filter(({ kind, ts }) => ts <= at && kind === (state === 'open' ? 'door.opened' : 'door.closed')).at(-1).ts);
  return { changes: took.length, p50_ms: round(percentile(took, 0.5)), p95_ms: round(percentile(took, 0.95)), own_p95_ms: round(percentile(own, 0.95)) };
}

const freePort = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});

async function firstView(world) {
  const folder = mkdtempSync(join(tmpdir(), 'sealwarden-bench-'));
  const port = await freePort();
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', ignoreHTTPSErrors: true,
    args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`, '--ignore-certificate-errors'],
  });
  try {
    const page = await context.newPage();
    await page.goto(world.url);
    await page.locator('input[autocomplete=username]').fill('ana');
    await page.locator('input[autocomplete=current-password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.locator('#main').waitFor();
    await page.close();
    // What is painted first is what the page itself carries: the alarms have to be there.
    const html = await (await context.request.get(`${world.url}/alarms`)).text();
    const alarms = [...html.matchAll(/<b class="(?:high|medium|low)/g)].length;
    const look = async (path) => (await lighthouse(`${world.url}${path}`, { port, output: 'json', logLevel: 'error', disableStorageReset: true, onlyCategories: ['performance', 'accessibility'], maxWaitForLoad: 20_000 })).lhr;
    const first = (lhr) => Math.round(lhr.audits['first-contentful-paint'].numericValue);
    const scores = [];
    const plain = [];
    for (let round = 0; round < 5; round++) {
      plain.push(first(await look('/plain.html')));
      const lhr = await look('/alarms');
      scores.push({
        performance: Math.round(lhr.categories.performance.score * 100), accessibility: Math.round(lhr.categories.accessibility.score * 100),
        first_view_ms: first(lhr), largest_ms: Math.round(lhr.audits['largest-contentful-paint'].numericValue),
        blocked_ms: Math.round(lhr.audits['total-blocking-time'].numericValue),
        // How fast the machine is: a page's own score hangs on it. 1,000 and more: a desktop that is not busy.
        machine: Math.round(lhr.environment.benchmarkIndex), seen: lhr.finalDisplayedUrl.replace(world.url, ''),
      });
    }
    const median = (key) => scores.map((one) => one[key]).sort((a, b) => a - b)[2];
    const plain_ms = plain.sort((a, b) => a - b)[2];
    return { ...Object.fromEntries(Object.keys(scores[0]).map((key) => [key, median(key)])), alarms, plain_ms };
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const directory = mkdtempSync(join(tmpdir(), 'sealwarden-bench-'));
const told = {};
// The web app, and beside it a page with nothing but a sentence, served in the same way.
const web = join(directory, 'web');
cpSync(values.web, web, { recursive: true });
writeFileSync(join(web, 'plain.html'), '<!doctype html><html lang="en"><title>Plain</title><p>Two alarms wait.</p></html>');
const world = await World.start({ binary: values.binary, web, scenario: scenario(directory) });
let browser;
try {
  for (const [user, role, person] of [['root', 'admin'], ['wall', 'wall'], ['ana', 'supervisor', 'ana-r']]) {
    world.verb(['user', 'add', user, '--name', user, '--role', role, '--password-fd', '0', ...(person ? ['--person', person] : [])], `${password}\n`);
  }
  if (values.only !== 'lighthouse') {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    told.paint = await paint(world, browser);
    await browser.close();
  }
  if (values.only !== 'paint') told.lighthouse = await firstView(world);
} finally {
  await browser?.close().catch(() => undefined);
  await world.stop();
  rmSync(directory, { recursive: true, force: true });
}

const met = (!told.paint || told.paint.p95_ms < wanted.paint_ms)
  && (!told.lighthouse || (told.lighthouse.performance >= wanted.score && told.lighthouse.accessibility >= wanted.score && told.lighthouse.first_view_ms < wanted.first_view_ms && told.lighthouse.alarms > 0));
if (values.json) console.log(JSON.stringify({ bench: 'browser', ...told, met }));
else {
  if (told.paint) console.log(`event to paint, ${told.paint.changes} changes: p50 ${told.paint.p50_ms} ms, p95 ${told.paint.p95_ms} ms, wanted under ${wanted.paint_ms}; ${round(told.paint.p95_ms / told.paint.own_p95_ms)} times a change of the page's own (p95 ${told.paint.own_p95_ms} ms)`);
  if (told.lighthouse) console.log(`first view ${told.lighthouse.seen} on a throttled phone: performance ${told.lighthouse.performance}, accessibility ${told.lighthouse.accessibility} (wanted ${wanted.score}), first paint ${told.lighthouse.first_view_ms} ms (wanted ${wanted.first_view_ms}; ${told.lighthouse.alarms} alarms in it; ${round(told.lighthouse.first_view_ms / told.lighthouse.plain_ms)} times a page of one sentence, ${told.lighthouse.plain_ms} ms), largest ${told.lighthouse.largest_ms} ms, blocked ${told.lighthouse.blocked_ms} ms; machine ${told.lighthouse.machine}`);
}
process.exit(met ? 0 : 1);
