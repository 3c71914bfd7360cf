// one.tsx - one record: what it says, where it stands and what may be done, whose it is,
// what it is about, what was said, its history.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { del, useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { useHead } from '../../base/head';
import { locale } from '../../base/locale';
import { type Detail, type Kind, type Move, follow, given, hrefOf, isOpen, kindOf, moveRecord, nameIn, part, seen, stateOf } from '../../base/records';
import { whoAmI } from '../../base/session';
import { go } from '../../base/url';
import { Await, Button, Card, Chip, LinkButton, Menu, Note, tell, tellProblem } from '../../parts';
import { AgeOf, AskedOf, Bounces, DueOf, MoveDialog, OwnerOf, type At, Ownership, ReverseStages, StateOf, ValueOf, WithRecords, filled, isPlain, stages } from '../../parts/records';
import { AboutCard } from './about';
import { BothSides } from './asked';
import { CameOfIt } from './came';
import { Edit } from './edit';
import { ChallengeDialog, MergeDialog } from './dialogs';
import { FilesCard } from './attached';
import { History } from './history';
import { whoAre } from './new';
import { say } from './words.en';

interface Shown {
  r: Detail;
  kind: Kind;
  again: () => void;
}

function Says({ r, kind, onEdit }: Shown & { onEdit: () => void }) {
  const own = kind.fields.filter((f) => f.type !== 'file');
  const rows = own.filter((f) => filled(r.fields[f.name])), empty = own.filter((f) => !f.computed && !filled(r.fields[f.name]));
  const former = Object.entries(r.former ?? {});
  return (
    <Card title={say('details')} actions={r.may.change && <Button onClick={onEdit}>{say('edit')}</Button>}>
      <dl class="record-values">
        {rows.map((f) => (
          <div key={f.name} class={f.type === 'text' && f.max_text > 300 ? 'wide' : undefined}>
            <dt title={f.help}>{f.label}</dt>
            <dd><ValueOf field={f} value={r.fields[f.name]} names={r.names} /></dd>
          </div>
        ))}
      </dl>
      {empty.length > 0 && <p class="muted record-empty">{say('details_empty', { what: empty.map((f) => f.label).join(' \u00b7 ') })}</p>}
      {former.length > 0 && (
        <details class="records-former">
          <summary>{say('former')}</summary>
          <p class="muted">{say('former_help')}</p>
          <dl class="record-values">{former.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{Array.isArray(value) ? value.join(', ') : String(value)}</dd></div>)}</dl>
        </details>
      )}
    </Card>
  );
}

function Standing({ r, kind, again }: Shown) {
  const [doing, setDoing] = useState<{ move: Move; missing: string } | null>(null);
  const moves = r.moves.flatMap((m) => {
    const move = kind.moves.find((k) => k.name === m.move);
    return move ? [{ move, may: m.may, missing: m.missing }] : [];
  });
  const mine = moves.filter((m) => m.may), others = moves.filter((m) => !m.may);
  const make = (move: Move, missing: string) => {
    if (missing || !isPlain(kind, move, r)) return setDoing({ move, missing });
    moveRecord(r, move.name).then((now) => { tell(`${r.title}: ${stateOf(kind, now.state)}`); again(); }, (thrown) => { tellProblem(thrown); again(); });
  };
  const first = mine.find((m) => !m.missing && !m.move.says); // what must be accounted for is never urged
  return (
    <Card title={say('now')}>
      <div class="record-form">
        <p class="record-facts-big"><StateOf kind={kind} r={r} /> <span class="muted">{say('since_when', { when: locale.day(r.state_at) })}</span></p>
        <p class="record-line-facts"><AgeOf r={r} /><Bounces n={r.bounces} /></p>
        {r.clock && <p>{r.clock.label}: <DueOf at={r.clock.due_at} /> <span class="muted">({locale.dayTime(r.clock.due_at)})</span></p>}
        {isOpen(r) && (mine.length > 0 || others.length > 0) && (
          <div class="record-moves" role="group" aria-label={say('moves')}>
            {mine.map((m) => (
              <div key={m.move.name}>
                <Button kind={m === first ? 'main' : 'plain'} onClick={() => make(m.move, m.missing)}>{m.move.label}</Button>
                {m.missing ? <p class="help"><WithRecords text={say('move_missing', { what: m.missing })} /></p> : m.move.help && <p class="help">{m.move.help}</p>}
              </div>
            ))}
            {others.length > 0 && (
              <details class="records-others">
                <summary>{say('moves_others')}</summary>
                <ul>{others.map((m) => <li key={m.move.name}>{say('move_who', { label: m.move.label, who: whoAre(m.move.by) })}{m.missing && <span class="muted"> <WithRecords text={m.missing} /></span>}</li>)}</ul>
              </details>
            )}
          </div>
        )}
        {!isOpen(r) && mine.length > 0 && <div class="actions">{mine.map((m) => <Button key={m.move.name} onClick={() => make(m.move, m.missing)}>{m.move.label}</Button>)}</div>}
        {!moves.length && <p class="muted">{say('moves_none')}</p>}
        {isOpen(r) && kind.moves.some((m) => m.needs.includes('questions-answered')) && (
          <div class="actions"><LinkButton kind="quiet" icon="plus" href={`/records/question/new?record=${r.record}`}>{say('name_question')}</LinkButton></div>
        )}
      </div>
      {doing && <MoveDialog kind={kind} move={doing.move} lacks={doing.missing} r={r} names={r.names} onDone={again} onClose={() => { setDoing(null); again(); }} />}
    </Card>
  );
}

