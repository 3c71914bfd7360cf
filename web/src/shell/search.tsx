// search.tsx - finds a customer by any identifier, from anywhere (/).
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Page, post } from '../base/api';
import { type Problem, asProblem } from '../base/problem';
import { go } from '../base/url';
import { Fail, Icon } from '../parts';
import { say } from './words.en';

interface Hit {
  customer: number;
  identifiers?: { kind: string; value: string }[];
}

export function Search({ storyPath }: { storyPath: string }) {
  const [who, setWho] = useState('');
  const [hits, setHits] = useState<Hit[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setWho(field.current?.value ?? ''), []); // typed before the script was there
  const shut = () => { setHits(null); setProblem(null); };
  useEffect(() => {
    const away = (e: Event) => { if (!box.current?.contains(e.target as Node)) shut(); };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, []);
  const open = (customer: number) => { shut(); setWho(''); go(`${storyPath}/${customer}`); };
  const find = async (e: Event) => {
    e.preventDefault();
    if (!who.trim() || busy) return;
    setBusy(true);
    shut();
    try {
      const { items } = await post<Page<Hit>>('/search', { who: who.trim() });
      const only = items.length === 1 ? items[0] : undefined;
      if (only) open(only.customer);
      else setHits(items);
    } catch (thrown) {
      const told = asProblem(thrown);
      if (told.status === 404) setHits([]);
      else setProblem(told);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="search" role="search" ref={box} onSubmit={find} onKeyDown={(e) => { if (e.key === 'Escape') shut(); }}>
      <Icon name="search" />
      <input id="search" ref={field} type="search" aria-label={say('search_label')} placeholder={say('search_label')} title={say('search_hint')}
        autocomplete="off" value={who} aria-busy={busy} onInput={(e) => setWho(e.currentTarget.value)} />
      <kbd aria-hidden="true">/</kbd>
      <div class="search-told" role="status">
        {(hits || problem) && (
          <div class="search-found">
            {problem && <Fail problem={problem} />}
            {hits && !hits.length && <p><strong>{say('search_none', { who: who.trim() })}</strong><br /><span class="muted">{say('search_none_hint')}</span></p>}
            {hits && hits.length > 0 && (
              <>
                <p class="muted">{say('search_found', { n: hits.length })}</p>
                <ul>{hits.map((h) => (
                  <li key={h.customer}><a class="menu-item" href={`${storyPath}/${h.customer}`} onClick={shut}>#{h.customer}</a></li>
                ))}</ul>
              </>
            )}
          </div>
        )}
      </div>
    </form>
  );
}
