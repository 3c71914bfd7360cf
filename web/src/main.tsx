// main.tsx - begins: who is here and what the organisation has set stand in the page, and so
// does the shell as the server drew it (shell/draw.tsx), which is taken over as it is. Where
// it would not be the same (another way of writing words, another page to land on), or
// nothing was drawn, it is drawn here.
import { hydrate, render } from 'preact';
import { askAhead } from './base/api';
import { locale } from './base/locale';
import { asProblem } from './base/problem';
import { type Begun, beginSession } from './base/session';
import { Fail } from './parts/basic';
import { Shell, beginPage, land } from './shell/shell';

const place = document.getElementById('app');
if (place)
  try {
    beginSession(JSON.parse(document.getElementById('begin')?.textContent ?? '') as Begun);
    const drawn = !land() && !locale.pseudo && place.firstChild;
    beginPage(askAhead); // its script and its first answers come while the shell is drawn
    if (!drawn) place.replaceChildren();
    (drawn ? hydrate : render)(<Shell />, place);
    performance.mark('usable'); // bench/pages.mjs
  } catch (thrown) {
    place.replaceChildren();
    render(<main class="noscript"><h1>Firsthand</h1><Fail problem={asProblem(thrown)} again={() => location.reload()} /></main>, place);
  }
