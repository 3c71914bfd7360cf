// card.tsx - what is told about one touchpoint, wherever it is drawn: its states as a bar
// with shapes and numbers, whose it is, and when it was last confirmed by events.
import { locale } from '../../base/locale';
import { Icon, type State, Shape, channelIcon } from '../../parts';
import { type Journey, type Lived, type LivedAt, type LivedState, type Touchpoint, livedStates } from './model';
import { say } from './words.en';

/** Two arrows that pass each other: out of order. The other four are the page's shapes. */
export function StateShape({ state, alone }: { state: LivedState; alone?: boolean }) {
  if (state !== 'out_of_order') return <Shape state={state as State} alone={!!alone} />;
  return (
    <span class="shape map-order">
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M2 5h10M9 2l3 3-3 3M14 11H4M7 8l-3 3 3 3" /></svg>
      <span class={alone ? 'quiet' : undefined}>{say('state_out_of_order')}</span>
    </span>
  );
}

/** How many were as planned, and how many were not, on one bar. Failing ones are among
 * those it was completed for, or it was there without a good end: they come first. */
export function segments(at: LivedAt): { state: LivedState; n: number }[] {
  const c = at.customers;
  const fine = Math.max(0, c.completed - c.failing);
  return livedStates.map((state) => ({ state, n: state === 'completed' ? fine : c[state] })).filter((s) => s.n > 0);
}
export function StateBar({ at }: { at: LivedAt | undefined }) {
  const all = at ? segments(at) : [], total = all.reduce((sum, s) => sum + s.n, 0);
  let x = 0;
  return (
    <svg class="map-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="rail" width="100" height="8" />
      {all.map((s) => {
        const w = (s.n / total) * 100, from = x;
        x += w;
        return <rect key={s.state} class={s.state} x={from} width={Math.max(0.6, w - 0.6)} height="8" />;
      })}
    </svg>
  );
}
export function StateNumbers({ at }: { at: LivedAt | undefined }) {
  if (!at) return null;
  const all = livedStates.filter((s) => at.customers[s] > 0);
  return (
    <span class="map-numbers">
      {all.map((s) => <span key={s}><StateShape state={s} alone />{locale.short(at.customers[s])}</span>)}
      {!all.length && <span class="muted">{say('no_events_here')}</span>}
    </span>
  );
}

/** "last seen 3 May 2026", "said, not seen", or why no data tells of it. */
export function evidenceOf(t: Touchpoint, at: LivedAt | undefined): { text: string; warn: boolean } {
  if (t.unseen !== null) return { text: say('evidence_unseen'), warn: false };
  if (!at) return { text: say('evidence_unknown'), warn: false };
  if (at.evidence === 'events' && at.last_confirmed_ms)
    return { text: say(at.stale ? 'evidence_stale' : 'evidence_events', { when: locale.day(at.last_confirmed_ms) }), warn: at.stale };
  return { text: say(at.evidence === 'said' ? 'evidence_said' : 'evidence_none'), warn: at.evidence === 'none' };
}

/** An experience is intended, and nobody is said to behave so that it happens. */
export const lacksBehaviour = (t: Touchpoint): boolean => t.intended !== '' && !t.behave.length;

/** `where`: stage and blocks, for who does not see them. */
export function CardInside({ t, at, number, changed, where, votes }: { t: Touchpoint; at: LivedAt | undefined; number: number; changed: boolean; where: string[]; votes?: number | undefined }) {
  const evidence = evidenceOf(t, at);
  return (
    <>
      {votes !== undefined && <span class={`map-card-votes${votes ? '' : ' none'}`}>{locale.number(votes)}<span class="quiet"> {say('vote_n', { n: votes })}</span></span>}
      <span class="map-card-name"><span class="map-card-number">{number}</span> {t.name}</span>
      <span class="quiet">{[...where, say(`lane_${t.lane}`)].join(', ')}.</span>
      <span class={`map-card-owner${t.owner ? '' : ' nobody'}`}>
        {t.over && <Icon name={channelIcon(t.over)} />}
        <span>{t.owner ? <><span class="quiet">{say('field_owner')}: </span>{t.owner}</> : say('nobodys')}</span>
        {!t.walkable && <Icon name="close" />}
        {lacksBehaviour(t) && <span class="map-stale map-card-lacks"><Icon name="warn" />{say('no_behaviour')}</span>}
        {changed && <span class="map-card-new">{say('just_changed')}</span>}
      </span>
      <StateBar at={at} />
      <StateNumbers at={at} />
      <span class="map-card-foot">
        <span class={evidence.warn ? 'map-stale' : undefined}>{evidence.warn && <Icon name="warn" />}{evidence.text}</span>
        {at && at.records.open > 0 && <span class="map-card-records"><Icon name="records" />{at.records.open}<span class="quiet"> {say('records')}</span></span>}
      </span>
    </>
  );
}

export const livedBy = (lived: Lived | undefined): Map<string, LivedAt> => new Map(lived?.touchpoints.map((at) => [at.id, at]) ?? []);
/** What differs from another version, by element. */
export type Marks = Map<string, 'added' | 'removed' | 'renamed' | 'changed' | 'moved'>;
export const touchpointAt = (journey: Journey, id: string): Touchpoint | undefined => journey.touchpoints[id];
