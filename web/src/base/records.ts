// records.ts - records and their kinds, as the API tells them; what pages do with them.
// A kind is a declaration: forms, lists, boards and help are made from it, whatever it is.
//
//     const kinds = useKinds();                               asked for once, kept
//     const kind = kindOf(kinds.data, 'promise');
//     await changeRecord(record, { by: '2026-12-01' });       If-Match: nobody's words are lost
import { useEffect, useState } from 'preact/hooks';
import { type Got, del, get, patch, post, put } from './api';
import { type Problem, asProblem } from './problem';

// Kinds ---------------------------------------------------------------------------------------

export type FieldType = 'text' | 'choice' | 'yes' | 'number' | 'score' | 'date' | 'person' | 'department' | 'touchpoint'
  | 'customer' | 'stories' | 'record' | 'file';
export type One = string | number | boolean;
export type Value = One | One[] | null;
export type Fields = Record<string, Value>;

export interface Field {
  name: string;
  label: string;
  help: string;
  type: FieldType;
  required: boolean;
  many: boolean;
  /** Name of a figure that Firsthand works out; empty: given. */
  computed: string;
  by_machine: boolean;
  unit: string;
  decimals: number;
  min: number | null;
  max: number | null;
  max_text: number;
  /** Kind of the records it names; empty: any. */
  of: string;
  choices: { word: string; label: string }[];
}
export interface KindState {
  name: string;
  label: string;
  closed: boolean;
  /** Meanwhile its fields stay as they are. */
  held: boolean;
}
export interface Move {
  name: string;
  label: string;
  help: string;
  from: string[];
  to: string;
  by: string[];
  /** Fields that must be filled, or conditions. */
  needs: string[];
  /** Whoever moves it must say why. */
  says: boolean;
}
export interface Clock {
  name: string;
  label: string;
  in: string[];
}
export interface Kind {
  name: string;
  title: string;
  many: string;
  says: string;
  add: string;
  page: string;
  made_by: string[];
  anonymous: boolean;
  challenged: boolean;
  seen_by: string;
  owner: string;
  owner_field: string;
  title_field: string;
  links: string[];
  fields: Field[];
  states: KindState[];
  moves: Move[];
  clocks: Clock[];
  own: boolean;
  changed: boolean;
  active: boolean;
  version: number;
  may_make: boolean;
}

// Records -------------------------------------------------------------------------------------

export interface Rec {
  record: number;
  kind: string;
  title: string;
  state: string;
  closed: boolean;
  fields: Fields;
  former?: Fields;
  author: number | null;
  go_between: number | null;
  owner: number | null;
  department: number | null;
  asked: number | null;
  asked_at: string | null;
  ownerless_since: string | null;
  bounces: number;
  first_at: string;
  made_at: string;
  changed_at: string;
  state_at: string;
  due_at: string | null;
  acts_at: string | null;
  merged_into: number | null;
  followed: boolean;
  version: number;
}
type NamesOf = Record<string, string>;
export interface Names {
  person?: NamesOf;
  department?: NamesOf;
  touchpoint?: NamesOf;
  record?: NamesOf;
  customer?: NamesOf;
}
export interface RecordPage {
  items: Rec[];
  names: Names;
  next: string | null;
}
export interface About {
  about: number;
  field: string;
  what: string;
  number: number | null;
  key: string;
  words: string;
  at: string | null;
  person: number | null;
  made_at: string;
}
export interface Entry {
  entry: number;
  at: string;
  person: number | null;
  what: string;
  details: Record<string, unknown> | null;
}
export interface PossibleMove {
  move: string;
  may: boolean;
  missing: string;
}
export interface Detail extends Rec {
  moves: PossibleMove[];
  about: About[];
  history: Entry[];
  followers: number[];
  challenges: Rec[];
  files: { file: number; name: string; type: string; bytes: number; person: number | null; at: string }[];
  may: { change: boolean; offer: boolean; take: boolean; accept: boolean; decline: boolean; give_up: boolean; comment: boolean; link: boolean; merge: boolean; challenge: boolean };
  clock: { name: string; label: string; due_at: string } | null;
  names: Names;
}
export interface Board {
  states: { state: string; count: number; items: Rec[] }[];
  names: Names;
}

export const nameIn = (names: Names | undefined, what: keyof Names, number: number | null | undefined): string =>
  (number ? names?.[what]?.[String(number)] ?? `#${number}` : '');
export const join = (...all: (Names | undefined)[]): Names => {
  const out: Record<string, NamesOf> = {};
  for (const names of all)
    for (const [what, of] of Object.entries(names ?? {})) out[what] = { ...out[what], ...(of as NamesOf) };
  return out;
};
export const hrefOf = (r: { kind: string; record: number }): string => `/records/${r.kind}/${r.record}`;

