// page.tsx - Inside-out: where do we contradict, duplicate, or dam up? What was found, the
// hand-offs, who knows what, the check before sending, all of it in the URL.
import { useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { flag, list, oneOf, text, useQuery, whole, withQuery } from '../../base/url';
import { Await, Button, Empty, type Filter, FilterBar, Note, SavedViews, Tabs, WithLens, filterParams, noFilter } from '../../parts';
import { Facts } from './facts';
import { FoundView, LookNow, NeverLooked, lookedAt } from './found';
import { type Handed, HandoffLens, Handoffs } from './handoffs';
import { HistoryView } from './history';
import { FindingLens } from './lens';
import { NeedLens, type Needs, NeedsView } from './needs';
import { type Twice, TwicePairs } from './twice';
import { BeforeSending } from './presend';
import { SettingsView } from './settings';
import { type Found, type Sort, passes, sorts } from './types';
import { say } from './words.en';

const tabs = ['found', 'handoffs', 'needs', 'send', 'history', 'facts', 'settings'] as const;
const params = {
  ...filterParams,
  tab: oneOf<typeof tabs[number]>('found', ...tabs.slice(1)),
  sort: oneOf<Sort | ''>('', ...sorts),
  finding: text(), example: whole(1, 1, 100), who: flag(), judged: flag(), all: list(), cell: list(),
  whom: oneOf<'list' | 'filter'>('list', 'filter'),
};
const offered = ['department', 'touchpoint'] as const;
const closed = { finding: '', cell: [], who: false, example: 1 };

export default function InsideOut() {
  const [q, set] = useQuery(params);
  const filter = Object.fromEntries(Object.keys(filterParams).map((name) => [name, q[name as keyof Filter]])) as unknown as Filter;
  const onFound = q.tab === 'found';
  const got = useGet<Found>(onFound || q.finding ? '/findings' : null, { judged: q.judged ? 1 : null });
  const handed = useGet<Handed>(q.tab === 'handoffs' ? '/findings/handoffs' : null), needs = useGet<Needs>(q.tab === 'needs' ? '/findings/needs' : null);
  const twice = useGet<{ pairs: Twice[] }>(onFound ? '/findings/pairs' : null);
  useEvents('findings', () => { got.again(); handed.again(); twice.again(); });

  const close = () => set(closed);
  const hrefOf = (cause: string) => withQuery(params, { ...closed, tab: 'found', finding: cause });
  const choose = (a: string, b: string) => set({ ...closed, cell: q.cell[0] === a && q.cell[1] === b ? [] : [a, b] });
  /** With what is no finding, or without. */
  const shown = (found: Found) => found.findings.filter((r) => (r.judged !== null) === q.judged && passes(r, filter));
  const row = got.data?.findings.find((r) => r.cause === q.finding);
  const cell = handed.data?.cells.find((c) => c.from === q.cell[0] && c.to === q.cell[1]);
  const need = needs.data?.cells.find((c) => c.item === q.cell[0] && c.department === q.cell[1]);
  const lens = onFound && q.finding ? (
    <FindingLens key={q.finding} cause={q.finding} row={row} example={q.example - 1} setExample={(at) => set({ example: at + 1 }, { replace: true })}
      who={q.who} setWho={(who) => set({ who })} onClose={close} changed={got.again} />
  ) : q.tab === 'handoffs' && cell ? (
    <HandoffLens key={q.cell.join()} cell={cell} finding={hrefOf} who={q.who} setWho={(who) => set({ who })} onClose={close} />
  ) : q.tab === 'needs' && need ? (
    <NeedLens key={q.cell.join()} cell={need} all={needs.data?.cells ?? []} onClose={close} />
  ) : null;

  const findings = (found: Found) => {
    if (found.ran_ms === null) return <NeverLooked looking={found.looking} done={got.again} />;
    const rows = shown(found);
    const none = !rows.length && (q.judged ? <Empty title={say('judged_none')}>{say('judged_none_help')}</Empty>
      : found.findings.length || q.from || q.until
        ? <Empty title={say('none_filter')} action={<Button onClick={() => set(noFilter)}>{say('filter_clear')}</Button>}>{say('none_filter_help')}</Empty>
        : <Empty title={say('none_at_all')}>{say('none_at_all_help')}</Empty>);
    return (
      <>
        {q.judged && <Note><p>{say('judged_note')}</p></Note>}
        {none || (
          <FoundView rows={rows} chosen={q.finding} hrefOf={(r) => hrefOf(r.cause)} whole={q.all} setWhole={(all) => set({ all }, { replace: true })}
            sort={q.sort} setSort={(sort) => set({ sort })} />
        )}
        {!none && !q.judged && twice.data && <TwicePairs pairs={twice.data.pairs} filter={filter} hrefOf={hrefOf} choose={(a, b) => set({ department: [a, b] })} />}
      </>
    );
  };
  return (
    <>
      {onFound && (
        <div class="inside-looked">
          {got.data && got.data.ran_ms !== null && (
            <p>
              {lookedAt(got.data)} <strong>{say('findings_n', { n: shown(got.data).length })}</strong>{(q.from || q.until) && <span class="muted"> {say('within_period')}</span>}.
              {got.data.every_minutes !== null && <span class="muted"> {say('by_itself', { n: got.data.every_minutes })}</span>}
            </p>
          )}
          {got.data && got.data.ran_ms !== null && <LookNow looking={got.data.looking} ran done={got.again} />}
        </div>
      )}
      {onFound && (
        <div class="inside-filter">
          <FilterBar value={filter} byProblem={false} offered={offered} onChange={(change) => set(change)} />
          <Button kind="quiet" pressed={q.judged} onClick={() => set({ judged: !q.judged, ...closed })}>{say('judged_show')}</Button>
          <SavedViews page="inside-out" />
        </div>
      )}
      {q.tab === 'send' && <div class="inside-filter"><SavedViews page="inside-out" /></div>}
      <Tabs label={say('tabs')} value={q.tab} onChange={(tab) => set({ tab, ...closed })} tabs={tabs.map((id) => ({ id, label: say(`tab_${id}`) }))}>
        <WithLens lens={lens} wide={onFound}>
          {onFound && <Await got={got} lines={12}>{findings}</Await>}
          {q.tab === 'handoffs' && <Handoffs got={handed} pair={q.cell} choose={choose} />}
          {q.tab === 'needs' && <NeedsView got={needs} pair={q.cell} choose={choose} />}
          {q.tab === 'send' && <BeforeSending by={q.whom} setBy={(whom) => set({ whom }, { replace: true })} filter={filter} setFilter={(change) => set(change)} />}
          {q.tab === 'history' && <HistoryView sort={q.sort} setSort={(sort) => set({ sort }, { replace: true })} />}
          {q.tab === 'facts' && <Facts finding={hrefOf} />}
          {q.tab === 'settings' && <SettingsView />}
        </WithLens>
      </Tabs>
    </>
  );
}
