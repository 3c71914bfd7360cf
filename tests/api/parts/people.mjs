// people.mjs - people, departments, sessions, passwords, second factors, tokens.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { authenticator, invite, password, totp } from '../lib/somebody.mjs';
import { world } from '../lib/world.mjs';

const signIn = (email, word = password, expect) => world.nobody.call('signIn', { body: { email, password: word }, expect });

test('a person is added, changed by who has read it, and forgotten', async () => {
    const { json, etag } = await world.owner.call('addPerson', { body: { name: 'Pat', email: 'pat@firsthand.test', roles: ['lead'] } });
    const path = { person: json.person };
    const read = await world.owner.call('getPerson', { path });
    assert.deepEqual(read.json.roles, ['lead']);
    const changed = await world.owner.call('changePerson', { path, body: { level: 'senior' }, headers: { 'If-Match': etag ?? read.etag } });
    await world.owner.call('changePerson', { path, body: { level: 'x' }, headers: { 'If-Match': read.etag }, expect: 412 });
    await world.owner.call('changePerson', { path, body: { level: 'x' }, expect: 428 });
    await world.owner.call('addPerson', { body: { name: 'Other', email: 'pat@firsthand.test' }, expect: 409 });
    await world.owner.call('addPerson', { body: { name: 'Other', roles: ['king'] }, expect: [400, 404] });
    await world.owner.call('forgetPerson', { path, headers: { 'If-Match': changed.etag } });
    assert.ok((await world.owner.all('listPeople')).every(p => p.email !== 'pat@firsthand.test'));
});

test('departments are a tree', async () => {
    const { json: parent } = await world.owner.call('addDepartment', { body: { name: 'Service' } });
    const made = await world.owner.call('addDepartment', { body: { name: 'Night desk', parent: parent.department } });
    const path = { department: made.json.department };
    const read = await world.owner.call('getDepartment', { path });
    assert.equal(read.json.parent, parent.department);
    await world.owner.call('changeDepartment', { path, body: { name: 'Evening desk' }, headers: { 'If-Match': read.etag } });
    const up = await world.owner.call('getDepartment', { path: { department: parent.department } });
    await world.owner.call('changeDepartment', {
        path: { department: parent.department }, body: { parent: made.json.department }, headers: { 'If-Match': up.etag }, expect: [400, 409],
    });
});

test('people and departments go out and come in as CSV', async () => {
    const { text } = await world.owner.call('exportPeople');
    assert.match(text, /Person analyst/);
    await world.owner.call('exportDepartments');
    const { json } = await world.owner.call('importPeople', { raw: 'id,name,email\nN1,New Ned,ned@firsthand.test\n', headers: { 'Content-Type': 'text/csv' } });
    assert.deepEqual([json.kind, json.rows, json.added], ['people', 1, 1]);
});

test('a link works once', async () => {
    const { secret } = await invite('linked');
    await world.nobody.call('lookAtLink', { body: { secret }, expect: 404 });
    await world.nobody.call('finishLink', { body: { secret, password }, expect: 404 });
});

test('signing in gives a new session each time; a wrong password and an unknown account are the same', async () => {
    const somebody = await invite('signer');
    const one = await signIn(somebody.email), two = await signIn(somebody.email);
    assert.notEqual(one.cookie, two.cookie);
    const attributes = one.headers.getSetCookie().find(c => c.includes('firsthand='));
    assert.match(attributes, /HttpOnly/);
    assert.match(attributes, /SameSite=(Lax|Strict)/);
    const wrong = await signIn(somebody.email, 'wrong wrong wrong', 403);
    const unknown = await signIn('nobody@firsthand.test', 'wrong wrong wrong', 403);
    assert.deepEqual([wrong.json.detail, wrong.json.remedy], [unknown.json.detail, unknown.json.remedy]);
    const known = world.nobody.as({ cookie: one.cookie });
    // A cookie that somebody planted is not taken over.
    const planted = await world.nobody.as({ cookie: 'firsthand=planted' }).call('signIn', { body: { email: somebody.email, password } });
    assert.notEqual(planted.cookie, 'firsthand=planted');
    await known.call('signOut');
    await known.call('getMe', { expect: 401 });
});

test('sessions are listed and ended', async () => {
    const somebody = await invite('sessions');
    const other = world.nobody.as({ cookie: (await signIn(somebody.email)).cookie });
    const list = (await somebody.call('listSessions')).json.items;
    const own = list.find(s => s.own), second = list.find(s => !s.own);
    assert.ok(own && second);
    await somebody.call('endSession', { path: { session: second.session } });
    await other.call('getMe', { expect: 401 });
    const third = world.nobody.as({ cookie: (await signIn(somebody.email)).cookie });
    await world.people.analyst.call('endSessions', { path: { person: somebody.person }, expect: [403, 404] });
    await world.owner.call('endSessions', { path: { person: somebody.person } });
    await third.call('getMe', { expect: 401 });
});

