// The alarm list: what is to do, what goes on, what is over and still waits, what is set aside, and the
// day behind. Rows are grouped by door, in a flood by cause; things behind a silent device fold under it.
// On a wide screen the sheet stands beside the list, on a phone it is a page of its own.
import { signal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import { useGet } from '../api.ts';
import { aside, asksForSomebody, chatter, flood, grouped, ongoing, overUnacked, todo, type Group } from '../alarms.ts';
import { AlarmSheet, BatchNote, reasonText, reasons, standing, useBatch } from '../components/alarm_sheet.tsx';
import { Badge, Button, Checkbox, Empty, Icon, Loaded, Page, Select, Since, Table, Tabs, Time } from '../components/index.ts';
import { doorView } from '../doors.ts';
import { isLive, link } from '../live.ts';
import { alarmText, alarmWhat, entryText, nameOf, wallTs } from '../names.ts';
import { ask, query } from '../router.ts';
import { may } from '../session.ts';
import { text } from '../text.ts';
import { now, startOfDay } from '../time.ts';
import type { Alarm, Entry } from '../types.ts';

const wide = matchMedia('(min-width: 1180px)');
const isWide = signal(wide.matches);
wide.addEventListener('change', () => (isWide.value = wide.matches));

function Row({ alarm, named, chosen, picking }: { alarm: Alarm; named: boolean; chosen: string | null; picking: { has: boolean; toggle: () => void } | null }) {
  const chattering = chatter(alarm);
  const here = isWide.value && chosen === alarm.id;
  return (
    <li class={`alarm mark-${alarm.prio} ${asksForSomebody(alarm) ? 'unacked' : 'acked'} ${alarm.active ? '' : 'over'} ${here ? 'here' : ''}`}>
      {picking && <input type="checkbox" class="pick" checked={picking.has} aria-label={text('ui.batch.pick', { alarm: alarmText(alarm) })} onChange={picking.toggle} />}
      <a href={isWide.value ? `?${new URLSearchParams({ ...Object.fromEntries(query.value), a: alarm.id }).toString()}` : `/alarms/${encodeURIComponent(alarm.id)}`}
        aria-current={here ? 'true' : undefined}>
        <Badge mark={alarm.prio} hollow={!asksForSomebody(alarm)} bare />
        <span class="grow">
          <span class="alarm-what">{named ? alarmText(alarm) : alarmWhat(alarm.kind)}</span>
          <span class="alarm-more">
            {standing(alarm)}
            {alarm.acked_by ? ` · ${nameOf({ k: 'person', v: alarm.acked_by })}` : ''}
            {alarm.needs_second ? ` · ${text('ui.ack.second_short')}` : ''}
            {alarm.set_aside_by ? ` · ${alarm.set_aside_by}` : ''}
            {alarm.things > 0 ? ` · ${text('ui.alarm.things_text', { count: alarm.things })}` : ''}
            {alarm.count > 1 ? ` · ×${alarm.count}` : ''}
            {chattering > 0 && <span class="tag">{text('ui.alarm.chatters', { count: chattering })}</span>}
          </span>
        </span>
        <span class="alarm-since">
          {alarm.set_aside !== 'none' && alarm.until_ts !== null ? (
            <>
              <Icon name="clock" />
              <Time ts={alarm.until_ts} />
            </>
          ) : (
            <Since ts={alarm.raised_ts} exact />
          )}
        </span>
      </a>
    </li>
  );
}

function GroupCard({ group, byCause, chosen, picked, setPicked }: { group: Group; byCause: boolean; chosen: string | null; picked: ReadonlySet<string> | null; setPicked: (next: ReadonlySet<string>) => void }) {
  const toggle = (id: string): void => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  const door = !byCause && group.door ? doorView(group.door) : null;
  const title = byCause ? alarmWhat(group.key) : nameOf(group.door ? { k: 'door', v: group.door } : group.alarms[0]!.source);
  const several = group.alarms.length > 1;
  return (
    <section class="alarm-group card">
      {title && several && (
        <h2 class="alarm-group-head">
          {title} <span class="count">{group.alarms.length}</span>
          {door && (
            <span class="secondary tail">
              {door.said} <Since ts={door.since} exact />
            </span>
          )}
        </h2>
      )}
      <ul>
        {group.alarms.map((alarm) => (
          <Row key={alarm.id} alarm={alarm} named={byCause || !several} chosen={chosen}
            picking={picked ? { has: picked.has(alarm.id), toggle: () => toggle(alarm.id) } : null} />
        ))}
      </ul>
    </section>
  );
}

function Batch({ list, picked, setPicked, onEnd }: { list: readonly Alarm[]; picked: ReadonlySet<string>; setPicked: (next: ReadonlySet<string>) => void; onEnd: () => void }) {
  const [reason, setReason] = useState<string>('checked');
  const { run, done, busy } = useBatch();
  const waiting = list.filter(asksForSomebody);
  const chosen = waiting.filter((alarm) => picked.has(alarm.id));
  return (
    <div class="card stack batch">
      <div class="row">
        <Checkbox label={text('ui.batch.all', { count: waiting.length })} checked={chosen.length === waiting.length && waiting.length > 0}
          onChange={(on) => setPicked(new Set(on ? waiting.map((alarm) => alarm.id) : []))} />
        <Select label={text('ui.ack.reason')} value={reason} onChange={setReason} options={reasons.map((one) => ({ value: one, title: reasonText(one) }))} />
        <Button kind="primary" busy={busy} disabled={chosen.length === 0 || !isLive.value} onClick={() => void run(chosen.map((alarm) => alarm.id), reason)}>
          {text('ui.batch.go', { count: chosen.length })}
        </Button>
        <Button onClick={onEnd}>{text('ui.close')}</Button>
      </div>
      <BatchNote done={done} total={done.size} />
    </div>
  );
}

function Today() {
  const since = startOfDay(now.value);
  const answer = useGet<{ entries: Entry[] }>('/entries', {
    since: new Date(since).toISOString(), limit: 300, order: 'newest',
    kinds: 'alarm.raised,alarm.repeated,alarm.cleared,alarm.acknowledged,alarm.shelved,alarm.unshelved,alarm.suppressed,alarm.out_of_service,alarm.in_service,alarm.escalated',
  }, { every: 15000 });
  return (
    <Loaded answer={answer}>
      {({ entries }) => (
        <Table caption={text('ui.alarms.today')} rows={entries} id={(entry) => entry.i} empty={text('ui.alarms.today_none')}
          columns={[
            { id: 'when', title: text('ui.head.when'), cell: (entry) => <Time ts={wallTs(entry)} /> },
            { id: 'what', title: text('ui.head.what'), cell: (entry) => entryText(entry) },
            { id: 'who', title: text('ui.head.who'), cell: (entry) => String(entry.data['by'] ?? entry.data['person'] ?? entry.data['acknowledged_by'] ?? '') },
            { id: 'index', title: text('ui.head.index'), end: true, cell: (entry) => `#${entry.i}` },
          ]} />
      )}
    </Loaded>
  );
}

export default function Alarms() {
  const tab = query.value.get('tab') ?? 'todo';
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const lists: Record<string, readonly Alarm[]> = { todo: todo.value, ongoing: ongoing.value, over: overUnacked.value, aside: aside.value };
  const list = lists[tab] ?? [];
  const byCause = flood.value > 0;
  // Beside the list the most urgent is open, and stays open while it is worked on.
  const first = useRef<{ tab: string; id: string } | null>(null);
  if (first.current?.tab !== tab) first.current = null;
  if (!first.current && list[0]) first.current = { tab, id: list[0].id };
  const chosen = query.value.get('a') ?? (isWide.value ? (first.current?.id ?? null) : null);
  const tabs = [
    { id: 'todo', title: text('ui.alarms.todo'), count: todo.value.length },
    { id: 'ongoing', title: text('ui.alarms.ongoing'), count: ongoing.value.length },
    { id: 'over', title: text('ui.alarms.over'), count: overUnacked.value.length },
    { id: 'aside', title: text('ui.alarms.aside'), count: aside.value.length },
    { id: 'today', title: text('ui.alarms.today') },
  ];
  const nothing = link.value.state === 'starting' ? text('ui.waiting') : text(tab === 'todo' ? 'ui.alarms.nothing_todo' : 'ui.alarms.nothing');
  return (
    <Page title={text('ui.alarms.title')}
      actions={tab !== 'today' && may('respond') && list.some(asksForSomebody) && !picked ? (
        <Button icon="list" onClick={() => setPicked(new Set())}>
          {text('ui.batch.open')}
        </Button>
      ) : undefined}>
      {flood.value > 0 && (
        <p class="note">
          <Icon name="warn" /> {text('ui.alarms.flood', { count: flood.value })}
        </p>
      )}
      <Tabs label={text('ui.alarms.title')} tabs={tabs} selected={tab} onSelect={(id) => { setPicked(null); ask({ tab: id === 'todo' ? null : id, a: null }); }}>
        {tab === 'today' ? (
          <Today />
        ) : (
          <div class={isWide.value ? 'split' : ''}>
            <div class="stack">
              {picked && <Batch list={list} picked={picked} setPicked={setPicked} onEnd={() => setPicked(null)} />}
              {list.length === 0 ? (
                <Empty title={nothing} />
              ) : (
                grouped(list, byCause).map((group) => (
                  <GroupCard key={group.key} group={group} byCause={byCause} chosen={chosen} picked={picked} setPicked={setPicked} />
                ))
              )}
            </div>
            {isWide.value && (
              <div class="split-side">
                {chosen && (
                  <div class="card">
                    <AlarmSheet key={chosen} id={chosen} />
                  </div>
                )}
              </div>
            )}
          </div>
        )}
      </Tabs>
    </Page>
  );
}
