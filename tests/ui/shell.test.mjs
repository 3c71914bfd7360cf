// shell.test.mjs - what stands around every page.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();
our.everywhere(['/', '/design']);

our.test('who is not signed in comes back to where they wanted to be', async ({ open }) => {
  const page = await open('/design?part=a%26b', { signedIn: false });
  assert.equal(page.url(), `${our.url}/sign-in?to=/design%3Fpart%3Da%2526b`);
  await page.fill('[name=email]', 'olga@example.org');
  await page.fill('[name=password]', 'seven green umbrellas');
  await page.click('button[type=submit]');
  await our.ready(page);
  assert.equal(page.url(), `${our.url}/design?part=a%26b`);
});

our.test('a page has its title; the way back is the browser itself', async ({ open }) => {
  const page = await open('/design');
  await our.ready(page);
  assert.equal(await page.title(), 'Parts - Harbour Mutual');
  await page.click('a.brand');
  await page.waitForURL(`${our.url}/`);
  await page.goBack();
  await page.locator('h1', { hasText: 'Parts' }).waitFor();
});

our.test('a phone asks for a page in one turn of its six connections, and for little', async ({ open }) => {
  for (const path of ['/', '/stories', '/actual', '/records']) {
    const page = await open(path, { size: 'phone' });
    await our.ready(page);
    const asked = await page.evaluate(() => performance.getEntriesByType('resource')
      .filter((one) => /\/assets\/.*\.(js|css)$|\/api\/v1\/(me|settings)$/.test(one.name)).map((one) => ({ name: one.name, bytes: one.transferSize })));
    assert.ok(asked.length >= 3 && asked.length <= 6, asked.map((one) => one.name).join('\n'));
    assert.ok(asked.reduce((sum, one) => sum + one.bytes, 0) < 70000, JSON.stringify(asked));
  }
});

our.test('heading and ways are there before any script, and the script takes them over as they are', async ({ open, noise }) => {
  const page = await open('/stories', { size: 'phone' });
  let go;
  const held = new Promise((done) => { go = done; });
  await page.route('**/assets/main-*.js', async (route) => { await held; await route.continue(); });
  await page.reload({ waitUntil: 'commit' });
  await page.locator('main h1', { hasText: 'Stories' }).waitFor();
  const drawn = () => page.evaluate(() => ['h1', '#ways', '#search', '.toasts', '.skip'].map((one) => document.querySelector(one).outerHTML.replaceAll(/ value="[^"]*"/g, '')));
  const before = await drawn();
  assert.equal(await page.title(), 'Stories - Harbour Mutual');
  await page.evaluate(() => { globalThis.first = ['h1', '#ways a[href="/people"]', '#search', 'main', '.toasts'].map((one) => document.querySelector(one)); });
  await page.fill('#search', 'nobody at all');
  go();
  await our.ready(page);
  assert.deepEqual(await drawn(), before);
  assert.deepEqual(await page.evaluate(() => globalThis.first.map((one) => one.isConnected)), [true, true, true, true, true]);
  await page.press('#search', 'Enter'); // what was typed meanwhile is not lost
  await page.getByText('Nobody is known by "nobody at all".').waitFor();
  assert.deepEqual(noise.splice(0).filter((one) => !/404/.test(one)), []);
});

our.test('the first page has a word for what the server does by itself', async ({ open }) => {
  for (const kind of ['find', 'keeping']) await our.api('POST', '/jobs', { kind });
  const page = await open('/', { locale: 'en-ZA' });
  const sources = page.getByRole('region', { name: 'What is new' }).getByRole('table', { name: 'Where it comes from' });
  assert.match(await sources.innerText(), /\t\d\u00a0\d{3}\t[^]*\t31 Dec 2025\t/); // numbers as people there write them
  await page.getByRole('region', { name: 'What waits for me' }).getByText('Nobody has written the mission statement yet.').waitFor();
  for (const word of ['Looking for findings', 'Deleting what is kept no longer']) await page.getByRole('row', { name: word }).first().waitFor();
  await our.ready(page);
});

our.test('by keyboard: skip link, search, help', async ({ open }) => {
  const page = await open('/', { locale: 'en-US' });
  await our.ready(page);
  const newest = async () => /\t(\d,\d{3})\t[^]*\t([^\t]*2025)\t/.exec(await page.getByRole('table', { name: 'Where it comes from' }).innerText())?.[2];
  assert.equal(await newest(), 'Dec 31, 2025');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await our.axe(page);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  // Light and dark are chosen, and stay; g and a letter go to a page.
  await page.getByRole('button', { name: 'Look', exact: true }).press('Enter');
  await page.getByRole('button', { name: 'dark', exact: true }).press('Enter');
  await page.addInitScript(() => Object.defineProperty(navigator, 'languages', { value: ['de-DE', 'de', 'en-US', 'en'] }));
  await page.reload();
  await our.ready(page);
  assert.equal(await newest(), '31 Dec 2025'); // who reads another language first: English with the day before the month
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(20, 24, 27)');
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.locator('h1', { hasText: 'Actual' }).waitFor();
});

our.test('what a dialog asks comes first: keys, wheel and clicks stay with it, the focus comes back', async ({ open }) => {
  const page = await open('/design', { size: 'phone' });
  await our.ready(page);
  const opener = page.getByRole('button', { name: 'Open a dialog' }), dialog = page.getByRole('dialog');
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await opener.press('Enter');
  await dialog.waitFor();
  await page.waitForFunction(() => document.documentElement.style.overflow === 'hidden');
  const at = await page.evaluate(() => scrollY);
  assert.ok(at > 0);
  assert.equal(await focused(), 'Close');
  // Tab and Shift+Tab go round within it, also from its text; a toast stands in front, and is part of the round.
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Do something that can be undone');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Close');
  await dialog.getByRole('paragraph').click();
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'Do something that can be undone');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Undo');
  await our.axe(page);
  await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
  await opener.evaluate((button) => button.focus());
  assert.equal(await focused(), 'Close');
  // The page behind stays where it is.
  for (const key of ['PageUp', 'Home']) await page.keyboard.press(key);
  await page.mouse.wheel(0, -500);
  for (const [x, y] of [[20, 20], [195, 420]]) { await page.mouse.move(x, y); await page.mouse.wheel(0, -500); }
  assert.equal(await page.evaluate(() => new Promise((done) => setTimeout(() => done(scrollY), 100))), at);
  // A drag out of it is none, a click beside it closes it.
  const box = await dialog.boundingBox();
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y - 40);
  await page.mouse.up();
  assert.equal(await dialog.count(), 1);
  await page.mouse.click(195, 20);
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await focused(), 'Open a dialog');
  await page.waitForFunction(() => document.documentElement.style.overflow === '');
  // u goes to what can be undone, and then back to where one was.
  await page.getByRole('button', { name: 'Do something that can be undone' }).press('Enter');
  await page.keyboard.press('u');
  assert.equal(await focused(), 'Undo');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'Do something that can be undone');
});
