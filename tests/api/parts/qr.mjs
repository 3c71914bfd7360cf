// qr.mjs - the address of a page as a QR code: only of our own pages.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';

test('a page of ours is drawn as a QR code; what leads elsewhere is refused, with the remedy', async () => {
    const reply = await world.owner.call('getPageCode', { query: { path: '/maps/3?tab=room' } });
    assert.equal(reply.headers.get('content-type'), 'image/svg+xml');
    assert.match(reply.text, /^<svg class="qr" xmlns="http:\/\/www.w3.org\/2000\/svg".*<\/svg>\n$/s);
    for (const path of ['', 'maps', '//evil.example', '/\\evil.example', '/a b', '/caf\u00e9', 'https://evil.example/'])
        assert.match((await world.owner.call('getPageCode', { query: { path }, expect: 400 })).json.remedy, /begins with/);
    const long = await world.owner.call('getPageCode', { query: { path: `/${'x'.repeat(3000)}` }, expect: [400, 413, 422] });
    assert.ok(long.json.detail);
    await world.nobody.call('getPageCode', { query: { path: '/' }, expect: 401 });
});
