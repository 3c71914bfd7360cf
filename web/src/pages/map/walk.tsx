// walk.tsx - a map as a walk-through: part by part in the order in which a customer lives through
// it, with channel, place and length, what is intended, and what really happens there. One part a
// screen, forth and back by buttons or arrow keys; on paper all parts, one below the other.
import { useEffect, useRef } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Button, Chip, Icon, SelectField, channelIcon, inDialog } from '../../parts';
import { StateBar, StateNumbers, evidenceOf, livedBy } from './card';
import { blocksAt } from './grid';
import { type Laid, type Lived, type LivedAt, type MapDoc } from './model';
import { say } from './words.en';

interface Part { id: string; column: number; stage: number }

const feeling = (n: number): string => (n ? say(`feels_${n}` as 'feels_1') : '');

/** What is planned for one part, and what comes of it. */
function Inside({ doc, laid, part, at, select }: { doc: MapDoc; laid: Laid; part: Part; at: LivedAt | undefined; select: (id: string) => void }) {
  const t = doc.journey.touchpoints[part.id];
  if (!t) return null;
  const blocks = blocksAt(laid, part.column), evidence = evidenceOf(t, at);
  const who = [t.from && say('walk_from', { who: t.from === 'customer' ? say('row_customer') : t.from }), t.to && say('walk_to', { who: t.to === 'customer' ? say('row_customer') : t.to })].filter(Boolean).join(' ');
  return (
    <>
      <ul class="map-walk-facts">
        {blocks.map((b) => <li key={b} class="map-walk-block">{b}</li>)}
        {who && <li>{who}</li>}
        {t.over && <li><Icon name={channelIcon(t.over)} /><span class="quiet">{say('field_over')}: </span>{t.over}</li>}
        {t.place && <li><span class="muted">{say('field_place')}: </span>{t.place}</li>}
        <li>{t.length_ms
          ? <><span class="muted">{say('field_length')}: </span>{locale.duration(t.length_ms)}, {say('walk_so_far', { span: locale.duration(t.begins_ms + t.length_ms) })}</>
          : <span class="muted">{say('walk_no_length')}</span>}</li>
      </ul>
      <div class="map-walk-sides">
        <section>
          <h3>{say('lens_plan')}</h3>
          {t.intended && <p class="map-quote">{t.intended}</p>}
          {t.feels ? <p>{say('field_feels')}: {feeling(t.feels)}</p> : !t.intended && <p class="muted">{say('walk_not_meant')}</p>}
          {t.promises.map((p) => <p key={p.words}><strong>{say('walk_promised')}</strong> {p.words}{p.within_ms ? ` (${say('within', { span: locale.duration(p.within_ms) })})` : ''}</p>)}
          {t.behave.map((b) => <p key={`${b.role} ${b.words}`}><strong>{b.role}</strong> {b.words}</p>)}
          {t.note && <p class="muted">{t.note}</p>}
          <p>{t.owner ? <Chip kind="department">{t.owner}</Chip> : <span class="map-nobody"><Icon name="warn" />{say('nobodys')}</span>}</p>
        </section>
        <section>
          <h3>{say('lens_lived')}</h3>
          {at ? (
            <>
              <StateBar at={at} />
              <StateNumbers at={at} />
              <p>{at.experience.says}</p>
              {at.promises.filter((p) => p.n > 0).map((p) => <p key={p.words}>{p.words}: {say('kept_in', { share: locale.share(p.kept, p.n), kept: p.kept, n: p.n })}</p>)}
              {at.never.filter((n) => n.hits > 0).map((n) => <p key={n.words} class="map-stale"><Icon name="warn" />{n.words}: {say('never_hit', { n: n.customers })}</p>)}
              {at.records.open > 0 && <p>{say('open_records', { n: at.records.open })}</p>}
            </>
          ) : null}
          <p class={evidence.warn ? 'map-stale' : 'muted'}>{evidence.warn && <Icon name="warn" />}{evidence.text}</p>
          <p class="map-walk-more"><Button kind="quiet" onClick={() => select(part.id)}>{say('walk_more')}</Button></p>
        </section>
      </div>
    </>
  );
}

