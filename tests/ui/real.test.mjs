// real.test.mjs - what a newcomer does on real logs (a service desk's, a course's): finds a
// story, sees where it loops and waits, opens the customers behind one arc, imports a file
// with faults and mends them, erases a customer; every click counted. Skips where the
// public data are not beside the project (../shared).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isThere, logs, organisationOf } from './logs.mjs';
import { site } from './site.mjs';

const MOST = 24; // clicks for all five
async function walk(our, log, page) {
  const clicks = { n: 0, async on(locator) { clicks.n++; await locator.click(); } };
  const ways = page.getByRole('navigation', { name: 'Pages' });
  const ready = () => our.ready(page);
  await ready();
  // Where it loops and waits.
  await clicks.on(ways.getByRole('link', { name: 'Actual' }));
  await page.locator('.actual-box .card-rect').first().waitFor();
  await our.picture(page, `real-${log.name}-journey`, { fullPage: true });
  for (const part of ['Loops', 'Waits']) {
    await clicks.on(page.getByRole('tab', { name: part }));
    await ready();
    await page.locator('.actual-bar').nth(2).waitFor();
    await our.picture(page, `real-${log.name}-${part.toLowerCase()}`, { fullPage: true });
  }
  // The customers behind one arc, and the story of one of them.
  await clicks.on(page.getByRole('tab', { name: 'Drawn journey' }));
  await page.locator('.actual-box .card-rect').first().waitFor();
  clicks.n++;
  await page.locator('.actual-arc:not(.edge) .hit[tabindex="0"]').first().press('Enter');
  const lens = page.getByRole('complementary');
  await clicks.on(lens.getByRole('button', { name: 'Who is behind it' }));
  await lens.locator('.actual-behind a').first().waitFor();
  await our.picture(page, `real-${log.name}-behind`);
  await clicks.on(lens.locator('.actual-behind a').first());
  await page.waitForURL(/\/stories\/\d+/);
  await page.locator('.story-title').first().waitFor();
  await our.picture(page, `real-${log.name}-story`, { fullPage: true });
  return clicks;
}

/** A file whose second line has no such day; mended in place, and imported. */
async function mend(our, log, page, clicks) {
  await clicks.on(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Data & consent' }));
  await our.ready(page);
  if (!await page.locator('input[type=file]').count())
    await clicks.on(page.getByRole('link', { name: 'Import a file' }).or(page.getByRole('button', { name: 'Import a file' })).first());
  clicks.n += 2; // the system's dialog
  await page.locator('input[type=file]').setInputFiles({ name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from(log.faulty) });
  await page.getByText('The columns do not tell everything yet').waitFor();
  for (const [column, means] of Object.entries(log.means)) {
    const choice = page.getByLabel(`What ${column} means`);
    if (await choice.inputValue() === means) continue;
    clicks.n += 2;
    await choice.selectOption(means);
  }
  await clicks.on(page.getByRole('button', { name: 'Read it again so' }));
  const go = page.getByRole('button', { name: 'Import 2 interactions' });
  await go.waitFor();
  await our.picture(page, `real-${log.name}-import`, { fullPage: true });
  await clicks.on(go);
  await page.getByText('more.csv is imported').waitFor();
  const row = page.getByLabel('Row 2');
  clicks.n++;
  await row.fill((await row.inputValue()).replace(...log.mend));
  await our.picture(page, `real-${log.name}-mend`, { fullPage: true });
  await clicks.on(page.getByRole('button', { name: 'Import the mended rows' }));
  await page.getByText(/These are the mended rows of import/).waitFor();
}

/** Somebody is found by what they are called, and erased, with proof. */
async function erase(our, log, page, clicks) {
  clicks.n++;
  await page.getByRole('searchbox').first().fill(log.person);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/stories\/\d+/);
  await page.locator('.story-title').nth(2).waitFor(); // all three: the mended one, too
  await page.locator('.lens, main').getByText(log.word, { exact: true }).first().waitFor();
  await clicks.on(page.getByRole('button', { name: 'Erase for good' }));
  await clicks.on(page.getByRole('dialog').getByRole('button', { name: 'Erase for good' }));
  await page.getByText('The file was searched for 1 identifier,').waitFor();
}

for (const log of logs) {
  if (!isThere(log)) {
    test(`${log.title}: a newcomer does all of it`, { skip: 'the public data are not beside the project' }, () => undefined);
    continue;
  }
  const our = await site({ from: organisationOf(log) });
  our.test(`${log.title}: a newcomer does all of it`, async ({ open }) => {
    const page = await open('/');
    const clicks = await walk(our, log, page);
    await mend(our, log, page, clicks);
    await erase(our, log, page, clicks);
    assert.ok(clicks.n <= MOST, `${clicks.n} clicks`);
  });
}
