// settings.tsx - windows and thresholds of what is looked for, with what a change would do
// before it is kept.
import { useState } from 'preact/hooks';
import { patch, post, useGet } from '../../base/api';
import { may } from '../../base/session';
import { Await, Button, Card, CheckField, Form, Note, Table, TextField, tell, tellProblem } from '../../parts';
import { type Sort, sortName, sorts } from './types';
import { say } from './words.en';

type Settings = Record<string, string | number>;
const numbers = ['duplicate', 'contradiction', 'dam'] as const;
type Preview = { sorts: Partial<Record<Sort, { now: number; then: number }>> };

function Fields({ now, again }: { now: Settings; again: () => void }) {
  const [s, setS] = useState(now);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [busy, setBusy] = useState(false);
  const can = may('settings');
  const set = (name: string, value: string) => { setS({ ...s, [name]: value }); setPreview(null); };
  const off = String(s['find-off'] ?? '').split(/[\s,]+/).filter(Boolean);
  const toggle = (sort: Sort) => set('find-off', (off.includes(sort) ? off.filter((o) => o !== sort) : [...off, sort]).join(','));
  const sent = () => Object.fromEntries(Object.entries(s).filter(([name, value]) => String(value) !== String(now[name]))
    .map(([name, value]) => [name, typeof now[name] === 'number' && /^\d+$/.test(String(value).trim()) ? Number(value) : value]));
  const look = () => {
    setBusy(true);
    post<Preview>('/findings/settings/preview', sent()).then(setPreview, tellProblem).finally(() => setBusy(false));
  };
  const number = (name: string, label: string, help?: string) => (
    <TextField label={label} {...(help && { help })} type="number" disabled={!can} value={String(s[name] ?? '')} onInput={(v) => set(name, v)}
      error={/^[1-9]\d*$/.test(String(s[name] ?? '')) ? undefined : say('set_number')} />
  );
  const changed = Object.keys(sent()).length > 0;
  return (
    <Form submit={say('save')} disabled={!can || !changed} wide onSubmit={async () => { await patch('/findings/settings', sent()); tell(say('saved')); again(); }}>
      {!can && <Note><p>{say('settings_read')}</p></Note>}
      <div class="inside-settings">
        {numbers.map((n) => <div key={n}>{number(`find-${n}-days`, say(`set_${n}`))}</div>)}
        <TextField label={say('set_overload')} help={say('set_overload_help')} disabled={!can} value={String(s['find-overload'] ?? '')} onInput={(v) => set('find-overload', v)} />
        {number('find-least-customers', say('set_least'), say('set_least_help'))}
      </div>
      <fieldset class="inside-off">
        <legend>{say('set_sorts')}</legend>
        {sorts.map((sort) => <CheckField key={sort} label={sortName(sort)} checked={!off.includes(sort)} disabled={!can} onChange={() => toggle(sort)} />)}
      </fieldset>
      <div class="actions"><Button icon="search" busy={busy} disabled={!changed} onClick={look}>{say('preview')}</Button></div>
      {preview && (
        <Table caption={say('preview_title')} rows={sorts.filter((sort) => preview.sorts[sort])} keyOf={(sort) => sort} columns={[
          { id: 'sort', head: say('head_sort'), names: true, cell: sortName },
          { id: 'now', head: say('preview_now'), cell: (sort) => preview.sorts[sort]?.now ?? 0, number: true },
          { id: 'then', head: say('preview_then'), cell: (sort) => preview.sorts[sort]?.then ?? 0, number: true },
          { id: 'difference', head: say('preview_difference'), number: true, cell: (sort) => {
            const d = (preview.sorts[sort]?.then ?? 0) - (preview.sorts[sort]?.now ?? 0);
            return d > 0 ? `+${d}` : d < 0 ? `\u2212${-d}` : '0';
          } },
        ]} />
      )}
    </Form>
  );
}

export function SettingsView() {
  const got = useGet<Settings>('/findings/settings');
  return (
    <Card title={say('settings')}>
      <p class="muted inside-lead">{say('settings_lead')}</p>
      <Await got={got} lines={6}>{(now) => <Fields key={JSON.stringify(now)} now={now} again={got.again} />}</Await>
    </Card>
  );
}
