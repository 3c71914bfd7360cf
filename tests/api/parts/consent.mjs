// consent.mjs - purposes, what customers said to them, and the register of requests: along
// with merges and their undoing, and gone with the erasure.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

const number = async who => (await world.owner.call('search', { body: { who } })).json.items[0].customer;
const said = async customer => (await world.owner.call('getConsent', { path: { customer } })).json;
const now = (json, word) => json.purposes.find(p => p.word === word);
const csv = { 'Content-Type': 'text/csv' };

test('a purpose is declared with its words, and changed without losing anybody\u2019s change', async () => {
    const body = { word: 'newsletter', name: 'Our newsletter', shown: 'You may write to me once a month.', basis: 'consent' };
    const { json } = await world.owner.call('addPurpose', { body });
    assert.deepEqual([json.holds, json.active, json.given, json.withdrawn], [false, true, 0, 0]);
    await world.owner.call('addPurpose', { body, expect: 409 });
    await world.owner.call('addPurpose', { body: { ...body, word: 'News letter' }, expect: 400 });
    await world.owner.call('addPurpose', { body: { word: 'service', name: 'Service', basis: 'contract', holds: true } });
    const path = { purpose: json.purpose };
    const changed = await world.owner.call('changePurpose', { path, body: { basis: 'consent, article 6', version: 1 } });
    assert.deepEqual([changed.json.basis, changed.json.shown, changed.json.version], ['consent, article 6', body.shown, 2]);
    await world.owner.call('changePurpose', { path, body: { name: 'x', version: 1 }, expect: 409 });
});

test('what a customer says is added, never changed; the latest holds', async () => {
    const raw = 'customer,mail,time,touchpoint\nK1,kim.unique@example.org,2024-03-01 09:00,Sign\nK2,kurt@example.org,2024-03-01 09:00,Sign\n';
    const { json: { upload } } = await world.owner.call('uploadFile', { query: { name: 'k.csv' }, raw, headers: csv });
    const { json } = await world.owner.call('importFile', { body: { upload, map: ['customer=customer', 'customer.email=mail'] } });
    await world.owner.job(json.job);
    const k1 = await number('K1');
    const none = await said(k1);
    assert.deepEqual(none.purposes.map(p => [p.word, p.given, p.said]), [['newsletter', false, false], ['service', true, false]]);
    const path = { customer: k1 };
    await world.owner.call('addConsent', { path, body: { purpose: 'newsletter', given: true, at: '2024-04-01', how: 'paper form', source: 'fair' } });
    await world.owner.call('addConsent', { path, body: { purpose: 'newsletter', given: false, at: '2024-06-01', how: 'by phone' } });
    // Said before, recorded later: what was said last still holds.
    const late = (await world.owner.call('addConsent', { path, body: { purpose: 'newsletter', given: true, at: '2024-05-01' } })).json;
    assert.deepEqual([now(late, 'newsletter').given, now(late, 'newsletter').said], [false, true]);
    assert.deepEqual(late.history.map(e => [e.given, e.at.slice(0, 7)]), [[false, '2024-06'], [true, '2024-05'], [true, '2024-04']]);
    assert.equal(late.history[2].how, 'paper form');
    for (const body of [{ purpose: 'spam', given: true }, { purpose: 'newsletter', given: true, at: '2999-01-01' }, { purpose: 'newsletter' }])
        await world.owner.call('addConsent', { path, body, expect: 400 });
    await world.owner.call('getConsent', { path: { customer: 999999 }, expect: 404 });
    const { json: audit } = await world.owner.call('listAudit', { query: { action: 'consent.', customer: k1 } });
    assert.ok(audit.items.some(e => e.action === 'consent.said') && audit.items.some(e => e.action === 'consent.seen'));
});

