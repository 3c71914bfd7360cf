// page.tsx - Actual: which paths do customers take? One filter and one selection over the
// drawn journey and the other ways of looking at it; all of it in the URL.
import { useEffect, useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { flag, oneOf, text, list, useQuery, whole } from '../../base/url';
import { Await, Button, Card, Empty, type Filter, FilterBar, SavedViews, SelectField, Tabs, WithLens, filterParams, filterQuery, noFilter } from '../../parts';
import { Changed } from './changed';
import { CohortsTab } from './cohorts';
import { Differs } from './compare';
import { FunnelTab } from './funnel';
import { SelectedLens } from './lens';
import { DrawnMap, type Journey, movesDiffer, selectedArc, selectedStop } from './map';
import { PathsTab } from './paths';
import { type Selected, type ViewProps, countOf, locale, move, say, whoText } from './shared';
import { HandoffsTab, LoopsTab, RepeatsTab, WaitsTab } from './tables';
import { TypicalWays } from './typical';
import { WaysTab } from './ways';

const tabs = ['map', 'ways', 'typical', 'funnel', 'paths', 'loops', 'waits', 'handoffs', 'repeats', 'cohorts', 'changed'] as const;
type TabName = typeof tabs[number];
const params = {
  ...filterParams,
  tab: oneOf<TabName>('map', ...tabs.slice(1)),
  share: whole(80, 30, 100),
  boxes: whole(40, 5, 200),
  sel: text(),
  top: whole(20, 1, 1000),
  step: list(), strict: flag(), within: text(),
  anchor: text(), backwards: flag(), depth: whole(5, 2, 12),
  again: oneOf<'7d' | '1d' | '3d' | '14d' | '30d'>('7d', '1d', '3d', '14d', '30d'),
  unit: oneOf<'month' | 'week' | 'day'>('month', 'week', 'day'), born: text(), back: text(), returns: oneOf<'all' | 'voluntary'>('all', 'voluntary'),
  groups: whole(0, 0, 12),
  vs: text(),
};

/** The other group stands in one parameter: its filter as the query it would be. */
function otherOf(vs: string): Filter {
  const pairs = new URLSearchParams(vs === '.' ? '' : vs);
  const read = Object.entries(filterParams).map(([name, param]) => [name, (param as { read: (t: string[]) => unknown }).read(pairs.getAll(name))]);
  return Object.fromEntries(read) as Filter;
}
function textOf(filter: Filter): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    for (const one of [value].flat()) if (one && one !== 'customer') pairs.append(name, one);
  return pairs.toString() || '.';
}
const filterOf = (q: Filter): Filter =>
  Object.fromEntries(Object.keys(filterParams).map((name) => [name, q[name as keyof Filter]])) as unknown as Filter;

function ShareSlider({ share, set }: { share: number; set: (share: number) => void }) {
  return (
    <label class="actual-slider">
      <span>{say('drawn', { share: locale.share(share / 100) })}</span>
      <input type="range" min="30" max="100" step="5" value={share} aria-label={say('drawn_label')} aria-valuetext={locale.share(share / 100)}
        onInput={(e) => set(Number(e.currentTarget.value))} />
    </label>
  );
}

