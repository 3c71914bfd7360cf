// inside_out.test.mjs - Inside-out: what departments say twice, say differently and dam up;
// the right fact named, and the departments between which customers tell their story twice,
// down to one customer.
import assert from 'node:assert/strict';
import { PATIENCE, site } from './site.mjs';

const our = await site({ looks: true });
const found = async () => (await our.api('GET', '/findings')).json;

/** A server looks through what it never looked through by itself. */
async function looked() {
  for (const end = Date.now() + PATIENCE; ; await new Promise((later) => setTimeout(later, 50))) {
    const { ran_ms: ran, looking } = await found();
    if (ran && !looking) return;
    assert.ok(Date.now() < end, 'nobody ever looked');
  }
}
await looked();
const { findings } = await found();
const between = (f, a, b) => [f.from?.name, f.to?.name].sort().join() === [a, b].sort().join();
const hours = findings.find((f) => f.sort === 'contradiction' && f.facts.includes('time') && between(f, 'Marketing', 'Operations'));
assert.ok(hours, 'the opening hours of the two welcome letters differ, and it was found');

our.everywhere([`/inside-out?finding=${hours.cause}`]);

const lens = (page) => page.locator('.lens');

our.test('two contradicting letters are seen side by side, and the right fact is named by keyboard alone', async ({ open }) => {
  const page = await open('/inside-out');
  await our.ready(page);
  await page.getByText(/^Looked at [\d,]+ messages among [\d,]+ interactions.* Looked at by itself when something came in, at most every 10 minutes\.$/).waitFor();
  await page.getByRole('table', { name: 'Said twice, by departments' }).getByRole('button', { name: 'Marketing and President\u2019s office' }).or(
    page.getByRole('table', { name: 'Said twice, by departments' }).getByRole('button', { name: "Marketing and President's office" })).waitFor();
  await our.axe(page);
  // By keyboard: to the finding, into its lens, to the dialog.
  const link = page.locator('.inside-rows a', { hasText: hours.says });
  await link.focus();
  await page.keyboard.press('Enter');
  await our.ready(page);
  assert.match(page.url(), new RegExp(`finding=${hours.cause}`));
  const letters = lens(page).getByRole('article');
  assert.equal(await letters.count(), 2);
  const marks = await letters.locator('mark').allInnerTexts();
  assert.ok(marks.some((m) => m.includes('8:00')) && marks.some((m) => m.includes('9:00')), `marked is ${marks.join(' | ')}`);
  await lens(page).getByRole('button', { name: 'Name the right fact' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /9:00/ }).focus();
  await page.keyboard.press('Space');
  await our.axe(page);
  await our.picture(page, 'inside-right');
  assert.match(await dialog.getByLabel('The sentence that says it').inputValue(), /^You can reach us .* from 9:00 to 17:00\.$/);
  await dialog.getByRole('button', { name: 'This is right' }).focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Right facts' }).click();
  await page.getByRole('table', { name: 'Right facts' }).getByText('You can reach us').waitFor();
});

