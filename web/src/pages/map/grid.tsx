// grid.tsx - the map drawn: a column for each touchpoint in the order of the flow, stages
// above, lanes as rows, the line of visibility between front and back stage, and the
// feeling under it: as intended (dashed) and as it was (solid).
//
// Everything has its place by number of column and row, so only what can be seen is drawn,
// and a map with a thousand touchpoints moves as one with ten. Cards are one stop of the
// tab key; arrow keys go from card to card, with Alt they move it; a mouse drags it (drag.ts).
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Icon } from '../../parts';
import { CardInside, type Marks, livedBy } from './card';
import { type Drop, useDrag } from './drag';
import { type Bracket, type Change, type Laid, type Lane, type Lived, type MapDoc, type Touchpoint, feltOf, lanes, putDown } from './model';
import { afterPress } from './press';
import { say } from './words.en';

export const stageKey = (id: string) => `stage~${id}`;
export interface GridProps {
  doc: MapDoc; laid: Laid; lived: Lived | undefined;
  selected: string; select: (id: string) => void;
  zoom: number; setZoom: (zoom: number) => void;
  changed: ReadonlySet<string>; marks?: Marks | undefined; votes?: ReadonlyMap<string, number> | undefined;
  can: boolean;
  /** What keys do with the card that has the focus. */
  act?: (what: 'earlier' | 'later' | 'remove' | 'add' | 'rename', id: string) => void;
  /** What a card that was dragged does. */
  move?: (id: string, changes: Change[]) => Promise<unknown>;
  rename?: { id: string; done: (name: string | null) => void } | undefined;
  addTouchpoint?: (stage: string) => void;
  /** Only these columns (from, to), as on paper. */
  only?: readonly [number, number];
}
/** So many columns fit a sheet (page.css: the zoom of print); more go on below, in strips alike. */
export const STRIP = 8;
export function stripsOf(columns: number): [number, number][] {
  const n = Math.max(1, Math.ceil(columns / STRIP)), each = Math.ceil(columns / n);
  return Array.from({ length: n }, (_, i): [number, number] => [i * each, Math.min(columns, (i + 1) * each)]);
}

const WIDTH = 176, GAP = 10, LABEL = 104, HEAD = 62, BRACKET = 24, CARD = 138, ROW = 12, LINE = 22, FEEL = 108, MOST = 4;

interface Row { id: string; top: number; height: number }
interface Places { rows: Row[]; at: Record<string, Row>; height: number; width: number; x: (column: number) => number }

function placesOf(doc: MapDoc, laid: Laid, only?: readonly [number, number]): Places {
  const first = only?.[0] ?? 0, n = only ? only[1] - only[0] : laid.columns.length;
  const all = laid.columns.map((c) => doc.journey.touchpoints[c.id]).filter((t): t is Touchpoint => !!t);
  const has = (lane: Lane) => all.some((t) => t.lane === lane);
  const most = (of: (t: Touchpoint) => number) => Math.min(MOST, Math.max(0, ...all.map(of)));
  const list = (n: number) => (n ? n * LINE + 14 : 34);
  const heights: [string, number][] = [
    ['stage', HEAD], ['flow', laid.depth ? laid.depth * BRACKET + 6 : 0],
    ...lanes.slice(0, 2).map((lane): [string, number] => [lane, has(lane) ? CARD + 2 * ROW : 40]),
    ['line', 26], ['back', has('back') ? CARD + 2 * ROW : 40],
    ['systems', list(most((t) => t.systems.length))],
    ['information', list(most((t) => t.holds.length + t.needs.length))], ['feeling', FEEL],
  ];
  let top = 0;
  const rows = heights.filter(([, height]) => height > 0).map(([id, height]) => {
    const row = { id, top, height };
    top += height;
    return row;
  });
  return {
    rows, at: Object.fromEntries(rows.map((r) => [r.id, r])), height: top,
    width: LABEL + n * (WIDTH + GAP) + GAP,
    x: (column) => LABEL + GAP + (column - first) * (WIDTH + GAP),
  };
}

