// url.ts - where we are. The whole state of a page is in its URL: a link sent to a
// colleague shows the same, and the back button goes back.
//
//     const [q, set] = useQuery({ tab: oneOf('ways', 'paths'), top: whole(10), step: list() });
//     set({ tab: 'paths' });                      a step that the back button undoes
//     set({ top: 20 }, { replace: true });        none, as while a slider is dragged
import { useEffect, useMemo, useState } from 'preact/hooks';

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

/** Goes to a page of ours; with `replace` without a step of history. */
export function go(url: string, how: { replace?: boolean } = {}): void {
  const now = location.pathname + location.search;
  if (url === now) return;
  history[how.replace ? 'replaceState' : 'pushState'](null, '', url);
  tell();
}

export function useLocation(): { path: string; search: string } {
  const [, turn] = useState(0);
  useEffect(() => {
    const listener = () => turn((n) => n + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return { path: location.pathname, search: location.search };
}

/** Links to pages of ours do not load anew. Called once, by the shell. */
export function followLinks(ours: (path: string) => boolean): () => void {
  const click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!ours(link.pathname) || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  };
  document.addEventListener('click', click);
  addEventListener('popstate', tell);
  return () => {
    document.removeEventListener('click', click);
    removeEventListener('popstate', tell);
  };
}

// ---- What stands behind the '?' ----------------------------------------------------------

/** How one parameter is read and written; what equals `usual` is not written. */
export interface Param<T> {
  usual: T;
  read: (texts: string[]) => T;
  write: (value: T) => string[];
}
export const text = (usual = ''): Param<string> =>
  ({ usual, read: (t) => t[0] ?? usual, write: (v) => [v] });
export const oneOf = <T extends string>(usual: T, ...others: T[]): Param<T> =>
  ({ usual, read: (t) => (others.includes(t[0] as T) ? (t[0] as T) : usual), write: (v) => [v] });
export const flag = (): Param<boolean> =>
  ({ usual: false, read: (t) => t[0] === 'yes', write: (v) => (v ? ['yes'] : []) });
export const list = (): Param<string[]> =>
  ({ usual: [], read: (t) => t.filter(Boolean), write: (v) => v });
export const whole = (usual: number, least = 0, most = 1e9): Param<number> => ({
  usual,
  read: (t) => {
    const n = /^-?\d+$/.test(t[0] ?? '') ? Number(t[0]) : usual;
    return Math.min(most, Math.max(least, n));
  },
  write: (v) => [String(v)],
});

type Schema = Record<string, Param<any>>;
/** What a schema reads. */
export type Values<S> = { [K in keyof S]: S[K] extends Param<infer T> ? T : never };

function readAll<S extends Schema>(schema: S, search: string): Values<S> {
  const pairs = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(schema)
    .map(([name, param]) => [name, param.read(pairs.getAll(name))])) as unknown as Values<S>;
}

/** The URL with these values; parameters that `schema` does not name stay. */
export function withQuery<S extends Schema>(schema: S, change: Partial<Values<S>>,
  from = location.pathname + location.search): string {
  const url = new URL(from, location.origin);
  for (const [name, value] of Object.entries(change)) {
    const param = schema[name] as Param<unknown> | undefined;
    if (!param || value === undefined) continue;
    const texts = param.write(value);
    url.searchParams.delete(name);
    if (JSON.stringify(texts) !== JSON.stringify(param.write(param.usual)))
      texts.forEach((one) => url.searchParams.append(name, one));
  }
  return url.pathname + url.search;
}

export function useQuery<S extends Schema>(schema: S):
[Values<S>, (change: Partial<Values<S>>, how?: { replace?: boolean }) => void] {
  const { search } = useLocation();
  const values = useMemo(() => readAll(schema, search), [search]);
  return [values, (change, how) => go(withQuery(schema, change), how)];
}
