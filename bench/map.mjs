// map.mjs - a journey map of a thousand touchpoints in the browser: how long until it can be
// seen, how long a frame takes while it is moved, and how long until an edit shows, by the clock
// (with the machine's other work in it) and as CPU time of the page's main thread (without).
//
//     cd tests/ui && node ../../bench/map.mjs [TOUCHPOINTS]            (tools/setup test first)
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
process.env.FIRSTHAND ??= resolve(here, '../build/release/firsthand');
const { site } = await import(pathToFileURL(resolve(here, '../tests/ui/site.mjs')));
const our = await site();
const many = Number(process.argv[2] ?? 1000), STAGES = 20, each = Math.ceil(many / STAGES);
const ROUNDS = 3;

const stages = Array.from({ length: STAGES }, (_, s) => [`stage s${s} "Stage ${s}" during`,
  ...Array.from({ length: each }, (_, i) => {
    const one = [`touchpoint t-${s}-${i} "Touchpoint ${i} of stage ${s}"`, `  from ${i % 3 ? '"Sales" to customer' : 'customer'}`,
      '  owner "Claims"', `  feels ${1 + (i % 5)} "As it should be"`, '  system "Claims system"', '  needs "policy number"'];
    if (i % 7 === 3) return ['choice', ...one];
    return i % 7 === 5 ? [...one, 'end'] : one;
  }).flat(), ...((each - 1) % 7 === 3 || (each - 1) % 7 === 4 ? ['end'] : [])].join('\n'));
const { json: map } = await our.api('POST', '/maps', { text: `journey big "A thousand"\n${stages.join('\n')}\n` });
if (!map.map) throw new Error(JSON.stringify(map));

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Frames while the box is scrolled from end to end: ms between two of them. */
const scrolled = (page, pixels) => page.evaluate((by) => new Promise((done) => {
  const box = document.querySelector('.map-box'), times = [];
  let last = 0;
  const frame = (now) => {
    if (last) times.push(now - last);
    last = now;
    box.scrollLeft += by;
    if (times.length < 100) requestAnimationFrame(frame);
    else done(times);
  };
  requestAnimationFrame(frame);
}), pixels);

/** From what is done until two frames after the page shows it, in the page's own time. */
async function until(page, act, selector, shows) {
  await page.evaluate(([what, text]) => {
    globalThis.shown = new Promise((done) => {
      const look = () => {
        const e = document.querySelector(what);
        if (e && e.textContent.includes(text)) requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - globalThis.began)));
        else requestAnimationFrame(look);
      };
      for (const type of ['keydown', 'pointerdown']) addEventListener(type, (e) => { globalThis.began = performance.now(); }, { capture: true });
      look();
    });
  }, [selector, shows]);
  await act();
  return page.evaluate(() => globalThis.shown);
}

async function measured(into) {
  const context = await our.browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies(our.session.cookies);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  /** CPU ms of the main thread since it was asked last: all, scripts, style and layout. */
  let last = [0, 0, 0];
  const cpu = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (...names) => 1000 * metrics.filter((m) => names.includes(m.name)).reduce((sum, m) => sum + m.value, 0);
    const now = [of('TaskDuration'), of('ScriptDuration'), of('LayoutDuration', 'RecalcStyleDuration')];
    const since = now.map((n, i) => n - last[i]);
    last = now;
    return since;
  };
  const note = async (what, wall, n = 1) => {
    const [all, script, layout] = await cpu();
    (into[what] ??= []).push({ wall, all: all / n, script: script / n, layout: layout / n });
  };
  await page.addInitScript(() => {
    new MutationObserver((_, watch) => {
      if (!document.querySelector('[data-card]')) return;
      requestAnimationFrame(() => performance.mark('cards'));
      watch.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${our.url}/maps/${map.map}`);
  await page.locator('.map-says').waitFor();
  await our.ready(page);
  await note('opened', await page.evaluate(() => performance.getEntriesByName('cards')[0].startTime));
  const frames = await scrolled(page, 300);
  await note('a frame while it is moved', median(frames), frames.length);
  await page.evaluate(() => { document.querySelector('.map-box').scrollLeft = 0; });
  await page.locator('[data-card="t-0-2"]').waitFor();
  await cpu();
  await note('card chosen', await until(page, () => page.locator('[data-card="t-0-2"]').click(), '.lens', 'of stage 0'));
  await page.locator('[data-card="t-0-1"]').focus();
  await cpu();
  await note('arrow key', await until(page, () => page.keyboard.press('ArrowRight'), '[data-card="t-0-2"]:focus', ''));
  await page.locator('[data-card="t-0-1"]').focus();
  await page.keyboard.press('F2');
  const name = `Named ${into['opened'].length}`;
  await page.locator('.map-rename').fill(name);
  await cpu();
  await note('renamed', await until(page, () => page.keyboard.press('Enter'), '[data-card="t-0-1"]', name));
  await page.locator('[data-card="t-0-1"]').focus();
  await cpu();
  await note('moved', await until(page, () => page.keyboard.press('Alt+ArrowRight'), '.map-cards li:nth-child(3)', name));
  await page.keyboard.press('Alt+ArrowLeft');
  await page.locator('.map-cards li:nth-child(2)').getByText(name).waitFor();
  await context.close();
}
const into = {};
for (let round = 0; round < ROUNDS; round++) await measured(into);
console.log(`${STAGES * each} touchpoints; ms, medians of ${ROUNDS}`);
const shown = (list, key) => Number(median(list.map((one) => one[key])).toFixed(1));
console.table(Object.fromEntries(Object.entries(into).map(([what, list]) => [what, {
  'by the clock': shown(list, 'wall'), 'main thread, CPU': shown(list, 'all'), 'of it scripts': shown(list, 'script'), 'style and layout': shown(list, 'layout'),
}])));
const page = await our.browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.context().addCookies(our.session.cookies);
if (process.env.PICTURE) {
  await page.goto(`${our.url}/maps/${map.map}?sel=t-9-4`);
  await our.ready(page);
  await page.screenshot({ path: process.env.PICTURE });
}
process.exit(0);
