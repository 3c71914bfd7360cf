// people.test.mjs - first page, people and settings.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();
const csv = 'id,name,email,department,roles\nf1,Fritz Front,fritz@example.org,Claims,front-line\na1,Anna Analyst,anna@example.org,Finance,analyst\n';
const wrong = csv.replace('analyst\n', 'analist\n');
const { json: anna } = await our.api('POST', '/people', { name: 'Ada <b>Able</b>', email: 'ada@example.org', roles: ['analyst'] });

our.everywhere(['/people', `/people/${anna.person}`, '/people?tab=departments', '/people?tab=serves&of=Finance', '/people?tab=roles', '/people?tab=files', '/settings']);

our.test('a person is added, comes in by the link, is disabled, and that is undone', async ({ open }) => {
  const page = await open('/people');
  await our.ready(page);
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Nora New');
  await page.getByRole('dialog').getByLabel('E-mail address').fill('nora@example.org');
  await page.getByRole('button', { name: 'Add and make a link' }).click();
  const link = await page.locator('.people-link').textContent();
  assert.match(link, /\/invite#\S+$/);
  await our.axe(page);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Nora New' }).click();
  const lens = page.getByRole('complementary', { name: 'Nora New' });
  await lens.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('Nora New is disabled').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await lens.getByRole('button', { name: 'Disable' }).waitFor();
  await page.goBack();
  await lens.waitFor({ state: 'detached' });
});

our.test('a file is tried out; what is wrong in it is told by line, and mended it is written', async ({ open }) => {
  const page = await open('/people?tab=files');
  await our.ready(page);
  const choose = (text) => page.getByLabel('Choose a file').first().setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await choose(wrong);
  await page.getByText('problem: nothing is written').waitFor();
  await our.picture(page, 'people-file');
  await page.getByRole('rowheader', { name: '3' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Write it' }).count(), 0);
  await choose(csv);
  await page.getByRole('button', { name: 'Write it' }).click();
  await page.getByText('Written: 2 added').waitFor();
  await page.getByRole('tab', { name: 'People' }).click();
  await page.getByRole('link', { name: 'Fritz Front' }).waitFor();
});

our.test('a department of the back office has a page: whom it serves outside and inside, its touchpoints, what was found', async ({ open }) => {
  const page = await open('/people?tab=departments');
  await our.ready(page);
  await page.getByRole('row', { name: /^Finance/ }).getByRole('link', { name: 'Whom it serves' }).click();
  await our.ready(page);
  assert.match(page.url(), /tab=serves&of=Finance/);
  await page.getByRole('table', { name: 'Its touchpoints' }).getByRole('link', { name: 'Invoice sent' }).waitFor();
  await page.getByRole('table', { name: /^Its customers inside/ }).getByRole('link', { name: 'Claims' }).waitFor();
  await page.getByText('Promises at I receive the money: Within a week of the decision').waitFor();
  await page.getByRole('region', { name: 'What was found' }).waitFor();
  await page.getByRole('table', { name: /^Its customers inside/ }).getByRole('link', { name: 'IT' }).click();
  await page.getByRole('table', { name: 'Its touchpoints' }).getByRole('link', { name: 'Address changed' }).waitFor();
});

our.test('settings: the word for customer and the mission are shown at once, and undone', async ({ open }) => {
  const page = await open('/settings');
  await our.ready(page);
  await page.getByLabel('Mission statement').fill('We stand by people when something has happened.');
  await page.getByLabel('Your word for customer').fill('member');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('We stand by people').waitFor();
  await page.getByText('members', { exact: true }).waitFor();
  await page.getByText('By department and level, over time, and who works together').click();
  for (const name of ['By department', 'By level']) await page.getByRole('table', { name, exact: true }).waitFor();
  await page.getByRole('table', { name: 'By level' }).getByRole('rowheader', { name: 'lead' }).waitFor();
  const listed = page.locator('summary', { hasText: /name no member yet$/ });
  const before = parseInt(await listed.innerText(), 10);
  await listed.click();
  await page.getByLabel('Which').selectOption('process');
  await page.getByRole('button', { name: /^For whom\?/ }).first().click();
  await page.getByRole('dialog').getByLabel('For which members?').fill('people who move house');
  await page.getByRole('dialog').getByLabel('Which need does it start from?').fill('I want to say it once.');
  await page.getByRole('button', { name: 'It starts from there' }).click();
  await page.locator('summary', { hasText: new RegExp(`^${before - 1} name no member yet$`) }).waitFor();
  await our.axe(page);
  await our.picture(page, 'home-mission');
});

our.test('who changed the settings meanwhile is not overwritten', async ({ open }) => {
  const page = await open('/settings');
  await our.ready(page);
  const { tag } = await our.api('GET', '/settings');
  await our.api('PATCH', '/settings', { zone: 'Europe/Rome' }, { 'If-Match': tag });
  await page.getByLabel('Name of the organisation').fill('Harbour');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has changed the settings meanwhile').waitFor();
  assert.equal(await page.getByLabel('Time zone').inputValue(), 'Europe/Rome');
  assert.equal(await page.getByLabel('Name of the organisation').inputValue(), 'Harbour');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
}, { quiet: false });
