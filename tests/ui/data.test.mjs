// data.test.mjs - Data & consent: a file with faults brought in and mended in the browser,
// rules, names, and every part on phone and desk.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();
our.everywhere(['/data']);

// One page that goes from part to part is quicker than one page each.
const parts = ['Import', 'Rules', 'Names', 'Identities', 'Consent', 'Requests', 'Keeping', 'Tokens', 'Webhooks', 'Audit'];
for (const size of ['phone', 'desk'])
  our.test(`every part has an address of its own, fits on a ${size}, and axe finds nothing`, async ({ open }) => {
    const page = await open('/data', { size });
    await our.ready(page);
    for (const part of parts) {
      await page.getByRole('tab', { name: part }).click();
      assert.equal(new URL(page.url()).pathname, `/data/${part.toLowerCase()}`);
      await our.ready(page);
      await our.fits(page);
      await our.axe(page);
      await our.picture(page, `data-${part.toLowerCase()}`, { fullPage: true });
    }
  });

our.test('the log is checked in the browser', async ({ open }) => {
  const page = await open('/data/audit');
  await our.ready(page);
  await page.getByRole('button', { name: 'Check that it is whole' }).click();
  await page.getByText(/^The log is whole: its [\d,]+ entr/).waitFor();
  await our.axe(page);
});

