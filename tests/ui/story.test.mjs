// story.test.mjs - the page of a story: found, read, filtered, opened at one interaction; what
// is written down there; receipts, merging, exporting, erasing with proof; ten thousand rows.
import assert from 'node:assert/strict';
import { PATIENCE, site } from './site.mjs';

const our = await site();
const beside = async (customer) => (await our.api('GET', `/customers/${customer}/beside`)).json;

/** Somebody with open problems, hand-offs, and a story told again. */
async function somebody() {
  for (let customer = 1; customer < 200; customer++) {
    const b = await beside(customer);
    if (b.open_problems > 1 && b.times_told_again && b.interactions > 30) return b;
  }
  throw new Error('the demonstration has nobody who told their story again');
}
const one = await somebody();
const story = `/stories/${one.customer}`;
const row = (page, n = 0) => page.locator('.story-title > a').nth(n);

our.everywhere(['/stories', '/stories/reviews', story]);

our.test('what comes in while a story is open is told and drawn', async ({ open }) => {
  const page = await open(story);
  await our.ready(page);
  await row(page).waitFor();
  const { kind, value } = one.identifiers[0];
  const came = page.getByText(/^\d+ interactions? ha(s|ve) just come in\.$/).first();
  for (let i = 0; i < 15 && !await came.isVisible(); i++) {
    await our.api('POST', '/interactions', { customer: { [kind]: value }, time: new Date(Date.now() - 60000).toISOString(), touchpoint: 'Calls just now', source: 'switchboard', id: `now-${i}` });
    await came.waitFor({ timeout: 4000 }).catch(() => undefined);
  }
  await came.waitFor();
  await page.getByText('Calls just now').first().waitFor();
});

