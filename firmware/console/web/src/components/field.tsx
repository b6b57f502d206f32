// Labelled inputs: the label is always seen, hint and mistake are tied to the input.
import type { ComponentChildren, InputHTMLAttributes, TextareaHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface Around {
  label: string;
  hint?: string;
  wrong?: string | null;
}

function Frame({ id, label, hint, wrong, children }: Around & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong && (
        <span class="wrong" id={`${id}-wrong`}>
          <Icon name="warn" />
          {wrong}
        </span>
      )}
    </div>
  );
}
const describedBy = (id: string, { hint, wrong }: Around): string | undefined =>
  [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ') || undefined;

type Inputs = Pick<InputHTMLAttributes<HTMLInputElement>, 'name' | 'autocomplete' | 'autocapitalize' | 'spellcheck' | 'required' | 'pattern' | 'minLength' | 'maxLength' | 'min' | 'max' | 'step' | 'placeholder' | 'disabled' | 'readonly' | 'inputMode'> & {
  list?: string;
  type?: 'text' | 'password' | 'search' | 'number' | 'date' | 'datetime-local' | 'email' | 'url' | 'tel';
};

export function TextField({ label, hint, wrong, value, onInput, ...rest }: Around & Inputs & { value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <input {...(rest as InputHTMLAttributes<HTMLInputElement>)} id={id} class="input" value={value} aria-invalid={wrong ? true : undefined}
        aria-describedby={describedBy(id, { label, hint, wrong })} onInput={(event) => onInput(event.currentTarget.value)} />
    </Frame>
  );
}

export function TextArea({ label, hint, wrong, value, onInput, ...rest }: Around & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'label' | 'onInput' | 'value'> & { value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <textarea {...rest} id={id} class="input" value={value} aria-invalid={wrong ? true : undefined}
        aria-describedby={describedBy(id, { label, hint, wrong })} onInput={(event) => onInput(event.currentTarget.value)} />
    </Frame>
  );
}

export interface Option {
  value: string;
  title: string;
}
export function Select({ label, hint, wrong, value, options, onChange, disabled, required }: Around & { value: string; options: readonly Option[]; onChange: (value: string) => void; disabled?: boolean; required?: boolean }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} wrong={wrong}>
      <select id={id} class="input" value={value} disabled={disabled} required={required} aria-invalid={wrong ? true : undefined}
        aria-describedby={describedBy(id, { label, hint, wrong })} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function Checkbox({ label, checked, onChange, disabled }: { label: ComponentChildren; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
