// lens.tsx - what is selected: its figures, narrowing the filter to it, and who is behind it.
import { useState } from 'preact/hooks';
import { may } from '../../base/session';
import { Behind, Button, Figures, type Filter, Lens, filterQuery } from '../../parts';
import { type Selected, say } from './shared';

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
        {may('stories') && s.before && <Button icon="people" expanded={behind === 'before'} onClick={() => setBehind(behind === 'before' ? '' : 'before')}>{say('behind_before')}</Button>}
      </div>
      {behind === 'before' && s.before && <div class="actual-behind"><Behind path="/customers" query={{ ...filterQuery(narrowed(s.before.filter, s.before.only)), limit: 20 }} /></div>}
      {behind === key && <div class="actual-behind"><Behind path="/customers" query={{ ...filterQuery(narrowed(p.filter, s.only)), limit: 20 }} /></div>}
    </Lens>
  );
}
