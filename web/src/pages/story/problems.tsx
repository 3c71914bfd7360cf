// problems.tsx - problems on top of a story: open until the customer says that they are
// solved; the departments they went through, what was promised, and what can be done.
import { useState } from 'preact/hooks';
import { post } from '../../base/api';
import { locale } from '../../base/locale';
import { Button, Chip, Dialog, Form, Icon, TextField, tell, tellProblem } from '../../parts';
import { PromiseSomething, PromisedHere } from './promise';
import type { SetStory } from './state';
import type { Beside, Handoff, ProblemLived } from './types';
import { say } from './words.en';

const FIRST = 2;
const nameOf = (p: ProblemLived) => p.name ?? `#${p.problem}`;
/** Who did something, by number: the name as far as it may be seen. */
export const personName = (b: Beside, person: number | undefined) => {
  const known = b.people?.find((p) => p.person === person);
  return known?.name ?? known?.department ?? say('former', { n: String(person ?? 0) });
};

function Path({ p, hrefOf }: { p: ProblemLived; hrefOf: (ref: string) => string }) {
  if (!p.handoffs.length) return null;
  return (
    <ol class="story-path" aria-label={say('handed_path')}>
      <li><Chip kind="department">{p.handoffs[0]!.from}</Chip></li>
      {p.handoffs.map((h) => (
        <li key={h.ref} class={h.times_told_again ? 'again' : undefined}>
          <Icon name="right" />
          <Chip kind="department" href={hrefOf(h.ref)}>{h.to}</Chip>
          {h.told_again && <a class="story-again" href={hrefOf(h.told_again)}><Icon name="warn" />{say('told_again')}</a>}
        </li>
      ))}
    </ol>
  );
}

function LastHandoff({ h, b }: { h: Handoff; b: Beside }) {
  const facts: [string, string | undefined][] = [
    [say('reason'), h.reason], [say('told'), h.told],
    [say('promise'), h.promise && (h.promise_until ? say('promise_by', { promise: h.promise, day: locale.day(h.promise_until) }) : h.promise)],
  ];
  const known = facts.filter(([, text]) => text);
  return (
    <>
      {known.length > 0 && <dl class="story-facts">{known.map(([word, text]) => <div key={word}><dt>{word}</dt><dd>{text}</dd></div>)}</dl>}
      {h.accepted && <p class="muted">{say('accepted_on', { department: h.to, day: locale.day(h.accepted) })}{h.accepted_by ? ` (${personName(b, h.accepted_by)})` : ''}</p>}
    </>
  );
}

/** What the customer said of a problem, written down on their behalf. */
export function SayDialog({ p, b, what, onDone, onClose }: { p: ProblemLived; b: Beside; what: 'confirm' | 'reopen'; onDone: () => void; onClose: () => void }) {
  const [text, setText] = useState('');
  const [saidBy, setSaidBy] = useState('');
  const [channel, setChannel] = useState('');
  const at = `/customers/${b.customer}/problems/${p.problem}`;
  const send = async () => {
    const word = { ...(text && { text }), ...(saidBy && { said_by: saidBy }), ...(channel && { channel }) };
    await post(`${at}/${what}`, word);
    onClose();
    onDone();
    if (what === 'reopen') tell(say('reopen_done', { problem: nameOf(p) }));
    else tell(say('confirm_done', { problem: nameOf(p) }), async () => {
      await post(`${at}/reopen`, { mistake: true });
      onDone();
      tell(say('confirm_mistake', { problem: nameOf(p) }));
    });
  };
  const channels = b.density.channels.flatMap((c) => (c.channel ? [c.channel] : []));
  return (
    <Dialog title={say(what === 'confirm' ? 'confirm_title' : 'reopen_title')} onClose={onClose}>
      <p><strong>{nameOf(p)}</strong></p>
      <Form submit={say('confirm_do')} onSubmit={send} cancel={onClose}>
        <TextField label={say('confirm_text')} lines={3} most={4000} optional value={text} onInput={setText} />
        {!b.own && <TextField label={say('confirm_said_by')} optional value={saidBy} onInput={setSaidBy} />}
        {!b.own && <TextField label={say('confirm_channel')} optional value={channel} onInput={setChannel} suggestions={channels} />}
      </Form>
    </Dialog>
  );
}

