// Where the browser is, as signals over the history: `go('/doors/d07')`, `query.value.get('tab')`. Links are
// plain <a href>: a click on one of ours is taken here, everything else is the browser's.
import { batch, signal } from '@preact/signals';

export const path = signal(location.pathname);
export const query = signal(new URLSearchParams(location.search));

function read(): void {
  batch(() => {
    path.value = location.pathname;
    query.value = new URLSearchParams(location.search);
  });
}

export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  const before = path.value;
  read();
  if (path.value !== before) scrollTo(0, 0);
}

// Changes the question mark's part only: filters and tabs live in the address, so that it can be sent on.
export function ask(changes: Record<string, string | null>, { replace = true } = {}): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
  }
  const tail = next.toString();
  go(location.pathname + (tail ? `?${tail}` : ''), { replace });
}

// "/doors/:id" against "/doors/d07" is {id: "d07"}; no match is null.
export function match(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const there = at.replace(/\/+$/, '').split('/');
  if (at === '/') there[1] = '';
  if (wanted.length !== there.length) return null;
  const params: Record<string, string> = {};
  for (let i = 0; i < wanted.length; i++) {
    const segment = wanted[i]!;
    if (segment.startsWith(':')) {
      if (!there[i]) return null;
      params[segment.slice(1)] = decodeURIComponent(there[i]!);
    } else if (segment !== there[i]) return null;
  }
  return params;
}

export function startRouter(): void {
  addEventListener('popstate', read);
  document.addEventListener('click', (click) => {
    if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    const link = (click.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || to.pathname.startsWith('/api/') || to.hash) return;
    click.preventDefault();
    go(to.pathname + to.search);
  });
}
