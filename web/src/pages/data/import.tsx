// import.tsx - bringing a file in: choose it, see how its columns are read, correct by
// choosing, see every problem, import, mend what could not be read.
//
//     /data/import            choose a file; imports so far
//     /data/import?job=12     a file that was tried out, or an import: whatever job 12 is
import { useEffect, useRef, useState } from 'preact/hooks';
import { post, useGet, usePages } from '../../base/api';
import { locale } from '../../base/locale';
import { asProblem, type Problem, sentence } from '../../base/problem';
import { may } from '../../base/session';
import { go, useQuery, whole } from '../../base/url';
import { Await, Button, Card, CheckField, Fail, Figures, LinkButton, Note, Progress, Table, TextField, tellProblem } from '../../parts';
import { type Column, ended, type ImportParams, type ImportResult, type Job, titleOf, useJob } from './job';
import { type Chosen, choose, chosenOf, mappingOf } from './mapping';
import { Mend } from './mend';
import type { Overview } from './sources';
import { say } from './words.en';

const at = (job: number) => `/data/import?job=${job}`;

export function Import() {
  const [q] = useQuery({ job: whole(0) });
  return q.job ? <OneImport key={q.job} number={q.job} /> : <Choose />;
}

// ---- Choosing a file ---------------------------------------------------------------------

async function tryOut(file: File): Promise<number> {
  const { upload } = await post<{ upload: string }>(`/uploads?name=${encodeURIComponent(file.name)}`,
    new Blob([file], { type: 'application/octet-stream' }));
  return (await post<Job>('/imports', { upload, dry_run: true, samples: 5, max_rejects: '100%' })).job;
}

function Choose() {
  const [sent, setSent] = useState('');
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (!file || sent) return;
    setSent(file.name);
    setProblem(null);
    tryOut(file).then((job) => go(at(job)), (thrown) => {
      setProblem(asProblem(thrown));
      setSent('');
    });
  };
  return (
    <>
      <div class={`data-drop${over ? ' over' : ''}`} data-drop
        onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(e) => { e.preventDefault(); setOver(false); take(e.dataTransfer?.files[0]); }}>
        {sent ? <Progress label={say('sending', { file: sent })} /> : (
          <>
            <p class="data-drop-title">{say('drop')}</p>
            <p class="muted">{say('drop_hint')}</p>
            <Button kind="main" onClick={() => input.current?.click()}>{say('choose')}</Button>
            <input ref={input} type="file" hidden accept=".csv,.xlsx,.jsonl,.ndjson,.json,.xes,.gz,.txt,.tsv,.mbox,.eml"
              onChange={(e) => take(e.currentTarget.files?.[0])} />
          </>
        )}
      </div>
      {problem && <Fail problem={problem} />}
      <Before />
    </>
  );
}

function Before() {
  const got = usePages<Job>('/jobs', { kind: 'import', limit: 20 });
  return (
    <Card title={say('before')}>
      <Await got={got}>
        {(jobs) => (
          <Table caption={say('before')} captionHidden rows={jobs} keyOf={(j) => j.job} more={got.more} onMore={got.next} waiting={got.waiting}
            empty={<p class="muted">{say('no_imports')}</p>} columns={[
              { id: 'file', head: say('file'), cell: (j) => <a href={at(j.job)}>{titleOf(j.params.file) || `#${j.job}`}</a> },
              { id: 'state', head: say('state'), cell: (j) => (j.params.dry_run && j.state === 'done' ? say('tried_out') : j.state) },
              { id: 'rows', head: say('rows'), number: true, cell: (j) => j.result?.rows ?? '' },
              { id: 'faults', head: say('faults'), number: true, cell: (j) => j.result?.rejected ?? '' },
              { id: 'who', head: say('who'), cell: (j) => j.owner ?? '' },
              { id: 'when', head: say('when'), cell: (j) => locale.dayTime(j.created) },
            ]} />
        )}
      </Await>
    </Card>
  );
}

