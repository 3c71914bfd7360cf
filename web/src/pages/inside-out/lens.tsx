// lens.tsx - one finding: two messages side by side with what differs marked, the customers
// behind it, what holds, what is done about it, how often it was found, what came after.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { type Fields, type RecordPage, hrefOf, kindOf, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { go } from '../../base/url';
import { Await, Behind, Button, ChartFrame, Chip, Columns, Empty, Lens, LinkButton, Note, Table, tell, tellProblem } from '../../parts';
import { Ownership, RecordLine, handDraft } from '../../parts/records';
import { NotDialog, RightDialog } from './judge';
import { Letter } from './message';
import { keepDraft } from './draft';
import { type Difference, type Example, type Row, costOf, eachMonth, factName, monthName, ordered, pairOf, sortName, spanOf, wayName } from './types';
import { say } from './words.en';

interface Interval {
  share: number;
  low: number;
  high: number;
}
export interface Share extends Interval {
  n: number;
}
type Side = { customers: number } & Record<'contacts' | 'complaints' | 'low_scores', Share>;
interface Effects {
  reached: { says: string; most: string; customers: number; from_before: number; bands: (Share & { band: string })[] } | null;
  effect: { with: Side; without: Side; change: Record<'contacts' | 'complaints' | 'low_scores', Interval>; hit: number; enough: boolean; says: string } | null;
}
export interface Finding extends Row {
  examples: Example[];
  /** Where what is told again was known. */
  held: { department: string | null; touchpoint: string | null; source: string | null; systems: string[]; information: string[]; hits: number }[];
  merged: { text: string; intentions: { department: string; purpose: string | null }[]; open: Difference[]; draft: Fields } | null;
  /** Shared drafts that were taken over from it. */
  drafts: { record: number; title: string; state: string }[];
  history: { day: string; hits: number; customers: number }[];
  months: { month: string; hits: number; customers: number }[];
}

function Part({ title, children, actions }: { title: string; children: ComponentChildren; actions?: ComponentChildren }) {
  return (
    <section class="inside-part">
      <div class="inside-part-head"><h3>{title}</h3>{actions && <div class="actions">{actions}</div>}</div>
      {children}
    </section>
  );
}

// ---- Side by side ----------------------------------------------------------------------------------

function Pair({ example: e }: { example: Example }) {
  const marks = (side: 'a' | 'b') => e.differs.map((d) => ({ type: d.type, at: d[side].at, len: d[side].len }));
  const number = e.customer.number;
  const whoSays = (m: { department: string | null } | null) => say('the_first', { who: m?.department ?? say('department_unknown') });
  return (
    <>
      {e.differs.length > 0 && (
        <Table caption={say('differs')} captionHidden rows={e.differs} keyOf={(d) => e.differs.indexOf(d)} columns={[
          { id: 'type', head: say('differs'), names: true, cell: (d) => factName(d.type) },
          { id: 'a', head: whoSays(e.a), cell: (d) => <mark>{d.a.says || say('says_nothing')}</mark> },
          { id: 'b', head: whoSays(e.b), cell: (d) => <mark>{d.b.says || say('says_nothing')}</mark> },
        ]} />
      )}
      <div class="inside-pair">
        <Letter message={e.a} marks={marks('a')} customer={number} label={say(e.b ? 'first_message' : 'only_message')} />
        {e.b && e.b.id !== e.a.id && <Letter message={e.b} marks={marks('b')} customer={number} label={say('second_message')} />}
      </div>
      {e.ways.length > 0 && <p class="chips">{e.ways.map((w) => <Chip key={w} kind="plain">{wayName(w)}</Chip>)}</p>}
    </>
  );
}
function Examples({ examples, at, set }: { examples: Example[]; at: number; set: (at: number) => void }) {
  const i = Math.min(at, examples.length - 1), e = examples[i];
  if (!e) return <p class="muted">{say('no_examples')}</p>;
  return (
    <>
      <div class="inside-example">
        <p><a href={`/stories/${e.customer.number}`}>{say('example_of', { who: e.customer.name, n: i + 1, of: examples.length })}</a></p>
        {examples.length > 1 && (
          <div class="actions">
            <Button kind="quiet" icon="left" iconOnly disabled={i === 0} onClick={() => set(i - 1)}>{say('example_before')}</Button>
            <Button kind="quiet" icon="right" iconOnly disabled={i === examples.length - 1} onClick={() => set(i + 1)}>{say('example_next')}</Button>
          </div>
        )}
      </div>
      <Pair key={i} example={e} />
    </>
  );
}

