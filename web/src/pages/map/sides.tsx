// sides.tsx - both sides of a journey, moment by moment: above the line of visibility what customers
// live through there, below it which departments act, from whom it is handed on, what must be
// known, what is promised, whose it is and what was found. Of everybody, or of one customer when
// the filter names one. A table on a desk; on a phone a list of moments with two halves.
import type { ComponentChildren } from 'preact';
import { type Query, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Button, Icon } from '../../parts';
import { StateNumbers, livedBy } from './card';
import { type Laid, type Lived, type LivedAt, type MapDoc, type Touchpoint } from './model';
import { say } from './words.en';

interface SideOf {
  id: string;
  acts: { department: string | null; interactions: number; in: number; out: number }[];
  handed: { from: string | null; count: number; waited_ms: number }[];
  findings: { cause: string; sort: string; says: string; customers: number }[];
}
interface Sides { map: number; version: number; period: string; touchpoints: SideOf[] }
interface Moment { id: string; number: number; stage: number; t: Touchpoint; at: LivedAt | undefined; side: SideOf | undefined }

/** `none`: there is nothing to tell, and where room is dear it is left out. */
interface Row { id: string; label: string; cell: (m: Moment) => ComponentChildren; none?: (m: Moment) => boolean }

/** Times when one customer was there; else since when and until when anybody was. */
function When({ at, one }: { at: LivedAt | undefined; one: boolean }) {
  if (!at?.first_ms || !at.last_ms) return <span class="muted">{say('sides_never')}</span>;
  const write = one ? locale.dayTime : locale.day;
  const [first, last] = [write(at.first_ms), write(at.last_ms)];
  return <>{first === last ? first : say('sides_span', { first, last })}</>;
}

const above = (one: boolean): Row[] => [
  { id: 'when', label: say(one ? 'sides_when' : 'sides_seen'), cell: (m) => <When at={m.at} one={one} /> },
  { id: 'lived', label: say('lens_lived'), cell: (m) => <StateNumbers at={m.at} /> },
  { id: 'felt', label: say('row_feeling'), cell: (m) => m.at?.experience.says ?? '' },
];

function Words({ all }: { all: { key: string; words: ComponentChildren; warn?: boolean }[] }) {
  return all.length ? <ul>{all.map((one) => <li key={one.key} class={one.warn ? 'map-stale' : undefined}>{one.warn && <Icon name="warn" />}{one.words}</li>)}</ul> : <span class="muted">{say('sides_nothing')}</span>;
}

/** What is known somewhere on the map: what is needed and not among it is in the dark. */
const below = (known: ReadonlySet<string>): Row[] => [
  { id: 'acts', label: say('sides_acts'), none: (m) => !m.side?.acts.length, cell: (m) => <Words all={(m.side?.acts ?? []).map((a) => ({ key: a.department ?? '', words: say('sides_act', { who: a.department ?? say('sides_nobody'), n: a.interactions, in: locale.number(a.in), out: locale.number(a.out) }) }))} /> },
  { id: 'handed', label: say('sides_handed'), none: (m) => !m.side?.handed.length, cell: (m) => <Words all={(m.side?.handed ?? []).map((h) => ({ key: h.from ?? '', words: say('sides_hand', { who: h.from ?? '', n: h.count, span: locale.duration(h.waited_ms) }) }))} /> },
  { id: 'information', label: say('row_information'), none: (m) => !m.t.needs.length && !m.t.holds.length, cell: (m) => <Words all={[
    ...m.t.needs.map((what) => ({ key: `n ${what}`, words: known.has(what.toLowerCase()) ? say('needs_this', { what }) : say('sides_dark', { what }), warn: !known.has(what.toLowerCase()) })),
    ...m.t.holds.map((what) => ({ key: `h ${what}`, words: say('holds_this', { what }) })),
  ]} /> },
  { id: 'promises', label: say('promises'), none: (m) => !m.t.promises.length, cell: (m) => <Words all={(m.at?.promises ?? m.t.promises.map((p) => ({ ...p, n: 0, kept: 0 }))).map((p) => ({ key: p.words, words: p.n ? `${p.words}: ${say('kept_in', { share: locale.share(p.kept, p.n), kept: p.kept, n: p.n })}` : p.words }))} /> },
  { id: 'owner', label: say('field_owner'), cell: (m) => m.t.owner || <span class="map-nobody"><Icon name="warn" />{say('nobodys')}</span> },
  { id: 'findings', label: say('sides_findings'), none: (m) => !m.side?.findings.length, cell: (m) => <Words all={(m.side?.findings ?? []).map((f) => ({ key: f.cause, words: <a href={`/inside-out?finding=${f.cause}`}>{f.says}</a> }))} /> },
];

