// find.tsx - where a story is found: by an identifier, or among those opened last.
import { useState } from 'preact/hooks';
import { type Page, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Problem, asProblem } from '../../base/problem';
import { may, whoAmI } from '../../base/session';
import { go, oneOf, useQuery } from '../../base/url';
import { Await, Card, Chip, Empty, Form, LinkButton, SavedViews, Table, Tabs, TextField } from '../../parts';
import { say } from './words.en';

interface Recent {
  customer: number;
  time: string;
}

function Search() {
  const [who, setWho] = useState('');
  const find = async () => {
    const asked = who.trim();
    const none = new Problem(404, 'not-found', say('find_none', { who: asked }), say('find_none_hint'));
    if (!asked) throw none;
    const found = await post<Page<{ customer: number }>>('/search', { who: asked }).catch((thrown: unknown) => {
      throw asProblem(thrown).status === 404 ? none : thrown;
    });
    const first = found.items[0];
    if (!first) throw none;
    go(`/stories/${first.customer}`);
  };
  return (
    <Card>
      <Form submit={say('find_do')} onSubmit={find}>
        <TextField label={say('find')} help={say('find_help')} type="search" value={who} onInput={setWho} />
      </Form>
    </Card>
  );
}

function RecentOnes() {
  const got = useGet<Page<Recent>>('/stories/recent');
  return (
    <Card title={say('recent')}>
      <Await got={got} lines={3}>
        {({ items }) => (items.length
          ? (
            <ul class="story-recent">
              {items.map((r) => (
                <li key={r.customer}>
                  <a href={`/stories/${r.customer}`}>{say('story_of', { number: String(r.customer) })}</a>
                  <span class="muted">{say('opened_when', { when: locale.ago(r.time) })}</span>
                </li>
              ))}
            </ul>
          )
          : <Empty title={say('recent_none')}>{say('recent_hint')}</Empty>)}
      </Await>
    </Card>
  );
}

interface OpenOne {
  customer: number;
  problem: number;
  name: string;
  department?: string;
  opened: string;
  last: string;
  interactions: number;
  owed: boolean;
}
type OpenOnes = Page<OpenOne> & { problems: number; open: number; owed: number };
const params = { open: oneOf('owed', 'longest') };

function OpenOnesOfAll() {
  const [q, set] = useQuery(params);
  const got = useGet<OpenOnes>('/stories/open', { owed: q.open === 'owed' ? 'yes' : null, limit: 20 });
  return (
    <Card title={say('open_of_all')} actions={<SavedViews page="stories" />}>
      <Tabs label={say('open_of_all')} value={q.open} onChange={(open) => set({ open })}
        tabs={[{ id: 'owed', label: say('tab_owed') }, { id: 'longest', label: say('tab_longest') }]}>
        <Await got={got} lines={6}>
          {(all) => (
            <>
              <p class="muted">{say('open_basis', { open: all.open, n: all.problems, owed: all.owed })}</p>
              <Table caption={say('open_of_all')} captionHidden rows={all.items} keyOf={(p) => `${p.customer} ${p.problem}`}
                empty={<Empty title={say('open_none')}>{say('open_none_hint')}</Empty>}
                columns={[
                  { id: 'problem', head: say('problem'), cell: (p) => <a href={`/stories/${p.customer}?problem=${p.problem}`}>{p.name || `#${p.problem}`}</a> },
                  { id: 'customer', head: say('whose'), cell: (p) => <a href={`/stories/${p.customer}`}>#{p.customer}</a> },
                  { id: 'department', head: say('department'), cell: (p) => p.department && <Chip kind="department">{p.department}</Chip> },
                  { id: 'opened', head: say('open_for'), cell: (p) => locale.duration(Date.now() - Date.parse(p.opened)), number: true },
                  { id: 'last', head: say('last_word'), cell: (p) => `${say(p.owed ? 'theirs' : 'ours')}, ${locale.day(p.last)}` },
                ]} />
            </>
          )}
        </Await>
      </Tabs>
    </Card>
  );
}

const ReviewsLink = () => (
  <Card title={say('reviews')}>
    <p>{say('reviews_hint')}</p>
    <div class="actions story-further"><LinkButton href="/stories/reviews">{say('reviews_go')}</LinkButton></div>
  </Card>
);

export function Find() {
  const mine = whoAmI().customer;
  return (
    <div class="story-find">
      {may('search') && <Search />}
      {mine > 0 && (
        <Card title={say('own')}>
          <p>{say('own_hint')}</p>
          <div class="actions"><LinkButton kind="main" href={`/stories/${mine}`}>{say('own')}</LinkButton></div>
        </Card>
      )}
      {may('stories') ? <><ReviewsLink /><RecentOnes /><OpenOnesOfAll /></> : !mine && <Empty title={say('none_own')}>{say('none_own_hint')}</Empty>}
    </div>
  );
}
