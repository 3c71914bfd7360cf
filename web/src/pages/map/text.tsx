// text.tsx - the whole map as text, for those who write faster than they click. Mistakes
// are told where they stand; if somebody else was quicker, their text and this one are both
// there.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Problem, asProblem } from '../../base/problem';
import { Button, Card, Fail, Note, TextField, tell } from '../../parts';
import type { Editing } from './edit';
import type { MapDoc } from './model';
import { say } from './words.en';

/** "line 12, column 3" of a message, or what the server told beside it. */
function placeOf(problem: Problem): { line: number; column: number } | null {
  const told = problem.told as { line?: unknown; column?: unknown };
  if (typeof told.line === 'number') return { line: told.line, column: typeof told.column === 'number' ? told.column : 1 };
  const found = /line (\d+)(?:, column (\d+))?/i.exec(`${problem.message} ${problem.remedy}`);
  return found ? { line: Number(found[1]), column: Number(found[2] ?? 1) } : null;
}

export function AsText({ m, doc }: { m: Editing; doc: MapDoc }) {
  const draft = m.draft('', 'text');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const box = useRef<HTMLTextAreaElement>(null), numbers = useRef<HTMLPreElement>(null);
  const [was, begun] = [draft?.was ?? doc.text, Number(draft ? draft.was.split('\n', 1)[0] : doc.version)];
  const base = draft ? was.slice(was.indexOf('\n') + 1) : doc.text;
  const text = draft ? draft.text : doc.text;
  const moved = !!draft && base !== doc.text;
  const place = problem && placeOf(problem);
  useEffect(() => { if (place) jump(place); }, [problem]);
  const jump = (to: { line: number; column: number }) => {
    const area = box.current;
    if (!area) return;
    const lines = area.value.split('\n');
    const at = lines.slice(0, to.line - 1).reduce((n, l) => n + l.length + 1, 0) + to.column - 1;
    area.focus();
    area.setSelectionRange(at, Math.min(area.value.length, at + Math.max(1, (lines[to.line - 1]?.length ?? 1) - to.column + 1)));
    const height = parseFloat(getComputedStyle(area).lineHeight) || 20;
    area.scrollTop = Math.max(0, (to.line - 6) * height);
  };
  const save = async (over: number) => {
    setBusy(true);
    setProblem(null);
    try {
      await m.write(text, over, note);
      m.keep('', 'text', null);
      setNote('');
      tell(say('text_saved'));
    } catch (thrown) {
      const failed = asProblem(thrown);
      setProblem(failed);
      if (failed.status === 412) m.again();
    } finally {
      setBusy(false);
    }
  };
  const lines = text.split('\n').length;
  return (
    <Card title={say('as_text')}>
      <p class="muted map-lead">{say('text_lead')}</p>
      {moved && (
        <Note kind="warn">
          <p><strong>{say('text_moved')}</strong></p>
          <details><summary>{say('text_theirs')}</summary><pre class="map-theirs">{doc.text}</pre></details>
          <div class="actions">
            <Button onClick={() => void save(doc.latest)}>{say('text_over')}</Button>
            <Button onClick={() => m.keep('', 'text', null)}>{say('text_take_theirs')}</Button>
          </div>
        </Note>
      )}
      {problem && problem.status !== 412 && (
        <div class="map-text-problem">
          <Fail problem={problem} />
          {place && <Button onClick={() => jump(place)}>{say('go_to_line', { n: String(place.line), column: String(place.column) })}</Button>}
        </div>
      )}
      <div class="map-text">
        <pre class="map-text-numbers" aria-hidden="true" ref={numbers}>{Array.from({ length: lines }, (_, i) => (
          <span key={i} class={place?.line === i + 1 ? 'wrong' : undefined}>{i + 1}{'\n'}</span>))}</pre>
        <textarea ref={box} spellcheck={false} wrap="off" aria-label={say('as_text')} aria-invalid={place ? true : undefined} value={text} readOnly={!m.can} rows={Math.min(32, Math.max(12, lines + 1))}
          onInput={(e) => { setProblem(null); m.keep('', 'text', e.currentTarget.value === doc.text && !draft ? null : { text: e.currentTarget.value, was: draft ? draft.was : `${doc.version}\n${doc.text}` }); }}
          onScroll={(e) => { if (numbers.current) numbers.current.scrollTop = e.currentTarget.scrollTop; }}
          onKeyDown={(e) => { if (e.key === 's' && (e.ctrlKey || e.metaKey) && draft) { e.preventDefault(); void save(begun); } }} />
      </div>
      {m.can && (
        <div class="map-text-do">
          <TextField label={say('text_note')} optional value={note} onInput={setNote} most={300} />
          <div class="actions">
            <Button kind="main" busy={busy} disabled={!draft || moved} onClick={() => void save(begun)}>{say('save')}</Button>
            <Button kind="quiet" disabled={!draft} onClick={() => { m.keep('', 'text', null); setProblem(null); }}>{say('throw_away')}</Button>
          </div>
        </div>
      )}
    </Card>
  );
}
