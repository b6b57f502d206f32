// Sound in this browser. Browsers play nothing before a gesture, so a shift begins with a button that
// arms it; while it is not armed, that is shown as abnormal. Three tones, told apart by their rhythm,
// not their pitch. `silence` is for this browser and what sounds now: the next alarm sounds again.
import { computed, effect, signal } from '@preact/signals';
import { flood, rank, todo } from './alarms.ts';
import { link } from './live.ts';
import type { Alarm, Priority } from './types.ts';

export const armed = signal(false);
const silenced = signal<ReadonlySet<string>>(new Set());
let audio: AudioContext | null = null;

// Beginnings and lengths of the beeps, in seconds.
const rhythms: Record<Priority, readonly (readonly [number, number])[]> = {
  high: [[0, 0.12], [0.2, 0.12], [0.4, 0.12], [0.8, 0.12], [1.0, 0.12], [1.2, 0.12]],
  medium: [[0, 0.3], [0.5, 0.3]],
  low: [[0, 0.6]],
};
const every: Record<Priority, number> = { high: 4000, medium: 15000, low: 60000 };

const occasion = (alarm: Alarm): string => `${alarm.id}@${alarm.count}`;
const loud = computed(() => todo.value.filter((alarm) => !alarm.silenced && !silenced.value.has(occasion(alarm))));
export const sounding = computed<Priority | null>(() =>
  loud.value.reduce<Priority | null>((most, alarm) => (most === null || rank[alarm.prio] < rank[most] ? alarm.prio : most), null),
);

export function silence(): void {
  silenced.value = new Set(todo.value.map(occasion));
}

export function play(priority: Priority): void {
  if (!audio || audio.state !== 'running') return;
  const at = audio.currentTime + 0.05;
  for (const [begin, length] of rhythms[priority]) {
    const beep = audio.createOscillator();
    const level = audio.createGain();
    beep.type = 'triangle';
    beep.frequency.value = 880;
    level.gain.setValueAtTime(0, at + begin);
    level.gain.linearRampToValueAtTime(0.5, at + begin + 0.01);
    level.gain.setValueAtTime(0.5, at + begin + length - 0.02);
    level.gain.linearRampToValueAtTime(0, at + begin + length);
    beep.connect(level).connect(audio.destination);
    beep.start(at + begin);
    beep.stop(at + begin + length);
  }
}

// Only inside a click or a key press.
export async function startShift(): Promise<void> {
  audio ??= new AudioContext();
  audio.onstatechange = () => (armed.value = audio?.state === 'running');
  await audio.resume();
  armed.value = audio.state === 'running';
  play('low');
}

export async function endShift(): Promise<void> {
  await audio?.suspend();
  armed.value = false;
}

let timer: ReturnType<typeof setInterval> | undefined;
let playing = '';
effect(() => {
  // A view that lost its gateway sounds too: nothing else would tell.
  const priority: Priority | null = !armed.value ? null : link.value.state === 'lost' ? 'medium' : sounding.value;
  const pause = priority === null ? 0 : flood.value > 0 || link.value.state === 'lost' ? 60000 : every[priority];
  const next = `${priority} ${pause}`;
  if (next === playing) return;
  playing = next;
  clearInterval(timer);
  if (priority === null) return;
  play(priority);
  timer = setInterval(() => play(priority), pause);
});
