// moves.tsx - what is done with a record from wherever it is shown: moves, and whose it
// is. Each asks for what it needs, and no more.
import { useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { type Fields, type Kind, type Move, type Names, type Owning, type Rec, moveRecord, nameIn, ownRecord, stateOf } from '../../base/records';
import { whoAmI } from '../../base/session';
import { Problem } from '../../base/problem';
import { Button, Note } from '../basic';
import { Dialog } from '../dialog';
import { Form, TextField } from '../form';
import { tell, tellProblem } from '../layers';
import { type Pick, Picker } from '../picker';
import { FieldInputs, type Mistakes, asSent, missing, mistakesOf } from './fields';
import { findDepartments, findPeople } from './sources';
import { filled, WithRecords } from './values';
import { say } from './words.en';

/** Fields that a move needs and that are empty. */
const wanted = (kind: Kind, move: Move, r: Rec) =>
  kind.fields.filter((f) => move.needs.includes(f.name) && !f.computed && !f.by_machine && f.type !== 'file' && !filled(r.fields[f.name]));
/** Nothing must be asked before it is made. */
export const isPlain = (kind: Kind, move: Move, r: Rec): boolean => !move.says && !wanted(kind, move, r).length;

export function MoveDialog({ kind, move, r, names, lacks, onDone, onClose }: {
  kind: Kind; move: Move; r: Rec; names: Names | undefined; lacks?: string; onDone: (now: Rec) => void; onClose: () => void;
}) {
  const [words, setWords] = useState('');
  const [fields, setFields] = useState<Fields>({});
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const asks = wanted(kind, move, r);
  const send = async () => {
    const empty = missing(asks.map((f) => ({ ...f, required: true })), fields);
    if (move.says && !words.trim()) empty[' words'] = say('required');
    setMistakes(empty);
    if (Object.keys(empty).length) throw new Problem(422, 'invalid', say('mistakes', { n: Object.keys(empty).length }), '');
    try {
      const now = await moveRecord(r, move.name, { ...(words.trim() && { words: words.trim() }), ...(asks.length && { fields: asSent(kind, fields) }) });
      onClose();
      onDone(now);
      tell(say('move_done', { what: r.title, state: stateOf(kind, move.to) }));
    } catch (thrown) {
      setMistakes(mistakesOf(thrown, kind));
      throw thrown;
    }
  };
  return (
    <Dialog title={move.label} onClose={onClose} sheet>
      <Form submit={move.label} onSubmit={send} cancel={onClose}>
        <p><strong>{r.title}</strong>{move.help && <><br /><span class="muted">{move.help}</span></>}</p>
        {lacks && <Note kind="warn"><p>{say('move_needs')} <WithRecords text={lacks} /></p></Note>}
        <FieldInputs kind={kind} only={asks.map((f) => ({ ...f, required: true }))} names={names} mistakes={mistakes} draft={{ fields, set: (c) => setFields({ ...fields, ...c }) }} />
        <TextField label={say(move.says ? 'move_words' : 'move_words_optional')} optional={!move.says} lines={3} value={words} onInput={setWords} error={mistakes[' words']} />
      </Form>
    </Dialog>
  );
}

// Whose it is ------------------------------------------------------------------------------

export function WordsDialog({ r, what, onDone, onClose }: { r: Rec; what: 'decline' | 'give-up'; onDone: () => void; onClose: () => void }) {
  const [words, setWords] = useState('');
  const name = what === 'decline' ? 'decline' : 'give_up';
  const send = async () => {
    if (!words.trim()) throw new Problem(422, 'invalid', say('required'), '');
    await ownRecord(r, what, { words: words.trim() });
    onClose();
    onDone();
    tell(say(what === 'decline' ? 'declined' : 'given_up'));
  };
  return (
    <Dialog title={say(`${name}_title`)} onClose={onClose} sheet>
      <Form submit={say(name)} onSubmit={send} cancel={onClose}>
        <p><strong>{r.title}</strong></p>
        <TextField label={say(`${name}_title`)} help={say(`${name}_help`)} lines={3} value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}

interface Proposed {
  person: number | null;
  department: number | null;
  because: string;
}
const tact = ['tact_1', 'tact_2', 'tact_3'] as const;
const wording = { tact_1: 'tact_ask', tact_2: 'tact_help', tact_3: 'tact_fact' } as const;

/** Whom to ask, each with the reason; and how to say it without offending. */
export function OfferDialog({ r, onDone, onClose }: { r: Rec; onDone: () => void; onClose: () => void }) {
  const whom = useGet<{ items: Proposed[]; names: Names }>(`/records/${r.kind}/${r.record}/whom`);
  const [to, setTo] = useState<{ person?: Pick; department?: Pick }>({});
  const [words, setWords] = useState(say('tact_ask', { what: r.title }));
  const chosen = to.person ?? to.department;
  const send = async () => {
    if (!chosen) throw new Problem(422, 'invalid', say('offer_who_missing'), '');
    await ownRecord(r, 'offer', { ...(to.person ? { person: to.person.value } : { department: chosen.value }), ...(words.trim() && { words: words.trim() }) });
    onClose();
    onDone();
    tell(say('offered', { who: chosen.label }));
  };
  const pick = (p: Proposed): Pick => ({ value: p.person || p.department || 0, label: p.person ? nameIn(whom.data?.names, 'person', p.person) : nameIn(whom.data?.names, 'department', p.department) });
  return (
    <Dialog title={say('offer_title')} onClose={onClose}>
      <Form submit={say('offer_do')} onSubmit={send} cancel={onClose}>
        {whom.data && whom.data.items.length > 0 && (
          <div class="field">
            <strong id="offer-near">{say('offer_proposed')}</strong>
            <ul class="record-proposed" aria-labelledby="offer-near">
              {whom.data.items.map((p) => {
                const one = pick(p);
                const on = p.person ? to.person?.value === one.value : to.department?.value === one.value;
                return (
                  <li key={`${p.person} ${p.department}`}>
                    <button type="button" aria-pressed={on} onClick={() => setTo(p.person ? { person: one } : { department: one })}>
                      <strong>{one.label}</strong><span class="muted">{p.because}</span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </div>
        )}
        <Picker label={say('offer_whom')} optional kind="person" find={findPeople} chosen={to.person ? [to.person] : []} onChange={([p]) => setTo(p ? { person: p } : {})} />
        <Picker label={say('offer_department')} optional kind="department" find={findDepartments} chosen={to.department ? [to.department] : []} onChange={([d]) => setTo(d ? { department: d } : {})} />
        <div class="field">
          <div class="actions">{tact.map((t) => (
            <Button key={t} kind="quiet" pressed={words === say(wording[t], { what: r.title })} onClick={() => setWords(say(wording[t], { what: r.title }))}>{say(t)}</Button>
          ))}</div>
        </div>
        <TextField label={say('offer_words')} help={say('offer_words_help')} lines={4} optional value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}

/** What may be done about the ownership, as buttons. Without `may` (in lists), what
 * can be seen from the record itself. */
export function Ownership({ r, may, onDone, main = true }: { r: Rec; may?: { offer: boolean; take: boolean; accept: boolean; decline: boolean; give_up: boolean }; onDone: () => void; main?: boolean }) {
  const [open, setOpen] = useState<'decline' | 'give-up' | 'offer' | null>(null);
  const me = whoAmI().person, free = !r.owner && !r.department;
  const can = may ?? {
    accept: r.asked === me, decline: r.asked === me, take: r.asked !== me && free && !r.closed, offer: free && !r.closed, give_up: false,
  };
  const act = (what: Owning, said: string) => ownRecord(r, what).then(() => { tell(said); onDone(); }, tellProblem);
  return (
    <>
      {can.accept && <Button kind={main ? 'main' : 'plain'} icon="check" onClick={() => act('accept', say('taken'))}>{say('accept')}</Button>}
      {can.decline && <Button onClick={() => setOpen('decline')}>{say('decline')}</Button>}
      {can.take && !can.accept && <Button kind={main ? 'main' : 'plain'} onClick={() => act('take', say('taken'))}>{say('take')}</Button>}
      {can.offer && !can.accept && <Button onClick={() => setOpen('offer')}>{say('offer')}</Button>}
      {can.give_up && <Button kind="quiet" onClick={() => setOpen('give-up')}>{say('give_up')}</Button>}
      {open === 'offer' && <OfferDialog r={r} onDone={onDone} onClose={() => setOpen(null)} />}
      {(open === 'decline' || open === 'give-up') && <WordsDialog r={r} what={open} onDone={onDone} onClose={() => setOpen(null)} />}
    </>
  );
}
