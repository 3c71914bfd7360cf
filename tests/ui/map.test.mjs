// map.test.mjs - journey maps: drawn, opened, edited by keyboard alone, by two browsers at
// once without losing a change, compared, written as text, held against what happens; and a
// thousand touchpoints stay quick.
import assert from 'node:assert/strict';
import { site, sizes } from './site.mjs';

const our = await site();
const text = `journey claim "It broke, and I claim"
goal "I am whole again"
owner "Claims"
stage report "I report it" before
  touchpoint damage "I report the damage"
    from customer to "Contact centre" over phone
    owner "Claims"
    ask "Ada Blum"
    feels 3 "I am heard"
    needs "policy number"
    system "Claims system"
    match "Reports the damage"
  touchpoint number "I get a claim number"
    from "Claims" to customer over e-mail
    promise "Within a day" within 1d
    match "Receives the claim number"
stage help "I am helped" during
  choice
    touchpoint garage "The garage repairs it"
      owner "Claims"
    touchpoint money "I get money"
  end
  touchpoint check "Somebody checks the bill"
    from "Claims"
    lane back
stage after "I go on" after
`;
const { json: map } = await our.api('POST', '/maps', { text });
const path = `/maps/${map.map}`;
await our.api('POST', '/interactions', [['Reports the damage', 1], ['Reports the damage', 2], ['Receives the claim number', 4]].map(([touchpoint, score], i) => (
  { customer: 'felt', id: `felt-${i}`, time: new Date(Date.now() - 60000).toISOString(), touchpoint, score })));
our.everywhere([path, `${path}?sel=damage`]);

const card = (page, id) => page.locator(`[data-card="${id}"]`);
const lens = (page) => page.locator('.lens');
const now = async () => (await our.api('GET', path)).json;
/** Waits until the server has it. */
async function until(said, of, at = path) {
  const end = Date.now() + 30000;
  for (;;) {
    const doc = (await our.api('GET', at)).json;
    if (of(doc)) return doc;
    assert.ok(Date.now() < end, `never came true: ${said}`);
    await new Promise((later) => setTimeout(later, 50));
  }
}

our.test('the list leads to the map; a card opens what happened and who is behind it, down to the story', async ({ open }) => {
  const page = await open('/maps');
  await our.ready(page);
  await our.axe(page);
  await page.getByRole('link', { name: map.journey.title }).click();
  await our.ready(page);
  await page.getByRole('heading', { name: map.journey.title }).waitFor();
  await page.getByText('Line of visibility').waitFor();
  await page.getByText('One of these').first().waitFor();
  // How it was intended to feel, and beside it what the scores say, which go on as a line.
  await page.locator('.map-feeling text.was').first().waitFor();
  const feeling = await page.locator('.map-feeling').evaluate((svg) => ({
    was: [...svg.querySelectorAll('text.was')].map((t) => t.textContent), line: svg.querySelector('path.was').getAttribute('d').replace(/[^A-Z]/g, ''),
    meant: svg.querySelectorAll('circle.meant').length, worse: svg.querySelector('circle.was').cy.baseVal.value > svg.querySelector('circle.meant').cy.baseVal.value,
  }));
  assert.deepEqual(feeling, { was: ['1.5', '4'], line: 'ML', meant: 1, worse: true });
  await card(page, 'damage').click();
  assert.match(page.url(), /sel=damage/);
  const state = lens(page).locator('button.map-state').first();
  await state.click();
  const who = lens(page).locator('.map-behind a').first();
  await who.waitFor();
  assert.match(await who.getAttribute('href'), /^\/stories\/\d+$/);
  await our.axe(page);
  await page.getByRole('button', { name: 'As a table' }).click();
  await page.getByRole('table', { name: /Touchpoints of/ }).getByRole('button', { name: 'I get money' }).waitFor();
});

