// figures.mjs - what records say with figures from the stories.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from '../lib/world.mjs';

test('without records there are no no-brainers, and nothing in focus', async () => {
    const front = world.people['front-line'];
    const { json } = await front.call('getNoBrainers');
    assert.equal(typeof json.says, 'string');
    assert.ok(Array.isArray(json.items));
    assert.equal(json.lookout.week.fixed, 0);
    const { json: focus } = await front.call('getFocus');
    assert.ok(focus.focused <= focus.things);
    assert.ok(focus.touchpoints_not_named > 0);
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
