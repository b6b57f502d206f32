// Buses and devices with what their points say now, and registers as they are on the wire.
import { useState } from 'preact/hooks';
import { asProblem, post, useGet, type Problem } from '../api.ts';
import { Button, ErrorNote, Page, Select, TextField } from '../components/index.ts';
import type { ScreenProps } from '../screens.ts';
import { states } from '../live.ts';
import { nameOf } from '../names.ts';
import { text, textOf, word } from '../text.ts';
import { duration } from '../time.ts';
import { registersAs, type Table as Registers } from './model/registers.ts';
import { ActButton } from './parts/act_form.tsx';
import { Asked, Facts, None, Panel, Table, Tag } from './parts/bits.tsx';

interface Device {
  device: string;
  bus: string;
  unit: number;
  online: boolean;
  last_good_ms: number | null;
  exchanges: number;
  timeouts: number;
  bad_answers: number;
  exceptions: number;
  late_polls: number;
  round_trips?: number[];
  round_trip_bounds_us?: number[];
  timeout_us?: number;
  identity?: string | Record<string, string> | null;
  last_error?: string;
}
interface Point {
  point: string;
  value?: unknown;
  fault?: string;
  age_ms: number;
  raw?: number;
}

const every = { every: 2000 };

// Sounders and beacons: whoever hangs one up hears it before an alarm needs it.
function Outputs() {
  const outputs = [...states.value.values()].filter((state) => state.subject.k === 'output');
  if (outputs.length === 0) return null;
  return (
    <Panel title={text('ui.devices.outputs')}>
      <Table rows={outputs} caption={text('ui.devices.outputs')} keyOf={(output) => output.subject.v} columns={[
        { head: 'ui.head.thing', cell: (output) => nameOf(output.subject) },
        { head: 'ui.head.state', cell: (output) => word(String(output['state'])) },
        { head: 'ui.head.result', cell: (output) => (output['follows'] ? text('ui.devices.follows') : <Tag mood="watch">{text('ui.devices.follows_not')}</Tag>) },
        { head: 'ui.head.do', cell: (output) => <ActButton act="output.test" known={{ output: output.subject.v }} only={['seconds']} start={{ seconds: '3' }} /> },
      ]} />
    </Panel>
  );
}

export default function Devices() {
  const answer = useGet<{ devices: Device[] }>('/buses', {}, every);
  const devices = answer.data?.devices ?? [];
  return (
    <Page title={text('ui.devices.title')} under={answer.data ? text('ui.devices.online', { online: devices.filter((one) => one.online).length, all: devices.length }) : undefined}>
      <Asked answer={answer} empty={devices.length === 0} nothing={text('ui.devices.none')}>
        <Table rows={devices} caption={text('ui.devices.title')} keyOf={(device) => device.device} columns={[
          { head: 'ui.head.device', cell: (device) => <a href={`/devices/${device.device}`}>{device.device}</a> },
          { head: 'ui.head.bus', cell: (device) => <>{device.bus} <span class="secondary small">{text('ui.devices.unit', { unit: device.unit })}</span></> },
          { head: 'ui.head.state', cell: (device) => <Online device={device} /> },
          { head: 'ui.head.last_answer', cell: (device) => <Last device={device} /> },
          { head: 'ui.head.exchanges', end: true, cell: (device) => device.exchanges },
          { head: 'ui.head.timeouts', end: true, cell: (device) => device.timeouts },
          { head: 'ui.head.bad', end: true, cell: (device) => device.bad_answers },
          { head: 'ui.head.exceptions', end: true, cell: (device) => device.exceptions },
          { head: 'ui.head.late', end: true, cell: (device) => device.late_polls },
          { head: 'ui.head.error', cell: (device) => device.last_error || <None /> },
        ]} />
      </Asked>
      <Outputs />
      <Points />
    </Page>
  );
}

const Online = ({ device }: { device: Device }) => (device.online ? <Tag mood="good">{text('ui.devices.answers')}</Tag> : <Tag mood="unknown">{text('ui.devices.silent')}</Tag>);
const Last = ({ device }: { device: Device }) => (device.last_good_ms === null ? <>{text('ui.never')}</> : <span class="nowrap">{text('ui.time.ago', { duration: device.last_good_ms < 1000 ? `${device.last_good_ms} ms` : duration(device.last_good_ms) })}</span>);

function Points({ device }: { device?: string }) {
  const answer = useGet<{ points: Point[] }>('/points', { device }, every);
  const points = answer.data?.points ?? [];
  return (
    <Panel title={text('ui.devices.points')}>
      <Asked answer={answer} empty={points.length === 0} nothing={text('ui.devices.no_points')}>
        <Table rows={points} caption={text('ui.devices.points')} keyOf={(point) => point.point} columns={[
          { head: 'ui.head.point', cell: (point) => <code>{point.point}</code> },
          { head: 'ui.head.value', cell: (point) => (point.fault !== undefined ? <Tag mood="unknown">{textOf(`state.${point.fault}`, point.fault.replaceAll('_', ' '))}</Tag> : <strong>{String(point.value)}</strong>) },
          { head: 'ui.head.raw', end: true, cell: (point) => (point.raw !== undefined ? <code>{point.raw}</code> : <None />) },
          { head: 'ui.head.age', end: true, cell: (point) => <span class="nowrap">{point.age_ms < 10_000 ? `${point.age_ms} ms` : duration(point.age_ms)}</span> },
        ]} />
      </Asked>
    </Panel>
  );
}

