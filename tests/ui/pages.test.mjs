// pages.test.mjs - the server's own pages as people meet them: the first owner comes in by
// the printed link; then each page on a phone and a desk, light and dark, by axe-core.
import assert from 'node:assert/strict';
import { owner, site } from './site.mjs';

const our = await site({ from: 'empty', come: false });

our.test('the printed link leads in, and leaves no secret in the address', async ({ open }) => {
  const page = await open(our.link);
  await page.waitForURL(`${our.url}/setup`);
  assert.equal(await page.isVisible('[name=secret]'), false);
  await page.fill('[name=name]', owner.name);
  await page.fill('[name=email]', owner.email);
  await page.fill('[name=password]', owner.password);
  await page.click('button[type=submit]');
  await page.waitForURL(`${our.url}/`);
  await page.getByRole('heading', { name: 'Our shop' }).waitFor();
  await page.getByText('Three steps lead there').waitFor();
  await our.signedInAs(page);
  await our.axe(page);
  await our.picture(page, 'first-steps', { fullPage: true });
});

our.test('without script people sign in and out', async ({ open }) => {
  const page = await open('/tokens', { javaScriptEnabled: false, signedIn: false });
  await page.fill('[name=email]', owner.email);
  await page.fill('[name=password]', owner.password);
  await page.click('button[type=submit]');
  assert.equal(page.url(), `${our.url}/tokens`);
  await page.click('text=Sign out');
  await page.click('main button[type=submit]');
  assert.equal(page.url(), `${our.url}/sign-in`);
});

our.everywhere(['/tokens', '/account', '/sign-out', '/signed-out', '/report']);
our.everywhere(['/sign-in', '/setup', '/invite', '/reset'], { signedIn: false });
