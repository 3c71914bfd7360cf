// shell.tsx - what stands around every page: navigation by the questions people ask,
// search, help, look, title and question; loads the page that the address names.
import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type CaptureFrom, captureIn, openCapture } from '../base/capture';
import { type Head, HeadContext } from '../base/head';
import { asProblem } from '../base/problem';
import { may, ourSettings, whoAmI } from '../base/session';
import { followLinks, go, useLocation } from '../base/url';
import { type PageEntry, type PageProps, pages } from '../pages/pages';
import { sayPage } from '../pages/words.en';
import { Button, Dialog, Empty, Fail, Icon, LinkButton, Menu, Note, Skeleton, inDialog, tellProblem, toToast, toastsIn } from '../parts';
import { Allowed } from './allowed';
import { Search } from './search';
import { say } from './words.en';

// ---- Which page -------------------------------------------------------------------------------

const allowed = (page: PageEntry) => !page.may || may(page.may);
const within = (path: string, page: PageEntry) =>
  (page.path === '/' ? path === '/' : path === page.path || path.startsWith(`${page.path}/`));
const pageAt = (path: string) => pages.find((page) => within(path, page));
/** Begins to load the page that the address names, and what it will ask for. */
export function beginPage(ask: (path: string) => void): void {
  const page = pageAt(location.pathname);
  if (!page || !allowed(page)) return;
  page.load().catch(() => undefined); // told where it is drawn
  if (location.pathname === page.path && !location.search)
    for (const [right, path] of Object.entries(page.first ?? {})) if (may(right)) ask(path);
}
const restOf = (path: string, page: PageEntry) =>
  path.slice(page.path.length).split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });

type Loaded = { page: PageEntry; component?: ComponentType<PageProps>; failed?: unknown };
function useLoaded(page: PageEntry | undefined): Loaded | undefined {
  const [loaded, set] = useState<Loaded | undefined>(undefined);
  useEffect(() => {
    let here = true;
    if (page)
      page.load().then((m) => here && set({ page, component: m.default }), (failed) => here && set({ page, failed }));
    return () => { here = false; };
  }, [page]);
  return loaded && loaded.page === page ? loaded : undefined;
}

/** What a page throws while it draws itself is told in its place; the rest goes on. */
class Guard extends Component<{ children: ComponentChildren }, { failed?: unknown }> {
  override state: { failed?: unknown } = {};
  static override getDerivedStateFromError(failed: unknown) {
    return { failed };
  }
  override render() {
    return this.state.failed ? <Fail problem={asProblem(this.state.failed)} again={() => location.reload()} /> : this.props.children;
  }
}

// ---- Navigation ---------------------------------------------------------------------------------

function Navigation({ path, open, close }: { path: string; open: boolean; close: () => void }) {
  return (
    <nav class={`ways${open ? ' open' : ''}`} aria-label={say('pages')} id="ways" onKeyDown={(e) => { if (e.key === 'Escape') close(); }}>
      <a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" /><path d="M9 23V10h14M9 16.500h10" /><circle cx="23" cy="22" r="2.600" /></svg>Firsthand</a>
      <ul>
        {pages.filter((page) => !page.aside).map((page) => (
          <Allowed right={page.may} key={page.id}>
            <li>
              <a href={page.path} aria-current={within(path, page) ? 'page' : undefined} onClick={close}>
                <Icon name={page.icon} /><span>{sayPage(`${page.id}_title`)}</span>
              </a>
            </li>
          </Allowed>
        ))}
        <Allowed right="ask"><li><a href="/report" onClick={close}><Icon name="report" /><span>{say('report')}</span></a></li></Allowed>
      </ul>
    </nav>
  );
}

