// tell.test.mjs - pages for whoever stands at a touchpoint with a phone: without account,
// name or script. One tap tells it; an address that only they have shows what became of it.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();
const { json: touchpoints } = await our.api('GET', '/names/touchpoints');
const invoice = touchpoints.items.find((t) => t.name === 'Invoice sent');
const { json: code } = await our.api('POST', '/tell-codes', { touchpoint: invoice.number });
const outside = { signedIn: false };
let reply;

our.test('from the QR code on a phone, without script: one tap, and its answer is read and answered', async ({ open }) => {
  const page = await open(`/tell/${code.code}`, { size: 'phone', javaScriptEnabled: false, ...outside });
  await page.getByRole('heading', { name: 'Invoice sent' }).waitFor();
  for (const button of await page.getByRole('button').all()) {
    const box = await button.boundingBox();
    assert.ok(box.height >= 44 && box.width >= 200, `a thumb needs more than ${box.width} x ${box.height}`);
  }
  await our.picture(page, 'tell', { fullPage: true });
  await page.getByRole('button', { name: 'It says something wrong' }).click(); // the one tap
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await our.picture(page, 'tell-thanks', { fullPage: true });
  const link = page.getByRole('link', { name: /\/reply\// });
  reply = await link.getAttribute('href');
  const { json } = await our.api('GET', `/records/signal?touchpoint=${invoice.number}&limit=1`);
  const [signal] = json.items;
  assert.equal(signal.author, null);
  assert.equal(signal.title, 'It says something wrong: Invoice sent');
  await our.api('POST', `/records/signal/${signal.record}/comments`, { text: 'Which number do you mean, the one on top?' });

  await link.click();
  await page.getByText('Which number do you mean, the one on top?').waitFor();
  await page.getByLabel('What do you want to say?').fill('The one under the logo.');
  await page.getByRole('button', { name: 'Send it' }).click();
  await page.getByText('The one under the logo.').waitFor();
  assert.ok(!(await page.content()).includes('Olga'), 'and nobody here is named to them');
  await our.picture(page, 'reply', { fullPage: true });
});

our.test('the pages without script: axe finds nothing, on a desk, dark, zoomed and on a phone', async ({ open }) => {
  for (const [path, how] of [[`/tell/${code.code}`, outside], [reply, outside], [`/tell/${code.code}/sheet`, {}]]) {
    const page = await open(path, how);
    await our.axe(page);
    await our.fits(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await our.axe(page, 'contrast');
    await page.emulateMedia({ colorScheme: 'light' });
    for (const size of [{ width: 720, height: 450 }, { width: 390, height: 844 }, { width: 320, height: 568 }]) {
      await page.setViewportSize(size);
      await our.fits(page);
    }
    await our.axe(page);
    await page.setViewportSize({ width: 390, height: 844 });
    page.sizeName = 'phone';
    await our.picture(page, path.endsWith('sheet') ? 'tell-sheet' : path.startsWith('/reply') ? 'reply' : 'tell', { fullPage: true });
  }
});

our.test('a code that is over, or never was, leads to a page that says so', async ({ open }) => {
  for (const path of ['/tell/nonsense', '/reply/nonsense']) {
    const page = await open(path, { size: 'phone', ...outside });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await our.axe(page);
    await our.fits(page);
  }
}, { quiet: false });
