// saved.mjs - saved views: one's own, shared ones, who changes them, and what may not be kept.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { firsthand } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const of = role => Object.values(world.people).find(p => p.role === role);
const names = async (who, query = {}) => (await who.call('listViews', { query })).json.items.map(v => v.name);
const body = { name: ' Complaints, 2024 ', page: 'actual', query: 'from=2024&passed=Complaint&tab=ways' };

test('a view is kept for its owner alone until it is shared', async () => {
    const ann = of('analyst'), bob = of('front-line');
    const { json, etag } = await ann.call('addView', { body });
    assert.deepEqual([json.name, json.page, json.query, json.mine, json.shared, json.may_change], ['Complaints, 2024', 'actual', body.query, true, false, true]);
    assert.equal(json.owner, 'Person analyst');
    const path = { view: json.view };
    assert.deepEqual(await names(bob), []);
    await bob.call('getView', { path, expect: 404 });
    await bob.call('changeView', { path, headers: { 'If-Match': '*' }, body: { name: 'Mine now' }, expect: 404 });
    await world.people.admin.call('removeView', { path, headers: { 'If-Match': '*' }, expect: 404 });

    const shared = await ann.call('changeView', { path, headers: { 'If-Match': etag }, body: { shared: true } });
    assert.deepEqual([shared.json.shared, shared.json.version, shared.json.query], [true, 2, body.query]);
    await ann.call('changeView', { path, headers: { 'If-Match': etag }, body: { name: 'Late' }, expect: [409, 412] });
    const seen = (await bob.call('getView', { path })).json;
    assert.deepEqual([seen.mine, seen.may_change, seen.owner], [false, false, 'Person analyst']);
    await bob.call('changeView', { path, headers: { 'If-Match': '*' }, body: { name: 'Mine now' }, expect: 403 });
    await bob.call('removeView', { path, headers: { 'If-Match': '*' }, expect: 403 });
    assert.deepEqual(await names(bob, { page: 'data' }), []);
    assert.deepEqual(await names(bob, { page: 'actual' }), ['Complaints, 2024']);
    world.view = json.view;
});

test('who keeps the settings may change and delete what is shared; the audit log tells it without its name', async () => {
    const path = { view: world.view };
    const renamed = await world.people.admin.call('changeView', { path, headers: { 'If-Match': '*' }, body: { name: 'Complaints' } });
    assert.deepEqual([renamed.json.name, renamed.json.mine, renamed.json.owner], ['Complaints', false, 'Person analyst']);
    await of('analyst').call('removeView', { path, headers: { 'If-Match': renamed.etag } });
    await of('analyst').call('getView', { path, expect: 404 });
    const { json } = await world.owner.call('listAudit', { query: { action: 'view.changed' } });
    assert.equal(json.items.length, 4); // saved, shared, renamed, deleted
    assert.doesNotMatch(JSON.stringify(json.items), /Complaint/);
});

test('a shared view stands on the first page of whoever has the role, until it is shared no longer', async () => {
    const ann = of('analyst'), success = of('success');
    const first = async who => (await who.call('listViews', { query: { first: 'yes' } })).json.items.map(v => v.name);
    await ann.call('addView', { body: { ...body, roles: ['success'] }, expect: 400 }); // hers alone
    await ann.call('addView', { body: { ...body, shared: true, roles: ['succes'] }, expect: 400 });
    const { json } = await ann.call('addView', { body: { ...body, shared: true, roles: ['success', 'designer'] } });
    assert.deepEqual(json.roles, ['designer', 'success']);
    assert.deepEqual([await first(success), await first(of('designer')), await first(ann)], [['Complaints, 2024'], ['Complaints, 2024'], []]);
    const path = { view: json.view }, headers = { 'If-Match': '*' };
    assert.deepEqual((await ann.call('changeView', { path, headers, body: { roles: ['analyst'] } })).json.roles, ['analyst']);
    assert.deepEqual([await first(success), await first(ann)], [[], ['Complaints, 2024']]);
    assert.deepEqual((await ann.call('changeView', { path, headers, body: { shared: false } })).json.roles, []);
    await ann.call('removeView', { path, headers });
});

test('a customer sees none and keeps none, and who is forgotten leaves what was shared', async () => {
    await of('customer').call('listViews', { expect: 403 });
    await of('customer').call('addView', { body, expect: 403 });
    const { json: person } = await world.owner.call('addPerson', { body: { name: 'Will Go', email: 'will@firsthand.test', roles: ['analyst'] } });
    const token = firsthand('people', world.server.org, '--token', 'will@firsthand.test', '--scopes', 'take-part').split('\n')[0];
    const will = world.nobody.as({ token });
    const own = (await will.call('addView', { body: { ...body, name: 'own' } })).json;
    const shared = (await will.call('addView', { body: { ...body, name: 'shared', shared: true } })).json;
    await world.owner.call('forgetPerson', { path: { person: person.person }, headers: { 'If-Match': '*' } });
    await world.owner.call('getView', { path: { view: own.view }, expect: 404 });
    assert.equal((await world.owner.call('getView', { path: { view: shared.view } })).json.owner, '');
});

test('what is no page, no query, or about one customer is refused, with the remedy', async () => {
    for (const wrong of [{ name: ' ' }, { name: 'x'.repeat(121) }, { name: 'a\u0007' }, { page: 'stories/17' }, { page: 'records/fix/17' }, { page: 'records/17' }, { page: 'maps/x' }, { page: 'maps/' }, { page: 'actual/ways' }, { page: '/actual' }, { page: '' }, { page: '//evil' },
        { query: 'a b' }, { query: '<script>' }, { query: 'caf\u00e9' }, { query: 'x'.repeat(4001) }, { query: 'customer=ann%40example.org' },
        { query: 'from=2024&Customer%3Dann' }, { query: 'vs=passed%3DA%26customer%253Dann' }, { colour: 'red' }]) {
        const { json } = await world.owner.call('addView', { body: { ...body, ...wrong }, expect: 400 });
        assert.ok(json.detail, JSON.stringify(wrong));
    }
    const { json } = await world.owner.call('addView', { body: { ...body, query: 'sel=customer&passed=customers%20call' } });
    await world.owner.call('removeView', { path: { view: json.view }, headers: { 'If-Match': '*' } });
});

test('a kind of records, a map, the stories have views of their own, and a page lists what lies below it', async () => {
    const ann = of('analyst');
    const made = [];
    for (const page of ['records', 'records/fix', 'maps/1', 'stories'])
        made.push((await ann.call('addView', { body: { name: `of ${page}`, page, query: 'open=longest' } })).json);
    assert.deepEqual(await names(ann, { page: 'records' }), ['of records', 'of records/fix']);
    assert.deepEqual(await names(ann, { page: 'records/fix' }), ['of records/fix']);
    assert.deepEqual(await names(ann, { page: 'record' }), []);
    assert.deepEqual(await names(ann, { page: 'maps' }), ['of maps/1']);
    for (const { view } of made) await ann.call('removeView', { path: { view }, headers: { 'If-Match': '*' } });
});
