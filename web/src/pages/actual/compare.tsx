// compare.tsx - two periods or groups side by side: the same question asked of both, what
// differs between them with how sure that is, and below it each as it is shown alone.
import type { ComponentChildren } from 'preact';
import { type Got, type Query, useGet } from '../../base/api';
import { FEW, type Part, difference, told } from '../../base/interval';
import { Bar, ChartFrame } from '../../parts';
import { type Selected, type ViewProps, locale, periodOf, say } from './shared';

/** One side of a difference: so many of so many; `ms`: the median wait of so many. */
export interface Side extends Part { ms?: number }
export interface Differing {
  name: string;
  /** null: it is not told, being beyond the commonest asked for. */
  a: Side | null;
  b: Side | null;
  /** The same on both sides, to be opened. */
  only?: Partial<Selected>;
}

/** What is not in a list of the commonest is 0 when that list holds all there is. */
export const sideOf = (part: number | undefined, of: number, whole: boolean): Side | null =>
  (part !== undefined ? { part, of } : whole ? { part: 0, of } : null);

/** The names of both lists, of this one first. */
export function both<T>(a: T[], b: T[], keyOf: (t: T) => string): { key: string; a: T | undefined; b: T | undefined }[] {
  const of = (list: T[]) => new Map(list.map((t) => [keyOf(t), t]));
  const mine = of(a), theirs = of(b);
  return [...new Set([...mine.keys(), ...theirs.keys()])].map((key) => ({ key, a: mine.get(key), b: theirs.get(key) }));
}

const signed = (value: number, text: string) => (value < 0 ? `\u2212${text}` : value > 0 ? `+${text}` : text);
const points = (share: number) => {
  const rounded = Math.round(share * 1000) / 10;
  return signed(rounded, locale.number(Math.abs(rounded)));
};
const figure = (s: Side) => (s.ms !== undefined ? locale.duration(s.ms) : locale.share(s.part, s.of));
const sizeOf = (s: Side | null) => (s ? s.ms ?? (s.of ? s.part / s.of : 0) : 0);
const gap = (r: Differing) => (r.a && r.b ? sizeOf(r.a) - sizeOf(r.b) : null);
const sure = (r: Differing) => {
  if (!r.a || !r.b) return 'untold';
  if (r.a.ms !== undefined) return Math.min(r.a.of, r.b.of) < FEW ? 'few' : 'median';
  return told(r.a, r.b);
};
function differs(r: Differing): string {
  const { a, b } = r;
  if (!a || !b) return say('diff_untold');
  if (sure(r) === 'few') return say('diff_few', { n: Math.min(a.of, b.of) });
  const more = gap(r) ?? 0;
  if (a.ms !== undefined) return signed(more, locale.duration(Math.abs(more)));
  const d = difference(a, b);
  return say('diff_points', { value: points(d.value), low: points(d.low), high: points(d.high) });
}
/** In a table: which it is. */
const sureText = (r: Differing) => {
  const how = sure(r);
  return how === 'median' ? '' : say(`diff_${how === 'few' ? 'few_short' : how === 'untold' ? 'untold' : how}`);
};

const SHOWN = 12;
/** The clearest first, within these the largest. */
function ranked(rows: Differing[]): Differing[] {
  const rank = { clear: 0, median: 0, chance: 1, few: 2, untold: 3 };
  return rows.map((r, i) => ({ r, i })).sort((x, y) => rank[sure(x.r)] - rank[sure(y.r)]
    || Math.abs(gap(y.r) ?? 0) - Math.abs(gap(x.r) ?? 0) || x.i - y.i).map(({ r }) => r);
}

