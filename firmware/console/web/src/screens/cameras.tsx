// The daily look at stored pictures (CTPAT 9.14, 9.15): does each camera see what it should, and is it
// recorded. One tap a camera, one note, done.
import { useEffect, useRef, useState } from 'preact/hooks';
import { act, asProblem, useGet, type Problem } from '../api.ts';
import { Button, ErrorNote, Page, TextField } from '../components/index.ts';
import { named, nameOf } from '../names.ts';
import { text, textOf } from '../text.ts';
import { duration, now } from '../time.ts';
import type { Names } from '../types.ts';
import { askSchemas, mayAct } from './parts/act_form.tsx';
import { Asked, EntryLink, Facts, Moment, More, Panel, People, Person, Table, Tabs, Tag, type Mood } from './parts/bits.tsx';
import { useEntries, useNews } from './parts/records.ts';
import { peopleIn, text as said, wallMs } from './model/record.ts';

interface Check {
  id: string;
  name: Names;
  doors: string[];
  state?: string; // unchecked, good, bad, missed
  result?: string | null;
  person?: string | null;
  checked_ts?: number | null;
  due_ts?: number | null;
  picture?: string | null; // SHA-256 of the newest stored one
  picture_ts?: number | null;
  waits?: boolean;
}

const results = ['good', 'blurred', 'black', 'wrong_view'] as const;
type Result = (typeof results)[number];
type Said = { step: 'sent' } | { step: 'recorded'; index: number; result: Result } | { step: 'failed'; problem: Problem };

export default function Cameras() {
  return (
    <Page title={text('ui.cameras.title')} under={text('ui.cameras.lead')}>
      <Tabs label={text('ui.cameras.title')} tabs={[{ id: 'today', title: text('ui.cameras.today') }, { id: 'log', title: text('ui.cameras.log') }]}>
        {(tab) => (tab === 'log' ? <Log /> : <Today />)}
      </Tabs>
    </Page>
  );
}

function Today() {
  const news = useNews(['camera', 'camera_check']);
  const answer = useGet<{ cameras: Check[]; every_h: number }>('/cameras/check');
  const { reload } = answer;
  const [note, setNote] = useState('');
  const [told, setTold] = useState<ReadonlyMap<string, Said>>(new Map());
  const working = useRef(false);
  useEffect(() => void askSchemas(), []);
  useEffect(() => {
    if (news > 0) reload();
  }, [news, reload]);
  const cameras = answer.data?.cameras ?? [];
  const waiting = cameras.filter((camera) => camera.waits && told.get(camera.id)?.step !== 'recorded');
  const may = mayAct('camera.check');

  const tell = async (camera: Check, result: Result): Promise<void> => {
    setTold((before) => new Map(before).set(camera.id, { step: 'sent' }));
    try {
      const { index } = await act('camera.check', { camera: camera.id, picture: camera.picture, result, ...(note.trim() ? { note: note.trim() } : {}) });
      setTold((before) => new Map(before).set(camera.id, { step: 'recorded', index, result }));
    } catch (error) {
      setTold((before) => new Map(before).set(camera.id, { step: 'failed', problem: asProblem(error) }));
    }
  };
  // One after the other: each is an entry of its own.
  const allGood = async (): Promise<void> => {
    if (working.current) return;
    working.current = true;
    for (const camera of waiting) await tell(camera, 'good');
    working.current = false;
  };
  return (
    <Asked answer={answer} empty={cameras.length === 0} nothing={text('ui.cameras.none')}>
      <div class="row check-head">
        <strong role="status">{text('ui.cameras.waiting', { count: waiting.length, all: cameras.length })}</strong>
        {may && waiting.length > 0 && (
          <>
            <div class="grow"><TextField label={text('ui.cameras.note')} value={note} maxLength={512} autocomplete="off" onInput={setNote} /></div>
            <Button kind="primary" icon="check" onClick={() => void allGood()}>{text('ui.cameras.all_good', { count: waiting.length })}</Button>
          </>
        )}
      </div>
      <ul class="pictures">
        {cameras.map((camera) => <Card key={camera.id} camera={camera} said={told.get(camera.id) ?? null} may={may} tell={(result) => void tell(camera, result)} />)}
      </ul>
    </Asked>
  );
}

