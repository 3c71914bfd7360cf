// directory.mjs - the finer points of people: fields and their emptying, filters, files with
// problems, what others may not, links, tokens, whoever is disabled.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

const password = 'seven green umbrellas';
const next = 'eight yellow submarines';
let count = 0;

/** Somebody new with a session of their own. */
async function somebody(...roles) {
    const email = `directory-${++count}@firsthand.test`;
    const { json } = await world.owner.call('addPerson', { body: { name: `Somebody ${count}`, email, roles } });
    const { cookie } = await world.nobody.call('finishLink', { body: { secret: await link(json.person), password } });
    return Object.assign(world.nobody.as({ cookie }), { person: json.person, email });
}

async function link(person, kind = 'invite') {
    const { json } = await world.owner.call('makeLink', { path: { person }, body: { kind } });
    assert.equal(json.kind, kind);
    assert.match(json.url, new RegExp(`^http://127\\.0\\.0\\.1:\\d+/${kind}#[0-9A-Za-z]{43}$`));
    return json.url.split('#')[1];
}

const signIn = (email, secret = password, expect = 200) =>
    world.nobody.call('signIn', { body: { email, password: secret }, expect });

// ---- People and departments

test('a department is made, changed by who has read it, and stands under another', async () => {
    const sales = await world.owner.call('addDepartment', { body: { name: 'Sales of tests', external_id: 'D1' } });
    assert.equal(sales.headers.get('location'), `/api/v1/departments/${sales.json.department}`);
    const inside = await world.owner.call('addDepartment', { body: { name: 'Inside sales of tests', parent: sales.json.department } });
    const path = { department: inside.json.department };
    const read = await world.owner.call('getDepartment', { path });
    assert.equal(read.json.parent, sales.json.department);
    const changed = await world.owner.call('changeDepartment', { path, body: { name: 'Desk sales of tests' }, headers: { 'If-Match': read.etag } });
    assert.equal(changed.json.parent, sales.json.department);
    await world.owner.call('changeDepartment', { path, body: { name: 'Late' }, headers: { 'If-Match': read.etag }, expect: 412 });
    await world.owner.call('changeDepartment', { path: { department: sales.json.department }, body: { parent: path.department }, headers: { 'If-Match': '*' }, expect: 409 });
    const top = await world.owner.call('changeDepartment', { path, body: { parent: null }, headers: { 'If-Match': '*' } });
    assert.equal(top.json.parent, 0);
    await world.owner.call('addDepartment', { body: {}, expect: 400 });
    await world.owner.call('getDepartment', { path: { department: 99999 }, expect: 404 });
    const { json } = await world.owner.call('listDepartments');
    assert.ok(json.items.some(d => d.name === 'Desk sales of tests'));
});

test('a person is added, found, changed, emptied of a field and forgotten', async () => {
    const made = await world.owner.call('addPerson', {
        body: { name: 'Bob Carr', email: 'Bob@Firsthand.test', external_id: 'E-17', level: '3', started: '2024-03-01', roles: ['front-line', 'analyst'] },
    });
    const path = { person: made.json.person };
    assert.equal(made.headers.get('location'), `/api/v1/people/${path.person}`);
    assert.deepEqual(made.json.roles, ['front-line', 'analyst']);
    const read = await world.owner.call('getPerson', { path });
    assert.equal(read.json.email, 'bob@firsthand.test');
    await world.owner.call('getPerson', { path, headers: { 'If-None-Match': read.etag }, expect: 304 });
    const without = await world.owner.call('changePerson', { path, body: { level: null, roles: ['analyst'] }, headers: { 'If-Match': read.etag } });
    assert.deepEqual([without.json.level, without.json.started, without.json.roles], ['', '2024-03-01', ['analyst']]);
    await world.owner.call('changePerson', { path, body: { name: 'Late' }, headers: { 'If-Match': read.etag }, expect: 412 });
    await world.owner.call('changePerson', { path, body: { name: 'Bob' }, expect: 428 });
    const typo = await world.owner.call('changePerson', { path, body: { manger: 1 }, headers: { 'If-Match': '*' }, expect: 400 });
    assert.match(typo.json.remedy, /manager/);
    await world.owner.call('changePerson', { path, body: { roles: ['analist'] }, headers: { 'If-Match': '*' }, expect: 400 });
    await world.owner.call('changePerson', { path, body: { manager: path.person }, headers: { 'If-Match': '*' }, expect: 409 });
    await world.owner.call('addPerson', { body: { name: 'Twin', email: 'bob@firsthand.test' }, expect: 409 });
    await world.owner.call('forgetPerson', { path, headers: { 'If-Match': without.etag } });
    const gone = await world.owner.call('getPerson', { path });
    assert.equal(gone.json.active, false);
    assert.ok(!/Bob|bob@/.test(gone.text));
});

