// coverage.tsx - the map held against all stories: how much of what happens it speaks of,
// the ways that are really walked with what each deviates, and the names it does not know
// yet, each added with one click.
import { locale } from '../../base/locale';
import { Await, Bar, Button, Card, Chip, Empty, Figures, SelectField, Table, tellProblem } from '../../parts';
import type { Got } from '../../base/api';
import { useState } from 'preact/hooks';
import type { Editing } from './edit';
import { type Lived, type LivedAt, type MapDoc, inQuotes, layOut, linesOf } from './model';
import { say } from './words.en';

type Unmapped = Lived['unmapped'][number];
function Unknown({ m, doc, unmapped, again }: { m: Editing; doc: MapDoc; unmapped: Unmapped[]; again: () => void }) {
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState('');
  const { journey } = doc;
  const key = (u: Unmapped) => `${u.name}|${u.channel}|${u.department}`;
  const choices = [{ value: '', label: say('choose_touchpoint') },
    ...layOut(journey).columns.filter((c) => c.id).map((c) => ({ value: c.id, label: `${c.number}. ${journey.touchpoints[c.id]?.name ?? c.id}` }))];
  const add = (u: Unmapped, id: string) => {
    const was = linesOf(doc.text, id, 'match'), own = journey.touchpoints[id]?.name ?? '';
    // Without a line of its own a touchpoint is matched by its name: that stays so.
    const lines = [...(was ? was.split('\n') : [`match ${inQuotes(own)}`]), `match ${inQuotes(u.name)}`];
    setBusy(key(u));
    m.change([{ op: 'set', id, field: 'match', value: lines.join('\n'), was }], say('label_match', { what: u.name }))
      .then(again, tellProblem).finally(() => setBusy(''));
  };
  if (!unmapped.length) return <Empty title={say('unmapped_none')}>{say('unmapped_none_help')}</Empty>;
  return (
    <Table caption={say('unmapped')} captionHidden rows={unmapped} keyOf={key} columns={[
      { id: 'name', head: say('head_name'), cell: (u) => u.name, sort: (u) => u.name, names: true },
      { id: 'where', head: say('head_where'), cell: (u) => <>{u.channel && <Chip kind="channel">{u.channel}</Chip>} {u.department && <Chip kind="department">{u.department}</Chip>}</> },
      { id: 'n', head: say('head_interactions'), cell: (u) => u.interactions, sort: (u) => u.interactions, number: true },
    ]} {...(m.can && {
      actions: (u: Unmapped) => {
        const to = chosen[key(u)] ?? u.suggest ?? '';
        return (
          <div class="map-match">
            <SelectField label={say('belongs_to', { what: u.name })} value={to} onChange={(id) => setChosen({ ...chosen, [key(u)]: id })} choices={choices} />
            <Button kind={u.suggest ? 'main' : 'plain'} disabled={!to} busy={busy === key(u)} onClick={() => add(u, to)}>{say('map_it')}</Button>
          </div>
        );
      },
    })} />
  );
}

/** Touchpoints in their order; what the map does not know is only counted. */
function WayOf({ path, doc, select }: { path: (string | null)[]; doc: MapDoc; select: (id: string) => void }) {
  const steps: { id: string | null; n: number }[] = [];
  for (const id of path) {
    const last = steps.at(-1);
    if (last && last.id === id) last.n++;
    else steps.push({ id, n: 1 });
  }
  return (
    <span class="map-way">
      {steps.map(({ id, n }, i) => {
        const t = id !== null && doc.journey.touchpoints[id];
        const times = n > 1 ? ` \u00d7${locale.number(n)}` : '';
        return id !== null && t
          ? <button key={i} type="button" class="map-step" onClick={() => select(id)}>{t.name}{times}</button>
          : <span key={i} class="map-step other">{id ?? say('others_n', { n })}</span>;
      })}
    </span>
  );
}