const moods: Record<string, Mood> = { good: 'good', bad: 'bad', missed: 'watch', unchecked: 'unknown' };

function Card({ camera, said: how, may, tell }: { camera: Check; said: Said | null; may: boolean; tell: (result: Result) => void }) {
  const [broken, setBroken] = useState(false);
  const name = named(camera.name, camera.id);
  const done = how?.step === 'recorded';
  return (
    <li class="card picture-card">
      <div class="row">
        <h2 class="grow">{name}</h2>
        <Tag mood={moods[camera.state ?? 'unchecked'] ?? 'unknown'}>{textOf(`ui.cameras.state.${camera.state ?? 'unchecked'}`, camera.state ?? '')}</Tag>
      </div>
      {camera.picture && !broken ? (
        <img src={`/api/v1/pictures/${camera.picture}`} alt={text('ui.cameras.picture_of', { name })} loading="lazy" onError={() => setBroken(true)} />
      ) : (
        <div class="no-picture hatched">{text(broken ? 'ui.cameras.not_kept' : 'ui.cameras.no_picture')}</div>
      )}
      <Facts facts={[
        [text('ui.cameras.shows'), camera.picture_ts ? <><Moment ms={camera.picture_ts} full /> <span class="secondary">{text('ui.time.ago', { duration: duration(now.value - camera.picture_ts) })}</span></> : null],
        [text('ui.head.door'), camera.doors.map((door) => nameOf({ k: 'door', v: door })).join(', ')],
        [text('ui.cameras.looked'), camera.checked_ts ? <><Moment ms={camera.checked_ts} full /> · <Person id={camera.person ?? ''} /></> : null],
        [text('ui.head.due'), camera.due_ts ? <Moment ms={camera.due_ts} full /> : null],
      ]} />
      {done && <p class="saying" role="status"><Tag mood={how.result === 'good' ? 'good' : 'bad'}>{textOf(`ui.camera_result.${how.result}`, how.result)}</Tag> {text('ui.recorded_at', { index: `#${how.index}` })}</p>}
      {how?.step === 'sent' && <p class="saying" role="status">{text('ui.sent')}</p>}
      {how?.step === 'failed' && <ErrorNote problem={how.problem} />}
      {may && camera.waits && !done && (
        <div class="four" role="group" aria-label={name}>
          {results.map((result) => <Button key={result} busy={how?.step === 'sent'} onClick={() => tell(result)}>{textOf(`ui.camera_result.${result}`, result)}</Button>)}
        </div>
      )}
      {!camera.waits && !done && camera.picture && <p class="secondary small">{text('ui.cameras.seen')}</p>}
    </li>
  );
}

// What a month's print shows: who looked when, and what was found.
function Log() {
  const entries = useEntries({ kinds: 'camera_check.done,camera_check.missed', limit: 200 }, ['camera_check']);
  return (
    <Panel title={text('ui.cameras.log')}>
      <Asked answer={entries} empty={entries.data.length === 0} nothing={text('ui.cameras.no_log')}>
        <Table rows={entries.data} caption={text('ui.cameras.log')} keyOf={(entry) => entry.i} columns={[
          { head: 'ui.head.time', cell: (entry) => <Moment ms={wallMs(entry)} full /> },
          { head: 'ui.head.camera', cell: (entry) => nameOf({ k: 'camera', v: said(entry, 'camera') || (entry.subj[0]?.v ?? '') }) },
          { head: 'ui.head.result', cell: (entry) => {
            const result = entry.kind === 'camera_check.missed' ? 'missed' : said(entry, 'result');
            return <Tag mood={result === 'good' ? 'good' : result === 'missed' ? 'watch' : 'bad'}>{textOf(`ui.camera_result.${result}`, result)}</Tag>;
          } },
          { head: 'ui.head.people', cell: (entry) => <People ids={peopleIn(entry)} /> },
          { head: 'ui.head.entry', cell: (entry) => <EntryLink index={entry.i} /> },
        ]} />
        <More more={entries.more} count={entries.data.length} />
      </Asked>
    </Panel>
  );
}
