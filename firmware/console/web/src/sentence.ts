// Sentences with {name} places and ICU plurals: {count, plural, =0 {none} one {# alarm} other {# alarms}}. Pure.
export type Places = Record<string, string | number>;

export function fill(sentence: string, places: Places, locale: string): string {
  let out = '';
  let at = 0;
  while (at < sentence.length) {
    const open = sentence.indexOf('{', at);
    if (open < 0) return out + sentence.slice(at);
    out += sentence.slice(at, open);
    const close = matching(sentence, open);
    out += place(sentence.slice(open + 1, close), places, locale);
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

function place(inside: string, places: Places, locale: string): string {
  const plural = /^(\w+),\s*plural,\s*/.exec(inside);
  if (!plural) {
    const value = places[inside];
    if (value === undefined) return `{${inside}}`;
    return typeof value === 'number' ? numeral(value, locale) : value;
  }
  const count = Number(places[plural[1]!] ?? 0);
  const chosen = plurals(locale).select(count);
  const forms = new Map<string, string>();
  let rest = inside.slice(plural[0].length);
  for (let form = /^\s*(=\d+|\w+)\s*\{/.exec(rest); form; form = /^\s*(=\d+|\w+)\s*\{/.exec(rest)) {
    const open = form[0].length - 1;
    const close = matching(rest, open);
    forms.set(form[1]!, rest.slice(open + 1, close));
    rest = rest.slice(close + 1);
  }
  const form = forms.get(`=${count}`) ?? forms.get(chosen) ?? forms.get('other') ?? '';
  return fill(form.replaceAll('#', numeral(count, locale)), places, locale);
}

// Making one takes a phone a millisecond, and every view has dozens of numbers, again each second.
function kept<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    let found = made.get(locale);
    if (found === undefined) {
      found = make(locale);
      made.set(locale, found);
    }
    return found;
  };
}
const plurals = kept((locale) => new Intl.PluralRules(locale));
const numbers = kept((locale) => new Intl.NumberFormat(locale));

// As both languages write it.
export const numeral = (value: number, locale: string): string => numbers(locale).format(value);

// For search boxes: "anden" finds "Andén".
export const folded = (value: string): string =>
  value.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLocaleLowerCase();
