// A screen's frame: its title in the window (with how many alarms wait) and at the top, which takes the focus when the screen opens, and its actions.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { todo } from '../alarms.ts';
import { site } from '../live.ts';
import { named } from '../names.ts';

export function Page({ title, under, actions, children }: { title: string; under?: ComponentChildren; actions?: ComponentChildren; children: ComponentChildren }) {
  const head = useRef<HTMLHeadingElement>(null);
  const where = named(site.value?.name, 'Sealwarden');
  const waiting = todo.value.length;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting > 9 ? '9+' : waiting}) ` : ''}${title} · ${where}`;
  }, [title, where, waiting]);
  useEffect(() => {
    // Not on the first page, whose reader begins at the top; and never out of a dialog.
    if (document.activeElement && document.activeElement !== document.body && !document.querySelector('dialog[open]')) head.current?.focus();
  }, []);
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1} ref={head}>
          {title}
        </h1>
        {actions && <div class="actions">{actions}</div>}
        {under && <div class="under">{under}</div>}
      </div>
      {children}
    </>
  );
}