our.test('a rule of keeping is added, tried, switched on and applied, and tells what went', async ({ open }) => {
  const page = await open('/data/keeping');
  await our.ready(page);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await dialog.getByLabel('What').selectOption('texts');
  await dialog.getByLabel('Kept for how many months').fill('1');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('off: look first').waitFor();
  await page.getByRole('button', { name: 'Dry run' }).click();
  await dialog.getByText(/texts from before .* would go/).waitFor();
  await our.axe(page);
  await our.picture(page, 'data-keeping-dry-run');
  await dialog.getByRole('button', { name: 'Switch the rule on' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'on', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Apply the rules now' }).click();
  await page.getByText(/^Done: 0 interactions and [\d,]+ texts are gone\.$/).waitFor();
  await our.picture(page, 'data-keeping-ran');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Everything is kept for ever').waitFor();
});

const offers = `who;seen;what;price
Ada;31.12.2024 09:00;Ask for an offer;1.200,50
Bob;32.12.2024 10:00;Ask for an offer;12,00
Ada;02.01.2025 11:00;Sign;9.800,00
Cleo;tomorrow;Sign;1,00
;03.01.2025 11:00;Sign;2,00
`;
const drop = (page, name, text) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const means = (page, column) => page.getByLabel(`What ${column} means`);

for (const size of ['desk', 'phone'])
  our.test(`a file with faults is brought in on a ${size}: corrected by choosing, tried out, imported, mended in place`, async ({ open }) => {
    const source = `offers-${size}`;
    const page = await open('/data/import', { size });
    await our.ready(page);
    await drop(page, `${source}.csv`, offers.replaceAll('Ada', `Ada ${size}`).replaceAll('Bob', `Bob ${size}`));
    await page.getByText('The columns do not tell everything yet').waitFor();
    await our.axe(page);
    await our.picture(page, 'data-import-open', { fullPage: true });
    await means(page, 'who').selectOption('customer');
    await means(page, 'seen').selectOption('time');
    await means(page, 'what').selectOption('touchpoint');
    await means(page, 'price').selectOption('value');
    await page.getByRole('button', { name: 'Read it again so' }).click();

    await page.getByRole('button', { name: 'Import 2 interactions' }).waitFor();
    assert.match(await page.getByRole('region', { name: 'What could not be read' }).last().innerText(), /32\.12\.2024/);
    assert.match(await page.getByRole('region', { name: 'As it would be read' }).last().innerText(), /1,200\.5/);
    await our.axe(page);
    await our.picture(page, 'data-import-tried', { fullPage: true });
    await page.getByLabel('Read files of this source so the next time').check();
    await page.getByRole('button', { name: 'Import 2 interactions' }).click();

    await page.getByText(`${source}.csv is imported`).waitFor();
    await page.getByLabel('Row 2').fill(`Bob ${size};31.12.2024 10:00;Ask for an offer;12,00`);
    await page.getByRole('button', { name: 'Leave out' }).last().click();
    await our.axe(page);
    await our.picture(page, 'data-import-mend', { fullPage: true });
    await page.getByRole('button', { name: 'Import the mended rows' }).click();
    await page.getByText(/These are the mended rows of import/).waitFor();
    // The one that is still wrong comes back, and nothing else.
    await page.getByLabel(/^Row \d/).first().waitFor();
    assert.equal(await page.getByLabel(/^Row \d/).count(), 1);
    const { json } = await our.api('GET', '/sources/overview');
    const told = json.items.find((s) => s.source === source);
    assert.deepEqual([told.interactions, told.recipe?.params.map.includes('time=seen')], [3, true]);
    await our.fits(page);
  });

const mail = (from, to, day) => `From ${from} Mon Jan ${day} 09:00:00 2024\nFrom: ${from}\nTo: ${to}\nDate: ${day} Jan 2024 09:00:00 +0100\nSubject: Dents\n\nAbout the roof.\n\n`;

our.test('of mails it is told which addresses are ours, and who is none of them is the customer', async ({ open }) => {
  const page = await open('/data/import', { size: 'phone' });
  await drop(page, 'letters.mbox', mail('ann@mail.example', 'claims@firm.example', 15) + mail('claims@firm.example', 'ann@mail.example', 16));
  const read = page.getByRole('region', { name: 'As it would be read' }).last();
  assert.match(await read.innerText(), /claims@firm\.example/);
  await page.getByLabel('Our own addresses').fill('firm.example, claims@firm.example=Claims');
  await our.axe(page);
  await our.picture(page, 'data-import-mails', { fullPage: true });
  await page.getByRole('button', { name: 'Read it again so' }).click();
  await read.getByText('Claims', { exact: true }).first().waitFor(); // not the address that stood there before
  assert.equal(await page.getByLabel('Our own addresses').inputValue(), 'firm.example, claims@firm.example=Claims');
  assert.doesNotMatch(await read.innerText(), /claims@firm/);
  await our.fits(page);
  await page.getByRole('button', { name: 'Import 2 interactions' }).click();
  await page.getByText('letters.mbox is imported').waitFor();
  const { json } = await our.api('POST', '/search', { who: 'ann@mail.example' });
  const { json: story } = await our.api('GET', `/customers/${json.items[0].customer}/interactions`);
  assert.deepEqual(story.items.map((i) => [i.direction, i.department]), [['out', 'Claims'], ['in', 'Claims']]);
});

our.test('a file of a source that is remembered is read as the last time, and the back button goes back', async ({ open }) => {
  const page = await open('/data/import');
  await drop(page, 'offers-desk.csv', offers.replaceAll('2024', '2023'));
  await page.getByRole('button', { name: 'Read it as the last time' }).click();
  await page.getByRole('button', { name: /^Import \d interactions?$/ }).waitFor();
  assert.equal(await means(page, 'seen').inputValue(), 'time');
  assert.equal(await page.getByLabel('Our own addresses').count(), 0);
  await page.goBack();
  await page.getByText('The columns do not tell everything yet').waitFor();
});

our.test('a rule is made from a name that has none, by keyboard alone, with what it would be about', async ({ open }) => {
  const page = await open('/data/rules');
  await our.ready(page);
  const first = page.getByRole('button', { name: 'Say what it stands for' }).first();
  await first.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Touchpoint, in the words of the customer').focus();
  await page.keyboard.type('I look around');
  await dialog.getByRole('button', { name: 'What it would be about' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByText(/interactions? that came so far/).waitFor();
  await our.axe(page);
  await our.picture(page, 'data-rule');
  await dialog.getByRole('button', { name: 'Keep the rule' }).focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('I look around').waitFor();
  assert.equal((await our.api('GET', '/rules')).json.items.length, 1);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('I look around').waitFor();
});

our.test('a name is renamed and the renaming taken back; a kind of identifier is shared and not', async ({ open }) => {
  const page = await open('/data/names?of=channels');
  await our.ready(page);
  const before = (await our.api('GET', '/names/channels')).json.items.map((n) => n.name).sort();
  await page.getByRole('button', { name: 'Rename' }).first().click();
  await page.getByLabel('New name').fill('Telephone line');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('rowheader', { name: 'Telephone line' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('rowheader', { name: 'Telephone line' }).waitFor({ state: 'detached' });
  assert.deepEqual((await our.api('GET', '/names/channels')).json.items.map((n) => n.name).sort(), before);
});

our.test('two names count as one; that is taken back at once, and later at the name', async ({ open }) => {
  const page = await open('/data/names?of=outcomes');
  await our.ready(page);
  const counted = async () => (await our.api('GET', '/names/outcomes')).json.items.filter((n) => n.counts_as).length;
  const before = await counted();
  const together = async () => {
    await page.getByRole('button', { name: 'Count as another' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Count as another' }).click();
    await page.getByRole('button', { name: 'Count for itself again' }).waitFor();
    assert.equal(await counted(), before + 1);
  };
  await together();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Count for itself again' }).waitFor({ state: 'detached' });
  assert.equal(await counted(), before);
  await together();
  await page.getByRole('button', { name: 'Count for itself again' }).click();
  await page.getByText('counts for itself again.').waitFor();
  assert.equal(await counted(), before);
});

our.test('a token is made, shown once and revoked', async ({ open }) => {
  const page = await open('/data/tokens');
  await our.ready(page);
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel('What it is for').fill('our warehouse');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a token' }).click();
  await page.getByText('The token, shown once').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('rowheader', { name: 'our warehouse' }).waitFor();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('cell', { name: 'revoked' }).waitFor();
});

our.test('a webhook is made, its secret shown once, tried, and how that went is told', async ({ open }) => {
  const page = await open('/data/webhooks', { size: 'phone' });
  await our.ready(page);
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address').fill('https://hooks.invalid/from-firsthand');
  await dialog.getByLabel('customer.erased').check();
  await our.axe(page);
  await dialog.getByRole('button', { name: 'Add a webhook' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('button', { name: 'Deliveries' }).click();
  await page.getByRole('region', { name: 'What was sent to https://hooks.invalid/from-firsthand' }).getByRole('row').nth(1).waitFor();
  await our.fits(page);
  await our.picture(page, 'data-webhook', { fullPage: true });
});

our.test('a purpose is declared, a customer says yes and no to it, and a file of answers is taken in', async ({ open }) => {
  const page = await open('/data/consent');
  await our.ready(page);
  await page.getByRole('button', { name: 'Declare a purpose' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Our newsletter');
  await dialog.getByLabel('Word for files and programs').fill('newsletter');
  await dialog.getByLabel('Words people agree to').fill('You may write to me once a month.');
  await dialog.getByRole('button', { name: 'Keep the purpose' }).click();
  await page.getByLabel('Customer, by any identifier').fill('#1');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('button', { name: 'Says yes' }).click();
  await dialog.getByLabel('How').fill('in the shop');
  await dialog.getByRole('button', { name: 'Record it' }).click();
  await page.getByRole('cell', { name: 'in the shop' }).waitFor();
  const csv = (text) => page.locator('input[type=file]').setInputFiles({ name: 'said.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await csv('who,purpose,given\n#2,newsletter,perhaps\n');
  await page.getByText("'perhaps' is neither yes nor no").waitFor();
  await our.axe(page);
  await our.picture(page, 'data-consent-one', { fullPage: true });
  await csv('who,purpose,given\n#2,newsletter,no\n');
  await page.getByText('1 answer is taken in.').waitFor();
  const { json } = await our.api('GET', '/purposes');
  assert.deepEqual([json.items[0].given, json.items[0].withdrawn], [1, 1]);
});

our.test('an erasure is asked for, done from the register, and its proof stands there without saying of whom', async ({ open }) => {
  const page = await open('/data/requests');
  await our.ready(page);
  await page.getByRole('button', { name: 'Note a request' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Customer, by any identifier').fill('#3');
  await dialog.getByLabel('Asked for').selectOption('erasure');
  await dialog.getByLabel('In their words').fill('Please erase me.');
  await dialog.getByRole('button', { name: 'Note a request' }).click();
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'Erase this customer' }).click();
  await dialog.getByLabel('The same customer again').fill('#3');
  await our.axe(page);
  await our.picture(page, 'data-request');
  await dialog.getByRole('button', { name: 'Erase this customer' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByLabel('State').selectOption('done');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText(/0 places found/).waitFor();
  const { json } = await our.api('GET', '/requests');
  assert.deepEqual([json.items[0].customer, json.items[0].words, json.items[0].state], [null, '', 'done']);
});
