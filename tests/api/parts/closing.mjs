// closing.mjs - was every operation of the description used, with success?
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { successes } from '../lib/client.mjs';
import { firsthand } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

// Can succeed only once in a life; here setUp did it.
const once = new Set(['formSetup']);

test('every operation was answered with success at least once', () => {
    const missing = [];
    for (const [id, operation] of world.description.operations) {
        const seen = [...world.description.seen.get(id) ?? []];
        if (once.has(id) && seen.length) continue;
        if (!seen.some(code => successes(operation).includes(code))) missing.push(`${id} (${seen.join(' ') || 'never asked'})`);
    }
    assert.deepEqual(missing, []);
});

test('told to stop, the server ends well, with nothing wrong in its log', async () => {
    const how = await world.server.stop();
    assert.deepEqual(how, { code: 0, signal: null }, world.server.log.slice(-4000));
    assert.doesNotMatch(world.server.log, /Sanitizer|runtime error/);
    // Whatever was sent, a line of the log is one event, without control characters.
    for (const line of world.server.log.split('\n').filter(Boolean)) {
        assert.ok(!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line), JSON.stringify(line));
        assert.ok(JSON.parse(line).event, line);
    }
    const wrong = world.server.log.split('\n').filter(line => /"level":"error"/.test(line));
    assert.deepEqual(wrong, []);
    assert.match(firsthand('check', world.server.org), /well|sound|no fault|ok/i);
});
