// oidc.mjs - signing in with a real service of somebody else's making, run here: known and
// new people, roles by groups, keys that change, tokens that lie, leaving there, no answer.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, generateKeyPair } from 'jose';
import { Client } from '../lib/client.mjs';
import { Browser, SignInService } from '../lib/provider.mjs';
import { Server, firsthand, freePort } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const password = 'seven green umbrellas';
const people = {
    olga: { email: 'olga@firsthand.test', email_verified: true, name: 'Olga Owner', groups: ['Heads'] },
    ann: { email: 'ann@firsthand.test', email_verified: true, name: 'Ann New', groups: ['cn=CX desk,dc=our', 'Others'] },
    bob: { email: 'bob@firsthand.test', email_verified: true, name: 'Bob Other', groups: ['Others'] },
    eve: { email: 'olga@firsthand.test', email_verified: false, name: 'Eve', groups: ['Heads'] },
};
const server = new Server(), service = new SignInService();
let nobody, owner, settings;

async function begin() {
    firsthand('init', server.org, '--name', 'Our shop');
    server.wantedPort = await freePort();
    const home = `http://127.0.0.1:${server.wantedPort}`;
    await service.start(home, people, 'the secret / of both');
    const file = join(server.folder, 'secret');
    writeFileSync(file, 'the secret / of both\n', { mode: 0o600 });
    settings = Object.entries({
        'server.base-url': home, 'server.trusted-proxy': '127.0.0.1',
        'sign-in.issuer': service.issuer, 'sign-in.client-id': 'firsthand', 'sign-in.client-secret-file': file,
        'sign-in.scopes': 'openid email profile groups', 'sign-in.group-roles': 'cn=CX desk,dc=our=front-line; Heads=lead',
        'sign-in.new-people': 'with-a-group', 'sign-in.button': 'Sign in with Our <ID>', 'sign-in.allow-private': 'yes',
    }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    await server.start(...settings);
    nobody = new Client(server, world.description);
    const made = await nobody.call('setUp', { body: { secret: server.setupSecret, name: 'Olga Owner', email: 'olga@firsthand.test', password } });
    // A token: sessions end when roles change, and Olga's groups change hers.
    const { json } = await nobody.as({ cookie: made.cookie }).call('makeToken', { body: { name: 'tests', scopes: ['admin'], days: 1 } });
    owner = nobody.as({ token: json.text });
}
before(begin);
after(async () => {
    const how = await server.stop();
    await service.close();
    server.remove();
    assert.deepEqual(how, { code: 0, signal: null });
});

/** Presses the button; the reply leads on without script. */
async function goThere(query) {
    const page = await nobody.page('pageSignIn', { query });
    assert.match(page.text, /Sign in with Our &lt;ID&gt;/);
    const there = await nobody.send('formService', page, {});
    const url = /url=(.*)$/.exec(there.headers.get('refresh'))[1];
    assert.ok(url.startsWith(`${service.issuer}/auth?`));
    assert.ok(there.text.includes(url.replaceAll('&', '&amp;')));
    const cookie = there.headers.getSetCookie().find(c => c.startsWith('firsthand-flow='));
    assert.match(cookie, /HttpOnly; SameSite=Lax; Max-Age=600/);
    return { url, cookie: cookie.split(';')[0], state: new URL(url).searchParams.get('state') };
}

async function thereAs(login, query) {
    const way = await goThere(query);
    way.browser = new Browser();
    way.back = await way.browser.signInThere(way.url, login, server.url);
    return way;
}

/** Back from the service with what stands in the address. */
const comeBack = (way, { back = way.back, cookie = way.cookie, expect = 303 } = {}) =>
    nobody.as({ cookie }).call('pageService', { query: Object.fromEntries(new URL(back).searchParams), expect });

async function signIn(login) {
    const way = await thereAs(login);
    const done = await comeBack(way);
    assert.equal(done.headers.get('location'), '/');
    assert.ok(done.headers.getSetCookie().some(c => /^firsthand-flow=;.*Max-Age=0/.test(c)));
    return Object.assign(nobody.as({ cookie: done.cookie }), { way });
}

const refused = (reply, words) => {
    assert.match(reply.text, /role="alert"/);
    assert.match(reply.text, words);
    assert.match(reply.text, /action="\/sign-in"/); // the page to try again
    assert.ok(!reply.cookie);
};

test('somebody known signs in by the verified address, and gets the roles of the groups', async () => {
    const me = (await (await signIn('olga')).call('getMe')).json;
    assert.equal(me.name, 'Olga Owner');
    assert.deepEqual(me.roles.sort(), ['lead', 'owner']); // groups give and take lead; owner stays
    people.olga.groups = ['Others'];
    assert.deepEqual((await (await signIn('olga')).call('getMe')).json.roles, ['owner']);
    people.olga.groups = ['Heads'];
});

test('whoever was on the way to a page comes to it, and to no other server', async () => {
    const to = async (wanted) => (await comeBack(await thereAs('olga', { to: wanted }))).headers.get('location');
    assert.equal(await to('/actual?tab=ways&from=2026-01'), '/actual?tab=ways&from=2026-01');
    assert.equal(await to('//elsewhere.example'), '/');
    const way = await thereAs('olga'), evil = `${way.cookie}?to=%2F%2Felsewhere.example`;
    assert.equal((await comeBack(way, { cookie: evil })).headers.get('location'), '/');
});

test('somebody new is added when a group says who it is, and nobody else is', async () => {
    const ann = await signIn('ann');
    const me = (await ann.call('getMe')).json;
    assert.deepEqual([me.name, me.roles], ['Ann New', ['front-line']]);
    refused(await comeBack(await thereAs('bob'), { expect: 403 }), /nobody here does/);
    // Eve claims Olga's address, which the service has not verified.
    refused(await comeBack(await thereAs('eve'), { expect: 403 }), /nobody here does/);
    const { json } = await owner.call('listAudit', { query: { limit: 1000 } });
    const actions = json.items.map(e => e.action);
    for (const action of ['person.added', 'signin.ok', 'signin.failed']) assert.ok(actions.includes(action), `${action} in ${[...new Set(actions)]}`);
});

test('the second visit knows the person by the service\'s own number, whatever the address', async () => {
    const first = (await (await signIn('ann')).call('getMe')).json.person;
    people.ann.email = 'ann.married@firsthand.test';
    assert.equal((await (await signIn('ann')).call('getMe')).json.person, first);
    people.ann.email = 'ann@firsthand.test';
});

test('an answer counts once, in the browser that began, from the service that was asked', async () => {
    const way = await thereAs('olga');
    const other = await goThere();
    refused(await comeBack(way, { cookie: null, expect: 403 }), /not begun here/);
    refused(await comeBack(way, { cookie: other.cookie, expect: 403 }), /not begun here/);
    const elsewhere = new URL(way.back);
    elsewhere.searchParams.set('iss', 'https://evil.example');
    refused(await comeBack(way, { back: elsewhere.href, expect: 403 }), /not begun here/);
    await comeBack(way);
    refused(await comeBack(way, { expect: 403 }), /not begun here/);
    const denied = await goThere();
    refused(await comeBack(denied, { back: `${server.url}/oidc?error=access_denied&state=${denied.state}`, expect: 403 }), /did not let you in/);
    const made = await goThere();
    refused(await comeBack(made, { back: `${server.url}/oidc?code=made-up&state=${made.state}&session_state=x`, expect: 403 }), /did not accept/);
    // Another site cannot send people off.
    await nobody.call('formService', { raw: '', expect: 403, headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example' } });
});

test('signing in gives a new session and ends the one before', async () => {
    const way = await thereAs('ann');
    const before = await signIn('ann');
    const done = await nobody.as({ cookie: `${way.cookie}; ${before.cookie}` }).call('pageService', { query: Object.fromEntries(new URL(way.back).searchParams) });
    assert.notEqual(done.cookie, before.cookie);
    await before.call('getMe', { expect: 401 });
});

test('keys that the service has replaced are fetched anew', async () => {
    await signIn('olga');
    await service.newKeys('second');
    await signIn('olga');
});

test('a token that is not what it should be lets nobody in', async () => {
    const now = Math.floor(Date.now() / 1000);
    const stranger = { privateKey: (await generateKeyPair('RS256')).privateKey, kid: service.key.kid };
    const lies = {
        'another service': t => service.forge(t, { iss: 'https://evil.example' }),
        'another program': t => service.forge(t, { aud: 'somebody-else' }),
        expired: t => service.forge(t, { exp: now - 120 }),
        'another sign-in': t => service.forge(t, { nonce: 'x'.repeat(43) }),
        'not signed with a key': t => service.forge(t, {}, stranger),
        'not signed with a ': t => t.replace(/\.[^.]*\./, `.${Buffer.from(JSON.stringify({ ...decodeJwt(t), sub: 'olga' })).toString('base64url')}.`),
        'signed in a way': t => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${t.split('.')[1]}.AAAA`,
    };
    for (const [words, lie] of Object.entries(lies)) {
        service.alter = lie;
        refused(await comeBack(await thereAs('ann'), { expect: 403 }), new RegExp(words));
    }
    service.alter = undefined;
    await signIn('ann');
});

test('who signs out there is signed out here', async () => {
    const ann = await signIn('ann'), olga = await signIn('olga');
    const page = await ann.way.browser.get(`${service.issuer}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)[1];
    await ann.way.browser.post(`${service.issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
    for (const end = Date.now() + 60000; ;) {
        const { status } = await ann.call('getMe', { expect: [200, 401] });
        if (status === 401) break;
        assert.ok(Date.now() < end, 'the session goes on');
    }
    await olga.call('getMe');
});

test('who signs out here is shown how to sign out there, too; with a password nobody is', async () => {
    const me = await signIn('ann');
    const out = await me.page('pageSignOut');
    const gone = await me.send('formSignOut', out);
    assert.equal(gone.headers.get('location'), '/signed-out');
    const left = await nobody.page('pageSignedOut');
    assert.match(left.text, /Signed out of Firsthand/);
    const there = /href="([^"]*session\/end[^"]*)"/.exec(left.text)[1].replaceAll('&amp;', '&');
    assert.equal(new URL(there).searchParams.get('post_logout_redirect_uri'), `${server.url}/sign-in`);
    await me.call('getMe', { expect: 401 });
    // There the form is confirmed; then it leads back to our page, and asks who it is again.
    const { browser } = me.way;
    const asked = await browser.get(there);
    const action = /<form[^>]* action="([^"]+)"/.exec(asked.text)[1], xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.text)[1];
    let page = await browser.post(new URL(action, there).href, { xsrf, logout: 'yes' });
    for (let step = 0; step < 4 && page.to && !page.to.startsWith(server.url); step++) page = await browser.get(page.to);
    assert.equal(page.to, `${server.url}/sign-in`);
});

test('only the service\'s own word ends sessions', async () => {
    const ann = await signIn('ann');
    const tell = (token, expect) => nobody.call('signedOutThere', {
        raw: new URLSearchParams({ logout_token: token }).toString(), expect, headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    const stranger = { privateKey: (await generateKeyPair('RS256')).privateKey, kid: service.key.kid };
    const good = await service.logoutToken({ sub: 'ann' });
    await tell('nonsense', 400);
    await tell('', 400);
    await tell(await service.forge(good, {}, stranger), 400);
    await tell(await service.logoutToken({ sub: 'ann', aud: 'another' }), 400);
    await tell(await service.logoutToken({ sub: 'ann', nonce: 'n' }), 400);
    await tell(await service.logoutToken({ sub: 'ann', exp: 1000 }), 400);
    await tell(await service.logoutToken({ sub: 'ann', events: {} }), 400);
    await ann.call('getMe');
    const told = await tell(good, 200);
    assert.equal(told.headers.get('cache-control'), 'no-store');
    await ann.call('getMe', { expect: 401 });
    const { json } = await owner.call('listAudit', { query: { action: 'session.', limit: 100 } });
    assert.ok(json.items.some(e => JSON.stringify(e).includes(service.issuer)));
});

test('a service that does not answer is told in plain words, and passwords go on', async () => {
    const way = await thereAs('ann');
    await service.close();
    refused(await comeBack(way, { expect: 503 }), /does not answer/);
    await nobody.call('signIn', { body: { email: 'olga@firsthand.test', password } });
    await service.open();
    await signIn('ann');
    assert.ok(!/the secret|Bearer |id_token/.test(server.log), server.log);
});

test('an address inside is asked only when the settings allow it; wrong settings are told', async () => {
    const other = new Server();
    try {
        firsthand('init', other.org, '--name', 'Second shop');
        other.wantedPort = await freePort();
        const home = ['--set', `server.base-url=http://127.0.0.1:${other.wantedPort}`, '--set', 'sign-in.client-id=firsthand'];
        await other.start(...home, '--set', `sign-in.issuer=https://127.0.0.1:${service.port}`);
        const visitor = new Client(other, world.description);
        const page = await visitor.page('pageSignIn');
        refused(await visitor.send('formService', page, {}, { expect: 503 }), /does not answer/);
        await other.stop();
        assert.match(other.log, /this machine/);
        for (const [words, ...wrong] of [
            [/does not begin with https/, ...home, '--set', `sign-in.issuer=http://127.0.0.1:${service.port}`],
            [/without sign-in.client-id/, ...home.slice(0, 2), '--set', 'sign-in.issuer=https://id.example'],
            [/is no GROUP=ROLE/, ...home, '--set', 'sign-in.issuer=https://id.example', '--set', 'sign-in.group-roles=Heads=owner'],
        ])
            await assert.rejects(other.start(...wrong), words);
    } finally {
        await other.stop();
        other.remove();
    }
    // Where no service is named there is no such way.
    await world.nobody.call('pageService', { expect: 404 });
    assert.ok(!(await world.nobody.page('pageSignIn')).text.includes('/sign-in/service'));
});
