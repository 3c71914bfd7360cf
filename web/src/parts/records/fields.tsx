// fields.tsx - the form of a kind, made from its declaration: one input a field, by type;
// help and required marks from there; what is wrong said at its field. What was typed is
// kept by the browser until it was sent, so that nothing is lost by a closed page.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { get } from '../../base/api';
import { Problem } from '../../base/problem';
import { type Field, type Fields, type Kind, type Making, type Names, type One, type Rec, type RecordPage, type Value, given, hrefOf, nameIn, stateOf } from '../../base/records';
import { Button, Note } from '../basic';
import { CheckField, RadioField, SelectField, TextField } from '../form';
import { type Pick, Picker } from '../picker';
import { findCustomers, findDepartments, findPeople, findRecords, findTouchpoints } from './sources';
import { filled, valueText } from './values';
import { say } from './words.en';

// Drafts ----------------------------------------------------------------------------------

const key = (name: string) => `firsthand.draft.${name}`;
function keptDraft(name: string): { fields: Fields; words: string } | null {
  try {
    return JSON.parse(sessionStorage.getItem(key(name)) ?? 'null') as { fields: Fields; words: string } | null;
  } catch {
    return null;
  }
}
export interface Draft {
  fields: Fields;
  words: string;
  set: (change: Fields) => void;
  setWords: (words: string) => void;
  /** Something was there from before. */
  kept: boolean;
  drop: () => void;
}
/** What is being written; `name` is what it is kept by. */
export function useDraft(name: string, start: Fields): Draft {
  const [state, setState] = useState(() => {
    const before = keptDraft(name);
    return before ? { fields: { ...start, ...before.fields }, words: before.words, kept: true } : { fields: start, words: '', kept: false };
  });
  const keep = (next: typeof state) => {
    setState(next);
    try {
      sessionStorage.setItem(key(name), JSON.stringify({ fields: next.fields, words: next.words }));
    } catch {
      // A browser that keeps nothing has it until the page is left.
    }
  };
  return {
    ...state,
    set: (change) => keep({ ...state, fields: { ...state.fields, ...change } }),
    setWords: (words) => keep({ ...state, words }),
    drop: () => {
      try {
        sessionStorage.removeItem(key(name));
        sessionStorage.removeItem(tiedKey(name));
      } catch {
        // as above
      }
      setState({ fields: start, words: '', kept: false });
    },
  };
}
const tiedKey = (name: string) => key(`${name}.about`);
/** Hands over what was typed, and what it is about, to a form that goes on with it. */
export function handDraft(name: string, fields: Fields, about: NonNullable<Making['about']>): void {
  try {
    sessionStorage.setItem(key(name), JSON.stringify({ fields, words: '' }));
    sessionStorage.setItem(tiedKey(name), JSON.stringify(about));
  } catch {
    // as above
  }
}
/** What was handed over with it. */
export function draftTied(name: string): NonNullable<Making['about']> {
  try {
    return JSON.parse(sessionStorage.getItem(tiedKey(name)) ?? '[]') as NonNullable<Making['about']>;
  } catch {
    return [];
  }
}
export function DraftNote({ draft }: { draft: Draft }) {
  return draft.kept ? <Note><p>{say('draft')}</p><div class="actions"><Button kind="quiet" onClick={draft.drop}>{say('draft_drop')}</Button></div></Note> : null;
}

/** As it is sent: numbers as numbers; one that is none goes as it was typed, and the server says what does not fit. */
export function asSent(kind: Kind, fields: Fields): Fields {
  const out: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = kind.fields.find((f) => f.name === name);
    const one = (v: One): One => (typeof v === 'string' && field && (field.type === 'number' || field.type === 'score') && /^-?\d+([.,]\d+)?$/.test(v.trim())
      ? Number(v.trim().replace(',', '.')) : typeof v === 'string' ? v.trim() : v);
    out[name] = value === null ? null : Array.isArray(value) ? value.map(one) : value === '' ? null : one(value);
  }
  return out;
}
/** What differs from what was there. */
export function changed(kind: Kind, before: Fields, now: Fields): Fields {
  const sent = asSent(kind, now);
  return Object.fromEntries(Object.entries(sent).filter(([name, value]) =>
    JSON.stringify(filled(value) ? value : null) !== JSON.stringify(filled(before[name]) ? before[name] : null)));
}

