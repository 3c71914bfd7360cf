// basic.tsx - the small parts: Button, Link, Chip, Shape, Bar, Sparkline, Progress, Empty,
// Fail, Skeleton, Note, Figures.
import type { ComponentChildren, JSX } from 'preact';
import { locale } from '../base/locale';
import type { Problem } from '../base/problem';
import { Icon } from './icon';
import { say } from './words.en';

// ---- Things to press ---------------------------------------------------------------------

export interface ButtonProps {
  children: ComponentChildren;
  onClick?: (event: MouseEvent) => void;
  /** main: the one thing to do here; plain: others; quiet: in rows and bars; danger: cannot be undone. */
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  icon?: string;
  /** The word is only told, not shown; for rows of well-known icons. */
  iconOnly?: boolean;
  type?: 'button' | 'submit';
  disabled?: boolean;
  /** It has been pressed, and what it does goes on. */
  busy?: boolean;
  pressed?: boolean;
  /** It opens something: whether that is open. */
  expanded?: boolean;
  id?: string;
}
export function Button(p: ButtonProps) {
  return (
    <button
      id={p.id} type={p.type ?? 'button'} class={`button ${p.kind ?? 'plain'}${p.iconOnly ? ' square' : ''}`}
      disabled={p.disabled} aria-busy={p.busy || undefined} aria-pressed={p.pressed} aria-expanded={p.expanded}
      onClick={(e) => { if (!p.busy) p.onClick?.(e); else e.preventDefault(); }}
    >
      {p.icon && <Icon name={p.icon} />}
      <span class={p.iconOnly ? 'quiet' : undefined}>{p.children}</span>
    </button>
  );
}
/** A link that looks like a button: it leads somewhere. */
export function LinkButton(p: { href: string; children: ComponentChildren; kind?: 'main' | 'plain' | 'quiet'; icon?: string; download?: boolean }) {
  return (
    <a class={`button ${p.kind ?? 'plain'}`} href={p.href} download={p.download}>
      {p.icon && <Icon name={p.icon} />}
      <span>{p.children}</span>
    </a>
  );
}

// ---- Who and what --------------------------------------------------------------------------

const channelIcons: [RegExp, string][] = [
  [/phone|call|tele/i, 'phone'], [/mail/i, 'mail'], [/web|portal|site|online/i, 'web'], [/letter|post|paper/i, 'letter'],
  [/branch|shop|store|counter|garage|desk|office|place/i, 'place'], [/app|mobile/i, 'app'], [/chat|sms|message/i, 'chat'],
];
/** The glyph of a channel, by the words in its name. */
export const channelIcon = (channel: string) => channelIcons.find(([name]) => name.test(channel))?.[1] ?? 'more';

