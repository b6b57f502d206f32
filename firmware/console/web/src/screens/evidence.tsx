// A bundle that somebody else can verify without us: what about, which time, how complete, for whom and
// why, then a job with its progress, a file, its hash and how to check it.
import { useEffect, useState } from 'preact/hooks';
import { address, asProblem, post, useGet, type Problem } from '../api.ts';
import { Button, Checkbox, ErrorNote, Icon, LinkButton, Page, Select, TextArea, TextField } from '../components/index.ts';
import { site } from '../live.ts';
import { named } from '../names.ts';
import { query } from '../router.ts';
import { may } from '../session.ts';
import { language, locale, text, textOf } from '../text.ts';
import { dateTime, fromInput, now, timeZone, toInput } from '../time.ts';
import { meterOf, shortHash, sizeText, type PreviewItem } from './model/meter.ts';
import { plainNumber } from './model/question.ts';
import { Asked, EntryLink, Facts, Meter, Moment, Panel, Table, Tag } from './parts/bits.tsx';

interface Preview {
  entries: number;
  about?: number;
  gaps?: number;
  items?: PreviewItem[];
  findings?: { what: string; count?: number }[];
  [more: string]: unknown;
}
interface Job {
  id: string;
  state: 'queued' | 'building' | 'done' | 'failed';
  progress: number;
  step?: string;
  file?: string;
  size?: number;
  sha256?: string;
  why?: string;
  subject?: { k: string; v: string };
  since?: string;
  until?: string;
  index?: number;
  by?: string;
  made_ts?: number;
}

