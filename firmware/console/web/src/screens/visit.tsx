// One container or trailer at one dock: its path as steps, what deviated, the seals, the inspection.
import { Button, Icon, Page } from '../components/index.ts';
import { nameOf } from '../names.ts';
import type { ScreenProps } from '../screens.ts';
import { language, text, textOf } from '../text.ts';
import { duration, now } from '../time.ts';
import { pointStates } from './model/inspection.ts';
import { flag, idOf, list, number, text as said, type Entry } from './model/record.ts';
import { storyOf, type Step, type Story } from './model/visit_story.ts';
import { Asked, EntryLink, Facts, Moment, Panel, People, Person, Tag, type Mood } from './parts/bits.tsx';
import { EntryTable } from './parts/entry_table.tsx';
import { useEntries, useRecord, useRecords } from './parts/records.ts';
import { VisitActs } from './parts/visit_acts.tsx';

export default function Visit({ params }: ScreenProps) {
  const id = params['id'] ?? '';
  const record = useRecord('visit', id, ['visit', 'custody', 'case']);
  const entries = useEntries({ subject: `visit:${id}`, order: 'oldest', limit: 500 }, ['visit', 'custody', 'case']);
  const entry = record.data;
  const story = entry ? storyOf(id, entry, entries.data) : null;
  return (
    <Page title={story ? text('ui.visit.title', { unit: story.container, door: nameOf({ k: 'door', v: story.door }) }) : text('ui.visit.page')}
      under={<span class="mono">{id}</span>}
      actions={
        <>
          {story && entry && <VisitActs story={story} record={entry} />}
          <Button icon="print" onClick={() => print()}>{text('ui.print')}</Button>
        </>
      }>
      <Asked answer={record}>
        {story && entry && (
          <>
            <Standing story={story} record={entry} />
            <Held container={story.container} visit={id} />
            <Steps story={story} />
            <div class="columns">
              <Seals story={story} record={entry} />
              <Inspection record={entry} />
              {story.deviations.length > 0 && <Deviations story={story} />}
            </div>
            <Panel title={text('ui.visit.history')}>
              <Asked answer={entries} empty={entries.data.length === 0}>
                <EntryTable entries={entries.data} caption={text('ui.visit.history')} own={{ k: 'visit', v: id }} />
              </Asked>
            </Panel>
          </>
        )}
      </Asked>
    </Page>
  );
}

function Standing({ story, record }: { story: Story; record: Entry }) {
  const count = number(record, 'deviation_count') ?? 0;
  const since = number(record, 'since_ts');
  return (
    <p class="row standing">
      <strong class="large">{textOf(`ui.visit.state.${story.state}`, story.state)}</strong>
      {since !== null && !story.over && <span class="secondary">{text('ui.for', { duration: duration(now.value - since) })}</span>}
      <Tag>{textOf(`ui.choice.${story.purpose}`, story.purpose)}</Tag>
      <a href={`/containers/${story.container}`}>{story.container}</a>
      <a href={`/doors/${story.door}`}>{nameOf({ k: 'door', v: story.door })}</a>
      {count > 0 ? <Tag mood="watch">{text('ui.visits.deviations', { count })}</Tag> : <Tag mood="good">{text('ui.visit.no_deviation')}</Tag>}
      {story.gapS !== null && <Tag mood={story.lateLimit ? 'watch' : 'plain'}>{text('ui.visit.gap', { duration: duration(story.gapS * 1000) })}</Tag>}
      {flag(record, 'remainder_10') && <Tag mood="watch">{text('ui.visits.remainder_10')}</Tag>}
    </p>
  );
}

