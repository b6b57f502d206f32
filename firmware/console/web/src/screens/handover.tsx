// What one shift hands to the next, on one sheet: what waits, what stands where, what happened, where we
// were blind, what is open. Made to be printed and signed.
import { useEffect, useState } from 'preact/hooks';
import { asProblem, get, type Problem } from '../api.ts';
import { Badge, Button, ErrorNote, Page, Waiting } from '../components/index.ts';
import { alarms, logSize, site, states, watched } from '../live.ts';
import { alarmText, entryText, named, nameOf } from '../names.ts';
import { session } from '../session.ts';
import { text, textOf, word } from '../text.ts';
import { dateTime, dateTimeUtc, duration, fromInput, now, timeZone, toInput } from '../time.ts';
import type { Alarm, Priority } from '../types.ts';
import { caseTitle, CaseStanding } from './cases.tsx';
import { byUrgency, caseLine } from './model/ageing.ts';
import { idOf, peopleIn, text as said, wallMs, type Entry } from './model/record.ts';
import { testLines } from './model/register.ts';
import { happenedIn, shiftAt } from './model/shift.ts';
import { Facts, Moment, Panel, People, Person, Tag } from './parts/bits.tsx';
import { useRecords } from './parts/records.ts';
import { explain } from './parts/explain.ts';

// Every entry of the shift, page by page: a sheet that counts must have all of them.
function useShift(sinceMs: number, untilMs: number): { entries: Entry[] | null; error: Problem | null } {
  const [found, setFound] = useState<{ key: string; entries: Entry[] | null; error: Problem | null }>({ key: '', entries: null, error: null });
  const key = `${sinceMs} ${untilMs}`;
  useEffect(() => {
    const abort = new AbortController();
    const all: Entry[] = [];
    const turn = async (): Promise<void> => {
      let from: number | null = null;
      do {
        const page: { entries: Entry[]; next: number; more: boolean } = await get(
          '/entries', { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString(), from, limit: 1000, order: 'oldest' }, abort.signal);
        all.push(...page.entries);
        from = page.more ? page.next : null;
      } while (from !== null);
      setFound({ key, entries: all, error: null });
    };
    turn().catch((error: unknown) => {
      if (!abort.signal.aborted) setFound({ key, entries: null, error: asProblem(error) });
    });
    return () => abort.abort();
  }, [key]);
  return found.key === key ? found : { entries: null, error: null };
}

const shiftEnds = (): string[] => {
  const ends = site.value?.limits['shift_ends'];
  return Array.isArray(ends) ? ends.map(String) : typeof ends === 'string' ? ends.split(',') : [];
};

export default function Handover() {
  const [at] = useState(() => Math.floor(now.value / 60_000) * 60_000);
  const [shift, setShift] = useState(() => {
    const found = shiftAt(shiftEnds(), timeZone.value, at);
    return { sinceMs: found.sinceMs, untilMs: at };
  });
  const { entries, error } = useShift(shift.sinceMs, shift.untilMs);
  const change = (name: 'sinceMs' | 'untilMs', value: string): void => {
    const ms = fromInput(value);
    if (ms !== null) setShift({ ...shift, [name]: ms });
  };
  return (
    <Page title={text('ui.handover.title')} actions={<Button kind="primary" icon="print" onClick={() => print()}>{text('ui.print')}</Button>}
      under={`${named(site.value?.name, '')} · ${dateTime(shift.sinceMs)} – ${dateTime(shift.untilMs)} (${timeZone.value})`}>
      <div class="row no-print when-fields">
        <label class="field"><span class="label">{text('ui.from_time')}</span>
          <input class="input" type="datetime-local" value={toInput(shift.sinceMs)} onChange={(event) => change('sinceMs', event.currentTarget.value)} /></label>
        <label class="field"><span class="label">{text('ui.to_time')}</span>
          <input class="input" type="datetime-local" value={toInput(shift.untilMs)} onChange={(event) => change('untilMs', event.currentTarget.value)} /></label>
      </div>
      <div class="sheet">
        <Now />
        {error && <ErrorNote problem={error} />}
        {!entries && !error && <Waiting />}
        {entries && <Then entries={entries} />}
        <Open />
        <Signatures />
      </div>
    </Page>
  );
}

const order: Record<Priority, number> = { high: 0, medium: 1, low: 2 };

function AlarmRow({ alarm }: { alarm: Alarm }) {
  const waits = alarm.state === 'unack_active' || alarm.state === 'rtn_unack';
  return (
    <li class="row">
      <Badge mark={alarm.prio} hollow={!waits} bare />
      <span class="grow">{alarmText(alarm)}</span>
      <span>{alarm.set_aside === 'none' ? word(alarm.state) : word(alarm.set_aside)}</span>
      {alarm.acked_by && <Person id={alarm.acked_by} />}
      <Moment ms={alarm.raised_ts} />
    </li>
  );
}

