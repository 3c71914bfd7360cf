// one.tsx - one map: drawn, held against what happens, edited, compared, used in a workshop.
// Which map, version, card, filter and view: all of it is in the URL.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Query, del, put, useGet } from '../../base/api';
import { useHead } from '../../base/head';
import { locale } from '../../base/locale';
import { list, oneOf, text, useQuery, whole, withQuery } from '../../base/url';
import { Button, Card, Fail, type Filter, FilterBar, Menu, Note, SavedViews, Skeleton, Tabs, WithLens, filterParams, filterQuery, inDialog, tell, tellProblem, usePaper } from '../../parts';
import { StateShape } from './card';
import { Coverage } from './coverage';
import { useEditing } from './edit';
import { Grid, blocksAt, stageKey, stripsOf } from './grid';
import { AddDialog, JourneyLens, StageLens, TouchpointLens, lensTabs } from './lens';
import { type Lived, type MapDoc, earlier, later, layOut, livedStates, nameOf, stageOf } from './model';
import { Room } from './room';
import { BothSides } from './sides';
import { MapTable, StageList } from './stages';
import { AsText } from './text';
import { Versions, archive, markChip, marksOf, useDifferences } from './versions';
import { Walk } from './walk';
import { VoteNote, useVotes, votesOf } from './votes';
import { say } from './words.en';

const tabs = ['map', 'walk', 'sides', 'lived', 'versions', 'text', 'room'] as const;
const params = {
  ...filterParams,
  tab: oneOf<typeof tabs[number]>('map', ...tabs.slice(1)),
  v: whole(0), sel: text(), lens: oneOf<typeof lensTabs[number]>('lived', ...lensTabs.slice(1)),
  state: oneOf('', ...livedStates), as: oneOf('grid', 'table'), stage: whole(0, 0, 200), step: whole(0, 0, 5000),
  zoom: whole(100, 25, 200), a: whole(0), b: whole(0), marks: oneOf('no', 'yes'), here: list(), since: text(), day: text(), vote: whole(0),
};

