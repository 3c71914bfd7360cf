// records.test.mjs - what people do about it: told on a phone, passed on, owned, fixed;
// two who write at once; a kind of one's own; every page by keyboard and for axe.
import assert from 'node:assert/strict';
import { site, sizes } from './site.mjs';

const our = await site({ settings: { FIRSTHAND_MAIL_SERVER: '127.0.0.1', FIRSTHAND_MAIL_FROM: 'us@example.org' } });
const { json: claims } = await our.api('POST', '/departments', { name: 'Claims handling' });
const department = claims.department;
const fritz = await our.somebody('Fritz Front', ['front-line'], { department });
const dora = await our.somebody('Dora Desk', ['front-line']);
const otto = await our.somebody('Otto Office', ['front-line']);
const lea = await our.somebody('Lea Lead', ['lead'], { department });
const { json: names } = await our.api('GET', '/names/touchpoints');
const touchpoint = names.items[0];
const make = async (kind, fields, more = {}) => (await our.api('POST', `/records/${kind}`, { fields, ...more })).json;
const own = (who, r, what, more = {}) => who.api('POST', `/records/${r.kind}/${r.record}/ownership`, { do: what, ...more });

const letter = await make('aggravation', { what: 'Two welcome letters with different opening hours', touchpoint: touchpoint.number, effort: 'day' });
const promise = await make('promise', { what: 'We call back within two days', customer: 1, due: '2031-05-01' });
await make('known-bad', { what: 'Garage reviews stay unanswered', harm: 'Customers believe that nobody reads them', asked: fritz.person });
await make('inspiration', { what: 'One page instead of four', before: 'Four pages', after: 'One page', effect: 'Nobody asks what it means' });
await make('focus', { what: 'Welcome letter', is: 'message', department });
await own({ api: our.api }, letter, 'offer', { person: fritz.person });

our.everywhere(['/my-part'], { as: fritz });
our.everywhere(['/no-brainers', `/records/aggravation/${letter.record}`]);

our.test('other tabs, views and settings: axe finds nothing', async ({ open }) => {
  const page = await open('/no-brainers?tab=lookout');
  for (const path of ['', '/no-brainers?tab=quick', '/no-brainers?tab=whom', '/records', '/records/aggravation?view=board', '/records/promise/new', '/no-brainers?tab=known', '/no-brainers?tab=gallery', '/records/aggravation', '/records/aggravation?view=table', '/records/promise/files',
    `/records/promise/${promise.record}?tab=history`, '/settings/kinds', '/settings/kinds/signal']) {
    if (path) await page.goto(our.url + path);
    await our.ready(page);
    await our.axe(page);
    await our.fits(page);
    await our.picture(page, `records${path.replaceAll(/\W+/g, '-')}`, { fullPage: true });
    await page.setViewportSize(sizes.phone);
    await our.fits(page);
    await page.setViewportSize(sizes.desk);
  }
});

our.test('each touchpoint tells what makes and breaks it, and what mending brought', async ({ open }) => {
  const page = await open('/no-brainers?tab=lookout');
  const row = page.getByRole('table', { name: 'Touchpoint by touchpoint' }).getByRole('row').filter({ hasText: touchpoint.name });
  await row.waitFor();
  assert.match(await row.innerText(), /\d/);
  await page.getByText('saved a year').waitFor();
});

our.test('on a phone, from a story: told in three taps', async ({ open }) => {
  const page = await open('/stories/7', { size: 'phone', as: fritz });
  await our.ready(page);
  let taps = 0;
  const tap = async (locator) => { taps++; await locator.click(); };
  await tap(page.getByRole('button', { name: 'Obviously broken' }));
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: touchpoint.name, exact: true }).waitFor();
  await our.axe(page);
  await our.picture(page, 'capture');
  await tap(sheet.getByRole('button', { name: touchpoint.name, exact: true }));
  await tap(sheet.getByRole('button', { name: 'Send' }));
  await sheet.waitFor({ state: 'detached' });
  await page.getByText('Thank you').waitFor();
  assert.equal(taps, 3);
  const { json } = await our.api('GET', `/records/signal?author=${fritz.person}`);
  assert.equal(json.items.length, 1);
  assert.equal(json.items[0].title, `Obviously broken: ${touchpoint.name}`);
  assert.equal(json.items[0].fields.customer, 7);
});