test('the directory is read page by page and filtered', async () => {
    const all = await world.owner.all('listPeople', { query: { limit: 3 } });
    assert.deepEqual(all.map(p => p.person), [...all.map(p => p.person)].sort((a, b) => a - b));
    assert.ok(all.length > 13);
    const leads = await world.owner.all('listPeople', { query: { role: 'lead' } });
    assert.ok(leads.length && leads.every(p => p.roles.includes('lead')));
    const found = await world.owner.all('listPeople', { query: { q: 'olga' } });
    assert.deepEqual(found.map(p => p.name), ['Olga Owner']);
    const more = await world.owner.all('listPeople', { query: { disabled: 'yes' } });
    assert.ok(more.length > all.length);
    await world.owner.call('listPeople', { query: { limit: 0 }, expect: 400 });
    await world.owner.call('listPeople', { query: { role: 'boss' }, expect: 400 });
    await world.owner.call('listPeople', { query: { after: '-1' }, expect: 400 });
    // Colleagues see name and place, not the address.
    const seen = (await world.people.analyst.call('getPerson', { path: { person: found[0].person } })).json;
    assert.deepEqual([seen.name, seen.email], ['Olga Owner', '']);
});

test('roles and rights are told with what they mean', async () => {
    const roles = (await world.people['front-line'].call('listRoles')).json.items;
    const rights = (await world.people['front-line'].call('listRights')).json.items;
    assert.equal(roles.length, 13);
    const words = new Set(rights.map(r => r.right));
    for (const role of roles) assert.ok(role.means.length > 10 && role.rights.every(r => words.has(r)), role.role);
    assert.equal(roles.find(r => r.role === 'owner').may_give, false);
    assert.equal((await world.owner.call('listRoles')).json.items.find(r => r.role === 'owner').may_give, true);
    assert.ok(rights.find(r => r.right === 'erase').guarded);
});

// ---- Files

const csv = 'id,name,email,department,roles\nI1,Ivy Import,ivy@firsthand.test,Imports / Night shift,front-line\nI2,Jan Import,jan@firsthand.test,Imports,analyst\n';
const importing = (raw, query = {}, expect = 200) => world.owner.call('importPeople', { raw, query, expect, headers: { 'Content-Type': 'text/csv' } });

test('a file of people is tried, taken in, and changes nothing the second time', async () => {
    const dry = (await importing(csv, { 'dry-run': 'yes' })).json;
    assert.deepEqual([dry.kind, dry.written, dry.added], ['people', false, 2]);
    assert.equal((await world.owner.all('listPeople', { query: { q: 'import' } })).length, 0);
    const done = (await importing(csv)).json;
    assert.deepEqual([done.written, done.rows, done.added, done.departments_added], [true, 2, 2, 2]);
    const again = (await importing(csv)).json;
    assert.deepEqual([again.added, again.changed, again.unchanged], [0, 0, 2]);
    const out = (await world.owner.call('exportPeople')).text;
    assert.match(out, /I1,Ivy Import/);
    // Only who has an id of the personnel system can be known again by it.
    const known = out.split('\n').filter(line => !line.startsWith(',')).join('\n');
    assert.equal((await importing(known)).json.changed, 0);
    assert.match((await world.owner.call('exportDepartments')).text, /Night shift/);
});

