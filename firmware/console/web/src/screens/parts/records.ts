// Newest states of subjects, as the entries that carry them, kept fresh by what the live feed says.
import { effect, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { asProblem, get, useGet, type Answer, type Problem, type Query } from '../../api.ts';
import { entries as newest } from '../../live.ts';
import { may, signed } from '../../session.ts';
import type { Entry } from '../model/record.ts';

interface Page {
  records?: Entry[];
  entries?: Entry[];
  next: number | null;
  more: boolean;
  personal?: Record<string, Record<string, string>>;
}

// What is kept beside the entries comes as a table of its own, for those who may see it and asked for it.
function joined(page: Page): Entry[] {
  const found = page.records ?? page.entries ?? [];
  const beside = page.personal;
  if (!beside) return found;
  return found.map((entry) => {
    const kept = beside[String(entry.i)];
    return kept ? { ...entry, personal: kept } : entry;
  });
}

// Grows whenever an entry of one of these families is committed ("visit", "custody").
export function useNews(families: readonly string[]): number {
  const [news, setNews] = useState(0);
  const key = families.join(' ');
  useEffect(() => {
    let seen = newest.peek()[0]?.i ?? -1;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const fresh = newest.value.filter((entry) => entry.i > seen);
      seen = Math.max(seen, fresh[0]?.i ?? -1);
      if (!fresh.some((entry) => key.split(' ').includes(entry.kind.split('.')[0] ?? ''))) return;
      // One act makes several entries: asked for once.
      clearTimeout(timer);
      timer = setTimeout(() => setNews((before) => before + 1), 150);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [key]);
  return news;
}

export interface List extends Omit<Answer<Entry[]>, 'data'> {
  data: Entry[];
  more: (() => void) | null;
}

// Pages of entries or records; `more` asks for the next one.
function usePages(path: string | null, query: Query, next: (page: Page) => Query, news: number): List {
  const first = useGet<Page>(path, query);
  const [further, setFurther] = useState<{ of: Page; pages: Page[]; error: Problem | null } | null>(null);
  const { reload } = first;
  useEffect(() => {
    if (news > 0) reload();
  }, [news, reload]);
  const own = further && further.of === first.data ? further : null;
  const last = own?.pages.at(-1) ?? first.data;
  const more =
    path !== null && last?.more
      ? () => {
          const of = first.data;
          if (!of) return;
          get<Page>(path, { ...query, ...next(last) }).then(
            (page) => setFurther({ of, pages: [...(own?.pages ?? []), page], error: null }),
            (error: unknown) => setFurther({ of, pages: own?.pages ?? [], error: asProblem(error) }),
          );
        }
      : null;
  return {
    ...first,
    data: [...(first.data ? joined(first.data) : []), ...(own?.pages ?? []).flatMap(joined)],
    error: own?.error ?? first.error,
    more,
  };
}

// `personal`: with what is kept beside, which the log is told of each time it is asked for.
export function useRecords(kind: string, families: readonly string[], { ended = false, limit = 200, personal = false } = {}): List {
  const news = useNews(families);
  return usePages(`/records/${kind}`, { ended: ended ? 1 : null, limit, personal: personal ? 1 : null }, (page) => ({ before: page.next }), news);
}

export interface OneRecord extends Omit<Answer<Entry>, 'data'> {
  data: Entry | null;
}

export function useRecord(kind: string, id: string, families: readonly string[], { personal = false } = {}): OneRecord {
  const news = useNews(families);
  const answer = useGet<{ record: Entry; personal?: Record<string, string> }>(`/records/${kind}/${encodeURIComponent(id)}`, { personal: personal ? 1 : null });
  const { reload } = answer;
  useEffect(() => {
    if (news > 0) reload();
  }, [news, reload]);
  const { data } = answer;
  return { ...answer, data: data === null ? null : data.personal ? { ...data.record, personal: data.personal } : data.record };
}

export interface EntriesAsked {
  subject?: string | null; // "door:d07"
  kinds?: string | null;
  since?: string | null;
  until?: string | null;
  limit?: number;
  order?: 'newest' | 'oldest';
  personal?: boolean;
}

export function useEntries(asked: EntriesAsked | null, families: readonly string[] = []): List {
  const news = useNews(families);
  const order = asked?.order ?? 'newest';
  return usePages(
    asked ? '/entries' : null,
    { limit: 100, ...asked, order, personal: asked?.personal ? 1 : null },
    (page) => (order === 'newest' ? { before: page.next } : { from: page.next }),
    news,
  );
}

// Who is registered, by id. Names come for those who may see what is kept about persons, and are asked for
// once: the log is told of it.
export const people = signal<ReadonlyMap<string, Entry>>(new Map());
let asked = false;

export async function askPeople(): Promise<void> {
  if (asked || !may('search')) return;
  asked = true;
  try {
    const found = new Map<string, Entry>();
    let before: number | null = null;
    do {
      const page: Page = await get<Page>('/records/person', { limit: 1000, before, personal: may('personal') ? 1 : null });
      for (const entry of joined(page)) {
        const id = entry.subj.find((subject) => subject.k === 'person')?.v;
        if (id && !found.has(id)) found.set(id, entry);
      }
      before = page.more ? page.next : null;
    } while (before !== null);
    people.value = found;
  } catch {
    // Ids are shown instead of names.
  }
}

// After a change of the register.
export function forgetPeople(): void {
  asked = false;
  void askPeople();
}

effect(() => {
  if (signed.value.is === 'in') return;
  asked = false;
  people.value = new Map();
});

export function personName(id: string): string {
  return people.value.get(id)?.personal?.['name'] ?? id;
}
