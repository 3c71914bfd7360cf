// press.ts - what leaving a field does, done after the press that left it. A press is two
// events, and the field is left between them: what is drawn anew then may move or take away
// what is being pressed, and the press is lost. Keys leave a field at once.

const ends = ['mouseup', 'dragend'] as const;
let down = false;
addEventListener('mousedown', () => { down = true; }, true);
for (const end of ends) addEventListener(end, () => { down = false; }, true);

/** Runs it now, or behind the click that a mouse or finger is in the middle of. */
export function afterPress(run: () => void): void {
  if (!down) return run();
  const over = () => {
    for (const end of ends) removeEventListener(end, over, true);
    setTimeout(run);
  };
  for (const end of ends) addEventListener(end, over, true);
}
