// paths.tsx - where they go from a touchpoint, or what led there: a stream that parts.
import { sankey, sankeyLinkHorizontal } from 'd3-sankey';
import { type Got, sheetOf, useGet } from '../../base/api';
import { Await, Button, ChartFrame, Empty, SelectField } from '../../parts';
import { Sides, type SidesProps, both, sideOf } from './compare';
import { type Counted, type ViewProps, colourOf, locale, periodOf, say, titled } from './shared';

interface Node { parent: number; depth: number; touchpoint: string | null; count: number; ended: number }
interface PathsAnswer extends Counted { ways: number; distinct: number; nodes: Node[] }
interface Names { items: { name: string; counts_as?: number }[] }
interface Point { id: number; name: string; depth: number; count: number; kind: 'step' | 'ended' | 'others' }
interface Stream { source: number; target: number; value: number }

/** So many touchpoints stand at each step; the rest of them are "others". */
const MOST = 8;

/** The tree of ways as a stream: the same touchpoint at the same step is one point; where
 * stories end, and what is not among the commonest, are points of their own. */
function pointsOf(a: PathsAnswer, depth: number): { points: Point[]; streams: Stream[] } {
  const kept = new Map<number, Set<string>>();
  for (let d = 1; d <= depth; d++) {
    const sum = new Map<string, number>();
    for (const n of a.nodes) if (n.depth === d && n.touchpoint !== null) sum.set(n.touchpoint, (sum.get(n.touchpoint) ?? 0) + n.count);
    kept.set(d, new Set([...sum].sort((x, y) => y[1] - x[1]).slice(0, MOST).map(([name]) => name)));
  }
  const points: Point[] = [], byKey = new Map<string, Point>(), streams = new Map<string, Stream>();
  const add = (kind: Point['kind'], name: string, d: number, count: number): Point => {
    const key = `${d} ${kind} ${name}`;
    let point = byKey.get(key);
    if (!point) {
      point = { id: points.length, name, depth: d, count: 0, kind };
      byKey.set(key, point);
      points.push(point);
    }
    point.count += count;
    return point;
  };
  const flow = (from: Point, to: Point, value: number) => {
    const key = `${from.id} ${to.id}`, old = streams.get(key);
    if (old) old.value += value;
    else streams.set(key, { source: from.id, target: to.id, value });
  };
  const at: (Point | undefined)[] = [];
  const told: number[] = a.nodes.map(() => 0);
  a.nodes.forEach((n, i) => {
    if (n.depth === 0 || n.touchpoint === null) return;
    const known = kept.get(n.depth)?.has(n.touchpoint);
    const point = at[i] = add(known ? 'step' : 'others', known ? n.touchpoint : '', n.depth - 1, n.count);
    const from = at[n.parent];
    if (n.depth > 1 && from) {
      flow(from, point, n.count);
      told[n.parent] = (told[n.parent] ?? 0) + n.count;
    }
  });
  a.nodes.forEach((n, i) => {
    const from = at[i];
    if (!from || n.depth >= depth) return;
    const rest = n.count - n.ended - (told[i] ?? 0);
    if (n.ended > 0) flow(from, add('ended', '', n.depth, n.ended), n.ended);
    if (rest > 0) flow(from, add('others', '', n.depth, rest), rest);
  });
  return { points, streams: [...streams.values()] };
}

interface Chosen { anchor: string; backwards: boolean; depth: number }
const TOP = 6;

/** The first that is chosen after (before) the anchor: what is told of it is whole. */
function first(a: PathsAnswer, anchored: boolean): Node[] {
  const of = anchored ? a.nodes.findIndex((n) => n.depth === 1) : 0;
  return a.nodes.filter((n) => n.touchpoint !== null && n.parent === of && n.depth === (anchored ? 2 : 1));
}
function differing(a: PathsAnswer, b: PathsAnswer, anchored: boolean) {
  const mine = first(a, anchored), theirs = first(b, anchored);
  return both(mine, theirs, (n) => n.touchpoint ?? '').map((n) => ({
    name: n.key, a: sideOf(n.a?.count, a.ways, mine.length < TOP), b: sideOf(n.b?.count, b.ways, theirs.length < TOP),
    only: { title: n.key, touchpoint: n.key, only: { passed: [n.key] } },
  }));
}

