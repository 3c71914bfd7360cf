// dialogs.tsx - putting two customers together, with both before one's eyes; erasing one.
import { useState } from 'preact/hooks';
import { get, post } from '../../base/api';
import { locale } from '../../base/locale';
import { Problem } from '../../base/problem';
import { Dialog, Form, Note, TextField, tell } from '../../parts';
import type { Beside } from './types';
import { kindName, say } from './words.en';

interface Side {
  customer: number;
  interactions: number;
  first?: string;
  last?: string;
  differing?: string[];
  identifiers: { kind: string; value: string }[];
}
interface Preview {
  from: Side;
  into: Side;
}

function SideOf({ title, side }: { title: string; side: Side }) {
  return (
    <section class="story-side" aria-label={title}>
      <h3>{title}</h3>
      <ul class="story-list">{side.identifiers.map((i) => <li key={`${i.kind} ${i.value}`}><span class="muted">{kindName(i.kind)}</span> {i.value}</li>)}</ul>
      <p>{say('found', { n: side.interactions })}</p>
      {side.first && side.last && <p class="muted">{locale.day(side.first)} - {locale.day(side.last)}</p>}
    </section>
  );
}

export function MergeDialog({ customer, onDone, onClose }: { customer: number; onDone: () => void; onClose: () => void }) {
  const [who, setWho] = useState('');
  const [why, setWhy] = useState('');
  const [seen, setSeen] = useState<Preview | null>(null);
  const look = async () => {
    const preview = await get<Preview>('/merges/preview', { from: who.trim(), into: `#${customer}` });
    if (preview.from.customer === customer) throw new Problem(409, 'conflict', say('merge_same'), '');
    setSeen(preview);
  };
  const merge = async () => {
    if (!seen) return;
    const done = await post<{ merge: number }>('/merges', { from: `#${seen.from.customer}`, into: `#${customer}`, ...(why.trim() && { why: why.trim() }) });
    onClose();
    onDone();
    tell(say('merge_done'), async () => {
      await post(`/merges/${done.merge}/undo`);
      onDone();
      tell(say('unmerged'));
    });
  };
  return (
    <Dialog title={say('merge_title')} onClose={onClose}>
      {seen ? (
        <Form submit={say('merge_do')} onSubmit={merge} cancel={onClose}>
          <div class="story-sides">
            <SideOf title={say('merge_this', { n: String(customer) })} side={seen.into} />
            <SideOf title={say('merge_other', { n: String(seen.from.customer) })} side={seen.from} />
          </div>
          {seen.from.differing?.map((kind) => <Note key={kind} kind="warn"><p>{say('merge_differ', { kind })}</p></Note>)}
          <p class="muted">{say('merge_note', { n: String(customer) })}</p>
          <TextField label={say('merge_why')} optional value={why} onInput={setWhy} />
        </Form>
      ) : (
        <Form submit={say('merge_look')} onSubmit={look} cancel={onClose}>
          <TextField label={say('merge_who')} help={say('find_help')} value={who} onInput={setWho} />
        </Form>
      )}
    </Dialog>
  );
}

interface Erased {
  proof: { identifiers_searched: number; bytes_searched: number; found: number; too_short_to_search: number };
  settled: boolean;
  backups: string;
}

export function EraseDialog({ b, onErased, onClose }: { b: Beside; onErased: (proof: string[]) => void; onClose: () => void }) {
  const erase = async () => {
    const { proof, settled, backups } = await post<Erased>(`/customers/${b.customer}/erase`, { confirm: `#${b.customer}` });
    const told = [proof.found
      ? say('erased_left', { found: proof.found })
      : say('erased_found', { n: proof.identifiers_searched, bytes: proof.bytes_searched })];
    if (proof.too_short_to_search) told.push(say('erased_short', { n: proof.too_short_to_search }));
    if (!settled) told.push(say('erased_settling'));
    onErased([...told, backups]);
  };
  return (
    <Dialog title={say('erase_title', { n: String(b.customer) })} onClose={onClose}>
      <Form submit={say('erase_do')} onSubmit={erase} cancel={onClose} danger>
        <p><strong>{say('erase_gone')}</strong></p>
        <ul>
          <li>{say('erase_what', { n: b.interactions + b.planned })}</li>
          <li>{say('erase_ids', { n: b.identifiers.length })}</li>
          <li>{say('erase_also')}</li>
        </ul>
        <p class="muted">{say('erase_stays')}</p>
      </Form>
    </Dialog>
  );
}
