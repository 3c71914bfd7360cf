// walk.test.mjs - a map walked through part by part: by keyboard alone, on a phone, on paper; place
// and length set where they stand; how it was meant beside how it was, the largest gap first.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const our = await site();
const text = `journey learn "My first week"
goal "I can answer the first call"
owner "Learning"
stage before "I hear of it" before
  touchpoint letter "I get the plan"
    from "Learning" to customer over e-mail
    place "At home"
    length 10m
    feels 4 "I know what comes"
stage week "I learn" during
  choice
    touchpoint call "It is about a damage"
      from customer to "Contact centre" over phone
      length 1h
      feels 5 "I am heard"
      promise "Somebody sits beside me" within 2h
      match "Reports the damage"
    touchpoint read "I read how it goes"
      length 20m
  end
stage after "I go on" after
  touchpoint talk "We talk about it"
    owner "Learning"
    feels 2
    match "Answers the claims survey"
`;
const { json: map } = await our.api('POST', '/maps', { text });
const path = `/maps/${map.map}`;
our.everywhere([`${path}?tab=walk&step=1`, `${path}?tab=lived`]);

const name = (page) => page.locator('#map-walk-name').textContent();

our.test('it is walked through by keyboard alone, part by part, with channel, place, length and feeling', async ({ open }) => {
  const page = await open(path);
  await our.ready(page);
  const tab = page.getByRole('tab', { name: 'Walk through' });
  await tab.focus();
  await page.keyboard.press('Enter');
  await page.locator('#map-walk-name').waitFor();
  const part = page.locator('.map-walk-part');
  assert.equal(await name(page), '1. I get the plan');
  assert.equal(await page.locator('.map-walk-part > p').first().textContent(), 'Before: I hear of it');
  for (const said of ['e-mail', 'Place: At home', 'Takes: 10 min, 10 min so far', 'I know what comes', 'How it should feel: 4: good']) await part.getByText(said).first().waitFor();
  await page.locator('#map-walk-name').focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { name: '2. It is about a damage' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'map-walk-name');
  await part.getByText('One of these').waitFor();
  await part.getByText('Takes: 1 h, 1 h 10 min so far').waitFor();
  await part.getByText('Somebody sits beside me').first().waitFor();
  await part.locator('.map-numbers').first().waitFor();
  await page.keyboard.press('ArrowRight');
  await part.getByText('Takes: 20 min, 30 min so far').waitFor();
  await page.keyboard.press('End');
  await page.getByRole('heading', { name: '4. We talk about it' }).waitFor();
  await part.getByText('How long it takes is not said').waitFor();
  await page.keyboard.press('ArrowRight'); // there is nothing behind the last
  assert.match(page.url(), /step=3/);
  await page.getByText('1 h 10 min in all, by the 3 of 4 parts').waitFor();
  await page.keyboard.press('Home');
  assert.equal(await name(page), '1. I get the plan');
  await our.axe(page);
});

our.test('on a phone it goes on with a thumb, and a part leads to its card on the map', async ({ open }) => {
  const page = await open(`${path}?tab=walk`, { size: 'phone' });
  await our.ready(page);
  await our.fits(page);
  const on = page.getByRole('button', { name: 'Next part' }).last();
  assert.ok((await on.boundingBox()).height >= 44);
  await on.click();
  await page.getByRole('heading', { name: '2. It is about a damage' }).waitFor();
  await page.getByRole('button', { name: 'Open it on the map' }).click();
  await page.locator('.lens').getByRole('heading', { name: 'It is about a damage' }).waitFor();
});

our.test('on paper stand all parts, one below the other', async ({ open }) => {
  const page = await open(`${path}?tab=walk`);
  await our.ready(page);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.getByRole('heading', { name: '4. We talk about it' }).waitFor();
  assert.equal(await page.locator('.map-walk-part').count(), 4);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
});

our.test('place and length are set where they stand; what is no length is told', async ({ open }) => {
  const page = await open(`${path}?sel=read&lens=plan`);
  await our.ready(page);
  const lens = page.locator('.lens');
  await lens.getByLabel('Place').fill('In the train');
  await page.keyboard.press('Enter');
  await lens.getByLabel('Takes').fill('90m');
  await page.keyboard.press('Enter');
  for (const end = Date.now() + 30000; ; await new Promise((later) => setTimeout(later, 50))) {
    const { read } = (await our.api('GET', path)).json.journey.touchpoints;
    if (read.place === 'In the train' && read.length_ms === 5400000) break;
    assert.ok(Date.now() < end, 'it was never saved');
  }
  await lens.getByLabel('Takes').fill('a while');
  await page.keyboard.press('Enter');
  await lens.getByText("'a while' is not a span of time").waitFor();
}, { quiet: false }); // the browser tells that it was refused

our.test('how it was meant stands beside how it was, the largest gap first', async ({ open }) => {
  const { json } = await our.api('GET', `${path}/lived`);
  const said = json.touchpoints.filter((t) => t.experience.gap !== null);
  assert.ok(said.length > 0, 'somebody scored a touchpoint of it');
  const page = await open(`${path}?tab=lived`);
  await our.ready(page);
  const table = page.getByRole('table', { name: 'As it was meant, as it was' });
  const worst = [...said].sort((a, b) => b.experience.gap - a.experience.gap)[0];
  assert.match(await table.locator('tbody tr').first().innerText(), new RegExp(worst.name));
  await table.getByText(worst.experience.says).waitFor();
});
