// map.tsx - the drawn journey: boxes and arcs where the server laid them out, zoomed and
// moved by mouse, touch and keyboard.
//
// A filter only changes what is counted, so whatever is looked at stays in its place.
// Touchpoints are one stop of the tab key: arrow keys go from one to the next in that
// direction, Tab goes on to the moves of the one that has the focus.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Query, sheetOf } from '../../base/api';
import { Button, ChartFrame } from '../../parts';
import { type Differing, both, sideOf } from './compare';
import { type Selected, type ViewProps, countOf, locale, move, periodOf, say, shareHead, span, storiesText, whoHead } from './shared';

interface Place { x: number; y: number; width: number; height: number }
export interface Stop extends Place {
  touchpoint: string; lines: string[]; cut: boolean; count: number; customers?: number; problems?: number;
  waited: number; wait_ms_p50: number;
}
export interface Arc {
  from: string; to: string; count: number; customers?: number; problems?: number; points: number[];
  gap_ms_p50?: number; gap_ms_p90?: number; gap_ms_p99?: number; label?: Place; back: boolean; beside: boolean;
}
export interface Journey {
  customers?: number; problems?: number; interactions: number; moves: number; moves_drawn: number; kinds: number; kinds_drawn: number;
  touchpoints_left_out: number; interactions_left_out: number; share: number; width: number; height: number;
  start: Place; end: Place; touchpoints: Stop[]; arcs: Arc[];
}

// ---- Drawing -------------------------------------------------------------------------------

const isEnd = (arc: Arc) => arc.from === '(start)' || arc.to === '(end)';
const widthOf = (arc: Arc, all: number) => (all ? 1.2 + 9 * (countOf(arc) / all) : 1.2);

/** The line and the arrow's head at its end. */
function shapeOf(points: number[], width: number): { line: string; head: string } {
  const n = points.length, at = (i: number) => points[i] ?? 0;
  const tipX = at(n - 2), tipY = at(n - 1);
  let dx = tipX - at(n - 4), dy = tipY - at(n - 3);
  if (!dx && !dy) { dx = tipX - at(n - 8); dy = tipY - at(n - 7); }
  const upright = Math.abs(dy) >= Math.abs(dx);
  const sx = upright ? 0 : Math.sign(dx), sy = upright ? Math.sign(dy) : 0;
  const long = 8, half = 4 + width / 3;
  const baseX = tipX - sx * long, baseY = tipY - sy * long;
  let line = `M${at(0)} ${at(1)}`;
  for (let i = 2; i < n; i += 6) {
    const last = i + 6 >= n;
    line += `C${at(i)} ${at(i + 1)} ${at(i + 2)} ${at(i + 3)} ${last ? tipX - sx * (long - 1) : at(i + 4)} ${last ? tipY - sy * (long - 1) : at(i + 5)}`;
  }
  return { line, head: `M${tipX} ${tipY}L${baseX - sy * half} ${baseY - sx * half} ${baseX + sy * half} ${baseY + sx * half}Z` };
}

function nameOfArc(arc: Arc, all: number, props: ViewProps): string {
  const who = storiesText(countOf(arc), props.filter), share = locale.share(countOf(arc), all);
  if (arc.from === '(start)') return say('arc_start', { who, to: arc.to, share });
  if (arc.to === '(end)') return say('arc_end', { who, from: arc.from, share });
  return say('arc_name', { from: arc.from, to: arc.to, count: arc.count, who, share });
}
function nameOfStop(stop: Stop, all: number, props: ViewProps): string {
  return say('box_name', { name: stop.touchpoint, count: stop.count, who: storiesText(countOf(stop), props.filter), share: locale.share(countOf(stop), all) })
    + (stop.waited ? say('box_wait', { wait: locale.duration(stop.wait_ms_p50) }) : '');
}

const titleOf = (arc: Arc) => (arc.from === '(start)' ? say('lens_start', { to: arc.to })
  : arc.to === '(end)' ? say('lens_end', { from: arc.from }) : say('lens_move', { from: arc.from, to: arc.to }));
