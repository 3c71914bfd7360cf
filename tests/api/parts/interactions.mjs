// interactions.mjs - live ingest: one, a list, one a line, packed; faults by index.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { world } from '../lib/world.mjs';
import { firsthand } from '../lib/server.mjs';

const one = (n, more) => ({
    customer: { email: `live${n}@example.org` }, time: '2024-05-01T10:00:00Z', touchpoint: 'Live call',
    channel: 'phone', source: 'telephone', id: `call-${n}`, ...more,
});
const counts = ({ sent, accepted, known, refused }) => [sent, accepted, known, refused];

test('one interaction is stored before the reply, and seen at once', async () => {
    const { json } = await world.sender.call('addInteractions', { body: one(1) });
    assert.deepEqual(counts(json), [1, 1, 0, 0]);
    const story = (await world.owner.call('getStory', { query: { who: 'live1@example.org' } })).json;
    assert.equal(story.interactions[0].touchpoint, 'Live call');
    assert.match(firsthand('story', world.server.org, 'live1@example.org'), /Live call/);
});

test('what is sent again counts once', async () => {
    const { json } = await world.sender.call('addInteractions', { body: [one(1), one(2)] });
    assert.deepEqual(counts(json), [2, 1, 1, 0]);
    const story = (await world.owner.call('getStory', { query: { who: 'live1@example.org' } })).json;
    assert.equal(story.interactions.length, 1);
});

test('of a message all that is said about it is kept, and told again beside its text', async () => {
    const message = {
        text: 'Please send us\nthree photographs.', subject: 'Your claim', purpose: 'Ask for papers', signatory: 'Bea Brown',
        language: 'en', thread: 'claim-17', sender: 'Claims <claims@firm.example>',
    };
    const { json } = await world.sender.call('addInteractions', {
        body: [one(30, { ...message, direction: 'out', payload: { pages: 2 } }), one(31, { subjct: 'x' }), one(32, { thread: ['a'] }),
            one(33, { subject: 'a', payload: { subject: 'b' } })],
    });
    assert.deepEqual(counts(json), [4, 1, 0, 3]);
    assert.deepEqual(json.errors.map(e => e.pointer), ['/1/subjct', '/2/thread', '/3/payload/subject']);
    assert.match(json.errors[0].remedy, /subject/);
    const { customer } = (await world.owner.call('search', { body: { who: 'live30@example.org' } })).json.items[0];
    const [{ ref }] = (await world.owner.call('listStory', { path: { customer } })).json.items;
    const { sender, ...shown } = message;
    const told = (await world.owner.call('getInteraction', { path: { customer, interaction: ref } })).json;
    assert.deepEqual(Object.fromEntries(Object.keys(shown).map(key => [key, told[key]])), shown);
    assert.deepEqual([told.payload.sender, told.payload.pages], [sender, 2]);
});

test('one that cannot be read is told by index and pointer, and the others are stored', async () => {
    const body = [one(3), one(4, { time: '31/02/2024' }), one(5, { touchpont: 'x' }), one(6)];
    const { json } = await world.sender.call('addInteractions', { body });
    assert.deepEqual(counts(json), [4, 2, 0, 2]);
    assert.deepEqual(json.errors.map(e => e.index), [1, 2]);
    assert.equal(json.errors[0].pointer, '/1/time');
    assert.match(json.errors[0].detail, /31\/02\/2024/);
    assert.equal(json.errors[1].pointer, '/2/touchpont');
});

test('one a line, with the number of the line', async () => {
    const raw = [one(7), { nonsense: 1 }, one(8)].map(o => JSON.stringify(o)).join('\n') + '\n';
    const { json } = await world.sender.call('addInteractions', { raw, headers: { 'Content-Type': 'application/x-ndjson' } });
    assert.deepEqual(counts(json), [3, 2, 0, 1]);
    assert.equal(json.errors[0].line, 2);
});

test('packed with gzip, a thousand at once', async () => {
    const raw = gzipSync(JSON.stringify(Array.from({ length: 1000 }, (_, i) => one(1000 + i))));
    const { json } = await world.sender.call('addInteractions', {
        raw, headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    });
    assert.deepEqual(counts(json), [1000, 1000, 0, 0]);
});

test('many at once from many sides: each is there exactly once', async () => {
    const sent = Array.from({ length: 100 }, (_, i) => one(5000 + i % 50));
    const replies = await Promise.all(sent.map(body => world.sender.call('addInteractions', { body })));
    const sum = name => replies.reduce((n, r) => n + r.json[name], 0);
    assert.deepEqual([sum('accepted'), sum('known')], [50, 50]);
});

test('a body that is no JSON, nothing good in it, another type', async () => {
    const json = { 'Content-Type': 'application/json' };
    await world.sender.call('addInteractions', { raw: '{"time":', headers: json, expect: 422 });
    const { json: none } = await world.sender.call('addInteractions', { raw: '[{}]', headers: json, expect: 422 });
    assert.deepEqual(counts(none), [1, 0, 0, 1]);
    await world.sender.call('addInteractions', { raw: 'a,b', headers: { 'Content-Type': 'text/csv' }, expect: 400 });
    const empty = await world.sender.call('addInteractions', { body: [] });
    assert.deepEqual(counts(empty.json), [0, 0, 0, 0]);
});

test('a token that may only send can do nothing else', async () => {
    for (const id of ['getFollows', 'listPeople', 'listAudit', 'listWebhooks'])
        await world.sender.call(id, { expect: 403 });
});
