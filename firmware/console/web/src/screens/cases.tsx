// What has to be looked into: what holds something back first, then what is overdue.
import { Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import { text, textOf } from '../text.ts';
import { duration, now } from '../time.ts';
import { buckets, byUrgency, caseLine, type CaseLine } from './model/ageing.ts';
import { idOf, list, text as said } from './model/record.ts';
import { ActButton } from './parts/act_form.tsx';
import { Asked, More, None, Person, Table, Tabs, Tag } from './parts/bits.tsx';
import { useRecords, type List } from './parts/records.ts';

export function caseTitle(line: { entry: CaseLine['entry'] }): string {
  const { entry } = line;
  const cause = said(entry, 'cause');
  if (cause === 'by_hand') return text('ui.case.by_hand');
  const source = said(entry, 'source_id') ? nameOf({ k: said(entry, 'source_kind'), v: said(entry, 'source_id') }) : '';
  const name = said(entry, 'seal') || said(entry, 'container') || (said(entry, 'door') ? nameOf({ k: 'door', v: said(entry, 'door') }) : source);
  const what = said(entry, 'what');
  if (cause === 'alarm.raised' && what) return textOf(`alarm.${what}`, what.replaceAll('-', ' '), { name: source || name });
  if (cause === 'visit.deviation' && what) return textOf(`ui.deviation.${what}`, what.replaceAll('_', ' '));
  return textOf(`event.${cause}`, cause, { name });
}

export function CaseStanding({ line }: { line: CaseLine }) {
  if (!line.open) return <Tag mood="off">{text('ui.word.closed')}</Tag>;
  return (
    <span class="row">
      {line.hold && <Tag mood="bad">{text('ui.case.hold')}</Tag>}
      {line.overdue && line.dueInMs !== null && <Tag mood="watch">{text('ui.case.overdue', { duration: duration(-line.dueInMs) })}</Tag>}
      {!line.overdue && line.dueInMs !== null && <Tag>{text('ui.case.due_in', { duration: duration(line.dueInMs) })}</Tag>}
    </span>
  );
}

export default function Cases() {
  const open = useRecords('case', ['case'], { limit: 500 });
  const holds = open.data.filter((entry) => entry.data['hold'] === true && said(entry, 'state') !== 'closed').length;
  return (
    <Page title={text('ui.cases.title')} actions={<ActButton act="case.open" primary only={['cause', 'container', 'owner', 'due_hours', 'hold']} />}>
      <Tabs label={text('ui.cases.title')} tabs={[
        { id: 'open', title: text('ui.cases.open'), count: open.data.length || undefined },
        { id: 'holds', title: text('ui.cases.holds'), count: holds || undefined },
        { id: 'all', title: text('ui.cases.all') },
      ]}>
        {(tab) => (tab === 'all' ? <All /> : <Open list={open} holdsOnly={tab === 'holds'} />)}
      </Tabs>
    </Page>
  );
}

const linesOf = (list: List): CaseLine[] => list.data.map((entry) => caseLine(entry, idOf(entry, 'case'), now.value)).sort(byUrgency);

function Open({ list: open, holdsOnly }: { list: List; holdsOnly: boolean }) {
  const lines = linesOf(open).filter((line) => line.open && (!holdsOnly || line.hold));
  return (
    <>
      {!holdsOnly && (
        <ul class="buckets" aria-label={text('ui.cases.ageing')}>
          {buckets(lines).map((bucket) => (
            <li key={bucket.id} class="card">
              <strong class="figure">{bucket.count}</strong>
              <span>{textOf(`ui.age.${bucket.id}`, bucket.id)}</span>
              {bucket.overdue > 0 && <Tag mood="watch">{text('ui.cases.of_them_overdue', { count: bucket.overdue })}</Tag>}
            </li>
          ))}
        </ul>
      )}
      {holdsOnly && <p class="secondary">{text('ui.cases.holds_mean')}</p>}
      <Asked answer={open} empty={lines.length === 0} nothing={text(holdsOnly ? 'ui.cases.no_holds' : 'ui.cases.none')}>
        <CaseTable lines={lines} />
        <More more={open.more} count={lines.length} />
      </Asked>
    </>
  );
}

function All() {
  const all = useRecords('case', ['case'], { ended: true, limit: 200 });
  const lines = linesOf(all);
  return (
    <Asked answer={all} empty={lines.length === 0} nothing={text('ui.cases.none')}>
      <CaseTable lines={lines} />
      <More more={all.more} count={lines.length} />
    </Asked>
  );
}

function CaseTable({ lines }: { lines: readonly CaseLine[] }) {
  return (
    <Table rows={lines} caption={text('ui.cases.title')} keyOf={(line) => line.id} columns={[
      { head: 'ui.head.case', cell: (line) => <a href={`/cases/${line.id}`}>{caseTitle(line)}</a> },
      { head: 'ui.head.state', cell: (line) => <CaseStanding line={line} /> },
      { head: 'ui.head.container', cell: (line) => (said(line.entry, 'container') ? <a href={`/containers/${said(line.entry, 'container')}`}>{said(line.entry, 'container')}</a> : <None />) },
      { head: 'ui.head.owner', cell: (line) => <Person id={line.owner} /> },
      { head: 'ui.head.age', cell: (line) => duration(line.ageMs) },
      { head: 'ui.head.notified', cell: (line) => list(line.entry, 'notified').join(', ') || <None /> },
    ]} />
  );
}
