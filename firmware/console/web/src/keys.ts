// Shortcuts of one or two letters, for whoever works by keyboard; off unless switched on in the menu of
// the user, since single letters disturb speech input (WCAG 2.1.4). Never inside fields.
import { signal } from '@preact/signals';
import { go } from './router.ts';

function kept(): boolean {
  try {
    return localStorage.getItem('keys') === 'on';
  } catch {
    return false;
  }
}
export const keysOn = signal(kept());
export function switchKeys(on: boolean): void {
  keysOn.value = on;
  try {
    localStorage.setItem('keys', on ? 'on' : 'off');
  } catch {
    // Kept until the page is left.
  }
}

export const shortcuts: Record<string, string> = {
  'g a': '/alarms', 'g d': '/doors', 'g w': '/wall', 'g m': '/menu', 'g v': '/visits', 'g c': '/cases', 'g h': '/handover', 'g e': '/evidence', '/': '/search',
};

export function startKeys(): void {
  let before = '';
  document.addEventListener('keydown', (event) => {
    if (!keysOn.value || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target as HTMLElement | null;
    if (at?.closest('input, select, textarea, dialog')) return;
    const to = shortcuts[`${before} ${event.key}`] ?? shortcuts[event.key];
    before = event.key;
    if (!to) return;
    event.preventDefault();
    go(to);
  });
}