export function selectedArc(arc: Arc, all: number, props: ViewProps): Selected {
  const figures = [
    { label: whoHead(props.filter), value: locale.number(countOf(arc)) },
    { label: shareHead(props.filter), value: locale.share(countOf(arc), all) },
  ];
  if (!isEnd(arc)) {
    figures.unshift({ label: say('times'), value: locale.number(arc.count) });
    if (arc.gap_ms_p50 !== undefined) figures.push({ label: say('half'), value: locale.duration(arc.gap_ms_p50) });
    if (arc.gap_ms_p90 !== undefined) figures.push({ label: say('nine'), value: locale.duration(arc.gap_ms_p90) });
  }
  return { title: titleOf(arc), figures, only: { followed: [move(arc.from, arc.to)] } };
}
export function selectedStop(stop: Stop, all: number, props: ViewProps): Selected {
  const figures = [
    { label: say('times'), value: locale.number(stop.count) },
    { label: whoHead(props.filter), value: locale.number(countOf(stop)) },
    { label: shareHead(props.filter), value: locale.share(countOf(stop), all) },
  ];
  if (stop.waited) figures.push({ label: say('median_wait'), value: locale.duration(stop.wait_ms_p50) });
  return {
    title: stop.touchpoint, figures, touchpoint: stop.touchpoint,
    only: { passed: [stop.touchpoint] }, others: { 'not-passed': [stop.touchpoint] },
  };
}

// ---- Where one looks from --------------------------------------------------------------------

interface Look { x: number; y: number; k: number }
const LEAST = 0.15, MOST = 3;
const clamp = (k: number) => Math.min(MOST, Math.max(LEAST, k));

function fitAll(j: Journey, box: DOMRect | undefined): Look {
  if (!box?.width) return { x: 0, y: 0, k: 1 };
  const k = clamp(Math.min((box.width - 16) / j.width, (box.height - 16) / j.height, 1));
  return { x: (box.width - j.width * k) / 2, y: 8, k };
}
/** As wide as there is room, readable, from the top. */
function fitWidth(j: Journey, box: DOMRect | undefined): Look {
  if (!box?.width) return { x: 0, y: 0, k: 1 };
  const k = clamp(Math.min(1, Math.max(box.width < 600 ? 0.55 : 0.62, (box.width - 24) / j.width)));
  const middle = j.start.x + j.start.width / 2;
  const wide = j.width * k;
  return { x: wide <= box.width ? (box.width - wide) / 2 : Math.min(12, Math.max(box.width - wide - 12, box.width / 2 - middle * k)), y: 8, k };
}
const zoomed = (look: Look, by: number, x: number, y: number): Look => {
  const k = clamp(look.k * by);
  return { k, x: x - ((x - look.x) * k) / look.k, y: y - ((y - look.y) * k) / look.k };
};

