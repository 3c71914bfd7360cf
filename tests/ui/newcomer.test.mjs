// newcomer.test.mjs - the first minutes of somebody who has read nothing: from the
// demonstration, and from an empty organisation with a file of their own, to a drawn
// journey and one customer's story, every click counted.
import assert from 'node:assert/strict';
import { site } from './site.mjs';

const MOST = 12;
const SET_UP = 1; // the button under name, address and password, behind the link that is printed

const demo = await site();
const own = await site({ from: 'empty' });

/** Counts: a click is one, choosing in a list two, choosing a file in the system's dialog two. */
function counting(page) {
  const clicks = { n: SET_UP };
  return Object.assign(clicks, {
    async on(locator) {
      clicks.n++;
      await locator.click();
    },
    async file(name, text) {
      clicks.n += 2;
      const chosen = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose a file' }).or(page.getByText('Choose a file')).first().click();
      await (await chosen).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    },
  });
}

/** From wherever one is, by what stands on the screen. */
async function toJourneyAndStory(our, page, clicks) {
  await clicks.on(page.getByRole('navigation').getByRole('link', { name: 'Actual' }).first());
  await our.ready(page);
  const boxes = page.locator('.actual-box .card-rect');
  await boxes.first().waitFor();
  assert.ok(await boxes.count() > 1, 'a journey is drawn');
  await our.picture(page, `newcomer-journey-${our === demo ? 'demo' : 'own'}`);
  const shown = await boxes.evaluateAll((all) => all.findIndex((box) => { // one that can be seen, as people choose
    const b = box.getBoundingClientRect(), map = box.closest('svg').getBoundingClientRect();
    return b.left >= map.left && b.right <= map.right && b.top >= map.top && b.bottom <= Math.min(map.bottom, innerHeight);
  }));
  assert.ok(shown >= 0, 'no touchpoint can be seen');
  await clicks.on(boxes.nth(shown));
  const lens = page.getByRole('complementary');
  await clicks.on(lens.getByRole('button', { name: 'Who is behind it' }));
  await clicks.on(lens.locator('.actual-behind a').first());
  await page.waitForURL(/\/stories\/\d+/);
  await our.ready(page);
}

demo.test('from the demonstration to a drawn journey and one story', async ({ open }) => {
  const page = await open('/');
  await demo.ready(page);
  const clicks = counting(page);
  await toJourneyAndStory(demo, page, clicks);
  assert.ok(clicks.n <= MOST, `${clicks.n} clicks`);
  await demo.picture(page, 'newcomer-story-demo');
});

const mine = `customer_id,created_at,event,channel,team
4711,2025-03-03 09:00,Order placed,web,Sales
4711,2025-03-05 14:20,Parcel delivered,post,Logistics
4711,2025-03-06 08:10,Complaint,phone,Service
4711,2025-03-09 11:00,Refund,e-mail,Service
4712,2025-03-04 10:30,Order placed,shop,Sales
4712,2025-03-06 15:00,Parcel delivered,post,Logistics
4713,2025-03-04 18:45,Order placed,web,Sales
4713,2025-03-08 12:00,Complaint,phone,Service
`;

own.test('from nothing but a file of one\u2019s own to a drawn journey and one story', async ({ open }) => {
  const page = await open('/');
  await own.ready(page);
  const clicks = counting(page);
  await clicks.on(page.getByRole('main').locator('a[href^="/data"]').first());
  await own.ready(page);
  if (!await page.getByText('Choose a file').count())
    await clicks.on(page.getByRole('link', { name: 'Import a file' }).or(page.getByRole('button', { name: 'Import a file' })).first());
  await clicks.file('orders.csv', mine);
  await clicks.on(page.getByRole('button', { name: 'Import 8 interactions' }));
  await page.getByText('orders.csv is imported').waitFor();
  await toJourneyAndStory(own, page, clicks);
  assert.ok(clicks.n <= MOST, `${clicks.n} clicks`);
  await page.getByText('Order placed').first().waitFor();
  await own.picture(page, 'newcomer-story-own');
});
