// picker.tsx - chooses by typing a part of the name: people, departments, touchpoints,
// records. What is chosen stands above as chips; arrow keys, Enter and Escape do what
// they do in every list.
//
//     <Picker label={say('whom')} find={findPeople} chosen={[{ value: 17, label: 'Ann' }]} onChange={...} />
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Problem, asProblem } from '../base/problem';
import { Chip, Fail } from './basic';
import { say } from './words.en';

export interface Pick {
  value: number;
  label: string;
  /** Beside the name: the department of a person. */
  note?: string;
}
export interface PickerProps {
  label: string;
  help?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean;
  many?: boolean;
  chosen: Pick[];
  onChange: (chosen: Pick[]) => void;
  /** At most a dozen, best first; an empty text gives those that are near. */
  find: (text: string, signal: AbortSignal) => Promise<Pick[]>;
  kind?: 'person' | 'department' | 'plain';
  placeholder?: string;
  /** Those of an empty text stand below as buttons: one tap chooses. */
  near?: boolean;
}

export function Picker(p: PickerProps) {
  const id = useId();
  const box = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [found, setFound] = useState<Pick[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [at, setAt] = useState(0);
  const wanted = open || (p.near && !p.chosen.length);
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      p.find(typed.trim(), stop.signal).then(
        (all) => { if (!stop.signal.aborted) { setFound(all); setAt(0); setProblem(null); } },
        (thrown) => { if (!stop.signal.aborted) setProblem(asProblem(thrown)); });
    }, typed ? 120 : 0);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [typed, wanted]);
  const left = (found ?? []).filter((f) => !p.chosen.some((c) => c.value === f.value)).slice(0, 12);
  const take = (pick: Pick | undefined) => {
    if (!pick) return;
    p.onChange(p.many ? [...p.chosen, pick] : [pick]);
    setTyped('');
    setOpen(false);
    if (p.many) box.current?.focus();
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (!open) setOpen(true);
      else if (left.length) setAt((at + (e.key === 'ArrowDown' ? 1 : -1) + left.length) % left.length);
    } else if (e.key === 'Enter' && open) {
      e.preventDefault();
      take(left[at]);
    } else if (e.key === 'Escape' && open) {
      e.preventDefault();
      e.stopPropagation();
      setOpen(false);
    } else if (e.key === 'Backspace' && !typed && p.chosen.length) {
      p.onChange(p.chosen.slice(0, -1));
    }
  };
  const described = [p.help && `${id}-help`, p.error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  const full = !p.many && p.chosen.length > 0;
  const listed = open && !full;
  return (
    <div class={`field picker${p.error ? ' wrong' : ''}`}>
      <label for={id}>{p.label}{p.optional && <span class="muted"> ({say('optional')})</span>}</label>
      {p.help && <span class="help" id={`${id}-help`}>{p.help}</span>}
      {p.chosen.length > 0 && (
        <div class="chips">{p.chosen.map((c) => (
          <Chip key={c.value} kind={p.kind ?? 'plain'} onRemove={() => { p.onChange(p.chosen.filter((other) => other.value !== c.value)); requestAnimationFrame(() => box.current?.focus()); }}
            removeLabel={say('filter_remove', { what: c.label })}>{c.label}</Chip>
        ))}</div>
      )}
      <div class="picker-box" hidden={full}>
        <input id={id} ref={box} type="text" role="combobox" autocomplete="off" value={typed} placeholder={p.placeholder ?? say('picker_type')}
          aria-expanded={listed} aria-controls={`${id}-list`} aria-autocomplete="list" aria-describedby={described} aria-invalid={p.error ? true : undefined}
          aria-activedescendant={listed && left[at] ? `${id}-${left[at].value}` : undefined}
          onInput={(e) => { setTyped(e.currentTarget.value); setOpen(true); }} onFocus={() => { if (!p.near) setOpen(true); }} onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)} onKeyDown={keys} />
        <ul class="picker-list" role="listbox" id={`${id}-list`} aria-label={p.label} hidden={!listed}>
          {listed && left.map((pick, i) => (
            <li key={pick.value} role="option" id={`${id}-${pick.value}`} aria-selected={i === at} onPointerDown={(e) => e.preventDefault()} onClick={() => take(pick)}>
              {pick.label}{pick.note && <span class="muted"> {pick.note}</span>}
            </li>
          ))}
          {listed && found && !left.length && <li role="option" aria-selected={false} aria-disabled="true" class="muted">{say('picker_none')}</li>}
        </ul>
      </div>
      {p.near && !open && !full && left.length > 0 && (
        <div class="picker-near" role="group" aria-label={p.label}>
          {left.slice(0, 6).map((pick) => <button key={pick.value} type="button" class="filter-name" onClick={() => take(pick)}>{pick.label}</button>)}
        </div>
      )}
      {problem && <Fail problem={problem} />}
      {p.error && <span class="error" id={`${id}-error`} role="alert">{p.error}</span>}
    </div>
  );
}
