// A bundle that somebody else can verify without us: what about, which time, how complete, for whom and
// why, then a job with its progress, a file, its hash and how to check it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { address, asProblem, post, useGet, type Problem } from '../api.ts';
import { Button, Checkbox, ErrorNote, Icon, LinkButton, Page, Select, TextArea, TextField } from '../components/index.ts';
import { site } from '../live.ts';
import { named, nameOf } from '../names.ts';
import { query } from '../router.ts';
import { may } from '../session.ts';
import { language, locale, text, textOf } from '../text.ts';
import { dateTime, fromInput, now, timeZone, toInput } from '../time.ts';
import { meterOf, shortHash, sizeText, type Measure } from './model/meter.ts';
import { plainNumber } from './model/question.ts';
import { Asked, EntryLink, Facts, Meter, Moment, Panel, Table, Tag } from './parts/bits.tsx';

interface Preview {
  records: number;
  with_personal: number;
  commissioned: boolean;
  meters: Measure[];
}
interface Job {
  id: string;
  state: 'queued' | 'building' | 'done' | 'failed';
  progress: number; // 0..1
  step: string | null;
  ordered_ts: number;
  by: string;
  for: string;
  reason: string;
  subject: string; // "container:MSCU6639870"
  since: string;
  until: string;
  file: string | null;
  size: number | null;
  sha256: string | null;
  records: number | null;
  entry: number | null;
  missing_witnesses: number | null;
  why: string | null;
}

const kinds = ['container', 'seal_number', 'door', 'case'] as const;

export default function Evidence() {
  const [job, setJob] = useState<string | null>(query.value.get('job'));
  return (
    <Page title={text('ui.evidence.title')} under={text('ui.evidence.lead')}>
      <Builder onBuilt={setJob} />
      {job && <JobCard id={job} />}
      <Made newest={job} />
    </Page>
  );
}

function Builder({ onBuilt }: { onBuilt: (id: string) => void }) {
  const given = query.value.get('subject') ?? '';
  const [kind, setKind] = useState<string>(given.includes(':') ? given.slice(0, given.indexOf(':')) : 'container');
  const [id, setId] = useState(given.includes(':') ? given.slice(given.indexOf(':') + 1) : '');
  const [since, setSince] = useState(toInput(now.value - 24 * 3600_000));
  const [until, setUntil] = useState(toInput(now.value));
  const [lang, setLang] = useState<string>(language.value);
  const [whom, setWhom] = useState('');
  const [why, setWhy] = useState('');
  const [withPersonal, setPersonal] = useState(false);
  const [seen, setSeen] = useState<{ key: string; preview: Preview } | null>(null);
  const [busy, setBusy] = useState<'' | 'preview' | 'build'>('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});

  const plain = kind === 'container' || kind === 'seal_number' ? plainNumber(id) : id.trim();
  const asked = { subject: `${kind}:${plain}`, since: iso(since), until: iso(until) };
  const key = JSON.stringify(asked);
  const ended = asked.until !== '' && !(asked.since && asked.until <= asked.since);

  const look = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacking: Record<string, string> = {};
    if (!plain) lacking['id'] = text('ui.wrong.missing');
    if (!asked.since) lacking['since'] = text('ui.wrong.missing');
    if (!ended) lacking['until'] = text('ui.wrong.period');
    setWrong(lacking);
    if (Object.keys(lacking).length > 0) return;
    setBusy('preview');
    setProblem(null);
    try {
      setSeen({ key, preview: await post<Preview>('/evidence/preview', asked) });
    } catch (error) {
      setProblem(asProblem(error));
      setSeen(null);
    }
    setBusy('');
  };
  const build = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacking: Record<string, string> = {};
    if (!whom.trim()) lacking['whom'] = text('ui.wrong.missing');
    if (!why.trim()) lacking['why'] = text('ui.wrong.missing');
    setWrong(lacking);
    if (Object.keys(lacking).length > 0) return;
    setBusy('build');
    setProblem(null);
    try {
      const { id: job } = await post<{ id: string }>('/evidence', { ...asked, lang, for: whom.trim(), why: why.trim(), personal: withPersonal });
      onBuilt(job);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy('');
  };

  const doors = site.value?.doors ?? [];
  const fresh = seen && seen.key === key ? seen.preview : null;
  return (
    <div class="columns no-print">
      <Panel title={text('ui.evidence.what')}>
        <form class="stack card" noValidate onSubmit={(event) => void look(event)}>
          <Select label={text('ui.evidence.about')} value={kind} onChange={(value) => { setKind(value); setId(''); }}
            options={kinds.map((one) => ({ value: one, title: textOf(`ui.subject.${one}`, one) }))} />
          {kind === 'door' ? (
            <Select label={text('ui.subject.door')} value={id} wrong={plain ? undefined : wrong['id']} onChange={setId}
              options={[{ value: '', title: '' }, ...doors.map((door) => ({ value: door.id, title: named(door.name, door.id) }))]} />
          ) : (
            <TextField label={textOf(`ui.subject.${kind}`, kind)} value={id} wrong={plain ? undefined : wrong['id']} onInput={setId} autocomplete="off" spellcheck={false} />
          )}
          <TextField label={text('ui.from_time')} type="datetime-local" value={since} wrong={asked.since ? undefined : wrong['since']} onInput={setSince} />
          <TextField label={text('ui.to_time')} type="datetime-local" value={until} wrong={ended ? undefined : wrong['until']} hint={text('ui.site_time', { zone: timeZone.value })} onInput={setUntil} />
          <div class="dialog-foot"><Button type="submit" kind={fresh ? 'plain' : 'primary'} busy={busy === 'preview'}>{text('ui.evidence.look')}</Button></div>
        </form>
      </Panel>
      <Panel title={text('ui.evidence.complete')}>
        {problem && <ErrorNote problem={problem} />}
        {!fresh ? <p class="card secondary">{text('ui.evidence.look_first')}</p> : (
          <div class="stack">
            <Completeness preview={fresh} />
            <form class="stack card" noValidate onSubmit={(event) => void build(event)}>
              <TextField label={text('ui.evidence.for')} value={whom} wrong={whom.trim() ? undefined : wrong['whom']} maxLength={256} autocomplete="organization" onInput={setWhom} />
              <TextArea label={text('ui.evidence.why')} value={why} wrong={why.trim() ? undefined : wrong['why']} maxLength={512} hint={text('ui.evidence.why_hint')} onInput={setWhy} />
              <Select label={text('ui.evidence.language')} value={lang} onChange={setLang} options={[{ value: 'en', title: 'English' }, { value: 'es', title: 'Español' }]} />
              {may('personal') && <Checkbox label={text('ui.evidence.personal')} checked={withPersonal} onChange={setPersonal} />}
              <div class="dialog-foot"><Button type="submit" kind="primary" icon="file" busy={busy === 'build'}>{text('ui.evidence.make')}</Button></div>
            </form>
          </div>
        )}
      </Panel>
    </div>
  );
}

