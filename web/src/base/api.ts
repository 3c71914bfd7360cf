// api.ts - the one way to the server: /api/v1, JSON in and out.
//
//     const me = await get<Me>('/me');
//     const { data, tag } = await read<Settings>('/settings');
//     await patch('/settings', { mission }, { match: tag });
//
// Whatever goes wrong is thrown as a Problem, which says what happened and what to do.
// Who is not signed in (any more) is sent to do so, and comes back to where they were.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Problem, asProblem, problemOf } from './problem';

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;
export interface Sending {
  signal?: AbortSignal;
  /** If-Match: the tag of what is changed, so that nobody's change is lost; '*' takes whatever there is. */
  match?: string;
  /** Idempotency-Key: sent twice, done once. */
  once?: string;
}
export interface Reply<T> {
  data: T;
  /** The ETag; empty when there is none. */
  tag: string;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** "?a=1&step=x&step=y"; what is empty, false or missing is left out. */
export function queryText(query: Query = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '' || value === false) continue;
    if (Array.isArray(value)) value.forEach((one) => pairs.append(name, one));
    else pairs.append(name, String(value));
  }
  const text = pairs.toString();
  return text && `?${text}`;
}

/** Where the answer to a question is a spreadsheet: to go to, not to ask. */
export const sheetOf = (path: string, query: Query = {}): string => `/api/v1${path}${queryText({ ...query, format: 'xlsx' })}`;

function toSignIn(): Promise<never> {
  const here = location.pathname + location.search;
  location.assign(`/sign-in${queryText({ to: here === '/' ? '' : here })}`);
  return new Promise(() => undefined); // the page is being left
}

const offline = () => new Problem(0, 'offline', 'The server cannot be reached.',
  'Look whether you are online, then try again; nothing of what you typed is lost.');

async function call(method: string, path: string, init: RequestInit): Promise<Response> {
  let reply: Response;
  try {
    // A record's tag is the version of its fields: what was said about it since does not move it.
    const fresh = path.startsWith('/records/') ? { cache: 'no-store' } as const : {};
    reply = await fetch(`/api/v1${path}`, { ...init, ...fresh, method, credentials: 'same-origin' });
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw offline();
  }
  if (reply.ok) return reply;
  if (reply.status === 401) return toSignIn();
  throw problemOf(reply.status, await reply.json().catch(() => null));
}

async function result<T>(reply: Response): Promise<Reply<T>> {
  const text = await reply.text();
  const json = (reply.headers.get('Content-Type') ?? '').includes('json');
  return {
    data: (text && json ? JSON.parse(text) : text) as T,
    tag: (reply.headers.get('ETag') ?? '').replace(/^W\//, ''),
  };
}

function sending(body: unknown, { signal, match, once }: Sending): RequestInit {
  const headers: Record<string, string> = { 'X-Firsthand': '1' };
  const raw = body instanceof Blob || typeof body === 'string';
  if (body !== undefined && !raw) headers['Content-Type'] = 'application/json';
  if (typeof body === 'string') headers['Content-Type'] = 'text/csv';
  if (body instanceof Blob && body.type) headers['Content-Type'] = body.type;
  if (match) headers['If-Match'] = match;
  if (once) headers['Idempotency-Key'] = once;
  return {
    headers,
    ...(signal && { signal }),
    ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
  };
}

/* What a page will ask for first, asked for before its script is there; each answer is given
 * out once, and only soon. */
const ahead = new Map<string, Promise<Response>>();
export function askAhead(path: string): void {
  const asked = call('GET', path, {});
  asked.catch(() => undefined); // told where it is asked for
  ahead.set(path, asked);
  setTimeout(() => ahead.delete(path), 10000);
}
export async function read<T>(path: string, query?: Query, signal?: AbortSignal): Promise<Reply<T>> {
  const asked = path + queryText(query), begun = ahead.get(asked);
  ahead.delete(asked);
  const reply = await (begun ?? call('GET', asked, signal ? { signal } : {}));
  signal?.throwIfAborted();
  return result<T>(reply);
}
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await read<T>(path, query, signal)).data;
}
const changing = (method: string) =>
  async <T = unknown>(path: string, body?: unknown, how: Sending = {}): Promise<T> =>
    (await result<T>(await call(method, path, sending(body, how)))).data;
export const post = changing('POST');
export const put = changing('PUT');
export const patch = changing('PATCH');
export const del = changing('DELETE');

// ---- In components ---------------------------------------------------------------------

export interface Got<T> {
  /** undefined: not there yet. Stays while it is asked for again. */
  data: T | undefined;
  problem: Problem | undefined;
  waiting: boolean;
  tag: string;
  again: () => void;
  /** Shows this instead, without asking: what a change has answered. */
  put: (data: T, tag?: string) => void;
}

/** Asks while the component is there; again when path, query or `when` change. Path null:
 * does not ask. */
export function useGet<T>(path: string | null, query?: Query, when?: unknown): Got<T> {
  const [state, set] = useState<{ data?: T; tag: string; problem?: Problem; waiting: boolean }>(
    { tag: '', waiting: path !== null });
  const [turn, again] = useState(0);
  const asked = path === null ? null : path + queryText(query);
  useEffect(() => {
    if (asked === null) {
      set({ tag: '', waiting: false });
      return;
    }
    const stop = new AbortController();
    set((old) => ({ ...old, waiting: true }));
    read<T>(asked, undefined, stop.signal).then(
      ({ data, tag }) => set({ data, tag, waiting: false }),
      (thrown) => {
        if (!stop.signal.aborted) set((old) => ({ ...old, problem: asProblem(thrown), waiting: false }));
      });
    return () => stop.abort();
  }, [asked, turn, when]);
  return {
    data: state.data, problem: state.problem, waiting: state.waiting, tag: state.tag,
    again: useCallback(() => again((n) => n + 1), []),
    put: useCallback((data: T, tag = '') => set({ data, tag, waiting: false }), []),
  };
}

export interface GotPages<T> extends Omit<Got<T[]>, 'put' | 'tag'> {
  /** There is more. */
  more: boolean;
  /** Asks for the next page. */
  next: () => void;
}

/** A list that comes in pages ({items, next}); `next()` adds one. */
export function usePages<T>(path: string | null, query?: Query, when?: unknown): GotPages<T> {
  const first = useGet<Page<T>>(path, query, when);
  const [added, setAdded] = useState<Page<T> | null>(null);
  const [state, setState] = useState<{ waiting: boolean; problem?: Problem }>({ waiting: false });
  const asked = `${path}${queryText(query)}`;
  const stop = useRef<AbortController | null>(null);
  useEffect(() => {
    setAdded(null);
    setState({ waiting: false });
    return () => stop.current?.abort();
  }, [first.data]);
  const after = added ? added.next : first.data?.next ?? null;
  const next = useCallback(() => {
    if (after === null || path === null) return;
    stop.current = new AbortController();
    const { signal } = stop.current;
    setState({ waiting: true });
    get<Page<T>>(path, { ...query, after }, signal).then(
      (page) => {
        setAdded((old) => ({ items: [...(old?.items ?? []), ...page.items], next: page.next }));
        setState({ waiting: false });
      },
      (thrown) => {
        if (!signal.aborted) setState({ waiting: false, problem: asProblem(thrown) });
      });
  }, [asked, after]);
  return {
    data: first.data && [...first.data.items, ...(added?.items ?? [])],
    problem: first.problem ?? state.problem,
    waiting: first.waiting || state.waiting,
    again: first.again,
    more: after !== null,
    next,
  };
}