/** Drags and pinches move and zoom; wheel with ctrl zooms. */
function useLook(j: Journey, box: { current: SVGSVGElement | null }) {
  const [look, set] = useState<Look>({ x: 0, y: 0, k: 1 });
  const moved = useRef(false);
  const key = `${j.width} ${j.height}`;
  useLayoutEffect(() => {
    const svg = box.current;
    let width = 0;
    const fit = () => {
      const room = svg?.getBoundingClientRect();
      if (room && room.width !== width) set(fitWidth(j, room)); // as the screen is turned, too
      width = room?.width ?? 0;
    };
    fit();
    const watch = new ResizeObserver(fit);
    if (svg) watch.observe(svg);
    return () => watch.disconnect();
  }, [key]);
  useEffect(() => {
    const svg = box.current;
    if (!svg) return;
    const fingers = new Map<number, { x: number; y: number }>();
    const place = (e: MouseEvent) => {
      const r = svg.getBoundingClientRect();
      return { x: e.clientX - r.left, y: e.clientY - r.top };
    };
    const wheel = (e: WheelEvent) => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const at = place(e);
      set((old) => zoomed(old, Math.exp(-e.deltaY / 300), at.x, at.y));
    };
    const down = (e: PointerEvent) => {
      if (e.button) return;
      fingers.set(e.pointerId, place(e));
      moved.current = false;
    };
    const drag = (e: PointerEvent) => {
      const before = fingers.get(e.pointerId);
      if (!before) return;
      const now = place(e), others = [...fingers].filter(([id]) => id !== e.pointerId).map(([, p]) => p);
      if (!moved.current && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
      if (!moved.current) svg.setPointerCapture(e.pointerId);
      moved.current = true;
      fingers.set(e.pointerId, now);
      const other = others[0];
      if (!other) set((old) => ({ ...old, x: old.x + now.x - before.x, y: old.y + now.y - before.y }));
      else {
        const by = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
        set((old) => zoomed(old, by, (now.x + other.x) / 2, (now.y + other.y) / 2));
      }
    };
    const up = (e: PointerEvent) => void fingers.delete(e.pointerId);
    svg.addEventListener('wheel', wheel, { passive: false });
    svg.addEventListener('pointerdown', down);
    svg.addEventListener('pointermove', drag);
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) svg.addEventListener(end, up as EventListener);
    return () => {
      svg.removeEventListener('wheel', wheel);
      svg.removeEventListener('pointerdown', down);
      svg.removeEventListener('pointermove', drag);
      for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) svg.removeEventListener(end, up as EventListener);
    };
  }, []);
  const by = (factor: number) => {
    const r = box.current?.getBoundingClientRect();
    set((old) => zoomed(old, factor, (r?.width ?? 0) / 2, (r?.height ?? 0) / 2));
  };
  const all = () => set(fitAll(j, box.current?.getBoundingClientRect()));
  /** Moves as little as it takes to see the place. */
  const show = (p: Place) => {
    const r = box.current?.getBoundingClientRect();
    if (!r) return;
    set((old) => {
      const left = p.x * old.k + old.x, top = p.y * old.k + old.y, w = p.width * old.k, h = p.height * old.k;
      return {
        ...old,
        x: left < 16 ? old.x + 16 - left : left + w > r.width - 16 ? old.x - (left + w - r.width + 16) : old.x,
        y: top < 16 ? old.y + 16 - top : top + h > r.height - 16 ? old.y - (top + h - r.height + 16) : old.y,
      };
    });
  };
  return { look, by, all, show, moved };
}

/** The nearest in the direction of the key. */
function neighbour(stops: Stop[], at: Stop, key: string): Stop | undefined {
  const middle = (s: Stop) => ({ x: s.x + s.width / 2, y: s.y + s.height / 2 });
  const from = middle(at);
  let best: Stop | undefined, least = Infinity;
  for (const s of stops) {
    if (s === at) continue;
    const dx = middle(s).x - from.x, dy = middle(s).y - from.y;
    const along = key === 'ArrowRight' ? dx : key === 'ArrowLeft' ? -dx : key === 'ArrowDown' ? dy : -dy;
    const across = key === 'ArrowRight' || key === 'ArrowLeft' ? Math.abs(dy) : Math.abs(dx);
    if (along <= 4) continue;
    const far = along + 2.2 * across;
    if (far < least) { least = far; best = s; }
  }
  return best;
}

// ---- The picture -------------------------------------------------------------------------------

const press = (run: () => void) => (e: KeyboardEvent) => {
  if (e.key !== 'Enter' && e.key !== ' ') return;
  e.preventDefault();
  run();
};

