// The words people read, from the catalog that the gateway speaks from too (config/text). Sentences
// have {name} places and ICU plurals: {count, plural, =0 {none} one {# alarm} other {# alarms}}.
// Reading `text` inside a component follows a change of language.
import { signal } from '@preact/signals';
import { fill, numeral, type Places } from './sentence.ts';

export { folded } from './sentence.ts';
import type english from '../../../../config/text/en.json';

export type Key = keyof typeof english;
export type Language = 'en' | 'es';

export const language = signal<Language>('en');
const sentences = signal<Record<string, string>>({});

export const locale = (): string => (language.value === 'es' ? 'es-MX' : 'en-US');

const loaders: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('virtual:texts/en'),
  es: () => import('virtual:texts/es'),
};

export async function speak(wanted: Language): Promise<void> {
  const loaded = await loaders[wanted]();
  sentences.value = loaded.default;
  language.value = wanted;
  document.documentElement.lang = wanted === 'es' ? 'es-MX' : 'en';
  try {
    localStorage.setItem('language', wanted);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

// Until somebody is signed in: what was spoken here last, else what the browser prefers.
export function likelyLanguage(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem('language');
  } catch {
    kept = null;
  }
  if (kept === 'en' || kept === 'es') return kept;
  return navigator.languages.find((one) => /^(en|es)\b/.test(one))?.startsWith('es') ? 'es' : 'en';
}

export const text = (key: Key, places?: Places): string => fill(sentences.value[key] ?? key, places ?? {}, locale());

// For keys that are put together from what the gateway says: `state.${word}`. A word that is newer
// than the catalog is shown as it is.
export function textOf(key: string, otherwise: string, places?: Places): string {
  const sentence = sentences.value[key];
  return sentence === undefined ? otherwise : fill(sentence, places ?? {}, locale());
}

export const hasText = (key: string): boolean => key in sentences.value;

// One word of the gateway's JSON.
export const word = (value: string): string => textOf(`state.${value}`, value.replaceAll('_', ' '));

export const number = (value: number, options?: Intl.NumberFormatOptions): string =>
  options ? new Intl.NumberFormat(locale(), options).format(value) : numeral(value, locale());
