// The question: one line that is taken apart into chips, two fields for the time, and the searches that this
// browser keeps. All of it stands in the address.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../components/index.ts';
import { site } from '../../live.ts';
import { named } from '../../names.ts';
import { ask, query } from '../../router.ts';
import { text, textOf } from '../../text.ts';
import { dateTime, fromInput, now, timeZone, toInput } from '../../time.ts';
import { mainChip, understand, type Chip } from '../model/question.ts';
import { savedFrom, withSaved, without, type Saved } from '../model/saved.ts';
import { people } from './records.ts';

const key = 'sealwarden.searches';

// The address holds: q (words left over), subject=door:d07, person, since, until (RFC 3339), family.
export interface Wanted {
  words: string;
  subject: string;
  person: string;
  since: string;
  until: string;
}

export function wanted(): Wanted {
  const at = query.value;
  return {
    words: at.get('q') ?? '',
    subject: at.get('subject') ?? '',
    person: at.get('person') ?? '',
    since: at.get('since') ?? '',
    until: at.get('until') ?? '',
  };
}

export function SearchBox() {
  const held = wanted();
  const [typed, setTyped] = useState(held.words);
  const [saved, setSaved] = useState<Saved[]>(() => savedFrom(read()));
  useEffect(() => setTyped(held.words), [held.words]);

  const put = (words: string, replace: boolean): void => {
    const known = {
      doors: (site.value?.doors ?? []).map((door) => ({ id: door.id, names: [door.name?.en ?? '', door.name?.es ?? ''] })),
      people: [...people.value].map(([id, person]) => ({ id, names: [person.personal?.['name'] ?? ''] })),
    };
    const asked = understand(words, known, timeZone.value, now.value);
    if (replace && asked.chips.length === 0) return;
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
      { replace },
    );
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    put(typed, false);
  };
  // Words of an address are as good as typed.
  const only = held.words !== '' && held.subject === '' && held.person === '' && held.since === '' && held.until === '';
  const doorsKnown = site.value !== null;
  useEffect(() => {
    if (only && doorsKnown) put(held.words, true);
  }, [only, doorsKnown, held.words]);

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

export const subjectOf = (written: string): { k: string; v: string } | null => {
  const at = written.indexOf(':');
  return at > 0 ? { k: written.slice(0, at), v: written.slice(at + 1) } : null;
};

function describe(held: Wanted): string {
  const subject = subjectOf(held.subject);
  const parts = [held.words, subject ? subjectTitle(subject) : '', held.person];
  if (held.since) parts.push(`${dateTime(Date.parse(held.since))} – ${held.until ? dateTime(Date.parse(held.until)) : ''}`);
  return parts.filter(Boolean).join(' · ');
}

export function subjectTitle(subject: { k: string; v: string }): string {
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
