// Pictures of the cameras at a door, with the moment each shows: a live view is not what was recorded, so
// each says which it is. Nothing where no camera gives any.
import { useState } from 'preact/hooks';
import { useGet } from '../api.ts';
import { thingsAt } from '../doors.ts';
import { nameOf } from '../names.ts';
import { may } from '../session.ts';
import { text } from '../text.ts';
import { Time } from './times.tsx';

interface Picture {
  sha256: string;
  stored: boolean;
  taken_ts: number | null;
  entry: number;
  time: string;
  skipped?: string | null;
}

function One({ picture, camera }: { picture: Picture; camera: string }) {
  const [gone, setGone] = useState(false);
  const name = nameOf({ k: 'camera', v: camera });
  return (
    <figure class="picture">
      {gone ? (
        <div class="no-picture hatched">{text('ui.cameras.not_kept')}</div>
      ) : (
        <a href={`/api/v1/pictures/${picture.sha256}`} target="_blank" rel="noreferrer">
          <img src={`/api/v1/pictures/${picture.sha256}`} alt={text('ui.picture.of', { name })} loading="lazy" onError={() => setGone(true)} />
        </a>
      )}
      <figcaption>
        {name} · <Time ts={picture.taken_ts ?? Date.parse(picture.time)} /> · {text(picture.stored ? 'ui.picture.stored' : 'ui.picture.live')} · #{picture.entry}
      </figcaption>
    </figure>
  );
}

// The newest three, or those around a moment: from a minute before it to five behind.
function OfCamera({ camera, around }: { camera: string; around: number | null }) {
  const when = around === null ? { limit: 3 } : { limit: 4, since: new Date(around - 60_000).toISOString(), until: new Date(around + 300_000).toISOString() };
  const answer = useGet<{ pictures: Picture[] }>(`/cameras/${encodeURIComponent(camera)}/pictures`, when, { every: 20_000 });
  return <>{(answer.data?.pictures ?? []).filter((one) => one.sha256 !== '').map((picture) => <One key={picture.entry} picture={picture} camera={camera} />)}</>;
}

export function Pictures({ door, around = null }: { door: string; around?: number | null }) {
  const cameras = thingsAt('cameras', door);
  if (cameras.length === 0 || !may('search')) return null;
  return (
    <div class="picture-row">
      {cameras.map((camera) => (
        <OfCamera key={camera} camera={camera} around={around} />
      ))}
    </div>
  );
}
