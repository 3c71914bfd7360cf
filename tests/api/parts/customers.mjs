// customers.mjs - finding, merging and taking back, erasing with proof, names.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { world } from '../lib/world.mjs';
import { firsthand } from '../lib/server.mjs';

const find = async who => (await world.owner.call('search', { body: { who } })).json.items[0]?.customer;

async function newCustomer(name) {
    await world.sender.call('addInteractions', {
        body: { customer: { email: `${name}@example.org` }, time: '2024-06-01T08:00:00Z', touchpoint: 'Visit', source: 'desk', id: name },
    });
    return find(`${name}@example.org`);
}

test('a customer is found by any identifier; nobody is not an error', async () => {
    const customer = await find('ann@example.org');
    assert.equal(await find('C1'), customer);
    assert.equal(await find('nobody@example.org'), undefined);
    const { json } = await world.owner.call('getCustomer', { path: { customer } });
    assert.deepEqual(json.identifiers.map(i => i.value).sort(), ['C1', 'ann@example.org']);
    await world.owner.call('getCustomer', { path: { customer: 999999 }, expect: 404 });
    await world.owner.call('search', { body: {}, expect: 400 });
});

test('two customers are looked at, put together, and taken apart again', async () => {
    const [a, b] = [await newCustomer('merge-a'), await newCustomer('merge-b')];
    const before = firsthand('story', world.server.org, `#${a}`, '--format', 'json');
    const preview = (await world.owner.call('previewMerge', { query: { from: `#${a}`, into: `#${b}` } })).json;
    assert.deepEqual([preview.from.customer, preview.into.customer, preview.into.interactions], [a, b, 1]);
    assert.deepEqual([preview.from.first, preview.from.last], ['2024-06-01T08:00:00Z', '2024-06-01T08:00:00Z']);
    assert.deepEqual([preview.from.differing, preview.into.differing], [['email'], ['email']]);
    const shown = JSON.parse(firsthand('identify', world.server.org, '--merge', `#${a}`, `#${b}`, '--preview', '--format', 'json', '--zone', 'UTC'));
    const utc = ({ first, last, ...met }) => ({ ...met, times: [first, last].map(t => Date.parse(t)) });
    assert.deepEqual(shown.map(utc), [preview.from, preview.into].map(utc));
    await world.owner.call('previewMerge', { query: { from: `#${a}`, into: 'nobody@example.org' }, expect: 404 });
    const merged = await world.owner.call('mergeCustomers', { body: { from: `#${a}`, into: `#${b}`, why: 'same person' } });
    assert.equal(merged.headers.get('location'), `/api/v1/merges/${merged.json.merge}`);
    assert.equal((await world.owner.call('getStory', { query: { who: 'merge-a@example.org' } })).json.interactions.length, 2);
    await world.owner.call('mergeCustomers', { body: { from: `#${a}`, into: `#${b}` }, expect: [404, 409] });
    await world.owner.call('undoMerge', { path: { merge: merged.json.merge } });
    assert.equal(firsthand('story', world.server.org, 'merge-a@example.org', '--format', 'json'), before);
    await world.owner.call('undoMerge', { path: { merge: 999999 }, expect: 404 });
    const log = (await world.owner.call('listAudit', { query: { limit: 20, action: 'customer.' } })).json.items.map(e => e.action);
    assert.deepEqual(log.slice(0, 2), ['customer.unmerged', 'customer.merged']);
});

test('an erased customer is gone, and stays gone', async () => {
    const customer = await newCustomer('erase-me-entirely');
    await world.owner.call('eraseCustomer', { path: { customer }, body: { confirm: 'ann@example.org' }, expect: 409 });
    const { json } = await world.owner.call('eraseCustomer', {
        path: { customer }, body: { confirm: 'erase-me-entirely@example.org' },
    });
    assert.equal(json.interactions, 1);
    /* Where the machine is so busy that somebody still read what was there before, it says so. */
    assert.ok(!json.settled || json.proof.found === 0, JSON.stringify(json));
    assert.ok(json.proof.identifiers_searched >= 1 && json.proof.bytes_searched > 0);
    assert.equal(await find('erase-me-entirely@example.org'), undefined);
    const again = await world.sender.call('addInteractions', {
        body: { customer: { email: 'erase-me-entirely@example.org' }, time: '2024-06-01T08:00:00Z', touchpoint: 'Visit', source: 'desk', id: 'erase-me-entirely' },
    });
    assert.equal(again.json.erased, 1);
    for (let tries = 0; world.server.read('our.fh').includes('erase-me-entirely'); tries++) {
        assert.ok(!json.settled && tries < 300, 'the file still holds the identifier');
        await delay(100);
    }
});

test('names are renamed and counted together, without changing data', async () => {
    const { json } = await world.owner.call('listNames', { path: { dictionary: 'channels' } });
    const phone = json.items.find(n => n.name === 'phone');
    await world.owner.call('renameName', { path: { dictionary: 'channels', number: phone.number }, body: { name: 'telephone' } });
    assert.match((await world.owner.call('getTouchpoints', { query: { channel: 'telephone' } })).text, /Complaint/);
    const web = json.items.find(n => n.name !== 'phone' && n.name);
    await world.owner.call('mergeNames', { path: { dictionary: 'channels', number: web.number }, body: { into: phone.number } });
    const after = (await world.owner.call('listNames', { path: { dictionary: 'channels' } })).json.items;
    assert.equal(after.find(n => n.number === web.number).counts_as, phone.number);
    const path = { dictionary: 'channels', number: web.number };
    await world.owner.call('splitName', { path });
    const apart = (await world.owner.call('listNames', { path: { dictionary: 'channels' } })).json.items;
    assert.equal(apart.find(n => n.number === web.number).counts_as, undefined);
    await world.owner.call('splitName', { path, expect: 409 });
    await world.owner.call('mergeNames', { path, body: { into: phone.number } });
    await world.owner.call('listNames', { path: { dictionary: 'colours' }, expect: 404 });
    await world.owner.call('mergeNames', { path: { dictionary: 'channels', number: web.number }, body: { into: 0 }, expect: 400 });
});

test('a kind of identifier is told to be shared', async () => {
    await world.owner.call('putIdentifierKind', { path: { kind: 'household' }, body: { shared: true } });
    await world.owner.call('putIdentifierKind', { path: { kind: 'household' }, body: { shared: 'yes' }, expect: 400 });
});

test('who lists the customers behind a figure is in the log, once a list and without naming one', async () => {
    const listed = async () => (await world.owner.call('listAudit', { query: { action: 'customers.listed' } })).json.items;
    const before = (await listed()).length;
    const { json } = await world.owner.call('getCustomers', { query: { passed: 'Order', limit: 1 } });
    await world.owner.call('getCustomers', { query: { passed: 'Order', limit: 1, after: json.next } });
    await world.owner.call('getCustomers', { query: { customer: 'ann@example.org' } });
    await world.owner.call('getCustomers', { query: { passed: 'Nothing called so' }, expect: [400, 404] });
    const now = await listed();
    assert.equal(now.length, before + 2);
    assert.match(JSON.stringify(now[1]), /passed=Order/);
    assert.doesNotMatch(JSON.stringify(now[0]), /ann/);
});