// ---- One file on its way ---------------------------------------------------------------------

function OneImport({ number }: { number: number }) {
  const got = useJob<ImportResult, ImportParams>(number);
  return <Await got={got}>{(job) => <Shown job={job} />}</Await>;
}

function Shown({ job }: { job: Job }) {
  const file = titleOf(job.params.file);
  if (!ended(job)) return <Going job={job} file={file} />;
  if (job.state === 'cancelled') return <><Note kind="warn">{say('stopped_import')}</Note><Other /></>;
  if (job.state === 'failed')
    return <><Note kind="warn"><p><strong>{job.error}</strong></p>{job.hint && <p>{job.hint}</p>}</Note><Other /></>;
  if (!job.result?.columns) return <><Note>{say('gone')}</Note><Other /></>;
  return job.params.dry_run ? <Trial job={job} result={job.result} file={file} /> : <Done job={job} result={job.result} file={file} />;
}

const Other = () => <div class="actions"><LinkButton href="/data/import">{say('other_file')}</LinkButton></div>;

function Going({ job, file }: { job: Job; file: string }) {
  const { done, total, per_second: rate, left_ms: left } = job.progress;
  return (
    <Card>
      <div class="data-stack">
        <Progress label={say(job.params.dry_run ? 'trying' : 'importing', { file })} done={total ? done : undefined} of={total ?? undefined} />
        <div class="data-act">
          {!!rate && <span class="muted">{say('rate', { rate: `${locale.short(rate)} ${job.progress.words.split(' ').pop() ?? ''}` })}</span>}
          {!!left && left > 1000 && <span class="muted">{say('left', { time: locale.duration(left) })}</span>}
          <Button onClick={() => void post(`/jobs/${job.job}/cancel`).catch(tellProblem)}>{say('stop')}</Button>
        </div>
      </div>
    </Card>
  );
}

// ---- Tried out: what the columns mean ------------------------------------------------------------

const fields = ['time', 'touchpoint', 'channel', 'department', 'direction', 'outcome', 'value', 'currency', 'score', 'problem', 'id', 'text',
  'subject', 'purpose', 'signatory', 'language', 'thread', 'sender'] as const;
const kinds = ['account', 'email', 'phone', 'device', 'address', 'household'];

function MeansField({ column, value, onChange, unsure }: { column: Column; value: string; onChange: (v: string) => void; unsure: boolean }) {
  const known = ['', 'customer', ...kinds.map((k) => `customer.${k}`), ...fields, 'ignore'];
  return (
    <span class={`data-column${unsure ? ' open' : ''}`}>
      <select aria-label={say('means_of', { column: column.name })} value={value} onChange={(e) => onChange(e.currentTarget.value)}>
        <option value="">{say('aside')}</option>
        <option value="customer">{say('f_customer')}</option>
        {kinds.map((k) => <option key={k} value={`customer.${k}`}>{say('f_customer_kind', { kind: k })}</option>)}
        {fields.map((f) => <option key={f} value={f}>{say(`f_${f}`)}</option>)}
        <option value="ignore">{say('f_ignore')}</option>
        {!known.includes(value) && <option value={value}>{value}</option>}
      </select>
    </span>
  );
}

interface Wanted {
  chosen: Chosen;
  source: string;
  zone: string;
  comma: boolean;
  /** Of mails: which addresses are ours. */
  own: string;
}

function bodyOf(job: Job, wanted: Wanted, names: string[], dry: boolean, remember: boolean) {
  const { chosen, source, zone, comma, own } = wanted;
  return {
    upload: job.params.file, map: mappingOf(chosen, names), exact: true, max_rejects: '100%',
    ...(source && { source }), ...(zone && { zone }), ...(comma && { decimal_comma: true }), ...(own.trim() && { own: own.trim() }),
    ...(job.params.delimiter && { delimiter: job.params.delimiter }),
    ...(dry && { dry_run: true, samples: 5 }), ...(remember && { remember: true }),
  };
}