test('problems of a file are told by line and column, and nothing is written', async () => {
    const { json } = await importing('id,name,email,start\nI3,Kim,kim@firsthand.test,31.31.2024\nI4,,not an address,\n', {}, 422);
    assert.equal(json.written, false);
    assert.ok(json.problem_count >= 2);
    assert.deepEqual([json.problems[0].line, json.problems[0].column], [2, 'start']);
    assert.equal((await world.owner.all('listPeople', { query: { q: 'kim' } })).length, 0);
    await world.owner.call('importPeople', { raw: csv, headers: { 'Content-Type': 'text/plain' }, expect: 400 });
    await importing('colour,size\nred,1\n', {}, 422);
});

// ---- Coming in

test('who I am is told: by session and by token', async () => {
    const me = (await world.owner.call('getMe')).json;
    assert.deepEqual([me.kind, me.name, me.roles, me.needs_second_factor], ['person', 'Olga Owner', ['owner'], false]);
    const token = (await world.sender.call('getMe')).json;
    assert.deepEqual([token.kind, token.rights, token.person], ['token', ['ingest'], me.person]);
    await world.nobody.call('getMe', { expect: 401 });
});

test('somebody changes the own name, and nothing else', async () => {
    const ann = await somebody('front-line');
    const path = { person: ann.person };
    const { etag } = await ann.call('getPerson', { path });
    const now = await ann.call('changeMe', { body: { name: 'Ann Other' }, headers: { 'If-Match': etag } });
    assert.equal(now.json.name, 'Ann Other');
    await ann.call('changeMe', { body: { name: 'Late' }, headers: { 'If-Match': etag }, expect: 412 });
    await ann.call('changeMe', { body: { roles: ['owner'] }, headers: { 'If-Match': '*' }, expect: 400 });
    await ann.call('changePerson', { path, body: { roles: ['owner'] }, headers: { 'If-Match': '*' }, expect: 403 });
});

