// pages.mjs - how soon the UI can be used: each page on a phone four times slower than
// this machine, over a slow mobile network (150 ms there and back, 1.6 Mbit/s), first
// with nothing kept by the browser, then again. What does not depend on the machine's other
// work is counted, too: requests and bytes until the heading is drawn, and in all. How long a
// click takes: clicks.mjs.
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
  await page.addInitScript(noting);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', slow);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return page;
}
/** When nothing was awaited any more, kept by the page itself: whoever asks while it loads takes
 * part of its processor (what a tool puts into a page for asking cost 120 ms of a phone's). */
const noting = () => {
  const look = () => {
    if (document.querySelector('h1') && !document.querySelector('.skeleton:not([data-sample] *), .await[aria-busy=true]:not([data-sample] *)'))
      globalThis.wholeAt ??= performance.now();
    else delete globalThis.wholeAt;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributeFilter: ['aria-busy'] });
};
/** Since the navigation began, by the browser's own clock: something is painted (heading and
 * ways, as the server drew them), the script has taken over, all is drawn. */
async function usable(page, path) {
  await page.goto(our.url + path, { waitUntil: 'commit' });
  await new Promise((later) => setTimeout(later, 4500));
  await our.ready(page);
  return page.evaluate(() => {
    const at = (name) => Math.round(performance.getEntriesByName(name)[0]?.startTime ?? 0);
    return { heading: at('first-contentful-paint'), usable: at('usable'), whole: Math.round(globalThis.wholeAt) };
  });
}

/** Requests and bytes of a first visit: those asked for until the script has taken over (on
 * pages of the server, until the heading is there), and all. */
async function weighed(path) {
  const context = await our.browser.newContext({ viewport: { width: 390, height: 844 } });
  if (path !== '/sign-in') await context.addCookies(our.session.cookies);
  const page = await context.newPage();
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => performance.mark('there'));
  });
  await page.goto(our.url + path);
  await our.ready(page);
  const { heading, all } = await page.evaluate(() => ({
    heading: (performance.getEntriesByName('usable')[0] ?? performance.getEntriesByName('there')[0])?.startTime ?? Infinity,
    all: ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
      .map(({ startTime, transferSize }) => ({ startTime, transferSize })),
  }));
  await context.close();
  const before = all.filter((one) => one.startTime < heading);
  const bytes = (list) => list.reduce((sum, one) => sum + one.transferSize, 0);
  return { 'requests: usable': before.length, 'requests: whole': all.length, 'bytes: usable': bytes(before), 'bytes: whole': bytes(all) };
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
    path, 'first: heading ms': median(first.map((t) => t.heading)), 'first: usable ms': median(first.map((t) => t.usable)), 'first: whole ms': median(first.map((t) => t.whole)),
    'again: heading ms': median(again.map((t) => t.heading)), 'again: usable ms': median(again.map((t) => t.usable)), 'again: whole ms': median(again.map((t) => t.whole)),
    ...await weighed(path),
  });
}
console.table(rows);
process.exit(0);
