// shared.ts - what the parts of Actual share: the filter they ask with, what is selected,
// and how figures are worded.
import type { Query } from '../../base/api';
import { locale } from '../../base/locale';
import { type Filter, periodText, quoted } from '../../parts';
import { say } from './words.en';

/** What was clicked: its figures, and the filter that leaves just these stories. */
export interface Selected {
  title: string;
  figures: { label: string; value: string }[];
  only: Partial<Filter>;
  /** The others, where they can be told. */
  others?: Partial<Filter>;
  touchpoint?: string;
  /** The filter it was counted with, when it is not the page's: the other of two. */
  of?: Filter;
  /** Who it was before, when it is something that changed. */
  before?: { filter: Filter; only: Partial<Filter> };
}

export interface ViewProps {
  query: Query;
  filter: Filter;
  select: (selected: Selected) => void;
  /** Of two side by side, which: behind the titles. */
  side?: string;
}
export const titled = (p: ViewProps, title: string): string => (p.side ? `${title} \u00b7 ${p.side}` : title);

export interface Counted {
  customers?: number;
  problems?: number;
}
export const countOf = (answer: Counted): number => answer.customers ?? answer.problems ?? 0;
export const storiesText = (n: number, filter: Filter): string =>
  say(filter.by === 'problem' ? 'stories_problem' : 'stories_customer', { n });
export const whoHead = (filter: Filter): string => say(filter.by === 'problem' ? 'who_problem' : 'who_customer');
export const whoText = (filter: Filter): string => say(filter.by === 'problem' ? 'of_problem' : 'of_customer');
export const shareHead = (filter: Filter): string => say(filter.by === 'problem' ? 'share_of_problems' : 'share_of');
/** Within a sentence; months keep their capitals. */
export const periodOf = (filter: Filter): string => {
  const text = periodText(filter.from, filter.until);
  return filter.from && filter.until ? text : text.charAt(0).toLocaleLowerCase(locale.tag) + text.slice(1);
};
export const move = (from: string, to: string): string =>
  `${from.startsWith('(') ? from : quoted(from)}>${to.startsWith('(') ? to : quoted(to)}`;
export const wayOf = (path: string[]): string => path.map(quoted).join('>');

/** "Newsletter 3x" for three in a row. */
export function stepsOf(path: string[]): { name: string; times: number }[] {
  const steps: { name: string; times: number }[] = [];
  for (const name of path) {
    const last = steps[steps.length - 1];
    if (last?.name === name) last.times++;
    else steps.push({ name, times: 1 });
  }
  return steps;
}
export const stepText = (s: { name: string; times: number }) => (s.times > 1 ? say('step_times', { name: s.name, times: s.times }) : s.name);

/** "44 d": one unit, for where there is no room. */
export function span(ms: number): string {
  const units: [number, string][] = [[86400e3, 'd'], [3600e3, 'h'], [60e3, 'min'], [1e3, 's']];
  for (const [size, name] of units)
    if (ms >= size) return `${Math.round(ms / size)} ${name}`;
  return '0 s';
}
/** One of the nine quiet colours, the same for the same name. */
export function colourOf(name: string): number {
  let hash = 7;
  for (const c of name) hash = (hash * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return 1 + (hash % 8);
}
/** Of five steps, by share of the most. */
export const heat = (part: number, most: number): number =>
  (part <= 0 || most <= 0 ? 0 : Math.min(5, Math.max(1, Math.ceil((part / most) * 5))));
export { locale, say };
