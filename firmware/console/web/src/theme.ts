// Light, dark, or as the system has it; a screen may fix it (the wall is dark).
import { effect, signal } from '@preact/signals';

export type Theme = 'light' | 'dark' | 'system';
function kept(): Theme {
  try {
    const value = localStorage.getItem('theme');
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}
export const theme = signal<Theme>(kept());
export const fixedTheme = signal<'light' | 'dark' | null>(null);

export function chooseTheme(wanted: Theme): void {
  theme.value = wanted;
  try {
    localStorage.setItem('theme', wanted);
  } catch {
    // Kept until the page is left.
  }
}

effect(() => {
  const shown = fixedTheme.value ?? theme.value;
  if (shown === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = shown;
});
