// history.tsx - what was said and what was done, newest first; nothing of it can be
// changed. People are named with @ while one types.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../../base/api';
import { locale } from '../../base/locale';
import { type Detail, type Entry, type Kind, type Names, type Value, comment, hrefOf, join, kindOf, nameIn, stateOf, useKinds } from '../../base/records';
import { Button, Card, Form, type Pick, Tabs, TextField, tellProblem } from '../../parts';
import { findPeople, say as sayRecord, useDraft, valueText } from '../../parts/records';
import { oneOf, useQuery } from '../../base/url';
import { say } from './words.en';

// Words with people in them ---------------------------------------------------------------

function Said({ text, names }: { text: string; names: Names }) {
  const parts = text.split(/(@\[\d+\])/);
  return (
    <p class="record-said">
      {parts.map((p, i) => {
        const person = /^@\[(\d+)\]$/.exec(p)?.[1];
        return person ? <strong key={i}>@{nameIn(names, 'person', Number(person))}</strong> : p;
      })}
    </p>
  );
}

/** "@Ann" being typed at the end of the words. */
const typedName = (text: string) => /(?:^|\s)@([\p{L}][\p{L} .'-]{0,30})$/u.exec(text)?.[1] ?? '';

function Say({ r, again }: { r: Detail; again: () => void }) {
  const draft = useDraft(`say.${r.record}`, {});
  const [known, setKnown] = useState<Pick[]>([]);
  const [near, setNear] = useState<Pick[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const looking = typedName(draft.words);
  useEffect(() => {
    if (!looking || known.some((k) => looking.startsWith(k.label))) return setNear([]);
    const stop = new AbortController();
    findPeople(looking, stop.signal).then((found) => setNear(found.slice(0, 5)), () => undefined);
    return () => stop.abort();
  }, [looking]);
  const send = async () => {
    const names = [...known].sort((a, b) => b.label.length - a.label.length);
    const text = names.reduce((t, k) => t.replaceAll(`@${k.label}`, `@[${k.value}]`), draft.words.trim());
    if (!text) return;
    await comment(r, text);
    draft.drop();
    again();
  };
  const take = (pick: Pick) => {
    setKnown([...known, pick]);
    draft.setWords(`${draft.words.slice(0, draft.words.length - looking.length)}${pick.label} `);
    setNear([]);
    box.current?.querySelector('textarea')?.focus();
  };
  return (
    <div ref={box}>
      <Form submit={say('comment_do')} onSubmit={send} wide disabled={!draft.words.trim()}>
        <TextField label={say('comment')} help={say('comment_help')} lines={3} value={draft.words} onInput={draft.setWords} />
        {near.length > 0 && (
          <div class="chips" role="group" aria-label={say('mention')}>
            {near.map((p) => <button key={p.value} type="button" class="filter-name" onClick={() => take(p)}>@{p.label}</button>)}
          </div>
        )}
      </Form>
    </div>
  );
}

// What was done -----------------------------------------------------------------------------

type Details = Record<string, unknown>;
const texts = (d: Details | null, ...keys: string[]): string => {
  for (const k of keys) if (typeof d?.[k] === 'string' && d[k]) return d[k] as string;
  return '';
};
interface Change {
  name: string;
  before: Value | undefined;
  after: Value | undefined;
}
/** Fields that changed, in whichever way an entry tells them. */
function changes(d: Details | null): Change[] {
  const before = d?.['before'], after = d?.['after'];
  if (before && after && typeof before === 'object' && typeof after === 'object') { // what was there from the beginning stands above
    const b = before as Record<string, Value>, a = after as Record<string, Value>;
    return [...new Set([...Object.keys(b), ...Object.keys(a)])].filter((n) => JSON.stringify(b[n]) !== JSON.stringify(a[n])).map((name) => ({ name, before: b[name], after: a[name] }));
  }
  return [];
}
const known = new Set(['made', 'changed', 'moved', 'offered', 'accepted', 'declined', 'taken', 'given-up', 'commented', 'linked', 'unlinked', 'challenged', 'merged', 'parted',
  'took-in', 'reminded', 'escalated', 'unanswered', 'attached', 'detached', 'owner', 'followed', 'mending', 'asked-customer', 'customer']);
const did = (what: string): string => (known.has(what) ? say(`did_${what}` as 'did_made') : say('did_other', { what }));

/** Where another record, which mends this one, came to. */
function Mending({ d, names }: { d: Details; names: Names }) {
  const kinds = useKinds();
  const record = Number(d['record']), of = String(d['kind']), to = String(d['to']);
  const kind = kindOf(kinds.data, of);
  return <span>: <a href={hrefOf({ kind: of, record })}>{nameIn(names, 'record', record)}</a>{kind && ` (${stateOf(kind, to)})`}</span>;
}

const customerOf = (d: Details | null) => (typeof d?.['customer'] === 'number' ? sayRecord('customer_n', { n: String(d['customer']) }) : say('who_customer'));

function Row({ e, kind, names }: { e: Entry; kind: Kind; names: Names }) {
  const words = texts(e.details, 'text', 'words');
  const moved = texts(e.details, 'to', 'state');
  const to = e.details?.['person'];
  return (
    <li class={e.what === 'commented' || e.what === 'customer' ? 'said' : undefined}>
      <div class="record-entry">
        <strong>{e.person ? nameIn(names, 'person', e.person) : e.what === 'customer' ? customerOf(e.details) : e.what === 'made' || e.what === 'commented' ? say('author_none') : say('author_machine')}</strong>{' '}
        <span>{did(e.what)}{typeof to === 'number' && to > 0 && (e.what === 'offered' || e.what === 'escalated' || e.what === 'challenged') ? `: ${nameIn(names, 'person', to)}` : ''}</span>
        {e.what === 'mending' && e.details && <Mending d={e.details} names={names} />}
        {e.what === 'customer' && e.details && <span>: {say(`answer_${String(e.details['answer']) as 'solved'}`)}</span>}
        {e.what === 'moved' && moved && <span>: {stateOf(kind, moved)}</span>}{' '}
        <time class="muted" dateTime={e.at} title={locale.dayTime(e.at)}>{locale.ago(e.at)}</time>
      </div>
      {words && <Said text={words} names={names} />}
      {e.details === null && <p class="muted">{say('withheld')}</p>}
      {changes(e.details).map((c) => {
        const field = kind.fields.find((f) => f.name === c.name);
        return <p key={c.name} class="record-change"><span class="muted">{field?.label ?? c.name}:</span> <del>{valueText(field, c.before, names) || say('before_none')}</del> <ins>{valueText(field, c.after, names) || say('before_none')}</ins></p>;
      })}
    </li>
  );
}

const params = { tab: oneOf('talk', 'history') };
export function History({ r, kind, again }: { r: Detail; kind: Kind; again: () => void }) {
  const [q, set] = useQuery(params);
  const [older, setOlder] = useState<{ items: Entry[]; names: Names } | null>(null);
  const [end, setEnd] = useState(r.history.length < 50);
  const all = [...r.history, ...(older?.items ?? []).filter((e) => !r.history.some((o) => o.entry === e.entry))];
  const names = join(r.names, older?.names);
  const last = all[all.length - 1];
  const more = () => get<{ items: Entry[]; names: Names; next: string | null }>(`/records/${r.kind}/${r.record}/history`, { after: last?.entry }).then((page) => {
    setOlder((old) => ({ items: [...(old?.items ?? []), ...page.items], names: join(old?.names, page.names) }));
    setEnd(!page.next);
  }, tellProblem);
  const shown = q.tab === 'talk' ? all.filter((e) => e.what === 'customer' || texts(e.details, 'text', 'words')) : all;
  return (
    <Card>
      <Tabs label={say('history')} value={q.tab} onChange={(tab) => set({ tab }, { replace: true })} tabs={[{ id: 'talk', label: say('talk') }, { id: 'history', label: say('history') }]}>
        {q.tab === 'talk' && r.may.comment && <Say r={r} again={again} />}
        {q.tab === 'history' && <p class="muted">{say('history_help')}</p>}
        {shown.length ? <ol class="record-history">{shown.map((e) => <Row key={e.entry} e={e} kind={kind} names={names} />)}</ol> : <p class="muted">{say('comment_none')}</p>}
        {!end && <div class="actions"><Button onClick={more}>{say('history_more')}</Button></div>}
      </Tabs>
    </Card>
  );
}
