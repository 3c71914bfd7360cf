// about.tsx - what a record is about: each link opens the story, touchpoint, question or
// record behind it.
import { useState } from 'preact/hooks';
import { locale } from '../../base/locale';
import { type About, type Detail, nameIn, unlink } from '../../base/records';
import { may } from '../../base/session';
import { Button, Card, tell, tellProblem } from '../../parts';
import { ours, say as sayRecord, touchpointHref } from '../../parts/records';
import { AboutDialog } from './dialogs';
import { say } from './words.en';

const kinds = ['record', 'customer', 'interaction', 'touchpoint', 'department', 'person', 'message', 'stories', 'map', 'file'] as const;
type What = typeof kinds[number];
const isKnown = (what: string): what is What => (kinds as readonly string[]).includes(what);

function label(a: About, r: Detail): string {
  const n = a.number ?? 0;
  switch (a.what) {
    case 'record': case 'touchpoint': case 'department': case 'person': return nameIn(r.names, a.what, n);
    case 'customer': return n ? sayRecord('customer_n', { n: String(n) }) : say('about_gone');
    case 'interaction': return a.at ? locale.dayTime(a.at) : a.key;
    case 'stories': return sayRecord('stories_open');
    default: return a.words || a.key || `#${n}`;
  }
}
function href(a: About, r: Detail): string | undefined {
  const n = a.number ?? 0;
  const story = r.about.find((o) => o.what === 'customer' && o.number)?.number ?? 0;
  switch (a.what) {
    case 'record': return `/records/any/${n}`;
    case 'customer': return n && may('stories') ? `/stories/${n}` : undefined;
    case 'interaction': return (n || story) && may('stories') ? `/stories/${n || story}?at=${encodeURIComponent(a.key)}` : undefined;
    case 'touchpoint': return may('ask') ? touchpointHref(nameIn(r.names, 'touchpoint', n)) : undefined;
    case 'person': return may('colleagues') ? `/people/${n}` : undefined;
    case 'map': return may('ask') ? `/maps/${n}${a.key ? `?sel=${encodeURIComponent(a.key)}` : ''}` : undefined;
    case 'stories': case 'message': return ours(a.key) ? a.key : undefined;
    default: return undefined;
  }
}

export function AboutCard({ r, again }: { r: Detail; again: () => void }) {
  const [adding, setAdding] = useState(false);
  const all = r.about.filter((a) => a.what !== 'file');
  return (
    <Card title={say('about')} actions={r.may.link && <Button kind="quiet" icon="plus" onClick={() => setAdding(true)}>{say('about_add')}</Button>}>
      {all.length ? (
        <ul class="record-lines record-abouts">
          {all.map((a) => {
            const text = label(a, r), to = href(a, r);
            return (
              <li key={a.about}>
                <span class="muted record-about-what">{isKnown(a.what) ? say(`about_${a.what}`) : a.what}</span>
                <span>{to ? <a href={to}>{text}</a> : text}{a.words && a.words !== text && <><br /><span class="muted">{a.words}</span></>}</span>
                {r.may.link && !a.field && (
                  <Button kind="quiet" icon="close" iconOnly onClick={() => unlink(r, a.about).then(() => { tell(say('about_removed')); again(); }, tellProblem)}>{say('about_remove', { what: text })}</Button>
                )}
              </li>
            );
          })}
        </ul>
      ) : <p class="muted">{say('about_none')}</p>}
      {adding && <AboutDialog r={r} onDone={again} onClose={() => setAdding(false)} />}
    </Card>
  );
}
