// tables.tsx - loops, waits, hand-offs, repeat contacts: what is told best in rows, and
// the matrix from department to department.
import { type Got, type Query, sheetOf } from '../../base/api';
import { Await, Bar, Button, ChartFrame, Empty, Note, SelectField } from '../../parts';
import { type Side, Sides, type SidesProps, both, sideOf } from './compare';
import { type Counted, type ViewProps, countOf, heat, locale, move, periodOf, say, storiesText, titled, whoHead, whoText } from './shared';

const nothing = () => <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
const mean = (sum: number, n: number) => (n ? locale.duration(sum / n) : '');

// ---- Loops -------------------------------------------------------------------------------------

interface Loop extends Counted { touchpoint: string; visits: number; again: number; at_once: number; rework: number; rework_ms_sum: number; most: number }
interface Round extends Counted { a: string; b: string; count: number }
interface LoopsAnswer extends Counted { with_rework: number; loops: Loop[]; pingpongs: Round[] }

const LOOPS = 50;
const onlyLoop = (touchpoint: string) => ({ title: touchpoint, touchpoint, only: { passed: [touchpoint] } });
function loopsDiffer(a: LoopsAnswer, b: LoopsAnswer) {
  return [
    { name: say('loops_any'), a: { part: a.with_rework, of: countOf(a) }, b: { part: b.with_rework, of: countOf(b) } },
    ...both(a.loops, b.loops, (l) => l.touchpoint).map((l) => ({
      name: l.key, a: sideOf(l.a?.again, countOf(a), a.loops.length < LOOPS), b: sideOf(l.b?.again, countOf(b), b.loops.length < LOOPS), only: onlyLoop(l.key),
    })),
  ];
}
export function LoopsTab(p: SidesProps) {
  return (
    <Sides<LoopsAnswer> {...p} path="/loops" name="loops" what={whoText(p.mine.filter)} asked={(query) => ({ ...query, top: LOOPS })} differing={loopsDiffer}
      draw={(view, got) => <Loops {...view} got={got} />} />
  );
}

