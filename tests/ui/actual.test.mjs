// actual.test.mjs - which paths customers take: the drawn journey by mouse, keyboard and on
// a phone; what is selected, narrowed, compared, and who is behind it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { site } from './site.mjs';

const our = await site();
const ways = ['paths', 'cohorts'];
our.everywhere(['/actual', ...ways.map((tab) => `/actual?tab=${tab}`)]);

const boxes = (page) => page.locator('.actual-box .card-rect');
/** Where boxes and arcs stand, whatever they count. */
const places = async (page) => {
  await boxes(page).first().waitFor();
  return page.evaluate(() => [...document.querySelectorAll('.actual-box .card-rect')]
    .map((r) => [r.dataset.stop, r.getAttribute('x'), r.getAttribute('y'), r.getAttribute('width')].join(' ')));
};
const drawnShare = (page) => page.locator('.actual-hidden').innerText();

our.test('the drawn journey says n, period and what it hides, and its table holds the same moves', async ({ open }) => {
  const page = await open('/actual');
  await our.ready(page);
  await boxes(page).first().waitFor();
  assert.ok(await boxes(page).count() > 20);
  assert.match(await drawnShare(page), /% of moves are not drawn/);
  const arcs = await page.locator('.actual-arc').count();
  await page.getByRole('button', { name: 'As a table' }).click();
  const table = page.getByRole('table', { name: 'Drawn journey' });
  await table.locator('tbody tr').first().waitFor();
  assert.equal(await table.locator('tbody tr').count(), arcs);
});

our.test('what is asked is taken along as a spreadsheet, with its filter', async ({ open }) => {
  const page = await open('/actual?tab=waits&from=2024');
  await our.ready(page);
  await page.getByRole('button', { name: 'Take away' }).click();
  const link = page.getByRole('link', { name: 'XLSX' });
  assert.match(await link.getAttribute('href'), /^\/api\/v1\/waits\?from=2024&format=xlsx$/);
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.equal(file.suggestedFilename(), 'waits.xlsx');
  const bytes = readFileSync(await file.path());
  assert.equal(bytes.toString('latin1', 0, 2), 'PK');
  // The picture and its numbers are made here: the one a whole file of its own, the other what the table says.
  await page.goto(`${our.url}/`);
  await our.ready(page);
  const take = async (as) => {
    await page.getByRole('button', { name: 'Take away' }).first().click();
    const [one] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: as, exact: true }).click()]);
    return [one.suggestedFilename(), readFileSync(await one.path(), 'utf8')];
  };
  const [drawing, svg] = await take('SVG'), [numbers, csv] = await take('CSV');
  assert.deepEqual([drawing, numbers], ['weeks.svg', 'weeks.csv']);
  assert.match(svg, /^<svg [^>]*width="\d+"[\s\S]*fill="rgb/);
  await page.getByRole('button', { name: 'As a table' }).first().click();
  assert.equal(csv.trim().split('\r\n').length, await page.locator('.chart').first().locator('tr').count());
});

