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
  { path: '/visits', title: 'ui.visits.title', right: 'search', group: 'dock', icon: 'truck', phone: true, load: () => import('./screens/visits.tsx') },
  { path: '/visits/:id', title: 'ui.visit.page', right: 'search', load: () => import('./screens/visit.tsx') },
  { path: '/containers/:id', title: 'ui.head.container', right: 'search', load: () => import('./screens/container.tsx'), example: '/containers/MSCU6639870' },
  { path: '/seals', title: 'ui.seals.title', right: 'search', group: 'dock', icon: 'seal', load: () => import('./screens/seals.tsx') },
  { path: '/seals/:id', title: 'ui.head.seal', right: 'search', load: () => import('./screens/seal.tsx'), example: '/seals/HL555010' },
  { path: '/cases', title: 'ui.cases.title', right: 'search', group: 'dock', icon: 'case', load: () => import('./screens/cases.tsx') },
  { path: '/cases/:id', title: 'ui.case.page', right: 'search', load: () => import('./screens/case.tsx') },
  { path: '/search', title: 'ui.search.title', right: 'search', group: 'past', icon: 'search', phone: true, load: () => import('./screens/search.tsx'), example: '/search?subject=door:d07' },
  { path: '/access', title: 'ui.access.title', right: 'access', group: 'past', icon: 'badge', load: () => import('./screens/access.tsx') },
  { path: '/handover', title: 'ui.handover.title', right: 'search', group: 'past', icon: 'print', load: () => import('./screens/handover.tsx') },
  { path: '/figures', title: 'ui.figures.title', right: 'search', group: 'past', icon: 'chart', load: () => import('./screens/figures.tsx') },
  { path: '/evidence', title: 'ui.evidence.title', right: 'evidence', group: 'proof', icon: 'file', load: () => import('./screens/evidence.tsx') },
  { path: '/coverage', title: 'ui.coverage.title', right: 'search', group: 'proof', icon: 'eye', load: () => import('./screens/coverage.tsx') },
  { path: '/cameras', title: 'ui.cameras.title', right: 'dock', group: 'proof', icon: 'camera', load: () => import('./screens/cameras.tsx') },
  { path: '/tests', title: 'ui.tests.title', right: 'search', group: 'proof', icon: 'check', load: () => import('./screens/tests.tsx') },
  { path: '/devices', title: 'ui.devices.title', right: 'devices', group: 'site', icon: 'bus', load: () => import('./screens/devices.tsx') },
  { path: '/devices/:id', title: 'ui.head.device', right: 'devices', load: () => import('./screens/device.tsx'), example: '/devices/io1' },
  { path: '/users', title: 'ui.users.title', right: 'users', group: 'site', icon: 'user', load: () => import('./screens/users.tsx') },
  { path: '/tokens', title: 'ui.users.tokens', right: 'search', group: 'site', icon: 'link', load: () => import('./screens/tokens.tsx') },
  { path: '/settings', title: 'ui.settings.title', right: 'settings', group: 'site', icon: 'settings', load: () => import('./screens/settings.tsx') },
  { path: '/help', title: 'ui.help.title', right: '', group: 'site', icon: 'list', load: () => import('./screens/help.tsx') },
  { path: '/menu', title: 'ui.menu.title', right: '', load: () => import('./screens/menu.tsx') },
];
