// Who is signed in here, and what they may do. The server decides every time; this only keeps from
// showing what would be refused.
import { effect, signal } from '@preact/signals';
import { Problem, csrf, del, get, patch, post, signedOut } from './api.ts';
import { startLive, stopLive } from './live.ts';
import { language, likelyLanguage, speak, type Language } from './text.ts';
import type { Session } from './types.ts';

// 'asking' at the start, then a session or what keeps from having one.
export type Signed = { is: 'asking' } | { is: 'out'; expired: boolean } | { is: 'new' } | { is: 'away' } | { is: 'in'; session: Session };
export const signed = signal<Signed>({ is: 'asking' });

export const session = (): Session | null => (signed.value.is === 'in' ? signed.value.session : null);
export const may = (right: string): boolean => right === '' || (session()?.rights.includes(right) ?? false);

async function enter(found: Session, words?: Promise<void>): Promise<void> {
  csrf.value = found.csrf;
  const before = signedOut.value;
  startLive(); // what is so comes while the words still do
  await words;
  if (found.language !== language.value) await speak(found.language);
  if (signedOut.value === before) signed.value = { is: 'in', session: found };
  else leave(true); // it ended meanwhile
}

export async function startSession(): Promise<void> {
  // A phone waits for no answer before it asks for the next: index.html asked for the session when it asked for this script.
  const words = speak(likelyLanguage());
  try {
    await enter(await get<Session>('/session'), words);
  } catch (error) {
    await words;
    if (error instanceof Problem && error.status === 401) {
      const { needed } = await get<{ needed: boolean }>('/setup').catch(() => ({ needed: false }));
      signed.value = needed ? { is: 'new' } : { is: 'out', expired: false };
      return;
    }
    signed.value = { is: 'away' };
    setTimeout(() => void startSession(), 2000);
  }
}

export async function signIn(user: string, password: string): Promise<void> {
  await enter(await post<Session>('/session', { user, password }));
}

export async function setUp(asked: { code: string; user: string; name: string; password: string }): Promise<void> {
  await post('/setup', asked);
  await signIn(asked.user, asked.password);
}

export async function signOut(): Promise<void> {
  await del('/session').catch(() => undefined);
  leave(false);
}

export async function chooseLanguage(wanted: Language): Promise<void> {
  await speak(wanted);
  const held = session();
  if (!held) return;
  signed.value = { is: 'in', session: { ...held, language: wanted } };
  await patch('/session', { language: wanted }).catch(() => undefined);
}

function leave(expired: boolean): void {
  csrf.value = '';
  stopLive();
  signed.value = { is: 'out', expired };
}

effect(() => {
  if (signedOut.value > 0 && signed.peek().is === 'in') leave(true);
});