our.test('without a name: a code is shown, and nobody is named', async ({ open }) => {
  const page = await open('/', { size: 'phone', as: dora });
  await page.getByRole('button', { name: 'Obviously broken' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('What is broken?').fill('The lift has been out for a month');
  await sheet.getByLabel('Without my name').check();
  await sheet.getByRole('button', { name: 'Send' }).click();
  const code = await sheet.locator('.record-code').textContent();
  assert.ok(code.length > 8);
  const { json } = await our.api('GET', '/records/signal?text=lift');
  assert.equal(json.items[0].author, null);
});

our.test('nobody\u2019s, bounced twice, owned, fixed; whoever told it sees what became of it', async ({ open }) => {
  const told = (await fritz.api('POST', '/records/signal', { fields: { what: 'The address change is lost between two desks' } })).json;
  const at = await open(`/records/signal/${told.record}`);
  await our.ready(at);
  await at.getByRole('button', { name: 'Offer it to somebody' }).click();
  await at.getByRole('dialog').getByRole('combobox', { name: 'Somebody else' }).fill('Dora');
  await at.getByRole('option', { name: 'Dora Desk' }).click();
  await at.getByRole('button', { name: 'Offer it', exact: true }).click();
  await at.getByText('Offered to Dora Desk').waitFor();

  const part = await open('/my-part', { as: dora, size: 'phone' });
  await our.ready(part);
  await part.getByRole('button', { name: 'Not mine' }).click();
  await part.getByRole('dialog').getByRole('textbox').fill('Addresses are kept by the back office.');
  await part.getByRole('dialog').getByRole('button', { name: 'Not mine' }).click();
  await part.getByText('Whoever asked is told why').waitFor();
  await own({ api: our.api }, told, 'offer', { person: otto.person });
  await own(otto, told, 'decline', { words: 'Only when the form comes on paper.' });
  await own({ api: our.api }, told, 'offer', { person: lea.person });

  await at.goto(`${our.url}/no-brainers`);
  await our.ready(at);
  const card = at.getByRole('region', { name: 'Offered' }).locator('.board-card', { hasText: 'address change' });
  await card.getByText('bounced 2 times').waitFor();

  const lead = await open('/my-part', { as: lea });
  await our.ready(lead);
  await lead.getByRole('button', { name: 'I accept it' }).click();
  await lead.getByText('It is yours.').waitFor();
  await lead.goto(`${our.url}/records/signal/${told.record}`);
  await our.ready(lead);
  await lead.getByRole('button', { name: 'It is mended' }).click();
  await lead.getByText('Mended', { exact: true }).first().waitFor();

  const author = await open('/my-part', { as: fritz, size: 'phone' });
  await our.ready(author);
  const became = author.getByRole('region', { name: 'What became of what I told' }).getByRole('listitem').filter({ hasText: 'address change' });
  await became.getByText('Mended').waitFor();
  await became.getByText('Lea Lead').waitFor();
  await our.picture(author, 'my-part-became');
});

our.test('a digest by e-mail is chosen on My part, with its words before it comes and what became of it', async ({ open }) => {
  const page = await open('/my-part', { as: fritz, size: 'phone' });
  await our.ready(page);
  const mail = page.getByRole('region', { name: 'By e-mail' });
  await mail.getByLabel('How often').selectOption({ label: 'Every week, on Mondays' });
  await mail.getByText(`to ${fritz.email}`).waitFor();
  await mail.getByText('What it would say now').click();
  await mail.getByText('Two welcome letters with different opening hours').waitFor();
  await mail.getByRole('button', { name: 'Send me one now' }).click();
  for (const end = Date.now() + 30000; ;) { // the mail server is inside, and that is not allowed
    const { json } = await fritz.api('GET', '/me/digest');
    if (json.mails[0]?.reply) break;
    assert.ok(Date.now() < end, JSON.stringify(json));
    await new Promise((next) => setTimeout(next, 50));
  }
  await page.reload();
  await our.ready(page);
  await mail.getByText('the address of the mail server is').waitFor();
  await our.axe(page);
  await mail.scrollIntoViewIfNeeded();
  await our.picture(page, 'my-part-mail');
});

our.test('two people change one record: both versions are seen, and no word is lost', async ({ open }) => {
  const note = await make('aggravation', { what: 'Forms are asked for twice', harm: 'Customers send everything again.' });
  const pages = [await open(`/records/aggravation/${note.record}`), await open(`/records/aggravation/${note.record}`)];
  for (const page of pages) {
    await our.ready(page);
    await page.getByRole('button', { name: 'Change', exact: true }).click();
  }
  const save = async (page, harm) => {
    await page.getByRole('dialog').getByLabel('What does it do to customers, or to us?').fill(harm);
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  };
  await save(pages[0], 'They wait a week longer.');
  await pages[0].getByText('Saved.').waitFor();
  await save(pages[1], 'They call us, angry.');
  const both = pages[1].getByRole('dialog', { name: 'Somebody was quicker' });
  await both.getByText('They wait a week longer.').waitFor();
  await both.getByText('They call us, angry.').waitFor();
  await our.axe(pages[1]);
  await our.picture(pages[1], 'two-at-once');
  await both.getByRole('button', { name: 'Save these' }).click();
  await pages[1].getByText('Saved.').waitFor();
  const { json: whole } = await our.api('GET', `/records/aggravation/${note.record}`);
  assert.equal(whole.fields.harm, 'They call us, angry.');
  assert.ok(whole.history.some((e) => JSON.stringify(e.details).includes('They wait a week longer.')), 'the other words stand in the history');
}, { quiet: false });

our.test('a file is taken away for good, asked once more', async ({ open }) => {
  const note = await make('aggravation', { what: 'A picture of the wrong door' });
  const page = await open(`/records/aggravation/${note.record}`);
  await our.ready(page);
  await page.getByLabel('Attach a file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('The door') });
  await page.getByRole('button', { name: 'Take away notes.txt' }).click();
  await our.axe(page);
  await page.getByRole('button', { name: 'Take it away' }).click();
  await page.getByText('It is gone. The history').waitFor();
  await page.getByRole('link', { name: 'notes.txt' }).waitFor({ state: 'detached' });
  assert.deepEqual((await our.api('GET', `/records/aggravation/${note.record}`)).json.files, []);
});

our.test('by keyboard alone: from card to card, moved with Shift; said with @ a name', async ({ open }) => {
  const page = await open('/records/aggravation?view=board');
  await our.ready(page);
  await page.getByRole('link', { name: 'Two welcome letters' }).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('region', { name: 'Being mended' }).getByRole('link', { name: 'Two welcome letters' }).waitFor();
  await page.getByRole('link', { name: 'Two welcome letters' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Two welcome letters' }).waitFor();
  await our.ready(page);
  await page.getByLabel('Say something').focus();
  await page.keyboard.type('Could you look at it, @Lea');
  const lea = page.getByRole('button', { name: '@Lea Lead' });
  await lea.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Say it' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('.record-said', { hasText: '@Lea Lead' }).waitFor();
});

our.test('similar ones appear while one types; what was typed is there again', async ({ open }) => {
  const page = await open('/records/aggravation/new');
  await our.ready(page);
  await page.getByLabel('What goes wrong?').fill('The welcome letters tell different opening hours');
  await page.getByRole('link', { name: /Two welcome letters/ }).waitFor();
  await page.reload();
  await our.ready(page);
  assert.match(await page.getByLabel('What goes wrong?').inputValue(), /welcome letters tell/);
  await page.getByText('What you had begun to write is here again').waitFor();
});

our.test('a kind is declared in the settings, its mistakes told by line, and used at once', async ({ open }) => {
  const page = await open('/settings/kinds/new');
  await our.ready(page);
  const text = page.getByRole('textbox', { name: 'Declaration' });
  const declaration = (await text.inputValue()).replaceAll('thank-you', 'praise').replaceAll('Thank-you', 'Praise');
  await text.fill(declaration.replace('to passed', 'to nowhere'));
  await page.getByText('needs another look').waitFor();
  await our.axe(page);
  await text.fill(declaration);
  await page.getByText('This can be used.').waitFor();
  await page.getByRole('button', { name: 'Save, and use it at once' }).click();
  await page.getByRole('link', { name: 'See all Praises' }).click();
  await our.ready(page);
  await page.getByRole('link', { name: 'Pass on a praise' }).first().click();
  await page.getByLabel('What were we thanked for?').fill('Somebody stayed on the line until it was solved');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Somebody stayed on the line' }).waitFor();
  await page.getByRole('button', { name: 'It was passed on' }).click();
  await page.getByText('Passed on', { exact: true }).first().waitFor();
});

our.test('front line lands on My part, once', async ({ open }) => {
  const page = await open('/', { as: otto, size: 'phone' });
  await page.waitForURL(`${our.url}/my-part`);
  await our.ready(page);
  await page.getByRole('button', { name: 'Pages' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
  await page.waitForURL(`${our.url}/`);
  await our.ready(page);
});
