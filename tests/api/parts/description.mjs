// description.mjs - the OpenAPI text, by a validator nobody here wrote.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { world } from '../lib/world.mjs';

test('the description is OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(world.description.document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
    assert.equal(validator.version, '3.1');
});

test('every operation says what it is, and what it needs', () => {
    const ids = new Set();
    for (const [id, o] of world.description.operations) {
        assert.match(id, /^[a-z][A-Za-z]+$/);
        assert.ok(!ids.has(id), `${id} is there twice`);
        ids.add(id);
        assert.ok(o.summary && !o.summary.endsWith('.'), id);
        assert.ok(o.responses.default, `${id} tells no problem`);
        for (const [, name] of o.path.matchAll(/\{(\w+)\}/g))
            assert.ok(o.parameters.some(p => p.in === 'path' && p.name === name), `${id}: ${name}`);
    }
});

test('an unchanged description is not sent again', async () => {
    const { etag } = await world.nobody.call('getDescription');
    await world.nobody.call('getDescription', { headers: { 'If-None-Match': etag }, expect: 304 });
});