function Now() {
  const list = [...alarms.value.values()].sort((a, b) => order[a.prio] - order[b.prio] || (a.raised_ts ?? 0) - (b.raised_ts ?? 0));
  const docks = [...states.value.values()].filter((state) => state.subject.k === 'dock' && state['state'] !== 'free');
  const open = [...states.value.values()].filter((state) => state.subject.k === 'door' && state['state'] !== 'closed');
  const seen = watched.value;
  return (
    <>
      <Panel title={text('ui.handover.now')}>
        <Facts facts={[
          [text('ui.handover.watching'), seen ? (seen.good < seen.all ? <Tag mood="unknown">{text('ui.handover.watched', { good: seen.good, all: seen.all })}</Tag> : text('ui.handover.watched', { good: seen.good, all: seen.all })) : null],
          [text('ui.handover.not_closed'), open.length === 0 ? text('ui.handover.all_closed') : open.map((state) => `${nameOf(state.subject)}: ${word(String(state['state']))}`).join('; ')],
          [text('ui.handover.log'), logSize.value !== null ? text('ui.handover.log_size', { size: logSize.value }) : null],
        ]} />
      </Panel>
      <Panel title={text('ui.handover.alarms', { count: list.length })}>
        {list.length === 0 ? <p class="card">{text('ui.handover.no_alarms')}</p> : <ul class="stack card">{list.map((alarm) => <AlarmRow key={alarm.id} alarm={alarm} />)}</ul>}
      </Panel>
      <Panel title={text('ui.handover.docks')}>
        {docks.length === 0 ? <p class="card">{text('ui.handover.docks_free')}</p> : (
          <ul class="stack card">
            {docks.map((dock) => (
              <li key={dock.subject.v} class="row">
                <strong>{nameOf({ k: 'door', v: dock.subject.v })}</strong>
                <a class="grow" href={`/visits/${String(dock['visit'])}`}>{String(dock['container'] ?? '')}</a>
                <span>{textOf(`ui.visit.state.${String(dock['state'])}`, String(dock['state']))}</span>
                {dock['hold'] === true && <Tag mood="bad">{text('ui.visit.held')}</Tag>}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Lines({ entries }: { entries: readonly Entry[] }) {
  return (
    <ul class="stack card">
      {entries.map((entry) => (
        <li key={entry.i} class="row">
          <Moment ms={wallMs(entry)} />
          <span class="grow">{entryText(entry)} <span class="secondary small">{explain(entry)}</span></span>
          <People ids={peopleIn(entry)} />
          <span class="secondary small">#{entry.i}</span>
        </li>
      ))}
    </ul>
  );
}

function Then({ entries }: { entries: readonly Entry[] }) {
  const happened = happenedIn(entries);
  return (
    <>
      <Panel title={text('ui.handover.happened')}>
        <Facts facts={[
          [text('ui.handover.raised'), text('ui.handover.raised_of', { alarms: happened.alarms.length, acknowledged: happened.acknowledged })],
          [text('ui.visits.title'), text('ui.handover.moved', happened.visits)],
          [text('ui.handover.denied'), happened.denied],
          [text('ui.handover.refused'), happened.refused],
        ]} />
        {happened.alarms.length > 0 && <Lines entries={happened.alarms} />}
      </Panel>
      {happened.deviations.length > 0 && <Panel title={text('ui.handover.deviations')}><Lines entries={happened.deviations} /></Panel>}
      {happened.setAside.length > 0 && <Panel title={text('ui.handover.set_aside')}><Lines entries={happened.setAside} /></Panel>}
      <Panel title={text('ui.handover.blind')}>
        {happened.blind.length === 0 ? <p class="card">{text('ui.handover.saw_all')}</p> : <Lines entries={happened.blind} />}
      </Panel>
    </>
  );
}

function Open() {
  const cases = useRecords('case', ['case'], { limit: 500 });
  const tests = useRecords('test', ['test'], { limit: 1000 });
  const visitors = useRecords('visitor', ['visitor']);
  const lines = cases.data.map((entry) => caseLine(entry, idOf(entry, 'case'), now.value)).filter((line) => line.open).sort(byUrgency);
  const due = testLines(tests.data, now.value).filter((line) => line.due === 'overdue');
  return (
    <Panel title={text('ui.handover.open')}>
      {lines.length === 0 ? <p class="card">{text('ui.cases.none')}</p> : (
        <ul class="stack card">
          {lines.map((line) => (
            <li key={line.id} class="row">
              <a class="grow" href={`/cases/${line.id}`}>{caseTitle(line)} {said(line.entry, 'container')}</a>
              <CaseStanding line={line} />
              <Person id={line.owner} />
              <span class="secondary">{duration(line.ageMs)}</span>
            </li>
          ))}
        </ul>
      )}
      <Facts facts={[
        [text('ui.handover.tests_due'), due.length === 0 ? null : due.map((line) => nameOf({ k: line.kind, v: line.thing })).join(', ')],
        [text('ui.access.visitors'), visitors.data.length === 0 ? null : text('ui.handover.visitors_in', { count: visitors.data.length })],
      ]} />
    </Panel>
  );
}

function Signatures() {
  return (
    <div class="signatures only-print">
      <p>{text('ui.handover.printed', { when: dateTime(now.value), utc: dateTimeUtc(now.value), who: session()?.name || session()?.user || '' })}</p>
      <div class="columns">
        <p class="sign">{text('ui.handover.gives')}</p>
        <p class="sign">{text('ui.handover.takes')}</p>
      </div>
    </div>
  );
}
