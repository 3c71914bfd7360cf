// everypage.test.mjs - what holds for every page of the UI, also those to come: the list
// of pages is the one that the UI itself has (web/src/pages/pages.ts).
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { owner, site } from './site.mjs';

const our = await site({ from: 'empty' });
const { pages } = await import(pathToFileURL(resolve(import.meta.dirname, '../../build/web/pages.mjs')));
const { json: roles } = await our.api('GET', '/roles');

const { json: kinds } = await our.api('GET', '/kinds');

/** What does not come from the catalogue: names, words of the API and of declarations, keys. */
const given = new Set(['Firsthand', 'Our shop', owner.name, owner.email, 'SVG', 'CSV', 'XLSX', 'Esc', 'UTC',
  ...kinds.items.flatMap((k) => [k.title, k.many, k.says, k.add]),
  ...roles.items.flatMap((r) => [r.title, r.means, r.page, r.rights.join(', ')])]);

for (const { path } of pages) {
  our.test(`${path} says everything through the catalogue`, async ({ open }) => {
    const page = await open(`${path}?words=en-XA`);
    await our.ready(page);
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
    const plain = texts.filter((t) => /[A-Za-z]{3}/.test(t) && !given.has(t) && !/\[.*\]/.test(t));
    assert.deepEqual(plain, [], 'not through say()');
    await our.picture(page, `pseudo${path.replace('/', '-')}`);
    await our.fits(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await our.fits(page);
  });

  our.test(`${path} can be walked by keyboard alone, and stands still`, async ({ open }) => {
    const page = await open(path);
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
  });
}
