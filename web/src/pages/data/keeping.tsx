// keeping.tsx - how long what is kept: rules, what each would let go now, switched on when
// that was seen; what went so far.
import { useState } from 'preact/hooks';
import { del, patch, post, read, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Await, Button, Card, Chip, Dialog, Empty, Form, Note, Progress, SelectField, Table, TextField, tell, tellProblem } from '../../parts';
import { ended, useJob } from './job';
import { say } from './words.en';

type Kind = 'interactions' | 'texts' | 'files';
interface Rule {
  rule: number;
  source: string;
  kind: Kind;
  keep: number;
  before: string;
  active: boolean;
  tried: string | null;
  removed: number;
  last_removed: string | null;
}
interface Preview {
  rule: Rule;
  before: string;
  goes: number;
  oldest: string | null;
  sources: { source: string; goes: number; oldest: string }[];
}
interface Ran { interactions: number; texts: number }

const howLong = (r: { kind: Kind; keep: number }) => say(r.kind === 'files' ? 'keep_days' : 'keep_months', { n: r.keep });
const whatOf = (r: { kind: Kind; source: string }) =>
  (r.kind === 'files' ? say('keep_files') : say(r.source ? `keep_${r.kind}_of` : `keep_${r.kind}_all`, { source: r.source }));
const goesText = (kind: Kind, n: number) => say(`goes_${kind}`, { n });

export function Keeping() {
  const got = useGet<{ items: Rule[] }>('/keeping');
  const [editing, setEditing] = useState<Rule | 'new' | null>(null);
  const [trying, setTrying] = useState<Rule | null>(null);
  const [job, setJob] = useState(0);
  const changing = may('keeping');
  const done = () => { setEditing(null); setTrying(null); got.again(); };
  const turn = async (r: Rule, active: boolean) => {
    const { tag } = await read(`/keeping/${r.rule}`);
    await patch(`/keeping/${r.rule}`, { active }, { match: tag });
    done();
  };
  const remove = async (r: Rule) => {
    const { tag } = await read(`/keeping/${r.rule}`);
    await del(`/keeping/${r.rule}`, undefined, { match: tag });
    tell(say('keep_removed'), async () => { await post('/keeping', { source: r.source, kind: r.kind, keep: r.keep }); got.again(); });
    done();
  };
  const run = async () => setJob((await post<{ job: number }>('/jobs', { kind: 'keeping' })).job);
  return (
    <>
      <Note>{say('keep_intro')}</Note>
      <Card title={say('keep_caption')} actions={changing && <Button kind="main" icon="plus" onClick={() => setEditing('new')}>{say('keep_add')}</Button>}>
        <div class="data-parts">
          <Await got={got}>
            {({ items }) => (
              <>
                <Table caption={say('keep_caption')} captionHidden rows={items} keyOf={(r) => r.rule}
                  empty={<Empty title={say('keep_none')}>{say('keep_none_hint')}</Empty>} columns={[
                    { id: 'what', head: say('keep_what'), names: true, cell: whatOf, sort: whatOf },
                    { id: 'keep', head: say('keep_how_long'), cell: howLong },
                    { id: 'before', head: say('keep_before'), cell: (r) => locale.day(r.before), sort: (r) => r.before },
                    { id: 'state', head: say('keep_state'), cell: (r) => <Chip kind="plain">{say(r.active ? 'keep_on' : r.tried ? 'keep_off' : 'keep_untried')}</Chip> },
                    { id: 'removed', head: say('keep_gone'), number: true, cell: (r) => r.removed, sort: (r) => r.removed },
                  ]} actions={(r) => changing && (
                    <>
                      <Button kind="quiet" onClick={() => setTrying(r)}>{say('keep_try')}</Button>
                      {r.active && <Button kind="quiet" onClick={() => void turn(r, false).catch(tellProblem)}>{say('switch_off')}</Button>}
                      <Button kind="quiet" onClick={() => setEditing(r)}>{say('change')}</Button>
                      <Button kind="quiet" onClick={() => void remove(r).catch(tellProblem)}>{say('remove')}</Button>
                    </>
                  )} />
                {changing && items.some((r) => r.active) && <div class="actions"><Button onClick={() => void run().catch(tellProblem)}>{say('keep_run')}</Button></div>}
              </>
            )}
          </Await>
          {job > 0 && <Running job={job} done={got.again} />}
        </div>
      </Card>
      {editing && <Edit rule={editing === 'new' ? null : editing} done={done} close={() => setEditing(null)} />}
      {trying && <DryRun rule={trying} on={() => void turn(trying, true).catch(tellProblem)} close={done} />}
    </>
  );
}

