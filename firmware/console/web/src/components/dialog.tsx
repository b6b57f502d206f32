// A modal sheet over <dialog>: focus stays inside, Escape and the cross close it, focus goes back to
// where it came from. It never closes by itself. On phones it rises from the bottom.
import { effect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { render } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { path } from '../router.ts';
import { signed } from '../session.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';

export function Dialog({ title, onClose, children, foot }: { title: ComponentChildren; onClose: () => void; children: ComponentChildren; foot?: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current!;
    if (!shown.open) shown.showModal();
    return () => {
      shown.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="close" label={text('ui.close')} onClick={onClose} />
      </div>
      <div class="dialog-body">
        {children}
        {foot && <div class="dialog-foot">{foot}</div>}
      </div>
    </dialog>
  );
}

// A sheet that outlives what opened it: whoever sent something reads what became of it, though the button
// goes as soon as the log has it. It closes when the page is left or the session ends.
export function openDialog(title: string, body: (close: () => void) => ComponentChildren): void {
  const place = document.createElement('div');
  document.body.append(place);
  let begun = '';
  const close = (): void => {
    leave();
    render(null, place);
    place.remove();
  };
  const leave = effect(() => {
    const here = `${signed.value.is} ${path.value}`;
    if (begun === '') begun = here;
    else if (here !== begun) close();
  });
  render(
    <Dialog title={title} onClose={close}>
      {body(close)}
    </Dialog>,
    place,
  );
}

// Asks once, in words that name what will happen: `if (await confirm({…}))`.
export function confirm({ title, sentence, yes }: { title: string; sentence: string; yes: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const place = document.createElement('div');
    document.body.append(place);
    const answer = (value: boolean): void => {
      render(null, place);
      place.remove();
      resolve(value);
    };
    render(
      <Dialog title={title} onClose={() => answer(false)}
        foot={
          <>
            <Button onClick={() => answer(false)}>{text('ui.cancel')}</Button>
            <Button kind="primary" onClick={() => answer(true)}>
              {yes}
            </Button>
          </>
        }>
        <p>{sentence}</p>
      </Dialog>,
      place,
    );
  });
}
