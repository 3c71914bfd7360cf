// settings.mjs - settings with If-Match, requests that are done once, the audit log.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

test('settings change only for who has read them', async () => {
    const { etag, json } = await world.owner.call('getSettings');
    assert.equal(json.name, 'Our shop');
    const none = await world.owner.call('changeSettings', { body: { mission: 'x' }, expect: [400, 428] });
    assert.match(none.json.detail, /If-Match/);
    const changed = await world.owner.call('changeSettings', { body: { mission: 'Nobody waits twice' }, headers: { 'If-Match': etag } });
    assert.equal(changed.json.mission, 'Nobody waits twice');
    const late = await world.owner.call('changeSettings', { body: { mission: 'late' }, headers: { 'If-Match': etag }, expect: 412 });
    assert.equal(late.json.type, 'urn:firsthand:problem:stale');
    assert.match(late.json.remedy, /new ETag/);
    const without = await world.owner.call('changeSettings', { body: { mission: 'late' }, expect: 428 });
    assert.equal(without.json.type, 'urn:firsthand:problem:if-match-missing');
    assert.match(without.json.remedy, /Send the ETag/);
    await world.owner.call('changeSettings', { body: { mission: 'Whatever there is' }, headers: { 'If-Match': '*' } });
    await world.owner.call('getSettings', { headers: { 'If-None-Match': etag } });
    const now = await world.owner.call('getSettings');
    await world.owner.call('getSettings', { headers: { 'If-None-Match': now.etag }, expect: 304 });
    await world.owner.call('changeSettings', { body: { mision: 'x' }, headers: { 'If-Match': now.etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { zone: 'Mars/Base' }, headers: { 'If-Match': now.etag }, expect: [400, 404] });
});

test('a request with an Idempotency-Key is done once', async () => {
    const headers = { 'Idempotency-Key': 'department-1' };
    const first = await world.owner.call('addDepartment', { body: { name: 'Once only' }, headers });
    const second = await world.owner.call('addDepartment', { body: { name: 'Once only' }, headers });
    assert.equal(second.text, first.text);
    assert.equal(second.headers.get('location'), first.headers.get('location'));
    const { json } = await world.owner.call('listDepartments');
    assert.equal(json.items.filter(d => d.name === 'Once only').length, 1);
    await world.owner.call('addDepartment', { body: { name: 'Another' }, headers, expect: 409 });
    await world.owner.call('addDepartment', { body: { name: 'Long' }, headers: { 'Idempotency-Key': 'k'.repeat(256) }, expect: 400 });
});

test('the audit log is a list that can be read to its end, and filtered', async () => {
    const all = await world.owner.all('listAudit', { query: { limit: 7 } });
    assert.deepEqual(all.map(e => e.number), all.map(e => e.number).sort((a, b) => b - a));
    assert.equal(new Set(all.map(e => e.number)).size, all.length);
    for (const action of ['link.used', 'person.added', 'token.made', 'setting.changed', 'customer.erased', 'names.changed'])
        assert.ok(all.some(e => e.action === action), `no entry ${action}`);
    await world.owner.call('listAudit', { query: { after: 'x' }, expect: 400 });
    await world.owner.call('listAudit', { query: { limit: 100000 }, expect: 400 });
});
