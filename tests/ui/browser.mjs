// Chromium for the stories: pages of a given size, theme and language, signed in; what axe finds; what
// does not fit; and pictures.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { password, people, until } from './world.mjs';

const require = createRequire(join(dirname(fileURLToPath(import.meta.url)), '../peers/'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core'), 'utf8');

export const sizes = {
  phone: { width: 360, height: 740 },
  tiny: { width: 320, height: 640 },
  tablet: { width: 1024, height: 768 },
  desk: { width: 1440, height: 900 },
  wall: { width: 1920, height: 1080 },
};

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}

export class Desk {
  constructor(browser, world, shots) {
    this.browser = browser;
    this.world = world;
    this.shots = shots;
    mkdirSync(shots, { recursive: true });
  }

  // A page with nobody signed in. What the browser itself complains about fails the story: scripts that
  // throw, everything that the security policy kept out, and every answer of 400 and above that the
  // story did not announce by page.expects().
  async page({ size = 'desk', theme = 'light', language = 'en', touch = false } = {}) {
    const context = await this.browser.newContext({
      viewport: sizes[size], colorScheme: theme, locale: language === 'es' ? 'es-MX' : 'en-US', hasTouch: touch, isMobile: touch, ignoreHTTPSErrors: true,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.complaints = [];
    const expected = [];
    // So many answers of this status ('lost': connections that fail), of addresses with this in them.
    page.expects = (status, where, times = 1) => expected.push({ status, where, times, met: 0 });
    page.unmet = () => expected.filter((one) => one.met === 0).map((one) => `expected ${one.status} of ${one.where}, which never came`);
    const announced = (status, url) => {
      const one = expected.find((other) => other.status === status && other.met < other.times && url.includes(other.where));
      if (one) one.met++;
      return one !== undefined;
    };
    page.on('response', (answer) => {
      if (answer.status() >= 400 && !announced(answer.status(), answer.url())) page.complaints.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
    });
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? '';
      // What the page itself gave up: a picture or a question of a screen that was left, the feed at the end.
      if (why === 'net::ERR_ABORTED') return;
      if (!announced('lost', request.url())) page.complaints.push(`${why} ${request.method()} ${request.url()}`);
    });
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('console', (message) => {
      // Answers and connections are told above, with their addresses.
      if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) page.complaints.push(message.text());
    });
    page.expects(401, '/api/v1/session'); // who is there? nobody yet
    return page;
  }

  async signIn(user, options = {}) {
    const page = await this.page(options);
    await page.goto(this.world.url);
    await page.locator('input[autocomplete=username]').fill(user);
    await page.locator('input[autocomplete=current-password]').fill(password);
    await page.locator('button[type=submit]').click();
    await page.locator('#main').waitFor();
    if (people[user] && options.language) await this.speak(page, options.language);
    return page;
  }

  async speak(page, language) {
    const changed = await page.evaluate(async (wanted) => {
      const session = await (await fetch('/api/v1/session')).json();
      if (session.language === wanted) return false;
      await fetch('/api/v1/session', { method: 'PATCH', headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf }, body: JSON.stringify({ language: wanted }) });
      return true;
    }, language);
    if (changed) await page.reload();
    await until(`the words in ${language}`, () => page.evaluate((wanted) => document.documentElement.lang.startsWith(wanted) && document.querySelector('#main h1') !== null, language));
  }

  // Inside the app, without loading it anew.
  async goTo(page, address) {
    await page.evaluate((to) => {
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    }, address);
    // Not waitForFunction, which the page's Trusted Types forbid.
    await until(`${address}`, () => page.evaluate(() => document.querySelector('#main h1') !== null && document.querySelector('#main .waiting') === null), 15);
    await page.waitForTimeout(80);
  }

  async picture(page, name) {
    await page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  async axe(page, rules) {
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
    const found = await page.evaluate(
      (only) => window.axe.run(document, { resultTypes: ['violations'], ...(only ? { runOnly: { type: 'rule', values: only } } : {}) }),
      rules ?? null,
    );
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`).join('; ')}`);
  }

  // Words that are cut or run out of what holds them; lists that scroll and names that end in "…" may.
  async overflow(page) {
    return page.evaluate(() => {
      const found = [];
      if (document.documentElement.scrollWidth > innerWidth + 1) found.push(`page is ${document.documentElement.scrollWidth} wide in ${innerWidth}`);
      for (const one of document.querySelectorAll('button, a.button, .chip, .tag, .nav a, th, h1, h2, h3, label, dt, .badge, .vital, .tile-state, .tile-alarm, .note, .empty')) {
        const style = getComputedStyle(one);
        if (style.visibility === 'hidden' || one.clientWidth === 0 || one.closest('.hidden, [aria-hidden=true]')) continue;
        if (one.matches('.hidden, .hidden *')) continue;
        if (one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 2 && style.display !== 'inline') found.push(`${one.tagName}.${one.className} "${one.textContent.slice(0, 40)}" ${one.scrollWidth} in ${one.clientWidth}`);
      }
      return found;
    });
  }

  async close(page) {
    await page.context().close();
    page.complaints.push(...page.unmet());
    assert.deepEqual(page.complaints, [], 'the browser complained');
  }
}
