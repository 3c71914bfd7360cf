// promise.tsx - promises made from what happened: offered at each interaction and problem, and
// shown there with their state and how long there is time.
import { openCapture } from '../../base/capture';
import { locale } from '../../base/locale';
import { type Fields, kindOf, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { Button, Card, tellProblem } from '../../parts';
import { DueOf, OwnerOf, StateOf, findDepartments, touchpointNamed } from '../../parts/records';
import type { Beside, Entry, Promised } from './types';
import { say } from './words.en';

const usePromises = () => kindOf(useKinds(may('take-part')).data, 'promise');

/** The second working day from now: a day that can be kept, and can be changed. */
function proposedDay(now = new Date()): string {
  const day = new Date(now);
  for (let left = 2; left > 0;) {
    day.setDate(day.getDate() + 1);
    if (day.getDay() % 6) left--;
  }
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

/** Names of a source become numbers where they are known by the same name. */
async function numberOf(name: string | undefined, find: (name: string) => Promise<{ value: number; label: string } | undefined>): Promise<number | undefined> {
  return name ? (await find(name))?.value : undefined;
}

type From = Pick<Entry, 'ref' | 'time' | 'touchpoint' | 'department' | 'promise' | 'promise_until'>;

async function promiseFrom(customer: number, from: From, done: () => void): Promise<void> {
  const [department, touchpoint] = await Promise.all([
    numberOf(from.department, async (name) => (await findDepartments(name)).find((d) => d.label.toLowerCase() === name.toLowerCase())),
    numberOf(from.touchpoint, touchpointNamed)]);
  const fields: Fields = {
    customer, due: (from.promise_until ?? '').slice(0, 10) || proposedDay(),
    ...(department && { department }), ...(touchpoint && { touchpoint }), ...(from.promise && { what: from.promise }),
  };
  const tied = say('promise_tied', { what: from.touchpoint ?? say('no_touchpoint'), day: locale.day(from.time) });
  openCapture({ kind: 'promise', fields, about: [{ what: 'interaction', number: customer, key: from.ref }], tied, done });
}

export function PromiseSomething({ customer, from, onDone }: { customer: number; from: From; onDone: () => void }) {
  const kind = usePromises();
  if (!kind?.may_make || !kind.active) return null;
  return <Button icon="plus" onClick={() => promiseFrom(customer, from, onDone).catch(tellProblem)}>{say('promise_do')}</Button>;
}

/** Those made from one interaction, or within one problem. */
export function PromisedHere({ list, b }: { list: Promised[]; b: Beside }) {
  const kind = usePromises();
  if (!list.length) return null;
  return (
    <ul class="story-list" aria-label={say('promised_here')}>
      {list.map(({ due, promise: r }) => (
        <li key={r.record}>
          <a href={`/records/promise/${r.record}`}>{r.title}</a>
          <p class="story-promised-facts"><StateOf kind={kind} r={r} /> <OwnerOf r={r} names={b.promised?.names} /> <DueOf at={due} /></p>
        </li>
      ))}
    </ul>
  );
}

export function byInteraction(list: Promised[]): Map<string, Promised[]> {
  const out = new Map<string, Promised[]>();
  for (const p of list) if (p.ref) out.set(p.ref, [...(out.get(p.ref) ?? []), p]);
  return out;
}
/** In a row of the timeline: the state, and when it is due; the row opens it. */
export function PromisedMark({ list }: { list: Promised[] | undefined }) {
  const kind = usePromises();
  return (
    <>
      {list?.map(({ due, promise: r }) => (
        <span key={r.record} class="story-promised" title={r.title}>
          <span>{say('promise')}:</span> <StateOf kind={kind} r={r} /> <DueOf at={due} /><span class="quiet"> {r.title}</span>
        </span>
      ))}
    </>
  );
}

/** All of them, those of interactions with where they were made. */
export function PromisesMade({ b, hrefOf }: { b: Beside; hrefOf: (ref: string) => string }) {
  const kind = usePromises();
  if (!b.promised?.items.length) return null;
  return (
    <Card title={say('promised')}>
      <ul class="story-list">
        {b.promised.items.map(({ ref, due, promise: r }) => (
          <li key={r.record}>
            <a href={`/records/promise/${r.record}`}>{r.title}</a>
            <p class="story-promised-facts"><StateOf kind={kind} r={r} /> <OwnerOf r={r} names={b.promised?.names} /> <DueOf at={due} /></p>
            {ref && <p><a href={hrefOf(ref)}>{say('promised_where')}</a></p>}
          </li>
        ))}
      </ul>
      {b.promised.hidden > 0 && <p class="muted">{say('hidden', { n: b.promised.hidden })}</p>}
    </Card>
  );
}
