// account.mjs - the own account without script: the QR code is read by a reader that nobody
// here wrote, passkeys are named and removed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import jsQR from 'jsqr';
import { authenticator, invite, totp } from '../lib/somebody.mjs';
import { world } from '../lib/world.mjs';

/** What a phone's camera sees of the SVG: its rectangles, 4 dots a square. */
function paint(svg) {
    const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)[1]), dot = 4, width = side * dot;
    const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
    for (const [, x, y, n] of / d="([^"]+)"/.exec(svg)[1].matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
        for (let row = y * dot; row < (Number(y) + 1) * dot; row++)
            for (let at = x * dot; at < (Number(x) + Number(n)) * dot; at++) pixels.fill(0, (row * width + at) * 4, (row * width + at) * 4 + 3);
    return { pixels, width };
}

test('a phone reads the key of the authenticator app from the page', async () => {
    const somebody = await invite('qr');
    const page = await somebody.send('formApp', await somebody.page('pageAccount'));
    const svg = /<svg class="qr".*?<\/svg>/s.exec(page.text)[0];
    assert.match(svg, /role="img" aria-label="QR code/);
    const { pixels, width } = paint(svg);
    const { data } = jsQR(pixels, width, width);
    const uri = /href="(otpauth:[^"]+)"/.exec(page.text)[1].replaceAll('&amp;', '&');
    assert.equal(data, uri);
    const secret = new URL(data).searchParams.get('secret');
    assert.equal(secret, /<code class="secret">([^<]+)</.exec(page.text)[1]);
    const done = await somebody.send('formAppFinish', page, { code: totp(secret) });
    assert.match(done.text, /recovery codes/);
});

test('passkeys are named and removed, one\'s own only', async () => {
    const somebody = await invite('keys');
    const phone = authenticator(world.server.url);
    await somebody.call('addPasskey', { body: phone.register((await somebody.call('challengeForPasskey')).json.challenge) });
    const { challenge } = (await world.nobody.call('challengeToSignIn')).json;
    const me = world.nobody.as({ cookie: (await world.nobody.call('signInPasskey', { body: phone.answer(challenge, 1) })).cookie });
    const page = await me.page('pageAccount');
    assert.match(page.text, /<h3>my phone<\/h3>/);
    await me.send('formPasskeyName', page, { name: 'the <b>old</b> phone' }, { expect: 303 });
    assert.match((await me.page('pageAccount')).text, /<h3>the &lt;b&gt;old&lt;\/b&gt; phone<\/h3>/);
    await me.send('formPasskeyName', page, { name: '' }, { expect: 400 });
    // Another person's form with this passkey's number.
    const other = await invite('otherkeys');
    const { passkey } = (await me.call('listPasskeys')).json.items[0];
    const token = /name="form" value="([^"]+)"/.exec((await other.page('pageAccount')).text)[1];
    const forged = fields => ({ raw: new URLSearchParams({ form: token, passkey, ...fields }).toString(), expect: 404, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    await other.call('formPasskeyName', forged({ name: 'mine' }));
    await other.call('formPasskeyRemove', forged({}));
    await me.send('formPasskeyRemove', page, {}, { expect: 303 });
    assert.ok(!(await me.page('pageAccount')).text.includes('<h3>'));
    const { json } = await world.owner.call('listAudit', { query: { action: 'passkey.', person: somebody.person } });
    assert.deepEqual(json.items.map(e => e.action), ['passkey.removed', 'passkey.named', 'passkey.added']);
});
