// message.tsx - a message as it was sent, with what differs marked; two of them side by side.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { locale } from '../../base/locale';
import { Chip, reach, useScrolls } from '../../parts';
import { type Message, type Said, factName } from './types';
import { say } from './words.en';

export interface Mark extends Pick<Said, 'at' | 'len'> {
  type: string;
}
/** The text in pieces: stretches that are marked, and what stands between them. What lies
 * outside the text or in another mark is left out. */
export function pieces(text: string, marks: Mark[]): { text: string; mark?: Mark }[] {
  const out: { text: string; mark?: Mark }[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.at - b.at)) {
    const end = Math.min(text.length, mark.at + mark.len);
    if (mark.at < at || end <= mark.at) continue;
    out.push({ text: text.slice(at, mark.at) }, { text: text.slice(mark.at, end), mark });
    at = end;
  }
  out.push({ text: text.slice(at) });
  return out.filter((p) => p.text);
}
export function Marked({ text, marks }: { text: string; marks: Mark[] }) {
  return (
    <>
      {pieces(text, marks).map((p, i) => (p.mark
        ? <mark key={i} title={factName(p.mark.type)}>{p.text}</mark>
        : <span key={i}>{p.text}</span>))}
    </>
  );
}

/** Where it stands in the story: by its id when its source gave one, else by its time. */
const placeOf = (m: Message) => (/^[89a-f]/.test(m.id) ? `i${m.id}` : `t${m.at_ms}.0`);
const names = (m: Message) => [m.purpose, m.signatory ? say('signed', { who: m.signatory }) : '', m.role ? say('role_wrote', { role: m.role }) : ''].filter(Boolean).join(' \u00b7 ');

export function Letter({ message: m, marks = [], customer, label, foot }: {
  message: Message; marks?: Mark[]; customer?: number; label: string; foot?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const scrolls = useScrolls(box, m.text);
  useEffect(() => { // long letters open where they differ
    const first = box.current?.querySelector('mark');
    if (box.current && first) box.current.scrollTop = Math.max(0, first.offsetTop - box.current.offsetTop - 60);
  }, [m.id, marks.length]);
  return (
    <article class="inside-letter" aria-label={label}>
      <header>
        <p class="inside-letter-who">
          {m.direction === 'in' ? <strong>{say('from_customer')}</strong> : m.department ? <Chip kind="department">{m.department}</Chip> : <strong>{say('department_unknown')}</strong>}
          {m.direction === 'in' && m.department && <span class="muted">{say('to_department', { who: m.department })}</span>}
          {m.channel && <Chip kind="channel">{m.channel}</Chip>}
        </p>
        <p class="muted"><time dateTime={new Date(m.at_ms).toISOString()}>{locale.dayTime(m.at_ms)}</time>{m.touchpoint && ` \u00b7 ${m.touchpoint}`}</p>
        {names(m) && <p class="muted">{names(m)}</p>}
        {m.subject && <p class="inside-letter-subject">{m.subject}</p>}
      </header>
      <div class="inside-letter-text" ref={box} {...reach(scrolls, label)}>{m.text ? <Marked text={m.text} marks={marks} /> : <span class="muted">{say('no_text')}</span>}</div>
      {(foot || customer) && (
        <footer>
          {foot}
          {customer && <a href={`/stories/${customer}?at=${encodeURIComponent(placeOf(m))}`}>{say('in_story')}</a>}
        </footer>
      )}
    </article>
  );
}
