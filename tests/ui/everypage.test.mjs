// everypage.test.mjs - what holds for every page of the UI, also those to come: the list
// of pages is the one that the UI itself has (web/src/pages/pages.ts).
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { owner, site, sizes } from './site.mjs';

const our = await site({ from: 'empty' });
const { pages } = await import(pathToFileURL(resolve(import.meta.dirname, '../../build/web/pages.mjs')));
const { json: roles } = await our.api('GET', '/roles');

const { json: kinds } = await our.api('GET', '/kinds');

/** What does not come from the catalogue: names, words of the API, of declarations and of the browser, keys. */
const given = new Set(['now', 'Firsthand', 'Our shop', owner.name, owner.email, 'SVG', 'CSV', 'XLSX', 'Esc', 'UTC',
  ...kinds.items.flatMap((k) => [k.title, k.many, k.says, k.add]),
  ...roles.items.flatMap((r) => [r.title, r.means, r.page, r.rights.join(', ')])]);

/** What the API says in words, as `says` and `period`, stands as it is. */
async function takeSaid(path) {
  const take = (json) => Object.entries(json ?? {}).forEach(([key, one]) => {
    if ((key === 'says' || key === 'period') && typeof one === 'string') given.add(one);
    else if (typeof one === 'object') take(one);
  });
  take((await our.api('GET', path)).json);
}

/** What can be seen and did not come from the catalogue. */
async function plainOn(page) {
  const texts = await page.evaluate(() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      if (element.closest('noscript, script, datalist, code, svg, .timeline, [data-sample], option, tbody, .chip, kbd')) continue;
      if (element.checkVisibility()) found.push(node.textContent.trim());
    }
    return found;
  });
  return texts.filter((t) => /[A-Za-z]{3}/.test(t) && !given.has(t) && !/\[.*\]|^\d+ [A-Z][a-z]{2,3} \d{4}(, [\d:]+)?$|^\d+ seconds? ago$/.test(t));
}

async function saysAll(page, path) {
  await our.ready(page);
  assert.deepEqual(await plainOn(page), [], 'not through say()');
  await our.picture(page, `pseudo${path.replace('/', '-')}`);
  await our.fits(page);
  await page.setViewportSize(sizes.phone);
  await our.fits(page);
  await page.setViewportSize(sizes.desk);
  // What lies behind its tabs, and its pages below: without loading anew.
  const tabs = page.getByRole('tab');
  for (let i = 0, n = await tabs.count(); i < n; i++) {
    if (await tabs.nth(i).getAttribute('aria-selected') === 'true') continue;
    await tabs.nth(i).click();
    await our.ready(page);
    assert.deepEqual(await plainOn(page), [], `not through say(): ${page.url()}`);
    await our.fits(page);
  }
}
/** Goes there as a link does. */
const goTo = (page, to) => page.evaluate((path) => {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}, to);
const below = (page, path) => page.evaluate((start) => [...new Set([...document.querySelectorAll(`main a[href^="${start}/"]`)].map((a) => a.getAttribute('href')))], path === '/' ? '/none' : path);

/** From Tab to Tab: every place can be seen, and none comes twice. */
async function walked(page) {
  await our.ready(page);
  const seen = [];
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      const box = e.getBoundingClientRect(), style = getComputedStyle(e);
      const key = `${e.tagName} ${e.id} ${e.textContent.trim().slice(0, 40)} ${e.getAttribute('href') ?? ''} ${Math.round(box.left + scrollX)},${Math.round(box.top + scrollY)}`;
      return { key, marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0, seen: box.width > 0 && box.height > 0 };
    });
    if (!at || (seen.length && at.key === seen[0].key)) break;
    seen.push(at);
  }
  assert.ok(seen.length >= 8, `only ${seen.length} places can be reached`);
  assert.deepEqual(seen.filter((s) => !s.marked || !s.seen), [], 'the focus cannot be seen');
  assert.equal(new Set(seen.map((s) => s.key)).size, seen.length, 'the keyboard goes in a circle');
  const moving = await page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length);
  assert.equal(moving, 0, 'something moves, although less motion is wished for');
}

for (const { path } of pages) {
  our.test(`${path} says everything through the catalogue, also behind its tabs and below it`, async ({ open }) => {
    const page = await open(`${path}?words=en-XA`);
    await saysAll(page, path);
    const others = path === '/records' ? [] : await below(page, path); // forms of records are as they were declared
    if (path === '/maps') { // a map of one touchpoint, whose own words stand in brackets
      const { json } = await our.api('POST', '/maps', { text: 'journey one "[One]"\nstage during "[During]" during\n  touchpoint ask "[Asks]"\n    from customer\n' });
      others.push(`/maps/${json.map}`);
      await takeSaid(`/maps/${json.map}/lived`);
      await takeSaid(`/maps/${json.map}/sides`);
    }
    if (path === '/stories') others.push('/stories/reviews');
    if (path === '/settings') others.push('/settings/kinds');
    for (const other of others) {
      await goTo(page, other);
      await saysAll(page, other);
    }
  });

  our.test(`${path} can be walked by keyboard alone, and stands still`, async ({ open }) => walked(await open(path)));
}

our.test('the page of whoever a story is about says everything through the catalogue, and is walked by keyboard alone', async ({ open }) => {
  await our.api('POST', '/interactions', { customer: 'c1', time: '2024-03-05T14:05:00Z', touchpoint: '[Asks]', source: '[web]' });
  const { json } = await our.api('POST', '/search', { who: 'c1' });
  const lena = await our.somebody('Lena Learner', ['customer'], { customer: json.items[0].customer });
  given.add(lena.name);
  const page = await open('/mine?words=en-XA', { as: lena });
  await saysAll(page, '/mine');
  await walked(await open('/mine', { as: lena }));
});
