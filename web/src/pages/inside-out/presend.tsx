// presend.tsx - before sending: a text and whom it is for; the answer says who else writes
// to them, what is said already, what it contradicts, and who would get too much.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Problem } from '../../base/problem';
import { may } from '../../base/session';
import { Button, Card, Chip, type Filter, FilterBar, Form, Note, RadioField, Skeleton, Table, TextField, filterQuery, tell } from '../../parts';
import { type Draft, emptyDraft, keepDraft, readDraft } from './draft';
import { Letter, Marked } from './message';
import { type Message, type Said, factName } from './types';
import { say } from './words.en';

interface Contradicts {
  type: string;
  yours: Said;
  theirs: { says: string };
  department: string | null;
  customers: number;
  example: Message | null;
  reference: { fact: number; words: string } | null;
}
interface Other {
  department: string | null;
  purpose: string | null;
  touchpoint: string | null;
  channel: string | null;
  customers: number;
  first_ms: number;
  last_ms: number;
  example: Message | null;
}
interface Answer {
  customers: number;
  unknown: string[];
  others: Other[];
  duplicates: { department: string | null; customers: number; alike: number; example: Message | null }[];
  signatures: { department: string | null; customers: number; example: Message | null }[];
  contradicts: Contradicts[];
  too_much: { customers: number; most: number; window_days: number; limit: number } | null;
  says: string;
}

function Shown({ message }: { message: Message | null }) {
  const [open, setOpen] = useState(false);
  if (!message) return null;
  return (
    <>
      <Button kind="quiet" expanded={open} onClick={() => setOpen(!open)}>{say(open ? 'hide_message' : 'show_message')}</Button>
      {open && <Letter message={message} label={say('first_message')} />}
    </>
  );
}
function Warning({ title, children }: { title: string; children: ComponentChildren }) {
  return <section class="inside-warning"><h3>{title}</h3>{children}</section>;
}

function AnswerView({ answer: a, text, put }: { answer: Answer; text: string; put: (c: Contradicts) => void }) {
  const bad = a.contradicts.length || a.duplicates.length || a.signatures.length || a.too_much?.customers;
  const to = (n: number) => say('to_n', { customers: say('customers_n', { n }) });
  return (
    <Card title={say('answer')}>
      <div class="inside-answer">
        <p>{a.says || say('answer_to', { customers: say('customers_n', { n: a.customers }) })}</p>
        {a.unknown.length > 0 && <Note kind="warn"><p>{say('unknown_n', { n: a.unknown.length })}: {a.unknown.slice(0, 10).join(', ')}</p></Note>}
        {!bad && <Note kind="good"><p><strong>{say('answer_all_good')}.</strong> {say('answer_good')}</p></Note>}
        {a.contradicts.length > 0 && (
          <Warning title={say('contradicts')}>
            <ul class="inside-plain">
              {a.contradicts.map((c, i) => (
                <li key={i}>
                  <p class="inside-against">
                    <span class="muted">{factName(c.type)}</span>
                    <span>{say('contradicts_yours')} <mark>{c.yours.says}</mark></span>
                    <span>{c.reference ? say('contradicts_right') : say('contradicts_theirs', { who: c.department ?? say('department_unknown') })} <mark>{c.theirs.says}</mark></span>
                    <span class="muted">{c.reference ? `${c.reference.words}, ${say('contradicts_named')}` : to(c.customers)}</span>
                  </p>
                  <div class="actions">
                    <Button kind="quiet" onClick={() => put(c)}>{say('contradicts_put')}</Button>
                    <Shown message={c.example} />
                  </div>
                </li>
              ))}
            </ul>
            <div class="inside-letter"><p class="muted">{say('your_text')}</p><div class="inside-letter-text whole"><Marked text={text} marks={a.contradicts.map((c) => ({ type: c.type, ...c.yours }))} /></div></div>
          </Warning>
        )}
        {a.duplicates.length > 0 && (
          <Warning title={say('duplicates')}>
            <ul class="inside-plain">
              {a.duplicates.map((d, i) => (
                <li key={i}><p>{say('duplicates_row', { who: d.department ?? say('department_unknown') })} {to(d.customers)} <span class="muted">({say('duplicates_alike', { share: locale.share(d.alike) })})</span></p><Shown message={d.example} /></li>
              ))}
            </ul>
          </Warning>
        )}
        {a.signatures.length > 0 && (
          <Warning title={say('signatures')}>
            <ul class="inside-plain">
              {a.signatures.map((d, i) => (
                <li key={i}><p>{say('signatures_row', { who: d.department ?? say('department_unknown') })} {to(d.customers)}</p><Shown message={d.example} /></li>
              ))}
            </ul>
          </Warning>
        )}
        {a.too_much && a.too_much.customers > 0 && (
          <Warning title={say('too_much')}><p>{say('too_much_row', { customers: say('customers_n', { n: a.too_much.customers }), limit: a.too_much.limit, days: say('days_n', { n: a.too_much.window_days }), most: a.too_much.most })}</p></Warning>
        )}
        <section class="inside-part">
          <h3>{say('others')}</h3>
          {!a.others.length ? <p class="muted">{say('others_none')}</p> : (
            <Table caption={say('others')} captionHidden rows={a.others} keyOf={(o) => a.others.indexOf(o)} columns={[
              { id: 'department', head: say('head_department'), names: true, cell: (o) => (o.department ? <Chip kind="department">{o.department}</Chip> : say('department_unknown')), sort: (o) => o.department },
              { id: 'purpose', head: say('head_purpose'), cell: (o) => [o.purpose, o.touchpoint].filter(Boolean).join(' \u00b7 ') },
              { id: 'channel', head: say('head_channel'), cell: (o) => o.channel ?? '' },
              { id: 'n', head: say('head_customers'), cell: (o) => o.customers, sort: (o) => o.customers, number: true },
              { id: 'when', head: say('head_when'), cell: (o) => (locale.day(o.first_ms) === locale.day(o.last_ms) ? locale.day(o.last_ms) : `${locale.day(o.first_ms)} \u2013 ${locale.day(o.last_ms)}`), sort: (o) => o.last_ms },
            ]} />
          )}
        </section>
      </div>
    </Card>
  );
}

