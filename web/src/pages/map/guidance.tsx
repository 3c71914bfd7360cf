// guidance.tsx - guidance for how we behave at a touchpoint: notes tied to it, each beside the
// behaviour it was written for; what has none yet; asking a leader for it.
import { useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { locale } from '../../base/locale';
import { type Rec, type RecordPage, hrefOf, kindOf, nameIn, useKinds } from '../../base/records';
import { Button, Fail } from '../../parts';
import type { MapDoc } from './model';
import { say } from './words.en';

const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

export function Guidance({ doc, id, about }: { doc: MapDoc; id: string; about: { what: string; number?: number; key?: string; words?: string } }) {
  const t = doc.journey.touchpoints[id], kinds = useKinds();
  const got = useGet<RecordPage>(`/records/note?map=${doc.map}&element=${id}&state=kept&limit=200`);
  if (!t) return null;
  const all = (got.data?.items ?? []).filter((r) => r.fields['guidance'] === true);
  const behaviours = t.behave.map((b) => `${b.role}: ${b.words}`);
  const of = (behaviour: string) => all.filter((r) => same(String(r.fields['behaviour'] ?? ''), behaviour));
  const others = all.filter((r) => !behaviours.some((b) => same(String(r.fields['behaviour'] ?? ''), b)));
  const note = kindOf(kinds.data, 'note'), ask = kindOf(kinds.data, 'ask');
  const write = (behaviour: string) => openCapture({ kind: 'note', fields: { guidance: true, ...(behaviour && { behaviour }) }, about: [about], tied: t.name, done: got.again });
  const lines = (list: Rec[], withBehaviour = false) => list.map((r) => (
    <li key={r.record}>
      <a href={hrefOf(r)}>{r.title}</a>
      {r.fields['text'] ? <span>{String(r.fields['text'])}</span> : null}
      <small class="muted">{[withBehaviour && r.fields['behaviour'] ? say('guidance_for', { what: String(r.fields['behaviour']) }) : '', nameIn(got.data?.names, 'person', r.author), locale.ago(r.made_at)].filter(Boolean).join(' \u00b7 ')}</small>
    </li>
  ));
  return (
    <section class="map-guidance" aria-label={say('guidance')}>
      <h3>{say('guidance')}</h3>
      {got.problem && <Fail problem={got.problem} again={got.again} />}
      {behaviours.map((b, i) => (
        <div key={b}>
          <p><strong>{b}</strong></p>
          {of(b).length ? <ul class="map-records">{lines(of(b))}</ul> : got.data && <p class="muted">{say('guidance_none')}</p>}
          {note?.may_make && note.active && <div class="map-do"><Button kind="quiet" icon="plus" onClick={() => write(b)}>{say('guidance_write', { who: t.behave[i]?.role ?? '' })}</Button></div>}
        </div>
      ))}
      {others.length > 0 && <ul class="map-records">{lines(others, true)}</ul>}
      {!behaviours.length && <p class="muted">{say('guidance_no_behaviour')}</p>}
      {ask?.may_make && ask.active && <div class="map-do"><Button kind="quiet" icon="plus" onClick={() => openCapture({ kind: 'ask', about: [about], tied: t.name })}>{say('guidance_ask')}</Button></div>}
    </section>
  );
}
