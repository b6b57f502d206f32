// One alarm: what, where, since when, what to do, and three different things to do with it. Silence is
// for this browser; acknowledge says "I saw it" with a reason, in one tap on the reason; shelve sets it
// aside for a time and takes a right. None is shown as done before the log recorded it.
import { useRef, useState } from 'preact/hooks';
import { act, asProblem, useAct, useGet, type Problem } from '../api.ts';
import { asksForSomebody, chatter, doorOf, thingsOn } from '../alarms.ts';
import { doorView, sealWords, visitWords } from '../doors.ts';
import { alarms, isLive, stateOf } from '../live.ts';
import { alarmText, entryText, nameOf, pageOf, wallTs } from '../names.ts';
import { may } from '../session.ts';
import { silence, sounding } from '../sound.ts';
import { hasText, text, textOf, word } from '../text.ts';
import type { Alarm, Entry, Site } from '../types.ts';
import { site } from '../live.ts';
import { Badge } from './badge.tsx';
import { Button, LinkButton } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Select, TextArea } from './field.tsx';
import { Icon } from './icon.tsx';
import { Empty, ErrorNote, SayingNote } from './notes.tsx';
import { Pictures } from './pictures.tsx';
import { Ago, Since, Time } from './times.tsx';

export const reasons = ['on_my_way', 'checked', 'known_work', 'device_fault', 'passed_on'] as const;
export const reasonText = (reason: string): string => textOf(`ui.reason.${reason}`, reason);

const longestShelf = (where: Site | null): number => {
  const value = Number((where?.limits as Record<string, unknown> | undefined)?.['longest_shelf_min'] ?? 480);
  return value > 0 ? value : 480;
};

