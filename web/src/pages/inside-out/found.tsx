// found.tsx - three columns of findings, each ranked by the customers it touches, and the
// other sorts in one quiet table below.
import { useEffect, useState } from 'preact/hooks';
import { post } from '../../base/api';
import { type Job, ended, useJob } from '../../base/job';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Button, Card, Empty, LinkButton, Progress, Table, tell, tellProblem } from '../../parts';
import { type Found, type Row, type Sort, columnOf, costOf, factName, main, pairOf, quiet, sortName } from './types';
import { say } from './words.en';

/** "Look now": the job, how far it is, and what is to be asked anew when it is done. `looking`:
 * one that goes on already, whoever asked for it. */
export function LookNow({ looking, ran, done, kind = 'plain' }: { looking: number | null; ran: boolean; done: () => void; kind?: 'main' | 'plain' }) {
  const [mine, setNumber] = useState(0);
  const number = mine || looking || 0, can = may('findings');
  const { data: job } = useJob<unknown, unknown>(can ? number : 0);
  const over = job && ended(job);
  useEffect(() => {
    if (!over || !mine) return;
    setNumber(0);
    tell(job.state === 'done' ? say('looked_done') : job.state === 'cancelled' ? say('looked_stopped') : [say('looked_failed'), job.error, job.hint].filter(Boolean).join(' '));
    done();
  }, [over]);
  if (number && !over)
    return <Progress label={job?.progress.words || say('looking')} done={job?.progress.done} of={job?.progress.total ?? undefined} />;
  if (!can) return null;
  return (
    <Button kind={kind} icon="search" onClick={() => void post<Job>('/findings/run').then((made) => setNumber(made.job), tellProblem)}>
      {say(ran ? 'look_again' : 'look_now')}
    </Button>
  );
}

export function NeverLooked({ looking, done }: { looking: number | null; done: () => void }) {
  return (
    <Empty title={say('never_looked')} action={<><LookNow looking={looking} ran={false} done={done} kind="main" />{may('import') && <LinkButton href="/data">{say('import_first')}</LinkButton>}</>}>
      <p>{say('never_looked_help')}</p>
      {!may('findings') && <p>{say('never_looked_may')}</p>}
    </Empty>
  );
}

const few = 5;
function One({ row, most, href, chosen }: { row: Row; most: number; href: string; chosen: boolean }) {
  return (
    <li class={chosen ? 'chosen' : undefined}>
      <a href={href} aria-current={chosen ? 'true' : undefined}>{row.says}</a>
      <p class="inside-row-n">
        <strong>{say('customers_n', { n: row.customers })}</strong>
        <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="4" /><rect width={Math.max(1, (row.customers / most) * 100)} height="4" /></svg>
      </p>
      <p class="muted">
        {[pairOf(row), row.sort === 'signatory' ? sortName('signatory') : '', row.facts.map(factName).join(', '), row.cost_minutes ? costOf(row.cost_minutes) : '', locale.day(row.last_ms), row.judged ? say('was_judged') : ''].filter(Boolean).join(' \u00b7 ')}
      </p>
    </li>
  );
}

const ranked = (rows: Row[]) => [...rows].sort((a, b) => b.customers - a.customers || b.severity - a.severity || b.last_ms - a.last_ms);

export interface FoundProps {
  rows: Row[];
  chosen: string;
  hrefOf: (row: Row) => string;
  /** Columns that show all they have. */
  whole: string[];
  setWhole: (whole: string[]) => void;
  /** Of the quiet sorts, the one that is shown; empty: all. */
  sort: Sort | '';
  setSort: (sort: Sort | '') => void;
}

function Column({ p, of, rows }: { p: FoundProps; of: typeof main[number]; rows: Row[] }) {
  const all = p.whole.includes(of), shown = all ? rows : rows.slice(0, few);
  return (
    <section class="inside-column" aria-labelledby={`inside-${of}`}>
      <h2 id={`inside-${of}`}>{say(`column_${of}`)} <span class="board-count">{locale.number(rows.length)}</span></h2>
      <p class="muted">{say(`column_${of}_help`)}</p>
      {rows.length ? (
        <ol class="inside-rows">{shown.map((row) => <One key={row.cause} row={row} most={rows[0]?.customers ?? 1} href={p.hrefOf(row)} chosen={row.cause === p.chosen} />)}</ol>
      ) : <p class="inside-none muted">{say(`column_none_${of}`)}</p>}
      {rows.length > few && (
        <Button kind="quiet" expanded={all} onClick={() => p.setWhole(all ? p.whole.filter((w) => w !== of) : [...p.whole, of])}>
          {all ? say('fewer') : say('all_n', { n: rows.length })}
        </Button>
      )}
    </section>
  );
}

function Further({ p, rows }: { p: FoundProps; rows: Row[] }) {
  const count = (sort: Sort) => rows.filter((r) => r.sort === sort).length;
  const there = quiet.filter((sort) => count(sort) > 0);
  const sort = there.includes(p.sort as Sort) ? p.sort : '';
  return (
    <Card title={say('further')}>
      {!rows.length ? <p class="muted">{say('further_none')}</p> : (
        <>
          <p class="muted">{say('further_help')}</p>
          <div class="inside-sorts" role="group" aria-label={say('further')}>
            <Button kind="quiet" pressed={sort === ''} onClick={() => p.setSort('')}>{say('further_all')}</Button>
            {there.map((s) => <Button key={s} kind="quiet" pressed={sort === s} onClick={() => p.setSort(sort === s ? '' : s)}>{say('sort_count', { sort: sortName(s), n: count(s) })}</Button>)}
          </div>
          <div class="inside-further"><Table caption={say('further')} captionHidden rows={rows.filter((r) => !sort || r.sort === sort)} keyOf={(r) => r.cause} selected={(r) => r.cause === p.chosen} columns={[
            { id: 'what', head: say('head_what'), names: true, cell: (r) => <a href={p.hrefOf(r)} aria-current={r.cause === p.chosen ? 'true' : undefined}>{r.says}</a>, sort: (r) => r.says },
            { id: 'sort', head: say('head_sort'), cell: (r) => sortName(r.sort), sort: (r) => sortName(r.sort) },
            { id: 'between', head: say('head_between'), cell: pairOf, sort: pairOf },
            { id: 'n', head: say('head_customers'), cell: (r) => r.customers, sort: (r) => r.customers, number: true },
            { id: 'last', head: say('head_last'), cell: (r) => locale.day(r.last_ms), sort: (r) => r.last_ms },
          ]} /></div>
        </>
      )}
    </Card>
  );
}

export function FoundView(p: FoundProps) {
  const all = ranked(p.rows);
  return (
    <div class="inside-found">
      <div class="inside-columns">
        {main.map((of) => <Column key={of} p={p} of={of} rows={all.filter((r) => columnOf(r.sort) === of)} />)}
      </div>
      <Further p={p} rows={all.filter((r) => quiet.includes(r.sort))} />
    </div>
  );
}

/** What was looked at and when, in a sentence. */
export const lookedAt = (found: Found): string => (found.ran_ms === null ? '' : say('looked', {
  messages: say('messages_n', { n: found.messages }), interactions: say('interactions_n', { n: found.interactions }), when: locale.ago(found.ran_ms),
}));
