// What an act's form asks, from the JSON Schema that the gateway gives of its arguments.

export interface ActSchema {
  command: string;
  description?: string;
  right?: string;
  allowed?: boolean; // for who is signed in
  arguments: {
    properties: Record<string, { type?: string; enum?: string[]; description?: string; maxLength?: number }>;
    required?: string[];
  };
}

export type FieldKind = 'text' | 'prose' | 'file' | 'flag' | 'integer' | 'choice';

export interface Field {
  name: string;
  kind: FieldKind;
  required: boolean;
  choices: string[];
  longest: number | null;
}

export type Values = Record<string, string | boolean>;

const prose = new Set(['note', 'reason', 'result', 'cause']);

// Arguments the caller knows already (the visit on whose page the form stands) are not asked again,
// nor is the person: that is who is signed in.
export function fieldsOf(schema: ActSchema, known: Values = {}, only?: readonly string[]): Field[] {
  const required = new Set(schema.arguments.required ?? []);
  const names = only ?? Object.keys(schema.arguments.properties);
  const fields: Field[] = [];
  for (const name of names) {
    const one = schema.arguments.properties[name];
    if (!one || name in known || (name === 'person' && schema.command !== 'person.add' && schema.command !== 'person.revoke'))
      continue;
    let kind: FieldKind = 'text';
    if (one.enum) kind = 'choice';
    else if (one.type === 'boolean') kind = 'flag';
    else if (one.type === 'integer') kind = 'integer';
    else if (name === 'csv') kind = 'file';
    else if (prose.has(name)) kind = 'prose';
    fields.push({
      name,
      kind,
      required: required.has(name),
      choices: one.enum ?? [],
      longest: one.maxLength ?? null,
    });
  }
  // What must be said comes first.
  return only ? fields : [...fields.filter((f) => f.required), ...fields.filter((f) => !f.required)];
}

export type Complaint = 'missing' | 'not_a_number' | 'too_long';

export function complaints(fields: readonly Field[], values: Values): Map<string, Complaint> {
  const found = new Map<string, Complaint>();
  for (const field of fields) {
    const value = values[field.name];
    if (field.kind === 'flag') continue;
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') {
      if (field.required) found.set(field.name, 'missing');
      continue;
    }
    if (field.kind === 'integer' && !/^\d{1,9}$/.test(text)) found.set(field.name, 'not_a_number');
    const longest = field.longest ?? (field.kind === 'prose' ? 512 : field.kind === 'file' ? 48 * 1024 : 128);
    if (new TextEncoder().encode(text).length > longest) found.set(field.name, 'too_long');
  }
  return found;
}

// As the API takes them: what was left empty is not sent.
export function argumentsOf(fields: readonly Field[], values: Values, known: Values): Record<string, string | number | boolean> {
  const all: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(known)) {
    if (value !== '') all[name] = value;
  }
  for (const field of fields) {
    const value = values[field.name];
    if (field.kind === 'flag') {
      if (value === true) all[field.name] = true;
      continue;
    }
    const text = typeof value === 'string' ? (field.kind === 'file' ? value : value.trim()) : '';
    if (text === '') continue;
    all[field.name] = field.kind === 'integer' ? Number(text) : text;
  }
  return all;
}

// Which field a refusal is about: its sentence names the argument in backticks.
export function fieldInSentence(sentence: string, fields: readonly Field[]): string | null {
  for (const [, name] of sentence.matchAll(/`([a-z_]+)`/g)) {
    if (fields.some((field) => field.name === name)) return name ?? null;
  }
  return null;
}

export interface LineError {
  line: number;
  what: string;
}

// A refused file: "line 3: `seals`: …; line 7: …; and 12 more".
export function lineErrors(sentence: string): { errors: LineError[]; more: number } {
  const errors: LineError[] = [];
  for (const part of sentence.split(/;\s+(?=line \d+:|and \d+ more)/)) {
    const found = /(?:^|\s)line (\d+): (.+)$/s.exec(part);
    if (found && found[1] && found[2]) errors.push({ line: Number(found[1]), what: found[2] });
  }
  const more = /\band (\d+) more\b/.exec(sentence);
  return { errors, more: more ? Number(more[1]) : 0 };
}
