// names.tsx - touchpoints, channels, departments and outcomes: renamed, or counted as one.
import { useState } from 'preact/hooks';
import { del, patch, post, useGet } from '../../base/api';
import { oneOf, text, useQuery } from '../../base/url';
import { Await, Button, Card, Dialog, Form, Note, SelectField, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Name {
  number: number;
  name: string;
  counts_as?: number;
}
const dictionaries = ['touchpoints', 'channels', 'departments', 'outcomes'] as const;

export function Names() {
  const [q, set] = useQuery({ of: oneOf('touchpoints', 'channels', 'departments', 'outcomes'), find: text() });
  const got = useGet<{ items: Name[] }>(`/names/${q.of}`);
  const [open, setOpen] = useState<{ name: Name; merge: boolean } | null>(null);
  const shown = (items: Name[]) => items.filter((n) => n.name.toLowerCase().includes(q.find.toLowerCase()));
  const nameOf = (items: Name[], number: number) => items.find((n) => n.number === number)?.name ?? '';
  return (
    <>
      <Note>{say('names_intro')}</Note>
      <div class="data-filter">
        <SelectField label={say('dictionary')} value={q.of} onChange={(of) => set({ of, find: '' })}
          choices={dictionaries.map((d) => ({ value: d, label: say(d) }))} />
        <TextField label={say('filter')} optional type="search" value={q.find} onInput={(find) => set({ find }, { replace: true })} />
      </div>
      <Card title={say(q.of)}>
        <Await got={got}>
          {({ items }) => (
            <>
              <Table caption={say(q.of)} captionHidden rows={shown(items)} keyOf={(n) => n.number} empty={<p class="muted">{say('no_names')}</p>}
                columns={[
                  { id: 'name', head: say('name'), sort: (n) => n.name, cell: (n) => n.name },
                  { id: 'counts_as', head: say('counts_as'), cell: (n) => (n.counts_as && n.counts_as !== n.number ? nameOf(items, n.counts_as) : '') },
                ]}
                actions={(n) => (n.counts_as && n.counts_as !== n.number
                  ? <Button kind="quiet" onClick={() => void split(q.of, n, got.again)}>{say('split')}</Button>
                  : <>
                    <Button kind="quiet" onClick={() => setOpen({ name: n, merge: false })}>{say('rename')}</Button>
                    <Button kind="quiet" onClick={() => setOpen({ name: n, merge: true })}>{say('merge')}</Button>
                  </>)} />
              {open && !open.merge && <Rename of={q.of} name={open.name} done={() => { setOpen(null); got.again(); }} close={() => setOpen(null)} />}
              {open?.merge && <MergeName of={q.of} name={open.name} others={items} done={() => { setOpen(null); got.again(); }} close={() => setOpen(null)} />}
            </>
          )}
        </Await>
      </Card>
    </>
  );
}

const mergePath = (of: string, number: number) => `/names/${of}/${number}/merge`;

async function split(of: string, name: Name, done: () => void) {
  try {
    await del(mergePath(of, name.number));
    done();
    tell(say('split_done', { name: name.name }), async () => { await post(mergePath(of, name.number), { into: name.counts_as }); done(); });
  } catch (thrown) {
    tellProblem(thrown);
  }
}
/** As before `name` was counted as another: what had been counted as it comes along. */
async function unmerge(of: string, name: Name, others: Name[]) {
  await del(mergePath(of, name.number));
  for (const one of others.filter((n) => n.counts_as === name.number && n.number !== name.number)) {
    await del(mergePath(of, one.number));
    await post(mergePath(of, one.number), { into: name.number });
  }
}

interface Asking {
  of: string;
  name: Name;
  done: () => void;
  close: () => void;
}
function Rename({ of, name, done, close }: Asking) {
  const [to, setTo] = useState(name.name);
  const path = `/names/${of}/${name.number}`;
  return (
    <Dialog title={say('rename_title', { name: name.name })} onClose={close}>
      <Form submit={say('rename')} cancel={close} onSubmit={async () => {
        await patch(path, { name: to });
        tell(say('renamed'), async () => { await patch(path, { name: name.name }); done(); });
        done();
      }}>
        <TextField label={say('new_name')} value={to} onInput={setTo} />
      </Form>
    </Dialog>
  );
}

function MergeName({ of, name, others, done, close }: Asking & { others: Name[] }) {
  const choices = others.filter((n) => n.number !== name.number && (!n.counts_as || n.counts_as === n.number))
    .sort((a, b) => a.name.localeCompare(b.name));
  const [into, setInto] = useState(String(choices[0]?.number ?? ''));
  return (
    <Dialog title={say('merge_title', { name: name.name })} onClose={close}>
      <Form submit={say('merge')} cancel={close} disabled={!into} onSubmit={async () => {
        await post(mergePath(of, name.number), { into: Number(into) });
        tell(say('merged', { name: choices.find((c) => String(c.number) === into)?.name ?? '' }), async () => { await unmerge(of, name, others); done(); });
        done();
      }}>
        <Note>{say('merge_note')}</Note>
        <SelectField label={say('merge_into')} value={into} onChange={setInto} choices={choices.map((c) => ({ value: String(c.number), label: c.name }))} />
      </Form>
    </Dialog>
  );
}
