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
await make('inspiration', { what: 'One page instead of four', before: 'Four pages', after: 'One page', effect: 'Nobody asks what it means', who: [dora.person, otto.person] });
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
    // The register names the harm, who decides and how it stands.
    if (path.endsWith('known')) assert.match(await page.getByRole('row', { name: /Garage reviews/ }).innerText(), /Customers believe that nobody reads them[\s\S]*Fritz Front[\s\S]*To be decided/);
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
  // They care back: whose suggestions, thanks and recommendations, and what became of them.
  await make('thanks', { what: 'She stayed on the line', from: 'customer', asked: fritz.person });
  await page.reload();
  await our.ready(page);
  assert.match(await page.getByRole('table', { name: 'They care back' }).getByRole('row', { name: /^Thanks/ }).innerText(), /Thanks\s+1\s+0\s+0 have reached/);
  // Loyalty of both stands on the first page, side by side, when it is asked for.
  await page.goto(our.url);
  await our.ready(page);
  await page.getByText('Show how loyal both are').click();
  const loyal = page.getByRole('table', { name: 'Loyalty, side by side' });
  assert.match(await loyal.getByRole('row', { name: /^Content with us/ }).innerText(), /\d % of \d/);
  await loyal.getByRole('columnheader', { name: 'Colleagues now' }).waitFor();
  await our.axe(page);
  await page.setViewportSize(sizes.phone);
  await our.fits(page);
  await our.picture(page, 'loyalty', { fullPage: true });
});

our.test('a design is asked at each stage whether it is really reverse, and goes on when something shows it', async ({ open }) => {
  const { record } = await make('design', { what: 'One welcome letter', who: 'New customers', need: 'One answer', draft: 'A page' });
  const page = await open(`/records/design/${record}`);
  await our.ready(page);
  const card = page.locator('.record-stages');
  assert.equal(await card.getByText('not answered yet').count(), 1); // review and release are asked when it comes to that
  await page.locator('.help', { hasText: 'answered at its draft' }).waitFor();
  await card.getByRole('button', { name: 'Answer' }).click();
  const dialog = page.getByRole('dialog', { name: 'Is this really reverse?' });
  await dialog.getByLabel(/^Draft: /).fill('Forty of them asked twice');
  await dialog.getByRole('button', { name: 'Answer' }).click();
  await dialog.getByText('Say what shows it').waitFor(); // words alone are no answer
  await dialog.getByLabel('What shows it?').fill('/actual');
  await our.axe(page);
  await our.picture(page, 'reverse-answer');
  await dialog.getByRole('button', { name: 'Answer' }).click();
  await card.getByText('Forty of them asked twice').waitFor();
  await page.getByRole('button', { name: 'It is ready for review' }).click();
  await page.getByText('In review', { exact: true }).first().waitFor();
  assert.equal(await card.getByText('not answered yet').count(), 2);
  await our.axe(page);
  await our.picture(page, 'reverse', { fullPage: true });
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
  // Through a colleague: not sent with the name while nobody is chosen; what is for them alone is read by them alone.
  const form = await open('/records/signal/new', { size: 'phone', as: dora });
  await our.ready(form);
  await form.getByLabel('What is broken?').fill('The night bell rings nowhere');
  await form.getByLabel('Somebody else passes it on for me').check();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Say through whom it goes: nothing was sent.').waitFor();
  await form.getByRole('combobox', { name: 'Through whom?' }).fill('Fritz');
  await form.getByRole('option', { name: /Fritz/ }).click();
  await form.getByLabel('Only for them').fill('Dora, of the night shift');
  await our.axe(form);
  await our.picture(form, 'record-go-between', { fullPage: true });
  await form.getByRole('button', { name: 'Save' }).click();
  await form.locator('.record-code').waitFor();
  const { json: { items: [bell] } } = await our.api('GET', '/records/signal?text=bell');
  assert.deepEqual([bell.author, bell.go_between], [null, fritz.person]);
  const his = await open(`/records/signal/${bell.record}`, { as: fritz });
  await his.getByText('Told to you alone: \u201CDora, of the night shift\u201D').waitFor();
  await our.axe(his);
  await his.getByRole('button', { name: 'Forget that' }).click();
  await his.getByText('Told to you alone').waitFor({ state: 'detached' });
  await his.getByText('You pass this on').waitFor();
});

