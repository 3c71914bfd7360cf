// lookout.tsx - once a week: new, fixed, and whether the median age falls.
import { locale } from '../../base/locale';
import { type Kind, type Rec, kindOf } from '../../base/records';
import { Card, Figures } from '../../parts';
import { RecordLine } from '../../parts/records';
import { DAY, median } from './figures';
import { type Moments, stageOf } from './moments';
import { say } from './words.en';

/** The age, in days, of what was open at a time, as far as states tell. */
const agesAt = (items: Rec[], at: number) => items
  .filter((r) => Date.parse(r.made_at) <= at && (!r.closed || Date.parse(r.state_at) > at)).map((r) => (at - Date.parse(r.first_at)) / DAY);

export function Lookout({ kinds, moments }: { kinds: Kind[]; moments: Moments }) {
  const now = Date.now(), week = now - 7 * DAY;
  const items = moments.items.filter((r) => stageOf(r));
  const open = items.filter((r) => !r.closed);
  const isNew = (r: Rec, from: number, to: number) => Date.parse(r.made_at) > from && Date.parse(r.made_at) <= to;
  const isFixed = (r: Rec, from: number, to: number) => r.closed && Date.parse(r.state_at) > from && Date.parse(r.state_at) <= to;
  const fresh = items.filter((r) => isNew(r, week, now)), fixed = items.filter((r) => isFixed(r, week, now));
  const ages = [median(agesAt(items, now)), median(agesAt(items, week))];
  const days = (n: number | null | undefined) => (n === null || n === undefined ? '\u2013' : say('lookout_days', { n: Math.round(n) }));
  const list = (all: Rec[]) => (all.length ? (
    <ul class="record-lines">{all.slice(0, 10).map((r) => <li key={r.record}><RecordLine r={r} kind={kindOf(kinds, r.kind)} names={moments.names} /></li>)}</ul>
  ) : <p class="muted">{say('lookout_none')}</p>);
  return (
    <>
      <Card title={say('lookout')}>
        <p class="muted no-brainers-lead">{say('lookout_lead')}</p>
        <Figures items={[
          { label: say('lookout_new'), value: locale.number(fresh.length), note: say('lookout_before', { n: items.filter((r) => isNew(r, week - 7 * DAY, week)).length }) },
          { label: say('lookout_fixed'), value: locale.number(fixed.length), note: say('lookout_before', { n: items.filter((r) => isFixed(r, week - 7 * DAY, week)).length }) },
          { label: say('lookout_open'), value: locale.number(open.length), note: `${locale.number(open.filter((r) => !r.owner && !r.department).length)} ${say('lookout_nobody')}` },
          { label: say('lookout_age'), value: days(ages[0]), note: `${days(ages[1])} \u2190` },
        ]} />
      </Card>
      <Card title={say('lookout_new_list')}>{list(fresh)}</Card>
      <Card title={say('lookout_fixed_list')}>{list(fixed)}</Card>
    </>
  );
}