const iso = (input: string): string => {
  const ms = fromInput(input);
  return ms === null ? '' : new Date(ms).toISOString();
};

function Completeness({ preview }: { preview: Preview }) {
  const meter = meterOf(preview.meters);
  return (
    <div class="stack card">
      {!preview.commissioned && <p class="note" role="alert"><Icon name="warn" />{text('ui.evidence.not_commissioned')}</p>}
      <p><strong class="figure">{Math.floor(meter.share * 100)} %</strong> {text('ui.evidence.complete_of', { entries: preview.records })}</p>
      <Meter share={meter.share} label={text('ui.evidence.complete')} />
      <ul class="stack">
        {meter.lacking.map((one) => (
          <li key={one.what} class="row"><Tag mood="watch">{text('ui.evidence.lacks', { missing: one.of - one.complete, of: one.of })}</Tag>
            <span class="grow">{textOf(`ui.complete.${one.what}`, one.what.replaceAll('_', ' '))}</span>
            {one.lacking.slice(0, 6).map((lack) => (lack.index !== null ? <EntryLink key={lack.index} index={lack.index} /> : <span key={lack.id}>{lack.id}</span>))}
            {one.lacking.length > 6 && <span class="secondary">{text('ui.and_more', { count: one.lacking.length - 6 })}</span>}</li>
        ))}
        {meter.whole.map((one) => (
          <li key={one.what} class="row"><Tag mood="good">{`${one.complete}/${one.of}`}</Tag><span>{textOf(`ui.complete.${one.what}`, one.what.replaceAll('_', ' '))}</span></li>
        ))}
      </ul>
      {meter.lacking.length > 0 && <p class="secondary">{text('ui.evidence.say_why')}</p>}
      {preview.with_personal > 0 && <p class="secondary small">{text('ui.evidence.has_personal', { count: preview.with_personal })}</p>}
    </div>
  );
}

