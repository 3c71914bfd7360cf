// doing.tsx - what we do about it, on the first page: does everything start from a
// customer (the focus register), what was fixed lately, by whom, and who takes part.
import { useState } from 'preact/hooks';
import { get, useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { type Kind, type Rec, type RecordPage, hrefOf, kindOf, makeRecord, moveRecord, once, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Await, Bar, Button, Card, Dialog, Form, LinkButton, SelectField, Table, TextField, tell } from '../../parts';
import { OwnerOf, RuinedDays, StateOf } from '../../parts/records';
import { say } from './doing.words.en';

interface Register {
  things: number;
  focused: number;
  left_out: number;
  sorts: { is: Sort; things: number; focused: number }[];
  departments: { department: number; name: string; things: number; focused: number }[];
  unfocused: Thing[];
}
type Sort = 'touchpoint' | 'design' | 'message' | 'decision' | 'process';
interface Thing { record: number; title: string; is: Sort; department: number; touchpoint: number }

/** Whom a thing is for, and which need it starts from: said in one step. */
function ForWhom({ thing, onDone, onClose }: { thing: Thing; onDone: () => void; onClose: () => void }) {
  const [who, setWho] = useState(''), [need, setNeed] = useState('');
  const [key] = useState(once);
  const save = async () => {
    const fields = { who, need };
    const r = thing.record ? await get<Rec>(`/records/focus/${thing.record}`) : await makeRecord('focus', {
      fields: { what: thing.title, is: thing.is, ...fields, ...(thing.department && { department: thing.department }), ...(thing.touchpoint && { touchpoint: thing.touchpoint }) },
    }, key);
    await moveRecord(r, 'focus', thing.record ? { fields } : {});
    tell(say('focus_said', { what: thing.title }));
    onDone();
    onClose();
  };
  return (
    <Dialog title={say('focus_whom_of', { what: thing.title })} onClose={onClose}>
      <Form submit={say('focus_save')} onSubmit={save} cancel={onClose} disabled={!who.trim() || !need.trim()}>
        <TextField label={say('focus_who')} help={say('focus_who_help')} value={who} onInput={setWho} most={300} />
        <TextField label={say('focus_need')} help={say('focus_need_help')} value={need} onInput={setNeed} lines={3} most={1000} />
      </Form>
    </Dialog>
  );
}

const LISTED = 20;
function Unfocused({ things, sorts, may: canSay, again }: { things: Thing[]; sorts: Register['sorts']; may: boolean; again: () => void }) {
  const [is, setIs] = useState<Sort | ''>(''), [most, setMost] = useState(LISTED), [saying, setSaying] = useState<Thing | null>(null);
  const shown = things.filter((t) => !is || t.is === is);
  return (
    <details>
      <summary>{say('focus_open', { n: things.length })}</summary>
      <div class="home-stack">
        <SelectField<Sort | ''> label={say('focus_sort')} value={is} onChange={(v) => { setIs(v); setMost(LISTED); }}
          choices={[{ value: '', label: say('focus_sort_all') }, ...sorts.filter((k) => k.things).map((k) => ({ value: k.is, label: say(`focus_is_${k.is}`) }))]} />
        <ul class="home-whom">
          {shown.slice(0, most).map((t) => (
            <li key={`${t.is} ${t.title} ${t.department}`}>
              <span>{t.record ? <a href={hrefOf({ kind: 'focus', record: t.record })}>{t.title}</a> : t.title} <small class="muted">{say(`focus_one_${t.is}`)}</small></span>
              {canSay && <Button onClick={() => setSaying(t)}>{say('focus_whom')}<span class="quiet"> {t.title}</span></Button>}
            </li>
          ))}
        </ul>
        {shown.length > most && <Button kind="quiet" onClick={() => setMost(most + 3 * LISTED)}>{say('focus_more', { n: shown.length - most })}</Button>}
      </div>
      {saying && <ForWhom thing={saying} onDone={again} onClose={() => setSaying(null)} />}
    </details>
  );
}

function Focus() {
  const kinds = useKinds();
  const kind = kindOf(kinds.data, 'focus');
  const got = useGet<Register>(kind ? '/focus' : null);
  useEvents('record', got.again);
  if (!kind || !got.data) return null;
  const { things: n, focused, sorts, departments, unfocused, left_out: left } = got.data;
  return (
    <Card title={say('focus')} actions={kind.may_make && kind.active && <LinkButton kind="quiet" icon="plus" href="/records/focus/new">{kind.add}</LinkButton>}>
      {!n ? <p class="muted">{say('focus_none')}</p> : (
        <div class="home-stack home-focus">
          <p>{say('focus_all', { n, share: locale.share(focused, n) })} <a href="/records/focus">{say('focus_look')}</a></p>
          {left > 0 && <p class="muted">{say('focus_left', { n: left })}</p>}
          <Table caption={say('focus')} captionHidden rows={departments} keyOf={(r) => r.department} columns={[
            { id: 'department', head: say('focus_department'), cell: (r) => r.name || say('focus_nobody'), sort: (r) => r.name },
            { id: 'share', head: say('focus_share'), cell: (r) => <><Bar part={r.focused} of={r.things} /> {locale.share(r.focused, r.things)}</>, sort: (r) => r.focused / r.things },
            { id: 'n', head: say('focus_n'), cell: (r) => r.things, sort: (r) => r.things, number: true },
          ]} />
          <Table caption={say('focus_sorts')} captionHidden rows={sorts.filter((k) => k.things)} keyOf={(k) => k.is} columns={[
            { id: 'is', head: say('focus_what'), names: true, cell: (k) => say(`focus_is_${k.is}`) },
            { id: 'share', head: say('focus_share'), cell: (k) => <><Bar part={k.focused} of={k.things} /> {locale.share(k.focused, k.things)}</> },
            { id: 'n', head: say('focus_n'), cell: (k) => k.things, number: true },
          ]} />
          {unfocused.length > 0 && <Unfocused things={unfocused} sorts={sorts} may={kind.may_make && kind.active} again={got.again} />}
        </div>
      )}
    </Card>
  );
}

interface Figure {
  figure: 'took-part' | 'across-departments' | 'across-levels' | 'outside' | 'front-line-reports' | 'front-line-fixes' | 'pledges-kept' | 'time-to-share';
  part: number | null;
  of: number | null;
  median_ms: number | null;
  says: string;
}
const areas = ['findings', 'fixes', 'walks', 'maps'] as const;
type TookPart = { people: number; took_part: number } & Record<typeof areas[number], number>;
interface Group { department: number | null; name: string }
interface Participation {
  from: string;
  says: string;
  figures: Figure[];
  departments: (TookPart & Group)[];
  levels: (TookPart & { name: string })[];
  trend: (TookPart & { from: string; until: string })[];
  together: { one: Group; other: Group; things: number }[];
}

/** Who took part of whom, in all and in what: groups, or spans of time. */
function Groups<T extends TookPart>({ title, head, rows, name }: { title: string; head: string; rows: T[]; name: (row: T) => string }) {
  return (
    <Table caption={title} rows={rows} keyOf={name} columns={[
      { id: 'name', head, names: true, cell: name },
      { id: 'share', head: say('part_took-part'), cell: (d: T) => <><Bar part={d.took_part} of={d.people} /> {locale.share(d.took_part, d.people)}</> },
      ...areas.map((area) => ({ id: area, head: say(`part_${area}`), cell: (d: T) => locale.share(d[area], d.people), number: true })),
      { id: 'people', head: say('part_people'), cell: (d: T) => d.people, number: true },
    ]} />
  );
}

/** Shares, never people; what has nothing to tell yet is left out. */
function TakePart() {
  const got = useGet<Participation>('/participation');
  const told = got.data?.figures.filter((f) => f.of);
  if (!got.data || !told?.length) return null;
  const value = (f: Figure) => (f.median_ms === null
    ? <><Bar part={f.part ?? 0} of={f.of ?? 0} /> {locale.share(f.part ?? 0, f.of ?? 0)}</>
    : say('part_within', { time: locale.duration(f.median_ms) }));
  return (
    <Card title={say('part')}>
      <div class="home-stack">
        <Table caption={say('part')} captionHidden rows={told} keyOf={(f) => f.figure} columns={[
          { id: 'figure', head: say('part_what'), cell: (f) => say(`part_${f.figure}`) },
          { id: 'share', head: say('part_share'), cell: value },
          { id: 'of', head: say('part_of'), cell: (f) => f.of ?? 0, number: true },
        ]} />
        <details>
          <summary>{say('part_says')}</summary>
          <p class="muted">{got.data.says}</p>
          <ul class="home-open">{told.map((f) => <li key={f.figure}><strong>{say(`part_${f.figure}`)}.</strong> {f.says}</li>)}</ul>
        </details>
        {got.data.departments.length > 0 && (
          <details>
            <summary>{say('part_who')}</summary>
            <div class="home-stack">
              <Groups title={say('part_departments')} head={say('focus_department')} rows={got.data.departments} name={(d) => d.name} />
              <Groups title={say('part_levels')} head={say('part_level')} rows={got.data.levels} name={(d) => d.name} />
              {got.data.trend.length > 1 && <Groups title={say('part_trend')} head={say('part_until')} rows={got.data.trend} name={(t) => locale.day(t.until)} />}
              {got.data.together.length > 0 && (
                <Table caption={say('part_together')} rows={got.data.together} keyOf={(p) => `${p.one.name} ${p.other.name}`} columns={[
                  { id: 'one', head: say('focus_department'), names: true, cell: (p) => p.one.name },
                  { id: 'other', head: say('part_with'), cell: (p) => p.other.name },
                  { id: 'things', head: say('part_things'), cell: (p) => p.things, number: true },
                ]} />
              )}
            </div>
          </details>
        )}
      </div>
    </Card>
  );
}

interface Est { n: number; value: number; low: number; high: number }
interface Side { before: Est | number | null; now: Est | number | null; change?: Est | null }
interface Loyalty { from: string; turn: string; until: string; says: string; measures: { measure: 'content' | 'stay' | 'recommend'; definition: string; customers: Side; colleagues: Side }[] }
const estimate = (e: Est | number | null): string => {
  if (e === null) return '\u2013';
  return typeof e === 'number' ? locale.number(e) : say('loyal_share', { share: locale.number(e.value), n: locale.number(e.n) });
};
/** How loyal customers are, and beside it how loyal colleagues are. */
function LoyaltyTable() {
  const got = useGet<Loyalty>('/loyalty');
  const of = (side: 'customers' | 'colleagues', when: 'before' | 'now') => ({
    id: `${side}-${when}`, head: say(`loyal_${side}_${when}`), cell: (m: Loyalty['measures'][number]) => estimate(m[side][when]), number: true,
  });
  if (got.problem) return <p class="muted">{got.problem.remedy || got.problem.message}</p>;
  return (
    <Await got={got} lines={4}>
      {(l) => (
        <div class="home-stack">
          <Table caption={say('loyal')} captionHidden rows={l.measures} keyOf={(m) => m.measure} columns={[
            { id: 'measure', head: say('part_what'), names: true, cell: (m) => say(`loyal_${m.measure}`) },
            of('customers', 'before'), of('customers', 'now'), of('colleagues', 'before'), of('colleagues', 'now'),
          ]} />
          <p class="muted">{l.says}</p>
          <ul class="home-open">{l.measures.map((m) => <li key={m.measure}><strong>{say(`loyal_${m.measure}`)}.</strong> {m.definition}</li>)}</ul>
        </div>
      )}
    </Await>
  );
}
/** Asked for when it is opened: it is counted from all stories. */
function Loyal() {
  const [open, setOpen] = useState(false);
  return (
    <Card title={say('loyal')}>
      <p class="muted">{say('loyal_lead')}</p>
      <details onToggle={(e) => setOpen((e.currentTarget as HTMLDetailsElement).open)}>
        <summary>{say('loyal_open')}</summary>
        {open && <LoyaltyTable />}
      </details>
    </Card>
  );
}

const mended = new Set(['fixed', 'confirmed', 'made', 'measured']);
/** A kept promise ends confirmed, too, but mends nothing. */
const ofMending = (kinds: Kind[]) => kinds.filter((k) => k.states.some((s) => s.name === 'fixed' || s.name === 'measured')).map((k) => k.name).join();
function FixedLately() {
  const kinds = useKinds();
  const got = useGet<RecordPage>(kinds.data ? '/records' : null, { kinds: ofMending(kinds.data ?? []), order: 'changed', limit: 100 });
  if (!got.data || !kinds.data) return null;
  const items: Rec[] = got.data.items.filter((r) => mended.has(r.state) && !r.merged_into).slice(0, 6);
  return (
    <Card title={say('fixed')} actions={<LinkButton kind="quiet" href="/no-brainers?tab=lookout">{say('focus_look')}</LinkButton>}>
      {items.length ? (
        <ul class="home-fixed">
          {items.map((r) => (
            <li key={r.record}>
              <a href={hrefOf(r)}>{r.title}</a>
              <p class="muted"><StateOf kind={kindOf(kinds.data, r.kind)} r={r} /> <OwnerOf r={r} names={got.data?.names} /> {locale.ago(r.state_at)}</p>
            </li>
          ))}
        </ul>
      ) : <p class="muted">{say('fixed_none')} <a href="/no-brainers">{say('fixed_go')}</a></p>}
    </Card>
  );
}

export function Doing() {
  return may('take-part') ? <><FixedLately /><Focus /></> : null;
}
/** Wide: it has tables. */
export function TakingPart() {
  return <>{may('take-part') && <TakePart />}{may('ask') && <Loyal />}</>;
}
/** As the first thing one reads. */
export const Ruined = () => <RuinedDays whole />;