our.test('a view is saved, opened, renamed, shared, deleted, and that is taken back', async ({ open }) => {
  const page = await open('/actual?tab=waits&from=2024&passed=Reports%20the%20damage');
  await our.ready(page);
  const dialog = page.getByRole('dialog');
  const list = async () => {
    await page.getByRole('button', { name: 'Saved views' }).click();
    await dialog.waitFor();
  };
  await list();
  await dialog.getByText('There is none yet').waitFor();
  await dialog.getByLabel('Name').fill('Damage: waits');
  await dialog.getByRole('button', { name: 'Save this view' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Damage: waits is saved.').waitFor();
  await page.goto(`${our.url}/actual`);
  await our.ready(page);
  await list();
  await dialog.getByRole('link', { name: 'Damage: waits' }).click();
  await page.waitForURL((url) => url.searchParams.get('tab') === 'waits' && url.searchParams.get('passed') === 'Reports the damage');
  await list();
  const menu = async (name, what) => {
    await dialog.getByRole('button', { name: `What to do with ${name}` }).click();
    await dialog.getByRole('button', { name: what, exact: true }).click();
  };
  await menu('Damage: waits', 'Rename');
  await dialog.getByLabel('Name').fill('Waits after damage');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await menu('Waits after damage', 'Share with colleagues');
  await dialog.getByText('colleagues see it too', { exact: true }).waitFor();
  await menu('Waits after damage', 'Put on first pages');
  await dialog.getByLabel('Owner', { exact: true }).check();
  await our.axe(page);
  await dialog.getByRole('button', { name: 'Keep' }).click();
  await dialog.getByText('colleagues see it too', { exact: true }).waitFor();
  await our.axe(page);
  await our.picture(page, 'actual-views');
  await menu('Waits after damage', 'Delete');
  await page.getByText('Waits after damage is deleted.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('is deleted.').waitFor({ state: 'detached' });
  await page.goto(`${our.url}/`);
  await page.getByRole('region', { name: 'For you' }).getByRole('link', { name: 'Waits after damage' }).click();
  await page.waitForURL((url) => url.pathname === '/actual' && url.searchParams.get('tab') === 'waits');
});

our.test('stories, records, maps and what departments do keep their views, too; a page leads to those below it', async ({ open }) => {
  const { json: { maps } } = await our.api('GET', '/maps');
  const kept = [['/stories', 'open=longest'], ['/records', 'whose=mine'], ['/records/aggravation', 'view=board&whose=nobody'],
    [`/maps/${maps[0].map}`, 'tab=lived&from=2024'], ['/inside-out', 'from=2024']];
  const page = await open('/stories');
  const dialog = page.getByRole('dialog');
  const list = async (at) => {
    await page.goto(`${our.url}${at}`);
    await our.ready(page);
    await page.getByRole('button', { name: 'Saved views' }).click();
    await dialog.waitFor();
  };
  for (const [at, query] of kept) {
    await list(`${at}?${query}`);
    await dialog.getByLabel('Name').fill(`Of ${at}`);
    await dialog.getByLabel('Name').press('Enter');
    await page.getByText(`Of ${at} is saved.`).waitFor();
  }
  for (const [at, query] of kept) {
    await list(at.startsWith('/maps') ? '/maps' : at.startsWith('/records') ? '/records' : at);
    await dialog.getByRole('link', { name: `Of ${at}`, exact: true }).click();
    await page.waitForURL((url) => url.pathname === at && url.search === `?${query}`);
    await our.ready(page);
    await our.fits(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  for (const [at] of kept.slice(1, 4)) {
    await list(at);
    await our.fits(page);
  }
});

our.test('a view of one customer is refused with the remedy', async ({ open }) => {
  const page = await open('/actual?customer=17', { size: 'phone' });
  await our.ready(page);
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('One');
  await page.getByRole('button', { name: 'Save this view' }).click();
  await page.getByText('take the filter by customer away').waitFor();
  await our.picture(page, 'actual-views-phone');
}, { quiet: false });

our.test('a move opens its figures, the customers behind it, and the back button closes it', async ({ open }) => {
  const page = await open('/actual');
  await our.ready(page);
  await page.locator('[data-arc="Asks for a quote>Receives a quote"]').dispatchEvent('click');
  const lens = page.getByRole('complementary', { name: 'From Asks for a quote to Receives a quote' });
  await lens.waitFor();
  assert.match(page.url(), /sel=Asks/);
  await lens.getByRole('button', { name: 'Who is behind it' }).click();
  const first = lens.locator('.actual-behind a').first();
  await first.waitFor();
  assert.match(await first.getAttribute('href'), /^\/stories\/\d+$/);
  await our.axe(page);
  await page.goBack();
  await lens.waitFor({ state: 'detached' });
  assert.doesNotMatch(page.url(), /sel=/);
});

our.test('narrowing to who made a move changes figures, not places', async ({ open }) => {
  const page = await open('/actual');
  await our.ready(page);
  const before = await places(page);
  await page.goto(`${our.url}/actual?followed=${encodeURIComponent('Reports the damage>Receives the claim number')}`);
  await our.ready(page);
  assert.deepEqual(await places(page), before);
  await page.getByText('Reports the damage>Receives the claim number').waitFor();
});

our.test('colleagues as customers are a filter, chosen by keyboard and taken away again', async ({ open }) => {
  await our.api('POST', '/people', { name: 'Lena Learner', email: 'lena@example.org', roles: ['front-line'], customer: 17 });
  const page = await open('/actual?tab=waits', { size: 'phone' });
  await our.ready(page);
  await page.getByRole('button', { name: 'Filter', exact: true }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('By what').selectOption('whose');
  await our.axe(page);
  await dialog.getByLabel('Who the customers are').selectOption('internal');
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(/whose=internal/);
  await our.ready(page);
  assert.match(await page.locator('.chart-basis').first().innerText(), /^1 customer,/);
  await our.fits(page);
  await our.picture(page, 'actual-whose');
  await page.getByRole('button', { name: /Colleagues and departments/ }).press('Enter');
  await page.waitForURL((url) => !url.searchParams.has('whose'));
  await page.waitForFunction(() => document.activeElement.textContent === 'Filter'); // what was pressed is gone, the keyboard is not
});

our.test('by keyboard alone: from touchpoint to touchpoint, to a move, into the lens and out again', async ({ open }) => {
  const page = await open('/actual');
  await our.ready(page);
  await boxes(page).first().focus();
  const start = await page.evaluate(() => document.activeElement.dataset.stop);
  await page.keyboard.press('ArrowDown');
  const next = await page.evaluate(() => document.activeElement.dataset.stop);
  assert.ok(next && next !== start, 'an arrow key goes to another touchpoint');
  await page.keyboard.press('Tab');
  const arc = await page.evaluate(() => document.activeElement.dataset.arc ?? '');
  assert.ok(arc.startsWith(next) || arc.startsWith(`"${next}`) || arc === `(start)>${next}`, `Tab goes on to a move of it, not ${arc}`);
  await page.keyboard.press('Enter');
  await page.locator('.lens').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.lens').waitFor({ state: 'detached' });
  const scale = () => page.locator('.actual-map svg > g').getAttribute('transform');
  await boxes(page).first().focus();
  const before = await scale();
  await page.keyboard.press('+');
  await page.waitForFunction((old) => document.querySelector('.actual-map svg > g').getAttribute('transform') !== old, before);
  // And by the mouse: what is drawn is taken along.
  const zoomed = await scale(), at = await page.locator('.actual-map svg').first().boundingBox();
  await page.mouse.move(at.x + 8, at.y + 8);
  await page.mouse.down();
  await page.mouse.move(at.x + 88, at.y + 58, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction((old) => document.querySelector('.actual-map svg > g').getAttribute('transform') !== old, zoomed);
});

our.test('the slider draws more and hides less, and the URL keeps it', async ({ open }) => {
  const page = await open('/actual');
  await our.ready(page);
  const hidden = await drawnShare(page);
  await page.getByRole('slider', { name: 'Share of the movement drawn' }).focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await page.waitForFunction((old) => document.querySelector('.actual-hidden')?.textContent !== old, hidden);
  await page.waitForURL(/share=95/);
});

our.test('every way of looking at it stands side by side too, with what differs and how sure that is', async ({ open }) => {
  const page = await open('/actual?tab=waits&until=2024&vs=from%3D2024&step=Asks+for+a+quote&step=Receives+a+quote');
  for (const tab of ['Waits', 'Ways', 'Loops', 'Paths', 'Hand-offs', 'Who comes back', 'Repeat contacts', 'Funnel']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await our.ready(page);
    await page.locator('.actual-pair > div').nth(1).locator('.chart-basis').first().waitFor();
    const basis = await page.locator('.actual-pair > div').evaluateAll((sides) => sides.map((side) => side.querySelector('.chart-basis').textContent));
    assert.equal(basis.length, 2, tab);
    assert.notEqual(basis[0], basis[1]);
    await page.getByText('What differs').waitFor();
    assert.ok(await page.locator('.actual-differ').count() > 1, tab);
    await our.axe(page);
    await our.fits(page);
  }
  await page.getByRole('tab', { name: 'Waits', exact: true }).click();
  await our.ready(page);
  await our.picture(page, 'actual-compared-waits', { fullPage: true });
  await page.locator('.actual-pair > div').nth(1).locator('.actual-bar').first().click();
  await page.getByRole('button', { name: 'Only these customers' }).click();
  await page.waitForURL((url) => /passed/.test(url.searchParams.get('vs') ?? '') && !url.searchParams.get('passed'));
});

our.test('a few journeys stand for all, and one becomes a map to edit', async ({ open }) => {
  const page = await open('/actual?tab=typical&by=problem&groups=3');
  await our.ready(page);
  const rows = page.locator('.actual-typical');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 3);
  const numbers = async (sel) => (await rows.locator(sel).allInnerTexts()).map((t) => Number(/[\d,]+/.exec(t)[0].replaceAll(',', '')));
  const stories = await numbers('.actual-way-share > .muted');
  assert.equal(stories.reduce((a, b) => a + b, 0), (await our.api('GET', '/variants?by=problem&top=1')).json.problems);
  await rows.first().getByRole('button', { name: 'The commonest ways in it' }).click();
  await our.axe(page);
  await our.picture(page, 'actual-typical', { fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await our.fits(page);
  await our.picture(page, 'actual-typical-phone', { fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  const steps = await rows.first().locator('.actual-typical-way > .actual-steps .actual-step').allInnerTexts();
  await rows.first().getByRole('button', { name: 'Make an intended journey of this' }).click();
  await page.waitForURL(/\/maps\/\d+/);
  await our.ready(page);
  const made = (await our.api('GET', `/maps/${/maps\/(\d+)/.exec(page.url())[1]}`)).json;
  const names = Object.values(made.journey.touchpoints).map((t) => t.name);
  assert.deepEqual([...new Set(steps.map((s) => s.replace(/ \d+x$/, '')))].sort(), names.sort());
});

our.test('what changed is told with its interval, most moved first, and who is behind it now and before', async ({ open }) => {
  const page = await open('/actual?tab=changed');
  await our.ready(page);
  const rows = page.locator('.actual-change');
  await rows.first().waitFor();
  const points = (await rows.locator('.actual-change-points .n').allInnerTexts()).map((t) => Number(t.replace('\u2212', '-').replace(/[^\d.-]/g, '')));
  assert.ok(points.length > 2);
  for (let i = 1; i < points.length; i++) assert.ok(Math.abs(points[i - 1]) + 0.11 > Math.abs(points[i]), String(points));
  await our.axe(page);
  await our.picture(page, 'actual-changed', { fullPage: true });
  await rows.first().click();
  const lens = page.locator('.lens');
  const figure = async (name) => Number((await lens.locator('dl > div', { hasText: name }).first().locator('dd').innerText()).split(',')[0].replace(/\D/g, ''));
  for (const [label, button] of [['Before', 'Who was behind it before'], ['Now', 'Who is behind it']]) {
    const n = await figure(label);
    await lens.getByRole('button', { name: button, exact: true }).click();
    await lens.locator(n ? '.actual-behind a' : '.actual-behind .muted').first().waitFor();
    assert.equal(await lens.locator('.actual-behind a').count(), Math.min(n, 20), label);
  }
  await page.goto(`${our.url}/actual?tab=changed&channel=phone&vs=channel%3Dweb`);
  await our.ready(page);
  await rows.first().waitFor();
  assert.match(await page.locator('span.chart-basis').innerText(), /all time/);
  await page.setViewportSize({ width: 390, height: 844 });
  await our.fits(page);
  await our.picture(page, 'actual-changed-phone');
});

our.test('a difference has both figures, n and interval as they are counted, opens, and few are not told', async ({ open }) => {
  const both = [], filters = ['until=2024', 'from=2024'];
  for (const filter of filters) both.push((await our.api('GET', `/repeats?${filter}&within=3d&top=60`)).json);
  const page = await open('/actual?tab=repeats&again=3d&until=2024&vs=from%3D2024', { size: 'phone' });
  await our.ready(page);
  const share = (a) => a.with_repeat / a.customers;
  const row = page.locator('.actual-differ', { hasText: 'Came again within 3 days' });
  const [, value, low, high] = /([\u2212+]?[\d.]+) points \(([\u2212+]?[\d.]+) to ([\u2212+]?[\d.]+)\)/.exec(await row.innerText()).map((t) => Number(t.replace('\u2212', '-')));
  assert.ok(Math.abs(value - 100 * (share(both[0]) - share(both[1]))) < 0.06, 'the difference is of the two shares');
  assert.ok(low < value && value < high);
  await our.picture(page, 'actual-compared-repeats');
  await row.press('Enter');
  const lens = page.locator('.lens');
  await lens.getByText('Compared with: n').waitFor();
  for (const a of both) await lens.getByText(String(a.customers), { exact: true }).waitFor();
  await lens.getByRole('button', { name: 'Only these customers' }).press('Enter');
  await page.waitForURL(/repeated=3d/);
  await page.goto(`${our.url}/actual?tab=handoffs&until=2023-03&vs=from%3D2024`);
  await our.ready(page);
  await page.locator('.actual-differ').first().getByText('too few to tell: only').waitFor();
  await page.getByRole('button', { name: 'As a table' }).first().press('Enter');
  await page.getByRole('table', { name: 'What differs' }).getByText('too few to tell').first().waitFor();
});

our.test('two periods stand side by side in the same places', async ({ open }) => {
  const page = await open('/actual?until=2024&vs=from%3D2024');
  await page.locator('.actual-map').nth(1).waitFor();
  await our.ready(page);
  const all = await places(page);
  assert.equal(all.length % 2, 0);
  assert.deepEqual(all.slice(0, all.length / 2), all.slice(all.length / 2));
  await our.axe(page);
  await our.picture(page, 'actual-compared', { fullPage: true });
  await page.getByRole('button', { name: 'Stop comparing' }).click();
  await page.locator('.actual-map').nth(1).waitFor({ state: 'detached' });
});

our.test('a funnel is put together by keyboard', async ({ open }) => {
  const page = await open('/actual?tab=funnel');
  await our.ready(page);
  for (const step of ['Buys a policy', 'Asks for a quote']) {
    await page.getByLabel('Add a step').selectOption(step);
    await page.locator('.actual-step-name', { hasText: step }).waitFor();
  }
  await page.getByRole('button', { name: 'Move Asks for a quote up' }).press('Enter');
  await page.locator('.actual-funnel .actual-bar').nth(1).waitFor();
  assert.match(page.url(), /step=Asks\+for\+a\+quote&step=Buys\+a\+policy/);
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Asks for a quote/, 'the focus goes with the step');
  await page.getByRole('button', { name: 'Remove Buys a policy' }).press('Enter');
  await page.getByText('How far do they get?').waitFor();
});

our.test('loops, waits and repeat contacts lead to who is behind them', async ({ open }) => {
  const page = await open('/actual?tab=loops');
  for (const tab of ['Loops', 'Waits', 'Repeat contacts']) {
    await page.getByRole('tab', { name: tab }).click();
    await our.ready(page);
    const row = tab === 'Repeat contacts' ? page.getByRole('button', { name: 'Who is behind it' }) : page.locator('.actual-bar').first();
    if (tab === 'Loops') assert.match(await page.getByRole('button', { name: /\u2192/ }).first().innerText(), /^(.+) \u2192 .+ \u2192 \1\n/); // there and back
    if (tab === 'Repeat contacts') assert.match(await page.locator('.chart-basis').innerText(), /within 7 days of .* all the time\. \d+% of them were in another department\.$/);
    await row.click();
    await page.locator('.lens').getByRole('button', { name: /Only these/ }).waitFor();
    await our.axe(page);
    if (tab === 'Waits') { // who goes on while something is open beside keeps their place
      await page.getByRole('tab', { name: tab }).press('ArrowLeft');
      await page.locator('.lens').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Loops');
    }
    await page.keyboard.press('Escape');
  }
});

our.test('who comes back by choice stands beside all, with its share; alone when that is asked', async ({ open }) => {
  const { json } = await our.api('GET', `/retention?passed=${encodeURIComponent('Welcome session')}&buckets=13`);
  assert.equal(json.mandatory, 'that ended as must', 'the demonstration says what its learners must');
  const page = await open('/actual?tab=cohorts&passed=Welcome+session');
  await our.ready(page);
  const share = (part, of) => page.evaluate(([n, all]) => new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: n / all < 0.1 ? 1 : 0 }).format(n / all), [part, of]);
  const cells = async (head) => page.locator('.cohorts tr', { has: page.getByRole('rowheader', { name: head, exact: true }) }).locator('td').allTextContents();
  const { reached, returned, voluntary } = json.overall;
  const k = voluntary.findIndex((n, i) => i > 0 && n > 0);
  assert.ok(k > 0 && voluntary[k] < returned[k]);
  assert.equal((await cells('Together'))[k + 1], await share(returned[k], reached[k]));
  assert.equal((await cells('By choice'))[k + 1], await share(voluntary[k], reached[k]));
  assert.equal((await cells('Share of returns by choice'))[k + 1], await share(voluntary[k], returned[k]));
  await page.getByText('Mandatory is what happened that ended as must').waitFor();
  await our.axe(page);
  await our.picture(page, 'actual-voluntary', { fullPage: true });
  await page.getByLabel('Returns', { exact: true }).selectOption('voluntary');
  await page.waitForURL(/returns=voluntary/);
  await page.waitForFunction(() => ![...document.querySelectorAll('.cohorts th')].some((th) => th.textContent === 'By choice'));
  assert.equal((await cells('Together'))[k + 1], await share(voluntary[k], reached[k]));
});

our.test('months that nobody has reached yet are no columns of who comes back', async ({ open }) => {
  const { json: all } = await our.api('GET', '/retention?buckets=13');
  const late = all.cohorts.at(-3).from;
  const { json } = await our.api('GET', `/retention?buckets=13&from=${late}`);
  const reached = json.overall.reached.filter((n) => n > 0).length;
  assert.ok(json.overall.reached.length === 13 && reached > 1 && reached < 6, JSON.stringify(json.overall));
  const page = await open(`/actual?tab=cohorts&from=${late}`);
  await our.ready(page);
  const heads = page.locator('.cohorts thead th');
  assert.deepEqual((await heads.allTextContents()).slice(2), Array.from({ length: reached }, (_, k) => `month ${k}`));
});
