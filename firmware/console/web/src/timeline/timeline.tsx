// The timeline picture, as the gateway laid it out for this width; here it gets its colours and a
// pointer. By keys: left and right go through what happened, up and down change the lane, + and - zoom.
// A table with every item follows (the `twin`).
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Hatch } from '../components/hatch.tsx';
import { Button, Table } from '../components/index.ts';
import { text, textOf, word } from '../text.ts';
import { clockMillis, dateTimeUtc, duration, now, when } from '../time.ts';
import { idOf, items, whose, type Form, type Group, type Item, type Span, type Timeline } from './model.ts';

export const laneName = (id: string): string => textOf(`ui.lane.${id}`, word(id));

export function spanText(lane: string, span: Span): string {
  const state = textOf(`ui.span.${span.state}`, word(span.state));
  if (lane === 'watched') return `${state} · ${whose(span)}`;
  if (lane !== 'alarms' || !span.subject) return state;
  return `${span.text ?? whose(span)} · ${state}`;
}
export function itemText(item: Item): string {
  if (item.span) return spanText(item.lane, item.span);
  const mark = item.mark!;
  const named = textOf(`event.${mark.kind}`, '', { name: '', alarm: '' }).replace(/^[\s:,.]+|\s*[:,]\s*$/g, '').trim();
  return mark.text && mark.text !== mark.kind ? mark.text : named || mark.kind;
}

function Drawn({ form, hatch }: { form: Form; hatch: string | undefined }) {
  if (form.line) return <line x1={form.line[0]} y1={form.line[1]} x2={form.line[2]} y2={form.line[3]} />;
  if (form.box) return <rect x={form.box[0]} y={form.box[1]} width={form.box[2]} height={form.box[3]} fill={hatch && `url(#${hatch})`} />;
  return <text x={form.at![0]} y={form.at![1]} text-anchor={form.anchor}>{form.words}</text>;
}

function DrawnGroup({ group, here, hatch, onChoose }: { group: Group; here: boolean; hatch: string; onChoose: (id: string) => void }) {
  const { id, reach, title } = group;
  return (
    <g class={`look-${group.look} ${id ? 'item' : ''} ${group.hollow ? 'hollow' : ''} ${here ? 'here' : ''}`} onClick={id ? () => onChoose(id) : undefined}>
      {group.forms.map((form, n) => <Drawn key={n} form={form} hatch={group.look === 'hatch' ? hatch : undefined} />)}
      {reach && <rect class="hit" x={reach[0]} y={reach[1]} width={reach[2]} height={reach[3]} />}
      {title && <title>{title}</title>}
    </g>
  );
}

// How wide a picture may be; the gateway lays it out for that width.
export function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([seen]) => setWidth(Math.max(280, Math.floor(seen!.contentRect.width))));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