const kinds = ['container', 'seal_number', 'door', 'case', 'visit'] as const;

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
  const [until, setUntil] = useState(toInput(now.value - 60_000));
  const [lang, setLang] = useState<string>(language.value);
  const [whom, setWhom] = useState('');
  const [why, setWhy] = useState('');
  const [withPersonal, setPersonal] = useState(false);
  const [seen, setSeen] = useState<{ key: string; preview: Preview } | null>(null);
  const [busy, setBusy] = useState<'' | 'preview' | 'build'>('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [wrong, setWrong] = useState<Record<string, string>>({});

  const subject = { k: kind, v: kind === 'container' || kind === 'seal_number' ? plainNumber(id) : id.trim() };
  const asked = { subject, since: iso(since), until: iso(until) };
  const key = JSON.stringify(asked);

  const look = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacking: Record<string, string> = {};
    if (!subject.v) lacking['id'] = text('ui.wrong.missing');
    if (!asked.since) lacking['since'] = text('ui.wrong.missing');
    if (!asked.until || (asked.since && asked.until <= asked.since)) lacking['until'] = text('ui.wrong.period');
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
            <Select label={text('ui.subject.door')} value={id} wrong={wrong['id']} onChange={setId}
              options={[{ value: '', title: '' }, ...doors.map((door) => ({ value: door.id, title: named(door.name, door.id) }))]} />
          ) : (
            <TextField label={textOf(`ui.subject.${kind}`, kind)} value={id} wrong={wrong['id']} onInput={setId} autocomplete="off" spellcheck={false} />
          )}
          <TextField label={text('ui.from_time')} type="datetime-local" value={since} wrong={wrong['since']} onInput={setSince} />
          <TextField label={text('ui.to_time')} type="datetime-local" value={until} wrong={wrong['until']} hint={text('ui.site_time', { zone: timeZone.value })} onInput={setUntil} />
          <div class="dialog-foot"><Button type="submit" kind={fresh ? 'plain' : 'primary'} busy={busy === 'preview'}>{text('ui.evidence.look')}</Button></div>
        </form>
      </Panel>
      <Panel title={text('ui.evidence.complete')}>
        {problem && <ErrorNote problem={problem} />}
        {!fresh ? <p class="card secondary">{text('ui.evidence.look_first')}</p> : (
          <div class="stack">
            <Completeness preview={fresh} />
            <form class="stack card" noValidate onSubmit={(event) => void build(event)}>
              <TextField label={text('ui.evidence.for')} value={whom} wrong={wrong['whom']} maxLength={256} autocomplete="organization" onInput={setWhom} />
              <TextArea label={text('ui.evidence.why')} value={why} wrong={wrong['why']} maxLength={512} hint={text('ui.evidence.why_hint')} onInput={setWhy} />
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
  const items = preview.items ?? [];
  const meter = meterOf(items);
  return (
    <div class="stack card">
      <p><strong class="figure">{Math.floor(meter.complete * 100)} %</strong> {text('ui.evidence.complete_of', { entries: preview.entries })}</p>
      <Meter share={meter.complete} label={text('ui.evidence.complete')} />
      <ul class="stack">
        {meter.lacking.map((item) => (
          <li key={item.what} class="row"><Tag mood="watch">{text('ui.evidence.lacks', { missing: item.of - item.have, of: item.of })}</Tag>
            <span class="grow">{textOf(`ui.complete.${item.what}`, item.what.replaceAll('_', ' '))}</span>
            {(item.entries ?? []).slice(0, 5).map((index) => <EntryLink key={index} index={index} />)}</li>
        ))}
        {meter.whole.map((item) => (
          <li key={item.what} class="row"><Tag mood="good">{`${item.have}/${item.of}`}</Tag><span>{textOf(`ui.complete.${item.what}`, item.what.replaceAll('_', ' '))}</span></li>
        ))}
        {(preview.findings ?? []).map((finding) => (
          <li key={finding.what} class="row"><Tag mood="unknown">{finding.count ?? ''}</Tag><span>{textOf(`finding.${finding.what}`, finding.what.replaceAll('_', ' '))}</span></li>
        ))}
      </ul>
      {meter.lacking.length > 0 && <p class="secondary">{text('ui.evidence.say_why')}</p>}
    </div>
  );
}

function JobCard({ id }: { id: string }) {
  const [every, setEvery] = useState(500);
  const answer = useGet<Job>(`/evidence/${encodeURIComponent(id)}`, {}, { every });
  const job = answer.data;
  const over = job?.state === 'done' || job?.state === 'failed';
  useEffect(() => {
    if (over) setEvery(0);
  }, [over]);
  return (
    <Panel title={text('ui.evidence.job')}>
      <Asked answer={answer}>
        {job && (
          <div class="stack card" aria-live="polite">
            {!over && (
              <>
                <p>{text(job.state === 'queued' ? 'ui.evidence.queued' : 'ui.evidence.building')} {job.step && textOf(`ui.step.${job.step}`, job.step)}</p>
                <Meter share={job.progress > 1 ? job.progress / 100 : job.progress} label={text('ui.evidence.job')} />
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
      <p class="row"><Tag mood="good">{text('ui.evidence.done')}</Tag><span class="mono wrap">{file}</span>{job.size !== undefined && <span class="secondary">{sizeText(job.size, locale())}</span>}</p>
      <Facts facts={[
        ['SHA-256', job.sha256 ? <span class="mono wrap">{shortHash(job.sha256)}</span> : null],
        [text('ui.evidence.entered'), job.index !== undefined ? <EntryLink index={job.index} /> : null],
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
  const answer = useGet<{ jobs?: Job[]; evidence?: Job[] }>('/evidence', { newest });
  const jobs = answer.data?.jobs ?? answer.data?.evidence ?? [];
  return (
    <Panel title={text('ui.evidence.made')}>
      <Asked answer={answer} empty={jobs.length === 0} nothing={text('ui.evidence.none')}>
        <Table rows={jobs} caption={text('ui.evidence.made')} keyOf={(job) => job.id} columns={[
          { head: 'ui.head.about', cell: (job) => (job.subject ? `${textOf(`ui.subject.${job.subject.k}`, job.subject.k)} ${job.subject.v}` : job.id) },
          { head: 'ui.head.period', cell: (job) => (job.since && job.until ? `${dateTime(Date.parse(job.since))} – ${dateTime(Date.parse(job.until))}` : '–') },
          { head: 'ui.head.state', cell: (job) => <Tag mood={job.state === 'done' ? 'good' : job.state === 'failed' ? 'bad' : 'plain'}>{textOf(`ui.job.${job.state}`, job.state)}</Tag> },
          { head: 'ui.head.time', cell: (job) => <Moment ms={job.made_ts ?? null} full /> },
          { head: 'ui.head.hash', cell: (job) => (job.sha256 ? <span class="mono">{job.sha256.slice(0, 8)}…</span> : '–') },
          { head: 'ui.head.do', cell: (job) => job.state === 'done' && <a class="button" href={address(`/evidence/${job.id}/file`)} download>{text('ui.evidence.download')}</a> },
        ]} />
      </Asked>
    </Panel>
  );
}