// What keeps it from leaving, before anybody tries.
function Held({ container, visit }: { container: string; visit: string }) {
  const cases = useRecords('case', ['case'], { limit: 200 });
  const about = cases.data.filter((one) => said(one, 'state') !== 'closed' && (said(one, 'visit') === visit || said(one, 'container') === container));
  if (about.length === 0) return null;
  return (
    <ul class="stack holds">
      {about.map((one) => {
        const id = idOf(one, 'case');
        const hold = flag(one, 'hold');
        return (
          <li key={id} class="note" data-mood={hold ? 'bad' : 'watch'}>
            <Icon name={hold ? 'pause' : 'case'} />
            <span class="grow">
              <strong>{text(hold ? 'ui.visit.held_by' : 'ui.visit.case_open')}</strong>{' '}
              <a href={`/cases/${id}`}>{textOf(`event.${said(one, 'cause')}`, said(one, 'cause').replaceAll('_', ' '), { name: said(one, 'seal') || container })}</a>
              <span class="secondary"> · {text('ui.case.owner')}: <Person id={said(one, 'owner')} /></span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const moods: Record<Step['state'], Mood> = { done: 'good', now: 'plain', ahead: 'off', skipped: 'off', not_needed: 'off' };

function Steps({ story }: { story: Story }) {
  return (
    <section aria-label={text('ui.visit.path')}>
      <ol class="way">
        {story.steps.map((step, index) => (
          <li key={step.name} class={`step step-${step.state}`} data-mood={step.deviations.length > 0 ? 'bad' : moods[step.state]}
            aria-current={step.state === 'now' ? 'step' : undefined}>
            <span class="step-mark" aria-hidden="true">{step.deviations.length > 0 ? '!' : step.state === 'done' ? '✓' : step.state === 'skipped' || step.state === 'not_needed' ? '–' : index + 1}</span>
            <div class="step-body">
              <strong>{textOf(`ui.visit.step.${step.name}`, step.name)}</strong>
              <span class="secondary small">{stepSays(step)}</span>
              {step.atMs !== null && <span class="small"><Moment ms={step.atMs} /></span>}
              {step.people.length > 0 && <span class="small"><People ids={step.people} /></span>}
              {step.deviations.map((what) => <span key={what} class="small deviated">{textOf(`ui.deviation.${what}`, what.replaceAll('_', ' '))}</span>)}
              {step.index !== null && step.state === 'done' && <span class="small no-print"><EntryLink index={step.index} /></span>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function stepSays(step: Step): string {
  if (step.state === 'done' && step.between) return text('ui.between_polls');
  if (step.state === 'done' && step.learnt) return text('ui.learnt');
  return step.state === 'done' ? '' : textOf(`ui.visit.step_state.${step.state}`, step.state);
}

function SealList({ seals }: { seals: readonly string[] }) {
  if (seals.length === 0) return null;
  return <>{seals.map((seal, index) => <span key={seal}>{index > 0 && ', '}<a class="mono" href={`/seals/${seal}`}>{seal}</a></span>)}</>;
}

function Seals({ story, record }: { story: Story; record: Entry }) {
  const one = (field: string) => {
    const seals = list(record, field);
    return seals.length > 0 ? <SealList seals={seals} /> : null;
  };
  return (
    <Panel title={text('ui.visit.seals')}>
      <Facts facts={[
        [text('ui.visit.seals_expected'), one('seals_expected')],
        [text('ui.visit.seals_found'), one('seal_in')],
        [text('ui.visit.seals_verified'), one('seals_verified')],
        story.outstanding.length > 0 && [text('ui.visit.seals_outstanding'), <><Tag mood="watch">{text('ui.visit.not_verified')}</Tag> <SealList seals={story.outstanding} /></>],
        [text('ui.visit.seals_broken'), one('seals_broken')],
        [text('ui.visit.seals_out'), one('seal_out')],
        [text('ui.visit.seals_on'), one('seals_on') ?? (story.over ? null : text('ui.visit.no_seal'))],
        said(record, 'verifier') !== '' && [text('ui.visit.verifier'), <><Person id={said(record, 'verifier')} /> {flag(record, 'vvtt_complete') ? <Tag mood="good">{text('ui.vvtt.complete')}</Tag> : <Tag mood="watch">{text('ui.vvtt.incomplete')}</Tag>}</>],
        said(record, 'authority') !== '' && [text('ui.visit.authority'), said(record, 'authority')],
        [text('ui.head.document'), said(record, 'document')],
        said(record, 'driver') !== '' && [text('ui.subject.driver'), said(record, 'driver')],
      ]} />
    </Panel>
  );
}

// The five fields of CTPAT 5.5, and each point.
function Inspection({ record }: { record: Entry }) {
  const id = said(record, 'inspection_list');
  const points = pointStates(id, list(record, 'inspection_areas'), list(record, 'inspection_failed'), list(record, 'inspection_skipped'));
  const unmended = list(record, 'inspection_unmended');
  const failed = points.filter((one) => one.result === 'failed').length;
  const skipped = points.filter((one) => one.result === 'skipped').length;
  return (
    <Panel title={text('ui.visit.inspection')}>
      {points.length === 0 ? (
        <p class="card secondary">{text('ui.visit.not_inspected')}</p>
      ) : (
        <>
          <Facts facts={[
            [text('ui.head.container'), said(record, 'container')],
            [text('ui.head.time'), <Moment ms={number(record, 'inspected_ts')} full />],
            [text('ui.visit.inspector'), <Person id={said(record, 'inspector')} />],
            [text('ui.visit.list'), `${textOf(`ui.list.${id}`, id)} (${text('ui.version', { version: said(record, 'inspection_version') })})`],
            [text('ui.field.procedure'), said(record, 'procedure')],
            [text('ui.visit.signed'), said(record, 'supervisor') ? <Person id={said(record, 'supervisor')} /> : text('ui.visit.not_signed')],
            unmended.length > 0 && [text('ui.visit.unmended'), <Tag mood="bad">{unmended.join(', ')}</Tag>],
            [text('ui.visit.result'), failed > 0 ? <Tag mood="bad">{text('ui.visit.points_failed', { count: failed })}</Tag>
              : skipped > 0 ? <Tag mood="watch">{text('ui.visit.points_skipped', { count: skipped })}</Tag>
              : <Tag mood="good">{text('ui.visit.points_good', { count: points.length })}</Tag>],
          ]} />
          <details open={failed + skipped > 0}>
            <summary>{text('ui.visit.points')}</summary>
            <ol class="points">
              {points.map((one) => (
                <li key={one.number}>
                  <span class="number">{one.number}</span>
                  <span class="grow">{one.point[language.value]}</span>
                  <Tag mood={one.result === 'failed' ? 'bad' : one.result === 'skipped' ? 'watch' : one.result === 'good' ? 'good' : 'unknown'}>
                    {textOf(`ui.point.${one.result ?? 'unknown'}`, one.result ?? '?')}
                  </Tag>
                </li>
              ))}
            </ol>
          </details>
        </>
      )}
    </Panel>
  );
}

function Deviations({ story }: { story: Story }) {
  return (
    <Panel title={text('ui.visit.deviated')}>
      <ol class="stack card">
        {story.deviations.map((one) => (
          <li key={one.index} class="row">
            <Tag mood="bad">{textOf(`ui.deviation.${one.what}`, one.what.replaceAll('_', ' '))}</Tag>
            {one.seal && <span><a class="mono" href={`/seals/${one.seal}`}>{one.seal}</a>{one.documented && one.documented !== one.seal && <> · {text('ui.visit.documented', { seal: one.documented })}</>}</span>}
            <Moment ms={one.atMs} />
            <EntryLink index={one.index} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