function ShelveDialog({ alarm, onClose, say }: { alarm: Alarm; onClose: () => void; say: (name: string, args: Record<string, unknown>) => void }) {
  const [minutes, setMinutes] = useState('60');
  const [reason, setReason] = useState('');
  const limit = longestShelf(site.value);
  const choices = [15, 30, 60, 120, 240, 480].filter((one) => one <= limit);
  const submit = (event: Event): void => {
    event.preventDefault();
    say('alarm.shelve', { alarm: alarm.id, minutes: Number(minutes), reason: reason.trim() });
    onClose();
  };
  return (
    <Dialog title={text('ui.shelve.title')} onClose={onClose}>
      <form class="stack" onSubmit={submit}>
        <p>{text('ui.shelve.text')}</p>
        <Select label={text('ui.shelve.minutes')} value={minutes} onChange={setMinutes}
          options={choices.map((one) => ({ value: String(one), title: text('ui.minutes', { count: one }) }))} />
        <TextArea label={text('ui.shelve.reason')} required maxLength={500} value={reason} onInput={setReason} />
        <div class="dialog-foot">
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button kind="primary" type="submit" icon="clock">
            {text('ui.shelve.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Acknowledge({ alarm, part: Part }: { alarm: Alarm; part: 'h2' | 'h3' }) {
  const [saying, say, forget] = useAct();
  const [note, setNote] = useState('');
  const [shelving, setShelving] = useState(false);
  const waits = asksForSomebody(alarm);
  const busy = saying.step === 'sent';
  const dead = !isLive.value;
  const acknowledge = (reason: string): void => {
    const args: Record<string, unknown> = { alarm: alarm.id, reason };
    if (note.trim()) args['note'] = note.trim();
    void say('acknowledge', args);
  };
  return (
    <div class="stack">
      {waits && may('respond') && (
        <div role="group" aria-label={text('ui.ack.title')} class="stack">
          <Part>{text('ui.ack.title')}</Part>
          {alarm.needs_second && <p class="note">{text('ui.ack.second', { name: alarm.acked_by ?? '' })}</p>}
          <div class="acks">
            {reasons.map((reason, at) => (
              <Button key={reason} kind={at < 2 ? 'primary' : 'plain'} tall={at < 2} icon={at === 0 ? 'check' : undefined} disabled={busy || dead}
                onClick={() => acknowledge(reason)}>
                {reasonText(reason)}
              </Button>
            ))}
          </div>
          <details>
            <summary>{text('ui.ack.note')}</summary>
            <TextArea label={text('ui.ack.note')} hint={text('ui.ack.note_hint')} maxLength={500} value={note} onInput={setNote} />
          </details>
        </div>
      )}
      <SayingNote saying={saying} />
      <div class="row">
        {sounding.value !== null && waits && (
          <Button icon="mute" onClick={silence}>
            {text('ui.sound.silence_here')}
          </Button>
        )}
        {may('shelve') && alarm.set_aside === 'none' && (
          <Button icon="clock" disabled={busy || dead} onClick={() => { forget(); setShelving(true); }}>
            {text('ui.shelve.open')}
          </Button>
        )}
        {may('shelve') && alarm.set_aside === 'shelved' && (
          <Button icon="clock" disabled={busy || dead} onClick={() => void say('alarm.unshelve', { alarm: alarm.id })}>
            {text('ui.shelve.end')}
          </Button>
        )}
        {may('shelve') && alarm.set_aside === 'out_of_service' && (
          <Button disabled={busy || dead} onClick={() => void say('alarm.enable', { alarm: alarm.id })}>
            {text('ui.enable')}
          </Button>
        )}
      </div>
      {shelving && <ShelveDialog alarm={alarm} onClose={() => setShelving(false)} say={(name, args) => void say(name, args)} />}
    </div>
  );
}

// What a standing alarm says of its own state, in words.
export function standing(alarm: Alarm): string {
  if (alarm.set_aside !== 'none') return word(alarm.set_aside);
  return alarm.state === 'normal' ? text('ui.alarm.over') : word(alarm.state);
}

// The case that was opened about it, or that it was linked to.
function useCase(id: string): string | null {
  const answer = useGet<{ entries: Entry[] }>(may('search') ? '/entries' : null, { subject: `alarm:${id}`, kinds: 'case.opened,case.linked', limit: 1 });
  return answer.data?.entries[0]?.subj.find((one) => one.k === 'case')?.v ?? null;
}

interface Told {
  entries?: Entry[];
  instructions?: string[] | null;
}

function Steps({ told, part: Part }: { told: string[]; part: 'h2' | 'h3' }) {
  return (
    <section>
      <Part>{text('ui.alarm.do')}</Part>
      <ol class="steps">
        {told.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}

function Recent({ told, part: Part }: { told: Entry[]; part: 'h2' | 'h3' }) {
  if (told.length === 0) return null;
  return (
    <section>
      <Part>{text('ui.alarm.recent')}</Part>
      <ul class="rows">
        {told.map((entry) => (
          <li key={entry.i}>
            <Time ts={wallTs(entry)} />
            <span class="grow">
              {entryText(entry)}
              {typeof entry.data['reason'] === 'string' && hasText(`ui.reason.${entry.data['reason']}`) ? ` · ${reasonText(entry.data['reason'])}` : ''}
            </span>
            <span class="secondary small">#{entry.i}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function AlarmSheet({ id, heading = true }: { id: string; heading?: boolean }) {
  const Part = heading ? 'h3' : 'h2';
  const about = useCase(id);
  const told = useGet<Told>(`/alarms/${encodeURIComponent(id)}`, {}, { every: 5000 });
  const steps = useRef<string[]>([]);
  if (told.data?.instructions) steps.current = told.data.instructions;
  // Over and acknowledged it leaves the list; who has it open still reads what was recorded.
  const last = useRef<Alarm | null>(null);
  const now = alarms.value.get(id);
  if (now) last.current = now;
  const alarm = now ?? (last.current?.id === id ? { ...last.current, state: 'normal' as const, set_aside: 'none' as const, active: false } : null);
  if (!alarm) return <Empty title={text('ui.alarm.gone')}>{text('ui.alarm.gone_text')}</Empty>;
  const door = doorOf(alarm);
  const view = door ? doorView(door) : null;
  const acked = alarm.state === 'ack_active';
  const chattering = chatter(alarm);
  const page = pageOf(alarm.source);
  // Folded under their module: they raise nothing of their own while it is silent.
  const behind = alarm.source.k === 'device' && alarm.active ? thingsOn(alarm.source.v).filter((one) => stateOf(one.k, one.v)?.good === false) : [];
  return (
    <article class={`sheet mark-${alarm.prio}`}>
      <div class="sheet-head">
        <Badge mark={alarm.prio} hollow={acked} big />
        <div class="grow">
          {heading && <h2>{alarmText(alarm)}</h2>}
          <p class="sheet-when">
            <Ago ts={alarm.raised_ts} /> · {standing(alarm)}
          </p>
        </div>
      </div>
      <dl class="facts">
        <dt>{text('ui.alarm.where')}</dt>
        <dd>{view?.name ?? nameOf(alarm.source)}</dd>
        <dt>{text('ui.alarm.since')}</dt>
        <dd>
          <Time ts={alarm.raised_ts} />
          {alarm.cleared_ts !== null && !alarm.active && (
            <>
              {' '}
              – <Time ts={alarm.cleared_ts} /> ({text('ui.alarm.over')})
            </>
          )}
        </dd>
        {view && (
          <>
            <dt>{text('ui.door.title')}</dt>
            <dd>
              {view.said} {view.was !== null && `(${text('ui.was', { state: view.was })})`} · <Since ts={view.since} />
            </dd>
          </>
        )}
        {view && sealWords(view) && (
          <>
            <dt>{word('seal')}</dt>
            <dd>{sealWords(view)}</dd>
          </>
        )}
        {view && visitWords(view) && (
          <>
            <dt>{text('ui.door.visit')}</dt>
            <dd>{visitWords(view)}</dd>
          </>
        )}
        {alarm.acked_by && (
          <>
            <dt>{text('ui.alarm.acked_by')}</dt>
            <dd>{nameOf({ k: 'person', v: alarm.acked_by })}</dd>
          </>
        )}
        {alarm.set_aside !== 'none' && (
          <>
            <dt>{word(alarm.set_aside)}</dt>
            <dd>
              {alarm.set_aside_by}
              {alarm.until_ts !== null && (
                <>
                  {' '}
                  · {text('ui.until')} <Time ts={alarm.until_ts} />
                </>
              )}
            </dd>
          </>
        )}
        {alarm.things > 0 && (
          <>
            <dt>{text('ui.alarm.things')}</dt>
            <dd>{text('ui.alarm.things_text', { count: alarm.things })}</dd>
          </>
        )}
        {(alarm.count > 1 || chattering > 0) && (
          <>
            <dt>{text('ui.alarm.times')}</dt>
            <dd>
              {text('ui.alarm.times_text', { count: alarm.count })}
              {chattering > 0 && (
                <>
                  {' '}
                  <span class="tag">{text('ui.alarm.chatters', { count: chattering })}</span>
                </>
              )}
            </dd>
          </>
        )}
      </dl>
      {door && <Pictures key={`${alarm.id}-pictures`} door={door} around={alarm.raised_ts} />}
      <Acknowledge key={alarm.id} alarm={alarm} part={Part} />
      {steps.current.length > 0 && <Steps told={steps.current} part={Part} />}
      {behind.length > 0 && (
        <section>
          <Part>{text('ui.alarm.behind')}</Part>
          <ul class="rows">
            {behind.map((subject) => (
              <li key={`${subject.k}/${subject.v}`}>
                <Badge mark="unknown" bare />
                <span class="grow">{pageOf(subject) ? <a href={pageOf(subject)!}>{nameOf(subject)}</a> : nameOf(subject)}</span>
                <span class="secondary">
                  {word('unknown')} <Since ts={stateOf(subject.k, subject.v)?.since_ts ?? null} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="row">
        {door && (
          <LinkButton href={`/doors/${door}?at=${alarm.raised_ts ?? ''}`} icon="door">
            {text('ui.alarm.to_door')}
          </LinkButton>
        )}
        {about && (
          <LinkButton href={`/cases/${encodeURIComponent(about)}`} icon="case">
            {text('ui.alarm.to_case')}
          </LinkButton>
        )}
        {!door && page && <LinkButton href={page}>{nameOf(alarm.source)}</LinkButton>}
      </div>
      <Recent told={told.data?.entries ?? []} part={Part} />
    </article>
  );
}

// Several at once: each is an act and an entry of its own, and each says how it went.
export function useBatch(): { run: (ids: readonly string[], reason: string) => Promise<void>; done: ReadonlyMap<string, number | Problem>; busy: boolean } {
  const [done, setDone] = useState<ReadonlyMap<string, number | Problem>>(new Map());
  const [busy, setBusy] = useState(false);
  const run = async (ids: readonly string[], reason: string): Promise<void> => {
    setBusy(true);
    setDone(new Map());
    for (const id of ids) {
      let how: number | Problem;
      try {
        how = (await act('acknowledge', { alarm: id, reason })).index;
      } catch (error) {
        how = asProblem(error);
      }
      setDone((before) => new Map(before).set(id, how));
    }
    setBusy(false);
  };
  return { run, done, busy };
}

export function BatchNote({ done, total }: { done: ReadonlyMap<string, number | Problem>; total: number }) {
  if (done.size === 0) return null;
  const indexes = [...done.values()].filter((one) => typeof one === 'number');
  const failed = [...done].filter((one): one is [string, Problem] => typeof one[1] !== 'number');
  return (
    <div class="stack" role="status">
      <p class="saying">
        <Icon name="check" />
        <strong>{text('ui.batch.recorded', { count: indexes.length, total, indexes: indexes.map((one) => `#${one}`).join(', ') })}</strong>
      </p>
      {failed.map(([id, problem]) => (
        <ErrorNote key={id} problem={problem} />
      ))}
    </div>
  );
}
