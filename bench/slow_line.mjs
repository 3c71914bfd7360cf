// slow_line.mjs - how long it takes to tell that something is broken, on a phone over a slow
// line (400 ms there and back, 400 kbit/s), emulated by the browser:
//
//     FIRSTHAND=build/release/firsthand node bench/slow_line.mjs
//
// From the QR code at a touchpoint, without script; and in the app, opened for the first time
// and again. Times are of this machine and its load, and are told, not judged.
import { site } from '../tests/ui/site.mjs';

const our = await site();
const { json: touchpoints } = await our.api('GET', '/names/touchpoints');
const { json: code } = await our.api('POST', '/tell-codes', { touchpoint: touchpoints.items[0].number });

async function slow(page) {
  const line = await page.context().newCDPSession(page);
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50000, uploadThroughput: 50000 });
}
const say = (what, began) => console.log(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);

our.test('slow line', async ({ open }) => {
  const outside = await open('/sign-in', { size: 'phone', signedIn: false });
  await slow(outside);
  let began = Date.now();
  await outside.goto(`${our.url}/tell/${code.code}`);
  say('QR code: until it can be tapped', began);
  began = Date.now();
  await outside.locator('button[name=choice]').first().click();
  await outside.getByRole('heading', { name: 'Thank you' }).waitFor();
  say('QR code: from the tap to "Thank you"', began);

  const page = await open('/sign-in', { size: 'phone' });
  await slow(page);
  for (const time of ['first', 'second']) {
    began = Date.now();
    await page.goto(`${our.url}/stories/7`);
    await page.getByRole('button', { name: 'Obviously broken' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: touchpoints.items[0].name, exact: true }).waitFor();
    say(`app, the ${time} time: until the sheet stands`, began);
    began = Date.now();
    await sheet.getByRole('button', { name: touchpoints.items[0].name, exact: true }).click();
    await sheet.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Thank you').waitFor();
    say(`app, the ${time} time: two taps more, to "Thank you"`, began);
  }
}, { quiet: false });
