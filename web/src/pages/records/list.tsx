// list.tsx - all records of a kind, chosen by a filter that stands in the address: as a
// list, as a board of states, as a table.
import { useEffect, useState } from 'preact/hooks';
import { queryText, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { useEvents } from '../../base/events';
import { useHead } from '../../base/head';
import { type Board as BoardData, type Field, type Kind, type Move, type Names, type Rec, type RecordPage, hrefOf, join, moveRecord, nameIn, stateOf } from '../../base/records';
import {
  Await, Board, Button, Card, type Column, Empty, LinkButton, Picker, SavedViews, SelectField, Table, TextField, tell, tellProblem,
} from '../../parts';
import {
  AgeOf, AskedOf, Bounces, DueOf, MoveDialog, OwnerOf, Ownership, RecordLine, StateOf, ValueOf, daysSince, findCustomers, findDepartments, findTouchpoints, isPlain,
} from '../../parts/records';
import { locale } from '../../base/locale';
import { type ListState, type SetList, asked, choiceFields, isAsked, nothing, useList } from './state';
import { say } from './words.en';

// The filter ----------------------------------------------------------------------------------

export function Words({ q, set }: { q: { text: string }; set: SetList }) {
  const [typed, setTyped] = useState(q.text);
  useEffect(() => setTyped(q.text), [q.text]);
  useEffect(() => {
    if (typed.trim() === q.text) return;
    const timer = setTimeout(() => set({ text: typed.trim() }, { replace: true }), 350);
    return () => clearTimeout(timer);
  }, [typed]);
  return <TextField label={say('text')} type="search" value={typed} onInput={setTyped} onEnter={() => set({ text: typed.trim() })} />;
}

function More({ kind, q, set, names }: { kind: Kind; q: ListState; set: SetList; names: Names | undefined }) {
  const [labels, setLabels] = useState<Record<string, string>>({});
  const picker = (name: 'touchpoint' | 'department' | 'customer', label: string, find: typeof findTouchpoints) => (
    <Picker label={label} optional find={find}
      chosen={q[name] ? [{ value: q[name], label: labels[name] ?? (name === 'customer' ? `#${q[name]}` : nameIn(names, name, q[name])) }] : []}
      onChange={([p]) => { setLabels({ ...labels, ...(p && { [name]: p.label }) }); set({ [name]: p?.value ?? 0 }); }} />
  );
  return (
    <details class="records-more" open={!!(q.touchpoint || q.department || q.customer || q.is.length)}>
      <summary>{say('more')}</summary>
      <div class="records-more-fields">
        {picker('touchpoint', say('touchpoint'), findTouchpoints)}
        {picker('department', say('department'), findDepartments)}
        {picker('customer', say('customer'), findCustomers)}
        {choiceFields(kind).map((f: Field) => (
          <SelectField key={f.name} label={f.label} value={q.is.find((i) => i.startsWith(`${f.name}:`)) ?? ''} onChange={(v) => set({ is: v ? [v] : [] })}
            choices={[{ value: '', label: say('field_any') }, ...f.choices.map((c) => ({ value: `${f.name}:${c.word}`, label: c.label }))]} />
        ))}
      </div>
    </details>
  );
}

function Filters({ kind, q, set, names }: { kind: Kind; q: ListState; set: SetList; names: Names | undefined }) {
  return (
    <Card>
      <div class="records-filter" role="search" aria-label={say('filter')}>
        <Words q={q} set={set} />
        <SelectField label={say('whose')} value={q.whose} onChange={(v) => set({ whose: v })}
          choices={(['all', 'mine', 'nobody', 'asked', 'follow', 'made'] as const).map((v) => ({ value: v, label: say(`whose_${v}`) }))} />
        {q.view !== 'board' && (
          <>
            <SelectField label={say('which')} value={q.which} onChange={(v) => set({ which: v, state: '' })}
              choices={(['yes', 'no', 'all'] as const).map((v) => ({ value: v, label: say(`which_${v}`) }))} />
            <SelectField label={say('state')} value={q.state} onChange={(v) => set({ state: v, ...(v && { which: 'all' as const }) })}
              choices={[{ value: '', label: say('state_all') }, ...kind.states.map((s) => ({ value: s.name, label: s.label }))]} />
          </>
        )}
        <SelectField label={say('order')} value={q.order} onChange={(v) => set({ order: v })}
          choices={(['changed', 'oldest', 'bounced', 'due'] as const).map((v) => ({ value: v, label: say(`order_${v}`) }))} />
      </div>
      <div class="records-filter-foot">
        <More kind={kind} q={q} set={set} names={names} />
        {isAsked(q) && <Button kind="quiet" icon="close" onClick={() => set({ ...nothing, is: [] })}>{say('clear')}</Button>}
      </div>
    </Card>
  );
}

// Views -----------------------------------------------------------------------------------------

export function Nothing({ kind, filtered, clear }: { kind: Kind; filtered: boolean; clear: () => void }) {
  if (filtered) return <Empty title={say('none_filtered')} action={<Button onClick={clear}>{say('clear')}</Button>}>{say('none_filtered_hint')}</Empty>;
  return (
    <Empty title={say('none')} action={kind.may_make && kind.active ? <LinkButton kind="main" icon="plus" href={`/records/${kind.name}/new`}>{kind.add}</LinkButton> : undefined}>
      {say('none_hint', { says: kind.says })}
    </Empty>
  );
}

/** Pages with the names that each brings. */
function useRecords(path: string, query: ReturnType<typeof asked>) {
  const [all, setAll] = useState<RecordPage | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  const first = useGet<RecordPage>(path, query);
  const next = useGet<RecordPage>(after ? path : null, { ...query, after });
  useEffect(() => { setAll(first.data ?? null); setAfter(null); }, [first.data]);
  useEffect(() => {
    if (next.data && after) setAll((old) => (old && next.data ? { items: [...old.items, ...next.data.items], names: join(old.names, next.data.names), next: next.data.next } : old));
  }, [next.data]);
  return {
    data: all ?? first.data, problem: first.problem ?? next.problem, waiting: first.waiting || next.waiting, again: first.again,
    more: !!all?.next, next: () => setAfter(all?.next ?? null),
  };
}
function ListView({ kind, q, set, onNames }: { kind: Kind; q: ListState; set: SetList; onNames: (names: Names) => void }) {
  const got = useRecords(`/records/${kind.name}`, asked(q));
  useEvents<{ kind?: string }>('record', (e) => { if (!e.kind || e.kind === kind.name) got.again(); });
  useEffect(() => { if (got.data) onNames(got.data.names); }, [got.data]);
  const columns = (names: Names): Column<Rec>[] => [
    { id: 'title', head: say('title'), cell: (r) => <a href={hrefOf(r)}>{r.title}</a>, sort: (r) => r.title },
    { id: 'state', head: say('state'), cell: (r) => <StateOf kind={kind} r={r} />, sort: (r) => stateOf(kind, r.state) },
    { id: 'owner', head: say('owner'), cell: (r) => <><OwnerOf r={r} names={names} /> <AskedOf r={r} names={names} /></>, sort: (r) => nameIn(names, 'person', r.owner) },
    ...kind.fields.filter((f) => f.name !== kind.title_field && f.type !== 'file' && !(f.type === 'text' && f.max_text > 300)).slice(0, 6).map((f): Column<Rec> => ({
      id: f.name, head: f.label, number: f.type === 'number' || f.type === 'score',
      cell: (r) => (r.fields[f.name] === null || r.fields[f.name] === undefined ? '' : <ValueOf field={f} value={r.fields[f.name]} names={names} />),
      sort: (r) => { const v = r.fields[f.name]; return typeof v === 'number' || typeof v === 'string' ? v : null; },
    })),
    { id: 'age', head: say('age'), cell: (r) => daysSince(r.first_at), sort: (r) => daysSince(r.first_at), number: true },
    { id: 'bounces', head: say('bounces'), cell: (r) => r.bounces || '', sort: (r) => r.bounces, number: true },
    { id: 'due', head: say('due'), cell: (r) => (r.due_at ? locale.day(r.due_at) : ''), sort: (r) => r.due_at, number: true },
    { id: 'changed', head: say('changed'), cell: (r) => locale.day(r.changed_at), sort: (r) => r.changed_at, number: true },
  ];
  return (
    <Await got={got} lines={8}>
      {(page) => (!page.items.length ? <Nothing kind={kind} filtered={isAsked(q)} clear={() => set({ ...nothing, is: [] })} /> : (
        <Card>
          {q.view === 'table'
            ? <Table caption={kind.many} captionHidden rows={page.items} keyOf={(r) => r.record} columns={columns(page.names)} />
            : (
              <ul class="record-lines">
                {page.items.map((r) => <li key={r.record}><RecordLine r={r} kind={kind} names={page.names} aside={<Ownership r={r} onDone={got.again} main={false} />} /></li>)}
              </ul>
            )}
          <div class="records-foot">
            <span class="muted" role="status">{got.more ? say('found_more', { n: page.items.length }) : say('found', { n: page.items.length })}</span>
            {got.more && <Button onClick={got.next} busy={got.waiting}>{say('view_more')}</Button>}
          </div>
        </Card>
      ))}
    </Await>
  );
}

function BoardView({ kind, q, onNames }: { kind: Kind; q: ListState; onNames: (names: Names) => void }) {
  const got = useGet<BoardData>(`/records/${kind.name}/board`, asked(q, { board: true }));
  const [doing, setDoing] = useState<{ r: Rec; move: Move } | null>(null);
  useEvents<{ kind?: string }>('record', (e) => { if (!e.kind || e.kind === kind.name) got.again(); });
  useEffect(() => { if (got.data) onNames(got.data.names); }, [got.data]);
  const movesOf = (r: Rec) => kind.moves.filter((m) => m.from.includes(r.state) && m.by.some((w) => w !== 'firsthand'));
  const make = (r: Rec, name: string) => {
    const move = kind.moves.find((m) => m.name === name);
    if (!move) return;
    if (!isPlain(kind, move, r)) return setDoing({ r, move });
    moveRecord(r, move.name).then((now) => {
      tell(`${r.title}: ${stateOf(kind, now.state)}`);
      got.again();
    }, (thrown) => { tellProblem(thrown); got.again(); });
  };
  return (
    <Await got={got} lines={10}>
      {(board) => (
        <>
          <Board label={kind.many} keyOf={(r) => r.record} title={(r) => r.title} href={hrefOf}
            columns={board.states.map((s) => ({
              id: s.state, title: stateOf(kind, s.state), count: s.count, items: s.items,
              href: `/records/${kind.name}${queryText({ ...Object.fromEntries(new URLSearchParams(location.search)), view: null, which: 'all', state: s.state })}`,
            }))}
            ways={(r) => movesOf(r).map((m) => ({ id: m.name, label: m.label, to: m.to }))}
            onWay={(r, way) => make(r, way.id)}
            card={(r) => (
              <div class="record-facts"><OwnerOf r={r} names={board.names} /><AskedOf r={r} names={board.names} /><AgeOf r={r} /><Bounces n={r.bounces} /><DueOf at={r.closed ? null : r.due_at} /></div>
            )} />
          {doing && <MoveDialog kind={kind} move={doing.move} r={doing.r} names={board.names} onDone={got.again} onClose={() => setDoing(null)} />}
        </>
      )}
    </Await>
  );
}

export function List({ kind }: { kind: Kind }) {
  const [q, set] = useList();
  const [names, setNames] = useState<Names>({});
  useHead({ title: kind.many, question: kind.says });
  const take = (more: Names) => setNames((old) => join(old, more));
  return (
    <>
      <div class="records-head">
        <div class="switch" role="group" aria-label={say('view')}>
          {(['list', 'board', 'table'] as const).map((v) => <Button key={v} kind="quiet" pressed={q.view === v} onClick={() => set({ view: v })}>{say(`view_${v}`)}</Button>)}
        </div>
        <div class="actions">
          <SavedViews page={`records/${kind.name}`} />
          <LinkButton kind="quiet" href={`/records/${kind.name}/files${queryText(asked(q))}`} icon="download">{say('files')}</LinkButton>
          {kind.may_make && kind.active && <Button icon="plus" onClick={() => openCapture({ kind: kind.name, ...(q.touchpoint > 0 && touchpointOf(kind, q.touchpoint)) })}>{say('quick')}</Button>}
          {kind.may_make && kind.active && <LinkButton kind="main" icon="plus" href={`/records/${kind.name}/new`}>{kind.add}</LinkButton>}
        </div>
      </div>
      <Filters kind={kind} q={q} set={set} names={names} />
      {q.view === 'board' ? <BoardView kind={kind} q={q} onNames={take} /> : <ListView kind={kind} q={q} set={set} onNames={take} />}
    </>
  );
}
function touchpointOf(kind: Kind, touchpoint: number) {
  const field = kind.fields.find((f) => f.type === 'touchpoint' && !f.computed);
  return field ? { fields: { [field.name]: field.many ? [touchpoint] : touchpoint } } : {};
}
