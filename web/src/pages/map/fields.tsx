// fields.tsx - one field of the map, edited where it stands. What was typed is saved when
// one goes on (Enter, or leaving the field), and kept until it is: if somebody else changed
// the same meanwhile, both texts stand side by side and one is chosen.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Problem, asProblem } from '../../base/problem';
import { Button, Fail } from '../../parts';
import type { Editing } from './edit';
import { inQuotes, valueOf } from './model';
import { afterPress } from './press';
import { say } from './words.en';

interface Bound {
  value: string;
  type: (text: string) => void;
  save: () => Promise<void>;
  drop: () => void;
  dirty: boolean;
  under: ComponentChildren;
}

/** The value of a field, what was typed over it, and how both come together. */
export function useBound(m: Editing, id: string, field: string): Bound {
  const { doc } = m;
  const now = doc ? valueOf(doc, id, field) : '';
  const draft = m.draft(id, field);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const value = draft ? draft.text : now;
  const other = !!draft && draft.was !== now && draft.text !== now && !busy;
  const latest = useRef({ draft, now, other, busy });
  latest.current = { draft, now, other, busy };
  const send = async (text: string, was: string) => {
    setBusy(true);
    setProblem(null);
    try {
      await m.set(id, field, text, was);
      m.keep(id, field, null);
    } catch (thrown) {
      const failed = asProblem(thrown);
      if (failed.status !== 409) setProblem(failed); // where both texts stand it says enough
    } finally {
      setBusy(false);
    }
  };
  const who = [...m.seen].reverse().find((s) => s.differences.some((d) => d.id === id))?.who;
  return {
    value, dirty: !!draft,
    type: (text) => {
      setProblem(null);
      m.keep(id, field, text === now && !draft ? null : { text, was: draft?.was ?? now });
    },
    save: async () => {
      const { draft: d, now: there, other: both, busy: sending } = latest.current;
      if (!d || both || sending) return;
      if (d.text === there) return m.keep(id, field, null);
      await send(d.text, d.was);
    },
    drop: () => m.keep(id, field, null),
    under: (
      <>
        {other && draft && (
          <div class="map-both" role="alert">
            <p><strong>{say('both_title', { who: who ?? say('somebody') })}</strong></p>
            <dl>
              <div><dt>{say('both_theirs')}</dt><dd>{now || say('both_nothing')}</dd></div>
              <div><dt>{say('both_yours')}</dt><dd>{draft.text || say('both_nothing')}</dd></div>
            </dl>
            <div class="actions">
              <Button kind="main" onClick={() => void send(draft.text, now)}>{say('both_take_yours')}</Button>
              <Button onClick={() => m.keep(id, field, null)}>{say('both_take_theirs')}</Button>
            </div>
          </div>
        )}
        {problem && <Fail problem={problem} />}
        {draft && !other && !busy && (
          <p class="map-unsaved" role="status">{say('unsaved')}
            <Button kind="quiet" onClick={() => void send(draft.text, draft.was)}>{say('save')}</Button>
            <Button kind="quiet" onClick={() => m.keep(id, field, null)}>{say('throw_away')}</Button>
          </p>
        )}
      </>
    ),
  };
}

function Labelled(p: { label: string; help?: string | undefined; id: string; children: ComponentChildren; bound: Bound }) {
  return (
    <div class="field map-field">
      <label for={p.id}>{p.label}</label>
      {p.children}
      {p.help && <span class="help" id={`${p.id}-help`}>{p.help}</span>}
      {p.bound.under}
    </div>
  );
}

interface FieldProps { m: Editing; id: string; field: string; label: string; help?: string; lines?: number; suggestions?: string[]; choices?: { value: string; label: string }[]; empty?: string }
/** A text or a choice. */
export function Field(p: FieldProps) {
  const id = useId(), b = useBound(p.m, p.id, p.field);
  if (!p.m.can) {
    const said = p.choices ? p.choices.find((c) => c.value === b.value)?.label ?? b.value : b.value;
    return said || p.empty ? <dl class="map-said"><dt>{p.label}</dt><dd>{said || <span class="muted">{p.empty}</span>}</dd></dl> : null;
  }
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && b.dirty) { e.stopPropagation(); b.drop(); }
    if (e.key === 'Enter' && (!p.lines || e.ctrlKey || e.metaKey)) { e.preventDefault(); void b.save(); }
  };
  const leave = () => afterPress(() => void b.save());
  return (
    <Labelled label={p.label} help={p.help} id={id} bound={b}>
      {p.choices ? (
        <select id={id} value={b.value} onChange={(e) => { b.type(e.currentTarget.value); requestAnimationFrame(leave); }}>
          {p.choices.map((c) => <option key={c.value} value={c.value} selected={c.value === b.value}>{c.label}</option>)}
        </select>
      ) : p.lines ? (
        <textarea id={id} rows={p.lines} value={b.value} onInput={(e) => b.type(e.currentTarget.value)} onBlur={leave} onKeyDown={keys} />
      ) : (
        <>
          <input id={id} type="text" autocomplete="off" value={b.value} placeholder={p.empty} list={p.suggestions && `${id}-list`} aria-describedby={p.help && `${id}-help`}
            onInput={(e) => b.type(e.currentTarget.value)} onBlur={leave} onKeyDown={keys} />
          {p.suggestions && <datalist id={`${id}-list`}>{p.suggestions.map((s) => <option key={s} value={s} />)}</datalist>}
        </>
      )}
    </Labelled>
  );
}

