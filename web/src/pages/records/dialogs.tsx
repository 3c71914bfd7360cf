// dialogs.tsx - asking a colleague whether it is really reverse; putting two together;
// saying what it is about.
import { useState } from 'preact/hooks';
import { Problem } from '../../base/problem';
import { type Detail, challenge, link, mergeInto, part } from '../../base/records';
import { Dialog, Form, type Pick, Picker, SelectField, TextField, tell } from '../../parts';
import { findCustomers, findDepartments, findPeople, findRecords, findTouchpoints, ours, say as sayRecord } from '../../parts/records';
import { say } from './words.en';

interface Props {
  r: Detail;
  onDone: () => void;
  onClose: () => void;
}
const needed = (words: string) => { if (!words) throw new Problem(422, 'invalid', sayRecord('mistakes', { n: 1 }), sayRecord('required')); };

export function ChallengeDialog({ r, onDone, onClose }: Props) {
  const [who, setWho] = useState<Pick[]>([]);
  const [words, setWords] = useState('');
  const send = async () => {
    needed(who[0] && words.trim() ? 'yes' : '');
    await challenge(r, who[0]?.value ?? 0, words.trim());
    onClose();
    onDone();
    tell(say('challenged'));
  };
  return (
    <Dialog title={say('challenge_title')} onClose={onClose}>
      <Form submit={say('challenge_do')} onSubmit={send} cancel={onClose}>
        <p>{say('challenge_lead')}</p>
        <Picker label={say('challenge_who')} kind="person" find={findPeople} chosen={who} onChange={setWho} />
        <TextField label={say('challenge_words')} lines={3} value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}

export function MergeDialog({ r, onDone, onClose }: Props) {
  const [into, setInto] = useState<Pick[]>([]);
  const [words, setWords] = useState('');
  const send = async () => {
    needed(into[0] && words.trim() ? 'yes' : '');
    await mergeInto(r, into[0]?.value ?? 0, words.trim());
    onClose();
    onDone();
    tell(say('merged'), async () => { await part(r); onDone(); });
  };
  return (
    <Dialog title={say('merge_title')} onClose={onClose}>
      <Form submit={say('merge_do')} onSubmit={send} cancel={onClose}>
        <p>{say('merge_lead')}</p>
        <Picker label={say('merge_into')} find={findRecords(r.kind, r.record)} chosen={into} onChange={setInto} />
        <TextField label={say('merge_words')} lines={2} value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}

type What = 'record' | 'touchpoint' | 'customer' | 'stories' | 'department';
const find = { record: null, touchpoint: findTouchpoints, customer: findCustomers, department: findDepartments, person: findPeople } as const;

export function AboutDialog({ r, onDone, onClose }: Props) {
  const [what, setWhat] = useState<What>('record');
  const [picked, setPicked] = useState<Pick[]>([]);
  const [key, setKey] = useState('');
  const [words, setWords] = useState('');
  const send = async () => {
    const address = key.trim().replace(location.origin, '');
    needed(what === 'stories' ? (ours(address) ? address : '') : picked[0] ? 'yes' : '');
    await link(r, { what, ...(what === 'stories' ? { key: address } : { number: picked[0]?.value ?? 0 }), ...(words.trim() && { words: words.trim() }) });
    onClose();
    onDone();
  };
  return (
    <Dialog title={say('about_add_title')} onClose={onClose}>
      <Form submit={say('about_add')} onSubmit={send} cancel={onClose}>
        <SelectField label={say('about_what')} value={what} onChange={(v) => { setWhat(v); setPicked([]); }}
          choices={(['record', 'touchpoint', 'customer', 'stories', 'department'] as const).map((v) => ({ value: v, label: say(`about_${v}`) }))} />
        {what === 'stories'
          ? <TextField label={say('about_key')} help={say('about_key_help')} value={key} onInput={setKey} />
          : <Picker key={what} label={say(`about_${what}`)} find={find[what] ?? findRecords(null, r.record)} chosen={picked} onChange={setPicked}
              {...(what === 'customer' && { help: sayRecord('customer_help') })} />}
        <TextField label={say('about_words')} optional value={words} onInput={setWords} />
      </Form>
    </Dialog>
  );
}
