// cohorts.tsx - who comes back: a row for everybody who first came in the same month,
// a cell for each month since.
import { sheetOf, useGet } from '../../base/api';
import { Await, ChartFrame, Empty, SelectField } from '../../parts';
import { type Counted, type ViewProps, countOf, heat, locale, periodOf, say, storiesText, whoHead } from './shared';

type Unit = 'day' | 'week' | 'month';
interface Cohort extends Counted { from: string; reached: number[]; returned: number[]; complete: boolean[] }
interface Retention extends Counted { unit: Unit; overall: { reached: number[]; returned: number[] }; cohorts: Cohort[] }
interface Names { items: { name: string; counts_as?: number }[] }

export function Cohorts(p: ViewProps & { unit: Unit; born: string; back: string; set: (change: { unit?: Unit; born?: string; back?: string }) => void }) {
  const quoted = (name: string) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const asked = { ...p.query, unit: p.unit, born: quoted(p.born), back: quoted(p.back), buckets: 13 };
  const got = useGet<Retention>('/retention', asked);
  const names = useGet<Names>('/names/touchpoints');
  const choices = [{ value: '', label: say('anything') },
    ...(names.data?.items ?? []).filter((n) => n.counts_as === undefined).map((n) => ({ value: n.name, label: n.name }))];
  const when = (c: Cohort) => (p.unit === 'month' ? locale.month(`${c.from}T12:00:00Z`) : locale.day(`${c.from}T12:00:00Z`));
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say('unit')} value={p.unit} onChange={(unit) => p.set({ unit })}
          choices={[{ value: 'month', label: say('unit_month') }, { value: 'week', label: say('unit_week') }, { value: 'day', label: say('unit_day') }]} />
        <SelectField label={say('born')} value={p.born} onChange={(born) => p.set({ born })} choices={choices} />
        <SelectField label={say('back')} value={p.back} onChange={(back) => p.set({ back })} choices={choices} />
      </div>
      <Await got={got} lines={10}>{(a) => {
        if (!a.cohorts.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
        const rows = a.cohorts.slice(-36);
        const buckets = a.overall.reached.map((_, k) => k);
        const unit = say(`unit_${p.unit}`);
        const head = (k: number) => say('bucket', { unit, n: k });
        return (
          <ChartFrame title={say('cohorts')} name="cohorts" xlsx={sheetOf('/retention', asked)}
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
              <caption class="quiet">{say('cohorts')}</caption>
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
    </>
  );
}
