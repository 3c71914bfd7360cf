// files.tsx - records of a kind taken out as a file, and brought in from one: tried out
// first, problems by line, written only as a whole.
import { useState } from 'preact/hooks';
import { post, queryText } from '../../base/api';
import { useHead } from '../../base/head';
import type { Kind } from '../../base/records';
import { Button, Card, LinkButton, Note, Table, tell, tellProblem } from '../../parts';
import { asked, useList } from './state';
import { say } from './words.en';

interface Tried {
  rows: number;
  added: number;
  changed: number;
  problems: { line: number; column: string | number | null; what: string; remedy: string }[];
}

export function Files({ kind }: { kind: Kind }) {
  const [q] = useList();
  const [file, setFile] = useState<Blob | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const [busy, setBusy] = useState(false);
  useHead({ title: kind.many, question: say('files') });
  const send = async (blob: Blob, dry: boolean) => {
    setBusy(true);
    try {
      const bytes = await blob.arrayBuffer();
      const packed = new TextDecoder().decode(bytes.slice(0, 2)) === 'PK'; // as spreadsheets are
      const sent = new Blob([bytes], { type: packed ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/csv' });
      const reply = await post<Tried>(`/records/${kind.name}/import${dry ? '?dry_run=yes' : ''}`, sent);
      setTried(dry ? reply : null);
      setFile(dry ? blob : null);
      if (!dry) tell(say('files_done', { added: reply.added, changed: reply.changed }));
    } catch (thrown) {
      tellProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const out = (format: string) => `/api/v1/records/${kind.name}/export${queryText({ ...asked(q), format })}`;
  return (
    <>
      <div class="actions"><LinkButton kind="quiet" icon="left" href={`/records/${kind.name}`}>{say('back')}</LinkButton></div>
      <Card title={kind.many}>
        <p class="muted">{say('files_out')}</p>
        <div class="actions records-gap">
          <LinkButton icon="download" href={out('csv')} download>{say('export_csv')}</LinkButton>
          <LinkButton icon="download" href={out('xlsx')} download>{say('export_xlsx')}</LinkButton>
          <LinkButton icon="download" href={out('json')} download>{say('export_json')}</LinkButton>
        </div>
      </Card>
      {kind.may_make && (
        <Card title={say('files_choose')}>
          <p class="muted">{say('files_in')}</p>
          <div class="actions records-gap">
            <label class="button plain records-file"><input type="file" class="quiet" accept=".csv,.xlsx,text/csv" aria-label={say('files_choose')} disabled={busy}
              onChange={(e) => { const [chosen] = e.currentTarget.files ?? []; e.currentTarget.value = ''; if (chosen) void send(chosen, true); }} />{say('files_choose')}</label>
          </div>
          {tried && (
            <div class="record-form records-gap">
              <Note kind={tried.problems.length ? 'warn' : 'good'}>
                <p>{say('files_would', { rows: say('files_rows', { n: tried.rows }), added: tried.added, changed: tried.changed })}</p>
                {tried.problems.length > 0 && <p>{say('files_problems', { n: tried.problems.length })}</p>}
              </Note>
              {tried.problems.length > 0 ? (
                <Table caption={say('files_what')} captionHidden rows={tried.problems} keyOf={(p) => `${p.line} ${p.column} ${p.what}`} columns={[
                  { id: 'line', head: say('files_line'), cell: (p) => p.line, number: true },
                  { id: 'column', head: say('files_column'), cell: (p) => p.column ?? '' },
                  { id: 'what', head: say('files_what'), cell: (p) => p.what },
                  { id: 'remedy', head: say('files_remedy'), cell: (p) => p.remedy },
                ]} />
              ) : <div class="actions"><Button kind="main" busy={busy} onClick={() => file && void send(file, false)}>{say('files_write')}</Button></div>}
            </div>
          )}
        </Card>
      )}
    </>
  );
}
