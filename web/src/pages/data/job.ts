// job.ts - what an import's job is told and tells.
import type { Job as LongWork } from '../../base/job';

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
  own?: string | string[];
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
export { ended, useJob } from '../../base/job';
/** An import, if nothing else is said. */
export type Job<R = ImportResult, P = ImportParams> = LongWork<R, P>;

/** "f-0123456789abcdef-march.csv" -> "march.csv" */
export const titleOf = (file: string | undefined) => (file ?? '').replace(/^f-[0-9a-f]{16}-/, '');
