// one.tsx - one customer's story: problems on top, the strip, what is chosen, the timeline,
// and beside it what else is known. On phones what stands beside is a drawer.
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { del, put, useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { useHead } from '../../base/head';
import { locale } from '../../base/locale';
import { go } from '../../base/url';
import { Await, Button, Card, CheckField, Chip, Empty, Figures, Lens, LinkButton, Note, SelectField, WithLens, tell, tellProblem } from '../../parts';
import { BesideStory } from './beside';
import { Interaction } from './lens';
import { OpenProblems } from './problems';
import { byInteraction } from './promise';
import { Rows, useRows } from './rows';
import { type SetStory, type StoryState, chosen, isChosen, nothingChosen, useStory } from './state';
import { Strip } from './strip';
import type { Beside, StoryPage } from './types';
import { say } from './words.en';

/** Whether there is room for what stands beside the story. */
function useWide(): boolean {
  const query = useMemo(() => matchMedia('(min-width: 1101px)'), []);
  const [wide, set] = useState(query.matches);
  useEffect(() => {
    const look = () => set(query.matches);
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, [query]);
  return wide;
}

function Head({ b, onDone }: { b: Beside; onDone: () => void }) {
  const mine = b.receipts?.find((r) => r.you);
  const asked = b.asked?.find((a) => a.you && !a.read);
  const at = `/customers/${b.customer}/receipt`;
  const read = () => put(at).then(() => {
    onDone();
    tell(say('read_told'), async () => {
      await del(at);
      onDone();
      tell(say('read_taken_back'));
    });
  }, tellProblem);
  return (
    <>
      <div class="story-head">
        <Figures items={[
          { label: `${say('interactions', { n: b.interactions })}${b.planned ? `, ${say('planned_n', { n: b.planned })}` : ''}`, value: locale.number(b.interactions), ...(b.first && { note: say('since', { day: locale.day(b.first) }) }) },
          { label: say('open_problems', { n: b.open_problems }), value: locale.number(b.open_problems) },
          { label: say('handoffs', { n: b.handoffs }), value: locale.number(b.handoffs) },
          { label: say('told_again_n', { n: b.times_told_again }), value: locale.number(b.times_told_again) },
        ]} />
        {b.may.receipt && (
          <div class="story-receipt">
            {mine && !mine.since
              ? <Button icon="check" pressed onClick={() => del(at).then(() => { onDone(); tell(say('read_taken_back')); }, tellProblem)}>{say('read_done')}</Button>
              : <Button kind="main" icon="check" onClick={read}>{say('read_this')}</Button>}
            {mine && mine.since > 0 && <span class="muted">{say('read_since', { n: mine.since })}</span>}
          </div>
        )}
      </div>
      {asked && <Note kind="warn"><p>{say('asked_you', { day: locale.day(asked.since) })}</p></Note>}
    </>
  );
}

function DateField({ label, value, onInput }: { label: string; value: string; onInput: (day: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="date" value={value.slice(0, 10)} onInput={(e) => onInput(e.currentTarget.value)} />
    </div>
  );
}

function Choose({ b, q, set, total, wide }: { b: Beside; q: StoryState; set: SetStory; total: number; wide: boolean }) {
  const one = (all: string[]) => (all.length === 1 ? all[0]! : '');
  const choices = (names: string[]) => [{ value: '', label: say('all') }, ...names.map((n) => ({ value: n, label: n }))];
  const channels = b.density.channels.flatMap((c) => (c.channel ? [c.channel] : []));
  const withChosen = (names: string[], now: string[]) => [...new Set([...names, ...now])];
  const problems = [{ value: '0', label: say('all') }, ...b.problems.map((p) => ({ value: String(p.problem), label: p.name ?? `#${p.problem}` }))];
  return (
    <>
    <details class="story-choose" open={wide || isChosen(q)}>
      <summary>{say('choose')}</summary>
      <div class="story-fields">
      <DateField label={say('from')} value={q.from} onInput={(from) => set({ from, at: '' })} />
      <DateField label={say('until')} value={q.until} onInput={(until) => set({ until, at: '' })} />
      <SelectField label={say('channel')} value={one(q.channel)} choices={choices(withChosen(channels, q.channel))} onChange={(v) => set({ channel: v ? [v] : [], at: '' })} />
      <SelectField label={say('department')} value={one(q.department)} choices={choices(withChosen(b.departments.map((d) => d.department), q.department))} onChange={(v) => set({ department: v ? [v] : [], at: '' })} />
      {b.problems.length > 0 && <SelectField label={say('problem')} value={String(q.problem)} choices={problems} onChange={(v) => set({ problem: Number(v), at: '' })} />}
        <CheckField label={say('marked')} checked={q.marked} onChange={(marked) => set({ marked, at: '' })} />
      </div>
    </details>
      <div class="story-chosen-n">
        <span role="status">{total >= 0 && (isChosen(q) ? say('found_of', { n: total, all: b.interactions + b.planned }) : say('found', { n: total }))}</span>
        {isChosen(q) && <Button kind="quiet" icon="close" onClick={() => set({ ...nothingChosen, at: '' })}>{say('clear')}</Button>}
      </div>
    </>
  );
}

function Gone({ number, proof }: { number: number; proof: string[] }) {
  useHead({ title: say('erased', { n: String(number) }) });
  return (
    <Card title={say('erased', { n: String(number) })}>
      <div class="story-proof" role="status">
        {proof.map((line) => <p key={line}>{line}</p>)}
        <div class="actions"><LinkButton kind="main" href="/stories">{say('erased_close')}</LinkButton></div>
      </div>
    </Card>
  );
}

function Told({ number, b, turn, onDone, onErased }: { number: number; b: Beside; turn: number; onDone: () => void; onErased: (proof: string[]) => void }) {
  const [q, set] = useStory();
  const wide = useWide();
  const rows = useRows(b.customer, q, turn);
  const hrefOf = useCallback((ref: string) => {
    const url = new URL(location.href);
    url.searchParams.set('at', ref);
    url.searchParams.delete('side');
    return url.pathname + url.search;
  }, [q]);
  const place = useGet<StoryPage>(q.at ? `/customers/${b.customer}/interactions` : null,
    { ...chosen(q), problem: q.problem || null, marked: q.marked, limit: 1, find: q.at });
  const at = place.data?.at;
  const step = (by: 1 | -1) => {
    const to = at === undefined ? undefined : rows.row(at + by);
    return to && (() => set({ at: to.ref }, { replace: true }));
  };
  useEffect(() => {
    if (b.customer !== number) go(`/stories/${b.customer}${location.search}`, { replace: true });
  }, [b.customer, number]);
  const promised = useMemo(() => byInteraction(b.promised?.items ?? []), [b]);
  // Rows come and go while one scrolls; what stands around them is not drawn anew for that.
  const beside = useMemo(() => <BesideStory b={b} hrefOf={hrefOf} onDone={onDone} onErased={onErased} />, [b, hrefOf, onDone]);
  const top = useMemo(() => (
    <>
      <Head b={b} onDone={onDone} />
      <OpenProblems b={b} set={set} hrefOf={hrefOf} onDone={onDone} />
    </>
  ), [b, hrefOf, onDone]);
  const strip = useMemo(() => <Strip density={b.density} q={q} set={set} />, [b, q]);
  const lens = q.at
    ? <Interaction key={q.at} customer={b.customer} reference={q.at} b={b} step={step} onDone={onDone} onClose={() => set({ at: '' })} />
    : wide ? <aside class="story-beside" aria-label={say('beside')}>{beside}</aside>
      : q.side && <Lens title={say('beside')} onClose={() => set({ side: false })}>{beside}</Lens>;
  const nothing = b.interactions + b.planned === 0;
  return (
    <WithLens lens={lens}>
      <div class="story">
        <div class="actions story-who">{b.identifiers.slice(0, 4).map((i) => <Chip key={i.value} kind="plain">{i.value}</Chip>)}
          {!wide && <Button expanded={q.side} onClick={() => set({ side: !q.side, at: '' })}>{say('beside')}</Button>}
        </div>
        {top}
        {nothing ? <Empty title={say('nothing')}>{say('nothing_hint')}</Empty> : (
          <Card>
            {strip}
            <Choose b={b} q={q} set={set} total={rows.total} wide={wide} />
            <Rows rows={rows} q={q} hrefOf={hrefOf} promised={promised} startAt={q.at ? at : undefined} />
          </Card>
        )}
      </div>
    </WithLens>
  );
}

/** Looks again while interactions come in, at most every few seconds; what is new in this
 * story is drawn. Gives how many came; what is written down here itself is not one of them. */
function useArrivals(b: Beside | undefined, look: () => void, draw: () => void): number {
  const accepted = useRef(-1), timer = useRef(0), before = useRef({ customer: 0, n: 0 }), looking = useRef(false);
  const [came, setCame] = useState(0);
  useEvents<{ accepted: number }>('live', (now) => {
    const more = accepted.current >= 0 && now.accepted !== accepted.current;
    accepted.current = now.accepted;
    if (more && !timer.current) timer.current = window.setTimeout(() => { timer.current = 0; looking.current = true; look(); }, 2000);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!b) return;
    const n = b.interactions + b.planned, was = before.current;
    const live = looking.current;
    before.current = { customer: b.customer, n };
    looking.current = false;
    if (!live || was.customer !== b.customer || n <= was.n) return;
    setCame(n - was.n);
    draw();
  }, [b]);
  return came;
}

export function OneStory({ number }: { number: number }) {
  const [turn, setTurn] = useState(0);
  const [proof, setProof] = useState<string[] | null>(null);
  const got = useGet<Beside>(proof ? null : `/customers/${number}/beside`);
  const came = useArrivals(got.data, got.again, useCallback(() => setTurn((n) => n + 1), []));
  useHead({ title: say('story_of', { number: String(number) }) });
  const again = useCallback(() => { setTurn((n) => n + 1); got.again(); }, [got.again]);
  if (proof) return <Gone number={number} proof={proof} />;
  return (
    <>
      <p class={came ? 'muted' : 'quiet'} role="status">{came > 0 && say('came_in', { n: came })}</p>
      <Await got={got} lines={12}>{(b) => <Told number={number} b={b} turn={turn} onDone={again} onErased={setProof} />}</Await>
    </>
  );
}