test('a new password ends other sessions, and must be a good one', async () => {
    const somebody = await invite('changer');
    const other = world.nobody.as({ cookie: (await signIn(somebody.email)).cookie });
    await somebody.call('changePassword', { body: { old: 'not it at all', password: 'five paper lanterns' }, expect: 403 });
    await somebody.call('changePassword', { body: { old: password, password: 'short' }, expect: 400 });
    await somebody.call('changePassword', { body: { old: password, password: 'password1234' }, expect: 400 });
    const { cookie } = await somebody.call('changePassword', { body: { old: password, password: 'five paper lanterns' } });
    await other.call('getMe', { expect: 401 });
    assert.equal((await world.nobody.as({ cookie }).call('getMe')).json.name, 'changer');
    await world.owner.call('makeLink', { path: { person: somebody.person }, body: { kind: 'reset' } });
});

test('I am told who I am, and can change my name', async () => {
    const somebody = await invite('namer');
    const { json } = await somebody.call('getMe');
    assert.deepEqual(json.roles, ['analyst']);
    const { etag } = await somebody.call('getPerson', { path: { person: somebody.person } });
    await somebody.call('changeMe', { body: { name: 'Namer the Second' }, headers: { 'If-Match': etag } });
    await world.owner.call('listRights');
    await world.nobody.call('getHealth');
});

test('an authenticator app: half signed in until the code is right, recovery codes work once', async () => {
    const somebody = await invite('totp');
    const { json: begun } = await somebody.call('beginTotp');
    assert.match(begun.uri, /^otpauth:\/\/totp\//);
    const done = await somebody.call('finishTotp', { body: { code: totp(begun.secret) } });
    const half = await signIn(somebody.email);
    assert.equal(half.json.needs_second_factor, true);
    const waiting = world.nobody.as({ cookie: half.cookie });
    await waiting.call('getFollows', { expect: 401 });
    await waiting.call('signInCode', { body: { code: '000000' }, expect: [401, 403] });
    const full = await waiting.call('signInCode', { body: { code: totp(begun.secret, Date.now() + 30000) } });
    await world.nobody.as({ cookie: full.cookie }).call('getFollows');
    const recovery = done.json.recovery_codes[0];
    const lost = world.nobody.as({ cookie: (await signIn(somebody.email)).cookie });
    await lost.call('signInRecovery', { body: { code: recovery } });
    const again = world.nobody.as({ cookie: (await signIn(somebody.email)).cookie });
    await again.call('signInRecovery', { body: { code: recovery }, expect: [401, 403] });
    await world.owner.call('removeTotp', { path: { person: somebody.person } });
    assert.equal((await signIn(somebody.email)).json.needs_second_factor, false);
});

test('a passkey signs in, once for each challenge', async () => {
    const somebody = await invite('passkey');
    const phone = authenticator(world.server.url);
    const { json } = await somebody.call('challengeForPasskey');
    const body = phone.register(json.challenge);
    await somebody.call('addPasskey', { body: { ...body, client_data: body.credential }, expect: [400, 403, 422] });
    const again = await somebody.call('challengeForPasskey');
    await somebody.call('addPasskey', { body: phone.register(again.json.challenge) });
    const { json: ask } = await world.nobody.call('challengeToSignIn');
    const answer = phone.answer(ask.challenge, 1);
    await world.nobody.call('signInPasskey', { body: answer });
    await world.nobody.call('signInPasskey', { body: answer, expect: [401, 403, 404] });
    const list = (await somebody.call('listPasskeys')).json.items;
    // Taking it away takes a session that was signed in with it.
    await somebody.call('removePasskey', { path: { passkey: list[0].passkey }, expect: 403 });
    const third = (await world.nobody.call('challengeToSignIn')).json.challenge;
    const { cookie } = await world.nobody.call('signInPasskey', { body: phone.answer(third, 2) });
    await world.nobody.as({ cookie }).call('removePasskey', { path: { passkey: list[0].passkey } });
});

test('tokens are listed, and end at once when they are revoked', async () => {
    const somebody = await invite('tokens');
    const { json } = await somebody.call('makeToken', { body: { name: 'mine', scopes: ['ask'] } });
    const program = world.nobody.as({ token: json.text });
    await program.call('getFollows');
    assert.ok(!(await somebody.call('listTokens')).text.includes(json.text));
    await somebody.call('makeToken', { body: { name: 'more', scopes: ['audit'] }, expect: 403 });
    await world.people.analyst.call('revokeToken', { path: { token: json.token }, expect: [403, 404] });
    await somebody.call('revokeToken', { path: { token: json.token } });
    await program.call('getFollows', { expect: 401 });
});
