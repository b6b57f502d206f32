// What dock clerks, security officers, auditors and administrators do at their desks, from the first click
// to what the log has of it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { password, sleep, until } from './world.mjs';

const get = (page, path) => page.evaluate(async (at) => (await fetch(`/api/v1${at}`)).json(), path);
const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog[open]');

// Fills the open form by the labels people read, sends it, and waits until the log has it.
async function say(page, fields, send) {
  const form = dialog(page);
  await form.waitFor();
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label);
    if (value === true) await field.check();
    else if ((await field.first().evaluate((one) => one.tagName)) === 'SELECT') await field.selectOption({ label: value });
    else await field.fill(value);
  }
  await form.getByRole('button', { name: send, exact: true }).click();
  await form.getByText(/recorded #\d+/).waitFor().catch(async (error) => {
    throw new Error(`not recorded; the form says: ${await form.innerText()}`, { cause: error });
  });
  const index = Number((await form.getByText(/recorded #\d+/).innerText()).match(/#(\d+)/)[1]);
  await form.locator('.dialog-foot').getByRole('button', { name: 'Close' }).click();
  await form.waitFor({ state: 'detached' });
  return index;
}

// The four results, each by its own radio button.
async function vvtt(page, result = 'good') {
  for (const check of [/^View/, /^Verify/, /^Tug/, /^Twist/]) await dialog(page).getByRole('group', { name: check }).getByLabel(result, { exact: true }).check();
}

const stateOf = (page, step) => page.locator('.step', { hasText: step }).getAttribute('class');

export const deskStories = [
  {
    name: 'a dock clerk takes a container through its whole visit, and each step has its entry',
    async run({ desk, world }) {
      const page = await desk.signIn('ana', { size: 'tablet', touch: true });
      await desk.goTo(page, '/visits?tab=expected');
      await button(page, 'Expect a unit').click();
      // A wrong check digit is told; what the log has is the refusal.
      page.expects(409, '/acts/visit.expect');
      await dialog(page).getByLabel('Container or plate').fill('HLXU2008418');
      await dialog(page).getByRole('button', { name: 'Expect a unit', exact: true }).click();
      await dialog(page).getByText(/check digit/).first().waitFor();
      // In the reader's language by the refusal's reason, and not under the foot of the form.
      await dialog(page).getByText('read it again').first().waitFor();
      const [note, foot] = await Promise.all(['[role=alert]', '.dialog-foot'].map((part) => dialog(page).locator(part).boundingBox()));
      assert.ok(note.y + note.height <= foot.y + 1, `the refusal ends at ${note.y + note.height}, the foot begins at ${foot.y}`);
      await desk.picture(page, 'refused-check-digit');
      const told = Number((await dialog(page).innerText()).match(/recorded #(\d+)/)[1]);
      assert.equal((await get(page, `/entries/${told}`)).entry.kind, 'command.refused');
      await say(page, { 'Container or plate': 'HLXU2008419', 'Seals on the documents': 'HL990011', Carrier: 'Naviera del Golfo' }, 'Expect a unit');
      await page.getByRole('row', { name: /HLXU2008419/ }).waitFor();

      await page.getByRole('row', { name: /HLXU2008419/ }).getByRole('button', { name: 'Something arrives' }).click();
      const arrived = await say(page, { Door: 'Dock 9' }, 'Something arrives');
      assert.equal((await get(page, `/entries/${arrived}`)).entry.kind, 'expected.used');
      await page.getByRole('tab', { name: 'Docks' }).click();
      await page.locator('.dock', { hasText: 'HLXU2008419' }).getByRole('link', { name: 'Dock 9' }).click();
      await page.getByRole('heading', { name: 'HLXU2008419 at Dock 9' }).waitFor();
      assert.match(await stateOf(page, 'Seal verified'), /step-now/);
      assert.deepEqual(await desk.axe(page), []);

      await button(page, 'Check the seal (VVTT)').click();
      assert.equal(await dialog(page).getByLabel('Seal number, as it reads').inputValue(), '', 'the number is read off the seal');
      await vvtt(page);
      await desk.picture(page, 'visit-vvtt');
      await say(page, { 'Seal number, as it reads': 'HL990011' }, 'Check the seal (VVTT)');
      await page.locator('.step-done', { hasText: 'Seal verified' }).waitFor();

      await button(page, 'Cut the seal').click();
      await vvtt(page);
      const cut = await say(page, { 'Seal number, as it reads': 'HL990011', Authority: 'BL-9001', Reason: 'to be unloaded' }, 'Cut the seal');
      assert.equal((await get(page, `/entries/${cut}`)).entry.data.person, 'ana-r');
      await page.locator('.step-done', { hasText: 'Seal cut' }).waitFor();

      await button(page, 'Inspect').click();
      await dialog(page).getByRole('button', { name: 'Inspect', exact: true }).click();
      await dialog(page).getByText('missing: 1, 2, 3, 4, 5, 6, 7').waitFor();
      for (const point of await dialog(page).locator('.points fieldset').all()) await point.getByLabel('in order', { exact: true }).check();
      await desk.picture(page, 'visit-inspect');
      await say(page, { 'Version of the procedure': 'p-12' }, 'Inspect');
      await page.getByText('all 7 points in order').waitFor();

      await button(page, 'It leaves').click();
      await say(page, { 'It leaves empty': true }, 'It leaves');
      await page.locator('.standing', { hasText: 'left' }).waitFor();
      assert.equal(await button(page, 'It leaves').count(), 0, 'what has left asks for nothing more');
      assert.deepEqual(await desk.overflow(page), []);
      await desk.picture(page, 'visit-done');
      const story = (await get(page, '/records/visit?ended=1')).records.find((one) => one.data.container === 'HLXU2008419');
      assert.equal(story.kind, 'visit.departed');
      assert.equal(story.data.departed_by, 'ana-r');
      assert.equal(story.data.vvtt_complete, true);
      await page.emulateMedia({ media: 'print' });
      await desk.picture(page, 'print-visit');
      assert.equal(await page.locator('.nav').isVisible(), false, 'paper has no navigation');
      assert.ok(world);
      await desk.close(page);
    },
  },
  {
    name: 'what a case holds does not leave until somebody was told and the case has its result',
    async run({ desk, world }) {
      const page = await desk.signIn('ana', { size: 'desk' });
      await desk.goTo(page, '/visits');
      const dock = page.locator('.dock', { hasText: 'CSQU3054383' });
      await dock.getByText('must not leave').waitFor();
      await dock.getByRole('link', { name: 'Dock 8' }).click();
      await page.locator('.holds .note').first().waitFor();
      const visit = page.url();
      page.expects(409, '/acts/visit.depart');
      await button(page, 'It leaves').click();
      await dialog(page).getByRole('button', { name: 'It leaves', exact: true }).click();
      await dialog(page).getByRole('alert').waitFor();
      assert.match(await dialog(page).innerText(), /is not to leave/, "the gateway's own sentence");
      const refused = Number((await dialog(page).innerText()).match(/recorded #(\d+)/)[1]);
      assert.equal((await get(page, `/entries/${refused}`)).entry.kind, 'command.refused');
      await desk.picture(page, 'visit-held');
      assert.deepEqual(await desk.axe(page), []);
      await dialog(page).locator('.dialog-foot').getByRole('button', { name: 'Cancel' }).click();

      // The log tells of it before its answer is here: the form stays and says where it is recorded.
      await page.route('**/api/v1/acts/case.close', async (route) => {
        const answer = await route.fetch();
        await sleep(500);
        await route.fulfill({ response: answer });
      });
      const cases = await page.locator('.holds .note a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
      for (const [turn, address] of cases.entries()) {
        await desk.goTo(page, address);
        await page.getByText('Nobody was told yet.').waitFor();
        await button(page, 'Somebody was told').click();
        await say(page, { 'Who was told': 'CBP', How: 'telephone' }, 'Somebody was told');
        await page.getByText('CBP').first().waitFor();
        if (turn === 0) await desk.picture(page, 'case-told');
        await button(page, 'Close the case').click();
        if (turn === 0) {
          // What became of the seal is decided before the case over it is.
          page.expects(409, '/acts/case.close');
          await dialog(page).getByLabel('Result').fill('Nothing is missing.');
          await dialog(page).getByRole('button', { name: 'Close the case', exact: true }).click();
          await dialog(page).getByRole('alert').waitFor();
          assert.match(await dialog(page).innerText(), /HL555010/);
          await dialog(page).locator('.dialog-foot').getByRole('button', { name: 'Cancel' }).click();
          world.verb(['seal', 'hold', '--seal', 'HL555010', '--place', 'evidence cage', '--person', 'sofia-n']);
          world.verb(['seal', 'release', '--seal', 'HL555010', '--result', 'cut by thieves, report 17', '--person', 'sofia-n']);
          await button(page, 'Close the case').click();
        }
        await say(page, { Result: 'The unit was searched with the carrier; the seal was replaced and the police has the numbers.' }, 'Close the case');
        await page.locator('.standing', { hasText: 'closed' }).waitFor();
      }
      await page.goto(visit);
      await page.locator('#main h1').waitFor();
      await until('no hold', async () => (await page.locator('.holds .note[data-mood=bad]').count()) === 0);
      await button(page, 'It leaves').click();
      await say(page, {}, 'It leaves');
      await page.locator('.standing', { hasText: 'left' }).waitFor();
      await desk.close(page);
    },
  },
  {
    name: 'a security officer answers what happened at dock 8 between 22:00 and 02:00 and who, in one line, and exports it',
    async run({ desk }) {
      const page = await desk.signIn('sofia', { size: 'desk' });
      const began = Date.now();
      await desk.goTo(page, '/search');
      await page.getByLabel(/^Door, container/).fill('dock 8 22:00 to 02:00');
      await page.keyboard.press('Enter');
      await page.locator('.timeline-box').waitFor();
      await page.getByRole('row', { name: /Dock 8 opened/ }).first().waitFor();
      assert.ok(Date.now() - began < 60_000, 'answered within a minute');
      assert.match(page.url(), /subject=door%3Ad08/);
      const who = page.locator('.who');
      await who.getByText('Luis Mora').waitFor();
      await desk.picture(page, 'search-answer');
      assert.deepEqual(await desk.axe(page), []);
      const all = await page.locator('.answer tbody tr').count();
      await who.getByRole('button', { name: /Luis Mora/ }).click();
      await until('only what Luis did', async () => (await page.locator('.answer tbody tr').count()) < all);
      assert.ok((await page.locator('.answer tbody tr').allInnerTexts()).every((row) => row.includes('Luis Mora')));
      await who.getByRole('button', { name: /Luis Mora/ }).click();

      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Export CSV' }).click()]);
      const csv = readFileSync(await file.path(), 'utf8');
      assert.match(csv, /custody\.tampered/);
      assert.match(csv, /CSQU3054383/);
      const entered = (await get(page, '/entries?kinds=console.exported&order=newest&limit=1')).entries[0];
      assert.match(JSON.stringify(entered), /sofia/);
      assert.match(JSON.stringify(entered.data), /door:d08/);

      // Kept in this browser, and found again.
      await button(page, 'Keep this search here').click();
      await desk.goTo(page, '/search');
      await page.locator('.saved a').first().click();
      await page.getByRole('row', { name: /Dock 8 opened/ }).first().waitFor();

      // The words of an address are taken apart as if they had been typed.
      await desk.goTo(page, `/search?q=${encodeURIComponent('dock 8 22:00-02:00')}`);
      await page.getByRole('row', { name: /Dock 8 opened/ }).first().waitFor();
      const asked = new URL(page.url()).searchParams;
      assert.deepEqual([asked.get('subject'), asked.get('q'), asked.has('since')], ['door:d08', null, true]);
      await desk.close(page);
    },
  },
  {
    name: 'an auditor builds a bundle, downloads it, and the verifier accepts it',
    async run({ desk, world }) {
      const page = await desk.signIn('aldo', { size: 'desk' });
      await desk.goTo(page, '/evidence');
      await page.getByLabel('Container or trailer').fill('csqu 305438 3');
      // The period ends with a whole minute that lies behind the theft.
      const last = Date.parse((await get(page, '/records/visit?ended=1')).records.find((one) => one.data.container === 'CSQU3054383').t.wall);
      await until('the end of this minute', () => Math.floor(Date.now() / 60_000) * 60_000 > last, 65);
      const input = (ms) => new Intl.DateTimeFormat('sv-SE', { timeZone: world.zone, dateStyle: 'short', timeStyle: 'short' }).format(ms).replace(' ', 'T');
      await page.getByLabel('To', { exact: true }).fill(input(Date.now()));
      await button(page, 'See how complete it is').click();
      await page.locator('[role=meter]').first().waitFor();
      await page.getByText('Seal checks with all four results').waitFor();
      await button(page, 'Make the bundle').click();
      assert.equal(await page.locator('.field .wrong').count(), 2, 'for whom and why are asked for');
      await page.getByLabel('For whom').fill('CTPAT validation, J. Ortega');
      await page.getByLabel('Reason').fill('Seal HL555010 was cut without authority');
      await desk.picture(page, 'evidence-meter');
      assert.deepEqual(await desk.axe(page), []);
      await button(page, 'Make the bundle').click();
      await page.locator('.tag', { hasText: 'Ready' }).first().waitFor({ timeout: 90_000 });
      await desk.picture(page, 'evidence-ready');
      const shown = (await page.locator('dd .mono').first().innerText()).replace(/\s/g, '');
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a.primary', { hasText: 'Download' }).click()]);
      const bundle = join(world.directory, file.suggestedFilename());
      await file.saveAs(bundle);
      assert.equal(execFileSync('sha256sum', [bundle], { encoding: 'utf8' }).slice(0, 64), shown, 'the hash that is shown is that of the file');
      const verifier = join(world.binary, '../verify/sealwarden-verify');
      assert.ok(existsSync(verifier), verifier);
      // 4: verified, with gaps that are named. This log began in the period, and its first epoch is not over, unless an hour
      // ended meanwhile.
      const verified = spawnSync(verifier, ['--sheet', world.sheet, '--json', bundle], { encoding: 'utf8' });
      assert.equal(verified.status, 4, `${verified.stdout}${verified.stderr}`);
      const answer = JSON.parse(verified.stdout);
      assert.equal(answer.verdict, 'verified_with_gaps');
      assert.deepEqual(answer.failures, []);
      // The log's beginning is told, and each device that a slow machine lets miss its time; one whose clock is not synchronised
      // says so too.
      const gaps = [...new Set(answer.findings.filter((one) => one.gap).map((one) => one.word))];
      const hour = (ms) => Math.floor(ms / 3_600_000);
      const mayLack = hour(last) === hour(Date.now()) ? [] : ['epoch_open'];
      const expected = ['told_gap', 'epoch_open'].filter((word) => gaps.includes(word) || !mayLack.includes(word));
      assert.deepEqual(gaps.filter((word) => word !== 'unsynced'), expected);
      await desk.close(page);
    },
  },
  {
    name: 'an administrator adds a user and a token by keyboard alone, and the token opens what it may and no more',
    async run({ desk }) {
      const page = await desk.signIn('root', { size: 'desk' });
      await desk.goTo(page, '/users');
      const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const here = () =>
        page.evaluate(() => {
          const at = document.activeElement;
          const role = at.getAttribute('role') ?? at.tagName.toLowerCase();
          return `${role} ${(at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent ?? '').trim()}`;
        });
      const tabTo = async (wanted, most = 60) => {
        for (let stop = 0; stop < most; stop++) {
          if (wanted.test(await here())) return;
          await press('Tab');
        }
        assert.fail(`no way to ${wanted} by Tab; at "${await here()}"`);
      };
      await tabTo(/^button Add a user$/);
      await press('Enter');
      await dialog(page).waitFor();
      await tabTo(/^input User$/);
      await page.keyboard.type('petra');
      await press('Tab');
      await page.keyboard.type('Petra Vega');
      await press('Tab');
      await page.keyboard.type('Aud');
      await tabTo(/^input First password$/);
      await page.keyboard.type('a quiet road by the river');
      await desk.picture(page, 'users-add');
      assert.deepEqual(await desk.axe(page), []);
      await press('Enter');
      await page.getByRole('row', { name: /petra/ }).waitFor();
      assert.equal((await get(page, '/users')).users.find((one) => one.user === 'petra').role, 'auditor');

      await tabTo(/^tab Users$/);
      await press('ArrowRight');
      await tabTo(/^button Make a token$/);
      await press('Enter');
      await dialog(page).waitFor();
      await tabTo(/^input What it is for$/);
      await page.keyboard.type('prometheus');
      await tabTo(/^input metrics$/);
      await press('Space');
      await tabTo(/^input Present password$/);
      await page.keyboard.type(password);
      await tabTo(/^button Make it$/);
      await press('Enter');
      const token = await dialog(page).locator('pre.token').innerText();
      assert.match(token, /^sw1_/);
      assert.deepEqual(await desk.axe(page), []);
      await press('Escape');
      await page.getByRole('row', { name: /prometheus/ }).waitFor();
      const ask = (path) => page.evaluate(async ([at, bearer]) => (await fetch(at, { headers: { authorization: `Bearer ${bearer}` }, credentials: 'omit' })).status, [path, token]);
      assert.equal(await ask('/metrics'), 200);
      page.expects(403, '/api/v1/users');
      assert.equal(await ask('/api/v1/users'), 403);
      await desk.close(page);
    },
  },
  {
    name: 'a shift is handed over on paper, in black and white',
    async run({ desk }) {
      const page = await desk.signIn('sofia', { size: 'desk' });
      await desk.goTo(page, '/handover');
      await page.locator('#main').getByRole('heading', { name: 'What happened' }).waitFor();
      await page.emulateMedia({ media: 'print', colorScheme: 'light' });
      await page.getByText('Hands over: name, signature').waitFor();
      assert.equal(await button(page, 'Print').isVisible(), false);
      const colours = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--high'));
      assert.match(colours.trim(), /^#0+$/, 'shape and digit carry the meaning');
      await desk.picture(page, 'print-handover');
      await sleep(50);
      await desk.close(page);
    },
  },
];
