// needs.tsx - who needs to know what, and who has it: information by department, from what
// the maps say and what customers were asked again. From a dark cell the information is
// asked for or offered, as a record.
import { type Got, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { may } from '../../base/session';
import { Await, Button, Card, ChartFrame, Empty, Figures, Lens, LinkButton } from '../../parts';
import { withLeftOut } from './handoffs';
import { factName } from './types';
import { say } from './words.en';

export interface Need {
  item: string;
  /** What customers gave again: a type of fact, or told; null: a map's words. */
  fact: string | null;
  department: string;
  holds: boolean;
  needs: boolean;
  dark: boolean;
  touchpoints: string[];
  asked_again: number;
}
export interface Needs {
  items: string[];
  departments: string[];
  cells: Need[];
  /** Findings whose departments may reply first: in no cell. */
  waiting: number;
}
const states = ['holds', 'needs', 'dark', 'open'] as const;
type NeedState = typeof states[number];
const stateOf = (c: Need): NeedState => (c.dark ? 'dark' : c.needs ? (c.holds ? 'needs' : 'open') : 'holds');
const shapes = {
  holds: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  needs: <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" /><circle cx="8" cy="8" r="2.500" fill="currentColor" /></>,
  dark: <path d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.500 12.500l9-9" fill="none" stroke="currentColor" stroke-width="2" />,
  open: <circle cx="8" cy="8" r="5.500" fill="none" stroke="currentColor" stroke-width="2" />,
};
function NeedShape({ state, alone }: { state: NeedState; alone?: boolean }) {
  return (
    <span class={`inside-need ${state}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">{shapes[state]}</svg>
      {!alone && <span>{say(`cell_${state}`)}</span>}
    </span>
  );
}

/** Items of maps say their own words; what customers gave again is said in ours. */
const itemName = (c: Pick<Need, 'item' | 'fact'>): string => (!c.fact ? c.item : c.fact === 'told' ? say('item_told') : say('item_fact', { fact: factName(c.fact) }));

export function NeedsView({ got, pair, choose }: { got: Got<Needs>; pair: string[]; choose: (item: string, department: string) => void }) {
  return (
    <Card>
      <Await got={got} lines={8}>
        {({ items, departments, cells, waiting }) => {
          const said = cells.filter((c) => c.holds || c.needs);
          if (!said.length) return <Empty title={say('needs_none')} action={may('ask') && <LinkButton href="/maps">{say('to_maps')}</LinkButton>}>{say('needs_none_help')}</Empty>;
          const at = (item: string, department: string) => said.find((c) => c.item === item && c.department === department);
          const nameOf = (item: string) => { const c = said.find((o) => o.item === item); return c ? itemName(c) : item; };
          const shown = departments.filter((d) => said.some((c) => c.department === d)), rows = items.filter((i) => said.some((c) => c.item === i));
          return (
            <ChartFrame title={say('needs')} name="needs-and-holds" basis={withLeftOut(say('needs_lead'), waiting)} hidden={say('dark_n', { n: said.filter((c) => c.dark).length })} table={{
              rows: said, keyOf: (c) => `${c.item}>${c.department}`, columns: [
                { id: 'item', head: say('item'), names: true, cell: (c) => <button type="button" class="inside-cell-link" onClick={() => choose(c.item, c.department)}>{itemName(c)}</button>, sort: itemName, csv: itemName },
                { id: 'department', head: say('department'), cell: (c) => c.department, sort: (c) => c.department },
                { id: 'state', head: say('state'), cell: (c) => say(`cell_${stateOf(c)}`), sort: (c) => states.indexOf(stateOf(c)), csv: (c) => say(`cell_${stateOf(c)}`) },
                { id: 'touchpoints', head: say('touchpoints'), cell: (c) => c.touchpoints.join(', '), csv: (c) => c.touchpoints.join(', ') },
                { id: 'again', head: say('asked_again_n'), cell: (c) => c.asked_again, sort: (c) => c.asked_again, number: true },
              ],
            }}>
              <table class="inside-matrix needs">
                <caption class="quiet">{say('needs')}</caption>
                <thead><tr><th scope="col"><span class="quiet">{say('item')}</span></th>{shown.map((d) => <th key={d} scope="col">{d}</th>)}</tr></thead>
                <tbody>
                  {rows.map((item) => (
                    <tr key={item}>
                      <th scope="row">{nameOf(item)}</th>
                      {shown.map((d) => {
                        const c = at(item, d), chosen = pair[0] === item && pair[1] === d;
                        return c ? (
                          <td key={d} class={`${stateOf(c)}${chosen ? ' chosen' : ''}`}>
                            <button type="button" aria-expanded={chosen} onClick={() => choose(item, d)}>
                              <span class="quiet">{say('cell_aria', { department: d, item: nameOf(item), state: say(`cell_${stateOf(c)}`) })}{c.asked_again > 0 && `, ${say('cell_asked', { n: c.asked_again })}`}</span>
                              <NeedShape state={stateOf(c)} alone />{c.asked_again > 0 && <small aria-hidden="true">{c.asked_again}x</small>}
                            </button>
                          </td>
                        ) : <td key={d} />;
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
              <p class="inside-legend">{states.map((s) => <NeedShape key={s} state={s} />)}</p>
            </ChartFrame>
          );
        }}
      </Await>
    </Card>
  );
}

interface Numbered { items: { number?: number; department?: number; name: string }[] }
export function NeedLens({ cell: c, all, onClose }: { cell: Need; all: Need[]; onClose: () => void }) {
  const departments = useGet<Numbered>(may('take-part') ? '/departments' : null);
  const touchpoints = useGet<Numbered>(may('take-part') && c.touchpoints.length ? '/names/touchpoints' : null);
  const holders = all.filter((o) => o.item.toLowerCase() === c.item.toLowerCase() && o.holds && o.department !== c.department).map((o) => o.department);
  const needing = all.filter((o) => o.item.toLowerCase() === c.item.toLowerCase() && o.dark && o.department !== c.department).map((o) => o.department);
  const numberOf = (name: string | undefined) => departments.data?.items.find((d) => d.name.toLowerCase() === name?.toLowerCase())?.department;
  const where = c.touchpoints.flatMap((t) => touchpoints.data?.items.find((n) => n.name === t)?.number ?? []);
  const ask = () => {
    const holder = numberOf(holders[0]);
    openCapture({ kind: 'information-request', fields: {
      what: say('ask_what', { item: itemName(c) }), why: say('ask_why'), ...(holder !== undefined && { department: holder }), ...(where[0] !== undefined && { touchpoint: where[0] }),
    } });
  };
  const offer = () => {
    const whom = (c.dark ? [c.department] : needing).flatMap((d) => numberOf(d) ?? []);
    openCapture({ kind: 'information-offer', fields: { what: say('ask_what', { item: itemName(c) }), ...(whom.length && { department: whom }), ...(where.length && { touchpoint: where }) } });
  };
  return (
    <Lens title={`${c.department}: ${itemName(c)}`} onClose={onClose}>
      <p><NeedShape state={stateOf(c)} /></p>
      {c.asked_again > 0 && <Figures items={[{ label: say('asked_again_n'), value: c.asked_again }]} />}
      {c.touchpoints.length > 0 && (
        <section class="inside-part"><h3>{say('needed_at')}</h3>
          <ul class="inside-plain">{c.touchpoints.map((t) => <li key={t}>{may('ask') ? <a href={`/actual?${new URLSearchParams({ passed: t })}`}>{t}</a> : t}</li>)}</ul>
        </section>
      )}
      {(c.dark || (c.needs && !c.holds)) && <p class="muted">{holders.length ? say('held_by', { who: holders.join(', ') }) : say('held_by_nobody')}</p>}
      {may('take-part') && (
        <div class="inside-do">
          {(c.dark || (c.needs && !c.holds)) && <Button kind="main" icon="plus" onClick={ask}>{say('ask_for')}</Button>}
          {(c.holds || c.dark) && <Button icon="plus" onClick={offer}>{say('offer_it')}</Button>}
          <LinkButton kind="quiet" href="/records/information-request">{say('requests')}</LinkButton>
        </div>
      )}
      <p class="muted">{say(c.dark || (c.needs && !c.holds) ? 'ask_lead' : 'offer_lead')}</p>
    </Lens>
  );
}
