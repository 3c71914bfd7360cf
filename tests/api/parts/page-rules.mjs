// page-rules.mjs - what holds for all pages: where they lead, what they may load, that all
// is escaped, what a form without its token does, what is shown when something is wrong.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Client } from '../lib/client.mjs';
import { Server, firsthand } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const password = 'seven green umbrellas';
let count = 0;

/** Looks at a page; fails when it could run or load anything of others. */
async function look(who, id, options = {}) {
    const page = await who.call(id, { expect: 200, ...options });
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/, id);
    assert.match(policy, /frame-ancestors 'none'/, id);
    assert.match(policy, /form-action 'self'/, id);
    assert.equal(page.headers.get('cache-control'), 'no-store', id);
    assert.ok(!/ style=| on\w+=|javascript:/i.test(page.text), id);
    return page;
}

const tokenOf = page => /name="form" value="([^"]+)"/.exec(page.text)?.[1];
const form = (who, id, fields, expect) => who.call(id, {
    raw: new URLSearchParams(fields).toString(), expect,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
});

async function invited(role = 'analyst') {
    const email = `page-${++count}@firsthand.test`;
    const { json } = await world.owner.call('addPerson', { body: { name: 'Pia <b>Page</b>', email, roles: [role] } });
    const { json: link } = await world.owner.call('makeLink', { path: { person: json.person }, body: { kind: 'invite' } });
    return { email, url: link.url, person: json.person };
}

async function somebody(role) {
    const who = await invited(role);
    const done = await form(world.nobody, 'formInvite', { secret: who.url, password }, 303);
    assert.equal(done.headers.get('location'), '/');
    return Object.assign(world.nobody.as({ cookie: done.cookie }), who);
}

