// moments.ts - what is obviously broken, of whatever kind, by how far it has come.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../base/api';
import { type Problem, asProblem } from '../../base/problem';
import { type Kind, type Names, type Rec, type RecordPage, isOpen, join } from '../../base/records';

export type Stage = 'nobodys' | 'offered' | 'owned' | 'fixed' | 'confirmed';
export const stages: Stage[] = ['nobodys', 'offered', 'owned', 'fixed', 'confirmed'];

/** Kinds of what is broken: those that end mended and confirmed. */
export const momentKinds = (kinds: Kind[]): Kind[] =>
  kinds.filter((k) => ['fixed', 'confirmed'].every((name) => k.states.some((s) => s.name === name)));

export function stageOf(r: Rec): Stage | null {
  if (r.merged_into) return null;
  if (r.state === 'confirmed') return 'confirmed';
  if (r.state === 'fixed') return 'fixed';
  if (!isOpen(r)) return null;
  return r.owner || (r.department && !r.ownerless_since) ? 'owned' : r.asked ? 'offered' : 'nobodys';
}

export interface Moments {
  items: Rec[];
  names: Names;
  /** How many customers each touched since its first evidence, counted from the stories. */
  customers: Map<number, number>;
  /** How many colleagues told of it, dealt with it or follow it. */
  colleagues: Map<number, number>;
  /** Sorts of which only the oldest open ones are here. */
  more: Kind[];
  /** Counted by the server, over all but `left_out` of them. */
  lookout: { week: Week; before: Week };
  left_out: number;
}
export interface Week { new: number; fixed: number; open: number; nobodys: number; median_age_days: number }
interface Counted {
  items: { record: number; customers: number | null; colleagues: number }[];
  lookout: { week: Week; before: Week };
  left_out: number;
}
export const SHOWN = 200;
export interface GotMoments {
  data: Moments | undefined;
  problem: Problem | undefined;
  waiting: boolean;
  again: () => void;
}

async function all(kinds: Kind[]): Promise<Moments> {
  const asked = kinds.flatMap((k) => [{ k, q: { open: 'yes', order: 'oldest', limit: SHOWN } }, { k, q: { state: 'fixed', limit: 50 } }, { k, q: { state: 'confirmed', limit: 50 } }]);
  const [counted, ...pages] = await Promise.all([get<Counted>('/no-brainers'), ...asked.map(({ k, q }) => get<RecordPage>(`/records/${k.name}`, q))]);
  return {
    items: pages.flatMap((p) => p.items), names: join(...pages.map((p) => p.names)),
    more: asked.flatMap(({ k, q }, i) => ('open' in q && pages[i]?.next ? [k] : [])), lookout: counted.lookout, left_out: counted.left_out,
    colleagues: new Map(counted.items.map((c) => [c.record, c.colleagues])),
    customers: new Map(counted.items.flatMap((c) => (c.customers === null ? [] : [[c.record, c.customers]]))),
  };
}
export function useMoments(kinds: Kind[]): GotMoments {
  const [state, set] = useState<{ data?: Moments; problem?: Problem; waiting: boolean }>({ waiting: true });
  const [turn, again] = useState(0);
  useEffect(() => {
    let here = true;
    set((old) => ({ ...old, waiting: true }));
    all(kinds).then((data) => here && set({ data, waiting: false }), (thrown) => here && set({ problem: asProblem(thrown), waiting: false }));
    return () => { here = false; };
  }, [kinds.map((k) => k.name).join(), turn]);
  return { data: state.data, problem: state.problem, waiting: state.waiting, again: () => again((n) => n + 1) };
}

export const customersOf = (moments: Moments, r: Rec): number | null => moments.customers.get(r.record) ?? null;
export const efforts = ['minutes', 'day', 'week', 'month', 'more'] as const;
export const effortOf = (kind: Kind | undefined, r: Rec): { word: string; label: string } | null => {
  const field = kind?.fields.find((f) => f.name === 'effort' && f.type === 'choice');
  return field?.choices.find((c) => c.word === r.fields['effort']) ?? null;
};
