// asked.tsx - what I asked and what became of it; whether it is solved is mine to say.
import { useState } from 'preact/hooks';
import { post } from '../../base/api';
import { locale } from '../../base/locale';
import { Button, Card, Dialog, Form, TextField, tell } from '../../parts';
import type { Beside, Problem } from './types';
import { say } from './words.en';

export const nameOf = (p: Problem) => p.name || `#${p.problem}`;

function SayDialog({ p, customer, onDone, onClose }: { p: Problem; customer: number; onDone: () => void; onClose: () => void }) {
  const [text, setText] = useState('');
  const solved = p.state !== 'confirmed';
  const at = `/customers/${customer}/problems/${p.problem}`;
  const send = async () => {
    await post(`${at}/${solved ? 'confirm' : 'reopen'}`, text.trim() ? { text: text.trim() } : {});
    onClose();
    onDone();
    if (!solved) return tell(say('reopened_told'));
    tell(say('solved_told'), async () => {
      await post(`${at}/reopen`, { mistake: true });
      onDone();
    });
  };
  return (
    <Dialog title={say(solved ? 'solved_title' : 'not_solved')} onClose={onClose} sheet>
      <p><strong>{nameOf(p)}</strong></p>
      <Form submit={say('send')} onSubmit={send} cancel={onClose}>
        <TextField label={say('own_words')} lines={3} most={4000} optional value={text} onInput={setText} />
      </Form>
    </Dialog>
  );
}

export function Asked({ b, onDone }: { b: Beside; onDone: () => void }) {
  const [saying, setSaying] = useState<Problem | null>(null);
  const open = b.problems.filter((p) => p.state !== 'confirmed'), solved = b.problems.filter((p) => p.state === 'confirmed');
  return (
    <Card title={say('asked')}>
      {open.length ? (
        <ul class="mine-list">
          {open.map((p) => (
            <li key={p.problem}>
              <p><a href={`/stories/${b.customer}?problem=${p.problem}`}>{nameOf(p)}</a></p>
              <p>{p.department && <>{say('at', { department: p.department })} </>}{say(p.customer_waits ? 'ours' : 'yours')}</p>
              <p class="muted">{say('waits', { time: locale.duration(Date.now() - Date.parse(p.opened)) })}</p>
              {b.may.say && <div class="actions"><Button icon="check" onClick={() => setSaying(p)}>{say('solved')}</Button></div>}
            </li>
          ))}
        </ul>
      ) : <p class="muted">{say('asked_none')}</p>}
      {solved.length > 0 && (
        <details>
          <summary>{say('solved_before', { n: solved.length })}</summary>
          <ul class="mine-list">
            {solved.map((p) => (
              <li key={p.problem}>
                <p><a href={`/stories/${b.customer}?problem=${p.problem}`}>{nameOf(p)}</a></p>
                <p class="muted">{say('solved_on', { day: locale.day(p.confirmed ?? p.last) })}</p>
                {p.said && <blockquote>{p.said}</blockquote>}
                {b.may.say && <div class="actions"><Button kind="quiet" onClick={() => setSaying(p)}>{say('not_solved')}</Button></div>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {saying && <SayDialog p={saying} customer={b.customer} onDone={onDone} onClose={() => setSaying(null)} />}
    </Card>
  );
}
