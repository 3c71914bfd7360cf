// scrolls.ts - a stretch that may be wider than there is room scrolls in itself; while it
// does, it can be reached by keyboard.
import { useEffect, useState } from 'preact/hooks';

export function useScrolls(box: { current: HTMLElement | null }, there: unknown): boolean {
  const [scrolls, set] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => set(element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    const watch = new ResizeObserver(look); // looks at once, too, when the browser has laid out anyway
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, [there]);
  return scrolls;
}
export const reach = (scrolls: boolean, label: string) =>
  (scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } as const : {});
