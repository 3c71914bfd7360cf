// handbook.test.mjs - the handbook is built with pictures of the demonstration: every picture that a
// chapter names is there and says what it shows, every link leads somewhere, and it reads well.
// `make handbook` runs this with HANDBOOK, the folder in which it is to be kept; without it only
// what needs no picture is looked at, since taking them all is a minute of two processors.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build, chapters, faults } from './handbook.mjs';
import { site } from './site.mjs';

const folder = process.env.HANDBOOK && resolve(process.env.HANDBOOK);
const our = folder && await site({ looks: true });
const skip = folder ? false : 'make handbook takes the pictures';

test('a picture that is not made, or says nothing, is found', () => {
  assert.deepEqual(faults(), []);
  const one = { name: 'x', pictures: [{ alt: 'Story', path: 'pictures/story.png' }, { alt: 'What nobody ever takes', path: 'pictures/none.png' }] };
  const found = faults([...chapters(), one]);
  assert.deepEqual(found, ["x: 'pictures/story.png' does not say what it shows", "x: there is no picture 'pictures/none.png'"]);
});

test('the chapters of what a newcomer does have pictures', () => {
  const shown = Object.fromEntries(chapters().map((c) => [c.name, c.pictures.map((p) => p.path.slice(9, -4))]));
  for (const [chapter, names] of Object.entries({
    story: ['find-story', 'story'], actual: ['loops', 'waits', 'arc'], data: ['import-columns', 'import-tried', 'mend'], erasing: ['erase', 'erased'],
  }))
    for (const name of names) assert.ok(shown[chapter].includes(name), `${chapter} shows ${name}`);
});

test('the handbook is built: every picture is taken, every link leads somewhere', { skip }, async () => {
  const n = await build(our, folder);
  const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
  assert.equal(pages.length, n);
  for (const name of pages) {
    const html = readFileSync(join(folder, name), 'utf8');
    for (const [, to] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
      if (/^(https?|mailto):/.test(to)) continue;
      const [path, place] = to.split('#');
      const file = join(folder, path || name);
      assert.ok(existsSync(file), `${name}: ${to}`);
      if (place) assert.ok(readFileSync(file, 'utf8').includes(`id="${place}"`), `${name}: ${to}`);
    }
  }
  for (const name of readdirSync(join(folder, 'pictures'))) assert.ok(statSync(join(folder, 'pictures', name)).size > 5000, name);
});

our?.test('it reads well on a desk and on a phone', async ({ open }) => {
  for (const name of ['index', 'story', 'actual', 'json'])
    for (const size of ['desk', 'phone']) {
      const page = await open(pathToFileURL(join(folder, `${name}.html`)).href, { size, signedIn: false });
      await our.fits(page);
      await our.axe(page);
      await our.picture(page, `handbook-${name}`);
    }
}, { quiet: false });
