// behind.tsx - who is behind a figure: customers, each leading to the story; more by cursor.
//
//     <Behind path="/customers" query={filterQuery(filter)} />
import { type Query, usePages } from '../base/api';
import { locale } from '../base/locale';
import { Button, Fail, Skeleton } from './basic';
import { say } from './words.en';

export interface Person {
  customer: number;
  identifiers?: { kind: string; value: string }[];
  interactions?: number;
  last?: string;
  problem?: string;
  times?: number;
}
/** What people know a customer by. */
export const customerName = (c: Pick<Person, 'customer' | 'identifiers'>): string =>
  (c.identifiers?.find((i) => i.kind === 'email') ?? c.identifiers?.[0])?.value ?? say('behind_customer', { n: String(c.customer) });

export function Behind({ path, query }: { path: string; query?: Query }) {
  const got = usePages<Person>(path, query);
  if (got.problem) return <Fail problem={got.problem} again={got.again} />;
  if (!got.data) return <Skeleton lines={5} />;
  if (!got.data.length) return <p class="muted">{say('behind_nobody')}</p>;
  const facts = (c: Person) => [c.problem, c.interactions ? say('behind_interactions', { n: c.interactions }) : '',
    c.times !== undefined && c.times > 1 ? `${c.times}x` : '', c.last ? locale.day(c.last) : ''].filter(Boolean).join(' \u00b7 ');
  return (
    <div class="behind">
      <ol>
        {got.data.map((c) => (
          <li key={`${c.customer} ${c.problem ?? ''}`}>
            <a href={`/stories/${c.customer}`}>{customerName(c)}</a>
            <span class="muted">{facts(c)}</span>
          </li>
        ))}
      </ol>
      {got.more && <Button kind="quiet" busy={got.waiting} onClick={got.next}>{say('behind_more')}</Button>}
    </div>
  );
}
