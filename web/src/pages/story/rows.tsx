// rows.tsx - the timeline: one row an interaction, newest first. All rows have one height,
// so that of ten thousand only those are drawn (and asked for) that can be seen.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { get, queryText } from '../../base/api';
import { locale } from '../../base/locale';
import { type Problem, asProblem } from '../../base/problem';
import { Chip, Empty, Fail, Icon, channelIcon, usePaper } from '../../parts';
import { PromisedMark } from './promise';
import { type StoryState, chosen } from './state';
import type { Entry, Promised, StoryPage } from './types';
import { say } from './words.en';

const PAGE = 100;
const ASIDE = 8; // rows drawn above and below what can be seen

/** Pages of the story by number, asked for when they come into sight. */
export function useRows(customer: number, q: StoryState, turn: number) {
  const asked = { ...chosen(q), problem: q.problem || null, marked: q.marked };
  const key = `${customer}${queryText(asked)} ${turn}`;
  const store = useRef({ key: '', pages: new Map<number, Entry[] | 'asked'>(), total: -1 });
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (store.current.key !== key) store.current = { key, pages: new Map(), total: store.current.total };
  const now = store.current;

  const need = (page: number) => {
    if (now.pages.has(page)) return;
    now.pages.set(page, 'asked');
    get<StoryPage>(`/customers/${customer}/interactions`, { ...asked, limit: PAGE, after: page ? page * PAGE : null }).then(
      (told) => {
        now.pages.set(page, told.items);
        now.total = told.total;
        setProblem(null);
        redraw((n) => n + 1);
      },
      (thrown: unknown) => {
        now.pages.delete(page);
        setProblem(asProblem(thrown));
      });
  };
  useEffect(() => { if (!problem) need(0); }, [key, problem]);
  const row = (i: number): Entry | undefined => {
    const page = now.pages.get(Math.floor(i / PAGE));
    return Array.isArray(page) ? page[i % PAGE] : undefined;
  };
  /** So many, from the newest on, are here. */
  const here = () => {
    let n = 0;
    while (n < now.total && row(n)) n += PAGE;
    return Math.min(n, now.total);
  };
  return { total: now.total, ready: Array.isArray(now.pages.get(0)), row, here, need, problem, again: () => setProblem(null) };
}

const arrows = { in: 'in', out: 'out', internal: 'people' } as const;

export function Direction({ way }: { way: Entry['direction'] }) {
  if (!way) return null;
  return <span class={`story-way ${way}`} title={say(`dir_${way}`)}><Icon name={arrows[way]} /><span class="quiet">{say(`dir_${way}`)}</span></span>;
}

export const money = (e: Entry) =>
  (e.value === undefined ? '' : e.currency ? locale.money(e.value * 100, e.currency) : locale.number(e.value));

function Row({ e, before, href, selected, promised, index, total }: {
  e: Entry | undefined; before: Entry | undefined; href: string; selected: boolean; promised: Promised[] | undefined; index: number; total: number;
}) {
  if (!e) return <div class="story-row waiting" aria-hidden="true"><div class="skeleton-line" /></div>;
  const day = locale.day(e.time);
  const newDay = !before || locale.day(before.time) !== day;
  return (
    <div class={`story-row${e.problem ? ' thread' : ''}${e.told_again ? ' again' : ''}${selected ? ' selected' : ''}${newDay ? ' new-day' : ''}`}
      role="listitem" aria-setsize={total} aria-posinset={index + 1}>
      <time class="story-time" dateTime={e.time}>
        <span class={newDay ? 'story-day' : 'quiet'}>{day}</span>
        <span>{locale.time(e.time)}</span>
      </time>
      <span class="story-channel" title={e.channel}>
        <Icon name={e.channel ? channelIcon(e.channel) : 'more'} />
        <span class="quiet">{e.channel ?? say('no_channel')}</span>
      </span>
      <div class="story-what">
        <p class="story-title">
          <Direction way={e.direction} />
          <a href={href} aria-current={selected || undefined}>{e.touchpoint ?? say('no_touchpoint')}</a>
          {e.department && !e.handed_on && <Chip kind="department">{e.department}</Chip>}
          {e.handed_on && (
            <span class="story-handed" title={say('handed_on', { from: e.handed_on.from, to: e.handed_on.to })}>
              <Chip kind="department">{e.handed_on.from}</Chip><Icon name="right" /><span class="quiet">{say('handed_on', { from: e.handed_on.from, to: e.handed_on.to })}</span><Chip kind="department">{e.handed_on.to}</Chip>
            </span>
          )}
          {e.told_again && <span class="story-again"><Icon name="warn" />{say('told_again')}</span>}
          {e.planned && <Chip kind="plain">{say('planned')}</Chip>}
        </p>
        <p class="story-line">
          <PromisedMark list={promised} />
          {e.outcome && <span class="story-outcome">{e.outcome}</span>}
          {e.value !== undefined && <span class="story-value">{money(e)}</span>}
          {e.score !== undefined && <span class="story-value">{say('score', { score: e.score })}</span>}
          {e.promise && <span class="story-outcome">{say('promise')}: {e.promise}</span>}
          {e.line && <span class="story-text">{e.line}{e.more ? ' ...' : ''}</span>}
        </p>
      </div>
    </div>
  );
}

