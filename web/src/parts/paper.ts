// paper.ts - while a page goes to paper: what draws only what can be seen draws all of it then.
import { useEffect, useState } from 'preact/hooks';

export function usePaper(): boolean {
  const [paper, set] = useState(false);
  useEffect(() => {
    const on = () => set(true), off = () => set(false);
    addEventListener('beforeprint', on);
    addEventListener('afterprint', off);
    return () => {
      removeEventListener('beforeprint', on);
      removeEventListener('afterprint', off);
    };
  }, []);
  return paper;
}
