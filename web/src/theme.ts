// theme.ts - runs before anything is drawn, so that a chosen look does not flash.
try {
  const chosen = localStorage.getItem('firsthand.theme');
  if (chosen) document.documentElement.dataset['theme'] = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
export {};
