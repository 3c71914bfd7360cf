// site.mjs - what tests of the UI's pages share: the demonstration organisation, served
// once a file; somebody signed in; pages opened on a phone and a desk. Whatever the
// console tells, whatever leaves our origin and whatever the page's policy refuses fails
// the test that opened the page.
//
//     import { site } from './site.mjs';
//     const our = await site();
//     our.test('a story opens', async ({ open }) => {
//       const page = await open('/stories/17');                     on a desk
//       await page.getByRole('heading', { name: 'Story' }).waitFor();
//       await our.axe(page);
//       await our.picture(page, 'story');       build/ui/story.desk.png (not in `make test`)
//     });
//     our.everywhere(['/stories', '/stories/17']);                   phone, desk, dark, zoomed
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test as nodeTest } from 'node:test';
import { launch, program } from './browser.mjs';

const root = resolve(import.meta.dirname, '../..');
const kept = join(root, 'build/ui');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const PATIENCE = 30000;
export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
export const owner = { name: 'Olga Owner', email: 'olga@example.org', password: 'seven green umbrellas' };

/** Harbour Mutual with 400 customers, its people and what they did, made once for all files
 * of a run. */
export function demonstration() {
  const at = join(kept, 'harbour.fh');
  if (existsSync(at) && statSync(at).mtimeMs > statSync(program).mtimeMs) return at;
  mkdirSync(kept, { recursive: true });
  const work = mkdtempSync(join(kept, 'making-'));
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  const made = join(work, 'harbour.fh');
  execFileSync(program, ['simulate', '--customers', '400', '-o', join(work, 'data')], quiet);
  execFileSync(program, ['init', made, '--name', 'Harbour Mutual', '--zone', 'Europe/Berlin'], quiet);
  execFileSync('sh', [join(work, 'data/import.sh'), program, made], quiet);
  execFileSync(program, ['simulate', '--records', made], quiet);
  renameSync(made, at);
  rmSync(work, { recursive: true });
  return at;
}

/** A clock of the server that goes on when told: `env` for it, and `set(ms)` (later.c). */
function movedClock(folder) {
  const library = join(folder, 'later.so'), file = join(folder, 'later');
  execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, join(import.meta.dirname, 'later.c'), '-ldl'], { stdio: 'inherit' });
  const set = (ms) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(ms));
    writeFileSync(file, bytes, { flag: existsSync(file) ? 'r+' : 'w' });
  };
  set(0);
  return { env: { LD_PRELOAD: library, LATER: file }, set };
}

/** Serves a copy of an organisation; gives its address and the first owner's link. */
async function serve(organisation, env = {}) {
  const server = spawn(program, ['serve', organisation, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } });
  return new Promise((ready, fail) => {
    let out = '';
    server.on('exit', () => fail(new Error(`the server went: ${out}`)));
    server.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
      const url = /^Serving .* at (http:\/\/\S+)$/m.exec(out)?.[1];
      const link = /http:\S+\/setup#\S+/.exec(out)?.[0];
      if (url) ready({ server, url, link });
    });
  });
}

/** A request of a signed-in browser, without one. */
function caller(url) {
  let cookie = '';
  return async (method, path, body, more = {}) => {
    const reply = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        'Sec-Fetch-Site': 'same-origin', 'X-Firsthand': '1', ...(cookie && { Cookie: cookie }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }), ...more,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const given = reply.headers.getSetCookie()[0];
    if (given) cookie = given.split(';')[0];
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return { json: text ? JSON.parse(text) : null, tag: reply.headers.get('ETag'), cookie };
  };
}

/** `clock`: the server's clock can be moved on, with `later(days)`; who was signed in for too
 * long then comes `backIn(who)`.
 * `from`: another organisation than the demonstration; 'empty' for one with nothing in it.
 * `come`: false leaves the first owner's link (`link`) to the tests; who has come in by it
 * is told with `signedInAs(page)`.
 * `looks`: findings are looked for by themselves, as usual; else when a test says so.
 * `settings`: more variables for the server. */
