// The docks: what stands where and how far it is; what is expected; what has left.
import { useState } from 'preact/hooks';
import { states } from '../live.ts';
import { nameOf } from '../names.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { duration, now } from '../time.ts';
import type { State } from '../types.ts';
import { lineErrors } from './model/acts.ts';
import { flag, idOf, list, number, text as said, wallMs, type Entry } from './model/record.ts';
import { ActButton, ActForm } from './parts/act_form.tsx';
import { Button, Dialog, Empty, Page } from '../components/index.ts';
import { Asked, Moment, More, Person, Tabs, Table, Tag, type Mood } from './parts/bits.tsx';
import { useRecords } from './parts/records.ts';

export default function Visits() {
  return (
    <Page title={text('ui.visits.title')} actions={may('dock') && <ActButton act="visit.arrive" primary only={['door', 'container', 'kind', 'purpose', 'driver']} start={{ kind: 'container', purpose: 'unload' }} />}>
      <Tabs label={text('ui.visits.title')} tabs={[
        { id: 'docks', title: text('ui.visits.docks') },
        { id: 'expected', title: text('ui.visits.expected') },
        { id: 'past', title: text('ui.visits.past') },
      ]}>
        {(tab) => (tab === 'docks' ? <Docks /> : tab === 'expected' ? <Expected /> : <Past />)}
      </Tabs>
    </Page>
  );
}

const value = (state: State, field: string): string => (typeof state[field] === 'string' ? (state[field] as string) : '');

export function moodOfVisit(state: string, deviations: number, hold: boolean): Mood {
  if (hold) return 'bad';
  if (deviations > 0) return 'watch';
  return state === 'departed' ? 'off' : 'plain';
}

function Docks() {
  const docks = [...states.value.values()].filter((state) => state.subject.k === 'dock').sort((a, b) => a.subject.v.localeCompare(b.subject.v, undefined, { numeric: true }));
  if (docks.length === 0) return <Empty title={text('ui.visits.no_docks')} />;
  const taken = docks.filter((dock) => value(dock, 'state') !== 'free').length;
  return (
    <>
      <p class="secondary" aria-live="polite">{text('ui.visits.taken', { taken, all: docks.length })}</p>
      <ul class="docks">
        {docks.map((dock) => <Dock key={dock.subject.v} dock={dock} />)}
      </ul>
    </>
  );
}

const path = ['arrived', 'verified', 'cut', 'open', 'closed', 'sealed'];

function Dock({ dock }: { dock: State }) {
  const door = dock.subject.v;
  const state = value(dock, 'state');
  const free = state === 'free' || state === '';
  const visit = value(dock, 'visit');
  const deviations = typeof dock['deviations'] === 'number' ? (dock['deviations'] as number) : 0;
  const hold = dock['hold'] === true;
  const contact = states.value.get(`door/${door}`);
  const name = nameOf({ k: 'door', v: door });
  return (
    <li class={`dock card${dock.good ? '' : ' hatched'}`} data-mood={free ? 'off' : moodOfVisit(state, deviations, hold)}>
      <div class="dock-head">
        <h2>{free ? <a href={`/doors/${door}`}>{name}</a> : <a href={`/visits/${visit}`}>{name}</a>}</h2>
        <span class="secondary">{contact ? textOf(`state.${String(contact['state'] ?? 'unknown')}`, String(contact['state'] ?? 'unknown')) : ''}</span>
      </div>
      {free ? (
        <p class="dock-free">{text('ui.visits.free')}</p>
      ) : (
        <>
          <p class="dock-unit"><a href={`/containers/${value(dock, 'container')}`}>{value(dock, 'container')}</a></p>
          <ol class="dock-path" aria-label={text('ui.visit.path')}>
            {path.map((step) => (
              <li key={step} class={path.indexOf(step) <= path.indexOf(state) ? 'is-done' : undefined} aria-current={step === state ? 'step' : undefined}
                title={textOf(`ui.visit.state.${step}`, step)}>
                <span class="hidden">{textOf(`ui.visit.state.${step}`, step)}</span>
              </li>
            ))}
          </ol>
          <p class="dock-state">
            {textOf(`ui.visit.state.${state}`, state)}
            {dock.since_ts !== null && <span class="secondary"> · {duration(now.value - dock.since_ts)}</span>}
          </p>
          <p class="row">
            {value(dock, 'seal') && <Tag>{text('ui.visit.seal_on', { seal: value(dock, 'seal') })}</Tag>}
            {deviations > 0 && <Tag mood="watch">{text('ui.visits.deviations', { count: deviations })}</Tag>}
            {hold && <Tag mood="bad">{text('ui.visit.held')}</Tag>}
          </p>
        </>
      )}
      {!dock.good && <p class="small">{text('ui.visits.not_watched')}</p>}
    </li>
  );
}

