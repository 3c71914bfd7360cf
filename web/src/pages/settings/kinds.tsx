// kinds.tsx - kinds of records: what there is, how each is declared, and the
// organisation's own. A declaration is checked while it is typed; problems stand by line.
import { useEffect, useState } from 'preact/hooks';
import { get, patch, post, put, useGet } from '../../base/api';
import { useHead } from '../../base/head';
import { Problem, asProblem } from '../../base/problem';
import { type Kind, kindsAgain, useKinds } from '../../base/records';
import { may } from '../../base/session';
import { go } from '../../base/url';
import { Await, Button, Card, Fail, Form, LinkButton, Note, Table, TextField, tell, tellProblem } from '../../parts';
import { say } from './words.en';

type Declared = Kind & { declaration: string };
interface Checked {
  ok: boolean;
  problems: { line: number; column: number; what: string; remedy: string }[];
  kind?: Kind;
}
const path = (name: string) => `/kinds/${name}`;

function AllKinds() {
  const kinds = useKinds();
  useHead({ title: say('kinds'), question: say('kinds_question') });
  const writes = may('settings');
  const turn = (k: Kind) => {
    const set = (active: boolean, version: number) => patch<Declared>(path(k.name), { active }, { match: `"${version}"` });
    set(!k.active, k.version).then((now) => {
      kindsAgain();
      tell(say(k.active ? 'kind_off_done' : 'kind_on_done', { what: k.many }), async () => { await set(k.active, now.version); kindsAgain(); });
    }, tellProblem);
  };
  return (
    <>
      <Note><p>{say('kinds_lead')}</p></Note>
      <Card title={say('kinds')} actions={writes && <LinkButton kind="main" icon="plus" href="/settings/kinds/new">{say('kind_add')}</LinkButton>}>
        <Await got={kinds} lines={8}>
          {(all) => (
            <ul class="settings-kind-list">
              {all.map((k) => (
                <li key={k.name}>
                  <div>
                    <a href={`/settings/kinds/${k.name}`}>{k.many}</a>
                    <p>{k.says}</p>
                    <p class="muted">{say('kind_sum', { fields: k.fields.length, states: k.states.length, from: say(k.own ? 'kind_own' : k.changed ? 'kind_changed' : 'kind_given') })}{!k.active && <> <strong>{say('kind_off')}</strong></>}</p>
                  </div>
                  {writes && <Button kind="quiet" onClick={() => turn(k)}>{say(k.active ? 'kind_turn_off' : 'kind_turn_on')}</Button>}
                </li>
              ))}
            </ul>
          )}
        </Await>
      </Card>
    </>
  );
}

function Explained({ kind }: { kind: Kind }) {
  return (
    <div class="settings-kind">
      <p>{kind.says}</p>
      <Table caption={say('kind_fields')} rows={kind.fields} keyOf={(f) => f.name} columns={[
        { id: 'label', head: say('kind_field'), cell: (f) => f.label },
        { id: 'name', head: say('kind_name'), cell: (f) => <code>{f.name}</code> },
        { id: 'type', head: say('kind_type'), cell: (f) => [f.computed || f.type, f.required ? say('kind_required') : '', f.many ? say('kind_many') : '', f.unit].filter(Boolean).join(', ') },
        { id: 'help', head: say('kind_help'), cell: (f) => (f.choices.length ? f.choices.map((c) => c.label).join(', ') : f.help) },
      ]} />
      <Table caption={say('kind_moves')} rows={kind.moves} keyOf={(m) => m.name} columns={[
        { id: 'label', head: say('kind_move'), cell: (m) => m.label },
        { id: 'from', head: say('kind_move_from'), cell: (m) => m.from.map((s) => labelOf(kind, s)).join(', ') },
        { id: 'to', head: say('kind_move_to'), cell: (m) => labelOf(kind, m.to) },
        { id: 'by', head: say('kind_move_by'), cell: (m) => m.by.join(', ') },
        { id: 'needs', head: say('kind_move_needs'), cell: (m) => [...m.needs.map((n) => kind.fields.find((f) => f.name === n)?.label ?? n), ...(m.says ? [say('kind_words')] : [])].join(', ') },
      ]} />
    </div>
  );
}
const labelOf = (kind: Kind, state: string) => kind.states.find((s) => s.name === state)?.label ?? state;

