// views.tsx - the same data as each role looks at it: ways that a role begins with, and
// shared views that colleagues have put on its first page.
import { useGet } from '../../base/api';
import { may, whoAmI } from '../../base/session';
import { Card } from '../../parts';
import { pages } from '../pages';
import { say } from './views.words.en';

type Question = Parameters<typeof say>[0];
const OWED: [string, Question] = ['/stories?open=owed', 'owed'], BACK: [string, Question] = ['/actual?tab=cohorts', 'back'];
const PROMISES: [string, Question] = ['/records/promise', 'promises'], MAPS: [string, Question] = ['/maps', 'maps'];
const FOUND: [string, Question] = ['/inside-out', 'found'], CHANGED: [string, Question] = ['/actual?tab=changed', 'changed'];

/** What each role looks at first; a page without the right for it is left out. */
const BEGINS: Record<string, [string, Question][]> = {
  owner: [['/data', 'data'], ['/people', 'people']],
  admin: [['/data', 'data'], ['/people', 'people']],
  'front-line': [['/my-part', 'part'], OWED, ['/no-brainers', 'broken']],
  'journey-owner': [MAPS, FOUND, ['/actual?tab=waits', 'waits']],
  lead: [['/inside-out?tab=handoffs', 'handoffs'], ['/no-brainers', 'broken'], PROMISES],
  executive: [BACK, ['/no-brainers?tab=lookout', 'lookout'], ['/records/decision', 'decisions']],
  designer: [['/records/need', 'needs'], ['/actual?tab=typical', 'typical'], MAPS, BACK],
  facilitator: [MAPS, FOUND, ['/no-brainers?tab=quick', 'quick'], CHANGED],
  analyst: [['/actual?tab=ways', 'ways'], CHANGED, ['/actual?tab=typical', 'typical']],
  hr: [['/records/walk', 'walks'], ['/records/observation', 'observations']],
  dpo: [['/data/consent', 'consent'], ['/data/audit', 'audit']],
  success: [OWED, PROMISES, ['/actual?tab=repeats', 'repeats'], BACK],
};
interface View {
  view: number;
  name: string;
  page: string;
  query: string;
}

const open = (to: string) => pages.some((page) => page.path === (/^\/[a-z-]*/.exec(to)?.[0] ?? to) && (!page.may || may(page.may)));

export function RoleViews() {
  const { roles, customer } = whoAmI();
  const kept = useGet<{ items: View[] }>(may('take-part') ? '/views' : null, { first: 'yes' });
  const ways = new Map(roles.flatMap((role) => BEGINS[role] ?? []).filter(([to]) => open(to)));
  const views = kept.data?.items ?? [];
  if (!ways.size && !views.length && !customer) return null;
  return (
    <Card title={say('title')}>
      <ul class="home-views">
        {customer > 0 && <li><a href={`/stories/${customer}`}>{say('own')}</a></li>}
        {[...ways].map(([to, question]) => <li key={to}><a href={to}>{say(question)}</a></li>)}
        {views.map((v) => <li key={v.view}><a href={`/${v.page}${v.query && `?${v.query}`}`}>{v.name}</a></li>)}
      </ul>
    </Card>
  );
}
