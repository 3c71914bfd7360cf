// lookout.tsx - once a week: new, fixed, and whether the median age falls.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { type Kind, type Rec, kindOf } from '../../base/records';
import { Await, Card, Figures, LinkButton, Note, Table } from '../../parts';
import { RecordLine } from '../../parts/records';
import { DAY } from './figures';
import { type Moments, type Week, stageOf } from './moments';
import { say } from './words.en';

/** Figures that stop somewhere say so. */
const LeftOut = ({ n }: { n: number }) => (n > 0 ? <Note>{say('left_out', { n })}</Note> : null);

interface Told {
  left_out: number;
  touchpoints: { touchpoint: number; name: string; makes: number; breaks: number; signals: number; open: number; mended: number }[];
  mended: { n: number; median_days: number | null };
  care: { kind: 'suggestion' | 'thanks' | 'referral'; customers: number; colleagues: number; came: number }[];
  benefits: { fixes: number; both_gains: number; reckoned: number; without_basis: number; saved_a_year: number; unit: string };
}

/** Where it is told, what makes the experience and what breaks it, and what mending brought. */
function ToldAt() {
  const got = useGet<Told>('/told');
  return (
    <Await got={got} lines={6}>
      {({ touchpoints, mended, benefits: b, care, left_out: left }) => (
        <div class="no-brainers">
          <LeftOut n={left} />
          <Card title={say('brought')}>
            <Figures items={[
              { label: say('brought_days'), value: mended.median_days === null ? '\u2013' : say('lookout_days', { n: mended.median_days }), note: say('brought_mended', { n: mended.n }) },
              { label: say('brought_fixes'), value: locale.number(b.fixes), note: say('brought_both', { n: b.both_gains }) },
              { label: say('brought_saved'), value: b.reckoned ? locale.money(Math.round(b.saved_a_year * 100), b.unit) : '\u2013', note: say('brought_basis', { n: b.reckoned, without: locale.number(b.without_basis) }) },
            ]} />
          </Card>
          <Card title={say('care')} actions={<><LinkButton kind="quiet" href="/records/thanks/new">{say('care_thank')}</LinkButton> <LinkButton kind="quiet" href="/records/referral/new">{say('care_recommend')}</LinkButton></>}>
            <p class="muted no-brainers-lead">{say('care_lead')}</p>
            <Table caption={say('care')} captionHidden rows={care} keyOf={(c) => c.kind} columns={[
              { id: 'kind', head: say('care_what'), names: true, cell: (c) => <a href={`/records/${c.kind}`}>{say(`care_${c.kind}`)}</a> },
              { id: 'customers', head: say('care_customers'), cell: (c) => c.customers, number: true },
              { id: 'colleagues', head: say('care_colleagues'), cell: (c) => c.colleagues, number: true },
              { id: 'came', head: say('care_came'), cell: (c) => say(`care_${c.kind}_came`, { n: c.came }) },
            ]} />
          </Card>
          <Card title={say('told_at')}>
            <p class="muted no-brainers-lead">{say('told_at_lead')}</p>
            <Table caption={say('told_at')} captionHidden rows={[...touchpoints].sort((x, y) => y.breaks + y.signals + y.open - x.breaks - x.signals - x.open)} keyOf={(t) => t.touchpoint}
              empty={<p class="muted">{say('told_at_none')}</p>} columns={[
                { id: 'name', head: say('told_at_where'), names: true, cell: (t) => t.name, sort: (t) => t.name },
                { id: 'makes', head: say('told_at_makes'), cell: (t) => t.makes, sort: (t) => t.makes, number: true },
                { id: 'breaks', head: say('told_at_breaks'), cell: (t) => t.breaks, sort: (t) => t.breaks, number: true },
                { id: 'signals', head: say('told_at_signals'), cell: (t) => t.signals, sort: (t) => t.signals, number: true },
                { id: 'open', head: say('told_at_open'), cell: (t) => t.open, sort: (t) => t.open, number: true },
                { id: 'mended', head: say('told_at_mended'), cell: (t) => t.mended, sort: (t) => t.mended, number: true },
              ]} />
          </Card>
        </div>
      )}
    </Await>
  );
}

