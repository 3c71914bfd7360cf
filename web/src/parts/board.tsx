// board.tsx - columns with cards: what is in which state. A card goes to another column by
// dragging it, by its menu, or by keyboard: arrow keys go from card to card, Shift with the
// left or right arrow moves one.
//
//     <Board label={say('board')} columns={[{ id: 'open', title: 'Open', count: 12, items }]} keyOf={(r) => r.record}
//       href={(r) => hrefOf(r)} title={(r) => r.title} card={(r) => <>...</>}
//       ways={(r) => [{ id: 'mend', label: 'It is mended', to: 'mended' }]} onWay={(r, way) => ...} />
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { locale } from '../base/locale';
import { LinkButton } from './basic';
import { Menu } from './layers';
import { reach, useScrolls } from './scrolls';
import { say } from './words.en';

export interface BoardColumn<T> {
  id: string;
  title: string;
  /** All there are; `items` may be the first of them. */
  count: number;
  items: T[];
  /** What it means; shown below the title. */
  note?: string;
  /** Where all of them stand. */
  href?: string;
}
export interface BoardWay {
  id: string;
  label: string;
  /** The column it leads to; none: it stays. */
  to?: string;
  href?: string;
}
export interface BoardProps<T> {
  label: string;
  columns: BoardColumn<T>[];
  keyOf: (item: T) => string | number;
  title: (item: T) => string;
  href: (item: T) => string;
  card: (item: T) => ComponentChildren;
  ways: (item: T) => BoardWay[];
  onWay: (item: T, way: BoardWay) => void;
}

interface CardProps<T> {
  p: BoardProps<T>;
  item: T;
  column: BoardColumn<T>;
  setTaken: (taken: { item: T; from: string } | null) => void;
}
function Card<T>({ p, item, column, setTaken }: CardProps<T>) {
  const ways = p.ways(item);
  const toward = (step: number) => {
    const at = p.columns.findIndex((c) => c.id === column.id);
    for (let i = at + step; i >= 0 && i < p.columns.length; i += step) {
      const way = ways.find((w) => w.to === p.columns[i]?.id);
      if (way) return way;
    }
    return undefined;
  };
  const keys = (e: KeyboardEvent) => {
    const link = (e.target as HTMLElement).closest<HTMLElement>('a.board-title');
    if (!link) return;
    if (e.shiftKey && (e.key === 'ArrowLeft' || e.key === 'ArrowRight')) {
      const way = toward(e.key === 'ArrowLeft' ? -1 : 1);
      e.preventDefault();
      if (way) p.onWay(item, way);
      return;
    }
    if (e.altKey || e.ctrlKey || e.metaKey || !e.key.startsWith('Arrow')) return;
    e.preventDefault();
    const column = link.closest('.board-column');
    const links = [...(column?.querySelectorAll<HTMLElement>('a.board-title') ?? [])];
    const at = links.indexOf(link);
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') links[at + (e.key === 'ArrowDown' ? 1 : -1)]?.focus();
    let beside = column;
    while (beside && (e.key === 'ArrowLeft' || e.key === 'ArrowRight')) {
      beside = e.key === 'ArrowLeft' ? beside.previousElementSibling : beside.nextElementSibling;
      const there = beside?.querySelectorAll<HTMLElement>('a.board-title');
      if (there?.length) return void there[Math.min(at, there.length - 1)]?.focus();
    }
  };
  return (
    <li class="board-card" draggable={ways.some((w) => w.to)} onKeyDown={keys}
      onDragStart={(e) => { e.dataTransfer?.setData('text/plain', p.title(item)); setTaken({ item, from: column.id }); }} onDragEnd={() => setTaken(null)}>
      <div class="board-card-head">
        <a class="board-title" href={p.href(item)} draggable={false}>{p.title(item)}</a>
        {ways.length > 0 && (
          <Menu label={say('board_move', { what: p.title(item) })} iconOnly floats>
            {ways.map((w) => ({ label: w.label, ...(w.href ? { href: w.href } : { onClick: () => p.onWay(item, w) }) }))}
          </Menu>
        )}
      </div>
      {p.card(item)}
    </li>
  );
}

export function Board<T>(p: BoardProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(box, p.columns.length);
  const [taken, setTaken] = useState<{ item: T; from: string } | null>(null);
  const [over, setOver] = useState('');
  const way = (to: string) => (taken && taken.from !== to ? p.ways(taken.item).find((w) => w.to === to) : undefined);
  return (
    <div class="board" ref={box} {...reach(scrolls, p.label)}>
      {p.columns.map((c) => (
        <section key={c.id} aria-label={c.title} class={`board-column${way(c.id) ? ' may' : ''}${over === c.id && way(c.id) ? ' over' : ''}`}
          onDragOver={(e) => { if (way(c.id)) { e.preventDefault(); setOver(c.id); } }} onDragLeave={() => setOver('')}
          onDrop={(e) => {
            const there = way(c.id);
            e.preventDefault();
            setOver('');
            if (there && taken) p.onWay(taken.item, there);
            setTaken(null);
          }}>
          <h2 class="board-head">{c.title} <span class="board-count">{locale.number(c.count)}</span></h2>
          {c.note && <p class="board-note muted">{c.note}</p>}
          <ul class="board-cards">{c.items.map((item) => <Card key={p.keyOf(item)} p={p} item={item} column={c} setTaken={setTaken} />)}</ul>
          {!c.items.length && <p class="board-none muted">{say('board_none')}</p>}
          {c.href && c.count > c.items.length && <LinkButton kind="quiet" href={c.href}>{say('board_all', { n: c.count })}</LinkButton>}
        </section>
      ))}
    </div>
  );
}
