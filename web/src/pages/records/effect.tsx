// effect.tsx - what came of a fix: the four rewards and ruined days before and after it, each
// with its definition, n and interval, and beside customers who did not meet the fix.
import { useGet } from '../../base/api';
import { locale } from '../../base/locale';
import { type Detail, nameIn } from '../../base/records';
import { may } from '../../base/session';
import { Await, Card, LinkButton } from '../../parts';
import { filled } from '../../parts/records';
import { say } from './words.en';

interface Estimate {
  n: number;
  value: number;
  low: number;
  high: number;
}
interface Reward {
  reward: 'satisfaction' | 'churn' | 'revenue' | 'colleagues' | 'ruined';
  unit: string;
  better: 'more' | 'less';
  definition: string;
  before: Estimate | null;
  after: Estimate | null;
  change: Estimate | null;
  beyond: Estimate | null;
  says: string;
}
interface Effect {
  from: string;
  fixed: string;
  until: string;
  says: string;
  rewards: Reward[];
}

/** Each customer is looked at for thirty days, before and after. */
const COUNTED = 60 * 86400e3;

const whole = (value: number, unit: string) => `${locale.number(Math.round(value * (Math.abs(value) < 10 ? 10 : 1)) / (Math.abs(value) < 10 ? 10 : 1))} ${unit}`;
const signed = (value: number, unit: string) => (value < 0 ? '\u2212' : value > 0 ? '+' : '') + whole(Math.abs(value), unit);

function Told({ label, e, unit, href, difference = false }: { label: string; e: Estimate | null; unit: string; href?: string | undefined; difference?: boolean }) {
  const text = (value: number) => (difference ? signed : whole)(value, difference && unit === '%' ? say('effect_points') : unit);
  return (
    <div>
      <dt>{label}</dt>
      <dd class="effect-value">{!e ? say('effect_unknown') : href ? <a href={href}>{text(e.value)}</a> : text(e.value)}</dd>
      {e && <dd class="muted">{say(difference ? 'effect_range' : 'effect_of', { n: e.n, low: text(e.low), high: text(e.high) })}</dd>}
    </div>
  );
}

function One({ w, before, after }: { w: Reward; before: string | undefined; after: string | undefined }) {
  return (
    <li>
      <h3>{say(`effect_${w.reward}`)}</h3>
      {w.before || w.after ? (
        <dl>
          <Told label={say('effect_before')} e={w.before} unit={w.unit} href={before} />
          <Told label={say('effect_after')} e={w.after} unit={w.unit} href={after} />
          {w.beyond ? <Told label={say('effect_beyond')} e={w.beyond} unit={w.unit} difference /> : <Told label={say('effect_change')} e={w.change} unit={w.unit} difference />}
        </dl>
      ) : null}
      <p>{w.says}</p>
      <p class="muted">{say('effect_definition', { what: w.definition })}</p>
    </li>
  );
}

export function EffectCard({ r }: { r: Detail }) {
  const made = filled(r.fields['done']) || ['made', 'confirmed', 'measured'].includes(r.state);
  const since = String(r.fields['done'] ?? r.state_at), from = Date.parse(since) + COUNTED;
  const soon = made && from > Date.now();
  const got = useGet<Effect>(made && !soon && may('ask') ? `/records/fix/${r.record}/effect` : null);
  if (!made || !may('ask')) return null;
  const numbers = r.fields['touchpoint'];
  const where = (Array.isArray(numbers) ? numbers : []).map((n) => nameIn(r.names, 'touchpoint', Number(n)));
  const behind = (from: string, until: string, severe: boolean) => {
    if (!where.length) return undefined;
    const asked = new URLSearchParams(where.map((name) => ['passed', name]));
    asked.set('from', from.slice(0, 10));
    asked.set('until', until.slice(0, 10));
    if (severe) asked.set('severe', 'any');
    return `/actual?${asked}`;
  };
  return (
    <Card title={say('effect')} actions={<LinkButton kind="quiet" href={`/records/fix/new?copy=${r.record}`}>{say('effect_copy')}</LinkButton>}>
      {soon ? <p class="muted">{say('effect_soon', { when: locale.day(from) })}</p> : got.problem?.status === 409 ? <p class="muted">{got.problem.message} {got.problem.remedy}</p> : <Await got={got} lines={8}>
        {(e) => (
          <div class="record-form">
            <ul class="effects">
              {[...e.rewards].sort((a, b) => Number(b.reward === 'ruined') - Number(a.reward === 'ruined')).map((w) => (
                <One key={w.reward} w={w} before={behind(e.from, e.fixed, w.reward === 'ruined')} after={behind(e.fixed, e.until, w.reward === 'ruined')} />
              ))}
            </ul>
            <p class="muted">{e.says}</p>
          </div>
        )}
      </Await>}
    </Card>
  );
}
