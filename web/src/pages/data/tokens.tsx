// tokens.tsx - what programs sign in with.
import { useState } from 'preact/hooks';
import { del, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Button, Card, CheckField, Dialog, Form, Note, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Token {
  token: string;
  name: string;
  person: number;
  scopes: string | string[];
  expires: string | null;
  used: string | null;
  used_from: string | null;
  revoked: boolean;
}
interface Right {
  right: string;
  means: string;
}
const words = (scopes: string | string[]) => (Array.isArray(scopes) ? scopes.join(' ') : scopes);

export function Tokens() {
  const got = useGet<{ items: Token[] }>('/tokens');
  const [making, setMaking] = useState(false);
  return (
    <>
      <Note>{say('tokens_intro')}</Note>
      <Card title={say('tokens_caption')} actions={<Button kind="main" icon="plus" onClick={() => setMaking(true)}>{say('make_token')}</Button>}>
        <Await got={got}>
          {({ items }) => (
            <Table caption={say('tokens_caption')} captionHidden rows={items} keyOf={(t) => t.token} empty={<p class="muted">{say('no_tokens')}</p>} columns={[
              { id: 'name', head: say('name'), sort: (t) => t.name, cell: (t) => t.name },
              { id: 'scopes', head: say('scopes'), cell: (t) => words(t.scopes) },
              { id: 'expires', head: say('expires'), sort: (t) => t.expires, cell: (t) => (t.revoked ? say('revoked') : t.expires ? locale.day(t.expires) : '') },
              { id: 'used', head: say('used'), sort: (t) => t.used, cell: (t) => (t.used ? locale.ago(t.used) : say('never')) },
            ]} actions={(t) => !t.revoked && (
              <Button kind="quiet" onClick={() => void del(`/tokens/${encodeURIComponent(t.token)}`).then(() => { tell(say('revoked_done')); got.again(); }, tellProblem)}>{say('revoke')}</Button>
            )} />
          )}
        </Await>
      </Card>
      {making && <Make close={() => { setMaking(false); got.again(); }} />}
    </>
  );
}

function Make({ close }: { close: () => void }) {
  const rights = useGet<{ items: Right[] }>('/rights');
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [scopes, setScopes] = useState<string[]>(['read']);
  const [made, setMade] = useState('');
  const toggle = (scope: string, on: boolean) => setScopes(on ? [...scopes, scope] : scopes.filter((s) => s !== scope));
  return (
    <Dialog title={say('make_token')} onClose={close} wide>
      {made ? (
        <div class="data-stack">
          <Note kind="good">{say('token_made')}</Note>
          <code class="data-secret">{made}</code>
          <div class="actions"><Button kind="main" onClick={close}>{say('done')}</Button></div>
        </div>
      ) : (
        <Form submit={say('make_token')} cancel={close} onSubmit={async () => {
          setMade((await post<{ text: string }>('/tokens', { name, scopes, days: Number(days) })).text);
        }}>
          <TextField label={say('token_name')} value={name} onInput={setName} />
          <TextField label={say('token_days')} type="number" value={days} onInput={setDays} />
          <fieldset class="data-scopes">
            <legend>{say('scopes')}</legend>
            {['read', 'admin', ...(rights.data?.items ?? []).map((r) => r.right)].map((r) => (
              <CheckField key={r} label={r} help={rights.data?.items.find((x) => x.right === r)?.means} checked={scopes.includes(r)} onChange={(on) => toggle(r, on)} />
            ))}
          </fieldset>
        </Form>
      )}
    </Dialog>
  );
}
