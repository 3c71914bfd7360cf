// lens.tsx - everything about what is selected: what happened there and to whom, what we
// intend (edited where it stands), and what is told, challenged and owned there.
import { useEffect, useState } from 'preact/hooks';
import { type Query, get, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { locale } from '../../base/locale';
import { type Problem, asProblem } from '../../base/problem';
import { type Detail, hrefOf, kindOf, nameIn, stateOf, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Bar, Behind, Button, Dialog, Empty, Fail, Form, Icon, Lens, Menu, Note, RadioField, SelectField, Skeleton, Tabs, tellProblem, TextField } from '../../parts';
import { StateShape, evidenceOf, lacksBehaviour } from './card';
import type { Editing } from './edit';
import { Field, Rows } from './fields';
import { stageKey } from './grid';
import { Guidance } from './guidance';
import { type Block, type LivedAt, type LivedState, type MapDoc, around, blocks, earlier, firstOf, idFor, later, layOut, livedStates } from './model';
import { say } from './words.en';

export const lensTabs = ['lived', 'plan', 'records'] as const;
export type LensTab = typeof lensTabs[number];
export interface LensProps {
  m: Editing; doc: MapDoc; id: string; at: LivedAt | undefined; customers: number; filter: Query;
  tab: LensTab; setTab: (tab: LensTab) => void; state: LivedState | ''; setState: (state: LivedState | '') => void;
  onClose: () => void; select: (id: string) => void; departments: string[]; channels: string[]; remove: (id: string) => void;
}

// ---- What happened -----------------------------------------------------------------------------

function LivedTab(p: LensProps) {
  const { at, doc, id } = p, t = doc.journey.touchpoints[id];
  if (!t) return null;
  if (!at) return <p class="muted">{t.unseen !== null ? t.unseen || say('evidence_unseen') : say('lived_not_yet')}</p>;
  const evidence = evidenceOf(t, at);
  return (
    <>
      <p class={evidence.warn ? 'map-stale' : 'muted'}>{evidence.warn && <Icon name="warn" />}{evidence.text}{at.first_ms ? `, ${say('first_seen', { when: locale.day(at.first_ms) })}` : ''}</p>
      <ul class="map-states">
        {livedStates.map((state) => {
          const n = at.customers[state], open = p.state === state;
          const inside = (
            <>
              <StateShape state={state} />
              <span class="n">{locale.number(n)} <small class="muted">{locale.share(n, p.customers)}</small></span>
              {state !== 'out_of_order' && <Bar part={n} of={p.customers} state={state} />}
            </>
          );
          return (
            <li key={state}>
              {n > 0 && may('stories')
                ? <button type="button" class="map-state" aria-expanded={open} onClick={() => p.setState(open ? '' : state)}>{inside}<Icon name={open ? 'up' : 'down'} /></button>
                : <div class="map-state still">{inside}</div>}
              <small class="muted">{say(`means_${state}`)}</small>
              {open && <div class="map-behind"><Behind path={`/maps/${doc.map}/customers`} query={{ ...p.filter, touchpoint: id, state, version: doc.version, limit: 20 }} /></div>}
            </li>
          );
        })}
      </ul>
      <p class="muted">{say('of_customers', { n: p.customers })}</p>
      {at.promises.length > 0 && (
        <section>
          <h3>{say('promises')}</h3>
          <ul class="map-promises">
            {at.promises.map((one) => (
              <li key={one.words}>
                <span>{one.words}</span>
                {one.n > 0 ? (
                  <>
                    <strong>{say('kept_in', { share: locale.share(one.kept, one.n), kept: one.kept, n: one.n })}</strong>
                    <small class="muted">{[one.within_ms ? say('within', { span: locale.duration(one.within_ms) }) : '', one.median_ms === null ? '' : say('half_within', { span: locale.duration(one.median_ms) })].filter(Boolean).join(', ')}</small>
                    <Bar part={one.kept} of={one.n} state={one.kept / one.n < 0.8 ? 'missing' : 'completed'} />
                  </>
                ) : <small class="muted">{say('promise_unseen')}</small>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {at.never.length > 0 && (
        <section>
          <h3>{say('never_title')}</h3>
          <ul class="map-promises">
            {at.never.map((one) => (
              <li key={`${one.words} ${one.rule}`}>
                <span>{one.words}</span>
                {!one.checked ? <small class="muted">{say('never_unchecked')}</small>
                  : one.hits === 0 ? <small class="muted">{say('never_none', { n: one.n })}</small>
                    : (
                      <>
                        <strong>{say('never_hit', { n: one.customers })}</strong>
                        {one.first_ms !== null && <small class="muted">{say('never_since', { first: locale.day(one.first_ms), last: locale.day(one.last_ms ?? one.first_ms) })}</small>}
                      </>
                    )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {(at.score.n > 0 || at.experience.observed.n > 0) && <p>{at.experience.says}</p>}
    </>
  );
}

// ---- What we intend --------------------------------------------------------------------------------

function PlanTab(p: LensProps) {
  const { m, id, doc } = p, t = doc.journey.touchpoints[id];
  if (!t) return null;
  const who = ['customer', ...p.departments];
  const f = { m, id };
  const choices = (values: readonly string[], key: string, none: string) => [{ value: '', label: none }, ...values.map((v) => ({ value: v, label: say(`${key}_${v}` as 'lane_front') }))];
  return (
    <div class={m.can ? 'map-plan' : 'map-plan still'}>
      <Field {...f} field="name" label={say('field_name')} help={say('field_name_help')} />
      <Field {...f} field="owner" label={say('field_owner')} suggestions={p.departments} empty={say('nobodys')} />
      <Field {...f} field="ask" label={say('field_ask')} suggestions={p.departments} />
      <Field {...f} field="intended" label={say('field_intended')} help={say('field_intended_help')} lines={2} />
      <Field {...f} field="feels" label={say('field_feels')} choices={choices(['1', '2', '3', '4', '5'], 'feels', say('feels_0'))} />
      <div class="map-three">
        <Field {...f} field="from" label={say('field_from')} suggestions={who} />
        <Field {...f} field="to" label={say('field_to')} suggestions={who} />
        <Field {...f} field="over" label={say('field_over')} suggestions={p.channels} />
      </div>
      <div class="map-three">
        <Field {...f} field="place" label={say('field_place')} help={say('field_place_help')} />
        <Field {...f} field="length" label={say('field_length')} help={say('field_length_help')} />
      </div>
      <Field {...f} field="lane" label={say('lane')} choices={choices(['customer', 'front', 'back'], 'lane', say('lane_auto', { lane: say(`lane_${t.lane}`) }))} />
      <Rows {...f} field="promise" shape="promise" label={say('promises')} help={say('promise_help')} />
      {lacksBehaviour(t) && <Note kind="warn">{say('no_behaviour_help')}</Note>}
      <Rows {...f} field="behave" shape="behave" label={say('field_behave')} />
      {may('take-part') && <Guidance doc={doc} id={id} about={linkTo(doc, id, t.name)} />}
      <Rows {...f} field="never" shape="never" label={say('field_never')} help={say('never_help')} />
      <Rows {...f} field="needs" shape="words" label={say('field_needs')} />
      <Rows {...f} field="holds" shape="words" label={say('field_holds')} />
      <Rows {...f} field="system" shape="words" label={say('row_systems')} />
      <Rows {...f} field="match" shape="match" label={say('field_match')} help={say('field_match_help')} />
      <Field {...f} field="unseen" label={say('field_unseen')} help={say('field_unseen_help')} />
      <Field {...f} field="walk" label={say('field_walk')} help={say('field_walk_help')} />
      <Field {...f} field="instead" label={say('field_instead')} />
      <Field {...f} field="note" label={say('field_note')} lines={3} />
      <dl class="map-said"><dt>{say('field_id')}</dt><dd><code>{id}</code></dd></dl>
    </div>
  );
}

// ---- What is told about it -----------------------------------------------------------------------------

interface Open { touchpoint: string | null; record: number; kind: string; ownerless: boolean }
/** Open records of the map: which they are, and what is written in those wanted. */
export function useRecords(map: number, wanted: (open: Open) => boolean) {
  const got = useGet<{ items: Open[] }>(may('take-part') ? `/maps/${map}/records` : null);
  const [state, set] = useState<{ all: Detail[]; problem?: Problem; waiting: boolean }>({ all: [], waiting: true });
  const paths = [...new Set((got.data?.items ?? []).filter(wanted).map((i) => hrefOf(i)))].slice(-60);
  const key = paths.join();
  useEffect(() => {
    const stop = new AbortController();
    if (got.data)
      Promise.all(paths.map((path) => get<Detail>(path, undefined, stop.signal))).then(
        (all) => set({ all: all.sort((a, b) => b.record - a.record), waiting: false }),
        (thrown) => { if (!stop.signal.aborted) set((old) => ({ ...old, problem: asProblem(thrown), waiting: false })); });
    return () => stop.abort();
  }, [got.data, key]);
  return { items: got.data?.items ?? [], all: state.all, problem: got.problem ?? state.problem, waiting: got.waiting || state.waiting, again: got.again };
}
/** Which element of the map a record is about; empty: the whole. */
export const elementOf = (r: Detail, map: number): string => r.about.find((a) => a.what === 'map' && a.number === map)?.key ?? '';
const offered = ['suggestion', 'finding', 'challenge', 'ownership-claim', 'signal'] as const;

export const linkTo = (doc: MapDoc, element: string, words: string) => ({ what: 'map', number: doc.map, ...(element && { key: element }), words });

export function RecordsHere({ doc, element, name }: { doc: MapDoc; element: string; name: string }) {
  const kinds = useKinds(), isOne = element in doc.journey.touchpoints;
  const got = useRecords(doc.map, (open) => open.touchpoint === (isOne ? element : null));
  const touchpoints = useGet<{ items: { number: number; name: string }[] }>('/names/touchpoints');
  const here = got.all.filter((r) => isOne || elementOf(r, doc.map) === element);
  const known = touchpoints.data?.items.find((t) => t.name.toLowerCase() === name.toLowerCase());
  const open = (kind: string) => openCapture({
    kind, ...(known && { fields: { touchpoint: known.number } }),
    about: [linkTo(doc, element, name)], done: got.again,
  });
  return (
    <>
      {got.problem && <Fail problem={got.problem} again={got.again} />}
      {got.waiting && !here.length ? <Skeleton lines={3} /> : here.length ? (
        <ul class="map-records">
          {here.map((r) => (
            <li key={r.record}>
              <a href={hrefOf(r)}>{r.title}</a>
              <small class="muted">{[kindOf(kinds.data, r.kind)?.title ?? r.kind, stateOf(kindOf(kinds.data, r.kind), r.state), r.owner ? nameIn(r.names, 'person', r.owner) : say('nobodys'), locale.ago(r.made_at)].join(' \u00b7 ')}</small>
            </li>
          ))}
        </ul>
      ) : <p class="muted">{say('records_none')}</p>}
      <div class="map-do">
        {offered.flatMap((name) => kindOf(kinds.data, name) ?? []).filter((k) => k.may_make && k.active).map((k) => (
          <Button key={k.name} icon="plus" onClick={() => open(k.name)}>{k.add || k.title}</Button>
        ))}
      </div>
    </>
  );
}

// ---- Moving and grouping ---------------------------------------------------------------------------------

function MoveDialog({ m, doc, id, onClose }: { m: Editing; doc: MapDoc; id: string; onClose: () => void }) {
  const { journey } = doc;
  const [stage, setStage] = useState(journey.stages[around(journey, id)?.stage ?? 0]?.id ?? '');
  const [before, setBefore] = useState('');
  const laid = layOut(journey), at = journey.stages.findIndex((s) => s.id === stage);
  const others = laid.columns.filter((c) => c.stage === at && c.id && c.id !== id);
  const name = journey.touchpoints[id]?.name ?? '';
  return (
    <Dialog title={say('move_title', { what: name })} onClose={onClose}>
      <Form submit={say('move')} cancel={onClose} onSubmit={async () => {
        await m.change([before ? { op: 'move', id, before } : { op: 'move', id, in: stage }], say('label_move', { what: name }));
        onClose();
      }}>
        <SelectField label={say('stage')} value={stage} onChange={(s) => { setStage(s); setBefore(''); }} choices={journey.stages.map((s) => ({ value: s.id, label: s.name }))} />
        <SelectField label={say('move_before')} value={before} onChange={setBefore}
          choices={[{ value: '', label: say('move_end') }, ...others.map((c) => ({ value: c.id, label: `${c.number}. ${journey.touchpoints[c.id]?.name ?? c.id}` }))]} />
      </Form>
    </Dialog>
  );
}

function GroupDialog({ m, doc, id, onClose }: { m: Editing; doc: MapDoc; id: string; onClose: () => void }) {
  const { journey } = doc, place = around(journey, id);
  const rest = place ? place.steps.slice(place.at) : [];
  const [until, setUntil] = useState(String(Math.min(1, rest.length - 1)));
  const [block, setBlock] = useState<Block>(rest.length > 1 ? 'choice' : 'optional');
  const name = (step: typeof rest[number]) => { const f = firstOf(step); return (typeof step === 'string' ? '' : `${say(`block_${step.block}`)}: `) + (journey.touchpoints[f]?.name ?? f); };
  return (
    <Dialog title={say('group_title')} onClose={onClose}>
      <Form submit={say('group')} cancel={onClose} onSubmit={async () => {
        const before = firstOf(rest[Number(until) + 1]);
        await m.change([{ op: 'group', id, value: block, ...(before && { before }) }], say('label_group'));
        onClose();
      }}>
        <RadioField label={say('group_as')} value={block} onChange={setBlock} choices={blocks.map((b) => ({ value: b, label: say(`block_${b}`), help: say(`block_${b}_help`) }))} />
        <SelectField label={say('group_until', { what: journey.touchpoints[id]?.name ?? '' })} value={until} onChange={setUntil}
          choices={rest.map((step, i) => ({ value: String(i), label: i ? name(step) : say('group_only') }))} />
      </Form>
    </Dialog>
  );
}

export function AddDialog({ m, doc, stage, before, kind, onDone, onClose }: {
  m: Editing; doc: MapDoc; kind: 'touchpoint' | 'stage'; stage: string; before: string; onDone: (id: string) => void; onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [inside, setInside] = useState(stage);
  const [when, setWhen] = useState<'before' | 'during' | 'after'>('during');
  const { journey } = doc;
  const stages = journey.stages.map((s) => ({ value: s.id, label: s.name }));
  return (
    <Dialog title={say(kind === 'stage' ? 'add_stage' : 'add_touchpoint')} onClose={onClose}>
      <Form submit={say('add')} cancel={onClose} disabled={!name.trim()} onSubmit={async () => {
        const id = idFor(journey, name);
        if (kind === 'touchpoint')
          await m.change([before && inside === stage ? { op: 'add', id, value: name.trim(), before } : { op: 'add', id, value: name.trim(), in: inside }], say('label_add', { what: name.trim() }));
        else
          await m.change([
            { op: 'add', id, value: name.trim(), ...(before && { before }) },
            ...(when === 'during' ? [] : [{ op: 'set' as const, id, field: 'when', value: when }]),
          ], say('label_add', { what: name.trim() }));
        onClose();
        onDone(kind === 'stage' ? stageKey(id) : id);
      }}>
        <TextField label={say('field_name')} help={say('field_name_help')} value={name} onInput={setName} most={300} />
        {kind === 'touchpoint' && stages.length > 1 && <SelectField label={say('stage')} value={inside} onChange={setInside} choices={stages} />}
        {kind === 'stage' && (
          <RadioField label={say('stage_when')} inline value={when} onChange={setWhen}
            choices={(['before', 'during', 'after'] as const).map((w) => ({ value: w, label: say(`when_${w}`) }))} />
        )}
      </Form>
    </Dialog>
  );
}

// ---- The lens of a touchpoint, a stage, the journey ------------------------------------------------------

export function TouchpointLens(p: LensProps) {
  const { m, doc, id } = p, { journey } = doc, t = journey.touchpoints[id];
  const [open, setOpen] = useState<'move' | 'group' | 'add' | null>(null);
  if (!t) return <Lens title={say('gone_title')} onClose={p.onClose}><Empty title={say('gone')}>{say('gone_help')}</Empty></Lens>;
  const place = around(journey, id), stage = place ? journey.stages[place.stage] : undefined;
  const ear = earlier(journey, id), lat = later(journey, id);
  const next = place ? firstOf(place.steps[place.at + 1]) : '';
  const run = (changes: Parameters<Editing['change']>[0], label: string) => m.change(changes, label).catch(tellProblem);
  return (
    <Lens title={t.name} onClose={p.onClose}>
      <p class="map-lens-under"><button type="button" class="map-link" onClick={() => stage && p.select(stageKey(stage.id))}>{stage?.name}</button> · {say(`lane_${t.lane}`)}{place?.block ? ` \u00b7 ${say(`block_${place.block}`)}` : ''}</p>
      <p class={`map-lens-owner${t.owner ? '' : ' nobody'}`}><Icon name={t.owner ? 'people' : 'warn'} />{t.owner ? say('owned_by', { who: t.owner }) : say('nobodys_long')}
        {t.ask && <span class="muted"> {say('ask_whom', { who: t.ask })}</span>}</p>
      {m.can && (
        <div class="actions map-lens-do">
          <Button kind="quiet" icon="left" disabled={!ear} onClick={() => ear && run([ear], say('label_move', { what: t.name }))}>{say('earlier')}</Button>
          <Button kind="quiet" icon="right" disabled={!lat} onClick={() => lat && run([lat], say('label_move', { what: t.name }))}>{say('later')}</Button>
          <Menu label={say('more')} icon="more">
            {[
              { label: say('move_to'), onClick: () => setOpen('move') },
              { label: say('add_after'), onClick: () => setOpen('add') },
              { label: say('group_more'), onClick: () => setOpen('group') },
              ...(place?.block ? [{ label: say('ungroup', { block: say(`block_${place.block}`) }), onClick: () => void run([{ op: 'ungroup', id }], say('label_ungroup')) }] : []),
              { label: say('remove'), danger: true, onClick: () => p.remove(id) },
            ]}
          </Menu>
        </div>
      )}
      <Tabs label={say('lens_tabs')} value={p.tab} onChange={p.setTab}
        tabs={lensTabs.filter((tab) => tab !== 'records' || may('take-part')).map((tab) => ({ id: tab, label: say(`lens_${tab}`) }))}>
        {p.tab === 'lived' && <LivedTab {...p} />}
        {p.tab === 'plan' && <PlanTab {...p} key={id} />}
        {p.tab === 'records' && <RecordsHere doc={doc} element={id} name={t.name} />}
      </Tabs>
      {open === 'move' && <MoveDialog m={m} doc={doc} id={id} onClose={() => setOpen(null)} />}
      {open === 'group' && <GroupDialog m={m} doc={doc} id={id} onClose={() => setOpen(null)} />}
      {open === 'add' && <AddDialog m={m} doc={doc} kind="touchpoint" stage={stage?.id ?? ''} before={next} onDone={p.select} onClose={() => setOpen(null)} />}
    </Lens>
  );
}

export function StageLens({ m, doc, id, onClose, select, remove }: { m: Editing; doc: MapDoc; id: string; onClose: () => void; select: (id: string) => void; remove: (id: string) => void }) {
  const { stages } = doc.journey, at = stages.findIndex((s) => s.id === id), stage = stages[at];
  const [open, setOpen] = useState<'touchpoint' | 'stage' | null>(null);
  if (!stage) return <Lens title={say('gone_title')} onClose={onClose}><Empty title={say('gone')}>{say('gone_help')}</Empty></Lens>;
  const label = say('label_move', { what: stage.name });
  const before = stages[at - 1], after = stages[at + 1];
  const swap = (what: string, to: string) => m.change([{ op: 'move', id: what, before: to }], label).catch(tellProblem);
  return (
    <Lens title={stage.name} onClose={onClose}>
      <p class="muted">{say('stage_n', { n: String(at + 1), of: String(stages.length) })}</p>
      {m.can && (
        <div class="actions map-lens-do">
          <Button kind="quiet" icon="left" disabled={!before} onClick={() => before && void swap(id, before.id)}>{say('earlier')}</Button>
          <Button kind="quiet" icon="right" disabled={!after} onClick={() => after && void swap(after.id, id)}>{say('later')}</Button>
          <Menu label={say('more')} icon="more">
            {[
              { label: say('add_stage_after'), onClick: () => setOpen('stage') },
              { label: say('remove_stage'), danger: true, onClick: () => remove(id) },
            ]}
          </Menu>
        </div>
      )}
      <div class="map-plan" key={id}>
        <Field m={m} id={id} field="name" label={say('field_name')} />
        <Field m={m} id={id} field="when" label={say('stage_when')} choices={(['before', 'during', 'after'] as const).map((w) => ({ value: w, label: say(`when_${w}`) }))} />
      </div>
      {m.can && <Button icon="plus" onClick={() => setOpen('touchpoint')}>{say('add_touchpoint')}</Button>}
      {may('take-part') && <><h3>{say('lens_records')}</h3><RecordsHere doc={doc} element={id} name={stage.name} /></>}
      {open === 'touchpoint' && <AddDialog m={m} doc={doc} kind="touchpoint" stage={id} before="" onDone={select} onClose={() => setOpen(null)} />}
      {open === 'stage' && <AddDialog m={m} doc={doc} kind="stage" stage="" before={after?.id ?? ''} onDone={select} onClose={() => setOpen(null)} />}
    </Lens>
  );
}

export function JourneyLens({ m, doc, onClose, departments }: { m: Editing; doc: MapDoc; onClose: () => void; departments: string[] }) {
  return (
    <Lens title={say('the_journey')} onClose={onClose}>
      <div class="map-plan">
        <Field m={m} id="" field="title" label={say('field_title')} help={say('field_title_help')} />
        <Field m={m} id="" field="goal" label={say('field_goal')} help={say('field_goal_help')} lines={2} />
        <Field m={m} id="" field="owner" label={say('field_owner_all')} suggestions={departments} empty={say('nobodys')} />
        <Field m={m} id="" field="note" label={say('field_note')} lines={4} />
        <dl class="map-said"><dt>{say('field_id')}</dt><dd><code>{doc.id}</code></dd></dl>
      </div>
      {may('take-part') && <><h3>{say('lens_records')}</h3><RecordsHere doc={doc} element="" name={doc.journey.title} /></>}
    </Lens>
  );
}
