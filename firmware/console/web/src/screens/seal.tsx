// One seal from its delivery to its end.
import { Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { flag, list, number, text as said } from './model/record.ts';
import { Asked, Facts, Moment, More, Panel, Person, Tag } from './parts/bits.tsx';
import { EntryTable } from './parts/entry_table.tsx';
import { useEntries, useRecord } from './parts/records.ts';
import { SealActs, SealState } from './seals.tsx';

export default function Seal({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const record = useRecord('seal_number', id, ['custody']);
  const entries = useEntries({ subject: `seal_number:${id}`, limit: 200 }, ['custody']);
  const entry = record.data;
  const check = (field: string) => {
    const result = entry ? said(entry, field) : '';
    const mood = result === 'good' ? 'good' : result === 'bad' ? 'bad' : 'off';
    return <Tag mood={mood}>{textOf(`ui.check.${result}`, result)}</Tag>;
  };
  const other = (seal: string) => (seal ? <a class="mono" href={`/seals/${seal}`}>{seal}</a> : null);
  return (
    <Page title={text('ui.seal.title', { seal: id })} actions={
      <>
        {entry && <SealActs entry={entry} />}
        {may('evidence') && <a class="button" href={`/evidence?subject=seal_number:${id}`}>{text('ui.evidence.build')}</a>}
      </>
    }>
      <Asked answer={record}>
        {entry && (
          <div class="columns">
            <Panel title={text('ui.seal.now')}>
              <Facts facts={[
                [text('ui.head.state'), <><SealState state={said(entry, 'state')} /> {flag(entry, 'duplicate') && <Tag mood="bad">{text('ui.seals.duplicate')}</Tag>}</>],
                [text('ui.head.since'), <Moment ms={number(entry, 'since_ts')} full />],
                [text('ui.seal.as_read'), <span class="mono">{said(entry, 'as_read')}</span>],
                [text('ui.head.container'), said(entry, 'container') ? <a href={`/containers/${said(entry, 'container')}`}>{said(entry, 'container')}</a> : null],
                [text('ui.head.door'), said(entry, 'door') ? nameOf({ k: 'door', v: said(entry, 'door') }) : null],
                said(entry, 'holder') !== '' && [text('ui.head.holder'), <Person id={said(entry, 'holder')} />],
                [text('ui.head.people'), <Person id={said(entry, 'person')} />],
                [text('ui.head.lot'), said(entry, 'lot') || text('ui.seals.foreign')],
                [text('ui.seal.replaces'), other(said(entry, 'replaces'))],
                [text('ui.seal.replaced_by'), other(said(entry, 'replaced_by'))],
                [text('ui.seal.held_at'), said(entry, 'held_at')],
                [text('ui.visit.authority'), said(entry, 'authority')],
              ]} />
            </Panel>
            <Panel title={text('ui.seal.last_check')}>
              <Facts facts={[
                [text('ui.field.view'), check('view')],
                [text('ui.field.verify'), check('verify')],
                [text('ui.field.tug'), check('tug')],
                [text('ui.field.twist'), check('twist')],
                [text('ui.seal.compared'), list(entry, 'document').join(', ')],
              ]} />
            </Panel>
          </div>
        )}
      </Asked>
      <Panel title={text('ui.seal.history')}>
        <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.seal.unknown')}>
          <EntryTable entries={entries.data} caption={text('ui.seal.history')} own={{ k: 'seal_number', v: id }} />
          <More more={entries.more} count={entries.data.length} />
        </Asked>
      </Panel>
    </Page>
  );
}
