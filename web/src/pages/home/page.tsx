// page.tsx - the first page: the organisation's mission, what is new, what waits for me,
// and where nothing is yet, the first steps. Live: jobs and arrivals change it by themselves.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { may, ourSettings, whoAmI } from '../../base/session';
import { Await, Card, ChartFrame, Columns, Empty, Fail, Figures, LinkButton, Note, Progress, Skeleton, Sparkline, Table, tellProblem } from '../../parts';
import { pages } from '../pages';
import { RoleViews } from './views';
import { say } from './words.en';

/** What is drawn of records comes after the rest, which does not wait for its script. */
type Ours = typeof import('./doing');
function useOurs(): Ours | null | undefined {
  const [ours, set] = useState<Ours | null | undefined>(may('take-part') || may('ask') ? undefined : null);
  useEffect(() => {
    if (ours === undefined) import('./doing').then(set, (thrown) => { set(null); tellProblem(thrown); });
  }, []);
  return ours;
}

interface Source {
  source: string;
  imports: number;
  stopped: number;
  interactions: number;
  live: boolean;
  first: string | null;
  last: string | null;
  weeks: number[];
  last_import: { file: string; last: string; rejected: number };
}
interface Overview {
  until: string;
  items: Source[];
}
interface Job {
  job: number;
  kind: 'import' | 'export' | 'merge' | 'check' | 'backup' | 'report' | 'find' | 'keeping';
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  owner: string | null;
  error: string | null;
  created: string;
  started: string | null;
}
interface Live {
  accepted: number;
  waiting: number;
}
const WEEK = 7 * 86400e3;
const there = (path: string) => pages.find((page) => page.path === path && (!page.may || may(page.may)));

// ---- What is new ---------------------------------------------------------------------------------

function weeksOf(overview: Overview): { label: string; value: number }[] {
  const n = overview.items[0]?.weeks.length ?? 0, until = Date.parse(overview.until);
  return Array.from({ length: n }, (_, i) => ({
    label: new Date(until - (n - i) * WEEK).toISOString().slice(0, 10),
    value: overview.items.reduce((sum, s) => sum + (s.weeks[i] ?? 0), 0),
  }));
}

function New({ overview, customers, live }: { overview: Overview; customers: number | undefined; live: Live | undefined }) {
  const all = overview.items.reduce((sum, s) => sum + s.interactions, 0);
  const firsts = overview.items.flatMap((s) => (s.first ? [s.first] : [])).sort();
  const lasts = overview.items.flatMap((s) => (s.last ? [s.last] : [])).sort();
  const weeks = weeksOf(overview);
  const shown = weeks.reduce((sum, w) => sum + w.value, 0);
  const stories = there('/stories')?.path, actual = there('/actual')?.path;
  return (
    <Card title={say('new')}>
      <div class="home-stack">
        <Figures items={[
          ...(customers === undefined ? [] : [{ label: say('customers'), value: locale.number(customers), ...(stories && { href: stories }) }]),
          {
            label: say('interactions', { n: all }), value: locale.number(all), ...(actual && { href: actual }),
            ...(firsts[0] && { note: say('interactions_note', { first: locale.day(firsts[0]), last: locale.day(lasts[lasts.length - 1] ?? firsts[0]) }) }),
          },
        ]} />
        {live && live.accepted > 0 && (
          <p class="muted" role="status">{say('live_now', { n: live.accepted })} {live.waiting > 0 && say('live_waiting', { n: live.waiting })}</p>
        )}
        <ChartFrame title={say('weeks')} basis={say('weeks_basis', { until: locale.day(overview.until), n: shown })} name="weeks"
          table={{ rows: weeks, keyOf: (w) => w.label, columns: [
            { id: 'week', head: say('week'), cell: (w) => locale.day(w.label), csv: (w) => w.label },
            { id: 'n', head: say('count'), cell: (w) => w.value, sort: (w) => w.value, number: true },
          ] }}>
          <Columns values={weeks} label={say('weeks')} axis={(w) => locale.dayShort(w)} />
        </ChartFrame>
        <Table caption={say('sources')} rows={overview.items} keyOf={(s) => s.source} columns={[
          { id: 'source', head: say('source'), cell: (s) => s.source, sort: (s) => s.source },
          { id: 'n', head: say('count'), cell: (s) => s.interactions, sort: (s) => s.interactions, number: true },
          { id: 'weeks', head: say('weeks'), cell: (s) => <Sparkline values={s.weeks} /> },
          { id: 'last', head: say('newest'), cell: (s) => (s.last ? locale.day(s.last) : ''), sort: (s) => s.last, number: true },
          { id: 'imported', head: say('imported'), cell: (s) => (s.live ? say('live') : locale.ago(s.last_import.last)), sort: (s) => s.last_import.last, number: true },
        ]} />
      </div>
    </Card>
  );
}

// ---- What waits ------------------------------------------------------------------------------------