function Trial({ job, result, file }: { job: Job; result: ImportResult; file: string }) {
  const begun: Wanted = { chosen: chosenOf(result), source: result.source || job.params.source || '', zone: job.params.zone ?? '', comma: result.decimal_comma,
    own: [job.params.own ?? []].flat().join(', ') };
  const [wanted, set] = useState(begun);
  const [remember, setRemember] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const names = result.columns.map((c) => c.name);
  const text = (w: Wanted) => JSON.stringify([mappingOf(w.chosen, names), w.zone, w.comma, w.own.trim()]);
  const changed = text(wanted) !== text(begun);
  const send = (body: object) => {
    setBusy(true);
    setProblem(null);
    post<Job>('/imports', body).then((next) => go(at(next.job)), (thrown) => {
      setProblem(asProblem(thrown));
      setBusy(false);
    });
  };
  const good = result.rows - result.rejected;
  return (
    <>
      {result.problem && (
        <Note kind="warn"><p><strong>{say('open_question')}</strong></p><p>{sentence(result.problem.message)}</p><p>{say('open_question_hint')}</p></Note>
      )}
      <Remembered source={wanted.source} job={job} send={send} />
      <Card title={say('columns', { file })}>
        <Table caption={say('columns', { file })} captionHidden rows={result.columns} keyOf={(c) => c.name} columns={[
          { id: 'name', head: say('column'), cell: (c) => c.name },
          { id: 'means', head: say('means'), cell: (c) => (
            <MeansField column={c} value={wanted.chosen.means[c.name] ?? ''} unsure={/could|named like/.test(c.why)}
              onChange={(key) => set({ ...wanted, chosen: choose(wanted.chosen, c.name, key) })} />) },
          { id: 'first', head: say('first_rows'), cell: (c) => <ul class="data-first">{c.first.slice(0, 3).map((v, i) => <li key={i}>{v || '\u2013'}</li>)}</ul> },
          { id: 'why', head: say('why'), cell: (c) => <span class="muted">{c.why}</span> },
        ]} />
      </Card>
      <Card title={say('how_read')}>
        <div class="data-stack">
          <div class="data-settings">
            {result.format === 'mail' && (
              <TextField label={say('own')} help={say('own_help')} optional value={wanted.own} onInput={(own) => set({ ...wanted, own })} />
            )}
            <TextField label={say('source_name')} help={say('source_help')} value={wanted.source} onInput={(source) => set({ ...wanted, source })} />
            <TextField label={say('pattern')} help={say('pattern_help')} optional value={wanted.chosen.pattern}
              onInput={(pattern) => set({ ...wanted, chosen: { ...wanted.chosen, pattern } })} />
            <TextField label={say('zone')} help={say('zone_help')} optional value={wanted.zone} onInput={(zone) => set({ ...wanted, zone })} />
            <div>
              <CheckField label={say('decimal_comma')} checked={wanted.comma} onChange={(comma) => set({ ...wanted, comma })} />
              <CheckField label={say('remember')} checked={remember} onChange={setRemember} />
            </div>
          </div>
          {problem && <Fail problem={problem} />}
          <div class="data-act">
            {changed || result.problem
              ? <Button kind="main" busy={busy} onClick={() => send(bodyOf(job, wanted, names, true, false))}>{say('again')}</Button>
              : <Button kind="main" busy={busy} disabled={!good} onClick={() => send(bodyOf(job, wanted, names, false, remember))}>{say('import_n', { n: good })}</Button>}
            <LinkButton kind="quiet" href="/data/import">{say('other_file')}</LinkButton>
            {changed && <span class="muted">{say('changed_hint')}</span>}
            {!changed && !result.problem && result.rejected > 0 && <span class="muted">{say('mend_later', { n: result.rejected })}</span>}
          </div>
        </div>
      </Card>
      {!result.problem && <Problems result={result} />}
      {result.samples.length > 0 && <Samples result={result} />}
    </>
  );
}

