// cohorts.tsx - who comes back: a row for everybody who first came in the same month,
// a cell for each month since.
import { type Got, sheetOf, useGet } from '../../base/api';
import { may } from '../../base/session';
import { Await, ChartFrame, Empty, Note, SelectField } from '../../parts';
import { Sides, type SidesProps } from './compare';
import { type Counted, type ViewProps, countOf, heat, locale, periodOf, say, storiesText, titled, whoHead } from './shared';

type Unit = 'day' | 'week' | 'month';
type Returns = 'all' | 'voluntary';
interface Cohort extends Counted { from: string; reached: number[]; returned: number[]; voluntary?: number[]; complete: boolean[] }
/** `mandatory`: what the settings say nobody chose; without it nothing is told of voluntary returns. */
interface Retention extends Counted { unit: Unit; mandatory?: string; overall: { reached: number[]; returned: number[]; voluntary?: number[] }; cohorts: Cohort[] }
const backIn = (counted: { returned: number[]; voluntary?: number[] }, returns: Returns) => (returns === 'voluntary' && counted.voluntary) || counted.returned;
interface Names { items: { name: string; counts_as?: number }[] }

interface Chosen { unit: Unit; born: string; back: string; returns: Returns }

export function CohortsTab(p: SidesProps & Chosen & { set: (change: Partial<Chosen>) => void }) {
  const quoted = (name: string) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const names = useGet<Names>('/names/touchpoints');
  const choices = [{ value: '', label: say('anything') },
    ...(names.data?.items ?? []).filter((n) => n.counts_as === undefined).map((n) => ({ value: n.name, label: n.name }))];
  const chosen = { unit: p.unit, born: quoted(p.born), back: quoted(p.back), buckets: 13 };
  const unit = say(`unit_${p.unit}`);
  /* That all were there in their first month is no news. */
  const differing = (a: Retention, b: Retention) => a.overall.reached.flatMap((reached, k) => (k === 0 || !reached || !b.overall.reached[k] ? [] : [{
    name: say('bucket', { unit, n: k }), a: { part: backIn(a.overall, p.returns)[k] ?? 0, of: reached }, b: { part: backIn(b.overall, p.returns)[k] ?? 0, of: b.overall.reached[k] ?? 0 },
  }]));
  return (
    <>
      <div class="actual-controls">
        <SelectField label={say('unit')} value={p.unit} onChange={(to) => p.set({ unit: to })}
          choices={[{ value: 'month', label: say('unit_month') }, { value: 'week', label: say('unit_week') }, { value: 'day', label: say('unit_day') }]} />
        <SelectField label={say('born')} value={p.born} onChange={(born) => p.set({ born })} choices={choices} />
        <SelectField label={say('back')} value={p.back} onChange={(back) => p.set({ back })} choices={choices} />
        <SelectField<Returns> label={say('returns')} value={p.returns} onChange={(returns) => p.set({ returns })}
          choices={[{ value: 'all', label: say('returns_all') }, { value: 'voluntary', label: say('returns_voluntary') }]} />
      </div>
      <Sides<Retention> {...p} path="/retention" name="cohorts" what={say('cohorts_of', { unit })} asked={(query) => ({ ...query, ...chosen })} differing={differing} inOrder wide
        draw={(view, got) => <Cohorts {...view} got={got} unit={p.unit} returns={p.returns} xlsx={sheetOf('/retention', { ...view.query, ...chosen })} />} />
    </>
  );
}

