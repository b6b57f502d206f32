// What a screen says of itself: empty, waiting, failed, sent and recorded; and short notices.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Answer, Problem, Saying } from '../api.ts';
import { language, text, textOf } from '../text.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty card">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

export const Waiting = () => (
  <p class="waiting" role="status">
    {text('ui.waiting')}
  </p>
);

// In the reader's language where the catalog knows the code; the gateway's own sentence is English, and folded for whom it is foreign.
export const problemText = (problem: Problem): string =>
  textOf(`ui.refusal.${problem.reason}`, textOf(`ui.problem.${problem.code}`, problem.detail || problem.code));

export function ErrorNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const said = problemText(problem);
  const own = problem.detail === '' || problem.detail === said ? null : problem.detail + (problem.reason && ` (${problem.reason})`);
  return (
    <div class="note" role="alert">
      <Icon name="warn" />
      <div class="grow">
        {said}
        {own && language.value === 'en' && <span class="secondary small"> {own}</span>}
        {problem.index !== null && <span class="secondary"> {text('ui.recorded_at', { index: `#${problem.index}` })}</span>}
        {own && language.value !== 'en' && (
          <details class="secondary small">
            <summary>{text('ui.problem.own')}</summary>
            <span lang="en">{own}</span>
          </details>
        )}
      </div>
      {retry && <Button onClick={retry}>{text('ui.again')}</Button>}
    </div>
  );
}

// Around what was asked for: waits, fails, and shows the data it has.
export function Loaded<T>({ answer, children }: { answer: Answer<T>; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {answer.error && <ErrorNote problem={answer.error} retry={answer.reload} />}
      {answer.data !== null ? children(answer.data) : answer.error ? null : <Waiting />}
    </>
  );
}

// Never "done" before the log says so.
export function SayingNote({ saying }: { saying: Saying }) {
  return (
    <div class="saying" role="status">
      {saying.step === 'sent' && (
        <>
          <Icon name="clock" /> {text('ui.sent')}
        </>
      )}
      {saying.step === 'recorded' && (
        <>
          <Icon name="check" /> <strong>{text('ui.recorded_at', { index: `#${saying.index}` })}</strong>
        </>
      )}
      {saying.step === 'failed' && <ErrorNote problem={saying.problem} />}
    </div>
  );
}

const toasts = signal<{ id: number; said: string }[]>([]);
let nextToast = 1;
// A notice that stays until it is closed or ten others came; never the only place of what it says.
export function toast(said: string): void {
  toasts.value = [...toasts.value.slice(-9), { id: nextToast++, said }];
}
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((one) => (
        <div class="toast" key={one.id}>
          <span class="grow">{one.said}</span>
          <Button kind="quiet" icon="close" label={text('ui.close')}
            onClick={() => (toasts.value = toasts.value.filter((other) => other.id !== one.id))} />
        </div>
      ))}
    </div>
  );
}
