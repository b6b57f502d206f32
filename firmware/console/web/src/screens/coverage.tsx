// When what was watched: watched and quiet is evidence, and so is each gap with its cause.
import { useId, useState } from 'preact/hooks';
import { useGet } from '../api.ts';
import { Hatch } from '../components/hatch.tsx';
import { Page } from '../components/index.ts';
import { site } from '../live.ts';
import { named, nameOf } from '../names.ts';
import { ask, query } from '../router.ts';
import { text, textOf } from '../text.ts';
import { dateTime, dateTimeUtc, duration, fromInput, now, timeZone, toInput } from '../time.ts';
import { bars, causes, percent, together, worst, type PointCoverage } from './model/watched.ts';
import { Asked, EntryLink, Moment, More, Panel, Table, Tag, TurnedTimes } from './parts/bits.tsx';

const day = 24 * 3600_000;

export default function Coverage() {
  const rounded = Math.floor(now.value / 60_000) * 60_000;
  const since = query.value.get('since') ?? new Date(rounded - day).toISOString();
  const until = query.value.get('until') ?? new Date(rounded).toISOString();
  const subject = query.value.get('subject');
  const [sinceMs, untilMs] = [Date.parse(since), Date.parse(until)];
  const turned = untilMs <= sinceMs;
  const answer = useGet<{ points: PointCoverage[] }>(turned ? null : '/coverage', { since, until, subject });
  const points = [...(answer.data?.points ?? [])].sort((a, b) => a.ratio - b.ratio || a.point.localeCompare(b.point));
  const set = (name: string, value: string): void => {
    const ms = fromInput(value);
    ask({ [name]: ms === null ? null : new Date(ms).toISOString() });
  };
  return (
    <Page title={text('ui.coverage.title')} under={text('ui.coverage.lead')}>
      <div class="row no-print when-fields">
        <label class="field"><span class="label">{text('ui.from_time')}</span><input class="input" type="datetime-local" value={toInput(sinceMs)} onChange={(event) => set('since', event.currentTarget.value)} /></label>
        <label class="field"><span class="label">{text('ui.to_time')}</span><input class="input" type="datetime-local" value={toInput(untilMs)} onChange={(event) => set('until', event.currentTarget.value)} /></label>
        <label class="field"><span class="label">{text('ui.field.door')}</span>
          <select class="input" value={subject?.replace('door:', '') ?? ''} onChange={(event) => ask({ subject: event.currentTarget.value ? `door:${event.currentTarget.value}` : null })}>
            <option value="">{text('ui.all')}</option>
            {(site.value?.doors ?? []).map((door) => <option key={door.id} value={door.id}>{named(door.name, door.id)}</option>)}
          </select></label>
        <div class="chips">
          {[1, 7, 30].map((days) => (
            <button key={days} type="button" class="chip" onClick={() => ask({ since: new Date(rounded - days * day).toISOString(), until: new Date(rounded).toISOString() })}>{text('ui.last_days', { count: days })}</button>
          ))}
        </div>
      </div>
      {turned && <TurnedTimes />}
      <Asked answer={answer} empty={points.length === 0} nothing={text('ui.coverage.none')}>
        <Summary points={points} sinceMs={sinceMs} untilMs={untilMs} />
        <Panel title={text('ui.coverage.points')}>
          <ol class="coverage">
            {points.map((point) => <Line key={point.point} point={point} sinceMs={sinceMs} untilMs={untilMs} />)}
          </ol>
          <p class="row secondary small legend"><span class="swatch" aria-hidden="true" /> {text('ui.coverage.watched')} <span class="swatch hatched" aria-hidden="true" /> {text('ui.coverage.gap')}</p>
        </Panel>
        <Gaps points={points} sinceMs={sinceMs} untilMs={untilMs} />
      </Asked>
    </Page>
  );
}