test('a file of what many said is taken as a whole or not at all', async () => {
    const send = (raw, expect) => world.owner.call('importConsent', { raw, headers: csv, ...(expect && { expect }) });
    const bad = (await send('who,purpose,given,at\nK1,newsletter,yes,2024-07-01\nnobody@nowhere.example,newsletter,yes,\nK2,newsletter,perhaps,\n', 422)).json;
    assert.deepEqual([bad.taken, bad.refused, bad.problems.map(p => p.line)], [0, 2, [3, 4]]);
    assert.equal(now(await said(await number('K1')), 'newsletter').given, false);
    const tried = (await world.owner.call('importConsent', { query: { 'dry-run': 'yes' }, raw: 'who,purpose,given\nK1,newsletter,yes\nK1,newsletter,perhaps\n', headers: csv })).json;
    assert.deepEqual([tried.refused, tried.problems[0].line], [1, 3]);
    const good = (await send('who;purpose;given;at;how\nkim.unique@example.org;newsletter;yes;2024-07-01;web form\nK2;newsletter;no;2024-07-02;\n')).json;
    assert.deepEqual([good.taken, good.refused], [2, 0]);
    const { json } = await world.owner.call('listPurposes');
    assert.deepEqual([json.items[0].given, json.items[0].withdrawn], [1, 1]);
    await send('name,purpose\nx,y\n', 400);
});

test('what was said goes along with a merge, and comes back when it is undone', async () => {
    const [k1, k2] = [await number('K1'), await number('K2')];
    const { json } = await world.owner.call('mergeCustomers', { body: { from: `#${k2}`, into: `#${k1}` } });
    const both = await said(k1);
    assert.equal(both.history.length, 5);
    assert.equal(now(both, 'newsletter').given, false); // K2 said no a day later
    await world.owner.call('undoMerge', { path: { merge: json.merge } });
    assert.equal((await said(k1)).history.length, 4);
    assert.equal((await said(k2)).history.length, 1);
});

test('a request has a month, is handled and answered with a file', async () => {
    await world.owner.call('addRequest', { body: { who: 'K1', kind: 'acces' }, expect: 400 });
    await world.owner.call('addRequest', { body: { who: 'nobody@nowhere.example', kind: 'access' }, expect: 404 });
    const { json } = await world.owner.call('addRequest', { body: { who: 'K1', kind: 'access', received: '2024-01-31', words: 'What do you know of me?' } });
    assert.deepEqual([json.state, json.due.slice(0, 10)], ['open', '2024-02-29']);
    const path = { request: json.request };
    const exported = (await world.owner.call('exportForRequest', { path })).json;
    const { result } = await world.owner.job(exported.job);
    assert.equal(result.interactions, 1);
    const done = (await world.owner.call('changeRequest', { path, body: { state: 'done', answer: 'Sent by letter.', version: exported.version } })).json;
    assert.deepEqual([done.state, done.answer, done.job], ['done', 'Sent by letter.', exported.job]);
    assert.ok(done.done);
    await world.owner.call('changeRequest', { path, body: { state: 'lost' }, expect: 400 });
    await world.owner.call('changeRequest', { path, body: { state: 'open', version: 1 }, expect: 409 });
});

test('an erasure answers its request with the proof, and nothing of who it was stays in the register', async () => {
    const k1 = await number('K1');
    const words = 'Erase kim.unique@example.org please';
    const { json } = await world.owner.call('addRequest', { body: { who: 'kim.unique@example.org', kind: 'erasure', words } });
    assert.match(json.reference, /^[0-9a-f]{32,}$/);
    const erased = (await world.owner.call('eraseCustomer', { path: { customer: k1 }, body: { confirm: 'K1' } })).json;
    assert.equal(erased.proof.found, 0);
    const items = await world.owner.all('listRequests', { query: { limit: 1 } });
    const [erasure, access] = [items.find(r => r.request === json.request), items.find(r => r.kind === 'access')];
    assert.deepEqual([erasure.customer, erasure.words, erasure.state, erasure.proof.found, erasure.reference], [null, '', 'done', 0, json.reference]);
    assert.deepEqual([access.customer, access.words, access.answer, access.state], [null, '', '', 'done']);
    const bytes = world.server.read('our.fh');
    for (const text of ['kim.unique', 'What do you know of me', 'paper form']) assert.ok(!bytes.includes(text), text);
    assert.deepEqual((await world.owner.call('listPurposes')).json.items[0].given, 0);
    await world.owner.call('getConsent', { path: { customer: k1 }, expect: 404 });
    await world.owner.call('changeRequest', { path: { request: json.request }, body: { answer: 'It was Kim.' }, expect: 409 });
    assert.deepEqual((await world.owner.all('listRequests', { query: { state: 'open' } })).map(r => r.request), []);
});
