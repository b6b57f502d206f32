// One box: what happened where, when, and who. What is asked stands in the address, so it can be sent on.
import { useEffect, useState } from 'preact/hooks';
import { address, useGet } from '../api.ts';
import { site } from '../live.ts';
import { named, entryText } from '../names.ts';
import { ask, go, query } from '../router.ts';
import { may } from '../session.ts';
import { text, textOf } from '../text.ts';
import { dateTime, dateTimeUtc, fromInput, now, timeZone, toInput } from '../time.ts';
import { familiesIn, familyOf, type Family } from './model/families.ts';
import { mainChip, understand, type Chip } from './model/question.ts';
import { everybodyIn, peopleIn, wallMs, type Entry } from './model/record.ts';
import { savedFrom, withSaved, without, type Saved } from './model/saved.ts';
import { Button, Page } from '../components/index.ts';
import { Asked, Facts, Moment, More, Panel, Person, Tag } from './parts/bits.tsx';
import { EntryTable, SubjectLink, pageOf } from './parts/entry_table.tsx';
import { askPeople, people, useEntries } from './parts/records.ts';
import { SubjectTimeline } from './parts/subject_timeline.tsx';

const key = 'sealwarden.searches';

export default function Search() {
  const entry = query.value.get('entry');
  useEffect(() => void askPeople(), []);
  return (
    <Page title={text('ui.search.title')}>
      <Box />
      {entry !== null && <OneEntry index={entry} />}
      <Answer />
    </Page>
  );
}

// The address holds: q (words left over), subject=door:d07, person, since, until (RFC 3339), family.
interface Wanted {
  words: string;
  subject: string;
  person: string;
  since: string;
  until: string;
}

function wanted(): Wanted {
  const at = query.value;
  return {
    words: at.get('q') ?? '',
    subject: at.get('subject') ?? '',
    person: at.get('person') ?? '',
    since: at.get('since') ?? '',
    until: at.get('until') ?? '',
  };
}

