// One case: what it is about, who sees to it, what was told to whom, and how it ends.
import { Icon, Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { may } from '../session.ts';
import { text } from '../text.ts';
import { duration, now } from '../time.ts';
import type { Subject } from '../types.ts';
import { caseTitle, CaseStanding } from './cases.tsx';
import { caseLine, closingLacks } from './model/ageing.ts';
import { flag, list, number, peopleIn, personal, text as said, wallMs } from './model/record.ts';
import { ActButton } from './parts/act_form.tsx';
import { Asked, EntryLink, Facts, Moment, Panel, People, Person, ShowNames, Tag, namesShown } from './parts/bits.tsx';
import { EntryTable, SubjectLink } from './parts/entry_table.tsx';
import { useEntries, useRecord } from './parts/records.ts';

// "alarm door-forced-d07"
const subjectIn = (written: string): Subject => ({ k: written.slice(0, written.indexOf(' ')), v: written.slice(written.indexOf(' ') + 1) });

export default function Case({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const record = useRecord('case', id, ['case'], { personal: namesShown.value });
  const entries = useEntries({ subject: `case:${id}`, order: 'oldest', limit: 500, personal: namesShown.value }, ['case']);
  const entry = record.data;
  const line = entry ? caseLine(entry, id, now.value) : null;
  const lacks = entry ? closingLacks(entry, false) : '';
  const told = entries.data.filter((one) => one.kind === 'case.notified');
  const notes = entries.data.filter((one) => one.kind === 'case.noted' || one.kind === 'case.opened' || one.kind === 'case.closed');
  return (
    <Page title={line ? caseTitle(line) : text('ui.case.page')} under={<span class="mono">{id}</span>}
      actions={entry && line?.open && may('respond') && (
        <>
          <ActButton act="case.note" primary known={{ case_id: id }} only={['note']} />
          <ActButton act="case.assign" known={{ case_id: id }} only={['owner', 'due_hours']} start={{ owner: said(entry, 'owner') }} />
          <ActButton act="case.notify" known={{ case_id: id }} only={['party', 'means']} />
          <ActButton act="case.link" known={{ case_id: id }} only={['kind', 'subject']} />
          <ActButton act="case.close" known={{ case_id: id }} only={lacks ? ['result', 'nobody_to_notify'] : ['result']} />
        </>
      )}>
      <Asked answer={record}>
        {entry && line && (
          <>
            <p class="row standing">
              <CaseStanding line={line} />
              <span class="secondary">{text(line.open ? 'ui.case.open_for' : 'ui.case.was_open', { duration: duration(line.ageMs) })}</span>
              <ShowNames />
            </p>
            {line.hold && (
              <p class="note"><Icon name="pause" /><span class="grow"><strong>{text('ui.case.holds', { unit: said(entry, 'container') })}</strong>{lacks && <> {text('ui.case.notify_first')}</>}</span></p>
            )}
            <div class="columns">
              <Panel title={text('ui.case.about')}>
                <Facts facts={[
                  [text('ui.head.about'), <span class="subjects">{entry.subj.filter((subject) => subject.k !== 'case' && subject.k !== 'person').map((subject, at) => <span key={at}>{at > 0 && ' · '}<SubjectLink subject={subject} /></span>)}</span>],
                  [text('ui.head.door'), said(entry, 'door') ? nameOf({ k: 'door', v: said(entry, 'door') }) : null],
                  [text('ui.case.told'), personal(entry, 'told')],
                  [text('ui.case.opened'), <><Moment ms={number(entry, 'opened_ts')} full /> · {said(entry, 'opened_by') ? <Person id={said(entry, 'opened_by')} /> : text('ui.case.by_itself')}</>],
                  [text('ui.case.owner'), said(entry, 'owner') ? <Person id={said(entry, 'owner')} /> : <Tag mood="watch">{text('ui.case.no_owner')}</Tag>],
                  [text('ui.case.due'), number(entry, 'due_ts') !== null ? <Moment ms={number(entry, 'due_ts')} full /> : null],
                  number(entry, 'closed_ts') !== null && [text('ui.case.closed'), <><Moment ms={number(entry, 'closed_ts')} full /> · <Person id={said(entry, 'closed_by')} /></>],
                  [text('ui.case.result'), personal(entry, 'result')],
                  list(entry, 'also').length > 0 && [text('ui.case.also'), <span class="subjects">{list(entry, 'also').map((one, at) => <span key={one}>{at > 0 && ' · '}<SubjectLink subject={subjectIn(one)} /></span>)}</span>],
                ]} />
              </Panel>
              <Panel title={text('ui.case.parties')}>
                {told.length === 0 ? (
                  <p class="card secondary">{text(flag(entry, 'nobody_to_notify') ? 'ui.case.nobody_to_notify' : 'ui.case.nobody_yet')}</p>
                ) : (
                  <ol class="stack card">
                    {told.map((one) => (
                      <li key={one.i} class="row">
                        <strong>{list(one, 'notified').at(-1) ?? ''}</strong>
                        {personal(one, 'means') && <span>{personal(one, 'means')}</span>}
                        <Moment ms={wallMs(one)} full />
                        <People ids={peopleIn(one)} />
                        <EntryLink index={one.i} />
                      </li>
                    ))}
                  </ol>
                )}
              </Panel>
              <Panel title={text('ui.case.notes')}>
                <ol class="stack card">
                  {notes.map((one) => (
                    <li key={one.i}>
                      <span class="row secondary small"><Moment ms={wallMs(one)} full /> <People ids={peopleIn(one)} /> <EntryLink index={one.i} /></span>
                      <p>{personal(one, 'note') || personal(one, 'told') || personal(one, 'result') || (one.priv ? text('ui.withheld') : text(one.kind === 'case.opened' ? 'ui.case.by_itself' : 'ui.nothing'))}</p>
                    </li>
                  ))}
                </ol>
              </Panel>
            </div>
            <Panel title={text('ui.case.history')}>
              <Asked answer={entries} empty={entries.data.length === 0}>
                <EntryTable entries={entries.data} caption={text('ui.case.history')} own={{ k: 'case', v: id }} />
              </Asked>
            </Panel>
          </>
        )}
      </Asked>
    </Page>
  );
}

