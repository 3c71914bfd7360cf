// hardening.mjs - what ASVS 5.0 asks for and no other part shows: TLS as it is spoken, every
// object of somebody else by every role, guessing codes, what is sent into the log.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Server, firsthand, freePort } from '../lib/server.mjs';
import { invite, password, totp } from '../lib/somebody.mjs';
import { world } from '../lib/world.mjs';

test('TLS as it is spoken: versions, ciphers, HSTS, cookies for https only', async () => {
    const server = new Server();
    const cert = join(server.folder, 'cert.pem'), key = join(server.folder, 'key.pem');
    try {
        execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
            '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
        firsthand('init', server.org, '--name', 'Our shop');
        server.wantedPort = await freePort();
        const files = ['--set', `server.tls-certificate=${cert}`, '--set', `server.tls-key=${key}`];
        await assert.rejects(server.start(...files), /without an https base-url/);
        await server.start(...files, '--set', `server.base-url=https://localhost:${server.wantedPort}`);
        const ca = readFileSync(cert);
        const shake = options => new Promise(done => {
            const socket = connect({ host: '127.0.0.1', port: server.wantedPort, servername: 'localhost', ca, ...options },
                () => { done([socket.getProtocol(), socket.getCipher().name, socket.alpnProtocol]); socket.destroy(); });
            socket.on('error', () => done('refused'));
        });
        assert.deepEqual(await shake({ ALPNProtocols: ['h2', 'http/1.1'] }), ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'http/1.1']);
        const [version, cipher] = await shake({ maxVersion: 'TLSv1.2' });
        assert.equal(version, 'TLSv1.2');
        assert.match(cipher, /^ECDHE-RSA-AES\d+-GCM|^ECDHE-RSA-CHACHA20/);
        const old = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' };
        assert.equal(await shake({ ...old, maxVersion: 'TLSv1.1' }), 'refused');
        // No forward secrecy, CBC, SHA-1, no encryption at all.
        for (const ciphers of ['AES128-SHA', 'AES256-GCM-SHA384', 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384', 'NULL-SHA256', 'DHE-RSA-AES128-GCM-SHA256'])
            assert.equal(await shake({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` }), 'refused', ciphers);

        const ask = (method, path, body, more = {}) => new Promise((done, fail) => {
            const asking = request({ host: '127.0.0.1', servername: 'localhost', port: server.wantedPort, ca, method, path,
                headers: { Host: `localhost:${server.wantedPort}`, ...more } }, reply => {
                reply.resume().on('end', () => done(reply));
            });
            asking.on('error', fail).end(body);
        });
        for (const path of ['/healthz', '/sign-in', '/nothing', '/api/v1/me'])
            assert.equal((await ask('GET', path)).headers['strict-transport-security'], 'max-age=31536000', path);
        const made = await ask('POST', '/api/v1/setup', JSON.stringify({ secret: server.setupSecret, name: 'Olga', email: 'olga@firsthand.test', password }),
            { 'Content-Type': 'application/json', Origin: `https://localhost:${server.wantedPort}`, 'X-Firsthand': '1' });
        assert.match(made.headers['set-cookie'][0], /^__Host-firsthand=[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure/);
    } finally {
        await server.stop();
        server.remove();
    }
    const plain = await world.nobody.call('getHealth');
    assert.equal(plain.headers.get('strict-transport-security'), null);
});

const headers = { 'If-Match': '*' };
/** Routes whose right depends on whose the object is: what the owner of it may, and others. */
const objects = {
    getPerson: v => ({ path: { person: v.person } }),
    listSessions: v => ({ query: { person: v.person } }),
    endSession: v => ({ path: { session: v.session } }),
    endSessions: v => ({ path: { person: v.person } }),
    listPasskeys: v => ({ query: { person: v.person } }),
    removeTotp: v => ({ path: { person: v.person } }),
    listTokens: v => ({ query: { person: v.person } }),
    revokeToken: v => ({ path: { token: v.tokenId } }),
    getJob: v => ({ path: { job: v.job } }),
    cancelJob: v => ({ path: { job: v.job } }),
    changePerson: v => ({ path: { person: v.person }, body: { level: 'x' }, headers }),
    forgetPerson: v => ({ path: { person: v.person }, headers }),
    makeLink: v => ({ path: { person: v.person }, body: { kind: 'reset' } }),
};

test('nobody reaches into what is somebody else\'s, unless their rights say so', async () => {
    const victim = await invite('victim');
    victim.session = (await victim.call('listSessions')).json.items[0].session;
    victim.tokenId = (await victim.call('makeToken', { body: { name: 'own', scopes: ['ask'] } })).json.token;
    const job = await world.owner.call('addJob', { body: { kind: 'check' } }).catch(() => null);
    victim.job = job?.json.job ?? 999999;
    for (const [role, who] of Object.entries(world.people)) {
        const { rights } = world.roles.find(r => r.role === role);
        for (const [id, how] of Object.entries(objects)) {
            if (!world.description.operations.has(id)) continue;
            if (rights.includes('people') || (rights.includes('jobs') && /Job/.test(id)) || (rights.includes('tokens') && /Token/.test(id))) continue;
            const reply = await who.call(id, { ...how(victim), expect: Array.from({ length: 500 }, (_, i) => i + 100) });
            if (reply.status >= 400) {
                assert.ok([403, 404].includes(reply.status), `${role}: ${id} ${reply.status} ${reply.text}`);
                continue;
            }
            // A colleague's name may be seen; what is theirs may not.
            assert.ok(id === 'getPerson' || reply.json?.items?.length === 0, `${role}: ${id} ${reply.text}`);
            if (id === 'getPerson') assert.ok(!reply.text.includes(victim.email), `${role}: ${reply.text}`);
        }
    }
    await victim.call('getMe');
    await victim.call('getPerson', { path: { person: victim.person } });
    assert.ok((await victim.call('listTokens')).json.items.some(t => t.token === victim.tokenId && !t.revoked));
});

test('six digits cannot be guessed: five wrong codes end the session', async () => {
    const somebody = await invite('guessed');
    const { json } = await somebody.call('beginTotp');
    await somebody.call('finishTotp', { body: { code: totp(json.secret) } });
    const half = await world.nobody.call('signIn', { body: { email: somebody.email, password } });
    const waiting = world.nobody.as({ cookie: half.cookie });
    const seen = [];
    for (let i = 0; i < 8; i++) seen.push((await waiting.call('signInCode', { body: { code: `00000${i}` }, expect: [401, 403, 404, 429] })).status);
    // The right one comes too late.
    await waiting.call('signInCode', { body: { code: totp(json.secret, Date.now() + 30000) }, expect: [401, 403, 404, 429] });
    await waiting.call('getFollows', { expect: 401 });
});

test('what is sent makes no lines in the log and no commands for a terminal', async () => {
    const evil = 'x\r\n{"level":"error","event":"forged"}\u001b[2J\u2028';
    await world.owner.call('addPerson', { body: { name: evil, email: 'evil@firsthand.test' }, expect: [400, 422] });
    await world.nobody.call('signIn', { body: { email: `${evil}@firsthand.test`, password: evil }, expect: [400, 401, 403] });
    await world.owner.call('addWebhook', { body: { url: `https://example.org/${evil}`, events: ['job.done'] }, expect: 400 });
    await world.sender.call('addInteractions', { body: { customer: evil, time: '2024-06-01T08:00:00Z', touchpoint: 'Visit', source: 'evil', id: evil }, expect: [200, 202, 422] });
    assert.ok(!world.server.log.includes('"forged"') && !world.server.log.includes('\u001b'));
});
