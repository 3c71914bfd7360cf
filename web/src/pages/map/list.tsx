// list.tsx - all maps, and how a new one is made: from what really happened, from a
// template, or from a file.
import { useState } from 'preact/hooks';
import { post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { flag, go, oneOf, useQuery } from '../../base/url';
import { Await, Button, Dialog, Empty, type Filter, FilterBar, Form, RadioField, SavedViews, TextField, filterQuery, noFilter, tell, tellProblem } from '../../parts';
import { type MapDoc, idFor, inQuotes } from './model';
import { say } from './words.en';

interface Row {
  map: number; id: string; title: string; goal: string; owner: string; version: number; intended: number | null; actual: number | null;
  stages: number; touchpoints: number; changed_ms: number; archived: boolean;
}
const params = { make: oneOf('', 'lived', 'template', 'file'), archived: flag() };

/** A template as text: what somebody asks for, from asking to solved. */
function request(id: string, title: string, goal: string): string {
  const stage = (name: string, ...touchpoints: string[][]) =>
    [`stage ${name} ${inQuotes(say(`template_stage_${name}` as 'template_stage_before'))} ${name}`,
      ...touchpoints.flatMap(([one = '', ...lines]) => [`touchpoint ${one} ${inQuotes(say(`template_${one}` as 'template_ask'))}`, ...lines])];
  const us = inQuotes(say('template_us'));
  return [
    `journey ${id} ${inQuotes(title)}`, ...(goal ? [`goal ${inQuotes(goal)}`] : []),
    ...stage('before', ['notice', 'from customer'], ['ask', `from customer to ${us}`]),
    ...stage('during', ['heard', `from ${us} to customer`, `promise ${inQuotes(say('template_promise'))} within 2d`], ['work', 'lane back', `from ${us}`], ['answer', `from ${us} to customer`, `feels 4 ${inQuotes(say('template_feels'))}`]),
    ...stage('after', ['confirm', 'from customer'], ['tell', 'from customer']),
  ].join('\n') + '\n';
}

function Make({ how, setHow, taken, close }: { how: 'lived' | 'template' | 'file'; setHow: (how: 'lived' | 'template' | 'file') => void; taken: string[]; close: () => void }) {
  const [title, setTitle] = useState(''), [goal, setGoal] = useState('');
  const [template, setTemplate] = useState<'empty' | 'request'>('request');
  const [noise, setNoise] = useState(20);
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [file, setFile] = useState<File | null>(null);
  const id = () => idFor({ stages: taken.map((t) => ({ id: t, name: '', when: 'during', flow: [] })), touchpoints: {}, id: '', title: '', goal: '', owner: '', note: '', length_ms: 0 }, title);
  const send = async () => {
    let made: MapDoc;
    if (how === 'file') {
      if (!file) return;
      const format = /\.(xml|cjml)$/i.test(file.name) ? 'cjml' : /\.(mmd|mermaid|md)$/i.test(file.name) ? 'mermaid' : 'journey';
      made = await post<MapDoc>(`/maps/import?format=${format}`, new Blob([await file.text()], { type: 'text/plain; charset=utf-8' }));
    } else if (how === 'lived') made = await post<MapDoc>('/maps', { discover: { noise: noise / 100, ...filterQuery(filter) }, title: title.trim() });
    else made = await post<MapDoc>('/maps', template === 'empty' ? { title: title.trim(), goal: goal.trim() } : { text: request(id(), title.trim(), goal.trim()) });
    go(`/maps/${made.map}`);
  };
  return (
    <Dialog title={say('make')} onClose={close} wide>
      <Form submit={say('make')} onSubmit={send} cancel={close} wide disabled={how === 'file' ? !file : !title.trim()}>
        <RadioField label={say('make_how')} value={how} onChange={setHow} choices={(['lived', 'template', 'file'] as const).map((h) => ({ value: h, label: say(`make_${h}`), help: say(`make_${h}_help`) }))} />
        {how !== 'file' && <TextField label={say('field_title')} help={say('field_title_help')} value={title} onInput={setTitle} most={200} />}
        {how === 'template' && (
          <>
            <TextField label={say('field_goal')} help={say('field_goal_help')} optional value={goal} onInput={setGoal} most={500} />
            <RadioField label={say('template')} value={template} onChange={setTemplate} choices={(['request', 'empty'] as const).map((t) => ({ value: t, label: say(`template_of_${t}`), help: say(`template_of_${t}_help`) }))} />
          </>
        )}
        {how === 'lived' && (
          <>
            <label class="map-noise">
              <span>{say('noise', { share: locale.share(noise / 100) })}</span>
              <input type="range" min="0" max="60" step="5" value={noise} aria-label={say('noise_label')} aria-valuetext={locale.share(noise / 100)} onInput={(e) => setNoise(Number(e.currentTarget.value))} />
              <small class="muted">{say(noise === 0 ? 'noise_all' : noise <= 20 ? 'noise_some' : 'noise_much')}</small>
            </label>
            <div onSubmit={(e) => e.stopPropagation()}><FilterBar value={filter} byProblem={false} onChange={(change) => setFilter({ ...filter, ...change })} /></div>
          </>
        )}
        {how === 'file' && (
          <div class="field">
            <label class="button plain map-file"><input type="file" class="quiet" accept=".journey,.xml,.cjml,.mmd,.mermaid,.md,.txt" onChange={(e) => setFile(e.currentTarget.files?.[0] ?? null)} />{file ? file.name : say('choose_file')}</label>
            <span class="help">{say('file_help')}</span>
          </div>
        )}
      </Form>
    </Dialog>
  );
}

export function List() {
  const [q, set] = useQuery(params);
  const got = useGet<{ maps: Row[] }>('/maps', { archived: 'yes' });
  const make = () => set({ make: 'lived' });
  const restore = (row: Row) => post(`/maps/${row.map}/restore`).then(() => { tell(say('restored', { what: row.title })); got.again(); }, tellProblem);
  return (
    <>
      <div class="actions">
        {may('maps') && <Button kind="main" icon="plus" onClick={make}>{say('make')}</Button>}
        <Button kind="quiet" pressed={q.archived} onClick={() => set({ archived: !q.archived })}>{say('show_archived')}</Button>
        <SavedViews page="maps" keeps={false} />
      </div>
      <Await got={got} lines={8}>
        {({ maps }) => {
          const shown = maps.filter((row) => row.archived === q.archived);
          if (!shown.length)
            return <Empty title={say(q.archived ? 'none_archived' : 'none')} action={!q.archived && may('maps') && <Button icon="plus" onClick={make}>{say('make')}</Button>}>{!q.archived && say('none_help')}</Empty>;
          return (
            <ul class="map-all">
              {shown.map((row) => (
                <li key={row.id} class="card">
                  <h2><a href={`/maps/${row.map}`}>{row.title}</a></h2>
                  {row.goal && <p class="map-quote">{row.goal}</p>}
                  <p class="muted">{say('stages_n', { n: row.stages })}, {say('touchpoints_n', { n: row.touchpoints })}. {row.owner ? say('owned_by', { who: row.owner }) : say('journey_nobodys')}</p>
                  <p class="muted">{say('version_n', { n: String(row.version) })}, {locale.ago(row.changed_ms)}
                    {row.intended !== null && <> · <a href={`/maps/${row.map}${row.intended === row.version ? '' : `?v=${row.intended}`}`}>{say('intended_is', { n: String(row.intended) })}</a></>}
                    {row.actual !== null && <> · <a href={`/maps/${row.map}${row.actual === row.version ? '' : `?v=${row.actual}`}`}>{say('actual_is', { n: String(row.actual) })}</a></>}
                  </p>
                  {row.archived && may('maps') && <div class="actions"><Button onClick={() => void restore(row)}>{say('restore')}</Button></div>}
                </li>
              ))}
            </ul>
          );
        }}
      </Await>
      {q.make && <Make how={q.make} setHow={(how) => set({ make: how }, { replace: true })} taken={(got.data?.maps ?? []).map((row) => row.id)} close={() => set({ make: '' })} />}
    </>
  );
}
