// Entries of the log as a table: what, when, who, about what; a row opens to all that was written.
import { useState } from 'preact/hooks';
import { entryText, nameOf, pageOf as pageOfKnown } from '../../names.ts';
import { text, textOf } from '../../text.ts';
import type { Subject } from '../../types.ts';
import { peopleIn, wallMs, type Entry } from '../model/record.ts';
import { EntryLink, Moment, People, Table } from './bits.tsx';
import { explain } from './explain.ts';

export function pageOf(subject: Subject): string | null {
  switch (subject.k) {
    case 'visit':
      return `/visits/${subject.v}`;
    case 'container':
      return `/containers/${subject.v}`;
    case 'seal_number':
      return `/seals/${subject.v}`;
    case 'case':
      return `/cases/${subject.v}`;
    case 'lot':
      return '/seals';
    default:
      return pageOfKnown(subject);
  }
}

export function SubjectLink({ subject }: { subject: Subject }) {
  const page = pageOf(subject);
  const kind = textOf(`ui.subject.${subject.k}`, subject.k.replaceAll('_', ' '));
  // An alarm's id says kind and source once more, which the row says already.
  const name = subject.k === 'alarm' ? kind : subject.k === 'visit' || subject.k === 'case' ? `${kind} ${nameOf(subject)}` : nameOf(subject);
  const title = subject.k === 'alarm' || subject.k === 'visit' || subject.k === 'case' ? subject.v : kind;
  return page ? <a href={page} title={title}>{name}</a> : <span title={title}>{name}</span>;
}

// `own`: what the whole page is about, which no row repeats.
export function EntryTable({ entries, caption, own }: { entries: readonly Entry[]; caption: string; own?: Subject }) {
  return (
    <Table rows={entries} caption={caption} keyOf={(entry) => entry.i} columns={[
      { head: 'ui.head.time', cell: (entry) => <Moment ms={wallMs(entry)} full /> },
      { head: 'ui.head.what', cell: (entry) => <What entry={entry} /> },
      { head: 'ui.head.people', cell: (entry) => <People ids={peopleIn(entry)} /> },
      { head: 'ui.head.about', cell: (entry) => <Subjects entry={entry} own={own} /> },
      { head: 'ui.head.entry', cell: (entry) => <EntryLink index={entry.i} /> },
    ]} />
  );
}

function What({ entry }: { entry: Entry }) {
  const more = explain(entry);
  return (
    <>
      <span>{entryText(entry)}</span>
      {more && <span class="secondary small block">{more}</span>}
    </>
  );
}

function Subjects({ entry, own }: { entry: Entry; own: Subject | undefined }) {
  const [all, setAll] = useState(false);
  const others = entry.subj.filter((subject) => !['person', 'presence', 'gateway'].includes(subject.k) && !(subject.k === own?.k && subject.v === own.v));
  const shown = all ? others : others.slice(0, 3);
  return (
    <span class="subjects">
      {shown.map((subject, index) => (
        <span key={`${subject.k}/${subject.v}`}>
          {index > 0 && ' · '}
          <SubjectLink subject={subject} />
        </span>
      ))}
      {others.length > shown.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>{text('ui.and_more', { count: others.length - shown.length })}</button>
      )}
    </span>
  );
}