/** What somebody without a name told me alone, whose go-between I am. */
function Between({ r }: { r: Detail }) {
  const path = `/records/${r.kind}/${r.record}/between`;
  const got = useGet<{ words: string }>(path), [gone, setGone] = useState(false);
  return (
    <Note>
      <p>{say('between_me')}</p>
      {got.data && !gone && (
        <>
          <p class="between-words">{say('between_only', { words: got.data.words })}</p>
          <div class="actions"><Button onClick={() => del(path).then(() => setGone(true), tellProblem)}>{say('between_forget')}</Button></div>
        </>
      )}
    </Note>
  );
}

function Whose({ r, again }: { r: Detail; again: () => void }) {
  return (
    <Card title={say('own')}>
      <div class="record-form">
        <p class="record-line-facts"><OwnerOf r={r} names={r.names} />
          {r.owner && r.department ? <Chip kind="department">{nameIn(r.names, 'department', r.department)}</Chip> : null}<AskedOf r={r} names={r.names} /></p>
        <div class="actions"><Ownership r={r} may={r.may} onDone={again} /></div>
        <p class="muted">{say('author')}: {r.author ? nameIn(r.names, 'person', r.author) : say('author_none')}, {locale.day(r.made_at)}.
          {r.go_between ? ` ${say('between', { who: nameIn(r.names, 'person', r.go_between) })}` : ''}</p>
        {r.go_between === whoAmI().person && !r.author && <Between r={r} />}
      </div>
    </Card>
  );
}

