// events.ts - what changes, as it changes (/api/v1/events). One stream for all who
// listen; none while nobody does or the page is hidden, as browsers allow few at once.
//
//     useEvents('job', (job: Job) => ...);
import { useEffect, useRef } from 'preact/hooks';

type Listener = (data: unknown) => void;
const listeners = new Map<string, Set<Listener>>();
let source: EventSource | null = null;

function connect(): void {
  const wanted = listeners.size > 0 && !document.hidden;
  if (!wanted) {
    source?.close();
    source = null;
    return;
  }
  if (source) return;
  source = new EventSource('/api/v1/events');
  for (const kind of ['job', 'live', 'record', 'map', 'findings'])
    source.addEventListener(kind, (event) => {
      const data: unknown = JSON.parse((event as MessageEvent<string>).data);
      listeners.get(kind)?.forEach((listener) => listener(data));
    });
}
document.addEventListener('visibilitychange', connect);

/** Events tell states, not differences: who begins to listen is told the newest at once. */
export function useEvents<T>(kind: 'job' | 'live' | 'record' | 'map' | 'findings', listener: (data: T) => void): void {
  const now = useRef(listener);
  now.current = listener;
  useEffect(() => {
    const mine: Listener = (data) => now.current(data as T);
    const set = listeners.get(kind) ?? new Set();
    listeners.set(kind, set.add(mine));
    if (source) { // begin anew, so that the newest states come to this one, too
      source.close();
      source = null;
    }
    connect();
    return () => {
      set.delete(mine);
      if (!set.size) listeners.delete(kind);
      connect();
    };
  }, [kind]);
}
