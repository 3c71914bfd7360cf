// rules.mjs - mapping rules: made, applied to files and live, counted, and what they cover.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

const csv = `customer,time,touchpoint,channel
R1,2024-05-01 09:00,evt_0815,kiosk
R1,2024-05-02 09:00,evt_0816,kiosk
R2,2024-05-01 10:00,evt_0815,app
R2,2024-05-03 10:00,Sign,app
`;
async function imported(name, source, raw) {
    const { json: { upload } } = await world.owner.call('uploadFile', { query: { name }, raw, headers: { 'Content-Type': 'text/csv' } });
    const { json } = await world.owner.call('importFile', { body: { upload, source } });
    return (await world.owner.job(json.job)).result;
}
const story = async who => (await world.owner.call('getStory', { query: { who } })).json.interactions;
const of = (json, source) => json.sources.find(s => s.source === source);

test('a preview tells which names such a rule would be about, and changes nothing', async () => {
    await imported('events.csv', 'events', csv);
    const body = { source: 'events', name: 'evt_', prefix: true, to_touchpoint: 'I ask for an offer' };
    const { json } = await world.owner.call('previewRule', { body });
    assert.deepEqual(json.fits, { names: 3, interactions: 3 });
    assert.deepEqual(json.names.map(n => [n.touchpoint, n.channel, n.interactions]), [['evt_0815', 'app', 1], ['evt_0815', 'kiosk', 1], ['evt_0816', 'kiosk', 1]]);
    assert.deepEqual((await world.owner.call('listRules')).json.items, []);
    await world.owner.call('previewRule', { body: { name: ' ', to_touchpoint: 'x' }, expect: 400 });
});

test('the most particular rule is applied to what comes, in files and live, and what was told is kept', async () => {
    const add = async body => (await world.owner.call('addRule', { body })).json;
    const prefix = await add({ source: 'events', name: 'evt_', prefix: true, to_touchpoint: 'I ask for an offer' });
    const exact = await add({ source: 'events', name: 'evt_0815', channel: 'kiosk', to_touchpoint: 'I look for an offer', to_channel: 'website', to_department: 'Sales', to_direction: 'in' });
    await world.owner.call('addRule', { body: { source: 'events', name: 'evt_', prefix: true, to_touchpoint: 'x' }, expect: 409 });
    await world.owner.call('addRule', { body: { name: 'evt', to_touchpoint: 'x', to_direction: 'up' }, expect: 400 });

    const result = await imported('later.csv', 'events', csv.replaceAll('2024', '2025'));
    assert.equal(result.added, 4);
    const r1 = (await story('R1')).filter(i => i.time.startsWith('2025'));
    assert.deepEqual(r1.map(i => [i.touchpoint, i.channel]), [['I look for an offer', 'website'], ['I ask for an offer', 'kiosk']]);
    assert.deepEqual([r1[0].department, r1[0].direction], ['Sales', 'in']);
    assert.match(JSON.stringify(r1[0]), /"as_told":\{"touchpoint":"evt_0815","channel":"kiosk"\}/);

    await world.owner.call('addInteractions', { body: { customer: 'R9', time: '2025-06-01T09:00:00Z', touchpoint: 'evt_77', source: 'events', id: 'r9-1' } });
    const r9 = await story('R9');
    assert.equal(r9[0].touchpoint, 'I ask for an offer');
    assert.match(JSON.stringify(r9[0]), /evt_77/);

    const { items } = (await world.owner.call('listRules')).json;
    assert.deepEqual(items.map(r => [r.rule, r.applied]), [[prefix.rule, 3], [exact.rule, 1]]);
    world.rules = { prefix, exact };
});

test('coverage tells what came by a rule, what would now, and what is taken as it is told', async () => {
    const { json } = await world.owner.call('getCoverage', { query: { source: 'events' } });
    assert.deepEqual(of(json, 'events'), { source: 'events', by_rule: { names: 4, interactions: 4 },
        from_now_on: { names: 3, interactions: 3 }, as_told: { names: 1, interactions: 2 } });
    assert.deepEqual(json.names.filter(n => n.touchpoint === 'evt_0815' && n.channel === 'kiosk').map(n => n.rule), [world.rules.exact.rule]);
    const open = (await world.owner.call('getCoverage', { query: { source: 'events', open: 'yes', limit: 0 } })).json;
    assert.deepEqual([open.names, open.hidden], [[], 1]);
});

test('a rule is changed by its version, switched off, removed, and all of it stands in the audit log', async () => {
    const path = { rule: world.rules.prefix.rule };
    const { etag } = await world.owner.call('getRule', { path });
    const off = await world.owner.call('changeRule', { path, headers: { 'If-Match': etag }, body: { active: false } });
    assert.deepEqual([off.json.active, off.json.version, off.json.name], [false, 2, 'evt_']);
    await world.owner.call('changeRule', { path, headers: { 'If-Match': etag }, body: { active: true }, expect: [409, 412] });
    await world.owner.call('addInteractions', { body: { customer: 'R9', time: '2025-06-02T09:00:00Z', touchpoint: 'evt_78', source: 'events', id: 'r9-2' } });
    assert.ok((await story('R9')).some(i => i.touchpoint === 'evt_78'));
    await world.owner.call('removeRule', { path, headers: { 'If-Match': off.etag } });
    await world.owner.call('getRule', { path, expect: 404 });
    await world.owner.call('removeRule', { path: { rule: world.rules.exact.rule }, headers: { 'If-Match': '*' } });
    const { json } = await world.owner.call('listAudit', { query: { action: 'rule.changed' } });
    assert.equal(json.items.length, 5); // two added, one changed, two removed
    assert.match(JSON.stringify(json.items[0]), /I look for an offer/);
});
