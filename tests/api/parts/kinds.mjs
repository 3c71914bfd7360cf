// kinds.mjs - kinds of records: listed, checked, declared while the server runs, put back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from '../lib/world.mjs';

const parcel = more => `kind lost-parcel
title "Lost parcel" "Lost parcels"
says "A parcel that a customer waits for and nobody can find."
add "Tell of a lost parcel"
made by anybody
owner none

field what text required max 200 "What was in it?"
field weight number unit kg decimals 1 min 0 "How heavy is it?"
field place choice "Where was it seen last?"
  choice van "In the van"
  choice depot "In the depot"
${more}
state open "Being looked for"
state found "Found" closed

move find "It was found" from open to found by anybody needs place
`;

test('kinds are told with all that forms and lists need', async () => {
    const { json } = await world.people['front-line'].call('listKinds');
    assert.ok(json.items.length > 0);
    for (const kind of json.items) {
        assert.equal(kind.active, true);
        assert.equal(kind.own, false);
        assert.ok(kind.states.length > 1 && kind.moves.length > 0, kind.name);
        const states = kind.states.map(s => s.name);
        for (const move of kind.moves) for (const state of [...move.from, move.to]) assert.ok(states.includes(state), `${kind.name} ${move.name}: ${state}`);
    }
    const promise = json.items.find(k => k.name === 'promise');
    assert.ok(promise.may_make);
    const { json: whole, etag } = await world.people['front-line'].call('getKind', { path: { kind: 'promise' } });
    assert.match(whole.declaration, /^#|^kind promise/);
    assert.match(etag, /^(W\/)?"1"$/);
    await world.people['front-line'].call('getKind', { path: { kind: 'promis' }, expect: 404 });
    await world.people.customer.call('listKinds', { expect: [200, 403] });
});

test('the words that declarations may use are told with what they mean', async () => {
    const { json } = await world.owner.call('listKindWords');
    assert.ok(json.conditions.length && json.computed.length);
    for (const { word, means } of [...json.conditions, ...json.computed]) assert.ok(/^[a-z-]+$/.test(word) && means.length > 5, word);
});

test('a declaration is checked before it counts: all that does not fit, with line and column', async () => {
    const good = await world.owner.call('checkKind', { body: { declaration: parcel('') } });
    assert.ok(good.json.ok);
    assert.deepEqual(good.json.kind.fields.map(f => f.name), ['what', 'weight', 'place']);
    const bad = await world.owner.call('checkKind', { body: { declaration: parcel('field weight text "Again"\nfield x nonsense "X"\n') } });
    assert.equal(bad.json.ok, false);
    assert.ok(bad.json.problems.length >= 2, JSON.stringify(bad.json.problems));
    for (const p of bad.json.problems) assert.ok(p.line >= 1 && p.column >= 1 && p.what);
    await world.owner.call('checkKind', { body: { declaration: '' }, expect: 200 });
    await world.people['front-line'].call('checkKind', { body: { declaration: parcel('') }, expect: 403 });
});

test('a kind is added while the server runs, changed with the version that was seen, put aside', async () => {
    const path = { kind: 'lost-parcel' };
    await world.people['front-line'].call('declareKind', { path, body: { declaration: parcel('') }, expect: 403 });
    await world.owner.call('declareKind', { path: { kind: 'other-name' }, body: { declaration: parcel('') }, expect: [400, 422] });
    await world.owner.call('declareKind', { path, body: { declaration: 'kind lost-parcel\n' }, expect: [400, 422] });
    const made = await world.owner.call('declareKind', { path, body: { declaration: parcel('') } });
    assert.equal(made.json.own, true);
    assert.ok((await world.people['front-line'].call('listKinds')).json.items.some(k => k.name === 'lost-parcel'));

    await world.owner.call('declareKind', { path, body: { declaration: parcel('') }, expect: 428 });
    const declaration = parcel('field sender text "Who sent it?"\n');
    const changed = await world.owner.call('declareKind', { path, body: { declaration }, headers: { 'If-Match': made.etag } });
    assert.ok(changed.json.fields.some(f => f.name === 'sender'));
    await world.owner.call('declareKind', { path, body: { declaration }, headers: { 'If-Match': made.etag }, expect: 412 });

    const off = await world.owner.call('changeKind', { path, body: { active: false }, headers: { 'If-Match': changed.etag } });
    assert.equal(off.json.active, false);
    assert.equal(off.json.may_make, false);
    const on = await world.owner.call('changeKind', { path, body: { active: true }, headers: { 'If-Match': off.etag } });
    assert.equal(on.json.may_make, true);
});

test('a kind that comes with Firsthand can be declared otherwise, and put back', async () => {
    const path = { kind: 'promise' };
    const before = await world.owner.call('getKind', { path });
    const declaration = before.json.declaration.replace('"Promise" "Promises"', '"Word given" "Words given"');
    const changed = await world.owner.call('declareKind', { path, body: { declaration }, headers: { 'If-Match': before.etag } });
    assert.equal(changed.json.title, 'Word given');
    assert.equal(changed.json.changed, true);
    const back = await world.owner.call('declareKind', { path, body: { declaration: '' }, headers: { 'If-Match': changed.etag } });
    assert.equal(back.json.title, before.json.title);
});
