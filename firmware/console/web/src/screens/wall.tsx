// The wall: seen from 3 to 8 m, by nobody in particular, touched by nobody. Is anything wrong, and are we
// watching at all? Every door keeps its place; what is wrong is big and has shape, digit and word; the
// age of the data is always there. A key or a click arms the sound, as browsers demand one.
import { useEffect } from 'preact/hooks';
import { ongoing, todo, urgency, flood } from '../alarms.ts';
import { standing } from '../components/alarm_sheet.tsx';
import { Badge, Icon, Since } from '../components/index.ts';
import { Tile } from '../components/tile.tsx';
import { allDoors } from '../doors.ts';
import { link, site, watched } from '../live.ts';
import { alarmText, named, nameOf } from '../names.ts';
import { go } from '../router.ts';
import { may } from '../session.ts';
import { armed, startShift } from '../sound.ts';
import { text } from '../text.ts';
import { clock, duration, now } from '../time.ts';
import { silent } from '../live.ts';

const mostRows = 4;
const manyDoors = 48; // then the tiles need the room

// As many columns as leave the fewest places empty, tiles about half as high as wide.
function columnsFor(count: number): number {
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let columns = 1; columns <= Math.max(1, count) && columns <= 16; columns++) {
    const lines = Math.ceil(count / columns);
    const cost = (columns * lines - count) / Math.max(1, count) + Math.abs(Math.log(columns / lines / 1.6));
    if (cost < least) [best, least] = [columns, cost];
  }
  return best;
}

export default function Wall() {
  useEffect(() => {
    document.title = `${text('ui.wall.title')} · ${named(site.value?.name, 'Sealwarden')}`;
    const arm = (event: Event): void => {
      // The way back to the other screens, for who has them.
      if (event instanceof KeyboardEvent && event.key === 'Escape' && may('search')) go('/alarms');
      else if (!armed.value) void startShift();
    };
    addEventListener('pointerdown', arm);
    addEventListener('keydown', arm);
    return () => {
      removeEventListener('pointerdown', arm);
      removeEventListener('keydown', arm);
    };
  }, []);
  const doors = allDoors();
  const seen = watched.value;
  const blind = seen ? seen.all - seen.good : 0;
  const standingAlarms = [...new Map([...todo.value, ...ongoing.value].map((alarm) => [alarm.id, alarm])).values()];
  const list = standingAlarms.sort((a, b) => Number(a.state === 'ack_active') - Number(b.state === 'ack_active') || urgency(a, b));
  const columns = columnsFor(doors.length);
  const rows = doors.length > manyDoors ? mostRows / 2 : mostRows;
  const at = link.value;
  return (
    <div class="wall">
      <h1 class="hidden">{text('ui.wall.title')}</h1>
      <div class="wall-head">
        <span class="wall-site">{named(site.value?.name, 'Sealwarden')}</span>
        <time class="wall-clock">{clock(now.value)}</time>
        <span class={`wall-vital ${blind > 0 ? 'off' : ''}`}>
          {seen && blind > 0 ? <Badge mark="unknown" bare /> : <Icon name="eye" />}
          {seen ? text('ui.wall.watching', { part: `${seen.good}/${seen.all}` }) : text('ui.data.starting')}
          {blind > 0 && <strong>{text('ui.not_watched', { count: blind })}</strong>}
        </span>
        <span class={`wall-vital ${armed.value ? '' : 'off'}`}>
          <Icon name={armed.value ? 'sound' : 'mute'} />
          {armed.value ? text('ui.sound.on') : text('ui.wall.sound_off')}
        </span>
        <span class={`wall-vital ${at.state === 'live' ? '' : 'off'}`}>
          <Icon name={at.state === 'live' ? 'clock' : 'lost'} />
          {at.state === 'starting' ? text('ui.data.starting') : text('ui.data.age', { duration: duration(at.state === 'lost' ? now.value - at.since : silent.value) })}
        </span>
      </div>
      <div class="wall-tiles" style={{ '--columns': columns }}>
        {doors.map((view) => (
          <Tile key={view.id} view={view} link={false} />
        ))}
      </div>
      <div class="wall-alarms">
        {at.state === 'live' && list.length === 0 && <p class="wall-none">{text('ui.wall.none')}</p>}
        {flood.value > 0 && <p class="wall-flood">{text('ui.alarms.flood', { count: flood.value })}</p>}
        <ul>
          {list.slice(0, rows).map((alarm) => (
            <li key={alarm.id} class={`wall-alarm mark-${alarm.prio} ${alarm.state === 'ack_active' ? 'acked' : 'unacked'}`}>
              <Badge mark={alarm.prio} hollow={alarm.state === 'ack_active'} bare />
              <span class="grow">{alarmText(alarm)}</span>
              <span>{standing(alarm)}{alarm.acked_by ? ` · ${nameOf({ k: 'person', v: alarm.acked_by })}` : ''}</span>
              <span class="wall-since">
                <Since ts={alarm.raised_ts} exact />
              </span>
            </li>
          ))}
        </ul>
        {list.length > rows && <p class="wall-rest">{text('ui.wall.more', { count: list.length - rows })}</p>}
      </div>
    </div>
  );
}
