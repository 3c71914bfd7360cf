// form.tsx - fields of forms: label above, help under it, what is wrong said beside it.
import type { ComponentChildren, JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { type Problem, asProblem } from '../base/problem';
import { Button, Fail } from './basic';
import { say } from './words.en';

interface Common {
  label: string;
  help?: ComponentChildren;
  /** What is wrong with what was typed, and what to do. */
  error?: string | undefined;
  optional?: boolean;
  disabled?: boolean;
}
function Around(p: Common & { id: string; children: (described: string | undefined) => ComponentChildren }) {
  const described = [p.help && `${p.id}-help`, p.error && `${p.id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div class={`field${p.error ? ' wrong' : ''}`}>
      <label for={p.id}>{p.label}{p.optional && <span class="muted"> ({say('optional')})</span>}</label>
      {p.help && <span class="help" id={`${p.id}-help`}>{p.help}</span>}
      {p.children(described)}
      {p.error && <span class="error" id={`${p.id}-error`} role="alert">{p.error}</span>}
    </div>
  );
}

export interface TextFieldProps extends Common {
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'search' | 'date' | 'number' | 'url';
  lines?: number;
  autocomplete?: string;
  placeholder?: string;
  suggestions?: string[];
  /** Characters; the server counts bytes, and says so itself. */
  most?: number;
  onEnter?: () => void;
}
export function TextField(p: TextFieldProps) {
  const id = useId();
  const common = (described: string | undefined) => ({
    id, value: p.value, disabled: p.disabled, placeholder: p.placeholder, maxLength: p.most,
    required: (!p.optional && p.type !== 'search') || undefined, 'aria-describedby': described, 'aria-invalid': p.error ? true : undefined,
    onInput: (e: JSX.TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) => p.onInput(e.currentTarget.value),
  });
  return (
    <Around {...p} optional={!!p.optional && p.type !== 'search'} id={id}>
      {(described) => (p.lines
        ? <textarea {...common(described)} rows={p.lines} />
        : (
          <>
            <input {...common(described)} type={p.type ?? 'text'} autocomplete={p.autocomplete ?? 'off'}
              list={p.suggestions ? `${id}-list` : undefined}
              onKeyDown={(e) => { if (e.key === 'Enter' && p.onEnter) { e.preventDefault(); p.onEnter(); } }} />
            {p.suggestions && <datalist id={`${id}-list`}>{p.suggestions.map((s) => <option key={s} value={s} />)}</datalist>}
          </>
        ))}
    </Around>
  );
}

export interface Choice<T extends string = string> {
  value: T;
  label: string;
}
export function SelectField<T extends string>(p: Common & { value: T; onChange: (value: T) => void; choices: Choice<T>[] }) {
  const id = useId();
  return (
    <Around {...p} id={id}>
      {(described) => (
        <select id={id} value={p.value} disabled={p.disabled} aria-describedby={described}
          onChange={(e) => p.onChange(e.currentTarget.value as T)}>
          {p.choices.map((c) => <option key={c.value} value={c.value} selected={c.value === p.value}>{c.label}</option>)}
        </select>
      )}
    </Around>
  );
}

export function CheckField(p: { label: string; help?: ComponentChildren; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  const id = useId();
  return (
    <div class="check">
      <input type="checkbox" id={id} checked={p.checked} disabled={p.disabled} aria-describedby={p.help ? `${id}-help` : undefined}
        onChange={(e) => p.onChange(e.currentTarget.checked)} />
      <label for={id}>{p.label}{p.help && <span class="help" id={`${id}-help`}>{p.help}</span>}</label>
    </div>
  );
}

/** One of a few, all of them seen. */
export function RadioField<T extends string>(p: { label: string; value: T; onChange: (value: T) => void; choices: (Choice<T> & { help?: string })[]; inline?: boolean; disabled?: boolean }) {
  const id = useId();
  return (
    <fieldset class={`radios${p.inline ? ' inline' : ''}`}>
      <legend>{p.label}</legend>
      {p.choices.map((c) => (
        <div class="check" key={c.value}>
          <input type="radio" name={id} id={`${id}-${c.value}`} checked={c.value === p.value} disabled={p.disabled} onChange={() => p.onChange(c.value)} />
          <label for={`${id}-${c.value}`}>{c.label}{c.help && <span class="help">{c.help}</span>}</label>
        </div>
      ))}
    </fieldset>
  );
}

/** A form: sends once at a time; a refusal is shown above its button, and what was typed stays. */
export function Form(p: { children: ComponentChildren; submit: string; onSubmit: () => Promise<unknown>; cancel?: () => void; danger?: boolean; disabled?: boolean; wide?: boolean }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await p.onSubmit();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class={`form${p.wide ? ' wide' : ''}`} onSubmit={send} noValidate>
      {p.children}
      {problem && <Fail problem={problem} />}
      <div class="actions">
        <Button type="submit" kind={p.danger ? 'danger' : 'main'} busy={busy} disabled={!!p.disabled}>{p.submit}</Button>
        {p.cancel && <Button kind="quiet" onClick={p.cancel}>{say('cancel')}</Button>}
      </div>
    </form>
  );
}
