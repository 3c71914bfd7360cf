// rules.tsx - which touchpoint an event stands for, and how much of what came has a rule.
import { useState } from 'preact/hooks';
import { del, patch, post, read, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { text, useQuery } from '../../base/url';
import { Await, Bar, Button, Card, CheckField, Dialog, Empty, Form, Note, SelectField, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Wanted {
  source: string;
  name: string;
  prefix: boolean;
  channel: string;
  to_touchpoint: string;
  to_channel: string;
  to_department: string;
  to_direction: '' | 'in' | 'out' | 'internal';
}
interface Rule extends Wanted {
  rule: number;
  active: boolean;
  applied: number;
  last_applied: string | null;
  version: number;
}
interface Sum {
  names: number;
  interactions: number;
}
interface Named {
  source: string;
  touchpoint: string;
  channel: string;
  interactions: number;
}
interface Coverage {
  sources: { source: string; by_rule: Sum; from_now_on: Sum; as_told: Sum }[];
  names: Named[];
  hidden: number;
}
const blank: Wanted = { source: '', name: '', prefix: false, channel: '', to_touchpoint: '', to_channel: '', to_department: '', to_direction: '' };

export function Rules() {
  const [q, set] = useQuery({ source: text() });
  const rules = useGet<{ items: Rule[] }>('/rules');
  const coverage = useGet<Coverage>('/rules/coverage', { source: q.source, open: 'yes', limit: 100 });
  const [open, setOpen] = useState<{ rule?: Rule; wanted: Wanted } | null>(null);
  const changing = may('names');
  const done = () => {
    setOpen(null);
    rules.again();
    coverage.again();
  };
  const remove = async (r: Rule) => {
    const { rule, active: _active, applied: _applied, last_applied: _last, version: _version, changed: _changed, ...wanted } = r as Rule & { changed: string };
    await del(`/rules/${rule}`, undefined, { match: '*' });
    tell(say('removed'), async () => { await post('/rules', wanted); done(); });
    done();
  };
  return (
    <>
      <Note>{say('rules_intro')}</Note>
      <Card title={say('rules_caption')} actions={changing && <Button kind="main" icon="plus" onClick={() => setOpen({ wanted: { ...blank, source: q.source } })}>{say('add_rule')}</Button>}>
        <Await got={rules}>
          {({ items }) => (
            <Table caption={say('rules_caption')} captionHidden rows={items} keyOf={(r) => r.rule}
              empty={<Empty title={say('no_rules')}>{say('no_rules_hint')}</Empty>} columns={[
                { id: 'event', head: say('event'), sort: (r) => r.name, cell: (r) => (
                  <>{r.prefix ? say('begins_with', { name: r.name }) : r.name}<br />
                    <small class="muted">{r.source || say('any_source')}{r.channel && `, ${say('on_channel', { channel: r.channel })}`}</small></>) },
                { id: 'to', head: say('stands_for'), sort: (r) => r.to_touchpoint, cell: (r) => (
                  <>{r.to_touchpoint}<br /><small class="muted">{[r.to_channel, r.to_department, r.to_direction && say(`d_${r.to_direction}`)].filter(Boolean).join(', ')}</small></>) },
                { id: 'applied', head: say('applied'), number: true, sort: (r) => r.applied, cell: (r) => r.applied },
                { id: 'active', head: say('active'), cell: (r) => say(r.active ? 'yes' : 'no') },
              ]} actions={(r) => changing && (
                <>
                  <Button kind="quiet" onClick={() => setOpen({ rule: r, wanted: r })}>{say('change')}</Button>
                  <Button kind="quiet" onClick={() => void patch(`/rules/${r.rule}`, { active: !r.active }, { match: '*' }).then(done, tellProblem)}>{say(r.active ? 'switch_off' : 'switch_on')}</Button>
                  <Button kind="quiet" onClick={() => void remove(r).catch(tellProblem)}>{say('remove')}</Button>
                </>
              )} />
          )}
        </Await>
      </Card>
      <Await got={coverage} lines={8}>
        {(c) => (
          <>
            <Card title={say('coverage')}>
              <Table caption={say('coverage_caption')} captionHidden rows={c.sources} keyOf={(s) => s.source} columns={[
                { id: 'source', head: say('source'), sort: (s) => s.source, cell: (s) => (
                  <button type="button" class="button quiet" aria-pressed={q.source === s.source} onClick={() => set({ source: q.source === s.source ? '' : s.source })}>{s.source}</button>) },
                { id: 'share', head: say('share_named'), cell: (s) => {
                  const of = s.by_rule.interactions + s.from_now_on.interactions + s.as_told.interactions;
                  const part = s.by_rule.interactions + s.from_now_on.interactions;
                  return <>{locale.share(part, of)} <Bar part={part} of={of} /></>;
                } },
                { id: 'by', head: say('by_rule'), number: true, cell: (s) => s.by_rule.interactions },
                { id: 'now', head: say('from_now_on'), number: true, cell: (s) => s.from_now_on.interactions },
                { id: 'told', head: say('taken_as_told'), number: true, sort: (s) => s.as_told.interactions, cell: (s) => s.as_told.interactions },
              ]} />
            </Card>
            <Card title={say('names_caption')}>
              <Table caption={say('names_caption')} captionHidden rows={c.names} keyOf={(n) => `${n.source}\n${n.touchpoint}\n${n.channel}`}
                empty={<p class="muted">{say('all_covered')}</p>} columns={[
                  { id: 'name', head: say('event'), sort: (n) => n.touchpoint, cell: (n) => n.touchpoint },
                  { id: 'channel', head: say('f_channel'), cell: (n) => n.channel },
                  { id: 'source', head: say('source'), cell: (n) => n.source },
                  { id: 'n', head: say('interactions'), number: true, sort: (n) => n.interactions, cell: (n) => n.interactions },
                ]} actions={(n) => changing && (
                  <Button kind="quiet" onClick={() => setOpen({ wanted: { ...blank, source: n.source, name: n.touchpoint } })}>{say('make_rule')}</Button>
                )} />
              {c.hidden > 0 && <p class="muted">{say('more_hidden', { n: c.hidden })}</p>}
            </Card>
          </>
        )}
      </Await>
      {open && <Edit {...open} done={done} close={() => setOpen(null)} />}
    </>
  );
}

function Edit({ rule, wanted, done, close }: { rule?: Rule; wanted: Wanted; done: () => void; close: () => void }) {
  const [w, set] = useState<Wanted>({
    source: wanted.source, name: wanted.name, prefix: wanted.prefix, channel: wanted.channel, to_touchpoint: wanted.to_touchpoint,
    to_channel: wanted.to_channel, to_department: wanted.to_department, to_direction: wanted.to_direction,
  });
  const [fits, setFits] = useState<{ names: Named[]; fits: Sum } | null>(null);
  const touchpoints = useGet<{ items: { name: string }[] }>('/names/touchpoints');
  const change = (part: Partial<Wanted>) => {
    set({ ...w, ...part });
    setFits(null);
  };
  return (
    <Dialog title={rule ? say('change_rule', { n: rule.rule }) : say('add_rule')} onClose={close} wide>
      <Form submit={say('save_rule')} cancel={close} onSubmit={async () => {
        if (rule) await patch(`/rules/${rule.rule}`, w, { match: (await read(`/rules/${rule.rule}`)).tag });
        else await post('/rules', w);
        done();
      }}>
        <TextField label={say('rule_name')} value={w.name} onInput={(name) => change({ name })} />
        <CheckField label={say('rule_prefix')} checked={w.prefix} onChange={(prefix) => change({ prefix })} />
        <div class="data-settings">
          <TextField label={say('rule_source')} optional value={w.source} onInput={(source) => change({ source })} />
          <TextField label={say('rule_channel')} optional value={w.channel} onInput={(channel) => change({ channel })} />
        </div>
        <TextField label={say('rule_to')} value={w.to_touchpoint} onInput={(to) => change({ to_touchpoint: to })}
          suggestions={(touchpoints.data?.items ?? []).slice(0, 300).map((n) => n.name)} />
        <div class="data-settings">
          <TextField label={say('rule_to_channel')} optional value={w.to_channel} onInput={(to) => change({ to_channel: to })} />
          <TextField label={say('rule_to_department')} optional value={w.to_department} onInput={(to) => change({ to_department: to })} />
          <SelectField label={say('rule_to_direction')} value={w.to_direction} onChange={(to) => change({ to_direction: to })} choices={[
            { value: '', label: say('as_told') }, { value: 'in', label: say('d_in') }, { value: 'out', label: say('d_out') }, { value: 'internal', label: say('d_internal') }]} />
        </div>
        <div class="actions">
          <Button disabled={!w.name || !w.to_touchpoint} onClick={() => void post<{ names: Named[]; fits: Sum }>('/rules/preview', w).then(setFits, tellProblem)}>{say('preview')}</Button>
        </div>
        {fits && (
          <Note>
            <p><strong>{say('preview_fits', { n: fits.fits.interactions, names: fits.fits.names })}</strong></p>
            <p>{fits.names.slice(0, 6).map((n) => n.touchpoint).join(', ')}</p>
            <p class="muted">{say('preview_note')}</p>
          </Note>
        )}
      </Form>
    </Dialog>
  );
}