export interface ChipProps {
  kind: 'person' | 'department' | 'channel' | 'plain';
  children: string;
  href?: string;
  /** Takes it away. */
  onRemove?: () => void;
  removeLabel?: string;
}
export function Chip({ kind, children, href, onRemove, removeLabel }: ChipProps) {
  const icon = kind === 'person' ? 'account' : kind === 'department' ? 'people' : kind === 'channel' ? channelIcon(children) : null;
  const inside = <>{icon && <Icon name={icon} />}<span>{children}</span></>;
  return (
    <span class={`chip ${kind}`}>
      {href ? <a href={href}>{inside}</a> : inside}
      {onRemove && (
        <button type="button" class="chip-remove" onClick={onRemove} aria-label={removeLabel ?? `${say('dismiss')} ${children}`}>
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}

export type State = 'completed' | 'missing' | 'failing' | 'adhoc';
const shapes: Record<State, JSX.Element> = {
  completed: <circle cx="8" cy="8" r="6" />,
  missing: <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" />,
  failing: <path d="M8 1.500 15 14H1z" />,
  adhoc: <path d="M8 1 15 8l-7 7-7-7z" />,
};
/** One of the four states: colour, shape and word. `alone`: the word is only told. */
export function Shape({ state, alone }: { state: State; alone?: boolean }) {
  return (
    <span class={`shape ${state}`}>
      <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">{shapes[state]}</svg>
      <span class={alone ? 'quiet' : undefined}>{say(state)}</span>
    </span>
  );
}

// ---- Small pictures --------------------------------------------------------------------------

/** A share as a bar from zero; the number beside it is the caller's. */
export function Bar({ part, of, state }: { part: number; of: number; state?: State }) {
  const share = of > 0 ? Math.min(1, Math.max(0, part / of)) : 0;
  return (
    <svg class={`bar ${state ?? ''}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="rail" width="100" height="8" rx="2" />
      {share > 0 && <rect width={Math.max(1, share * 100)} height="8" rx="2" />}
    </svg>
  );
}
/** A line of values from zero; a number or table must stand beside it. */
export function Sparkline({ values, max }: { values: number[]; max?: number }) {
  const top = Math.max(max ?? 0, ...values, 1);
  const step = values.length > 1 ? 96 / (values.length - 1) : 0;
  const points = values.map((v, i) => `${(2 + i * step).toFixed(1)},${(22 - (v / top) * 20).toFixed(1)}`);
  return (
    <svg class="spark" viewBox="0 0 100 24" aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}

// ---- States of a page --------------------------------------------------------------------------

export function Progress({ done, of, label }: { done?: number | undefined; of?: number | undefined; label: string }) {
  const known = done !== undefined && of !== undefined && of > 0;
  return (
    <div class="progress">
      <span class="progress-label">{label}{known && <span class="muted"> {locale.share(done, of)}</span>}</span>
      <progress aria-label={label} {...(known && { value: Math.min(done, of), max: of })} />
    </div>
  );
}
/** Nothing here yet: what will be here, and the first step. */
export function Empty({ title, children, action }: { title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="muted">{children}</div>}
      {action && <div class="actions">{action}</div>}
    </div>
  );
}
/** What happened, and what to do. */
export function Fail({ problem, again }: { problem: Problem; again?: () => void }) {
  return (
    <div class="note failing" role="alert">
      <Icon name="warn" />
      <div>
        <p><strong>{problem.message}</strong></p>
        {problem.remedy && <p>{problem.remedy}</p>}
        {problem.request && problem.status >= 500 && <p class="muted"><small>{say('request', { request: problem.request })}</small></p>}
        {again && <div class="actions"><Button onClick={again}>{say('again')}</Button></div>}
      </div>
    </div>
  );
}
export function Note({ kind = 'plain', children }: { kind?: 'plain' | 'good' | 'warn'; children: ComponentChildren }) {
  return (
    <div class={`note ${kind}`} role="note">
      <Icon name={kind === 'good' ? 'check' : kind === 'warn' ? 'warn' : 'help'} />
      <div>{children}</div>
    </div>
  );
}
/** Where something will be; as many lines as it will have, so that nothing jumps. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="quiet">{say('loading')}</span>
      {Array.from({ length: lines }, (_, i) => <div key={i} class="skeleton-line" />)}
    </div>
  );
}
/** What was asked for: the answer, what stands for it until then, or why there is none. */
export function Await<T>({ got, lines, children }: {
  got: { data: T | undefined; problem: Problem | undefined; waiting: boolean; again: () => void };
  lines?: number;
  children: (data: T) => ComponentChildren;
}) {
  return (
    <>
      {got.problem && <Fail problem={got.problem} again={got.again} />}
      {got.data === undefined ? !got.problem && <Skeleton lines={lines ?? 4} />
        : <div class="await" aria-busy={got.waiting}>{children(got.data)}</div>}
    </>
  );
}

/** Headline figures: each opens what is behind it. */
export function Figures({ items }: { items: { label: string; value: ComponentChildren; note?: string; href?: string }[] }) {
  return (
    <dl class="figures">
      {items.map((f) => (
        <div key={f.label}>
          <dt>{f.label}</dt>
          <dd>{f.href ? <a href={f.href}>{f.value}</a> : f.value}</dd>
          {f.note && <dd class="figure-note muted">{f.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
/** A part of a page on a card. */
export function Card({ title, actions, children, id }: { title?: string; actions?: ComponentChildren; children: ComponentChildren; id?: string }) {
  return (
    <section class="card" aria-label={title} id={id}>
      {(title || actions) && (
        <div class="card-head">
          {title && <h2>{title}</h2>}
          {actions && <div class="actions">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