/** "ann@x.org", "customer:K17" as the API takes them. */
export function identifiers(list: string): { type: string; value: string }[] {
  return list.split(/[\n;,]+/).map((t) => t.trim()).filter(Boolean).map((t) => {
    const [, type = '', value = ''] = /^([a-z][a-z0-9-]*)\s*:\s*(.+)$/.exec(t) ?? [];
    return type ? { type, value } : { type: t.includes('@') ? 'email' : 'customer', value: t };
  });
}

interface NameList { items: { name: string }[] }
export function BeforeSending({ by, setBy, filter, setFilter }: { by: 'list' | 'filter'; setBy: (by: 'list' | 'filter') => void; filter: Filter; setFilter: (change: Partial<Filter>) => void }) {
  const [d, setD] = useState<Draft>(readDraft);
  const [answer, setAnswer] = useState<{ a: Answer; text: string } | null>(null);
  const [waiting, setWaiting] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const departments = useGet<NameList>(may('ask') ? '/names/departments' : null), channels = useGet<NameList>(may('ask') ? '/names/channels' : null);
  const names = (got: { data: NameList | undefined }) => [...new Set((got.data?.items ?? []).map((i) => i.name))];
  const set = (change: Partial<Draft>) => { setD({ ...d, ...change }); keepDraft(change); };
  const check = async () => {
    const customers = by === 'list' ? identifiers(d.list) : { filter: filterQuery(filter) };
    if (!d.text.trim() || !d.department.trim() || (Array.isArray(customers) && !customers.length)) throw new Problem(422, 'invalid', say('send_missing'), '');
    const some = (name: keyof Draft) => (d[name].trim() ? { [name]: d[name].trim() } : {});
    setWaiting(true);
    try {
      const a = await post<Answer>('/presend', {
        text: d.text, department: d.department.trim(), ...some('subject'), ...some('purpose'), ...some('signatory'), ...some('channel'),
        ...(d.when && { when_ms: Date.parse(`${d.when}T09:00:00`) }), customers,
      });
      setAnswer({ a, text: d.text });
      requestAnimationFrame(() => { box.current?.focus({ preventScroll: true }); box.current?.scrollIntoView({ block: 'start' }); });
    } finally {
      setWaiting(false);
    }
  };
  const put = (c: Contradicts) => {
    const { at, len, says } = c.yours;
    if (!answer || d.text !== answer.text || !d.text.slice(at, at + len)) return;
    set({ text: d.text.slice(0, at) + c.theirs.says + d.text.slice(at + len) });
    setAnswer(null);
    tell(say('put_in', { what: c.theirs.says || says }));
  };
  return (
    <div class="inside-send">
      <Card title={say('send')} actions={(d.text || d.list) && <Button kind="quiet" onClick={() => { set(emptyDraft); setAnswer(null); }}>{say('send_clear')}</Button>}>
        <p class="muted inside-lead">{say('send_lead')}</p>
        <Form submit={say('send_check')} wide onSubmit={check}>
          <TextField label={say('send_text')} lines={10} value={d.text} onInput={(text) => set({ text })} />
          <div class="inside-two">
            <TextField label={say('send_department')} value={d.department} onInput={(department) => set({ department })} suggestions={names(departments)} />
            <TextField label={say('send_purpose')} help={say('send_purpose_help')} optional value={d.purpose} onInput={(purpose) => set({ purpose })} />
          </div>
          <details class="inside-more" open={!!(d.signatory || d.channel || d.subject || d.when)}>
            <summary>{say('send_more')}</summary>
            <div class="inside-two">
              <TextField label={say('send_signatory')} optional value={d.signatory} onInput={(signatory) => set({ signatory })} />
              <TextField label={say('send_channel')} optional value={d.channel} onInput={(channel) => set({ channel })} suggestions={names(channels)} />
              <TextField label={say('send_subject')} optional value={d.subject} onInput={(subject) => set({ subject })} />
              <TextField label={say('send_when')} help={say('send_when_help')} type="date" optional value={d.when} onInput={(when) => set({ when })} />
            </div>
          </details>
          <RadioField label={say('send_to')} inline value={by} onChange={setBy} choices={[
            { value: 'list', label: say('send_by_list'), help: say('send_by_list_help') }, { value: 'filter', label: say('send_by_filter'), help: say('send_by_filter_help') }]} />
          {by === 'list'
            ? <TextField label={say('send_list')} help={say('send_list_help')} lines={4} value={d.list} onInput={(list) => set({ list })} />
            : <div onSubmit={(e) => e.stopPropagation()}><FilterBar value={filter} byProblem={false} onChange={setFilter} /></div>}
        </Form>
      </Card>
      <div class="inside-to" ref={box} tabIndex={-1} role="group" aria-label={say('answer')} hidden={!waiting && !answer}>
        {waiting && !answer && <Card title={say('answer')}><Skeleton lines={6} /></Card>}
        {answer && <AnswerView answer={answer.a} text={answer.text} put={put} />}
      </div>
    </div>
  );
}
