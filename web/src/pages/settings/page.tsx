// page.tsx - the organisation's own words and rules. Who may not change them reads them.
import { useState } from 'preact/hooks';
import { patch, read } from '../../base/api';
import { asProblem } from '../../base/problem';
import { type Settings, may, ourSettings, takeSettings } from '../../base/session';
import { Card, Form, Note, RadioField, TextField, tell } from '../../parts';
import type { PageProps } from '../pages';
import { Kinds } from './kinds';
import { say } from './words.en';

type Field = keyof Settings;
const zones = () => {
  try {
    return Intl.supportedValuesOf('timeZone');
  } catch {
    return [];
  }
};

function difference(from: Settings, to: Settings): Partial<Settings> {
  return Object.fromEntries((Object.keys(to) as Field[]).filter((f) => to[f] !== from[f]).map((f) => [f, to[f]]));
}

export default function SettingsPage({ rest }: PageProps) {
  return rest[0] === 'kinds' ? <Kinds rest={rest.slice(1)} /> : <Ours />;
}

function Ours() {
  const [base, setBase] = useState(ourSettings());
  const [form, setForm] = useState(base.settings);
  const [stale, setStale] = useState(false);
  const change = (field: Field) => (value: string) => setForm({ ...form, [field]: value });
  const taken = (settings: Settings, tag: string) => {
    takeSettings(settings, tag);
    setBase({ settings, tag });
  };
  const send = async (changed: Partial<Settings>): Promise<void> => {
    const before = base.settings;
    await patch('/settings', changed, { match: base.tag });
    const now = await read<Settings>('/settings');
    taken(now.data, now.tag);
    setForm(now.data);
    setStale(false);
    const back = Object.fromEntries((Object.keys(changed) as Field[]).map((f) => [f, before[f]]));
    tell(say('saved'), async () => {
      await patch('/settings', back, { match: now.tag });
      const old = await read<Settings>('/settings');
      taken(old.data, old.tag);
      setForm(old.data);
    });
  };
  const save = async () => {
    const changed = difference(base.settings, form);
    if (!Object.keys(changed).length) return tell(say('nothing'));
    try {
      await send(changed);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status !== 409 && problem.status !== 412) throw problem;
      const now = await read<Settings>('/settings');
      taken(now.data, now.tag);
      setForm({ ...now.data, ...changed });
      setStale(true);
    }
  };
  const writes = may('settings');
  const [one = 'customer', many] = (form['customer-word'] || 'customer').split('/');
  const known = zones();
  const zoneWrong = form.zone && known.length > 0 && !known.includes(form.zone) && form.zone !== 'UTC';
  return (
    <>
      {!writes && <Note><p>{say('read_only')}</p></Note>}
      {stale && <Note kind="warn"><p>{say('stale')}</p></Note>}
      <Form submit={say('save')} onSubmit={save} disabled={!writes} wide>
        <div class="settings">
          <Card title={say('words')}>
            <div class="settings-fields">
              <TextField label={say('name')} value={form.name} onInput={change('name')} disabled={!writes} />
              <TextField label={say('mission')} help={say('mission_help')} optional lines={4} value={form.mission} onInput={change('mission')} disabled={!writes} />
              <TextField label={say('word')} optional placeholder="customer" value={form['customer-word']} onInput={change('customer-word')} disabled={!writes}
                help={<>{say('word_help')} {say('word_seen', { n: 12, one, many: many ?? `${one}s` })}</>} />
              <TextField label={say('reach')} help={say('reach_help')} optional lines={3} value={form['reach-us']} onInput={change('reach-us')} disabled={!writes} />
            </div>
          </Card>
          <Card title={say('rules')}>
            <div class="settings-fields">
              <TextField label={say('zone')} help={say('zone_help')} optional value={form.zone} onInput={change('zone')} suggestions={known} disabled={!writes}
                placeholder="UTC" error={zoneWrong ? say('zone_wrong', { zone: form.zone }) : undefined} />
              <TextField label={say('staff')} help={say('staff_help')} optional value={form['colleagues-touchpoints']} onInput={change('colleagues-touchpoints')} disabled={!writes} />
              <TextField label={say('must')} help={say('must_help')} optional value={form['mandatory-touchpoints']} onInput={change('mandatory-touchpoints')} disabled={!writes} />
              <TextField label={say('must_outcomes')} help={say('must_outcomes_help')} optional value={form['mandatory-outcomes']} onInput={change('mandatory-outcomes')} disabled={!writes} />
              <TextField label={say('must_directions')} help={say('must_directions_help')} optional value={form['mandatory-directions']} onInput={change('mandatory-directions')} disabled={!writes} />
              <RadioField label={say('factor')} value={form['second-factor'] || 'offered'} onChange={change('second-factor')} disabled={!writes} choices={[
                { value: 'offered', label: say('factor_offered'), help: say('factor_offered_help') },
                { value: 'guarded', label: say('factor_guarded'), help: say('factor_guarded_help') },
                { value: 'everybody', label: say('factor_everybody'), help: say('factor_everybody_help') },
              ]} />
            </div>
          </Card>
        </div>
      </Form>
      <Card title={say('more')}>
        <ul class="settings-more">
          <li><a href="/settings/kinds">{say('more_kinds')}</a></li>
          <li><a href="/account">{say('more_account')}</a></li>
          {may('own-tokens') && <li><a href="/tokens">{say('more_tokens')}</a></li>}
          <li><a href="/api/v1/openapi.json">{say('more_api')}</a></li>
          <li><a href="/design">{say('more_parts')}</a></li>
        </ul>
      </Card>
    </>
  );
}