/** The way files of this source were read before, when somebody said to remember it. */
function Remembered({ source, job, send }: { source: string; job: Job; send: (body: object) => void }) {
  const got = useGet<Overview>('/sources/overview');
  const recipe = got.data?.items.find((s) => s.source === source)?.recipe;
  const used = recipe && recipe.params['map'] === job.params.map;
  if (!recipe || used) return null;
  return (
    <Note>
      <p>{say('remembered_for', { source })}</p>
      <div class="actions">
        <Button onClick={() => send({ ...recipe.params, upload: job.params.file, source, dry_run: true, samples: 5, max_rejects: '100%' })}>{say('use_remembered')}</Button>
      </div>
    </Note>
  );
}

function Problems({ result }: { result: ImportResult }) {
  return (
    <Card title={say('problems')}>
      {!result.rejected ? <p class="muted">{say('no_problems')}</p> : (
        <>
          <Table caption={say('problems')} captionHidden rows={result.rejects} keyOf={(r) => r.row} columns={[
            { id: 'row', head: say('row'), number: true, cell: (r) => r.row },
            { id: 'column', head: say('column'), cell: (r) => r.column },
            { id: 'reason', head: say('reason'), cell: (r) => r.reason, names: true },
            { id: 'hint', head: say('hint'), cell: (r) => r.hint },
          ]} />
          {result.rejected > result.rejects.length && <p class="muted">{say('first_of', { n: result.rejects.length, of: result.rejected })}</p>}
        </>
      )}
    </Card>
  );
}

function Samples({ result }: { result: ImportResult }) {
  return (
    <Card title={say('as_read')}>
      <Table caption={say('as_read')} captionHidden rows={result.samples} keyOf={(s) => s.line} columns={[
        { id: 'who', head: say('f_customer'), cell: (s) => s.identifiers.map((i) => i.value).join(', ') },
        { id: 'time', head: say('f_time'), cell: (s) => locale.dayTime(s.time) },
        { id: 'touchpoint', head: say('f_touchpoint'), cell: (s) => s.touchpoint },
        { id: 'channel', head: say('f_channel'), cell: (s) => s.channel },
        { id: 'department', head: say('f_department'), cell: (s) => s.department },
        { id: 'outcome', head: say('f_outcome'), cell: (s) => s.outcome },
        { id: 'value', head: say('f_value'), number: true, cell: (s) => (s.value === null ? '' : `${locale.number(s.value)} ${s.currency}`) },
      ]} />
    </Card>
  );
}

// ---- Imported -------------------------------------------------------------------------------------

function Done({ job, result, file }: { job: Job; result: ImportResult; file: string }) {
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <>
      <div ref={head} tabIndex={-1}>
        <Note kind="good">
          <p><strong>{say('done_title', { file })}</strong></p>
          {result.already && <p>{say('already')}</p>}
          {!!job.params.mends && <p><a href={at(job.params.mends)}>{say('mends_of', { n: job.params.mends })}</a></p>}
        </Note>
      </div>
      <Card>
        <div class="data-stack">
          <Figures items={[
            { label: say('added'), value: locale.number(result.added) },
            { label: say('known'), value: locale.number(result.known) },
            { label: say('rejected'), value: locale.number(result.rejected) },
            ...(result.erased ? [{ label: say('erased'), value: locale.number(result.erased) }] : []),
          ]} />
          <div class="actions">
            {may('ask') && <LinkButton kind="main" href="/actual">{say('to_journey')}</LinkButton>}
            <LinkButton href="/data/sources">{say('to_sources')}</LinkButton>
            <LinkButton kind="quiet" href="/data/import">{say('other_file')}</LinkButton>
          </div>
        </div>
      </Card>
      {result.rejects_file && <Mend job={job.job} onSent={(next) => go(at(next))} />}
    </>
  );
}
