// flow.test.mjs - what records are for, from end to end in the demonstration organisation:
// somebody of the front line taps "Obviously broken" on a phone; two say it is not theirs;
// nobody answers, and it goes to a lead; it is mended; whoever told it learns so; and in the
// figures that come from the stories, ruined days fall.
import assert from 'node:assert/strict';
import { PATIENCE, site } from './site.mjs';

const our = await site({ clock: true });
const broken = 'Confirms the details a second time';
const { json: claims } = await our.api('POST', '/departments', { name: 'Online sales' });
const inClaims = { department: claims.department };
const fritz = await our.somebody('Fritz Front', ['front-line'], inClaims);
const dora = await our.somebody('Dora Desk', ['front-line']);
const otto = await our.somebody('Otto Office', ['front-line']);
const hanna = await our.somebody('Hanna Handler', ['front-line'], inClaims);
const lea = await our.somebody('Lea Lead', ['lead'], inClaims);
const { json: there } = await our.api('GET', `/customers?passed=${encodeURIComponent(broken)}&limit=1`);
const now = Date.now(), DAY = 86400e3;
let told, fix;

const record = async () => (await our.api('GET', `/records/signal/${told}`)).json;
const until = async (holds) => {
  for (const end = Date.now() + PATIENCE; ;) {
    const r = await record();
    if (holds(r)) return r;
    assert.ok(Date.now() < end, `still ${JSON.stringify(r.history.slice(0, 3))}`);
    await new Promise((next) => setTimeout(next, 200));
  }
};
/** Sixty customers came there, two in three days; as many gave up as `gaveUp` says. */
const lived = (name, from, gaveUp) => our.api('POST', '/interactions', Array.from({ length: 60 }, (_, i) => ({
  customer: { email: `${name}${i}@example.org` }, time: new Date(from + i * DAY * 1.5).toISOString(), touchpoint: broken, channel: 'web',
  direction: 'in', outcome: gaveUp(i) ? 'gave up' : 'done', source: 'online shop', id: `${name}-${i}`,
})));
const offer = (who) => our.api('POST', `/records/signal/${told}/ownership`, { do: 'offer', person: who.person });

our.test('told on a phone in three taps, and two say that it is not theirs', async ({ open }) => {
  await lived('before', now - 95 * DAY, (i) => i % 3 > 0);
  const page = await open(`/stories/${there.items[0].customer}`, { size: 'phone', as: fritz });
  await our.ready(page);
  let taps = 0;
  const tap = async (locator) => { taps++; await locator.click(); };
  await tap(page.getByRole('button', { name: 'Obviously broken' }));
  const sheet = page.getByRole('dialog');
  await tap(sheet.getByRole('button', { name: broken, exact: true }));
  await tap(sheet.getByRole('button', { name: 'Send' }));
  await page.getByText('Thank you').waitFor();
  assert.equal(taps, 3);
  const { json } = await our.api('GET', `/records/signal?author=${fritz.person}`);
  told = json.items[0].record;
  assert.equal(json.items[0].title, `Obviously broken: ${broken}`);

  for (const [who, why] of [[dora, 'The form belongs to the web team.'], [otto, 'We only get what was typed.']]) {
    await offer(who);
    const part = await open('/my-part', { size: 'phone', as: who });
    await our.ready(part);
    await part.getByRole('button', { name: 'Not mine' }).click();
    await part.getByRole('dialog').getByRole('textbox').fill(why);
    await part.getByRole('dialog').getByRole('button', { name: 'Not mine' }).click();
    await part.getByText('Whoever asked is told why').waitFor();
  }
  const r = await record();
  assert.equal(r.bounces, 2);
  assert.equal(r.owner, null);
  assert.ok(r.ownerless_since);
});

our.test('nobody answers for a week: it goes to the lead, who takes it on', async ({ open }) => {
  await offer(hanna);
  assert.equal((await record()).asked, hanna.person);
  our.later(6);
  await Promise.all([our.backIn(), our.backIn(lea), our.backIn(fritz)]);
  const r = await until((one) => one.asked === lea.person);
  assert.ok(r.history.some((e) => e.what === 'escalated' && e.person === null), 'Firsthand turned to her by itself');

  const page = await open('/my-part', { as: lea });
  await our.ready(page);
  await page.getByRole('button', { name: 'I accept it' }).click();
  await page.getByText('It is yours.').waitFor();
  assert.equal((await record()).owner, lea.person);
});

