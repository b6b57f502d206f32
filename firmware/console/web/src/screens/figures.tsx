// How well the alarms serve people: the figures of ISA-18.2 against their targets, and how they came about.
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { get, useGet } from '../api.ts';
import { Page } from '../components/index.ts';
import { alarmText } from '../names.ts';
import { ask, query } from '../router.ts';
import { number, text, textOf, word } from '../text.ts';
import { dateTime, duration, now } from '../time.ts';
import { counts, linesOf, shares, stepFor, type AlarmFigures, type FigureLine } from './model/figures.ts';
import { wallMs, type Entry } from './model/record.ts';
import { Asked, Facts, Panel, Table, Tag, type Mood } from './parts/bits.tsx';

const Chart = lazy(() => import('./parts/chart.tsx'));
const day = 24 * 3600_000;

export default function Figures() {
  const days = Number(query.value.get('days') ?? 30);
  const [at] = useState(now.value);
  const since = new Date(at - days * day).toISOString();
  const until = new Date(at).toISOString();
  const answer = useGet<AlarmFigures>('/alarms/figures', { since, until });
  const figures = answer.data;
  return (
    <Page title={text('ui.figures.title')} under={text('ui.figures.lead')}>
      <div class="chips no-print" role="group" aria-label={text('ui.figures.period')}>
        {[1, 7, 30, 90].map((one) => <button key={one} type="button" class="chip" aria-pressed={days === one} onClick={() => ask({ days: one === 30 ? null : String(one) })}>{text('ui.last_days', { count: one })}</button>)}
      </div>
      <Asked answer={answer}>
        {figures && (
          <>
            <p class="secondary">{dateTime(figures.since_ts)} – {dateTime(figures.until_ts)} · {text('ui.figures.total', { count: figures.total })}</p>
            <Targets figures={figures} />
            <Panel title={text('ui.figures.course')}><Course sinceMs={figures.since_ts} untilMs={figures.until_ts} /></Panel>
            <div class="columns">
              <Priorities figures={figures} />
              <Top figures={figures} />
              <Panel title={text('ui.figures.people')}>
                <Facts facts={[
                  [text('ui.figures.acknowledged'), `${number(figures.acknowledged)} / ${number(figures.total)}`],
                  [text('ui.figures.median'), figures.median_acknowledge_ms === null ? null : duration(figures.median_acknowledge_ms)],
                  [text('ui.figures.shelved'), number(figures.shelved)],
                  [text('ui.figures.out_of_service'), number(figures.out_of_service)],
                  [text('ui.figures.suppressed'), number(figures.suppressed)],
                ]} />
              </Panel>
            </div>
            <Lists figures={figures} />
          </>
        )}
      </Asked>
    </Page>
  );
}

const moods: Record<FigureLine['verdict'], Mood> = { good: 'good', watch: 'watch', over: 'bad', thin: 'off' };

function Targets({ figures }: { figures: AlarmFigures }) {
  const shown = (line: FigureLine, value: number): string => `${number(value, { maximumFractionDigits: value < 10 ? 2 : 0 })}${line.unit === 'percent' ? ' %' : ''}`;
  return (
    <Panel title={text('ui.figures.targets')}>
      <Table rows={linesOf(figures)} caption={text('ui.figures.targets')} keyOf={(line) => line.id} columns={[
        { head: 'ui.head.figure', cell: (line) => textOf(`ui.figure.${line.id}`, line.id) },
        { head: 'ui.head.value', end: true, cell: (line) => <strong>{shown(line, line.value)}</strong> },
        { head: 'ui.head.target', end: true, cell: (line) => (line.limit > line.target ? text('ui.figures.target_limit', { target: shown(line, line.target), limit: shown(line, line.limit) }) : shown(line, line.target)) },
        { head: 'ui.head.verdict', cell: (line) => <Tag mood={moods[line.verdict]}>{textOf(`ui.verdict.${line.verdict}`, line.verdict)}</Tag> },
      ]} />
      <p class="secondary small">{text('ui.figures.source')}</p>
    </Panel>
  );
}

