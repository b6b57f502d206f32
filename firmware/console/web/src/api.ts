// The console's REST API, typed. A failure is a `Problem` (RFC 9457) with the server's code; what the
// network does is the code `unreachable`. Unsafe methods carry the session's CSRF token; GETs carry
// the ETag of what they got before.
import { signal } from '@preact/signals';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly index: number | null = null,
    readonly retryAfter: number | null = null,
    readonly reason: string = '', // of a refusal: the gateway's word for why
  ) {
    super(detail || code);
  }
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'unreachable', error instanceof Error ? error.message : String(error));

// Set by session.ts. A 401 anywhere else than at signing in means that the session is over.
export const csrf = signal('');
export const signedOut = signal(0);

export type Query = Record<string, string | number | boolean | null | undefined>;

export function address(path: string, query: Query = {}): string {
  const tail = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') tail.set(name, String(value));
  }
  const text = tail.toString();
  return `/api/v1${path}${text ? `?${text}` : ''}`;
}

const kept = new Map<string, { etag: string; body: unknown }>();

async function request<T>(method: string, url: string, body?: unknown, abort?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['x-csrf-token'] = csrf.value;
  const known = method === 'GET' ? kept.get(url) : undefined;
  if (known) headers['if-none-match'] = known.etag;
  let response: Response;
  try {
    response = await fetch(url, {
      method, headers, signal: abort ?? null, credentials: 'same-origin', cache: 'no-store',
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (abort?.aborted) throw error;
    throw new Problem(0, 'unreachable', '');
  }
  if (response.status === 304 && known) return known.body as T;
  const text = await response.text();
  let parsed: unknown = null;
  try {
    parsed = text === '' ? null : JSON.parse(text);
  } catch {
    parsed = null;
  }
  if (!response.ok) throw problem(response, parsed as Record<string, unknown> | null, url);
  const etag = response.headers.get('etag');
  if (method === 'GET' && etag) {
    if (kept.size > 100) kept.delete(kept.keys().next().value!);
    kept.set(url, { etag, body: parsed });
  }
  return parsed as T;
}

function problem(response: Response, body: Record<string, unknown> | null, url: string): Problem {
  const code = typeof body?.['code'] === 'string' ? body['code'] : response.status >= 500 ? 'internal' : 'usage';
  const detail = String(body?.['detail'] ?? body?.['title'] ?? '');
  const retry = Number(response.headers.get('retry-after'));
  if (response.status === 401 && code !== 'wrong_credentials' && !url.endsWith('/session')) signedOut.value++;
  return new Problem(response.status, code, detail, typeof body?.['index'] === 'number' ? body['index'] : null, retry > 0 ? retry : null);
}

export const get = <T>(path: string, query?: Query, abort?: AbortSignal): Promise<T> =>
  request<T>('GET', address(path, query), undefined, abort);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => request<T>('POST', address(path), body);
export const put = <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', address(path), body);
export const patch = <T>(path: string, body: unknown): Promise<T> => request<T>('PATCH', address(path), body);
export const del = <T>(path: string): Promise<T> => request<T>('DELETE', address(path));

// Says something to the gateway; the index of the entry that records it, once it is on disk.
export async function act(name: string, args: Record<string, unknown> = {}): Promise<{ index: number }> {
  try {
    return await post<{ index: number }>(`/acts/${name}`, args);
  } catch (error) {
    throw await withReason(asProblem(error));
  }
}

// A refusal by the rules is an entry; its `reason` is a word that the catalog has in every language.
async function withReason(problem: Problem): Promise<Problem> {
  if (problem.code !== 'refused' || problem.index === null) return problem;
  try {
    const { entry } = await get<{ entry: { data: { reason?: string } } }>(`/entries/${problem.index}`);
    return new Problem(problem.status, problem.code, problem.detail, problem.index, problem.retryAfter, entry.data.reason ?? '');
  } catch {
    return problem;
  }
}

export interface Answer<T> {
  data: T | null;
  error: Problem | null;
  loading: boolean;
  at: number | null; // performance.now() of the newest answer
  reload: () => void;
}

// What a screen shows, asked for when it opens, when `path` or `query` change and every `every` ms.
// A null path asks nothing. The last good answer stays visible behind a later error.
export function useGet<T>(path: string | null, query: Query = {}, { every = 0 } = {}): Answer<T> {
  const url = path === null ? null : address(path, query);
  const [state, setState] = useState<Omit<Answer<T>, 'reload'>>({ data: null, error: null, loading: path !== null, at: null });
  const [turn, setTurn] = useState(0);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (url === null) {
      setState({ data: null, error: null, loading: false, at: null });
      return undefined;
    }
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const data = await request<T>('GET', url, undefined, abort.signal);
        shown.current = url;
        setState({ data, error: null, loading: false, at: performance.now() });
      } catch (error) {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...before, data: shown.current === url ? before.data : null, error: asProblem(error), loading: false }));
      }
      if (every > 0 && !abort.signal.aborted) timer = setTimeout(() => void ask(), every);
    };
    setState((before) => ({ ...before, data: shown.current === url ? before.data : null, loading: true }));
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [url, turn, every]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, reload };
}

export type Saying =
  | { step: 'idle' }
  | { step: 'sent' }
  | { step: 'recorded'; index: number }
  | { step: 'failed'; problem: Problem };

// One act and how far it is: never shown as done before the gateway said at which index it stands.
export function useAct(): [Saying, (name: string, args?: Record<string, unknown>) => Promise<number | null>, () => void] {
  const [saying, setSaying] = useState<Saying>({ step: 'idle' });
  const say = useCallback(async (name: string, args: Record<string, unknown> = {}) => {
    setSaying({ step: 'sent' });
    try {
      const { index } = await act(name, args);
      setSaying({ step: 'recorded', index });
      return index;
    } catch (error) {
      setSaying({ step: 'failed', problem: asProblem(error) });
      return null;
    }
  }, []);
  const forget = useCallback(() => setSaying({ step: 'idle' }), []);
  return [saying, say, forget];
}
