// main.tsx - begins: who is here and what the organisation has set, then the shell.
import { render } from 'preact';
import { asProblem } from './base/problem';
import { beginSession } from './base/session';
import { Fail } from './parts';
import { Shell, beginPage, land } from './shell/shell';

const place = document.getElementById('app');
beginPage(); // its script comes while the session is asked for
if (place)
  beginSession().then(
    () => { land(); render(<Shell />, place); },
    (thrown) => render(<main class="noscript"><h1>Firsthand</h1><Fail problem={asProblem(thrown)} again={() => location.reload()} /></main>, place));
