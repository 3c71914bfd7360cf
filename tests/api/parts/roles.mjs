// roles.mjs - every operation by every role, and by nobody: done or refused as its
// x-right says. Requests are empty, or name what is not there, so that nothing changes.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

// Would end the session, or change who somebody is.
const leftOut = new Set(['signOut', 'changePassword', 'beginTotp']);
// Answered by the function itself, for some objects only: tested elsewhere.
const own = new Set(['getPerson', 'removeTotp', 'listSessions', 'endSession', 'endSessions', 'listPasskeys', 'removePasskey', 'listTokens', 'revokeToken']);

function harmless(operation) {
    const path = {};
    for (const p of operation.parameters) if (p.in === 'path') path[p.name] = p.name === 'dictionary' ? 'channels' : '999999';
    const headers = operation.parameters.some(p => p.$ref?.endsWith('/IfMatch')) ? { 'If-Match': '"999999"' } : {};
    const media = Object.keys(operation.requestBody?.content ?? {});
    if (media.length && !media.includes('application/json')) return { path, headers: { ...headers, 'Content-Type': media[0] }, raw: '' };
    return { path, headers, ...(media.length ? { body: {} } : {}) };
}

const any = Array.from({ length: 500 }, (_, i) => i + 100); // status codes

// The program's own; the first test fails when one is added and not listed here.
const roles = ['owner', 'admin', 'front-line', 'journey-owner', 'lead', 'executive', 'designer', 'customer',
    'facilitator', 'analyst', 'hr', 'dpo', 'success'];

test('these are all roles', () => {
    assert.deepEqual(world.roles.map(r => r.role), roles);
});

for (const role of roles)
    test(`${role} may do what the role's rights say, and nothing else`, async () => {
        const { rights } = world.roles.find(r => r.role === role);
        const who = world.people[role];
        for (const [id, operation] of world.description.operations) {
            if (operation.security?.length === 0 || leftOut.has(id) || own.has(id) || id === 'watchEvents') continue;
            const right = operation['x-right'];
            const reply = await who.call(id, { ...harmless(operation), expect: any });
            assert.notEqual(reply.status, 401, id);
            assert.ok(reply.status < 500, `${id}: ${reply.status} ${reply.text}`);
            if (right && !rights.includes(right)) assert.equal(reply.status, 403, `${role}: ${id} needs ${right}`);
            else if (right) assert.notEqual(reply.status, 403, `${role}: ${id} ${reply.text}`);
        }
    });

test('every role that works here takes part: tells, comments, accepts, pledges, walks; none only looks on', async () => {
    const { items } = (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json;
    const told = [];
    for (const role of roles.filter(r => r !== 'customer')) { // whom we serve, not a colleague
        const who = world.people[role];
        const make = async (kind, fields, more = {}) => (await who.call('makeRecord', { path: { kind }, body: { fields, ...more } })).json.record;
        const made = {
            findings: await make('finding', { what: `Found by ${role}` }),
            pledges: await make('pledge', { what: 'I ring back', due: '2031-01-01' }),
            walks: await make('walk', { what: 'I buy something', how: 'self', touchpoint: [items[0].number], due: '2031-01-01' }),
        };
        const signal = await make('signal', { what: `Told by ${role}` });
        const { json: offered } = await world.people.lead.call('makeRecord', { path: { kind: 'aggravation' }, body: { fields: { what: `Offered to ${role}` }, owner: who.person } });
        if (role !== 'lead') await who.call('changeOwnership', { path: { kind: 'aggravation', record: offered.record }, body: { do: 'accept' } });
        for (const record of told) await who.call('commentRecord', { path: { kind: 'signal', record }, body: { text: 'I see it, too' } });
        told.splice(0, 1, signal);
        const { json: mine } = await who.call('getMyPart', { query: { limit: 50 } });
        for (const [list, record] of Object.entries(made)) assert.ok(mine[list].items.some(r => r.record === record), `${role}: ${list}`);
        assert.ok(mine.own.items.some(r => r.record === offered.record), `${role} owns it`);
    }
});

test('nobody may do anything that is not public', async () => {
    for (const [id, operation] of world.description.operations) {
        if (operation.security?.length === 0) continue;
        const reply = await world.nobody.call(id, { ...harmless(operation), expect: [401, 303] });
        // Pages lead to where one signs in.
        if (!operation.tags.includes('Pages')) assert.equal(reply.status, 401, id);
        else if (reply.status === 303) assert.match(reply.headers.get('location'), /^\/sign-in/, id);
    }
});

test('a token may do what its scopes say, and no more than its owner', async () => {
    for (const [id, operation] of world.description.operations) {
        const right = operation['x-right'];
        if (!right || right === 'ingest') continue;
        await world.sender.call(id, { ...harmless(operation), expect: 403 });
    }
});

test('what was refused stands in the audit log', async () => {
    await world.people.customer.call('listPeople', { expect: 403 });
    for (const end = Date.now() + 60000; ;) {
        const { json } = await world.owner.call('listAudit', { query: { action: 'denied', person: world.people.customer.person, limit: 1 } });
        if (json.items.length) return;
        assert.ok(Date.now() < end, 'no entry');
        await new Promise(next => setTimeout(next, 50));
    }
});
