// clicks.mjs - how long until the screen shows what was asked for by a click or a key, on the
// page of all parts, four times slower than this machine: from the input to the end of its frame.
// Where the pointer has to go, and what has to be scrolled, is done before; the browser's own
// measure (event timing) tells of a click into the long table only after the next input. Beside the
// clock, what the main thread did from the input on (scripts, style, layout, paint), which the
// machine's other work changes less.
//
//     cd tests/ui && node ../../bench/clicks.mjs [ROUNDS]            (tools/setup test first)
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadavg } from 'node:os';

const here = dirname(fileURLToPath(import.meta.url));
process.env.FIRSTHAND ??= resolve(here, '../build/release/firsthand');
const { site } = await import(pathToFileURL(resolve(here, '../tests/ui/site.mjs')));
const our = await site();
const rounds = Number(process.argv[2] ?? 5);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** What the main thread did after `from` (a mark in the trace), by sort, in ms; within one another, the inner one counts. */
const sorts = { UpdateLayoutTree: 'style', Layout: 'layout', PrePaint: 'paint', Paint: 'paint', Layerize: 'paint', Commit: 'paint', HitTest: 'layout' };
function told(events) {
  const mark = events.find((e) => e.name === 'EventDispatch' && ['click', 'keydown'].includes(e.args?.data?.type));
  if (!mark) return {};
  const mine = events.filter((e) => e.ph === 'X' && e.pid === mark.pid && e.tid === mark.tid && e.ts >= mark.ts - 100).sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const sum = { script: 0, style: 0, layout: 0, paint: 0 }, stack = [];
  const script = new Set(['EventDispatch', 'FunctionCall', 'RunMicrotasks', 'FireAnimationFrame', 'TimerFire', 'EvaluateScript', 'V8.GC_MC_BACKGROUND', 'MinorGC', 'MajorGC']);
  for (const e of mine) {
    while (stack.length && stack.at(-1).end <= e.ts) stack.pop();
    const sort = sorts[e.name] ?? (script.has(e.name) ? 'script' : null);
    if (!sort) continue;
    const cpu = (e.tdur ?? e.dur) / 1000;
    sum[sort] += cpu;
    if (stack.length) sum[stack.at(-1).sort] -= cpu;
    stack.push({ end: e.ts + e.dur, sort });
  }
  return sum;
}

const steps = [
  ['sort by Customers', (page) => page.getByRole('button', { name: 'Customers' }).last()],
  ['sort by Touchpoint', (page) => page.getByRole('button', { name: 'Touchpoint' }).last()],
  ['another tab', (page) => page.getByRole('tab', { name: 'Paths' })],
  ['open a dialog', (page) => page.getByRole('button', { name: 'Open a dialog' })],
  ['Escape', 'Escape'],
  ['as a table', (page) => page.getByRole('button', { name: 'As a table' }).first()],
  ['/', '/'],
  ['a letter', 'a'],
];
const all = Object.fromEntries(steps.map(([what]) => [what, []]));

async function round() {
  const context = await our.browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies(our.session.cookies);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.addInitScript(() => {
    globalThis.took = [];
    for (const type of ['click', 'keydown'])
      addEventListener(type, ({ timeStamp }) => requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => globalThis.took.push(performance.now() - timeStamp);
        painted.port2.postMessage(0);
      }), true);
  });
  await page.goto(`${our.url}/design`);
  await our.ready(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  for (const [what, how] of steps) {
    let act = () => page.keyboard.press(how);
    if (typeof how !== 'string') {
      const it = how(page);
      await it.scrollIntoViewIfNeeded();
      const box = await it.boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      act = async () => { await page.mouse.down(); await page.mouse.up(); };
    }
    await pause(600);
    await page.evaluate(() => { globalThis.took = []; });
    await pause(200);
    const events = [];
    const take = ({ value }) => events.push(...value);
    cdp.on('Tracing.dataCollected', take);
    if (process.env.TRACE) await cdp.send('Tracing.start', { traceConfig: { includedCategories: ['devtools.timeline', 'v8'] }, transferMode: 'ReportEvents' });
    await act();
    await pause(700);
    const took = await page.evaluate(() => Math.max(...globalThis.took));
    if (process.env.TRACE) {
      const over = new Promise((done) => cdp.once('Tracing.tracingComplete', done));
      await cdp.send('Tracing.end');
      await over;
    }
    cdp.off('Tracing.dataCollected', take);
    all[what].push({ took, ...told(events) });
    if (process.env.TRACE === what) (await import('node:fs')).writeFileSync('trace.json', JSON.stringify(events));
  }
  await context.close();
}
const load = loadavg()[0].toFixed(1);
for (let i = 0; i < rounds; i++) await round();
console.log(`${rounds} pages, 4x CPU, from the input to its frame; load ${load} to ${loadavg()[0].toFixed(1)}`);
console.table(steps.map(([what]) => ({
  what, least: Math.round(Math.min(...all[what].map((one) => one.took))), ms: Math.round(median(all[what].map((one) => one.took))), most: Math.round(Math.max(...all[what].map((one) => one.took))),
  ...Object.fromEntries(['script', 'style', 'layout', 'paint'].filter((k) => all[what][0][k] !== undefined).map((k) => [k, Number(median(all[what].map((one) => one[k])).toFixed(1))])),
})));
process.exit(0);