function Loops(p: ViewProps & { got: Got<LoopsAnswer> }) {
  const open = (l: Loop) => p.select({
    ...onlyLoop(l.touchpoint),
    figures: [
      { label: say('visits'), value: locale.number(l.visits) }, { label: say('again'), value: locale.number(l.again) },
      { label: say('rework'), value: locale.number(l.rework) }, { label: say('at_once'), value: locale.number(l.at_once) },
      { label: say('rework_time'), value: mean(l.rework_ms_sum, l.rework) },
    ],
  });
  const round = (r: Round) => p.select({
    title: say('lens_move', { from: r.a, to: r.b }), only: { followed: [move(r.a, r.b)], },
    figures: [{ label: say('times'), value: locale.number(r.count) }, { label: whoHead(p.filter), value: locale.number(countOf(r)) }],
  });
  return (
    <Await got={p.got} lines={8}>{(a) => (!a.loops.length ? nothing() : (
      <>
        <ChartFrame title={titled(p, say('loops_title'))} name="loops" xlsx={sheetOf('/loops', p.query)}
          basis={say('loops_basis', { share: locale.share(a.with_rework, countOf(a)), stories: storiesText(countOf(a), p.filter), period: periodOf(p.filter) })}
          table={{
            rows: a.loops, keyOf: (l) => l.touchpoint, columns: [
              { id: 'touchpoint', head: say('touchpoint'), names: true, cell: (l) => l.touchpoint, sort: (l) => l.touchpoint },
              { id: 'visits', head: say('visits'), cell: (l) => l.visits, sort: (l) => l.visits, number: true },
              { id: 'again', head: say('again'), cell: (l) => l.again, sort: (l) => l.again, number: true },
              { id: 'rework', head: say('rework'), cell: (l) => l.rework, sort: (l) => l.rework, number: true },
              { id: 'at_once', head: say('at_once'), cell: (l) => l.at_once, sort: (l) => l.at_once, number: true },
              { id: 'time', head: say('rework_time'), cell: (l) => mean(l.rework_ms_sum, l.rework), sort: (l) => (l.rework ? l.rework_ms_sum / l.rework : null), number: true },
              { id: 'most', head: say('most'), cell: (l) => l.most, sort: (l) => l.most, number: true },
            ],
          }}>
          <ol class="actual-bars">
            {a.loops.slice(0, 20).map((l) => (
              <li key={l.touchpoint}>
                <button type="button" class="actual-bar" onClick={() => open(l)}>
                  <span>{l.touchpoint}</span>
                  <Bar part={l.rework + l.at_once} of={(a.loops[0]?.rework ?? 0) + (a.loops[0]?.at_once ?? 0)} />
                  <span class="n">{locale.number(l.rework + l.at_once)}</span>
                </button>
              </li>
            ))}
          </ol>
        </ChartFrame>
        {a.pingpongs.length > 0 && (
          <ChartFrame title={titled(p, say('pingpong_title'))} name="there-and-back" xlsx={sheetOf('/loops', p.query)} basis={say('pingpong_basis')}
            table={{
              rows: a.pingpongs, keyOf: (r) => move(r.a, r.b), columns: [
                { id: 'a', head: say('first_one'), cell: (r) => r.a, sort: (r) => r.a },
                { id: 'b', head: say('second_one'), cell: (r) => r.b, sort: (r) => r.b },
                { id: 'times', head: say('times'), cell: (r) => r.count, sort: (r) => r.count, number: true },
                { id: 'who', head: whoHead(p.filter), cell: (r) => countOf(r), sort: (r) => countOf(r), number: true },
              ],
            }}>
            <ol class="actual-bars">
              {a.pingpongs.slice(0, 12).map((r) => (
                <li key={move(r.a, r.b)}>
                  <button type="button" class="actual-bar" onClick={() => round(r)}>
                    <span>{r.a} {'\u2192'} {r.b} {'\u2192'} {r.a}</span>
                    <Bar part={r.count} of={a.pingpongs[0]?.count ?? 1} />
                    <span class="n">{locale.number(r.count)}</span>
                  </button>
                </li>
              ))}
            </ol>
          </ChartFrame>
        )}
      </>
    ))}</Await>
  );
}

// ---- Waits -------------------------------------------------------------------------------------

interface Wait { touchpoint: string; count: number; wait_ms_sum: number; wait_ms_p50: number; wait_ms_p90: number; wait_ms_p99: number; longest_ms: number }
interface WaitsAnswer extends Counted { waits: Wait[]; answers: { count: number; wait_ms_p50: number; wait_ms_p90: number; unanswered: number } }

const WAITS = 60;
const waitSide = (w: Wait | undefined): Side | null => (w ? { part: 0, of: w.count, ms: w.wait_ms_p50 } : null);
function waitsDiffer(a: WaitsAnswer, b: WaitsAnswer) {
  return both(a.waits, b.waits, (w) => w.touchpoint).map((w) => ({ name: w.key, a: waitSide(w.a), b: waitSide(w.b), only: onlyLoop(w.key) }));
}
export function WaitsTab(p: SidesProps) {
  return (
    <Sides<WaitsAnswer> {...p} path="/waits" name="waits" what={say('waits')} asked={(query) => ({ ...query, top: WAITS })} differing={waitsDiffer}
      draw={(view, got) => <Waits {...view} got={got} />} />
  );
}

