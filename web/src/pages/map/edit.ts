// edit.ts - a map being edited by several people at once.
//
// Changes go one after the other, each with what was there when it was begun (`was`); the
// server makes them on the newest version, so that two people's changes go together. What
// others changed arrives by itself and is told. What was typed and is not saved is kept in
// this browser until it is saved or thrown away: field by field, with what stood there.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get, patch, put, useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { Problem, asProblem } from '../../base/problem';
import { may, whoAmI } from '../../base/session';
import { tell, tellProblem } from '../../parts';
import { type Change, type Difference, type MapDoc, type Version, nameOf, valueOf } from './model';
import { say } from './words.en';

/** Typed, and not saved: with what stood there when it was begun. */
export interface Draft { text: string; was: string }
type Drafts = Record<string, Draft>;
const keyOf = (id: string, field: string) => `${id}|${field}`;

interface History {
  done: Done[];
  undone: Done[];
}
interface Done {
  label: string;
  before: string; after: string; // the whole texts
  back: Change[] | null; forth: Change[];
}
/** Somebody else's change, to be seen for a while. */
export interface Seen { version: number; who: string; differences: Difference[] }

export interface Editing {
  doc: MapDoc | undefined;
  problem: Problem | undefined;
  waiting: boolean;
  again: () => void;
  /** Newest version, and whoever is here may change it. */
  can: boolean;
  saving: boolean;
  change: (changes: Change[], label: string) => Promise<void>;
  set: (id: string, field: string, value: string, was: string) => Promise<void>;
  /** The whole text; `from` is the version that was edited. */
  write: (text: string, from: number, note: string) => Promise<void>;
  undo: (() => Promise<void>) | null;
  redo: (() => Promise<void>) | null;
  undoLabel: string; redoLabel: string;
  seen: Seen[];
  draft: (id: string, field: string) => Draft | undefined;
  keep: (id: string, field: string, draft: Draft | null) => void;
  drafts: number;
}

const storeName = (map: string) => `firsthand.map.${map}`;
function readDrafts(map: string): Drafts {
  try {
    return JSON.parse(localStorage.getItem(storeName(map)) ?? '{}') as Drafts;
  } catch {
    return {};
  }
}
function writeDrafts(map: string, drafts: Drafts): void {
  try {
    if (Object.keys(drafts).length) localStorage.setItem(storeName(map), JSON.stringify(drafts));
    else localStorage.removeItem(storeName(map));
  } catch {
    // A browser that keeps nothing shows it until it is closed.
  }
}

/** What takes a change back, where that is one change; null: only the whole text does. */
function backOf(doc: MapDoc, changes: Change[]): Change[] | null {
  const back: Change[] = [];
  for (const c of [...changes].reverse()) {
    if (c.op === 'set') back.push({ op: 'set', id: c.id, field: c.field ?? '', value: valueOf(doc, c.id, c.field ?? ''), was: c.value ?? '' });
    else if (c.op === 'add') back.push({ op: 'remove', id: c.id });
    else return null;
  }
  return back;
}

