// lens.tsx - one interaction with everything it holds.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Button, Chip, Icon, Lens, tell, tellProblem } from '../../parts';
import { Direction, money } from './rows';
import { personName } from './problems';
import { PromiseSomething, PromisedHere } from './promise';
import type { Beside, Whole } from './types';
import { say } from './words.en';

function Payload({ payload }: { payload: unknown }) {
  return (
    <details>
      <summary>{say('everything')}</summary>
      <pre class="story-payload" tabIndex={0}>{typeof payload === 'string' ? payload : JSON.stringify(payload, null, 1)}</pre>
    </details>
  );
}

function Facts({ one, b }: { one: Whole; b: Beside }) {
  const facts: [string, preact.ComponentChildren][] = [
    [say('time'), locale.dayTime(one.time)],
    [say('subject'), one.subject], [say('purpose'), one.purpose], [say('signatory'), one.signatory],
    [say('outcome'), one.outcome], [say('value'), money(one)], [say('problem'), one.problem_name],
    [say('promise'), one.promise && (one.promise_until ? say('promise_by', { promise: one.promise, day: locale.day(one.promise_until) }) : one.promise)],
  ];
  return (
    <>
      <div class="actions">
        <Direction way={one.direction} />
        {one.channel && <Chip kind="channel">{one.channel}</Chip>}
        {one.department && <Chip kind="department">{one.department}</Chip>}
        {one.score !== undefined && <Chip kind="plain">{say('score', { score: one.score })}</Chip>}
        {one.planned && <Chip kind="plain">{say('planned')}</Chip>}
      </div>
      {one.handed_on && <p>{say('handed_on', { from: one.handed_on.from, to: one.handed_on.to })}</p>}
      {one.told_again && <p class="story-again"><Icon name="warn" />{say('told_again')}</p>}
      <dl class="story-facts">{facts.filter(([, v]) => v).map(([word, v]) => <div key={word}><dt>{word}</dt><dd>{v}</dd></div>)}</dl>
      {one.by && <p class="muted">{say('written_by', { who: personName(b, one.by) })}</p>}
    </>
  );
}

export function Interaction({ customer, reference, b, onClose, onDone, step }: {
  customer: number; reference: string; b: Beside; onClose: () => void; onDone: () => void; step: (by: 1 | -1) => (() => void) | undefined;
}) {
  const got = useGet<Whole>(`/customers/${customer}/interactions/${encodeURIComponent(reference)}`);
  const copy = () => navigator.clipboard.writeText(`${location.origin}/stories/${customer}?at=${encodeURIComponent(reference)}`)
    .then(() => tell(say('link_copied')), tellProblem);
  const promised = b.promised?.items.filter((p) => p.ref === reference) ?? [];
  const newer = step(-1), older = step(1);
  return (
    <Lens title={got.data?.touchpoint ?? say('one')} onClose={onClose}>
      <Await got={got}>
        {(one) => (
          <div class="story-one">
            <Facts one={one} b={b} />
            <h3>{say('what_was_said')}</h3>
            {one.text ? <blockquote class="story-said">{one.text}</blockquote> : <p class="muted">{say('no_text')}</p>}
            <PromisedHere list={promised} b={b} />
            <div class="actions"><PromiseSomething customer={customer} from={one} onDone={onDone} /></div>
            {one.payload !== undefined && <Payload payload={one.payload} />}
          </div>
        )}
      </Await>
      <div class="actions">
        {newer && <Button kind="quiet" icon="up" onClick={newer}>{say('newer')}</Button>}
        {older && <Button kind="quiet" icon="down" onClick={older}>{say('older')}</Button>}
        <Button kind="quiet" onClick={copy}>{say('link')}</Button>
      </div>
    </Lens>
  );
}
