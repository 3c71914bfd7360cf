// page.tsx - No-brainers: what is obviously broken, how old is it, and who will fix it?
import { useState } from 'preact/hooks';
import { useEvents } from '../../base/events';
import { type Kind, type Rec, hrefOf, kindOf, ownRecord, useKinds } from '../../base/records';
import { oneOf, useQuery } from '../../base/url';
import { openCapture } from '../../base/capture';
import { Await, Board, type BoardWay, Button, Empty, Note, Tabs, tell, tellProblem } from '../../parts';
import { AgeOf, AskedOf, Bounces, DueOf, MoveDialog, OfferDialog, OwnerOf, RuinedDays, WordsDialog, say as sayRecord } from '../../parts/records';
import { may, whoAmI } from '../../base/session';
import { Forgotten } from './forgotten';
import { Gallery } from './gallery';
import { KnownBad } from './known';
import { Lookout } from './lookout';
import { type Moments, SHOWN, type Stage, customersOf, effortOf, momentKinds, stageOf, stages, useMoments } from './moments';
import { QuickWins } from './quick';
import { Whom } from './whom';
import { say } from './words.en';

type Doing = { r: Rec; what: 'offer' | 'decline' } | { r: Rec; what: 'move'; kind: Kind; move: Kind['moves'][number] };

/** What can be done with a card: its owner first, then its moves. */
function waysOf(r: Rec, kind: Kind | undefined): BoardWay[] {
  const me = whoAmI().person, stage = stageOf(r);
  const own: BoardWay[] = stage === 'offered' && r.asked === me
    ? [{ id: 'accept', label: say('way_accept'), to: 'owned' }, { id: 'decline', label: say('way_decline'), to: 'nobodys' }]
    : stage === 'nobodys' || stage === 'offered'
      ? [...(stage === 'nobodys' ? [{ id: 'take', label: say('way_take'), to: 'owned' }, { id: 'offer', label: say('way_offer'), to: 'offered' }] : [])] : [];
  const moves = (kind?.moves ?? []).filter((m) => m.from.includes(r.state) && m.by.some((w) => w !== 'firsthand' && w !== 'customer'));
  return [...own, ...moves.map((m) => ({
    id: `move ${m.name}`, label: m.label, ...(m.to === 'fixed' || m.to === 'confirmed' ? { to: m.to } : {}),
  }))];
}

/** Where only some are shown, and where all of them are. */
function OnlySome({ moments }: { moments: Moments }) {
  if (!moments.more.length) return null;
  return (
    <Note>
      {say('only_some', { n: SHOWN })} {moments.more.map((k, i) => <>{i > 0 && ' '}<a key={k.name} href={`/records/${k.name}?order=oldest`}>{k.many}</a></>)}
    </Note>
  );
}

