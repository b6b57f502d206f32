// Who came in: badges, people and their rights, visitors (CTPAT 10.2), drivers (10.3, 10.4).
import { useState } from 'preact/hooks';
import { Button, Checkbox, Dialog, Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { now, timeZone } from '../time.ts';
import { calendarDay } from './model/zone_time.ts';
import { flag, idOf, list, number, personal, text as said, wallMs, type Entry } from './model/record.ts';
import { ActButton, ActForm } from './parts/act_form.tsx';
import { Asked, EntryLink, Moment, More, None, Person, ShowNames, Table, Tabs, Tag, namesShown, type Column } from './parts/bits.tsx';
import { forgetPeople, useEntries, useRecords } from './parts/records.ts';
import { LineErrors } from './visits.tsx';

export default function Access() {
  return (
    <Page title={text('ui.access.title')}>
      <Tabs label={text('ui.access.title')} tabs={[
        { id: 'log', title: text('ui.access.log') },
        { id: 'visitors', title: text('ui.access.visitors') },
        ...(may('drivers') ? [{ id: 'drivers', title: text('ui.access.drivers') }] : []),
        { id: 'people', title: text('ui.access.people') },
      ]}>
        {(tab) => (tab === 'log' ? <Log /> : tab === 'visitors' ? <Visitors /> : tab === 'drivers' ? <Drivers /> : <Registered />)}
      </Tabs>
    </Page>
  );
}

const kinds: Record<string, string> = {
  all: 'access.granted,access.denied,access.taken,access.not_taken,cross.finding',
  denied: 'access.denied,cross.finding',
  granted: 'access.granted,access.taken,access.not_taken',
};

function Log() {
  const [shown, setShown] = useState('all');
  const entries = useEntries({ kinds: kinds[shown] ?? null, limit: 200 }, ['access', 'cross']);
  return (
    <>
      <div class="chips no-print" role="group" aria-label={text('ui.search.filter')}>
        {Object.keys(kinds).map((one) => (
          <button key={one} type="button" class="chip" aria-pressed={shown === one} onClick={() => setShown(one)}>{textOf(`ui.access.show_${one}`, one)}</button>
        ))}
      </div>
      <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.access.quiet')}>
        <Table rows={entries.data} caption={text('ui.access.log')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.time', cell: (entry) => <Moment ms={wallMs(entry)} full /> },
          { head: 'ui.head.result', cell: (entry) => <Outcome entry={entry} /> },
          { head: 'ui.head.person', cell: (entry) => <Person id={idOf(entry, 'person') || (entry.kind === 'access.taken' ? idOf(entry, 'presence') : '')} /> },
          { head: 'ui.head.reader', cell: (entry) => (idOf(entry, 'reader') ? nameOf({ k: 'reader', v: idOf(entry, 'reader') }) : <None />) },
          { head: 'ui.head.door', cell: (entry) => (idOf(entry, 'door') ? <a href={`/doors/${idOf(entry, 'door')}`}>{nameOf({ k: 'door', v: idOf(entry, 'door') })}</a> : <None />) },
          { head: 'ui.head.direction', cell: (entry) => (said(entry, 'direction') ? textOf(`ui.direction.${said(entry, 'direction')}`, said(entry, 'direction')) : <None />) },
          { head: 'ui.head.entry', cell: (entry) => <EntryLink index={entry.i} /> },
        ]} />
        <More more={entries.more} count={entries.data.length} />
      </Asked>
    </>
  );
}

function Outcome({ entry }: { entry: Entry }) {
  const word = textOf(`ui.access.${entry.kind}`, entry.kind);
  switch (entry.kind) {
    case 'access.denied':
      return <Tag mood="watch">{word}: {textOf(`ui.word.${said(entry, 'reason')}`, said(entry, 'reason').replaceAll('_', ' '))}</Tag>;
    case 'cross.finding':
      return <Tag mood="bad">{textOf(`ui.finding.${said(entry, 'what')}`, said(entry, 'what').replaceAll('_', ' '))}</Tag>;
    case 'access.not_taken':
      return <Tag mood={flag(entry, 'blind') ? 'unknown' : 'off'}>{word}{flag(entry, 'blind') ? ` · ${text('ui.access.blind')}` : ''}</Tag>;
    default:
      return <Tag mood="good">{word}</Tag>;
  }
}

// What is kept about a person is only there for those who may see it; for all others it is withheld.
function Kept({ entry, field }: { entry: Entry; field: string }) {
  const kept = personal(entry, field);
  if (kept) return <>{kept}</>;
  return entry.priv ? <span class="secondary">{text('ui.withheld')}</span> : <None />;
}