export function Picture(p: ViewProps & { journey: Journey; chosen: string; choose: (id: string) => void; small?: boolean }) {
  const { journey: j } = p;
  const box = useRef<SVGSVGElement>(null);
  const { look, by, all, show, moved } = useLook(j, box);
  const [active, setActive] = useState<string>('');
  const total = countOf(j);
  const here = j.touchpoints.find((s) => s.touchpoint === active) ?? j.touchpoints[0];
  const arcs = useMemo(() => j.arcs.map((arc) => {
    const width = widthOf(arc, total);
    return { arc, id: move(arc.from, arc.to), width, ...shapeOf(arc.points, width) };
  }), [j]);
  const focusOn = (s: Stop) => {
    setActive(s.touchpoint);
    show(s);
    box.current?.querySelector<SVGElement>(`[data-stop="${CSS.escape(s.touchpoint)}"]`)?.focus({ preventScroll: true });
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === '+' || e.key === '=') by(1.25);
    else if (e.key === '-') by(0.8);
    else if (e.key === '0') all();
    else if (e.key.startsWith('Arrow') && here && (e.target as Element).hasAttribute('data-stop')) {
      const next = neighbour(j.touchpoints, here, e.key);
      if (next) focusOn(next);
    } else return;
    e.preventDefault();
  };
  // What opens beside the picture makes it narrower: what was chosen stays in sight.
  useEffect(() => {
    const stop = j.touchpoints.find((s) => s.touchpoint === p.chosen);
    const arc = arcs.find((a) => a.id === p.chosen)?.arc.label;
    const place = stop ?? arc;
    if (place) show(place);
  }, [p.chosen]);
  const pick = (id: string) => () => { if (!moved.current) p.choose(id); };
  return (
    <div class={`actual-map${p.small ? ' small' : ''}`}>
      <svg ref={box} role="group" aria-label={say('map_name', { boxes: j.touchpoints.length, arcs: j.kinds_drawn })} onKeyDown={keys}>
        <desc>{say('map_keys')}</desc>
        <g transform={`translate(${look.x} ${look.y}) scale(${look.k})`}>
          {[{ place: j.start, name: say('start') }, { place: j.end, name: say('end') }].map(({ place, name }) => (
            <g key={name} class="actual-end">
              <rect x={place.x} y={place.y} width={place.width} height={place.height} rx="13" />
              <text x={place.x + place.width / 2} y={place.y + 17} text-anchor="middle">{name}</text>
            </g>
          ))}
          {j.touchpoints.map((s) => (
            <g key={s.touchpoint} class={`actual-box${p.chosen === s.touchpoint ? ' chosen' : ''}${s.count ? '' : ' none'}`}>
              <rect class="card-rect" x={s.x} y={s.y} width={s.width} height={s.height} rx="6" data-stop={s.touchpoint}
                role="button" tabindex={s === here ? 0 : -1} aria-pressed={p.chosen === s.touchpoint} aria-label={nameOfStop(s, total, p)}
                onFocus={() => setActive(s.touchpoint)} onClick={pick(s.touchpoint)} onKeyDown={press(() => p.choose(s.touchpoint))} />
              <rect class="reach" x={s.x + 6} y={s.y + s.height - 5} width={total ? Math.max(1, ((s.width - 12) * countOf(s)) / total) : 1} height="3" />
              {s.lines.map((line, i) => (
                <text key={i} class="name" aria-hidden="true" x={s.x + s.width / 2} y={s.y + 18 + 16 * i} text-anchor="middle">{i && s.cut ? `${line}\u2026` : line}</text>
              ))}
              <text class="below" aria-hidden="true" x={s.x + s.width / 2} y={s.y + s.height - 11} text-anchor="middle">
                {s.waited ? say('waits_for', { count: s.count, wait: span(s.wait_ms_p50) }) : locale.number(s.count)}
              </text>
            </g>
          ))}
          {arcs.map(({ arc, id, width, line, head }) => {
            const ours = here && (arc.from === here.touchpoint || (arc.from === '(start)' && arc.to === here.touchpoint));
            return (
              <g key={id} class={`actual-arc${arc.back ? ' back' : ''}${isEnd(arc) ? ' edge' : ''}${p.chosen === id ? ' chosen' : ''}${arc.count ? '' : ' none'}`}>
                <path class="hit" d={line} role="button" tabindex={ours && arc.count ? 0 : -1} aria-pressed={p.chosen === id} data-arc={id}
                  aria-label={nameOfArc(arc, total, p)} onClick={pick(id)} onKeyDown={press(() => p.choose(id))} />
                <path class="line" d={line} stroke-width={width} />
                <path class="head" d={head} />
                {arc.label && arc.count > 0 && (
                  <text class="label" aria-hidden="true" x={arc.label.x + arc.label.width / 2} y={arc.label.y + 11} text-anchor="middle">{locale.number(arc.count)}</text>
                )}
              </g>
            );
          })}
        </g>
      </svg>
      <div class="actual-zoom">
        <Button kind="plain" onClick={() => by(1.3)} icon="plus" iconOnly>{say('zoom_in')}</Button>
        <Button kind="plain" onClick={() => by(1 / 1.3)} icon="minus" iconOnly>{say('zoom_out')}</Button>
        <Button kind="plain" onClick={all}>{say('zoom_all')}</Button>
      </div>
    </div>
  );
}

