// What one shift hands to the next, on one sheet: what waits, what stands where, what happened, where we
// were blind, what is open. Made to be printed and signed.
import { useState } from 'preact/hooks';
import { useGet } from '../api.ts';
import { Badge, Button, Icon, Page } from '../components/index.ts';
import { logSize, site, states, watched } from '../live.ts';
import { alarmText, entryText, named, nameOf } from '../names.ts';
import { session } from '../session.ts';
import { text, textOf, word } from '../text.ts';
import { dateTime, dateTimeUtc, duration, fromInput, now, timeZone, toInput } from '../time.ts';
import type { Alarm, Priority } from '../types.ts';
import { caseTitle, CaseStanding } from './cases.tsx';
import { byUrgency, caseLine } from './model/ageing.ts';
import { flag, idOf, peopleIn, text as said, wallMs, type Entry } from './model/record.ts';
import { testLines } from './model/register.ts';
import { shiftAt } from './model/shift.ts';
import { percent, type PointCoverage } from './model/watched.ts';
import { Asked, Facts, Moment, Panel, People, Person, Tag, TurnedTimes } from './parts/bits.tsx';
import { explain } from './parts/explain.ts';
import { useRecords } from './parts/records.ts';

interface Sheet {
  alarms: Alarm[];
  set_aside: Alarm[];
  cases: Entry[];
  visits: Entry[];
  visitors: Entry[];
  drivers: Entry[];
  acknowledgements: Entry[];
  raised: Entry[];
  deviations: Entry[];
  findings: Entry[];
  acts_refused: Entry[];
  maintenance: Entry[];
  gateway: Entry[];
  coverage: PointCoverage[];
  more: string[]; // lists that are longer than what is here
}

const shiftEnds = (): string[] => {
  const ends = site.value?.limits['shift_ends'];
  return Array.isArray(ends) ? ends.map(String) : [];
};

export default function Handover() {
  const [shift, setShift] = useState(() => {
    const at = Math.floor(now.value / 60_000) * 60_000;
    return { sinceMs: shiftAt(shiftEnds(), timeZone.value, at).sinceMs, untilMs: at };
  });
  const turned = shift.untilMs <= shift.sinceMs;
  const answer = useGet<Sheet>(turned ? null : '/handover', { since: new Date(shift.sinceMs).toISOString(), until: new Date(shift.untilMs).toISOString() });
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
      {turned && <TurnedTimes />}
      <Asked answer={answer}>
        {answer.data && (
          <div class="sheet">
            {answer.data.more.length > 0 && <p class="note" role="alert"><Icon name="warn" />{text('ui.handover.more')}</p>}
            <Now sheet={answer.data} />
            <Then sheet={answer.data} />
            <Open sheet={answer.data} />
            <Signatures />
          </div>
        )}
      </Asked>
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
      {alarm.set_aside_by && <Person id={alarm.set_aside_by} />}
      <Moment ms={alarm.raised_ts} />
    </li>
  );
}

