// reverse.tsx - "is this really reverse?" at a design: how it stands at draft, review and release,
// answered with evidence in one step, or put to a colleague.
import { useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Problem } from '../../base/problem';
import { type Fields, type Names, type Rec, hrefOf, makeRecord, moveRecord, nameIn, once } from '../../base/records';
import { whoAmI } from '../../base/session';
import { Button, Note } from '../basic';
import { Dialog } from '../dialog';
import { Form, TextField } from '../form';
import { tell } from '../layers';
import { type Pick, Picker } from '../picker';
import { findPeople } from './sources';
import { ours } from './values';
import { say } from './words.en';

export const stages = ['draft', 'review', 'release'] as const;
export type Stage = typeof stages[number];
/** At one stage: the question that is open, else the last one that was answered. */
export interface At { stage: Stage; answered: boolean; challenge: Rec | null }
/** What it is asked about. */
export interface Design { what: 'map' | 'record'; number: number; title: string; version?: number }

const ask = (d: Design, stage: Stage, words: string, asked: number, key: string): Promise<Rec> => makeRecord('challenge', {
  fields: { what: words, asked, stage, ...(d.version && { 'map-version': d.version }) }, about: [{ what: d.what, number: d.number }],
}, key);

/** All that is not asked yet, answered by whoever is here; each with the evidence below. */
export function AnswerDialog({ design, open, lead, submit, onDone, onClose }: {
  design: Design; open: readonly Stage[]; lead?: string; submit?: string; onDone: () => void; onClose: () => void;
}) {
  const [answers, setAnswers] = useState<Partial<Record<Stage, string>>>({});
  const [shown, setShown] = useState('');
  const [done, setDone] = useState<Stage[]>([]);
  const [keys] = useState(() => ({ draft: once(), review: once(), release: once() }));
  const left = open.filter((s) => !done.includes(s));
  const send = async () => {
    const address = shown.trim().replace(location.origin, '');
    if (left.some((s) => !answers[s]?.trim())) throw new Problem(422, 'invalid', say('reverse_empty'), '');
    if (!ours(address)) throw new Problem(422, 'invalid', say('reverse_no_evidence'), say('stories_help'));
    for (const s of left) {
      const fields: Fields = { answer: answers[s]?.trim() ?? '', stories: [address] };
      await moveRecord(await ask(design, s, say(`reverse_ask_${s}`), whoAmI().person, keys[s]), 'answer', { fields });
      setDone((old) => [...old, s]);
    }
    onClose();
    onDone();
  };
  return (
    <Dialog title={say('reverse')} onClose={onClose}>
      <Form submit={submit ?? say('reverse_answer')} onSubmit={send} cancel={onClose}>
        <p><strong>{design.title}</strong><br /><span class="muted">{lead ?? say('reverse_lead')}</span></p>
        {open.map((s) => <TextField key={s} label={say(`reverse_ask_${s}`)} lines={2} most={4000} value={answers[s] ?? ''} onInput={(v) => setAnswers({ ...answers, [s]: v })} />)}
        <TextField label={say('reverse_evidence')} help={say('stories_help')} value={shown} onInput={setShown} />
      </Form>
    </Dialog>
  );
}

function AskDialog({ design, stage, onDone, onClose }: { design: Design; stage: Stage; onDone: () => void; onClose: () => void }) {
  const [who, setWho] = useState<Pick[]>([]);
  const [words, setWords] = useState(say(`reverse_ask_${stage}`));
  const [key] = useState(once);
  const send = async () => {
    if (!who[0] || !words.trim()) throw new Problem(422, 'invalid', say('required'), '');
    await ask(design, stage, words.trim(), who[0].value, key);
    onClose();
    onDone();
    tell(say('reverse_asked', { who: who[0].label }));
  };
  return (
    <Dialog title={say('reverse')} onClose={onClose}>
      <Form submit={say('reverse_ask')} onSubmit={send} cancel={onClose}>
        <Picker label={say('reverse_whom')} kind="person" find={findPeople} chosen={who} onChange={setWho} />
        <TextField label={say('reverse_words')} lines={3} value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}

/** How it stands at each stage. `now`: those that are asked at present; the others are told only. */
export function ReverseStages({ design, at, now, names, onDone }: { design: Design; at: At[]; now: readonly Stage[]; names: Names | undefined; onDone: () => void }) {
  const [doing, setDoing] = useState<{ stage: Stage; what: 'answer' | 'ask' } | null>(null);
  return (
    <>
      <p class="muted">{say('reverse_rule')}</p>
      <ul class="record-stages">
        {at.map(({ stage, answered, challenge: c }) => (
          <li key={stage}>
            <p><strong>{say(`reverse_${stage}`)}</strong>{' '}
              {c && <a href={hrefOf(c)}>{answered ? say('reverse_answered', { who: nameIn(names, 'person', c.owner ?? (c.fields.asked as number)), day: locale.day(c.state_at) })
                : say('reverse_waits', { who: nameIn(names, 'person', c.fields.asked as number) })}</a>}
              {!c && <span class={now.includes(stage) ? undefined : 'muted'}>{say(answered ? 'reverse_answered_closed' : now.includes(stage) ? 'reverse_open' : 'reverse_later')}</span>}</p>
            {c && answered && c.fields.answer && <blockquote>{String(c.fields.answer)}</blockquote>}
            {now.includes(stage) && !answered && !c && (
              <div class="actions">
                <Button onClick={() => setDoing({ stage, what: 'answer' })}>{say('reverse_answer')}</Button>
                <Button kind="quiet" onClick={() => setDoing({ stage, what: 'ask' })}>{say('reverse_ask')}</Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {now.some((s) => at.some((a) => a.stage === s && !a.answered)) && <Note><p>{say('reverse_blocks')}</p></Note>}
      {doing?.what === 'answer' && <AnswerDialog design={design} open={[doing.stage]} onDone={onDone} onClose={() => setDoing(null)} />}
      {doing?.what === 'ask' && <AskDialog design={design} stage={doing.stage} onDone={onDone} onClose={() => setDoing(null)} />}
    </>
  );
}
