// votes.tsx - what a workshop puts to the vote: asked here by who leads it, voted on phones
// behind its code, counted live on the big screen and on the cards it is about.
import { useMemo, useState } from 'preact/hooks';
import { type Got, post, useGet } from '../../base/api';
import { useEvents } from '../../base/events';
import { locale } from '../../base/locale';
import { may } from '../../base/session';
import { Bar, Button, Card, CheckField, Dialog, Fail, Form, LinkButton, Note, SelectField, TextField, tellProblem } from '../../parts';
import { type MapDoc, layOut } from './model';
import { say } from './words.en';

export interface Choice { choice: number; element: string; words: string; votes: number; mine: boolean }
export interface Vote {
  vote: number; code: string; question: string; each: number; anybody: boolean;
  made_ms: number; closed_ms: number | null; voters: number; choices: Choice[];
}
const MOST = 60, EACH = 20;

/** The newest first; counted anew whenever somebody votes. */
export function useVotes(map: number | undefined): Got<{ votes: Vote[] }> {
  const got = useGet<{ votes: Vote[] }>(map ? `/maps/${map}/votes` : null);
  useEvents<{ map: number }>('map', (event) => { if (event.map === map) got.again(); });
  return got;
}
/** How many votes each element has; undefined: it is about no element. */
export function votesOf(vote: Vote | undefined): ReadonlyMap<string, number> | undefined {
  const on = vote?.choices.filter((c) => c.element) ?? [];
  return on.length ? new Map(on.map((c) => [c.element, c.votes])) : undefined;
}
/** From the most votes down; those alike in the order they were put in. */
export const ranked = (vote: Vote): Choice[] => [...vote.choices].sort((a, b) => b.votes - a.votes || a.choice - b.choice);
export const pathOf = (vote: Vote): string => `/vote/${vote.code}`;

/** As the minutes have it. */
export function voteLines(vote: Vote): string[] {
  return [
    `- ${vote.question} (${say('vote_voters', { n: vote.voters })}${vote.closed_ms ? '' : `, ${say('vote_open')}`})`,
    ...ranked(vote).map((c) => `  - ${c.words}: ${c.votes}`),
  ];
}

function AskDialog({ doc, onClose, done }: { doc: MapDoc; onClose: () => void; done: () => void }) {
  const { stages } = doc.journey;
  const columns = useMemo(() => layOut(doc.journey).columns.filter((c) => c.id), [doc]);
  const all = columns.map((c) => c.id);
  const ofStage = (id: string) => columns.filter((c) => stages[c.stage]?.id === id).map((c) => c.id);
  const enough = (ids: string[]) => ids.length >= 2 && ids.length <= MOST;
  const places = [
    ...(enough(all) ? [{ value: '*', label: say('vote_all') }] : []),
    ...stages.filter((s) => enough(ofStage(s.id))).map((s) => ({ value: s.id, label: say('vote_stage', { what: s.name }) })),
    { value: '', label: say('vote_words') },
  ];
  const [question, setQuestion] = useState(''), [place, setPlace] = useState(places[0]?.value ?? ''), [words, setWords] = useState('');
  const [each, setEach] = useState('3'), [anybody, setAnybody] = useState(true);
  const own = [...new Set(words.split('\n').map((w) => w.trim()).filter(Boolean))];
  const choices = place === '' ? own.map((w) => ({ words: w })) : (place === '*' ? all : ofStage(place)).map((element) => ({ element }));
  const most = Math.min(EACH, Math.max(1, choices.length));
  const n = Math.min(most, Math.max(1, Math.round(Number(each)) || 1));
  return (
    <Dialog title={say('vote_put')} onClose={onClose}>
      <Form submit={say('vote_begin')} cancel={onClose} disabled={choices.length < 2} onSubmit={() =>
        post(`/maps/${doc.map}/votes`, { question, each: n, anybody, choices }).then(() => { done(); onClose(); })}>
        <TextField label={say('vote_question')} help={say('vote_question_help')} value={question} onInput={setQuestion} most={300} />
        <SelectField label={say('vote_between')} value={place} onChange={setPlace} choices={places} />
        {place === '' && <TextField label={say('vote_lines')} help={say('vote_lines_help')} value={words} onInput={setWords} lines={5} />}
        <TextField label={say('vote_each')} help={say('vote_each_help')} type="number" value={each} onInput={setEach} />
        <CheckField label={say('vote_anybody')} help={say('vote_anybody_help')} checked={anybody} onChange={setAnybody} />
      </Form>
    </Dialog>
  );
}

function One({ doc, vote, again, onMap }: { doc: MapDoc; vote: Vote; again: () => void; onMap: string }) {
  const top = Math.max(1, ...vote.choices.map((c) => c.votes));
  const close = () => void post(`/maps/${doc.map}/votes/${vote.vote}/close`).then(again, tellProblem);
  return (
    <li class="map-vote">
      <div class="map-vote-head">
        <h3>{vote.question}</h3>
        <p class="muted">{say('vote_voters', { n: vote.voters })} · {vote.closed_ms ? say('vote_closed', { when: locale.dayTime(vote.closed_ms) }) : say(vote.each === 1 ? 'vote_one' : 'vote_some', { n: vote.each })}</p>
      </div>
      <ol class="map-vote-choices" aria-live={vote.closed_ms ? undefined : 'polite'}>
        {ranked(vote).map((c) => (
          <li key={c.choice}><span>{c.words}{c.mine && <small class="muted"> {say('vote_mine')}</small>}</span><span class="n">{locale.number(c.votes)}</span><Bar part={c.votes} of={top} /></li>
        ))}
      </ol>
      <div class="actions">
        {!vote.closed_ms && <LinkButton href={pathOf(vote)}>{say('vote_here')}</LinkButton>}
        {!vote.closed_ms && may('workshops') && <Button onClick={close}>{say('vote_close')}</Button>}
        {votesOf(vote) && <LinkButton kind="quiet" href={onMap}>{say('vote_on_map')}</LinkButton>}
      </div>
    </li>
  );
}

export function Votes({ doc, got, votes, showOn }: { doc: MapDoc; got: Got<{ votes: Vote[] }>; votes: Vote[]; showOn: (vote: number) => string }) {
  const [asking, setAsking] = useState(false);
  return (
    <Card title={say('votes')} actions={may('workshops') && <Button kind="quiet" icon="plus" onClick={() => setAsking(true)}>{say('vote_put')}</Button>}>
      {got.problem && <Fail problem={got.problem} again={got.again} />}
      {votes.length ? <ul class="map-votes">{votes.map((v) => <One key={v.vote} doc={doc} vote={v} again={got.again} onMap={showOn(v.vote)} />)}</ul> : got.data && <p class="muted">{say(may('workshops') ? 'votes_none' : 'votes_none_yet')}</p>}
      {asking && <AskDialog doc={doc} onClose={() => setAsking(false)} done={got.again} />}
    </Card>
  );
}

/** Over the map: of which vote the numbers on its cards are. */
export function VoteNote({ vote, hide }: { vote: Vote; hide: () => void }) {
  return (
    <Note>
      <p>{say('vote_shown', { what: vote.question })} {say('vote_voters', { n: vote.voters })}{vote.closed_ms ? '.' : `; ${say('vote_open')}.`}</p>
      <div class="actions"><Button onClick={hide}>{say('vote_hide')}</Button></div>
    </Note>
  );
}
