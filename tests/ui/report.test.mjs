// report.test.mjs - the report as people meet it: on a phone and a desk, light and
// dark, by keyboard, on paper, and with a screen reader's eyes (axe-core).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { launch, makeReport, temporaryFolder } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = temporaryFolder();
let browser, url;

before(async () => {
  url = process.env.REPORT ? pathToFileURL(process.env.REPORT).href
    : pathToFileURL(makeReport(folder.path)).href;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  folder.remove();
});

/** Opens the report and fails on anything the console or the network tells. */
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noise = [];
  page.on('console', (message) => noise.push(message.text()));
  page.on('pageerror', (error) => noise.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) noise.push(request.url());
  });
  await page.goto(url);
  return { page, noise, close: () => context.close() };
}

for (const [width, height] of [[375, 800], [1280, 900]]) {
  for (const colorScheme of ['light', 'dark']) {
    describe(`${width} px, ${colorScheme}`, () => {
      test('axe finds nothing to complain about, with every table open', async () => {
        // The page's policy lets nothing run: axe needs it lifted, and only axe.
        const { page, close } = await open({
          viewport: { width, height }, colorScheme, bypassCSP: true,
        });
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }));
        assert.deepEqual(violations.map((v) =>
          `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 160)}`), []);
        await close();
      });

      test('the page itself never scrolls sideways, and nothing is told to the console', async () => {
        const { page, noise, close } = await open({ viewport: { width, height }, colorScheme });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} px wide`);
        assert.deepEqual(noise, []);
        await close();
      });
    });
  }
}

test('the keyboard goes through contents, pictures and tables in the order of the page', async () => {
  const { page, close } = await open({ viewport: { width: 1280, height: 900 } });
  const places = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return e === document.body ? null
        : { what: `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent.trim()}`,
          y: e.className === 'skip' ? 0 : e.getBoundingClientRect().top + scrollY };
    });
    if (!at) break;
    places.push(at);
  }
  assert.match(places[0].what, /Skip to the answers/);
  assert.ok(places.length > 20, 'there is little to reach');
  for (let i = 1; i < places.length; i++)
    assert.ok(places[i].y >= places[i - 1].y - 40, `${places[i].what} comes before it stands`);
  assert.ok(places.some((p) => p.what === 'DIV Map of the journey'));
  await close();
});

test('a level of detail can be chosen by keyboard, and says what it hides', async () => {
  const { page, close } = await open({ viewport: { width: 1280, height: 900 } });
  const seen = () => page.locator('.level:visible').count();
  const levels = await page.locator('.levels input').count();
  assert.ok(levels >= 2);
  assert.equal(await seen(), 1);
  await page.locator('.levels input').first().focus();
  for (let i = 0; i < levels; i++) {
    assert.equal(await seen(), 1);
    assert.match(await page.locator('.level:visible .hidden').innerText(),
      /are not drawn|Nothing is hidden/);
    await page.keyboard.press('ArrowDown');
  }
  await close();
});

test('on paper every table is there', async () => {
  const { page, close } = await open({ viewport: { width: 1280, height: 900 } });
  await page.emulateMedia({ media: 'print' });
  for (const table of await page.locator('table').all())
    assert.ok((await table.boundingBox())?.height > 0, await table.locator('caption').innerText());
  const pdf = await page.pdf({ format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.ok(pdf.length > 20000);
  await close();
});

test('names from the data are shown, not obeyed', async () => {
  const { page, close } = await open({ viewport: { width: 1280, height: 900 } });
  if (!process.env.REPORT) {
    assert.equal(await page.title(), 'Tom & <Jerry>');
    assert.ok(await page.getByText('Call <b>in</b>').count() > 0);
  }
  assert.equal(await page.locator('script, img, iframe, link[rel=stylesheet], main b').count(), 0);
  await close();
});
