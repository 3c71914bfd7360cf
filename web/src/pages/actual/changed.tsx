// changed.tsx - what changed: touchpoints, moves and ways whose share of customers differs
// between two times or groups by more than chance, the greatest difference first.
import { sheetOf, useGet } from '../../base/api';
import { Await, Bar, ChartFrame, Empty, type Filter, Note, filterQuery } from '../../parts';
import { type Counted, type ViewProps, colourOf, countOf, locale, move, say, stepText, stepsOf, storiesText, wayOf } from './shared';

interface Side extends Counted { from?: string; until?: string }
interface Change {
  sort: 'touchpoint' | 'move' | 'way'; touchpoint?: string; from?: string; to?: string; path?: string[];
  before: number; after: number; difference: number; low: number; high: number; p: number; q: number; moved: boolean;
}
interface ChangedAnswer { before: Side; after: Side; tested: number; moved: number; too_few: number; changes: Change[] }

const shown = 30;
/** "+12.3", in points of a percent. */
const points = (share: number) => `${share > 0 ? '+' : share < 0 ? '\u2212' : '\u00b1'}${locale.number(Math.round(Math.abs(share) * 1000) / 10)}`;
const chance = (q: number) => (q < 0.001 ? say('changed_hardly') : locale.number(Math.round(q * 1000) / 1000));

function titleOf(c: Change): string {
  if (c.path) return stepsOf(c.path).map(stepText).join(' \u203a ');
  if (c.touchpoint !== undefined) return c.touchpoint;
  if (c.from === '(start)') return say('lens_start', { to: c.to ?? '' });
  return c.to === '(end)' ? say('lens_end', { from: c.from ?? '' }) : `${c.from} \u2192 ${c.to}`;
}
const onlyOf = (c: Change): Partial<Filter> =>
  (c.path ? { way: wayOf(c.path) } : c.touchpoint !== undefined ? { passed: [c.touchpoint] } : { followed: [move(c.from ?? '', c.to ?? '')] });

/** The filter of one side: where the answer chose the time, that time is in it. */
const sideFilter = (filter: Filter, side: Side): Filter => ({ ...filter, from: side.from ?? filter.from, until: side.until ?? filter.until });
/** "1 Jan 2024 to 30 Jun 2024": `until` is exclusive. */
function timeOf(side: Side): string {
  if (!side.from && !side.until) return say('changed_all_time');
  const last = side.until ? locale.day(new Date(new Date(side.until).getTime() - 1)) : '';
  return side.from ? say('changed_time', { from: locale.day(side.from), until: last || say('changed_now') }) : say('changed_until', { until: last });
}

export function Changed(p: ViewProps & { other: Filter | null }) {
  const against = p.other ? new URLSearchParams(filterQuery({ ...p.other, by: 'customer' }) as Record<string, string>).toString() || '.' : undefined;
  const query = { ...p.query, against };
  const got = useGet<ChangedAnswer>('/changed', { ...query, top: 500 });
  return (
    <Await got={got} lines={8}>{(a) => {
      const n = countOf(a.after), m = countOf(a.before);
      if (!n || !m) return <Empty title={say('changed_nobody')}>{say('changed_nobody_help')}</Empty>;
      const most = Math.max(...a.changes.slice(0, shown).flatMap((c) => [c.before / m, c.after / n]), 0.01);
      const before = p.other ?? sideFilter(p.filter, a.before);
      const open = (c: Change) => p.select({
        title: titleOf(c), only: { ...onlyOf(c), ...(p.other ? {} : { from: a.after.from ?? '', until: a.after.until ?? '' }) }, before: { filter: before, only: onlyOf(c) },
        figures: [
          { label: say('changed_before'), value: say('changed_figure', { n: c.before, share: locale.share(c.before, m) }) },
          { label: say('changed_after'), value: say('changed_figure', { n: c.after, share: locale.share(c.after, n) }) },
          { label: say('changed_points'), value: say('changed_interval', { points: points(c.difference), low: points(c.low), high: points(c.high) }) },
          { label: say('changed_chance'), value: chance(c.q) },
        ],
      });
      const moved = a.changes.filter((c) => c.moved), rows = moved.slice(0, shown);
      return (
        <ChartFrame title={say('changed')} name="what-changed" xlsx={sheetOf('/changed', query)}
          basis={say('changed_basis', { after: storiesText(n, p.filter), time: timeOf(a.after), before: storiesText(m, p.filter), time_before: timeOf(a.before) })}
          hidden={(
            <strong>
              {say('changed_moved', { n: a.moved, tested: a.tested })} {rows.length < moved.length ? say('changed_shown', { n: rows.length }) : ''} {say('changed_few', { n: a.too_few })}
            </strong>
          )}
          table={{
            rows: a.changes, keyOf: (c) => `${c.sort} ${titleOf(c)}`, columns: [
              { id: 'what', head: say('changed_what'), names: true, cell: titleOf, sort: titleOf },
              { id: 'sort', head: say('changed_sort'), cell: (c) => say(`changed_${c.sort}`), sort: (c) => c.sort },
              { id: 'n_before', head: say('changed_before'), cell: (c) => c.before, sort: (c) => c.before, number: true },
              { id: 'n_after', head: say('changed_after'), cell: (c) => c.after, sort: (c) => c.after, number: true },
              { id: 'before', head: say('changed_share_before'), cell: (c) => locale.share(c.before, m), sort: (c) => c.before / m, number: true },
              { id: 'after', head: say('changed_share_after'), cell: (c) => locale.share(c.after, n), sort: (c) => c.after / n, number: true },
              { id: 'points', head: say('changed_points'), cell: (c) => points(c.difference), sort: (c) => c.difference, number: true },
              { id: 'interval', head: say('changed_sure'), cell: (c) => `${points(c.low)} ${say('changed_to')} ${points(c.high)}` },
              { id: 'q', head: say('changed_chance'), cell: (c) => chance(c.q), sort: (c) => c.q, number: true },
              { id: 'moved', head: say('changed_is'), cell: (c) => say(c.moved ? 'changed_yes' : 'changed_no'), sort: (c) => (c.moved ? 0 : 1) },
            ],
          }}>
          {!rows.length && <Note>{say('changed_nothing')}</Note>}
          <ol class="actual-bars">
            {rows.map((c) => (
              <li key={`${c.sort} ${titleOf(c)}`}>
                <button type="button" class="actual-change" onClick={() => open(c)}>
                  <span class="actual-change-what">
                    {c.path
                      ? <span class="actual-steps">{stepsOf(c.path).map((s, i) => <span key={i} class={`actual-step t${colourOf(s.name)}`}>{stepText(s)}</span>)}</span>
                      : titleOf(c)}
                    <span class="muted">{say(`changed_${c.sort}`)}</span>
                  </span>
                  <span class="actual-change-bars">
                    <span class="muted">{say('changed_before')}</span><span class="was"><Bar part={c.before / m} of={most} /></span><span class="n">{locale.share(c.before, m)}</span>
                    <span class="muted">{say('changed_after')}</span><Bar part={c.after / n} of={most} /><span class="n">{locale.share(c.after, n)}</span>
                  </span>
                  <span class="actual-change-points">
                    <span class="n">{say('changed_pt', { points: points(c.difference) })}</span>
                    <span class="muted">{points(c.low)} {say('changed_to')} {points(c.high)}</span>
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </ChartFrame>
      );
    }}</Await>
  );
}