test('who is not signed in is sent to do so', async () => {
    for (const [id, path] of [['pageApp', ''], ['pageTokens', '?to=/tokens'], ['pageAccount', '?to=/account'], ['pageReport', '?to=/report']]) {
        const reply = await world.nobody.call(id, { expect: 303 });
        assert.equal(reply.headers.get('location'), `/sign-in${path}`, id);
    }
    await look(world.nobody, 'pageSignIn');
    for (const id of ['pageSetup', 'pageReset', 'pageInvite'])
        assert.match((await look(world.nobody, id)).headers.get('content-security-policy'), /script-src 'self'/);
    assert.match((await world.nobody.call('getStyle')).text, /light-dark\(/);
    assert.match((await world.nobody.call('getLinkScript')).text, /location\.hash/);
});

test('an invitation is pasted, sets a password and signs in; what was wrong stands above the form', async () => {
    const who = await invited();
    const secret = who.url.split('#')[1];
    const short = await form(world.nobody, 'formInvite', { secret, password: 'short' }, 400);
    assert.match(short.text, /role="alert"/);
    const done = await form(world.nobody, 'formInvite', { secret: who.url, password }, 303);
    assert.equal((await world.nobody.as({ cookie: done.cookie }).call('getMe')).json.name, 'Pia <b>Page</b>');
    const again = await form(world.nobody, 'formInvite', { secret, password }, 404);
    assert.match(again.text, /role="alert"/);
    const nothing = await form(world.nobody, 'formSetup', { secret, name: 'X', email: 'x@firsthand.test', password }, 404);
    assert.match(nothing.text, /value="x@firsthand.test"/);
    const { json } = await world.owner.call('makeLink', { path: { person: who.person }, body: { kind: 'reset' } });
    await form(world.nobody, 'formReset', { secret: json.url, password: 'eight yellow submarines' }, 303);
});

test('the first owner comes in by the page that the printed link names', async () => {
    const server = new Server();
    try {
        firsthand('init', server.org, '--name', 'Second shop');
        await server.start();
        const nobody = new Client(server, world.description);
        const fields = { secret: `${server.url}/setup#${server.setupSecret}`, name: 'Otto Owner', email: 'otto@firsthand.test' };
        const short = await form(nobody, 'formSetup', { ...fields, password: 'short' }, 400);
        assert.match(short.text, /value="Otto Owner"/);
        const { cookie } = await form(nobody, 'formSetup', { ...fields, password }, 303);
        assert.equal((await nobody.as({ cookie }).call('getSettings')).json.name, 'Second shop');
        await form(nobody, 'formSetup', { ...fields, password }, 404);
        await server.stop();
        assert.ok(!server.log.includes(server.setupSecret));
    } finally {
        server.remove();
    }
});

test('signing in and out by form', async () => {
    const who = await somebody('analyst');
    const wrong = await form(world.nobody, 'formSignIn', { email: who.email, password: 'not the password' }, 403);
    assert.match(wrong.text, new RegExp(`value="${who.email}"`));
    assert.ok(!wrong.text.includes('not the password'));
    const { cookie, headers } = await form(world.nobody, 'formSignIn', { email: who.email, password }, 303);
    assert.equal(headers.get('location'), '/');
    const me = world.nobody.as({ cookie });
    assert.equal((await me.call('pageSignIn', { expect: 303 })).headers.get('location'), '/');
    const page = await look(me, 'pageSignOut');
    await form(me, 'formSignOut', { form: 'x'.repeat(43) }, 409);
    const out = await form(me, 'formSignOut', { form: tokenOf(page) }, 303);
    assert.match(out.headers.get('clear-site-data'), /cookies/);
    await me.call('pageApp', { expect: 303 });
    // Another site's form gets nobody in.
    await world.nobody.call('formSignIn', {
        raw: new URLSearchParams({ email: who.email, password }).toString(), expect: 403,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example' },
    });
});

test('a token is made by form, shown once, and revoked', async () => {
    const me = await somebody('analyst');
    const page = await look(me, 'pageTokens');
    assert.ok(!page.text.includes('value="erase"'));
    const token = tokenOf(page);
    const none = await form(me, 'formToken', { form: token, name: 'Figures', days: '30' }, 400);
    assert.match(none.text, /value="Figures"/);
    const made = await form(me, 'formToken', [['form', token], ['name', 'Fig<i>ures'], ['scope', 'ask'], ['scope', 'stories'], ['days', '30']], 200);
    const [text, id] = /fh_([0-9A-Za-z]{8})_[0-9A-Za-z]{43}/.exec(made.text);
    assert.deepEqual((await world.nobody.as({ token: text }).call('getMe')).json.rights, ['ask', 'stories']);
    const after = await look(me, 'pageTokens');
    assert.ok(!after.text.includes(text) && after.text.includes('Fig&lt;i&gt;ures'));
    await form(me, 'formToken', { form: token, name: 'Too much', scope: 'erase', days: '30' }, 403);
    await form(me, 'formToken', { form: 'wrong', name: 'Forged', scope: 'ask', days: '30' }, 409);
    await form(me, 'formRevokeToken', { form: token, id }, 303);
    await world.nobody.as({ token: text }).call('getMe', { expect: 401 });
});

test('a wrong password stands above the form; the right one changes it', async () => {
    const me = await somebody('analyst');
    const token = tokenOf(await look(me, 'pageAccount'));
    const wrong = await form(me, 'formPassword', { form: token, old: 'not this one', password: 'eight yellow submarines' }, 403);
    assert.match(wrong.text, /role="alert"/);
    const begun = await form(me, 'formApp', { form: token }, 200);
    assert.match(begun.text, /otpauth:/);
    await form(me, 'formAppFinish', { form: token, code: '000000' }, [400, 403]);
    const changed = await form(me, 'formPassword', { form: token, old: password, password: 'eight yellow submarines' }, 303);
    await look(world.nobody.as({ cookie: changed.cookie }), 'pageAccount');
});

test('the report is a page with a period to choose', async () => {
    const me = await somebody('analyst');
    const report = await me.call('pageReport', { query: { from: '2020', until: '2030' }, expect: 200 });
    assert.match(report.text, /<form class="filter" method="get"/);
    assert.match(report.text, /value="2020"/);
    assert.match(report.headers.get('content-security-policy'), /form-action 'self'/);
    const wrong = await me.call('pageReport', { query: { from: '<script>' }, expect: 400 });
    assert.match(wrong.text, /role="alert"/);
    assert.ok(!wrong.text.includes('<script>'));
    const learner = await somebody('customer');
    assert.match((await learner.call('pageReport', { expect: 403 })).text, /Back to the first page/);
});

test('an address that there is not is a plain page for a browser, a problem for a program', async () => {
    const at = async (path, accept) => fetch(world.server.url + path, { headers: { Accept: accept } });
    const page = await at('/nowhere/at/all?x=<script>', 'text/html,application/xhtml+xml');
    const text = await page.text();
    assert.equal(page.status, 404);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
    assert.match(text, /nothing at this address[\s\S]*<a href="\/">/i);
    assert.doesNotMatch(text, /<script>|nowhere/);
    for (const [path, accept] of [['/nowhere', 'application/json'], ['/nowhere', '*/*'], ['/api/v1/nowhere', 'text/html'], ['/assets/none.js', 'text/html']]) {
        const problem = await at(path, accept);
        assert.deepEqual([problem.status, problem.headers.get('content-type')], [404, 'application/problem+json'], path);
    }
});
