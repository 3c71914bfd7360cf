// saved.tsx - saved views: the page as it is now, kept under a name, for oneself or for all
// colleagues; the ones there are, opened, renamed, shared and deleted. Its state is the URL,
// so a view is the URL's query and nothing else. A page with others below it (records, maps)
// shows theirs, too. A shared one can stand on the first page of whoever has a role.
//
//     <SavedViews page="actual" />       <SavedViews page="records/fix" />
//     <SavedViews page="maps" keeps={false} />    only leads to those below
import { useState } from 'preact/hooks';
import { del, patch, post, read, useGet } from '../base/api';
import { go, useLocation } from '../base/url';
import { may } from '../base/session';
import { Await, Button } from './basic';
import { CheckField, Form, TextField } from './form';
import { Dialog } from './dialog';
import { Menu, tell, tellProblem } from './layers';
import { say } from './words.en';

interface View {
  view: number;
  name: string;
  page: string;
  query: string;
  owner: string;
  mine: boolean;
  shared: boolean;
  roles: string[];
  may_change: boolean;
}

interface Editing {
  view: View;
  what: 'name' | 'roles';
}

/** The same filters in another order are the same view. */
const ordered = (query: string) => [...new URLSearchParams(query)].map(([name, value]) => `${name}=${value}`).sort().join('\n');

function Row({ view, here, change, edit, close }: {
  view: View; here: boolean; change: () => void; edit: (what: Editing['what']) => void; close: () => void;
}) {
  const url = `/${view.page}${view.query && `?${view.query}`}`;
  const share = async () => {
    const { tag } = await read(`/views/${view.view}`);
    await patch(`/views/${view.view}`, { shared: !view.shared }, { match: tag });
    change();
  };
  const remove = async () => {
    const { tag } = await read(`/views/${view.view}`);
    await del(`/views/${view.view}`, undefined, { match: tag });
    close(); // the word with which it is taken back stands behind the dialog
    tell(say('view_deleted', { name: view.name }), () =>
      post('/views', { name: view.name, page: view.page, query: view.query, shared: view.shared, roles: view.roles }));
  };
  return (
    <li class={`saved-view${here ? ' here' : ''}`}>
      <span class="saved-view-name">
        <a href={url} aria-current={here ? 'true' : undefined} onClick={(e) => { e.preventDefault(); close(); go(url); }}>{view.name}</a>
        <small class="muted">{view.mine ? say(view.shared ? 'view_mine_shared' : 'view_mine') : view.owner ? say('view_of', { owner: view.owner }) : say('view_of_nobody')}</small>
      </span>
      {view.may_change && (
        <Menu label={say('view_do', { name: view.name })} iconOnly>
          {[
            { label: say('view_rename'), onClick: () => edit('name') },
            { label: say(view.shared ? 'view_unshare' : 'view_share'), onClick: () => void share().catch(tellProblem) },
            ...(view.shared ? [{ label: say('view_first'), onClick: () => edit('roles') }] : []),
            { label: say('view_delete'), onClick: () => void remove().catch(tellProblem), danger: true },
          ]}
        </Menu>
      )}
    </li>
  );
}

function Rename({ view, done }: { view: View; done: () => void }) {
  const [name, setName] = useState(view.name);
  return (
    <Form submit={say('view_rename')} cancel={done} onSubmit={async () => {
      const { tag } = await read(`/views/${view.view}`);
      await patch(`/views/${view.view}`, { name }, { match: tag });
      done();
    }}>
      <TextField label={say('view_name')} value={name} onInput={setName} most={100} />
    </Form>
  );
}

/** On the first page of which roles it stands. */
function FirstPages({ view, done }: { view: View; done: () => void }) {
  const got = useGet<{ items: { role: string; title: string }[] }>('/roles');
  const [roles, setRoles] = useState(view.roles);
  return (
    <Await got={got} lines={6}>
      {({ items }) => (
        <Form submit={say('view_first_save')} cancel={done} onSubmit={async () => {
          const { tag } = await read(`/views/${view.view}`);
          await patch(`/views/${view.view}`, { roles }, { match: tag });
          done();
        }}>
          <fieldset class="saved-roles">
            <legend>{say('view_first_help')}</legend>
            {items.filter((r) => r.role !== 'customer').map((r) => (
              <CheckField key={r.role} label={r.title} checked={roles.includes(r.role)}
                onChange={(on) => setRoles(on ? [...roles, r.role] : roles.filter((other) => other !== r.role))} />
            ))}
          </fieldset>
        </Form>
      )}
    </Await>
  );
}

function Views({ page, keeps, close }: { page: string; keeps: boolean; close: () => void }) {
  const { search } = useLocation();
  const got = useGet<{ items: View[] }>('/views', { page });
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [editing, setEditing] = useState<Editing | null>(null);
  const now = ordered(search);
  const save = async () => {
    await post('/views', { name, page, query: search.replace(/^\?/, ''), shared });
    close();
    tell(say('view_saved', { name: name.trim() }));
  };
  const group = (title: string, views: View[]) => views.length > 0 && (
    <section class="saved-group">
      <h3>{title}</h3>
      <ul class="saved-views">
        {views.map((v) => <Row key={v.view} view={v} here={v.page === page && ordered(v.query) === now} change={got.again} edit={(what) => setEditing({ view: v, what })} close={close} />)}
      </ul>
    </section>
  );
  if (editing) {
    const { view, what } = editing, done = () => { setEditing(null); got.again(); };
    return (
      <Dialog title={say(what === 'name' ? 'view_rename_title' : 'view_first_title', { name: view.name })} onClose={() => setEditing(null)}>
        {what === 'name' ? <Rename view={view} done={done} /> : <FirstPages view={view} done={done} />}
      </Dialog>
    );
  }
  return (
    <Dialog title={say('views')} onClose={close}>
      <div class="saved">
        <Await got={got} lines={3}>
          {({ items }) => (items.length === 0 ? <p class="muted">{say(keeps ? 'views_none' : 'views_none_below')}</p> : (
            <>
              {group(say('views_mine'), items.filter((v) => v.mine))}
              {group(say('views_shared'), items.filter((v) => !v.mine))}
            </>
          ))}
        </Await>
        {keeps && (
          <section class="saved-group">
            <h3>{say('view_keep')}</h3>
            <Form submit={say('view_save')} onSubmit={save}>
              <TextField label={say('view_name')} help={say('view_name_help')} value={name} onInput={setName} most={100} />
              <CheckField label={say('view_shared')} checked={shared} onChange={setShared} />
            </Form>
          </section>
        )}
      </div>
    </Dialog>
  );
}

/** A button; nothing for who takes no part here. */
export function SavedViews({ page, keeps = true }: { page: string; keeps?: boolean }) {
  const [open, setOpen] = useState(false);
  if (!may('take-part')) return null;
  return (
    <>
      <Button kind="quiet" icon="keep" onClick={() => setOpen(true)}>{say('views')}</Button>
      {open && <Views page={page} keeps={keeps} close={() => setOpen(false)} />}
    </>
  );
}
