// A subject's timeline with its range: the last hours that follow the clock, or any stretch, kept in the
// address (?since&until or ?at) so that it can be sent on. Picture or table; both print.
import { useGet } from '../api.ts';
import { Button, Loaded, TextField } from '../components/index.ts';
import { entries } from '../live.ts';
import { ask, query } from '../router.ts';
import { text } from '../text.ts';
import { dateTime, fromInput, now, toInput } from '../time.ts';
import { useMemo, useState } from 'preact/hooks';
import type { Timeline } from './model.ts';
import { TimelinePicture, TimelineTable, useWidth, ZoomButtons } from './timeline.tsx';

const hour = 3600_000;
const lasts = [0.25, 1, 4, 12, 24];

function asked(): { since: number; until: number; follows: number | null } {
  const at = Number(query.value.get('at'));
  const since = Number(query.value.get('since'));
  const until = Number(query.value.get('until'));
  if (since > 0 && until > since) return { since, until, follows: null };
  if (at > 0) return { since: at - hour / 2, until: at + hour / 2, follows: null };
  const hours = Number(query.value.get('hours')) || 1;
  // Moves on in steps, so that the question is asked anew once in 15 s and not with each second.
  const end = Math.ceil(now.value / 15_000) * 15_000;
  return { since: end - hours * hour, until: end, follows: hours };
}

export function TimelinePanel({ subject, title }: { subject: string; title: string }) {
  const { since, until, follows } = asked();
  const [asTable, setAsTable] = useState(false);
  const { box, width } = useWidth();
  // Entries about the subject that arrive while it follows the clock are asked for at once.
  const newest = follows === null ? 0 : (entries.value.find((entry) => entry.subj.some((one) => `${one.k}:${one.v}` === subject))?.i ?? 0);
  const answer = useGet<Timeline>(width === null ? null : '/timeline', { subject, since: new Date(since).toISOString(), until: new Date(until).toISOString(), ...(newest ? { newest } : {}), width: width ?? 0 });
  // The last picture stands until the next has come.
  const held = useMemo(() => ({ data: null as Timeline | null }), [subject]);
  if (answer.data) held.data = answer.data;
  const range = (from: number, to: number): void => ask({ since: String(Math.round(from)), until: String(Math.round(to)), at: null, hours: null });
  const zoom = (factor: number, around = (since + until) / 2): void => {
    const length = Math.min(Math.max((until - since) * factor, 10_000), 31 * 24 * hour);
    const part = (around - since) / (until - since);
    range(around - part * length, around + (1 - part) * length);
  };
  return (
    <div class="card stack">
      <div class="row no-print">
        <div class="chips" role="group" aria-label={text('ui.timeline.range')}>
          {lasts.map((hours) => (
            <button key={hours} type="button" class="chip" aria-pressed={follows === hours} onClick={() => ask({ hours: String(hours), since: null, until: null, at: null })}>
              {hours < 1 ? text('ui.minutes', { count: hours * 60 }) : text('ui.timeline.last', { count: hours })}
            </button>
          ))}
        </div>
        <ZoomButtons onZoom={zoom} onMove={(part) => range(since + part * (until - since), until + part * (until - since))} />
        <Button icon={asTable ? 'chart' : 'list'} onClick={() => setAsTable(!asTable)}>
          {text(asTable ? 'ui.timeline.as_picture' : 'ui.timeline.as_table')}
        </Button>
      </div>
      <div class="row no-print range">
        <TextField label={text('ui.timeline.from')} type="datetime-local" value={toInput(since)} onInput={(value) => { const ts = fromInput(value); if (ts !== null && ts < until) range(ts, until); }} />
        <TextField label={text('ui.timeline.to')} type="datetime-local" value={toInput(until)} onInput={(value) => { const ts = fromInput(value); if (ts !== null && ts > since) range(since, ts); }} />
      </div>
      <p class="only-print">{`${dateTime(since)} – ${dateTime(until)}`}</p>
      <div ref={box}>
        <Loaded answer={{ ...answer, data: answer.data ?? held.data }}>
          {(timeline) => (asTable ? <TimelineTable timeline={timeline} /> : <TimelinePicture timeline={timeline} title={title} onZoom={zoom} />)}
        </Loaded>
      </div>
    </div>
  );
}
