// mine.test.mjs - the page of whoever a story is about: a learner of the demonstration signs in on
// a phone, lands there, sees where they are, and says that something is solved.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();

/** A learner who has done some of the first 90 days. */
async function learner() {
  const { json } = await our.api('GET', `/customers?passed=${encodeURIComponent('Welcome session')}&limit=200`);
  for (const { customer } of json.items) {
    const { json: w } = await our.api('GET', `/customers/${customer}/where`);
    const journey = w.journeys.find((j) => j.title === 'My first 90 days');
    if (journey && journey.missing && journey.done > 3) return { customer, journey };
  }
  throw new Error('nobody of the demonstration is on the way');
}
/** Somebody with an open problem. */
async function asking() {
  const { json } = await our.api('GET', '/stories/open?limit=1');
  return json.items[0];
}
const on = await learner(), asked = await asking();
const lena = await our.somebody('Lena Learner', ['customer'], { customer: on.customer });
const carl = await our.somebody('Carl Customer', ['customer'], { customer: asked.customer });
const nobody = await our.somebody('Nora Nobody', ['customer']);

our.everywhere(['/mine'], { as: lena });

our.test('whoever a story is about lands on their own page, on a phone', async ({ open }) => {
  const page = await open('/', { as: lena, size: 'phone' });
  await page.waitForURL('**/mine');
  await our.ready(page);
  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'My first 90 days' }) });
  const earlier = page.getByText(/^Earlier journeys/);
  if (!await card.isVisible() && await earlier.count()) await earlier.click(); // the demonstration's days go by
  await card.getByText(`${on.journey.done} done`).waitFor();
  await card.getByText(`${on.journey.missing} missing`).waitFor();
  const missing = on.journey.steps.find((s) => s.state === 'missing');
  await card.locator('.mine-step.missing', { hasText: missing.name }).first().getByText('helps.').waitFor();
  await card.getByText('All steps').click();
  const steps = card.locator('details .mine-step');
  assert.equal(await steps.count(), on.journey.steps.length);
  for (const [i, s] of on.journey.steps.entries()) {
    assert.equal(await steps.nth(i).locator('p').first().textContent(), s.name);
    assert.ok((await steps.nth(i).getAttribute('class')).includes(s.state));
  }
  await our.fits(page);
  await our.axe(page);
  // What nobody but colleagues is for is not offered.
  await page.getByRole('button', { name: 'Pages' }).click();
  const ways = await page.locator('nav.ways li:visible').allTextContents();
  assert.ok(ways.includes('Where I am') && !ways.some((w) => /My part|Actual|People|Records/.test(w)), ways.join());
});

our.test('whether it is solved is theirs to say, and to take back', async ({ open }) => {
  const page = await open('/mine', { as: carl, size: 'phone' });
  await our.ready(page);
  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'What you asked, and what became of it' }) });
  const state = async () => (await our.api('GET', `/customers/${asked.customer}/beside`)).json.problems.find((p) => p.problem === asked.problem).state;
  const before = await state();
  await card.locator('li', { hasText: asked.name }).getByRole('button', { name: 'It is solved' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('In your own words').fill('All is well.');
  await our.axe(page);
  await dialog.getByRole('button', { name: 'Say so' }).click();
  await page.getByText('Thank you: you said that it is solved.').waitFor();
  assert.equal(await state(), 'confirmed');
  await card.locator('li', { hasText: asked.name }).getByRole('button', { name: 'It is solved' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await card.locator('li', { hasText: asked.name }).getByRole('button', { name: 'It is solved' }).waitFor();
  assert.equal(await state(), before);
});

our.test('how to reach us stands there once it is said, and their word is the one of the organisation', async ({ open }) => {
  const { tag } = await our.api('GET', '/settings');
  await our.api('PATCH', '/settings', { 'reach-us': 'Call 0800 1234, or come by' }, { 'If-Match': tag });
  const page = await open('/mine', { as: lena, size: 'phone' });
  await our.ready(page);
  await page.getByText('Call 0800 1234, or come by').waitFor();
});

our.test('who they are is said where people are looked after', async ({ open }) => {
  const { json } = await our.api('GET', `/customers/${on.customer}/beside`);
  const page = await open(`/people/${nobody.person}`);
  const lens = page.getByRole('complementary', { name: nobody.name });
  await lens.getByLabel('Which customer this is').fill(json.identifiers[0].value);
  await lens.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  assert.equal((await our.api('GET', `/people/${nobody.person}`)).json.customer, on.customer);
  await our.axe(page);
  await page.getByRole('button', { name: 'Undo' }).click();
  for (let i = 0; i < 50 && (await our.api('GET', `/people/${nobody.person}`)).json.customer; i++) await new Promise((next) => setTimeout(next, 100));
  assert.ok(!(await our.api('GET', `/people/${nobody.person}`)).json.customer);
});

our.test('without a story the page says who can help; another one is not theirs to see', async ({ open }) => {
  const page = await open('/mine', { as: nobody, size: 'phone' });
  await our.ready(page);
  await page.getByText('No story is tied to you yet').waitFor();
  const other = await open(`/stories/${asked.customer}`, { as: lena });
  await other.getByRole('alert').waitFor();
  await assert.rejects(lena.api('GET', `/customers/${asked.customer}/where`), /403/);
}, { quiet: false });