our.test('a story is found and read by keyboard alone', async ({ open }) => {
  const page = await open('/stories');
  await our.ready(page);
  await page.keyboard.press('/');
  await page.keyboard.type(one.identifiers[0].value);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**${story}`);
  await row(page).waitFor();
  const first = await row(page).textContent(), second = await row(page, 1).textContent();
  await row(page).focus();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), second);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const lens = page.locator('.lens');
  await lens.getByRole('heading', { name: first, exact: true }).waitFor();
  assert.match(page.url(), /[?&]at=/);
  await page.keyboard.press('Escape');
  await lens.waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), first, 'the focus goes back');
});

our.test('what is chosen stands in the address, and a link to one interaction opens it', async ({ open }) => {
  const page = await open(story);
  await row(page).waitFor();
  const status = page.locator('.story-chosen-n [role=status]');
  const all = await status.textContent();
  const box = await page.locator('.story-strip svg[role=img]').boundingBox();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.999, box.y + 9);
  await page.mouse.up();
  await page.waitForURL(/from=.*until=/);
  await page.waitForFunction((before) => document.querySelector('.story-chosen-n [role=status]').textContent !== before, all, { timeout: PATIENCE });
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.waitForFunction((before) => document.querySelector('.story-chosen-n [role=status]').textContent === before, all, { timeout: PATIENCE });
  const [handoff] = one.problems.find((p) => p.handoffs.length).handoffs;
  const linked = await open(`${story}?at=${handoff.ref}`);
  await linked.locator('.lens').getByText(`${handoff.from} handed it to ${handoff.to}`).waitFor();
  await linked.locator('.story-row.selected').waitFor();
  await our.axe(linked);
  await our.picture(linked, 'story-interaction');
});

our.test('"I have read this story": one tap, seen by colleagues, taken back by undo', async ({ open }) => {
  const page = await open(story, { size: 'phone' });
  await page.getByRole('button', { name: 'I have read this story' }).click();
  await page.getByRole('button', { name: 'You have read this story' }).waitFor();
  assert.equal((await beside(one.customer)).receipts.length, 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'I have read this story' }).waitFor();
  assert.equal((await beside(one.customer)).receipts.length, 0);
});

our.test('a problem is solved when the customer says so; undone, it is open as before', async ({ open }) => {
  const page = await open(story);
  const open_ = page.locator('.story-problem');
  await open_.first().waitFor();
  const name = await open_.first().locator('h3').textContent();
  await open_.first().getByRole('button', { name: 'The customer says it is solved' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('In their own words').fill('Yes, all is well now.');
  await our.axe(page);
  await dialog.getByRole('button', { name: 'Write it down' }).click();
  await page.locator('.card', { hasText: 'Solved, the customer says' }).getByText('Yes, all is well now.').waitFor();
  assert.equal((await beside(one.customer)).problems.find((p) => p.name === name).state, 'confirmed');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('.card', { hasText: 'Solved, the customer says' }).waitFor({ state: 'detached' });
  assert.equal((await beside(one.customer)).problems.find((p) => p.name === name).state, 'open');
});

our.test('a promise is made from an interaction by keyboard alone, and stands beside it with its state', async ({ open }) => {
  const page = await open(story);
  await row(page).waitFor();
  await row(page).focus();
  await page.keyboard.press('Enter');
  const lens = page.locator('.lens');
  const button = lens.getByRole('button', { name: 'Promise something' });
  await button.waitFor();
  const tabTo = async (target) => {
    for (let i = 0; i < 60 && !await target.evaluate((e) => e === document.activeElement); i++) await page.keyboard.press('Tab');
    assert.ok(await target.evaluate((e) => e === document.activeElement), 'reached with Tab');
  };
  await tabTo(button);
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog');
  await sheet.getByText('It goes with:').waitFor();
  const due = await sheet.getByLabel('By when?').inputValue();
  assert.match(due, /^\d{4}-\d\d-\d\d$/);
  await our.picture(page, 'story-promise');
  await our.axe(page);
  await tabTo(sheet.getByLabel('What was promised?'));
  await page.keyboard.type('We send the form again, filled in');
  await tabTo(sheet.getByRole('button', { name: 'Send' }));
  await page.keyboard.press('Enter');
  await sheet.waitFor({ state: 'detached' });
  await lens.getByRole('link', { name: 'We send the form again, filled in' }).waitFor();
  const mark = page.locator('.story-row.selected .story-promised');
  await mark.getByText('To be kept').waitFor();
  await our.picture(page, 'story-promised');
  await page.locator('.toast-close').click();
  await page.evaluate(() => scrollTo(0, 0)); // else something is half below the head
  await our.axe(page);
  const made = (await beside(one.customer)).promised.items.find((p) => p.promise.title.startsWith('We send the form'));
  assert.equal(made.ref, new URL(page.url()).searchParams.get('at'));
  assert.deepEqual([made.promise.fields.customer, made.promise.fields.due], [one.customer, due]);
  const at = `/records/promise/${made.promise.record}`;
  await our.api('POST', `${at}/moves`, { move: 'break', words: 'The form was lost.' }, { 'If-Match': `"${made.promise.version}"` });
  await page.reload();
  await mark.getByText('Not kept in time').waitFor();
});

our.test('on a phone a promise is made from a problem, and stands with it', async ({ open }) => {
  const page = await open(story, { size: 'phone' });
  const problem = page.locator('.story-problem').first();
  await problem.getByRole('button', { name: 'Promise something' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('What was promised?').fill('We call you on Monday');
  await our.fits(page);
  await our.picture(page, 'story-promise');
  await our.axe(page);
  await sheet.getByRole('button', { name: 'Send' }).click();
  await sheet.waitFor({ state: 'detached' });
  await problem.getByRole('link', { name: 'We call you on Monday' }).waitFor();
  await problem.getByRole('listitem').filter({ hasText: 'We call you on Monday' }).getByText('To be kept').waitFor();
  await our.fits(page);
  await our.picture(page, 'story-promised');
  await page.locator('.toast-close').click();
  await page.evaluate(() => scrollTo(0, 0));
  await our.axe(page);
});

our.test('a hand-off is taken over, which can be taken back', async ({ open }) => {
  const page = await open(story);
  const take = page.getByRole('button', { name: /^Take over for/ });
  await take.first().waitFor();
  const n = await take.count();
  await take.first().click();
  const taken = page.getByText(/took it over on .*Olga Owner/);
  await taken.first().waitFor();
  assert.equal(await take.count(), n - 1);
  const before = await taken.count();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(/^Taken back: nobody at/).waitFor();
  await page.waitForFunction((most) => [...document.querySelectorAll('.story-problem .muted')].filter((one) => /took it over on .*Olga Owner/.test(one.textContent)).length < most, before);
  assert.equal(await take.count(), n);
});

our.test('beside the story on a phone: a drawer with who they are, and what is known', async ({ open }) => {
  const page = await open(story, { size: 'phone' });
  await page.getByRole('button', { name: 'Beside the story' }).click();
  await page.locator('.lens').getByRole('heading', { name: 'What is known, and who holds it' }).waitFor();
  await page.locator('.lens').getByRole('heading', { name: 'Who else contacts them' }).waitFor();
  await our.fits(page);
  await our.axe(page);
  await our.picture(page, 'story-beside');
  await page.keyboard.press('Escape');
  await page.locator('.lens').waitFor({ state: 'detached' });
});

our.test('two customers are looked at, put together, and taken apart again', async ({ open }) => {
  const other = (await beside(one.customer === 7 ? 8 : 7));
  const page = await open(story);
  await page.getByRole('button', { name: 'This is the same as' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('The other customer').fill(`#${other.customer}`);
  await dialog.getByRole('button', { name: 'Look at both' }).click();
  await dialog.getByRole('heading', { name: `The other, #${other.customer}` }).waitFor();
  await our.picture(page, 'story-merge');
  await dialog.getByRole('button', { name: 'Put them together' }).click();
  await page.getByText(`Put together with #${other.customer}`).waitFor();
  assert.equal((await beside(other.customer)).customer, one.customer);
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await page.getByText(`Put together with #${other.customer}`).waitFor({ state: 'detached' });
  assert.equal((await beside(other.customer)).customer, other.customer);
});