function OpenFirst({ all, setAll, open, total }: { all: boolean; setAll: (all: boolean) => void; open: number; total: number }) {
  return (
    <div class="row no-print">
      <Checkbox label={text('ui.access.with_gone')} checked={all} onChange={setAll} />
      <ShowNames />
      <span class="secondary" role="status">{text('ui.access.inside', { open, total })}</span>
    </div>
  );
}

function Overdue({ entry }: { entry: Entry }) {
  if (number(entry, 'out_ts') !== null) return <Moment ms={number(entry, 'out_ts')} full />;
  return number(entry, 'overdue_ts') !== null ? <Tag mood="bad">{text('ui.access.overdue')}</Tag> : <Tag>{text('ui.access.still_here')}</Tag>;
}

function Visitors() {
  const [all, setAll] = useState(false);
  const records = useRecords('visitor', ['visitor'], { ended: all, personal: namesShown.value });
  const open = records.data.filter((entry) => number(entry, 'out_ts') === null).length;
  return (
    <>
      {may('access') && <div class="row no-print"><ActButton act="visitor.in" primary only={['name', 'company', 'id_checked', 'contact', 'badge']} /></div>}
      <OpenFirst all={all} setAll={setAll} open={open} total={records.data.length} />
      <Asked answer={records} empty={records.data.length === 0} nothing={text('ui.access.no_visitors')}>
        <Table rows={records.data} caption={text('ui.access.visitors')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.in', cell: (entry) => <Moment ms={number(entry, 'in_ts')} full /> },
          { head: 'ui.head.name', cell: (entry) => <Kept entry={entry} field="name" /> },
          { head: 'ui.head.company', cell: (entry) => <Kept entry={entry} field="company" /> },
          { head: 'ui.head.identified', cell: (entry) => <Identified entry={entry} /> },
          { head: 'ui.head.contact', cell: (entry) => <Person id={said(entry, 'contact')} /> },
          { head: 'ui.head.badge', cell: (entry) => <Kept entry={entry} field="badge" /> },
          { head: 'ui.head.out', cell: (entry) => <Overdue entry={entry} /> },
          may('access') && { head: 'ui.head.do', cell: (entry) => number(entry, 'out_ts') === null && <ActButton act="visitor.out" known={{ visitor: idOf(entry, 'visitor') }} /> },
        ]} />
        <More more={records.more} count={records.data.length} />
      </Asked>
    </>
  );
}

const Identified = ({ entry }: { entry: Entry }) =>
  flag(entry, 'id_checked') ? <Tag mood="good">{text('ui.yes')}</Tag> : <Tag mood="watch">{text('ui.no')}</Tag>;

function Drivers() {
  const [all, setAll] = useState(false);
  const records = useRecords('driver', ['driver'], { ended: all, personal: namesShown.value });
  const open = records.data.filter((entry) => number(entry, 'out_ts') === null).length;
  return (
    <>
      <div class="row no-print"><ActButton act="driver.in" primary only={['name', 'employer', 'truck', 'trailer', 'id_checked']} /></div>
      <p class="secondary small">{text('ui.access.drivers_not_theirs')}</p>
      <OpenFirst all={all} setAll={setAll} open={open} total={records.data.length} />
      <Asked answer={records} empty={records.data.length === 0} nothing={text('ui.access.no_drivers')}>
        <Table rows={records.data} caption={text('ui.access.drivers')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.arrived', cell: (entry) => <Moment ms={number(entry, 'in_ts')} full /> },
          { head: 'ui.head.name', cell: (entry) => <Kept entry={entry} field="name" /> },
          { head: 'ui.head.employer', cell: (entry) => <Kept entry={entry} field="employer" /> },
          { head: 'ui.head.truck', cell: (entry) => <Kept entry={entry} field="truck" /> },
          { head: 'ui.head.trailer', cell: (entry) => <Kept entry={entry} field="trailer" /> },
          { head: 'ui.head.identified', cell: (entry) => <Identified entry={entry} /> },
          { head: 'ui.head.seal', cell: (entry) => (said(entry, 'seal') ? list(entry, 'seal').join(', ') : <None />) },
          { head: 'ui.head.visit', cell: (entry) => (said(entry, 'visit') ? <a href={`/visits/${said(entry, 'visit')}`}>{said(entry, 'visit')}</a> : <None />) },
          { head: 'ui.head.out', cell: (entry) => <Overdue entry={entry} /> },
          { head: 'ui.head.do', cell: (entry) => number(entry, 'out_ts') === null && <ActButton act="driver.out" known={{ driver: idOf(entry, 'driver') }} only={['seal']} /> },
        ]} />
        <More more={records.more} count={records.data.length} />
      </Asked>
    </>
  );
}