our.test('by keyboard alone: a touchpoint is added, renamed, moved, grouped, removed, and all of it taken back; a mouse drags one to another block and lane', async ({ open }) => {
  const page = await open(path);
  await our.ready(page);
  const before = await now();
  await card(page, 'damage').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.card), 'number');
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByLabel('Name').fill('I send pictures');
  await page.keyboard.press('Enter');
  await card(page, 'i-send-pictures').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await card(page, 'i-send-pictures').focus();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Name' }).fill('I send photos');
  await page.keyboard.press('Enter');
  await until('renamed', (d) => d.journey.touchpoints['i-send-pictures'].name === 'I send photos');
  await card(page, 'i-send-pictures').getByText('I send photos').waitFor();
  await card(page, 'i-send-pictures').focus();
  await page.keyboard.press('Alt+ArrowLeft');
  await until('moved', (d) => d.journey.stages[0].flow.join() === 'damage,i-send-pictures,number');
  await card(page, 'number').focus();
  await page.keyboard.press('Delete');
  await until('removed', (d) => !d.journey.touchpoints.number);
  await card(page, 'number').waitFor({ state: 'detached' });
  await card(page, 'i-send-pictures').focus();
  for (let left = 4; left; left--) await page.keyboard.press('Control+z'); // not waiting for one another
  await until('taken back', (d) => d.text === before.text);
  await page.getByRole('button', { name: 'Redo' }).and(page.locator(':enabled')).waitFor();
  assert.equal((await now()).text, before.text);
  // By mouse: beside the card that it is let go over, in that one's block, and in the lane; one undo takes it back.
  const middle = async (id) => { const b = await card(page, id).boundingBox(); return [b.x + b.width / 2, b.y + b.height / 2]; };
  const carry = async (id, x, y) => {
    await page.mouse.move(...await middle(id));
    await page.mouse.down();
    await page.mouse.move(x, y, { steps: 5 });
    await page.locator('.map-drop').waitFor();
  };
  await card(page, 'check').scrollIntoViewIfNeeded();
  const [money] = await middle('money'), [, back] = await middle('check');
  await carry('number', money + 40, back);
  await page.keyboard.press('Escape');
  await page.locator('.map-drop').waitFor({ state: 'detached' });
  await page.mouse.up();
  await carry('number', money + 40, back);
  await page.locator('.map-bracket.choice.into').waitFor();
  await our.picture(page, 'map-dragged');
  await page.mouse.up();
  const dragged = await until('dragged', (d) => d.journey.touchpoints.number.lane === 'back');
  assert.equal(dragged.version, (await now()).version);
  assert.deepEqual(dragged.journey.stages.map((s) => s.flow), [['damage'], [{ block: 'choice', steps: ['garage', 'money', 'number'] }, 'check'], []]);
  assert.match(dragged.text, /touchpoint money "I get money"\s+touchpoint number "I get a claim number"\s+lane back\s/);
  await page.locator('.map-drop').waitFor({ state: 'detached' });
  const [[there, below], [left], [right, beside]] = [await middle('number'), await middle('money'), await middle('check')];
  assert.ok(left < there && there < right && below === beside && !page.url().includes('sel='), 'drawn where it was let go, and not opened');
  await page.getByRole('button', { name: 'Undo' }).click();
  await until('back where it was', (d) => d.text === before.text);
});

our.test('two browsers edit at once: both changes stay, and where both changed the same, both texts are there to choose', async ({ open }) => {
  const ada = await our.somebody('Ada Blum', ['journey-owner']);
  const one = await open(`${path}?sel=garage&lens=plan`), two = await open(`${path}?sel=garage&lens=plan`, { as: ada });
  await our.ready(one);
  await our.ready(two);
  const field = (page, name) => lens(page).getByLabel(name, { exact: true });
  await field(one, 'Owner').fill('Sales');
  await field(two, 'Whom to ask').fill('Bob');
  await Promise.all([field(one, 'Owner').press('Enter'), field(two, 'Whom to ask').press('Enter')]);
  await until('both are there', (d) => d.journey.touchpoints.garage.owner === 'Sales' && d.journey.touchpoints.garage.ask === 'Bob');
  await one.getByText('Ada Blum changed: The garage repairs it').waitFor();
  await one.waitForFunction(() => [...document.querySelectorAll('.lens input')].some((i) => i.value === 'Bob'));
  // The same field: who types last has both texts, and nothing typed is lost.
  await field(one, 'Name').fill('My garage repairs it');
  await field(two, 'Name').fill('A garage repairs it');
  await field(two, 'Name').press('Enter');
  await until('the first is saved', (d) => d.journey.touchpoints.garage.name === 'A garage repairs it');
  const both = one.locator('.map-both');
  await both.waitFor();
  await both.getByText('A garage repairs it').waitFor();
  await both.getByText('My garage repairs it').waitFor();
  await our.axe(one);
  await our.picture(one, 'map-both');
  await both.getByRole('button', { name: 'Take mine' }).click();
  await until('mine is taken', (d) => d.journey.touchpoints.garage.name === 'My garage repairs it');
  await two.waitForFunction(() => document.querySelector('[data-card="garage"]').textContent.includes('My garage repairs it'));
  await one.locator('.map-both').waitFor({ state: 'detached' });
}, { quiet: false });

