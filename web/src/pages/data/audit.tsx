// audit.tsx - who did what, newest first.
import { useState } from 'preact/hooks';
import { get, usePages } from '../../base/api';
import { locale } from '../../base/locale';
import { text, useQuery } from '../../base/url';
import { Await, Button, Card, Note, SelectField, Table, TextField, tellProblem } from '../../parts';
import { say } from './words.en';

interface Entry {
  number: number;
  at: string;
  action: string;
  says: string;
  who: string;
  ip?: string;
  about?: string;
  about_number?: number;
  about_name?: string;
}
interface Verified { whole: boolean; entries: number; hash: string; faults: string[] }
const groups = ['', 'signin.', 'denied', 'person.', 'token.', 'setting.', 'story.', 'search', 'import', 'export', 'customer.', 'names.', 'rule.', 'consent.', 'request.', 'webhook.', 'view.', 'keeping.', 'job.'];

export function Audit() {
  const [q, set] = useQuery({ action: text(), from: text(), until: text() });
  const got = usePages<Entry>('/audit', { action: q.action, from: q.from, until: q.until });
  const [verified, setVerified] = useState<Verified | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      setVerified(await get<Verified>('/audit/verify'));
    } catch (thrown) {
      tellProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Note>{say('audit_intro')}</Note>
      {verified && (verified.whole
        ? <Note kind="good"><p role="status">{say('audit_whole', { n: verified.entries })}</p><p class="muted">{say('audit_hash')} <code>{verified.hash}</code></p></Note>
        : <Note kind="warn"><p role="status"><strong>{say('audit_broken')}</strong></p><ul>{verified.faults.map((f) => <li key={f}>{f}</li>)}</ul><p>{say('audit_broken_do')}</p></Note>)}
      <div class="data-filter">
        <SelectField label={say('only_action')} value={q.action} onChange={(action) => set({ action })}
          choices={groups.map((g) => ({ value: g, label: g ? g.replace(/\.$/, '') : say('everything') }))} />
        <TextField label={say('from')} optional type="date" value={q.from} onInput={(from) => set({ from }, { replace: true })} />
        <TextField label={say('until')} optional type="date" value={q.until} onInput={(until) => set({ until }, { replace: true })} />
      </div>
      <Card title={say('audit_caption')} actions={<Button busy={busy} onClick={() => void verify()}>{say('audit_verify')}</Button>}>
        <Await got={got} lines={10}>
          {(items) => (
            <Table caption={say('audit_caption')} captionHidden rows={items} keyOf={(e) => e.number} more={got.more} onMore={got.next} waiting={got.waiting}
              empty={<p class="muted">{say('no_entries')}</p>} columns={[
                { id: 'when', head: say('when'), cell: (e) => locale.dayTime(e.at) },
                { id: 'who', head: say('who_did'), cell: (e) => e.who, names: true },
                { id: 'says', head: say('action'), cell: (e) => e.says },
                { id: 'about', head: say('about'), cell: (e) => (e.about ? `${e.about} ${e.about_name ?? (e.about_number ? `#${e.about_number}` : '')}` : '') },
                { id: 'ip', head: say('from_where'), cell: (e) => e.ip ?? '' },
              ]} />
          )}
        </Await>
      </Card>
    </>
  );
}