/** Before, during or after, and in which stage. */
const whereOf = (doc: MapDoc, part: Part): string => {
  const stage = doc.journey.stages[part.stage];
  return stage ? `${say(`when_${stage.when}`)}: ${stage.name}` : '';
};

export function Walk({ doc, laid, lived: all, step, setStep, select, paper }: {
  doc: MapDoc; laid: Laid; lived: Lived | undefined; step: number; setStep: (step: number) => void; select: (id: string) => void; paper: boolean;
}) {
  const { journey } = doc, lived = livedBy(all);
  const parts: Part[] = laid.columns.flatMap((c, column) => (c.id ? [{ id: c.id, column, stage: c.stage }] : []));
  const at = Math.min(step, parts.length - 1), part = parts[at];
  const head = useRef<HTMLHeadingElement>(null), moved = useRef(false);
  const to = (next: number) => {
    if (next < 0 || next >= parts.length) return;
    moved.current = true;
    setStep(next);
  };
  useEffect(() => { if (moved.current) head.current?.focus(); }, [at]);
  useEffect(() => {
    const keys = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.getAttribute('role') === 'tab' || inDialog()) return;
      if (e.key === 'ArrowRight') to(at + 1);
      else if (e.key === 'ArrowLeft') to(at - 1);
      else if (e.key === 'Home') to(0);
      else if (e.key === 'End') to(parts.length - 1);
      else return;
      e.preventDefault();
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  });
  if (!part) return <p class="muted">{say('no_stages')}</p>;
  const said = parts.filter((p) => (journey.touchpoints[p.id]?.length_ms ?? 0) > 0).length;
  const total = said ? say('walk_total', { span: locale.duration(journey.length_ms), n: said, of: parts.length }) : say('walk_total_none');
  const inside = (p: Part) => <Inside doc={doc} laid={laid} part={p} at={lived.get(p.id)} select={select} />;
  if (paper)
    return (
      <div class="map-walk">
        <p class="muted">{total}</p>
        {parts.map((p, i) => (
          <section key={p.id} class="card map-walk-part">
            <p class="muted">{whereOf(doc, p)}</p>
            <h2>{i + 1}. {journey.touchpoints[p.id]?.name}</h2>
            {inside(p)}
          </section>
        ))}
      </div>
    );
  return (
    <div class="map-walk">
      <div class="map-stage-pick">
        <Button kind="plain" icon="left" iconOnly disabled={at === 0} onClick={() => to(at - 1)}>{say('walk_back')}</Button>
        <SelectField label={say('walk_of', { n: String(at + 1), of: String(parts.length) })} value={String(at)} onChange={(v) => { moved.current = false; setStep(Number(v)); }}
          choices={parts.map((p, i) => ({ value: String(i), label: `${i + 1}. ${journey.touchpoints[p.id]?.name ?? p.id}` }))} />
        <Button kind="plain" icon="right" iconOnly disabled={at === parts.length - 1} onClick={() => to(at + 1)}>{say('walk_on')}</Button>
      </div>
      <progress class="map-walk-progress" max={parts.length} value={at + 1} aria-label={say('walk_of', { n: String(at + 1), of: String(parts.length) })} />
      <section class="card map-walk-part" aria-labelledby="map-walk-name">
        <p class="muted">{whereOf(doc, part)}</p>
        <h2 id="map-walk-name" ref={head} tabIndex={-1}>{at + 1}. {journey.touchpoints[part.id]?.name}</h2>
        {inside(part)}
      </section>
      <div class="map-walk-do">
        <Button disabled={at === 0} onClick={() => to(at - 1)}>{say('walk_back')}</Button>
        <Button kind="main" disabled={at === parts.length - 1} onClick={() => to(at + 1)}>{say('walk_on')}</Button>
      </div>
      <p class="chart-basis">{total} {say('walk_keys')}</p>
      {all && <p class="chart-basis">{all.says}</p>}
    </div>
  );
}
