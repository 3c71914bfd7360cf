// page.tsx - My part: what can I do for a customer today? One column of things to do, each
// with one main action and the time it takes. What is empty is not shown.
import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type Got, type Query, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { type Kind, type Move, type Names, type Rec, type RecordPage, hrefOf, join, kindOf, moveRecord, nameIn, stateOf, useKinds } from '../../base/records';
import { may, whoAmI } from '../../base/session';
import { Button, Card, Empty, Fail, LinkButton, Skeleton, tell, tellProblem } from '../../parts';
import { MoveDialog, Ownership, RecordLine, filled, isPlain, touchpointHref } from '../../parts/records';
import { say } from './words.en';

/** What an action usually takes, in minutes. */
const MINUTES = { accept: 1, answer: 5, keep: 2, own: 10, look: 1 };
const SHOWN = 5;

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

const NONE: RecordPage = { items: [], names: {}, next: null };

export default function MyPart() {
  const kinds = useKinds();
  const list = (query: Query) => useGet<RecordPage>(kinds.data && may('take-part') ? '/records' : null, { limit: 100, ...query });
  const askedGot = list({ asked: 'me', open: 'yes', order: 'oldest' });
  const ownGot = list({ owner: 'me', open: 'yes', order: 'due' });
  const madeGot = list({ author: 'me', order: 'changed', limit: 20 });
  const followGot = list({ follower: 'me', order: 'changed', limit: 20 });
  const all: Got<RecordPage>[] = [askedGot, ownGot, madeGot, followGot];
  const again = () => all.forEach((g) => g.again());
  useEvents('record', again);
  const problem = all.find((g) => g.problem)?.problem ?? kinds.problem;
  const asked = askedGot.data ?? NONE, own = ownGot.data ?? NONE, made = madeGot.data ?? NONE, follows = followGot.data ?? NONE;
  const names = useMemo(() => join(asked.names, own.names, made.names, follows.names), [asked, own, made, follows]);
  if (!may('take-part')) return <Empty title={say('nothing')} />;
  if (problem) return <Fail problem={problem} again={() => { kinds.again(); again(); }} />;
  if (!kinds.data || all.some((g) => !g.data)) return <Skeleton lines={10} />;
  const ks = kinds.data, me = whoAmI().person;
  const of = (items: Rec[], ...of: string[]) => items.filter((r) => of.includes(r.kind));
  const not = (items: Rec[], ...of: string[]) => items.filter((r) => !of.includes(r.kind));
  const challenges = of([...asked.items, ...own.items], 'challenge'), asks = of([...asked.items, ...own.items], 'ask', 'information-request');
  const claims = not(asked.items, 'challenge', 'ask', 'information-request');
  const promises = of(own.items, 'promise'), pledges = of(own.items, 'pledge');
  const rest = not(own.items, 'promise', 'pledge', 'challenge', 'ask', 'information-request');
  const became = made.items.filter((r) => r.owner !== me && !['promise', 'pledge', 'note'].includes(r.kind));
  const todo = claims.length + challenges.length + asks.length + promises.length + rest.length + pledges.length;
  const touchpoints = myTouchpoints(own.items, ks, names);
  return (
    <div class="my-part">
      <Capture kinds={ks} done={again} />
      {!todo && <Empty title={say('nothing')} action={<LinkButton href="/no-brainers">{say('nothing_go')}</LinkButton>}>{say('nothing_hint')}</Empty>}
      {claims.length > 0 && (
        <Section title={say('asked')} why={say('asked_why')} count={claims.length} href="/records?whose=asked">
          <Lines items={claims} kinds={ks} names={names} minutes={MINUTES.accept} action={(r) => <Ownership r={r} onDone={again} />} />
        </Section>
      )}
      {challenges.length > 0 && (
        <Section title={say('challenges')} why={say('challenges_why')} count={challenges.length} href="/records/challenge?whose=asked">
          <Lines items={challenges} kinds={ks} names={names} minutes={MINUTES.answer} action={(r) => <LinkButton kind="main" href={hrefOf(r)}>{say('answer')}</LinkButton>} />
        </Section>
      )}
      {asks.length > 0 && (
        <Section title={say('asks')} why={say('asks_why')} count={asks.length} href="/records/ask?whose=asked">
          <Lines items={asks} kinds={ks} names={names} minutes={MINUTES.answer} action={(r) => <LinkButton kind="main" href={hrefOf(r)}>{say('answer')}</LinkButton>} />
        </Section>
      )}
      {promises.length > 0 && (
        <Section title={say('promises')} why={say('promises_why')} count={promises.length} href="/records/promise?whose=mine&order=due">
          <Lines items={promises} kinds={ks} names={names} minutes={MINUTES.keep} action={(r, kind) => <FirstMove r={r} kind={kind} names={names} onDone={again} />} />
        </Section>
      )}
      {rest.length > 0 && (
        <Section title={say('own')} why={say('own_why')} count={rest.length} href="/records?whose=mine">
          <Lines items={rest.sort((a, b) => a.first_at.localeCompare(b.first_at))} kinds={ks} names={names} minutes={MINUTES.own} action={(r, kind) => <FirstMove r={r} kind={kind} names={names} onDone={again} />} />
        </Section>
      )}
      {pledges.length > 0 && (
        <Section title={say('pledges')} why={say('pledges_why')} count={pledges.length} href="/records/pledge?whose=mine">
          <Lines items={pledges} kinds={ks} names={names} action={(r, kind) => <FirstMove r={r} kind={kind} names={names} onDone={again} />} />
        </Section>
      )}
      {touchpoints.length > 0 && (
        <Section title={say('touchpoints')} why={say('touchpoints_why')}>
          <ul class="record-lines">
            {touchpoints.map((t) => (
              <li key={t.number} class="my-part-touchpoint">
                <span><strong>{t.name}</strong> <span class="muted">{say('touchpoint_open', { n: t.n })}</span></span>
                {may('ask') && <a href={touchpointHref(t.name)}>{say('touchpoint_stories')}</a>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {became.length > 0 && (
        <Section title={say('became')} why={say('became_why')} count={became.length} href="/records?whose=made&which=all">
          <Lines items={became} kinds={ks} names={names} />
        </Section>
      )}
      <Digest follows={follows.items.filter((r) => r.author !== me && r.owner !== me && r.asked !== me)} kinds={ks} names={names} />
    </div>
  );
}

function myTouchpoints(items: Rec[], kinds: Kind[], names: Names): { number: number; name: string; n: number }[] {
  const count = new Map<number, number>();
  for (const r of items)
    for (const f of kindOf(kinds, r.kind)?.fields ?? []) {
      const value = r.fields[f.name];
      if (f.type !== 'touchpoint' || !filled(value)) continue;
      for (const n of Array.isArray(value) ? value : [value]) count.set(Number(n), (count.get(Number(n)) ?? 0) + 1);
    }
  return [...count].map(([number, n]) => ({ number, name: nameIn(names, 'touchpoint', number), n })).sort((a, b) => b.n - a.n).slice(0, 8);
}

function lastLook(): string {
  try {
    return localStorage.getItem('firsthand.looked') ?? '';
  } catch {
    return '';
  }
}
/** What changed since this page was last opened here. */
function Digest({ follows, kinds, names }: { follows: Rec[]; kinds: Kind[]; names: Names }) {
  const [since] = useState(() => {
    const before = lastLook();
    try {
      localStorage.setItem('firsthand.looked', new Date().toISOString());
    } catch {
      // then everything counts as new
    }
    return before;
  });
  if (!follows.length) return null;
  const fresh = follows.filter((r) => r.changed_at > since);
  return (
    <Section title={say('follow')} why={since ? `${say('follow_why')} (${locale.ago(since)})` : say('follow_why')} count={follows.length} href="/records?whose=follow&which=all">
      {fresh.length ? <Lines items={fresh} kinds={kinds} names={names} /> : <p>{say('follow_none')} <a href="/records?whose=follow&which=all">{say('follow_all')}</a></p>}
    </Section>
  );
}