our.test('what was typed and not saved is there after loading anew', async ({ open }) => {
  const page = await open(`${path}?sel=money&lens=plan`, { size: 'phone' });
  await our.ready(page);
  await lens(page).getByLabel('Note').fill('Half a thought');
  await page.evaluate(() => document.querySelector('.lens textarea')); // nothing is left, so nothing is saved
  await page.reload();
  await our.ready(page);
  assert.equal(await lens(page).getByLabel('Note').inputValue(), 'Half a thought');
  const { version } = await now();
  await lens(page).getByLabel('Note').fill('Another half'); // the field has the focus: pressing leaves it
  await lens(page).getByRole('button', { name: 'Throw away' }).click();
  await lens(page).getByText('Not saved yet').waitFor({ state: 'detached' });
  assert.equal(await lens(page).getByLabel('Note').inputValue(), '');
  assert.equal((await now()).version, version, 'what is thrown away is not saved');
  // Between pressing and letting go nothing is saved or drawn anew, so no press is lost.
  await page.setViewportSize(sizes.desk);
  await lens(page).getByLabel('Note').fill('A whole thought');
  const add = page.getByRole('button', { name: 'Add a touchpoint' }).first();
  await add.scrollIntoViewIfNeeded();
  const there = await add.boundingBox();
  await page.mouse.move(there.x + there.width / 2, there.y + there.height / 2);
  await page.mouse.down();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  assert.equal(await lens(page).getByText('Not saved yet').count(), 1);
  assert.deepEqual(await add.boundingBox(), there);
  assert.equal((await now()).version, version);
  await page.mouse.up();
  await page.getByRole('dialog').getByLabel('Name').waitFor();
  await until('saved', (d) => d.journey.touchpoints.money.note === 'A whole thought');
  assert.equal((await now()).version, version + 1, 'and once');
});

/** Is it really reverse? What is not answered is asked before a version is intended. */
async function answer(page, n) {
  const dialog = page.getByRole('dialog', { name: 'Is this really reverse?' });
  const areas = dialog.getByRole('textbox', { name: /^(Draft|Review|Release): / });
  await areas.nth(n - 1).waitFor();
  for (let i = 0; i < n; i++) await areas.nth(i).fill('They told us at the counter');
  await dialog.getByLabel('What shows it?').fill('/actual');
  await dialog.getByRole('button', { name: 'Answer, and intend it' }).click();
}

our.test('a version that was just marked intended says when what came of it is counted, and asks for nothing that is refused', async ({ open }) => {
  const { json: made } = await our.api('POST', '/maps', { text: text.replace('journey claim', 'journey just-marked') });
  const page = await open(`/maps/${made.map}?tab=versions`);
  await our.ready(page);
  await page.getByText('Mark version 1 as what you intend').waitFor();
  const reverse = page.getByRole('region', { name: 'Is this really reverse?' });
  assert.equal(await reverse.getByText('not answered yet').count(), 3);
  await page.getByRole('button', { name: 'What to do with version 1' }).click();
  await page.getByRole('button', { name: 'This is what we intend' }).click();
  await answer(page, 3);
  await page.getByText('Version 1 has been intended for too short a time').waitFor();
  await reverse.getByText(/^answered by /).nth(2).waitFor();
  await reverse.getByText('They told us at the counter').first().waitFor();
  await our.axe(page);
  await page.reload();
  await our.ready(page);
  await page.getByText('Version 1 has been intended for too short a time').waitFor();
}); // a refused request would stand in the console, which must be silent

