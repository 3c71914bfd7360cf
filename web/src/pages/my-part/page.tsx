// page.tsx - My part: what can I do for a customer today? One column of things to do, each
// with one main action and the time it takes. What is empty is not shown.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { post, put, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { type Kind, type Move, type Names, type Rec, hrefOf, kindOf, moveRecord, stateOf, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Button, Card, Empty, Fail, LinkButton, SelectField, Skeleton, tell, tellProblem } from '../../parts';
import { MoveDialog, Ownership, RecordLine, isPlain, touchpointHref } from '../../parts/records';
import { say } from './words.en';

/** What an action usually takes, in minutes. */
const MINUTES = { accept: 1, answer: 5, keep: 2, own: 10, look: 1 };
const SHOWN = 5, PLACES = 8;
const WAITING = ['claims', 'challenges', 'asks', 'promises', 'own', 'walks', 'pledges'] as const;

function Section({ title, why, count, href, children }: { title: string; why: string; count?: number; href?: string; children: ComponentChildren }) {
  return (
    <Card title={title} actions={href && count !== undefined && count > SHOWN ? <LinkButton kind="quiet" href={href}>{say('all', { n: count })}</LinkButton> : undefined}>
      <p class="muted my-part-why">{why}</p>
      {children}
    </Card>
  );
}
const Takes = ({ n }: { n: number }) => <span class="my-part-takes muted">{say('minutes', { n })}</span>;

/** The first move its owner may make without a word, as the button; others stand on its page. */
function FirstMove({ r, kind, names, onDone }: { r: Rec; kind: Kind | undefined; names: Names; onDone: () => void }) {
  const [doing, setDoing] = useState<Move | null>(null);
  const move = kind?.moves.find((m) => m.from.includes(r.state) && m.by.includes('owner'));
  if (!kind || !move) return <LinkButton href={hrefOf(r)}>{say('look')}</LinkButton>;
  const make = () => {
    if (!isPlain(kind, move, r)) return setDoing(move);
    moveRecord(r, move.name).then((now) => { tell(`${r.title}: ${stateOf(kind, now.state)}`); onDone(); }, tellProblem);
  };
  return (
    <>
      <Button kind="main" onClick={make}>{move.label}</Button>
      {doing && <MoveDialog kind={kind} move={doing} r={r} names={names} onDone={onDone} onClose={() => setDoing(null)} />}
    </>
  );
}

function Lines({ items, kinds, names, minutes, action }: {
  items: Rec[]; kinds: Kind[]; names: Names; minutes?: number; action?: (r: Rec, kind: Kind | undefined) => ComponentChildren;
}) {
  return (
    <ul class="record-lines">
      {items.slice(0, SHOWN).map((r) => {
        const kind = kindOf(kinds, r.kind);
        return <li key={r.record}><RecordLine r={r} kind={kind} names={names} aside={action && <>{action(r, kind)}{minutes !== undefined && <Takes n={minutes} />}</>} /></li>;
      })}
    </ul>
  );
}

function Capture({ kinds, done }: { kinds: Kind[]; done: () => void }) {
  const offered = ['signal', 'suggestion', 'promise', 'aggravation', 'note'].flatMap((n) => kinds.find((k) => k.name === n && k.may_make && k.active) ?? []);
  if (!offered.length) return null;
  return (
    <Card title={say('tell')}>
      <p class="muted my-part-why">{say('tell_hint')}</p>
      <div class="actions my-part-tell">
        {offered.map((k, i) => <Button key={k.name} kind={i ? 'plain' : 'main'} icon={i ? 'plus' : 'warn'} onClick={() => openCapture({ kind: k.name, done })}>{k.add || k.title}</Button>)}
      </div>
    </Card>
  );
}

interface List {
  total: number;
  items: Rec[];
}
interface Place {
  touchpoint: number;
  name: string;
  open: number;
  customers: number;
  scores: number;
  score: number | null;
}
type ListName = 'claims' | 'challenges' | 'asks' | 'promises' | 'own' | 'walks' | 'findings' | 'pledges' | 'became' | 'follows';
type Part = Record<ListName, List> & { touchpoints: { total: number; items: Place[] }; names: Names };