// ---- What is done about it -----------------------------------------------------------------------------

/** Before it is published only those it touches see the record: others are told so. */
function RecordOf({ number, says }: { number: number; says: string }) {
  const kinds = useKinds();
  const got = useGet<RecordPage>(may('take-part') ? '/records/finding' : null, { text: says, limit: 200 });
  if (!may('take-part')) return null;
  return (
    <Await got={got} lines={2}>
      {({ items, names }) => {
        const r = items.find((one) => one.record === number);
        if (!r) return <p class="muted">{say('record_waits')}</p>;
        return (
          <>
            <RecordLine r={r} kind={kindOf(kinds.data, r.kind)} names={names} />
            {r.state === 'noticed' && <p class="muted">{say('record_reply')}</p>}
            <div class="actions">
              <LinkButton href={hrefOf(r)}>{say(r.state === 'noticed' ? 'ask_reply' : 'record_open')}</LinkButton>
              <Ownership r={r} onDone={got.again} main={false} />
            </div>
          </>
        );
      }}
    </Await>
  );
}

/** Step, department and system, never a person. */
function Held({ held }: { held: Finding['held'] }) {
  if (!held.length) return null;
  return (
    <Part title={say('held')}>
      <p class="muted">{say('held_help')}</p>
      <Table caption={say('held')} captionHidden rows={held} keyOf={(h) => held.indexOf(h)} columns={[
        { id: 'step', head: say('held_step'), names: true, cell: (h) => h.touchpoint ?? say('held_unknown') },
        { id: 'department', head: say('held_department'), cell: (h) => h.department ?? say('department_unknown') },
        { id: 'system', head: say('held_system'), cell: (h) => [...new Set([...h.systems, ...(h.source ? [h.source] : [])])].join(', ') || say('held_unknown') },
        { id: 'what', head: say('held_what'), cell: (h) => h.information.join(', ') },
        { id: 'n', head: say('held_times'), cell: (h) => h.hits, number: true },
      ]} />
    </Part>
  );
}

/** What became of it: drafts both departments work on, and their state. */
function Drafts({ drafts }: { drafts: Finding['drafts'] }) {
  const kind = kindOf(useKinds().data, 'shared-draft');
  if (!drafts.length) return null;
  return (
    <ul class="inside-plain" aria-label={say('drafts')}>
      {drafts.map((d) => <li key={d.record}><a href={hrefOf({ kind: 'shared-draft', record: d.record })}>{d.title}</a> <Chip kind="plain">{kind?.states.find((s) => s.name === d.state)?.label ?? d.state}</Chip></li>)}
    </ul>
  );
}

function Merged({ merged, drafts, subject }: { merged: NonNullable<Finding['merged']>; drafts: Finding['drafts']; subject: Row }) {
  const check = () => {
    keepDraft({ text: merged.text, department: subject.to?.name ?? '', purpose: subject.purpose ?? '' });
    go('/inside-out?tab=send');
  };
  const share = () => {
    handDraft('capture.shared-draft', merged.draft, []);
    go('/records/shared-draft/new?draft=capture');
  };
  const copy = () => navigator.clipboard.writeText(merged.text).then(() => tell(say('copied')), tellProblem);
  return (
    <Part title={say('merged')} actions={<>{may('take-part') && <Button kind={drafts.length ? 'quiet' : 'main'} onClick={share}>{say('share_draft')}</Button>}
      <Button kind="quiet" onClick={() => void copy()}>{say('copy')}</Button>
      <Button kind="quiet" onClick={check}>{say('check_it')}</Button></>}>
      <p class="muted">{say('merged_help')}</p>
      <Drafts drafts={drafts} />
      <ul class="inside-intentions">
        {merged.intentions.map((i) => <li key={`${i.department} ${i.purpose}`}>{i.purpose ? say('intention_of', { department: i.department, purpose: i.purpose }) : say('intention_plain', { department: i.department })}</li>)}
      </ul>
      {merged.open.length > 0 && (
        <Note>
          <p>{say('merged_open')}</p>
          <ul>{merged.open.map((o, i) => <li key={i}>{say('merged_open_one', { fact: factName(o.type), a: o.a.says, from: merged.intentions[0]?.department ?? say('department_unknown'), b: o.b.says, to: merged.intentions[1]?.department ?? say('department_unknown') })}</li>)}</ul>
        </Note>
      )}
      <div class="inside-letter"><div class="inside-letter-text whole">{merged.text}</div></div>
    </Part>
  );
}