function Look() {
  const [look, set] = useState('');
  useEffect(() => set(document.documentElement.dataset['theme'] ?? ''), []); // the server does not know it
  const take = (next: string) => {
    set(next);
    if (next) document.documentElement.dataset['theme'] = next;
    else delete document.documentElement.dataset['theme'];
    try {
      if (next) localStorage.setItem('firsthand.theme', next);
      else localStorage.removeItem('firsthand.theme');
    } catch {
      // A browser that keeps nothing shows it until it is closed.
    }
  };
  return (
    <Menu label={say('look')} icon={look === 'dark' ? 'moon' : look === 'light' ? 'sun' : 'system'} iconOnly>
      {[
        { label: say('look_system'), onClick: () => take('') },
        { label: say('look_light'), onClick: () => take('light') },
        { label: say('look_dark'), onClick: () => take('dark') },
      ]}
    </Menu>
  );
}

function KeyboardHelp({ close }: { close: () => void }) {
  const keys: [string[], string][] = [
    [['/'], say('key_search')], [['?'], say('key_help')], [['g'], say('key_go')],
    [['u'], say('key_undo')], [['\u2190', '\u2192', '\u2191', '\u2193'], say('key_tabs')], [['Esc'], say('key_escape')],
  ];
  return (
    <Dialog title={say('help_title')} onClose={close}>
      <dl class="keys">
        {keys.map(([names, what]) => (
          <div key={what}><dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt><dd>{what}</dd></div>
        ))}
      </dl>
    </Dialog>
  );
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** '/', '?', 'u', and 'g' with the first letter of a page's title. */
function useKeys(help: () => void): void {
  const going = useRef(0);
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || inDialog()) return;
      if (e.key === '/') {
        e.preventDefault();
        document.getElementById('search')?.focus();
      } else if (e.key === '?') {
        help();
      } else if (e.key === 'g') {
        going.current = Date.now();
      } else if (going.current > Date.now() - 1500) {
        const to = pages.find((page) => !page.aside && allowed(page) && sayPage(`${page.id}_title`).replace(/[^\p{L}]/gu, '').toLowerCase().startsWith(e.key));
        going.current = 0;
        if (to) go(to.path);
      } else if (e.key === 'u') {
        toToast();
      }
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
}

// ---- Telling something ----------------------------------------------------------------------------

/** The sheet that any page opens; its script comes when it is wanted. */
function Telling() {
  const [from, setFrom] = useState<CaptureFrom | null>(null);
  const [Sheet, setSheet] = useState<ComponentType<{ from: CaptureFrom; onClose: () => void }> | null>(null);
  useEffect(() => captureIn((asked) => {
    setFrom(asked);
    import('../parts/records/capture').then((m) => setSheet(() => m.default), (thrown) => { setFrom(null); tellProblem(thrown); });
  }), []);
  return from && Sheet ? <Sheet from={from} onClose={() => setFrom(null)} /> : null;
}

/** Whoever comes in lands, once, on the first page of their role: whether they did. */
const firstPages: Record<string, string> = { 'My part': '/my-part', Story: '/stories', Actual: '/actual', 'Journey map': '/maps' };
export function land(): boolean {
  const to = may('own') && !may('take-part') ? '/mine' : firstPages[whoAmI().page];
  if (location.pathname !== '/' || !to || !pages.some((page) => page.path === to && allowed(page))) return false;
  try {
    if (sessionStorage.getItem('firsthand.landed')) return false;
    sessionStorage.setItem('firsthand.landed', 'yes');
  } catch {
    return false; // a browser that keeps nothing would never reach the first page
  }
  go(to, { replace: true });
  return true;
}

// ---- The whole -----------------------------------------------------------------------------------

function Contents({ page, path, loaded }: { page: PageEntry | undefined; path: string; loaded: Loaded | undefined }) {
  if (!page) return <Empty title={say('missing_what', { path })}>{say('missing_hint')}</Empty>;
  if (!allowed(page)) return <Empty title={page.may === 'own' ? say('no_story') : say('denied_what', { right: page.may ?? '' })}>{say(page.may === 'own' ? 'no_story_hint' : 'denied_hint')}</Empty>;
  if (loaded?.failed) return <Fail problem={asProblem(loaded.failed)} again={() => location.reload()} />;
  const Page = loaded?.component;
  return Page ? <Guard key={page.id}><Page rest={restOf(path, page)} /></Guard> : <Skeleton lines={8} />;
}

