// pages.test.mjs - the server's own pages as people meet them: the first owner comes in by
// the printed link; then each page on a phone and a desk, light and dark, by axe-core.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, program, temporaryFolder } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = temporaryFolder();
const password = 'seven green umbrellas';
let browser, server, url, link, session;

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

before(async () => {
  const organisation = join(folder.path, 'our.fh');
  execFileSync(program, ['init', organisation, '--name', 'Our <b>shop</b>']);
  server = spawn(program, ['serve', organisation, '--listen', `127.0.0.1:${await freePort()}`],
    { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((ready, fail) => {
    let out = '';
    server.on('exit', () => fail(new Error(out)));
    server.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
      url = /^Serving .* at (http:\/\/\S+)$/m.exec(out)?.[1];
      link = /http:\S+\/setup#\S+/.exec(out)?.[0];
      if (url) ready();
    });
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.kill();
  folder.remove();
});

/** Opens a page; collects what the console and the network tell. */
async function open(path, options) {
  const context = await browser.newContext({ storageState: session, ...options });
  const page = await context.newPage();
  const noise = [];
  page.on('pageerror', (error) => noise.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') noise.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) noise.push(request.url());
  });
  await page.goto(path.startsWith('http') ? path : url + path);
  return { page, noise, close: () => context.close() };
}

test('the printed link leads in, and leaves no secret in the address', async () => {
  const { page, noise, close } = await open(link);
  assert.equal(page.url(), `${url}/setup`);
  assert.equal(await page.isVisible('[name=secret]'), false);
  await page.fill('[name=name]', 'Olga Owner');
  await page.fill('[name=email]', 'olga@example.org');
  await page.fill('[name=password]', password);
  await page.click('button[type=submit]');
  assert.equal(page.url(), `${url}/`);
  assert.equal(await page.textContent('h1'), 'Our <b>shop</b>');
  assert.deepEqual(noise, []);
  session = await page.context().storageState();
  await close();
});

test('without script people sign in and out', async () => {
  const { page, close } = await open('/sign-in', { javaScriptEnabled: false, storageState: undefined });
  await page.fill('[name=email]', 'olga@example.org');
  await page.fill('[name=password]', password);
  await page.click('button[type=submit]');
  assert.equal(page.url(), `${url}/`);
  await page.click('text=signing out');
  await page.click('main button[type=submit]');
  assert.equal(page.url(), `${url}/sign-in`);
  await close();
});

const paths = ['/', '/tokens', '/account', '/sign-out', '/report', '/setup', '/invite', '/reset'];
for (const [width, height] of [[375, 800], [1280, 900]])
  for (const colorScheme of ['light', 'dark'])
    describe(`${width} px, ${colorScheme}`, () => {
      for (const path of paths)
        test(`${path} fits, tells the console nothing, and axe finds nothing`, async () => {
          const look = { viewport: { width, height }, colorScheme };
          const plain = await open(path, look);
          assert.ok(await plain.page.evaluate(() => document.documentElement.scrollWidth) <= width);
          assert.deepEqual(plain.noise, []);
          await plain.close();
          // The page's policy lets nothing of others run: axe needs it lifted, and only axe.
          const { page, close } = await open(path, { ...look, bypassCSP: true });
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          }));
          assert.deepEqual(violations.map((v) =>
            `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 160)}`), []);
          await close();
        });
    });
