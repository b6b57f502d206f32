// Work on a door: told, with a limit; its openings raise nothing meanwhile.
import { text } from '../../text.ts';
import { duration, now } from '../../time.ts';
import { number, text as said } from '../model/record.ts';
import { may } from '../../session.ts';
import { Icon } from '../../components/index.ts';
import { ActButton } from './act_form.tsx';
import { Person } from './bits.tsx';
import { useRecords } from './records.ts';

// What goes on at the moment; nothing when nobody works on it.
export function DoorWork({ door }: { door: string }) {
  return may('search') ? <Work door={door} /> : null;
}

function Work({ door }: { door: string }) {
  const works = useRecords('door', ['maintenance']);
  const work = works.data.find((entry) => entry.kind === 'maintenance.begun' && entry.subj.some((one) => one.k === 'door' && one.v === door));
  if (!work) return <ActButton act="maintenance.begin" known={{ door }} only={['minutes', 'reason']} start={{ minutes: '30' }} />;
  const until = number(work, 'until_ts');
  return (
    <span class="row">
      <Icon name="pause" />
      {text('ui.door.worked_on')} {until !== null && text('ui.tests.ends_in', { duration: duration(until - now.value) })} · <Person id={said(work, 'person')} />
      <ActButton act="maintenance.end" known={{ door }} />
    </span>
  );
}
