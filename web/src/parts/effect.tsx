// effect.tsx - what came of something (a fix, a finding, a journey): the four rewards and ruined
// days before and after a day, each with its definition, n and interval, and beside customers
// who did not come there. The day can be another one: what is measured is said with it.
import type { ComponentChildren } from 'preact';
import { useGet } from '../base/api';
import { locale } from '../base/locale';
import { Await, Button, Card } from './basic';
import { TextField } from './form';
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
export interface Effect {
  turn: 'made' | 'mended' | 'noticed' | 'intended' | 'asked';
  touchpoints: string;
  from: string;
  fixed: string;
  until: string;
  says: string;
  rewards: Reward[];
}

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

/** What asks again with another day, and what is behind a figure. */
export interface EffectProps {
  /** Of the API. */
  path: string;
  query?: Record<string, string | number>;
  since: string;
  setSince: (day: string) => void;
  /** Customers of one side; nothing: no link. */
  behind?: (from: string, until: string, severe: boolean) => string | undefined;
  actions?: ComponentChildren;
  /** Said instead of figures while there can be none. */
  instead?: string;
  /** It is counted when somebody wants it: the button that says so. */
  start?: () => void;
  /** Beside the day, when another one is asked for. */
  keep?: ComponentChildren;
}

export function EffectCard({ path, query = {}, since, setSince, behind, actions, instead, start, keep }: EffectProps) {
  const got = useGet<Effect>(!start && !(instead && !since) ? path : null, since ? { ...query, since } : query);
  const early = got.problem?.status === 409;
  if (start) return <Card title={say('effect')}><div class="effect"><p class="muted">{say('effect_start_why')}</p><div class="actions"><Button onClick={start}>{say('effect_start')}</Button></div></div></Card>;
  return (
    <Card title={say('effect')} actions={actions}>
      <div class="effect">
        {instead && !since ? <p class="muted">{instead}</p> : early ? <p class="muted">{got.problem?.message} {got.problem?.remedy}</p> : (
          <Await got={got} lines={8}>
            {(e) => (
              <>
                <p>{say(`effect_turn_${e.turn}`, { day: locale.day(e.fixed) })}</p>
                <ul class="effects">
                  {[...e.rewards].sort((a, b) => Number(b.reward === 'ruined') - Number(a.reward === 'ruined')).map((w) => (
                    <One key={w.reward} w={w} before={behind?.(e.from, e.fixed, w.reward === 'ruined')} after={behind?.(e.fixed, e.until, w.reward === 'ruined')} />
                  ))}
                </ul>
                <p class="muted">{e.says}</p>
              </>
            )}
          </Await>
        )}
        <div class="effect-since">
          <TextField label={say('effect_since')} type="date" optional value={since} onInput={setSince} help={say('effect_since_help')} />
          {keep}
        </div>
      </div>
    </Card>
  );
}