our.test('a duplicate with its customers, cost, one message instead of two, and when it happened; all of them by month', async ({ open }) => {
  const twice = findings.find((f) => f.sort === 'duplicate' && between(f, 'Operations', 'Finance'));
  assert.ok(twice, 'Finance reminds, and Operations writes nearly the same');
  assert.ok(findings.some((f) => f.sort === 'duplicate' && f.purpose === 'Welcome' && between(f, 'Marketing', 'Operations')), 'both welcome');
  const page = await open(`/inside-out?finding=${twice.cause}`);
  await our.ready(page);
  await lens(page).getByRole('button', { name: `${twice.customers} customers` }).waitFor();
  await lens(page).getByText(/costs about 1 h/).waitFor();
  await lens(page).getByText('Finance wants: Get the invoice paid').waitFor();
  await lens(page).getByText('Operations wants: Keep the cover').waitFor();
  const when = lens(page).locator('.inside-part', { hasText: 'When it happened' });
  const columns = await when.locator('svg rect.column').count();
  await when.getByRole('button', { name: 'As a table' }).click();
  const rows = await when.getByRole('table').locator('tbody tr').evaluateAll((all) => all.map((tr) => Number(tr.lastElementChild.textContent)));
  assert.deepEqual([rows.length, rows.reduce((a, b) => a + b)], [columns, twice.hits], 'every month, and every time');
  await our.axe(page);
  await lens(page).getByRole('table', { name: 'Whom it reaches' }).getByText('Long-time: a year or longer').waitFor();
  await lens(page).getByText(/^Too few to tell: of 49 customers whom it hit, \d+ have others like them/).waitFor();
  await page.goto(`${our.url}/inside-out?tab=history`);
  await our.ready(page);
  await page.locator('.chart-title', { hasText: 'Said twice: when it happened' }).waitFor();
  await page.getByRole('group', { name: 'Sort' }).getByRole('button', { name: 'Told again' }).click();
  await page.locator('.chart-title', { hasText: 'Told again: when it happened' }).waitFor();
  assert.match(page.url(), /sort=dam/);
  await our.axe(page);
});

our.test('one message instead of two becomes a draft that both departments share, and leads back to the finding', async ({ open }) => {
  const twice = findings.find((f) => f.sort === 'duplicate' && f.purpose === 'Welcome' && between(f, 'Marketing', 'Operations'));
  const page = await open(`/inside-out?finding=${twice.cause}`);
  await our.ready(page);
  await lens(page).getByRole('button', { name: 'Share it as a draft' }).click();
  await page.waitForURL(/\/records\/shared-draft\/new/);
  await our.ready(page);
  assert.match(await page.getByLabel('The message that both will send').inputValue(), /^\[greeting\]/);
  await our.axe(page);
  await page.getByRole('button', { name: 'Make it' }).or(page.locator('form button[type=submit]')).first().click();
  await page.waitForURL(/\/records\/shared-draft\/\d+$/);
  await our.ready(page);
  for (const what of ['What does it want with the message?', 'What does that one want with the message?', 'To be agreed on']) await page.getByText(what).first().waitFor();
  await our.axe(page);
  await our.picture(page, 'shared-draft');
  await page.locator(`a[href="/inside-out?finding=${twice.cause}"]`).first().click();
  await our.ready(page);
  await lens(page).getByRole('list', { name: 'Shared drafts' }).getByText('To be agreed on').waitFor();
});

our.test('what is told again says where it was known: step, department, system', async ({ open }) => {
  const dam = findings.find((f) => f.sort === 'dam' && f.from?.name === 'Contact centre' && f.to?.name === 'Claims');
  const page = await open(`/inside-out?finding=${dam.cause}`, { size: 'phone' });
  await our.ready(page);
  const held = lens(page).getByRole('table', { name: 'Where it was known' });
  await held.getByText('Contact centre').first().waitFor();
  await our.axe(page);
  await our.fits(page);
});

our.test('the departments between which customers tell their story twice, and one of them followed, on a phone', async ({ open }) => {
  const page = await open('/inside-out?tab=handoffs', { size: 'phone' });
  await our.ready(page);
  await our.axe(page);
  await our.fits(page);
  const cell = page.getByRole('button', { name: /^Contact centre to Claims: told again after \d+% of \d+ hand-offs$/ });
  const told = Number(/(\d+)%/.exec(await cell.innerText())[1]);
  assert.ok(told >= 10 && told <= 40, `${told} % told their claim again`);
  await cell.click();
  await lens(page).getByRole('heading', { name: 'Contact centre \u2192 Claims' }).waitFor();
  await our.axe(page);
  await our.picture(page, 'inside-handoff');
  await lens(page).getByRole('link', { name: 'Open the finding' }).click();
  await lens(page).getByRole('article').first().waitFor();
  await lens(page).getByRole('button', { name: /customers?$/ }).first().click();
  await lens(page).locator('.behind a').first().click();
  await page.waitForURL(/\/stories\/\d+/);
  await our.ready(page);
});

