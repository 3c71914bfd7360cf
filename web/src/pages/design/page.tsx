// page.tsx - every part in all its states: what page authors choose from.
import { useMemo, useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Problem } from '../../base/problem';
import { oneOf, useQuery } from '../../base/url';
import {
  Bar, Behind, Board, Button, Card, ChartFrame, CheckField, Chip, Columns, Dialog, Empty, Fail, Figures, type Filter, FilterBar, Form, Lens,
  LinkButton, Menu, Note, type Pick, Picker, Progress, RadioField, SavedViews, SelectField, Shape, Skeleton, Sparkline, Table, Tabs, TextField, Timeline, WithLens,
  noFilter, tell,
} from '../../parts';
import { say } from './words.en';

const samples = ['Call in', 'Letter out', 'Told again', 'Passed on', 'Paid'].map((name, i) => ({
  name, department: ['Claims', 'Operations', 'Finance'][i % 3] ?? '', n: 1204 - i * 231, share: 0.62 - i * 0.11,
  trend: Array.from({ length: 12 }, (_, k) => 40 + ((i * 7 + k * 13) % 29)),
}));
const many = Array.from({ length: 2000 }, (_, i) => ({ id: i + 1, n: (i * 7919) % 1000 }));
const months = Array.from({ length: 12 }, (_, i) => ({ label: `2024-${String(i + 1).padStart(2, '0')}`, value: 800 + ((i * 337) % 500) }));
const moments = [
  ['2024-03-05T14:05:00Z', 'phone', 'Claims', 'Call in: "Where is my claim?"'],
  ['2024-03-05T09:12:00Z', 'web', 'Operations', 'Form sent'],
  ['2024-03-01T08:00:00Z', 'letter', 'Finance', 'Invoice'],
].map(([at = '', channel = '', department = '', what = ''], id) => ({ id, at, channel, department, what }));

function Tables() {
  return (
    <>
      <Card title={say('table')}>
        <Table caption={say('table')} captionHidden rows={samples} keyOf={(r) => r.name} selected={(r) => r.name === 'Told again'}
          actions={() => <Button kind="quiet">{say('open')}</Button>}
          columns={[
            { id: 'name', head: say('name'), cell: (r) => r.name, sort: (r) => r.name },
            { id: 'department', head: say('department'), cell: (r) => <Chip kind="department">{r.department}</Chip>, sort: (r) => r.department },
            { id: 'n', head: say('count'), cell: (r) => r.n, sort: (r) => r.n, number: true },
            { id: 'share', head: say('share'), cell: (r) => <span class="design-share"><Bar part={r.share} of={1} /> {locale.share(r.share)}</span>, sort: (r) => r.share },
            { id: 'trend', head: say('trend'), cell: (r) => <Sparkline values={r.trend} /> },
          ]} />
      </Card>
      <Card title={say('table_long')}>
        <Table caption={say('table_long')} captionHidden rows={many} keyOf={(r) => r.id} columns={[
          { id: 'id', head: say('name'), cell: (r) => `#${r.id}`, sort: (r) => r.id },
          { id: 'n', head: say('count'), cell: (r) => r.n, sort: (r) => r.n, number: true },
        ]} />
      </Card>
    </>
  );
}

function Charts() {
  const [filter, set] = useState<Filter>({ ...noFilter, from: '2024-01', channel: ['phone'], passed: ['Call in'] });
  return (
    <>
      <Card title={say('filter')}><FilterBar value={filter} onChange={(change) => set({ ...filter, ...change })} /></Card>
      <Card>
        <ChartFrame title={say('chart')} basis={say('chart_basis', { n: 12412 })} hidden={say('hidden')} name="months"
          table={{ rows: months, keyOf: (m) => m.label, columns: [
            { id: 'label', head: say('chart'), cell: (m) => locale.month(m.label), csv: (m) => m.label },
            { id: 'value', head: say('count'), cell: (m) => m.value, sort: (m) => m.value, number: true },
          ] }}>
          <Columns values={months} label={say('chart')} axis={(m) => locale.month(m)} />
        </ChartFrame>
      </Card>
      <Card title={say('timeline')}>
        <Timeline label={say('timeline')} items={moments} keyOf={(m) => m.id} at={(m) => m.at} thread={(m) => (m.id === 0 ? 'again' : undefined)}
          row={(m) => <><Chip kind="channel">{m.channel}</Chip> <Chip kind="department">{m.department}</Chip> {m.what}</>} />
      </Card>
    </>
  );
}

