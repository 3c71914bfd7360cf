// model.ts - a journey map as the API tells it, and what the page works out from it: the
// flow as columns with brackets, neighbours, the words of a field as a change takes them.
import type { Query } from '../../base/api';
import { say } from './words.en';

export type Lane = 'customer' | 'front' | 'back';
export const lanes: readonly Lane[] = ['customer', 'front', 'back'];
export type Block = 'sequence' | 'choice' | 'any-order' | 'repeat' | 'optional';
export const blocks: readonly Block[] = ['choice', 'any-order', 'repeat', 'optional', 'sequence'];
export type StepOf = string | { block: Block; steps: StepOf[] };
export type When = 'before' | 'during' | 'after';

export interface Touchpoint {
  name: string; lane: Lane; lane_said: boolean;
  from: string; to: string; over: string; place: string; length_ms: number; begins_ms: number; owner: string; ask: string;
  feels: number; intended: string; note: string;
  behave: { role: string; words: string }[];
  promises: { words: string; within_ms: number }[];
  never: { words: string; rule: string }[]; holds: string[]; needs: string[]; systems: string[];
  match: { name: string; channel: string; department: string }[];
  unseen: string | null; walkable: boolean; not_walkable: string; instead: string;
}
export interface Stage { id: string; name: string; when: When; flow: StepOf[] }
export interface Journey {
  id: string; title: string; goal: string; owner: string; note: string; length_ms: number;
  stages: Stage[]; touchpoints: Record<string, Touchpoint>;
}
export interface Person { person: number; name: string }
export type Mark = 'draft' | 'intended' | 'actual';
export interface MapDoc {
  map: number; id: string; version: number; latest: number; mark: Mark; made_ms: number;
  person: Person | null; note: string; text: string; journey: Journey;
}
export interface Version { version: number; mark: Mark; made_ms: number; marked_ms: number | null; person: Person | null; note: string }
export interface Difference { sort: 'added' | 'removed' | 'renamed' | 'changed' | 'moved'; id: string; name: string; field: string; before: string; after: string }

// ---- What happened -------------------------------------------------------------------------

export type LivedState = 'completed' | 'missing' | 'failing' | 'adhoc' | 'out_of_order';
export const livedStates: readonly LivedState[] = ['completed', 'failing', 'missing', 'adhoc', 'out_of_order'];
/** How it was meant to feel and how it did, from 1 to 5. */
export interface Experience {
  meant: number; felt: { n: number; mean: number | null }; observed: { n: number; mean: number | null }; gap: number | null; says: string;
}
export interface LivedAt {
  id: string; name: string; customers: Record<LivedState, number>; share_completed: number;
  first_ms: number | null; last_ms: number | null; last_confirmed_ms: number | null; stale: boolean;
  evidence: 'events' | 'said' | 'none'; score: { n: number; mean: number | null; max: number | null }; experience: Experience;
  promises: { words: string; within_ms: number; n: number; kept: number; share: number; median_ms: number | null }[];
  never: { words: string; rule: string; checked: boolean; n: number; hits: number; customers: number; first_ms: number | null; last_ms: number | null }[];
  records: { open: number; ownerless: number };
}
export interface Lived {
  map: number; version: number; customers: number; fitness_avg: number; fitness_log: number; cost: number; observed_ms: number; says: string;
  coverage: { interactions: number; mapped: number; share: number };
  touchpoints: LivedAt[];
  /** In a path null is what the map does not know. */
  ways: { count: number; cost: number; path: (string | null)[] }[];
  unmapped: { name: string; channel: string; department: string; interactions: number; suggest: string | null }[];
}

/** As customers said, from 1 to 5, by how high the scores of this touchpoint go; 0: nobody said. */
export function feltOf(at: LivedAt | undefined): number {
  const { mean = null, max = null } = at?.score ?? {};
  if (!at?.score.n || mean === null || max === null) return 0;
  const five = max <= 5 ? mean : max <= 10 ? 1 + (mean * 4) / 10 : 1 + (mean * 4) / 100;
  return Math.round(Math.min(5, Math.max(1, five)) * 10) / 10;
}

// ---- The flow, laid out ---------------------------------------------------------------------

export interface Column { id: string; stage: number; number: number }
export interface Bracket { block: Block; from: number; to: number; depth: number }
export interface Laid {
  /** One a touchpoint; a stage without any has one that is empty (id ''). */
  columns: Column[];
  brackets: Bracket[];
  stages: { from: number; to: number }[];
  depth: number;
}

