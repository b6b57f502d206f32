// The timeline picture: SVG of our own, lanes under each other, the site's time on top and UTC below,
// indices of the log on the ticks, hatch where nobody watched. It says the same in black and white. By
// keys: left and right go through what happened, up and down change the lane, + and - zoom. A table with
// every item follows (the `twin`).
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Button, Table } from '../components/index.ts';
import { alarms } from '../live.ts';
import { alarmText } from '../names.ts';
import { text, textOf, word } from '../text.ts';
import { clock, clockMillis, clockMinutes, clockMinutesUtc, dateTimeUtc, dayShort, duration, now, startOfDay, when } from '../time.ts';
import { apartFrom, items, lookOf, rowsOf, ticks, whose, type Item, type Lane, type Span, type Timeline } from './model.ts';

const rowHeight = 18;
const laneGap = 20; // with the ticks' indices in it
const axis = 24;

export const laneName = (id: string): string => textOf(`ui.lane.${id}`, word(id));

export function spanText(lane: string, span: Span): string {
  const state = textOf(`ui.span.${span.state}`, word(span.state));
  if (lane === 'watched') return `${state} · ${whose(span)}`;
  if (lane !== 'alarms' || !span.subject) return state;
  const alarm = alarms.value.get(whose(span));
  return `${alarm ? alarmText(alarm) : whose(span)} · ${state}`;
}
export function itemText(item: Item): string {
  if (item.span) return spanText(item.lane, item.span);
  const mark = item.mark!;
  const named = textOf(`event.${mark.kind}`, '', { name: '', alarm: '' }).replace(/^[\s:,.]+|\s*[:,]\s*$/g, '').trim();
  return mark.text && mark.text !== mark.kind ? mark.text : named || mark.kind;
}

interface Geometry {
  width: number;
  left: number;
  since: number;
  until: number;
}
const xOf = ({ width, left, since, until }: Geometry, ts: number): number =>
  left + ((Math.min(Math.max(ts, since), until) - since) / (until - since)) * (width - left);

function Spans({ lane, y, geometry, chosen, onChoose, hatch }: { lane: Lane; y: number; geometry: Geometry; chosen: Item | null; onChoose: (index: number, lane: string) => void; hatch: string }) {
  const rows = rowsOf(lane.spans);
  return (
    <>
      {lane.spans.map((span) => {
        const { look, hollow } = lookOf(lane.id, span);
        const x = xOf(geometry, span.from_ts);
        const end = xOf(geometry, Math.min(span.to_ts ?? now.value, geometry.until));
        const width = Math.max(end - x, 2);
        const top = y + (rows.get(span) ?? 0) * rowHeight;
        const here = chosen?.span === span;
        const said = spanText(lane.id, span);
        const digit = { high: '1 ', medium: '2 ', low: '3 ' }[look as 'high'] ?? '';
        // A state that only goes on says its word once.
        const goesOn = lane.spans.some((other) => other !== span && other.to_ts === span.from_ts && other.state === span.state && other.subject === span.subject && other.from_ts >= geometry.since);
        const label = goesOn ? '' : `${digit}${said}`;
        const shown = width > label.length * 7 + 10 ? label : width > 16 && digit ? digit.trim() : '';
        return (
          <g key={`${span.index}-${span.from_ts}`} class={`span look-${look} ${hollow ? 'hollow' : ''} ${here ? 'here' : ''}`} onClick={() => onChoose(span.index, lane.id)}>
            {look === 'line' ? (
              <line x1={x} x2={x + width} y1={top + rowHeight / 2} y2={top + rowHeight / 2} />
            ) : (
              <rect x={x} y={top + 1} width={width} height={rowHeight - 3} fill={look === 'hatch' ? `url(#${hatch})` : undefined} />
            )}
            {/* Something to hit, however thin it is. */}
            <rect class="hit" x={x} y={top - 1} width={Math.max(width, 6)} height={rowHeight + 2} />
            {shown && (
              <text x={x + 5} y={top + rowHeight - 5} class={look === 'line' ? 'over-line' : ''}>
                {shown}
              </text>
            )}
            <title>{`${said} · ${clock(span.from_ts)} – ${span.to_ts === null ? '…' : clock(span.to_ts)} · #${span.index}`}</title>
          </g>
        );
      })}
    </>
  );
}

function Marks({ lane, y, geometry, chosen, onChoose }: { lane: Lane; y: number; geometry: Geometry; chosen: Item | null; onChoose: (index: number, lane: string) => void }) {
  let last = Number.NEGATIVE_INFINITY;
  // Beginnings of spans and marks carry their index, as far as there is room.
  const labels = [...lane.spans.map((span) => ({ at: span.from_ts, index: span.index })), ...lane.marks.map((mark) => ({ at: mark.at_ts, index: mark.index }))]
    .filter((one) => one.at >= geometry.since && one.at <= geometry.until)
    .sort((a, b) => a.at - b.at)
    .flatMap(({ at, index }) => {
      const x = xOf(geometry, at);
      const said = `#${index}`;
      if (!apartFrom(last, x, said) || x + said.length * 6.4 > geometry.width) return [];
      last = x;
      return [{ x, said }];
    });
  return (
    <>
      {lane.marks.filter((mark) => !lane.spans.some((span) => span.index === mark.index)).map((mark) => {
        const x = xOf(geometry, mark.at_ts);
        const here = chosen?.mark === mark;
        return (
          <g key={`${mark.index}-${mark.kind}`} class={`mark ${here ? 'here' : ''}`} onClick={() => onChoose(mark.index, lane.id)}>
            <path d={`M${x} ${y - 3}v${rowHeight + 4}M${x - 4} ${y - 3}h8`} />
            <rect class="hit" x={x - 6} y={y - 4} width={12} height={rowHeight + 8} />
            <title>{`${itemText({ lane: lane.id, at_ts: mark.at_ts, to_ts: null, index: mark.index, span: null, mark })} · ${clock(mark.at_ts)} · #${mark.index}`}</title>
          </g>
        );
      })}
      {labels.map(({ x, said }) => (
        <text key={`${x}${said}`} class="index" x={x} y={y + heightOf(lane) + 10}>
          {said}
        </text>
      ))}
    </>
  );
}

