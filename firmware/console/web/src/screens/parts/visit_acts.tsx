// What can be said of a visit now, and the forms to say it.
import { useEffect, useState } from 'preact/hooks';
import { Button, Dialog, Icon } from '../../components/index.ts';
import { language, text, textOf } from '../../text.ts';
import type { Values } from '../model/acts.ts';
import { inspectionArguments, inspectionList, inspectionLists, type PointResult } from '../model/inspection.ts';
import { list, text as said, type Entry } from '../model/record.ts';
import { actsOf, type Story, type VisitAct } from '../model/visit_story.ts';
import { ActForm, askSchemas, mayAct } from './act_form.tsx';

export function VisitActs({ story, record }: { story: Story; record: Entry }) {
  const [open, setOpen] = useState<VisitAct | null>(null);
  useEffect(() => void askSchemas(), []);
  const acts = actsOf(story, record).filter(mayAct);
  if (acts.length === 0) return null;
  const button = (act: VisitAct, index: number) => (
    <Button key={act} kind={index === 0 ? 'primary' : 'plain'} onClick={() => setOpen(act)}>{textOf(`ui.say.${act}`, act)}</Button>
  );
  // A phone has no place for all of them at once.
  const first = matchMedia('(max-width: 640px)').matches ? 1 : acts.length;
  return (
    <>
      {acts.slice(0, first).map(button)}
      {acts.length > first && (
        <details class="other-acts">
          <summary class="button">{text('ui.visit.other_acts')}</summary>
          <div class="row">{acts.slice(first).map((act) => button(act, 1))}</div>
        </details>
      )}
      {open && (
        <Dialog title={textOf(`ui.say.${open}`, open)} onClose={() => setOpen(null)}>
          <VisitForm act={open} story={story} record={record} close={() => setOpen(null)} />
        </Dialog>
      )}
    </>
  );
}

// What the page knows is not asked again; but the number of a seal that is checked is read off the seal, never
// offered: who compares two numbers that came from one place has checked nothing.
function VisitForm({ act, story, record, close }: { act: VisitAct; story: Story; record: Entry; close: () => void }) {
  const place: Values = { container: story.container, door: story.door };
  switch (act) {
    case 'visit.inspect':
      return <InspectForm visit={story.id} trailer={said(record, 'kind') === 'trailer'} close={close} />;
    case 'seal.verify':
      return <ActForm act={act} known={place} only={['seal', 'document', 'view', 'verify', 'tug', 'twist', 'read_by', 'note']}
        start={{ document: story.outstanding[0] ?? '', read_by: 'typed' }} onCancel={close} />;
    case 'seal.remove':
      return <ActForm act={act} known={place} only={['seal', 'document', 'authority', 'reason', 'view', 'verify', 'tug', 'twist']} onCancel={close} />;
    case 'seal.break':
      return <ActForm act={act} known={{ container: story.container }} only={['seal', 'authority', 'officer', 'reason', 'place']} start={{ seal: list(record, 'seals_on')[0] ?? '' }} onCancel={close} />;
    case 'seal.affix':
      return <ActForm act={act} known={place} only={['seal', 'hardware_checked', 'view', 'verify', 'tug', 'twist', 'read_by', 'replaces', 'foreign', 'inside_found']}
        start={{ read_by: 'typed' }} onCancel={close} />;
    case 'visit.load':
      return <ActForm act={act} known={{ visit: story.id }} only={['unloading', 'supervisor']} start={{ unloading: story.purpose === 'unload' }} onCancel={close} />;
    case 'visit.depart':
      return <ActForm act={act} known={{ visit: story.id }} only={['empty', 'anyway', 'reason']} onCancel={close}
        explainRefusal={() => <p class="row"><Icon name="pause" />{text('ui.visit.see_cases')}</p>} />;
    case 'visit.cancel':
      return <ActForm act={act} known={{ visit: story.id }} onCancel={close} />;
  }
}

function InspectForm({ visit, trailer, close }: { visit: string; trailer: boolean; close: () => void }) {
  const [listId, setListId] = useState(trailer ? 'tractor-trailer-17' : 'container-7');
  const [answers, setAnswers] = useState<ReadonlyMap<number, PointResult>>(new Map());
  const [asked, setAsked] = useState(false);
  const points = inspectionList(listId)?.points ?? [];
  const { failed, skipped, unanswered } = inspectionArguments(listId, answers);
  const answer = (point: number, result: PointResult): void => setAnswers(new Map(answers).set(point, result));
  return (
    <>
      <fieldset class="field choice">
        <legend class="label">{text('ui.visit.list')}</legend>
        <div class="chips">
          {inspectionLists.map((one) => (
            <label key={one.id} class="chip">
              <input type="radio" name="list" checked={one.id === listId} onChange={() => { setListId(one.id); setAnswers(new Map()); }} />
              <span>{textOf(`ui.list.${one.id}`, one.id)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <ol class="points">
        {points.map((point, index) => (
          <li key={point.en} class={asked && unanswered.includes(index + 1) ? 'is-missing' : undefined}>
            <fieldset>
              <legend><span class="number">{index + 1}</span> {point[language.value]}</legend>
              <div class="chips">
                {(['good', 'failed', 'skipped'] as const).map((result) => (
                  <label key={result} class="chip">
                    <input type="radio" name={`point-${index + 1}`} checked={answers.get(index + 1) === result} onChange={() => answer(index + 1, result)} />
                    <span>{textOf(`ui.point.${result}`, result)}</span>
                  </label>
                ))}
              </div>
            </fieldset>
          </li>
        ))}
      </ol>
      {asked && unanswered.length > 0 && <p class="wrong" role="alert"><Icon name="warn" />{text('ui.visit.points_missing', { points: unanswered.join(', ') })}</p>}
      <ActForm act="visit.inspect" known={{ visit }} only={['procedure', 'supervisor', 'mended', 'note']} onCancel={close}
        extra={() => {
          setAsked(true);
          return unanswered.length > 0 ? null : { list: listId, failed, skipped };
        }} />
    </>
  );
}