function JobCard({ id }: { id: string }) {
  const [every, setEvery] = useState(500);
  const answer = useGet<Job>(`/evidence/${encodeURIComponent(id)}`, {}, { every });
  const job = answer.data;
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.scrollIntoView({ block: 'nearest' }), [job?.state]);
  const over = job?.state === 'done' || job?.state === 'failed';
  useEffect(() => {
    if (over) setEvery(0);
  }, [over]);
  return (
    <Panel title={text('ui.evidence.job')}>
      <Asked answer={answer}>
        {job && (
          <div class="stack card" aria-live="polite" ref={card}>
            {!over && (
              <>
                <p>{text(job.state === 'queued' ? 'ui.evidence.queued' : 'ui.evidence.building')} {job.step && textOf(`ui.step.${job.step}`, job.step)}</p>
                <Meter share={job.progress} label={text('ui.evidence.job')} />
              </>
            )}
            {job.state === 'failed' && <p class="wrong"><Icon name="warn" />{text('ui.evidence.failed')} {job.why}</p>}
            {job.state === 'done' && <Done job={job} />}
          </div>
        )}
      </Asked>
    </Panel>
  );
}

function Done({ job }: { job: Job }) {
  const file = job.file ?? 'bundle.zip';
  return (
    <>
      <p class="row"><Tag mood="good">{text('ui.evidence.done')}</Tag><span class="mono wrap">{file}</span>{job.size !== null && <span class="secondary">{sizeText(job.size, locale())}</span>}</p>
      <Facts facts={[
        ['SHA-256', job.sha256 ? <span class="mono wrap">{shortHash(job.sha256)}</span> : null],
        [text('ui.evidence.entered'), job.entry !== null ? <EntryLink index={job.entry} /> : null],
        [text('ui.evidence.for'), job.for],
        job.missing_witnesses ? [text('ui.evidence.witnesses'), text('ui.evidence.witnesses_missing', { count: job.missing_witnesses })] : null,
        [text('ui.evidence.why'), job.reason],
        [text('ui.head.period'), `${dateTime(Date.parse(job.since))} – ${dateTime(Date.parse(job.until))}`],
      ]} />
      <div class="row no-print">
        <LinkButton kind="primary" icon="download" href={address(`/evidence/${job.id}/file`)} download>{text('ui.evidence.download')}</LinkButton>
        <Button icon="print" onClick={() => print()}>{text('ui.print')}</Button>
      </div>
      <details open>
        <summary>{text('ui.evidence.how')}</summary>
        <ol class="how">
          <li>{text('ui.evidence.how_page')}</li>
          <li>{text('ui.evidence.how_tool')} <code class="wrap">sealwarden-verify --sheet SHEET.txt {file}</code></li>
          <li>{text('ui.evidence.how_hash')} <code class="wrap">sha256sum {file}</code></li>
        </ol>
        <p class="secondary">{text('ui.evidence.how_words')}</p>
      </details>
    </>
  );
}

function Made({ newest }: { newest: string | null }) {
  const answer = useGet<{ bundles: Job[] }>('/evidence', {}, { every: 5000 });
  const { reload } = answer;
  useEffect(() => {
    if (newest) reload();
  }, [newest, reload]);
  const jobs = answer.data?.bundles ?? [];
  return (
    <Panel title={text('ui.evidence.made')}>
      <Asked answer={answer} empty={jobs.length === 0} nothing={text('ui.evidence.none')}>
        <Table rows={jobs} caption={text('ui.evidence.made')} keyOf={(job) => job.id} columns={[
          { head: 'ui.head.about', cell: (job) => about(job.subject) },
          { head: 'ui.head.period', cell: (job) => `${dateTime(Date.parse(job.since))} – ${dateTime(Date.parse(job.until))}` },
          { head: 'ui.head.for', cell: (job) => job.for },
          { head: 'ui.head.user', cell: (job) => job.by },
          { head: 'ui.head.state', cell: (job) => <Tag mood={job.state === 'done' ? 'good' : job.state === 'failed' ? 'bad' : 'plain'}>{textOf(`ui.job.${job.state}`, job.state)}</Tag> },
          { head: 'ui.head.time', cell: (job) => <Moment ms={job.ordered_ts} full /> },
          { head: 'ui.head.hash', cell: (job) => (job.sha256 ? <span class="mono" title={job.sha256}>{job.sha256.slice(0, 8)}…</span> : '–') },
          { head: 'ui.head.do', cell: (job) => job.state === 'done' && <LinkButton href={address(`/evidence/${job.id}/file`)} download>{text('ui.evidence.download')}</LinkButton> },
        ]} />
      </Asked>
    </Panel>
  );
}

function about(subject: string): string {
  const [kind, id] = [subject.slice(0, subject.indexOf(':')), subject.slice(subject.indexOf(':') + 1)];
  return `${textOf(`ui.subject.${kind}`, kind)} ${nameOf({ k: kind, v: id })}`;
}