function Write({ start, kind, name }: { start: string; kind: Declared | null; name: string }) {
  const [text, setText] = useState(start);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const writes = may('settings');
  useEffect(() => setText(start), [start]);
  useEffect(() => {
    if (!writes || !text.trim() || text === kind?.declaration) return setChecked(null);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      post<Checked>('/kinds/check', { declaration: text }, { signal: stop.signal }).then(
        (c) => { setChecked(c); setProblem(null); }, (thrown) => { if (!stop.signal.aborted) setProblem(asProblem(thrown)); });
    }, 300);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [text]);
  const save = async () => {
    const now = await post<Checked>('/kinds/check', { declaration: text });
    setChecked(now);
    const called = now.kind?.name ?? name;
    if (!now.ok || !called) throw new Problem(422, 'malformed', say('kind_wrong', { n: now.problems.length }), say('kind_wrong_hint'));
    if (kind && called !== kind.name) throw new Problem(409, 'conflict', say('kind_renamed', { before: kind.name, now: called }), say('kind_renamed_hint'));
    await put(path(called), { declaration: text }, kind ? { match: `"${kind.version}"` } : {});
    kindsAgain();
    tell(say('kind_saved', { what: now.kind?.many ?? called }));
    go(`/settings/kinds/${called}`);
  };
  const at = (line: number) => {
    const box = document.querySelector<HTMLTextAreaElement>('.settings-declaration textarea');
    const lines = text.split('\n'), from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    box?.focus();
    box?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  };
  return (
    <div class="settings-kinds">
      <Card title={say('kind_declaration')}>
        <Form submit={say('kind_save')} onSubmit={save} disabled={!writes} wide cancel={() => go('/settings/kinds')}>
          <div class="settings-declaration">
            <TextField label={say('kind_declaration')} help={say('kind_declaration_help')} lines={24} value={text} onInput={setText} disabled={!writes} />
          </div>
          {problem && <Fail problem={problem} />}
          <div role="status">
            {checked && !checked.ok && (
              <Table caption={say('kind_wrong', { n: checked.problems.length })} rows={checked.problems} keyOf={(p) => `${p.line} ${p.column} ${p.what}`} columns={[
                { id: 'line', head: say('kind_line'), cell: (p) => <button type="button" class="settings-line" onClick={() => at(p.line)}>{`${p.line}:${p.column}`}</button> },
                { id: 'what', head: say('kind_what'), cell: (p) => <>{p.what}{p.remedy && <><br /><span class="muted">{p.remedy}</span></>}</> },
              ]} />
            )}
            {checked?.ok && <Note kind="good"><p>{say('kind_right')}</p></Note>}
          </div>
        </Form>
      </Card>
      <Card title={say('kind_means')}>
        <KnownWords />
        {checked?.kind ?? kind ? <Explained kind={(checked?.kind ?? kind) as Kind} /> : <p class="muted">{say('kind_means_none')}</p>}
      </Card>
    </div>
  );
}

interface Words {
  conditions: { word: string; means: string }[];
  computed: { word: string; means: string }[];
}
function KnownWords() {
  const [open, setOpen] = useState(false);
  const got = useGet<Words>(open ? '/kind-words' : null);
  return (
    <details class="settings-words" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{say('kind_known')}</summary>
      {open && (
        <Await got={got}>
          {(words) => (['conditions', 'computed'] as const).map((of) => (
            <Table key={of} caption={say(`kind_${of}`)} rows={words[of]} keyOf={(w) => w.word} columns={[
              { id: 'word', head: say('kind_name'), cell: (w) => <code>{w.word}</code> }, { id: 'means', head: say('kind_what_means'), cell: (w) => w.means },
            ]} />
          ))}
        </Await>
      )}
    </details>
  );
}

function OneKind({ name }: { name: string }) {
  const got = useGet<Declared>(path(name));
  useHead({ title: got.data?.title ?? name, question: say('kinds_question') });
  const giveBack = (k: Declared) => put(path(name), { declaration: '' }, { match: `"${k.version}"` }).then(() => {
    kindsAgain();
    got.again();
    tell(say('kind_back_done', { what: k.many }), async () => {
      const now = (await get<Declared>(path(name))).version;
      await put(path(name), { declaration: k.declaration }, { match: `"${now}"` });
      kindsAgain();
      got.again();
    });
  }, tellProblem);
  return (
    <Await got={got} lines={10}>
      {(k) => (
        <div class="settings-kind">
          <div class="actions">
            <LinkButton kind="quiet" icon="left" href="/settings/kinds">{say('kinds')}</LinkButton>
            <LinkButton href={`/records/${k.name}`}>{say('kind_see', { what: k.many })}</LinkButton>
            {k.changed && may('settings') && <Button onClick={() => giveBack(k)}>{say('kind_back')}</Button>}
          </div>
          <Write start={k.declaration} kind={k} name={name} />
        </div>
      )}
    </Await>
  );
}
const example = `kind thank-you
title "Thank-you" "Thank-yous"
says "Something a customer thanked us for, and whom."
add "Pass on a thank-you"
made by anybody
owner none

field what text required max 300 "What were we thanked for?"
field whom person many "Who had a part in it?"
field where touchpoint "Where was it?"

state told "Told"
state passed "Passed on" closed

move pass "It was passed on" from told to passed by anybody
`;
export function Kinds({ rest }: { rest: string[] }) {
  const [name] = rest;
  if (!name) return <AllKinds />;
  if (name === 'new') return <NewKind />;
  return <OneKind key={name} name={name} />;
}
function NewKind() {
  useHead({ title: say('kind_add'), question: say('kinds_question') });
  return <Write start={example} kind={null} name="" />;
}