function Waits(p: ViewProps & { got: Got<WaitsAnswer> }) {
  const open = (w: Wait) => p.select({
    title: w.touchpoint, touchpoint: w.touchpoint, only: { passed: [w.touchpoint] },
    figures: [
      { label: say('times'), value: locale.number(w.count) }, { label: say('half'), value: locale.duration(w.wait_ms_p50) },
      { label: say('nine'), value: locale.duration(w.wait_ms_p90) }, { label: say('most_nine'), value: locale.duration(w.wait_ms_p99) },
      { label: say('longest'), value: locale.duration(w.longest_ms) },
    ],
  });
  return (
    <Await got={p.got} lines={8}>{(a) => (!a.waits.length ? nothing() : (
      <>
        {a.answers.count + a.answers.unanswered > 0 && (
          <div class="actual-above"><Note>{say('answers', { half: locale.duration(a.answers.wait_ms_p50), nine: locale.duration(a.answers.wait_ms_p90), n: a.answers.count, open: storiesText(a.answers.unanswered, p.filter) })}</Note></div>
        )}
        <ChartFrame title={titled(p, say('waits'))} name="waits" xlsx={sheetOf('/waits', p.query)} basis={say('waits_basis', { stories: storiesText(countOf(a), p.filter), period: periodOf(p.filter) })}
          table={{
            rows: a.waits, keyOf: (w) => w.touchpoint, columns: [
              { id: 'touchpoint', head: say('touchpoint'), names: true, cell: (w) => w.touchpoint, sort: (w) => w.touchpoint },
              { id: 'n', head: say('waited'), cell: (w) => w.count, sort: (w) => w.count, number: true },
              { id: 'half', head: say('half'), cell: (w) => locale.duration(w.wait_ms_p50), sort: (w) => w.wait_ms_p50, number: true },
              { id: 'nine', head: say('nine'), cell: (w) => locale.duration(w.wait_ms_p90), sort: (w) => w.wait_ms_p90, number: true },
              { id: 'mean', head: say('mean'), cell: (w) => mean(w.wait_ms_sum, w.count), sort: (w) => w.wait_ms_sum / w.count, number: true },
              { id: 'longest', head: say('longest'), cell: (w) => locale.duration(w.longest_ms), sort: (w) => w.longest_ms, number: true },
            ],
          }}>
          <ol class="actual-bars">
            {[...a.waits].sort((x, y) => y.wait_ms_p50 - x.wait_ms_p50).slice(0, 24).map((w) => (
              <li key={w.touchpoint}>
                <button type="button" class="actual-bar" onClick={() => open(w)}>
                  <span>{w.touchpoint}</span>
                  <Bar part={w.wait_ms_p50} of={Math.max(...a.waits.map((x) => x.wait_ms_p50))} />
                  <span class="n">{locale.duration(w.wait_ms_p50)}</span>
                </button>
              </li>
            ))}
          </ol>
        </ChartFrame>
      </>
    ))}</Await>
  );
}

// ---- Hand-offs -----------------------------------------------------------------------------------

interface Pair { from: string; to: string; count: number; customers: number; gap_ms_sum: number; returned: number }
interface HandoffsAnswer { problems: number; customers: number; handoffs: number; pairs: Pair[]; problems_with: number[] }

const onlyHanded = (from: string, to: string) => ({ title: say('lens_handoff', { from, to }), only: { handed: [move(from, to)] } });
const NONE = '(none)'; // the name of what has none, for the API
const place = (department: string) => (department === NONE ? say('no_department') : department);
const handedName = (h: { from: string; to: string }) => `${place(h.from)} \u2192 ${place(h.to)}`;
const days = (within: string) => say('days', { n: parseInt(within, 10) });
/** Of all customers with such a problem: a matrix tells all its pairs. */
const handedShare = (h: Pair, a: HandoffsAnswer) => (a.customers ? h.customers / a.customers : 0);
function handoffsDiffer(a: HandoffsAnswer, b: HandoffsAnswer) {
  return both(a.pairs, b.pairs, (h) => move(h.from, h.to)).flatMap(({ a: mine, b: theirs }) => {
    const h = mine ?? theirs;
    return h ? [{ name: handedName(h), a: sideOf(mine?.customers, a.customers, true), b: sideOf(theirs?.customers, b.customers, true), only: onlyHanded(h.from, h.to) }] : [];
  });
}
/** The busiest first, and in the same places on both sides. */
function departmentsOf(all: HandoffsAnswer[]): string[] {
  const sum = new Map<string, number>();
  for (const a of all) for (const h of a.pairs) for (const d of [h.from, h.to]) sum.set(d, (sum.get(d) ?? 0) + handedShare(h, a));
  return [...sum].sort((x, y) => y[1] - x[1]).map(([name]) => name).slice(0, 24);
}
const unproblem = (query: Query) => ({ ...query, by: undefined });
export function HandoffsTab(p: SidesProps) {
  return (
    <Sides<HandoffsAnswer> {...p} path="/handoffs" name="hand-offs" what={say('handoffs_of')} asked={unproblem} differing={handoffsDiffer} wide
      draw={(view, got, _, all) => <Handoffs {...view} got={got} all={all} />} />
  );
}