export default function MyPart() {
  const kinds = useKinds();
  const got = useGet<Part>(kinds.data && may('take-part') ? '/my-part' : null, { limit: PLACES });
  const again = got.again;
  useEvents('record', again);
  const problem = got.problem ?? kinds.problem;
  if (!may('take-part')) return <Empty title={say('nothing')} />;
  if (problem) return <Fail problem={problem} again={() => { kinds.again(); again(); }} />;
  if (!kinds.data || !got.data) return <Skeleton lines={10} />;
  const ks = kinds.data, part = got.data, names = part.names;
  const todo = WAITING.reduce((n, name) => n + part[name].total, 0);
  const section = (name: ListName, title: string, why: string, href: string, minutes?: number, action?: (r: Rec, kind: Kind | undefined) => ComponentChildren) =>
    part[name].total > 0 && (
      <Section title={title} why={why} count={part[name].total} href={href}>
        <Lines items={part[name].items} kinds={ks} names={names} minutes={minutes} action={action} />
      </Section>
    );
  const answer = (r: Rec) => <LinkButton kind="main" href={hrefOf(r)}>{say('answer')}</LinkButton>;
  const first = (r: Rec, kind: Kind | undefined) => <FirstMove r={r} kind={kind} names={names} onDone={again} />;
  return (
    <div class="my-part">
      <Capture kinds={ks} done={again} />
      {!todo && <Empty title={say('nothing')} action={<LinkButton href="/no-brainers">{say('nothing_go')}</LinkButton>}>{say('nothing_hint')}</Empty>}
      {section('claims', say('asked'), say('asked_why'), '/records?whose=asked', MINUTES.accept, (r) => <Ownership r={r} onDone={again} />)}
      {section('challenges', say('challenges'), say('challenges_why'), '/records/challenge?whose=asked', MINUTES.answer, answer)}
      {section('asks', say('asks'), say('asks_why'), '/records/ask?whose=asked', MINUTES.answer, answer)}
      {section('promises', say('promises'), say('promises_why'), '/records/promise?whose=mine&order=due', MINUTES.keep, first)}
      {section('own', say('own'), say('own_why'), '/records?whose=mine', MINUTES.own, first)}
      {section('pledges', say('pledges'), say('pledges_why'), '/records/pledge?whose=mine', undefined, first)}
      {section('walks', say('walks'), say('walks_why'), '/records/walk?whose=mine&order=due', undefined, first)}
      <Places items={part.touchpoints.items} />
      {section('findings', say('findings'), say('findings_why'), '/records/finding?whose=made&which=all')}
      {section('became', say('became'), say('became_why'), '/records?whose=made&which=all')}
      <Digest follows={part.follows} kinds={ks} names={names} />
      {may('ask') && <Journeys />}
      <ByMail />
    </div>
  );
}