export function Rows({ rows, q, hrefOf, promised, startAt }: {
  rows: ReturnType<typeof useRows>; q: StoryState; hrefOf: (ref: string) => string; promised: Map<string, Promised[]>; startAt: number | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  const probe = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ from: 0, to: 30, height: 56 });
  const total = Math.max(0, rows.total);
  const paper = usePaper();
  useLayoutEffect(() => {
    const look = () => {
      const element = box.current;
      if (!element) return;
      const height = probe.current?.getBoundingClientRect().height || 56;
      const top = -element.getBoundingClientRect().top;
      const from = Math.max(0, Math.floor(top / height) - ASIDE);
      const to = Math.min(total, Math.max(from + 2 * ASIDE, Math.ceil((top + innerHeight) / height) + ASIDE));
      setView((old) => (old.from === from && old.to === to && old.height === height ? old : { from, to: Math.max(to, from), height }));
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [total, rows.ready]);
  useEffect(() => {
    if (rows.total < 0) return;
    for (let page = Math.floor(view.from / PAGE); page <= Math.floor(Math.max(view.from, view.to - 1) / PAGE); page++) rows.need(page);
  });
  // A link to one interaction: it is brought into sight once.
  const shown = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (startAt === undefined || !rows.ready || shown.current === startAt) return;
    shown.current = startAt;
    const element = box.current;
    if (!element) return;
    const y = element.getBoundingClientRect().top + scrollY + startAt * view.height;
    if (y < scrollY + 120 || y > scrollY + innerHeight - 120) scrollTo({ top: Math.max(0, y - innerHeight / 3) });
  }, [startAt, rows.ready]);

  const keys = (e: KeyboardEvent) => {
    const down = e.key === 'ArrowDown' || e.key === 'j', up = e.key === 'ArrowUp' || e.key === 'k';
    if ((!down && !up) || e.metaKey || e.ctrlKey || e.altKey) return;
    const links = [...(box.current?.querySelectorAll<HTMLAnchorElement>('.story-title a[href]') ?? [])].filter((a) => !a.closest('.chip'));
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at + (down ? 1 : -1)];
    if (at < 0 || !next) return;
    e.preventDefault();
    next.focus();
    if (q.at) next.click();
  };
  if (rows.problem) return <Fail problem={rows.problem} again={rows.again} />;
  if (rows.total === 0) return <Empty title={say('empty')}>{say('empty_hint')}</Empty>;
  const list = [];
  const [from, to] = paper ? [0, rows.here()] : [view.from, Math.min(view.to, total)];
  for (let i = from; i < to; i++) {
    const e = rows.row(i);
    list.push(
      <div key={e?.ref ?? i} class="story-place" style={{ top: `${i * view.height}px`, height: `${view.height}px` }}>
        <Row e={e} before={i ? rows.row(i - 1) : undefined} href={e ? hrefOf(e.ref) : ''} selected={!!e && e.ref === q.at} promised={e && promised.get(e.ref)} index={i} total={total} />
      </div>);
  }
  return (
    <div class="story-rows" ref={box} role="list" aria-label={say('timeline')} onKeyDown={keys} style={{ height: `${Math.max(1, total) * view.height}px` }}>
      <div class="story-probe" ref={probe} aria-hidden="true" />
      {list}
      {paper && to < total && <p>{say('paper', { n: to, all: locale.number(total) })}</p>}
    </div>
  );
}