export interface DiffersProps {
  rows: Differing[];
  /** What a share is of: "customers". */
  what: string;
  name: string;
  mine: ViewProps;
  theirs: ViewProps;
  /** Rows have an order of their own (steps, months). */
  inOrder?: boolean;
}
export function Differs(p: DiffersProps) {
  const rows = p.inOrder ? p.rows : ranked(p.rows);
  const shown = p.inOrder ? rows : rows.slice(0, SHOWN);
  const most = Math.max(...rows.flatMap((r) => [sizeOf(r.a), sizeOf(r.b)]), 0);
  const waits = rows.some((r) => r.a?.ms !== undefined);
  const open = (r: Differing) => p.mine.select({
    title: r.name, only: {}, ...r.only,
    figures: [
      ...(r.a ? [{ label: say('compare_this'), value: figure(r.a) }, { label: say('diff_of', { side: say('compare_this') }), value: locale.number(r.a.of) }] : []),
      ...(r.b ? [{ label: say('compare_that'), value: figure(r.b) }, { label: say('diff_of', { side: say('compare_that') }), value: locale.number(r.b.of) }] : []),
      { label: say('diff'), value: differs(r) },
    ],
  });
  if (!rows.length) return null;
  const inside = (r: Differing) => (
    <>
      <span>{r.name}</span>
      <span class="actual-two">
        <Bar part={sizeOf(r.a)} of={most} />
        <span class="n">{r.a ? figure(r.a) : '\u2013'}</span>
        <span class="actual-that"><Bar part={sizeOf(r.b)} of={most} /></span>
        <span class="n">{r.b ? figure(r.b) : '\u2013'}</span>
      </span>
      <span class={`actual-gap ${sure(r)}`}>
        {differs(r)}
        {sure(r) === 'chance' && <small class="muted">{say('diff_chance')}</small>}
      </span>
    </>
  );
  return (
    <ChartFrame title={say('diff_title')} name={`${p.name}-compared`}
      basis={`${say(waits ? 'diff_basis_waits' : 'diff_basis', { what: p.what, few: FEW })} ${say('diff_sides', { mine: periodOf(p.mine.filter), theirs: periodOf(p.theirs.filter) })}`}
      hidden={shown.length < rows.length ? say('diff_hidden', { n: shown.length, all: rows.length }) : undefined}
      table={{
        rows, keyOf: (r) => r.name, columns: [
          { id: 'name', head: say('diff_what'), names: true, cell: (r) => r.name, sort: (r) => r.name },
          { id: 'a', head: say('compare_this'), cell: (r) => (r.a ? figure(r.a) : ''), sort: (r) => (r.a ? sizeOf(r.a) : null), number: true },
          { id: 'an', head: say('diff_of', { side: say('compare_this') }), cell: (r) => r.a?.of ?? '', sort: (r) => r.a?.of ?? null, number: true },
          { id: 'b', head: say('compare_that'), cell: (r) => (r.b ? figure(r.b) : ''), sort: (r) => (r.b ? sizeOf(r.b) : null), number: true },
          { id: 'bn', head: say('diff_of', { side: say('compare_that') }), cell: (r) => r.b?.of ?? '', sort: (r) => r.b?.of ?? null, number: true },
          { id: 'diff', head: say('diff'), cell: differs, sort: gap, number: true },
          ...(waits ? [] : [{ id: 'sure', head: say('diff_sure'), cell: sureText, csv: sureText }]),
        ],
      }}>
      <p class="actual-key muted"><span class="actual-mark" />{say('compare_this')}<span class="actual-mark that" />{say('compare_that')}</p>
      <ol class="actual-bars">
        {shown.map((r) => (
          <li key={r.name}>
            {r.only
              ? <button type="button" class="actual-bar actual-differ" onClick={() => open(r)}>{inside(r)}</button>
              : <div class="actual-bar actual-differ still">{inside(r)}</div>}
          </li>
        ))}
      </ol>
    </ChartFrame>
  );
}

/** Who is looked at, and who they are compared with. */
export interface SidesProps {
  mine: ViewProps;
  theirs: ViewProps | null;
}
/** A question, alone or of two groups side by side. */
export function Sides<A>(p: SidesProps & {
  path: string | null;
  /** What is asked with a side's filter. */
  asked: (query: Query) => Query;
  /** `all`: the answers there are, for one scale over both. */
  draw: (view: ViewProps, got: Got<A>, second: boolean, all: A[]) => ComponentChildren;
  /** What differs; not asked when there is nothing on both sides. */
  differing?: (a: A, b: A) => Differing[];
  what: string;
  name: string;
  inOrder?: boolean;
  /** Too wide to stand side by side: one below the other. */
  wide?: boolean;
}) {
  const got = useGet<A>(p.path, p.asked(p.mine.query));
  const other = useGet<A>(p.theirs ? p.path : null, p.asked(p.theirs?.query ?? {}));
  const all = [got.data, p.theirs ? other.data : undefined].filter((a): a is A => a !== undefined);
  if (!p.theirs) return <>{p.draw(p.mine, got, false, all)}</>;
  const { mine, theirs } = p;
  return (
    <>
      {p.differing && got.data && other.data && (
        <div class="await" aria-busy={got.waiting || other.waiting}>
          <Differs rows={p.differing(got.data, other.data)} what={p.what} name={p.name} mine={mine} theirs={theirs} inOrder={!!p.inOrder} />
        </div>
      )}
      <div class={`actual-pair${p.wide ? ' wide' : ''}`}>
        <div>{p.draw(mine, got, false, all)}</div>
        <div>{p.draw(theirs, other, true, all)}</div>
      </div>
    </>
  );
}
