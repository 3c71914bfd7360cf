// head.ts - a page's title and question: those of its entry in pages.ts, or what the
// page says itself:  useHead({ title: 'Story of #17', question: ... }).
import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';

export interface Head {
  title?: string;
  question?: string;
}
export const HeadContext = createContext<(head: Head) => void>(() => undefined);
export function useHead(head: Head): void {
  const set = useContext(HeadContext);
  useEffect(() => {
    set(head);
    return () => set({});
  }, [head.title, head.question]);
}