function Expected() {
  const answer = useRecords('container', ['expected', 'visit']);
  const [importing, setImporting] = useState(false);
  return (
    <>
      {may('dock') && (
        <div class="row no-print">
          <ActButton act="visit.expect" only={['container', 'kind', 'seals', 'document', 'carrier']} start={{ kind: 'container' }} />
          <Button onClick={() => setImporting(true)}>{text('ui.say.visit.import')}</Button>
          {importing && (
            <Dialog title={text('ui.say.visit.import')} onClose={() => setImporting(false)}>
              <Import done={() => setImporting(false)} />
            </Dialog>
          )}
        </div>
      )}
      <Asked answer={answer} empty={answer.data.length === 0} nothing={text('ui.visits.none_expected')}>
        <Table rows={answer.data} caption={text('ui.visits.expected')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.container', cell: (entry) => <a href={`/containers/${idOf(entry, 'container')}`}>{idOf(entry, 'container')}</a> },
          { head: 'ui.head.kind', cell: (entry) => textOf(`ui.choice.${said(entry, 'kind')}`, said(entry, 'kind')) },
          { head: 'ui.head.seals', cell: (entry) => list(entry, 'seals_as_given').join(', ') || list(entry, 'seals').join(', ') || '–' },
          { head: 'ui.head.document', cell: (entry) => said(entry, 'document') || '–' },
          { head: 'ui.head.carrier', cell: (entry) => said(entry, 'carrier') || '–' },
          { head: 'ui.head.told', cell: (entry) => <Moment ms={wallMs(entry)} /> },
          { head: 'ui.head.note', cell: (entry) => (flag(entry, 'remainder_10') ? <Tag mood="watch">{text('ui.visits.remainder_10')}</Tag> : '') },
          may('dock') && {
            head: 'ui.head.do',
            cell: (entry) => (
              <span class="row">
                <ActButton act="visit.arrive" known={{ container: idOf(entry, 'container'), kind: said(entry, 'kind') || 'container' }} only={['door', 'purpose', 'driver']} start={{ purpose: 'unload' }} />
                <ActButton act="visit.withdraw" known={{ container: idOf(entry, 'container') }} />
              </span>
            ),
          },
        ]} />
        <More more={answer.more} count={answer.data.length} />
      </Asked>
    </>
  );
}

// A file is taken whole or not at all; what is wrong is said by line.
function Import({ done }: { done: () => void }) {
  return (
    <div class="stack">
      <p>{text('ui.visits.import_help')}</p>
      <pre class="raw" tabIndex={0}>{'container,kind,seals,document,carrier\nMSCU6639870,container,HL123456;HL123457,BL-7781,Naviera del Golfo\n12-AB-3C,trailer,,,'}</pre>
      <ActForm act="visit.import" only={['csv', 'source']} onCancel={done} explainRefusal={(sentence) => <LineErrors sentence={sentence} />} />
    </div>
  );
}

export function LineErrors({ sentence }: { sentence: string }) {
  const { errors, more } = lineErrors(sentence);
  if (errors.length === 0) return <p>{sentence}</p>;
  return (
    <>
      <p>{text('ui.import.none_taken')}</p>
      <ol class="line-errors">
        {errors.map((error) => (
          <li key={`${error.line} ${error.what}`}>
            <strong>{text('ui.import.line', { line: error.line })}</strong> {error.what}
          </li>
        ))}
      </ol>
      {more > 0 && <p>{text('ui.import.more', { count: more })}</p>}
    </>
  );
}

function Past() {
  const answer = useRecords('visit', ['visit'], { ended: true, limit: 100 });
  return (
    <Asked answer={answer} empty={answer.data.length === 0} nothing={text('ui.visits.none')}>
      <VisitTable entries={answer.data} />
      <More more={answer.more} count={answer.data.length} />
    </Asked>
  );
}

export function VisitTable({ entries }: { entries: readonly Entry[] }) {
  return (
    <Table rows={entries} caption={text('ui.visits.past')} keyOf={(entry) => entry.i} columns={[
      { head: 'ui.head.visit', cell: (entry) => <a href={`/visits/${idOf(entry, 'visit')}`}>{idOf(entry, 'visit')}</a> },
      { head: 'ui.head.container', cell: (entry) => <a href={`/containers/${said(entry, 'container')}`}>{said(entry, 'container')}</a> },
      { head: 'ui.head.door', cell: (entry) => nameOf({ k: 'door', v: said(entry, 'door') }) },
      { head: 'ui.head.arrived', cell: (entry) => <Moment ms={number(entry, 'arrived_ts')} full /> },
      { head: 'ui.head.state', cell: (entry) => textOf(`ui.visit.state.${said(entry, 'state')}`, said(entry, 'state')) },
      { head: 'ui.head.seals', cell: (entry) => list(entry, 'seal_out').join(', ') || list(entry, 'seal_in').join(', ') || '–' },
      { head: 'ui.head.people', cell: (entry) => <Person id={said(entry, 'departed_by') || said(entry, 'arrived_by')} /> },
      {
        head: 'ui.head.deviations',
        cell: (entry) => {
          const count = number(entry, 'deviation_count') ?? 0;
          return count > 0 ? <Tag mood="watch">{text('ui.visits.deviations', { count })}</Tag> : <Tag mood="good">{text('ui.visit.no_deviation')}</Tag>;
        },
      },
    ]} />
  );
}
