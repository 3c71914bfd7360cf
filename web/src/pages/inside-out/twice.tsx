// twice.tsx - what is said twice, by pair of departments: the customers who got both, each once.
import { locale } from '../../base/locale';
import { Card, type Filter, Table } from '../../parts';
import { say } from './words.en';

export interface Twice {
  a: string;
  b: string;
  findings: number;
  /** Each once, whatever the number of findings. */
  customers: number;
  hits: number;
  cost_minutes: number;
  last_ms: number;
  /** The finding with most of it. */
  cause: string | null;
}
const name = (p: Twice) => say('pair', { a: p.a, b: p.b });

export function TwicePairs({ pairs, filter, hrefOf, choose }: { pairs: Twice[]; filter: Filter; hrefOf: (cause: string) => string; choose: (a: string, b: string) => void }) {
  const shown = pairs.filter((p) => !filter.department.length || filter.department.some((d) => d === p.a || d === p.b));
  if (!shown.length) return null;
  return (
    <div class="inside-twice"><Card title={say('twice_pairs')}>
      <p class="muted">{say('twice_pairs_help')}</p>
      <Table caption={say('twice_pairs')} captionHidden rows={shown} keyOf={(p) => `${p.a}>${p.b}`} columns={[
        { id: 'pair', head: say('head_between'), names: true, cell: (p) => <button type="button" class="inside-cell-link" onClick={() => choose(p.a, p.b)}>{name(p)}</button>, sort: name },
        { id: 'customers', head: say('head_customers'), cell: (p) => p.customers, sort: (p) => p.customers, number: true },
        { id: 'hits', head: say('head_times'), cell: (p) => p.hits, sort: (p) => p.hits, number: true },
        { id: 'findings', head: say('findings_head'), cell: (p) => (p.findings === 1 && p.cause ? <a href={hrefOf(p.cause)}>{locale.number(1)}</a> : p.findings), sort: (p) => p.findings, number: true },
        { id: 'cost', head: say('head_cost'), cell: (p) => (p.cost_minutes ? locale.duration(p.cost_minutes * 60e3) : ''), sort: (p) => p.cost_minutes },
        { id: 'last', head: say('head_last'), cell: (p) => locale.day(p.last_ms), sort: (p) => p.last_ms },
      ]} />
    </Card></div>
  );
}
