// forgotten.tsx - what nobody looks after: touchpoints before, during and after doing business,
// and those on no map, with what each lacks; to be claimed and walked from here.
import { openCapture } from '../../base/capture';
import { useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { oneOf, useQuery } from '../../base/url';
import { Await, Button, Card, Chip, Empty, SelectField, Table } from '../../parts';
import { say } from './words.en';

type When = 'before' | 'during' | 'after' | null;
type Lack = 'owner' | 'walk' | 'feedback' | 'contact';
interface Row {
  touchpoint: string;
  number: number | null;
  when: When;
  map: number | null;
  map_title: string | null;
  id: string | null;
  owner: string | null;
  lacks: Lack[];
  instead: string | null;
  customers: number;
  contacts: number;
  scores: number;
  last: string | null;
}
interface Answer {
  when: { when: When; touchpoints: number; lacking: number; forgotten: number }[];
  items: Row[];
}
const params = { when: oneOf('all', 'before', 'during', 'after', 'unmapped'), least: oneOf('1', '2', '3', '4') };
const nameOf = (when: When) => say(`when_${when ?? 'unmapped'}`);

export function Forgotten() {
  const [q, set] = useQuery(params);
  const got = useGet<Answer>('/forgotten', { when: q.when, least: q.least });
  useEvents('record', got.again);
  const claim = (r: Row) => openCapture({ kind: 'ownership-claim', fields: { what: say('forgotten_claim_what', { what: r.touchpoint }), ...(r.number && { touchpoint: r.number }) }, done: got.again });
  const walk = (r: Row) => openCapture({ kind: 'walk', fields: { what: r.touchpoint, ...(r.number && { touchpoint: [r.number] }) }, done: got.again });
  return (
    <Card title={say('forgotten')}>
      <p class="muted no-brainers-lead">{say('forgotten_lead')}</p>
      <div class="no-brainers-find">
        <SelectField label={say('forgotten_when')} value={q.when} onChange={(when) => set({ when: when as typeof q.when }, { replace: true })}
          choices={(['all', 'before', 'during', 'after', 'unmapped'] as const).map((value) => ({ value, label: say(`when_${value}`) }))} />
        <SelectField label={say('forgotten_least')} value={q.least} onChange={(least) => set({ least: least as typeof q.least }, { replace: true })}
          choices={(['1', '2', '3', '4'] as const).map((value) => ({ value, label: say(`least_${value}`) }))} />
      </div>
      <Await got={got} lines={8}>
        {({ when, items }) => (
          <>
            <p class="muted">{when.filter((w) => w.touchpoints > 0).map((w) => say('forgotten_of', { when: nameOf(w.when), n: w.forgotten, of: w.touchpoints })).join(' \u00b7 ')}</p>
            <Table caption={say('forgotten')} captionHidden rows={items} keyOf={(r) => `${r.map ?? ''} ${r.id ?? ''} ${r.touchpoint}`}
              empty={<Empty title={say('forgotten_none')}>{say('forgotten_none_hint')}</Empty>} columns={[
                { id: 'what', head: say('forgotten_what'), names: true, sort: (r) => r.touchpoint,
                  cell: (r) => <>{r.map ? <a href={`/maps/${r.map}?sel=${r.id}&lens=intended`}>{r.touchpoint}</a> : <a href={`/actual?${new URLSearchParams({ passed: r.touchpoint })}`}>{r.touchpoint}</a>}{r.map_title && <small class="muted"> {r.map_title}</small>}</> },
                { id: 'when', head: say('forgotten_when'), cell: (r) => nameOf(r.when), sort: (r) => nameOf(r.when) },
                { id: 'lacks', head: say('forgotten_lacks'), sort: (r) => r.lacks.length,
                  cell: (r) => <span class="chips">{r.lacks.map((l) => <Chip key={l} kind="plain">{say(`lack_${l}`)}</Chip>)}{r.instead && <small class="muted">{r.instead}</small>}</span> },
                { id: 'n', head: say('forgotten_customers'), cell: (r) => r.customers, sort: (r) => r.customers, number: true },
                { id: 'last', head: say('forgotten_last'), cell: (r) => (r.last ? locale.day(r.last) : say('forgotten_never')), sort: (r) => r.last ?? '' },
                { id: 'owner', head: say('forgotten_owner'), cell: (r) => r.owner ?? '', sort: (r) => r.owner ?? '' },
              ]}
              actions={(r) => may('take-part') && (
                <>
                  {r.lacks.includes('owner') && r.number && <Button kind="quiet" onClick={() => claim(r)}>{say('forgotten_claim')}</Button>}
                  {r.lacks.includes('walk') && r.number && <Button kind="quiet" onClick={() => walk(r)}>{say('forgotten_walk')}</Button>}
                </>
              )} />
          </>
        )}
      </Await>
    </Card>
  );
}
