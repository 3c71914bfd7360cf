// interval.ts - how sure a share is, and a difference of two: 95 % intervals that hold for
// small numbers too (Wilson's for a share, Newcombe's, made of two of those, for a difference).

/** So many of all. */
export interface Part { part: number; of: number }
export interface Range { low: number; high: number }
export interface Difference extends Range { value: number }

/** Fewer on one side are too few to tell; the server's effect of a fix holds it the same way. */
export const FEW = 30;

export function wilson(part: number, n: number): Range {
  if (!n) return { low: 0, high: 1 };
  const z = 1.959964, p = part / n, over = 1 + (z * z) / n;
  const middle = (p + (z * z) / (2 * n)) / over, half = (z / over) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** How much more `a` is than `b`. */
export function difference(a: Part, b: Part): Difference {
  const p = a.of ? a.part / a.of : 0, q = b.of ? b.part / b.of : 0;
  const s = wilson(a.part, a.of), t = wilson(b.part, b.of);
  return { value: p - q, low: p - q - Math.hypot(p - s.low, t.high - q), high: p - q + Math.hypot(s.high - p, q - t.low) };
}

/** What can be said of it: there is a difference, it may be chance, or there are too few. */
export function told(a: Part, b: Part): 'clear' | 'chance' | 'few' {
  if (Math.min(a.of, b.of) < FEW) return 'few';
  const d = difference(a, b);
  return d.low > 0 || d.high < 0 ? 'clear' : 'chance';
}
