// webhooks.mjs - a receiver of our own, signatures checked by the standard's own library.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { world } from '../lib/world.mjs';

async function receiver() {
    const got = [], waiting = [];
    const server = createServer((request, reply) => {
        const pieces = [];
        request.on('data', p => pieces.push(p)).on('end', () => {
            reply.statusCode = server.answer;
            reply.end('seen');
            got.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
            waiting.splice(0).forEach(wake => wake());
        });
    });
    server.answer = 204;
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    const next = async n => {
        const late = setTimeout(() => waiting.splice(0).forEach(wake => wake()), 60000);
        while (got.length <= n && late.hasRef()) await new Promise(wake => { waiting.push(wake); });
        clearTimeout(late);
        assert.ok(got[n], `message ${n} did not come`);
        return got[n];
    };
    return { server, next, url: `http://127.0.0.1:${server.address().port}/hook` };
}

test('a webhook is made, tested, told of a merge, replayed, changed and removed', async () => {
    const { server, next, url } = await receiver();
    try {
        const made = await world.owner.call('addWebhook', { body: { url, words: 'tests', events: ['identity.merged'] } });
        const { secret } = made.json;
        const webhook = made.json.webhook.webhook;
        const path = { webhook };
        const genuine = m => new Webhook(secret).verify(m.body, m.headers);

        const tested = await world.owner.call('testWebhook', { path });
        assert.equal(tested.json.event, 'webhook.test');
        assert.ok(genuine(await next(0)));

        for (const id of ['hook-a', 'hook-b'])
            await world.sender.call('addInteractions', { body: { customer: id, time: '2024-06-01T08:00:00Z', touchpoint: 'Visit', source: 'w', id } });
        await world.owner.call('mergeCustomers', { body: { from: 'hook-a', into: 'hook-b' } });
        const told = await next(1);
        assert.equal(genuine(told).type, 'identity.merged');
        assert.throws(() => new Webhook(secret).verify(`${told.body} `, told.headers));

        const list = async () => (await world.owner.all('listDeliveries', { path, query: { limit: 1 } }));
        for (const end = Date.now() + 60000; (await list()).some(d => d.state === 'waiting');) assert.ok(Date.now() < end);
        const delivery = (await list())[0].delivery;
        const shown = await world.owner.call('getDelivery', { path: { webhook, delivery } });
        assert.equal(shown.json.state, 'delivered');
        await world.owner.call('replayDelivery', { path: { webhook, delivery } });
        assert.equal((await next(2)).headers['webhook-id'], told.headers['webhook-id']);

        const renewed = await world.owner.call('renewWebhookSecret', { path });
        assert.notEqual(renewed.json.secret, secret);
        const { etag, text } = await world.owner.call('getWebhook', { path });
        assert.ok(!text.includes(secret) && !text.includes('whsec_'));
        const changed = await world.owner.call('changeWebhook', { path, body: { active: false, words: 'quiet' }, headers: { 'If-Match': etag } });
        assert.deepEqual([changed.json.active, changed.json.words], [false, 'quiet']);
        await world.owner.call('changeWebhook', { path, body: { active: true }, headers: { 'If-Match': etag }, expect: 412 });
        await world.owner.call('changeWebhook', { path, body: { active: true }, expect: 428 });
        assert.ok((await world.owner.all('listWebhooks')).some(w => w.webhook === webhook));
        await world.owner.call('removeWebhook', { path, headers: { 'If-Match': changed.etag } });
        await world.owner.call('getWebhook', { path, expect: 404 });
    } finally {
        server.close();
        server.closeAllConnections();
    }
});

test('records that are made, moved and owned are told, in numbers, and what few see is not', async () => {
    const { server, next, url } = await receiver();
    try {
        const { json: made } = await world.owner.call('addWebhook', { body: { url, events: ['record.made', 'record.moved', 'record.owned'] } });
        const who = world.people['front-line'];
        await who.call('makeRecord', { path: { kind: 'finding' }, body: { fields: { what: 'It waits for its reply' } } });
        const { json: signal } = await who.call('makeRecord', { path: { kind: 'signal' }, body: { fields: { what: 'The lift hums' } } });
        const path = { kind: 'signal', record: signal.record };
        await who.call('changeOwnership', { path, body: { do: 'take' } });
        await who.call('moveRecord', { path, headers: { 'If-Match': '*' }, body: { move: 'mend' } });
        const told = [];
        for (let i = 0; i < 3; i++) {
            const m = await next(i);
            told.push(new Webhook(made.secret).verify(m.body, m.headers));
            assert.ok(!m.body.includes('lift'), 'no words of people');
        }
        const of = type => told.find(m => m.type === type)?.data;
        assert.deepEqual(of('record.made'), { record: signal.record, kind: 'signal', state: 'open' });
        assert.equal(of('record.owned').owner, who.person);
        assert.deepEqual([of('record.moved').move, of('record.moved').state, of('record.moved').owner], ['mend', 'fixed', who.person]);
        const { etag } = await world.owner.call('getWebhook', { path: { webhook: made.webhook.webhook } });
        await world.owner.call('removeWebhook', { path: { webhook: made.webhook.webhook }, headers: { 'If-Match': etag } });
    } finally {
        server.close();
        server.closeAllConnections();
    }
});

test('addresses inside are refused', async () => {
    for (const url of ['http://example.org/', 'ftp://example.org/', 'https://', 'https://user:pass@example.org/', 'nonsense'])
        await world.owner.call('addWebhook', { body: { url, events: ['job.done'] }, expect: 400 });
    const { json } = await world.owner.call('addWebhook', { body: { url: 'https://example.org/', events: ['jobs.done'] }, expect: [400, 404] });
    assert.match(json.remedy, /job\.done/);
});