/** Moves of both drawings; what does not stand in one of them is not told for it. */
export function movesDiffer(a: Journey, b: Journey): Differing[] {
  return both(a.arcs, b.arcs, (arc) => move(arc.from, arc.to)).flatMap(({ a: mine, b: theirs }) => {
    const arc = mine ?? theirs;
    if (!arc) return [];
    const title = titleOf(arc);
    return [{ name: isEnd(arc) ? title : `${arc.from} \u2192 ${arc.to}`, a: sideOf(mine && countOf(mine), countOf(a), false), b: sideOf(theirs && countOf(theirs), countOf(b), false),
      only: { title, only: { followed: [move(arc.from, arc.to)] } } }];
  });
}

function hiddenText(j: Journey): string {
  const n = j.touchpoints_left_out;
  const boxes = n ? say('boxes_hidden', { n, share: locale.share(j.interactions_left_out, j.interactions) }) : say('boxes_all');
  if (j.moves_drawn >= j.moves) return say('map_whole', { boxes });
  return say('map_hidden', {
    share: locale.share(j.moves - j.moves_drawn, j.moves), kinds: say('kinds_hidden', { n: j.kinds - j.kinds_drawn }), boxes,
  });
}

export function DrawnMap(p: ViewProps & {
  journey: Journey; title: string; chosen: string; choose: (id: string) => void; small?: boolean; drawn: Query;
}) {
  const { journey: j } = p;
  const total = countOf(j);
  return (
    <ChartFrame title={p.title} name="journey" xlsx={sheetOf('/journey', { ...p.query, ...p.drawn })} hidden={<strong class="actual-hidden">{hiddenText(j)}</strong>}
      basis={say('map_basis', { stories: storiesText(total, p.filter), period: periodOf(p.filter) })}
      table={{
        rows: j.arcs, keyOf: (a) => move(a.from, a.to),
        columns: [
          { id: 'from', head: say('from'), cell: (a) => a.from, sort: (a) => a.from },
          { id: 'to', head: say('to'), cell: (a) => a.to, sort: (a) => a.to },
          { id: 'times', head: say('times'), cell: (a) => a.count, sort: (a) => a.count, number: true },
          { id: 'who', head: whoHead(p.filter), cell: (a) => countOf(a), sort: (a) => countOf(a), number: true },
          { id: 'share', head: shareHead(p.filter), cell: (a) => locale.share(countOf(a), total), sort: (a) => countOf(a) / (total || 1), number: true },
          {
            id: 'half', head: say('half'), number: true, sort: (a) => a.gap_ms_p50 ?? null,
            cell: (a) => (a.gap_ms_p50 === undefined ? '' : locale.duration(a.gap_ms_p50)),
          },
        ],
      }}>
      <Picture {...p} />
    </ChartFrame>
  );
}
