// page.tsx - who works with this: people, departments, roles; files of both.
import { useMemo, useState } from 'preact/hooks';
import { type Page, post, useGet, usePages } from '../../base/api';
import { may } from '../../base/session';
import { go, useQuery, withQuery } from '../../base/url';
import { Await, Button, CheckField, Chip, Dialog, Empty, Form, SelectField, Table, Tabs, TextField, WithLens } from '../../parts';
import type { PageProps } from '../pages';
import { Departments, Roles } from './departments';
import { Files } from './files';
import { type Department, type Directory, type Person, type Role, customerOf, makeLink, nameOf, params, titleOf, tree } from './model';
import { type Fields, LinkDialog, PersonFields, PersonLens } from './person';
import { Serves } from './serves';
import { say } from './words.en';

function Add({ directory, close, added }: { directory: Directory; close: () => void; added: (p: Person, url: string) => void }) {
  const [fields, setFields] = useState<Fields>({ name: '', email: '', department: 0, roles: ['front-line'], whose: '' });
  const save = async () => {
    const customer = await customerOf(fields.whose);
    const p = await post<Person>('/people', {
      name: fields.name, roles: fields.roles, ...(fields.email && { email: fields.email }), ...(fields.department && { department: fields.department }), ...(customer && { customer }),
    });
    const { url } = fields.email ? await makeLink(p.person, 'invite') : { url: '' };
    added(p, url);
  };
  return (
    <Dialog title={say('add')} onClose={close}>
      <Form submit={say('add_go')} onSubmit={save} cancel={close}>
        <PersonFields value={fields} onChange={setFields} directory={directory} />
      </Form>
    </Dialog>
  );
}

function People({ directory, selected, turn, added }: { directory: Directory; selected: number; turn: number; added: () => void }) {
  const [q, set] = useQuery(params);
  const [adding, setAdding] = useState(false);
  const [link, setLink] = useState<{ url: string; name: string } | null>(null);
  const query = { q: q.q, role: q.role, department: q.department, below: q.department ? 'yes' : '', disabled: q.disabled ? 'yes' : '' };
  const got = usePages<Person>('/people', useMemo(() => query, [q.q, q.role, q.department, q.disabled]), turn);
  const to = (p: Person) => withQuery(params, {}, `/people/${p.person}${location.search}`);
  return (
    <>
      <div class="people-bar">
        <TextField label={say('find')} type="search" optional value={q.q} onInput={(text) => set({ q: text }, { replace: true })} />
        <SelectField label={say('role')} value={q.role} onChange={(role) => set({ role })}
          choices={[{ value: '', label: say('role_any') }, ...directory.roles.map((r) => ({ value: r.role, label: r.title }))]} />
        <SelectField label={say('department')} value={q.department} onChange={(department) => set({ department })}
          choices={[{ value: '', label: say('department_any') },
            ...tree(directory.departments).map(({ d, depth }) => ({ value: String(d.department), label: '\u2003'.repeat(depth) + d.name }))]} />
        <CheckField label={say('disabled_too')} checked={q.disabled} onChange={(disabled) => set({ disabled })} />
        {may('people') && <Button kind="main" icon="plus" onClick={() => setAdding(true)}>{say('add')}</Button>}
      </div>
      <Await got={got} lines={8}>
        {(people) => (
          <Table caption={say('list')} captionHidden rows={people} keyOf={(p) => p.person} selected={(p) => p.person === selected}
            more={got.more} onMore={got.next} waiting={got.waiting} empty={<Empty title={say('none')}>{say('none_hint')}</Empty>}
            columns={[
              { id: 'name', head: say('name'), cell: (p) => <a href={to(p)}>{p.name}</a>, sort: (p) => p.name },
              { id: 'email', head: say('email'), cell: (p) => p.email, sort: (p) => p.email },
              { id: 'department', head: say('department'), cell: (p) => p.department > 0 && <Chip kind="department">{nameOf(directory.departments, p.department)}</Chip>, sort: (p) => nameOf(directory.departments, p.department) },
              { id: 'roles', head: say('roles'), cell: (p) => p.roles.map((r) => titleOf(directory.roles, r)).join(', ') },
              { id: 'state', head: say('state'), cell: (p) => say(p.active ? 'active' : 'disabled'), sort: (p) => (p.active ? 0 : 1) },
            ]} />
        )}
      </Await>
      {adding && <Add directory={directory} close={() => setAdding(false)}
        added={(p, url) => { setAdding(false); added(); if (url) setLink({ url, name: p.name }); }} />}
      {link && <LinkDialog {...link} close={() => setLink(null)} />}
    </>
  );
}

export default function PeoplePage({ rest }: PageProps) {
  const [q, set] = useQuery(params);
  const [turn, setTurn] = useState(0);
  const departments = useGet<Page<Department>>('/departments');
  const roles = useGet<Page<Role>>('/roles');
  const number = Number(rest[0] ?? 0) || 0;
  const again = () => setTurn((n) => n + 1);
  const tabs = [
    { id: 'people', label: say('tab_people') }, { id: 'departments', label: say('tab_departments') },
    ...(may('ask') ? [{ id: 'serves', label: say('tab_serves') } as const] : []), { id: 'roles', label: say('tab_roles') },
    ...(may('people') ? [{ id: 'files', label: say('tab_files') } as const] : []),
  ] as const;
  return (
    <Await got={departments}>
      {(d) => (
        <Await got={roles}>
          {(r) => {
            const directory: Directory = { departments: d.items, roles: r.items, again: departments.again };
            return (
              <WithLens lens={number > 0 && <PersonLens key={number} number={number} directory={directory} changed={again}
                close={() => go(`/people${location.search}`)} />}>
                <Tabs label={say('tabs')} tabs={[...tabs]} value={q.tab} onChange={(tab) => set({ tab })}>
                  {q.tab === 'people' && <People directory={directory} selected={number} turn={turn} added={again} />}
                  {q.tab === 'departments' && <Departments directory={directory} />}
                  {q.tab === 'serves' && <Serves />}
                  {q.tab === 'roles' && <Roles roles={r.items} />}
                  {q.tab === 'files' && <Files changed={() => { again(); departments.again(); }} />}
                </Tabs>
              </WithLens>
            );
          }}
        </Await>
      )}
    </Await>
  );
}