function useNarrow(): boolean {
  const [narrow, set] = useState(() => matchMedia('(max-width: 640px)').matches);
  useEffect(() => {
    const query = matchMedia('(max-width: 640px)');
    const look = () => set(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return narrow;
}
interface NameList { items: { name: string }[] }
const namesOf = (got: { data: NameList | undefined }) => [...new Set((got.data?.items ?? []).map((i) => i.name))];

/** Export, print, put away. */
function TakeAway({ doc, query, can }: { doc: MapDoc; query: Query; can: boolean }) {
  const file = (format: string) => {
    const pairs = new URLSearchParams({ format, version: String(doc.version) });
    for (const [name, value] of Object.entries(query)) if (format === 'svg' || format === 'xlsx') pairs.append(name, String(value));
    return `/api/v1/maps/${doc.map}/file?${pairs}`;
  };
  return (
    <Menu label={say('file')} icon="download">
      {[
        { label: say('print'), onClick: () => requestAnimationFrame(() => print()) },
        ...(['journey', 'xlsx', 'svg', 'mermaid', 'cjml', 'tree'] as const).map((format) => ({ label: say(`file_${format}`), href: file(format) })),
        ...(can ? [{ label: say('archive'), danger: true, onClick: () => void archive(doc, doc.journey.title).catch(tellProblem) }] : []),
      ]}
    </Menu>
  );
}

/** What others do to a journey that I follow is told on My part and in the digest. */
function Follow({ map }: { map: string }) {
  const got = useGet<{ follows: boolean; followers: number }>(`/maps/${map}/follow`), on = got.data?.follows;
  if (on === undefined) return null;
  const turn = () => (on ? del : put)(`/maps/${map}/follow`).then(got.again, tellProblem);
  return <Button kind="quiet" pressed={on} icon={on ? 'check' : 'plus'} onClick={() => void turn()}>{say(on ? 'following' : 'follow')}</Button>;
}

export function One({ map }: { map: string }) {
  const [q, set] = useQuery(params);
  const m = useEditing(map, q.v), { doc } = m;
  const narrow = useNarrow(), paper = usePaper();
  const filter = Object.fromEntries(Object.keys(filterParams).map((name) => [name, q[name as keyof Filter]])) as unknown as Filter;
  const query = filterQuery(filter);
  const lived = useGet<Lived>(doc ? `/maps/${map}/lived` : null, { version: doc?.version ?? 0, ...query });
  const departments = namesOf(useGet<NameList>(m.can ? '/names/departments' : null)), channels = namesOf(useGet<NameList>(m.can ? '/names/channels' : null));
  const compared = useDifferences(map, q.a, q.b || doc?.latest || 0, q.marks === 'yes' && q.a > 0 && !!doc);
  const votes = useVotes(q.tab === 'room' || q.vote ? doc?.map : undefined);
  const [adding, setAdding] = useState<{ kind: 'touchpoint' | 'stage'; stage: string; before: string } | null>(null);
  const [renaming, setRenaming] = useState('');
  useHead({ title: doc?.journey.title ?? say('map'), question: say('question') });
  const laid = useMemo(() => (doc ? layOut(doc.journey) : undefined), [doc]);
  const changed = useMemo(() => new Set(m.seen.slice(-3).flatMap((s) => s.differences.map((d) => d.id))), [m.seen]);
  const livedNow = lived.data?.version === doc?.version || lived.data ? lived.data : undefined;
  useEffect(() => {
    const keys = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (!(e.ctrlKey || e.metaKey) || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || inDialog()) return;
      const back = e.key === 'z' && !e.shiftKey, forth = e.key === 'y' || (e.key.toLowerCase() === 'z' && e.shiftKey);
      const run = back ? m.undo : forth ? m.redo : null;
      if (back || forth) e.preventDefault();
      run?.().catch(tellProblem);
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, [m.undo, m.redo]);

  if (m.problem && !doc) return <Fail problem={m.problem} again={m.again} />;
  if (!doc || !laid) return <Skeleton lines={12} />;
  const { journey } = doc;
  const select = (id: string) => set({ sel: id, state: '', ...(id && q.tab !== 'map' && q.tab !== 'room' && { tab: 'map' }) });
  const stageId = q.sel.startsWith('stage~') ? q.sel.slice(6) : '';
  const run = (changes: Parameters<typeof m.change>[0], label: string) => m.change(changes, label).catch(tellProblem);
  const remove = (id: string) => {
    const name = journey.touchpoints[id]?.name ?? journey.stages.find((s) => s.id === id)?.name ?? id;
    void m.change([{ op: 'remove', id }], say('label_remove', { what: name })).then(() => {
      if (q.sel === id || q.sel === stageKey(id)) set({ sel: '' }, { replace: true });
      tell(say('removed', { what: name }));
    }, tellProblem);
  };
  const act = (what: 'earlier' | 'later' | 'remove' | 'add' | 'rename', id: string) => {
    const label = say('label_move', { what: journey.touchpoints[id]?.name ?? '' });
    const change = what === 'earlier' ? earlier(journey, id) : what === 'later' ? later(journey, id) : null;
    if (change) void run([change], label);
    else if (what === 'remove') remove(id);
    else if (what === 'rename') setRenaming(id);
    else if (what === 'add') {
      const at = laid.columns.findIndex((c) => c.id === id), next = laid.columns[at + 1];
      setAdding({ kind: 'touchpoint', stage: stageOf(journey, id)?.id ?? '', before: next && next.stage === laid.columns[at]?.stage ? next.id : '' });
    }
  };
  const rename = renaming ? {
    id: renaming,
    done: (name: string | null) => {
      const id = renaming, was = journey.touchpoints[id]?.name ?? '';
      setRenaming('');
      if (name) m.set(id, 'name', name, was).catch((thrown) => { m.keep(id, 'name', { text: name, was }); set({ sel: id, lens: 'plan' }); tellProblem(thrown); });
    },
  } : undefined;
  const close = () => set({ sel: '', state: '' });
  const lens = q.sel === '~' ? <JourneyLens m={m} doc={doc} onClose={close} departments={departments} />
    : stageId ? <StageLens key={q.sel} m={m} doc={doc} id={stageId} onClose={close} select={select} remove={remove} />
      : q.sel ? (
        <TouchpointLens key={q.sel} m={m} doc={doc} id={q.sel} at={livedNow?.touchpoints.find((t) => t.id === q.sel)} customers={livedNow?.customers ?? 0} filter={query}
          tab={q.lens} setTab={(lens) => set({ lens })} state={q.state} setState={(state) => set({ state })} onClose={close} select={select}
          departments={departments} channels={channels} remove={remove} />
      ) : null;
  const zoom = q.zoom / 100;
  const setZoom = (z: number) => set({ zoom: Math.round(Math.min(2, Math.max(0.25, z)) * 100) }, { replace: true });
  const marks = q.marks === 'yes' ? marksOf(compared.data?.differences) : undefined;
  // In the workshop those of its newest vote, elsewhere those that were asked for.
  const since = q.since ? Date.parse(q.since) : 0, all = votes.data?.votes ?? [];
  const held = all.filter((v) => !v.closed_ms || (since ? v.made_ms >= since : v.code === all[0]?.code));
  const voted = q.tab === 'room' ? held.find((v) => votesOf(v)) : all.find((v) => v.vote === q.vote);
  const common = { doc, laid, lived: livedNow, selected: q.sel, select, changed, marks, votes: votesOf(voted), can: m.can };
  const addTouchpoint = (stage: string) => setAdding({ kind: 'touchpoint', stage, before: '' });
  const picture = q.as === 'table' ? <MapTable {...common} blocksAt={(c) => blocksAt(laid, c)} />
    : paper ? <div class="map-strips">{stripsOf(laid.columns.length).map((only) => <Grid key={only[0]} {...common} only={only} can={false} zoom={1} setZoom={setZoom} />)}</div>
    : narrow ? <StageList {...common} stage={q.stage} setStage={(stage) => set({ stage }, { replace: true })} addTouchpoint={addTouchpoint} />
      : <Grid {...common} zoom={zoom} setZoom={setZoom} act={act} move={(id, changes) => run(changes, say('label_move', { what: journey.touchpoints[id]?.name ?? '' }))} rename={rename} addTouchpoint={addTouchpoint} />;
  const empty = !journey.stages.length;
  return (
    <div class="map-page">
      <div class="map-head">
        <div class="map-goal">
          {journey.goal && <p class="map-quote">{journey.goal}</p>}
          <p class="muted">
            {journey.owner ? say('owned_by', { who: journey.owner }) : say('journey_nobodys')} · {say('version_n', { n: String(doc.version) })} {markChip(doc.mark)} · {nameOf(doc.person)}, {paper ? locale.day(doc.made_ms) : locale.ago(doc.made_ms)}{paper && ` · ${say('printed', { when: locale.day(Date.now()) })}`}
            {' '}<Button kind="quiet" pressed={q.sel === '~'} onClick={() => set({ sel: q.sel === '~' ? '' : '~' })}>{say(m.can ? 'edit_journey' : 'about_journey')}</Button>
          </p>
        </div>
        <div class="actions">
          {m.can && <Button kind="quiet" icon="undo" disabled={!m.undo} onClick={() => m.undo?.().catch(tellProblem)}>{say('undo')}</Button>}
          {m.can && <Button kind="quiet" icon="redo" disabled={!m.redo} onClick={() => m.redo?.().catch(tellProblem)}>{say('redo')}</Button>}
          <Follow map={map} />
          <TakeAway doc={doc} query={query} can={m.can} />
        </div>
      </div>
      {doc.version !== doc.latest && (
        <Note><p>{say('old_version', { n: String(doc.version), newest: String(doc.latest) })}</p><div class="actions"><Button onClick={() => set({ v: 0 })}>{say('to_newest')}</Button></div></Note>
      )}
      {q.marks === 'yes' && q.a > 0 && (
        <Note><p>{say('marks_shown', { a: String(q.a), b: String(q.b || doc.latest) })}</p><div class="actions"><Button onClick={() => set({ marks: 'no', a: 0, b: 0 })}>{say('marks_off')}</Button></div></Note>
      )}
      {q.tab !== 'room' && voted && <VoteNote vote={voted} hide={() => set({ vote: 0 })} />}
      <Tabs label={say('views')} value={q.tab} onChange={(tab) => set({ tab })} tabs={tabs.map((id) => ({ id, label: say(`tab_${id}`) }))}>
        {(['map', 'walk', 'sides', 'lived'] as string[]).includes(q.tab) && <div class="map-filter"><FilterBar value={filter} byProblem={false} onChange={(change) => set(change)} /><SavedViews page={`maps/${map}`} /></div>}
        {q.tab === 'map' && (
          <WithLens lens={lens}>
            <div class="map-tools actions">
              <span class="switch" role="group" aria-label={say('shown_as')}>
                <Button kind="quiet" pressed={q.as === 'grid'} onClick={() => set({ as: 'grid' })}>{say(narrow ? 'as_stages' : 'as_grid')}</Button>
                <Button kind="quiet" pressed={q.as === 'table'} onClick={() => set({ as: 'table' })}>{say('as_table')}</Button>
              </span>
              {!narrow && q.as === 'grid' && (
                <span class="map-zoom" role="group" aria-label={say('zoom')}>
                  <Button kind="quiet" icon="minus" iconOnly disabled={zoom <= 0.25} onClick={() => setZoom(zoom / 1.25)}>{say('zoom_out')}</Button>
                  <Button kind="quiet" onClick={() => setZoom(1)}>{locale.share(zoom)}</Button>
                  <Button kind="quiet" icon="plus" iconOnly disabled={zoom >= 2} onClick={() => setZoom(zoom * 1.25)}>{say('zoom_in')}</Button>
                </span>
              )}
              {m.can && <Button kind="quiet" icon="plus" onClick={() => setAdding({ kind: 'touchpoint', stage: stageId || stageOf(journey, q.sel)?.id || journey.stages[0]?.id || '', before: '' })} disabled={empty}>{say('add_touchpoint')}</Button>}
              {m.can && <Button kind={empty ? 'main' : 'quiet'} icon="plus" onClick={() => setAdding({ kind: 'stage', stage: '', before: '' })}>{say('add_stage')}</Button>}
              <span class="map-saving muted" role="status">{m.saving ? say('saving') : m.drafts ? say('drafts', { n: m.drafts }) : ''}</span>
            </div>
            {empty ? <p class="muted">{say('no_stages')}</p> : picture}
            <div class="map-legend" aria-label={say('legend')} role="group">{livedStates.map((s) => <StateShape key={s} state={s} />)}</div>
            {lived.problem && <Fail problem={lived.problem} again={lived.again} />}
            {livedNow ? <p class="chart-basis map-says">{livedNow.says}</p> : lived.waiting && <p class="chart-basis">{say('holding')}</p>}
            {m.can && !narrow && q.as === 'grid' && <p class="chart-basis map-keys">{say('keys')}</p>}
          </WithLens>
        )}
        {q.tab === 'walk' && <Walk doc={doc} laid={laid} lived={livedNow} step={q.step} setStep={(step) => set({ step }, { replace: true })} select={select} paper={paper} />}
        {q.tab === 'sides' && (
          <BothSides doc={doc} laid={laid} lived={livedNow} query={query} one={q.customer.length === 1} narrow={narrow} table={q.as === 'table'} setTable={(table) => set({ as: table ? 'table' : 'grid' })} select={select} />
        )}
        {q.tab === 'lived' && <Coverage m={m} doc={doc} got={lived} select={select} />}
        {q.tab === 'versions' && (
          <Versions m={m} doc={doc} lived={livedNow} from={q.a} to={q.b} since={q.day} set={set}
            showOn={(version) => withQuery(params, version ? { tab: 'map', v: version === doc.latest ? 0 : version, marks: 'no' } : { tab: 'map', marks: 'yes', a: q.a || Math.max(1, doc.latest - 1), b: q.b || doc.latest, v: q.b === doc.latest ? 0 : q.b })} />
        )}
        {q.tab === 'text' && <AsText m={m} doc={doc} />}
        {q.tab === 'room' && (
          <Room doc={doc} here={q.here} setHere={(here) => set({ here }, { replace: true })} since={q.since} setSince={(since) => set({ since }, { replace: true })} selected={q.sel}
            got={votes} votes={held} showVote={(vote) => withQuery(params, { tab: 'map', vote })}>
            <Card>{picture}</Card>
          </Room>
        )}
      </Tabs>
      {adding && (
        <AddDialog m={m} doc={doc} kind={adding.kind} stage={adding.stage} before={adding.before} onDone={(id) => set({ sel: id, lens: 'plan' })} onClose={() => setAdding(null)} />
      )}
    </div>
  );
}