export function Device({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const answer = useGet<{ devices: Device[] }>('/buses', {}, every);
  const device = answer.data?.devices.find((one) => one.device === id);
  const identity = device?.identity;
  return (
    <Page title={text('ui.device.title', { device: id })}>
      <Asked answer={answer} empty={!device} nothing={text('ui.devices.no_bus')}>
        {device && (
          <div class="columns">
            <Panel title={text('ui.devices.line')}>
              <Facts facts={[
                [text('ui.head.state'), <Online device={device} />],
                [text('ui.head.last_answer'), <Last device={device} />],
                [text('ui.head.bus'), `${device.bus}, ${text('ui.devices.unit', { unit: device.unit })}`],
                [text('ui.devices.identity'), typeof identity === 'string' ? identity : identity ? Object.values(identity).join(' · ') : null],
                [text('ui.head.exchanges'), device.exchanges],
                [text('ui.head.timeouts'), device.timeouts],
                [text('ui.head.bad'), device.bad_answers],
                [text('ui.head.exceptions'), device.exceptions],
                [text('ui.head.error'), device.last_error ?? ''],
              ]} />
            </Panel>
            <RoundTrips device={device} />
          </div>
        )}
      </Asked>
      <Points device={id} />
      <RawRead device={id} />
    </Page>
  );
}

function RoundTrips({ device }: { device: Device }) {
  const counts = device.round_trips ?? [];
  const bounds = device.round_trip_bounds_us ?? [];
  const most = Math.max(1, ...counts);
  if (counts.length === 0) return null;
  return (
    <Panel title={text('ui.devices.round_trips')}>
      <div class="card"><table class="bars">
        <caption class="hidden">{text('ui.devices.round_trips')}</caption>
        <tbody>
          {counts.map((count, index) => (
            <tr key={index}>
              <th scope="row" class="end">{bounds[index] !== undefined ? `≤ ${bounds[index]! / 1000} ms` : `> ${(bounds.at(-1) ?? 0) / 1000} ms`}</th>
              <td><svg class="bar-svg" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-fill" width={(count / most) * 100} height="10" /></svg></td>
              <td class="end">{count}</td>
            </tr>
          ))}
        </tbody>
      </table></div>
    </Panel>
  );
}

const tables: Registers[] = ['holding_register', 'input_register', 'coil', 'discrete_input'];

// One raw read between the polls; nothing is written, and no reading or alarm follows from it.
function RawRead({ device }: { device: string }) {
  const [table, setTable] = useState<string>('holding_register');
  const [address, setAddress] = useState('0');
  const [count, setCount] = useState('8');
  const [busy, setBusy] = useState(false);
  const [got, setGot] = useState<{ table: Registers; address: number; registers: number[] } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const at = Number(address);
      const { registers } = await post<{ registers: number[] }>(`/devices/${encodeURIComponent(device)}/read`, { table, address: at, count: Number(count) });
      setGot({ table: table as Registers, address: at, registers });
    } catch (error) {
      setGot(null);
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <Panel title={text('ui.devices.raw')}>
      <form class="card stack" noValidate onSubmit={(event) => void read(event)}>
        <p class="secondary">{text('ui.devices.raw_help')}</p>
        <div class="row when-fields">
          <Select label={text('ui.devices.table')} value={table} onChange={setTable} options={tables.map((one) => ({ value: one, title: textOf(`ui.table.${one}`, one) }))} />
          <TextField label={text('ui.head.address')} value={address} inputMode="numeric" pattern="[0-9]*" onInput={setAddress} />
          <TextField label={text('ui.devices.count')} value={count} inputMode="numeric" pattern="[0-9]*" onInput={setCount} />
          <Button type="submit" kind="primary" busy={busy}>{text('ui.devices.read')}</Button>
        </div>
        {problem && <ErrorNote problem={problem} />}
        {got && (
          <Table rows={registersAs(got.table, got.address, got.registers)} caption={text('ui.devices.raw')} keyOf={(row) => row.address} columns={[
            { head: 'ui.head.address', end: true, cell: (row) => row.address },
            { head: 'ui.head.value', end: true, cell: (row) => row.unsigned },
            { head: 'ui.head.signed', end: true, cell: (row) => row.signed },
            { head: 'ui.head.hex', cell: (row) => <code>{row.hex}</code> },
            { head: 'ui.head.bits', cell: (row) => <code>{row.bits}</code> },
          ]} />
        )}
      </form>
    </Panel>
  );
}