// A day given as "until" ends at the next midnight.
const firstDay = (ms: number | null): string => (ms === null ? '' : calendarDay(timeZone.value, ms));
const lastDay = (ms: number | null): string => (ms === null ? '' : calendarDay(timeZone.value, ms - 1));

function Registered() {
  const records = useRecords('person', ['person'], { ended: true, limit: 500, personal: namesShown.value });
  const [importing, setImporting] = useState(false);
  const standing = (entry: Entry) => {
    if (said(entry, 'state') === 'revoked') return <Tag mood="off">{text('ui.people.revoked')}</Tag>;
    const until = number(entry, 'valid_until_ts');
    if (until !== null && until <= now.value) return <Tag mood="watch">{text('ui.people.expired')}</Tag>;
    return <Tag mood="good">{text('ui.people.valid')}</Tag>;
  };
  const trained = (entry: Entry) => {
    const until = number(entry, 'trained_until_ts');
    if (until === null) return <span class="secondary">{text('ui.people.untrained')}</span>;
    return until <= now.value ? <Tag mood="watch">{text('ui.people.training_over')}</Tag> : <span class="nowrap">{lastDay(until)}</span>;
  };
  const columns: (Column<Entry> | false)[] = [
    { head: 'ui.head.person', cell: (entry) => <span class="mono nowrap">{idOf(entry, 'person')}</span> },
    { head: 'ui.head.name', cell: (entry) => <Kept entry={entry} field="name" /> },
    { head: 'ui.head.state', cell: standing },
    { head: 'ui.head.rights', cell: (entry) => list(entry, 'rights').map((right) => textOf(`ui.right.${right}`, right)).join(', ') || <None /> },
    { head: 'ui.head.zones', cell: (entry) => list(entry, 'zones').join(', ') || <None /> },
    { head: 'ui.head.badge', cell: (entry) => <Kept entry={entry} field="badge" /> },
    { head: 'ui.head.trained', cell: trained },
    may('people') && {
      head: 'ui.head.do',
      cell: (entry) => {
        const person = idOf(entry, 'person');
        return (
          <span class="row">
            {/* A registration replaces the one before, all of it: who does not see it could only take it away. */}
            {(entry.personal || !entry.priv) && <ActButton act="person.add" label={text('ui.people.change')} known={{ person }} only={['name', 'badge', 'facility', 'rights', 'zones', 'from', 'until', 'trained_until']}
              start={{
                name: personal(entry, 'name'), badge: personal(entry, 'badge'), facility: personal(entry, 'facility'), rights: list(entry, 'rights').join(','),
                zones: list(entry, 'zones').join(','), from: firstDay(number(entry, 'valid_from_ts')), until: lastDay(number(entry, 'valid_until_ts')), trained_until: lastDay(number(entry, 'trained_until_ts')),
              }} onRecorded={forgetPeople} />}
            {said(entry, 'state') !== 'revoked' && <ActButton act="person.revoke" known={{ person }} only={['reason']} onRecorded={forgetPeople} />}
          </span>
        );
      },
    },
  ];
  return (
    <>
      {may('people') && (
        <div class="row no-print">
          <ActButton act="person.add" primary only={['person', 'name', 'badge', 'facility', 'rights', 'zones', 'from', 'until', 'trained_until']} onRecorded={forgetPeople} />
          <Button onClick={() => setImporting(true)}>{text('ui.say.person.import')}</Button>
          <ShowNames />
          {importing && (
            <Dialog title={text('ui.say.person.import')} onClose={() => setImporting(false)}>
              <p>{text('ui.people.import_help')}</p>
              <ActForm act="person.import" only={['csv']} onCancel={() => setImporting(false)} onRecorded={forgetPeople}
                explainRefusal={(sentence) => <LineErrors sentence={sentence} />} />
            </Dialog>
          )}
        </div>
      )}
      <Asked answer={records} empty={records.data.length === 0} nothing={text('ui.people.none')}>
        <Table rows={records.data} caption={text('ui.access.people')} keyOf={(entry) => entry.i} columns={columns} />
        <More more={records.more} count={records.data.length} />
      </Asked>
    </>
  );
}
