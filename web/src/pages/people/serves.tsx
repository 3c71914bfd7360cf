// serves.tsx - whom each department serves, also one that never meets a customer: its customers
// outside and inside, its touchpoints, what it sends and promises, what was found, what to do first.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { useQuery, withQuery } from '../../base/url';
import { Await, Card, Empty, Figures, LinkButton, SelectField, Table } from '../../parts';
import { params } from './model';
import { say } from './words.en';

interface Other { department: string; handed: number; customers: number; step: string | null; map: number | null; map_title: string | null }
interface Touchpoint { touchpoint: string; number: number | null; map: number | null; map_title: string | null; id: string | null; owner: string | null; lacks: string[]; customers: number; contacts: number; scores: number; last: string | null }
interface One {
  department: string;
  number: number | null;
  customers: number;
  contacts: number;
  internal: Other[];
  receives: Other[];
  touchpoints: Touchpoint[];
  sends: string[];
  promises: { words: string; step: string; map: number; map_title: string; within_ms: number | null }[];
  first: { says: string; page: string }[];
}
interface Answer { departments: { department: string; number: number | null; hands_on: number; receives: number; steps: number }[]; one: One | null }
interface Found { findings: { cause: string; says: string; customers: number; last_ms: number }[] }

const pageOf = (of: string) => withQuery(params, { tab: 'serves', of });

function Others({ title, lead, none, rows }: { title: string; lead: string; none: string; rows: Other[] }) {
  return (
    <Card title={title}>
      <p class="muted">{lead}</p>
      <Table caption={title} captionHidden rows={rows} keyOf={(o) => o.department} empty={<p class="muted">{none}</p>} columns={[
        { id: 'who', head: say('department'), names: true, cell: (o) => <a href={pageOf(o.department)}>{o.department}</a>, sort: (o) => o.department },
        { id: 'n', head: say('s_handed'), cell: (o) => o.handed, sort: (o) => o.handed, number: true },
        { id: 'customers', head: say('s_customers'), cell: (o) => o.customers, sort: (o) => o.customers, number: true },
        { id: 'step', head: say('s_step'), cell: (o) => (o.map ? <a href={`/maps/${o.map}`}>{o.step}</a> : '') },
      ]} />
    </Card>
  );
}

/** What was found about it, as far as whoever looks may see it. */
function FoundOf({ of }: { of: string }) {
  const got = useGet<Found>('/findings', { from: of });
  return (
    <Card title={say('s_found')}>
      <p class="muted">{say('s_found_lead')}</p>
      <Await got={got} lines={3}>
        {({ findings }) => (findings.length ? (
          <ul class="people-plain">{findings.map((f) => <li key={f.cause}><a href={`/inside-out?finding=${f.cause}`}>{f.says}</a> <small class="muted">{say('s_customers_n', { n: f.customers })}</small></li>)}</ul>
        ) : <p class="muted">{say('s_found_none')}</p>)}
      </Await>
    </Card>
  );
}

function Whole({ d }: { d: One }) {
  return (
    <div class="people-serves">
      <Figures items={[
        { label: say('s_met'), value: locale.number(d.customers), href: `/actual?${new URLSearchParams({ department: d.department })}` },
        { label: say('s_contacts'), value: locale.number(d.contacts) },
        { label: say('s_internal'), value: locale.number(d.internal.length) },
        { label: say('s_touchpoints'), value: locale.number(d.touchpoints.length) },
      ]} />
      {d.first.length > 0 && (
        <Card title={say('s_first')}>
          <p class="muted">{say('s_first_lead')}</p>
          <ol class="people-plain">{d.first.map((f) => <li key={f.says}>{f.says} <LinkButton kind="quiet" href={f.page}>{say('s_do')}</LinkButton></li>)}</ol>
        </Card>
      )}
      <Card title={say('s_touchpoints')} actions={d.number && <LinkButton kind="quiet" href={`/people?department=${d.number}`}>{say('d_show')}</LinkButton>}>
        <Table caption={say('s_touchpoints')} captionHidden rows={d.touchpoints} keyOf={(t) => `${t.map} ${t.id} ${t.number}`} empty={<Empty title={say('s_none')} />} columns={[
          { id: 'what', head: say('s_touchpoint'), names: true, sort: (t) => t.touchpoint,
            cell: (t) => (t.map ? <a href={`/maps/${t.map}?sel=${t.id}&lens=intended`}>{t.touchpoint}</a> : <a href={`/actual?${new URLSearchParams({ passed: t.touchpoint })}`}>{t.touchpoint}</a>) },
          { id: 'n', head: say('s_customers'), cell: (t) => t.customers, sort: (t) => t.customers, number: true },
          { id: 'contacts', head: say('s_contacts'), cell: (t) => t.contacts, sort: (t) => t.contacts, number: true },
          { id: 'owner', head: say('s_owner'), cell: (t) => t.owner ?? (t.lacks.includes('owner') ? <a href="/no-brainers?tab=forgotten">{say('s_nobody')}</a> : ''), sort: (t) => t.owner ?? '' },
          { id: 'last', head: say('s_last'), cell: (t) => (t.last ? locale.day(t.last) : ''), sort: (t) => t.last ?? '' },
        ]} />
      </Card>
      <Others title={say('s_internal')} lead={say('s_internal_lead')} none={say('s_internal_none')} rows={d.internal} />
      <Others title={say('s_receives')} lead={say('s_receives_lead')} none={say('s_receives_none')} rows={d.receives} />
      {(d.sends.length > 0 || d.promises.length > 0) && (
        <Card title={say('s_says')}>
          <ul class="people-plain">
            {d.sends.map((what) => <li key={what}>{say('s_sends', { what })}</li>)}
            {d.promises.map((p) => <li key={`${p.map} ${p.step} ${p.words}`}>{say('s_promises', { what: p.words, step: p.step })} <a href={`/maps/${p.map}`}>{p.map_title}</a></li>)}
          </ul>
        </Card>
      )}
      <FoundOf of={d.department} />
    </div>
  );
}

export function Serves() {
  const [q, set] = useQuery(params);
  const all = useGet<Answer>('/serves'), one = useGet<Answer>(q.of ? '/serves' : null, { department: q.of });
  return (
    <>
      <p class="muted">{say('s_lead')}</p>
      <Await got={all} lines={6}>
        {({ departments }) => (
          <>
            <SelectField label={say('department')} value={q.of} onChange={(of) => set({ of })}
              choices={[{ value: '', label: say('s_all') }, ...departments.map((d) => ({ value: d.department, label: d.department }))]} />
            {!q.of && (
              <Table caption={say('tab_serves')} captionHidden rows={departments} keyOf={(d) => d.department} empty={<Empty title={say('d_none')}>{say('d_none_hint')}</Empty>} columns={[
                { id: 'who', head: say('department'), names: true, cell: (d) => <a href={pageOf(d.department)}>{d.department}</a>, sort: (d) => d.department },
                { id: 'steps', head: say('s_steps'), cell: (d) => d.steps, sort: (d) => d.steps, number: true },
                { id: 'on', head: say('s_hands_on'), cell: (d) => d.hands_on, sort: (d) => d.hands_on, number: true },
                { id: 'is', head: say('s_is_handed'), cell: (d) => d.receives, sort: (d) => d.receives, number: true },
              ]} />
            )}
          </>
        )}
      </Await>
      {q.of && may('ask') && <Await got={one} lines={12}>{({ one: d }) => (d ? <Whole d={d} /> : <Empty title={say('s_none')} />)}</Await>}
    </>
  );
}