export function PathsTab(p: SidesProps & Chosen & { set: (change: { anchor?: string; backwards?: boolean; depth?: number }) => void }) {
  const quoted = (name: string) => (/[",|]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const names = useGet<Names>('/names/touchpoints');
  const asked = { at: p.anchor ? [quoted(p.anchor)] : undefined, backwards: p.backwards, depth: p.depth, top: TOP };
  const what = say(p.anchor ? (p.backwards ? 'paths_of_to' : 'paths_of_from') : p.backwards ? 'paths_of_end' : 'paths_of_start', { anchor: p.anchor });
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say(p.backwards ? 'anchor_back' : 'anchor')} value={p.anchor} onChange={(anchor) => p.set({ anchor })}
          choices={[{ value: '', label: say(p.backwards ? 'anchor_end' : 'anchor_start') },
            ...(names.data?.items ?? []).filter((n) => n.counts_as === undefined).map((n) => ({ value: n.name, label: n.name }))]} />
        <SelectField label={say('depth')} value={String(p.depth)} onChange={(n) => p.set({ depth: Number(n) })}
          choices={['3', '4', '5', '6', '7'].map((n) => ({ value: n, label: n }))} />
        <span class="switch" role="group" aria-label={say('paths')}>
          <Button kind="quiet" pressed={!p.backwards} onClick={() => p.set({ backwards: false })}>{say('forwards')}</Button>
          <Button kind="quiet" pressed={p.backwards} onClick={() => p.set({ backwards: true })}>{say('backwards')}</Button>
        </span>
      </div>
      <Sides<PathsAnswer> {...p} path="/paths" name="paths" what={what} asked={(query) => ({ ...query, ...asked })} wide
        differing={(a, b) => differing(a, b, !!p.anchor)}
        draw={(view, got) => <Paths {...view} got={got} anchor={p.anchor} backwards={p.backwards} depth={p.depth} xlsx={sheetOf('/paths', { ...view.query, ...asked })} />} />
    </>
  );
}

function Paths(p: ViewProps & Chosen & { got: Got<PathsAnswer>; xlsx: string }) {
  const where = p.anchor ? say(p.backwards ? 'paths_to' : 'paths_from', { anchor: p.anchor }) : say(p.backwards ? 'paths_to_end' : 'paths_from_start');
  return (
    <Await got={p.got} lines={10}>{(a) => {
      const { points, streams } = pointsOf(a, p.depth);
      if (!streams.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
      const nameOf = (q: Point) => (q.kind === 'step' ? q.name : say(q.kind === 'others' ? 'others' : p.backwards ? 'began' : 'ended'));
      const width = 190 * p.depth, height = 560;
      const drawn = sankey<Point, Stream>().nodeId((q) => q.id).nodeWidth(10).nodePadding(10).nodeAlign((q) => q.depth)
        .extent([[4, 8], [width - 150, height - 8]])({ nodes: points.map((q) => ({ ...q })), links: streams.map((s) => ({ ...s })) });
      const link = sankeyLinkHorizontal<Point, Stream>();
      const flip = (x: number) => (p.backwards ? width - x : x);
      const open = (q: Point) => p.select({
        title: q.name, touchpoint: q.name, only: { passed: [q.name] }, others: { 'not-passed': [q.name] },
        figures: [{ label: say('step'), value: locale.number(q.depth + 1) }, { label: say('times'), value: locale.number(q.count) }, { label: say('share'), value: locale.share(q.count, a.ways) }],
      });
      return (
        <ChartFrame title={titled(p, say('paths'))} name="paths" xlsx={p.xlsx}
          basis={say('paths_basis', { ways: a.ways, where, period: periodOf(p.filter), top: TOP, depth: p.depth })}
          table={{
            rows: points, keyOf: (q) => q.id, columns: [
              { id: 'step', head: say('step'), cell: (q) => q.depth + 1, sort: (q) => q.depth, number: true },
              { id: 'name', head: say('touchpoint'), names: true, cell: nameOf, sort: nameOf },
              { id: 'times', head: say('times'), cell: (q) => q.count, sort: (q) => q.count, number: true },
              { id: 'share', head: say('share'), cell: (q) => locale.share(q.count, a.ways), sort: (q) => q.count / (a.ways || 1), number: true },
            ],
          }}>
          <svg class="actual-sankey" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={say('paths_name', { n: p.depth })}>
            <g transform={p.backwards ? `translate(${width} 0) scale(-1 1)` : undefined}>
              {drawn.links.map((l, i) => (
                <path key={i} class={`stream ${(l.target as Point).kind}`} d={link(l) ?? ''} stroke-width={Math.max(1, l.width ?? 1)} />
              ))}
            </g>
            {drawn.nodes.map((q) => {
              const x0 = q.x0 ?? 0, x1 = q.x1 ?? 0, y0 = q.y0 ?? 0, y1 = q.y1 ?? 0;
              const label = say('node_name', { step: q.depth + 1, name: nameOf(q), count: q.count });
              const place = { x: p.backwards ? flip(x1) : x0, y: y0, width: x1 - x0, height: Math.max(1, y1 - y0) };
              return (
                <g key={q.id} class="actual-node">
                  {q.kind === 'step'
                    ? (
                      <rect class={`node t${colourOf(q.name)}`} {...place} role="button" tabindex={0} aria-label={label} onClick={() => open(q)}
                        onKeyDown={(e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); open(q); } }} />
                    ) : <rect class={`node ${q.kind}`} {...place}><title>{label}</title></rect>}
                  {y1 - y0 > 7 && (
                    <text aria-hidden="true" x={p.backwards ? flip(x1) - 5 : x1 + 5} y={(y0 + y1) / 2 + 4} text-anchor={p.backwards ? 'end' : 'start'}>
                      {`${nameOf(q).length > 19 ? `${nameOf(q).slice(0, 18)}\u2026` : nameOf(q)} ${locale.short(q.count)}`}
                    </text>
                  )}
                </g>
              );
            })}
          </svg>
        </ChartFrame>
      );
    }}</Await>
  );
}