function AsTable({ moments, doc, up, down, select }: { moments: Moment[]; doc: MapDoc; up: Row[]; down: Row[]; select: (id: string) => void }) {
  const line = (r: Row) => (
    <tr key={r.id}><th scope="row">{r.label}</th>{moments.map((m) => <td key={m.id}>{r.cell(m)}</td>)}</tr>
  );
  return (
    <div class="map-box" role="region" aria-label={say('sides_label', { title: doc.journey.title })} tabIndex={0}>
      <table class="map-sides">
        <caption class="quiet">{say('sides_label', { title: doc.journey.title })}</caption>
        <thead>
          <tr>
            <th scope="col">{say('sides_moment')}</th>
            {moments.map((m) => (
              <th key={m.id} scope="col"><span class="muted">{doc.journey.stages[m.stage]?.name}</span>
                <button type="button" class="map-link" onClick={() => select(m.id)}>{m.number}. {m.t.name}</button></th>
            ))}
          </tr>
        </thead>
        <tbody><tr class="map-sides-half"><th scope="rowgroup" colSpan={moments.length + 1}><span>{say('sides_above')}</span></th></tr>{up.map(line)}</tbody>
        <tbody class="below"><tr class="map-sides-half line"><th scope="rowgroup" colSpan={moments.length + 1}><span>{say('row_line')}: {say('sides_below')}</span></th></tr>{down.map(line)}</tbody>
      </table>
    </div>
  );
}

function AsList({ moments, doc, up, down, select }: { moments: Moment[]; doc: MapDoc; up: Row[]; down: Row[]; select: (id: string) => void }) {
  const half = (rows: Row[], m: Moment) => <dl>{rows.filter((r) => !r.none?.(m)).map((r) => <div key={r.id}><dt>{r.label}</dt><dd>{r.cell(m)}</dd></div>)}</dl>;
  return (
    <ol class="map-sides-list">
      {moments.map((m) => (
        <li key={m.id} class="card">
          <p class="muted">{doc.journey.stages[m.stage]?.name}</p>
          <h2><button type="button" class="map-link" onClick={() => select(m.id)}>{m.number}. {m.t.name}</button></h2>
          <h3>{say('sides_above')}</h3>
          {half(up, m)}
          <h3 class="map-sides-line">{say('sides_below')}</h3>
          {half(down, m)}
        </li>
      ))}
    </ol>
  );
}

export function BothSides({ doc, laid, lived, query, one, narrow, table, setTable, select }: {
  doc: MapDoc; laid: Laid; lived: Lived | undefined; query: Query; one: boolean; narrow: boolean; table: boolean; setTable: (table: boolean) => void; select: (id: string) => void;
}) {
  const got = useGet<Sides>(`/maps/${doc.map}/sides`, { version: doc.version, ...query });
  return (
    <Await got={got} lines={12}>
      {(sides) => {
        const at = livedBy(lived), of = new Map(sides.touchpoints.map((s) => [s.id, s]));
        const moments: Moment[] = laid.columns.flatMap((c) => {
          const t = doc.journey.touchpoints[c.id];
          return t ? [{ id: c.id, number: c.number, stage: c.stage, t, at: at.get(c.id), side: of.get(c.id) }] : [];
        });
        const known = new Set(Object.values(doc.journey.touchpoints).flatMap((t) => t.holds.map((h) => h.toLowerCase())));
        const shown = { moments, doc, up: above(one), down: below(known), select };
        if (!moments.length) return <p class="muted">{say('no_stages')}</p>;
        return (
          <>
            <p class="muted map-lead">{say(one ? 'sides_lead_one' : 'sides_lead')}</p>
            {narrow && <div class="actions"><Button kind="quiet" pressed={table} onClick={() => setTable(!table)}>{say('as_table')}</Button></div>}
            {narrow && !table ? <AsList {...shown} /> : <AsTable {...shown} />}
            <p class="chart-basis">{sides.period}. {lived?.says}</p>
          </>
        );
      }}
    </Await>
  );
}
