// journeys.tsx - each journey that concerns me: how far I am, what is missing, what comes next.
import { locale } from '../../base/locale';
import { Card, Icon, Shape } from '../../parts';
import type { Journey, Step } from './types';
import { say } from './words.en';

const OPEN = 4;
const LONG = 2 * 365 * 86400e3;
/** Over, or nothing came of it for so long that nobody waits for it. */
export const isPast = (j: Journey) => (j.may_be_over && !j.missing) || Date.now() - Date.parse(j.last) > LONG;

function Mark({ state }: { state: Step['state'] }) {
  if (state === 'done') return <Shape state="completed" alone />;
  if (state === 'missing') return <Shape state="missing" alone />;
  return <Icon name={state === 'next' ? 'right' : 'more'} />;
}

function OneStep({ s }: { s: Step }) {
  const how = [s.who && say('with', { who: s.who }), s.channel && say('over_channel', { channel: s.channel })].filter(Boolean).join(', ');
  return (
    <li class={`mine-step ${s.state}`}>
      <Mark state={s.state} />
      <div>
        <p>{s.name}</p>
        <p class="muted">
          {say(`state_${s.state}`)}{s.state === 'done' ? ` ${say('done_on', { day: locale.day(s.time ?? '') })}` : how && `, ${how}`}
          {s.state === 'missing' && <>. {s.who ? say('helps', { who: s.who }) : say('helps_us')}</>}
        </p>
      </div>
    </li>
  );
}

function Bars({ j }: { j: Journey }) {
  return (
    <div class="mine-bar" role="img" aria-label={say('progress', { done: j.done, of: j.steps.length })}>
      {j.steps.map((s) => <span key={s.id} class={s.state} />)}
    </div>
  );
}

function One({ j }: { j: Journey }) {
  const title = j.problem_name ? say('of', { what: j.title, journey: j.problem_name }) : j.title;
  const news = j.steps.filter((s) => s.state === 'missing' || s.state === 'next');
  return (
    <Card title={title}>
      {j.goal && <p class="muted mine-goal">{j.goal}</p>}
      <Bars j={j} />
      <p class="mine-counts">
        <span>{say('done_n', { n: j.done })}</span>
        {j.missing > 0 && <strong>{say('missing_n', { n: j.missing })}</strong>}
        <span>{j.may_be_over ? say('over') : say('to_come', { n: j.at_least })}</span>
        <span class="muted">{say('last', { day: locale.day(j.last) })}</span>
      </p>
      {news.length > 0 && <ol class="mine-steps">{news.map((s) => <OneStep key={s.id} s={s} />)}</ol>}
      <details>
        <summary>{say('steps')}</summary>
        <ol class="mine-steps">{j.steps.map((s) => <OneStep key={s.id} s={s} />)}</ol>
      </details>
    </Card>
  );
}

export function Journeys({ journeys, hidden }: { journeys: Journey[]; hidden: number }) {
  const now = journeys.filter((j) => !isPast(j)).slice(0, OPEN);
  const rest = journeys.filter((j) => !now.includes(j));
  const key = (j: Journey) => `${j.map} ${j.problem ?? 0}`;
  if (!journeys.length) return <Card title={say('journeys')}><p class="muted">{say('journeys_none')}</p></Card>;
  return (
    <section class="mine" aria-label={say('journeys')}>
      {now.map((j) => <One key={key(j)} j={j} />)}
      {rest.length > 0 && (
        <details>
          <summary>{say('before', { n: rest.length })}</summary>
          <div class="mine">{rest.map((j) => <One key={key(j)} j={j} />)}</div>
        </details>
      )}
      {hidden > 0 && <p class="muted">{say('hidden', { n: hidden })}</p>}
    </section>
  );
}
