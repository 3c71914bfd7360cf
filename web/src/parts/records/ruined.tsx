// ruined.tsx - ruined days: days of one customer on which something broke badly. One
// number with its 52 weeks, the rule in plain words, and the way to the stories.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Card, Figures, LinkButton, Sparkline } from '../index';
import { ChartFrame, Columns } from '../chart';
import { Table } from '../table';
import { say } from './words.en';

interface Ruined {
  days: number;
  customers: number;
  of: number;
  contact_days: number;
  says: string;
  rules: { rule: string; says: string; days: number; customers: number; breaks: number }[];
  weeks: { from: string; days: number; customers: number; contact_days: number }[];
}
const YEAR = 52;
const behind = (rule: string, weeks: Ruined['weeks']) => `/actual?severe=${rule}${weeks[0] ? `&from=${weeks[0].from.slice(0, 10)}` : ''}`;

/** `whole`: with the weeks drawn and every rule; else one line on top of a page. */
export function RuinedDays({ whole = false }: { whole?: boolean }) {
  const got = useGet<Ruined>(may('ask') ? '/ruined-days' : null);
  if (!got.data || !got.data.contact_days) return null;
  const weeks = got.data.weeks.slice(-YEAR);
  const sum = (key: 'days' | 'contact_days') => weeks.reduce((n, w) => n + w[key], 0);
  const days = sum('days'), last = weeks[weeks.length - 1];
  const n = weeks.length;
  const rules = (
    <details class="ruined-rules">
      <summary>{say('ruined_rule')}</summary>
      <div class="record-form">
        <p>{say('ruined_means')}</p>
        <Table caption={say('ruined_rules', { n: got.data.days })} rows={got.data.rules} keyOf={(r) => r.rule} columns={[
          { id: 'says', head: say('ruined_what'), cell: (r) => <a href={behind(r.rule, [])}>{r.says}</a> },
          { id: 'days', head: say('ruined'), cell: (r) => r.days, sort: (r) => r.days, number: true },
          { id: 'customers', head: say('ruined_customers'), cell: (r) => r.customers, sort: (r) => r.customers, number: true },
        ]} />
      </div>
    </details>
  );
  const basis = say('ruined_basis', { n, share: locale.share(days, sum('contact_days')), until: last ? locale.day(last.from) : '' });
  if (!whole) {
    return (
      <div class="ruined">
        <Figures items={[{ label: say('ruined'), value: locale.number(days), href: behind('any', weeks), note: basis }]} />
        <Sparkline values={weeks.map((w) => w.days)} />
        {rules}
      </div>
    );
  }
  return (
    <Card title={say('ruined')} actions={<LinkButton kind="quiet" href={behind('any', weeks)}>{say('ruined_open')}</LinkButton>}>
      <div class="record-form">
        <Figures items={[{ label: say('ruined_year', { n }), value: locale.number(days), href: behind('any', weeks), note: basis }]} />
        <ChartFrame title={say('ruined_weeks')} basis={say('ruined_weeks_basis', { n: days })} name="ruined-days"
          table={{ rows: weeks, keyOf: (w) => w.from, columns: [
            { id: 'week', head: say('ruined_week'), cell: (w) => locale.day(w.from), csv: (w) => w.from.slice(0, 10) },
            { id: 'days', head: say('ruined'), cell: (w) => w.days, sort: (w) => w.days, number: true },
            { id: 'of', head: say('ruined_of'), cell: (w) => w.contact_days, sort: (w) => w.contact_days, number: true },
          ] }}>
          <Columns values={weeks.map((w) => ({ label: w.from, value: w.days }))} label={say('ruined_weeks')} axis={(w) => locale.dayShort(w)} />
        </ChartFrame>
        {rules}
      </div>
    </Card>
  );
}
