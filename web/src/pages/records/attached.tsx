// attached.tsx - files that belong to a record.
import { del, post } from '../../base/api';
import { useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { type Detail, nameIn } from '../../base/records';
import { whoAmI } from '../../base/session';
import { Button, Card, tell, tellProblem } from '../../parts';
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
  const takeAway = async (file: number) => {
    try {
      await del(`/records/${r.kind}/${r.record}/files/${file}`);
      tell(say('file_gone'));
      again();
    } catch (thrown) {
      tellProblem(thrown);
    }
  };
  return (
    <Card title={say('files_attached')}>
      <div class="record-form">
        {r.files.length ? (
          <ul class="record-files">
            {r.files.map((f) => (
              <li key={f.file}>
                <a href={`/api/v1/records/${r.kind}/${r.record}/files/${f.file}`} download={f.name}>{f.name}</a> <span class="muted">{locale.day(f.at)}, {nameIn(r.names, 'person', f.person)}</span>
                {(r.may.change || f.person === whoAmI().person) && <Away name={f.name} away={() => takeAway(f.file)} />}
              </li>
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

/** Asked once more: what is taken away is gone for good. */
function Away({ name, away }: { name: string; away: () => void }) {
  const [sure, setSure] = useState(false);
  if (!sure) return <Button kind="quiet" onClick={() => setSure(true)}>{say('file_away')}<span class="quiet"> {name}</span></Button>;
  return <span class="actions">{say('file_sure')} <Button kind="danger" onClick={away}>{say('file_away_yes')}</Button> <Button kind="quiet" onClick={() => setSure(false)}>{say('file_keep')}</Button></span>;
}