function Running({ job, done }: { job: number; done: () => void }) {
  const got = useJob<Ran, unknown>(job);
  const [told, setTold] = useState(0);
  if (got.data && ended(got.data) && told !== job) {
    setTold(job);
    done();
  }
  return (
    <Await got={got} lines={1}>
      {(j) => {
        if (!ended(j)) return <Progress label={say('keep_running')} done={j.progress.total ? j.progress.done : undefined} of={j.progress.total ?? undefined} />;
        if (j.state !== 'done' || !j.result) return <Note kind="warn"><p>{j.error}</p><p class="muted">{j.hint}</p></Note>;
        return <Note kind="good"><p role="status">{say('keep_ran', { interactions: goesText('interactions', j.result.interactions), texts: goesText('texts', j.result.texts) })}</p></Note>;
      }}
    </Await>
  );
}

function Edit({ rule, done, close }: { rule: Rule | null; done: () => void; close: () => void }) {
  const sources = useGet<{ items: { source: string }[] }>('/sources/overview');
  const [kind, setKind] = useState<Kind>(rule?.kind ?? 'texts');
  const [source, setSource] = useState(rule?.source ?? '');
  const [keep, setKeep] = useState(String(rule?.keep ?? (kind === 'files' ? 7 : 24)));
  const save = async () => {
    if (!rule) await post('/keeping', { kind, keep: Number(keep), ...(kind !== 'files' && source && { source }) });
    else await patch(`/keeping/${rule.rule}`, { keep: Number(keep) }, { match: (await read(`/keeping/${rule.rule}`)).tag });
    done();
  };
  return (
    <Dialog title={rule ? whatOf(rule) : say('keep_add')} onClose={close}>
      <Form submit={say('keep_save')} cancel={close} onSubmit={save}>
        {!rule && (
          <SelectField label={say('keep_what')} value={kind} onChange={setKind} choices={[
            { value: 'texts', label: say('keep_texts') }, { value: 'interactions', label: say('keep_interactions') }, { value: 'files', label: say('keep_files') }]} />
        )}
        {!rule && kind !== 'files' && (
          <SelectField label={say('source')} value={source} onChange={setSource} choices={[
            { value: '', label: say('keep_all_sources') }, ...(sources.data?.items ?? []).map((s) => ({ value: s.source, label: s.source }))]} />
        )}
        <TextField type="number" label={say(kind === 'files' ? 'keep_in_days' : 'keep_in_months')} value={keep} onInput={setKeep} />
        <p class="muted">{say(rule ? 'keep_off_again' : 'keep_begins_off')}</p>
      </Form>
    </Dialog>
  );
}

function DryRun({ rule, on, close }: { rule: Rule; on: () => void; close: () => void }) {
  const [preview, setPreview] = useState<Preview | null>(null);
  const [failed, setFailed] = useState(false);
  const [asked, setAsked] = useState(false);
  if (!asked) {
    setAsked(true);
    post<Preview>(`/keeping/${rule.rule}/dry-run`).then(setPreview, (thrown) => { setFailed(true); tellProblem(thrown); close(); });
  }
  return (
    <Dialog title={say('keep_try_title', { what: whatOf(rule) })} onClose={close}>
      {!preview ? !failed && <Progress label={say('keep_trying')} /> : (
        <>
          <p><strong>{preview.goes === 0 ? say('keep_nothing', { before: locale.day(preview.before) })
            : say('keep_goes', { what: goesText(rule.kind, preview.goes), before: locale.day(preview.before), oldest: locale.day(preview.oldest ?? preview.before) })}</strong></p>
          {preview.sources.length > 0 && (
            <Table caption={say('keep_by_source')} rows={preview.sources} keyOf={(s) => s.source} columns={[
              { id: 'source', head: say('source'), cell: (s) => s.source || say('keep_no_source'), sort: (s) => s.source },
              { id: 'goes', head: say('keep_would_go'), number: true, cell: (s) => s.goes, sort: (s) => s.goes },
              { id: 'oldest', head: say('keep_oldest'), cell: (s) => locale.day(s.oldest), sort: (s) => s.oldest },
            ]} />
          )}
          <p class="muted">{say('keep_try_note')}</p>
          <div class="actions">
            {!preview.rule.active && <Button kind="main" onClick={on}>{say('keep_turn_on')}</Button>}
            <Button kind="quiet" onClick={close}>{say('keep_leave')}</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