our.test('as text: a mistake is told with its line, mended and saved; versions are compared and marked', async ({ open }) => {
  const page = await open(`${path}?tab=text`);
  await our.ready(page);
  const area = page.getByRole('textbox', { name: 'The map as text' });
  const { text: good, version } = await now();
  await area.fill(good.replace('touchpoint money', 'touchpiont money'));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^Go to line \d+, column \d+$/ }).waitFor();
  await our.picture(page, 'map-text-wrong');
  await area.fill(good.replace('"I get money"', '"I get my money"'));
  await page.getByRole('button', { name: 'Save' }).click();
  await until('saved', (d) => d.journey.touchpoints.money.name === 'I get my money');
  await page.getByRole('tab', { name: 'Versions' }).click();
  await our.ready(page);
  const newest = (await now()).version;
  await page.getByRole('button', { name: `What to do with version ${newest}` }).click();
  await page.getByRole('button', { name: 'This is what we intend' }).click();
  await answer(page, 3);
  await page.locator('.map-versions .map-marked').getByText('Intended').waitFor();
  await page.goto(`${our.url}${path}?tab=versions&a=${version}&b=${newest}`);
  await our.ready(page);
  await page.getByRole('table', { name: 'Differences' }).getByText('I get my money').first().waitFor();
  await our.axe(page);
  await page.getByRole('link', { name: 'Mark them on the map' }).click();
  await page.locator('[data-card="money"] .map-mark').waitFor();
}, { quiet: false });

our.test('what came of the intended version is counted since people live by it, from a day that is said', async ({ open }) => {
  const page = await open(`${path}?tab=versions&day=2025-06-01`);
  await our.ready(page);
  const card = page.getByRole('region', { name: 'What came of it' });
  await card.getByText('Before and after 1 Jun 2025.').waitFor();
  for (const name of ['Ruined days', 'Satisfaction', 'Not seen again', 'Revenue', 'Satisfaction of colleagues']) await card.getByRole('heading', { name, exact: true }).waitFor();
  await card.getByRole('button', { name: /^Version \d+ has been intended since 1 Jun 2025$/ }).click();
  await card.getByText('Before and after 1 Jun 2025, since when this version is intended.').waitFor();
  await page.locator('.map-versions').getByText('intended since 1 Jun 2025').waitFor();
  assert.ok(!page.url().includes('day='));
  await our.axe(page);
});

our.test('a name that is not on the map is added with one click, and the map knows it', async ({ open }) => {
  const page = await open(`${path}?tab=lived`);
  await our.ready(page);
  await our.axe(page);
  const row = page.getByRole('table', { name: 'Not on the map' }).locator('tbody tr').first();
  const name = await row.locator('th').innerText();
  await row.getByRole('combobox').selectOption('check');
  await row.getByRole('button', { name: 'Map it' }).click();
  const doc = await until('matched', (d) => d.journey.touchpoints.check.match.some((m) => m.name === name));
  assert.ok(doc.journey.touchpoints.check.match.some((m) => m.name === 'Somebody checks the bill'), 'its own name stays');
});