function Waits({ overview, failed }: { overview: Overview | undefined; failed: Job[] }) {
  const data = there('/data')?.path;
  const rejected = overview?.items.filter((s) => s.last_import.rejected > 0) ?? [];
  const items: { key: string; text: string; href?: string; go?: string }[] = [
    ...(whoAmI().must_add_factor ? [{ key: 'factor', text: say('waits_factor'), href: '/account', go: say('step_go') }] : []),
    ...failed.map((j) => ({
      key: `job ${j.job}`, text: say('waits_failed', { kind: say(`kind_${j.kind}`), why: j.error ?? say(`state_${j.state}`) }),
      ...(data && { href: data, go: say('waits_look') }),
    })),
    ...rejected.map((s) => ({
      key: `rows ${s.source}`, text: say('waits_rejected', { n: s.last_import.rejected, file: s.last_import.file }),
      ...(data && { href: data, go: say('waits_mend') }),
    })),
    ...(may('settings') && !ourSettings().settings.mission ? [{ key: 'mission', text: say('waits_mission'), href: '/settings', go: say('mission_write') }] : []),
  ];
  return (
    <Card title={say('waits')}>
      {!items.length ? <p class="muted">{say('waits_none')}</p> : (
        <ul class="home-waits">
          {items.map((item) => (
            <li key={item.key}><span>{item.text}</span>{item.href && <LinkButton href={item.href}>{item.go}</LinkButton>}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Jobs({ jobs }: { jobs: Job[] }) {
  const running = jobs.filter((j) => j.state === 'running');
  return (
    <Card title={say('jobs')}>
      <div class="home-stack">
        {running.map((j) => <Progress key={j.job} label={say(`kind_${j.kind}`)} />)}
        <Table caption={say('jobs')} captionHidden rows={jobs.slice(0, 8)} keyOf={(j) => j.job} empty={<p class="muted">{say('jobs_none')}</p>}
          columns={[
            { id: 'kind', head: say('kind'), cell: (j) => say(`kind_${j.kind}`) },
            { id: 'state', head: say('state'), cell: (j) => say(`state_${j.state}`) },
            { id: 'begun', head: say('begun'), cell: (j) => locale.ago(j.started ?? j.created), number: true },
          ]} />
      </div>
    </Card>
  );
}

function FirstSteps() {
  const data = there('/data')?.path;
  const steps = [
    ...(may('import') ? [{ title: say('step_file'), hint: say('step_file_hint'), ...(data ? { href: data } : { none: say('step_file_none') }) }] : []),
    ...(may('settings') ? [{ title: say('step_words'), hint: say('step_words_hint'), href: '/settings' }] : []),
    ...(may('people') ? [{ title: say('step_people'), hint: say('step_people_hint'), href: '/people' }] : []),
  ];
  return (
    <Card title={say('steps')}>
      <p>{say('steps_lead')}</p>
      <ol class="home-steps">
        {steps.map((step) => (
          <li key={step.title}>
            <div><strong>{step.title}</strong><p class="muted">{step.hint} {'none' in step && step.none}</p></div>
            {'href' in step && step.href && <LinkButton href={step.href} kind="main">{say('step_go')}</LinkButton>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

// ---- The page ------------------------------------------------------------------------------------------

export default function Home() {
  const { settings } = ourSettings();
  const [jobs, setJobs] = useState<Job[]>([]);
  const [live, setLive] = useState<Live | undefined>(undefined);
  const overview = useGet<Overview>(may('sources') ? '/sources/overview' : null);
  const identities = useGet<{ customers: number }>(may('identities') ? '/identities' : null);
  const accepted = useRef(-1), asked = useRef(0);
  const again = () => {
    if (Date.now() < asked.current + 5000) return; // arrivals come every second: figures need not
    asked.current = Date.now();
    overview.again();
    identities.again();
  };
  useEvents<Job>('job', (job) => {
    const before = jobs.find((other) => other.job === job.job);
    setJobs((old) => [job, ...old.filter((other) => other.job !== job.job)].sort((a, b) => b.job - a.job));
    if (before && before.state !== job.state && job.state === 'done') again();
  });
  useEvents<Live>('live', (now) => {
    setLive(now);
    if (accepted.current >= 0 && now.accepted !== accepted.current) again();
    accepted.current = now.accepted;
  });
  const empty = overview.data && !overview.data.items.length;
  const ours = useOurs();
  const mine = jobs.filter((j) => j.state === 'failed' && j.owner === whoAmI().name).slice(0, 3);
  return (
    <>
      {settings.mission && <p class="mission">{settings.mission}</p>}
      {!whoAmI().roles.length && <Note kind="warn"><p>{say('roles_none')}</p></Note>}
      {overview.problem && <Fail problem={overview.problem} again={overview.again} />}
      <div class="home">
        <div class="home-stack">
          {empty && <FirstSteps />}
          {may('sources') && !empty && !overview.problem && (
            <Await got={{ ...overview, problem: undefined }} lines={24}>
              {(data) => <New overview={data} customers={identities.data?.customers} live={live} />}
            </Await>
          )}
          {ours && <ours.Ruined />}
          {ours && <ours.TakingPart />}
          {!may('sources') && identities.data && (
            <Card title={say('new')}><Figures items={[{ label: say('customers'), value: locale.number(identities.data.customers) }]} /></Card>
          )}
          {!may('sources') && !may('ask') && <Empty title={say('waits_none')} />}
        </div>
        <div class="home-stack">
          <Waits overview={overview.data} failed={mine} />
          <RoleViews />
          {ours ? <ours.Doing /> : ours === undefined && <Skeleton lines={6} />}
          <Jobs jobs={jobs} />
        </div>
      </div>
    </>
  );
}
