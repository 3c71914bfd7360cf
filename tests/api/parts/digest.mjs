// digest.mjs - digests by e-mail, handed to a real submission server: TLS, a password, what is put
// off, what is refused, what nobody can know, and the way out without signing in.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Server, firsthand } from '../lib/server.mjs';
import { Client } from '../lib/client.mjs';
import { Mailbox } from '../lib/mailbox.mjs';
import { world } from '../lib/world.mjs';

/** Asks until `holds`, for as long as it may take. */
async function until(ask, holds) {
    for (const end = Date.now() + 60000; ;) {
        const got = await ask();
        if (holds(got)) return got;
        assert.ok(Date.now() < end, JSON.stringify(got));
        await new Promise(next => setTimeout(next, 50));
    }
}
const digest = async who => (await who.call('getDigest')).json;
const ended = who => until(async () => (await digest(who)).mails[0], m => !['waiting', 'sending'].includes(m.state));
const linkOf = mail => /<http[^>]*\/unsubscribe\/([\w-]+)>/.exec(mail.fields['list-unsubscribe'])[1];

test('a digest is chosen, previewed, sent by TLS, tells titles and nothing else, and is ended by its link', async () => {
    const who = world.people['front-line'], mails = world.mailbox;
    assert.equal((await digest(who)).how, 'none');
    await who.call('chooseDigest', { body: { how: 'hourly' }, expect: 400 });
    await world.sender.call('chooseDigest', { body: { how: 'daily' }, expect: 403 });
    const { json: chosen } = await who.call('chooseDigest', { body: { how: 'weekly' } });
    assert.deepEqual([chosen.how, chosen.sends, chosen.email], ['weekly', true, who.email]);
    const next = new Date(chosen.next_at);
    assert.deepEqual([next.getUTCDay(), next.getUTCHours()], [1, 7], 'Mondays at seven');
    assert.ok(next > new Date());
    assert.equal(chosen.preview.new, false);

    const { json: lift } = await who.call('makeRecord', { path: { kind: 'signal' }, body: { fields: { what: 'Der Lift in Köln <b>brummt</b>' } } });
    const path = { kind: 'signal', record: lift.record };
    await world.owner.call('commentRecord', { path, body: { text: 'The landlord Mr Quill is told' } });
    const { preview } = await digest(who);
    assert.ok(preview.new);
    assert.match(preview.text, /Der Lift in Köln <b>brummt<\/b>\n {2}Signal · To be mended · due [\d-]+ · 1 change\n {2}http:\/\/127.0.0.1:\d+\/records\/signal\/\d+\n/);

    const n = mails.got.length;
    const { json: sample } = await who.call('sendDigestSample');
    const mail = await mails.mail(n);
    assert.deepEqual([mail.secure, mail.user, mail.from, mail.to], [true, 'firsthand', 'no-reply@firsthand.test', [who.email]]);
    assert.equal(mail.fields.subject, 'Our shop: 1 changed');
    assert.equal(mail.fields.from, 'Our shop <no-reply@firsthand.test>');
    assert.equal(mail.fields.to, `Person front-line <${who.email}>`);
    assert.match(mail.fields['message-id'], /^<firsthand\.\d+\.\d+@firsthand\.test>$/);
    assert.equal(mail.fields['auto-submitted'], 'auto-generated');
    for (const line of mail.raw.split('\r\n')) assert.ok(line.length <= 78 || /^List-Unsubscribe/.test(line), line);
    assert.match(mail.text, /Der Lift in Köln <b>brummt<\/b>/);
    assert.match(mail.html, /Der Lift in Köln &lt;b&gt;brummt&lt;\/b&gt;<\/a>/);
    for (const part of [mail.text, mail.html, mail.raw]) assert.ok(!part.includes('Quill'), 'no words of people');
    assert.deepEqual([(await ended(who)).mail, (await ended(who)).state], [sample.mail, 'sent']);
    await who.call('sendDigestSample', { expect: 429 });
    await who.call('sendMailAgain', { path: { mail: sample.mail }, expect: 409 });

    // The way out: looked at by a mail scanner first, then pressed, and it works once.
    const token = linkOf(mail), nobody = world.nobody;
    await nobody.call('pageUnsubscribe', { path: { token } });
    assert.equal((await digest(who)).how, 'weekly', 'looking changes nothing');
    await nobody.call('formUnsubscribe', { path: { token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }, expect: 404 });
    const oneClick = { raw: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    await nobody.call('formUnsubscribe', { path: { token }, ...oneClick });
    assert.equal((await digest(who)).how, 'none');
    await who.call('chooseDigest', { body: { how: 'daily' } });
    await nobody.call('formUnsubscribe', { path: { token }, ...oneClick, expect: 404 });
    assert.equal((await digest(who)).how, 'daily');
    await who.call('chooseDigest', { body: { how: 'none' } });
});

test('what is put off is tried again, what is refused is shown and sent again only when asked for', async () => {
    const mails = world.mailbox, who = world.people.owner, other = world.people.lead;
    let times = 0;
    mails.says = () => (times++ ? undefined : Mailbox.error(451, '4.7.1 Greylisted, come back'));
    await who.call('sendDigestSample');
    const taken = await ended(who);
    assert.deepEqual([taken.state, taken.attempts, times], ['sent', 2, 2], JSON.stringify(taken));

    mails.refuses = address => (address === other.email ? Mailbox.error(550, '5.1.1 Nobody of that name') : undefined);
    const { json: sample } = await other.call('sendDigestSample');
    const refused = await ended(other);
    assert.deepEqual([refused.state, refused.code, refused.attempts], ['refused', 550, 1]);
    assert.match(refused.reply, /Nobody of that name/);
    await who.call('sendMailAgain', { path: { mail: 4711 }, expect: 404 });
    await world.people['front-line'].call('sendMailAgain', { path: { mail: sample.mail }, expect: 404 });
    mails.refuses = () => undefined;
    const n = mails.got.length;
    await other.call('sendMailAgain', { path: { mail: sample.mail } });
    assert.deepEqual((await mails.mail(n)).to, [other.email]);
    await ended(other);
    const log = await world.owner.all('listMails', { query: { limit: 1 } });
    assert.ok(log.some(m => m.mail === sample.mail && m.state === 'sent'));
});

test('killed while a mail is handed over, the server never sends it twice by itself', async () => {
    const server = new Server(), mails = await new Mailbox().open({ secure: true });
    try {
        mails.says = () => new Promise(() => {}); // takes all of it, and never answers
        firsthand('init', server.org, '--name', 'Small');
        const settings = mails.settings({ 'mail.security': 'tls' });
        await server.start(...settings);
        const visitor = new Client(server, world.description);
        const { cookie } = await visitor.call('setUp', { body: { secret: server.setupSecret, name: 'Olga', email: 'olga@firsthand.test', password: 'nine yellow lamps' } });
        const olga = visitor.as({ cookie });
        await olga.call('sendDigestSample');
        await mails.mail(0);
        server.child.kill('SIGKILL');
        await once(server.child, 'close');
        server.wantedPort = server.port;
        await server.start(...settings);
        const unsure = await ended(olga);
        assert.deepEqual([unsure.state, unsure.attempts], ['unsure', 1]);
        mails.says = () => undefined;
        await olga.call('sendMailAgain', { path: { mail: unsure.mail } });
        await mails.mail(1);
        assert.equal((await ended(olga)).state, 'sent');
        assert.equal(mails.got.length, 2);
    } finally {
        await server.stop();
        server.remove();
        await mails.close();
    }
});