function Now({ sheet }: { sheet: Sheet }) {
  const list = [...sheet.alarms, ...sheet.set_aside].sort((a, b) => order[a.prio] - order[b.prio] || (a.raised_ts ?? 0) - (b.raised_ts ?? 0));
  const open = [...states.value.values()].filter((state) => state.subject.k === 'door' && (!state.good || state['state'] !== 'closed'));
  const seen = watched.value;
  const points = seen && text('ui.handover.watched', { good: seen.good, all: seen.all });
  return (
    <>
      <Panel title={text('ui.handover.now')}>
        <Facts facts={[
          [text('ui.handover.watching'), seen && seen.good < seen.all ? <Tag mood="unknown">{points}</Tag> : points],
          [text('ui.handover.not_closed'), open.length === 0 ? text('ui.handover.all_closed') : open.map((state) => `${nameOf(state.subject)}: ${state.good ? word(String(state['state'])) : word('unknown')}`).join('; ')],
          [text('ui.handover.log'), logSize.value !== null ? text('ui.handover.log_size', { size: logSize.value }) : null],
        ]} />
      </Panel>
      <Panel title={text('ui.handover.alarms', { count: list.length })}>
        {list.length === 0 ? <p class="card">{text('ui.handover.no_alarms')}</p> : <ul class="stack card lines">{list.map((alarm) => <AlarmRow key={alarm.id} alarm={alarm} />)}</ul>}
      </Panel>
      <Panel title={text('ui.handover.docks')}>
        {sheet.visits.length === 0 ? <p class="card">{text('ui.handover.docks_free')}</p> : (
          <ul class="stack card lines">
            {sheet.visits.map((visit) => (
              <li key={visit.i} class="row">
                <strong>{nameOf({ k: 'door', v: said(visit, 'door') })}</strong>
                <a class="grow" href={`/visits/${idOf(visit, 'visit')}`}>{said(visit, 'container')}</a>
                <span>{textOf(`ui.visit.state.${said(visit, 'state')}`, said(visit, 'state'))}</span>
                {sheet.cases.some((one) => flag(one, 'hold') && said(one, 'container') === said(visit, 'container')) && <Tag mood="bad">{text('ui.visit.held')}</Tag>}
                <Moment ms={wallMs(visit)} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

// What is said in the same words stands once, with how often and when last.
function Lines({ entries }: { entries: readonly Entry[] }) {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const says = `${entryText(entry)} ${explain(entry)}`;
    groups.set(says, [...(groups.get(says) ?? []), entry]);
  }
  return (
    <ul class="stack card lines">
      {[...groups.values()].map(([entry, ...others]) => entry && (
        <li key={entry.i} class="row">
          <Moment ms={wallMs(entry)} />
          <span class="grow">{entryText(entry)} <span class="secondary small">{explain(entry)}</span></span>
          {others.length > 0 && <strong>{others.length + 1}×</strong>}
          {peopleIn(entry).length > 0 && <People ids={peopleIn(entry)} />}
          <span class="secondary small">#{entry.i}</span>
        </li>
      ))}
    </ul>
  );
}

// Each alarm once, however often it came; the newest first, as the sheet has them.
function onceEach(raised: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return raised.filter((entry) => {
    const id = idOf(entry, 'alarm');
    return seen.has(id) ? false : seen.add(id);
  });
}

function Then({ sheet }: { sheet: Sheet }) {
  const blind = sheet.coverage.filter((point) => point.ratio < 1);
  return (
    <>
      <Panel title={text('ui.handover.happened')}>
        <Facts facts={[
          [text('ui.handover.raised'), text('ui.handover.raised_of', { alarms: sheet.raised.length, acknowledged: sheet.acknowledgements.filter((entry) => entry.kind === 'alarm.acknowledged').length })],
          [text('ui.handover.refused'), sheet.acts_refused.length],
        ]} />
        {sheet.raised.length > 0 && <Lines entries={onceEach(sheet.raised)} />}
      </Panel>
      {sheet.deviations.length + sheet.findings.length > 0 && <Panel title={text('ui.handover.deviations')}><Lines entries={[...sheet.deviations, ...sheet.findings].sort((a, b) => b.i - a.i)} /></Panel>}
      {sheet.acknowledgements.some((entry) => entry.kind !== 'alarm.acknowledged') && <Panel title={text('ui.handover.set_aside')}><Lines entries={sheet.acknowledgements.filter((entry) => entry.kind !== 'alarm.acknowledged')} /></Panel>}
      {sheet.acts_refused.length > 0 && <Panel title={text('ui.handover.refused')}><Lines entries={sheet.acts_refused} /></Panel>}
      {sheet.maintenance.length + sheet.gateway.length > 0 && <Panel title={text('ui.handover.works')}><Lines entries={[...sheet.maintenance, ...sheet.gateway].sort((a, b) => b.i - a.i)} /></Panel>}
      <Panel title={text('ui.handover.blind')}>
        {blind.length === 0 ? <p class="card">{text('ui.handover.saw_all')}</p> : (
          <ul class="stack card lines">
            {blind.map((point) => (
              <li key={point.point} class="row">
                <code>{point.point}</code>
                <span class="grow secondary">{point.subjects.map(nameOf).join(', ')}</span>
                <span>{text('ui.coverage.bar', { share: percent(point.ratio), gaps: point.gaps.length })}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}

function Open({ sheet }: { sheet: Sheet }) {
  const tests = useRecords('test', ['test'], { limit: 1000 });
  const lines = sheet.cases.map((entry) => caseLine(entry, idOf(entry, 'case'), now.value)).filter((line) => line.open).sort(byUrgency);
  const due = testLines(tests.data, now.value).filter((line) => line.due === 'overdue');
  return (
    <Panel title={text('ui.handover.open')}>
      {lines.length === 0 ? <p class="card">{text('ui.cases.none')}</p> : (
        <ul class="stack card lines">
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
        [text('ui.access.visitors'), sheet.visitors.length === 0 ? null : text('ui.handover.visitors_in', { count: sheet.visitors.length })],
        [text('ui.access.drivers'), sheet.drivers.length === 0 ? null : text('ui.handover.visitors_in', { count: sheet.drivers.length })],
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
