// edit.tsx - fields of a record are changed. When somebody was quicker, both stand beside
// each other and one chooses: nobody's words are lost.
import { useState } from 'preact/hooks';
import { Problem, asProblem } from '../../base/problem';
import { type Detail, type Field, type Fields, type Kind, type Names, type Rec, changeRecord, join } from '../../base/records';
import { Dialog, Form, tell } from '../../parts';
import { BothSides, DraftNote, FieldInputs, type Mistakes, asSent, changed, filled, missing, mistakesOf, say as sayRecord, useDraft } from '../../parts/records';
import { say } from './words.en';

export function Edit({ r, kind, fields, onDone, onClose }: { r: Detail; kind: Kind; fields: Field[]; tag: string; onDone: (now: Detail | null) => void; onClose: () => void }) {
  const [base, setBase] = useState<Rec>(r);
  const [names, setNames] = useState<Names>(r.names);
  const start: Fields = Object.fromEntries(fields.map((f) => [f.name, r.fields[f.name] ?? null]));
  const draft = useDraft(`edit.${r.record}.${r.version}`, start);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [both, setBoth] = useState<{ mine: Fields; theirs: Rec; choice: Record<string, 'mine' | 'theirs'>; told: string } | null>(null);
  const save = async (change: Fields, from: Rec) => {
    try {
      await changeRecord(from, change);
      draft.drop();
      tell(say('saved'));
      onDone(null);
    } catch (thrown) {
      const problem = asProblem(thrown), current = problem.told['current'] as Rec | undefined;
      if (problem.status !== 412 || !current) {
        setMistakes(mistakesOf(thrown, kind));
        throw thrown;
      }
      // What only they changed is taken over; what both did is chosen.
      setNames(join(names, problem.told['names'] as Names | undefined));
      setBase(current);
      setBoth({ told: problem.message, mine: change, theirs: current, choice: Object.fromEntries(Object.keys(change).map((name) => [name, same(current.fields[name], r.fields[name]) ? 'mine' : both?.choice[name] ?? 'mine'])) });
    }
  };
  const send = async () => {
    const empty = missing(fields, draft.fields);
    setMistakes(empty);
    if (Object.keys(empty).length) throw new Problem(422, 'invalid', sayRecord('mistakes', { n: Object.keys(empty).length }), '');
    const change = changed(kind, start, draft.fields);
    if (!Object.keys(change).length) {
      tell(say('same'));
      return onClose();
    }
    await save(change, base);
  };
  const choose = async () => {
    if (!both) return;
    const change = asSent(kind, Object.fromEntries(Object.entries(both.mine).filter(([name]) => both.choice[name] === 'mine')));
    if (!Object.keys(change).length) {
      draft.drop();
      return onDone(null);
    }
    await save(change, both.theirs);
  };
  if (both) {
    return (
      <Dialog title={sayRecord('both_title')} onClose={onClose} wide>
        <p>{both.told} {sayRecord('both_lead')}</p>
        <Form submit={sayRecord('both_do')} onSubmit={choose} cancel={() => setBoth(null)} wide>
          <BothSides kind={kind} mine={both.mine} theirs={both.theirs.fields} names={names} choice={both.choice}
            onChoose={(name, side) => setBoth({ ...both, choice: { ...both.choice, [name]: side } })} />
        </Form>
      </Dialog>
    );
  }
  return (
    <Dialog title={say('edit_title', { what: r.title })} onClose={onClose} wide>
      <Form submit={say('save')} onSubmit={send} cancel={onClose}>
        <DraftNote draft={draft} />
        <FieldInputs kind={kind} only={fields} draft={draft} names={names} mistakes={mistakes} />
      </Form>
    </Dialog>
  );
}
const same = (a: unknown, b: unknown) => JSON.stringify(filled(a as string) ? a : null) === JSON.stringify(filled(b as string) ? b : null);