our.test('it is mended by a fix; on the phone stands by whom and how', async ({ open }) => {
  const { json: touchpoints } = await our.api('GET', '/names/touchpoints');
  const touchpoint = touchpoints.items.find((t) => t.name === broken).number;
  fix = (await lea.api('POST', '/records/fix', { fields: { what: 'The details are asked for once', mends: [told], touchpoint: [touchpoint], effort: 'day' } })).json.record;
  const page = await open(`/records/fix/${fix}`, { as: lea });
  await our.ready(page);
  await page.getByRole('button', { name: 'I make it' }).click();
  await page.getByRole('button', { name: 'It is made' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('Made on').fill(new Date(now + 6 * DAY).toISOString().slice(0, 10));
  await sheet.getByLabel('What do customers gain?').fill('They type everything once.');
  await sheet.getByLabel('What do we gain inside?').fill('Fewer calls about half-finished contracts.');
  await sheet.getByRole('button', { name: 'It is made' }).click();
  await page.getByText('Made', { exact: true }).first().waitFor();
  await page.goto(`${our.url}/records/signal/${told}`);
  await our.ready(page);
  await page.getByRole('button', { name: 'It is mended' }).click();
  await page.getByText('Mended', { exact: true }).first().waitFor();

  const home = await open('/');
  const lately = home.getByRole('region', { name: 'Fixed lately' }).getByRole('listitem').filter({ hasText: 'The details are asked for once' });
  await lately.getByText('Lea Lead').waitFor();
  assert.equal(await home.getByRole('region', { name: 'Fixed lately' }).getByText('We call you back').count(), 0, 'a promise that was kept mends nothing');

  const author = await open('/my-part', { as: fritz, size: 'phone' });
  await our.ready(author);
  const became = author.getByRole('region', { name: 'What became of what I told' }).getByRole('listitem').filter({ hasText: broken });
  await became.getByText('Mended').waitFor();
  await became.getByText('Lea Lead').waitFor();
  await became.getByRole('link', { name: broken }).click();
  await our.ready(author);
  await author.getByRole('tab', { name: 'History' }).click();
  await author.getByRole('link', { name: 'The details are asked for once' }).first().waitFor();
  await author.getByText('(Made)').waitFor();
  await our.fits(author);
  await author.getByRole('button', { name: 'Yes, it works now' }).click();
  await author.getByText('Confirmed by customers', { exact: true }).first().waitFor();
});

our.test('ruined days fall in the figures that come from the stories', async ({ open }) => {
  await lived('after', now + 7 * DAY, (i) => i % 10 === 0);
  our.later(100);
  await Promise.all([our.backIn(), our.backIn(lea)]);
  const { json } = await lea.api('GET', `/records/fix/${fix}/effect`);
  const ruined = json.rewards.find((w) => w.reward === 'ruined');
  assert.ok(ruined.before.value > 60 && ruined.after.value < 15, JSON.stringify(ruined));
  assert.ok(ruined.change.high < 0, 'not by chance');
  const day = (at) => new Date(at).toISOString().slice(0, 10);
  const days = async (from, to) => (await our.api('GET', `/ruined-days?from=${day(from)}&until=${day(to)}&touchpoint=${encodeURIComponent(broken)}`)).json.days;
  assert.deepEqual([await days(now - 96 * DAY, now), await days(now + 7 * DAY, now + 100 * DAY)], [40, 6]);

  const page = await open(`/records/fix/${fix}`, { as: lea });
  await our.ready(page);
  const came = page.getByRole('region', { name: 'What came of it' });
  const row = came.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Ruined days' }) });
  await row.getByText(`${Math.round(ruined.before.value)} %`, { exact: true }).waitFor();
  await our.axe(page);
  await our.picture(page, 'flow-effect', { fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await our.fits(page);
  page.sizeName = 'phone';
  await our.picture(page, 'flow-effect', { fullPage: true });
  await page.setViewportSize({ width: 1440, height: 900 });
  await row.getByRole('link', { name: `${Math.round(ruined.before.value)} %` }).click();
  await our.ready(page);
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.match(page.url(), /severe=any/);
});
