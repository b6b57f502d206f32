// One box: what happened where, when, and who. What is asked stands in the address, so it can be sent on.
import { useEffect } from 'preact/hooks';
import { address, useGet } from '../api.ts';
import { Page } from '../components/index.ts';
import { site } from '../live.ts';
import { named, entryText } from '../names.ts';
import { ask, go, query } from '../router.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { dateTimeUtc, now } from '../time.ts';
import { familiesIn, familyOf, type Family } from './model/families.ts';
import { everybodyIn, peopleIn, wallMs, type Entry } from './model/record.ts';
import { Asked, Facts, Moment, More, Panel, Person, Tag, TurnedTimes } from './parts/bits.tsx';
import { EntryTable, SubjectLink, pageOf } from './parts/entry_table.tsx';
import { askPeople, useEntries } from './parts/records.ts';
import { SearchBox, subjectOf, subjectTitle, wanted, type Wanted } from './parts/search_box.tsx';
import { SubjectTimeline } from './parts/subject_timeline.tsx';

export default function Search() {
  const entry = query.value.get('entry');
  useEffect(() => void askPeople(), []);
  return (
    <Page title={text('ui.search.title')}>
      <SearchBox />
      {entry !== null && <OneEntry index={entry} />}
      <Answer />
    </Page>
  );
}

interface Hit {
  kind: string;
  id: string;
  title: string;
  at_ts: number | null;
  subject: string; // "door:d07"
  index: number | null;
  alike?: boolean;
}

function Answer() {
  const held = wanted();
  if (held.since !== '' && held.until !== '' && Date.parse(held.until) <= Date.parse(held.since)) return <TurnedTimes />;
  const hasFilter = held.subject !== '' || held.since !== '' || held.until !== '' || held.person !== '';
  return (
    <>
      {held.words !== '' && <Hits held={held} />}
      {hasFilter && <Happened held={held} />}
      {!hasFilter && held.words === '' && query.value.get('entry') === null && <Beginnings />}
    </>
  );
}

function Hits({ held }: { held: Wanted }) {
  const answer = useGet<{ hits: Hit[]; notes?: { code: string; number?: string }[]; took_ms: number }>('/search', { q: held.words, since: held.since, until: held.until });
  return (
    <Panel title={text('ui.search.found')}>
      {answer.data?.notes?.map((note) => (
        <p key={note.code} class="note">
          {note.code === 'each_word' ? text('ui.search.each_word') : text('ui.search.check_digit', { number: note.number ?? '' })}
        </p>
      ))}
      <Asked answer={answer} empty={answer.data?.hits.length === 0} nothing={text('ui.search.nothing', { words: held.words })}>
        <ul class="hits">
          {answer.data?.hits.map((hit) => {
            const page = pageOf({ k: hit.kind, v: hit.id });
            const href = page ?? (hit.kind === 'entry' ? `/search?entry=${hit.id}` : hit.kind === 'person' ? `/search?person=${hit.id}` : `/search?subject=${hit.kind}:${hit.id}`);
            return (
              <li key={`${hit.kind}/${hit.id}`}>
                <a class="hit" href={href}>
                  <span class="tag">{textOf(`ui.subject.${hit.kind}`, hit.kind)}</span>
                  <span class="grow">{hit.title || hit.id} {hit.alike && <Tag mood="watch">{text('ui.search.alike')}</Tag>}</span>
                  <span class="secondary"><Moment ms={hit.at_ts} /></span>
                </a>
              </li>
            );
          })}
        </ul>
      </Asked>
    </Panel>
  );
}

function Happened({ held }: { held: Wanted }) {
  const subject = held.subject || (held.person ? `person:${held.person}` : '');
  const answer = useEntries({ subject: subject || null, since: held.since || null, until: held.until || null, limit: 500, order: 'oldest' });
  const family = query.value.get('family') as Family | null;
  const byPerson = held.subject !== '' ? held.person : '';
  const all = answer.data;
  const shown = all.filter((entry) => (family === null || familyOf(entry.kind) === family) && (byPerson === '' || peopleIn(entry).includes(byPerson)));
  const named = subjectOf(subject);
  const bounds = boundsOf(held, all);
  return (
    <>
      {named && bounds && (named.k === 'door' || named.k === 'container' || named.k === 'visit') && (
        <SubjectTimeline subject={named} title={subjectTitle(named)} sinceMs={bounds[0]} untilMs={bounds[1]} />
      )}
      <div class="answer">
        <Panel title={text('ui.search.happened')} aside={<Export held={held} subject={subject} />}>
          <Asked answer={answer} empty={all.length === 0} nothing={text('ui.search.quiet')}>
            <Filters entries={all} family={family} />
            <EntryTable entries={shown} caption={text('ui.search.entries')} own={named ?? undefined} />
            <More more={answer.more} count={shown.length} />
          </Asked>
        </Panel>
        <aside class="answer-people">
          <Panel title={text('ui.search.who')}>
            <Everybody entries={all} chosen={held.person} />
          </Panel>
        </aside>
      </div>
    </>
  );
}

