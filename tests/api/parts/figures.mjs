// figures.mjs - what records say with figures from the stories.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from '../lib/world.mjs';

const touchpoints = async () => (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json.items;

test('what is broken is shown with whom it touched, nobody\'s first', async () => {
    const front = world.people['front-line'];
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const { json: told } = await front.call('makeRecord', { path: { kind: 'signal' }, body: { fields: { what: 'The parcel cannot be found', touchpoint: order, effort: 'day' } } });
    const { json } = await front.call('getNoBrainers');
    const item = json.items.find(i => i.record === told.record);
    assert.equal(item.touchpoints, 'Order');
    assert.equal(item.customers, 0); // nobody has come there since it was told
    assert.equal(item.quick_win, false);
    assert.ok(json.lookout.week.new >= 1 && json.lookout.week.open >= 1);
    const owned = json.items.findIndex(i => !i.nobodys), last = json.items.findLastIndex(i => i.nobodys);
    assert.ok(owned === -1 || last < owned);
});

test('what starts from no customer is listed', async () => {
    const front = world.people['front-line'];
    const { json: before } = await front.call('getFocus');
    const { json: told } = await front.call('makeRecord', { path: { kind: 'focus' }, body: { fields: { what: 'A letter', is: 'message' } } });
    const { json } = await front.call('getFocus');
    assert.equal(json.things, before.things + 1);
    assert.equal(json.focused, before.focused);
    assert.ok(json.unfocused.some(u => u.record === told.record && u.is === 'message'));
    assert.ok(json.touchpoints_not_named > 0);
});

test('a fix tells what came of it, with n, period and interval', async () => {
    const front = world.people['front-line'];
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const { json: fix } = await front.call('makeRecord', { path: { kind: 'fix' }, body: { fields: { what: 'Parcels are tied twice', touchpoint: [order] } } });
    await front.call('getFixEffect', { path: { record: fix.record }, expect: 409 }); // not made yet
    const { json: all } = await world.owner.call('getTouchpoints');
    const middle = new Date((Date.parse(all.first) + Date.parse(all.last)) / 2).toISOString().slice(0, 10);
    const { etag } = await front.call('getRecord', { path: { kind: 'fix', record: fix.record } });
    await front.call('changeRecord', { path: { kind: 'fix', record: fix.record }, headers: { 'If-Match': etag }, body: { fields: { done: middle } } });
    const { json } = await front.call('getFixEffect', { path: { record: fix.record }, query: { follow: 2, gap: 3 } });
    assert.deepEqual(json.rewards.map(r => r.reward), ['satisfaction', 'churn', 'revenue', 'colleagues', 'ruined']);
    for (const r of json.rewards) {
        assert.ok(r.definition && r.says);
        for (const e of [r.before, r.after]) assert.ok(e === null || (e.n > 0 && e.low <= e.value && e.value <= e.high));
    }
    const ruined = json.rewards[4];
    assert.ok([ruined.before, ruined.after, ruined.beside_before, ruined.beside_after].some(e => e?.n > 0));
    await front.call('getFixEffect', { path: { record: fix.record }, query: { follow: 2, beside: 'Delivery' } });
    await front.call('getFixEffect', { path: { record: fix.record }, query: { beside: 'Nowhere at all' }, expect: 404 });
});

test('the effect of what is no fix is not found, and odd periods are refused', async () => {
    const front = world.people['front-line'];
    await front.call('getFixEffect', { path: { record: 999999 }, expect: 404 });
    await front.call('getFixEffect', { path: { record: 1 }, query: { days: 99999 }, expect: 400 });
});

test('what ruins a day is the organisation\'s to say', async () => {
    const { json: now, etag } = await world.owner.call('getSettings');
    assert.equal(now['too-often'], '');
    await world.owner.call('changeSettings', { body: { 'too-often': '9 within 7d' }, headers: { 'If-Match': etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { 'low-scores': 'few' }, headers: { 'If-Match': etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { 'ruined-day-rules': 'everything' }, headers: { 'If-Match': etag }, expect: 400 });
    const { etag: next } = await world.owner.call('changeSettings', { body: { 'too-often': '2 within 30d', 'ruined-day-rules': 'again' }, headers: { 'If-Match': etag } });
    const { json } = await world.owner.call('getRuinedDays');
    assert.deepEqual(json.rules.map(r => r.rule), ['again']);
    assert.match(json.rules[0].says, /2 times within 30 days/);
    await world.owner.call('changeSettings', { body: { 'too-often': '', 'ruined-day-rules': '' }, headers: { 'If-Match': next } });
});
