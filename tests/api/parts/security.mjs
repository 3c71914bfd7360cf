// security.mjs - what a stranger, another site or a broken client may try.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { world } from '../lib/world.mjs';

/** Sends bytes as they are; gives what comes back until the connection closes. */
function raw(text) {
    return new Promise((done, fail) => {
        const socket = createConnection(world.server.port, '127.0.0.1', () => socket.write(text));
        const pieces = [];
        socket.setTimeout(60000, () => socket.destroy());
        socket.on('data', p => pieces.push(p)).on('close', () => done(Buffer.concat(pieces).toString('latin1'))).on('error', fail);
    });
}
const status = reply => Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1]);
const host = () => `Host: 127.0.0.1:${world.server.port}\r\nConnection: close\r\n`;

/** POST with the owner's cookie and these headers, as a browser would on somebody's behalf. */
const post = (headers, body = '{"who":"ann@example.org"}') => fetch(`${world.server.url}/api/v1/search`, {
    method: 'POST', body, headers: { 'Content-Type': 'application/json', Cookie: world.owner.cookie, ...headers },
}).then(async r => ({ status: r.status, text: await r.text() }));

test('with a cookie, only our own pages change anything', async () => {
    const ours = { Origin: world.server.url, 'X-Firsthand': '1' };
    assert.equal((await post(ours)).status, 200);
    const refused = [
        {}, { 'X-Firsthand': '1' }, { Origin: world.server.url },
        { ...ours, Origin: 'https://evil.example' }, { ...ours, Origin: 'null' },
        { ...ours, Origin: `${world.server.url}.evil.example` },
        { ...ours, Origin: world.server.url.replace(/\d+$/, '1') },
    ];
    for (const headers of refused) assert.equal((await post(headers)).status, 403, JSON.stringify(headers));
    for (const site of ['cross-site', 'same-site', 'none']) {
        const reply = await raw(`POST /api/v1/search HTTP/1.1\r\n${host()}Cookie: ${world.owner.cookie}\r\nSec-Fetch-Site: ${site}\r\n` +
            `Origin: ${world.server.url}\r\nX-Firsthand: 1\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"who":"C1"}`);
        assert.equal(status(reply), 403, site);
    }
    assert.equal((await post({ ...ours, 'Content-Type': 'text/plain' })).status, 400);
    assert.equal((await fetch(`${world.server.url}/api/v1/search`, { method: 'OPTIONS', headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' } })).headers.get('access-control-allow-origin'), null);
});

test('a host that is not ours is not served', async () => {
    for (const name of ['evil.example', `evil.example:${world.server.port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
        assert.equal(status(await raw(`GET /api/v1/openapi.json HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)), 421, name);
    assert.equal(status(await raw(`GET /healthz HTTP/1.1\r\nHost: localhost:${world.server.port}\r\nConnection: close\r\n\r\n`)), 200);
    assert.equal(status(await raw('GET /healthz HTTP/1.1\r\n\r\n')), 400);
});

test('nothing that was sent becomes a header', async () => {
    const attack = encodeURIComponent('x\r\nSet-Cookie: evil=1\r\n\r\n<script>');
    for (const path of [`/api/v1/uploads?name=${attack}`, `/api/v1/names/${attack}`, `/api/v1/follows?channel=${attack}`]) {
        const reply = await raw(`${path.includes('uploads') ? 'POST' : 'GET'} ${path} HTTP/1.1\r\n${host()}Authorization: Bearer ${world.admin.token}\r\n` +
            `${path.includes('uploads') ? 'Content-Type: text/csv\r\nContent-Length: 1\r\n\r\nx' : '\r\n'}`);
        assert.ok(status(reply) >= 200, reply);
        const [head] = reply.split('\r\n\r\n');
        assert.doesNotMatch(head, /^Set-Cookie/mi, path);
    }
});

test('requests that two readers could read differently are refused', async () => {
    const token = `Authorization: Bearer ${world.admin.token}\r\n`;
    const twice = await raw(`POST /api/v1/search HTTP/1.1\r\n${host()}${token}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`);
    const both = await raw(`POST /api/v1/search HTTP/1.1\r\n${host()}${token}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    const folded = await raw(`GET /healthz HTTP/1.1\r\n${host()}X-A: b\r\n c\r\n\r\n`);
    for (const reply of [twice, both, folded]) assert.equal(status(reply), 400, reply);
});

test('bodies that are too large, or unpack to be, are refused', async () => {
    const json = { 'Content-Type': 'application/json' };
    const large = JSON.stringify({ who: 'x'.repeat(2 << 20) });
    const reply = await world.owner.call('search', { raw: large, headers: json, expect: 413 }).catch(e => e);
    // The server may close before all was sent.
    if (reply instanceof Error) assert.match(String(reply.cause ?? reply), /EPIPE|ECONNRESET|other side closed|socket/i);
    const bomb = gzipSync(Buffer.alloc(200 << 20, 32), { level: 9 });
    assert.ok(bomb.length < 1 << 20);
    await world.sender.call('addInteractions', { raw: bomb, headers: { ...json, 'Content-Encoding': 'gzip' }, expect: 413 });
    await world.sender.call('addInteractions', { raw: Buffer.from('no gzip'), headers: { ...json, 'Content-Encoding': 'gzip' }, expect: [400, 422] });
    await world.sender.call('addInteractions', { raw: '{}', headers: { ...json, 'Content-Encoding': 'br' }, expect: 415 });
    const deep = '['.repeat(100000);
    await world.sender.call('addInteractions', { raw: deep, headers: json, expect: 422 });
});

test('members and parameters that nobody knows are told, not passed over', async () => {
    const { json } = await world.owner.call('search', { body: { who: 'C1', hwo: 1 }, expect: 400 });
    assert.match(json.remedy, /who/);
    await world.owner.call('search', { raw: '{"who":"a","who":"b"}', headers: { 'Content-Type': 'application/json' }, expect: 422 });
    await world.owner.call('search', { raw: '[]', headers: { 'Content-Type': 'application/json' }, expect: 422 });
    await world.owner.call('search', { body: { who: 1 }, expect: 400 });
    await world.owner.call('getSettings', { query: { all: '1' }, expect: 400 });
    await world.owner.call('listNames', { path: { dictionary: 'channels' }, query: { 'a b': '%' }, expect: 400 });
});

test('what is not there, or not done that way', async () => {
    const get = (path, method = 'GET') => fetch(world.server.url + path, { method, headers: { Authorization: `Bearer ${world.admin.token}` } });
    assert.equal((await get('/api/v1/nothing')).status, 404);
    const wrong = await get('/api/v1/follows', 'DELETE');
    assert.equal(wrong.status, 405);
    assert.match(wrong.headers.get('allow'), /GET/);
    for (const path of ['/api/v1/..%2fhealthz', '/api/v1/%00', '/api/v1/names/%ff', '/../../etc/passwd', '/api/v1/customers/-1', '/api/v1/customers/99999999999999999999'])
        assert.ok([400, 404].includes((await get(path)).status), path);
});

test('every reply says how it may be used', async () => {
    for (const id of ['getHealth', 'getDescription']) {
        const { headers } = await world.nobody.call(id);
        assert.equal(headers.get('x-content-type-options'), 'nosniff');
        assert.equal(headers.get('x-frame-options'), 'DENY');
        assert.equal(headers.get('referrer-policy'), 'same-origin');
    }
    const { headers } = await world.owner.call('getFollows');
    assert.match(headers.get('content-security-policy'), /default-src 'none'/);
    assert.match(headers.get('cache-control'), /no-store/);
});

test('a false token is refused, whatever else comes along', async () => {
    for (const token of ['x', `${world.admin.token}x`, world.admin.token.slice(0, -1), 'a'.repeat(5000)])
        assert.equal((await fetch(`${world.server.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}`, Cookie: world.owner.cookie } })).status, 401);
});

test('whoever tries passwords is slowed down, others are not', async () => {
    const from = { 'X-Forwarded-For': '203.0.113.7' };
    const seen = [];
    for (let i = 0; i < 40 && !seen.includes(429); i++)
        seen.push((await world.nobody.call('signIn', { body: { email: `guess${i}@firsthand.test`, password: 'no idea at all' }, headers: from, expect: [401, 403, 429] })).status);
    assert.ok(seen.includes(429), `${seen.length} tries were allowed`);
    await world.nobody.call('signIn', { body: world.ownerAccount });
    await world.owner.call('getFollows');
});
