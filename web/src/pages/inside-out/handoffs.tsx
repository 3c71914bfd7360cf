// handoffs.tsx - from department to department: after how many hand-offs customers told
// again what we knew, with intervals. A cell opens its figures, what is asked again, its
// finding and who is behind it.
import type { Got } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Await, Behind, Button, Card, ChartFrame, Empty, Figures, Lens, LinkButton, quoted } from '../../parts';
import { factName } from './types';
import { say } from './words.en';

export interface Cell {
  from: string;
  to: string;
  handoffs: number;
  told_again: number;
  share: number;
  low: number;
  high: number;
  customers: number;
  told_again_customers: number;
  /** Mean time until the contact with the next department. */
  gap_ms: number;
  days_lost: number;
  facts: { type: string; n: number }[];
  /** The finding with most of it; null: none was made. */
  cause: string | null;
}
export interface Handed {
  departments: string[];
  cells: Cell[];
  /** Findings whose departments may reply first: in no number here. */
  waiting: number;
}
const heat = (part: number, most: number) => (part <= 0 || most <= 0 ? 0 : Math.min(5, Math.max(1, Math.ceil((part / most) * 5))));
const interval = (c: Cell) => say('range', { low: locale.share(c.low), high: locale.share(c.high) });

/** What a number is of, with what is not told yet. */
export const withLeftOut = (basis: string, waiting: number): string => (waiting ? `${basis} ${say('left_out', { n: waiting })}` : basis);

export function Matrix({ handed: of, pair, choose }: { handed: Handed; pair: string[]; choose: (from: string, to: string) => void }) {
  const { cells } = of, n = cells.reduce((sum, c) => sum + c.handoffs, 0);
  if (!cells.length) return <Empty title={say('handoffs_none')}>{say('handoffs_none_help')}</Empty>;
  const sum = new Map<string, number>();
  for (const c of cells) for (const d of [c.from, c.to]) sum.set(d, (sum.get(d) ?? 0) + c.handoffs);
  const names = of.departments.filter((d) => sum.has(d)).sort((a, b) => (sum.get(b) ?? 0) - (sum.get(a) ?? 0));
  const most = Math.max(...cells.map((c) => c.share));
  const at = (from: string, to: string) => cells.find((c) => c.from === from && c.to === to);
  return (
    <ChartFrame title={say('handoffs')} name="told-again" basis={withLeftOut(say('handoffs_basis', { n }), of.waiting)}
      table={{
        rows: [...cells].sort((a, b) => b.share - a.share), keyOf: (c) => `${c.from}>${c.to}`, columns: [
          { id: 'from', head: say('from'), names: true, cell: (c) => <button type="button" class="inside-cell-link" onClick={() => choose(c.from, c.to)}>{c.from}</button>, sort: (c) => c.from, csv: (c) => c.from },
          { id: 'to', head: say('to'), cell: (c) => c.to, sort: (c) => c.to },
          { id: 'n', head: say('handoffs_n'), cell: (c) => c.handoffs, sort: (c) => c.handoffs, number: true },
          { id: 'again', head: say('told_again'), cell: (c) => c.told_again, sort: (c) => c.told_again, number: true },
          { id: 'share', head: say('told_again_share'), cell: (c) => locale.share(c.share), sort: (c) => c.share, number: true },
          { id: 'interval', head: say('interval'), cell: interval, csv: interval },
          { id: 'customers', head: say('told_again_who'), cell: (c) => c.told_again_customers, sort: (c) => c.told_again_customers, number: true },
          { id: 'gap', head: say('gap'), cell: (c) => locale.duration(c.gap_ms), sort: (c) => c.gap_ms, number: true },
        ],
      }}>
      <table class="inside-matrix">
        <caption class="quiet">{say('handoffs')}</caption>
        <thead><tr><th scope="col"><span class="quiet">{say('from')}</span></th>{names.map((to) => <th key={to} scope="col">{to}</th>)}</tr></thead>
        <tbody>
          {names.map((from) => (
            <tr key={from}>
              <th scope="row">{from}</th>
              {names.map((to) => {
                const c = at(from, to), chosen = pair[0] === from && pair[1] === to;
                return c ? (
                  <td key={to} class={`h${heat(c.share, most)}${chosen ? ' chosen' : ''}`}>
                    <button type="button" onClick={() => choose(from, to)} aria-expanded={chosen}>
                      <span class="quiet">{say('handoffs_cell', { from, to, share: locale.share(c.share), n: c.handoffs })}</span>
                      <strong aria-hidden="true">{locale.share(c.share)}</strong>
                      <small aria-hidden="true">{interval(c)}</small>
                    </button>
                  </td>
                ) : <td key={to} class={from === to ? 'same' : undefined} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ChartFrame>
  );
}

export function HandoffLens({ cell: c, finding, who, setWho, onClose }: { cell: Cell; finding: (cause: string) => string; who: boolean; setWho: (who: boolean) => void; onClose: () => void }) {
  return (
    <Lens title={`${c.from} \u2192 ${c.to}`} onClose={onClose}>
      <Figures items={[
        { label: say('told_again_share'), value: locale.share(c.share), note: interval(c) },
        { label: say('told_again'), value: locale.number(c.told_again), note: say('customers_n', { n: c.told_again_customers }) },
        { label: say('handoffs_n'), value: locale.number(c.handoffs), note: say('customers_n', { n: c.customers }) },
        { label: say('gap'), value: locale.duration(c.gap_ms) },
        { label: say('days_lost'), value: locale.number(Math.round(c.days_lost)) },
      ]} />
      {c.cause && <section class="inside-part">
        <h3>{say('asked_again')}</h3>
        {c.facts.length ? (
          <ul class="inside-plain">{c.facts.map((f) => <li key={f.type}>{factName(f.type)} <span class="muted">{say('times_n', { n: f.n })}</span></li>)}</ul>
        ) : <p class="muted">{say('asked_again_none')}</p>}
      </section>}
      <div class="inside-do">
        {c.cause && <LinkButton kind="main" href={finding(c.cause)}>{say('open_finding')}</LinkButton>}
        {c.cause && may('stories') && <Button icon="people" expanded={who} onClick={() => setWho(!who)}>{say('all_customers')}</Button>}
        {may('ask') && <LinkButton href={`/actual?${new URLSearchParams({ handed: `${quoted(c.from)}>${quoted(c.to)}` })}`}>{say('handed_stories')}</LinkButton>}
      </div>
      {!c.cause && <p class="muted">{say('no_cause')}</p>}
      {who && c.cause && may('stories') && <Behind path={`/findings/${c.cause}/customers`} />}
    </Lens>
  );
}
export function Handoffs({ got, pair, choose }: { got: Got<Handed>; pair: string[]; choose: (from: string, to: string) => void }) {
  return <Card><Await got={got} lines={8}>{(all) => <Matrix handed={all} pair={pair} choose={choose} />}</Await></Card>;
}
