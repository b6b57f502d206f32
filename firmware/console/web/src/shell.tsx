// What stands around every screen: whether this view is alive, what waits for somebody, whether it would
// sound, who is signed in, and the way to the other screens.
import { signal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { flood, todo, worst } from './alarms.ts';
import { Badge } from './components/badge.tsx';
import { Button } from './components/button.tsx';
import { Icon } from './components/icon.tsx';
import { PasswordDialog } from './components/password.tsx';
import { keysOn, switchKeys } from './keys.ts';
import { link, silent, site, watched } from './live.ts';
import { alarmText, named } from './names.ts';
import { path } from './router.ts';
import { groups, screens, type Screen } from './screens.ts';
import { chooseLanguage, may, session, signOut } from './session.ts';
import { armed, endShift, silence, sounding, startShift } from './sound.ts';
import { language, text, textOf } from './text.ts';
import { chooseTheme, theme, type Theme } from './theme.ts';
import { clock, duration, now, when } from './time.ts';

// How old what is shown is: since the last word of the console, and of the gateway behind it.
export function DataAge() {
  const at = link.value;
  const off = at.state !== 'live';
  const age = at.state === 'lost' ? now.value - at.since : silent.value;
  const said = at.state === 'starting' ? text('ui.data.starting') : text('ui.data.age', { duration: duration(age) });
  return (
    <span class={`vital ${off ? 'is-off' : ''}`}>
      <Icon name={off ? 'lost' : 'clock'} />
      <span class="long">{said}</span>
      <span class="short" aria-hidden="true">{at.state === 'starting' ? '…' : duration(age)}</span>
    </span>
  );
}

export function Watched() {
  const seen = watched.value;
  if (!seen) return null;
  const blind = seen.all - seen.good;
  return (
    <span class={`vital ${blind > 0 ? 'is-off' : ''}`}>
      {blind > 0 ? <Badge mark="unknown" bare /> : <Icon name="eye" />}
      <span>
        <span class="long extra">{text('ui.watching')} </span>
        {`${seen.good}/${seen.all}`}
        {blind > 0 && <span class="long"> · {text('ui.not_watched', { count: blind })}</span>}
      </span>
    </span>
  );
}

function AlarmCount() {
  const count = todo.value.length;
  const most = worst.value;
  return (
    <a class={`vital ${count > 0 ? 'is-off' : ''}`} href="/alarms">
      {most ? <Badge mark={most} bare /> : <Icon name="alarm" />}
      <span>
        {most ? '' : text('ui.alarms.none_short')}
        {most && (
          <>
            {count}
            <span class="long extra"> {text('ui.alarms.waiting', { count })}</span>
          </>
        )}
      </span>
    </a>
  );
}

function Sound() {
  const loud = sounding.value !== null && armed.value;
  if (loud) {
    return (
      <button type="button" class="vital is-off" onClick={silence}>
        <Icon name="sound" />
        {text('ui.sound.silence')}
      </button>
    );
  }
  return (
    <button type="button" class={`vital ${armed.value ? '' : 'is-off'}`} title={text(armed.value ? 'ui.sound.end' : 'ui.sound.start')}
      onClick={() => void (armed.value ? endShift() : startShift())}>
      <Icon name={armed.value ? 'sound' : 'mute'} />
      <span class="long">{text(armed.value ? 'ui.sound.on' : 'ui.sound.off')}</span>
      <span class="short" aria-hidden="true">{text(armed.value ? 'ui.sound.on_short' : 'ui.sound.off_short')}</span>
      {!armed.value && <span class="long extra">· {text('ui.sound.start')}</span>}
    </button>
  );
}

const menuOpen = signal(false);
const passwordOpen = signal(false);
function UserMenu() {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) menuOpen.value = false;
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, []);
  const held = session()!;
  const close = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !menuOpen.value) return;
    menuOpen.value = false;
    box.current?.querySelector('button')?.focus();
  };
  return (
    <div class="menu" ref={box} onKeyDown={close}>
      <button type="button" class="vital" aria-expanded={menuOpen.value} aria-label={text('ui.user.menu', { name: held.name || held.user })}
        onClick={() => (menuOpen.value = !menuOpen.value)}>
        <Icon name="user" />
        <span class="long extra">{held.name || held.user}</span>
      </button>
      {menuOpen.value && (
        <div class="panel stack">
          <div>
            <strong>{held.name || held.user}</strong>
            <div class="secondary small">{textOf(`ui.role.${held.role}`, held.role)}</div>
          </div>
          <Choice label={text('ui.user.language')} selected={language.value}
            options={[['en', 'English'], ['es', 'Español']]} onSelect={(value) => void chooseLanguage(value as 'en' | 'es')} />
          <Choice label={text('ui.user.theme')} selected={theme.value}
            options={[['light', text('ui.theme.light')], ['dark', text('ui.theme.dark')], ['system', text('ui.theme.system')]]}
            onSelect={(value) => chooseTheme(value as Theme)} />
          <label class="check">
            <input type="checkbox" checked={keysOn.value} onChange={(event) => switchKeys(event.currentTarget.checked)} />
            <span>{text('ui.user.keys')}</span>
          </label>
          <Button icon="settings" wide onClick={() => { passwordOpen.value = true; menuOpen.value = false; }}>{text('ui.password.change')}</Button>
          <Button icon="out" wide onClick={() => { menuOpen.value = false; void signOut(); }}>{text('ui.sign_out')}</Button>
        </div>
      )}
      {passwordOpen.value && <PasswordDialog onClose={() => (passwordOpen.value = false)} />}
    </div>
  );
}

