// came.tsx - what came of a record: of a fix that was made, of a finding since it was noticed or
// mended, and of all that ends mended.
import { locale } from '../../base/locale';
import { type Detail, type Kind, nameIn } from '../../base/records';
import { may } from '../../base/session';
import { oneOf, text, useQuery } from '../../base/url';
import { EffectCard, LinkButton } from '../../parts';
import { filled } from '../../parts/records';
import { say } from './words.en';

/** Each customer is looked at for thirty days, before and after. */
const COUNTED = 60 * 86400e3;
const params = { since: text(), came: oneOf('', 'yes') };

/** As the server has it: fixes, and what everybody sees and ends mended. */
const counts = (kind: Kind) => kind.name === 'fix' || (kind.seen_by === 'everybody' && kind.states.some((s) => s.name === 'fixed'));

export function CameOfIt({ r, kind }: { r: Detail; kind: Kind }) {
  const [q, set] = useQuery(params);
  const fix = kind.name === 'fix';
  const made = filled(r.fields['done']) || ['made', 'confirmed', 'measured'].includes(r.state);
  if (!counts(kind) || !may('ask') || (fix && !made)) return null;
  const from = Date.parse(String(r.fields['done'] ?? r.state_at)) + COUNTED;
  const numbers = r.fields['touchpoint'];
  const where = (Array.isArray(numbers) ? numbers : filled(numbers) ? [numbers] : []).map((n) => nameIn(r.names, 'touchpoint', Number(n)));
  const behind = (since: string, until: string, severe: boolean) => {
    if (!where.length) return undefined;
    const asked = new URLSearchParams(where.map((name) => ['passed', name]));
    asked.set('from', since.slice(0, 10));
    asked.set('until', until.slice(0, 10));
    if (severe) asked.set('severe', 'any');
    return `/actual?${asked}`;
  };
  return (
    <EffectCard path={`/records/${kind.name}/${r.record}/effect`} since={q.since} setSince={(since) => set({ since }, { replace: true })} behind={behind}
      {...(!fix && !q.since && !q.came ? { start: () => set({ came: 'yes' }) } : {})}
      {...(fix && from > Date.now() ? { instead: say('effect_soon', { when: locale.day(from) }) } : {})}
      actions={fix && <LinkButton kind="quiet" href={`/records/fix/new?copy=${r.record}`}>{say('effect_copy')}</LinkButton>} />
  );
}
