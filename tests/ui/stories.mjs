// What people do with the console, from their first look to what the log has of it.
import assert from 'node:assert/strict';
import { deskStories } from './desk_stories.mjs';
import { screens } from './screens.mjs';
import { password, people, sleep, until } from './world.mjs';

const text = (page, selector) => page.locator(selector).innerText();
const get = (page, path) => page.evaluate(async (at) => (await fetch(`/api/v1${at}`)).json(), path);

// Records that the evening has made, for the screens about one of them.
async function addressOf(page, screen) {
  if (screen.address) return screen.address;
  const kind = { '/visits/:id': 'visit', '/cases/:id': 'case' }[screen.path];
  assert.ok(kind, `${screen.path} needs an example in screens.ts`);
  const { records } = await get(page, `/records/${kind}`);
  assert.ok(records.length > 0, `the evening made no ${kind}`);
  return screen.path.replace(':id', encodeURIComponent(records[0].subj.find((one) => one.k === kind).v));
}

export const stories = [
  {
    name: 'the first administrator signs up by the code of the machine, and nobody else can after that',
    always: true,
    async run({ desk, world }) {
      const code = world.verb(['console', 'setup-code']).match(/[A-Z0-9]{4,}(?:-[A-Z0-9]{4,})*/)?.[0];
      assert.ok(code, 'the machine shows a code');
      const page = await desk.page({ size: 'desk' });
      await page.goto(world.url);
      await page.locator('input[autocomplete="one-time-code"]').waitFor();
      await desk.picture(page, 'set-up');
      assert.deepEqual(await desk.axe(page), []);
      await page.locator('input[autocomplete="one-time-code"]').fill(code);
      await page.locator('input[autocomplete=username]').fill('root');
      await page.locator('input[autocomplete=name]').fill(people.root.name);
      await page.locator('input[autocomplete=new-password]').fill(password);
      await page.locator('button[type=submit]').click();
      await page.locator('#main h1').waitFor();
      assert.equal((await get(page, '/setup')).needed, false);
      await desk.close(page);
      for (const [user, { role, name, person }] of Object.entries(people)) {
        if (user !== 'root') world.verb(['user', 'add', user, '--name', name, '--role', role, ...(person ? ['--person', person] : []), '--password-fd', '0'], `${password}\n`);
      }
    },
  },
  {
    name: 'a wrong password says so and nothing else',
    async run({ desk, world }) {
      const page = await desk.page({ language: 'es', size: 'phone', theme: 'dark' });
      await page.goto(world.url);
      await page.locator('input[autocomplete=username]').fill('ana');
      page.expects(401, '/api/v1/session');
      await page.locator('input[autocomplete=current-password]').fill('not her sentence at all');
      await page.locator('button[type=submit]').click();
      await page.locator('[role=alert]').filter({ hasText: 'no es correcto' }).waitFor();
      assert.deepEqual(await desk.axe(page), []);
      await desk.picture(page, 'sign-in-wrong-phone-es');
      await desk.close(page);
    },
  },
  {
    name: 'the evening begins, and a forced door is on the wall before anybody touches anything',
    always: true,
    async run({ desk, world }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.waitForURL('**/wall');
      world.begin();
      await page.locator('.wall-alarm', { hasText: 'Office door opened while secured' }).waitFor({ timeout: 30_000 });
      assert.equal(await page.locator('.tile', { hasText: 'Office door' }).locator('.tile-state').innerText(), 'FORCED');
      assert.match(await text(page, '.wall-head'), /data \d+ s old/);
      assert.match(await text(page, '.wall-head'), /watching \d+\/\d+ points/);
      assert.match(await text(page, '.wall-head'), /sound OFF/);
      assert.equal(await page.locator('button, input, select').count(), 0, 'the wall has no controls');
      assert.deepEqual(await desk.axe(page), []);
      await desk.picture(page, 'wall-1920');
      await desk.close(page);
    },
  },
  {
    name: 'the wall has room for 96 doors: the lines of a tile neither leave it nor lie on one another',
    async run({ desk }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.locator('.tile').first().waitFor();
      for (const [doors, columns] of [[12, 4], [40, 8], [64, 11], [96, 12]]) {
        const wrong = await page.evaluate(([count, across]) => {
          const grid = document.querySelector('.wall-tiles');
          const tiles = [...grid.children];
          for (let i = tiles.length; i < count; i++) grid.append(tiles[i % 4].cloneNode(true));
          grid.style.setProperty('--columns', across);
          const meet = (a, b) => a.bottom > b.top + 2 && b.bottom > a.top + 2 && a.right > b.left + 2 && b.right > a.left + 2;
          return [...grid.children].flatMap((tile) => {
            const whole = tile.getBoundingClientRect();
            const lines = [...tile.children].map((line) => ({ name: line.className, box: line.getBoundingClientRect() })).filter(({ box }) => box.height > 0);
            const out = lines.filter(({ box }) => box.bottom > whole.bottom + 1 || box.right > whole.right + 1).map(({ name }) => `${name} leaves its tile`);
            const crossed = lines.flatMap((a, i) => lines.slice(i + 1).filter((b) => meet(a.box, b.box)).map((b) => `${a.name} lies on ${b.name}`));
            return [...out, ...crossed];
          });
        }, [doors, columns]);
        assert.deepEqual(wrong, [], `${doors} doors`);
        await desk.picture(page, `wall-${doors}-doors`);
      }
      await desk.close(page);
    },
  },
  {
    name: 'what stands is in the page before its script has come, says when it was so, and greys when nothing follows',
    async run({ desk, world }) {
      const looks = [
        { user: 'ana', at: '/alarms', size: 'phone', theme: 'light', language: 'en', words: 'Office door opened while secured' },
        { user: 'ana', at: '/', size: 'tiny', theme: 'dark', language: 'es', words: 'Puerta de oficina' },
        { user: 'wall', at: '/wall', size: 'wall', theme: 'light', language: 'en', words: 'Office door opened while secured' },
      ];
      for (const { user, at, words, ...look } of looks) {
        const page = await desk.signIn(user, look);
        await page.route('**/assets/*.js', (route) => route.abort());
        page.expects('lost', '/assets/');
        await page.goto(world.url + at);
        const row = page.locator('#first li', { hasText: words }).first();
        await row.waitFor();
        assert.match(await row.locator('b').innerText(), /^[123]$/);
        assert.match(await text(page, '#first header'), /\d\d:\d\d:\d\d.* \d+\/\d+/s);
        assert.deepEqual(await desk.axe(page), []);
        const name = `first-${look.size}-${look.theme}-${look.language}`;
        await desk.picture(page, name);
        const late = page.locator('#first .late');
        await until('it says that it is not live', async () => (await late.boundingBox()).height > 10);
        assert.match(await late.innerText(), /\d\d:\d\d:\d\d/);
        assert.equal(await row.locator('b').evaluate((mark) => getComputedStyle(mark).backgroundColor), 'rgba(0, 0, 0, 0)', 'no colour');
        assert.deepEqual(await desk.axe(page), []);
        await desk.picture(page, `${name}-late`);
        await page.unroute('**/assets/*.js');
        await page.reload();
        await page.locator('#main h1').waitFor({ state: 'attached' });
        assert.equal(await page.locator('#first').count(), 0);
        await desk.speak(page, 'en'); // as the next story finds them
        await desk.close(page);
      }
    },
  },
  {
    name: 'a supervisor acknowledges a forced door in two taps on a phone, and it is recorded',
    async run({ desk }) {
      const page = await desk.signIn('ana', { size: 'phone', touch: true });
      // Each file more is a journey of its own on a slow network.
      const first = await (await page.request.get(page.url())).text();
      assert.equal(first.match(/<script/g)?.length, 1, first);
      assert.doesNotMatch(first, /stylesheet|modulepreload/);
      assert.match(first, /rel="preload" as="fetch"[^>]* href="\/api\/v1\/session"/);
      const row = page.locator('.alarm a', { hasText: /Office door opened while secured/i });
      await row.waitFor();
      await desk.picture(page, 'phone-alarms');
      for (const box of [await row.boundingBox()]) assert.ok(box.height >= 56, `a row is ${box.height} px high`);
      // The answer is held back for a moment: until the log has it, the button only says that it was sent.
      await page.route('**/api/v1/acts/acknowledge', async (route) => {
        await sleep(700);
        await route.continue();
      });
      await row.tap(); // one
      const way = page.getByRole('button', { name: 'On my way' });
      await way.waitFor();
      const box = await way.boundingBox();
      assert.ok(box.height >= 56 && box.y + box.height < 740, 'the button is big and needs no scrolling');
      await desk.picture(page, 'phone-alarm-sheet');
      await way.tap(); // two
      await page.getByText('sent, waiting for the log').waitFor();
      assert.equal(await page.getByText(/recorded #\d+/).count(), 0, 'nothing is shown as done before the log has it');
      await page.getByText(/recorded #\d+/).first().waitFor();
      const index = Number((await page.getByText(/recorded #\d+/).first().innerText()).match(/#(\d+)/)[1]);
      const { entry } = await get(page, `/entries/${index}`);
      assert.equal(entry.kind, 'alarm.acknowledged');
      assert.equal(entry.data.kind, 'door-forced');
      assert.equal(entry.data.by, 'ana');
      assert.equal(entry.data.channel, 'console');
      await page.getByText('acknowledged, still true').first().waitFor();
      await desk.picture(page, 'phone-alarm-recorded');
      await desk.close(page);
    },
  },
  {
    name: 'on a wall in Spanish the word of a door held open is whole and no smaller than that of a closed one',
    async run({ desk }) {
      const page = await desk.signIn('wall', { size: 'wall', language: 'es' });
      const held = page.locator('.tile-state', { hasText: 'abierta de más' });
      await held.first().waitFor({ timeout: 30_000 });
      const sizes = () => page.evaluate(() => [...document.querySelectorAll('.tile-state')].map((word) => {
        const drawn = document.createRange();
        drawn.selectNodeContents(word);
        const size = parseFloat(getComputedStyle(word).fontSize);
        return { said: word.textContent, size, lines: Math.round(drawn.getBoundingClientRect().height / size / 1.2), fits: word.scrollWidth <= word.clientWidth };
      }));
      for (const columns of [2, 4, 8, 'phone']) {
        if (columns === 'phone') await page.setViewportSize({ width: 360, height: 740 });
        else await page.evaluate((count) => document.querySelector('.wall-tiles').style.setProperty('--columns', count), columns);
        const words = await sizes();
        const closed = Math.max(...words.filter((word) => word.said === 'cerrado').map((word) => word.size));
        const long = words.find((word) => word.said === 'abierta de más');
        assert.ok(words.every((word) => word.lines === 1 && word.fits), `${columns}: ${JSON.stringify(words)}`);
        // A border of what is wrong takes a little of the width.
        assert.ok(long.size >= closed * 0.95, `${columns}: ${JSON.stringify(words)}`);
        if (columns === 2) await desk.picture(page, 'wall-held-es');
      }
      await desk.speak(page, 'en');
      await desk.close(page);
    },
  },
  {
    name: 'in Spanish a question that fails, or whose times are turned round, is answered in Spanish',
    async run({ desk }) {
      const page = await desk.signIn('ana', { size: 'desk', language: 'es' });
      page.expects(404, '/records/visit/nope');
      await desk.goTo(page, '/visits/nope');
      await page.getByText('Eso no existe, o ya no existe.').waitFor();
      assert.equal(await page.getByText('there is no visit').isVisible(), false, 'the English sentence is folded');
      const turned = 'since=2026-11-30T12:00:00Z&until=2026-11-30T10:00:00Z';
      for (const address of [`/coverage?${turned}`, `/search?subject=door:d07&${turned}`]) {
        await desk.goTo(page, address);
        await page.getByRole('alert').filter({ hasText: 'El final debe ser posterior al comienzo.' }).waitFor();
      }
      await desk.picture(page, 'turned-es');
      await desk.speak(page, 'en');
      await desk.close(page);
    },
  },
  {
    name: 'who may not acknowledge is not offered it',
    async run({ desk }) {
      const page = await desk.signIn('aldo', { size: 'phone', touch: true });
      await desk.goTo(page, '/alarms');
      await page.locator('.alarm a').first().tap();
      await page.getByText('What to do').waitFor();
      assert.equal(await page.getByRole('button', { name: 'On my way' }).count(), 0);
      await desk.close(page);
    },
  },
  {
    name: 'by keyboard alone: sign in, find the alarm, acknowledge, read the timeline, and out again',
    async run({ desk, world }) {
      const page = await desk.page({ size: 'desk' });
      await page.goto(world.url);
      await page.locator('input[autocomplete=username]').waitFor();
      const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
      };
      await page.keyboard.type('sofia');
      await press('Tab');
      await page.keyboard.type(password);
      await press('Enter');
      await page.locator('#main h1').waitFor();
      // To what is wanted by the tabulator alone; every stop shows where it is.
      const tabTo = async (what, matches) => {
        for (let stop = 0; stop < 60; stop++) {
          await press('Tab');
          const at = await page.evaluate(() => {
            const here = document.activeElement;
            const style = getComputedStyle(here);
            return { text: (here.getAttribute('aria-label') ?? here.textContent ?? '').trim(), tag: here.tagName, outline: style.outlineStyle !== 'none' || here === document.body };
          });
          assert.ok(at.outline, `${at.tag} "${at.text.slice(0, 40)}" does not show the focus`);
          if (matches.test(at.text)) return;
        }
        assert.fail(`no way to ${what} by Tab`);
      };
      await tabTo('an alarm', /nobody cut the seal|cut without authority/i);
      await press('Enter');
      await page.locator('.split-side .sheet').waitFor();
      await tabTo('the button', /^Checked, in order$/);
      await press('Enter');
      await page.getByText(/recorded #\d+/).first().waitFor();
      await desk.goTo(page, '/doors/d08');
      await page.locator('.timeline-box').waitFor();
      await tabTo('the timeline', /^Timeline of/);
      await press('End', 'ArrowLeft');
      assert.match(await text(page, '.timeline-said'), /#\d+/);
      const before = await text(page, '.timeline-said');
      await press('ArrowUp');
      assert.notEqual(await text(page, '.timeline-said'), before);
      await desk.picture(page, 'door-timeline-keys');
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.head .menu button').first().focus();
      await press('Enter');
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await press('Escape');
      assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0);
      await press('Enter');
      await tabTo('signing out', /^Sign out$/);
      await press('Enter');
      await page.locator('input[autocomplete=username]').waitFor();
      await desk.close(page);
    },
  },
  {
    name: 'a clerk at a tablet sees what stands at the docks, in Spanish, by a change of language alone',
    async run({ desk }) {
      const page = await desk.signIn('ana', { size: 'tablet', touch: true, theme: 'dark' });
      await desk.goTo(page, '/doors');
      await page.locator('.tile', { hasText: 'Dock 7' }).waitFor();
      await page.locator('.head .menu button').first().tap();
      await page.getByRole('button', { name: 'Español' }).tap();
      await page.locator('h1', { hasText: 'Puertas' }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'es-MX');
      await page.keyboard.press('Escape');
      await page.locator('.tile', { hasText: 'Andén 7' }).tap();
      await page.getByText('MSCU6639870').first().waitFor();
      assert.deepEqual(await desk.overflow(page), []);
      await desk.picture(page, 'tablet-door-es');
      await desk.speak(page, 'en');
      await desk.close(page);
    },
  },
  {
    name: 'several alarms are acknowledged at once, each with an entry of its own',
    async run({ desk }) {
      const page = await desk.signIn('sofia', { size: 'desk' });
      await desk.goTo(page, '/alarms');
      await page.getByRole('button', { name: 'Acknowledge several' }).click();
      await page.locator('.alarm .pick').nth(0).check();
      await page.locator('.alarm .pick').nth(1).check();
      await desk.picture(page, 'alarms-several');
      await page.getByRole('button', { name: 'Acknowledge 2 alarms' }).click();
      await page.getByText(/2 of 2 recorded: #\d+, #\d+/).waitFor();
      await desk.close(page);
    },
  },
  {
    name: 'an alarm is shelved with a reason and a limit, and comes back by hand',
    async run({ desk }) {
      const page = await desk.signIn('sofia', { size: 'desk' });
      await desk.goTo(page, '/alarms/camera-not-recording-c07');
      await page.getByRole('button', { name: 'Shelve …' }).click();
      await page.getByLabel('Why').fill('the recorder is being replaced');
      assert.deepEqual(await desk.axe(page), []);
      await desk.picture(page, 'shelve');
      await page.locator('dialog').getByRole('button', { name: 'Shelve', exact: true }).click();
      await page.getByText(/recorded #\d+/).first().waitFor();
      await page.getByRole('button', { name: 'End shelving' }).click();
      await page.getByRole('button', { name: 'Shelve …' }).waitFor();
      await desk.close(page);
    },
  },
  {
    name: 'sound is off until a shift begins, and says so; silence lasts until the next alarm',
    async run({ desk }) {
      const page = await desk.signIn('ana', { size: 'desk' });
      const sound = page.locator('.head .vital', { hasText: /sound OFF/ });
      await sound.waitFor();
      await sound.click();
      await page.locator('.head .vital', { hasText: /Silence|sound on/ }).waitFor();
      const silence = page.locator('.head button.vital', { hasText: 'Silence' });
      if ((await silence.count()) > 0) {
        await silence.click();
        await page.locator('.head .vital', { hasText: 'sound on' }).waitFor();
      }
      await desk.close(page);
    },
  },
  ...deskStories,
  {
    name: 'no screen has a violation that axe finds, in both themes and languages, nor words that do not fit',
    async run({ desk, told }) {
      const list = await screens();
      const wrong = [];
      for (const language of ['en', 'es']) {
        for (const user of ['sofia', 'root']) {
          const page = await desk.signIn(user, { size: 'desk', language });
          const { rights } = await get(page, '/session');
          for (const screen of list) {
            const may = screen.right === '' || rights.includes(screen.right);
            if (!may || (user === 'root' && people.sofia.rights?.includes(screen.right))) continue;
            const address = await addressOf(page, screen);
            for (const theme of ['light', 'dark']) {
              const name = `${address.replace(/[/?=:&]+/g, '-').replace(/^-/, '')}-${theme}-${language}`;
              if (told.has(name)) continue;
              told.add(name);
              await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
              await desk.goTo(page, address);
              // Colours differ between themes, everything else does not.
              for (const violation of await desk.axe(page, theme === 'dark' ? ['color-contrast'] : undefined)) wrong.push(`${name} ${violation}`);
              if (theme === 'light') for (const cut of await desk.overflow(page)) wrong.push(`${name} does not fit: ${cut}`);
              await desk.picture(page, name);
            }
          }
          await page.emulateMedia({ colorScheme: 'light' });
          await desk.close(page);
        }
      }
      assert.deepEqual(wrong, []);
    },
  },
  {
    name: 'every screen fits a phone of 360 px and a window of 320 px',
    async run({ desk }) {
      const list = await screens();
      const wrong = [];
      for (const [size, language] of [['phone', 'en'], ['tiny', 'es']]) {
        const page = await desk.signIn('sofia', { size, language, touch: size === 'phone' });
        const { rights } = await get(page, '/session');
        for (const screen of list) {
          if (screen.right !== '' && !rights.includes(screen.right)) continue;
          const address = await addressOf(page, screen);
          await desk.goTo(page, address);
          for (const cut of await desk.overflow(page)) wrong.push(`${address} ${size} ${language}: ${cut}`);
          if (size === 'phone') await desk.picture(page, `phone-${address.replace(/[/?=:&]+/g, '-').replace(/^-/, '')}`);
        }
        await desk.close(page);
      }
      assert.deepEqual(wrong, []);
    },
  },
  {
    name: 'sentences a third longer still fit',
    async run({ desk }) {
      const page = await desk.page({ size: 'desk' });
      // The catalog's chunk, with every sentence made longer by 35 %.
      await page.route(/\/assets\/en-[^/]+\.js$/, async (route) => {
        const answer = await route.fetch();
        const longer = (await answer.text()).replace(/export\s*\{\s*(\w+) as default\s*\}/, (_all, name) =>
          `for(const k in ${name}){const w=${name}[k];if(!w.includes(', plural')){const n=Math.ceil(w.length*0.35);${name}[k]=w+' '+'tempus lorem ipsum dolor sit amet '.repeat(9).slice(0,Math.max(n-1,1)).trim();}}export{${name} as default}`);
        await route.fulfill({ status: 200, contentType: 'text/javascript', body: longer });
      });
      await page.goto(desk.world.url);
      await page.locator('input[autocomplete=username]').fill('sofia');
      await page.locator('input[autocomplete=current-password]').fill(password);
      await page.locator('button[type=submit]').click();
      await page.locator('#main h1').waitFor();
      await desk.speak(page, 'en');
      assert.match(await text(page, '#main h1'), /\S+ \S+/, 'the words are longer');
      const wrong = [];
      for (const screen of await screens()) {
        const { rights } = await get(page, '/session');
        if (screen.right !== '' && !rights.includes(screen.right)) continue;
        const address = await addressOf(page, screen);
        await desk.goTo(page, address);
        for (const cut of await desk.overflow(page)) wrong.push(`${address}: ${cut}`);
        if (address === '/alarms' || address === '/wall') await desk.picture(page, `longer-${address.slice(1)}`);
      }
      await desk.close(page);
      assert.deepEqual(wrong, []);
    },
  },
  {
    name: 'a page whose script stops says so by itself',
    async run({ desk }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.locator('.tile').first().waitFor();
      const seen = () => page.locator('.frozen').evaluate((one) => getComputedStyle(one).opacity);
      await sleep(4500);
      assert.equal(await seen(), '0', 'not while it runs');
      // Nothing of its own runs any more, no timer and no event; what shows the words needs no script.
      const chromium = await page.context().newCDPSession(page);
      await chromium.send('Emulation.setScriptExecutionDisabled', { value: true });
      await until('the words', async () => (await seen()) === '1', 8);
      assert.match(await text(page, '.frozen'), /This view has stopped. Last data: \d+:\d+:\d+/);
      await desk.picture(page, 'wall-stopped');
      await desk.close(page);
    },
  },
  {
    name: 'the wall greys within 5 s when its console hangs, and never shows a door as closed without its age',
    async run({ desk, world }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.locator('.tile', { hasText: 'Dock 9' }).waitFor();
      const console_ = world.consoleProcess();
      world.signal(console_, 'SIGSTOP');
      try {
        const at = Date.now();
        await page.locator('.is-lost').waitFor({ timeout: 5000 });
        assert.ok(Date.now() - at <= 5000);
        assert.match(await text(page, '.lost-banner'), /NOT LIVE/);
        assert.match(await text(page, '.lost-banner'), /\d+:\d+:\d+/);
        for (const tile of await page.locator('.tile').all()) {
          assert.equal(await tile.locator('.tile-state').innerText(), 'unknown');
          assert.match(await tile.innerText(), /was (closed|open|FORCED|held open)/);
        }
        await sleep(1200);
        assert.match(await text(page, '.wall-head'), /data \d+ s old/);
        await desk.picture(page, 'wall-lost');
      } finally {
        world.signal(console_, 'SIGCONT');
      }
      await page.locator('.is-lost').waitFor({ state: 'detached', timeout: 15_000 });
      await desk.close(page);
    },
  },
  {
    name: 'the wall greys within 5 s when the gateway hangs behind its console',
    async run({ desk, world }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.locator('.tile', { hasText: 'Dock 9' }).waitFor();
      await sleep(2500);
      world.signal(world.gateway.pid, 'SIGSTOP');
      try {
        await page.locator('.is-lost').waitFor({ timeout: 5500 });
      } finally {
        world.signal(world.gateway.pid, 'SIGCONT');
      }
      await page.locator('.is-lost').waitFor({ state: 'detached', timeout: 15_000 });
      await desk.close(page);
    },
  },
  {
    name: 'the wall greys at once when its console is killed, and comes back by itself with the new one',
    async run({ desk, world }) {
      const page = await desk.signIn('wall', { size: 'wall' });
      await page.locator('.tile', { hasText: 'Dock 9' }).waitFor();
      page.expects('lost', '/api/v1/live', Infinity);
      world.signal(world.consoleProcess(), 'SIGKILL');
      await page.locator('.is-lost').waitFor({ timeout: 5000 });
      await until('the next console', () => world.alive(), 20);
      await page.locator('.is-lost').waitFor({ state: 'detached', timeout: 20_000 });
      await desk.close(page);
    },
  },
];