const stages = ['nobodys', 'offered', 'owned'] as const;
const cards = [
  { id: 1, stage: 'nobodys', what: 'Two welcome letters, two opening hours' },
  { id: 2, stage: 'nobodys', what: 'Address change bounces' },
  { id: 3, stage: 'offered', what: 'Claim told again at each hand-off' },
];
function Boards() {
  const [at, setAt] = useState<Record<number, string>>({});
  const stageOf = (c: typeof cards[number]) => at[c.id] ?? c.stage;
  return (
    <Card title={say('board')}>
      <div data-sample>
        <Board label={say('board')} keyOf={(c) => c.id} title={(c) => c.what} href={() => '/design'} card={() => <span class="muted">{say('board_card')}</span>}
          columns={stages.map((stage) => { const items = cards.filter((c) => stageOf(c) === stage); return { id: stage, title: say(`board_${stage}`), count: items.length, items }; })}
          ways={(c) => stages.filter((s) => s !== stageOf(c)).map((s) => ({ id: s, label: say(`board_${s}`), to: s }))}
          onWay={(c, way) => setAt({ ...at, [c.id]: way.to ?? '' })} />
      </div>
    </Card>
  );
}

const people: Pick[] = ['Ann Berg', 'Ben Cole', 'Cleo Dane'].map((label, i) => ({ value: i + 1, label, note: ['Claims', 'Operations', 'Finance'][i] ?? '' }));
const findSamples = (text: string) => Promise.resolve(people.filter((p) => p.label.toLowerCase().includes(text.toLowerCase())));

function Forms() {
  const [name, setName] = useState('Olga Owner');
  const [mail, setMail] = useState('olga.example.org');
  const [role, setRole] = useState('analyst');
  const [news, setNews] = useState(true);
  const [often, setOften] = useState('day');
  const [who, setWho] = useState<Pick[]>(people.slice(0, 1));
  return (
    <Card title={say('forms')}>
      <Form submit={say('save')} onSubmit={() => Promise.reject(new Problem(409, 'conflict', say('fail'), say('fail_remedy')))} cancel={() => setName('')}>
        <TextField label={say('form_name')} help={say('form_help')} value={name} onInput={setName} />
        <TextField label={say('form_wrong')} type="email" value={mail} onInput={setMail} error={say('form_wrong_is')} />
        <SelectField label={say('form_role')} value={role} onChange={setRole} choices={[{ value: 'analyst', label: say('analyst') }, { value: 'owner', label: say('owner') }]} />
        <Picker label={say('form_who')} help={say('form_who_help')} many kind="person" find={findSamples} chosen={who} onChange={setWho} />
        <CheckField label={say('form_tick')} help={say('form_tick_help')} checked={news} onChange={setNews} />
        <RadioField label={say('form_radio')} value={often} onChange={setOften} choices={[{ value: 'day', label: say('daily') }, { value: 'week', label: say('weekly') }]} />
      </Form>
    </Card>
  );
}

