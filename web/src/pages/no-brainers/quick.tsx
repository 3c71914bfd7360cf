// quick.tsx - quick wins: effort against impact, where impact comes from the stories.
import { type Kind, hrefOf, kindOf } from '../../base/records';
import { Card, Empty, Table } from '../../parts';
import { OwnerOf, Ownership, RecordLine, daysSince } from '../../parts/records';
import { type Moments, customersOf, effortOf, efforts, stageOf } from './moments';
import { say } from './words.en';

export function QuickWins({ kinds, moments, again }: { kinds: Kind[]; moments: Moments; again: () => void }) {
  const open = moments.items.filter((r) => !r.closed && stageOf(r));
  const rows = open.map((r) => {
    const kind = kindOf(kinds, r.kind);
    return { r, kind, effort: effortOf(kind, r), customers: customersOf(moments, r), days: daysSince(r.first_at) };
  });
  const worth = (a: typeof rows[number], b: typeof rows[number]) => (b.customers ?? 0) - (a.customers ?? 0) || b.r.bounces - a.r.bounces || b.days - a.days;
  const quick = rows.filter((x) => x.effort && (x.effort.word === 'minutes' || x.effort.word === 'day')).sort(worth);
  const counted = rows.some((x) => x.customers !== null);
  const rank = (word: string | undefined) => (word ? efforts.indexOf(word as 'day') : efforts.length);
  const estimated = rows.sort((a, b) => rank(a.effort?.word) - rank(b.effort?.word) || worth(a, b));
  return (
    <>
      <Card title={say('quick')}>
        <p class="muted no-brainers-lead">{say('quick_lead')}</p>
        {quick.length ? (
          <ul class="record-lines">
            {quick.slice(0, 12).map(({ r, kind }) => <li key={r.record}><RecordLine r={r} kind={kind} names={moments.names} aside={<Ownership r={r} onDone={again} />} /></li>)}
          </ul>
        ) : <Empty title={say('quick_none')}>{say('quick_none_hint')}</Empty>}
      </Card>
      <Card title={say('matrix')}>
        <p class="muted no-brainers-lead">{say(counted ? 'matrix_basis' : 'matrix_basis_bounces', { n: rows.length })}</p>
        <Table caption={say('matrix')} captionHidden rows={estimated} keyOf={(x) => x.r.record} empty={<p class="muted">{say('quick_none')}</p>} columns={[
          { id: 'what', head: say('what'), names: true, cell: (x) => <a href={hrefOf(x.r)}>{x.r.title}</a>, sort: (x) => x.r.title },
          { id: 'effort', head: say('effort'), cell: (x) => x.effort?.label ?? <span class="muted">{say('effort_none')}</span>, sort: (x) => rank(x.effort?.word) },
          ...(counted ? [{ id: 'impact', head: say('impact'), cell: (x: typeof rows[number]) => x.customers ?? '', sort: (x: typeof rows[number]) => x.customers, number: true }] : []),
          { id: 'age', head: say('age'), cell: (x) => x.days, sort: (x) => x.days, number: true },
          { id: 'bounces', head: say('bounces'), cell: (x) => x.r.bounces, sort: (x) => x.r.bounces, number: true },
          { id: 'owner', head: say('owner'), cell: (x) => <OwnerOf r={x.r} names={moments.names} /> },
        ]} />
      </Card>
    </>
  );
}
