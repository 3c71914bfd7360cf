// beside.tsx - what stands beside a story: identity, who else contacts them, promises, what
// is known and by whom, who has read it, feedback, and their data.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { post } from '../../base/api';
import { locale } from '../../base/locale';
import { Button, Card, Chip, LinkButton, Table, tell, tellProblem } from '../../parts';
import { EraseDialog, MergeDialog } from './dialogs';
import { SolvedProblems, personName } from './problems';
import { PromisesMade } from './promise';
import type { Beside, Entry, List } from './types';
import { kindName, say } from './words.en';

interface Props {
  b: Beside;
  hrefOf: (ref: string) => string;
  onDone: () => void;
  onErased: (proof: string[]) => void;
}

const Hidden = ({ n }: { n: number }) => (n > 0 ? <p class="muted">{say('hidden', { n })}</p> : null);

function Entries({ list, none, hrefOf, more }: { list: List<Entry>; none: string; hrefOf: (ref: string) => string; more?: (e: Entry) => ComponentChildren }) {
  const [all, setAll] = useState(false);
  if (!list.items.length) return <p class="muted">{none}</p>;
  return (
    <>
      <ul class="story-list">
        {(all ? list.items : list.items.slice(0, 5)).map((e) => (
          <li key={e.ref}>
            <p>
              {e.department && <Chip kind="department">{e.department}</Chip>} <a href={hrefOf(e.ref)}>{e.touchpoint ?? say('no_touchpoint')}</a>{' '}
              <span class="muted">{locale.day(e.time)}{e.planned ? `, ${say('planned')}` : ''}</span>
            </p>
            {more?.(e) ?? (e.line && <p class="story-quote">{e.line}</p>)}
          </li>
        ))}
      </ul>
      {!all && list.items.length > 5 && <Button kind="quiet" icon="down" onClick={() => setAll(true)}>{say('problems_more', { n: list.items.length - 5 })}</Button>}
      <Hidden n={list.hidden} />
    </>
  );
}

function Identity({ b, onDone }: Props) {
  const [merging, setMerging] = useState(false);
  const undo = (merge: number) => post(`/merges/${merge}/undo`).then(() => { tell(say('unmerged')); onDone(); }, tellProblem);
  return (
    <Card title={say('identity')}>
      <ul class="story-list">
        {b.identifiers.map((i) => (
          <li key={`${i.kind} ${i.value}`}><span class="muted">{kindName(i.kind)}</span> {i.value}{i.shared && <span class="muted"> ({say('shared')})</span>}</li>
        ))}
        {b.merges?.map((m) => (
          <li key={m.merge}>
            <span>{say('merged_in', { from: String(m.from), day: locale.day(m.time) })}</span>
            {m.why && <span class="muted"> {m.why}</span>} {b.may.merge && <Button kind="quiet" onClick={() => undo(m.merge)}>{say('undo')}</Button>}
          </li>
        ))}
      </ul>
      {b.may.merge && <div class="actions"><Button kind="quiet" icon="people" onClick={() => setMerging(true)}>{say('merge')}</Button></div>}
      {merging && <MergeDialog customer={b.customer} onDone={onDone} onClose={() => setMerging(false)} />}
    </Card>
  );
}

const KNOWN = 10;
/** What departments hold differently, or asked for again, stands first; of much the rest on demand. */
function Known({ b, hrefOf }: Props) {
  const [all, setAll] = useState(false);
  const odd = (f: { differs: boolean; asked_again: number }) => Number(f.differs || f.asked_again > 0);
  const items = [...b.known.items].sort((x, y) => odd(y) - odd(x));
  return (
    <Card title={say('known')}>
      {b.known.items.length === 0 ? <p class="muted">{say('known_none')}</p> : (
        <Table caption={say('known')} captionHidden rows={all ? items : items.slice(0, KNOWN)} keyOf={(f) => f.field} columns={[
          { id: 'field', head: say('known_field'), cell: (f) => (
            <>{f.field}{f.differs && <span class="story-differs"> {say('differs')}</span>}
              {f.asked_again > 0 && <small class="muted"><br />{say('known_asked', { n: f.asked_again })}</small>}</>
          ), sort: (f) => f.field },
          { id: 'held', head: say('known_held'), cell: (f) => (
            <ul class="story-held">{f.held_by.map((h) => (
              <li key={h.ref + (h.department ?? '')}><a href={hrefOf(h.ref)}>{h.value}</a> <span class="muted">{h.department ?? say('nobody')}, {locale.day(h.last)}</span></li>
            ))}</ul>
          ) },
        ]} />
      )}
      {!all && items.length > KNOWN && <Button kind="quiet" icon="down" onClick={() => setAll(true)}>{say('known_more', { n: items.length - KNOWN })}</Button>}
      <Hidden n={b.known.hidden} />
    </Card>
  );
}

