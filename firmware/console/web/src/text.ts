// The words people read, from the catalog that the gateway speaks from too (config/text). Sentences
// have {name} places and ICU plurals: {count, plural, =0 {none} one {# alarm} other {# alarms}}.
// Reading `text` inside a component follows a change of language.
import { signal } from '@preact/signals';
import type english from '../../../../config/text/en.json';

export type Key = keyof typeof english;
export type Language = 'en' | 'es';
export type Places = Record<string, string | number>;

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

export const text = (key: Key, places?: Places): string => fill(sentences.value[key] ?? key, places);

// For keys that are put together from what the gateway says: `state.${word}`. A word that is newer
// than the catalog is shown as it is.
export function textOf(key: string, otherwise: string, places?: Places): string {
  const sentence = sentences.value[key];
  return sentence === undefined ? otherwise : fill(sentence, places);
}

export const hasText = (key: string): boolean => key in sentences.value;

// One word of the gateway's JSON.
export const word = (value: string): string => textOf(`state.${value}`, value.replaceAll('_', ' '));

function fill(sentence: string, places: Places = {}): string {
  let out = '';
  let at = 0;
  while (at < sentence.length) {
    const open = sentence.indexOf('{', at);
    if (open < 0) return out + sentence.slice(at);
    out += sentence.slice(at, open);
    const close = matching(sentence, open);
    out += place(sentence.slice(open + 1, close), places);
    at = close + 1;
  }
  return out;
}

function matching(sentence: string, open: number): number {
  let depth = 0;
  for (let at = open; at < sentence.length; at++) {
    if (sentence[at] === '{') depth++;
    if (sentence[at] === '}' && --depth === 0) return at;
  }
  return sentence.length;
}

function place(inside: string, places: Places): string {
  const plural = /^(\w+),\s*plural,\s*/.exec(inside);
  if (!plural) {
    const value = places[inside];
    if (value === undefined) return `{${inside}}`;
    return typeof value === 'number' ? number(value) : value;
  }
  const count = Number(places[plural[1]!] ?? 0);
  const chosen = new Intl.PluralRules(locale()).select(count);
  const forms = new Map<string, string>();
  let rest = inside.slice(plural[0].length);
  for (let form = /^\s*(=\d+|\w+)\s*\{/.exec(rest); form; form = /^\s*(=\d+|\w+)\s*\{/.exec(rest)) {
    const open = form[0].length - 1;
    const close = matching(rest, open);
    forms.set(form[1]!, rest.slice(open + 1, close));
    rest = rest.slice(close + 1);
  }
  const form = forms.get(`=${count}`) ?? forms.get(chosen) ?? forms.get('other') ?? '';
  return fill(form.replaceAll('#', number(count)), places);
}

export const number = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(locale(), options).format(value);

// For search boxes: "anden" finds "Andén".
export const folded = (value: string): string =>
  value.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase();