our.test('nobody\u2019s, bounced twice, owned, fixed; whoever told it sees what became of it', async ({ open }) => {
  const told = (await fritz.api('POST', '/records/signal', { fields: { what: 'The address change is lost between two desks' } })).json;
  const at = await open(`/records/signal/${told.record}`);
  await our.ready(at);
  await at.getByRole('button', { name: 'Offer it to somebody' }).click();
  // How to say it stands there already, in words that offend nobody: three of them, to be changed.
  const words = at.getByRole('dialog').getByRole('textbox', { name: 'How to say it' });
  assert.match(await words.inputValue(), /still stumble over "The address change.*Could it be you\? If not, whom would you ask\?/);
  await at.getByRole('button', { name: 'As a fact' }).click();
  assert.match(await words.inputValue(), /I am not looking for a fault/);
  await at.getByRole('button', { name: 'As a request for help' }).click();
  const tactful = await words.inputValue();
  assert.match(tactful, /^Could you help me with "The address change/);
  await at.getByRole('dialog').getByRole('combobox', { name: 'Somebody else' }).fill('Dora');
  await at.getByRole('option', { name: 'Dora Desk' }).click();
  await at.getByRole('button', { name: 'Offer it', exact: true }).click();
  await at.getByText('Offered to Dora Desk').waitFor();
  const { json: { history } } = await dora.api('GET', `/records/signal/${told.record}`);
  assert.ok(history.some((e) => e.what === 'offered' && e.details.words === tactful), 'it reaches whoever is asked');

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

  await fritz.api('POST', '/records/walk', { fields: { what: 'I report a burst pipe', how: 'self', touchpoint: [1], due: '2031-01-01' } });
  await fritz.api('POST', '/records/finding', { fields: { what: 'The hotline closes before the shop' } });
  const author = await open('/my-part', { as: fritz, size: 'phone' });
  await our.ready(author);
  await author.getByRole('region', { name: 'My walks' }).getByRole('link', { name: 'I report a burst pipe' }).waitFor();
  await author.getByRole('region', { name: 'My findings' }).getByRole('link', { name: 'The hotline closes before the shop' }).waitFor();
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

our.test('copy as a start: the form has its words, not its days; what is emptied stays empty', async ({ open }) => {
  const first = await make('fix', { what: 'One page instead of four', effort: 'week', 'customer-gain': 'Clear words', right: 'One page', due: '2031-01-31' });
  const page = await open('/no-brainers?tab=gallery');
  await our.ready(page);
  const example = page.locator('.no-brainers-gallery li', { hasText: 'One page instead of four' }).first();
  assert.match(await example.innerText(), /Four pages[\s\S]*One page[\s\S]*Nobody asks what it means[\s\S]*Dora Desk[\s\S]*Otto Office/); // before, after, what came of it, who
  await example.getByRole('link', { name: 'Do it here, too' }).waitFor();
  await page.goto(`${our.url}/records/fix/${first.record}`);
  await our.ready(page);
  await page.getByRole('link', { name: 'Copy as a start' }).click();
  await our.ready(page);
  assert.equal(await page.getByLabel('What is changed?').inputValue(), 'One page instead of four');
  assert.equal(await page.getByLabel('What would be right?').inputValue(), 'One page');
  assert.equal(await page.getByLabel('By when?').inputValue(), '');
  await page.getByLabel('What is changed?').fill('One page in the branch, too');
  await page.getByLabel('What do customers gain?').fill('');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'One page in the branch, too' }).waitFor();
  const { json: copy } = await our.api('GET', `/records/fix/${/(\d+)$/.exec(new URL(page.url()).pathname)[1]}`);
  assert.deepEqual([copy.fields.right, copy.fields.effort, copy.fields['customer-gain'] ?? null, copy.fields.due ?? null], ['One page', 'week', null, null]);
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

our.test('a customer is asked on the page of a fix, answers without account or script, and both sides are seen', async ({ open }) => {
  const fix = await make('fix', { what: 'One welcome letter instead of two', 'customer-gain': 'One letter with the right opening hours', 'inside-gain': 'No calls about it', touchpoint: touchpoint.number, done: '2025-03-05' });
  await our.api('POST', `/records/fix/${fix.record}/moves`, { move: 'finish' }, { 'If-Match': `"${fix.version}"` });
  const page = await open(`/records/fix/${fix.record}`);
  await our.ready(page);
  await page.getByRole('button', { name: 'Ask the customer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Which customer?' }).fill('#11');
  await dialog.getByRole('option', { name: 'Customer #11' }).click();
  assert.equal(await dialog.getByLabel('What they read').inputValue(), 'One letter with the right opening hours');
  await our.axe(page);
  await our.picture(page, 'ask-customer');
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  await dialog.getByText('Send them this link').waitFor();
  const link = await dialog.getByLabel('The link').inputValue();
  await our.axe(page);
  await page.keyboard.press('Escape');
  await page.getByText('Asked, not answered yet').waitFor();

  const looked = await open(link, { size: 'phone', signedIn: false });
  await looked.getByText('One letter with the right opening hours').waitFor();
  await our.fits(looked);
  await our.axe(looked);
  await our.picture(looked, 'answer');
  const theirs = await open(link, { size: 'phone', signedIn: false, javaScriptEnabled: false });
  await theirs.getByLabel('In your words').fill('At last. Thank you!');
  await theirs.getByRole('button', { name: 'Yes, it is solved' }).click();
  await theirs.getByText('Your answer is with those who made it.').waitFor();

  await page.reload();
  await our.ready(page);
  const both = page.locator('.card', { has: page.getByRole('heading', { name: 'Both sides' }) });
  await both.getByText('It is solved').waitFor();
  await both.getByText('At last. Thank you!').waitFor();
  await both.getByText('Olga Owner').waitFor();
  await page.getByText('Customers say it is solved').first().waitFor();
  await our.axe(page);
  await our.picture(page, 'both-sides', { fullPage: true });
  await both.getByRole('link', { name: 'Customer #11' }).click();
  await page.locator('.lens').getByText('At last. Thank you!', { exact: true }).waitFor();
  await page.locator('.lens').getByRole('heading', { name: 'Confirms that it is mended' }).waitFor();
  await page.locator('.lens .chip', { hasText: 'web' }).waitFor();
});

our.test('what nobody looks after is listed by how much it lacks, and claimed and walked from there', async ({ open }) => {
  const page = await open('/no-brainers?tab=forgotten');
  await our.ready(page);
  const rows = page.getByRole('table', { name: 'Forgotten' }).locator('tbody tr');
  const lacks = await rows.evaluateAll((all) => all.map((tr) => tr.querySelectorAll('.chip').length));
  assert.ok(lacks.length > 40 && lacks[0] === 4, `${lacks}`);
  assert.deepEqual(lacks, [...lacks].sort((a, b) => b - a), 'what lacks most first');
  await page.getByLabel('When').selectOption('before');
  await page.getByRole('link', { name: 'I read about car insurance' }).waitFor();
  await page.goto(`${our.url}/no-brainers?tab=forgotten&when=unmapped`);
  await our.ready(page);
  const invoice = rows.filter({ hasText: 'Invoice sent' });
  await invoice.getByRole('button', { name: 'Plan a walk' }).click();
  const sheet = page.getByRole('dialog');
  assert.equal(await sheet.getByLabel('Which journey do you walk?').inputValue(), 'Invoice sent');
  await our.axe(page);
  await page.keyboard.press('Escape');
  await invoice.getByRole('button', { name: 'Find an owner' }).click();
  await sheet.getByLabel('What needs an owner?').waitFor();
});

our.test('the directory says whom to ask and why, is searched, and leads to the map', async ({ open }) => {
  await our.api('POST', '/maps', { text: 'journey desk "I ask the desk"\nstage ask "I ask" during\n  touchpoint call "I call the desk"\n    ask "Ada Blum"\n    system "Telephone exchange"\n  touchpoint wait "I wait at the desk"\n' });
  const page = await open('/no-brainers?tab=whom', { size: 'phone' });
  await our.ready(page);
  const directory = page.getByRole('region', { name: 'Whom to ask about what' });
  await directory.getByRole('row', { name: /I wait at the desk.*nobody yet/ }).waitFor();
  await directory.getByLabel('Search').fill('exchange');
  await directory.getByRole('row', { name: /I wait at the desk/ }).waitFor({ state: 'detached' });
  await directory.getByRole('row', { name: /Telephone exchange System Ada Blum it is used at "I call the desk"/ }).waitFor();
  await our.fits(page);
  await our.axe(page);
  await our.picture(page, 'directory', { fullPage: true });
  await directory.getByRole('link', { name: 'Telephone exchange' }).click();
  await page.getByRole('heading', { name: 'I call the desk' }).waitFor();
});

our.test('who pushes is recorded; an open question blocks the decision, is named and linked, and answered lets it pass', async ({ open }) => {
  const steps = Object.fromEntries(['who', 'need', 'assumed', 'evidence', 'options', 'gain', 'check'].map((s) => [`step-${s}`, 'A line']));
  const page = await open('/records/decision/new');
  await our.ready(page);
  await page.getByLabel('What is to be decided?').fill('Buy the new phone system');
  await page.getByLabel('Who is pushing for a solution?').fill('Its supplier, before the year ends');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Buy the new phone system' }).waitFor();
  await page.getByText('Its supplier, before the year ends').waitFor();
  const number = Number(/(\d+)$/.exec(new URL(page.url()).pathname)[1]);
  const path = `/records/decision/${number}`;
  const patched = await our.api('PATCH', path, { fields: { ...steps, decision: 'We buy it' } }, { 'If-Match': '*' });
  await our.api('POST', `${path}/moves`, { move: 'prepare' }, { 'If-Match': `"${patched.json.version}"` });
  await page.reload();
  await our.ready(page);
  await page.getByRole('link', { name: 'Name an open question' }).click();
  await our.ready(page);
  await page.getByLabel('What do we not know yet?').fill('Does it work with our old numbers?');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Does it work with our old numbers?' }).waitFor();
  await page.goto(our.url + path);
  await our.ready(page);
  const blocked = page.locator('.help', { hasText: 'A question about it is still open' });
  await blocked.getByText('"Does it work with our old numbers?"').waitFor();
  await our.axe(page);
  await our.picture(page, 'question-blocks');
  await blocked.getByRole('link', { name: /^#\d+$/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Does it work with our old numbers?' }).waitFor();
  await our.ready(page);
  await page.getByRole('button', { name: 'Here is the answer' }).click();
  await page.getByRole('dialog').getByLabel('The answer').fill('Yes, all but two.');
  await page.getByRole('dialog').getByRole('button', { name: 'Here is the answer' }).click();
  await page.getByText('Answered', { exact: true }).first().waitFor();
  await page.goto(our.url + path);
  await our.ready(page);
  await page.getByRole('button', { name: 'It is decided' }).click();
  await page.getByText('Decided', { exact: true }).first().waitFor();
});

our.test('what nobody answered stands in the weekly lookout, by department, on a phone, too', async ({ open }) => {
  await make('finding', { what: 'The excess differs between two letters', department: [department] });
  const page = await open('/no-brainers?tab=lookout', { size: 'phone' });
  await our.ready(page);
  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Waiting for an answer' }) });
  await card.getByRole('table', { name: 'Waiting for an answer' }).getByRole('row').nth(1).waitFor();
  await our.fits(page);
  await our.axe(page);
  await card.scrollIntoViewIfNeeded();
  await our.picture(page, 'unanswered');
});

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

our.test('a spreadsheet that went out is tried, and comes in again', async ({ open }) => {
  const { record } = await make('note', { what: 'From a spreadsheet' });
  const page = await open('/records/note/files');
  const out = await page.request.get(`${our.url}/api/v1/records/note/export?format=xlsx`);
  const choose = page.getByRole('button', { name: 'Choose a file' });
  await choose.setInputFiles({ name: 'notes.xlsx', mimeType: '', buffer: await out.body() });
  await page.getByText('0 would be new, 0 would change').waitFor();
  await choose.setInputFiles({ name: 'notes.csv', mimeType: 'text/csv', buffer: Buffer.from(`record,what\r\n${record},From a list\r\n`) });
  await page.getByText('1 row read: 0 would be new, 1 would change').waitFor();
  await page.getByRole('button', { name: 'Write it' }).click();
  await page.getByText('Written: 0 new, 1 changed').waitFor();
  await page.setViewportSize(sizes.phone); // its problems fit, too
  await choose.setInputFiles({ name: 'notes.csv', mimeType: 'text/csv', buffer: Buffer.from('key,what\r\na,\r\n,Second\r\n') });
  await page.getByText('2 problems').waitFor();
  await our.fits(page);
  assert.equal((await our.api('GET', `/records/note/${record}`)).json.fields.what, 'From a list');
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
