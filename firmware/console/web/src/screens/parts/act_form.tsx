// The form of an act, made from the schema that the gateway gives of it. Nothing is shown as done
// before the gateway said at which index of the log it stands.
import type { ComponentChildren } from 'preact';
import { signal } from '@preact/signals';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { get, useAct } from '../../api.ts';
import { site } from '../../live.ts';
import { named } from '../../names.ts';
import { hasText, text, textOf } from '../../text.ts';
import { argumentsOf, complaints, fieldInSentence, fieldsOf, type ActSchema, type Complaint, type Field, type Values } from '../model/acts.ts';
import { Button, SayingNote } from '../../components/index.ts';
import { openDialog } from '../../components/dialog.tsx';
import { askPeople, people, personName } from './records.ts';

const schemas = signal<ReadonlyMap<string, ActSchema> | null>(null);
let asked = false;

export async function askSchemas(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const { acts } = await get<{ acts: ActSchema[] }>('/acts');
    schemas.value = new Map(acts.map((one) => [one.command, one]));
  } catch {
    asked = false;
  }
}

export interface ActFormProps {
  act: string;
  known?: Values; // said without being asked
  start?: Values; // what the fields begin with
  only?: readonly string[]; // these fields, in this order
  more?: (values: Values, set: (name: string, value: string | boolean) => void) => ComponentChildren;
  extra?: (values: Values) => Values | null; // further arguments; null: not yet to be sent
  say?: string; // the button's words
  explainRefusal?: (sentence: string) => ComponentChildren;
  onRecorded?: (index: number) => void;
  onCancel?: () => void;
}

const persons = new Set(['owner', 'supervisor', 'contact', 'to', 'authority_person']);
const checks = new Set(['view', 'verify', 'tug', 'twist']);

export function ActForm({ act, known = {}, start = {}, only, more, extra, say, explainRefusal, onRecorded, onCancel }: ActFormProps) {
  const [values, setValues] = useState<Values>(start);
  const [wrong, setWrong] = useState<ReadonlyMap<string, Complaint>>(new Map());
  const [saying, send, forget] = useAct();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    void askSchemas();
    void askPeople();
  }, []);
  // What was refused stands above the foot, which does not scroll.
  useEffect(() => {
    if (saying.step === 'failed') form.current?.querySelector('.wrong, [role=alert]')?.scrollIntoView({ block: 'center' });
  }, [saying.step]);
  const schema = schemas.value?.get(act);
  if (!schema) return <p class="waiting" role="status">{text('ui.waiting')}</p>;
  const fields = fieldsOf(schema, known, only);

  const set = (name: string, value: string | boolean): void => {
    setValues((before) => ({ ...before, [name]: value }));
    if (saying.step !== 'idle' && saying.step !== 'sent') forget();
    if (wrong.has(name)) setWrong((before) => new Map([...before].filter(([other]) => other !== name)));
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = complaints(fields, values);
    setWrong(found);
    if (found.size > 0) {
      const first = fields.find((field) => found.has(field.name));
      form.current?.querySelector<HTMLElement>(`[name="${first?.name}"]`)?.focus();
      return;
    }
    const further = extra ? extra(values) : {};
    if (further === null) return;
    const index = await send(act, argumentsOf(fields, values, { ...known, ...further }));
    if (index !== null) onRecorded?.(index);
  };

  const failed = saying.step === 'failed' ? saying.problem : null;
  // Only what is wrong with an argument stands beside its field; what the gateway refuses concerns the act.
  const blamed = failed?.code === 'usage' ? fieldInSentence(failed.detail, fields) : null;
  return (
    <form class="act-form stack" noValidate ref={form} onSubmit={(event) => void submit(event)}>
      {fields.map((field) => (
        <FieldRow key={field.name} act={act} field={field} value={values[field.name] ?? (field.kind === 'flag' ? false : '')}
          complaint={wrong.get(field.name) ?? null} blame={blamed === field.name ? failed!.detail : null} set={set} />
      ))}
      {more?.(values, set)}
      {failed && failed.index !== null && explainRefusal?.(failed.detail)}
      {!blamed && <SayingNote saying={saying} />}
      <div class="dialog-foot">
        {onCancel && <Button onClick={onCancel}>{text(saying.step === 'recorded' ? 'ui.close' : 'ui.cancel')}</Button>}
        {saying.step !== 'recorded' && (
          <Button type="submit" kind="primary" busy={saying.step === 'sent'}>
            {say ?? textOf(`ui.say.${act}`, act)}
          </Button>
        )}
      </div>
    </form>
  );
}

interface RowProps {
  act: string;
  field: Field;
  value: string | boolean;
  complaint: Complaint | null;
  blame: string | null;
  set: (name: string, value: string | boolean) => void;
}

export function fieldLabel(act: string, name: string): string {
  return textOf(`ui.field.${act}.${name}`, textOf(`ui.field.${name}`, name.replaceAll('_', ' ')));
}