export default function Actual() {
  const [q, set] = useQuery(params);
  const [selected, setSelected] = useState<Selected | null>(null);
  const filter = filterOf(q);
  const other = q.vs ? { ...otherOf(q.vs), by: q.by } : null;
  const drawn = { share: `${q.share}%`, boxes: q.boxes };
  const onMap = q.tab === 'map';
  const got = useGet<Journey>(onMap ? '/journey' : null, { ...filterQuery(filter), ...drawn });
  const gotOther = useGet<Journey>(onMap && other ? '/journey' : null, { ...filterQuery(other ?? noFilter), ...drawn });
  useEffect(() => { if (!onMap) return; setSelected(null); }, [q.tab]);

  const view: ViewProps = { query: filterQuery(filter), filter, select: setSelected };
  const mine: ViewProps = other ? { ...view, side: say('compare_this') } : view;
  const theirs: ViewProps | null = other
    && { query: filterQuery(other), filter: other, select: (s) => setSelected({ ...s, of: other }), side: say('compare_that') };
  const sides = { mine, theirs };
  const choose = (id: string) => set({ sel: id === q.sel ? '' : id });
  const onTheMap = (j: Journey | undefined, f: Filter): Selected | null => {
    if (!j || !q.sel) return null;
    const props = { ...view, filter: f };
    const stop = j.touchpoints.find((s) => s.touchpoint === q.sel);
    const arc = j.arcs.find((a) => move(a.from, a.to) === q.sel);
    return stop ? selectedStop(stop, countOf(j), props) : arc ? selectedArc(arc, countOf(j), props) : null;
  };
  const shown = onMap ? onTheMap(got.data, filter) : selected;
  const close = () => (onMap ? set({ sel: '' }) : setSelected(null));
  const narrow = (next: Filter) => {
    setSelected(null);
    set(shown?.of ? { vs: textOf(next) } : { ...next, sel: '' });
  };
  const lens = shown && (
    <SelectedLens selected={shown} filter={shown.of ?? filter} onClose={close} narrow={narrow}
      paths={(anchor, backwards) => { setSelected(null); set({ tab: 'paths', anchor, backwards, sel: '' }); }} />
  );

  return (
    <>
      <div class="actual-top">
        <FilterBar value={filter} onChange={(change) => set({ ...change, sel: '' })} />
        <SavedViews page="actual" />
        <Button kind="quiet" pressed={!!other} onClick={() => set({ vs: other ? '' : textOf(filter) })}>{say(other ? 'compare_stop' : 'compare')}</Button>
      </div>
      {other && (
        <div class="actual-other">
          <p class="muted">{say('compare_that')}. {say(onMap ? 'compare_help' : q.tab === 'changed' ? 'compare_help_changed' : 'compare_help_rows')}</p>
          <FilterBar value={other} byProblem={false} onChange={(change) => set({ vs: textOf({ ...other, ...change }) })} />
        </div>
      )}
      <Tabs label={say('views')} value={q.tab} onChange={(tab) => { setSelected(null); set({ tab, sel: '' }); }}
        tabs={tabs.map((id) => ({ id, label: say(id) }))}>
        <WithLens lens={lens}>
          <Card>
            {onMap && (
              <Await got={got} lines={12}>{(j) => (!j.touchpoints.length ? <Empty title={say('no_data')}>{say('no_data_help')}</Empty> : (
                <>
                  <div class={other ? 'actual-pair' : undefined}>
                    <DrawnMap {...view} drawn={drawn} journey={j} title={say(other ? 'compare_this' : 'map')} chosen={q.sel} choose={choose} small={!!other} />
                    {other && (
                      <Await got={gotOther} lines={12}>{(k) => (
                        <DrawnMap query={filterQuery(other)} drawn={drawn} filter={other} select={setSelected} journey={k} title={say('compare_that')} chosen={q.sel} choose={choose} small />
                      )}</Await>
                    )}
                  </div>
                  {theirs && gotOther.data && <Differs rows={movesDiffer(j, gotOther.data)} what={whoText(filter)} name="journey" mine={mine} theirs={theirs} />}
                  <div class="actual-under">
                    <ShareSlider share={q.share} set={(to) => set({ share: to }, { replace: true })} />
                    <SelectField label={say('boxes')} value={String(q.boxes)} onChange={(n) => set({ boxes: Number(n) })}
                      choices={[...new Set([12, 20, 40, 60, q.boxes])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: String(n) }))} />
                  </div>
                </>
              ))}</Await>
            )}
            {q.tab === 'ways' && <WaysTab {...sides} top={q.top} setTop={(top) => set({ top })} />}
            {q.tab === 'typical' && <TypicalWays {...view} groups={q.groups} setGroups={(groups) => set({ groups })} />}
            {q.tab === 'funnel' && <FunnelTab {...sides} steps={q.step} strict={q.strict} within={q.within} set={set} />}
            {q.tab === 'paths' && <PathsTab {...sides} anchor={q.anchor} backwards={q.backwards} depth={q.depth} set={set} />}
            {q.tab === 'loops' && <LoopsTab {...sides} />}
            {q.tab === 'waits' && <WaitsTab {...sides} />}
            {q.tab === 'handoffs' && <HandoffsTab {...sides} />}
            {q.tab === 'repeats' && <RepeatsTab {...sides} within={q.again} setWithin={(again) => set({ again })} />}
            {q.tab === 'cohorts' && <CohortsTab {...sides} unit={q.unit} born={q.born} back={q.back} returns={q.returns} set={set} />}
            {q.tab === 'changed' && <Changed {...view} other={other} />}
          </Card>
        </WithLens>
      </Tabs>
    </>
  );
}
