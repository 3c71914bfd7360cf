// questions.mjs - every question gives the very bytes that the command line gives.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { world } from '../lib/world.mjs';
import { firsthand } from '../lib/server.mjs';

const funnel = ['Order', 'Delivery', 'Complaint'];
const asked = [
    ['getTouchpoints', 'touchpoints', {}],
    ['getTouchpoints', 'touchpoints', { channel: 'phone', top: 3 }],
    ['getFollows', 'follows', {}],
    ['getFollows', 'follows', { from: '2024-01', until: '2024-07', top: 5 }],
    ['getFollows', 'follows', { followed: ['Order>Delivery', '(start)>Order'], repeated: '30d' }],
    ['getJourney', 'journey', {}],
    ['getJourney', 'journey', { share: '60%', boxes: 3, passed: 'Complaint' }],
    ['getVariants', 'variants', { top: 10 }],
    ['getVariants', 'variants', { way: 'Order>Delivery' }],
    ['getRepresentatives', 'representatives', {}],
    ['getRepresentatives', 'representatives', { groups: 2, by: 'problem' }],
    ['getChanged', 'changed', {}],
    ['getChanged', 'changed', { channel: 'web', against: 'channel=phone&from=2024-01' }],
    ['getFunnel', 'funnel', { step: funnel }],
    ['getDiscover', 'discover', { noise: '0.2' }],
    ['getConform', 'conform', { map: "->( 'Order', X( 'Delivery', tau ) )" }],
    ['getConform', 'conform', { map: 'journey shop "I buy"\nstage buy "I buy it" during\n  touchpoint order "Order"\n' }],
    ['getExperience', 'experience', { map: 'journey shop "I buy"\nstage buy "I buy it" during\n  touchpoint order "Order"\n    feels 4 "I know what comes"\n  touchpoint comes "Delivery"\n' }],
    ['getRetention', 'retention', {}],
    ['getRetention', 'retention', { mandatory: 'Order', 'mandatory-direction': 'out' }],
    ['getPaths', 'paths', {}],
    ['getLoops', 'loops', {}],
    ['getWaits', 'waits', {}],
    ['getHandoffs', 'handoffs', {}],
    ['getHandoffs', 'handoffs', { by: 'problem' }],
    ['getRepeats', 'repeats', {}],
    ['getRuinedDays', 'ruined-days', {}],
    ['getRuinedDays', 'ruined-days', { from: '2024-01', channel: 'phone' }],
    ['getLoyalty', 'loyalty', {}],
    ['getReviews', 'reviews', {}],
    ['getReviews', 'reviews', { answered: 'no', score: '0..2', limit: 3 }],
    ['getCustomers', 'customers', { severe: 'any' }],
    ['getCustomers', 'customers', {}],
    ['getCustomers', 'customers', { followed: 'Order>Delivery', limit: 2 }],
    ['getSources', 'sources', {}],
    ['getStory', 'story', { who: 'ann@example.org' }],
];

const mapFile = () => join(world.server.folder, 'intended.tree');
/** "--top 5", and what stands behind the organisation on the command line. */
function commandLine(id, query, format) {
    const operation = world.description.operations.get(id);
    const options = [], args = [];
    for (const [name, value] of Object.entries(query)) {
        const many = operation.parameters.find(p => p.name === name)?.schema.type === 'array';
        if (name === 'map') writeFileSync(mapFile(), value);
        if (name === 'map') args.push(mapFile());
        else if (many) args.push(...[value].flat());
        else options.push(`--${name}`, String(value));
    }
    return [...options, '--format', format, world.server.org, ...args];
}

for (const [id, command, query] of asked)
    test(`${command} ${JSON.stringify(query)} is what the command line says, byte for byte`, async () => {
        const json = await world.owner.call(id, { query });
        assert.equal(json.text, firsthand(command, ...commandLine(id, query, 'json')).trimEnd());
        const csv = await world.owner.call(id, { query, headers: { Accept: 'text/csv' } });
        assert.equal(csv.text, firsthand(command, ...commandLine(id, query, 'csv')));
        if (command === 'sources') return; // as text it tells how long ago
        const text = await world.owner.call(id, { query, headers: { Accept: 'text/plain' } });
        assert.equal(text.text, firsthand(command, ...commandLine(id, query, 'text')));
    });

test('identities are what `firsthand identify` says', async () => {
    const { text } = await world.owner.call('getIdentities');
    assert.equal(text, firsthand('identify', world.server.org, '--format', 'json').trimEnd());
});