/** Columns in the order of the flow; a bracket spans what a block holds. */
export function layOut(journey: Journey): Laid {
  const laid: Laid = { columns: [], brackets: [], stages: [], depth: 0 };
  let number = 0;
  const walk = (steps: StepOf[], stage: number, depth: number) => {
    for (const step of steps) {
      if (typeof step === 'string') {
        laid.columns.push({ id: step, stage, number: ++number });
        continue;
      }
      const bracket: Bracket = { block: step.block, from: laid.columns.length, to: 0, depth };
      laid.brackets.push(bracket);
      laid.depth = Math.max(laid.depth, depth + 1);
      walk(step.steps, stage, depth + 1);
      bracket.to = laid.columns.length;
    }
  };
  journey.stages.forEach((stage, i) => {
    const from = laid.columns.length;
    walk(stage.flow, i, 0);
    if (laid.columns.length === from) laid.columns.push({ id: '', stage: i, number: 0 });
    laid.stages.push({ from, to: laid.columns.length });
  });
  return laid;
}

/** The block that directly holds a touchpoint: its steps, and where in them it is. */
export function around(journey: Journey, id: string): { stage: number; block: Block | null; steps: StepOf[]; at: number } | null {
  const find = (steps: StepOf[], block: Block | null, stage: number): ReturnType<typeof around> => {
    for (const [at, step] of steps.entries()) {
      if (step === id) return { stage, block, steps, at };
      const inside = typeof step === 'string' ? null : find(step.steps, step.block, stage);
      if (inside) return inside;
    }
    return null;
  };
  for (const [i, stage] of journey.stages.entries()) {
    const found = find(stage.flow, null, i);
    if (found) return found;
  }
  return null;
}
/** The first touchpoint in a step, by which it is named in changes. */
export function firstOf(step: StepOf | undefined): string {
  let at = step;
  while (at !== undefined && typeof at !== 'string') at = at.steps[0];
  return at ?? '';
}
export const stageOf = (journey: Journey, id: string): Stage | undefined => {
  const place = around(journey, id);
  return place ? journey.stages[place.stage] : undefined;
};
/** Touchpoints of a stage, in order. */
export const inStage = (laid: Laid, stage: number): string[] =>
  laid.columns.filter((c) => c.stage === stage && c.id).map((c) => c.id);

// ---- Fields, as changes take them --------------------------------------------------------------

const plain = new Set(['name', 'from', 'to', 'over', 'place', 'owner', 'ask', 'intended', 'note', 'title', 'goal']);
const opens = /^(touchpoint|stage|end|sequence|choice|any-order|repeat|optional)\b/;
/** The lines that say `field` of a touchpoint in the map's text, as they stand there. */
export function linesOf(text: string, id: string, field: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith(`touchpoint ${id} `));
  const found: string[] = [];
  for (const line of at < 0 ? [] : lines.slice(at + 1)) {
    if (opens.test(line)) break;
    if (line === field || line.startsWith(`${field} `)) found.push(line);
  }
  return found.join('\n');
}
/** The value of a field, as `was` and `value` of a change have it. */
export function valueOf(doc: MapDoc, id: string, field: string): string {
  const j = doc.journey;
  if (!id) return String((j as unknown as Record<string, unknown>)[field] ?? '');
  const stage = j.stages.find((s) => s.id === id);
  if (stage) return field === 'when' ? stage.when : stage.name;
  const t = j.touchpoints[id];
  if (!t) return '';
  if (plain.has(field)) return String((t as unknown as Record<string, unknown>)[field] ?? '');
  switch (field) {
    case 'lane': return t.lane_said ? t.lane : '';
    case 'feels': return t.feels ? String(t.feels) : '';
    case 'length': return spanOf(t.length_ms);
    case 'unseen': return t.unseen ?? '';
    case 'walk': return t.walkable ? '' : t.not_walkable;
    case 'instead': return t.instead;
    default: return linesOf(doc.text, id, field);
  }
}
/** A text in the quotes of a .journey. */
export const inQuotes = (text: string): string => `"${text.replace(/\s+/g, ' ').trim().replace(/["\\]/g, '\\$&')}"`;

