// history.tsx - findings over time: when they happened, by month, one sort at a time; and how
// many of each sort there were when somebody looked, one small line a sort, all to the same
// scale. Each as a table, too.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Button, Card, ChartFrame, Columns, Empty, Sparkline } from '../../parts';
import { type Sort, eachMonth, monthName, sortName, sorts } from './types';
import { say } from './words.en';

type Counts = Partial<Record<Sort, number>>;
type Day = { day: string } & Counts;
type Month = { month: string } & Counts;
const dayOf = (d: Day) => locale.day(`${d.day}T12:00:00Z`);

/** When it happened: what was mended shows as months in which it happens less. */
function Months({ months, sort, setSort }: { months: Month[]; sort: Sort | ''; setSort: (sort: Sort | '') => void }) {
  const there = sorts.filter((s) => months.some((m) => m[s]));
  const of = there.includes(sort as Sort) ? sort as Sort : there[0];
  if (!of) return null;
  const all: Month[] = eachMonth(months.filter((m) => m[of]).map((m) => m.month)).map((month) => ({ ...months.find((m) => m.month === month), month }));
  return (
    <Card>
      <div class="inside-sorts" role="group" aria-label={say('months_sort')}>
        {there.map((s) => <Button key={s} kind="quiet" pressed={of === s} onClick={() => setSort(s)}>{sortName(s)}</Button>)}
      </div>
      <ChartFrame title={say('months', { sort: sortName(of) })} basis={say('months_lead')} name="findings-by-month" table={{
        rows: [...all].reverse(), keyOf: (m) => m.month, columns: [
          { id: 'month', head: say('month'), names: true, cell: (m) => monthName(m.month), sort: (m) => m.month, csv: (m) => m.month },
          ...there.map((s) => ({ id: s, head: sortName(s), cell: (m: Month) => m[s] ?? 0, sort: (m: Month) => m[s] ?? 0, number: true })),
        ],
      }}>
        <Columns values={all.map((m) => ({ label: m.month, value: m[of] ?? 0 }))} label={say('months', { sort: sortName(of) })} axis={monthName} />
      </ChartFrame>
    </Card>
  );
}

export function HistoryView({ sort, setSort }: { sort: Sort | ''; setSort: (sort: Sort | '') => void }) {
  const got = useGet<{ days: Day[]; months: Month[] }>('/findings/history');
  return (
    <div class="inside-found">
      {got.data && <Months months={got.data.months} sort={sort} setSort={setSort} />}
    <Card>
      <Await got={got} lines={6}>
        {({ days }) => {
          if (!days.length) return <Empty title={say('history_none')}>{say('history_none_help')}</Empty>;
          const there = sorts.filter((s) => days.some((d) => d[s]));
          const most = Math.max(1, ...days.flatMap((d) => there.map((s) => d[s] ?? 0)));
          const last = days.at(-1);
          return (
            <ChartFrame title={say('history')} basis={say('history_lead')} name="findings-over-time" table={{
              rows: [...days].reverse(), keyOf: (d) => d.day, columns: [
                { id: 'day', head: say('day'), names: true, cell: dayOf, sort: (d) => d.day },
                ...there.map((s) => ({ id: s, head: sortName(s), cell: (d: Day) => d[s] ?? 0, sort: (d: Day) => d[s] ?? 0, number: true })),
              ],
            }}>
              <ul class="inside-small">
                {there.map((s) => (
                  <li key={s}>
                    <a href={`/inside-out?${new URLSearchParams({ sort: s })}`}>{sortName(s)}</a>
                    {days.length > 1 && <Sparkline values={days.map((d) => d[s] ?? 0)} max={most} />}
                    <strong>{say('now_n', { n: last?.[s] ?? 0 })}</strong>
                  </li>
                ))}
              </ul>
            </ChartFrame>
          );
        }}
      </Await>
    </Card>
    </div>
  );
}
