// hooks.tsx - programs that are told of what happens, and how telling them went.
import { useState } from 'preact/hooks';
import { patch, post, useGet, usePages } from '../../base/api';
import { locale } from '../../base/locale';
import { useQuery, whole } from '../../base/url';
import { Await, Button, Card, CheckField, Dialog, Form, Note, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Hook {
  webhook: number;
  url: string;
  words: string | null;
  events: string[];
  active: boolean;
  reason: string | null;
  failing_since: string | null;
}
interface Delivery {
  delivery: number;
  event: string;
  state: string;
  attempts: number;
  created: string;
  code: number | null;
  error: string | null;
}
const kinds = ['import.finished', 'job.done', 'job.failed', 'identity.merged', 'identity.unmerged', 'customer.erased'];

export function Hooks() {
  const [q, set] = useQuery({ of: whole(0) });
  const got = useGet<{ items: Hook[] }>('/webhooks');
  const [adding, setAdding] = useState(false);
  const act = (work: Promise<unknown>, said: string) => work.then(() => { tell(said); got.again(); }, tellProblem);
  const health = (h: Hook) => (!h.active ? h.reason ?? say('off') : h.failing_since ? say('failing', { when: locale.ago(h.failing_since) }) : say('well'));
  const chosen = got.data?.items.find((h) => h.webhook === q.of);
  return (
    <>
      <Note>{say('hooks_intro')}</Note>
      <Card title={say('hooks_caption')} actions={<Button kind="main" icon="plus" onClick={() => setAdding(true)}>{say('add_hook')}</Button>}>
        <Await got={got}>
          {({ items }) => (
            <Table caption={say('hooks_caption')} captionHidden rows={items} keyOf={(h) => h.webhook} selected={(h) => h.webhook === q.of}
              empty={<p class="muted">{say('no_hooks')}</p>} columns={[
                { id: 'url', head: say('address'), cell: (h) => <>{h.url}{h.words && <><br /><small class="muted">{h.words}</small></>}</> },
                { id: 'events', head: say('events'), cell: (h) => h.events.join(', ') },
                { id: 'state', head: say('health'), cell: health },
              ]} actions={(h) => (
                <>
                  <Button kind="quiet" onClick={() => set({ of: h.webhook })}>{say('deliveries')}</Button>
                  <Button kind="quiet" onClick={() => void act(post(`/webhooks/${h.webhook}/test`), say('tested'))}>{say('test')}</Button>
                  <Button kind="quiet" onClick={() => void act(patch(`/webhooks/${h.webhook}`, { active: !h.active }, { match: '*' }), say('kind_changed'))}>{say(h.active ? 'switch_off' : 'switch_on')}</Button>
                </>
              )} />
          )}
        </Await>
      </Card>
      {chosen && <Deliveries hook={chosen} />}
      {adding && <Add close={() => { setAdding(false); got.again(); }} />}
    </>
  );
}

function Deliveries({ hook }: { hook: Hook }) {
  const path = `/webhooks/${hook.webhook}/deliveries`;
  const got = usePages<Delivery>(path);
  return (
    <Card title={say('deliveries_of', { address: hook.url })}>
      <Await got={got}>
        {(items) => (
          <Table caption={say('deliveries')} captionHidden rows={items} keyOf={(d) => d.delivery} more={got.more} onMore={got.next} waiting={got.waiting}
            empty={<p class="muted">{say('no_deliveries')}</p>} columns={[
              { id: 'event', head: say('events'), cell: (d) => d.event },
              { id: 'state', head: say('state'), cell: (d) => d.state },
              { id: 'attempts', head: say('attempts'), number: true, cell: (d) => d.attempts },
              { id: 'answer', head: say('answer'), cell: (d) => d.code ?? d.error ?? '' },
              { id: 'when', head: say('when'), cell: (d) => locale.dayTime(d.created) },
            ]} actions={(d) => (
              <Button kind="quiet" onClick={() => void post(`${path}/${d.delivery}/replay`).then(() => { tell(say('replayed')); got.again(); }, tellProblem)}>{say('replay')}</Button>
            )} />
        )}
      </Await>
    </Card>
  );
}

function Add({ close }: { close: () => void }) {
  const [url, setUrl] = useState('https://');
  const [words, setWords] = useState('');
  const [events, setEvents] = useState<string[]>(['import.finished']);
  const [secret, setSecret] = useState('');
  return (
    <Dialog title={say('add_hook')} onClose={close}>
      {secret ? (
        <div class="data-stack">
          <Note kind="good">{say('hook_secret')}</Note>
          <code class="data-secret">{secret}</code>
          <div class="actions"><Button kind="main" onClick={close}>{say('done')}</Button></div>
        </div>
      ) : (
        <Form submit={say('add_hook')} cancel={close} onSubmit={async () => {
          setSecret((await post<{ secret: string }>('/webhooks', { url, events, ...(words && { words }) })).secret);
        }}>
          <TextField label={say('address')} type="url" value={url} onInput={setUrl} />
          <TextField label={say('hook_words')} optional value={words} onInput={setWords} />
          <fieldset class="data-scopes">
            <legend>{say('events')}</legend>
            {kinds.map((k) => <CheckField key={k} label={k} checked={events.includes(k)} onChange={(on) => setEvents(on ? [...events, k] : events.filter((e) => e !== k))} />)}
          </fieldset>
        </Form>
      )}
    </Dialog>
  );
}