/** How each was meant, how customers felt it, how colleagues found it: the largest gap first. */
function Gaps({ lived, doc, select }: { lived: Lived; doc: MapDoc; select: (id: string) => void }) {
  const worst = (at: LivedAt) => at.experience.gap ?? -100;
  const rows = lived.touchpoints.filter((at) => at.experience.meant || at.experience.felt.n || at.experience.observed.n).sort((a, b) => worst(b) - worst(a));
  const mean = (of: { n: number; mean: number | null }) => (of.n && of.mean !== null ? `${locale.number(of.mean)} (${locale.number(of.n)})` : '');
  return (
    <Card title={say('gaps')}>
      <p class="muted map-lead">{say('gaps_lead')}</p>
      <Table caption={say('gaps')} captionHidden rows={rows} keyOf={(at) => at.id} empty={<Empty title={say('gaps_none')}>{say('gaps_none_help')}</Empty>} columns={[
        { id: 'name', head: say('touchpoint'), names: true, cell: (at) => <button type="button" class="map-link" onClick={() => select(at.id)}>{at.name}</button>, sort: (at) => at.name },
        { id: 'intended', head: say('lens_plan'), cell: (at) => doc.journey.touchpoints[at.id]?.intended ?? '' },
        { id: 'meant', head: say('gaps_meant'), number: true, cell: (at) => at.experience.meant || '', sort: (at) => at.experience.meant || null },
        { id: 'felt', head: say('gaps_felt'), number: true, cell: (at) => mean(at.experience.felt), sort: (at) => at.experience.felt.mean },
        { id: 'observed', head: say('gaps_observed'), number: true, cell: (at) => mean(at.experience.observed), sort: (at) => at.experience.observed.mean },
        { id: 'gap', head: say('gaps_gap'), number: true, cell: (at) => (at.experience.gap === null ? '' : locale.number(at.experience.gap)), sort: (at) => at.experience.gap },
        { id: 'says', head: say('gaps_says'), cell: (at) => at.experience.says },
      ]} />
    </Card>
  );
}

export function Coverage({ m, doc, got, select }: { m: Editing; doc: MapDoc; got: Got<Lived>; select: (id: string) => void }) {
  return (
    <Await got={got} lines={10}>
      {(lived) => (
        <>
          <Card title={say('coverage')}>
            <Figures items={[
              { label: say('coverage_share'), value: locale.share(lived.coverage.mapped, lived.coverage.interactions), note: say('coverage_of', { n: lived.coverage.interactions }) },
              { label: say('fitness'), value: locale.share(lived.fitness_avg), note: say('fitness_note') },
              { label: say('head_customers'), value: locale.number(lived.customers) },
            ]} />
            <Bar part={lived.coverage.mapped} of={lived.coverage.interactions} />
            <p class="chart-basis">{lived.says}</p>
          </Card>
          <Gaps lived={lived} doc={doc} select={select} />
          <Card title={say('unmapped')}>
            <p class="muted map-lead">{say('unmapped_lead')}</p>
            <Unknown m={m} doc={doc} unmapped={lived.unmapped} again={got.again} />
          </Card>
          <Card title={say('ways')}>
            <p class="muted map-lead">{say('ways_lead')}</p>
            <Table caption={say('ways')} captionHidden rows={lived.ways} keyOf={(w) => lived.ways.indexOf(w)} columns={[
              { id: 'path', head: say('way'), names: true, cell: (w) => <WayOf path={w.path} doc={doc} select={select} /> },
              { id: 'n', head: say('head_customers'), cell: (w) => w.count, sort: (w) => w.count, number: true },
              { id: 'share', head: say('share'), cell: (w) => locale.share(w.count, lived.customers), number: true },
              { id: 'cost', head: say('deviations'), cell: (w) => w.cost, sort: (w) => w.cost, number: true },
            ]} />
          </Card>
        </>
      )}
    </Await>
  );
}