export async function site({ from, come = true, clock = false, looks = false, settings = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'firsthand-ui-'));
  const organisation = join(folder, 'our.fh');
  if (from === 'empty')
    execFileSync(program, ['init', organisation, '--name', 'Our shop'], { stdio: 'ignore' });
  else
    copyFileSync(from ?? demonstration(), organisation);
  const moved = clock && movedClock(folder);
  const { server, url, link } = await serve(organisation, { ...(!looks && { FIRSTHAND_JOBS_FIND_EVERY: '0s' }), ...moved.env, ...settings });
  const api = caller(url);
  const session = { cookies: [] };
  const cookiesOf = (cookie) => {
    const [name, value] = cookie.split('=');
    return [{ name, value, url, httpOnly: true, sameSite: 'Lax' }];
  };
  if (come) {
    const { cookie } = await api('POST', '/setup', { secret: link.split('#')[1], ...owner });
    session.cookies = cookiesOf(cookie);
  }
  const browser = await launch();
  after(async () => {
    await browser.close();
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  let days = 0;

  /** A colleague who has signed in: `open(path, { as })` shows what they see, `as.api` does
   * what they do. */
  async function somebody(name, roles, more = {}) {
    const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.org`;
    const { json: person } = await api('POST', '/people', { name, email, roles, ...more });
    const { json: made } = await api('POST', `/people/${person.person}/link`, { kind: 'invite' });
    const own = caller(url);
    const { cookie } = await own('POST', '/links/finish', { secret: made.url.split('#')[1], password: owner.password });
    return { name, email, person: person.person, api: own, cookies: cookiesOf(cookie) };
  }

  const later = (more) => { days += more; moved.set(days * 86400e3); };
  /** A colleague (or the owner: none) signs in anew. */
  async function backIn(who) {
    const { cookie } = await (who?.api ?? api)('POST', '/sign-in', who ? { email: who.email, password: owner.password } : { email: owner.email, password: owner.password });
    (who ?? session).cookies = cookiesOf(cookie);
  }

  /** Opens a page; `noise` collects what it should not do. */
  async function openIn(noise, contexts, path, { size = 'desk', signedIn = true, as = session, policy = true, ...look } = {}) {
    const context = await browser.newContext({
      viewport: sizes[size], bypassCSP: !policy, locale: 'en-GB', reducedMotion: 'reduce', ...look,
    });
    contexts.push(context);
    if (signedIn) await context.addCookies(as.cookies);
    if (days) await context.addInitScript((ms) => { // the browser's day is the server's
      const Today = Date;
      globalThis.Date = class extends Today {
        constructor(...given) { super(...(given.length ? given : [Today.now() + ms])); }
        static now() { return Today.now() + ms; }
      };
    }, days * 86400e3);
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.sizeName = `${size}${look.colorScheme === 'dark' ? '.dark' : ''}`;
    page.on('pageerror', (error) => noise.push(String(error)));
    page.on('console', (message) => { // but for what the browser advises about passwords
      if (!message.text().startsWith('[DOM]') && message.type() !== 'info') noise.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) noise.push(`request: ${request.url()}`);
    });
    await page.goto(/^(http|file):/.test(path) ? path : url + path);
    return page;
  }

  /** A page without a test around it; the caller closes its context. */
  const visit = (path, options) => openIn([], [], path, options);
  const signedInAs = async (page) => { session.cookies = await page.context().cookies(); };

  /** A test with `open`; what it opens is closed behind it, and must have been quiet. */
  function test(title, run, { quiet = true } = {}) {
    nodeTest(title, async () => {
      const noise = [], contexts = [];
      try {
        await run({ open: (path, options) => openIn(noise, contexts, path, options), noise });
        if (quiet) assert.deepEqual(noise, []);
      } finally {
        await Promise.all(contexts.map((context) => context.close()));
      }
    });
  }

  /** Waits until the page has drawn its answer. */
  /** Nothing is being fetched or faded in any more. */
  const settled = (page) => page.waitForFunction(() => !document.querySelector('.skeleton:not([data-sample] *), .await[aria-busy=true]:not([data-sample] *)')
    && !document.getAnimations().some((a) => a instanceof CSSTransition && a.playState === 'running'), null, { timeout: PATIENCE });
  async function ready(page) {
    await page.locator('h1').first().waitFor();
    await settled(page);
  }

  async function axe(page, rules = 'all') {
    // Playwright evaluates in the page's world past its policy, but axe itself builds
    // scripts: with Trusted Types on it can only be evaluated as text.
    if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(axeSource);
    await settled(page); // what is half faded has too little contrast
    const runOnly = rules === 'contrast' ? { type: 'rule', values: ['color-contrast'] }
      : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    // Style sheets would be fetched and parsed once more, for a rule that is none of these.
    const { violations } = await page.evaluate((only) => globalThis.axe.run(document,
      { runOnly: only, resultTypes: ['violations'], preload: { assets: ['media'] } }), runOnly);
    assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 200)}`), []);
  }

  async function picture(page, title, options = {}) {
    if (process.env.PICTURES === 'no') return; // they cost time, and nobody looks at all of them
    mkdirSync(kept, { recursive: true });
    await page.screenshot({ path: join(kept, `${title}.${page.sizeName}.png`), ...options });
  }

  async function fits(page) {
    const { wide, room } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, room: innerWidth }));
    assert.ok(wide <= room, `the page is ${wide} px wide, with room for ${room}`);
  }

  /** Each path on a desk, light and dark, at twice the size, and on a phone: drawn, not
   * wider than the screen, axe and a picture. `before` may open something on the page. */
  function everywhere(paths, { before = async () => undefined, ...how } = {}) {
    for (const path of paths)
      test(`${path} on a desk, dark, zoomed and on a phone: fits, axe finds nothing`, async ({ open }) => {
        const page = await open(path, how);
        const title = path === '/' ? 'home' : path.slice(1).replaceAll(/[^\w]+/g, '-');
        const look = async (name, size, colorScheme, rules) => {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme });
          await ready(page);
          await fits(page);
          if (rules) await axe(page, rules);
          page.sizeName = name;
          if (name !== 'zoomed') await picture(page, title, { fullPage: true });
        };
        await ready(page);
        await before(page);
        await look('desk', sizes.desk, 'light', 'all');
        await look('desk.dark', sizes.desk, 'dark', 'contrast');
        await look('zoomed', { width: sizes.desk.width / 2, height: sizes.desk.height / 2 }, 'light');
        await look('phone', sizes.phone, 'light', 'all');
      });
  }

  return { url, link, api, session, somebody, later, backIn, signedInAs, visit, browser, organisation, test, ready, axe, picture, fits, everywhere };
}