function States() {
  return (
    <Card title={say('states')}>
      <div class="design-stack" data-sample>
        <Skeleton lines={3} />
        <Empty title={say('empty')} action={<Button kind="main" icon="plus">{say('open')}</Button>}>{say('empty_hint')}</Empty>
        <Fail problem={new Problem(422, 'malformed', say('fail'), say('fail_remedy'))} again={() => undefined} />
        <Note kind="good"><p>{say('good')}</p></Note>
        <Note kind="warn"><p>{say('warn')}</p></Note>
        <Progress label={say('progress')} done={812} of={1400} />
        <Progress label={say('progress_unknown')} />
        <Figures items={[
          { label: say('figure_customers'), value: locale.number(12412), href: '/design' },
          { label: say('figure_wait'), value: locale.duration(187200000), note: say('figure_note') },
        ]} />
      </div>
    </Card>
  );
}

const toast = () => tell(say('toast_done'), async () => tell(say('toast_undone')));
const params = { tab: oneOf('one', 'two') };
export default function Design() {
  const [q, set] = useQuery(params);
  const [dialog, setDialog] = useState(false);
  const [lens, setLens] = useState(false);
  // What the page's own state does not touch is drawn once: a click then costs what it changes.
  const [samplesShown, statesShown] = useMemo(() => [
    <>
      <Tables />
      <Charts />
      <Forms />
      <Boards />
      <Card title={say('behind')}><div data-sample><Behind path="/customers" query={{ limit: 3 }} /></div></Card>
    </>,
    <States />,
  ], []);
  return (
    <WithLens lens={lens && <Lens title={say('lens_title')} onClose={() => setLens(false)}><p>{say('lens_text')}</p></Lens>}>
      <div class="design-stack">
        <Card title={say('buttons')}>
          <div class="actions">
            <Button kind="main">{say('save')}</Button><Button>{say('open')}</Button><Button kind="quiet">{say('open')}</Button>
            <Button kind="danger">{say('open')}</Button><Button disabled>{say('open')}</Button><Button busy>{say('open')}</Button>
            <Button icon="download">{say('open')}</Button><Button icon="download" iconOnly>{say('open')}</Button>
            <SavedViews page="design" />
            <Button pressed>{say('open')}</Button><LinkButton href="/design">{say('open')}</LinkButton>
            <Menu label={say('open')}>{[{ label: say('open'), href: '/design' }, { label: say('save'), onClick: () => undefined }]}</Menu>
          </div>
        </Card>
        <Card title={say('chips')}>
          <div class="actions">
            <Chip kind="person">Ann Example</Chip><Chip kind="department">Claims</Chip>
            {['phone', 'web', 'e-mail', 'letter', 'branch', 'app'].map((channel) => <Chip key={channel} kind="channel">{channel}</Chip>)}
            <Chip kind="person" href="/design">Olga Owner</Chip><Chip kind="plain" onRemove={() => undefined}>phone</Chip>
          </div>
        </Card>
        <Card title={say('shapes')}>
          <div class="actions">{(['completed', 'missing', 'failing', 'adhoc'] as const).map((state) => <Shape key={state} state={state} />)}</div>
        </Card>
        {samplesShown}
        <Card title={say('layers')}>
          <div class="actions">
            <Button onClick={() => setDialog(true)}>{say('dialog')}</Button>
            <Button onClick={() => setLens(true)}>{say('lens')}</Button>
            <Button onClick={toast}>{say('toast')}</Button>
          </div>
        </Card>
        <Card title={say('tabs')}>
          <Tabs label={say('tabs')} value={q.tab} onChange={(tab) => set({ tab })} tabs={[{ id: 'one', label: say('tab_one') }, { id: 'two', label: say('tab_two') }]}>
            <p>{q.tab === 'one' ? say('tab_one') : say('tab_two')}: {say('tab_text')}</p>
          </Tabs>
        </Card>
        {statesShown}
        {dialog && (
          <Dialog title={say('dialog')} onClose={() => setDialog(false)}>
            <p>{say('dialog_text')}</p>
            <div class="actions"><Button onClick={toast}>{say('toast')}</Button></div>
          </Dialog>
        )}
      </div>
    </WithLens>
  );
}