function Box() {
  const held = wanted();
  const [typed, setTyped] = useState(held.words);
  const [saved, setSaved] = useState<Saved[]>(() => savedFrom(read()));
  useEffect(() => setTyped(held.words), [held.words]);

  const submit = (event: Event): void => {
    event.preventDefault();
    const known = {
      doors: (site.value?.doors ?? []).map((door) => ({ id: door.id, names: [door.name?.en ?? '', door.name?.es ?? ''] })),
      people: [...people.value].map(([id, person]) => ({ id, names: [person.personal?.['name'] ?? ''] })),
    };
    const asked = understand(typed, known, timeZone.value, now.value);
    const main = mainChip(asked.chips);
    const person = asked.chips.find((chip) => chip.kind === 'person');
    const time = asked.chips.find((chip): chip is Extract<Chip, { kind: 'time' }> => chip.kind === 'time');
    ask(
      {
        entry: null,
        family: null,
        q: asked.words,
        ...(main && main.kind !== 'person' ? { subject: `${main.kind}:${main.id}` } : {}),
        ...(person && person.kind === 'person' ? { person: person.id } : {}),
        ...(time ? { since: new Date(time.sinceMs).toISOString(), until: new Date(time.untilMs).toISOString() } : {}),
      },
      { replace: false },
    );
  };

  const tail = query.value.toString();
  const keep = (list: Saved[]): void => {
    setSaved(list);
    try {
      localStorage.setItem(key, JSON.stringify(list));
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  };
  const title = describe(held);
  return (
    <section class="search-box stack no-print" aria-label={text('ui.search.title')}>
      <form role="search" class="search-form" onSubmit={submit}>
        <label class="hidden" htmlFor="question">{text('ui.search.box')}</label>
        <input id="question" class="input" type="search" value={typed} autocomplete="off" spellcheck={false}
          placeholder={text('ui.search.example')} onInput={(event) => setTyped(event.currentTarget.value)} />
        <Button type="submit" kind="primary" icon="search">
          {text('ui.search.ask')}
        </Button>
      </form>
      <Chips held={held} />
      <When held={held} />
      <div class="row">
        {title && !saved.some((one) => one.tail === tail) && (
          <Button onClick={() => keep(withSaved(saved, { name: title, tail }))}>
            {text('ui.search.save')}
          </Button>
        )}
        {saved.map((one) => (
          <span key={one.name} class="saved">
            <a class="chip" href={`/search?${one.tail}`}>{one.name}</a>
            <button type="button" class="link" aria-label={text('ui.search.forget', { name: one.name })}
              onClick={() => keep(without(saved, one.name))}>×</button>
          </span>
        ))}
      </div>
    </section>
  );
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const subjectOf = (written: string): { k: string; v: string } | null => {
  const at = written.indexOf(':');
  return at > 0 ? { k: written.slice(0, at), v: written.slice(at + 1) } : null;
};

function describe(held: Wanted): string {
  const subject = subjectOf(held.subject);
  const parts = [held.words, subject ? subjectTitle(subject) : '', held.person];
  if (held.since) parts.push(`${dateTime(Date.parse(held.since))} – ${held.until ? dateTime(Date.parse(held.until)) : ''}`);
  return parts.filter(Boolean).join(' · ');
}

function subjectTitle(subject: { k: string; v: string }): string {
  const kind = textOf(`ui.subject.${subject.k}`, subject.k);
  const door = subject.k === 'door' ? site.value?.doors.find((one) => one.id === subject.v) : undefined;
  return door ? named(door.name, door.id) : `${kind} ${subject.v}`;
}

function Chips({ held }: { held: Wanted }) {
  const subject = subjectOf(held.subject);
  const chips: { name: string; gone: Record<string, null> }[] = [];
  if (subject) chips.push({ name: subjectTitle(subject), gone: { subject: null } });
  if (held.person) chips.push({ name: `${text('ui.subject.person')} ${held.person}`, gone: { person: null } });
  if (held.words) chips.push({ name: `“${held.words}”`, gone: { q: null } });
  if (held.since || held.until) {
    const from = held.since ? dateTime(Date.parse(held.since)) : '…';
    const to = held.until ? dateTime(Date.parse(held.until)) : '…';
    chips.push({ name: `${from} – ${to}`, gone: { since: null, until: null } });
  }
  if (chips.length === 0) return <p class="secondary">{text('ui.search.help')}</p>;
  return (
    <ul class="chips" aria-label={text('ui.search.asked')}>
      {chips.map((chip) => (
        <li key={chip.name}>
          <button type="button" class="chip" onClick={() => ask({ ...chip.gone, entry: null }, { replace: false })}>
            {chip.name} <span aria-hidden="true">×</span>
            <span class="hidden">{text('ui.search.remove')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

// The same time by two fields, for whom the box did not understand.
function When({ held }: { held: Wanted }) {
  const set = (name: 'since' | 'until', value: string): void => {
    const ms = value === '' ? null : fromInput(value);
    ask({ [name]: ms === null ? null : new Date(ms).toISOString() });
  };
  const doors = site.value?.doors ?? [];
  const door = held.subject.startsWith('door:') ? held.subject.slice(5) : '';
  return (
    <div class="row when-fields">
      <label class="field">
        <span class="label">{text('ui.field.door')}</span>
        <select class="input" value={door} onChange={(event) => ask({ subject: event.currentTarget.value ? `door:${event.currentTarget.value}` : null })}>
          <option value="">{text('ui.any')}</option>
          {doors.map((one) => <option key={one.id} value={one.id}>{named(one.name, one.id)}</option>)}
        </select>
      </label>
      <label class="field">
        <span class="label">{text('ui.from_time')}</span>
        <input class="input" type="datetime-local" value={held.since ? toInput(Date.parse(held.since)) : ''} onChange={(event) => set('since', event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="label">{text('ui.to_time')}</span>
        <input class="input" type="datetime-local" value={held.until ? toInput(Date.parse(held.until)) : ''} onChange={(event) => set('until', event.currentTarget.value)} />
      </label>
      <p class="secondary small">{text('ui.site_time', { zone: timeZone.value })}</p>
    </div>
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
  const answer = useGet<{ hits: Hit[]; notes?: { code: string; number: string }[]; took_ms: number }>('/search', { q: held.words, since: held.since, until: held.until });
  return (
    <Panel title={text('ui.search.found')}>
      {answer.data?.notes?.map((note) => <p key={note.number} class="note">{text('ui.search.check_digit', { number: note.number })}</p>)}
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

