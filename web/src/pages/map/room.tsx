// room.tsx - the map on the big screen of a workshop: phones join by its code, what is said
// is captured on the cards as records, what is put to the vote is counted live, and the page
// knows who should be here and who is missing.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Got, useGet } from '../../base/api';
import { openCapture } from '../../base/capture';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { type Detail, hrefOf, kindOf, nameIn, useKinds } from '../../base/records';
import { Button, Card, quoted, tell } from '../../parts';
import { elementOf, linkTo, useRecords } from './lens';
import { type HandedOn, type MapDoc, metNames, whoShould } from './model';
import { type Vote, Votes, pathOf, voteLines } from './votes';
import { say } from './words.en';

/** While something is put to the vote phones join that, else the map. */
function Join({ doc, vote }: { doc: MapDoc; vote: Vote | undefined }) {
  const path = vote ? pathOf(vote) : `/maps/${doc.map}`;
  return (
    <Card title={say(vote ? 'room_join_vote' : 'room_join')}>
      <div class="map-join">
        <img src={`/api/v1/qr?path=${encodeURIComponent(path)}`} alt={say(vote ? 'room_qr_vote' : 'room_qr')} width="180" height="180" />
        <div>
          <p>{say(vote ? 'room_join_vote_help' : 'room_join_help')}</p>
          <p><code>{location.origin}{path}</code></p>
        </div>
      </div>
    </Card>
  );
}

export function Room({ doc, here, setHere, since, setSince, selected, got: gotVotes, votes, showVote, children }: {
  doc: MapDoc; here: string[]; setHere: (here: string[]) => void; since: string; setSince: (since: string) => void; selected: string;
  got: Got<{ votes: Vote[] }>; votes: Vote[]; showVote: (vote: number) => string; children: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [big, setBig] = useState(false);
  const kinds = useKinds(), got = useRecords(doc.map, () => true);
  useEvents('record', () => got.again());
  useEffect(() => {
    const look = () => setBig(document.fullscreenElement === box.current);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  const names = useGet<{ items: { name: string }[] }>('/names/touchpoints');
  const met = metNames(doc.journey, names.data?.items.map((n) => n.name) ?? []);
  const handed = useGet<{ pairs: HandedOn[] }>(met.length ? '/handoffs' : null, { touchpoint: met.map(quoted).join(',') });
  const should = whoShould(doc.journey, handed.data?.pairs), missing = should.filter((one) => !here.includes(one.name));
  const others = here.filter((name) => !should.some((one) => one.name === name));
  const begun = since ? Date.parse(since) : 0;
  const captured = got.all.filter((r) => Date.parse(r.made_at) >= begun).map((r) => {
    const id = elementOf(r, doc.map) || got.items.find((i) => i.record === r.record)?.touchpoint || '';
    return { r, where: doc.journey.touchpoints[id]?.name ?? doc.journey.stages.find((s) => s.id === id)?.name ?? doc.journey.title };
  });
  const kindName = (r: Detail) => kindOf(kinds.data, r.kind)?.title ?? r.kind;
  const minutes = () => [
    `${doc.journey.title} (${say('version_n', { n: String(doc.version) })}), ${locale.dayTime(begun || Date.now())}`,
    `${say('room_here')}: ${here.join(', ') || '-'}`, `${say('room_missing')}: ${missing.map((one) => one.name).join(', ') || '-'}`, '',
    ...captured.map(({ r, where }) => `- ${where}: ${r.title} (${kindName(r)}, ${r.owner ? nameIn(r.names, 'person', r.owner) : say('nobodys')}, ${location.origin}${hrefOf(r)})`),
    ...(votes.length ? ['', `${say('votes')}:`, ...[...votes].reverse().flatMap(voteLines)] : []),
  ].join('\n');
  const element = selected && (doc.journey.touchpoints[selected] ? selected : selected.split('~')[1] ?? '');
  const name = doc.journey.touchpoints[element]?.name ?? doc.journey.stages.find((s) => s.id === element)?.name ?? '';
  const capture = (kind: string) => openCapture({
    kind, about: [linkTo(doc, element, name || doc.journey.title)], done: got.again,
  });
  return (
    <div class={`map-room${big ? ' big' : ''}`} ref={box}>
      <div class="actions">
        {document.fullscreenEnabled && <Button icon="system" pressed={big} onClick={() => void (big ? document.exitFullscreen() : box.current?.requestFullscreen())}>{say(big ? 'room_small' : 'room_big')}</Button>}
        {since ? <span class="muted">{say('room_since', { when: locale.dayTime(begun) })} <Button kind="quiet" onClick={() => setSince('')}>{say('room_end')}</Button></span>
          : <Button kind="main" onClick={() => setSince(new Date().toISOString())}>{say('room_begin')}</Button>}
      </div>
      {children}
      <div class="map-room-under">
        <Join doc={doc} vote={votes.find((v) => !v.closed_ms)} />
        <Votes doc={doc} got={gotVotes} votes={votes} showOn={showVote} />
        <Card title={say('room_who')}>
          <p class="muted map-lead">{say('room_who_lead')}</p>
          {should.length ? (
            <ul class="map-who">
              {should.map((one) => {
                const on = here.includes(one.name);
                return (
                  <li key={one.name} class={on ? 'here' : undefined}>
                    <label><input type="checkbox" checked={on} onChange={() => setHere(on ? here.filter((n) => n !== one.name) : [...here, one.name])} /><span>{one.name}</span></label>
                    <small class="muted">{one.why.slice(0, 2).join('; ')}{one.why.length > 2 ? ` +${one.why.length - 2}` : ''}</small>
                  </li>
                );
              })}
            </ul>
          ) : <p class="muted">{say('room_nobody')}</p>}
          <p class="map-missing" role="status">{missing.length ? say('room_missing_are', { n: missing.length, who: missing.slice(0, 6).map((one) => one.name).join(', ') }) : should.length ? say('room_all') : ''}</p>
          {others.length > 0 && <p class="muted">{others.join(', ')}</p>}
        </Card>
        <Card title={say('room_captured')} actions={(captured.length > 0 || votes.length > 0) && (
          <Button kind="quiet" onClick={() => void navigator.clipboard.writeText(minutes()).then(() => tell(say('room_copied')), () => undefined)}>{say('room_minutes')}</Button>)}>
          <p class="muted map-lead">{name ? say('room_on', { what: name }) : say('room_on_all')}</p>
          <div class="map-do">
            {['suggestion', 'finding', 'challenge', 'ownership-claim'].flatMap((k) => kindOf(kinds.data, k) ?? []).filter((k) => k.may_make && k.active)
              .map((k) => <Button key={k.name} icon="plus" onClick={() => capture(k.name)}>{k.add || k.title}</Button>)}
          </div>
          <ul class="map-records">
            {captured.slice(0, 40).map(({ r, where }) => (
              <li key={r.record}><a href={hrefOf(r)}>{r.title}</a><small class="muted">{where} · {kindName(r)} · {locale.ago(r.made_at)}</small></li>
            ))}
          </ul>
          {!captured.length && <p class="muted">{say('room_captured_none')}</p>}
        </Card>
      </div>
    </div>
  );
}
