// attached.tsx - files that belong to a record.
import { post } from '../../base/api';
import { useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { type Detail, nameIn } from '../../base/records';
import { Card, tell, tellProblem } from '../../parts';
import { say } from './words.en';

export function FilesCard({ r, again }: { r: Detail; again: () => void }) {
  const [busy, setBusy] = useState(false);
  const send = async (file: File) => {
    setBusy(true);
    try {
      await post(`/records/${r.kind}/${r.record}/files?name=${encodeURIComponent(file.name)}`, new Blob([await file.arrayBuffer()], { type: file.type || 'application/octet-stream' }));
      tell(say('file_added'));
      again();
    } catch (thrown) {
      tellProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={say('files_attached')}>
      <div class="record-form">
        {r.files.length ? (
          <ul class="record-files">
            {r.files.map((f) => (
              <li key={f.file}><a href={`/api/v1/records/${r.kind}/${r.record}/files/${f.file}`} download={f.name}>{f.name}</a> <span class="muted">{locale.day(f.at)}, {nameIn(r.names, 'person', f.person)}</span></li>
            ))}
          </ul>
        ) : <p class="muted">{say('files_none')}</p>}
        {r.may.comment && (
          <div class="actions">
            <label class="button plain records-file"><input type="file" class="quiet" aria-label={say('file_add')} disabled={busy}
              onChange={(e) => { const [file] = e.currentTarget.files ?? []; e.currentTarget.value = ''; if (file) void send(file); }} />{say('file_add')}</label>
          </div>
        )}
      </div>
    </Card>
  );
}