// ---- What came of it -------------------------------------------------------------------------------------

const range = (s: Interval) => <small class="muted inside-range">{say('effect_range', { low: locale.share(s.low), high: locale.share(s.high) })}</small>;
const figure = (s: Interval) => <>{locale.share(s.share)} {range(s)}</>;
const points = (n: number) => `${n > 0 ? '+' : n < 0 ? '\u2212' : ''}${locale.number(Math.abs(Math.round(n * 100)))}`;

function Reached({ reached: r }: { reached: NonNullable<Effects['reached']> }) {
  return (
    <Part title={say('reached')}>
      <p>{r.says}</p>
      <Table caption={say('reached')} captionHidden rows={r.bands} keyOf={(b) => b.band} columns={[
        { id: 'band', head: say('reached_band'), names: true, cell: (b) => say(`band_${b.band}` as 'band_new') },
        { id: 'n', head: say('head_customers'), cell: (b) => b.n, number: true },
        { id: 'share', head: say('reached_share'), cell: figure },
      ]} />
      <p class="muted">{say('reached_rule')} {r.from_before > 0 && say('reached_before', { n: r.from_before })}</p>
    </Part>
  );
}
function Effect({ effect }: { effect: NonNullable<Effects['effect']> }) {
  const { with: a, without: b, change } = effect;
  return (
    <Part title={say('effect')}>
      <p>{effect.says}</p>
      {a.customers > 0 && (
        <Table caption={say('effect')} captionHidden rows={['contacts', 'complaints', 'low_scores'] as const} keyOf={(k) => k} columns={[
          { id: 'what', head: say('effect_what'), names: true, cell: (k) => say(`effect_${k === 'low_scores' ? 'low-scores' : k}`) },
          { id: 'with', head: `${say('effect_with')} (${locale.number(a.customers)})`, cell: (k) => figure(a[k]) },
          { id: 'without', head: `${say('effect_without')} (${locale.number(b.customers)})`, cell: (k) => figure(b[k]) },
          ...(effect.enough ? [{ id: 'change', head: say('effect_change'), cell: (k: 'contacts' | 'complaints' | 'low_scores') =>
            <>{points(change[k].share)} <small class="muted inside-range">{say('effect_range', { low: points(change[k].low), high: points(change[k].high) })}</small></> }] : []),
        ]} />
      )}
      <p class="muted">{say('effect_basis', { n: a.customers, of: effect.hit })}</p>
    </Part>
  );
}
/** Counted from all stories: asked for by itself, so that the messages stand there at once. */
function Came({ cause }: { cause: string }) {
  const got = useGet<Effects>(`/findings/${cause}/effect`);
  return <Await got={got} lines={4}>{(e) => <>{e.reached && <Reached reached={e.reached} />}{e.effect && <Effect effect={e.effect} />}</>}</Await>;
}
function When({ months }: { months: Finding['months'] }) {
  if (!months.length) return null;
  const all = eachMonth(months.map((m) => m.month)).map((month) => months.find((m) => m.month === month) ?? { month, hits: 0, customers: 0 });
  return (
    <Part title={say('happened')}>
      <ChartFrame title={say('head_customers')} basis={say('happened_basis')} name="finding-by-month" table={{
        rows: all, keyOf: (m) => m.month, columns: [
          { id: 'month', head: say('month'), names: true, cell: (m) => monthName(m.month), csv: (m) => m.month, sort: (m) => m.month },
          { id: 'n', head: say('head_customers'), cell: (m) => m.customers, number: true, sort: (m) => m.customers },
          { id: 'hits', head: say('head_times'), cell: (m) => m.hits, number: true, sort: (m) => m.hits },
        ],
      }}>
        <Columns values={all.map((m) => ({ label: m.month, value: m.customers }))} label={say('happened')} height={140} axis={monthName} />
      </ChartFrame>
    </Part>
  );
}
function History({ history }: { history: Finding['history'] }) {
  if (history.length < 2) return null;
  return (
    <Part title={say('how_often')}>
      <ChartFrame title={say('head_customers')} basis={say('history_basis')} name="finding" table={{
        rows: history, keyOf: (h) => h.day, columns: [
          { id: 'day', head: say('day'), cell: (h) => locale.day(`${h.day}T12:00:00Z`), csv: (h) => h.day },
          { id: 'n', head: say('head_customers'), cell: (h) => h.customers, number: true, sort: (h) => h.customers },
          { id: 'hits', head: say('head_times'), cell: (h) => h.hits, number: true, sort: (h) => h.hits },
        ],
      }}>
        <Columns values={history.map((h) => ({ label: h.day, value: h.customers }))} label={say('how_often')} height={120} axis={(d) => locale.dayShort(`${d}T12:00:00Z`)} />
      </ChartFrame>
    </Part>
  );
}

