// Which screen is shown: nobody signed in, a first administrator, or the screen of the address.
import { effect, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { Empty, LinkButton, Page, Waiting } from './components/index.ts';
import { Toasts } from './components/notes.tsx';
import { isFirst } from './first.ts';
import { go, match, path } from './router.ts';
import { screens, type Screen, type ScreenProps } from './screens.ts';
import { may, session, signed } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './screens/sign_in.tsx';
import { SetUp } from './screens/set_up.tsx';
import { text } from './text.ts';
import { fixedTheme } from './theme.ts';

interface Shown {
  screen: Screen;
  component: ComponentType<ScreenProps>;
}
const shown = signal<Shown | null>(null);
const broken = signal(false);

function found(at: string): { screen: Screen; params: Record<string, string> } | null {
  for (const screen of screens) {
    const params = match(screen.path, at);
    if (params) return { screen, params };
  }
  return null;
}

// A wall account has the wall; everybody else begins with what they may see first.
function home(): string {
  const role = session()?.role;
  if (role === 'wall') return '/wall';
  const first = screens.find((screen) => screen.group && may(screen.right) && (screen.path !== '/alarms' || may('respond')));
  return first?.path ?? '/menu';
}

effect(() => {
  if (signed.value.is !== 'in') {
    fixedTheme.value = null;
    return;
  }
  if (path.value === '/') {
    go(home(), { replace: true });
    return;
  }
  const next = found(path.value)?.screen;
  fixedTheme.value = next?.theme ?? null;
  if (!next || next === shown.peek()?.screen) return;
  next
    .load()
    .then((loaded) => {
      broken.value = false;
      if (found(path.peek())?.screen === next) shown.value = { screen: next, component: loaded.default };
    })
    .catch(() => (broken.value = true));
});

// The code of the first screen comes while the session is still asked for.
export function hurry(): void {
  void found(path.peek())?.screen.load().catch(() => undefined);
}

function Current() {
  const at = found(path.value);
  if (!at) {
    return (
      <Page title={text('ui.not_found.title')}>
        <Empty title={text('ui.not_found.text')}>
          <p>
            <LinkButton href="/">{text('ui.not_found.home')}</LinkButton>
          </p>
        </Empty>
      </Page>
    );
  }
  if (!may(at.screen.right)) {
    return (
      <Page title={text(at.screen.title)}>
        <Empty title={text('ui.not_allowed.title')}>{text('ui.not_allowed.text')}</Empty>
      </Page>
    );
  }
  if (broken.value) {
    return (
      <Page title={text(at.screen.title)}>
        <Empty title={text('ui.problem.unreachable')} />
      </Page>
    );
  }
  if (shown.value?.screen !== at.screen) return <Waiting />;
  const Component = shown.value.component;
  return <Component key={path.value} params={at.params} />;
}

// As index.html has it, which a phone shows before any style sheet or script: it stays until the session is known. Where the
// console put a picture of what stands into the page, that is shown instead.
function FirstPaint() {
  return (
    <svg width="100%" height="400" role="img" aria-label="Sealwarden">
      <text x="50%" y="50%" text-anchor="middle" font-family="sans-serif" font-size="22" fill="#808890">
        Sealwarden
      </text>
    </svg>
  );
}

export function App() {
  if (isFirst.value) return <FirstPaint />;
  switch (signed.value.is) {
    case 'asking':
      return <FirstPaint />;
    case 'away':
      return (
        <main class="centre">
          <div class="card" role="status">
            <h1>{text('ui.away.title')}</h1>
            <p>{text('ui.away.text')}</p>
          </div>
        </main>
      );
    case 'out':
      return <SignIn expired={signed.value.expired} />;
    case 'new':
      return <SetUp />;
    case 'in': {
      const bare = found(path.value)?.screen.bare ?? false;
      return (
        <>
          <Shell bare={bare}>
            <Current />
          </Shell>
          <Toasts />
        </>
      );
    }
  }
}
