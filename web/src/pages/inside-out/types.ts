// types.ts - what the API tells of findings (docs/handbook/inside-out.md), and what pages
// say of them in one place: sorts, ways, how a department or a type of fact is called.
import { locale } from '../../base/locale';
import type { Filter } from '../../parts';
import { say } from './words.en';

/** The three that the page is about; the others stand below, more quietly. */
export const main = ['duplicate', 'contradiction', 'dam'] as const;
export const sorts = [...main, 'signatory', 'context-lost', 'overload', 'never', 'deviation', 'promise', 'ownerless', 'forgotten', 'aggravation'] as const;
export type Sort = typeof sorts[number];
/** Which column a sort stands in: two letters of one signatory are said twice, too. */
export const columnOf = (sort: Sort): Sort => (sort === 'signatory' ? 'duplicate' : sort);
export const quiet = sorts.filter((s) => !(main as readonly Sort[]).includes(columnOf(s)));
export const sortName = (sort: Sort): string => say(`sort_${sort}`);

export interface Named {
  name: string;
}
export interface Row {
  cause: string;
  sort: Sort;
  says: string;
  from: Named | null;
  to: Named | null;
  touchpoint: string | null;
  purpose: string | null;
  facts: string[];
  customers: number;
  hits: number;
  first_ms: number;
  last_ms: number;
  severity: number;
  cost_minutes: number | null;
  record: number | null;
  /** The department that had it may reply first: until then others are not told which it is. */
  waits: boolean;
  judged: { why: string; person: string | null; at_ms: number } | null;
}
export interface Found {
  ran_ms: number | null;
  /** The job that looks now. */
  looking: number | null;
  /** It looks by itself, at most so often; null: never. */
  every_minutes: number | null;
  interactions: number;
  messages: number;
  says: string;
  findings: Row[];
  counts: Partial<Record<Sort, number>>;
}
export interface Message {
  id: string;
  at_ms: number;
  department: string | null;
  channel: string | null;
  touchpoint: string | null;
  purpose: string | null;
  signatory: string | null;
  /** Of the colleague who wrote it down; told to the owner of the finding alone. */
  role: string | null;
  subject: string | null;
  text: string;
  direction: '' | 'in' | 'out' | 'internal';
}
/** A stretch of a text, in characters as scripts count them. */
export interface Said {
  at: number;
  len: number;
  says: string;
}
export interface Difference {
  type: string;
  a: Said;
  b: Said;
}
export interface Example {
  customer: { number: number; name: string };
  a: Message;
  b: Message | null;
  differs: Difference[];
  ways: string[];
}

/** Two letters may differ in more than the finding is about: that stands first. */
export const ordered = (differs: Difference[], facts: string[]): Difference[] =>
  [...differs].sort((a, b) => Number(facts.includes(b.type)) - Number(facts.includes(a.type)));
/** The sentence of a text in which a stretch stands. */
export function sentenceOf(text: string, { at, len }: Pick<Said, 'at' | 'len'>): string {
  const before = text.slice(0, at), end = at + len;
  const from = Math.max(before.lastIndexOf('\n') + 1, ...[...before.matchAll(/[.!?]\s/g)].map((m) => m.index + 2));
  const behind = /[.!?](?=\s|$)|\n/.exec(text.slice(end));
  return text.slice(from, behind ? end + behind.index + 1 : text.length).trim();
}
const words = (key: string): string => say(key as 'fact_date');
const factTypes = ['date', 'time', 'money', 'percent', 'duration', 'number', 'phone', 'email', 'url', 'person', 'product', 'id', 'policy'];
export const factName = (type: string): string => (factTypes.includes(type) ? words(`fact_${type}`) : type);
const waysKnown = ['same-purpose', 'same-text', 'told', 'asked', 'given', 'says-so', 'no-reason', 'no-receipt'];
export const wayName = (way: string): string => (waysKnown.includes(way) ? words(`way_${way}`) : way);
/** "Marketing and Operations", "Marketing". */
export const pairOf = (r: Pick<Row, 'from' | 'to'>): string => {
  const a = r.from?.name, b = r.to?.name;
  return a && b && a !== b ? say('pair', { a, b }) : a ?? b ?? '';
};
export const spanOf = (r: Pick<Row, 'first_ms' | 'last_ms'>): string => {
  const a = locale.day(r.first_ms), b = locale.day(r.last_ms);
  return a === b ? a : `${a} \u2013 ${b}`;
};
/** "about 12 h": what the customers and we spent on it. */
export const costOf = (minutes: number): string => say('cost', { span: locale.duration(Math.round(minutes) * 60e3) });

/** "2024-03" as people write it. */
export const monthName = (month: string): string => locale.month(`${month}-15T12:00:00Z`);
/** All months from the first to the last, those in which nothing happened as well; at least
 * half a year. */
export function eachMonth(months: string[]): string[] {
  const of = (m: string) => Number(m.slice(0, 4)) * 12 + Number(m.slice(5)) - 1, out: string[] = [];
  const first = months[0], last = months.at(-1);
  for (let end = last ? of(last) : 0, m = first ? Math.min(of(first), end - 5) : 1; m <= end; m++)
    out.push(`${String(Math.floor(m / 12)).padStart(4, '0')}-${String((m % 12) + 1).padStart(2, '0')}`);
  return out;
}

/** "2024-03" as its first moment; what is no period is none. */
const begins = (text: string, otherwise: number): number => {
  const [, y, m = '01', d = '01'] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text) ?? [];
  const ms = y ? Date.parse(`${y}-${m}-${d}T00:00:00Z`) : NaN;
  return Number.isNaN(ms) ? otherwise : ms;
};
/** What the page's filter leaves: what happened within the period, between these
 * departments, at these touchpoints. */
export const passes = (r: Row, f: Filter): boolean =>
  r.last_ms >= begins(f.from, -Infinity) && r.first_ms < begins(f.until, Infinity)
  && (!f.department.length || f.department.some((d) => d === r.from?.name || d === r.to?.name))
  && (!f.touchpoint.length || f.touchpoint.some((t) => t === r.touchpoint));