function FieldRow({ act, field, value, complaint, blame, set }: RowProps) {
  const id = useId();
  const label = fieldLabel(act, field.name);
  const hintKey = `ui.hint.${field.name}`;
  const hint = hasText(hintKey) ? textOf(hintKey, '') : '';
  const wrong = complaint ? textOf(`ui.wrong.${complaint}`, complaint) : blame;
  const described = [hint ? `${id}-hint` : '', wrong ? `${id}-wrong` : ''].filter(Boolean).join(' ') || undefined;
  const common = {
    id, name: field.name, class: 'input',
    'aria-invalid': wrong ? true : undefined,
    'aria-describedby': described,
    'aria-required': field.required || undefined,
  } as const;
  const typed = (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }): void =>
    set(field.name, event.currentTarget.value);
  const below = (
    <>
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong && <span class="wrong" id={`${id}-wrong`}><span aria-hidden="true">▲</span>{wrong}</span>}
    </>
  );
  const title = (
    <>
      {label}
      {!field.required && field.kind !== 'flag' && <span class="secondary small"> {text('ui.optional')}</span>}
    </>
  );

  if (field.kind === 'flag') {
    return (
      <div class="field">
        <label class="check">
          <input type="checkbox" id={id} name={field.name} checked={value === true} aria-describedby={described}
            onChange={(event) => set(field.name, event.currentTarget.checked)} />
          <span>{label}</span>
        </label>
        {below}
      </div>
    );
  }
  if (field.kind === 'choice' && field.choices.length <= 4) {
    return (
      <fieldset class="field choice" aria-describedby={described}>
        <legend class="label">{title}</legend>
        <div class="chips" role="none">
          {inOrder(field).map((choice) => (
            <label key={choice} class="chip" aria-checked={undefined}>
              <input type="radio" name={field.name} value={choice} checked={value === choice} aria-invalid={wrong ? true : undefined}
                onChange={() => set(field.name, choice)} />
              <span>{choiceWord(field.name, choice)}</span>
            </label>
          ))}
        </div>
        {below}
      </fieldset>
    );
  }
  if (field.kind === 'choice') {
    return (
      <div class="field">
        <label htmlFor={id}>{title}</label>
        <select {...common} value={String(value)} onChange={typed}>
          <option value="" />
          {field.choices.map((choice) => <option key={choice} value={choice}>{choiceWord(field.name, choice)}</option>)}
        </select>
        {below}
      </div>
    );
  }
  if (field.kind === 'prose') {
    return (
      <div class="field">
        <label htmlFor={id}>{title}</label>
        <textarea {...common} rows={3} value={String(value)} onInput={typed} />
        {below}
      </div>
    );
  }
  if (field.kind === 'file') {
    return (
      <div class="field">
        <label htmlFor={id}>{title}</label>
        <input id={id} name={field.name} class="input" type="file" accept=".csv,text/csv,text/plain" aria-invalid={wrong ? true : undefined}
          aria-describedby={described}
          onChange={(event) => void event.currentTarget.files?.[0]?.text().then((content) => set(field.name, content))} />
        {below}
      </div>
    );
  }
  if (field.name === 'door' || field.name === 'zone') {
    const things = field.name === 'door' ? (site.value?.doors ?? []) : (site.value?.zones ?? []);
    return (
      <div class="field">
        <label htmlFor={id}>{title}</label>
        <select {...common} value={String(value)} onChange={typed}>
          <option value="" />
          {things.map((one) => <option key={one.id} value={one.id}>{named(one.name, one.id)}</option>)}
        </select>
        {below}
      </div>
    );
  }
  const isPerson = persons.has(field.name) || (field.name === 'authority' && act === 'alarm.disable');
  return (
    <div class="field">
      <label htmlFor={id}>{title}</label>
      <input {...common} type="text" value={String(value)} onInput={typed} list={isPerson ? `${id}-people` : undefined}
        inputMode={field.kind === 'integer' ? 'numeric' : undefined} {...typing(field.name)} />
      {isPerson && (
        <datalist id={`${id}-people`}>
          {[...people.value.keys()].map((person) => <option key={person} value={person}>{personName(person)}</option>)}
        </datalist>
      )}
      {below}
    </div>
  );
}

// What a check should find comes first, and that nobody looked last.
const inOrder = (field: Field): string[] => (checks.has(field.name) ? ['good', 'bad', 'not_done'].filter((one) => field.choices.includes(one)) : field.choices);

// A word of a choice: VVTT results say what they are, not which.
export function choiceWord(field: string, choice: string): string {
  if (checks.has(field)) return textOf(`ui.check.${choice}`, choice);
  return textOf(`ui.choice.${choice}`, choice.replaceAll('_', ' '));
}

const codes = { autocapitalize: 'characters', autocorrect: 'off', spellcheck: false, autocomplete: 'off' } as const;

// Numbers are never corrected; names of strangers are not for this browser to keep.
function typing(name: string): object {
  if (['seal', 'container', 'document', 'first', 'last', 'replaces', 'truck', 'trailer', 'seals'].includes(name)) return codes;
  return { autocomplete: 'off' };
}

export function mayAct(act: string): boolean {
  return schemas.value?.get(act)?.allowed ?? false;
}

// A button that opens the form of an act; nothing for whom would be refused.
export function ActButton({ act, primary, quiet, label, ...form }: ActFormProps & { primary?: boolean; quiet?: boolean; label?: string }) {
  useEffect(() => void askSchemas(), []);
  const title = label ?? textOf(`ui.say.${act}`, act);
  if (!mayAct(act)) return null;
  return (
    <Button kind={primary ? 'primary' : quiet ? 'quiet' : 'plain'} onClick={() => openDialog(title, (close) => <ActForm {...form} act={act} onCancel={close} />)}>
      {title}
    </Button>
  );
}