// The moments themselves, page by page and not more than fifty thousand.
function useAnnounced(sinceMs: number, untilMs: number): number[] | null {
  const [found, setFound] = useState<number[] | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const turn = async (): Promise<void> => {
      const all: number[] = [];
      let from: number | null = null;
      do {
        const page: { entries: Entry[]; next: number; more: boolean } = await get('/entries', {
          kinds: 'alarm.raised,alarm.repeated', since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString(), from, limit: 1000, order: 'oldest',
        }, abort.signal);
        all.push(...page.entries.map(wallMs));
        from = page.more ? page.next : null;
      } while (from !== null && all.length < 50_000);
      setFound(all);
    };
    setFound(null);
    turn().catch(() => undefined);
    return () => abort.abort();
  }, [sinceMs, untilMs]);
  return found;
}

function Course({ sinceMs, untilMs }: { sinceMs: number; untilMs: number }) {
  const moments = useAnnounced(sinceMs, untilMs);
  if (!moments) return <p class="waiting" role="status">{text('ui.waiting')}</p>;
  const step = stepFor(sinceMs, untilMs);
  const series = counts(moments, sinceMs, untilMs, step);
  const most = Math.max(0, ...series.y);
  return (
    <figure class="card">
      <Suspense fallback={<p class="waiting">{text('ui.waiting')}</p>}>
        <Chart series={series} stepMs={step} label={text('ui.figures.chart', { most, step: duration(step) })} />
      </Suspense>
      <figcaption class="secondary small">{text('ui.figures.chart', { most, step: duration(step) })}</figcaption>
    </figure>
  );
}

function Priorities({ figures }: { figures: AlarmFigures }) {
  return (
    <Panel title={text('ui.figures.priorities')}>
      <Table rows={shares(figures)} caption={text('ui.figures.priorities')} keyOf={(share) => share.priority} columns={[
        { head: 'ui.head.priority', cell: (share) => word(share.priority) },
        { head: 'ui.head.count', end: true, cell: (share) => number(share.count) },
        { head: 'ui.head.share', end: true, cell: (share) => `${number(share.percent, { maximumFractionDigits: 0 })} %` },
        { head: 'ui.head.target', end: true, cell: (share) => `≈ ${share.target} %` },
      ]} />
    </Panel>
  );
}

const nameOfAlarm = (id: string): string => {
  const dash = id.lastIndexOf('-');
  return dash > 0 ? alarmText({ kind: id.slice(0, dash), source: { k: 'door', v: id.slice(dash + 1) } }) : id;
};

function Top({ figures }: { figures: AlarmFigures }) {
  return (
    <Panel title={text('ui.figures.top')}>
      <Table rows={figures.top} caption={text('ui.figures.top')} keyOf={(one) => one.alarm} nothing={text('ui.figures.quiet')} columns={[
        { head: 'ui.head.alarm', cell: (one) => <a href={`/alarms/${one.alarm}`} title={one.alarm}>{nameOfAlarm(one.alarm)}</a> },
        { head: 'ui.head.count', end: true, cell: (one) => number(one.times) },
      ]} />
    </Panel>
  );
}

function Lists({ figures }: { figures: AlarmFigures }) {
  const lists: [title: string, ids: string[]][] = [
    [text('ui.figure.chattering'), figures.chattering],
    [text('ui.figure.fleeting'), Object.keys(figures.fleeting)],
    [text('ui.figure.stale'), figures.stale],
    [text('ui.figure.unauthorised'), figures.unauthorised],
  ];
  const shown = lists.filter(([, ids]) => ids.length > 0);
  if (shown.length === 0) return null;
  return (
    <Panel title={text('ui.figures.to_do')}>
      <Facts facts={shown.map(([title, ids]) => [title, <ul class="stack">{ids.map((id) => <li key={id}><a href={`/alarms/${id}`}>{id}</a></li>)}</ul>])} />
    </Panel>
  );
}
