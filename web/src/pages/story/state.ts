// state.ts - the whole state of a story's page, as its URL has it.
import { flag, list, text, useQuery, whole } from '../../base/url';

const params = {
  from: text(), until: text(),
  channel: list(), department: list(),
  problem: whole(0), marked: flag(),
  at: text(), side: flag(),
};
export const useStory = () => useQuery(params);
export type StoryState = ReturnType<typeof useStory>[0];
export type SetStory = ReturnType<typeof useStory>[1];

/** What of it chooses interactions: parameters of the API. */
export function chosen(q: StoryState) {
  const names = (all: string[]) => all.map((n) => (/[",]/.test(n) ? `"${n.replaceAll('"', '""')}"` : n)).join(',');
  return { from: q.from, until: q.until, channel: names(q.channel), department: names(q.department) };
}
export const isChosen = (q: StoryState) =>
  !!(q.from || q.until || q.channel.length || q.department.length || q.problem || q.marked);
export const nothingChosen = { from: '', until: '', channel: [], department: [], problem: 0, marked: false };