function Handoffs(p: ViewProps & { got: Got<HandoffsAnswer>; all: HandoffsAnswer[] }) {
  const most = Math.max(0, ...p.all.flatMap((a) => a.pairs.map((h) => handedShare(h, a))));
  const open = (h: Pair) => p.select({
    ...onlyHanded(h.from, h.to),
    figures: [
      { label: say('times'), value: locale.number(h.count) }, { label: say('who_customer'), value: locale.number(h.customers) },
      { label: say('mean'), value: mean(h.gap_ms_sum, h.count) }, { label: say('returned'), value: locale.share(h.returned, h.count) },
    ],
  });
  return (
    <Await got={p.got} lines={8}>{(a) => {
      if (!a.pairs.length) return <Empty title={say('no_handoffs')}>{say('no_handoffs_help')}</Empty>;
      const names = departmentsOf(p.all);
      const at = (from: string, to: string) => a.pairs.find((h) => h.from === from && h.to === to);
      return (
        <ChartFrame title={titled(p, say('handoffs'))} name="hand-offs" xlsx={sheetOf('/handoffs', unproblem(p.query))}
          basis={`${say('handoffs_basis', { n: a.handoffs, problems: a.problems, customers_n: say('stories_customer', { n: a.customers }), period: periodOf(p.filter) })} ${say('handoffs_rows')}`}
          table={{
            rows: a.pairs, keyOf: (h) => move(h.from, h.to), columns: [
              { id: 'from', head: say('from'), cell: (h) => h.from, sort: (h) => h.from },
              { id: 'to', head: say('to'), cell: (h) => h.to, sort: (h) => h.to },
              { id: 'times', head: say('times'), cell: (h) => h.count, sort: (h) => h.count, number: true },
              { id: 'who', head: say('who_customer'), cell: (h) => h.customers, sort: (h) => h.customers, number: true },
              { id: 'mean', head: say('mean'), cell: (h) => mean(h.gap_ms_sum, h.count), sort: (h) => h.gap_ms_sum / h.count, number: true },
              { id: 'returned', head: say('returned'), cell: (h) => locale.share(h.returned, h.count), sort: (h) => h.returned / h.count, number: true },
            ],
          }}>
          <table class="actual-matrix">
            <caption class="quiet">{titled(p, say('handoffs'))}</caption>
            <thead><tr><th scope="col"><span class="quiet">{say('from')}</span></th>{names.map((to) => <th key={to} scope="col">{to}</th>)}</tr></thead>
            <tbody>
              {names.map((from) => (
                <tr key={from}>
                  <th scope="row">{from}</th>
                  {names.map((to) => {
                    const h = at(from, to);
                    return h ? (
                      <td key={to} class={`h${heat(handedShare(h, a), most)}`}>
                        <button type="button" onClick={() => open(h)} aria-label={say('handoffs_cell', { from, to, count: h.count })}>{locale.number(h.count)}</button>
                      </td>
                    ) : <td key={to} class={from === to ? 'same' : undefined} />;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </ChartFrame>
      );
    }}</Await>
  );
}

// ---- Repeat contacts -------------------------------------------------------------------------------

interface RepeatPair { from: string; to: string; count: number; customers: number; gap_ms_sum: number }
interface RepeatsAnswer extends Counted { contacts: number; repeats: number; with_repeat: number; other_department: number; pairs: RepeatPair[] }

const REPEATS = 60;
const repeatShare = (r: RepeatPair, a: RepeatsAnswer) => (countOf(a) ? r.customers / countOf(a) : 0);
export type Within = '1d' | '3d' | '7d' | '14d' | '30d';
export function RepeatsTab(p: SidesProps & { within: Within; setWithin: (within: Within) => void }) {
  const { within } = p;
  const differing = (a: RepeatsAnswer, b: RepeatsAnswer) => [
    {
      name: say('repeats_any', { within: days(within) }), a: { part: a.with_repeat, of: countOf(a) }, b: { part: b.with_repeat, of: countOf(b) },
      only: { title: say('repeats_who', { within: days(within) }), only: { repeated: within } },
    },
    ...both(a.pairs, b.pairs, handedName).map((r) => ({
      name: r.key, a: sideOf(r.a?.customers, countOf(a), a.pairs.length < REPEATS), b: sideOf(r.b?.customers, countOf(b), b.pairs.length < REPEATS),
    })),
  ];
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say('within')} value={within} onChange={p.setWithin}
          choices={(['1d', '3d', '7d', '14d', '30d'] as const).map((n) => ({ value: n, label: days(n) }))} />
      </div>
      <Sides<RepeatsAnswer> {...p} path="/repeats" name="repeat-contacts" what={whoText(p.mine.filter)} asked={(query) => ({ ...query, within, top: REPEATS })} differing={differing}
        draw={(view, got, _, all) => <Repeats {...view} got={got} within={within} most={Math.max(0, ...all.flatMap((a) => a.pairs.map((r) => repeatShare(r, a))))} />} />
    </>
  );
}

function Repeats(p: ViewProps & { got: Got<RepeatsAnswer>; within: string; most: number }) {
  return (
    <Await got={p.got} lines={8}>{(a) => (!a.pairs.length ? nothing() : (
      <ChartFrame title={titled(p, say('repeats'))} name="repeat-contacts" xlsx={sheetOf('/repeats', { ...p.query, within: p.within })}
        basis={say('repeats_basis', {
          share: locale.share(a.repeats, a.contacts), n: a.contacts, within: days(p.within), who: storiesText(a.with_repeat, p.filter),
          period: periodOf(p.filter),
        }) + (a.pairs.some((r) => r.from !== NONE || r.to !== NONE) ? ` ${say('repeats_other', { other: locale.share(a.other_department, a.repeats) })}` : '')}
        actions={(
          <Button onClick={() => p.select({
            title: say('repeats_who', { within: days(p.within) }), only: { repeated: p.within },
            figures: [{ label: whoHead(p.filter), value: locale.number(a.with_repeat) }, { label: say('times'), value: locale.number(a.repeats) }],
          })}>{say('behind')}</Button>
        )}
        table={{
          rows: a.pairs, keyOf: (r) => move(r.from, r.to), columns: [
            { id: 'from', head: say('contact_before'), cell: (r) => place(r.from), sort: (r) => r.from },
            { id: 'to', head: say('contact_again'), cell: (r) => place(r.to), sort: (r) => r.to },
            { id: 'times', head: say('times'), cell: (r) => r.count, sort: (r) => r.count, number: true },
            { id: 'who', head: say('who_customer'), cell: (r) => r.customers, sort: (r) => r.customers, number: true },
            { id: 'mean', head: say('mean'), cell: (r) => mean(r.gap_ms_sum, r.count), sort: (r) => r.gap_ms_sum / r.count, number: true },
          ],
        }}>
        <ol class="actual-bars">
          {[...a.pairs].sort((x, y) => y.customers - x.customers).slice(0, 24).map((r) => (
            <li key={move(r.from, r.to)} class="actual-bar still">
              <span>{handedName(r)}</span>
              <Bar part={repeatShare(r, a)} of={p.most} />
              <span class="n">{locale.number(r.customers)} {'\u00b7'} {locale.share(r.customers, countOf(a))}</span>
            </li>
          ))}
        </ol>
      </ChartFrame>
    ))}</Await>
  );
}
