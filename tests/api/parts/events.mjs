// events.mjs - server-sent events, read by a parser nobody here wrote.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createParser } from 'eventsource-parser';
import { instrumented } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

/** Watches as `who`; `until(events)` ends it. For other parts, too. */
export async function watch(who, until, after = () => {}) {
    const stop = new AbortController();
    const reply = await fetch(`${world.server.url}/api/v1/events`, { headers: who.headers('GET'), signal: stop.signal });
    assert.equal(reply.status, 200);
    assert.match(reply.headers.get('content-type'), /^text\/event-stream/);
    world.description.seen.set('watchEvents', new Set([200]));
    const events = [];
    const parser = createParser({ onEvent: e => events.push({ at: Date.now(), name: e.event, data: JSON.parse(e.data) }) });
    const timer = setTimeout(() => stop.abort(), 60000);
    try {
        await after();
        const decoder = new TextDecoder();
        for await (const piece of reply.body) {
            parser.feed(decoder.decode(piece, { stream: true }));
            if (until(events)) return events;
        }
        return events;
    } catch (e) {
        if (e.name !== 'AbortError') throw e;
        assert.fail(`not seen in time: ${JSON.stringify(events.slice(-3))}`);
    } finally {
        clearTimeout(timer);
        stop.abort();
    }
}

test('a stream begins with the newest jobs, and tells how a new one goes', async () => {
    let job = Infinity;
    const began = Date.now();
    const events = await watch(world.owner,
        list => list.some(e => e.name === 'job' && e.data.job === job && e.data.state === 'done'),
        async () => { job = (await world.owner.call('addJob', { body: { kind: 'check' } })).json.job; });
    assert.ok(events.some(e => e.name === 'job' && e.data.job < job), 'no older job');
    for (const e of events) if (e.name === 'job') world.description.check('#/components/schemas/Job', e.data, 'event');
    // Two may come here together when this machine is busy; told they were half a second apart.
    const told = events.filter(e => e.data.job === job).length;
    assert.ok(told <= 2 + (Date.now() - began) / 500, 'more than twice a second');
});

test('counts of live interactions come when they change', async () => {
    let before, sent;
    const send = () => world.sender.call('addInteractions', {
        body: [1, 2, 3].map(i => ({ customer: `E${i}`, time: '2024-07-01T00:00:00Z', touchpoint: 'Event', source: 'e', id: `e${i}` })),
    });
    const events = await watch(world.owner, list => {
        const live = list.filter(e => e.name === 'live').map(e => e.data.accepted);
        before ??= live[0];
        if (before !== undefined) sent ??= send();
        return live.some(n => n === before + 3);
    });
    await sent;
    assert.ok(events.length);
});

test('whoever may see maps hears of a new version, and who made it', async () => {
    const { json: all } = await world.owner.call('listMaps');
    const { map, version } = all.maps[0];
    const person = world.people['journey-owner'];
    const events = await watch(world.people.analyst, list => list.some(e => e.name === 'map' && e.data.map === map && e.data.version === version + 1),
        () => person.call('changeMap', { path: { map }, body: { changes: [{ op: 'set', id: '', field: 'note', value: `heard ${version}` }] } }));
    const { json } = await person.call('getMap', { path: { map } });
    const heard = events.find(e => e.name === 'map' && e.data.version === version + 1);
    assert.deepEqual([heard.data.map, heard.data.person], [map, json.person.person]);
});

test('others see nothing of a job that is not theirs', async () => {
    const { json } = await world.owner.call('addJob', { body: { kind: 'report' } });
    await world.owner.job(json.job);
    const learner = world.people.customer;
    const events = [];
    const stop = new AbortController();
    const reply = await fetch(`${world.server.url}/api/v1/events`, { headers: learner.headers('GET'), signal: stop.signal });
    setTimeout(() => stop.abort(), 1500); // from when it is open, however long that took
    const parser = createParser({ onEvent: e => events.push(e) });
    try {
        for await (const piece of reply.body) parser.feed(Buffer.from(piece).toString());
    } catch (e) {
        assert.equal(e.name, 'AbortError');
    }
    assert.deepEqual(events, []);
});

test('a stream ends when rights change, and nobody watches without signing in', async () => {
    await world.nobody.call('watchEvents', { expect: 401 });
    const reply = await fetch(`${world.server.url}/api/v1/events`, { headers: world.owner.headers('GET') });
    const { json } = await world.owner.call('makeToken', { body: { name: 'short', scopes: ['ask'], days: 1 } });
    await world.owner.call('revokeToken', { path: { token: json.token } });
    const ended = new Promise((done, fail) => {
        setTimeout(() => fail(new Error('the stream goes on')), 60000).unref();
        (async () => { for await (const piece of reply.body) void piece; })().then(done, done);
    });
    await ended;
});

test('a thousand idle streams take little memory, and leave nothing when they go', async () => {
    const { pid } = world.server.child;
    const kib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
    const streams = async () => Number(/^firsthand_http_event_streams (\d+)/m.exec((await world.nobody.call('getMetrics')).text)?.[1] ?? NaN);
    const open = () => new Promise((done, fail) => {
        const socket = createConnection(world.server.port, '127.0.0.1', () => socket.write(
            `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nAuthorization: Bearer ${world.admin.token}\r\n\r\n`));
        socket.once('data', bytes => (/^HTTP\/1.1 200/.test(bytes) ? done(socket) : fail(new Error(String(bytes))))).on('error', fail);
    });
    const before = kib();
    const sockets = await Promise.all(Array.from({ length: 1000 }, open));
    const grown = kib() - before;
    if (!instrumented) assert.ok(grown < 16 * 1024, `${grown} KiB`);
    // The server counts them now and then.
    const until = async (wanted, end = Date.now() + 60000) => {
        for (let n; (n = await streams()) !== wanted;) {
            assert.ok(Date.now() < end, `${n} streams instead of ${wanted}`);
            await new Promise(next => setTimeout(next, 50));
        }
    };
    await until(1000);
    for (const socket of sockets) socket.destroy();
    await until(0);
});
