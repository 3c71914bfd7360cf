// doing.tsx - what we do about it, on the first page: does everything start from a
// customer (the focus register), and what was fixed lately, by whom.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { type Rec, type RecordPage, hrefOf, kindOf, nameIn, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Bar, Card, LinkButton, Table } from '../../parts';
import { OwnerOf, RuinedDays, StateOf } from '../../parts/records';
import { say } from './words.en';

interface Row {
  department: string;
  n: number;
  focused: number;
}
function byDepartment(page: RecordPage): Row[] {
  const rows = new Map<string, Row>();
  for (const r of page.items.filter((one) => one.state !== 'retired')) {
    const number = Number(r.fields['department'] ?? r.department ?? 0);
    const department = number ? nameIn(page.names, 'department', number) : say('focus_nobody');
    const row = rows.get(department) ?? { department, n: 0, focused: 0 };
    rows.set(department, { ...row, n: row.n + 1, focused: row.focused + Number(r.state === 'focused') });
  }
  return [...rows.values()].sort((a, b) => b.n - a.n);
}

function Focus() {
  const kinds = useKinds();
  const kind = kindOf(kinds.data, 'focus');
  const got = useGet<RecordPage>(kind ? '/records/focus' : null, { limit: 500 });
  if (!kind || !got.data) return null;
  const rows = byDepartment(got.data), open = got.data.items.filter((r) => r.state === 'open');
  const n = rows.reduce((sum, r) => sum + r.n, 0), focused = rows.reduce((sum, r) => sum + r.focused, 0);
  return (
    <Card title={say('focus')} actions={kind.may_make && kind.active && <LinkButton kind="quiet" icon="plus" href="/records/focus/new">{kind.add}</LinkButton>}>
      {!n ? <p class="muted">{say('focus_none')}</p> : (
        <div class="home-stack">
          <p>{say('focus_all', { n, share: locale.share(focused, n) })} <a href="/records/focus">{say('look')}</a></p>
          <Table caption={say('focus')} captionHidden rows={rows} keyOf={(r) => r.department} columns={[
            { id: 'department', head: say('focus_department'), cell: (r) => r.department, sort: (r) => r.department },
            { id: 'share', head: say('focus_share'), cell: (r) => <><Bar part={r.focused} of={r.n} /> {locale.share(r.focused, r.n)}</>, sort: (r) => r.focused / r.n },
            { id: 'n', head: say('focus_n'), cell: (r) => r.n, sort: (r) => r.n, number: true },
          ]} />
          {open.length > 0 && (
            <details>
              <summary>{say('focus_open', { n: open.length })}</summary>
              <ul class="home-open">{open.slice(0, 30).map((r) => <li key={r.record}><a href={hrefOf(r)}>{r.title}</a></li>)}</ul>
            </details>
          )}
        </div>
      )}
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
  return may('take-part') ? <><FixedLately /><Focus /></> : null;
}
/** As the first thing one reads. */
export const Ruined = () => <RuinedDays whole />;
