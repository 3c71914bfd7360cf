// keeping.mjs - how long what is kept: rules off until their dry run was seen, the job that
// lets go, its sum in the log; who may, and what is refused.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { world } from '../lib/world.mjs';

// The import's own answer shows its first rows as long as it is kept: they are others.
const first = Array.from({ length: 12 }, (_, i) => `Attic9,2026-01-${10 + i} 09:00,New thing,nothing`).join('\n');
const csv = `customer,time,touchpoint,note
${first}
Attic1,2003-01-01 09:00,Old thing,a secret of two thousand three
Attic1,2019-05-01 09:00,Later thing,a secret of two thousand nineteen
Attic2,2026-01-01 09:00,New thing,a secret of this year
`;
const story = async who => (await world.owner.call('getStory', { query: { who } })).json.interactions;
const inFile = text => readFileSync(world.server.org).includes(text);

test('a rule is made off, tried, switched on, and what is older goes with its bytes', async () => {
    const dpo = world.people.dpo;
    const { json: { upload } } = await world.owner.call('uploadFile', { query: { name: 'old.csv' }, raw: csv, headers: { 'Content-Type': 'text/csv' } });
    const { json: { job } } = await world.owner.call('importFile', { body: { upload, source: 'attic' } });
    await world.owner.job(job);
    await world.owner.call('removeUpload', { path: { upload } }).catch(() => undefined);
    const made = await dpo.call('addKeepRule', { body: { source: 'attic', kind: 'interactions', keep: 240 } });
    assert.deepEqual([made.json.active, made.json.tried, made.json.keep], [false, null, 240]);
    const path = { rule: made.json.rule };
    await dpo.call('changeKeepRule', { path, headers: { 'If-Match': made.etag }, body: { active: true }, expect: 409 });

    const tried = (await dpo.call('tryKeepRule', { path })).json;
    assert.deepEqual([tried.goes, tried.oldest, tried.sources], [1, '2003-01-01T09:00:00Z', [{ source: 'attic', goes: 1, oldest: '2003-01-01T09:00:00Z' }]]);
    assert.equal((await story('Attic1')).length, 2, 'a dry run removes nothing');
    assert.ok(tried.rule.tried);
    const { etag } = await dpo.call('getKeepRule', { path });
    const on = await dpo.call('changeKeepRule', { path, headers: { 'If-Match': etag }, body: { active: true } });
    assert.equal(on.json.active, true);

    const texts = (await dpo.call('addKeepRule', { body: { source: 'attic', kind: 'texts', keep: 36 } })).json;
    await dpo.call('tryKeepRule', { path: { rule: texts.rule } });
    await dpo.call('changeKeepRule', { path: { rule: texts.rule }, headers: { 'If-Match': '*' }, body: { active: true } });

    const { json: run } = await dpo.call('addJob', { body: { kind: 'keeping' } });
    const ended = await dpo.job(run.job);
    assert.deepEqual(ended.result, { interactions: 1, texts: 1 });
    const left = await story('Attic1');
    assert.deepEqual(left.map(i => i.touchpoint), ['Later thing']);
    assert.doesNotMatch(JSON.stringify(left), /secret/);
    assert.match(JSON.stringify(await story('Attic2')), /secret of this year/);
    assert.ok(!inFile('two thousand three') && !inFile('two thousand nineteen'), 'its bytes are gone');
    const { items } = (await dpo.call('listKeepRules')).json;
    assert.deepEqual(items.filter(r => r.source === 'attic').map(r => [r.kind, r.removed]), [['interactions', 1], ['texts', 1]]);
    world.keepRules = [path, { rule: texts.rule }];
});

test('the log tells each change and the sum of what went, of nobody by name', async () => {
    const changes = (await world.owner.call('listAudit', { query: { action: 'keeping.changed' } })).json.items;
    assert.equal(changes.length, 4); // two made, two switched on
    const [ran] = (await world.owner.call('listAudit', { query: { action: 'keeping.ran' } })).json.items;
    assert.match(JSON.stringify(ran), /attic.*"removed":1/);
    assert.doesNotMatch(JSON.stringify(ran), /Attic1|secret/);
    const check = (await world.owner.call('addJob', { body: { kind: 'check' } })).json;
    assert.equal((await world.owner.job(check.job)).result.n_faults, 0);
});

test('another time switches a rule off until it was tried again, and rules are removed', async () => {
    const dpo = world.people.dpo;
    const [path, texts] = world.keepRules;
    const longer = await dpo.call('changeKeepRule', { path, headers: { 'If-Match': '*' }, body: { keep: 12, active: true } });
    assert.deepEqual([longer.json.keep, longer.json.active, longer.json.tried], [12, false, null]);
    for (const one of [path, texts]) await dpo.call('removeKeepRule', { path: one, headers: { 'If-Match': '*' } });
    await dpo.call('getKeepRule', { path, expect: 404 });
    const files = (await world.people.admin.call('addKeepRule', { body: { kind: 'files', keep: 3650 } })).json;
    assert.equal((await world.people.admin.call('tryKeepRule', { path: { rule: files.rule } })).json.goes, 0);
    await world.people.admin.call('removeKeepRule', { path: { rule: files.rule }, headers: { 'If-Match': '*' } });
});

test('only who answers for data says so, and what makes no sense is refused', async () => {
    const body = { kind: 'texts', keep: 12 };
    for (const role of ['analyst', 'front-line', 'customer']) await world.people[role].call('addKeepRule', { body, expect: 403 });
    await world.people.analyst.call('listKeepRules');
    await world.people.customer.call('listKeepRules', { expect: 403 });
    for (const wrong of [{ keep: 0 }, { keep: 1201 }, { kind: 'audit' }, { kind: 'files', source: 'attic' }, { source: 'x'.repeat(201) }, { months: 3 }])
        await world.owner.call('addKeepRule', { body: { ...body, ...wrong }, expect: 400 });
    const { json } = await world.owner.call('addKeepRule', { body });
    await world.owner.call('addKeepRule', { body, expect: 409 });
    await world.owner.call('removeKeepRule', { path: { rule: json.rule }, headers: { 'If-Match': '*' } });
});
