// Custody of seals: the stock and its ledgers, what is in use, what is in doubt, samples.
import { useEffect } from 'preact/hooks';
import { useGet } from '../api.ts';
import { Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { actsOnSeal, addsUp, inDoubt, ledgerOf, standingOf, sumOf, type LotStock } from './model/ledger.ts';
import { flag, idOf, number, text as said, wallMs, type Entry } from './model/record.ts';
import { ActButton } from './parts/act_form.tsx';
import { Asked, EntryLink, Facts, Moment, More, None, Panel, Person, Table, Tabs, Tag, type Mood } from './parts/bits.tsx';
import { useEntries, useNews, useRecords } from './parts/records.ts';

const sealMoods: Record<string, Mood> = {
  mismatch: 'bad', tampered: 'bad', hold: 'bad', lost: 'bad', void: 'off', closed: 'off', disposed: 'off', removed: 'off', replaced: 'off',
  broken: 'watch', quarantined: 'watch', verified: 'good', affixed: 'plain', issued: 'plain', in_stock: 'plain', retained: 'off',
};

export function SealState({ state }: { state: string }) {
  return <Tag mood={sealMoods[state] ?? 'unknown'}>{textOf(`ui.seal.state.${state}`, state.replaceAll('_', ' '))}</Tag>;
}

export default function Seals() {
  const records = useRecords('seal_number', ['custody', 'seals'], { limit: 500 });
  const doubtful = records.data.filter((entry) => inDoubt(said(entry, 'state')) || flag(entry, 'duplicate'));
  return (
    <Page title={text('ui.seals.title')} actions={(
      <>
        <ActButton act="seal.issue" primary only={['seal', 'to', 'container']} />
        <ActButton act="seal.sample" only={['count', 'seed']} start={{ count: '5' }} />
        <ActButton act="lot.receive" only={['lot', 'maker', 'seal_class', 'certificate', 'first', 'last']} start={{ seal_class: 'H' }} />
        {/* Of serials that never left their lot there is no row to stand in. */}
        <ActButton act="seal.return" only={['seal']} label={text('ui.seals.return')} />
        <ActButton act="seal.void" only={['seal', 'reason']} label={text('ui.seals.void')} />
        <ActButton act="seal.lose" only={['seal', 'reason']} label={text('ui.seals.lose')} />
      </>
    )}>
      <Tabs label={text('ui.seals.title')} tabs={[
        ...(may('custody') ? [{ id: 'stock', title: text('ui.seals.stock') }] : []),
        { id: 'use', title: text('ui.seals.use') },
        { id: 'doubt', title: text('ui.seals.doubt'), count: doubtful.length || undefined },
        { id: 'samples', title: text('ui.seals.samples') },
        { id: 'log', title: text('ui.seals.log') },
      ]}>
        {(tab) =>
          tab === 'stock' ? <Stock />
            : tab === 'samples' ? <Samples />
              : tab === 'log' ? <SealLog />
                : (
                  <Asked answer={records} empty={tab === 'doubt' ? doubtful.length === 0 : records.data.length === 0}
                    nothing={text(tab === 'doubt' ? 'ui.seals.none_doubtful' : 'ui.seals.none_used')}>
                    <SealTable entries={tab === 'doubt' ? doubtful : records.data} />
                    <More more={records.more} count={tab === 'doubt' ? doubtful.length : records.data.length} />
                  </Asked>
                )
        }
      </Tabs>
    </Page>
  );
}

export function SealTable({ entries }: { entries: readonly Entry[] }) {
  return (
    <Table rows={entries} caption={text('ui.seals.use')} keyOf={(entry) => entry.i} columns={[
      { head: 'ui.head.seal', cell: (entry) => <a class="mono" href={`/seals/${idOf(entry, 'seal_number')}`}>{idOf(entry, 'seal_number')}</a> },
      { head: 'ui.head.state', cell: (entry) => <><SealState state={said(entry, 'state')} />{flag(entry, 'duplicate') && <Tag mood="bad">{text('ui.seals.duplicate')}</Tag>}</> },
      { head: 'ui.head.container', cell: (entry) => (said(entry, 'container') ? <a href={`/containers/${said(entry, 'container')}`}>{said(entry, 'container')}</a> : <None />) },
      { head: 'ui.head.holder', cell: (entry) => <Person id={said(entry, 'holder')} /> },
      { head: 'ui.head.lot', cell: (entry) => said(entry, 'lot') || text('ui.seals.foreign') },
      { head: 'ui.head.since', cell: (entry) => <Moment ms={number(entry, 'since_ts')} full /> },
      (may('custody') || may('dock')) && { head: 'ui.head.do', cell: (entry) => <SealActs entry={entry} /> },
    ]} />
  );
}

export function SealActs({ entry }: { entry: Entry }) {
  const seal = said(entry, 'as_read') || idOf(entry, 'seal_number');
  const known = { seal };
  const container = said(entry, 'container');
  return (
    <span class="row">
      {actsOnSeal(said(entry, 'state')).map((act) => {
        const withUnit = act === 'seal.verify' || act === 'seal.break' || act === 'seal.tampered';
        const only: Record<string, string[]> = {
          'seal.verify': ['document', 'view', 'verify', 'tug', 'twist', 'read_by', 'place', 'note'],
          'seal.break': ['authority', 'officer', 'reason', 'place'],
          'seal.issue': ['to', 'container'],
        };
        return (
          <ActButton key={act} act={act} known={withUnit && container ? { ...known, container } : known} only={only[act]}
            start={act === 'seal.verify' ? { read_by: 'typed' } : {}} />
        );
      })}
    </span>
  );
}

function Stock() {
  const news = useNews(['lot', 'custody']);
  const stock = useGet<{ lots: LotStock[] }>('/stock');
  const { reload } = stock;
  useEffect(() => {
    if (news > 0) reload();
  }, [news, reload]);
  const lots = stock.data?.lots ?? [];
  return (
    <Asked answer={stock} empty={lots.length === 0} nothing={text('ui.seals.no_lots')}>
      <div class="lots">
        {lots.map((lot) => <Lot key={lot.lot} lot={lot} />)}
      </div>
    </Asked>
  );
}

const lotMoods = { never_counted: 'watch', balanced: 'good', unbalanced: 'bad', quarantined: 'watch' } as const;

function Lot({ lot }: { lot: LotStock }) {
  const standing = standingOf(lot);
  return (
    <section class="card stack lot" aria-label={lot.lot}>
      <div class="row">
        <h2 class="grow">{lot.lot}</h2>
        <Tag mood={lotMoods[standing]}>{textOf(`ui.lot.${standing}`, standing)}</Tag>
      </div>
      <p class="secondary">{text('ui.lot.of', { maker: lot.maker, class: lot.seal_class, size: lot.size })}</p>
      <table class="ledger">
        <caption class="hidden">{text('ui.lot.ledger', { lot: lot.lot })}</caption>
        <tbody>
          {ledgerOf(lot).map((line) => (
            <tr key={line.name} class={line.name === 'expected' ? 'sum' : undefined}>
              <th scope="row">{textOf(`ui.ledger.${line.name}`, line.name)}</th>
              <td class="end" aria-hidden="true">{line.sign === '-' ? '−' : line.sign}</td>
              <td class="end">{line.value}</td>
            </tr>
          ))}
          {lot.counted_ts !== null && (
            <>
              <tr>
                <th scope="row">{text('ui.ledger.counted')} <span class="secondary small"><Moment ms={lot.counted_ts} /></span></th>
                <td />
                <td class="end">{lot.counted ?? '–'}</td>
              </tr>
              <tr class="sum" data-mood={lot.difference ? 'bad' : undefined}>
                <th scope="row">{text('ui.ledger.difference')}</th>
                <td />
                <td class="end">{lot.difference ?? '–'}</td>
              </tr>
            </>
          )}
        </tbody>
      </table>
      {!addsUp(lot) && <p class="note" role="alert">{text('ui.lot.sum_differs', { sum: sumOf(lot) })}</p>}
      <Facts facts={[
        [text('ui.field.certificate'), lot.certificate || <Tag mood="watch">{text('ui.lot.no_certificate')}</Tag>],
        lot.missing ? [text('ui.lot.missing'), lot.missing] : null,
        lot.unexplained ? [text('ui.lot.unexplained'), lot.unexplained] : null,
        lot.unlisted ? [text('ui.lot.unlisted'), lot.unlisted] : null,
        [text('ui.head.entry'), <EntryLink index={lot.entry} />],
      ]} />
      {may('custody') && (
        <div class="row no-print">
          <ActButton act="lot.count" known={{ lot: lot.lot }} only={['counted', 'missing', 'unexplained']} />
          {lot.state === 'quarantined' && <ActButton act="lot.certify" known={{ lot: lot.lot }} only={['certificate']} />}
        </div>
      )}
    </section>
  );
}

function Samples() {
  const draws = useEntries({ kinds: 'seals.sampled', limit: 50 }, ['seals']);
  return (
    <Asked answer={draws} empty={draws.data.length === 0} nothing={text('ui.seals.no_samples')}>
      <Table rows={draws.data} caption={text('ui.seals.samples')} keyOf={(entry) => entry.i} columns={[
        { head: 'ui.head.time', cell: (entry) => <Moment ms={wallMs(entry)} full /> },
        { head: 'ui.head.drawn', cell: (entry) => <span>{said(entry, 'drawn').split(',').filter(Boolean).map((seal, at) => <span key={seal}>{at > 0 && ', '}<a class="mono" href={`/seals/${seal}`}>{seal}</a></span>)}</span> },
        { head: 'ui.head.population', end: true, cell: (entry) => number(entry, 'population') },
        { head: 'ui.head.seed', cell: (entry) => <><code>{said(entry, 'seed')}</code> {flag(entry, 'seed_given') ? text('ui.seals.seed_given') : ''}</> },
        { head: 'ui.head.people', cell: (entry) => <Person id={said(entry, 'person')} /> },
        { head: 'ui.head.entry', cell: (entry) => <EntryLink index={entry.i} /> },
      ]} />
    </Asked>
  );
}

const custody = [
  'issued', 'returned', 'affixed', 'checked', 'verified', 'mismatch', 'cleared', 'cut_seen', 'tampered', 'held', 'released', 'broken', 'replaced', 'removed', 'disposed', 'void', 'lost', 'duplicate',
].map((kind) => `custody.${kind}`);

// The seal log of CTPAT 6.1 A, as it is printed for an auditor.
function SealLog() {
  const entries = useEntries({ kinds: ['lot.received', 'lot.certified', 'lot.counted', ...custody].join(','), limit: 200 }, ['custody', 'lot']);
  return (
    <Panel title={text('ui.seals.log')}>
      <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.seals.none_used')}>
        <Table rows={entries.data} caption={text('ui.seals.log')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.time', cell: (entry) => <Moment ms={wallMs(entry)} full /> },
          { head: 'ui.head.seal', cell: (entry) => <span class="mono">{idOf(entry, 'seal_number') || idOf(entry, 'lot')}</span> },
          { head: 'ui.head.what', cell: (entry) => textOf(`ui.custody.${entry.kind.split('.')[1]}`, entry.kind) },
          { head: 'ui.head.vvtt', cell: (entry) => <Vvtt entry={entry} /> },
          { head: 'ui.head.container', cell: (entry) => said(entry, 'container') || '–' },
          { head: 'ui.head.door', cell: (entry) => (said(entry, 'door') ? nameOf({ k: 'door', v: said(entry, 'door') }) : '–') },
          { head: 'ui.head.people', cell: (entry) => <Person id={said(entry, 'person')} /> },
          { head: 'ui.head.entry', cell: (entry) => <EntryLink index={entry.i} /> },
        ]} />
        <More more={entries.more} count={entries.data.length} />
      </Asked>
    </Panel>
  );
}

// View, verify, tug, twist: four marks, never one.
export function Vvtt({ entry }: { entry: Entry }) {
  const checked = ['custody.affixed', 'custody.checked', 'custody.verified', 'custody.mismatch', 'custody.tampered', 'custody.removed'].includes(entry.kind);
  // What a reader told checked nothing: the four results are those of the check before.
  if (!checked || said(entry, 'found_by') !== '') return <None />;
  return (
    <span class="vvtt nowrap">
      {(['view', 'verify', 'tug', 'twist'] as const).map((check) => {
        const result = said(entry, check);
        const mark = result === 'good' ? '✓' : result === 'bad' ? '✕' : '–';
        return (
          <span key={check} data-result={result} title={`${textOf(`ui.field.${check}`, check)}: ${textOf(`ui.check.${result}`, result)}`}>
            <span aria-hidden="true">{mark}</span>
            <span class="hidden">{textOf(`ui.field.${check}`, check)}: {textOf(`ui.check.${result}`, result)}. </span>
          </span>
        );
      })}
    </span>
  );
}