our.test('a story is taken along as a file', async ({ open }) => {
  const page = await open(story);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Take along as CSV' }).click()]);
  assert.equal(file.suggestedFilename(), `customer-${one.customer}.csv`);
});

our.test('ten thousand interactions: only what can be seen is drawn, to the very first', async ({ open }) => {
  const N = 10000, from = Date.UTC(2020, 0, 1);
  const all = Array.from({ length: N }, (_, i) => ({
    customer: { email: 'often@example.org' }, source: 'often', id: `${i}`, time: new Date(from + i * 3600e3).toISOString(),
    touchpoint: i ? 'Uses the app' : 'The very first', channel: ['app', 'web', 'phone'][i % 3], direction: 'in',
    ...(i % 50 === 0 && { department: ['Claims', 'Sales'][(i / 50) % 2], problem: `P-${Math.floor(i / 500)}`, payload: { text: `What I said, ${i}`, address: `Lane ${i % 7}` } }),
  }));
  await our.api('POST', '/interactions', all);
  const { json } = await our.api('POST', '/search', { who: 'often@example.org' });
  const page = await open(`/stories/${json.items[0].customer}`);
  await row(page).waitFor();
  await page.locator('.story-chosen-n').getByText('10,000 interactions').waitFor();
  assert.ok(await page.locator('.story-row').count() < 60);
  await page.keyboard.press('End');
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.getByRole('link', { name: 'The very first' }).waitFor();
  assert.ok(await page.locator('.story-row').count() < 60);
  // Paper shows all that is here, and says what is not.
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.getByText('On paper stand the newest').waitFor();
  assert.ok(await page.locator('.story-row').count() >= 100);
});

our.test('what all say stands in one place, and leads to the story and its interaction', async ({ open }) => {
  const page = await open('/stories');
  await page.getByRole('link', { name: 'Read what they say' }).click();
  await page.locator('h1', { hasText: 'What they say' }).waitFor();
  const { json } = await our.api('GET', '/reviews?answered=yes&limit=20');
  assert.ok(json.items.length && json.items.every((r) => r.answered));
  await page.getByRole('tab', { name: 'Answered', exact: true }).click();
  await page.getByText(`${json.listed} reviews, none left out.`).waitFor();
  assert.equal(await page.locator('.story-review').count(), json.items.length);
  assert.match(page.url(), /answered=yes/);
  const { department, touchpoint, ref } = json.items[0];
  await page.locator('td, th').getByRole('button', { name: department, exact: true }).click();
  await page.waitForURL(/department=/);
  await our.ready(page);
  await page.locator('.story-review').first().getByRole('link', { name: touchpoint }).click();
  await page.waitForURL((url) => url.searchParams.get('at') === ref);
  await page.goBack();
  await page.locator('h1', { hasText: 'What they say' }).waitFor();
});

our.test('erased for good, with proof; the story is gone', async ({ open }) => {
  const page = await open('/stories/9');
  const { identifiers } = await beside(9);
  await page.getByRole('button', { name: 'Erase for good' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This cannot be undone').waitFor();
  await our.axe(page);
  await our.picture(page, 'story-erase');
  await dialog.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByText(new RegExp(`The file was searched for ${identifiers.length} identifiers?, `)).waitFor();
  await our.picture(page, 'story-erased');
  await page.getByRole('link', { name: 'Back to all stories' }).click();
  await page.getByLabel('Find a customer').last().waitFor();
  await assert.rejects(beside(9), /404/);
});

our.test('in other words and at twice the size nothing breaks', async ({ open }) => {
  const page = await open(`${story}?words=en-XA`, { viewport: { width: 720, height: 450 } });
  await row(page).waitFor();
  await our.fits(page);
  const plain = await page.evaluate(() => [...document.querySelectorAll('.story h2, .story-head dt, .story-open .button, .story-fields label')].map((e) => e.textContent).filter((t) => !t.includes('[')));
  assert.deepEqual(plain, []);
});