test('a password lets in, a wrong one does not, and neither says who exists', async () => {
    const ann = await somebody('front-line');
    const good = await signIn(ann.email);
    assert.match(good.headers.get('set-cookie'), /^firsthand=[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=/);
    assert.notEqual(good.cookie, ann.cookie);
    const wrong = await signIn(ann.email, 'not the password', 403);
    const unknown = await signIn('nobody@firsthand.test', 'not the password', 403);
    assert.equal(wrong.json.detail, unknown.json.detail);
    assert.equal(wrong.cookie, undefined);
    // From elsewhere than our own pages nobody is signed in.
    await world.nobody.call('signIn', { body: { email: ann.email, password }, headers: { Origin: 'https://evil.example' }, expect: 403 });
    await world.nobody.call('signIn', { body: { email: ann.email, password }, headers: { 'X-Firsthand': '0' }, expect: 403 });
});

test('sessions are listed, ended one by one and all at once', async () => {
    const ann = await somebody('front-line');
    const second = world.nobody.as({ cookie: (await signIn(ann.email)).cookie });
    const third = world.nobody.as({ cookie: (await signIn(ann.email)).cookie });
    const list = (await ann.call('listSessions')).json.items;
    assert.equal(list.length, 3);
    assert.equal(list.filter(s => s.own).length, 1);
    const { session } = (await second.call('getMe')).json;
    await ann.call('endSession', { path: { session } });
    await second.call('getMe', { expect: 401 });
    await ann.call('endSessions', { path: { person: ann.person } });
    await third.call('getMe', { expect: 401 });
    await ann.call('getMe');
    // Of others only with the right to look after people.
    const bob = await somebody('analyst');
    await bob.call('listSessions', { query: { person: ann.person }, expect: 403 });
    await bob.call('endSession', { path: { session: (await ann.call('getMe')).json.session }, expect: [403, 404] });
    await bob.call('endSessions', { path: { person: ann.person }, expect: 403 });
    assert.equal((await world.owner.call('listSessions', { query: { person: ann.person } })).json.items.length, 1);
    await world.owner.call('endSessions', { path: { person: ann.person } });
    await ann.call('getMe', { expect: 401 });
});

test('a changed password ends the other sessions and goes on in this one', async () => {
    const ann = await somebody('front-line');
    const other = world.nobody.as({ cookie: (await signIn(ann.email)).cookie });
    await ann.call('changePassword', { body: { old: 'wrong one here', password: next }, expect: 403 });
    await ann.call('changePassword', { body: { old: password, password: 'short' }, expect: 400 });
    const { cookie } = await ann.call('changePassword', { body: { old: password, password: next } });
    await world.nobody.as({ cookie }).call('getMe');
    await ann.call('getMe', { expect: 401 });
    await other.call('getMe', { expect: 401 });
    await signIn(ann.email, password, 403);
    await signIn(ann.email, next);
});

test('a reset link sets a password once, and ends all sessions', async () => {
    const ann = await somebody('front-line');
    const secret = await link(ann.person, 'reset');
    const { json } = await world.nobody.call('lookAtLink', { body: { secret } });
    assert.deepEqual([json.kind, json.email], ['reset', ann.email]);
    await world.nobody.call('finishLink', { body: { secret, password: 'password1234' }, expect: 400 });
    const { cookie } = await world.nobody.call('finishLink', { body: { secret, password: next } });
    await ann.call('getMe', { expect: 401 });
    await world.nobody.as({ cookie }).call('getMe');
    await world.nobody.call('finishLink', { body: { secret, password: next }, expect: 404 });
    await world.nobody.call('lookAtLink', { body: { secret }, expect: 404 });
    await world.owner.call('makeLink', { path: { person: ann.person }, body: { kind: 'gift' }, expect: 400 });
    await world.nobody.call('setUp', { body: { secret, name: 'X', email: 'x@firsthand.test', password }, expect: 404 });
});

// ---- Tokens

test('a token is made within the own rights, shown once, listed and revoked', async () => {
    const ann = await somebody('analyst');
    const made = await ann.call('makeToken', { body: { name: 'nightly figures', scopes: ['ask'], days: 30 } });
    assert.match(made.json.text, /^fh_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/);
    assert.equal(made.headers.get('cache-control'), 'no-store');
    const program = world.nobody.as({ token: made.json.text });
    assert.deepEqual((await program.call('getMe')).json.rights, ['ask']);
    await program.call('listPeople', { expect: 403 });
    const [listed] = (await ann.call('listTokens')).json.items;
    assert.deepEqual([listed.token, listed.name, listed.revoked], [made.json.token, 'nightly figures', false]);
    assert.ok(!JSON.stringify(listed).includes(made.json.text));
    await ann.call('makeToken', { body: { name: 'too much', scopes: ['erase'] }, expect: 403 });
    await ann.call('makeToken', { body: { name: 'for ever', scopes: ['ask'], days: 4000 }, expect: 400 });
    await ann.call('makeToken', { body: { name: 'typo', scopes: ['aks'] }, expect: 400 });
    await program.call('makeToken', { body: { name: 'by a token', scopes: ['ask'] }, expect: 403 });
    await ann.call('listTokens', { query: { all: 'yes' }, expect: 403 });
    assert.ok((await world.owner.call('listTokens', { query: { all: 'yes' } })).json.items.length >= 3);
    await world.people.analyst.call('revokeToken', { path: { token: made.json.token }, expect: [403, 404] });
    await ann.call('revokeToken', { path: { token: made.json.token } });
    await program.call('getMe', { expect: 401 });
});

test('whoever is disabled is out at once, with every token', async () => {
    const ann = await somebody('analyst');
    const { json } = await ann.call('makeToken', { body: { name: 'soon gone', scopes: ['ask'] } });
    await world.owner.call('changePerson', { path: { person: ann.person }, body: { active: false }, headers: { 'If-Match': '*' } });
    await ann.call('getMe', { expect: 401 });
    await world.nobody.as({ token: json.text }).call('getMe', { expect: 401 });
    await signIn(ann.email, password, 403);
});