// Asking and doing ----------------------------------------------------------------------------

let kept: Promise<Kind[]> | null = null;
let known: Kind[] | undefined;
const waiting = new Set<() => void>();
export function kindsNow(): Promise<Kind[]> {
  kept ??= get<{ items: Kind[] }>('/kinds').then(({ items }) => (known = items), (thrown) => {
    kept = null;
    throw thrown;
  });
  return kept;
}
/** Kinds have changed: they are asked for anew, by all who show them. */
export function kindsAgain(): void {
  kept = null;
  waiting.forEach((again) => again());
}
export function useKinds(wanted = true): Got<Kind[]> {
  const [turn, again] = useState(0);
  const [state, set] = useState<{ data: Kind[] | undefined; problem?: Problem }>({ data: known });
  useEffect(() => {
    const anew = () => again((n) => n + 1);
    waiting.add(anew);
    return () => void waiting.delete(anew);
  }, []);
  useEffect(() => {
    let here = wanted;
    if (wanted)
      kindsNow().then((data) => here && set({ data }), (thrown) => here && set((old) => ({ ...old, problem: asProblem(thrown) })));
    return () => { here = false; };
  }, [turn, wanted]);
  return { data: state.data, problem: state.problem, waiting: wanted && !state.data && !state.problem, tag: '', again: kindsAgain, put: (data) => set({ data }) };
}
export const kindOf = (kinds: Kind[] | undefined, name: string): Kind | undefined => kinds?.find((k) => k.name === name);
export const stateOf = (kind: Kind | undefined, name: string): string => kind?.states.find((s) => s.name === name)?.label ?? name;
export const isOpen = (r: Rec): boolean => !r.closed && !r.merged_into;
/** Fields that people fill. */
export const given = (kind: Kind): Field[] => kind.fields.filter((f) => !f.computed && !f.by_machine && f.type !== 'file');
/** Fields that a copy starts with: not its days, nor what came of it, which a move to an end asks for. */
export const copied = (kind: Kind): Field[] => {
  const ends = kind.moves.filter((m) => kind.states.some((s) => s.name === m.to && s.closed)).flatMap((m) => m.needs);
  return given(kind).filter((f) => f.type !== 'date' && (f.required || !ends.includes(f.name)));
};
export const titleField = (kind: Kind): Field | undefined => kind.fields.find((f) => f.name === kind.title_field);

const path = (r: { kind: string; record: number }) => `/records/${r.kind}/${r.record}`;
const match = (r: { version: number }) => ({ match: `"${r.version}"` });
export interface Making {
  fields: Fields;
  words?: string;
  anonymous?: boolean;
  go_between?: number;
  between?: string;
  owner?: number;
  department?: number;
  copy_of?: number;
  about?: { what: string; number?: number; key?: string; words?: string }[];
}
export type Made = Rec & { code?: string };
export const makeRecord = (kind: string, made: Making, once: string): Promise<Made> => post<Made>(`/records/${kind}`, made, { once });
export const changeRecord = (r: Rec, fields: Fields): Promise<Rec> => patch<Rec>(path(r), { fields }, match(r));
export const moveRecord = (r: Rec, move: string, more: { words?: string; fields?: Fields } = {}): Promise<Rec> =>
  post<Rec>(`${path(r)}/moves`, { move, ...more }, match(r));
export type Owning = 'offer' | 'take' | 'accept' | 'decline' | 'give-up';
export const ownRecord = (r: Rec, what: Owning, more: { person?: number; department?: number; words?: string } = {}): Promise<unknown> =>
  post(`${path(r)}/ownership`, { do: what, ...more });
export const comment = (r: Rec, text: string): Promise<unknown> => post(`${path(r)}/comments`, { text });
export const follow = (r: Rec, on: boolean): Promise<unknown> => (on ? put : del)(`${path(r)}/follow`);
export const challenge = (r: Rec, person: number, words: string): Promise<unknown> => post(`${path(r)}/challenge`, { person, words });
export const mergeInto = (r: Rec, into: number, words: string): Promise<unknown> => post(`${path(r)}/merge`, { into, words });
export const part = (r: Rec): Promise<unknown> => post(`${path(r)}/part`);
export const link = (r: Rec, to: { what: string; number?: number; key?: string; words?: string }): Promise<unknown> => post(`${path(r)}/about`, to);
export const unlink = (r: Rec, about: number): Promise<unknown> => del(`${path(r)}/about/${about}`);
export const seen = (r: Rec): Promise<unknown> => post(`${path(r)}/seen`);

/** A word that is sent with what must not be done twice. */
export const once = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
