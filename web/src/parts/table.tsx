// table.tsx - the one table: sortable, numbers right, head that stays, row actions, an
// empty state, more by cursor. Long ones draw only the rows that can be seen.
//
//     <Table caption={say('customers')} rows={items} keyOf={(r) => r.customer} columns={[
//       { id: 'name', head: say('name'), cell: (r) => r.name, sort: (r) => r.name },
//       { id: 'n', head: say('interactions'), cell: (r) => r.n, sort: (r) => r.n, number: true },
//     ]} />
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { locale } from '../base/locale';
import { Button, Skeleton } from './basic';
import { Icon } from './icon';
import { usePaper } from './paper';
import { reach, useScrolls } from './scrolls';
import { say } from './words.en';

export interface Column<R> {
  id: string;
  head: string;
  /** A number is written by the locale. */
  cell: (row: R) => ComponentChildren;
  /** By what rows are sorted; without, they are not. */
  sort?: (row: R) => string | number | null;
  /** Right-aligned. */
  number?: boolean;
  /** Names the row (one column; the first by default). */
  names?: boolean;
}
export interface Sorting {
  by: string;
  down: boolean;
}
export interface TableProps<R> {
  /** What the table shows; also its name. */
  caption: string;
  captionHidden?: boolean;
  columns: Column<R>[];
  rows: R[] | undefined;
  keyOf: (row: R) => string | number;
  empty?: ComponentChildren;
  /** In a column of its own at the end. */
  actions?: (row: R) => ComponentChildren;
  selected?: (row: R) => boolean;
  /** Sorting that the page keeps (in its URL); without, the table keeps its own. */
  sorting?: Sorting | undefined;
  onSort?: (sorting: Sorting) => void;
  /** There is more to come. */
  more?: boolean;
  onMore?: () => void;
  waiting?: boolean;
}

/** More rows than these are drawn only where they can be seen. */
const LONG = 200;
const ASIDE = 12; // above and below what can be seen

function ordered<R>(rows: R[], columns: Column<R>[], sorting: Sorting | undefined): R[] {
  const key = columns.find((c) => c.id === sorting?.by)?.sort;
  if (!key || !sorting) return rows;
  const sign = sorting.down ? -1 : 1;
  const compare = (a: string | number | null, b: string | number | null): number => {
    if (a === null || b === null) return a === b ? 0 : a === null ? sign : -sign; // those without a value last
    return typeof a === 'number' && typeof b === 'number' ? a - b
      : String(a).localeCompare(String(b), locale.tag, { numeric: true });
  };
  return rows.map((row, i) => ({ row, i, k: key(row) }))
    .sort((a, b) => sign * compare(a.k, b.k) || a.i - b.i).map((x) => x.row);
}

const shown = (cell: ComponentChildren) => (typeof cell === 'number' ? locale.number(cell) : cell);

function useWindow(n: number, box: { current: HTMLDivElement | null }): { from: number; to: number; above: number; below: number } {
  const [view, set] = useState({ top: 0, height: 800, row: 33 });
  const paper = usePaper();
  useEffect(() => {
    const element = box.current;
    if (!element || n <= LONG) return;
    const look = () => set({
      top: element.scrollTop, height: element.clientHeight,
      row: element.querySelector('tbody tr[data-row]')?.getBoundingClientRect().height || 33,
    });
    look();
    element.addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      element.removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [n > LONG]);
  if (n <= LONG || paper) return { from: 0, to: n, above: 0, below: 0 };
  const from = Math.max(0, Math.floor(view.top / view.row) - ASIDE);
  const to = Math.min(n, Math.ceil((view.top + view.height) / view.row) + ASIDE);
  return { from, to, above: from * view.row, below: (n - to) * view.row };
}

function Head<R>({ column, sorting, sort }: { column: Column<R>; sorting: Sorting | undefined; sort: (s: Sorting) => void }) {
  const here = sorting?.by === column.id;
  if (!column.sort) return <th scope="col" class={column.number ? 'n' : undefined}>{column.head}</th>;
  return (
    <th scope="col" class={column.number ? 'n' : undefined} aria-sort={here ? (sorting.down ? 'descending' : 'ascending') : undefined}>
      <button type="button" class="sort" onClick={() => sort({ by: column.id, down: here ? !sorting.down : !!column.number })}>
        {column.head}
        <span class={`sort-mark${here ? ' on' : ''}`}><Icon name={here && !sorting.down ? 'up' : 'down'} /></span>
      </button>
    </th>
  );
}

export function Table<R>(p: TableProps<R>) {
  const box = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<Sorting | undefined>(undefined);
  const sorting = p.sorting ?? own;
  const rows = useMemo(() => ordered(p.rows ?? [], p.columns, sorting), [p.rows, sorting?.by, sorting?.down, p.columns]);
  const view = useWindow(rows.length, box);
  const scrolls = useScrolls(box, rows.length > 0);
  const naming = p.columns.find((c) => c.names) ?? p.columns[0];
  const width = p.columns.length + (p.actions ? 1 : 0);
  if (!p.rows) return p.waiting === false ? null : <Skeleton lines={6} />;
  if (!rows.length && p.empty) return <>{p.empty}</>;
  const spacer = (height: number) => height > 0 && (
    <tr aria-hidden="true"><td colSpan={width} style={{ height: `${height}px`, padding: 0, border: 0 }} /></tr>
  );
  return (
    <div class="table">
      <div class={`table-scroll${rows.length > LONG ? ' long' : ''}`} ref={box} {...reach(scrolls, p.caption)}>
        <table aria-busy={p.waiting} aria-rowcount={rows.length > LONG ? rows.length + 1 : undefined}>
          <caption class={p.captionHidden ? 'quiet' : undefined}>{p.caption}</caption>
          <thead>
            <tr>
              {p.columns.map((c) => <Head key={c.id} column={c} sorting={sorting} sort={(s) => { setOwn(s); p.onSort?.(s); }} />)}
              {p.actions && <th scope="col"><span class="quiet">{say('actions')}</span></th>}
            </tr>
          </thead>
          <tbody>
            {spacer(view.above)}
            {rows.slice(view.from, view.to).map((row, i) => (
              <tr key={rows.length > LONG ? view.from + i : p.keyOf(row)} data-row class={p.selected?.(row) ? 'selected' : undefined}
                aria-rowindex={rows.length > LONG ? view.from + i + 2 : undefined}>
                {p.columns.map((c) => (c === naming
                  ? <th key={c.id} scope="row" class={c.number ? 'n' : undefined}>{shown(c.cell(row))}</th>
                  : <td key={c.id} class={c.number ? 'n' : undefined} data-label={c.head}>{shown(c.cell(row))}</td>))}
                {p.actions && <td class="row-actions"><div class="actions">{p.actions(row)}</div></td>}
              </tr>
            ))}
            {spacer(view.below)}
          </tbody>
        </table>
      </div>
      {p.more && p.onMore && <div class="table-more"><Button onClick={p.onMore} busy={!!p.waiting}>{say('more')}</Button></div>}
    </div>
  );
}
