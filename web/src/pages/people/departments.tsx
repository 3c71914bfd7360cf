// departments.tsx - who belongs where: departments as a tree, and roles.
import { useState } from 'preact/hooks';
import { patch, post } from '../../base/api';
import { may } from '../../base/session';
import { Button, CheckField, Dialog, Empty, Form, LinkButton, SelectField, Table, TextField, tell } from '../../parts';
import { type Department, type Directory, type Role, tree } from './model';
import { say } from './words.en';

function Change({ d, directory, close }: { d?: Department; directory: Directory; close: () => void }) {
  const [name, setName] = useState(d?.name ?? '');
  const [parent, setParent] = useState(d?.parent ?? 0);
  const [active, setActive] = useState(d?.active ?? true);
  const save = async () => {
    const body = { name, parent: parent || null, ...(d && { active }) };
    if (d) await patch(`/departments/${d.department}`, body, { match: `"${d.version}"` });
    else await post('/departments', body);
    tell(say('saved'));
    directory.again();
    close();
  };
  return (
    <Dialog title={d ? say('d_change_title', { name: d.name }) : say('d_add')} onClose={close}>
      <Form submit={say('save')} onSubmit={save} cancel={close}>
        <TextField label={say('d_name')} value={name} onInput={setName} />
        <SelectField label={say('d_parent')} value={String(parent)} onChange={(v) => setParent(Number(v))}
          choices={[{ value: '0', label: say('d_parent_none') }, ...tree(directory.departments).filter((o) => o.d !== d)
            .map((o) => ({ value: String(o.d.department), label: '\u2003'.repeat(o.depth) + o.d.name }))]} />
        {d && <CheckField label={say('d_close')} checked={!active} onChange={(closed) => setActive(!closed)} />}
      </Form>
    </Dialog>
  );
}

export function Departments({ directory }: { directory: Directory }) {
  const [changing, setChanging] = useState<Department | 'new' | null>(null);
  const rows = tree(directory.departments);
  const add = may('people') && <Button kind="main" icon="plus" onClick={() => setChanging('new')}>{say('d_add')}</Button>;
  return (
    <>
      {rows.length > 0 && add && <div class="actions">{add}</div>}
      <Table caption={say('d_list')} captionHidden rows={rows} keyOf={(r) => r.d.department}
        empty={<Empty title={say('d_none')} action={add}>{say('d_none_hint')}</Empty>}
        columns={[
          { id: 'name', head: say('d_name'), cell: (r) => <span class="people-depth" style={{ paddingLeft: `${r.depth * 20}px` }}>{r.d.name}{!r.d.active && <span class="muted"> ({say('disabled')})</span>}</span> },
          { id: 'known', head: say('d_known'), cell: (r) => (r.d.known_as ? say('d_known_yes') : '') },
        ]}
        actions={(r) => (
          <>
            {may('ask') && r.d.active && <LinkButton kind="quiet" href={`/people?${new URLSearchParams({ tab: 'serves', of: r.d.name })}`}>{say('d_page')}</LinkButton>}
            <LinkButton kind="quiet" href={`/people?department=${r.d.department}`}>{say('d_show')}</LinkButton>
            {may('people') && <Button kind="quiet" onClick={() => setChanging(r.d)}>{say('d_change')}</Button>}
          </>
        )} />
      {changing && <Change {...(changing !== 'new' && { d: changing })} directory={directory} close={() => setChanging(null)} />}
    </>
  );
}

export function Roles({ roles }: { roles: Role[] }) {
  return (
    <Table caption={say('tab_roles')} captionHidden rows={roles} keyOf={(r) => r.role} columns={[
      { id: 'title', head: say('r_title'), cell: (r) => r.title, sort: (r) => r.title },
      { id: 'means', head: say('r_means'), cell: (r) => r.means },
      { id: 'page', head: say('r_page'), cell: (r) => r.page },
      { id: 'rights', head: say('r_rights'), cell: (r) => <small class="muted">{r.rights.join(', ')}</small> },
    ]} />
  );
}
