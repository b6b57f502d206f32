// Moments and ages. The machine-readable time and UTC are always there (title), as the log is UTC.
import { ago, dateTimeUtc, duration, now, stopwatch, when } from '../time.ts';

export const Time = ({ ts }: { ts: number | null }) =>
  ts === null ? null : (
    <time dateTime={new Date(ts).toISOString()} title={dateTimeUtc(ts)} class="nowrap">
      {when(ts)}
    </time>
  );

// "4 min ago", and goes on.
export const Ago = ({ ts }: { ts: number | null }) =>
  ts === null ? null : (
    <time dateTime={new Date(ts).toISOString()} title={dateTimeUtc(ts)} class="nowrap">
      {ago(ts)}
    </time>
  );

// "4 min"; with `exact` 0:42.
export const Since = ({ ts, exact = false }: { ts: number | null; exact?: boolean }) =>
  ts === null ? null : (
    <time dateTime={new Date(ts).toISOString()} title={dateTimeUtc(ts)} class="nowrap">
      {(exact ? stopwatch : duration)(now.value - ts)}
    </time>
  );
