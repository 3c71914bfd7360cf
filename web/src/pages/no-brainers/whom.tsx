// whom.tsx - whom to ask, with the reason, and ways to say it that offend nobody; and the
// directory of all that maps name somebody for.
import { useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { type Kind, type Names, hrefOf, kindOf, nameIn } from '../../base/records';
import { may } from '../../base/session';
import { oneOf, text, useQuery, whole } from '../../base/url';
import { Await, Button, Card, Empty, Picker, SelectField, Table, TextField, tell, tellProblem } from '../../parts';
import { OfferDialog, OwnerOf, RecordLine, say as sayRecord } from '../../parts/records';
import { type Moments, stageOf } from './moments';
import { say } from './words.en';

interface Proposed {
  person: number | null;
  department: number | null;
  because: string;
}
const ways = ['tact_ask', 'tact_help', 'tact_fact'] as const;
const titles = { tact_ask: 'tact_1', tact_help: 'tact_2', tact_fact: 'tact_3' } as const;

interface Listed {
  sort: typeof sorts[number];
  thing: string;
  who: string | null;
  because: string;
  map: number;
  touchpoint: string | null;
}
const sorts = ['touchpoint', 'process', 'system', 'information'] as const;
const params = { about: text(), sort: oneOf('all', ...sorts) };

function Directory() {
  const [q, set] = useQuery(params);
  const got = useGet<{ items: Listed[] }>('/whom', { ...(q.about && { about: q.about }), ...(q.sort !== 'all' && { sort: q.sort }) });
  return (
    <Card title={say('directory')}>
      <p class="muted no-brainers-lead">{say('directory_lead')}</p>
      <div class="no-brainers-find">
        <TextField label={say('directory_about')} type="search" optional value={q.about} onInput={(about) => set({ about }, { replace: true })} />
        <SelectField label={say('directory_sort')} value={q.sort} onChange={(sort) => set({ sort: sort as typeof q.sort }, { replace: true })}
          choices={[{ value: 'all', label: say('directory_all') }, ...sorts.map((sort) => ({ value: sort, label: say(`directory_${sort}`) }))]} />
      </div>
      <Await got={got} lines={6}>
        {({ items }) => (
          <Table caption={say('directory')} captionHidden rows={items} keyOf={(r) => `${r.sort} ${r.thing} ${r.who}`}
            empty={<Empty title={say('directory_none')}>{say('directory_none_hint')}</Empty>} columns={[
              { id: 'thing', head: say('directory_thing'), cell: (r) => <a href={`/maps/${r.map}${r.touchpoint ? `?sel=${r.touchpoint}&lens=intended` : ''}`}>{r.thing}</a>, sort: (r) => r.thing },
              { id: 'sort', head: say('directory_sort'), cell: (r) => say(`directory_${r.sort}`), sort: (r) => sorts.indexOf(r.sort) },
              { id: 'who', head: say('whom'), cell: (r) => r.who ?? <span class="muted">{say('directory_nobody')}</span>, sort: (r) => r.who ?? '' },
              { id: 'because', head: say('directory_because'), cell: (r) => r.because },
            ]} />
        )}
      </Await>
    </Card>
  );
}

export function Whom({ kinds, moments, again }: { kinds: Kind[]; moments: Moments; again: () => void }) {
  const [q, set] = useQuery({ of: whole(0) });
  const [asking, setAsking] = useState(false);
  const open = moments.items.filter((r) => !r.closed && stageOf(r));
  const r = open.find((one) => one.record === q.of);
  const got = useGet<{ items: Proposed[]; names: Names }>(r ? `/records/${r.kind}/${r.record}/whom` : null);
  const find = (text: string) => Promise.resolve(open.filter((one) => one.title.toLowerCase().includes(text.toLowerCase()))
    .sort((a, b) => Number(!!a.owner) - Number(!!b.owner) || b.bounces - a.bounces).map((one) => ({ value: one.record, label: one.title })));
  const copy = (text: string) => navigator.clipboard.writeText(text).then(() => tell(say('whom_copied')), tellProblem);
  return (
    <div class="no-brainers-whom">
      <Card title={say('whom')}>
        <p class="muted no-brainers-lead">{say('whom_lead')}</p>
        <Picker label={say('whom_record')} near find={find} chosen={r ? [{ value: r.record, label: r.title }] : []} onChange={([p]) => set({ of: p?.value ?? 0 })} />
      </Card>
      {r && (
        <>
          <Card title={r.title}>
            <RecordLine r={r} kind={kindOf(kinds, r.kind)} names={moments.names} aside={!r.owner && <Button kind="main" onClick={() => setAsking(true)}>{say('whom_offer')}</Button>} />
            {r.owner ? <p><OwnerOf r={r} names={moments.names} /> {say('whom_owned', { who: nameIn(moments.names, 'person', r.owner) })}</p> : (
              <Await got={got}>
                {(whom) => (whom.items.length ? (
                  <ul class="record-lines no-brainers-near">
                    {whom.items.map((p) => (
                      <li key={`${p.person} ${p.department}`}>
                        <strong>{p.person ? nameIn(whom.names, 'person', p.person) : nameIn(whom.names, 'department', p.department)}</strong> <span class="muted">{p.because}</span>
                      </li>
                    ))}
                  </ul>
                ) : <Empty title={say('whom_none')} />)}
              </Await>
            )}
          </Card>
          <Card title={say('whom_say')}>
            <ul class="record-lines">
              {ways.map((way) => {
                const text = sayRecord(way, { what: r.title });
                return (
                  <li key={way} class="no-brainers-way">
                    <div><strong>{sayRecord(titles[way])}</strong><p>{text}</p></div>
                    <Button kind="quiet" onClick={() => copy(text)}>{say('whom_copy')}</Button>
                  </li>
                );
              })}
            </ul>
            <p class="muted">{say('whom_unnamed')} <a href={hrefOf(r)}>#{r.record}</a></p>
          </Card>
          {asking && <OfferDialog r={r} onDone={again} onClose={() => setAsking(false)} />}
        </>
      )}
      {may('ask') && <Directory />}
    </div>
  );
}
