// Line icons of our own, 24 units square. An icon is never alone: a word stands beside it or names it.
const paths = {
  alarm: 'M12 3a6 6 0 0 0-6 6v5l-2 3h16l-2-3V9a6 6 0 0 0-6-6zM10 20a2 2 0 0 0 4 0',
  door: 'M6 21V3h12v18M3 21h18M14.500 12h.01',
  wall: 'M3 4h7v7H3zM14 4h7v7h-7zM3 15h7v5H3zM14 15h7v5h-7z',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  menu: 'M4 6h16M4 12h16M4 18h16',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 4-6 8-6s8 2 8 6',
  sound: 'M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M19 6a8 8 0 0 1 0 12',
  mute: 'M4 9v6h4l5 4V5L8 9zM17 9l5 6M22 9l-5 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  seal: 'M8 11V8a4 4 0 0 1 8 0v3M5 11h14v9H5zM12 14v3',
  camera: 'M3 7h12v10H3zM15 11l6-3v8l-6-3z',
  power: 'M13 2L5 13h6l-1 9 8-12h-6z',
  badge: 'M5 4h14v16H5zM9 9a3 3 0 1 0 6 0 3 3 0 0 0-6 0M8 17c1-3 7-3 8 0',
  box: 'M3 8l9-5 9 5v8l-9 5-9-5zM3 8l9 5 9-5M12 13v8',
  truck: 'M2 6h12v11H2zM14 10h4l4 4v3h-8M6 17a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 17a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  list: 'M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01',
  case: 'M3 8h18v12H3zM8 8V4h8v4M3 13h18',
  chart: 'M4 20V4M4 20h16M8 16v-4M13 16V8M18 16v-6',
  print: 'M6 9V3h12v6M6 17H3V9h18v8h-3M6 14h12v7H6z',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  download: 'M12 3v12M7 10l5 5 5-5M4 20h16',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 4.500v5M8 14.500v5',
  bus: 'M4 8h16M4 16h16M8 8v8M16 8v8M12 4v4M12 16v4',
  close: 'M5 5l14 14M19 5L5 19',
  check: 'M4 12l6 6L20 6',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  up: 'M5 15l7-7 7 7',
  plus: 'M12 4v16M4 12h16',
  minus: 'M4 12h16',
  out: 'M10 4H4v16h6M9 12h12M17 8l4 4-4 4',
  warn: 'M12 3L2 20h20zM12 10v4M12 17h.01',
  lost: 'M2 8a15 15 0 0 1 20 0M5 12a10 10 0 0 1 14 0M8.500 15.500a5 5 0 0 1 7 0M12 20h.01M3 3l18 18',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  pause: 'M8 5v14M16 5v14',
  link: 'M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