function Readers({ b }: Props) {
  if (!b.receipts) return null;
  return (
    <Card title={say('receipts')}>
      {b.receipts.length ? (
        <ul class="story-list">
          {b.receipts.map((r) => (
            <li key={r.person}>
              <Chip kind="person">{personName(b, r.person)}</Chip> <span class="muted">{say('receipt_upto', { day: locale.dayTime(r.time) })}
                {r.since > 0 && <>, {say('receipt_since', { n: r.since })}</>}</span>
            </li>
          ))}
        </ul>
      ) : <p class="muted">{say('receipts_none')}</p>}
      {b.viewers && (
        <>
          <h3>{say('viewers')}</h3>
          <ul class="story-list">
            {b.viewers.map((v) => (
              <li key={v.person ?? 0}>
                <span>{v.person ? personName(b, v.person) : say('command_line')}</span> <span class="muted">{say('viewed', { n: v.times, day: locale.day(v.last) })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Data({ b, onErased }: Props) {
  const [erasing, setErasing] = useState(false);
  if (!b.may.export && !b.may.erase) return null;
  const at = `/api/v1/customers/${b.customer}/export`;
  return (
    <Card title={say('data')}>
      <div class="actions">
        {b.may.export && <LinkButton href={`${at}?format=csv`} icon="download" download>{say('export_csv')}</LinkButton>}
        {b.may.export && <LinkButton kind="quiet" href={`${at}?format=jsonl`} icon="download" download>{say('export_jsonl')}</LinkButton>}
        {b.may.erase && <Button kind="danger" onClick={() => setErasing(true)}>{say('erase')}</Button>}
      </div>
      {erasing && <EraseDialog b={b} onErased={onErased} onClose={() => setErasing(false)} />}
    </Card>
  );
}

export function BesideStory(p: Props) {
  const { b, hrefOf } = p;
  return (
    <>
      <Identity {...p} />
      <Card title={say('contacts')}>
        <p class="muted">{say('contacts_basis')}</p>
        <Entries list={b.contacts} none={say('contacts_none')} hrefOf={hrefOf} />
      </Card>
      <PromisesMade b={b} hrefOf={hrefOf} />
      <Card title={say('promises')}>
        <Entries list={b.promises} none={say('promises_none')} hrefOf={hrefOf} more={(e) => (
          <p class="story-quote">{e.promise}{e.promise_until && <span class="muted">, {say('promise_until', { day: locale.day(e.promise_until) })}</span>}</p>
        )} />
      </Card>
      <Known {...p} />
      <SolvedProblems b={b} hrefOf={hrefOf} onDone={p.onDone} />
      <Card title={say('feedback')}>
        <p class="muted">{say('feedback_basis')}</p>
        <Entries list={b.feedback} none={say('feedback_none')} hrefOf={hrefOf} more={(e) => {
          const f = b.feedback.items.find((one) => one.ref === e.ref);
          return (
            <>
              <p><strong>{say('score', { score: e.score ?? 0 })}</strong> {f?.text && <span class="story-quote">{f.text}</span>}</p>
              <p class="muted">{f?.answered ? <a href={hrefOf(f.answer ?? f.ref)}>{say('answered', { day: locale.day(f.answered) })}</a> : say('unanswered')}</p>
            </>
          );
        }} />
      </Card>
      <Readers {...p} />
      <Data {...p} />
    </>
  );
}