// ---- Fields of several lines ------------------------------------------------------------------

const quoted = /"((?:[^"\\]|\\.)*)"/g;
const textsIn = (line: string): string[] => [...line.matchAll(quoted)].map((m) => (m[1] ?? '').replace(/\\(.)/g, '$1'));

export type RowShape = 'words' | 'promise' | 'never' | 'behave' | 'match';
type Row = string[];
/** "promise "We call back" within 2d" as what stands in its boxes. */
function rowOf(line: string, shape: RowShape): Row {
  const texts = textsIn(line);
  if (shape === 'promise') return [texts[0] ?? '', /within (\S+)$/.exec(line.trim())?.[1] ?? ''];
  if (shape === 'never') return [texts[0] ?? '', line.trim().replace(/^never "(?:[^"\\]|\\.)*"/, '').trim()];
  if (shape === 'behave') return [texts[0] ?? '', texts[1] ?? ''];
  if (shape !== 'match') return [texts[0] ?? ''];
  const [, names = '', rest = ''] = /^match ((?:"(?:[^"\\]|\\.)*"(?:, *)?)+)(.*)$/.exec(line.trim()) ?? [];
  const part = (word: string) => {
    const [, text = ''] = new RegExp(`\\b${word} (?:"((?:[^"\\\\]|\\\\.)*)"|\\S+)`).exec(rest) ?? [];
    return text || new RegExp(`\\b${word} ([^"\\s]+)`).exec(rest)?.[1] || '';
  };
  return [textsIn(names).join(', '), part('over'), part('of')];
}
const oneWord = /^[a-z][a-z0-9-]*$/;
function lineOf(row: Row, field: string, shape: RowShape): string {
  const [a = '', b = '', c = ''] = row.map((t) => t.trim());
  if (!a) return '';
  if (shape === 'promise') return `${field} ${inQuotes(a)}${b ? ` within ${b.replace(/\s+/g, '')}` : ''}`;
  if (shape === 'never') return `${field} ${inQuotes(a)}${b ? ` ${b}` : ''}`;
  if (shape === 'behave') return `${field} ${inQuotes(a)} ${inQuotes(b)}`;
  if (shape !== 'match') return `${field} ${inQuotes(a)}`;
  const names = a.split(',').map((n) => n.trim()).filter(Boolean).map(inQuotes).join(', ');
  return `${field} ${names}${b ? ` over ${oneWord.test(b) ? b : inQuotes(b)}` : ''}${c ? ` of ${inQuotes(c)}` : ''}`;
}
const boxes: Record<RowShape, readonly string[]> = { words: ['words'], promise: ['promise', 'within'], never: ['never', 'rule'], behave: ['role', 'behaviour'], match: ['match', 'over', 'of'] };

/** Several of a sort, a row each; an empty row is left out. */
export function Rows(p: { m: Editing; id: string; field: string; shape: RowShape; label: string; help?: string }) {
  const b = useBound(p.m, p.id, p.field), id = useId();
  const lines = b.value ? b.value.split('\n') : [];
  const rows = lines.map((l) => rowOf(l, p.shape));
  const [typed, setTyped] = useState<Row[] | null>(null);
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => { if (!b.dirty) setTyped(null); }, [b.dirty]);
  const shown = typed ?? rows;
  const put = (next: Row[]) => {
    setTyped(next);
    b.type(next.map((r) => lineOf(r, p.field, p.shape)).filter(Boolean).join('\n'));
  };
  if (!p.m.can) {
    return rows.length ? (
      <dl class="map-said"><dt>{p.label}</dt><dd><ul>{rows.map((r) => <li key={r.join('|')}>{r.filter(Boolean).join(', ')}</li>)}</ul></dd></dl>
    ) : null;
  }
  const leave = (e: FocusEvent) => { if (!box.current?.contains(e.relatedTarget as Node | null)) afterPress(() => void b.save()); };
  const add = () => {
    setTyped([...shown, boxes[p.shape].map(() => '')]);
    requestAnimationFrame(() => [...(box.current?.querySelectorAll('input') ?? [])].at(-boxes[p.shape].length)?.focus());
  };
  return (
    <fieldset class="map-rows field" ref={box} onFocusOut={leave}>
      <legend>{p.label}</legend>
      {shown.map((row, i) => (
        <div class={`map-rows-one ${p.shape}`} key={i}>
          {boxes[p.shape].map((name, k) => (
            <input key={name} type="text" autocomplete="off" aria-label={`${p.label} ${i + 1}: ${say(`box_${name}` as 'box_words')}`} placeholder={say(`box_${name}` as 'box_words')} value={row[k] ?? ''}
              onInput={(e) => put(shown.map((r, n) => (n === i ? r.map((t, m) => (m === k ? e.currentTarget.value : t)) : r)))}
              onKeyDown={(e) => {
                if (e.key === 'Enter') { e.preventDefault(); void b.save(); }
                if (e.key === 'Escape' && b.dirty) { e.stopPropagation(); setTyped(null); b.drop(); }
              }} />
          ))}
          <Button kind="quiet" icon="close" iconOnly onClick={() => put(shown.filter((_, n) => n !== i))}>{say('take_away', { what: `${p.label} ${i + 1}` })}</Button>
        </div>
      ))}
      <div><Button kind="quiet" icon="plus" id={`${id}-add`} onClick={add}>{say('add_one', { what: p.label })}</Button></div>
      {p.help && <span class="help">{p.help}</span>}
      {b.under}
    </fieldset>
  );
}
