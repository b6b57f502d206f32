// What these screens are made of besides the components of every screen: panels, facts, moments,
// persons, marks, tables of records.
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { signal } from '@preact/signals';
import { Button, Checkbox, Empty, ErrorNote, Icon, Table as PlainTable, Tabs as PlainTabs, Waiting } from '../../components/index.ts';
import type { Problem } from '../../api.ts';
import { ask, query } from '../../router.ts';
import { may } from '../../session.ts';
import { text, type Key } from '../../text.ts';
import { dateTime, dateTimeUtc, when } from '../../time.ts';
import { askPeople, personName } from './records.ts';

export function Panel({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="part">
      <div class="part-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export type Fact = [label: string, value: ComponentChildren];

// Facts without a value are left out.
export function Facts({ facts }: { facts: (Fact | null | false)[] }) {
  const shown = facts.filter((fact): fact is Fact => Array.isArray(fact) && fact[1] !== null && fact[1] !== '' && fact[1] !== undefined);
  if (shown.length === 0) return null;
  return (
    <dl class="facts card">
      {shown.flatMap(([label, value]) => [<dt key={`${label}-t`}>{label}</dt>, <dd key={`${label}-d`}>{value}</dd>])}
    </dl>
  );
}

// A moment by the site's clock; UTC for whoever points at it. `full` has the date always.
export function Moment({ ms, full = false }: { ms: number | null; full?: boolean }) {
  if (ms === null) return <None />;
  return (
    <time dateTime={new Date(ms).toISOString()} title={dateTimeUtc(ms)} class="nowrap">
      {full ? dateTime(ms) : when(ms)}
    </time>
  );
}

export const None = () => <span class="secondary">–</span>;

export function Person({ id }: { id: string }) {
  useEffect(() => void askPeople(), []);
  if (id === '') return <None />;
  const name = personName(id);
  return <span class="nowrap" title={name === id ? undefined : id}>{name}</span>;
}

export function People({ ids }: { ids: readonly string[] }) {
  if (ids.length === 0) return <None />;
  return (
    <>
      {ids.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Person id={id} />
        </span>
      ))}
    </>
  );
}

// Whether what is kept about persons is asked for too: by choice, as the log is told each time.
export const namesShown = signal(false);

export function ShowNames() {
  if (!may('personal')) return null;
  return <Checkbox label={text('ui.personal.show')} checked={namesShown.value} onChange={(on) => (namesShown.value = on)} />;
}

// What was asked for: waits, fails, is empty, or the children.
export function Asked({ answer, empty = false, nothing, children }: {
  answer: { data: unknown; error: Problem | null; loading: boolean; reload?: () => void };
  empty?: boolean;
  nothing?: string;
  children: ComponentChildren;
}) {
  const { data, error, loading } = answer;
  const some = data !== null && !(empty && loading);
  return (
    <>
      {error && <ErrorNote problem={error} retry={answer.reload} />}
      {!some && loading && <Waiting />}
      {some && (empty ? !error && <Empty title={nothing ?? text('ui.nothing')} /> : children)}
    </>
  );
}

// Instead of an answer where the end comes before the beginning.
export const TurnedTimes = () => <p class="wrong" role="alert"><Icon name="warn" />{text('ui.wrong.period')}</p>;

export function More({ more, count }: { more: (() => void) | null; count: number }) {
  return (
    <p class="row more no-print">
      <span class="secondary">{text('ui.shown', { count })}</span>
      {more && <Button onClick={more}>{text('ui.more')}</Button>}
    </p>
  );
}

// Tabs whose choice stands in the address.
export function Tabs({ label, tabs, name = 'tab', children }: {
  label: string;
  tabs: { id: string; title: string; count?: number | undefined }[];
  name?: string;
  children: (chosen: string) => ComponentChildren;
}) {
  const first = tabs[0]?.id ?? '';
  const asked = query.value.get(name) ?? first;
  const chosen = tabs.some((tab) => tab.id === asked) ? asked : first;
  return (
    <PlainTabs label={label} tabs={tabs} selected={chosen} onSelect={(id) => ask({ [name]: id === first ? null : id })}>
      {children(chosen)}
    </PlainTabs>
  );
}

// A word with its mark: colour never tells alone.
export type Mood = 'plain' | 'good' | 'watch' | 'bad' | 'unknown' | 'off';
const marks: Record<Mood, string> = { plain: '', good: '✓', watch: '▲', bad: '■', unknown: '?', off: '' };

export function Tag({ mood = 'plain', children }: { mood?: Mood; children: ComponentChildren }) {
  return (
    <span class={`tag tag-${mood}`}>
      {marks[mood] && <span aria-hidden="true">{marks[mood]}</span>}
      {children}
    </span>
  );
}

export function EntryLink({ index }: { index: number }) {
  return (
    <a class="nowrap" href={`/search?entry=${index}`}>
      #{index}
    </a>
  );
}

export interface Column<T> {
  head: Key;
  cell: (row: T) => ComponentChildren;
  end?: boolean;
}

export function Table<T>({ rows, columns, caption, keyOf, nothing }: {
  rows: readonly T[];
  columns: (Column<T> | null | false)[];
  caption: string;
  keyOf: (row: T) => string | number;
  nothing?: string;
}) {
  return (
    <PlainTable caption={caption} rows={rows} id={keyOf} empty={nothing ?? text('ui.nothing')}
      columns={columns
        .filter((column): column is Column<T> => Boolean(column))
        .map((column) => ({ id: column.head, title: text(column.head), cell: column.cell, end: column.end ?? false }))} />
  );
}

// How much of something there is; the number stands beside it.
export function Meter({ share, label }: { share: number; label: string }) {
  const percent = Math.round(share * 1000) / 10;
  return (
    <div class="bar" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <svg width="100%" height="100%" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 10">
        <rect class="bar-fill" width={percent} height="10" />
      </svg>
    </div>
  );
}
