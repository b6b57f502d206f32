// The register of walk-tests (CTPAT 9.8), and zones under test or drill.
import { Icon, Page } from '../components/index.ts';
import { site } from '../live.ts';
import { nameOf } from '../names.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { duration, now } from '../time.ts';
import type { Thing } from '../types.ts';
import { exercises, testLines, untested, type Configured } from './model/register.ts';
import { personal } from './model/record.ts';
import { ActButton } from './parts/act_form.tsx';
import { Asked, EntryLink, Moment, More, None, Panel, Person, Table, Tabs, Tag } from './parts/bits.tsx';
import { EntryTable } from './parts/entry_table.tsx';
import { useEntries, useRecords } from './parts/records.ts';

const kinds: [kind: string, list: 'doors' | 'seals' | 'readers' | 'cameras' | 'cabinets' | 'lights' | 'power'][] = [
  ['door', 'doors'], ['seal', 'seals'], ['reader', 'readers'], ['camera', 'cameras'], ['cabinet', 'cabinets'], ['light', 'lights'], ['power', 'power'],
];

const configured = (): Configured[] =>
  kinds.flatMap(([kind, list]) => ((site.value?.[list] as Thing[] | undefined) ?? []).map((thing) => ({ kind, id: thing.id })));

export default function Tests() {
  return (
    <Page title={text('ui.tests.title')} actions={may('devices') && (
      <>
        <ActButton act="test.record" primary only={['kind', 'subject', 'result', 'positioned', 'note']} start={{ kind: 'door', result: 'passed' }} />
        {(site.value?.zones.length ?? 0) > 0 && (
          <>
            <ActButton act="test.begin" only={['zone', 'minutes', 'reason']} start={{ minutes: '30' }} />
            <ActButton act="drill.begin" only={['zone', 'minutes', 'reason']} start={{ minutes: '30' }} />
          </>
        )}
      </>
    )}>
      <Running />
      <Tabs label={text('ui.tests.title')} tabs={[
        { id: 'register', title: text('ui.tests.register') },
        { id: 'due', title: text('ui.tests.due') },
        { id: 'log', title: text('ui.tests.log') },
      ]}>
        {(tab) => (tab === 'log' ? <Log /> : <Register dueOnly={tab === 'due'} />)}
      </Tabs>
    </Page>
  );
}

function Running() {
  const zones = useRecords('zone', ['test_mode', 'drill']);
  const running = exercises(zones.data);
  if (running.length === 0) return null;
  return (
    <ul class="stack">
      {running.map((one) => (
        <li key={one.zone} class="note">
          <Icon name="pause" />
          <span class="grow">
            <strong>{text(one.kind === 'test' ? 'ui.tests.under_test' : 'ui.tests.under_drill', { zone: nameOf({ k: 'zone', v: one.zone }) })}</strong>{' '}
            {one.untilMs !== null && text('ui.tests.ends_in', { duration: duration(one.untilMs - now.value) })} · <Person id={one.by} />
            <span class="secondary block small">{text('ui.tests.marked')}</span>
          </span>
          {may('devices') && <ActButton act={one.kind === 'test' ? 'test.end' : 'drill.end'} known={{ zone: one.zone }} only={one.kind === 'drill' ? ['result'] : []} />}
        </li>
      ))}
    </ul>
  );
}

function Register({ dueOnly }: { dueOnly: boolean }) {
  const records = useRecords('test', ['test'], { limit: 1000 });
  const all = testLines(records.data, now.value);
  const lines = dueOnly ? all.filter((line) => line.due === 'overdue' || line.due === 'soon') : all;
  const never = untested(configured(), all);
  return (
    <>
      <Asked answer={records} empty={lines.length === 0} nothing={text(dueOnly ? 'ui.tests.none_due' : 'ui.tests.none')}>
        <Table rows={lines} caption={text('ui.tests.register')} keyOf={(line) => line.id} columns={[
          { head: 'ui.head.thing', cell: (line) => <>{nameOf({ k: line.kind, v: line.thing })} <span class="secondary small">{textOf(`ui.subject.${line.kind}`, line.kind)}</span></> },
          { head: 'ui.head.result', cell: (line) => <TestState state={line.state} /> },
          { head: 'ui.head.tested', cell: (line) => <Moment ms={line.testedMs} full /> },
          { head: 'ui.head.tester', cell: (line) => <Person id={line.tester} /> },
          { head: 'ui.head.positioned', cell: (line) => (line.testedMs === null ? <None /> : line.positioned ? text('ui.yes') : text('ui.no')) },
          { head: 'ui.head.due', cell: (line) => <>{line.due === 'overdue' ? <Tag mood="watch">{text('ui.tests.overdue')}</Tag> : line.due === 'soon' ? <Tag>{text('ui.tests.soon')}</Tag> : null} <Moment ms={line.dueMs} full /></> },
          { head: 'ui.head.note', cell: (line) => personal(line.entry, 'note') || <None /> },
          { head: 'ui.head.entry', cell: (line) => <EntryLink index={line.entry.i} /> },
          may('devices') && { head: 'ui.head.do', cell: (line) => <Record kind={line.kind} thing={line.thing} /> },
        ]} />
        <More more={records.more} count={lines.length} />
      </Asked>
      {never.length > 0 && (
        <Panel title={text('ui.tests.never', { count: never.length })}>
          <ul class="untested">
            {never.map((thing) => (
              <li key={`${thing.kind}-${thing.id}`} class="row card">
                <span class="grow">{nameOf({ k: thing.kind, v: thing.id })} <span class="secondary small">{textOf(`ui.subject.${thing.kind}`, thing.kind)}</span></span>
                {may('devices') && <Record kind={thing.kind} thing={thing.id} />}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}

const Record = ({ kind, thing }: { kind: string; thing: string }) => (
  <ActButton act="test.record" known={{ kind, subject: thing }} only={['result', 'positioned', 'note']} start={{ result: 'passed' }} />
);

function TestState({ state }: { state: string }) {
  const mood = state === 'passed' ? 'good' : state === 'failed' ? 'bad' : state === 'overdue' ? 'watch' : 'unknown';
  return <Tag mood={mood}>{textOf(`ui.tests.state.${state}`, state)}</Tag>;
}

function Log() {
  const entries = useEntries({ kinds: 'test.recorded,test.due,test.planned,test_mode.begun,test_mode.ended,drill.begun,drill.ended', limit: 200 }, ['test', 'test_mode', 'drill']);
  return (
    <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.tests.none')}>
      <EntryTable entries={entries.data} caption={text('ui.tests.log')} />
      <More more={entries.more} count={entries.data.length} />
    </Asked>
  );
}