const units = [['d', 86400e3], ['h', 3600e3], ['m', 60e3]] as const;
/** "2d": a span of time as the map's text has it. */
export const spanOf = (ms: number): string => {
  const unit = ms > 0 && units.find(([, size]) => ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : '';
};

/** Lower case with hyphens, not yet in the map. */
export function idFor(journey: Journey, name: string): string {
  const base = name.normalize('NFD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50).replace(/-+$/, '') || 'step';
  const start = /^[a-z]/.test(base) ? base : `t-${base}`;
  const taken = (id: string) => id in journey.touchpoints || journey.stages.some((s) => s.id === id) || blocks.includes(id as Block) || id === 'end';
  let id = start;
  for (let n = 2; taken(id); n++) id = `${start}-${n}`;
  return id;
}

// ---- Changes ---------------------------------------------------------------------------------------

export interface Change {
  op: 'set' | 'add' | 'remove' | 'move' | 'group' | 'ungroup';
  id: string; field?: string; value?: string; before?: string; in?: string; was?: string;
}

/** To the place before: within its block, else out of it, else to the end of the stage before. */
export function earlier(journey: Journey, id: string): Change | null {
  const laid = layOut(journey), at = laid.columns.findIndex((c) => c.id === id);
  const here = laid.columns[at], previous = laid.columns[at - 1];
  if (!here || !previous) return null;
  const stage = journey.stages[previous.stage];
  if (previous.stage !== here.stage) return stage ? { op: 'move', id, in: stage.id } : null;
  return { op: 'move', id, before: previous.id };
}
export function later(journey: Journey, id: string): Change | null {
  const place = around(journey, id), laid = layOut(journey);
  const at = laid.columns.findIndex((c) => c.id === id), next = laid.columns[at + 1];
  if (!place || !next) return null;
  const beside = place.steps[place.at + 1];
  if (typeof beside === 'string') return { op: 'move', id: beside, before: id }; // they change places
  if (next.stage === place.stage) return { op: 'move', id, before: next.id };
  const stage = journey.stages[next.stage];
  return next.id ? { op: 'move', id, before: next.id } : stage ? { op: 'move', id, in: stage.id } : null;
}
/** The lane that follows from who turns to whom. */
const ownLane = (t: Touchpoint): Lane =>
  t.from === 'customer' ? 'customer' : t.to === 'customer' ? 'front' : t.from ? 'back' : 'customer';
/** To beside another touchpoint, into its block; to an empty stage (`beside` is ''); into a lane. */
export function putDown(doc: MapDoc, id: string, beside: string, behind: boolean, stage: number, lane: Lane | null): Change[] {
  const { journey } = doc, t = journey.touchpoints[id], place = around(journey, beside), changes: Change[] = [];
  const next = place?.steps[place.at + 1], inStage = journey.stages[stage]?.id ?? '';
  if (!place) changes.push({ op: 'move', id, in: inStage });
  else if (beside !== id && place.steps[place.at + (behind ? 1 : -1)] !== id) {
    if (!behind) changes.push({ op: 'move', id, before: beside });
    else if (typeof next === 'string') changes.push({ op: 'move', id, before: next });
    else if (next) changes.push({ op: 'move', id, before: beside }, { op: 'move', id: beside, before: id }); // what follows is a block
    else changes.push({ op: 'move', id, in: beside }); // the end of its block
  }
  if (t && lane && lane !== t.lane) changes.push({ op: 'set', id, field: 'lane', value: lane === ownLane(t) ? '' : lane, was: valueOf(doc, id, 'lane') });
  return changes;
}

// ---- People -------------------------------------------------------------------------------------------

export interface InRoom { name: string; why: string[] }
/** A hand-off as stories show it. */
export interface HandedOn { from: string; to: string; count: number; customers: number }
const HAND_OFFS = 8; // of those that reach most customers
/** What interactions of the journey's touchpoints are called, of the names there are. */
export function metNames(journey: Journey, known: string[]): string[] {
  const told = new Set(Object.values(journey.touchpoints).flatMap((t) => (t.match.length ? t.match.map((m) => m.name) : [t.name])).map((n) => n.toLowerCase()));
  return known.filter((n) => told.has(n.toLowerCase()));
}
/** Who answers for something in the journey, takes part in it, or hands customers on in its
 * stories: who should be in the room. */
export function whoShould(journey: Journey, handed: HandedOn[] = []): InRoom[] {
  const found = new Map<string, { name: string; why: Set<string> }>();
  const add = (name: string, why: string) => {
    const key = name.trim().toLowerCase();
    if (!key || key === 'customer') return;
    const one = found.get(key) ?? { name: name.trim(), why: new Set<string>() };
    one.why.add(why);
    found.set(key, one);
  };
  if (journey.owner) add(journey.owner, say('room_owner_all'));
  for (const t of Object.values(journey.touchpoints)) {
    add(t.owner, say('room_owner', { what: t.name }));
    add(t.ask, say('room_ask', { what: t.name }));
    add(t.from, say('room_part', { what: t.name }));
    add(t.to, say('room_part', { what: t.name }));
    for (const b of t.behave) add(b.role, say('room_role', { what: t.name }));
  }
  for (const h of [...handed].sort((a, b) => b.customers - a.customers).slice(0, HAND_OFFS)) {
    add(h.from, say('room_hands', { to: h.to, n: h.customers }));
    add(h.to, say('room_handed', { from: h.from, n: h.customers }));
  }
  return [...found.values()].map((one) => ({ name: one.name, why: [...one.why] })).sort((a, b) => b.why.length - a.why.length || a.name.localeCompare(b.name));
}

/** Somebody's name, or that they are not named any more. */
export const nameOf = (person: Person | null | undefined): string => person?.name || (person?.person ? `#${person.person}` : say('somebody'));
export type LivedQuery = Query;