our.test('what is no finding says why, is silent, and comes back', async ({ open }) => {
  const page = await open('/inside-out');
  await our.ready(page);
  const { findings: before } = await found();
  const one = before.find((f) => f.sort === 'signatory');
  await page.locator('.inside-rows a', { hasText: one.says }).first().click();
  await our.ready(page);
  await lens(page).getByRole('button', { name: 'Not a finding' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'It is meant to be so' }).click();
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
  await lens(page).getByText(/not a finding\. It is meant to be so/).waitFor();
  assert.ok(!(await found()).findings.some((f) => f.cause === one.cause));
  await lens(page).getByRole('button', { name: 'It is a finding after all' }).click();
  await lens(page).getByText(/not a finding\. It is meant/).waitFor({ state: 'detached' });
  assert.ok((await found()).findings.some((f) => f.cause === one.cause));
});

our.test('who needs what, what a setting would change, and counts over time', async ({ open }) => {
  const page = await open('/inside-out?tab=needs');
  await our.ready(page);
  await page.locator('.inside-matrix td.dark button').first().click();
  await our.axe(page);
  await our.picture(page, 'inside-needs');
  await lens(page).getByRole('button', { name: 'Ask for it' }).click();
  await page.getByRole('dialog').getByLabel('What do you need to know?').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'What is looked for' }).click();
  await our.ready(page);
  await page.getByLabel('Said twice: within how many days').fill('1');
  await page.getByRole('button', { name: 'See what it would change' }).click();
  await page.getByRole('table', { name: 'Findings now and then' }).waitFor();
  await our.axe(page);
  await our.picture(page, 'inside-settings', { fullPage: true });
  await page.getByRole('tab', { name: 'Over time' }).click();
  await our.ready(page);
  await page.getByRole('link', { name: 'Said differently' }).waitFor();
  await our.axe(page);
});

our.test('whoever would send a third letter is warned before: who else writes, and what it contradicts', async ({ open }) => {
  const { json: finding } = await our.api('GET', `/findings/${hours.cause}`);
  const { customer, b } = finding.examples[0];
  const page = await open('/inside-out?tab=send', { size: 'phone' });
  await our.ready(page);
  await page.getByLabel('Text', { exact: true }).fill(b.text.replace(/\d+:00 to \d+:00/, '10:00 to 14:00'));
  await page.getByLabel('Which department sends it?').fill('Finance');
  await page.getByLabel('What is it for?').fill(b.purpose ?? '');
  await page.getByText('More about it').click();
  await page.getByLabel(/^When\b/).fill(new Date(b.at_ms + 86400e3).toISOString().slice(0, 10));
  await page.getByLabel('One in a line').fill(`${customer.name}\nnobody@nowhere.test`);
  await page.getByRole('button', { name: 'Check it' }).click();
  const answer = page.getByRole('group', { name: 'Before you send it' });
  await answer.getByText(/^Looked at 1 customer\./).waitFor();
  await answer.getByText(/^1 is not known here/).waitFor();
  await answer.getByRole('heading', { name: 'It contradicts' }).waitFor();
  await answer.locator('.inside-against', { hasText: '10:00 to 14:00' }).first().waitFor();
  await answer.getByRole('table').getByText(b.department).first().waitFor();
  await our.axe(page);
  await our.fits(page);
  await our.picture(page, 'inside-send', { fullPage: true });
  await answer.getByRole('button', { name: 'Put it right' }).first().click();
  await answer.waitFor({ state: 'hidden' });
  assert.ok(!(await page.getByLabel('Text', { exact: true }).inputValue()).includes('10:00 to 14:00'));
});