/** At which stages a design is asked: by what its moves need. */
const reverseOf = (kind: Kind, r: Detail) => {
  const needed = (from: string | null) => stages.filter((s) => kind.moves.some((m) => (from === null || m.from.includes(from)) && m.needs.includes(`reverse-at-${s}`)));
  const now = needed(r.state);
  return { now, at: needed(null).map((stage): At => {
    const asked = r.challenges.filter((c) => c.fields.stage === stage && c.state !== 'withdrawn' && !c.merged_into && (!now.includes(stage) || c.made_at >= r.state_at));
    const challenge = asked.find((c) => !c.closed) ?? asked.at(-1) ?? null;
    return { stage, challenge, answered: !!challenge?.closed };
  }) };
};
function Challenges({ r, kind, kinds, again }: Shown & { kinds: Kind[] }) {
  const [asking, setAsking] = useState(false);
  const { at, now } = reverseOf(kind, r);
  const others = r.challenges.filter((c) => !at.some((a) => a.challenge?.record === c.record));
  if (!r.may.challenge && !r.challenges.length) return null;
  return (
    <Card title={say('challenges')} actions={r.may.challenge && <Button kind="quiet" onClick={() => setAsking(true)}>{say('challenge')}</Button>}>
      {at.length > 0 && <ReverseStages design={{ what: 'record', number: r.record, title: r.title }} at={at} now={now} names={r.names} onDone={again} />}
      {others.length ? (
        <ul class="record-lines">
          {others.map((c) => <li key={c.record}><a href={hrefOf(c)}>{c.title}</a> <StateOf kind={kindOf(kinds, c.kind)} r={c} /> <AskedOf r={c} names={r.names} /></li>)}
        </ul>
      ) : !at.length && <p class="muted">{say('challenges_none')}</p>}
      {asking && <ChallengeDialog r={r} onDone={again} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function Bar({ r, kind, again }: Shown) {
  const [merging, setMerging] = useState(false);
  const act = (work: Promise<unknown>, said = '') => work.then(() => { if (said) tell(said); again(); }, tellProblem);
  return (
    <div class="records-head">
      <div class="actions">
        <LinkButton kind="quiet" icon="left" href={`/records/${kind.name}`}>{kind.many}</LinkButton>
        <span class="muted">#{r.record}</span>
      </div>
      <div class="actions">
        <Button pressed={r.followed} icon={r.followed ? 'check' : 'plus'} onClick={() => act(follow(r, !r.followed))}>{say(r.followed ? 'following' : 'follow')}</Button>
        {kind.may_make && <LinkButton href={`/records/${kind.name}/new?copy=${r.record}`}>{say('copy')}</LinkButton>}
        {r.may.merge && (
          <Menu label={say('more')} iconOnly>
            {r.merged_into
              ? [{ label: say('part'), onClick: () => void act(part(r), say('parted')) }]
              : [{ label: say('merge'), onClick: () => setMerging(true) }]}
          </Menu>
        )}
      </div>
      {merging && <MergeDialog r={r} onDone={again} onClose={() => setMerging(false)} />}
    </div>
  );
}

function Whole({ r, kind, kinds, tag, again, put }: Shown & { kinds: Kind[]; tag: string; put: (d: Detail) => void }) {
  const [editing, setEditing] = useState(false);
  useHead({ title: r.title, question: say('of_kind', { kind: kind.title, n: String(r.record) }) });
  useEffect(() => { seen(r).catch(() => undefined); }, [r.record, r.version]); // only for what is new to me
  return (
    <div class="record-one">
      <Bar r={r} kind={kind} again={again} />
      {r.merged_into ? (
        <Note kind="warn"><p>{say('merged_note', { n: String(r.merged_into) })}</p><div class="actions"><LinkButton href={hrefOf({ kind: r.kind, record: r.merged_into })}>{say('merged_go')}</LinkButton></div></Note>
      ) : null}
      <div class="record-columns">
        <div class="record-stack">
          <Says r={r} kind={kind} again={again} onEdit={() => setEditing(true)} />
          <CameOfIt key={r.record} r={r} kind={kind} />
          {kind.moves.some((m) => m.needs.includes('customer-confirmed')) && <BothSides key={r.version} r={r} again={again} />}
          <AboutCard r={r} again={again} />
          <History key={r.record} r={r} kind={kind} again={again} />
        </div>
        <div class="record-stack">
          <Standing r={r} kind={kind} again={again} />
          <Whose r={r} again={again} />
          <Challenges r={r} kind={kind} kinds={kinds} again={again} />
          <FilesCard r={r} again={again} />
          <p class="muted">{say('followers', { n: r.followers.length })}</p>
        </div>
      </div>
      {editing && <Edit r={r} kind={kind} fields={given(kind)} onDone={(now) => { setEditing(false); if (now) put(now); again(); }} onClose={() => setEditing(false)} tag={tag} />}
    </div>
  );
}

export function One({ kinds, kindName, number }: { kinds: Kind[]; kindName: string; number: number }) {
  const got = useGet<Detail>(`/records/${kindName}/${number}`);
  useEvents<{ record?: number }>('record', (e) => { if (e.record === number) got.again(); });
  const elsewhere = /\/records\/([a-z0-9-]+)\/(\d+)/.exec(got.problem?.remedy ?? '');
  useEffect(() => { if (elsewhere) go(`/records/${elsewhere[1]}/${elsewhere[2]}`, { replace: true }); }, [elsewhere?.[0]]);
  const r = got.data;
  useEffect(() => {
    if (r && (r.record !== number || r.kind !== kindName)) go(hrefOf(r), { replace: true });
  }, [r?.record]);
  const put = useCallback((now: Detail) => got.put(now), [got.put]);
  if (elsewhere) return null;
  return (
    <Await got={got} lines={12}>
      {(d) => {
        const kind = kindOf(kinds, d.kind);
        return kind && <Whole r={d} kind={kind} kinds={kinds} tag={got.tag} again={got.again} put={put} />;
      }}
    </Await>
  );
}
