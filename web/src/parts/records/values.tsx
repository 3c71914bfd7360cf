// values.tsx - a record and what stands in its fields, as people read them: values by
// type, owner or since when nobody's, age, bounces, state.
import type { ComponentChildren } from 'preact';
import { locale } from '../../base/locale';
import { type Field, type Kind, type Names, type One, type Rec, type Value, hrefOf, nameIn, stateOf } from '../../base/records';
import { may, whoAmI } from '../../base/session';
import { Chip } from '../basic';
import { say } from './words.en';

const DAY = 86400e3;
export const daysSince = (when: string, now = Date.now()): number => Math.max(0, Math.floor((now - Date.parse(when)) / DAY));

export function numberText(value: number, unit = ''): string {
  const n = locale.number(value);
  return unit ? `${n} ${unit}` : n;
}

function oneText(field: Field, value: One, names: Names | undefined): string {
  const n = Number(value);
  switch (field.type) {
    case 'choice': return field.choices.find((c) => c.word === value)?.label ?? String(value);
    case 'yes': return say(value ? 'yes' : 'no');
    case 'number': case 'score': return typeof value === 'number' ? numberText(value, field.unit) : String(value);
    case 'date': return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? locale.day(`${value.slice(0, 10)}T12:00:00Z`) : String(value);
    case 'person': case 'department': case 'touchpoint': case 'record': return nameIn(names, field.type, n);
    case 'customer': return n ? say('customer_n', { n: String(n) }) : say('erased');
    case 'stories': return say('stories_open');
    default: return typeof value === 'number' ? numberText(value, field.unit) : String(value);
  }
}
export const filled = (value: Value | undefined): boolean =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && !value.length);
const all = (value: Value | undefined): One[] => (Array.isArray(value) ? value : filled(value) ? [value as One] : []);
/** As one text: in cells, in what was before and after. */
export const valueText = (field: Field | undefined, value: Value | undefined, names: Names | undefined): string =>
  all(value).map((one) => (field ? oneText(field, one, names) : String(one))).join(', ');

/** A sentence of the server's in which records are named by number: "#12". */
export function WithRecords({ text }: { text: string }) {
  return <>{text.split(/(#\d+)/).map((part, i) => (/^#\d+$/.test(part) ? <a key={i} href={`/records/any/${part.slice(1)}`}>{part}</a> : part))}</>;
}

/** An address of ours, and nothing else: what people typed is not to lead away. */
export const ours = (address: string): boolean => /^\/(?![/\\])/.test(address);

function hrefOne(field: Field, value: One, names: Names | undefined): string | undefined {
  const n = Number(value);
  if (field.type === 'customer' && n && may('stories')) return `/stories/${n}`;
  if (field.type === 'stories' && ours(String(value))) return String(value);
  if (field.type === 'touchpoint' && may('ask')) return touchpointHref(nameIn(names, 'touchpoint', n));
  if (field.type === 'record') return `/records/${field.of || 'any'}/${n}`;
  if (field.type === 'person' && may('colleagues')) return `/people/${n}`;
  return undefined;
}
/** What customers lived through there. */
export const touchpointHref = (name: string): string => `/actual?passed=${encodeURIComponent(name)}`;

export function ValueOf({ field, value, names }: { field: Field; value: Value | undefined; names: Names | undefined }) {
  const given = all(value);
  if (!given.length) return <span class="muted">{say('none')}</span>;
  if (field.type === 'text') return <span class="record-text">{given.map(String).join('\n')}</span>;
  return (
    <span class="chips">
      {given.map((one) => {
        const text = oneText(field, one, names), href = hrefOne(field, one, names);
        if (field.type === 'person') return <Chip key={text} kind="person" {...(href && { href })}>{text}</Chip>;
        if (field.type === 'department') return <Chip key={text} kind="department">{text}</Chip>;
        return href ? <a key={text} href={href}>{text}</a> : <span key={text}>{text}</span>;
      })}
    </span>
  );
}

/** Whose it is; or nobody's, and since when. */
export function OwnerOf({ r, names }: { r: Rec; names: Names | undefined }) {
  if (r.owner) return <Chip kind="person">{r.owner === whoAmI().person ? say('mine') : nameIn(names, 'person', r.owner)}</Chip>;
  if (r.department && !r.ownerless_since) return <Chip kind="department">{nameIn(names, 'department', r.department)}</Chip>;
  if (!r.ownerless_since) return <span class="muted">{say('nobody')}</span>;
  const days = daysSince(r.ownerless_since);
  return (
    <span class="record-nobody">
      <svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="5" /></svg>
      {r.closed ? say('nobody') : days ? say('nobody_since', { n: days }) : say('nobody_today')}
    </span>
  );
}
export const AskedOf = ({ r, names }: { r: Rec; names: Names | undefined }) =>
  (r.asked ? <span class="muted">{r.asked === whoAmI().person ? say('asked_me') : say('asked_who', { who: nameIn(names, 'person', r.asked) })}</span> : null);

export function AgeOf({ r }: { r: Rec }) {
  const days = daysSince(r.first_at);
  return <time class="record-age" dateTime={r.first_at} title={locale.dayTime(r.first_at)}>{days ? say('age', { n: days }) : say('age_today')}</time>;
}
export const Bounces = ({ n }: { n: number }) => (n > 0 ? <span class="record-bounces" title={say('bounces_means')}>{say('bounces', { n })}</span> : null);
export function DueOf({ at }: { at: string | null | undefined }) {
  if (!at) return null;
  const late = Date.parse(at) < Date.now();
  return <span class={late ? 'record-late' : 'muted'}>{say(late ? 'overdue' : 'due', { when: locale.ago(at) })}</span>;
}
export const StateOf = ({ kind, r }: { kind: Kind | undefined; r: Rec }) => (
  <span class={`record-state${r.closed ? ' closed' : ''}`}>
    <svg viewBox="0 0 16 16" aria-hidden="true">{r.closed ? <circle cx="8" cy="8" r="6" fill="currentColor" /> : <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2" />}</svg>
    {r.merged_into ? say('merged', { n: String(r.merged_into) }) : stateOf(kind, r.state)}
  </span>
);

/** A record in a line: its title, and what is to be known at once. */
export function RecordLine({ r, kind, names, aside }: { r: Rec; kind?: Kind | undefined; names: Names | undefined; aside?: ComponentChildren }) {
  return (
    <div class="record-line">
      <div class="record-line-what">
        <a href={hrefOf(r)}>{r.title}</a>
        <p class="record-line-facts muted">
          {kind && <span>{kind.title} #{r.record}</span>}
          {kind && <StateOf kind={kind} r={r} />}
          <OwnerOf r={r} names={names} />
          <AskedOf r={r} names={names} />
          <AgeOf r={r} />
          <Bounces n={r.bounces} />
          <DueOf at={r.closed ? null : r.due_at} />
        </p>
      </div>
      {aside && <div class="actions">{aside}</div>}
    </div>
  );
}
