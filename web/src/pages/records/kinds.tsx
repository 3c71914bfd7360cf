// kinds.tsx - which kinds there are, each in its own words; and a search over all of them.
import { useState } from 'preact/hooks';
import { useGet } from '../../base/api';
import { type Kind, type RecordPage, kindOf } from '../../base/records';
import { may } from '../../base/session';
import { Await, Button, Card, Empty, LinkButton, SavedViews } from '../../parts';
import { RecordLine } from '../../parts/records';
import { Words } from './list';
import { asked, useList } from './state';
import { say } from './words.en';

function Across({ kinds }: { kinds: Kind[] }) {
  const [q, set] = useList();
  const [open, setOpen] = useState(false);
  const wanted = !!q.text || q.whose !== 'all' || open;
  const got = useGet<RecordPage>(wanted ? '/records' : null, { ...asked(q), open: q.which === 'yes' ? null : q.which, limit: 50 });
  return (
    <Card title={say('across')} actions={<SavedViews page="records" />}>
      <div class="records-across">
        <Words q={q} set={set} />
        <div class="actions">
          {(['mine', 'asked', 'follow', 'made'] as const).map((w) => (
            <Button key={w} pressed={q.whose === w} onClick={() => { setOpen(true); set({ whose: q.whose === w ? 'all' : w }); }}>{say(`whose_${w}`)}</Button>
          ))}
        </div>
      </div>
      {wanted && (
        <Await got={got}>
          {(page) => (page.items.length ? (
            <ul class="record-lines">{page.items.map((r) => <li key={r.record}><RecordLine r={r} kind={kindOf(kinds, r.kind)} names={page.names} /></li>)}</ul>
          ) : <p class="muted">{say('none_filtered')}</p>)}
        </Await>
      )}
    </Card>
  );
}

export function Kinds({ kinds }: { kinds: Kind[] }) {
  const active = kinds.filter((k) => k.active).sort((a, b) => a.many.localeCompare(b.many));
  const off = kinds.filter((k) => !k.active);
  if (!kinds.length) return <Empty title={say('kinds_none')} />;
  const list = (all: Kind[]) => (
    <ul class="records-kinds">
      {all.map((k) => (
        <li key={k.name} class="card">
          <h2><a href={`/records/${k.name}`}>{k.many}</a></h2>
          <p>{k.says}</p>
          {k.may_make && k.active && <LinkButton href={`/records/${k.name}/new`} icon="plus">{k.add || k.title}</LinkButton>}
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <p class="muted">{say('kinds_lead')} {may('settings') && <a href="/settings/kinds">{say('kinds_settings')}</a>}</p>
      <Across kinds={kinds} />
      {list(active)}
      {off.length > 0 && <><p class="muted">{say('kinds_on_pages')}</p>{list(off)}</>}
    </>
  );
}