function Summary({ points, sinceMs, untilMs }: { points: readonly PointCoverage[]; sinceMs: number; untilMs: number }) {
  const whole = points.filter((point) => point.ratio >= 1).length;
  const lost = causes(points, sinceMs, untilMs);
  return (
    <div class="columns">
      <p class="card"><strong class="figure">{percent(worst(points))} %</strong> {text('ui.coverage.worst')}</p>
      <p class="card"><strong class="figure">{whole}/{points.length}</strong> {text('ui.coverage.whole')}</p>
      {lost.length > 0 && (
        <ul class="card stack">
          {lost.slice(0, 4).map((cause) => (
            <li key={cause.why}>{textOf(`ui.gap.${cause.why}`, cause.why.replaceAll('_', ' '))}: <strong>{duration(cause.totalMs)}</strong> <span class="secondary">{text('ui.coverage.times', { count: cause.times })}</span></li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Line({ point, sinceMs, untilMs }: { point: PointCoverage; sinceMs: number; untilMs: number }) {
  const gaps = bars(point, sinceMs, untilMs);
  const hatch = useId();
  return (
    <li>
      <span class="coverage-name"><code>{point.point}</code> <span class="secondary small">{point.subjects.map(nameOf).join(', ')}</span></span>
      <svg class="coverage-bar" role="img" aria-label={text('ui.coverage.bar', { share: percent(point.ratio), gaps: gaps.length })}>
        <Hatch id={hatch} />
        <rect class="cover" width="100%" height="100%" />
        {gaps.map((gap) => (
          <g key={gap.fromMs}>
            <title>{`${dateTime(gap.fromMs)} – ${gap.open ? text('ui.coverage.still') : dateTime(gap.toMs)}: ${textOf(`ui.gap.${gap.why}`, gap.why)}`}</title>
            <rect class="blind" x={`${gap.left}%`} width={`${gap.width}%`} height="100%" fill={`url(#${hatch})`} />
          </g>
        ))}
      </svg>
      <span class="coverage-share">{percent(point.ratio)} %</span>
    </li>
  );
}

// The bars' twin, for whom a picture says nothing, and for paper: points that went and came together are one.
function Gaps({ points, sinceMs, untilMs }: { points: readonly PointCoverage[]; sinceMs: number; untilMs: number }) {
  const [most, setMost] = useState(50);
  const rows = together(points, sinceMs, untilMs);
  const title = text('ui.coverage.gaps', { count: rows.length });
  return (
    <Panel title={title}>
      <Table rows={rows.slice(0, most)} caption={title} keyOf={(gap) => gap.key} nothing={text('ui.coverage.no_gaps')} columns={[
        { head: 'ui.head.point', cell: (gap) => gap.points.map((point) => <code key={point} class="block">{point}</code>) },
        { head: 'ui.head.about', cell: (gap) => gap.subjects.map(nameOf).join(', ') || '–' },
        { head: 'ui.head.from', cell: (gap) => <Moment ms={gap.from_ts} full /> },
        { head: 'ui.head.to', cell: (gap) => (gap.to_ts === null ? <Tag mood="unknown">{text('ui.coverage.still')}</Tag> : <Moment ms={gap.to_ts} full />) },
        { head: 'ui.head.duration', cell: (gap) => duration((gap.to_ts ?? now.value) - gap.from_ts) },
        { head: 'ui.head.why', cell: (gap) => textOf(`ui.gap.${gap.why}`, gap.why.replaceAll('_', ' ')) },
        { head: 'ui.head.entry', cell: (gap) => (gap.index !== undefined ? <EntryLink index={gap.index} /> : '–') },
      ]} />
      <More more={rows.length > most ? () => setMost(most + 200) : null} count={Math.min(most, rows.length)} />
      <p class="secondary small">{text('ui.coverage.period', { since: dateTimeUtc(sinceMs), until: dateTimeUtc(untilMs), zone: timeZone.value })}</p>
    </Panel>
  );
}
