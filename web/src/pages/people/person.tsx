// person.tsx - one person: what is known, the roles, and what can be done.
import { useEffect, useState } from 'preact/hooks';
import { type Page, del, post, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { may, whoAmI } from '../../base/session';
import {
  Await, Button, CheckField, Chip, Dialog, Form, Lens, SelectField, Table, TextField, tell, tellProblem,
} from '../../parts';
import { type Directory, type Person, changePerson, customerOf, makeLink, nameOf, titleOf, tree } from './model';
import { say } from './words.en';

// ---- Fields that a new person and a known one have alike ----------------------------------------

export interface Fields {
  name: string;
  email: string;
  department: number;
  roles: string[];
  /** "#17" or an identifier; empty: none. */
  whose: string;
}
export function PersonFields({ value, onChange, directory, changing }: {
  value: Fields; onChange: (value: Fields) => void; directory: Directory; changing?: Person;
}) {
  return (
    <>
      <TextField label={say('name')} value={value.name} onInput={(name) => onChange({ ...value, name })} />
      <TextField label={say('email')} type="email" help={say('email_help')} optional value={value.email} onInput={(email) => onChange({ ...value, email })} />
      <SelectField label={say('department')} value={String(value.department)} onChange={(d) => onChange({ ...value, department: Number(d) })}
        choices={[{ value: '0', label: say('department_none') },
          ...tree(directory.departments).filter(({ d }) => d.active || d.department === value.department)
            .map(({ d, depth }) => ({ value: String(d.department), label: '\u2003'.repeat(depth) + d.name }))]} />
      <fieldset class="people-roles">
        <legend>{say('roles')}</legend>
        <span class="help">{say('roles_help')}</span>
        {directory.roles.map((r) => (
          <CheckField key={r.role} label={r.title} help={r.means} checked={value.roles.includes(r.role)}
            disabled={!r.may_give || (changing?.person === whoAmI().person && r.role === 'owner')}
            onChange={(on) => onChange({ ...value, roles: on ? [...value.roles, r.role] : value.roles.filter((w) => w !== r.role) })} />
        ))}
      </fieldset>
      {(value.roles.includes('customer') || value.whose) && (
        <TextField label={say('whose')} help={say(may('search') ? 'whose_help' : 'whose_number')} optional value={value.whose} onInput={(whose) => onChange({ ...value, whose })} />
      )}
    </>
  );
}

// ---- A link, shown once ----------------------------------------------------------------------------

export function LinkDialog({ url, name, close }: { url: string; name: string; close: () => void }) {
  const copy = () => navigator.clipboard.writeText(url).then(() => tell(say('link_copied')), tellProblem);
  return (
    <Dialog title={say('link_title', { name })} onClose={close}>
      <p>{say('link_text', { name })}</p>
      <code class="people-link" tabIndex={0} aria-label={say('link')} role="group">{url}</code>
      <div class="actions"><Button kind="main" onClick={copy}>{say('link_copy')}</Button></div>
    </Dialog>
  );
}

// ---- The lens ------------------------------------------------------------------------------------------

interface Session {
  session: number;
  seen: string;
  ip: string;
  agent: string;
}
function Sessions({ p }: { p: Person }) {
  const got = useGet<Page<Session>>('/sessions', { person: p.person });
  const end = () => del(`/people/${p.person}/sessions`).then(() => { tell(say('sessions_ended', { name: p.name })); got.again(); }, tellProblem);
  return (
    <Await got={got} lines={2}>
      {(data) => (!data.items.length ? <p class="muted">{say('sessions_none')}</p> : (
        <>
          <Table caption={say('sessions')} captionHidden rows={data.items} keyOf={(s) => s.session} columns={[
            { id: 'ip', head: say('session_where'), cell: (s) => s.ip },
            { id: 'seen', head: say('session_seen'), cell: (s) => locale.ago(s.seen), number: true },
          ]} />
          <div class="actions"><Button kind="quiet" onClick={end}>{say('sessions_end')}</Button></div>
        </>
      ))}
    </Await>
  );
}

function Forget({ p, close, gone }: { p: Person; close: () => void; gone: () => void }) {
  const go = async () => {
    await post(`/people/${p.person}/forget`, undefined, { match: `"${p.version}"` });
    tell(say('forgotten', { name: p.name }));
    gone();
  };
  return (
    <Dialog title={say('forget_title', { name: p.name })} onClose={close}>
      <p>{say('forget_text')}</p>
      <Form submit={say('forget_go', { name: p.name })} onSubmit={go} cancel={close} danger>{null}</Form>
    </Dialog>
  );
}

function Changing({ p, directory, changed, gone }: { p: Person; directory: Directory; changed: (p: Person) => void; gone: () => void }) {
  const known = (of: Person): Fields => ({ ...of, whose: of.customer ? `#${of.customer}` : '' });
  const [fields, setFields] = useState<Fields>(known(p));
  const [link, setLink] = useState('');
  const [forget, setForget] = useState(false);
  useEffect(() => setFields(known(p)), [p.version]);
  const save = async () => {
    const now = await changePerson(p, {
      name: fields.name, email: fields.email || null, department: fields.department || null, roles: fields.roles, customer: await customerOf(fields.whose),
    });
    changed(now);
    tell(say('saved'), async () => changed(await changePerson(now, {
      name: p.name, email: p.email || null, department: p.department || null, roles: p.roles, customer: p.customer || null,
    })));
  };
  const turn = async () => {
    const now = await changePerson(p, { active: !p.active });
    changed(now);
    tell(say(p.active ? 'disabled_told' : 'enabled_told', { name: p.name }), async () => changed(await changePerson(now, { active: p.active })));
  };
  const self = p.person === whoAmI().person;
  return (
    <>
      <Form submit={say('save')} onSubmit={save}>
        <PersonFields value={fields} onChange={setFields} directory={directory} changing={p} />
      </Form>
      <h3>{say('actions')}</h3>
      <div class="actions">
        <Button onClick={() => makeLink(p.person, 'invite').then((made) => setLink(made.url), tellProblem)}>{say('link_invite')}</Button>
        <Button onClick={() => makeLink(p.person, 'reset').then((made) => setLink(made.url), tellProblem)}>{say('link_reset')}</Button>
        <Button onClick={() => del(`/people/${p.person}/totp`).then(() => tell(say('factor_removed', { name: p.name })), tellProblem)}>{say('factor_remove')}</Button>
        {!self && <Button onClick={() => turn().catch(tellProblem)}>{say(p.active ? 'disable' : 'enable')}</Button>}
        {!self && <Button kind="danger" onClick={() => setForget(true)}>{say('forget')}</Button>}
      </div>
      <h3>{say('sessions')}</h3>
      <Sessions p={p} />
      {link && <LinkDialog url={link} name={p.name} close={() => setLink('')} />}
      {forget && <Forget p={p} close={() => setForget(false)} gone={gone} />}
    </>
  );
}

export function PersonLens({ number, directory, changed, close }: { number: number; directory: Directory; changed: () => void; close: () => void }) {
  const got = useGet<Person>(`/people/${number}`);
  return (
    <Lens title={got.data?.name ?? say('list')} onClose={close}>
      <Await got={got}>
        {(p) => (
          <>
            <div class="chips">
              {p.department > 0 && <Chip kind="department">{nameOf(directory.departments, p.department)}</Chip>}
              {!p.active && <Chip kind="plain">{say('disabled')}</Chip>}
              {!may('people') && p.roles.map((r) => <Chip key={r} kind="plain">{titleOf(directory.roles, r)}</Chip>)}
            </div>
            <dl class="people-facts">
              {p.email && !may('people') && <div><dt>{say('email')}</dt><dd>{p.email}</dd></div>}
              {p.level && <div><dt>{say('level')}</dt><dd>{p.level}</dd></div>}
              {p.started && <div><dt>{say('started')}</dt><dd>{locale.day(p.started)}</dd></div>}
              {p.external_id && <div><dt>{say('external')}</dt><dd>{p.external_id}</dd></div>}
            </dl>
            {may('people') && <Changing p={p} directory={directory} changed={(now) => { got.put(now); changed(); }} gone={() => { changed(); close(); }} />}
          </>
        )}
      </Await>
    </Lens>
  );
}
