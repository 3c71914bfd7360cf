// job.ts - long work as the server tells it, kept up to date while it goes on.
import { useEffect, useRef } from 'preact/hooks';
import { type Got, useGet } from '../../base/api';
import { useEvents } from '../../base/events';

export interface Column {
  name: string;
  field: string;
  why: string;
  sample: string;
  first: string[];
}
export interface Sample {
  line: number;
  identifiers: { kind: string; value: string }[];
  time: string;
  touchpoint: string;
  channel: string;
  department: string;
  direction: string;
  outcome: string;
  value: number | null;
  currency: string;
}
export interface Reject {
  row: number;
  line: number;
  column: string;
  reason: string;
  hint: string;
}
export interface ImportResult {
  file: string;
  source: string;
  dry_run: boolean;
  already: boolean;
  format: string;
  rows: number;
  added: number;
  known: number;
  rejected: number;
  erased: number;
  mapping: string;
  delimiter: string;
  decimal_comma: boolean;
  columns: Column[];
  samples: Sample[];
  rejects: Reject[];
  rejects_file: string | null;
  problem?: { message: string; hint: string };
}
export interface ImportParams {
  file: string;
  source?: string;
  map?: string | string[];
  zone?: string;
  delimiter?: string;
  latin1?: boolean;
  decimal_comma?: boolean;
  no_payload?: boolean;
  dry_run?: boolean;
  exact?: boolean;
  as?: string;
  mends?: number;
}
export interface Job<R = ImportResult, P = ImportParams> {
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
/** "f-0123456789abcdef-march.csv" -> "march.csv" */
export const titleOf = (file: string | undefined) => (file ?? '').replace(/^f-[0-9a-f]{16}-/, '');

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
