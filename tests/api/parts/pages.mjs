// pages.mjs - the pages for people, as a browser without script uses them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { invite, password, totp } from '../lib/somebody.mjs';
import { world } from '../lib/world.mjs';

/** Signs in by the form; gives who is signed in then. */
async function signIn(email, word = password) {
    const page = await world.nobody.page('pageSignIn');
    const { cookie } = await world.nobody.send('formSignIn', page, { email, password: word });
    return world.nobody.as({ cookie });
}

test('people sign in by a form, and are told what was wrong', async () => {
    const { email } = await invite('form-signer');
    const page = await world.nobody.page('pageSignIn');
    const wrong = await world.nobody.send('formSignIn', page, { email, password: 'not this one' }, { expect: [401, 403] });
    assert.match(wrong.text, /form-signer@firsthand\.test/);
    const somebody = await signIn(email);
    assert.equal((await somebody.call('getMe')).json.kind, 'person');
    const out = await somebody.page('pageSignOut');
    await somebody.send('formSignOut', out);
    const gone = await somebody.page('pageApp', { expect: [303, 401] });
    if (gone.status === 303) assert.match(gone.headers.get('location'), /^\/sign-in/);
});

test('a link is taken by a form', async () => {
    for (const [kind, pageId, formId] of [['invite', 'pageInvite', 'formInvite'], ['reset', 'pageReset', 'formReset']]) {
        const email = `${kind}-form@firsthand.test`;
        const { json: person } = await world.owner.call('addPerson', { body: { name: `By ${kind}`, email, roles: ['analyst'] } });
        const { json } = await world.owner.call('makeLink', { path: { person: person.person }, body: { kind } });
        const page = await world.nobody.page(pageId);
        const { cookie } = await world.nobody.send(formId, page, { secret: json.url.split('#')[1], password });
        assert.ok(cookie, kind);
        await world.nobody.as({ cookie }).page('pageApp');
        await world.nobody.send(formId, page, { secret: json.url.split('#')[1], password }, { expect: [400, 403, 404] });
    }
    const setup = await world.nobody.page('pageSetup');
    await world.nobody.send('formSetup', setup, { secret: 'x'.repeat(43), name: 'Eve', email: 'eve@firsthand.test', password }, { expect: [400, 403, 404, 409] });
});

test('tokens are made and revoked by forms', async () => {
    const somebody = await invite('form-tokens');
    const page = await somebody.page('pageTokens');
    const made = await somebody.send('formToken', page, { name: 'by form', scope: ['ask'], days: '7' });
    const [token] = /fh_[0-9A-Za-z_]{20,}/.exec(made.text) ?? [];
    assert.ok(token, 'the token is not shown');
    const program = world.nobody.as({ token });
    await program.call('getFollows');
    await somebody.send('formRevokeToken', await somebody.page('pageTokens'));
    await program.call('getFollows', { expect: 401 });
});

test('a form of somebody else does nothing', async () => {
    const [one, two] = [await invite('form-one'), await invite('form-two')];
    const page = await one.page('pageTokens');
    await two.send('formToken', page, { name: 'stolen', scope: ['ask'], days: '7' }, { expect: [400, 403, 409] });
    assert.deepEqual((await two.call('listTokens')).json.items, []);
});

test('the own account: sessions, password, authenticator app', async () => {
    const somebody = await invite('form-account');
    const other = await signIn(somebody.email);
    await somebody.send('formEndSession', await somebody.page('pageAccount'));
    await other.call('getMe', { expect: 401 });
    const changed = await somebody.send('formPassword', await somebody.page('pageAccount'), { old: password, password: 'nine quiet harbours' });
    const after = world.nobody.as({ cookie: changed.cookie });
    const begun = await after.send('formApp', await after.page('pageAccount'));
    const [, secret] = /secret=([A-Z2-7]{16,})/.exec(begun.text) ?? /\b([A-Z2-7 ]{16,})\b/.exec(begun.text);
    const key = secret.replace(/ /g, '');
    const finished = await after.send('formAppFinish', begun, { code: totp(key) });
    const half = await signIn(somebody.email, 'nine quiet harbours');
    const code = await half.page('pageCode');
    const given = await half.send('formCode', code, { code: totp(key, Date.now() + 30000) });
    assert.ok(finished.cookie && given.cookie);
    const full = world.nobody.as({ cookie: given.cookie });
    await full.send('formAppRemove', await full.page('pageAccount'));
});

