// filter.tsx - the one filter of all questions: period, channel, department, touchpoints
// passed or not, outcome, value, by customer or by problem. The page keeps it in its URL.
//
//     const [filter, setFilter] = useQuery(filterParams);
//     const got = useGet<Funnel>('/questions/funnel', { ...filterQuery(filter), step: q.step });
//     <FilterBar value={filter} onChange={setFilter} />
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Query, useGet } from '../base/api';
import { locale } from '../base/locale';
import { type Values, list, oneOf, text } from '../base/url';
import { Button, Chip } from './basic';
import { Dialog } from './dialog';
import { Form, SelectField, TextField } from './form';
import { say } from './words.en';

/** The same names as the API's parameters; a list is given name by name. */
export const filterParams = {
  from: text(), until: text(),
  channel: list(), department: list(), touchpoint: list(), outcome: list(), direction: list(),
  'value-min': text(), 'value-max': text(),
  passed: list(), 'passed-all': list(), 'not-passed': list(),
  followed: list(), way: text(), handed: list(), repeated: text(), customer: list(), severe: list(),
  whose: oneOf('', 'internal', 'external'),
  by: oneOf('customer', 'problem'),
};
export type Filter = Values<typeof filterParams>;

/** A name in a list of the API's: one with a comma, a quote or an arrow stands in quotes. */
export const quoted = (name: string) => (/[",>|]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
/* Moves and ways are written as such already: "A>B". */
const written = new Set(['followed', 'handed']);

/** As parameters of a request. */
export function filterQuery(filter: Filter): Query {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(filter)) {
    const all = Array.isArray(value) ? value.map((one) => (written.has(name) ? one : quoted(one))).join(',') : value;
    if (all && !(name === 'by' && all === 'customer')) query[name] = all;
  }
  return query;
}
/** A filter with nothing in it. */
export const noFilter = Object.fromEntries(
  Object.entries(filterParams).map(([name, param]) => [name, param.usual])) as unknown as Filter;
export const isFiltered = (filter: Filter) => Object.keys(filterQuery(filter)).length > 0;

type ListName = { [K in keyof Filter]: Filter[K] extends string[] ? K : never }[keyof Filter];
const dictionary: Partial<Record<keyof Filter, string>> = {
  channel: 'channel', department: 'department', touchpoint: 'touchpoint', outcome: 'outcome',
  passed: 'touchpoint', 'passed-all': 'touchpoint', 'not-passed': 'touchpoint',
};
const kinds = ['passed', 'not-passed', 'touchpoint', 'channel', 'department', 'outcome', 'direction', 'value', 'whose', 'customer'] as const;
type Kind = typeof kinds[number];

interface Names {
  items: { number: number; name: string; counts_as?: number }[];
}

// ---- Editing -----------------------------------------------------------------------------------

function AddFilter({ value, onChange, close, offered }: { value: Filter; onChange: FilterBarProps['onChange']; close: () => void; offered: readonly Kind[] }) {
  const [kind, setKind] = useState<Kind>(offered[0] ?? 'passed');
  const [chosen, setChosen] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  const [whose, setWhose] = useState(value.whose || 'internal');
  const [range, setRange] = useState({ min: value['value-min'], max: value['value-max'] });
  const of = dictionary[kind as keyof Filter];
  const names = useGet<Names>(of ? `/names/${of}s` : null);
  const known = (kind === 'direction' ? ['in', 'out', 'internal']
    : (names.data?.items ?? []).filter((n) => n.counts_as === undefined).map((n) => n.name)).filter((n) => !chosen.includes(n));
  const match = known.filter((n) => n.toLowerCase().includes(typed.trim().toLowerCase()));
  const choose = (name: string) => { if (name) { setChosen([...chosen, name]); setTyped(''); } };
  const take = async () => {
    if (kind === 'whose') onChange({ whose });
    else if (kind === 'value') onChange({ 'value-min': range.min.trim(), 'value-max': range.max.trim() });
    else {
      const all = typed.trim() && (kind === 'customer' || match.length === 1) ? [...chosen, match.length === 1 && kind !== 'customer' ? match[0] ?? '' : typed.trim()] : chosen;
      const old = value[kind as ListName];
      if (all.length) onChange({ [kind]: [...old, ...all.filter((n) => !old.includes(n))] } as Partial<Filter>);
    }
    close();
  };
  return (
    <Dialog title={say('filter_add')} onClose={close}>
      <Form submit={say('filter_apply')} onSubmit={take} cancel={close}>
        <SelectField label={say('filter_what')} value={kind} onChange={(k) => { setKind(k); setChosen([]); setTyped(''); }}
          choices={offered.map((k) => ({ value: k, label: say(`filter_${k}`) }))} />
        {kind === 'whose' ? (
          <SelectField label={say('filter_side')} value={whose} onChange={setWhose}
            choices={(['internal', 'external'] as const).map((side) => ({ value: side, label: say(`filter_${side}`) }))} />
        ) : kind === 'value' ? (
          <div class="pair">
            <TextField label={say('filter_least')} optional value={range.min} onInput={(min) => setRange({ ...range, min })} />
            <TextField label={say('filter_most')} optional value={range.max} onInput={(max) => setRange({ ...range, max })} />
          </div>
        ) : (
          <>
            {chosen.length > 0 && (
              <div class="chips">{chosen.map((name) => (
                <Chip key={name} kind="plain" onRemove={() => setChosen(chosen.filter((n) => n !== name))}>{name}</Chip>
              ))}</div>
            )}
            <TextField label={kind === 'customer' ? say('filter_who') : say('filter_which')} optional value={typed} onInput={setTyped}
              onEnter={() => (kind === 'customer' ? choose(typed.trim()) : match[0] !== undefined && choose(match[0]))} />
            {kind !== 'customer' && (
              <div class="filter-names" role="group" aria-label={say('filter_known')}>
                {match.slice(0, 40).map((name) => <button key={name} type="button" class="filter-name" onClick={() => choose(name)}>{name}</button>)}
                {match.length > 40 && <span class="muted">{say('filter_others', { n: match.length - 40 })}</span>}
                {!match.length && names.data && <span class="muted">{say('filter_none')}</span>}
              </div>
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}

const dayOf = (when: number) => new Date(when).toISOString().slice(0, 10);
function Period({ value, onChange, close, newest }: { value: Filter; onChange: FilterBarProps['onChange']; close: () => void; newest?: string | undefined }) {
  const [from, setFrom] = useState(value.from), [until, setUntil] = useState(value.until);
  const end = newest ? Date.parse(newest) + 86400e3 : Date.now();
  const last = (days: number) => { setFrom(dayOf(end - days * 86400e3)); setUntil(''); };
  return (
    <Dialog title={say('period')} onClose={close}>
      <Form submit={say('filter_apply')} cancel={close}
        onSubmit={async () => { onChange({ from: from.trim(), until: until.trim() }); close(); }}>
        <div class="actions">
          <Button kind="quiet" onClick={() => { setFrom(''); setUntil(''); }}>{say('period_all')}</Button>
          <Button kind="quiet" onClick={() => last(30)}>{say('period_days', { n: 30 })}</Button>
          <Button kind="quiet" onClick={() => last(90)}>{say('period_days', { n: 90 })}</Button>
          <Button kind="quiet" onClick={() => last(365)}>{say('period_days', { n: 365 })}</Button>
        </div>
        <div class="pair">
          <TextField label={say('period_from')} help={say('period_help')} optional value={from} onInput={setFrom} placeholder="2024-01" />
          <TextField label={say('period_until')} help={say('period_until_help')} optional value={until} onInput={setUntil} placeholder="2024-04" />
        </div>
      </Form>
    </Dialog>
  );
}

/** "from 5 Mar 2024", "Jan 2024 to Mar 2024"; as it was typed when it is more than that. */
export function periodText(from: string, until: string): string {
  const say1 = (t: string) => (/^\d{4}-\d\d-\d\d$/.test(t) ? locale.day(`${t}T12:00:00Z`) : /^\d{4}-\d\d$/.test(t) ? locale.month(`${t}-15T12:00:00Z`) : t);
  if (from && until) return say('period_both', { from: say1(from), until: say1(until) });
  if (from) return say('period_since', { from: say1(from) });
  return until ? say('period_before', { until: say1(until) }) : say('period_all');
}

// ---- The bar -------------------------------------------------------------------------------------

export interface FilterBarProps {
  value: Filter;
  onChange: (change: Partial<Filter>) => void;
  /** What can be chosen; all by default. */
  offered?: readonly Kind[];
  /** Whether "by customer" or "by problem" can be chosen. */
  byProblem?: boolean;
  /** The newest interaction there is: "last 30 days" ends with it. */
  newest?: string | undefined;
}
const lists: ListName[] = ['passed', 'passed-all', 'not-passed', 'followed', 'touchpoint', 'channel', 'department', 'handed', 'outcome', 'direction', 'customer', 'severe'];

export function FilterBar({ value, onChange, offered = kinds, byProblem = true, newest }: FilterBarProps) {
  const [open, setOpen] = useState<'period' | 'add' | null>(null);
  const shut = () => setOpen(null);
  /* What takes a filter away goes with it: the keyboard goes on within the bar. */
  const bar = useRef<HTMLDivElement>(null), taken = useRef(false), add = useId();
  useEffect(() => {
    if (taken.current && document.activeElement === document.body)
      (bar.current?.querySelector<HTMLElement>('.chip-remove') ?? document.getElementById(add))?.focus();
    taken.current = false;
  });
  const take = (change: Partial<Filter>) => { taken.current = true; onChange(change); };
  const range = [value['value-min'], value['value-max']];
  return (
    <div ref={bar} class="filter-bar" role="group" aria-label={say('filter')}>
      <Button kind="plain" icon="filter" onClick={() => setOpen('period')}>{periodText(value.from, value.until)}</Button>
      {byProblem && (
        <span class="switch" role="group" aria-label={say('by')}>
          <Button kind="quiet" pressed={value.by === 'customer'} onClick={() => onChange({ by: 'customer' })}>{say('by_customer')}</Button>
          <Button kind="quiet" pressed={value.by === 'problem'} onClick={() => onChange({ by: 'problem' })}>{say('by_problem')}</Button>
        </span>
      )}
      {lists.flatMap((name) => value[name].map((one) => (
        <Chip key={`${name} ${one}`} kind="plain" onRemove={() => take({ [name]: value[name].filter((other) => other !== one) } as Partial<Filter>)}
          removeLabel={say('filter_remove', { what: `${say(`filter_${name}`)} ${one}` })}>
          {`${say(`filter_${name}`)}: ${one}`}
        </Chip>
      )))}
      {value.way && <Chip kind="plain" onRemove={() => take({ way: '' })}>{`${say('filter_way')}: ${value.way}`}</Chip>}
      {value.whose && <Chip kind="plain" onRemove={() => take({ whose: '' })}>{say(`filter_${value.whose}`)}</Chip>}
      {value.repeated && <Chip kind="plain" onRemove={() => take({ repeated: '' })}>{`${say('filter_repeated')}: ${value.repeated}`}</Chip>}
      {range.some(Boolean) && (
        <Chip kind="plain" onRemove={() => take({ 'value-min': '', 'value-max': '' })}>
          {`${say('filter_value')}: ${range[0] || '\u2026'} \u2013 ${range[1] || '\u2026'}`}
        </Chip>
      )}
      <Button kind="quiet" icon="plus" id={add} onClick={() => setOpen('add')}>{say('filter_add')}</Button>
      {isFiltered(value) && <Button kind="quiet" icon="close" onClick={() => take(noFilter)}>{say('filter_clear')}</Button>}
      {open === 'period' && <Period value={value} onChange={onChange} close={shut} newest={newest} />}
      {open === 'add' && <AddFilter value={value} onChange={onChange} close={shut} offered={offered} />}
    </div>
  );
}
