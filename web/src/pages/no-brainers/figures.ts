// figures.ts - small reckonings.
export const DAY = 86400e3;