export function TimelinePicture({ timeline, title, onZoom }: { timeline: Timeline; title: string; onZoom?: (factor: number, around: number) => void }) {
  const [at, setAt] = useState<number | null>(null);
  const hatch = useId();
  const list = items(timeline);
  const chosen = at === null ? null : (list[Math.min(at, list.length - 1)] ?? null);
  const choose = (id: string): void => setAt(list.findIndex((item) => idOf(item) === id));

  const step = (event: KeyboardEvent): void => {
    const from = at ?? (event.key === 'ArrowLeft' ? list.length : -1);
    const lanes = timeline.lanes.filter((lane) => lane.spans.length + lane.marks.length > 0).map((lane) => lane.id);
    const intoLane = (by: number): void => {
      const current = chosen?.lane ?? lanes[0]!;
      const wanted = lanes[(lanes.indexOf(current) + by + lanes.length) % lanes.length]!;
      const time = chosen?.at_ts ?? timeline.until_ts;
      let best = -1;
      list.forEach((item, n) => {
        if (item.lane === wanted && (best < 0 || Math.abs(item.at_ts - time) < Math.abs(list[best]!.at_ts - time))) best = n;
      });
      setAt(best);
    };
    if (list.length === 0) return;
    if (event.key === 'ArrowRight') setAt(Math.min(from + 1, list.length - 1));
    else if (event.key === 'ArrowLeft') setAt(Math.max(from - 1, 0));
    else if (event.key === 'Home') setAt(0);
    else if (event.key === 'End') setAt(list.length - 1);
    else if (event.key === 'ArrowDown') intoLane(1);
    else if (event.key === 'ArrowUp') intoLane(-1);
    else if (event.key === '+' && onZoom) onZoom(0.5, chosen?.at_ts ?? (timeline.since_ts + timeline.until_ts) / 2);
    else if (event.key === '-' && onZoom) onZoom(2, chosen?.at_ts ?? (timeline.since_ts + timeline.until_ts) / 2);
    else return;
    event.preventDefault();
  };

  const scene = timeline.scene!;
  const chosenX = chosen && scene.groups.find((group) => group.id === idOf(chosen))?.reach?.[0];
  return (
    <div class="timeline">
      <div class="timeline-box" tabIndex={0} role="group" aria-label={`${title}. ${text('ui.timeline.keys')}`} onKeyDown={step}>
        <svg width={scene.width} height={scene.height} viewBox={`0 0 ${scene.width} ${scene.height}`} aria-hidden="true">
          <Hatch id={hatch} />
          {scene.groups.map((group, n) => (
            <DrawnGroup key={n} group={group} here={chosen !== null && group.id === idOf(chosen)} hatch={hatch} onChoose={choose} />
          ))}
          {chosenX !== null && chosenX !== undefined && <line class="cursor" x1={chosenX} x2={chosenX} y1={scene.top} y2={scene.bottom} />}
        </svg>
      </div>
      <p class="timeline-said" role="status">
        {chosen ? (
          <>
            <strong>{laneName(chosen.lane)}: {itemText(chosen)}</strong>{' '}
            <span>{clockMillis(chosen.at_ts)}</span>{' '}
            <span class="secondary">
              {dateTimeUtc(chosen.at_ts)} · #{chosen.index}
              {chosen.span && (chosen.to_ts ?? now.value) >= chosen.at_ts && ` · ${duration((chosen.to_ts ?? now.value) - chosen.at_ts)}`}
            </span>
          </>
        ) : (
          <span class="secondary">{text('ui.timeline.choose')}</span>
        )}
      </p>
    </div>
  );
}

// The same in a table: nothing is only in the picture.
export function TimelineTable({ timeline }: { timeline: Timeline }) {
  return (
    <Table caption={text('ui.timeline.table')} rows={items(timeline)} id={idOf} empty={text('ui.timeline.empty')}
      columns={[
        { id: 'when', title: text('ui.head.when'), cell: (item) => <time dateTime={new Date(item.at_ts).toISOString()} title={dateTimeUtc(item.at_ts)} class="nowrap">{when(item.at_ts)}</time> },
        { id: 'until', title: text('ui.head.until'), cell: (item) => (item.span ? (item.to_ts === null ? '…' : when(item.to_ts)) : '') },
        { id: 'lane', title: text('ui.head.lane'), cell: (item) => laneName(item.lane) },
        { id: 'what', title: text('ui.head.what'), cell: (item) => itemText(item) },
        { id: 'index', title: text('ui.head.index'), end: true, cell: (item) => `#${item.index}` },
      ]} />
  );
}

export function ZoomButtons({ onZoom, onMove }: { onZoom: (factor: number) => void; onMove: (part: number) => void }) {
  return (
    <div class="row no-print">
      <Button icon="left" label={text('ui.timeline.earlier')} onClick={() => onMove(-0.5)} />
      <Button icon="minus" label={text('ui.timeline.out')} onClick={() => onZoom(2)} />
      <Button icon="plus" label={text('ui.timeline.in')} onClick={() => onZoom(0.5)} />
      <Button icon="right" label={text('ui.timeline.later')} onClick={() => onMove(0.5)} />
    </div>
  );
}
