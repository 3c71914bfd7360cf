// cohorts.tsx - who comes back: a row for everybody who first came in the same month,
// a cell for each month since.
import { type Got, sheetOf, useGet } from '../../base/api';
import { Await, ChartFrame, Empty, SelectField } from '../../parts';
import { Sides, type SidesProps } from './compare';
import { type Counted, type ViewProps, countOf, heat, locale, periodOf, say, storiesText, titled, whoHead } from './shared';

type Unit = 'day' | 'week' | 'month';
interface Cohort extends Counted { from: string; reached: number[]; returned: number[]; complete: boolean[] }
interface Retention extends Counted { unit: Unit; overall: { reached: number[]; returned: number[] }; cohorts: Cohort[] }
interface Names { items: { name: string; counts_as?: number }[] }

interface Chosen { unit: Unit; born: string; back: string }

export function CohortsTab(p: SidesProps & Chosen & { set: (change: { unit?: Unit; born?: string; back?: string }) => void }) {
  const quoted = (name: string) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const names = useGet<Names>('/names/touchpoints');
  const choices = [{ value: '', label: say('anything') },
    ...(names.data?.items ?? []).filter((n) => n.counts_as === undefined).map((n) => ({ value: n.name, label: n.name }))];
  const chosen = { unit: p.unit, born: quoted(p.born), back: quoted(p.back), buckets: 13 };
  const unit = say(`unit_${p.unit}`);
  /* That all were there in their first month is no news. */
  const differing = (a: Retention, b: Retention) => a.overall.reached.flatMap((reached, k) => (k === 0 || !reached || !b.overall.reached[k] ? [] : [{
    name: say('bucket', { unit, n: k }), a: { part: a.overall.returned[k] ?? 0, of: reached }, b: { part: b.overall.returned[k] ?? 0, of: b.overall.reached[k] ?? 0 },
  }]));
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say('unit')} value={p.unit} onChange={(to) => p.set({ unit: to })}
          choices={[{ value: 'month', label: say('unit_month') }, { value: 'week', label: say('unit_week') }, { value: 'day', label: say('unit_day') }]} />
        <SelectField label={say('born')} value={p.born} onChange={(born) => p.set({ born })} choices={choices} />
        <SelectField label={say('back')} value={p.back} onChange={(back) => p.set({ back })} choices={choices} />
      </div>
      <Sides<Retention> {...p} path="/retention" name="cohorts" what={say('cohorts_of', { unit })} asked={(query) => ({ ...query, ...chosen })} differing={differing} inOrder wide
        draw={(view, got) => <Cohorts {...view} got={got} unit={p.unit} xlsx={sheetOf('/retention', { ...view.query, ...chosen })} />} />
    </>
  );
}

function Cohorts(p: ViewProps & { got: Got<Retention>; unit: Unit; xlsx: string }) {
  const when = (c: Cohort) => (p.unit === 'month' ? locale.month(`${c.from}T12:00:00Z`) : locale.day(`${c.from}T12:00:00Z`));
  return (
    <Await got={p.got} lines={10}>{(a) => {
      if (!a.cohorts.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
      const rows = a.cohorts.slice(-36);
      const buckets = a.overall.reached.map((_, k) => k);
      const unit = say(`unit_${p.unit}`);
      const head = (k: number) => say('bucket', { unit, n: k });
      return (
        <ChartFrame title={titled(p, say('cohorts'))} name="cohorts" xlsx={p.xlsx}
          basis={say('cohorts_basis', { stories: storiesText(countOf(a), p.filter), unit, period: periodOf(p.filter) })}
          table={{
            rows, keyOf: (c) => c.from, columns: [
              { id: 'from', head: say('cohort'), names: true, cell: when, csv: (c) => c.from, sort: (c) => c.from },
              { id: 'n', head: whoHead(p.filter), cell: (c) => countOf(c), sort: (c) => countOf(c), number: true },
              ...buckets.map((k) => ({
                id: `b${k}`, head: head(k), number: true, cell: (c: Cohort) => c.returned[k] ?? 0, sort: (c: Cohort) => c.returned[k] ?? 0,
              })),
            ],
          }}>
          <table class="actual-matrix cohorts">
            <caption class="quiet">{titled(p, say('cohorts'))}</caption>
            <thead>
              <tr>
                <th scope="col">{say('cohort')}</th><th scope="col" class="n">{whoHead(p.filter)}</th>
                {buckets.map((k) => <th key={k} scope="col" class="n"><span class="quiet">{unit} </span>{k}</th>)}
              </tr>
            </thead>
            <tbody>
              <tr class="together">
                <th scope="row">{say('everybody')}</th><td class="n">{locale.short(countOf(a))}</td>
                {buckets.map((k) => <td key={k} class={`n h${heat(a.overall.returned[k] ?? 0, a.overall.reached[k] ?? 0)}`}>{a.overall.reached[k] ? locale.share(a.overall.returned[k] ?? 0, a.overall.reached[k]) : ''}</td>)}
              </tr>
              {rows.map((c) => (
                <tr key={c.from}>
                  <th scope="row">{when(c)}</th><td class="n">{locale.short(countOf(c))}</td>
                  {buckets.map((k) => {
                    const n = c.returned[k] ?? 0;
                    const open = !c.complete[k];
                    return (
                      <td key={k} class={`n ${open ? 'open' : `h${heat(n, countOf(c))}`}`}>
                        {open && !n ? '' : locale.share(n, countOf(c))}{open && n > 0 && <span class="quiet"> {say('open_cell')}</span>}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </ChartFrame>
      );
    }}</Await>
  );
}