function Open({ p, b, set, hrefOf, onSay, onDone }: {
  p: ProblemLived; b: Beside; set: SetStory; hrefOf: (ref: string) => string; onSay: () => void; onDone: () => void;
}) {
  const last = p.handoffs[p.handoffs.length - 1];
  const accept = async () => {
    if (!last) return;
    const at = `/customers/${b.customer}/handoffs/${last.ref}/accept`;
    try {
      await post(at, {});
      onDone();
      tell(say('accepted', { department: last.to }), async () => {
        await post(at, { mistake: true });
        onDone();
        tell(say('given_back', { department: last.to }));
      });
    } catch (thrown) {
      tellProblem(thrown);
    }
  };
  return (
    <li class="story-problem">
      <div class="story-problem-head">
        <h3><a href={hrefOf(p.first_ref)}>{nameOf(p)}</a></h3>
        {p.state === 'reopened' && <span class="story-again"><Icon name="warn" />{say('reopened')}</span>}
        {p.times_told_again > 0 && <span class="story-again"><Icon name="warn" />{say('problem_told_again', { n: p.times_told_again })}</span>}
        <span class="muted">{say('opened', { time: locale.duration(Date.now() - Date.parse(p.opened)), day: locale.day(p.opened) })}</span>
      </div>
      <Path p={p} hrefOf={hrefOf} />
      <p>{p.department && <>{say('now_with', { department: p.department })} </>}{say(p.customer_waits ? 'waits_us' : 'waits_customer')}
        {last && !last.accepted && <> {say('not_accepted', { department: last.to })}</>}</p>
      {last && <LastHandoff h={last} b={b} />}
      <PromisedHere list={b.promised?.items.filter((one) => one.problem === p.problem) ?? []} b={b} />
      <div class="actions">
        {b.may.say && <Button icon="check" onClick={onSay}>{say('solved')}</Button>}
        {last && !last.accepted && b.may.accept && <Button onClick={accept}>{say('accept', { department: last.to })}</Button>}
        <PromiseSomething customer={b.customer} onDone={onDone}
          from={{ ref: p.last_ref, time: p.last, touchpoint: nameOf(p), ...(p.department && { department: p.department }) }} />
        <Button kind="quiet" icon="filter" onClick={() => set({ problem: p.problem, at: '' })}>{say('only_this')}</Button>
      </div>
    </li>
  );
}

export function OpenProblems({ b, set, hrefOf, onDone }: { b: Beside; set: SetStory; hrefOf: (ref: string) => string; onDone: () => void }) {
  const open = b.problems.filter((p) => p.state !== 'confirmed');
  const [all, setAll] = useState(false);
  const [saying, setSaying] = useState<ProblemLived | null>(null);
  if (!open.length) return null;
  return (
    <section class="card story-open" aria-label={say('problems_open')}>
      <div class="card-head"><h2>{say('problems_open')}</h2></div>
      <ul class="story-problems">
        {(all ? open : open.slice(0, FIRST)).map((p) => (
          <Open key={p.problem} p={p} b={b} set={set} hrefOf={hrefOf} onSay={() => setSaying(p)} onDone={onDone} />
        ))}
      </ul>
      {!all && open.length > FIRST && <Button kind="quiet" icon="down" onClick={() => setAll(true)}>{say('problems_more', { n: open.length - FIRST })}</Button>}
      {saying && <SayDialog p={saying} b={b} what="confirm" onDone={onDone} onClose={() => setSaying(null)} />}
    </section>
  );
}

export function SolvedProblems({ b, hrefOf, onDone }: { b: Beside; hrefOf: (ref: string) => string; onDone: () => void }) {
  const [saying, setSaying] = useState<ProblemLived | null>(null);
  const solved = b.problems.filter((p) => p.state === 'confirmed');
  if (!solved.length) return null;
  return (
    <section class="card" aria-label={say('problems_solved')}>
      <div class="card-head"><h2>{say('problems_solved')}</h2></div>
      <ul class="story-list">
        {solved.map((p) => (
          <li key={p.problem}>
            <p><a href={hrefOf(p.confirmation ?? p.last_ref)}>{nameOf(p)}</a> <span class="muted">{say('confirmed_on', { day: locale.day(p.confirmed ?? p.last) })}</span></p>
            {p.said && <blockquote>{p.said}</blockquote>}
            {b.may.say && <Button kind="quiet" onClick={() => setSaying(p)}>{say('not_solved')}</Button>}
          </li>
        ))}
      </ul>
      {saying && <SayDialog p={saying} b={b} what="reopen" onDone={onDone} onClose={() => setSaying(null)} />}
    </section>
  );
}
