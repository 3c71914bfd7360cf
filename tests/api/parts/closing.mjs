// closing.mjs - was every operation of the description used, with success?
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

test('every operation was answered with success at least once', () => {
    const missing = [];
    for (const [id, operation] of world.description.operations) {
        const wanted = Object.keys(operation.responses).filter(code => code !== 'default').map(Number);
        const seen = [...world.description.seen.get(id) ?? []];
        if (!seen.some(code => wanted.includes(code))) missing.push(`${id} (${seen.join(' ') || 'never asked'})`);
    }
    assert.deepEqual(missing, []);
});