function TheBoard({ kinds, moments, again }: { kinds: Kind[]; moments: Moments; again: () => void }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const items = [...moments.items].sort((a, b) => a.first_at.localeCompare(b.first_at));
  const of = (stage: Stage) => items.filter((r) => stageOf(r) === stage);
  const act = (r: Rec, way: BoardWay) => {
    if (way.id === 'offer' || way.id === 'decline') return setDoing({ r, what: way.id });
    if (way.id === 'take' || way.id === 'accept')
      return void ownRecord(r, way.id).then(() => { tell(sayRecord('taken')); again(); }, tellProblem);
    const kind = kindOf(kinds, r.kind), move = kind?.moves.find((m) => `move ${m.name}` === way.id);
    if (kind && move) setDoing({ r, what: 'move', kind, move });
    return undefined;
  };
  const shut = () => setDoing(null);
  const open = items.filter((r) => !r.closed).length;
  if (!items.length) {
    return (
      <Empty title={say('none')} action={kinds.some((k) => k.name === 'signal' && k.may_make) && <Button kind="main" icon="warn" onClick={() => openCapture({ kind: 'signal', done: again })}>{sayRecord('capture')}</Button>}>
        {say('none_hint')}
      </Empty>
    );
  }
  return (
    <>
      <p class="muted">{say('basis', { kinds: momentKinds(kinds).map((k) => k.many).join(', '), n: open })}</p>
      <Board label={say('board')} keyOf={(r) => r.record} title={(r) => r.title} href={hrefOf}
        columns={stages.map((stage) => { const all = of(stage); return { id: stage, title: say(stage), note: say(`${stage}_note`), count: all.length, items: all.slice(0, 50) }; })}
        ways={(r) => waysOf(r, kindOf(kinds, r.kind))} onWay={act}
        card={(r) => {
          const kind = kindOf(kinds, r.kind), customers = customersOf(moments, r), colleagues = moments.colleagues.get(r.record) ?? 0, effort = effortOf(kind, r);
          return (
            <div class="record-facts">
              <span>{kind?.title}</span>
              {stageOf(r) === 'nobodys' ? <OwnerOf r={r} names={moments.names} /> : <><AgeOf r={r} /><OwnerOf r={r} names={moments.names} /></>}
              <AskedOf r={r} names={moments.names} /><Bounces n={r.bounces} />
              {customers !== null && <span>{say('customers', { n: customers })}</span>}
              {colleagues > 0 && <span>{say('colleagues', { n: colleagues })}</span>}
              {effort && <span>{effort.label}</span>}
              <DueOf at={r.closed ? null : r.due_at} />
            </div>
          );
        }} />
      {doing?.what === 'offer' && <OfferDialog r={doing.r} onDone={again} onClose={shut} />}
      {doing?.what === 'decline' && <WordsDialog r={doing.r} what="decline" onDone={again} onClose={shut} />}
      {doing?.what === 'move' && <MoveDialog kind={doing.kind} move={doing.move} r={doing.r} names={moments.names} onDone={again} onClose={shut} />}
    </>
  );
}

const params = { tab: oneOf('board', 'quick', 'lookout', 'forgotten', 'known', 'whom', 'gallery') };
export type Part = 'board' | 'quick' | 'lookout' | 'forgotten' | 'known' | 'whom' | 'gallery';
const tabsOf = (): Part[] => ['board', 'quick', 'lookout', ...(may('ask') ? ['forgotten' as const] : []), 'known', 'whom', 'gallery'];

function Parts({ kinds }: { kinds: Kind[] }) {
  const [q, set] = useQuery(params);
  const moments = useMoments(momentKinds(kinds));
  useEvents('record', moments.again);
  return (
    <Tabs label={say('tabs')} value={q.tab} onChange={(tab) => set({ tab })} tabs={tabsOf().map((id) => ({ id, label: say(id) }))}>
      {q.tab === 'known' ? <KnownBad kinds={kinds} /> : q.tab === 'forgotten' ? <Forgotten /> : q.tab === 'gallery' ? <Gallery kinds={kinds} /> : (
        <Await got={moments} lines={10}>
          {(data) => (
            <div class="no-brainers">
              {(q.tab === 'board' || q.tab === 'quick' || q.tab === 'whom') && <OnlySome moments={data} />}
              {q.tab === 'board' && <RuinedDays />}
              {q.tab === 'board' && <TheBoard kinds={kinds} moments={data} again={moments.again} />}
              {q.tab === 'quick' && <QuickWins kinds={kinds} moments={data} again={moments.again} />}
              {q.tab === 'lookout' && <Lookout kinds={kinds} moments={data} />}
              {q.tab === 'whom' && <Whom kinds={kinds} moments={data} again={moments.again} />}
            </div>
          )}
        </Await>
      )}
    </Tabs>
  );
}
export default function NoBrainers() {
  const kinds = useKinds();
  return <Await got={kinds} lines={10}>{(all) => <Parts kinds={all} />}</Await>;
}
