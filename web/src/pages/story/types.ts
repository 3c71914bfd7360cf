// types.ts - what the API tells of a story (docs/handbook/story.md).
import type { Names, Rec } from '../../base/records';

export interface Entry {
  ref: string;
  time: string;
  touchpoint?: string;
  channel?: string;
  department?: string;
  direction?: 'in' | 'out' | 'internal';
  outcome?: string;
  value?: number;
  currency?: string;
  score?: number;
  line?: string;
  more?: boolean;
  problem?: number;
  problem_name?: string;
  told_again?: boolean;
  planned?: boolean;
  promise?: string;
  promise_until?: string;
  handed_on?: { from: string; to: string; before: string; accepted?: boolean; told_again?: boolean };
}
export interface Whole extends Entry {
  customer: number;
  text?: string;
  subject?: string;
  purpose?: string;
  signatory?: string;
  origin: number;
  by?: number;
  payload?: unknown;
}
export interface Promised {
  /** The interaction it was made from, and the problem of that. */
  ref?: string;
  problem?: number;
  /** When its clock is due: to be kept, to be made good. */
  due?: string;
  promise: Rec;
}
export interface StoryPage {
  customer: number;
  items: Entry[];
  total: number;
  at?: number;
  next: string | null;
}
export interface Handoff {
  ref: string;
  before: string;
  time: string;
  from: string;
  to: string;
  reason?: string;
  told?: string;
  promise?: string;
  promise_until?: string;
  accepted?: string;
  accepted_by?: number;
  answered?: string;
  told_again?: string;
  times_told_again: number;
}
export interface ProblemLived {
  problem: number;
  name?: string;
  state: 'open' | 'reopened' | 'confirmed';
  first_ref: string;
  last_ref: string;
  opened: string;
  last: string;
  interactions: number;
  department?: string;
  customer_waits: boolean;
  times_told_again: number;
  confirmed?: string;
  confirmation?: string;
  confirmed_by?: number;
  said?: string;
  handoffs: Handoff[];
}
export interface List<T> {
  items: T[];
  hidden: number;
}
export interface Feedback extends Entry {
  text?: string;
  answered?: string;
  answer?: string;
}
export interface Field {
  field: string;
  asked_again: number;
  differs: boolean;
  held_by: { department?: string; value: string; since: string; last: string; ref: string; times: number }[];
}
export interface Beside {
  customer: number;
  own: boolean;
  identifiers: { kind: string; value: string; shared: boolean }[];
  may: Record<'say' | 'accept' | 'receipt' | 'merge' | 'export' | 'erase', boolean>;
  first?: string;
  last?: string;
  interactions: number;
  planned: number;
  density: { from?: string; step_ms: number; buckets: number; channels: { channel?: string; others?: string; counts: number[] }[] };
  departments: { department: string; interactions: number }[];
  open_problems: number;
  handoffs: number;
  times_told_again: number;
  problems: ProblemLived[];
  problems_hidden: number;
  contacts: List<Entry>;
  promises: List<Entry>;
  feedback: List<Feedback>;
  known: List<Field>;
  merges?: { merge: number; from: number; time: string; why?: string }[];
  receipts?: { person: number; time: string; upto: string; since: number; you: boolean }[];
  asked?: { problem: number; ref: string; department?: string; since: string; read: boolean; you: boolean }[];
  viewers?: { person?: number; last: string; times: number }[];
  promised?: List<Promised> & { names: Names };
  people?: { person: number; name?: string; department?: string }[];
}