test('what cannot be asked is said, with the nearest that can', async () => {
    const { json } = await world.owner.call('getFollows', { query: { chanel: 'phone' }, expect: 400 });
    assert.match(json.remedy, /channel/);
    await world.owner.call('getFunnel', { expect: 400 });
    await world.owner.call('getFollows', { query: { channel: 'fone' }, expect: [400, 404] });
    await world.owner.call('getFollows', { query: { top: 'many' }, expect: 400 });
    await world.owner.call('getStory', { query: { who: 'nobody@example.org' }, expect: 404 });
});

test('who may ask of everybody may not single somebody out', async () => {
    const analyst = Object.values(world.people).find(p => {
        const { rights } = world.roles.find(r => r.role === p.role);
        return rights.includes('ask') && !rights.includes('stories');
    });
    assert.ok(analyst, 'no role may ask without opening stories');
    await analyst.call('getFollows');
    await analyst.call('getFollows', { query: { customer: 'ann@example.org' }, expect: 403 });
    await analyst.call('getReport', { query: { customer: 'ann@example.org' }, expect: 403 });
    await analyst.call('getStory', { query: { who: 'ann@example.org' }, expect: 403 });
    await analyst.call('getCustomers', { query: { passed: 'Order' }, expect: 403 });
    await analyst.call('getReviews', { expect: 403 });
});

test('customers come a page at a time, each once', async () => {
    const { json: all } = await world.owner.call('getCustomers', { query: { limit: 1000 } });
    assert.equal(all.next, null);
    assert.equal(all.items.length, all.customers);
    const seen = [];
    for (let after = undefined; after !== null;) {
        const query = after ? { limit: 2, after } : { limit: 2 };
        const { json } = await world.owner.call('getCustomers', { query });
        assert.equal(json.customers, all.customers);
        seen.push(...json.items);
        after = json.next;
    }
    assert.deepEqual(seen, all.items);
    await world.owner.call('getCustomers', { query: { limit: 0 }, expect: 400 });
    await world.owner.call('getCustomers', { query: { after: 'x' }, expect: 400 });
});

test('the report is a page that runs nothing', async () => {
    const { text, headers } = await world.owner.call('getReport', { query: { title: 'Spring <b>', from: '2024' } });
    assert.match(text, /<h1>Spring &lt;b&gt;<\/h1>/);
    const policy = headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /script-src/);
    await world.owner.call('getReport', { query: { format: 'json' }, expect: 400 });
});

test('whose story was opened stands in the audit log', async () => {
    await world.owner.call('getStory', { query: { who: 'ann@example.org' } });
    const { json } = await world.owner.call('listAudit', { query: { action: 'story.seen', limit: 1 } });
    assert.equal(json.items[0].action, 'story.seen');
    assert.ok(!JSON.stringify(json).includes('ann@example.org'), 'the log holds an identifier');
});

test('what is mandatory is the organisation\'s rule; voluntary returns stand beside all, of the same cohorts', async () => {
    const ask = async query => (await world.owner.call('getRetention', { query })).json;
    const plain = await ask({ buckets: 3 });
    assert.deepEqual([plain.mandatory, plain.overall.voluntary], [undefined, undefined], 'nothing is called mandatory');
    const set = body => world.owner.call('changeSettings', { body, headers: { 'If-Match': '*' } });
    await world.owner.call('changeSettings', { body: { 'mandatory-directions': 'sideways' }, headers: { 'If-Match': '*' }, expect: 400 });
    await set({ 'mandatory-touchpoints': 'Order, Never seen', 'mandatory-directions': 'out' });
    const ruled = await ask({ buckets: 3 });
    assert.equal(ruled.mandatory, 'at Order; of direction out');
    assert.deepEqual(ruled, await ask({ buckets: 3, mandatory: 'Order', 'mandatory-direction': 'out' }), 'said for one question');
    assert.deepEqual([ruled.overall.returned, ruled.cohorts.map(c => c.returned)], [plain.overall.returned, plain.cohorts.map(c => c.returned)]);
    const sum = list => list.reduce((a, b) => a + b, 0);
    assert.ok(sum(ruled.overall.voluntary) < sum(ruled.overall.returned));
    for (const c of ruled.cohorts) assert.ok(c.voluntary.every((n, k) => n <= c.returned[k]));
    await ask({ buckets: 3, mandatory: 'Nowhere at all' }).then(() => assert.fail(), () => {});
    await set({ 'mandatory-touchpoints': '', 'mandatory-directions': '' });
    assert.deepEqual(await ask({ buckets: 3 }), plain);
});
