// All doors as tiles, in the order of the configuration: a door keeps its place.
import { useState } from 'preact/hooks';
import { Empty, Page } from '../components/index.ts';
import { Tile } from '../components/tile.tsx';
import { allDoors } from '../doors.ts';
import { link } from '../live.ts';
import { folded, text } from '../text.ts';
import { TextField } from '../components/field.tsx';

export default function Doors() {
  const [wanted, setWanted] = useState('');
  const all = allDoors();
  const shown = all.filter((view) => folded(`${view.name} ${view.id} ${String(view.dock?.['container'] ?? '')}`).includes(folded(wanted)));
  const wrong = all.filter((view) => view.mark !== null && view.mark !== 'unknown').length;
  const blind = all.filter((view) => !view.known).length;
  return (
    <Page title={text('ui.doors.title')} under={text('ui.doors.count', { count: all.length, wrong, blind })}
      actions={all.length > 12 ? <TextField label={text('ui.doors.find')} type="search" value={wanted} onInput={setWanted} /> : undefined}>
      {all.length === 0 ? (
        <Empty title={text(link.value.state === 'starting' ? 'ui.waiting' : 'ui.doors.none')} />
      ) : (
        <div class="tiles">
          {shown.map((view) => (
            <Tile key={view.id} view={view} />
          ))}
        </div>
      )}
    </Page>
  );
}
