// types.ts - what the API tells whoever the story is about (docs/handbook/own-page.md).
export interface Step {
  id: string;
  name: string;
  stage?: string;
  state: 'done' | 'missing' | 'next' | 'later';
  time?: string;
  ref?: string;
  who?: string;
  channel?: string;
}
export interface Journey {
  map: number;
  title: string;
  goal?: string;
  problem?: number;
  problem_name?: string;
  began: string;
  last: string;
  done: number;
  missing: number;
  at_least: number;
  may_be_over: boolean;
  steps: Step[];
}
export interface Promised {
  what: string;
  due?: string;
  done?: string;
  good?: string;
  made: string;
  state: string;
  label: string;
  closed: boolean;
  department?: string;
}
export interface Where {
  customer: number;
  own: boolean;
  journeys: Journey[];
  hidden: number;
  promised: Promised[];
}
export interface Told {
  ref: string;
  time: string;
  touchpoint?: string;
  channel?: string;
  department?: string;
  direction?: 'in' | 'out' | 'internal';
  score?: number;
  line?: string;
  promise?: string;
  promise_until?: string;
  planned?: boolean;
}
export interface Problem {
  problem: number;
  name?: string;
  state: 'open' | 'reopened' | 'confirmed';
  opened: string;
  last: string;
  last_ref: string;
  department?: string;
  customer_waits: boolean;
  confirmed?: string;
  said?: string;
}
export interface Beside {
  customer: number;
  may: { say: boolean; export: boolean };
  first?: string;
  interactions: number;
  planned: number;
  problems: Problem[];
  promises: { items: Told[] };
  feedback: { items: (Told & { text?: string; answered?: string })[] };
}
