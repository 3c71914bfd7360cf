// page.tsx - where I am: the page of whoever a story is about, first of all in a hand. What
// waits, where they are on each journey, what was promised, what they asked and what became of
// it, what they lived. It shows their own story only; the API sees to that.
import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { ourSettings, whoAmI } from '../../base/session';
import { Await, Card, Empty, Icon, LinkButton } from '../../parts';
import { Journeys, isPast } from './journeys';
import { Asked, nameOf } from './asked';
import type { Beside, Promised, Told, Where } from './types';
import { say } from './words.en';

const SHOWN = 5;
const today = () => new Date().toISOString().slice(0, 10);
/** A promise still to be kept, or not kept and not made good yet. */
const isLate = (p: Promised) => !p.closed && !p.done && p.due !== undefined && p.due < today();

// ---- What waits -------------------------------------------------------------------------------

function Now({ w, b }: { w: Where; b: Beside }) {
  const things: { icon: string; late?: boolean; text: string }[] = [];
  for (const p of w.promised.filter(isLate)) things.push({ icon: 'warn', late: true, text: say('now_late', { what: p.what }) });
  for (const p of b.problems.filter((one) => one.state !== 'confirmed').slice(0, SHOWN))
    things.push({ icon: p.customer_waits ? 'chat' : 'help', text: say(p.customer_waits ? 'now_owed' : 'now_confirm', { what: nameOf(p) }) });
  for (const j of w.journeys.filter((one) => !isPast(one)).slice(0, SHOWN)) {
    for (const s of j.steps.filter((one) => one.state === 'missing')) things.push({ icon: 'warn', text: say('now_missing', { what: say('of', { what: s.name, journey: j.title }) }) });
    for (const s of j.steps.filter((one) => one.state === 'next').slice(0, 3)) things.push({ icon: 'right', text: say('now_next', { what: say('of', { what: s.name, journey: j.title }) }) });
  }
  return (
    <Card title={say('now')}>
      {things.length ? (
        <ul class="mine-now">
          {things.slice(0, 2 * SHOWN).map((t) => <li key={t.text} class={t.late ? 'late' : undefined}><Icon name={t.icon} /><span>{t.text}</span></li>)}
        </ul>
      ) : <p class="muted">{say('now_nothing')}</p>}
    </Card>
  );
}

// ---- Promises ---------------------------------------------------------------------------------

function Made({ p }: { p: Promised }) {
  return (
    <li>
      <p>{p.what}</p>
      <p class="muted">
        {[p.label, p.due && say('promise_by', { day: locale.day(`${p.due}T12:00:00Z`) }), p.department].filter(Boolean).join(' · ')}
        {isLate(p) && <span class="mine-late"> {say('promise_late')}</span>}
      </p>
      {p.good && <p>{say('promise_good', { what: p.good })}</p>}
    </li>
  );
}
function Found({ t }: { t: Told }) {
  return (
    <li>
      <p>{t.promise}</p>
      <p class="muted">{[say('promise_told', { day: locale.day(t.time) }), t.promise_until && say('promise_by', { day: locale.day(t.promise_until) }), t.department].filter(Boolean).join(' · ')}</p>
    </li>
  );
}
function Promises({ w, b }: { w: Where; b: Beside }) {
  const found = b.promises.items;
  const stands = (t: Told) => !t.promise_until || Date.parse(t.promise_until) >= Date.now();
  const open = [...w.promised.filter((p) => !p.closed).map((p) => <Made key={p.made + p.what} p={p} />), ...found.filter(stands).map((t) => <Found key={t.ref} t={t} />)];
  const before = [...w.promised.filter((p) => p.closed).map((p) => <Made key={p.made + p.what} p={p} />), ...found.filter((t) => !stands(t)).map((t) => <Found key={t.ref} t={t} />)];
  return (
    <Card title={say('promised')}>
      {open.length ? <ul class="mine-list">{open}</ul> : <p class="muted">{say('promised_none')}</p>}
      {before.length > 0 && <details><summary>{say('promises_before', { n: before.length })}</summary><ul class="mine-list">{before}</ul></details>}
    </Card>
  );
}

// ---- What was said and lived ------------------------------------------------------------------

function Said({ b }: { b: Beside }) {
  if (!b.feedback.items.length) return null;
  return (
    <Card title={say('said')}>
      <ul class="mine-list">
        {b.feedback.items.slice(0, SHOWN).map((f) => (
          <li key={f.ref}>
            <p>{f.touchpoint}</p>
            {f.text && <blockquote>{f.text}</blockquote>}
            <p class="muted">{[say('score', { score: f.score ?? 0 }), locale.day(f.time), f.answered ? say('said_answered', { day: locale.day(f.answered) }) : say('said_unanswered')].join(' · ')}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Lived({ b }: { b: Beside }) {
  const got = useGet<{ items: Told[] }>(`/customers/${b.customer}/interactions`, { limit: SHOWN });
  return (
    <Card title={say('lived')}>
      <p class="muted">{say('lived_n', { n: b.interactions })}{b.first && `, ${say('since', { day: locale.day(b.first) })}`}</p>
      <Await got={got} lines={4}>{({ items }) => (
        <ul class="mine-list">
          {items.map((t) => (
            <li key={t.ref}>
              <p><a href={`/stories/${b.customer}?at=${encodeURIComponent(t.ref)}`}>{t.touchpoint}</a></p>
              <p class="muted">{[locale.day(t.time), t.channel, t.department].filter(Boolean).join(' · ')}</p>
            </li>
          ))}
        </ul>
      )}</Await>
      <div class="actions">
        <LinkButton href={`/stories/${b.customer}`}>{say('lived_all')}</LinkButton>
        {b.may.export && <LinkButton kind="quiet" icon="download" href={`/api/v1/customers/${b.customer}/export?format=csv`} download>{say('take')}</LinkButton>}
      </div>
    </Card>
  );
}

const Reach = ({ text }: { text: string }) => (text ? <Card title={say('reach')}><p class="mine-reach">{text}</p></Card> : null);

// ---- The whole ----------------------------------------------------------------------------------

function Both({ w, b, again }: { w: Where; b: Beside; again: () => void }) {
  if (!b.interactions && !b.planned) return <Empty title={say('empty')}>{say('empty_hint')}</Empty>;
  return (
    <div class="mine">
      <Now w={w} b={b} />
      <Journeys journeys={w.journeys} hidden={w.hidden} />
      <Promises w={w} b={b} />
      <Asked b={b} onDone={again} />
      <Said b={b} />
      <Lived b={b} />
      <Reach text={ourSettings().settings['reach-us']} />
    </div>
  );
}

export default function Mine(): ComponentChildren {
  const mine = whoAmI().customer;
  const [turn, setTurn] = useState(0);
  const where = useGet<Where>(`/customers/${mine}/where`, undefined, turn);
  const beside = useGet<Beside>(`/customers/${mine}/beside`, { buckets: 1, days: 0 }, turn);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return <Await got={where} lines={8}>{(w) => <Await got={beside} lines={8}>{(b) => <Both w={w} b={b} again={again} />}</Await>}</Await>;
}
