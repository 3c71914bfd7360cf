// job.ts - long work as the server tells it, kept up to date while it goes on.
//
//     const got = useJob<FindResult, object>(number);      0: none
import { useEffect, useRef } from 'preact/hooks';
import { type Got, useGet } from './api';
import { useEvents } from './events';

export interface Job<R = unknown, P = unknown> {
  job: number;
  kind: string;
  owner: string | null;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  params: P;
  progress: { done: number; total: number | null; words: string; per_second: number | null; left_ms: number | null };
  result: R | null;
  error: string | null;
  hint: string | null;
  created: string;
  started: string | null;
  finished: string | null;
}

export const ended = (job: Pick<Job, 'state'>) => ['done', 'failed', 'cancelled'].includes(job.state);

/** The job, asked for again whenever the stream says that it changed. Events tell states:
 * one that was missed while the stream was away comes again with the next. */
export function useJob<R, P>(number: number): Got<Job<R, P>> {
  const got = useGet<Job<R, P>>(number ? `/jobs/${number}` : null);
  const now = useRef(got);
  now.current = got;
  useEvents<Job>('job', (event) => {
    const { data, waiting, again } = now.current;
    if (event.job === number && !waiting && !(data?.job === number && ended(data))) again();
  });
  const open = got.data && !ended(got.data);
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => { if (!now.current.waiting) now.current.again(); }, 2000);
    return () => clearInterval(timer);
  }, [open]);
  return got;
}