test('a page of the UI begins with who reads it, is kept nowhere, and its files are kept for good', async () => {
    const page = await world.owner.call('pageApp');
    assert.match(page.headers.get('content-security-policy'), /script-src 'self' 'sha256-[^']+'; .*require-trusted-types-for 'script'/);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    const files = [...page.text.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map(([, file]) => file);
    assert.ok(files.length >= 3, page.text);
    for (const file of files) {
        const got = await world.nobody.call('getAsset', { path: { file } });
        assert.match(got.headers.get('cache-control'), /max-age=31536000, immutable/);
        assert.match(got.headers.get('content-type'), /^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/);
    }
    await world.nobody.call('getAsset', { path: { file: 'page.html' }, expect: 404 });
    await world.nobody.call('getAsset', { path: { file: 'main-OLD.js' }, expect: 404 });
    const pageAt = async (path, { cookie }) => (await fetch(world.server.url + path, { headers: { Cookie: cookie }, redirect: 'manual' })).text();
    const deeper = await pageAt('/design/one/two?a=b', world.owner);
    assert.match(deeper, /<h1[^>]*>Parts<\/h1>/);
    assert.doesNotMatch(page.text + deeper, /\{\{|\[\[/);
    const begun = (text) => JSON.parse(/<script type="application\/json" id="begin">([^<]*)<\/script>/.exec(text)[1]);
    const settings = await world.owner.call('getSettings');
    assert.deepEqual(begun(deeper), { me: (await world.owner.call('getMe')).json, settings: settings.json, tag: settings.headers.get('etag').replace(/^W\//, '') });
    // Who may less is shown less, and a name is a text, whatever stands in it.
    const name = 'Bo </script><b>&"', little = await invite('page-begins', ['customer']);
    await little.call('changeMe', { body: { name }, headers: { 'If-Match': '*' } });
    const theirs = await pageAt('/', little), denied = await pageAt('/people', little);
    assert.equal(begun(theirs).me.name, name);
    assert.match(theirs, /Bo &lt;\/script&gt;&lt;b&gt;/);
    assert.equal(theirs.match(/<\/script>/g).length, page.text.match(/<\/script>/g).length);
    const { rights } = begun(theirs).me;
    for (const [right, path] of [['ask', '/actual'], ['colleagues', '/people'], ['take-part', '/records']])
        assert.equal(theirs.includes(`<li><a href="${path}"`), rights.includes(right), path);
    assert.ok(!rights.includes('search') && !theirs.includes('id="search"') && page.text.includes('id="search"'));
    assert.ok(!rights.includes('colleagues') && !denied.includes('<h1 ') && begun(denied).me.name === name);
});

test('who was sent to sign in comes back, and only to an address of ours', async () => {
    const { email } = await invite('way-back');
    const sent = await fetch(`${world.server.url}/design/%C3%A4?a=1%262`, { redirect: 'manual' });
    assert.equal(sent.status, 303);
    const to = new URL(sent.headers.get('location'), world.server.url).searchParams.get('to');
    assert.equal(to, '/design/%C3%A4?a=1%262');
    for (const [wanted, got] of [[to, to], ['//evil.example', '/'], ['/\\evil.example', '/'], ['https://evil.example', '/'], ['/a\r\nb', '/']]) {
        const page = await world.nobody.page('pageSignIn', { query: { to: wanted } });
        assert.ok(page.text.includes(`name="to" value="${got}"`), wanted);
        const { headers } = await world.nobody.call('formSignIn', {
            raw: new URLSearchParams({ email, password, to: wanted }).toString(), expect: 303,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        });
        assert.equal(headers.get('location'), got);
    }
});

test('the report and what pages are made of', async () => {
    assert.match((await world.owner.page('pageReport')).text, /Which ways are commonest/);
    await world.nobody.call('getStyle');
    await world.nobody.call('getLinkScript');
});
