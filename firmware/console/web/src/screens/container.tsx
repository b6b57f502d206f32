// Everything that is known of one container or trailer: its visits, its seals, its cases, all entries.
import { Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { idOf, list, number, text as said, wallMs } from './model/record.ts';
import { Asked, Facts, Moment, More, Panel, Person, Table, Tag } from './parts/bits.tsx';
import { EntryTable } from './parts/entry_table.tsx';
import { useEntries, useRecord, useRecords } from './parts/records.ts';
import { SealState } from './seals.tsx';
import { VisitTable } from './visits.tsx';

export default function Container({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const news = ['visit', 'custody', 'case', 'expected'];
  const visits = useRecords('visit', news, { ended: true, limit: 500 });
  const seals = useRecords('seal_number', news, { ended: true, limit: 500 });
  const cases = useRecords('case', news, { ended: true, limit: 500 });
  const expected = useRecord('container', id, news);
  const entries = useEntries({ subject: `container:${id}`, limit: 200 }, news);
  const here = visits.data.filter((entry) => said(entry, 'container') === id);
  const mine = seals.data.filter((entry) => said(entry, 'container') === id);
  const about = cases.data.filter((entry) => said(entry, 'container') === id);
  return (
    <Page title={text('ui.container.title', { unit: id })}
      actions={may('evidence') && <a class="button" href={`/evidence?subject=container:${id}`}>{text('ui.evidence.build')}</a>}>
      {expected.data && expected.data.kind === 'expected.given' && (
        <Panel title={text('ui.container.expected')}>
          <Facts facts={[
            [text('ui.head.seals'), list(expected.data, 'seals_as_given').join(', ')],
            [text('ui.head.document'), said(expected.data, 'document')],
            [text('ui.head.carrier'), said(expected.data, 'carrier')],
            [text('ui.head.told'), <Moment ms={wallMs(expected.data)} full />],
          ]} />
        </Panel>
      )}
      <Panel title={text('ui.container.visits')}>
        <Asked answer={visits} empty={here.length === 0} nothing={text('ui.visits.none')}>
          <VisitTable entries={here} />
        </Asked>
      </Panel>
      <Panel title={text('ui.container.seals')}>
        <Asked answer={seals} empty={mine.length === 0} nothing={text('ui.container.no_seals')}>
          <Table rows={mine} caption={text('ui.container.seals')} keyOf={(entry) => entry.i} columns={[
            { head: 'ui.head.seal', cell: (entry) => <a class="mono" href={`/seals/${idOf(entry, 'seal_number')}`}>{idOf(entry, 'seal_number')}</a> },
            { head: 'ui.head.state', cell: (entry) => <SealState state={said(entry, 'state')} /> },
            { head: 'ui.head.door', cell: (entry) => (said(entry, 'door') ? nameOf({ k: 'door', v: said(entry, 'door') }) : '–') },
            { head: 'ui.head.people', cell: (entry) => <Person id={said(entry, 'person')} /> },
            { head: 'ui.head.since', cell: (entry) => <Moment ms={number(entry, 'since_ts')} full /> },
          ]} />
        </Asked>
      </Panel>
      {about.length > 0 && (
        <Panel title={text('ui.cases.title')}>
          <ul class="stack card">
            {about.map((entry) => (
              <li key={entry.i} class="row">
                <a href={`/cases/${idOf(entry, 'case')}`}>{idOf(entry, 'case')}</a>
                <span class="grow">{textOf(`event.${said(entry, 'cause')}`, said(entry, 'cause').replaceAll('_', ' '), { name: said(entry, 'seal') || id })}</span>
                <Tag mood={said(entry, 'state') === 'closed' ? 'off' : 'watch'}>{textOf(`ui.word.${said(entry, 'state')}`, said(entry, 'state'))}</Tag>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={text('ui.container.history')}>
        <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.container.unknown')}>
          <EntryTable entries={entries.data} caption={text('ui.container.history')} own={{ k: 'container', v: id }} />
          <More more={entries.more} count={entries.data.length} />
        </Asked>
      </Panel>
    </Page>
  );
}
