// pages.ts - the one list of pages. The server learns from it which addresses are ours
// (build.mjs), the shell which ways there are. To add a page: an entry here, its title
// and question in words.en.ts, and a folder with page.tsx.
import type { ComponentType } from 'preact';
import { dressed } from '../base/sheet';

export interface PageProps {
  /** What stands behind the page's path: /stories/17/who gives ['17', 'who']. */
  rest: string[];
}
export interface PageEntry {
  /** One word behind a slash; whatever lies deeper is the page's, too. */
  path: string;
  /** Title and question are `ID_title` and `ID_question` in words.en.ts. */
  id: 'home' | 'mine' | 'my-part' | 'inside-out' | 'no-brainers' | 'records' | 'maps' | 'actual' | 'data' | 'people' | 'settings' | 'design' | 'stories';
  /** Word of the right that is needed, or 'own' for whom a story is about; none: whoever is signed in. */
  may?: string;
  /** Not in the navigation. */
  aside?: boolean;
  /** Symbol of the navigation (parts/icon.tsx). */
  icon: string;
  /** What the page asks for first where its address says nothing more, by the right that it
   * needs: asked for while its script is still coming. */
  first?: Record<string, string>;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const pages: PageEntry[] = [
  { path: '/', id: 'home', icon: 'home', first: { sources: '/sources/overview', identities: '/identities' }, load: () => dressed('home', import('./home/page')) },
  { path: '/mine', id: 'mine', may: 'own', icon: 'account', load: () => dressed('mine', import('./mine/page')) },
  { path: '/my-part', id: 'my-part', may: 'take-part', icon: 'part', load: () => dressed('my-part', import('./my-part/page')) },
  { path: '/stories', id: 'stories', icon: 'stories', load: () => dressed('story', import('./story/page')) },
  { path: '/maps', id: 'maps', may: 'ask', icon: 'map', load: () => dressed('map', import('./map/page')) },
  { path: '/actual', id: 'actual', may: 'ask', icon: 'actual', load: () => dressed('actual', import('./actual/page')) },
  { path: '/inside-out', id: 'inside-out', icon: 'inside', may: 'ask', load: () => dressed('inside-out', import('./inside-out/page')) },
  { path: '/no-brainers', id: 'no-brainers', may: 'take-part', icon: 'broken', load: () => dressed('no-brainers', import('./no-brainers/page')) },
  { path: '/records', id: 'records', may: 'take-part', icon: 'records', load: () => dressed('records', import('./records/page')) },
  { path: '/data', id: 'data', icon: 'data', load: () => dressed('data', import('./data/page')) },
  { path: '/people', id: 'people', icon: 'people', may: 'colleagues', load: () => dressed('people', import('./people/page')) },
  { path: '/settings', id: 'settings', icon: 'settings', load: () => dressed('settings', import('./settings/page')) },
  { path: '/design', id: 'design', icon: 'parts', aside: true, load: () => dressed('design', import('./design/page')) },
];