function usualHead(page: PageEntry | undefined): Required<Head> {
  if (!page) return { title: say('missing_title'), question: say('missing_question') };
  if (!allowed(page)) return { title: say('denied_title'), question: say('denied_question') };
  const { name } = ourSettings().settings;
  return { title: (page.id === 'home' && name) || sayPage(`${page.id}_title`), question: sayPage(`${page.id}_question`) };
}
const fullTitle = (title: string) => say('loaded', { title, name: ourSettings().settings.name || 'Firsthand' });
/** What the browser shows above the page that the address names. */
export const titleNow = () => fullTitle(usualHead(pageAt(location.pathname)).title);

function Top({ ways, setWays, help }: { ways: boolean; setWays: (open: boolean) => void; help: () => void }) {
  const story = pages.find((p) => p.path === '/stories');
  return (
    <header class="top">
      <Button kind="quiet" icon="menu" iconOnly expanded={ways} onClick={() => setWays(!ways)} id="open-ways">{say('pages')}</Button>
      <Allowed right="search" instead={<span class="search-none" />}>{story && <Search storyPath={story.path} />}</Allowed>
      <div class="top-right">
        <Allowed right="take-part"><span class="tell-now"><Button icon="warn" onClick={() => openCapture()}>{say('tell_now')}</Button></span></Allowed>
        <Look />
        <Button kind="quiet" icon="help" iconOnly onClick={help}>{say('help')}</Button>
        <Menu label={whoAmI().name} icon="account">
          {[
            { label: say('account'), href: '/account' },
            ...(may('own-tokens') ? [{ label: say('tokens'), href: '/tokens' }] : []),
            { label: say('sign_out'), href: '/sign-out' },
          ]}
        </Menu>
      </div>
    </header>
  );
}

export function Shell() {
  const { path, search } = useLocation();
  const page = pageAt(path);
  const loaded = useLoaded(page && allowed(page) ? page : undefined);
  const [told, setTold] = useState<Head>({});
  const [ways, setWays] = useState(false);
  const [help, setHelp] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const at = useRef('');
  useEffect(() => followLinks((to) => pageAt(to) !== undefined), []);
  useKeys(() => setHelp(true));
  const head = { ...usualHead(page), ...told };
  useEffect(() => {
    document.title = fullTitle(head.title);
  }, [head.title]);
  // A new page, or a new subject within one: its heading is read, and the keyboard goes
  // on from there. What opens beside a page's answer takes the focus itself.
  useEffect(() => {
    if (at.current && at.current !== path) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    at.current = path;
  }, [page, head.title]);
  useEffect(() => setWays(false), [path]);
  // What opens around a page does not draw it anew, and a step within a page not what stands around it.
  const contents = useMemo(() => <Contents page={page} path={path} loaded={loaded} />, [page, path, search, loaded]);
  const around = useMemo(() => (
    <>
      <Navigation path={path} open={ways} close={() => setWays(false)} />
      <Top ways={ways} setWays={setWays} help={() => setHelp(true)} />
    </>
  ), [path, ways, ourSettings().tag]);
  return (
    <HeadContext.Provider value={setTold}>
      <a class="skip" href="#main">{say('skip')}</a>
      <div class="shell">
        {around}
        <main id="main" tabIndex={-1} class={`page page-${page?.id ?? 'none'}`}>
          <div class="page-head">
            <h1 tabIndex={-1} ref={heading}>{head.title}</h1>
            <p class="question">{head.question}</p>
          </div>
          {whoAmI().must_add_factor && <Note kind="warn"><p>{say('must_add')}</p><LinkButton href="/account">{say('must_add_go')}</LinkButton></Note>}
          {contents}
        </main>
      </div>
      <Telling />
      {help && <KeyboardHelp close={() => setHelp(false)} />}
      <div class="toasts" role="status" ref={toastsIn} />
    </HeadContext.Provider>
  );
}
