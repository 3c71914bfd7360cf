// drag.ts - a card of the grid, moved by mouse, pen, or a finger that rests on it for a moment: it
// follows the pointer, the place where it would stand is shown, and letting go moves it there.
// Escape, or letting go outside of the map, leaves everything as it was.
//
// Cards are looked up by their columns, so a card can be carried to where nothing is drawn yet:
// near an edge the map scrolls by itself. A dropped card stays where it was let go until the map
// is drawn anew, so it does not jump back and forth.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Lane, MapDoc } from './model';

/** Beside the card in that column, in front of it or behind; in a lane. */
export interface Drop { column: number; behind: boolean; lane: Lane | null }
export interface Carried { id: string; drop: Drop | null }
interface Hold {
  id: string; card: HTMLElement; pointer: number;
  x: number; y: number; left: number; top: number; // where it was taken: on the screen, in the map
  now: { x: number; y: number }; carried: boolean; drop: Drop | null; wait: ReturnType<typeof setTimeout> | 0; frame: number;
}
export interface Canvas {
  box: { current: HTMLDivElement | null };
  doc: MapDoc; zoom: number; label: number;
  /** What lies there, in pixels of the map without zoom; null: outside of it. */
  at: (x: number, y: number, id: string) => Drop | null;
  drop: (id: string, drop: Drop) => Promise<unknown>;
}
const FAR = 5, REST_MS = 450, EDGE = 48, OUTSIDE = 60;

export function useDrag(can: boolean, canvas: Canvas) {
  const [carried, setCarried] = useState<Carried | null>(null);
  const held = useRef<Hold | null>(null), dropped = useRef<HTMLElement | null>(null), clicked = useRef(false);
  const now = useRef(canvas);
  now.current = canvas;

  const inMap = (x: number, y: number) => {
    const r = now.current.box.current?.querySelector('.map-canvas')?.getBoundingClientRect();
    return { x: (x - (r?.left ?? 0)) / now.current.zoom, y: (y - (r?.top ?? 0)) / now.current.zoom };
  };
  const settle = () => {
    if (dropped.current) dropped.current.style.transform = '';
    dropped.current = null;
    setCarried(null);
  };
  const look = (h: Hold) => {
    const r = now.current.box.current?.getBoundingClientRect(), { x, y } = h.now;
    const at = inMap(x, y);
    h.card.style.transform = `translate(${at.x - h.left}px, ${at.y - h.top}px)`;
    const inside = r && x > r.left - OUTSIDE && x < r.right + OUTSIDE && y > r.top - OUTSIDE && y < r.bottom + OUTSIDE;
    const drop = h.drop = inside ? now.current.at(at.x, at.y, h.id) : null;
    setCarried((old) => (old?.id === h.id && old.drop?.column === drop?.column && old.drop?.behind === drop?.behind && old.drop?.lane === drop?.lane ? old : { id: h.id, drop }));
  };
  /** Near an edge the map goes on by itself, and so does the page. */
  const scroll = (h: Hold) => {
    const box = now.current.box.current, page = document.scrollingElement, r = box?.getBoundingClientRect();
    const by = (low: number, at: number, high: number) => (Math.min(EDGE, Math.max(0, at - high + EDGE)) - Math.min(EDGE, Math.max(0, low + EDGE - at))) / 3;
    if (box && page && r) {
      const was = [box.scrollLeft, page.scrollTop];
      box.scrollLeft += by(r.left + now.current.label * now.current.zoom, h.now.x, r.right);
      page.scrollTop += by(0, h.now.y, innerHeight);
      if (box.scrollLeft !== was[0] || page.scrollTop !== was[1]) look(h);
    }
    h.frame = requestAnimationFrame(() => scroll(h));
  };
  const carry = (h: Hold) => {
    h.carried = clicked.current = true;
    h.card.setPointerCapture(h.pointer);
    const at = inMap(h.x, h.y);
    h.left = at.x;
    h.top = at.y;
    look(h);
    h.frame = requestAnimationFrame(() => scroll(h));
  };
  const end = (h: Hold, drop: Drop | null) => {
    if (h.wait) clearTimeout(h.wait);
    cancelAnimationFrame(h.frame);
    held.current = null;
    if (!h.carried) return;
    dropped.current = h.card;
    if (drop) void now.current.drop(h.id, drop).finally(settle);
    else settle();
  };
  useLayoutEffect(() => { // others may have changed the map meanwhile
    if (held.current) end(held.current, null);
    settle();
  }, [canvas.doc]);
  const down = (e: PointerEvent) => {
    const card = (e.target as HTMLElement).closest<HTMLElement>('button[data-card]');
    if (!can || e.button || !e.isPrimary || held.current || !card?.dataset['card']) return;
    const h: Hold = { id: card.dataset['card'], card, pointer: e.pointerId, x: e.clientX, y: e.clientY, left: 0, top: 0, now: { x: e.clientX, y: e.clientY }, carried: false, drop: null, wait: 0, frame: 0 };
    held.current = h;
    if (e.pointerType === 'touch') h.wait = setTimeout(() => carry(h), REST_MS);
    else card.setPointerCapture(e.pointerId); // else a quick one is off the card before it is told
  };
  const move = (e: PointerEvent) => {
    const h = held.current;
    if (!h || e.pointerId !== h.pointer) return;
    h.now = { x: e.clientX, y: e.clientY };
    const far = Math.hypot(e.clientX - h.x, e.clientY - h.y) > FAR;
    if (h.carried) look(h);
    else if (far && h.wait) end(h, null); // a finger that moves scrolls
    else if (far) carry(h);
  };
  const up = (e: PointerEvent) => {
    const h = held.current;
    if (clicked.current) setTimeout(() => { clicked.current = false; }); // behind the click that letting go makes
    if (h && e.pointerId === h.pointer) end(h, e.type === 'pointerup' ? h.drop : null);
  };

  useEffect(() => {
    const box = canvas.box.current;
    if (!box || !can) return;
    const still = (e: Event) => { if (held.current?.carried) e.preventDefault(); };
    const keys = (e: KeyboardEvent) => {
      const h = held.current;
      if (e.key !== 'Escape' || !h?.carried) return;
      e.stopPropagation();
      end(h, null);
    };
    const click = (e: Event) => { if (clicked.current) e.stopPropagation(); };
    box.addEventListener('touchmove', still, { passive: false });
    box.addEventListener('contextmenu', still);
    box.addEventListener('click', click, true);
    document.addEventListener('keydown', keys, true);
    return () => {
      box.removeEventListener('touchmove', still);
      box.removeEventListener('contextmenu', still);
      box.removeEventListener('click', click, true);
      document.removeEventListener('keydown', keys, true);
    };
  }, [can]);
  return { carried, hold: { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up } };
}
