// sides.test.mjs - both sides of a journey on one page: what customers live through above the line
// of visibility, what happens behind it below, of everybody and of one customer; a table on a desk,
// a list of moments on a phone, with the same in a table.
import assert from 'node:assert/strict';
import { PATIENCE, site } from './site.mjs';

const our = await site({ looks: true });
const { json: { maps } } = await our.api('GET', '/maps');
const claim = maps.find((m) => m.id === 'something-happened');
const path = `/maps/${claim.map}`;
/** A server looks through what it never looked through by itself. */
for (const end = Date.now() + PATIENCE; ; await new Promise((later) => setTimeout(later, 50))) {
  const { ran_ms: ran, looking } = (await our.api('GET', '/findings')).json;
  if (ran && !looking) break;
  assert.ok(Date.now() < end, 'nobody ever looked');
}
our.everywhere([`${path}?tab=sides`]);

our.test('above the line what customers live through, below it who acts, hands on, needs, promises, and what was found', async ({ open }) => {
  const { json } = await our.api('GET', `${path}/sides`);
  const { json: lived } = await our.api('GET', `${path}/lived`);
  const page = await open(path);
  await our.ready(page);
  await page.getByRole('tab', { name: 'Both sides' }).click();
  const table = page.getByRole('table', { name: /Both sides of/ });
  await table.waitFor();
  const row = (name) => table.getByRole('row', { name: new RegExp(`^${name}`) });
  const heads = await table.locator('thead th').allInnerTexts();
  assert.equal(heads.length, json.touchpoints.length + 1);
  // Who acts is every interaction of the moment.
  for (const [i, t] of json.touchpoints.entries())
    assert.equal(t.acts.reduce((n, a) => n + a.interactions, 0), lived.touchpoints[i].interactions, t.id);
  const report = json.touchpoints.findIndex((t) => t.id === 'report');
  const cell = (name) => row(name).locator('td').nth(report);
  const [act] = json.touchpoints[report].acts;
  assert.match(await cell('Who acts').innerText(), new RegExp(`${act.department}: `));
  await table.getByText('Line of visibility: What happens behind it').waitFor();
  const moved = json.touchpoints.filter((t) => t.handed.length);
  assert.ok(moved.length > 0, 'problems are handed on at some moment');
  await row('Handed on from').getByText(moved[0].handed[0].from).first().waitFor();
  const hit = json.touchpoints.filter((t) => t.findings.length);
  assert.ok(hit.length > 0, 'findings lie at some moment');
  assert.equal(await row('Found there').getByRole('link').count(), hit.reduce((n, t) => n + t.findings.length, 0));
  // By keyboard: the table is scrolled, a moment opens its card.
  await table.getByRole('button', { name: /I report the damage/ }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.lens').getByRole('heading', { name: 'I report the damage' }).waitFor();
});

our.test('of one customer: the actual moments with their times, and what this one was hit by', async ({ open }) => {
  const { json: who } = await our.api('GET', `${path}/customers?touchpoint=report&state=completed&limit=1`);
  const one = encodeURIComponent(`#${who.items[0].customer}`);
  const { json } = await our.api('GET', `${path}/sides?customer=${one}`);
  const { json: lived } = await our.api('GET', `${path}/lived?customer=${one}`);
  assert.equal(lived.customers, 1);
  const at = lived.touchpoints.find((t) => t.id === 'report');
  assert.equal(json.touchpoints.find((t) => t.id === 'report').acts.reduce((n, a) => n + a.interactions, 0), at.interactions);
  const page = await open(`${path}?tab=sides&customer=${one}`);
  await our.ready(page);
  const table = page.getByRole('table', { name: /Both sides of/ });
  await table.getByRole('row', { name: /^When/ }).getByText(/\d\d:\d\d/).first().waitFor();
});

our.test('on a phone it is a list of moments with two halves, and the same as a table', async ({ open }) => {
  const page = await open(`${path}?tab=sides`, { size: 'phone' });
  await our.ready(page);
  const moments = page.locator('.map-sides-list > li');
  await moments.first().getByRole('heading', { name: 'What happens behind it' }).waitFor();
  await our.fits(page);
  const n = await moments.count();
  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('table', { name: /Both sides of/ }).waitFor();
  assert.equal(await page.locator('.map-sides thead th').count(), n + 1);
  await our.fits(page);
  await our.axe(page);
});
