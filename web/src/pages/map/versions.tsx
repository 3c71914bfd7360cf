// versions.tsx - how the map came about: every version with who made it, which is intended
// and which is how it is now; two of them side by side, with what differs.
import { useState } from 'preact/hooks';
import { type Got, del, get, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import type { Names } from '../../base/records';
import { may } from '../../base/session';
import { go } from '../../base/url';
import { type At, AnswerDialog, ReverseStages, type Stage, stages } from '../../parts/records';
import { Await, Button, Card, EffectCard, Empty, LinkButton, Menu, SelectField, Table, tell, tellProblem } from '../../parts';
import type { Marks } from './card';
import type { Editing } from './edit';
import { type Difference, type Lived, type MapDoc, type Mark, type Version, nameOf } from './model';
import { say } from './words.en';

export const markChip = (mark: Mark) => (mark === 'draft' ? null : <span class={`map-marked ${mark}`}>{say(`mark_${mark}`)}</span>);
export const useVersions = (map: number, when: unknown) => useGet<{ versions: Version[] }>(`/maps/${map}/versions`, undefined, when);

/** An hour of one person's work on drafts is one line, that opens. */
interface Group { versions: Version[] }
function grouped(all: Version[]): Group[] {
  const groups: Group[] = [];
  for (const v of [...all].sort((a, b) => b.version - a.version)) {
    const last = groups.at(-1), near = last?.versions.at(-1);
    if (last && near && near.mark === 'draft' && v.mark === 'draft' && near.person?.person === v.person?.person && near.made_ms - v.made_ms < 3600e3 && !v.note) last.versions.push(v);
    else groups.push({ versions: [v] });
  }
  return groups;
}

/** Before so long nothing is counted (the server would refuse it): twice what follows a contact. */
const LEAST = 2 * 30 * 86400e3;
/** Why nothing can be counted of a version yet; empty: it can. */
function notYet(version: Version, lived: Lived | undefined): string {
  const n = String(version.version);
  if (!version.marked_ms) return say('came_unmarked', { n });
  if (!lived) return say('holding');
  return Math.min(lived.observed_ms, Date.now()) - version.marked_ms < LEAST ? say('came_early', { n }) : '';
}
/** What came of the version that is intended (or shown), since people live by it. */
function CameOfIt({ m, doc, lived, version, since, setSince, mark }: {
  m: Editing; doc: MapDoc; lived: Lived | undefined; version: Version | undefined; since: string; setSince: (day: string) => void; mark: (v: Version, as: Mark, since: string) => Promise<unknown>;
}) {
  if (!may('ask') || !may('take-part') || !version) return null;
  const instead = notYet(version, lived);
  return (
    <EffectCard path={`/maps/${doc.map}/effect`} query={{ version: version.version }} since={since} setSince={setSince} behind={(from, until) => `/maps/${doc.map}?from=${from.slice(0, 10)}&until=${until.slice(0, 10)}&v=${version.version === doc.latest ? 0 : version.version}`}
      {...(instead && { instead })}
      keep={since && m.can && <Button onClick={() => void mark(version, 'intended', since).then(() => setSince(''))}>{say('came_keep', { n: String(version.version), day: locale.day(since) })}</Button>} />
  );
}

interface Reverse { version: number; stages: At[]; names: Names }
/** Is it really reverse? Of the version that is shown; what is not answered is not intended. */
function ReverseCard({ doc, got, onDone }: { doc: MapDoc; got: Got<Reverse>; onDone: () => void }) {
  if (!may('take-part') || !got.data) return null;
  const intended = doc.mark === 'intended';
  return (
    <Card title={say('reverse')}>
      <ReverseStages design={{ what: 'map', number: doc.map, title: `${doc.journey.title} \u00b7 ${say('version_n', { n: String(doc.version) })}`, version: doc.version }}
        at={got.data.stages} now={may('maps') && !intended ? stages : []} names={got.data.names} onDone={onDone} />
    </Card>
  );
}

export function Versions({ m, doc, lived, from, to, since, set, showOn }: {
  m: Editing; doc: MapDoc; lived: Lived | undefined; from: number; to: number; since: string; set: (change: { a?: number; b?: number; v?: number; day?: string }) => void; showOn: (version: number) => string;
}) {
  const got = useVersions(doc.map, doc.latest);
  const path = `/maps/${doc.map}`;
  const reverse = useGet<Reverse>(may('take-part') ? `${path}/reverse` : null, { version: doc.version }, `${doc.latest} ${doc.mark}`);
  const [asking, setAsking] = useState<{ v: Version; open: Stage[] } | null>(null);
  const mark = (v: Version, as: Mark, day = '') =>
    post(`${path}/versions/${v.version}/mark`, day ? { as, since: day } : { as }).then(() => { got.again(); m.again(); tell(say('marked', { n: String(v.version), as: say(`mark_${as}`) })); }, tellProblem);
  /** What nobody has answered of it is asked first. */
  const intend = async (v: Version) => {
    try {
      const { stages: at } = await get<Reverse>(`${path}/reverse`, { version: v.version });
      const waits = at.find((a) => !a.answered && a.challenge)?.challenge;
      const open = at.filter((a) => !a.answered).map((a) => a.stage);
      if (waits) tell(say('reverse_waits', { what: waits.title }));
      else if (open.length) setAsking({ v, open });
      else await mark(v, 'intended');
    } catch (thrown) {
      tellProblem(thrown);
    }
  };
  const back = async (v: Version) => {
    try {
      const old = await get<MapDoc>(path, { version: v.version });
      await m.write(old.text, doc.latest, say('note_back', { n: String(v.version) }));
      got.again();
      tell(say('is_newest_again', { n: String(v.version) }));
    } catch (thrown) {
      tellProblem(thrown);
    }
  };
  return (
    <Await got={got} lines={8}>
      {({ versions }) => {
        const choices = [...versions].sort((a, b) => b.version - a.version)
          .map((v) => ({ value: String(v.version), label: `${v.version}${v.mark === 'draft' ? '' : ` \u00b7 ${say(`mark_${v.mark}`)}`} \u00b7 ${locale.dayTime(v.made_ms)}` }));
        const b = to || doc.latest;
        const a = from || versions.find((v) => v.mark === 'intended' && v.version !== b)?.version || Math.max(1, b - 1);
        return (
          <>
            <Card title={say('versions')}>
              <ol class="map-versions">
                {grouped(versions).map((g) => {
                  const v = g.versions[0], first = g.versions.at(-1);
                  if (!v || !first) return null;
                  return (
                    <li key={v.version}>
                      <div class="map-version">
                        <span><a href={showOn(v.version)}>{say('version_n', { n: String(v.version) })}</a> {markChip(v.mark)} {v.version === doc.latest && <span class="muted">{say('newest')}</span>}
                          {g.versions.length > 1 && <small class="muted"> {say('and_changes', { n: g.versions.length - 1, from: String(first.version) })}</small>}</span>
                        <small class="muted">{nameOf(v.person)}, {locale.dayTime(v.made_ms)}{v.note && `: ${v.note}`}{v.mark !== 'draft' && v.marked_ms ? ` \u00b7 ${say(`since_${v.mark}`, { day: locale.day(v.marked_ms) })}` : ''}</small>
                      </div>
                      <Menu label={say('what_with', { n: String(v.version) })} iconOnly floats>
                        {[
                          { label: say('look_at_it'), href: showOn(v.version) },
                          ...(v.version !== doc.latest ? [{ label: say('compare_newest'), onClick: () => set({ a: v.version, b: doc.latest }) }] : []),
                          ...(m.can || doc.version !== doc.latest ? (['intended', 'actual', 'draft'] as const).filter((as) => as !== v.mark).map((as) => ({ label: say(`mark_as_${as}`), onClick: () => void (as === 'intended' ? intend(v) : mark(v, as)) })) : []),
                          ...(m.can && v.version !== doc.latest ? [{ label: say('make_newest'), onClick: () => void back(v) }] : []),
                        ]}
                      </Menu>
                    </li>
                  );
                })}
              </ol>
            </Card>
            <ReverseCard doc={doc} got={reverse} onDone={reverse.again} />
            {asking && (
              <AnswerDialog design={{ what: 'map', number: doc.map, title: `${doc.journey.title} \u00b7 ${say('version_n', { n: String(asking.v.version) })}`, version: asking.v.version }}
                open={asking.open} lead={say('reverse_first')} submit={say('reverse_do')} onDone={() => void mark(asking.v, 'intended').then(reverse.again)} onClose={() => setAsking(null)} />
            )}
            <CameOfIt m={m} doc={doc} lived={lived} version={versions.find((v) => (doc.version === doc.latest ? v.mark === 'intended' : v.version === doc.version)) ?? versions.find((v) => v.version === doc.version)}
              since={since} setSince={(day) => set({ day })} mark={mark} />
            {versions.length > 1 && (
              <Card title={say('compare')}>
                <div class="map-compare">
                  <SelectField label={say('compare_from')} value={String(a)} onChange={(v) => set({ a: Number(v) })} choices={choices} />
                  <SelectField label={say('compare_to')} value={String(b)} onChange={(v) => set({ b: Number(v) })} choices={choices} />
                  <LinkButton href={showOn(0)}>{say('on_the_map')}</LinkButton>
                </div>
                <Differences map={doc.map} from={a} to={b} />
              </Card>
            )}
          </>
        );
      }}
    </Await>
  );
}

export const useDifferences = (map: number | string, from: number, to: number, wanted: boolean) =>
  useGet<{ differences: Difference[] }>(wanted ? `/maps/${map}/compare` : null, { from, to });
export function marksOf(differences: Difference[] | undefined): Marks | undefined {
  if (!differences) return undefined;
  const marks: Marks = new Map();
  for (const d of differences) if (d.sort !== 'removed' && (d.sort !== 'changed' || !marks.has(d.id))) marks.set(d.id, d.sort);
  return marks;
}
export function Differences({ map, from, to }: { map: number; from: number; to: number }) {
  const got = useDifferences(map, from, to, from !== to);
  if (from === to) return <p class="muted">{say('same_version')}</p>;
  return (
    <Await got={got}>
      {({ differences }) => (
        <Table caption={say('differences')} captionHidden rows={differences} keyOf={(d) => `${d.sort} ${d.id} ${d.field}`} empty={<Empty title={say('differences_none')} />} columns={[
          { id: 'sort', head: say('head_what'), cell: (d) => <span class={`map-sort is-${d.sort}`}>{say(`sort_${d.sort}`)}</span>, sort: (d) => d.sort },
          { id: 'name', head: say('touchpoint'), names: true, cell: (d) => d.name || say('the_journey'), sort: (d) => d.name },
          { id: 'field', head: say('head_field'), cell: (d) => d.field },
          { id: 'before', head: say('head_before'), cell: (d) => <span class="map-before">{d.before}</span> },
          { id: 'after', head: say('head_after'), cell: (d) => <span class="map-after">{d.after}</span> },
        ]} />
      )}
    </Await>
  );
}

/** The map is put away; that can be taken back. */
export async function archive(doc: { map: number }, title: string): Promise<void> {
  await del(`/maps/${doc.map}`);
  go('/maps');
  tell(say('archived', { what: title }), async () => { await post(`/maps/${doc.map}/restore`); go(`/maps/${doc.map}`); });
}
