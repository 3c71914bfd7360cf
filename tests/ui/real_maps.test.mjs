// real_maps.test.mjs - what a newcomer does with maps, on real logs and the demonstration: a map is
// discovered, changed into the intended one, held against what happens, the stories behind one
// deviation are opened, and the map goes to paper; every click counted. Logs that are not beside the
// project (../shared) are skipped.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isThere, logs, organisationOf } from './logs.mjs';
import { site } from './site.mjs';

const MOST = 20; // clicks and fields for all of it

async function discover(our, page, clicks) {
  await clicks.on(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Map' }));
  await our.ready(page);
  await clicks.on(page.getByRole('button', { name: 'Make a map' }).first());
  const dialog = page.getByRole('dialog');
  await clicks.fill(dialog.getByLabel('Title'), 'As it really goes');
  await clicks.on(dialog.getByRole('button', { name: 'Make a map' }));
  await page.waitForURL((url) => /\/maps\/\d+$/.test(url.pathname) && !url.search);
  await our.ready(page);
  await page.locator('[data-card]').first().waitFor();
  await page.locator('.map-says').waitFor();
}

/** Colleagues have answered whether it is really reverse, at draft, review and release. */
async function reversed(our, page) {
  const map = Number(/\/maps\/(\d+)/.exec(page.url())[1]), { json: { version } } = await our.api('GET', `/maps/${map}`), { json: me } = await our.api('GET', '/me');
  for (const stage of ['draft', 'review', 'release']) {
    const { json: { record, version: seen } } = await our.api('POST', '/records/challenge', { fields: { what: 'Did we start with the customer?', asked: me.person, stage, 'map-version': version }, about: [{ what: 'map', number: map }] });
    await our.api('POST', `/records/challenge/${record}/moves`, { move: 'answer', fields: { answer: 'It is what they do', stories: ['/actual'] } }, { 'If-Match': `"${seen}"` });
  }
}

/** A feeling is intended at the first, a last one is added that nobody meets yet; it is marked. */
async function intend(our, page, clicks) {
  await clicks.on(page.locator('[data-card]').first());
  const lens = page.locator('.lens');
  await clicks.on(lens.getByRole('tab', { name: 'Intended' }));
  await clicks.fill(lens.getByLabel(/should experience/), 'I am heard at once');
  await page.keyboard.press('Control+Enter'); // of several lines: Enter alone is one more
  await lens.getByText('nothing says how anybody behaves').waitFor(); // it is saved
  await clicks.on(page.getByRole('button', { name: 'Add a touchpoint' }).first());
  await clicks.fill(page.getByRole('dialog').getByLabel('Name'), 'Somebody asks whether it is solved');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await clicks.on(page.getByRole('tab', { name: 'Versions' }));
  await our.ready(page);
  await clicks.on(page.getByRole('button', { name: /What to do with version/ }).first());
  await reversed(our, page);
  await clicks.on(page.getByRole('button', { name: 'This is what we intend' }));
  await page.locator('.map-versions .map-marked').getByText('Intended').waitFor();
}

/** Where they leave it: everybody misses what was added; who that is, down to a story. */
async function deviation(our, page, clicks, name) {
  await clicks.on(page.getByRole('tab', { name: 'Against reality' }));
  await our.ready(page);
  await page.getByRole('table', { name: 'Ways really walked' }).waitFor();
  await our.picture(page, `real-map-${name}-lived`, { fullPage: true });
  await clicks.on(page.getByRole('tab', { name: 'Map', exact: true }));
  const lens = page.locator('.lens'); // of the one that was added: it is still chosen
  await lens.getByRole('heading', { name: 'Somebody asks whether it is solved' }).waitFor();
  await clicks.on(lens.getByRole('tab', { name: 'What happens' }));
  await clicks.on(lens.locator('button.map-state').filter({ hasText: 'missing' }));
  await lens.locator('.map-behind a').first().waitFor();
  await our.picture(page, `real-map-${name}`, { fullPage: true });
}

async function paper(our, page) {
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.locator('.map-strips .map-box').first().waitFor();
  const pdf = await page.pdf({ format: 'A4', landscape: true });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
}

for (const log of [...logs, { name: 'demonstration', title: 'The demonstration organisation' }]) {
  const title = `${log.title}: a map is discovered, intended, held against what happens, opened and printed`;
  if (log.file && !isThere(log)) {
    test(title, { skip: 'the public data are not beside the project' }, () => undefined);
    continue;
  }
  const our = await site(log.file ? { from: organisationOf(log) } : {});
  our.test(title, async ({ open }) => {
    const clicks = {
      n: 0,
      async on(locator) { clicks.n++; await locator.click(); },
      async fill(locator, text) { clicks.n++; await locator.fill(text); },
    };
    const page = await open('/');
    await our.ready(page);
    await discover(our, page, clicks);
    await intend(our, page, clicks);
    await deviation(our, page, clicks, log.name);
    await paper(our, page);
    await clicks.on(page.locator('.lens .map-behind a').first());
    await page.waitForURL(/\/stories\/\d+/);
    await page.locator('.story-title').first().waitFor();
    assert.ok(clicks.n <= MOST, `${clicks.n} clicks`);
  });
}