export function useEditing(map: string, version: number): Editing {
  const got = useGet<MapDoc>(`/maps/${map}`, { version: version || null });
  const now = useRef<MapDoc | undefined>(undefined);
  now.current = got.data;
  const [drafts, setDrafts] = useState<Drafts>(() => readDrafts(map));
  const [pending, setPending] = useState(0);
  const [history, setHistory] = useState<History>({ done: [], undone: [] });
  const past = useRef(history); // as it is now, not as it was drawn
  const turns = useRef<Promise<unknown>>(Promise.resolve());
  const [seen, setSeen] = useState<Seen[]>([]);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const newest = useRef(0);
  const path = `/maps/${map}`;

  /** Tells what others changed from one version to another (both of them ours to compare). */
  const others = useCallback(async (from: number, to: number) => {
    if (to <= from) return;
    const [{ differences }, { versions }] = await Promise.all([
      get<{ differences: Difference[] }>(`${path}/compare`, { from, to }),
      get<{ versions: Version[] }>(`${path}/versions`),
    ]);
    const made = versions.filter((v) => v.version > from && v.version <= to);
    const names = [...new Set(made.map((v) => (v.person?.person === whoAmI().person ? say('you_elsewhere') : nameOf(v.person))))];
    const who = names.join(', ');
    setSeen((old) => [...old.slice(-20), { version: to, who, differences }]);
    const what = [...new Set(differences.map((d) => d.name || say('the_journey')))];
    if (what.length) tell(say('others_changed', { who, what: what.slice(0, 3).join(', ') + (what.length > 3 ? ` +${what.length - 3}` : '') }));
  }, [path]);

  const take = useCallback((doc: MapDoc, mine: number) => {
    const old = now.current;
    newest.current = Math.max(newest.current, doc.latest);
    now.current = doc;
    got.put(doc, `"${doc.version}"`);
    if (old && doc.version - mine > old.version) others(old.version, doc.version - mine).catch(tellProblem);
  }, [others]);

  const line = useCallback(<T,>(run: () => Promise<T>): Promise<T> => {
    setPending((n) => n + 1);
    const next = queue.current.then(run, run);
    queue.current = next.catch(() => undefined).then(() => setPending((n) => n - 1));
    return next;
  }, []);
  const refresh = useCallback(() => line(async () => {
    if (version || (now.current && newest.current <= now.current.version)) return;
    take(await get<MapDoc>(path), 0);
  }), [path, version]);

  useEvents<{ map: number; version: number; person: number }>('map', (event) => {
    const doc = now.current;
    if (!doc || event.map !== doc.map || event.version <= newest.current || event.version <= doc.latest) return;
    newest.current = event.version;
    if (!version) refresh().catch(tellProblem);
    else got.put({ ...doc, latest: event.version });
  });

  const send = useCallback((changes: Change[], note?: string) => line(async () => {
    try {
      const doc = await patch<MapDoc>(path, { changes, ...(note && { note }) });
      take(doc, 1);
      return doc;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 409 || problem.status === 404) { // whatever is there now, is shown
        newest.current = Math.max(newest.current, (now.current?.version ?? 0) + 1);
        take(await get<MapDoc>(path), 0);
      }
      throw problem;
    }
  }), [path]);
  const putText = useCallback((text: string, from: number, note: string) => line(async () => {
    const doc = await put<MapDoc>(path, { text, note }, { match: `"${from}"` });
    take(doc, 1);
    return doc;
  }), [path]);
  const become = (h: History) => { past.current = h; setHistory(h); };
  const remember = (done: Done) => become({ done: [...past.current.done.slice(-99), done], undone: [] });

  const change = useCallback(async (changes: Change[], label: string) => {
    const before = now.current;
    if (!before) return;
    const back = backOf(before, changes);
    const doc = await send(changes);
    remember({ label, before: before.text, after: doc.text, back, forth: changes });
  }, [send]);
  const setField = useCallback((id: string, field: string, value: string, was: string) =>
    change([{ op: 'set', id, field, value, was }], say('label_set')), [change]);
  const write = useCallback(async (text: string, from: number, note: string) => {
    const before = now.current;
    const doc = await putText(text, from, note);
    if (before) remember({ label: say('label_text'), before: before.text, after: doc.text, back: null, forth: [] });
  }, [putText]);

  /** Back or forth: the whole text when nobody else changed anything, else only this change. */
  const turnOne = async (isBack: boolean) => {
    const h = past.current, doc = now.current, one = (isBack ? h.done : h.undone).at(-1);
    if (!doc || !one) return;
    const [here, there, changes] = isBack ? [one.after, one.before, one.back] : [one.before, one.after, one.forth.length ? one.forth : null];
    if (doc.text === here) await putText(there, doc.version, say(isBack ? 'note_undone' : 'note_redone', { what: one.label }));
    else if (changes) await send(changes);
    else throw new Problem(409, 'conflict', say('undo_cannot'), say('undo_cannot_do'));
    const { done, undone } = past.current;
    become(isBack
      ? { done: done.filter((d) => d !== one), undone: [...undone, one] }
      : { done: [...done, one], undone: undone.filter((d) => d !== one) });
  };
  /** One after another: who presses twice means the last two, also while the first is being saved. */
  const turn = (isBack: boolean) => {
    const next = turns.current.then(() => queue.current).then(() => turnOne(isBack));
    turns.current = next.catch(() => undefined);
    return next;
  };
  const last = history.done.at(-1), next = history.undone.at(-1);

  const keep = useCallback((id: string, field: string, draft: Draft | null) => {
    setDrafts((old) => {
      const all = { ...old };
      if (draft) all[keyOf(id, field)] = draft;
      else delete all[keyOf(id, field)];
      writeDrafts(map, all);
      return all;
    });
  }, [map]);
  useEffect(() => setDrafts(readDrafts(map)), [map]);
  useEffect(() => { if (got.data) newest.current = Math.max(newest.current, got.data.latest); }, [got.data]);

  const can = may('maps') && !!got.data && got.data.version === got.data.latest;
  return useMemo(() => ({
    doc: got.data, problem: got.problem, waiting: got.waiting, again: got.again, can, saving: pending > 0,
    change, set: setField, write,
    undo: can && last ? () => turn(true) : null, redo: can && next ? () => turn(false) : null,
    undoLabel: last?.label ?? '', redoLabel: next?.label ?? '',
    seen, draft: (id: string, field: string) => drafts[keyOf(id, field)], keep, drafts: Object.keys(drafts).length,
  }), [got.data, got.problem, got.waiting, can, pending, history, seen, drafts, change, setField, write]);
}
