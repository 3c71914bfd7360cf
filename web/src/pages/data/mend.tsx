// mend.tsx - rows that could not be read, corrected in place and imported again.
import { useState } from 'preact/hooks';
import { patch, post, usePages } from '../../base/api';
import { asProblem, type Problem } from '../../base/problem';
import { Await, Button, Card, Fail, LinkButton, TextField, tell } from '../../parts';
import type { Job } from './job';
import { say } from './words.en';

interface Row {
  row: number;
  line: number;
  name: string;
  reason: string;
  hint: string;
  text: string;
  mended: string | null;
  skipped: boolean;
}

export function Mend({ job, onSent }: { job: number; onSent: (next: number) => void }) {
  const got = usePages<Row>(`/imports/${job}/rejects/rows`);
  const [texts, setTexts] = useState<Record<number, string>>({});
  const [skipped, setSkipped] = useState<Record<number, boolean>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const rows = got.data ?? [];
  const keep = async () => {
    const changed = rows.filter((r) => texts[r.row] !== undefined || skipped[r.row] !== undefined)
      .map((r) => ({ row: r.row, ...(texts[r.row] !== undefined && { text: texts[r.row] }), ...(skipped[r.row] !== undefined && { skip: skipped[r.row] }) }));
    if (changed.length) await patch(`/imports/${job}/rejects/rows`, { rows: changed });
  };
  const run = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={say('mend')} id="mend" actions={<LinkButton icon="download" download href={`/api/v1/imports/${job}/rejects`}>{say('download')}</LinkButton>}>
      <p class="muted">{say('mend_hint')}</p>
      <Await got={got}>
        {() => (
          <div>
            {rows.map((r) => {
              const out = skipped[r.row] ?? r.skipped;
              return (
                <div class={`data-reject${out ? ' skipped' : ''}`} key={r.row}>
                  <div class="data-reject-line">
                    <TextField label={say('row_n', { n: r.row })} help={`${r.name ? `${r.name}: ` : ''}${r.reason}. ${r.hint}`} disabled={out}
                      value={texts[r.row] ?? (r.mended ?? r.text).replace(/\r?\n$/, '')}
                      {...(/\n./.test(r.text) && { lines: 4 })}
                      onInput={(value) => setTexts({ ...texts, [r.row]: value })} />
                    <Button kind="quiet" pressed={out} onClick={() => setSkipped({ ...skipped, [r.row]: !out })}>{out ? say('keep') : say('skip')}</Button>
                  </div>
                </div>
              );
            })}
            {got.more && <Button onClick={got.next} busy={got.waiting}>{say('more_rows')}</Button>}
          </div>
        )}
      </Await>
      {problem && <Fail problem={problem} />}
      <div class="data-act">
        <Button kind="main" busy={busy} onClick={() => void run(async () => {
          await keep();
          onSent((await post<Job>(`/imports/${job}/rejects/import`, {})).job);
        })}>{say('import_mended')}</Button>
        <Button busy={busy} onClick={() => void run(async () => { await keep(); tell(say('saved')); })}>{say('save')}</Button>
      </div>
    </Card>
  );
}
