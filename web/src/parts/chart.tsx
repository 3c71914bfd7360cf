// chart.tsx - the frame around every chart: what it shows and over what (n, period), the
// picture, the same as a table, and both to take away (SVG, CSV, XLSX). And the parts that
// drawings are made of: scales from zero, axes, columns.
//
//     <ChartFrame title={say('waits')} basis={say('basis', { n })} table={{ columns, rows, keyOf }}
//       name="waits">
//       <Columns values={...} label={...} />
//     </ChartFrame>
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { locale } from '../base/locale';
import { Button } from './basic';
import { Menu } from './layers';
import { reach, useScrolls } from './scrolls';
import { type Column, Table } from './table';
import { say } from './words.en';

export interface ChartFrameProps<R> {
  title: string;
  /** n, period, definition: what makes the figures honest. */
  basis?: ComponentChildren;
  /** What is not drawn: "12 % of moves are not drawn". */
  hidden?: ComponentChildren;
  /** The same in numbers. `csv` gives a row's cells as they go into a file; without it, their texts. */
  table: { columns: (Column<R> & { csv?: (row: R) => string | number | null })[]; rows: R[]; keyOf: (row: R) => string | number };
  /** Of the files: "waits" gives waits.svg and waits.csv. */
  name: string;
  /** Beside the title. */
  actions?: ComponentChildren;
  /** The address of the answer as a spreadsheet: sheetOf('/waits', query). */
  xlsx?: string;
  children: ComponentChildren;
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** A cell that a spreadsheet would run as a formula is given as text. */
function csvCell(value: unknown): string {
  let text = value === null || value === undefined ? '' : String(value);
  if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
export function csvOf<R>(table: ChartFrameProps<R>['table']): string {
  const lines = [table.columns.map((c) => csvCell(c.head))];
  for (const row of table.rows)
    lines.push(table.columns.map((c) => {
      const value = c.csv ? c.csv(row) : c.sort ? c.sort(row) : c.cell(row);
      return csvCell(typeof value === 'object' ? '' : value);
    }));
  return `${lines.map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

const drawn = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'opacity', 'font-size', 'font-weight', 'text-anchor', 'paint-order'];
/** The picture with its look written into it, so that it is the same anywhere. */
export function svgOf(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of drawn) to[i]?.setAttribute(name, style.getPropertyValue(name));
    to[i]?.removeAttribute('class');
  });
  const box = svg.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('font-family', 'system-ui, sans-serif');
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
  copy.setAttribute('width', String(Math.round(box.width)));
  copy.setAttribute('height', String(Math.round(box.height)));
  return new XMLSerializer().serializeToString(copy);
}

export function ChartFrame<R>(p: ChartFrameProps<R>) {
  const [asTable, setAsTable] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(picture, asTable);
  const saveSvg = () => {
    const svg = picture.current?.querySelector<SVGSVGElement>('svg:not(.icon)');
    if (svg) save(`${p.name}.svg`, 'image/svg+xml', svgOf(svg));
  };
  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <div class="chart-titles">
          <span class="chart-title">{p.title}</span>
          {p.basis && <span class="chart-basis">{p.basis}</span>}
        </div>
        <div class="actions">
          {p.actions}
          <Button kind="quiet" pressed={asTable} onClick={() => setAsTable(!asTable)}>{say('as_table')}</Button>
          <Menu label={say('take_away')} icon="download" iconOnly>
            {[
              ...(asTable ? [] : [{ label: 'SVG', onClick: saveSvg }]),
              { label: 'CSV', onClick: () => save(`${p.name}.csv`, 'text/csv', csvOf(p.table)) },
              ...(p.xlsx ? [{ label: 'XLSX', href: p.xlsx }] : []),
            ]}
          </Menu>
        </div>
      </figcaption>
      {asTable
        ? <Table caption={p.title} captionHidden columns={p.table.columns} rows={p.table.rows} keyOf={p.table.keyOf} />
        : <div class="chart-picture" ref={picture} {...reach(scrolls, p.title)}>{p.children}</div>}
      {p.hidden && <p class="chart-basis">{p.hidden}</p>}
    </figure>
  );
}

// ---- What drawings are made of -----------------------------------------------------------------

/** From values to places on a line. */
export interface Scale {
  (value: number): number;
  ticks: number[];
  most: number;
}
/** Begins at zero and ends at a round number. */
export function scale(most: number, from: number, to: number, ticks = 4): Scale {
  const raw = (most || 1) / ticks;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10) * power;
  const end = Math.ceil((most || 1) / step - 1e-9) * step;
  const at = (value: number) => from + (value / end) * (to - from);
  return Object.assign(at, { ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step), most: end });
}

export interface ColumnsProps {
  values: { label: string; value: number; href?: string }[];
  /** What all of it shows, for who cannot see it; the table says the rest. */
  label: string;
  height?: number;
  /** Under the first, the last and some between. */
  axis?: (label: string) => string;
  onPick?: (index: number) => void;
  picked?: number | undefined;
}
/** Columns from zero. */
export function Columns({ values, label, height = 160, axis = (t) => t, onPick, picked }: ColumnsProps) {
  const width = 800, left = 44, bottom = 20;
  const y = scale(Math.max(...values.map((v) => v.value), 0), height - bottom, 8);
  const step = (width - left) / Math.max(1, values.length);
  const every = Math.max(1, Math.ceil(values.length / 8));
  return (
    <svg class="columns" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {y.ticks.map((t) => (
        <g key={t}>
          <line class="grid" x1={left} x2={width} y1={y(t)} y2={y(t)} />
          <text class="tick" x={left - 6} y={y(t) + 4} text-anchor="end">{locale.short(t)}</text>
        </g>
      ))}
      {values.map((v, i) => (
        <g key={v.label}>
          <rect class={`column${picked === i ? ' picked' : ''}${onPick ? ' can' : ''}`} x={left + i * step + step * 0.12} width={Math.max(1, step * 0.76)}
            y={y(v.value)} height={Math.max(0, height - bottom - y(v.value))} onClick={onPick && (() => onPick(i))}>
            <title>{`${axis(v.label)}: ${locale.number(v.value)}`}</title>
          </rect>
          {i % every === 0 && <text class="tick" x={left + i * step + step / 2} y={height - 5} text-anchor="middle">{axis(v.label)}</text>}
        </g>
      ))}
    </svg>
  );
}
