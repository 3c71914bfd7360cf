// gallery.tsx - examples and fixes to copy.
import { useGet } from '../../base/api';
import { type Kind, type Rec, type RecordPage, hrefOf, kindOf } from '../../base/records';
import { Await, Card, Empty, LinkButton } from '../../parts';
import { RecordLine, ValueOf } from '../../parts/records';
import { say } from './words.en';

const told = (r: Rec, name: string) => (typeof r.fields[name] === 'string' ? (r.fields[name] as string) : '');

export function Gallery({ kinds }: { kinds: Kind[] }) {
  const kind = kindOf(kinds, 'inspiration'), fix = kindOf(kinds, 'fix');
  const who = kind?.fields.find((f) => f.name === 'who');
  const got = useGet<RecordPage>(kind ? '/records/inspiration' : null, { limit: 60 });
  const fixes = useGet<RecordPage>(fix ? '/records/fix' : null, { limit: 100 });
  const made = (all: Rec[]) => all.filter((r) => ['made', 'confirmed', 'measured'].includes(r.state));
  return (
    <div class="no-brainers">
      <div class="no-brainers-head">
        <p class="muted">{say('gallery_lead')}</p>
        {kind?.may_make && kind.active && <LinkButton icon="plus" kind="main" href="/records/inspiration/new">{kind.add}</LinkButton>}
      </div>
      {kind ? (
        <Await got={got}>
          {(page) => (page.items.some((r) => r.state !== 'away') ? (
            <ul class="no-brainers-gallery">
              {page.items.filter((r) => r.state !== 'away').map((r) => (
                <li key={r.record} class="card">
                  <h2><a href={hrefOf(r)}>{r.title}</a></h2>
                  <dl>
                    {([['before', 'gallery_before'], ['after', 'gallery_after'], ['effect', 'gallery_effect']] as const).map(([name, word]) => told(r, name) && <div key={name}><dt>{say(word)}</dt><dd>{told(r, name)}</dd></div>)}
                    {who && r.fields.who && <div><dt>{say('gallery_who')}</dt><dd><ValueOf field={who} value={r.fields.who} names={page.names} /></dd></div>}
                  </dl>
                  {fix?.may_make && <LinkButton href={`/records/fix/new?record=${r.record}`}>{say('gallery_copy')}</LinkButton>}
                </li>
              ))}
            </ul>
          ) : <Empty title={say('gallery_none')}>{say('gallery_none_hint')}</Empty>)}
        </Await>
      ) : <Empty title={say('gallery_none')} />}
      {fix && (
        <Await got={fixes}>
          {(page) => made(page.items).length > 0 && (
            <Card title={say('gallery_fixes')}>
              <ul class="record-lines">
                {made(page.items).slice(0, 20).map((r) => <li key={r.record}><RecordLine r={r} kind={fix} names={page.names} aside={fix.may_make && <LinkButton href={`/records/fix/new?copy=${r.record}`}>{say('gallery_copy')}</LinkButton>} /></li>)}
              </ul>
            </Card>
          )}
        </Await>
      )}
    </div>
  );
}