our.test('a map is made of what really happens, and one of a template, which is edited by touch and carried by a finger', async ({ open }) => {
  const page = await open('/maps?make=lived', { size: 'phone', hasTouch: true });
  await our.ready(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('What happens');
  await our.axe(page);
  await dialog.getByRole('button', { name: 'Make a map' }).click();
  await page.waitForURL(/\/maps\/\d+$/);
  await our.ready(page);
  await page.locator('[data-card]').first().waitFor();
  await our.picture(page, 'map-discovered', { fullPage: true });
  await page.goto(`${our.url}/maps?make=template`);
  await our.ready(page);
  await dialog.getByLabel('Title').fill('I ask for something');
  await dialog.getByRole('button', { name: 'Make a map' }).click();
  await page.waitForURL((url) => /\/maps\/\d+$/.test(url.pathname) && !url.search);
  await page.getByRole('heading', { name: 'I ask for something' }).waitFor();
  await page.getByText('I notice that I need something').waitFor();
  const made = new URL(page.url()).pathname, { json: drawn } = await our.api('GET', made), flow = (d) => d.journey.stages[0].flow, [first, second] = flow(drawn);
  // Held in both hands, the grid is there: a finger that moves at once scrolls it; one that rests on a card for a moment carries that.
  await page.setViewportSize({ width: 820, height: 1180 });
  await page.locator('.map-box').waitFor();
  const finger = await page.context().newCDPSession(page);
  const touch = (type, x, y) => finger.send('Input.dispatchTouchEvent', { type, touchPoints: x === undefined ? [] : [{ x, y }] });
  const scrolled = () => page.locator('.map-box').evaluate((box) => box.scrollLeft);
  const goes = async (from, to, y) => { for (let step = 1; step <= 5; step++) await touch('touchMove', from + (to - from) * step / 5, y); };
  const taken = await card(page, first).boundingBox(), [x, y] = [taken.x + taken.width / 2, taken.y + taken.height / 2];
  await touch('touchStart', x, y);
  await goes(x, x - 60, y);
  assert.ok(await scrolled() > 20, 'scrolled');
  assert.equal(await page.locator('.map-box.is-dragging').count(), 0);
  await touch('touchCancel'); // which gives it no swing
  await page.locator('.map-box').evaluate((box) => { box.scrollLeft = 0; });
  await touch('touchStart', x, y);
  await page.locator('.map-box.is-dragging').waitFor();
  const beside = await card(page, second).boundingBox();
  await goes(x, beside.x + beside.width - 20, y);
  await our.picture(page, 'map-dragged-by-touch');
  await touch('touchEnd');
  await until('one place later, carried by a finger', (d) => flow(d).join() === [second, first, ...flow(drawn).slice(2)].join(), made);
  assert.ok(await scrolled() < 20 && !page.url().includes('sel='), 'not scrolled, and not opened');
  await page.getByRole('button', { name: 'Undo' }).tap();
  await until('taken back by touch', (d) => d.text === drawn.text, made);
  await page.setViewportSize(sizes.phone);
  await page.locator('.map-box').waitFor({ state: 'detached' });
  await card(page, first).tap();
  await lens(page).getByRole('button', { name: 'Later', exact: true }).tap();
  await until('one place later, by touch', (d) => flow(d)[0] !== first, made);
});

our.test('an intended experience without a behaviour is flagged until somebody says how', async ({ open }) => {
  const { json: map } = await our.api('POST', '/maps', { text: 'journey how "How"\nstage s "I come" during\ntouchpoint desk "I am welcomed"\n  feels 5 "They know my name"\n' });
  const page = await open(`/maps/${map.map}?sel=desk&lens=plan`);
  await our.ready(page);
  await card(page, 'desk').getByText('No behaviour').waitFor();
  await lens(page).getByText('nothing says how anybody behaves').waitFor();
  await our.picture(page, 'map-no-behaviour');
  await our.api('PATCH', `/maps/${map.map}`, { changes: [{ op: 'set', id: 'desk', field: 'behave', value: 'behave "Host" "Reads the list before the door opens"' }] });
  await page.reload();
  await our.ready(page);
  await lens(page).getByText('How we behave').first().waitFor();
  assert.equal(await page.getByText('No behaviour').count(), 0);
  // Guidance is written where the behaviour stands, and stands there for everybody.
  const guidance = lens(page).getByRole('region', { name: 'Guidance' });
  await guidance.getByText('No guidance yet.').waitFor();
  await guidance.getByRole('button', { name: 'Write guidance for Host' }).click();
  const sheet = page.getByRole('dialog', { name: 'Write a note' });
  await sheet.getByLabel('What is it about?').fill('Say the name once, then ask how they came');
  await sheet.getByRole('button', { name: 'Send' }).click();
  await guidance.getByRole('link', { name: 'Say the name once, then ask how they came' }).waitFor();
  assert.equal(await guidance.getByText('No guidance yet.').count(), 0);
  await our.axe(page);
  await our.picture(page, 'map-guidance');
  // Whoever drew it follows it; on My part stands that it waits, until they follow it no more.
  const part = await open('/my-part', { size: 'phone' });
  await part.getByRole('heading', { name: 'Journeys you follow' }).waitFor();
  await part.getByText('is this really reverse, at draft, review, release?').first().waitFor();
  await our.axe(part);
  await our.picture(part, 'my-part-journeys', { fullPage: true });
  await page.getByRole('button', { name: 'You follow it' }).click();
  await page.getByRole('button', { name: 'Follow', exact: true }).waitFor();
});

our.test('a workshop: who should be in the room and who is missing; what is captured stands on the card', async ({ open }) => {
  const page = await open(`${path}?tab=room&sel=damage`);
  await our.ready(page);
  await page.getByRole('img', { name: /Code that opens/ }).waitFor();
  await page.waitForFunction(() => document.querySelector('.map-join img').naturalWidth > 0);
  await page.getByText(/hands \d+ customers on to/).first().waitFor();
  await our.picture(page, 'map-room', { fullPage: true });
  const who = page.locator('.map-who li');
  await who.filter({ hasText: 'Claims' }).getByText('owner of the journey').waitFor();
  await who.filter({ hasText: 'Contact centre' }).getByText(/takes part in/).waitFor();
  await who.filter({ hasText: 'Ada Blum' }).getByText(/is asked about/).waitFor();
  const should = await who.locator('label').allTextContents();
  assert.equal(new Set(should).size, should.length);
  await page.getByRole('status').filter({ hasText: `${should.length} are missing: ${should.slice(0, 6).join(', ')}` }).waitFor();
  await page.getByRole('checkbox', { name: 'Claims' }).check();
  const missing = should.filter((name) => name !== 'Claims');
  await page.getByRole('status').filter({ hasText: `${missing.length} ${missing.length > 1 ? 'are' : 'is'} missing: ${missing.slice(0, 6).join(', ')}` }).waitFor();
  await page.getByRole('status').filter({ hasText: 'missing' }).filter({ hasNotText: 'Claims' }).waitFor();
  assert.match(page.url(), /here=Claims/);
  await our.axe(page);
  await page.getByRole('button', { name: 'Suggest something' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What could be better?').fill('Say what happens next');
  await dialog.locator('button[type=submit]').click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.map-records').getByRole('link', { name: 'Say what happens next' }).waitFor();
  await page.goto(`${our.url}${path}?sel=damage&lens=records`);
  await lens(page).getByRole('link', { name: 'Say what happens next' }).waitFor();
});

our.test('a workshop votes: put on the big screen, cast on a phone without an account, counted live and on the cards', async ({ open }) => {
  const page = await open(`${path}?tab=room`);
  await our.ready(page);
  const held = page.locator('.map-votes');
  await page.getByRole('button', { name: 'Put to the vote' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Question').fill('Where does it hurt most?');
  await dialog.getByLabel('Votes each').fill('2');
  await our.axe(page);
  await our.picture(page, 'map-vote-put');
  await dialog.getByRole('button', { name: 'Open the vote' }).click();
  await held.getByRole('heading', { name: 'Where does it hurt most?' }).waitFor();
  await page.getByRole('img', { name: /Code that opens the vote/ }).waitFor();
  const { json: { votes: [vote] } } = await our.api('GET', `${path}/votes`);
  // The phone: nobody is signed in on it.
  const phone = await open(`/vote/${vote.code}`, { size: 'phone', signedIn: false });
  await phone.getByRole('checkbox', { name: 'I report the damage' }).check();
  await phone.getByRole('checkbox', { name: /I get (my )?money/ }).check();
  await our.axe(phone);
  await our.picture(phone, 'vote', { fullPage: true });
  await phone.getByRole('button', { name: 'Vote' }).click();
  await phone.getByText('Your vote counts.').waitFor();
  // Too many are refused with the reason, and stay ticked; then another choice.
  await phone.getByRole('checkbox', { name: 'I get a claim number' }).check();
  await phone.getByRole('button', { name: 'Change my vote' }).click();
  await phone.getByRole('alert').getByText('Everybody has 2').waitFor();
  await phone.getByRole('checkbox', { name: /I get (my )?money/ }).uncheck();
  await phone.getByRole('button', { name: 'Change my vote' }).click();
  await phone.getByText('Your vote counts.').waitFor();
  assert.equal(await phone.getByRole('checkbox', { checked: true }).count(), 2);
  // The big screen hears of it by itself; the owner votes there, too.
  await held.getByText('1 has voted').waitFor();
  await card(page, 'number').locator('.map-card-votes').filter({ hasText: /^1/ }).waitFor();
  await held.getByRole('link', { name: 'Vote', exact: true }).click();
  await page.getByRole('checkbox', { name: 'I get a claim number' }).check();
  await page.getByRole('button', { name: 'Vote' }).click();
  await page.getByText('Your vote counts.').waitFor();
  await page.goto(`${our.url}${path}?tab=room`);
  await our.ready(page);
  await held.getByText('2 have voted').waitFor();
  assert.match(await held.locator('li li').first().innerText(), /I get a claim number.*\s2/s);
  await our.axe(page);
  await our.picture(page, 'map-votes', { fullPage: true });
  await held.getByRole('button', { name: 'Close the vote' }).click();
  await held.getByText(/closed/).waitFor();
  await phone.reload();
  await phone.getByText('Closed. 2 voted.').waitFor();
  // What was voted stays to be looked at, on the map as well.
  await held.getByRole('link', { name: 'Votes on the cards' }).click();
  await page.getByText('Votes on the cards: Where does it hurt most?').waitFor();
  await card(page, 'damage').locator('.map-card-votes').filter({ hasText: /^1/ }).waitFor();
  await page.getByRole('button', { name: 'Hide the votes' }).click();
  await card(page, 'damage').locator('.map-card-votes').waitFor({ state: 'detached' });
}, { quiet: false });

our.test('on paper the map goes on in strips: every touchpoint once and whole, with version, dates, figures and legend', async ({ open }) => {
  const { json: { maps } } = await our.api('GET', '/maps');
  const large = maps.find((m) => m.touchpoints > 9 && m.touchpoints < 50);
  const page = await open(`/maps/${large.map}`);
  await our.ready(page);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 1046, height: 718 }); // A4 landscape within its margins
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.locator('.map-strips .map-box').nth(1).waitFor();
  const { cards, cut, high } = await page.evaluate(() => {
    const strips = [...document.querySelectorAll('.map-strips .map-box')].map((s) => s.getBoundingClientRect());
    const all = [...document.querySelectorAll('.map-strips [data-card]')];
    const whole = (card) => { const r = card.getBoundingClientRect(); return strips.some((s) => r.left >= s.left && r.right <= s.right + 1 && r.top >= s.top && r.bottom <= s.bottom + 1 && r.right <= innerWidth); };
    return { cards: all.map((c) => c.dataset.card), cut: all.filter((c) => !whole(c)).map((c) => c.dataset.card), high: Math.max(...strips.map((s) => s.height)) };
  });
  assert.equal(new Set(cards).size, cards.length);
  assert.equal(cards.length, large.touchpoints);
  assert.deepEqual(cut, []);
  assert.ok(high <= 718, `a strip is ${high} px high`);
  await page.getByText(/Version \d+.*printed \d/s).waitFor();
  await page.locator('.map-legend').getByText('out of order').waitFor();
  await page.locator('.map-says').waitFor();
  await our.picture(page, 'map-paper', { fullPage: true });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await page.locator('.map-strips').waitFor({ state: 'detached' });
}, { quiet: false });

our.test('a thousand touchpoints: only what can be seen is drawn, and the last one is edited', async ({ open }) => {
  const stages = Array.from({ length: 20 }, (_, s) => [`stage s${s} "Stage ${s}" during`,
    ...Array.from({ length: 50 }, (_, i) => `touchpoint t-${s}-${i} "Touchpoint ${s} ${i}"\n  from ${i % 3 ? '"Sales" to customer' : 'customer'}`)].join('\n'));
  const { json: big } = await our.api('POST', '/maps', { text: `journey big "A thousand"\n${stages.join('\n')}\n` });
  const page = await open(`/maps/${big.map}?sel=t-19-49&lens=plan`);
  await our.ready(page);
  await card(page, 't-19-49').waitFor();
  assert.ok(await page.locator('[data-card]').count() < 60);
  await lens(page).getByLabel('Name', { exact: true }).fill('The last');
  await lens(page).getByLabel('Name', { exact: true }).press('Enter');
  await card(page, 't-19-49').getByText('The last').waitFor();
  await card(page, 't-19-49').focus();
  await page.keyboard.press('Home');
  await card(page, 't-0-0').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.card), 't-0-0');
});
