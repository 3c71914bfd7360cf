// judge.tsx - what people say of a finding: which fact is right, or that it is none.
import { useState } from 'preact/hooks';
import { post } from '../../base/api';
import { Problem } from '../../base/problem';
import { Button, Dialog, Form, RadioField, SelectField, TextField, tell } from '../../parts';
import { type Difference, type Example, factName, sentenceOf } from './types';
import { say } from './words.en';

const today = () => new Date().toISOString().slice(0, 10);

/** Writes a reference fact: what holds from now on. */
export function RightDialog({ cause, differs, onClose, onDone }: {
  cause: string; differs: { e: Example; d: Difference }[]; onClose: () => void; onDone: () => void;
}) {
  // The same two values stand in many customers' messages: each is offered once.
  const key = ({ d }: { d: Difference }) => `${d.type} ${d.a.says} ${d.b.says}`;
  const offered = differs.filter((one, i) => differs.findIndex((other) => key(other) === key(one)) === i).slice(0, 12);
  const [at, setAt] = useState('0');
  const one = offered[Number(at)];
  const [which, setWhich] = useState<'a' | 'b' | 'other' | ''>('');
  const [other, setOther] = useState(''), [words, setWords] = useState('');
  const [from, setFrom] = useState(today()), [until, setUntil] = useState('');
  if (!one) return null;
  const { e, d } = one;
  const value = which === 'other' ? other.trim() : which ? d[which].says : '';
  const send = async () => {
    if (!value || !words.trim()) throw new Problem(422, 'invalid', say('right_missing'), '');
    await post(`/findings/${cause}/right`, { type: d.type, value, words: words.trim(), from: from.trim() || today(), ...(until.trim() && { until: until.trim() }) });
    onClose();
    onDone();
    tell(say('right_saved'));
  };
  const take = (to: 'a' | 'b' | 'other') => {
    const m = to === 'a' ? e.a : e.b ?? e.a;
    setWhich(to);
    setWords(sentenceOf(m.text, to === 'a' ? d.a : d.b));
  };
  const as = (side: 'a' | 'b') => say('right_value_of', { value: d[side].says, who: (side === 'a' ? e.a : e.b ?? e.a).department ?? say('department_unknown') });
  return (
    <Dialog title={say('right_name')} onClose={onClose}>
      <Form submit={say('right_save')} onSubmit={send} cancel={onClose}>
        <p class="muted">{say('right_lead')}</p>
        {offered.length > 1 && (
          <SelectField label={say('right_fact')} value={at} onChange={(to) => { setAt(to); setWhich(''); }}
            choices={offered.map((o, i) => ({ value: String(i), label: `${factName(o.d.type)}: ${o.d.a.says} / ${o.d.b.says}` }))} />
        )}
        <RadioField label={`${say('right_which')} (${factName(d.type)})`} value={which as 'a'} onChange={take}
          choices={[{ value: 'a', label: as('a') }, { value: 'b', label: as('b') }, { value: 'other' as 'a', label: say('right_other') }]} />
        {which === 'other' && <TextField label={say('right_value')} value={other} onInput={setOther} most={300} />}
        {which && <TextField label={say('right_words')} help={say('right_words_help')} lines={3} value={words} onInput={setWords} most={1000} />}
        <div class="pair">
          <TextField label={say('right_from')} type="date" optional value={from} onInput={setFrom} />
          <TextField label={say('right_until')} type="date" optional value={until} onInput={setUntil} />
        </div>
      </Form>
    </Dialog>
  );
}

const reasons = ['why_meant', 'why_different', 'why_corrected'] as const;
export function NotDialog({ cause, onClose, onDone }: { cause: string; onClose: () => void; onDone: () => void }) {
  const [why, setWhy] = useState('');
  const send = async () => {
    if (!why.trim()) throw new Problem(422, 'invalid', say('why_missing'), '');
    await post(`/findings/${cause}/judge`, { finding: false, why: why.trim() });
    onClose();
    onDone();
    tell(say('not_finding_done'), async () => {
      await post(`/findings/${cause}/judge`, { finding: true });
      onDone();
    });
  };
  return (
    <Dialog title={say('not_finding')} onClose={onClose}>
      <Form submit={say('not_finding')} onSubmit={send} cancel={onClose}>
        <p class="muted">{say('not_finding_lead')}</p>
        <div class="actions">{reasons.map((r) => <Button key={r} kind="quiet" pressed={why === say(r)} onClick={() => setWhy(say(r))}>{say(r)}</Button>)}</div>
        <TextField label={say('not_finding_why')} lines={3} value={why} onInput={setWhy} most={1000} />
      </Form>
    </Dialog>
  );
}