/** Over all cohorts: who came back, who did by choice, and which share of the returns that is. */
function Together({ a, buckets, returns }: { a: Retention; buckets: number[]; returns: Returns }) {
  const reached = (k: number) => a.overall.reached[k] ?? 0, all = (k: number) => a.overall.returned[k] ?? 0;
  const chosen = a.overall.voluntary;
  const row = (head: string, part: (k: number) => number, of: (k: number) => number, warm: boolean) => (
    <tr class="together">
      <th scope="row">{head}</th><td class="n">{warm && locale.short(countOf(a))}</td>
      {buckets.map((k) => <td key={k} class={`n ${warm ? `h${heat(part(k), of(k))}` : ''}`}>{of(k) ? locale.share(part(k), of(k)) : ''}</td>)}
    </tr>
  );
  return (
    <>
      {row(say('everybody'), (k) => backIn(a.overall, returns)[k] ?? 0, reached, true)}
      {chosen && returns === 'all' && row(say('by_choice'), (k) => chosen[k] ?? 0, reached, true)}
      {chosen && row(say('share_chosen'), (k) => chosen[k] ?? 0, all, false)}
    </>
  );
}

/** In plain words: what is no coming back by choice, or how to say so. */
function Rule({ a, returns }: { a: Retention; returns: Returns }) {
  if (a.mandatory) return <p class="muted">{say('mandatory', { rule: a.mandatory })}</p>;
  if (returns === 'all') return null;
  return <Note><p>{say('mandatory_none')} {may('settings') && <a href="/settings">{say('mandatory_go')}</a>}</p></Note>;
}

function Cohorts(p: ViewProps & { got: Got<Retention>; unit: Unit; returns: Returns; xlsx: string }) {
  const when = (c: Cohort) => (p.unit === 'month' ? locale.month(`${c.from}T12:00:00Z`) : locale.day(`${c.from}T12:00:00Z`));
  return (
    <Await got={p.got} lines={10}>{(a) => {
      if (!a.cohorts.length) return <Empty title={say('nothing')}>{say('nothing_help')}</Empty>;
      const rows = a.cohorts.slice(-36);
      /* Months that nobody has reached yet are not drawn. */
      const last = a.overall.reached.findLastIndex((n, k) => n > 0 || rows.some((c) => (c.returned[k] ?? 0) > 0));
      const buckets = Array.from({ length: Math.max(1, last + 1) }, (_, k) => k);
      const unit = say(`unit_${p.unit}`);
      const head = (k: number) => say('bucket', { unit, n: k });
      return (
        <ChartFrame title={titled(p, say('cohorts'))} name="cohorts" xlsx={p.xlsx}
          basis={say('cohorts_basis', { stories: storiesText(countOf(a), p.filter), unit, period: periodOf(p.filter) })}
          table={{
            rows, keyOf: (c) => c.from, columns: [
              { id: 'from', head: say('cohort'), names: true, cell: when, csv: (c) => c.from, sort: (c) => c.from },
              { id: 'n', head: whoHead(p.filter), cell: (c) => countOf(c), sort: (c) => countOf(c), number: true },
              ...buckets.map((k) => ({
                id: `b${k}`, head: head(k), number: true, cell: (c: Cohort) => backIn(c, p.returns)[k] ?? 0, sort: (c: Cohort) => backIn(c, p.returns)[k] ?? 0,
              })),
            ],
          }}>
          <Rule a={a} returns={p.returns} />
          <table class="actual-matrix cohorts">
            <caption class="quiet">{titled(p, say('cohorts'))}</caption>
            <thead>
              <tr>
                <th scope="col">{say('cohort')}</th><th scope="col" class="n">{whoHead(p.filter)}</th>
                {buckets.map((k) => <th key={k} scope="col" class="n"><span class="quiet">{unit} </span>{k}</th>)}
              </tr>
            </thead>
            <tbody>
              <Together a={a} buckets={buckets} returns={p.returns} />
              {rows.map((c) => (
                <tr key={c.from}>
                  <th scope="row">{when(c)}</th><td class="n">{locale.short(countOf(c))}</td>
                  {buckets.map((k) => {
                    const n = backIn(c, p.returns)[k] ?? 0;
                    const open = !c.complete[k];
                    return (
                      <td key={k} class={`n ${open ? 'open' : `h${heat(n, countOf(c))}`}`}>
                        {open && !n ? '' : locale.share(n, countOf(c))}{open && n > 0 && <span class="quiet"> {say('open_cell')}</span>}
                      </td>
                    );
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