function boundsOf(held: Wanted, entries: readonly Entry[]): [number, number] | null {
  const first = held.since ? Date.parse(held.since) : entries[0] ? wallMs(entries[0]) : null;
  // In steps, so that a question without an end is asked anew four times a minute and not each second.
  const present = Math.ceil(now.value / 15_000) * 15_000;
  const last = held.until ? Math.min(Date.parse(held.until), present) : present;
  return first === null || last <= first ? null : [first, last];
}

function Filters({ entries, family }: { entries: readonly Entry[]; family: Family | null }) {
  const found = familiesIn(entries.map((entry) => entry.kind));
  if (found.size < 2) return null;
  return (
    <div class="chips no-print" role="group" aria-label={text('ui.search.filter')}>
      <button type="button" class="chip" aria-pressed={family === null} onClick={() => ask({ family: null })}>
        {text('ui.all')} <span class="count">{entries.length}</span>
      </button>
      {[...found].map(([one, count]) => (
        <button key={one} type="button" class="chip" aria-pressed={family === one} onClick={() => ask({ family: family === one ? null : one })}>
          {textOf(`ui.family.${one}`, one)} <span class="count">{count}</span>
        </button>
      ))}
    </div>
  );
}

function Everybody({ entries, chosen }: { entries: readonly Entry[]; chosen: string }) {
  const found = everybodyIn(entries);
  if (found.length === 0) return <p class="secondary">{text('ui.search.nobody')}</p>;
  return (
    <ul class="who">
      {found.map(({ person, times }) => (
        <li key={person}>
          <button type="button" class="chip" aria-pressed={chosen === person} onClick={() => ask({ person: chosen === person ? null : person })}>
            <Person id={person} /> <span class="count">{times}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

// A copy leaves the console: the log says who took it.
function Export({ held, subject }: { held: Wanted; subject: string }) {
  if (!may('export')) return null;
  const href = (format: string): string => address('/export', { format, subject, since: held.since, until: held.until });
  return (
    <div class="export no-print">
      <a class="button" href={href('csv')} download>{text('ui.export.csv')}</a>
      <a class="button" href={href('ndjson')} download>{text('ui.export.ndjson')}</a>
      <span class="secondary small">{text('ui.export.entered')}</span>
    </div>
  );
}

function Beginnings() {
  const doors = site.value?.doors ?? [];
  if (doors.length === 0) return null;
  return (
    <Panel title={text('ui.search.begin')}>
      <div class="chips">
        {doors.slice(0, 24).map((door) => (
          <button key={door.id} type="button" class="chip"
            onClick={() => go(`/search?subject=door:${door.id}&since=${encodeURIComponent(new Date(now.value - 24 * 3600_000).toISOString())}`)}>
            {named(door.name, door.id)}
          </button>
        ))}
      </div>
    </Panel>
  );
}

function OneEntry({ index }: { index: string }) {
  const answer = useGet<{ entry: Entry }>(`/entries/${encodeURIComponent(index)}`);
  const entry = answer.data?.entry ?? null;
  return (
    <Panel title={text('ui.entry.title', { index })} aside={
      <span class="row no-print">
        {Number(index) > 0 && <a class="button quiet" href={`/search?entry=${Number(index) - 1}`}>{text('ui.entry.before')}</a>}
        <a class="button quiet" href={`/search?entry=${Number(index) + 1}`}>{text('ui.entry.after')}</a>
      </span>
    }>
      <Asked answer={answer}>
        {entry && (
          <>
            <p class="entry-sentence">{entryText(entry)}</p>
            <Facts facts={[
              [text('ui.head.time'), <><Moment ms={wallMs(entry)} full /> <span class="secondary">{dateTimeUtc(wallMs(entry))}</span></>],
              [text('ui.entry.kind'), <code>{entry.kind}</code>],
              [text('ui.head.about'), <span class="subjects">{entry.subj.map((subject, at) => <span key={at}>{at > 0 && ' · '}<SubjectLink subject={subject} /></span>)}</span>],
              entry.src ? [text('ui.entry.source'), <code>{entry.src.point}</code>] : null,
              [text('ui.entry.clock'), entry.t.sync === 'ntp' ? text('ui.entry.synchronised', { ms: entry.t.err_ms }) : text('ui.entry.not_synchronised')],
            ]} />
            <details>
              <summary>{text('ui.entry.raw')}</summary>
              <pre class="raw" tabIndex={0}>{JSON.stringify(entry, null, 2)}</pre>
            </details>
          </>
        )}
      </Asked>
    </Panel>
  );
}

