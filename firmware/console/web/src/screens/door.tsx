// One door now: its position and since when, its seal, the visit at it, its alarms, and the points behind
// it with raw value and age.
import { useGet } from '../api.ts';
import { Badge, Button, Empty, LinkButton, Loaded, Page, Since, Table, Time } from '../components/index.ts';
import { Pictures } from '../components/pictures.tsx';
import { doorView, sealWords, thingsAt } from '../doors.ts';
import { isLive, site, stateOf } from '../live.ts';
import { alarmText, nameOf } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { may } from '../session.ts';
import { DoorWork } from './parts/door_work.tsx';
import { standing } from '../components/alarm_sheet.tsx';
import { text, textOf, word } from '../text.ts';
import { TimelinePanel } from '../timeline/panel.tsx';
import { duration } from '../time.ts';
import type { State } from '../types.ts';

interface Point {
  point: string;
  value?: unknown;
  fault?: string;
  age_ms: number;
  raw?: number;
}

const yesNo = (value: unknown): string => (value === true ? text('ui.yes') : value === false ? text('ui.no') : word('unknown'));

function Now({ state, title }: { state: State; title: string }) {
  const good = state.good && isLive.value;
  return (
    <div class={`card ${good ? '' : 'hatched'}`}>
      <h3>{title}</h3>
      <p class="now-word">{word(good ? String(state['detail'] ?? state['state']) : 'unknown')}</p>
      <p class="secondary">
        {!good && text('ui.was', { state: word(String(state['state'])) })} <Since ts={state.since_ts} />
        {typeof state['number'] === 'string' && ` · ${state['number']}`}
      </p>
    </div>
  );
}

function Visit({ dock }: { dock: State | undefined }) {
  if (!dock || typeof dock['visit'] !== 'string') return <Empty title={text('ui.door.no_visit')} />;
  const facts: [string, string][] = [
    [text('ui.visit.state'), textOf(`ui.visit.state.${String(dock['state'])}`, String(dock['state']))],
    [text('ui.visit.purpose'), dock['purpose'] ? textOf(`ui.choice.${String(dock['purpose'])}`, String(dock['purpose'])) : '–'],
    [text('ui.visit.seal'), String(dock['seal'] ?? '–')],
    [text('ui.visit.verified'), yesNo(dock['verified'])],
    [text('ui.visit.inspected'), yesNo(dock['inspected'])],
    [text('ui.visit.deviations'), String(dock['deviations'] ?? 0)],
  ];
  return (
    <div class="card stack">
      {dock['hold'] === true && (
        <p class="row">
          <Badge mark="high" bare />
          <strong>{text('ui.visit.hold')}</strong>
        </p>
      )}
      <dl class="facts">
        <dt>{text('ui.visit.container')}</dt>
        <dd>{may('search') ? <a href={`/visits/${encodeURIComponent(String(dock['visit']))}`}>{String(dock['container'] ?? '–')}</a> : String(dock['container'] ?? '–')}</dd>
        {facts.map(([name, value]) => (
          <>
            <dt key={name}>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
        <dt>{text('ui.alarm.since')}</dt>
        <dd>
          <Time ts={dock.since_ts} />
        </dd>
      </dl>
    </div>
  );
}

function Points({ door }: { door: string }) {
  const answer = useGet<{ points: Point[] }>('/points', {}, { every: 2000 });
  // The points whose meaning is this door, or a thing at it.
  const about = new Set([`door/${door}`, ...(['seals', 'readers', 'cameras', 'lights'] as const).flatMap((list) => thingsAt(list, door).map((id) => `${list.slice(0, -1)}/${id}`))]);
  const mine = new Set((site.value?.devices ?? []).flatMap((device) => device.points.filter((point) => point.subjects.some((one) => about.has(`${one.k}/${one.v}`))).map((point) => point.point)));
  return (
    <Loaded answer={answer}>
      {({ points }) => {
        const shown = points.filter((point) => mine.has(point.point));
        return (
          <Table caption={text('ui.door.points')} rows={shown} id={(point) => point.point} empty={text('ui.door.no_points')}
            columns={[
              { id: 'point', title: text('ui.head.point'), cell: (point) => <code>{point.point}</code> },
              { id: 'value', title: text('ui.head.value'), cell: (point) => point.fault ? <Badge mark="unknown" bare /> : String(point.value) },
              { id: 'fault', title: text('ui.head.state'), cell: (point) => word(point.fault ?? 'good') },
              { id: 'raw', title: text('ui.head.raw'), end: true, cell: (point) => (point.raw === undefined ? '' : String(point.raw)) },
              { id: 'age', title: text('ui.head.age'), end: true, cell: (point) => (point.age_ms < 1000 ? `${point.age_ms} ms` : duration(point.age_ms)) },
            ]} />
        );
      }}
    </Loaded>
  );
}

export default function Door({ params }: ScreenProps) {
  const id = params['id']!;
  const view = doorView(id);
  if (site.value && !site.value.doors.some((one) => one.id === id)) {
    return (
      <Page title={id}>
        <Empty title={text('ui.door.none')} />
      </Page>
    );
  }
  return (
    <Page title={view.name} actions={
        <>
          <DoorWork door={id} />
          <LinkButton kind="quiet" icon="left" href="/doors">
            {text('ui.doors.title')}
          </LinkButton>
          <Button icon="print" onClick={() => print()}>
            {text('ui.print')}
          </Button>
        </>
      }>
      <div class="stack wide-gap">
        <div class={`door-now card ${view.known ? '' : 'hatched'} ${view.mark && view.mark !== 'unknown' ? `mark-${view.mark}` : ''}`}>
          {view.mark && <Badge mark={view.mark} hollow={view.hollow} big bare />}
          <div class="grow">
            <p class="now-word big">{view.said}</p>
            <p class="secondary">
              {view.was !== null && text('ui.was', { state: view.was })} <Since ts={view.since} exact /> · <Time ts={view.since} />
            </p>
            {view.state && !view.known && typeof view.state['fault'] === 'string' && <p>{word(view.state['fault'])}</p>}
          </div>
          <p>{sealWords(view)}</p>
        </div>
        {view.alarms.length > 0 && (
          <ul class="card rows">
            {view.alarms.map((alarm) => (
              <li key={alarm.id}>
                <Badge mark={alarm.prio} hollow={alarm.state === 'ack_active'} bare />
                <a class="grow" href={`/alarms/${encodeURIComponent(alarm.id)}`}>{alarmText(alarm)}</a>
                <span class="secondary">{standing(alarm)}</span>
              </li>
            ))}
          </ul>
        )}
        <section>
          <h2>{text('ui.door.timeline')}</h2>
          <TimelinePanel subject={`door:${id}`} title={text('ui.timeline.title', { name: view.name })} />
        </section>
        <Pictures door={id} />
        <div class="columns">
          <section>
            <h2>{text('ui.door.visit')}</h2>
            <Visit dock={view.dock} />
          </section>
          <section class="stack">
            <h2>{text('ui.door.things')}</h2>
            {(['seals', 'readers', 'cameras', 'lights'] as const).flatMap((list) =>
              thingsAt(list, id).flatMap((one) => {
                const kind = list.slice(0, -1);
                const state = stateOf(kind, one);
                return state ? [<Now key={one} state={state} title={nameOf({ k: kind, v: one })} />] : [];
              }))}
          </section>
        </div>
        <section>
          <h2>{text('ui.door.points')}</h2>
          <Points door={id} />
        </section>
      </div>
    </Page>
  );
}
