// find.tsx - where a story is found: by an identifier, or among those opened last.
import { useState } from 'preact/hooks';
import { type Page, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Problem, asProblem } from '../../base/problem';
import { may, whoAmI } from '../../base/session';
import { go } from '../../base/url';
import { Await, Card, Empty, Form, LinkButton, TextField } from '../../parts';
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
    <Card title={say('find')}>
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
      {may('stories') ? <RecentOnes /> : !mine && <Empty title={say('none_own')}>{say('none_own_hint')}</Empty>}
    </div>
  );
}
