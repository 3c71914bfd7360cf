// figures.ts - small reckonings.
export const DAY = 86400e3;
export function median(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
  if (!n) return null;
  return n % 2 ? sorted[(n - 1) / 2] ?? null : ((sorted[n / 2 - 1] ?? 0) + (sorted[n / 2] ?? 0)) / 2;
}