function Choice({ label, options, selected, onSelect }: { label: string; options: readonly (readonly [string, string])[]; selected: string; onSelect: (value: string) => void }) {
  return (
    <div role="group" aria-label={label}>
      <div class="small secondary">{label}</div>
      <div class="chips">
        {options.map(([value, title]) => (
          <button key={value} type="button" class="chip" aria-pressed={value === selected} lang={value === 'en' || value === 'es' ? value : undefined}
            onClick={() => onSelect(value)}>
            {title}
          </button>
        ))}
      </div>
    </div>
  );
}

const isHere = (screen: Screen): boolean => path.value === screen.path || path.value.startsWith(`${screen.path}/`);
const narrow = matchMedia('(max-width: 900px)');
const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', () => (isNarrow.value = narrow.matches));

function NavLink({ screen }: { screen: Screen }) {
  const waiting = screen.path === '/alarms' ? todo.value.length : 0;
  return (
    <li>
      <a href={screen.path} aria-current={isHere(screen) ? 'page' : undefined}>
        {screen.icon && <Icon name={screen.icon} />}
        <span>{text(screen.title)}</span>
        {waiting > 0 && <span class="count tail">{waiting > 99 ? '99+' : waiting}</span>}
      </a>
    </li>
  );
}

function Nav() {
  const mine = screens.filter((screen) => may(screen.right));
  if (isNarrow.value) {
    return (
      <nav class="nav" aria-label={text('ui.nav')}>
        <ul>
          {mine.filter((screen) => screen.phone).slice(0, 4).map((screen) => <NavLink key={screen.path} screen={screen} />)}
          <li>
            <a href="/menu" aria-current={path.value === '/menu' ? 'page' : undefined}>
              <Icon name="menu" />
              <span>{text('ui.menu.title')}</span>
            </a>
          </li>
        </ul>
      </nav>
    );
  }
  return (
    <nav class="nav" aria-label={text('ui.nav')}>
      {groups.map((group) => {
        const inside = mine.filter((screen) => screen.group === group.id);
        if (inside.length === 0) return null;
        return (
          <div key={group.id}>
            <h2 id={`nav-${group.id}`}>{text(group.title)}</h2>
            <ul aria-labelledby={`nav-${group.id}`}>{inside.map((screen) => <NavLink key={screen.path} screen={screen} />)}</ul>
          </div>
        );
      })}
    </nav>
  );
}

export function LostBanner() {
  const at = link.value;
  if (at.state !== 'lost') return null;
  return (
    <div class="lost-banner" role="alert">
      <Icon name="lost" />
      <strong>{text('ui.lost.title')}</strong>
      <span>{text(at.who === 'console' ? 'ui.lost.console' : 'ui.lost.gateway', { when: when(at.since) })}</span>
      <span aria-hidden="true">{text('ui.time.ago', { duration: duration(now.value - at.since) })}</span>
    </div>
  );
}

// Only new alarms of high priority interrupt a screen reader; the count is told politely.
const announced = signal('');
const known = new Set<string>();
function Announcer() {
  useSignalEffect(() => {
    const fresh = todo.value.filter((alarm) => alarm.prio === 'high' && !known.has(`${alarm.id}@${alarm.count}`));
    for (const alarm of todo.value) known.add(`${alarm.id}@${alarm.count}`);
    if (fresh.length > 0) announced.value = fresh.slice(0, 3).map(alarmText).join('. ');
  });
  return (
    <>
      <div class="hidden" role="alert">
        {announced.value}
      </div>
      <div class="hidden" role="status">
        {text('ui.alarms.count', { count: todo.value.length })}
        {flood.value > 0 ? ` ${text('ui.alarms.flood', { count: flood.value })}` : ''}
      </div>
    </>
  );
}

function DeadMan() {
  return (
    <div class={`frozen ${Math.floor(now.value / 1000) % 2 === 0 ? 'even' : 'odd'}`} aria-hidden="true">
      {text('ui.frozen', { when: clock(now.value) })}
    </div>
  );
}

export function Shell({ bare, children }: { bare: boolean; children: ComponentChildren }) {
  const lost = link.value.state === 'lost';
  if (bare) {
    return (
      <div class={`bare ${lost ? 'is-lost' : ''}`}>
        <DeadMan />
        <LostBanner />
        <main id="main">{children}</main>
        <Announcer />
      </div>
    );
  }
  return (
    <div class={`shell ${lost ? 'is-lost' : ''}`}>
      <a class="skip" href="#main">
        {text('ui.skip')}
      </a>
      <DeadMan />
      <header class="head">
        <div class="head-row">
          <span class="site">{named(site.value?.name, 'Sealwarden')}</span>
          <span class="clock">
            <time>{clock(now.value)}</time>
          </span>
          <div class="vitals">
            <DataAge />
            <Watched />
            <AlarmCount />
            <Sound />
            <UserMenu />
          </div>
        </div>
        <LostBanner />
      </header>
      <Nav />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Announcer />
    </div>
  );
}
