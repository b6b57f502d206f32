// One door at a glance. Grey with a word while it is as it should be; what is wrong has shape, digit
// and word; what is not watched is hatched and says since when and what it was.
import { visitWords, sealWords, type DoorView } from '../doors.ts';
import { alarmWhat } from '../names.ts';
import { text, word } from '../text.ts';
import { Badge } from './badge.tsx';
import { Since } from './times.tsx';

// How wide a bold word is at most, in its own height: the styles make it as large as its tile is wide.
const width = (said: string): number => [...said].reduce((sum, letter) => sum + (letter === letter.toLowerCase() ? 0.54 : 0.68), 0);
// A word that is as it should be takes the room of the longest of the others, so that none of them is smaller.
const quietWidth = 14 * 0.54;

export function Tile({ view, link = true }: { view: DoorView; link?: boolean }) {
  const worst = view.alarms.find((alarm) => alarm.state !== 'ack_active') ?? view.alarms[0];
  const look = [
    'tile',
    view.mark && view.mark !== 'unknown' ? `mark-${view.mark}` : '',
    view.known ? '' : 'hatched',
    view.hollow ? 'acked' : view.mark && view.mark !== 'unknown' ? 'unacked' : '',
    view.known && view.state?.['state'] === 'open' ? 'open' : '',
  ].join(' ');
  const quiet = view.known && view.state?.['state'] === 'closed';
  const inside = (
    <>
      <span class="tile-head">
        <span class="tile-name">{view.name}</span>
        {view.mark && <Badge mark={view.mark} hollow={view.hollow} bare />}
      </span>
      <span class="tile-state" style={{ '--width': Math.max(width(view.said), quiet ? quietWidth : 0) }}>{view.said}</span>
      <span class="tile-since">
        {view.was !== null ? text('ui.was', { state: view.was }) : ''} <Since ts={view.since} exact={view.known && view.state?.['state'] !== 'closed'} />
      </span>
      <span class="tile-rest">
        {!view.known && typeof view.state?.['fault'] === 'string' && <span>{word(view.state['fault'])}</span>}
        {worst && <span class="tile-alarm">{alarmWhat(worst.kind)}</span>}
        <span class="tile-more">{sealWords(view) ?? ''}</span>
        <span class="tile-more">{visitWords(view) ?? ''}</span>
      </span>
    </>
  );
  return link ? (
    <a class={look} href={`/doors/${view.id}`}>
      {inside}
    </a>
  ) : (
    <div class={look}>{inside}</div>
  );
}
