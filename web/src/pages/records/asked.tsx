// asked.tsx - both sides of what was done: which colleagues took part, and what customers say who
// were asked by a link that they answer without signing in.
import { useState } from 'preact/hooks';
import { post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Problem } from '../../base/problem';
import { type Detail, nameIn } from '../../base/records';
import { may } from '../../base/session';
import { Button, Card, Chip, Dialog, Form, type Pick, Picker, TextField, tell, tellProblem } from '../../parts';
import { findCustomers, say as sayRecord } from '../../parts/records';
import { say } from './words.en';

interface Ask {
  asked: number;
  customer: number;
  person: number | null;
  words: string;
  made_at: string;
  until: string;
  open: boolean;
  answered_at: string | null;
  answer: 'solved' | 'not-yet' | 'idea' | null;
  said: string | null;
  ref: string | null;
  url: string | null;
}
interface Asks {
  could: boolean;
  may: boolean;
  items: Ask[];
}

function Link({ url }: { url: string }) {
  const copy = () => navigator.clipboard.writeText(url).then(() => tell(say('asked_copied')), tellProblem);
  return (
    <div class="record-form">
      <TextField label={say('asked_link')} help={say('asked_link_help')} value={url} onInput={() => undefined} />
      <div class="actions"><Button icon="check" onClick={copy}>{say('asked_copy')}</Button></div>
    </div>
  );
}

function AskDialog({ r, onDone, onClose }: { r: Detail; onDone: () => void; onClose: () => void }) {
  const known = r.about.find((a) => a.what === 'customer' && a.number);
  const [who, setWho] = useState<Pick[]>(known?.number ? [{ value: known.number, label: sayRecord('customer_n', { n: String(known.number) }) }] : []);
  const [words, setWords] = useState(typeof r.fields['customer-gain'] === 'string' ? r.fields['customer-gain'] : '');
  const [made, setMade] = useState<Ask | null>(null);
  const send = async () => {
    if (!who[0] || !words.trim()) throw new Problem(422, 'invalid', sayRecord('mistakes', { n: 1 }), sayRecord('required'));
    setMade(await post<Ask>(`/records/${r.kind}/${r.record}/customer-asks`, { customer: who[0].value, words: words.trim() }));
    onDone();
  };
  return (
    <Dialog title={say('ask_customer')} onClose={onClose}>
      {made?.url ? (
        <div class="record-form">
          <p role="status">{say('asked_send', { day: locale.day(made.until) })}</p>
          <Link url={made.url} />
        </div>
      ) : (
        <Form submit={say('ask_customer_do')} onSubmit={send} cancel={onClose}>
          <p>{say('ask_customer_lead')}</p>
          <Picker label={say('ask_customer_who')} help={sayRecord('customer_help')} find={findCustomers} chosen={who} onChange={setWho} />
          <TextField label={say('ask_customer_words')} help={say('ask_customer_words_help')} lines={3} most={2000} value={words} onInput={setWords} />
        </Form>
      )}
    </Dialog>
  );
}

function One({ a, r }: { a: Ask; r: Detail }) {
  const who = sayRecord('customer_n', { n: String(a.customer) });
  const href = `/stories/${a.customer}${a.ref ? `?at=${encodeURIComponent(a.ref)}` : ''}`;
  return (
    <li>
      <p><strong>{a.answer ? say(`answer_${a.answer}`) : say(a.open ? 'asked_open' : 'asked_over')}</strong>{' '}
        {may('stories') ? <a href={href}>{who}</a> : who}{' '}
        <span class="muted">{a.answered_at ? locale.day(a.answered_at) : say('asked_when', { day: locale.day(a.made_at), who: a.person ? nameIn(r.names, 'person', a.person) : '' })}</span></p>
      {a.said && <blockquote>{a.said}</blockquote>}
      {!a.answer && <p class="muted">{a.words}</p>}
      {a.url && <Link url={a.url} />}
    </li>
  );
}

export function BothSides({ r, again }: { r: Detail; again: () => void }) {
  const got = useGet<Asks>(`/records/${r.kind}/${r.record}/customer-asks`);
  const [asking, setAsking] = useState(false);
  const asks = got.data;
  if (!asks || (!asks.could && !asks.items.length)) return null;
  const done = () => { got.again(); again(); };
  const ours = [...new Set([r.author, r.owner, ...r.history.map((e) => e.person)].flatMap((p) => p || []))];
  return (
    <Card title={say('both_sides')} actions={asks.may && <Button onClick={() => setAsking(true)}>{say('ask_customer')}</Button>}>
      <div class="record-form record-both-sides">
        <h3>{say('side_customers')}</h3>
        {asks.items.length ? <ul class="record-lines">{asks.items.map((a) => <One key={a.asked} a={a} r={r} />)}</ul> : <p class="muted">{say('asked_none')}</p>}
        <h3>{say('side_ours')}</h3>
        {ours.length ? <span class="chips">{ours.map((p) => <Chip key={p} kind="person">{nameIn(r.names, 'person', p)}</Chip>)}</span> : <p class="muted">{say('author_none')}</p>}
      </div>
      {asking && <AskDialog r={r} onDone={done} onClose={() => setAsking(false)} />}
    </Card>
  );
}
