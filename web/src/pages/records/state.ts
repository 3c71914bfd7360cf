// state.ts - the whole state of a list of records, as its URL has it.
import type { Query } from '../../base/api';
import type { Kind } from '../../base/records';
import { type Values, list, oneOf, text, useQuery, whole } from '../../base/url';

const params = {
  view: oneOf('list', 'board', 'table'),
  which: oneOf('yes', 'all', 'no'),
  whose: oneOf('all', 'mine', 'nobody', 'asked', 'follow', 'made'),
  state: text(), text: text(), order: oneOf('changed', 'oldest', 'bounced', 'due'),
  touchpoint: whole(0), department: whole(0), customer: whole(0),
  is: list(),
};
export const useList = () => useQuery(params);
export type ListState = Values<typeof params>;
export type SetList = (change: Partial<ListState>, how?: { replace?: boolean }) => void;

const whose: Record<ListState['whose'], Query> = {
  all: {}, mine: { owner: 'me' }, nobody: { ownerless: 'yes' }, asked: { asked: 'me' }, follow: { follower: 'me' }, made: { author: 'me' },
};
/** As the API asks it. `is`: "field:word", one at a time. */
export function asked(q: ListState, how: { board?: boolean } = {}): Query {
  const [field, ...word] = (q.is[0] ?? '').split(':');
  return {
    ...(q.which !== 'all' && !how.board && { open: q.which }),
    ...whose[q.whose], text: q.text, order: q.order,
    ...(!how.board && { state: q.state }),
    touchpoint: q.touchpoint || null, department: q.department || null, customer: q.customer || null,
    ...(field && word.length > 0 && { field, value: word.join(':') }),
  };
}
export const nothing = { which: 'yes', whose: 'all', state: '', text: '', touchpoint: 0, department: 0, customer: 0, is: [] } as const;
export const isAsked = (q: ListState): boolean =>
  q.which !== 'yes' || q.whose !== 'all' || !!(q.state || q.text || q.touchpoint || q.department || q.customer || q.is.length);
/** Fields by which a list can be chosen. */
export const choiceFields = (kind: Kind) => kind.fields.filter((f) => f.type === 'choice' && !f.computed);