interface Waiting {
  name: string;
  department: number | null;
  findings: number;
  observations: number;
  oldest_days: number | null;
}
/** What was found and noted, and nobody answered: by department, no person named. */
function Unanswered() {
  const got = useGet<Omit<Waiting, 'name' | 'department'> & { departments: Waiting[] }>('/unanswered');
  return (
    <Card title={say('unanswered')} actions={<><a href="/records/finding">{say('unanswered_findings', { n: 2 })}</a> <a href="/records/observation">{say('unanswered_observations', { n: 2 })}</a></>}>
      <p class="muted no-brainers-lead">{say('unanswered_lead')}</p>
      <Await got={got} lines={4}>
        {({ findings, observations, oldest_days: oldest, departments }) => (
          <>
            <Figures items={[
              { label: say('unanswered_findings', { n: findings }), value: locale.number(findings) },
              { label: say('unanswered_observations', { n: observations }), value: locale.number(observations) },
              { label: say('unanswered_oldest'), value: oldest === null ? '\u2013' : say('lookout_days', { n: oldest }) },
            ]} />
            <Table caption={say('unanswered')} captionHidden rows={departments} keyOf={(w) => w.name} empty={<p class="muted">{say('unanswered_none')}</p>} columns={[
              { id: 'name', head: say('unanswered_who'), names: true, cell: (w) => w.name, sort: (w) => w.name },
              { id: 'findings', head: say('unanswered_findings', { n: 2 }), cell: (w) => w.findings, sort: (w) => w.findings, number: true },
              { id: 'observations', head: say('unanswered_observations', { n: 2 }), cell: (w) => w.observations, sort: (w) => w.observations, number: true },
              { id: 'oldest', head: say('unanswered_oldest'), cell: (w) => say('lookout_days', { n: w.oldest_days ?? 0 }), sort: (w) => w.oldest_days ?? 0, number: true },
            ]} />
          </>
        )}
      </Await>
    </Card>
  );
}

export function Lookout({ kinds, moments }: { kinds: Kind[]; moments: Moments }) {
  const now = Date.now(), week = now - 7 * DAY;
  const items = moments.items.filter((r) => stageOf(r));
  const { week: w, before } = moments.lookout;
  const isNew = (r: Rec) => Date.parse(r.made_at) > week && Date.parse(r.made_at) <= now;
  const isFixed = (r: Rec) => r.closed && Date.parse(r.state_at) > week && Date.parse(r.state_at) <= now;
  const fresh = items.filter(isNew), fixed = items.filter(isFixed);
  const days = (of: Week) => (of.open ? say('lookout_days', { n: of.median_age_days }) : '\u2013');
  const list = (all: Rec[]) => (all.length ? (
    <ul class="record-lines">{all.slice(0, 10).map((r) => <li key={r.record}><RecordLine r={r} kind={kindOf(kinds, r.kind)} names={moments.names} /></li>)}</ul>
  ) : <p class="muted">{say('lookout_none')}</p>);
  return (
    <>
      <Card title={say('lookout')}>
        <p class="muted no-brainers-lead">{say('lookout_lead')}</p>
        <Figures items={[
          { label: say('lookout_new'), value: locale.number(w.new), note: say('lookout_before', { n: before.new }) },
          { label: say('lookout_fixed'), value: locale.number(w.fixed), note: say('lookout_before', { n: before.fixed }) },
          { label: say('lookout_open'), value: locale.number(w.open), note: `${locale.number(w.nobodys)} ${say('lookout_nobody')}` },
          { label: say('lookout_age'), value: days(w), note: say('lookout_age_before', { age: days(before) }) },
        ]} />
        <LeftOut n={moments.left_out} />
      </Card>
      <Unanswered />
      <ToldAt />
      <Card title={say('lookout_new_list')}>{list(fresh)}</Card>
      <Card title={say('lookout_fixed_list')}>{list(fixed)}</Card>
    </>
  );
}