// ---- The lens ------------------------------------------------------------------------------------------------

export interface LensOf {
  cause: string;
  example: number;
  setExample: (at: number) => void;
  who: boolean;
  setWho: (who: boolean) => void;
  onClose: () => void;
  changed: () => void;
}
function Whole({ f, p, again }: { f: Finding; p: LensOf; again: () => void }) {
  const [open, setOpen] = useState<'right' | 'not' | null>(null);
  const done = () => { again(); p.changed(); };
  const back = () => post(`/findings/${f.cause}/judge`, { finding: true }).then(() => { tell(say('judged_back')); done(); }, tellProblem);
  const examples = f.examples.map((e) => ({ ...e, differs: ordered(e.differs, f.facts) }));
  const differs = examples.flatMap((e) => e.differs.map((d) => ({ e, d }))).sort((a, b) => Number(f.facts.includes(b.d.type)) - Number(f.facts.includes(a.d.type)));
  const can = may('findings');
  return (
    <>
      <p class="inside-lens-facts">
        <strong>{sortName(f.sort)}</strong>
        <span class="muted">{[pairOf(f), f.touchpoint, f.facts.map(factName).join(', '), say('moments', { n: f.hits }), f.cost_minutes ? costOf(f.cost_minutes) : '', spanOf(f)].filter(Boolean).join(' \u00b7 ')}</span>
      </p>
      {f.judged && (
        <Note>
          <p>{say('judged_by', { who: f.judged.person ?? say('somebody'), when: locale.day(f.judged.at_ms), why: f.judged.why })}</p>
          {can && <div class="actions"><Button kind="quiet" onClick={() => void back()}>{say('judged_again')}</Button></div>}
        </Note>
      )}
      <div class="actions">
        {can && differs.length > 0 && <Button kind="main" icon="check" onClick={() => setOpen('right')}>{say('right_name')}</Button>}
        {may('stories') && !f.waits ? <Button icon="people" expanded={p.who} onClick={() => p.setWho(!p.who)}>{say('customers_n', { n: f.customers })}</Button> : <strong>{say('customers_n', { n: f.customers })}</strong>}
        {can && !f.judged && <Button kind="quiet" onClick={() => setOpen('not')}>{say('not_finding')}</Button>}
      </div>
      {p.who && may('stories') && !f.waits && <Behind path={`/findings/${f.cause}/customers`} />}
      {f.waits && <Note><p>{say('waits')}</p></Note>}
      <Held held={f.held} />
      <Part title={say('side_by_side')}><Examples examples={examples} at={p.example} set={p.setExample} /></Part>
      {f.merged && <Merged merged={f.merged} drafts={f.drafts} subject={f} />}
      <Part title={say('record')}>{f.record ? <RecordOf number={f.record} says={f.says} /> : <p class="muted">{say('record_none')}</p>}</Part>
      {(f.examples.some((e) => e.b) || !may('stories')) && <Came cause={f.cause} />}
      <When months={f.months} />
      <History history={f.history} />
      {open === 'right' && <RightDialog cause={f.cause} differs={differs} onClose={() => setOpen(null)} onDone={done} />}
      {open === 'not' && <NotDialog cause={f.cause} onClose={() => setOpen(null)} onDone={done} />}
    </>
  );
}
export function FindingLens({ row, ...p }: LensOf & { row: Row | undefined }) {
  const got = useGet<Finding>(`/findings/${p.cause}`);
  const gone = got.problem?.status === 404;
  return (
    <Lens title={got.data?.says ?? row?.says ?? say('finding')} onClose={p.onClose}>
      {gone ? <Empty title={say('finding_gone')}>{say('finding_gone_help')}</Empty>
        : <Await got={got} lines={12}>{(f) => <Whole f={f} p={p} again={got.again} />}</Await>}
    </Lens>
  );
}