const heightOf = (lane: Lane): number => Math.max(1, ...[...rowsOf(lane.spans).values()].map((row) => row + 1)) * rowHeight;

export function TimelinePicture({ timeline, title, onZoom }: { timeline: Timeline; title: string; onZoom?: (factor: number, around: number) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  const [at, setAt] = useState<number | null>(null);
  const hatch = useId();
  useEffect(() => {
    const observer = new ResizeObserver(([seen]) => setWidth(Math.max(280, Math.floor(seen!.contentRect.width))));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const narrow = width < 620;
  const geometry: Geometry = { width, left: narrow ? 0 : 108, since: timeline.since_ts, until: timeline.until_ts };
  const list = items(timeline);
  const chosen = at === null ? null : (list[Math.min(at, list.length - 1)] ?? null);
  const choose = (index: number, lane: string): void => setAt(list.findIndex((item) => item.index === index && item.lane === lane));

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

  let y = axis + (narrow ? 20 : 8);
  const placed = timeline.lanes.map((lane) => {
    const here = { lane, y };
    y += heightOf(lane) + laneGap + (narrow ? 18 : 0);
    return here;
  });
  const bottom = y - (narrow ? 18 : 0);
  const marks = ticks(timeline.since_ts, timeline.until_ts, width - geometry.left, startOfDay(timeline.since_ts));
  const nowX = now.value > timeline.since_ts && now.value < timeline.until_ts ? xOf(geometry, now.value) : null;
  return (
    <div class="timeline">
      <div ref={box} class="timeline-box" tabIndex={0} role="group" aria-label={`${title}. ${text('ui.timeline.keys')}`} onKeyDown={step}>
        <svg width={width} height={bottom + axis} viewBox={`0 0 ${width} ${bottom + axis}`} aria-hidden="true">
          <defs>
            <pattern id={hatch} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="7" height="7" class="hatch-ground" />
              <line x1="0" x2="0" y1="0" y2="7" class="hatch-line" />
            </pattern>
          </defs>
          {marks.map((ts) => {
            const x = xOf(geometry, ts);
            const midnight = startOfDay(ts) === ts;
            const edge = x > width - 30 ? 'end' : x < geometry.left + 20 ? 'start' : 'middle';
            return (
              <g key={ts} class={`tick ${midnight ? 'midnight' : ''}`}>
                <line x1={x} x2={x} y1={axis - 4} y2={bottom} />
                <text x={x} y={axis - 10} text-anchor={edge}>
                  {midnight ? dayShort(ts) : marks.length > 1 && marks[1]! - marks[0]! < 60_000 ? clock(ts) : clockMinutes(ts)}
                </text>
                <text x={x} y={bottom + axis - 8} text-anchor={edge} class="utc">
                  {clockMinutesUtc(ts)}
                </text>
              </g>
            );
          })}
          {!narrow && (
            <>
              <text class="axis-name" x="0" y={axis - 10}>
                {text('ui.timeline.local')}
              </text>
              <text class="axis-name" x="0" y={bottom + axis - 8}>
                UTC
              </text>
            </>
          )}
          {placed.map(({ lane, y: top }) => (
            <g key={lane.id}>
              <text class="lane-name" x="0" y={narrow ? top - 6 : top + rowHeight - 5}>
                {laneName(lane.id)}
              </text>
              {lane.id === 'watched' && (
                <line class="base" x1={geometry.left} x2={xOf(geometry, now.value)} y1={top + rowHeight / 2} y2={top + rowHeight / 2} />
              )}
              <Spans lane={lane} y={top} geometry={geometry} chosen={chosen} onChoose={choose} hatch={hatch} />
              <Marks lane={lane} y={top} geometry={geometry} chosen={chosen} onChoose={choose} />
            </g>
          ))}
          {chosen && <line class="cursor" x1={xOf(geometry, chosen.at_ts)} x2={xOf(geometry, chosen.at_ts)} y1={axis - 4} y2={bottom} />}
          {nowX !== null && <line class="now" x1={nowX} x2={nowX} y1={axis - 4} y2={bottom} />}
        </svg>
      </div>
      <p class="timeline-said" role="status">
        {chosen ? (
          <>
            <strong>{laneName(chosen.lane)}: {itemText(chosen)}</strong>{' '}
            <span>{clockMillis(chosen.at_ts)}</span>{' '}
            <span class="secondary">
              {dateTimeUtc(chosen.at_ts)} · #{chosen.index}
              {chosen.span && ` · ${duration((chosen.to_ts ?? now.value) - chosen.at_ts)}`}
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
    <Table caption={text('ui.timeline.table')} rows={items(timeline)} id={(item) => `${item.lane}-${item.index}-${item.at_ts}`} empty={text('ui.timeline.empty')}
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
