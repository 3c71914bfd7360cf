// lens.tsx - what is selected: its figures, narrowing the filter to it, and who is behind it.
import { useState } from 'preact/hooks';
import { usePages } from '../../base/api';
import { may } from '../../base/session';
import { Button, Fail, Figures, type Filter, Lens, Skeleton, filterQuery } from '../../parts';
import { type Selected, locale, say } from './shared';

interface Person {
  customer: number;
  identifiers: { kind: string; value: string; shared: boolean }[];
  interactions: number;
  last: string;
  problem?: string;
  times?: number;
}

/** The filter and a part more. Lists grow; what is one value is replaced. */
export function narrowed(filter: Filter, only: Partial<Filter>): Filter {
  const next = { ...filter } as Record<string, unknown>;
  for (const [name, value] of Object.entries(only)) {
    const old = next[name];
    next[name] = Array.isArray(old) && Array.isArray(value) && name !== 'followed' && name !== 'handed' && name !== 'passed'
      ? [...old, ...value.filter((one) => !old.includes(one))] : value;
  }
  return next as Filter;
}

function Behind({ filter, only }: { filter: Filter; only: Partial<Filter> }) {
  const got = usePages<Person>('/customers', { ...filterQuery(narrowed(filter, only)), limit: 20 });
  if (got.problem) return <Fail problem={got.problem} again={got.again} />;
  if (!got.data) return <Skeleton lines={5} />;
  if (!got.data.length) return <p class="muted">{say('nobody_filter')}</p>;
  const nameOf = (c: Person) => {
    const best = c.identifiers.find((i) => i.kind === 'email') ?? c.identifiers[0];
    return best?.value ?? say('customer_number', { number: `#${c.customer}` });
  };
  return (
    <div class="actual-behind">
      <ol>
        {got.data.map((c) => (
          <li key={`${c.customer} ${c.problem ?? ''}`}>
            <a href={`/stories/${c.customer}`}>{nameOf(c)}</a>
            <span class="muted">
              {[c.problem, `${say('interactions')} ${locale.number(c.interactions)}`, c.times !== undefined && c.times > 1 ? `${c.times}x` : '', locale.day(c.last)].filter(Boolean).join(' \u00b7 ')}
            </span>
          </li>
        ))}
      </ol>
      {got.more && <Button kind="quiet" busy={got.waiting} onClick={got.next}>{say('more_of_them')}</Button>}
    </div>
  );
}

export function SelectedLens(p: {
  selected: Selected; filter: Filter; onClose: () => void; narrow: (filter: Filter) => void; paths?: ((touchpoint: string, backwards: boolean) => void) | undefined;
}) {
  const { selected: s } = p;
  const [behind, setBehind] = useState('');
  const key = JSON.stringify(s.only);
  return (
    <Lens title={s.title} onClose={p.onClose}>
      <Figures items={s.figures} />
      <div class="actual-do">
        <Button kind="main" icon="filter" onClick={() => p.narrow(narrowed(p.filter, s.only))}>{say(p.filter.by === 'problem' ? 'only_these_problems' : 'only_these')}</Button>
        {s.others && <Button onClick={() => p.narrow(narrowed(p.filter, s.others ?? {}))}>{say('not_these')}</Button>}
        {s.touchpoint !== undefined && p.paths && (
          <>
            <Button onClick={() => p.paths?.(s.touchpoint ?? '', false)}>{say('from_here')}</Button>
            <Button onClick={() => p.paths?.(s.touchpoint ?? '', true)}>{say('to_here')}</Button>
          </>
        )}
        {may('stories') && <Button icon="people" expanded={behind === key} onClick={() => setBehind(behind === key ? '' : key)}>{say('behind')}</Button>}
      </div>
      {behind === key && <Behind filter={p.filter} only={s.only} />}
    </Lens>
  );
}
