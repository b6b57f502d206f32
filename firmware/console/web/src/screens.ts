// Every screen, one line each: where it is, what it is called, which right it takes, its code. The
// navigation, the menu and the browser tests read this list. Screens come in chunks of their own.
import type { ComponentType } from 'preact';
import type { IconName } from './components/icon.tsx';
import type { Key } from './text.ts';

export interface ScreenProps {
  params: Record<string, string>;
}

export interface Screen {
  path: string; // "/doors/:id"
  title: Key;
  right: string; // a word of roles.toml; '' for everybody who is signed in
  load: () => Promise<{ default: ComponentType<ScreenProps> }>;
  group?: Group; // where the navigation shows it; none: reached from other screens
  icon?: IconName;
  phone?: boolean; // in the bar at the bottom of a phone
  bare?: boolean; // without header and navigation
  theme?: 'dark';
  example?: string; // an address of it at the demo's site, for the tests
}

export type Group = 'now' | 'dock' | 'past' | 'proof' | 'site';
export const groups: readonly { id: Group; title: Key }[] = [
  { id: 'now', title: 'ui.group.now' },
  { id: 'dock', title: 'ui.group.dock' },
  { id: 'past', title: 'ui.group.past' },
  { id: 'proof', title: 'ui.group.proof' },
  { id: 'site', title: 'ui.group.site' },
];

export const screens: readonly Screen[] = [
  { path: '/alarms', title: 'ui.alarms.title', right: 'live', group: 'now', icon: 'alarm', phone: true, load: () => import('./screens/alarms.tsx') },
  { path: '/alarms/:id', title: 'ui.alarm.title', right: 'live', load: () => import('./screens/alarm.tsx'), example: '/alarms/door-forced-office' },
  { path: '/doors', title: 'ui.doors.title', right: 'live', group: 'now', icon: 'door', phone: true, load: () => import('./screens/doors.tsx') },
  { path: '/doors/:id', title: 'ui.door.title', right: 'live', load: () => import('./screens/door.tsx'), example: '/doors/d07' },
  { path: '/wall', title: 'ui.wall.title', right: 'live', group: 'now', icon: 'wall', bare: true, theme: 'dark', load: () => import('./screens/wall.tsx') },
  { path: '/menu', title: 'ui.menu.title', right: '', load: () => import('./screens/menu.tsx') },
];
