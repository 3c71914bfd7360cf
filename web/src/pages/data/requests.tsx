// requests.tsx - what people asked for about their data: by when, who handles it, what answered it.
import { useState } from 'preact/hooks';
import { patch, post, useGet, usePages } from '../../base/api';
import { locale } from '../../base/locale';
import { may, whoAmI } from '../../base/session';
import { oneOf, useQuery, whole } from '../../base/url';
import { Await, Button, Card, Dialog, Empty, Form, LinkButton, Note, SelectField, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

type Kind = 'access' | 'correction' | 'erasure' | 'objection';
interface Request {
  request: number;
  customer: number | null;
  reference: string;
  kind: Kind;
  state: 'open' | 'done' | 'refused';
  words: string;
  answer: string;
  person: number | null;
  job: number | null;
  proof: { interactions: number; identifiers: number; bytes_searched: number; found: number } | null;
  received: string;
  due: string;
  done: string | null;
  version: number;
}

export function Requests() {
  const [q, set] = useQuery({ state: oneOf('open', 'done', 'refused', 'all'), request: whole(0) });
  const got = usePages<Request>('/requests', { state: q.state === 'all' ? '' : q.state });
  const [adding, setAdding] = useState(false);
  const due = (r: Request) => {
    if (r.state !== 'open') return r.done ? locale.day(r.done) : '';
    const late = Date.parse(r.due) < Date.now();
    return <>{locale.day(r.due)}{late && <><br /><small class="error">{say('overdue')}</small></>}</>;
  };
  const chosen = got.data?.find((r) => r.request === q.request);
  const again = () => got.again();
  const add = <Button kind="main" icon="plus" onClick={() => setAdding(true)}>{say('add_request')}</Button>;
  return (
    <>
      <Note>{say('requests_intro')}</Note>
      <div class="data-filter">
        <SelectField label={say('state')} value={q.state} onChange={(state) => set({ state, request: 0 })}
          choices={(['open', 'done', 'refused', 'all'] as const).map((s) => ({ value: s, label: say(`r_${s}`) }))} />
      </div>
      <Card title={say('requests')} actions={add}>
        <Await got={got}>
          {(items) => (
            <Table caption={say('requests')} captionHidden rows={items} keyOf={(r) => r.request} more={got.more} onMore={got.next} waiting={got.waiting}
              selected={(r) => r.request === q.request} empty={<Empty title={say('no_requests')}>{say('no_requests_hint')}</Empty>} columns={[
                { id: 'kind', head: say('asked_for'), cell: (r) => say(`k_${r.kind}`) },
                { id: 'who', head: say('f_customer'), cell: (r) => (r.customer ? <a href={`/stories/${r.customer}`}>#{r.customer}</a> : <span class="muted">{say('was_erased')}</span>) },
                { id: 'received', head: say('received'), sort: (r) => r.received, cell: (r) => locale.day(r.received) },
                { id: 'due', head: say(q.state === 'open' ? 'due' : 'done_on'), sort: (r) => r.due, cell: due },
                { id: 'state', head: say('state'), cell: (r) => say(`r_${r.state}`) },
              ]} actions={(r) => <Button kind="quiet" onClick={() => set({ request: r.request })}>{say('open')}</Button>} />
          )}
        </Await>
      </Card>
      {chosen && <One key={`${chosen.request}-${chosen.version}`} request={chosen} changed={again} />}
      {adding && <Add close={() => setAdding(false)} done={() => { setAdding(false); got.again(); }} />}
    </>
  );
}

function Add({ done, close }: { done: () => void; close: () => void }) {
  const [r, set] = useState<{ who: string; kind: Kind; received: string; words: string }>({ who: '', kind: 'access', received: '', words: '' });
  return (
    <Dialog title={say('add_request')} onClose={close}>
      <Form submit={say('add_request')} cancel={close} onSubmit={async () => {
        const { received, words, ...rest } = r;
        await post('/requests', { ...rest, ...(received && { received }), ...(words && { words }) });
        done();
      }}>
        <TextField label={say('any_identifier')} value={r.who} onInput={(who) => set({ ...r, who })} />
        <SelectField label={say('asked_for')} value={r.kind} onChange={(kind) => set({ ...r, kind })}
          choices={(['access', 'correction', 'erasure', 'objection'] as const).map((k) => ({ value: k, label: say(`k_${k}`) }))} />
        <TextField label={say('received')} type="date" optional value={r.received} onInput={(received) => set({ ...r, received })} />
        <TextField label={say('their_words')} lines={3} optional value={r.words} onInput={(words) => set({ ...r, words })} />
      </Form>
    </Dialog>
  );
}

function One({ request: r, changed }: { request: Request; changed: () => void }) {
  const [answer, setAnswer] = useState(r.answer);
  const [erasing, setErasing] = useState(false);
  const path = `/requests/${r.request}`;
  const person = useGet<{ name: string }>(r.person && may('colleagues') ? `/people/${r.person}` : null);
  const change = (body: object) => patch(path, { ...body, version: r.version }).then(changed);
  const act = (work: Promise<unknown>) => void work.catch(tellProblem);
  return (
    <Card title={`${say(`k_${r.kind}`)} \u00b7 ${say('request_n', { n: r.request })}`}>
      <div class="data-stack">
        {r.words && <p>{r.words}</p>}
        <p class="muted">{r.person ? say('handled_by', { name: person.data?.name ?? `#${r.person}` }) : say('handled_by_nobody')}</p>
        {r.proof && <Note kind={r.proof.found ? 'warn' : 'good'}>{say('proof', { identifiers: r.proof.identifiers, interactions: r.proof.interactions, bytes: r.proof.bytes_searched, found: r.proof.found })}</Note>}
        {r.job && <div class="actions"><LinkButton icon="download" download href={`/api/v1/exports/${r.job}/file`}>{say('their_file')}</LinkButton></div>}
        {r.state === 'open' && r.customer && (
          <>
            <TextField label={say('our_answer')} lines={3} optional value={answer} onInput={setAnswer} />
            <div class="data-act">
              {r.person !== whoAmI().person && <Button onClick={() => act(change({ person: whoAmI().person }))}>{say('take_it')}</Button>}
              {may('export') && <Button icon="download" onClick={() => act(post(`${path}/export`).then(changed))}>{say('make_file')}</Button>}
              {r.kind === 'erasure' && may('erase') && <Button kind="danger" onClick={() => setErasing(true)}>{say('erase')}</Button>}
              <Button kind="main" onClick={() => act(change({ state: 'done', answer }))}>{say('answered')}</Button>
              <Button onClick={() => act(change({ state: 'refused', answer }))}>{say('refuse')}</Button>
            </div>
          </>
        )}
        {r.state !== 'open' && r.answer && <p>{r.answer}</p>}
        {r.state !== 'open' && r.customer && <div class="actions"><Button onClick={() => act(change({ state: 'open' }))}>{say('open_again')}</Button></div>}
      </div>
      {erasing && r.customer && <Erase customer={r.customer} close={() => setErasing(false)} done={() => { setErasing(false); changed(); }} />}
    </Card>
  );
}

function Erase({ customer, done, close }: { customer: number; done: () => void; close: () => void }) {
  const [confirm, setConfirm] = useState('');
  return (
    <Dialog title={say('erase')} onClose={close}>
      <Form submit={say('erase')} danger cancel={close} disabled={!confirm.trim()} onSubmit={async () => {
        await post(`/customers/${customer}/erase`, { confirm });
        tell(say('erased_done'));
        done();
      }}>
        <Note kind="warn">{say('erase_warn')}</Note>
        <TextField label={say('erase_confirm')} help={say('erase_confirm_help')} value={confirm} onInput={setConfirm} />
      </Form>
    </Dialog>
  );
}