/** Which columns can be seen. */
function useSeen(box: { current: HTMLDivElement | null }, n: number, zoom: number): [number, number] {
  const [view, set] = useState<[number, number]>([0, 14]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const from = Math.floor((element.scrollLeft / zoom - LABEL) / (WIDTH + GAP)) - 3;
      const to = Math.ceil((element.scrollLeft + element.clientWidth) / zoom / (WIDTH + GAP)) + 3;
      // In steps of four, so that scrolling draws anew but rarely.
      const next: [number, number] = [Math.max(0, Math.floor(from / 4) * 4), Math.min(n, Math.ceil(to / 4) * 4)];
      set((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    const watch = new ResizeObserver(look);
    watch.observe(element);
    const all = () => set([0, n]); // paper shows all of it
    addEventListener('beforeprint', all);
    addEventListener('afterprint', look);
    return () => {
      element.removeEventListener('scroll', look);
      watch.disconnect();
      removeEventListener('beforeprint', all);
      removeEventListener('afterprint', look);
    };
  }, [n, zoom]);
  return view;
}

/** Lines from each that is known to the next. */
function Feeling({ doc, laid, lived, places, from, to, cut }: { doc: MapDoc; laid: Laid; lived: ReturnType<typeof livedBy>; places: Places; from: number; to: number; cut: boolean }) {
  const begin = cut ? from : Math.max(0, from - 1), end = cut ? to : to + 1;
  const top = 14, bottom = FEEL - 18;
  const y = (score: number) => bottom - ((score - 1) / 4) * (bottom - top);
  const points = laid.columns.slice(begin, end).map((c, i) => {
    const t = doc.journey.touchpoints[c.id], at = lived.get(c.id);
    return { x: places.x(begin + i) + WIDTH / 2, meant: t?.feels ?? 0, was: feltOf(at), id: c.id };
  });
  const line = (of: (p: typeof points[number]) => number) => {
    const known = points.filter((p) => of(p) > 0);
    return known.map((p, i) => `${i ? 'L' : 'M'}${p.x} ${y(of(p)).toFixed(1)}`).join('');
  };
  return (
    <svg class="map-feeling" width={places.width} height={FEEL} aria-hidden="true">
      {[1, 3, 5].map((s) => <line key={s} class="grid" x1={LABEL} x2={places.width} y1={y(s)} y2={y(s)} />)}
      <path class="meant" d={line((p) => p.meant)} />
      <path class="was" d={line((p) => p.was)} />
      {points.map((p) => (
        <g key={p.id}>
          {p.meant > 0 && <circle class="meant" cx={p.x} cy={y(p.meant)} r="4" />}
          {p.was > 0 && <circle class="was" cx={p.x} cy={y(p.was)} r="4.5" />}
          {p.was > 0 && <text class="was" x={p.x + 9} y={y(p.was) + (p.was < p.meant ? 14 : -6)}>{locale.number(p.was)}</text>}
        </g>
      ))}
    </svg>
  );
}

/** Where a card that is carried would stand: an edge beside another one, or its own column. */
function DropMark({ drop, own, places }: { drop: Drop; own: number; places: Places }) {
  const top = places.at['customer']?.top ?? 0, end = places.at['back'], lane = drop.lane ? places.at[drop.lane] : undefined;
  const left = places.x(drop.column);
  return (
    <>
      {lane && <div class="map-drop-lane" style={{ top: `${lane.top}px`, height: `${lane.height}px` }} />}
      {drop.column === own
        ? lane && <div class="map-drop-own" style={{ left: `${left}px`, width: `${WIDTH}px`, top: `${lane.top + 4}px`, height: `${lane.height - 8}px` }} />
        : <div class="map-drop" style={{ left: `${left + (drop.behind ? WIDTH : 0) + (drop.behind ? GAP : -GAP) / 2}px`, top: `${top}px`, height: `${(end ? end.top + end.height : 0) - top}px` }} />}
    </>
  );
}

function Brackets({ laid, places, from, to, cut, into }: { laid: Laid; places: Places; from: number; to: number; cut: boolean; into: number }) {
  const row = places.at['flow'];
  if (!row) return null;
  const innermost = laid.brackets.filter((b) => b.from <= into && into < b.to).at(-1);
  const seen = laid.brackets.filter((b: Bracket) => b.to > from && b.from < to);
  return (
    <>
      {seen.map((b) => (
        <div key={`${b.from} ${b.to} ${b.depth}`} class={`map-bracket ${b.block}${b === innermost ? ' into' : ''}`}
          style={{ left: `${places.x(cut ? Math.max(b.from, from) : b.from) + 3 * b.depth}px`, width: `${((cut ? Math.min(b.to, to) : b.to) - (cut ? Math.max(b.from, from) : b.from)) * (WIDTH + GAP) - GAP - 6 * b.depth}px`, top: `${row.top + b.depth * BRACKET + 3}px` }}>
          <span>{say(`block_${b.block}`)}</span>
        </div>
      ))}
    </>
  );
}

/** The blocks that a column stands in, outermost first. */
export const blocksAt = (laid: Laid, column: number): string[] =>
  laid.brackets.filter((b) => b.from <= column && column < b.to).map((b) => say(`block_${b.block}`));

/** The name, typed where it stands. */
function Rename({ name, done }: { name: string; done: (name: string | null) => void }) {
  const [text, set] = useState(name);
  const box = useRef<HTMLTextAreaElement>(null);
  const over = useRef(false);
  useEffect(() => box.current?.select(), []);
  const end = (value: string | null) => {
    if (over.current) return;
    over.current = true;
    done(value && value.trim() !== name ? value.trim() : null);
  };
  return (
    <textarea ref={box} class="map-rename" rows={2} aria-label={say('field_name')} value={text} onInput={(e) => set(e.currentTarget.value)}
      onBlur={() => afterPress(() => end(text))} onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Escape') end(null);
        if (e.key === 'Enter') { e.preventDefault(); end(text); }
      }} />
  );
}

