// page.tsx - Data & consent: where does this come from, and may we? Each part has an
// address of its own: /data/import, /data/rules ...
import type { ComponentType } from 'preact';
import { may } from '../../base/session';
import { go } from '../../base/url';
import { Empty, Tabs } from '../../parts';
import type { PageProps } from '../pages';
import { Audit } from './audit';
import { Consent } from './consent';
import { Hooks } from './hooks';
import { Identities } from './identities';
import { Import } from './import';
import { Keeping } from './keeping';
import { Names } from './names';
import { Requests } from './requests';
import { Rules } from './rules';
import { Sources } from './sources';
import { Tokens } from './tokens';
import { say } from './words.en';

type Part = 'sources' | 'import' | 'rules' | 'names' | 'identities' | 'consent' | 'requests' | 'keeping' | 'tokens' | 'webhooks' | 'audit';
const parts: { id: Part; may: string[]; show: ComponentType }[] = [
  { id: 'sources', may: ['sources'], show: Sources },
  { id: 'import', may: ['import'], show: Import },
  { id: 'rules', may: ['sources'], show: Rules },
  { id: 'names', may: ['names'], show: Names },
  { id: 'identities', may: ['identities'], show: Identities },
  { id: 'consent', may: ['consent'], show: Consent },
  { id: 'requests', may: ['consent'], show: Requests },
  { id: 'keeping', may: ['sources'], show: Keeping },
  { id: 'tokens', may: ['tokens', 'own-tokens'], show: Tokens },
  { id: 'webhooks', may: ['webhooks'], show: Hooks },
  { id: 'audit', may: ['audit'], show: Audit },
];

export default function Data({ rest }: PageProps) {
  const mine = parts.filter((p) => p.may.some(may));
  const part = mine.find((p) => p.id === rest[0]) ?? mine[0];
  if (!part) return <Empty title={say('none_for_you')}>{say('none_for_you_hint')}</Empty>;
  const Show = part.show;
  return (
    <Tabs label={say('tabs')} value={part.id} onChange={(id) => go(`/data/${id}`)}
      tabs={mine.map((p) => ({ id: p.id, label: say(p.id) }))}>
      <div class="data-parts"><Show key={part.id} /></div>
    </Tabs>
  );
}
