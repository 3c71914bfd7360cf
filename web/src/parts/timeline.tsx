// timeline.tsx - what happened in order of time, newest first, by day. Long ones draw
// only what can be seen. The page says what stands in a row.
//
//     <Timeline label={say('story')} items={items} keyOf={(i) => i.id} at={(i) => i.at}
//       row={(i) => <>...</>} />
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type When, locale } from '../base/locale';

export interface TimelineProps<T> {
  label: string;
  items: T[];
  keyOf: (item: T) => string | number;
  at: (item: T) => When;
  /** What stands beside the time; with more than one thread, `thread` tells the class of its line. */
  row: (item: T) => ComponentChildren;
  thread?: (item: T) => string | undefined;
  selected?: (item: T) => boolean;
}
/** Rows that are drawn at once; further ones as one scrolls towards them. */
const STEP = 120;

export function Timeline<T>({ label, items, keyOf, at, row, thread, selected }: TimelineProps<T>) {
  const [shown, setShown] = useState(STEP);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => setShown(STEP), [items]);
  useEffect(() => {
    const element = end.current;
    if (!element || shown >= items.length) return;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((s) => s.isIntersecting)) setShown((n) => Math.min(items.length, n + STEP));
    }, { rootMargin: '1200px' });
    watch.observe(element);
    return () => watch.disconnect();
  }, [shown, items]);
  const days = useMemo(() => {
    const list: { day: string; items: T[] }[] = [];
    for (const item of items.slice(0, shown)) {
      const day = locale.day(at(item));
      const last = list[list.length - 1];
      if (last?.day === day) last.items.push(item);
      else list.push({ day, items: [item] });
    }
    return list;
  }, [items, shown]);
  return (
    <div class="timeline" role="group" aria-label={label}>
      {days.map((d, i) => (
        <section key={`${d.day} ${i}`} class="timeline-day" aria-label={d.day}>
          <h3 class="timeline-date">{d.day}</h3>
          <ol>
            {d.items.map((item) => (
              <li key={keyOf(item)} class={`timeline-row ${thread?.(item) ?? ''}${selected?.(item) ? ' selected' : ''}`}>
                <time class="timeline-time" dateTime={new Date(at(item)).toISOString()}>{locale.time(at(item))}</time>
                <div class="timeline-what">{row(item)}</div>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <div ref={end} />
    </div>
  );
}