export function Grid(p: GridProps) {
  const { doc, laid } = p;
  const box = useRef<HTMLDivElement>(null);
  const places = useMemo(() => placesOf(doc, laid, p.only), [doc, laid, p.only]);
  const lived = useMemo(() => livedBy(p.lived), [p.lived]);
  const seen = useSeen(box, laid.columns.length, p.zoom), [from, to] = p.only ?? seen;
  const [active, setActive] = useState('');
  const refocus = useRef('');
  const columnOf = useMemo(() => new Map(laid.columns.flatMap((c, i) => (c.id ? [[c.id, i] as const] : []))), [laid]);
  const first = laid.columns.find((c) => c.id)?.id ?? '';
  const here = columnOf.has(active) ? active : columnOf.has(p.selected) ? p.selected : first;

  const { carried, hold } = useDrag(p.can && !!p.move, {
    box, doc, zoom: p.zoom, label: LABEL,
    at: (x, y, id) => {
      const own = columnOf.get(id) ?? 0, place = (x - LABEL - GAP / 2) / (WIDTH + GAP);
      const column = Math.min(laid.columns.length - 1, Math.max(0, Math.floor(place)));
      const lane = lanes.find((l) => { const r = places.at[l]; return !!r && y >= r.top && y < r.top + r.height; });
      return { column, behind: column !== own && place - column >= 0.5, lane: lane ?? doc.journey.touchpoints[id]?.lane ?? null };
    },
    drop: (id, { column, behind, lane }) => {
      const to = laid.columns[column], changes = to ? putDown(doc, id, to.id, behind, to.stage, lane) : [];
      return changes.length && p.move ? p.move(id, changes) : Promise.resolve();
    },
  });

  const show = (column: number) => {
    const element = box.current;
    if (!element) return;
    const left = places.x(column) * p.zoom, right = left + WIDTH * p.zoom, label = LABEL * p.zoom;
    if (left < element.scrollLeft + label) element.scrollLeft = left - label - 12;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth + 24;
  };
  const focusOn = (id: string) => {
    const column = columnOf.get(id);
    if (column === undefined) return;
    setActive(id);
    show(column);
    refocus.current = id;
  };
  useLayoutEffect(() => { // after what was scrolled to is drawn
    if (!refocus.current) return;
    const card = box.current?.querySelector<HTMLElement>(`[data-card="${CSS.escape(refocus.current)}"]`);
    if (card) { card.focus({ preventScroll: true }); refocus.current = ''; }
  });
  useLayoutEffect(() => { const column = columnOf.get(p.selected); if (column !== undefined) show(column); }, [p.selected, p.zoom]);
  // A card that was moved or renamed keeps the focus.
  useLayoutEffect(() => {
    if (active && columnOf.has(active) && document.activeElement === document.body) focusOn(active);
  }, [doc]);

  const step = (id: string, by: number): string => {
    for (let i = (columnOf.get(id) ?? 0) + by; i >= 0 && i < laid.columns.length; i += by) {
      const found = laid.columns[i]?.id;
      if (found) return found;
    }
    return '';
  };
  const nextStage = (id: string, by: number): string => {
    const stage = laid.columns[columnOf.get(id) ?? 0]?.stage ?? 0;
    for (let s = stage + by; s >= 0 && s < laid.stages.length; s += by) {
      const found = laid.columns.find((c) => c.stage === s && c.id);
      if (found) return found.id;
    }
    return '';
  };
  const keys = (e: KeyboardEvent) => {
    const id = (e.target as HTMLElement).dataset['card'];
    if (!id || e.ctrlKey || e.metaKey) return;
    const act = p.can ? p.act : undefined;
    let to = '';
    if (e.key === 'ArrowRight' && e.altKey) act?.('later', id);
    else if (e.key === 'ArrowLeft' && e.altKey) act?.('earlier', id);
    else if (e.key === 'ArrowRight') to = step(id, 1);
    else if (e.key === 'ArrowLeft') to = step(id, -1);
    else if (e.key === 'ArrowDown') to = nextStage(id, 1);
    else if (e.key === 'ArrowUp') to = nextStage(id, -1);
    else if (e.key === 'Home') to = first;
    else if (e.key === 'End') to = laid.columns.findLast((c) => c.id)?.id ?? '';
    else if (e.key === 'Delete' && act) act('remove', id);
    else if ((e.key === 'Insert' || e.key === 'a') && act) act('add', id);
    else if (e.key === 'F2' && act) act('rename', id);
    else if (e.key === '+' || e.key === '=') p.setZoom(p.zoom * 1.2);
    else if (e.key === '-') p.setZoom(p.zoom / 1.2);
    else return;
    e.preventDefault();
    if (to) focusOn(to);
  };

  const drawn: number[] = [];
  for (let i = from; i < to; i++) drawn.push(i);
  const extra = columnOf.get(here);
  if (!p.only && extra !== undefined && (extra < from || extra >= to)) drawn[extra < from ? 'unshift' : 'push'](extra);
  const moved = carried && columnOf.get(carried.id);
  if (moved && !drawn.includes(moved)) drawn.push(moved);
  return (
    <div class={`map-box${carried ? ' is-dragging' : ''}`} ref={box} role="group" aria-label={say('grid_label', { title: doc.journey.title })} tabIndex={laid.columns.some((c) => c.id) ? undefined : 0}>
      <div class="map-canvas" style={{ width: `${places.width}px`, height: `${places.height}px`, zoom: p.zoom }}>
        {places.rows.filter((r) => r.id !== 'stage').map((r) => (
          <div key={r.id} class={`map-row ${r.id}`} style={{ top: `${r.top}px`, height: `${r.height}px` }}>
            <span class="map-row-name">
              {r.id === 'line' ? say('row_line') : say(`row_${r.id}` as 'row_flow')}
              {r.id === 'feeling' && (
                <small class="map-key"><span><i class="meant" />{say('feeling_meant')}</span><span><i class="was" />{say('feeling_was')}</span></small>
              )}
            </span>
          </div>
        ))}
        {doc.journey.stages.map((stage, i) => {
          const span = laid.stages[i];
          const more = p.only ? 0 : 40;
          if (!span || span.to <= from - more || span.from >= to + more) return null;
          const key = stageKey(stage.id), begin = p.only ? Math.max(span.from, from) : span.from, end = p.only ? Math.min(span.to, to) : span.to;
          return (
            <div key={stage.id} class={`map-stage${p.marks?.get(stage.id) ? ` is-${p.marks.get(stage.id)}` : ''}`} style={{ left: `${places.x(begin)}px`, width: `${(end - begin) * (WIDTH + GAP) - GAP}px`, height: `${places.height}px` }}>
              <button type="button" class={`map-stage-head ${stage.when}`} aria-pressed={p.selected === key} onClick={() => p.select(p.selected === key ? '' : key)}>
                <span class="map-stage-when">{say(`when_${stage.when}`)}</span>
                <span class="map-stage-name">{stage.name}</span>
              </button>
              {p.can && p.addTouchpoint && span.to - span.from === 1 && !laid.columns[span.from]?.id && (
                <button type="button" class="map-add" style={{ top: `${(places.at['customer']?.top ?? 0) + 4}px` }} onClick={() => p.addTouchpoint?.(stage.id)}><Icon name="plus" />{say('add_touchpoint')}</button>
              )}
            </div>
          );
        })}
        <Brackets laid={laid} places={places} from={from} to={to} cut={!!p.only} into={carried?.drop ? carried.drop.column : -1} />
        {carried?.drop && <DropMark drop={carried.drop} own={columnOf.get(carried.id) ?? -1} places={places} />}
        <div class="map-feeling-row" style={{ top: `${places.at['feeling']?.top ?? 0}px` }}>
          <Feeling doc={doc} laid={laid} lived={lived} places={places} from={from} to={to} cut={!!p.only} />
        </div>
        <ol class="map-cards" onKeyDown={keys} {...hold}>
          {drawn.map((i) => {
            const column = laid.columns[i], t = column && doc.journey.touchpoints[column.id];
            if (!column || !t) return null;
            const at = lived.get(column.id), stage = doc.journey.stages[column.stage]?.name ?? '', mark = p.marks?.get(column.id);
            const information = [...t.needs.map((what) => ({ what, needs: true })), ...t.holds.map((what) => ({ what, needs: false }))];
            return (
              <li key={column.id} style={{ left: `${places.x(i)}px`, width: `${WIDTH}px` }}>
                {p.rename?.id === column.id ? (
                  <div class="map-card chosen" style={{ top: `${(places.at[t.lane]?.top ?? 0) + ROW}px` }}><Rename name={t.name} done={p.rename.done} /></div>
                ) : (
                  <button type="button" class={`map-card ${t.lane}${mark ? ` is-${mark}` : ''}${p.changed.has(column.id) ? ' changed' : ''}${carried?.id === column.id ? ' carried' : ''}`} data-card={column.id}
                    style={{ top: `${(places.at[t.lane]?.top ?? 0) + ROW}px` }} tabIndex={column.id === here ? 0 : -1} aria-pressed={p.selected === column.id}
                    onFocus={() => setActive(column.id)} onClick={() => p.select(p.selected === column.id ? '' : column.id)} onDblClick={() => p.can && p.act?.('rename', column.id)}>
                    {mark && <span class="map-mark">{say(`sort_${mark}`)}</span>}
                    <CardInside t={t} at={at} number={column.number} changed={p.changed.has(column.id)} where={[stage, ...blocksAt(laid, i)]} votes={p.votes?.get(column.id)} />
                  </button>
                )}
                {t.systems.length > 0 && (
                  <ul class="map-list" aria-label={say('row_systems')} style={{ top: `${places.at['systems']?.top ?? 0}px` }}>
                    {t.systems.slice(0, MOST).map((s, n) => <li key={s} title={s}>{n === MOST - 1 && t.systems.length > MOST ? say('and_more', { n: t.systems.length - n }) : s}</li>)}
                  </ul>
                )}
                {information.length > 0 && (
                  <ul class="map-list information" aria-label={say('row_information')} style={{ top: `${places.at['information']?.top ?? 0}px` }}>
                    {information.slice(0, MOST).map((s, n) => (
                      <li key={`${s.needs} ${s.what}`} class={s.needs ? 'needs' : 'holds'} title={s.what}>
                        {n === MOST - 1 && information.length > MOST ? say('and_more', { n: information.length - n }) : say(s.needs ? 'needs_this' : 'holds_this', { what: s.what })}
                      </li>
                    ))}
                  </ul>
                )}
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}
