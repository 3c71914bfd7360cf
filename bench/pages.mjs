// pages.mjs - how soon the UI can be used: each page on a phone four times slower than
// this machine, over a slow mobile network (150 ms there and back, 1.6 Mbit/s), first
// with nothing kept by the browser, then again. And how long it takes until the screen
// shows what was asked for by a click. What does not depend on the machine's other work is
// counted, too: requests and bytes until the heading is drawn, and in all.
//
//     cd tests/ui && node ../../bench/pages.mjs            (tools/setup test first)
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
process.env.FIRSTHAND ??= resolve(here, '../build/release/firsthand');
const { site } = await import(pathToFileURL(resolve(here, '../tests/ui/site.mjs')));
const our = await site();
const slow = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

async function throttled(context) {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', slow);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return page;
}
/** From the start of the navigation until the page's heading can be used. */
async function usable(page, path) {
  const start = performance.now();
  await page.goto(our.url + path, { waitUntil: 'commit' });
  await page.locator('main h1').waitFor();
  const heading = performance.now() - start;
  await our.ready(page);
  return { heading: Math.round(heading), whole: Math.round(performance.now() - start) };
}

/** Requests and bytes of a first visit, until the heading is drawn and until all is. */
async function weighed(path) {
  const context = await our.browser.newContext({ viewport: { width: 390, height: 844 } });
  if (path !== '/sign-in') await context.addCookies(our.session.cookies);
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      if (!document.querySelector('main h1')) return;
      performance.mark('heading');
      watch.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(our.url + path);
  await our.ready(page);
  const { heading, all } = await page.evaluate(() => ({
    heading: performance.getEntriesByName('heading')[0]?.startTime ?? Infinity,
    all: ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
      .map(({ startTime, transferSize }) => ({ startTime, transferSize })),
  }));
  await context.close();
  const before = all.filter((one) => one.startTime < heading);
  const bytes = (list) => list.reduce((sum, one) => sum + one.transferSize, 0);
  return { 'requests: heading': before.length, 'requests: whole': all.length, 'bytes: heading': bytes(before), 'bytes: whole': bytes(all) };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const rows = [];
for (const path of ['/', '/stories', '/actual', '/my-part', '/no-brainers', '/records', '/data', '/people', '/settings', '/sign-in']) {
  const first = [], again = [];
  for (let round = 0; round < 3; round++) {
    const context = await our.browser.newContext({ viewport: { width: 390, height: 844 } });
    if (path !== '/sign-in') await context.addCookies(our.session.cookies);
    const page = await throttled(context);
    first.push(await usable(page, path));
    again.push(await usable(page, path));
    await context.close();
  }
  rows.push({
    path, 'first: heading ms': median(first.map((t) => t.heading)), 'first: whole ms': median(first.map((t) => t.whole)),
    'again: heading ms': median(again.map((t) => t.heading)), 'again: whole ms': median(again.map((t) => t.whole)),
    ...await weighed(path),
  });
}
console.table(rows);

// Interactions: from the click to the next frame that is painted, by the browser's own measure.
const context = await our.browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addCookies(our.session.cookies);
const page = await context.newPage();
const cdp = await context.newCDPSession(page);
await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
await page.addInitScript(() => {
  globalThis.slowest = {};
  new PerformanceObserver((list) => {
    for (const e of list.getEntries())
      if (e.interactionId) globalThis.slowest[e.name] = Math.max(globalThis.slowest[e.name] ?? 0, e.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
});
await page.goto(`${our.url}/design`);
await our.ready(page);
for (const name of ['Customers', 'Touchpoint']) for (let i = 0; i < 3; i++) await page.getByRole('button', { name }).last().click();
await page.getByRole('tab', { name: 'Paths' }).click();
await page.getByRole('button', { name: 'Open a dialog' }).click();
await page.keyboard.press('Escape');
await page.getByRole('button', { name: 'As a table' }).click();
await page.waitForTimeout(500);
console.log('slowest events on the page of parts, 4x CPU, ms:', JSON.stringify(await page.evaluate(() => globalThis.slowest)));
process.exit(0);
