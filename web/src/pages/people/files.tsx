// files.tsx - people and departments from a file, tried out first; and as files.
import { useRef, useState } from 'preact/hooks';
import { post } from '../../base/api';
import { type Problem, asProblem } from '../../base/problem';
import { Button, Card, Fail, LinkButton, Note, Table, tell } from '../../parts';
import { say } from './words.en';

interface Tried {
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  departments_added: number;
  problem_count: number;
  problems: { line: number; column?: string; detail: string; remedy?: string }[];
}

export function Files({ changed }: { changed: () => void }) {
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const send = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    await work().catch((thrown) => setProblem(asProblem(thrown)));
    setBusy(false);
  };
  const choose = (chosen: File | undefined) => chosen && send(async () => {
    const next = { name: chosen.name, text: await chosen.text() };
    setFile(next);
    setTried(null);
    setTried(await post<Tried>('/people/import?dry-run=yes', next.text));
  });
  const write = () => file && send(async () => {
    const done = await post<Tried>('/people/import', file.text);
    tell(say('f_written', { added: done.added, changed: done.changed }));
    setFile(null);
    setTried(null);
    changed();
  });
  return (
    <>
      <Card title={say('f_import')}>
        <div class="people-files">
          <p class="muted">{say('f_import_hint')}</p>
          <input ref={input} type="file" accept=".csv,text/csv" class="quiet" tabIndex={-1} aria-label={say('f_choose')}
            onChange={(e) => { choose(e.currentTarget.files?.[0]); e.currentTarget.value = ''; }} />
          <div class="actions"><Button icon="plus" busy={busy} onClick={() => input.current?.click()}>{say('f_choose')}</Button></div>
          {problem && <Fail problem={problem} />}
          {tried && file && (
            <>
              <Note kind={tried.problem_count ? 'warn' : 'good'}>
                <p>{say('f_tried', { file: file.name, rows: tried.rows, added: tried.added, changed: tried.changed, unchanged: tried.unchanged })}</p>
                {tried.departments_added > 0 && <p>{say('f_departments', { n: tried.departments_added })}</p>}
                {tried.problem_count > 0 && <p><strong>{say('f_problems', { n: tried.problem_count })}</strong></p>}
              </Note>
              {tried.problems.length > 0 && (
                <Table caption={say('f_what')} captionHidden rows={tried.problems} keyOf={(p) => `${p.line} ${p.column ?? ''} ${p.detail}`} columns={[
                  { id: 'line', head: say('f_line'), cell: (p) => p.line, number: true },
                  { id: 'column', head: say('f_column'), cell: (p) => p.column ?? '' },
                  { id: 'what', head: say('f_what'), cell: (p) => p.detail },
                  { id: 'remedy', head: say('f_remedy'), cell: (p) => p.remedy ?? '' },
                ]} />
              )}
              {!tried.problem_count && <div class="actions"><Button kind="main" busy={busy} onClick={write}>{say('f_write')}</Button></div>}
            </>
          )}
        </div>
      </Card>
      <Card title={say('f_export')}>
        <div class="actions">
          <LinkButton icon="download" href="/api/v1/people/export" download>{say('f_export_people')}</LinkButton>
          <LinkButton icon="download" href="/api/v1/departments/export" download>{say('f_export_departments')}</LinkButton>
        </div>
      </Card>
    </>
  );
}