export type Mistakes = Record<string, string>;
/** Required fields that are empty. */
export const missing = (fields: Field[], now: Fields): Mistakes =>
  Object.fromEntries(fields.filter((f) => f.required && !filled(now[f.name])).map((f) => [f.name, say('required')]));
/** What the server says about fields, by name; {} when it speaks of something else. */
export function mistakesOf(problem: unknown, kind: Kind): Mistakes {
  if (!(problem instanceof Problem)) return {};
  const out: Mistakes = {};
  const told = problem.told['errors'];
  for (const one of Array.isArray(told) ? told as Record<string, unknown>[] : []) {
    const name = String(one['pointer'] ?? '').split('/').filter(Boolean).find((part) => kind.fields.some((f) => f.name === part));
    if (name) out[name] = String(one['what'] ?? one['detail'] ?? problem.message);
  }
  if (!Object.keys(out).length)
    for (const m of problem.message.matchAll(/(?:\/fields)?\/([a-z0-9-]+)(?:\/\d+)?: ([^;]+)/g))
      if (m[1] && m[2] && kind.fields.some((f) => f.name === m[1])) out[m[1]] = m[2];
  return out;
}

// One input -------------------------------------------------------------------------------

interface InputProps {
  field: Field;
  value: Value;
  onChange: (value: Value) => void;
  names?: Names | undefined;
  error?: string | undefined;
  /** What is near stands below as buttons. */
  near?: boolean;
  /** The name of what is chosen, or nothing. */
  onLabel?: (label: string) => void;
}
const finders: Partial<Record<Field['type'], (text: string, signal: AbortSignal) => Promise<Pick[]>>> = {
  person: findPeople, department: findDepartments, touchpoint: findTouchpoints, customer: findCustomers,
};
const kindsOfName: Partial<Record<Field['type'], keyof Names>> = {
  person: 'person', department: 'department', touchpoint: 'touchpoint', record: 'record',
};

function Chosen({ field, value, onChange, names, error, near, onLabel }: InputProps) {
  const [labels, setLabels] = useState<Record<number, string>>({});
  const label = (n: number) => {
    const what = kindsOfName[field.type];
    return labels[n] ?? (what ? nameIn(names, what, n) : say('customer_n', { n: String(n) }));
  };
  const numbers = (Array.isArray(value) ? value : filled(value) ? [value as One] : []).map(Number);
  const first = numbers[0] ? label(numbers[0]) : '';
  useEffect(() => { if (first && !first.startsWith('#')) onLabel?.(first); }, [first]);
  const find = finders[field.type] ?? findRecords(field.of || null);
  const take = (picks: Pick[]) => {
    setLabels({ ...labels, ...Object.fromEntries(picks.map((p) => [p.value, p.label])) });
    onLabel?.(picks[0]?.label ?? '');
    onChange(field.many ? picks.map((p) => p.value) : picks[0]?.value ?? null);
  };
  return (
    <Picker label={field.label} help={field.help || (field.type === 'customer' ? say('customer_help') : undefined)} optional={!field.required} error={error}
      many={field.many} find={find} near={!!near} kind={field.type === 'person' || field.type === 'department' ? field.type : 'plain'}
      chosen={numbers.map((n) => ({ value: n, label: label(n) }))} onChange={take} />
  );
}

function ChoiceInput({ field, value, onChange, error }: InputProps) {
  if (field.many) {
    const on = Array.isArray(value) ? value : [];
    return (
      <fieldset class="record-checks">
        <legend>{field.label}</legend>
        {field.help && <span class="help">{field.help}</span>}
        {field.choices.map((c) => (
          <CheckField key={c.word} label={c.label} checked={on.includes(c.word)}
            onChange={(yes) => onChange(field.choices.map((o) => o.word).filter((w) => (w === c.word ? yes : on.includes(w))))} />
        ))}
        {error && <span class="error" role="alert">{error}</span>}
      </fieldset>
    );
  }
  return (
    <SelectField label={field.label} help={field.help} optional={!field.required} error={error} value={String(value ?? '')} onChange={(v) => onChange(v || null)}
      choices={[{ value: '', label: say(field.required ? 'choose' : 'choose_none') }, ...field.choices.map((c) => ({ value: c.word, label: c.label }))]} />
  );
}

