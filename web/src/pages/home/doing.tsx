// doing.tsx - what we do about it, on the first page: does everything start from a
// customer (the focus register), what was fixed lately, by whom, and who takes part.
import { useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { type Rec, type RecordPage, hrefOf, kindOf, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Bar, Card, LinkButton, Table } from '../../parts';
import { OwnerOf, RuinedDays, StateOf } from '../../parts/records';
import { say } from './words.en';

interface Register {
  things: number;
  focused: number;
  touchpoints_not_named: number;
  departments: { department: number; name: string; things: number; focused: number }[];
  unfocused: { record: number; title: string }[];
}

function Focus() {
  const kinds = useKinds();
  const kind = kindOf(kinds.data, 'focus');
  const got = useGet<Register>(kind ? '/focus' : null);
  useEvents('record', got.again);
  if (!kind || !got.data) return null;
  const { things: n, focused, departments, unfocused, touchpoints_not_named: unnamed } = got.data;
  return (
    <Card title={say('focus')} actions={kind.may_make && kind.active && <LinkButton kind="quiet" icon="plus" href="/records/focus/new">{kind.add}</LinkButton>}>
      {!n ? <p class="muted">{say('focus_none')}</p> : (
        <div class="home-stack">
          <p>{say('focus_all', { n, share: locale.share(focused, n) })} <a href="/records/focus">{say('look')}</a></p>
          <Table caption={say('focus')} captionHidden rows={departments} keyOf={(r) => r.department} columns={[
            { id: 'department', head: say('focus_department'), cell: (r) => r.name || say('focus_nobody'), sort: (r) => r.name },
            { id: 'share', head: say('focus_share'), cell: (r) => <><Bar part={r.focused} of={r.things} /> {locale.share(r.focused, r.things)}</>, sort: (r) => r.focused / r.things },
            { id: 'n', head: say('focus_n'), cell: (r) => r.things, sort: (r) => r.things, number: true },
          ]} />
          {unfocused.length > 0 && (
            <details>
              <summary>{say('focus_open', { n: unfocused.length })}</summary>
              <ul class="home-open">{unfocused.slice(0, 30).map((r) => <li key={r.record}><a href={hrefOf({ kind: 'focus', record: r.record })}>{r.title}</a></li>)}</ul>
            </details>
          )}
          {unnamed > 0 && <p class="muted">{say('focus_touchpoints', { n: unnamed })}</p>}
        </div>
      )}
    </Card>
  );
}

interface Figure {
  figure: 'took-part' | 'outside' | 'front-line-reports' | 'front-line-fixes' | 'pledges-kept' | 'time-to-share';
  part: number | null;
  of: number | null;
  median_ms: number | null;
  says: string;
}
interface Participation {
  from: string;
  says: string;
  figures: Figure[];
  departments: { department: number | null; name: string; people: number; took_part: number }[];
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
        {got.data.departments.length > 1 && (
          <details>
            <summary>{say('part_departments')}</summary>
            <Table caption={say('part_departments')} captionHidden rows={got.data.departments} keyOf={(d) => d.name} columns={[
              { id: 'name', head: say('focus_department'), cell: (d) => d.name },
              { id: 'share', head: say('part_took-part'), cell: (d) => <><Bar part={d.took_part} of={d.people} /> {locale.share(d.took_part, d.people)}</> },
              { id: 'people', head: say('part_people'), cell: (d) => d.people, number: true },
            ]} />
          </details>
        )}
      </div>
    </Card>
  );
}

const mended = new Set(['fixed', 'confirmed', 'made', 'measured']);
function FixedLately() {
  const kinds = useKinds();
  const got = useGet<RecordPage>(kinds.data ? '/records' : null, { order: 'changed', limit: 100 });
  if (!got.data || !kinds.data) return null;
  const items: Rec[] = got.data.items.filter((r) => mended.has(r.state) && !r.merged_into).slice(0, 6);
  return (
    <Card title={say('fixed')} actions={<LinkButton kind="quiet" href="/no-brainers?tab=lookout">{say('look')}</LinkButton>}>
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
  return may('take-part') ? <><FixedLately /><Focus /><TakePart /></> : null;
}
/** As the first thing one reads. */
export const Ruined = () => <RuinedDays whole />;
