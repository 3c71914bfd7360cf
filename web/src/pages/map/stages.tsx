// stages.tsx - the same map where there is little room: one stage a screen, its touchpoints
// in the order of the flow, what may be left out or chosen in brackets. And the table: all
// of it in numbers.
import type { ComponentChildren } from 'preact';
import { locale } from '../../base/locale';
import { Button, Chip, Icon, SelectField, Table } from '../../parts';
import { CardInside, type Marks, evidenceOf, livedBy } from './card';
import { stageKey } from './grid';
import { type Laid, type Lived, type MapDoc, type StepOf, feltOf, livedStates } from './model';
import { say } from './words.en';

export function StageList(p: {
  doc: MapDoc; laid: Laid; lived: Lived | undefined; selected: string; select: (id: string) => void;
  stage: number; setStage: (stage: number) => void; changed: ReadonlySet<string>; marks?: Marks | undefined; votes?: ReadonlyMap<string, number> | undefined;
  can: boolean; addTouchpoint: (stage: string) => void;
}) {
  const { journey } = p.doc;
  const at = Math.min(p.stage, journey.stages.length - 1), stage = journey.stages[at];
  const lived = livedBy(p.lived);
  if (!stage) return null;
  const numbers = new Map(p.laid.columns.map((c) => [c.id, c.number]));
  const steps = (all: StepOf[], inside: string[]): ComponentChildren => all.map((step) => {
    if (typeof step !== 'string')
      return (
        <li key={JSON.stringify(step).slice(0, 80)} class={`map-block ${step.block}`}>
          <span class="map-block-name">{say(`block_${step.block}`)}</span>
          <ol>{steps(step.steps, [...inside, say(`block_${step.block}`)])}</ol>
        </li>
      );
    const t = journey.touchpoints[step], mark = p.marks?.get(step);
    if (!t) return null;
    const number = numbers.get(step) ?? 0;
    return (
      <li key={step}>
        <button type="button" class={`map-card flat ${t.lane}${mark ? ` is-${mark}` : ''}${p.changed.has(step) ? ' changed' : ''}`} aria-pressed={p.selected === step}
          data-card={step} onClick={() => p.select(p.selected === step ? '' : step)}>
          {mark && <span class="map-mark">{say(`sort_${mark}`)}</span>}
          <span class="map-card-lane">{say(`lane_${t.lane}`)}</span>
          <CardInside t={t} at={lived.get(step)} number={number} changed={p.changed.has(step)} where={inside} votes={p.votes?.get(step)} />
        </button>
      </li>
    );
  });
  return (
    <div class="map-stages">
      <div class="map-stage-pick">
        <Button kind="plain" icon="left" iconOnly disabled={at === 0} onClick={() => p.setStage(at - 1)}>{say('stage_before')}</Button>
        <SelectField label={say('stage_of', { n: String(at + 1), of: String(journey.stages.length) })} value={String(at)} onChange={(v) => p.setStage(Number(v))}
          choices={journey.stages.map((s, i) => ({ value: String(i), label: s.name }))} />
        <Button kind="plain" icon="right" iconOnly disabled={at >= journey.stages.length - 1} onClick={() => p.setStage(at + 1)}>{say('stage_after')}</Button>
      </div>
      <p class="muted">{say(`when_${stage.when}`)} <Button kind="quiet" pressed={p.selected === stageKey(stage.id)} onClick={() => p.select(stageKey(stage.id))}>{say('about_stage')}</Button></p>
      {stage.flow.length ? <ol class="map-steps">{steps(stage.flow, [])}</ol> : <p class="muted">{say('stage_empty')}</p>}
      {p.can && <Button icon="plus" onClick={() => p.addTouchpoint(stage.id)}>{say('add_touchpoint')}</Button>}
    </div>
  );
}

interface Line { id: string; number: number; stage: string; column: number }
export function MapTable(p: { doc: MapDoc; laid: Laid; lived: Lived | undefined; selected: string; select: (id: string) => void; blocksAt: (column: number) => string[] }) {
  const lived = livedBy(p.lived), of = (r: Line) => p.doc.journey.touchpoints[r.id];
  const rows: Line[] = p.laid.columns.flatMap((c, column) => (c.id ? [{ id: c.id, number: c.number, stage: p.doc.journey.stages[c.stage]?.name ?? '', column }] : []));
  return (
    <Table caption={say('table_caption', { title: p.doc.journey.title })} captionHidden rows={rows} keyOf={(r) => r.id} selected={(r) => r.id === p.selected} columns={[
      { id: 'number', head: say('head_number'), cell: (r) => r.number, sort: (r) => r.number, number: true },
      { id: 'name', head: say('touchpoint'), names: true, sort: (r) => of(r)?.name ?? '', cell: (r) => <button type="button" class="map-link" onClick={() => p.select(r.id)}>{of(r)?.name}</button> },
      { id: 'stage', head: say('stage'), cell: (r) => r.stage, sort: (r) => r.stage },
      { id: 'lane', head: say('lane'), cell: (r) => say(`lane_${of(r)?.lane ?? 'front'}`), sort: (r) => of(r)?.lane ?? '' },
      { id: 'flow', head: say('row_flow'), cell: (r) => p.blocksAt(r.column).join(' \u203a ') },
      { id: 'owner', head: say('field_owner'), sort: (r) => of(r)?.owner ?? '', cell: (r) => (of(r)?.owner ? <Chip kind="department">{of(r)?.owner ?? ''}</Chip> : <span class="map-nobody"><Icon name="warn" />{say('nobodys')}</span>) },
      ...(p.lived ? livedStates.map((state) => ({
        id: state, head: say(`state_${state}`), number: true,
        cell: (r: Line) => lived.get(r.id)?.customers[state] ?? 0, sort: (r: Line) => lived.get(r.id)?.customers[state] ?? 0,
      })) : []),
      { id: 'over', head: say('field_over'), cell: (r) => of(r)?.over ?? '', sort: (r) => of(r)?.over ?? '' },
      { id: 'place', head: say('field_place'), cell: (r) => of(r)?.place ?? '', sort: (r) => of(r)?.place ?? '' },
      { id: 'length', head: say('field_length'), number: true, cell: (r) => { const ms = of(r)?.length_ms ?? 0; return ms ? locale.duration(ms) : ''; }, sort: (r) => of(r)?.length_ms || null },
      { id: 'meant', head: say('feeling_meant'), number: true, cell: (r) => of(r)?.feels || '', sort: (r) => of(r)?.feels || null },
      ...(p.lived ? [
        { id: 'was', head: say('feeling_was'), number: true, sort: (r: Line) => feltOf(lived.get(r.id)) || null,
          cell: (r: Line) => { const felt = feltOf(lived.get(r.id)); return felt ? `${locale.number(felt)} (${locale.number(lived.get(r.id)?.score.n ?? 0)})` : ''; } },
        { id: 'evidence', head: say('evidence'), cell: (r: Line) => { const t = of(r); return t ? evidenceOf(t, lived.get(r.id)).text : ''; }, sort: (r: Line) => lived.get(r.id)?.last_confirmed_ms ?? null },
        { id: 'records', head: say('records'), number: true, cell: (r: Line) => lived.get(r.id)?.records.open ?? 0, sort: (r: Line) => lived.get(r.id)?.records.open ?? 0 },
      ] : []),
    ]} />
  );
}
