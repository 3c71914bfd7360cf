// history.tsx - how many findings of each sort there were, day by day: one small line a
// sort, all to the same scale, and the same as a table.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Card, ChartFrame, Empty, Sparkline } from '../../parts';
import { type Sort, sortName, sorts } from './types';
import { say } from './words.en';

type Day = { day: string } & Partial<Record<Sort, number>>;
const dayOf = (d: Day) => locale.day(`${d.day}T12:00:00Z`);

export function HistoryView() {
  const got = useGet<{ days: Day[] }>('/findings/history');
  return (
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
                    <Sparkline values={days.map((d) => d[s] ?? 0)} max={most} />
                    <strong>{say('now_n', { n: last?.[s] ?? 0 })}</strong>
                  </li>
                ))}
              </ul>
            </ChartFrame>
          );
        }}
      </Await>
    </Card>
  );
}