function ScoreInput({ field, value, onChange, error }: InputProps) {
  const from = field.min ?? 1, to = field.max ?? 5;
  if (to - from > 10) return <PlainInput field={field} value={value} onChange={onChange} error={error} />;
  const all = Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
  return (
    <>
      <RadioField label={field.required ? field.label : `${field.label} (${say('choose_none')})`} inline value={filled(value) ? String(value) : ''}
        onChange={(v) => onChange(Number(v))} choices={all.map((n) => ({ value: n, label: n }))} />
      {field.help && <span class="help">{field.help}</span>}
      {error && <span class="error" role="alert">{error}</span>}
    </>
  );
}

function PlainInput({ field, value, onChange, error }: InputProps) {
  const long = field.type === 'text' && field.max_text > 300;
  const many = field.many && field.type === 'text';
  return (
    <TextField label={field.unit ? say('unit', { label: field.label, unit: field.unit }) : field.label} optional={!field.required} error={error}
      help={field.help || (field.type === 'stories' ? say('stories_help') : undefined)}
      type={field.type === 'date' ? 'date' : 'text'} {...((long || many) && { lines: many ? 3 : 4 })}
      value={Array.isArray(value) ? value.join('\n') : String(value ?? '')}
      onInput={(v) => onChange(many ? v.split('\n') : v)} />
  );
}

export function FieldInput(p: InputProps) {
  switch (p.field.type) {
    case 'choice': return <ChoiceInput {...p} />;
    case 'yes': return <CheckField label={p.field.label} help={p.field.help} checked={p.value === true} onChange={p.onChange} />;
    case 'score': return <ScoreInput {...p} />;
    case 'person': case 'department': case 'touchpoint': case 'customer': case 'record': return <Chosen {...p} />;
    default: return <PlainInput {...p} />;
  }
}

/** All fields that people fill, or those that `only` says. */
export function FieldInputs({ kind, only, draft, names, mistakes = {} }: {
  kind: Kind; only?: Field[]; draft: Pick2; names?: Names | undefined; mistakes?: Mistakes;
}) {
  return (
    <>
      {(only ?? given(kind)).map((f) => (
        <FieldInput key={f.name} field={f} value={draft.fields[f.name] ?? null} onChange={(v) => draft.set({ [f.name]: v })} names={names} error={mistakes[f.name]} />
      ))}
    </>
  );
}
type Pick2 = { fields: Fields; set: (change: Fields) => void };

// While typing ------------------------------------------------------------------------------

/** Those that are there already and are like it. */
export function Similar({ kind, text }: { kind: Kind; text: string }) {
  const [found, setFound] = useState<RecordPage | null>(null);
  const asked = useMemo(() => text.trim(), [text]);
  useEffect(() => {
    if (asked.length < 4) return setFound(null);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get<RecordPage>(`/records/${kind.name}/similar`, { text: asked }, stop.signal).then(setFound, () => undefined); // a help, no more
    }, 300);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [asked, kind.name]);
  return (
    <div role="status">
      {found && found.items.length > 0 && (
        <div class="record-similar">
          <p><strong>{say('similar')}</strong> <span class="muted">{say('similar_hint')}</span></p>
          <ul>{found.items.slice(0, 4).map((r: Rec) => <li key={r.record}><a href={hrefOf(r)} target="_blank" rel="noopener">{r.title}</a> <span class="muted">#{r.record}, {stateOf(kind, r.state)}</span></li>)}</ul>
        </div>
      )}
    </div>
  );
}

// Two at once -------------------------------------------------------------------------------

/** Both sides of what differs; for each field one is chosen, and nobody's words are lost. */
export function BothSides({ kind, mine, theirs, names, choice, onChoose }: {
  kind: Kind; mine: Fields; theirs: Fields; names: Names | undefined; choice: Record<string, 'mine' | 'theirs'>;
  onChoose: (name: string, side: 'mine' | 'theirs') => void;
}) {
  return (
    <div class="record-both">
      {Object.keys(mine).map((name) => {
        const field = kind.fields.find((f) => f.name === name);
        return (
          <fieldset key={name}>
            <legend>{field?.label ?? name}</legend>
            <div class="record-sides">
              {(['theirs', 'mine'] as const).map((side) => (
                <label key={side} class="record-side">
                  <input type="radio" name={`both-${name}`} checked={choice[name] === side} onChange={() => onChoose(name, side)} />
                  <span><strong>{say(side === 'mine' ? 'both_mine' : 'both_theirs')}</strong>{valueText(field, (side === 'mine' ? mine : theirs)[name], names) || say('none')}</span>
                </label>
              ))}
            </div>
          </fieldset>
        );
      })}
    </div>
  );
}
