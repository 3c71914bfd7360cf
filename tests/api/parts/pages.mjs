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
    assert.match((await somebody.page('pageHome')).text, /Our shop/);
    const out = await somebody.page('pageSignOut');
    await somebody.send('formSignOut', out);
    const gone = await somebody.page('pageHome', { expect: [303, 401] });
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
        await world.nobody.as({ cookie }).page('pageHome');
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

test('the report and what pages are made of', async () => {
    assert.match((await world.owner.page('pageReport')).text, /Which ways are commonest/);
    await world.nobody.call('getStyle');
    await world.nobody.call('getLinkScript');
});
