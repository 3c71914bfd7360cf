// capture.ts - "I want to tell something, now": opened from anywhere, with what is known
// there. The shell shows the sheet (parts/records/capture.tsx, loaded when it is wanted).
//
//     openCapture({ kind: 'signal', fields: { touchpoint: 17 } });
import type { Fields } from './records';

export interface CaptureFrom {
  /** What is told; it can be changed in the sheet. Left out: that something is obviously broken. */
  kind?: string;
  fields?: Fields;
  about?: { what: string; number?: number; key?: string; words?: string }[];
  /** What `about` names, in words: it is said in the sheet. */
  tied?: string;
  /** After something was told. */
  done?: () => void;
}
let listener: (from: CaptureFrom) => void = () => undefined;
export function captureIn(show: (from: CaptureFrom) => void): () => void {
  listener = show;
  return () => { listener = () => undefined; };
}
export const openCapture = (from: CaptureFrom = {}): void => listener(from);
