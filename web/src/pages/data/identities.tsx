// identities.tsx - who is who: kinds of identifiers, who may be the same, what was merged.
import { post, put, useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { Await, Button, Card, Figures, Note, Table, tell, tellProblem } from '../../parts';
import { say } from './words.en';

interface Merge {
  merge: number;
  from: number;
  into: number;
  time: string;
  why: string;
  undone: boolean;
}
interface Overview {
  customers: number;
  identifiers: number;
  kinds: { kind: string; shared: boolean }[];
  suggestions: { a: number; b: number; why: string; times: number }[];
  merges: Merge[];
}
const who = (n: number) => <a href={`/stories/${n}`}>#{n}</a>;

export function Identities() {
  const got = useGet<Overview>('/identities');
  const act = (work: Promise<unknown>, said: string, undo?: () => Promise<unknown>) =>
    work.then(() => { tell(said, undo && (async () => { await undo(); got.again(); })); got.again(); }, tellProblem);
  const setKind = (kind: string, shared: boolean) => put(`/identifier-kinds/${encodeURIComponent(kind)}`, { shared });
  const merge = async (a: number, b: number) => {
    const made = await post<Merge>('/merges', { from: `#${b}`, into: `#${a}` });
    tell(say('merge_done'), async () => { await post(`/merges/${made.merge}/undo`); got.again(); });
    got.again();
  };
  return (
    <Await got={got} lines={8}>
      {(o) => (
        <>
          <Note>{say('ids_intro')}</Note>
          <Figures items={[{ label: say('customers_n'), value: locale.number(o.customers) }, { label: say('identifiers_n'), value: locale.number(o.identifiers) }]} />
          <Card title={say('suggestions')}>
            <Table caption={say('suggestions')} captionHidden rows={o.suggestions} keyOf={(s) => `${s.a}-${s.b}-${s.why}`}
              empty={<p class="muted">{say('no_suggestions')}</p>} columns={[
                { id: 'a', head: say('f_customer'), cell: (s) => who(s.a) },
                { id: 'b', head: say('may_be'), cell: (s) => who(s.b) },
                { id: 'times', head: say('times'), number: true, sort: (s) => s.times, cell: (s) => s.times },
                { id: 'why', head: say('why'), cell: (s) => s.why },
              ]} actions={(s) => <Button kind="quiet" onClick={() => void merge(s.a, s.b).catch(tellProblem)}>{say('merge_them')}</Button>} />
          </Card>
          <Card title={say('merges')}>
            <Table caption={say('merges')} captionHidden rows={o.merges} keyOf={(m) => m.merge} empty={<p class="muted">{say('no_merges')}</p>} columns={[
              { id: 'from', head: say('f_customer'), cell: (m) => who(m.from) },
              { id: 'into', head: say('into'), cell: (m) => who(m.into) },
              { id: 'time', head: say('when'), sort: (m) => m.time, cell: (m) => locale.dayTime(m.time) },
              { id: 'why', head: say('why'), cell: (m) => m.why },
              { id: 'state', head: say('state'), cell: (m) => say(m.undone ? 'undone' : 'in_force') },
            ]} actions={(m) => !m.undone && <Button kind="quiet" onClick={() => void act(post(`/merges/${m.merge}/undo`), say('undo_done'))}>{say('undo')}</Button>} />
          </Card>
          <Card title={say('kinds')}>
            <Table caption={say('kinds')} captionHidden rows={o.kinds} keyOf={(k) => k.kind} columns={[
              { id: 'kind', head: say('kind'), sort: (k) => k.kind, cell: (k) => k.kind },
              { id: 'belongs', head: say('belongs'), cell: (k) => say(k.shared ? 'shared' : 'unique') },
            ]} actions={(k) => (
              <Button kind="quiet" onClick={() => void act(setKind(k.kind, !k.shared), say('kind_changed'), () => setKind(k.kind, k.shared))}>
                {say(k.shared ? 'make_unique' : 'make_shared')}
              </Button>
            )} />
          </Card>
        </>
      )}
    </Await>
  );
}