/** Where something of mine is at home, and what customers said there lately. */
function Places({ items }: { items: Place[] }) {
  if (!items.length) return null;
  const heard = (p: Place) => [
    say('touchpoint_customers', { n: p.customers }),
    p.score !== null && say('touchpoint_score', { score: locale.number(p.score), n: p.scores }),
    say('touchpoint_open', { n: p.open }),
  ].filter(Boolean).join(' · ');
  return (
    <Section title={say('touchpoints')} why={say('touchpoints_why')}>
      <ul class="record-lines">
        {items.map((p) => (
          <li key={p.touchpoint} class="my-part-touchpoint">
            <span><strong>{p.name}</strong> <span class="muted">{heard(p)}</span></span>
            {may('ask') && <a href={touchpointHref(p.name)}>{say('touchpoint_stories')}</a>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function lastLook(): string {
  try {
    return localStorage.getItem('firsthand.looked') ?? '';
  } catch {
    return '';
  }
}
/** What changed since this page was last opened here. */
function Digest({ follows, kinds, names }: { follows: List; kinds: Kind[]; names: Names }) {
  const [since] = useState(() => {
    const before = lastLook();
    try {
      localStorage.setItem('firsthand.looked', new Date().toISOString());
    } catch {
      // then everything counts as new
    }
    return before;
  });
  if (!follows.total) return null;
  const fresh = follows.items.filter((r) => r.changed_at > since);
  return (
    <Section title={say('follow')} why={since ? `${say('follow_why')} (${locale.ago(since)})` : say('follow_why')} count={follows.total} href="/records?whose=follow&which=all">
      {fresh.length ? <Lines items={fresh} kinds={kinds} names={names} /> : <p>{say('follow_none')} <a href="/records?whose=follow&which=all">{say('follow_all')}</a></p>}
    </Section>
  );
}

interface Journey {
  map: number;
  title: string;
  says: string;
  at: string | null;
  begun_at: string | null;
}
/** Journeys I follow: what others did to them lately, and what waits: is this really reverse? */
function Journeys() {
  const got = useGet<{ items: Journey[] }>('/followed-maps'), items = got.data?.items ?? [];
  useEvents('map', got.again);
  if (!items.length) return null;
  return (
    <Section title={say('journeys')} why={say('journeys_why')} count={items.length} href="/maps">
      <ul class="record-lines">
        {items.slice(0, SHOWN).map((t) => (
          <li key={t.map} class="my-part-touchpoint">
            <span><a href={`/maps/${t.map}`}>{t.title}</a> <span class="muted">{[t.says, t.at ?? t.begun_at ? locale.ago(t.at ?? t.begun_at ?? '') : ''].filter(Boolean).join(' \u00b7 ')}</span></span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

type How = 'none' | 'daily' | 'weekly';
interface Mail {
  mail: number;
  what: 'digest' | 'sample';
  state: 'waiting' | 'sending' | 'sent' | 'refused' | 'unsure' | 'dropped';
  made_at: string;
  last_at: string | null;
  next_at: string | null;
  reply: string | null;
}
interface MailDigest {
  how: How;
  sends: boolean;
  email: string | null;
  next_at: string | null;
  mails: Mail[];
  preview: { subject: string; text: string; new: boolean };
}

/** What is not as it should be: sent ones and those with nothing to say need no word. */
function MailLine({ m, again }: { m: Mail; again: () => void }) {
  const resend = () => void post(`/mails/${m.mail}/again`).then(() => { tell(say('mail_on_its_way')); again(); }, tellProblem);
  const ended = m.state === 'refused' || m.state === 'unsure';
  return (
    <li class="my-part-touchpoint">
      <span>
        <strong>{say(`mail_${m.state}`)}</strong> <span class="muted">{locale.ago(m.last_at ?? m.made_at)}{m.state !== 'sent' && m.reply ? ` · ${m.reply}` : ''}</span>
      </span>
      {ended && <Button onClick={resend}>{say('mail_again')}</Button>}
    </li>
  );
}

/** A digest by e-mail: chosen here by each for themselves, with the words it would have now. */
function ByMail() {
  const got = useGet<MailDigest>('/me/digest');
  const d = got.data;
  if (!d) return null;
  const choose = (how: How) => void put('/me/digest', { how }).then(() => { tell(say(how === 'none' ? 'mail_ended' : 'mail_chosen')); got.again(); }, tellProblem);
  const sample = () => void post('/me/digest/sample').then(() => { tell(say('mail_on_its_way')); got.again(); }, tellProblem);
  const able = d.sends && d.email;
  return (
    <Section title={say('mail')} why={say('mail_why')}>
      {!d.sends && <p>{say('mail_none')}</p>}
      {d.sends && !d.email && <p>{say('mail_nowhere')}</p>}
      {(able || d.how !== 'none') && (
        <div class="my-part-mail">
          <SelectField<How> label={say('mail_how')} value={d.how} onChange={choose}
            choices={[{ value: 'none', label: say('mail_never') }, { value: 'daily', label: say('mail_daily') }, { value: 'weekly', label: say('mail_weekly') }]}
            help={d.next_at ? say('mail_next', { when: locale.dayTime(d.next_at), email: d.email ?? '' }) : undefined} />
          {able && <Button onClick={sample}>{say('mail_sample')}</Button>}
        </div>
      )}
      <details class="my-part-preview">
        <summary>{say('mail_preview')}</summary>
        <p><strong>{d.preview.subject}</strong></p>
        <pre tabIndex={0} aria-label={say('mail_preview')}>{d.preview.text}</pre>
      </details>
      {d.mails.length > 0 && <ul class="record-lines">{d.mails.slice(0, 3).map((m) => <MailLine key={m.mail} m={m} again={got.again} />)}</ul>}
    </Section>
  );
}
