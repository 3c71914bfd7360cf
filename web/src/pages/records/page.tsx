// page.tsx - records: everything that people do about what customers live through.
// /records: the kinds; /records/KIND: all of a kind; /records/KIND/new, /files; /records/KIND/17.
import { kindOf, useKinds } from '../../base/records';
import { Await, Empty, LinkButton } from '../../parts';
import type { PageProps } from '../pages';
import { Files } from './files';
import { Kinds } from './kinds';
import { List } from './list';
import { New } from './new';
import { One } from './one';
import { say } from './words.en';

export default function Records({ rest }: PageProps) {
  const kinds = useKinds();
  const [name, what] = rest;
  if (!name) return <Await got={kinds} lines={8}>{(all) => <Kinds kinds={all} />}</Await>;
  if (what && /^\d+$/.test(what)) return <Await got={kinds} lines={12}>{(all) => <One key={what} kinds={all} kindName={name} number={Number(what)} />}</Await>;
  return (
    <Await got={kinds} lines={8}>
      {(all) => {
        const kind = kindOf(all, name);
        if (!kind)
          return <Empty title={say('no_kind', { name })} action={<LinkButton href="/records">{say('all_kinds')}</LinkButton>}>{say('no_kind_hint')}</Empty>;
        if (what === 'new') return <New key={name} kind={kind} />;
        if (what === 'files') return <Files key={name} kind={kind} />;
        return <List key={name} kind={kind} />;
      }}
    </Await>
  );
}
