// records.mjs - records of all kinds: everything that can be done to one, by whom, and
// everything that cannot; tests of every kind are made from what GET /kinds tells.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import test from 'node:test';
import { Client, Description } from '../lib/client.mjs';
import { world } from '../lib/world.mjs';

const any = Array.from({ length: 500 }, (_, i) => i + 100); // status codes
const late = () => Date.now() + 30000;
const day = days => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
const refused = [400, 403, 404, 409, 412, 422];

let kinds; // by name
let touchpoint = 0;
let customer = 0;

/** The description with the typed part of every kind: replies are checked by it, too. */
async function typed(client = world.owner) {
    const { json } = await client.call('getDescription');
    return new Description(json);
}

test('kinds are read, and things to speak of', async () => {
    const { json } = await world.owner.call('listKinds');
    kinds = Object.fromEntries(json.items.map(k => [k.name, k]));
    const names = await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } });
    touchpoint = names.json.items[0].number;
    customer = 1;
    assert.ok(touchpoint > 0 && Object.keys(kinds).length > 5);
});

/** A value for a field; `n` makes it differ. */
async function value(field, n, of) {
    const one = () => ({
        text: `Something that happened ${n}`, choice: field.choices?.[n % field.choices.length]?.word, yes: n % 2 === 0,
        number: Math.max(Number(field.min ?? 0), Math.min(Number(field.max ?? 1000), 3)), score: Number(field.min ?? 1),
        date: day(10 + n % 5), person: world.people.analyst.person, department: of.department, touchpoint, customer,
        stories: '/actual?touchpoint=Invoice', file: null,
    })[field.type];
    let v = one();
    if (field.type === 'record') v = of.record?.(field.of) ?? null;
    if (field.type === 'record' && v instanceof Promise) v = await v;
    return field.many && v !== null && v !== undefined ? [v] : v;
}

const made = {}; // kind -> number of one, to refer to

async function fill(kind, names, n) {
    const of = {
        record: async name => {
            const wanted = name || 'note';
            if (!kinds[wanted] || wanted === kind.name) return null;
            made[wanted] ??= (await make(kinds[wanted])).json.record;
            return made[wanted];
        },
        department: (await world.owner.call('listDepartments')).json.items[0]?.department,
    };
    const fields = {};
    for (const f of kind.fields) if (names(f) && !f.computed && !f.by_machine) fields[f.name] = await value(f, n, of);
    return fields;
}

const maker = kind => [world.people['front-line'], world.owner, ...Object.values(world.people)].find(p => mayMake(kind, p));
function mayMake(kind, who) {
    const rights = who === world.owner ? null : world.roles.find(r => r.role === who.role).rights;
    const has = right => rights === null || rights.includes(right);
    if (!has('take-part')) return false;
    return kind.made_by.some(w => ({ anybody: true, findings: has('findings'), decide: has('decide'), designs: has('designs'), dpo: has('consent'), administrator: has('settings') })[w]);
}

let serial = 0;
async function make(kind, more = {}, who = maker(kind)) {
    const { expect, ...body } = more;
    const fields = { ...await fill(kind, f => f.required, ++serial), ...more.fields };
    return who.call('makeRecord', { path: { kind: kind.name }, body: { ...body, fields }, expect });
}

const at = json => ({ kind: json.kind, record: json.record });
const whole = async (json, who = world.owner) => who.call('getRecord', { path: at(json) });

// ---- One record ----------------------------------------------------------------------------

test('a record is made, read, changed with the version that was seen, listed and counted', async () => {
    const who = world.people['front-line'];
    const first = await make(kinds.promise, {}, who);
    assert.equal(first.headers.get('location'), `/api/v1/records/promise/${first.json.record}`);
    assert.equal(first.json.author, who.person);
    assert.equal(first.json.history[0].what, 'made');
    assert.ok(first.json.names.person[who.person]);

    const read = await who.call('getRecord', { path: at(first.json) });
    const changed = await who.call('changeRecord', { path: at(first.json), body: { fields: { what: 'Call back on Friday' } }, headers: { 'If-Match': read.etag } });
    assert.equal(changed.json.fields.what, 'Call back on Friday');
    assert.equal(changed.json.version, first.json.version + 1);
    await who.call('changeRecord', { path: at(first.json), body: { fields: { what: 'x' } }, expect: 428 });

    const { json } = await who.call('listRecordsOfKind', { path: { kind: 'promise' }, query: { author: 'me', open: 'yes', limit: 1 } });
    assert.equal(json.items[0].record, first.json.record);
    const all = await who.call('listRecords', { query: { author: 'me', order: 'oldest', limit: 5 } });
    assert.ok(all.json.items.length && all.json.items.every(r => r.author === who.person));
    const board = await who.call('showBoard', { path: { kind: 'promise' } });
    assert.deepEqual(board.json.states.map(s => s.state), kinds.promise.states.map(s => s.name));
    assert.ok(board.json.states[0].count >= 1 && board.json.states[0].items.length >= 1);
    const alike = await who.call('listSimilarRecords', { path: { kind: 'promise' }, query: { text: 'call back on friday' } });
    assert.ok(alike.json.items.some(r => r.record === first.json.record));
});

test('a list goes on where it ended, and says what it cannot be asked', async () => {
    const who = world.people.analyst;
    const numbers = [];
    for (let i = 0; i < 5; i++) numbers.push((await make(kinds.promise, {}, who)).json.record);
    const items = await who.all('listRecordsOfKind', { path: { kind: 'promise' }, query: { author: 'me', limit: 2 } });
    assert.deepEqual(items.map(r => r.record).sort((a, b) => a - b), numbers);
    for (const query of [{ limit: 0 }, { limit: 501 }, { owner: 'ann' }, { from: 'soon' }, { after: '§' }, { order: 'best' }, { touchpoint: 1, customer: 1 }, { colour: 'red' }])
        await who.call('listRecordsOfKind', { path: { kind: 'promise' }, query, expect: [400, 404, 422] });
    await who.call('listRecordsOfKind', { path: { kind: 'nothing' }, expect: 404 });
    await who.call('getRecord', { path: { kind: 'fix', record: numbers[0] }, expect: 404 });
    await who.call('getRecord', { path: { kind: 'promise', record: 99999999 }, expect: 404 });
});

test('two people editing one record lose no words: the second is shown what the first wrote', async () => {
    const { json, etag } = await make(kinds.promise, {}, world.people.analyst);
    await world.owner.call('changeRecord', { path: at(json), body: { fields: { what: 'Said by the first' } }, headers: { 'If-Match': etag } });
    const second = await world.people.analyst.call('changeRecord', { path: at(json), body: { fields: { what: 'Said by the second' } }, headers: { 'If-Match': etag }, expect: 412 });
    assert.equal(second.json.current.fields.what, 'Said by the first');
    assert.equal(second.json.current.version, json.version + 1);
    assert.ok(second.json.remedy);
    const again = await world.people.analyst.call('changeRecord', { path: at(json), body: { fields: { what: 'Both' } }, headers: { 'If-Match': `"${second.json.current.version}"` } });
    const said = again.json.history.filter(e => e.what === 'changed').map(e => e.details.after.what);
    assert.deepEqual(said.sort(), ['Both', 'Said by the first']);
    await world.owner.call('moveRecord', { path: at(json), body: { move: kinds.promise.moves[0].name, words: 'late' }, headers: { 'If-Match': etag }, expect: 412 });
});

test('what does not fit is refused by name, and nothing of it is kept', async () => {
    const who = world.people['front-line'];
    const before = (await who.all('listRecordsOfKind', { path: { kind: 'promise' }, query: { limit: 500 } })).length;
    for (const fields of [{}, { what: 5 }, { what: 'x', customer: 'nobody', due: 'soon' }, { nonsense: 1 }, { what: 'x'.repeat(9000), customer, due: day(1) }]) {
        const { json } = await who.call('makeRecord', { path: { kind: 'promise' }, body: { fields }, expect: [400, 404, 422] });
        assert.ok(json.detail.length > 10, JSON.stringify(json));
    }
    for (const body of [{ fields: [] }, { fields: {}, owner: 'me' }, { colour: 'red' }, { fields: {}, about: {} }])
        await who.call('makeRecord', { path: { kind: 'promise' }, body, expect: [400, 422] });
    assert.equal((await who.all('listRecordsOfKind', { path: { kind: 'promise' }, query: { limit: 500 } })).length, before);
});

test('the same request with the same key makes one record', async () => {
    const fields = await fill(kinds.promise, f => f.required, ++serial);
    const send = () => world.owner.call('makeRecord', { path: { kind: 'promise' }, body: { fields }, headers: { 'Idempotency-Key': 'one-promise' } });
    assert.equal((await send()).json.record, (await send()).json.record);
});

// ---- Whose it is, what is said ---------------------------------------------------------------

const own = (who, json, body, expect) => who.call('changeOwnership', { path: at(json), body, expect });

test('ownership is offered, declined with a reason (a bounce), accepted, given up', async () => {
    const [asker, first, second] = [world.people['front-line'], world.people['journey-owner'], world.people.analyst];
    const { json } = await make(kinds.signal, {}, asker);
    await own(asker, json, { do: 'offer', person: first.person });
    assert.equal((await whole(json)).json.asked, first.person);
    await own(second, json, { do: 'accept' }, refused);
    await own(first, json, { do: 'decline' }, refused); // without a reason
    const bounced = await own(first, json, { do: 'decline', words: 'This is not at my touchpoint.' });
    assert.equal(bounced.json.bounces, 1);
    assert.equal(bounced.json.asked, null);
    const taken = await own(second, json, { do: 'take' });
    assert.equal(taken.json.owner, second.person);
    assert.equal(taken.json.ownerless_since, null);
    const free = await own(second, json, { do: 'give-up', words: 'I am away until summer.' });
    assert.equal(free.json.owner, null);
    assert.ok(free.json.ownerless_since);
    await own(asker, json, { do: 'offer', person: second.person });
    assert.equal((await own(second, json, { do: 'accept' })).json.owner, second.person);
    await own(asker, json, { do: 'lose' }, [400, 422]);
    await own(asker, json, { do: 'offer', person: 999999 }, [400, 404, 422]);
    const whom = await asker.call('whomToAsk', { path: at(json) });
    for (const p of whom.json.items) assert.ok(p.because.length > 5 && (p.person || p.department));
    const mine = await second.call('listRecords', { query: { owner: 'me', kind: 'signal' } });
    assert.ok(mine.json.items.some(r => r.record === json.record));
});

test('comments, followers, links: all stand in the history', async () => {
    const [author, other] = [world.people['front-line'], world.people.analyst];
    const { json } = await make(kinds.suggestion ?? kinds.signal, {}, author);
    const { etag } = await other.call('getRecord', { path: at(json) });
    await other.call('commentRecord', { path: at(json), body: { text: `Have you seen this, @[${world.people.lead.person}]?` } });
    // The tag is the version of the fields, which a comment does not move: all is told again.
    assert.match((await other.call('getRecord', { path: at(json), headers: { 'If-None-Match': etag }, expect: 200 })).text, /Have you seen this/);
    await other.call('commentRecord', { path: at(json), body: { text: ' ' }, expect: [400, 422] });
    await other.call('followRecord', { path: at(json) });
    await other.call('seenRecord', { path: at(json) });
    assert.equal((await whole(json, other)).json.followed, true);
    await other.call('unfollowRecord', { path: at(json) });
    assert.equal((await whole(json, other)).json.followed, false);

    const linked = await other.call('linkRecord', { path: at(json), body: { what: 'stories', key: '/actual?touchpoint=Invoice', words: 'Here it shows.' } });
    const about = linked.json.about.find(a => a.what === 'stories');
    assert.ok(about);
    const part = await other.call('unlinkRecord', { path: { ...at(json), about: about.about } });
    assert.ok(!part.json.about.some(a => a.about === about.about));
    await other.call('unlinkRecord', { path: { ...at(json), about: 99999 }, expect: [403, 404, 409] });
    await other.call('linkRecord', { path: at(json), body: { what: 'dream' }, expect: [400, 422] });

    const history = await author.all('listRecordHistory', { path: at(json), query: { limit: 2 } });
    const entries = history.map(e => e.entry);
    assert.deepEqual(entries, [...entries].sort((a, b) => b - a));
    assert.equal(history.at(-1).what, 'made');
    assert.ok(history.some(e => e.what === 'commented'));
    await author.call('listRecordHistory', { path: at(json), query: { limit: 0 }, expect: [400, 422] });
});

test('a challenge is addressed to a colleague; doubles lead on, and can be parted again', async () => {
    const kind = Object.values(kinds).find(k => k.challenged && k.made_by.includes('anybody'));
    const { json } = await make(kind);
    const challenge = await world.people.analyst.call('challengeRecord', { path: at(json), body: { person: world.people.lead.person, words: 'Is this really reverse?' } });
    assert.equal(challenge.json.kind, 'challenge');
    const [asked, other] = [world.people.lead, world.people['front-line']];
    const here = async () => (await whole(json)).json.challenges.map(c => [c.record, c.state, c.closed, c.asked ?? c.owner]);
    assert.deepEqual(await here(), [[challenge.json.record, 'open', false, asked.person]]);
    // It waits for whom it is put to, nobody else answers it, not without an answer; open and answered ones stand at the object.
    assert.ok((await asked.call('getMyPart', { query: { limit: 50 } })).json.challenges.items.some(c => c.record === challenge.json.record));
    const answer = { move: 'answer', fields: { answer: 'Forty of them asked for it.', stories: ['/actual'] } };
    await other.call('moveRecord', { path: at(challenge.json), headers: { 'If-Match': '*' }, body: answer, expect: 403 });
    await asked.call('moveRecord', { path: at(challenge.json), headers: { 'If-Match': '*' }, body: { move: 'answer' }, expect: [400, 409, 422] });
    await asked.call('moveRecord', { path: at(challenge.json), headers: { 'If-Match': '*' }, body: answer });
    const { json: again } = await world.people.analyst.call('challengeRecord', { path: at(json), body: { person: asked.person, words: 'And who pays for it?' } });
    assert.deepEqual((await here()).map(c => c.slice(0, 3)).sort((a, b) => a[0] - b[0]), [[challenge.json.record, 'answered', true], [again.record, 'open', false]]);
    await asked.call('moveRecord', { path: at(again), headers: { 'If-Match': '*' }, body: answer });

    const [a, b] = [await make(kinds.signal), await make(kinds.signal)];
    const merged = await world.owner.call('mergeRecord', { path: at(a.json), body: { into: b.json.record, words: 'The same.' } });
    assert.equal(merged.json.record, b.json.record);
    assert.equal((await whole(a.json)).json.record, b.json.record);
    await world.owner.call('partRecord', { path: at(a.json) });
    assert.equal((await whole(a.json)).json.record, a.json.record);
    await world.owner.call('mergeRecord', { path: at(a.json), body: { into: a.json.record }, expect: refused });
});

test('told without a name: nobody knows who, and replies find their way', async () => {
    const who = world.people['front-line'];
    const { json } = await make(kinds.signal, { anonymous: true }, who);
    assert.ok(json.code.length > 8);
    assert.equal(json.author, null);
    const seen = (await whole(json)).json;
    assert.equal(seen.code, undefined);
    assert.ok(seen.history.every(e => e.person !== who.person));
    await world.people.analyst.call('commentRecord', { path: at(json), body: { text: 'Since when is it so?' } });
    const page = await world.nobody.page('pageReply', { path: { code: json.code } });
    assert.match(page.text, /Since when is it so\?/);
    assert.ok(!page.text.includes(world.people.analyst.email));
    await world.nobody.call('formReply', { path: { code: json.code }, raw: new URLSearchParams({ text: 'Since Monday <b>' }).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    const after = await world.nobody.page('pageReply', { path: { code: json.code } });
    assert.match(after.text, /Since Monday &lt;b&gt;/);
    assert.ok((await whole(json)).json.history.some(e => e.what === 'commented' && e.person === null));
    await world.nobody.call('pageReply', { path: { code: 'nothing-of-ours' }, expect: 404 });
    await make(kinds.promise, { anonymous: true, expect: refused }, who);
});

test('tied to a story or a record when it is told without a name: no entry, link or owner tells who', async () => {
    const who = world.people['journey-owner'], { json: other } = await make(kinds.aggravation);
    const about = [{ what: 'record', number: other.record, words: 'The same moment.' }, { what: 'stories', key: '/actual?touchpoint=Invoice' }];
    // Also one that only those concerned see keeps what it is tied to, and is not handed to who told it by their own touchpoint.
    for (const [kind, more] of [['signal', {}], ['finding', { asked: world.people.lead.person }]]) {
        const { json } = await make(kinds[kind], { anonymous: true, owner: who.person, about, fields: { what: 'The door is shut at ten', ...more } }, who);
        const seen = (await world.people.lead.call('getRecord', { path: at(json) })).json;
        assert.deepEqual(seen.about.filter(a => !a.field).map(a => a.what).sort(), ['record', 'stories']);
        assert.equal(seen.history.filter(e => e.what === 'linked').length, 2);
        assert.ok(seen.history.every(e => e.person === null) && seen.about.every(a => !a.person), 'by nobody');
        assert.equal(seen.owner, null, 'offered, as to anybody');
        await own(who, json, { do: 'decline', words: 'Not mine.' }, 200);
    }
});

test('through a go-between: they alone may learn who, by no route anybody else, and replies reach both', async () => {
    const { 'front-line': teller, analyst: between, lead, 'journey-owner': other } = world.people;
    const secret = 'It is Zelma of the night shift', words = 'The night shift is never asked';
    // Not without a go-between, not of a kind that somebody stands up for, and never with the author's name beside it.
    const { record: before } = (await make(kinds.ask, { fields: { what: 'A look', asked: lead.person } }, teller)).json;
    await make(kinds.promise, { go_between: between.person, expect: refused }, teller);
    await make(kinds.ask, { fields: { what: words, asked: lead.person }, anonymous: true, between: secret, expect: refused }, teller);
    const sent = [], hook = createServer((request, reply) => request.on('data', p => sent.push(String(p))).on('end', () => reply.end()));
    await new Promise(done => hook.listen(0, '127.0.0.1', done));
    const { webhook } = (await world.owner.call('addWebhook', { body: { url: `http://127.0.0.1:${hook.address().port}/`, words: 'asks', events: ['record.made'] } })).json.webhook;
    const { json } = await make(kinds.ask, { fields: { what: words, asked: lead.person }, go_between: between.person, between: secret }, teller);
    assert.deepEqual([json.author, json.go_between], [null, between.person]);
    const path = at(json);
    assert.deepEqual((await between.call('getBetween', { path })).json, { record: json.record, words: secret });
    for (const who of [teller, lead, other, world.owner]) {
        await who.call('getBetween', { path, expect: 404 });
        await who.call('forgetBetween', { path, expect: 404 });
    }
    await world.nobody.call('getBetween', { path, expect: [401, 403] });
    await between.call('getBetween', { path: { kind: 'ask', record: before }, expect: 404 });
    // By what leads out: the record, its history, lists, search, export, similar ones, the audit log, webhooks, digests.
    const out = [];
    for (const who of [world.owner, lead, other]) {
        out.push((await who.call('getRecord', { path })).json, (await who.call('listRecordHistory', { path })).json);
        out.push((await who.call('listRecords', { query: { text: 'night' } })).json, (await who.call('listSimilarRecords', { path: { kind: 'ask' }, query: { text: words } })).json);
        out.push((await who.call('listRecords', { query: { text: 'Zelma' } })).json, (await who.call('getMyPart')).json, (await who.call('getDigest')).json);
    }
    for (const to of ['csv', 'json']) out.push((await world.owner.call('exportRecords', { path: { kind: 'ask' }, query: { format: to } })).text);
    out.push((await world.owner.call('listAudit', { query: { limit: 500 } })).json);
    for (const end = Date.now() + 60000; !sent.length;) { assert.ok(Date.now() < end); await new Promise(done => setTimeout(done, 20)); }
    await world.owner.call('removeWebhook', { path: { webhook }, headers: { 'If-Match': '*' } });
    hook.close();
    out.push(sent);
    assert.ok(JSON.parse(sent[0]).data.record === json.record && !sent.some(m => m.includes('author') || m.includes('go_between')), sent[0]);
    assert.doesNotMatch(JSON.stringify(out), /Zelma/);
    const seen = (await lead.call('getRecord', { path })).json;
    assert.ok(seen.history.every(e => e.person !== teller.person) && !seen.followers.includes(teller.person) && seen.followers.includes(between.person));
    assert.ok(!(await teller.call('getMyPart')).json.became.items.some(r => r.record === json.record));
    // A reply reaches the go-between's part and the author's code; the go-between makes the author's moves, nobody else.
    const { etag } = await lead.call('getRecord', { path });
    await lead.call('moveRecord', { path, headers: { 'If-Match': etag }, body: { move: 'answer', fields: { answer: 'From Monday on I come at ten.' } } });
    assert.ok((await between.call('getMyPart')).json.follows.items.some(r => r.record === json.record));
    const form = pairs => ({ path: { code: json.code }, raw: new URLSearchParams(pairs).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    assert.match((await world.nobody.page('pageReply', { path: { code: json.code } })).text, /Here is what I do[\s\S]*For the colleague who passes it on/);
    await world.nobody.call('formReply', form({ between: 'Call me at home' }));
    assert.equal((await between.call('getBetween', { path })).json.words, 'Call me at home');
    assert.doesNotMatch((await world.nobody.page('pageReply', { path: { code: json.code } })).text, /Zelma|at home/);
    await move(other, json, 'settle', undefined, 403);
    await move(teller, json, 'settle', undefined, 403);
    // Forgotten when it is closed, and at once when they say so.
    await move(between, json, 'settle', undefined, 200);
    await between.call('getBetween', { path, expect: 404 });
    assert.doesNotMatch((await world.nobody.page('pageReply', { path: { code: json.code } })).text, /For the colleague/);
    const { json: again } = await make(kinds.signal, { go_between: between.person, between: secret }, teller);
    await between.call('forgetBetween', { path: at(again) });
    await between.call('getBetween', { path: at(again), expect: 404 });
    // For a colleague who gives no name even here: the go-between tells it.
    const { json: mine } = await make(kinds.signal, { go_between: between.person }, between);
    assert.ok(mine.code && mine.author === null && mine.go_between === between.person && mine.history.every(e => e.person === null));
});

// ---- The right of reply ------------------------------------------------------------------------

for (const [kind, published] of [['finding', 'open'], ['observation', 'told']]) test(`nobody publishes a ${kind} past those it touches, and who tells it does not reply for them`, async () => {
    const { 'front-line': teller, lead: touched, analyst: other, 'journey-owner': third } = world.people;
    const { json } = await make(kinds[kind], { fields: { what: 'Two letters name two opening hours', asked: touched.person } }, teller);
    const publish = (who, expect, fields) => move(who, json, 'publish', fields && { fields }, expect);
    assert.equal(json.state, 'noticed');
    // Others do not even see it, though they may answer findings.
    for (const who of [other, third]) {
        assert.ok(world.roles.find(r => r.role === who.role).rights.includes('findings'));
        await who.call('getRecord', { path: at(json), expect: 404 });
        await publish(who, 404, { reply: 'Published past them.' });
        assert.ok(!(await who.all('listRecordsOfKind', { path: { kind } })).some(r => r.record === json.record));
    }
    // Who told it cannot, neither as such, nor as the owner, nor by asking themselves.
    await publish(teller, 403, { reply: 'They say nothing.' });
    await own(teller, json, { do: 'take' }, any);
    await publish(teller, [403, 409], { reply: 'They say nothing.' });
    const asked = async person => {
        const { etag } = await teller.call('getRecord', { path: at(json) });
        await teller.call('changeRecord', { path: at(json), headers: { 'If-Match': etag }, body: { fields: { asked: person } } });
    };
    await asked(teller.person);
    await publish(teller, [403, 409], { reply: 'I ask myself.' });
    await asked(touched.person);
    await world.people.lead.call('getRecord', { path: at(json) });
    await publish(touched, [400, 409, 422]); // without a reply
    const { json: open } = await publish(touched, 200, { reply: 'Ours is the older letter; the hours in it are right.' });
    assert.equal(open.state, published);
    const { json: seen } = await other.call('getRecord', { path: at(json) });
    assert.equal(seen.fields.reply, 'Ours is the older letter; the hours in it are right.');
    if (kind === 'observation') // nothing of the teller's is left to be due soon
        assert.equal((await move(other, json, 'keep', { fields: { answer: 'The older letter goes.' } }, 200)).json.closed, true);
});

test('what nobody answered is told by department with its age, and small departments are not told apart', async () => {
    const who = world.people['front-line'], { owner } = world;
    const team = async (name, size) => {
        const { json: { department } } = await owner.call('addDepartment', { body: { name } });
        for (let i = 0; i < size; i++) await owner.call('addPerson', { body: { name: `${name} ${i}`, roles: ['front-line'], department } });
        return department;
    };
    const [large, , small] = [await team('Reply desk', 6), await team('Post room', 5), await team('Two of us', 2)]; // one may go along with the two
    const told = async () => {
        const { json } = await who.call('getUnanswered');
        return { ...json, of: name => json.departments.find(d => d.name === name) };
    };
    const before = await told();
    const find = (departments, more = {}) => make(kinds.finding, { fields: { what: 'The form is asked for twice', department: departments, asked: world.people.lead.person }, ...more }, who);
    const first = (await find([large])).json;
    await find([large, small], { anonymous: true });
    const now = await told();
    assert.deepEqual([now.findings, now.observations], [before.findings + 2, before.observations]);
    assert.deepEqual([now.of('Reply desk').department, now.of('Reply desk').findings, now.of('Reply desk').oldest_days], [large, 2, 0]);
    assert.equal(now.of('Two of us'), undefined);
    assert.ok(!JSON.stringify(now).includes('Person'), 'nobody is named');
    await move(world.people.lead, first, 'publish', { fields: { reply: 'We ask once now.' } }, 200);
    assert.deepEqual([(await told()).findings, (await told()).of('Reply desk').findings], [before.findings + 1, 1]);
    await world.people.customer.call('getUnanswered', { expect: 403 });
});

test('what is wrong for ages is a register, oldest first; what leaders were asked and did not answer is seen by everybody', async () => {
    const { 'front-line': teller, lead, analyst: anybody } = world.people;
    const tell = async (what, since) => (await make(kinds.aggravation, { fields: { what, since } }, teller)).json.record;
    const [young, old] = [await tell('The stamp is blurred', '2020-05-01'), await tell('The form is asked for twice', '1999-01-01')];
    const register = await anybody.all('listRecordsOfKind', { path: { kind: 'aggravation' }, query: { order: 'oldest', open: 'yes' } });
    const first = register.map(r => Date.parse(r.first_at));
    assert.deepEqual(first, [...first].sort((a, b) => a - b));
    assert.ok(register.findIndex(r => r.record === old) < register.findIndex(r => r.record === young));
    assert.ok(register.find(r => r.record === old).fields.age > 9000, 'counted from the first evidence');
    const { json: ask } = await make(kinds.ask, { fields: { what: 'A second till', asked: lead.person } }, teller);
    const seen = (await anybody.all('listRecordsOfKind', { path: { kind: 'ask' }, query: { open: 'yes', order: 'due' } })).find(r => r.record === ask.record);
    const days = Math.round((Date.parse(seen.due_at) - Date.parse(seen.made_at)) / 86400000);
    assert.deepEqual([seen.state, seen.fields.asked], ['open', lead.person]);
    assert.ok(days > 0 && days <= 7, 'a clock runs, of a week at most');
    await move(lead, ask, 'decline', { words: 'Not this year: the till comes with the new shop.' }, 200);
});

// ---- A touchpoint's code -----------------------------------------------------------------------

test('copy as a start: its words, not its days, nor what came of it', async () => {
    const who = world.people['front-line'], other = world.people.analyst;
    const place = (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json.items[0].number;
    const fields = { what: 'One page instead of four', effort: 'week', 'customer-gain': 'Clear words', due: '2031-01-31', effect: 'A third fewer calls', touchpoint: [place] };
    const made = async (kind, body, by, expect) => (await by.call('makeRecord', { path: { kind }, body, expect })).json;
    const first = await made('fix', { fields }, who);
    const copy = await made('fix', { fields: { effort: 'day' }, copy_of: first.record }, other);
    assert.deepEqual([copy.fields.what, copy.fields['customer-gain'], copy.fields.touchpoint], [fields.what, fields['customer-gain'], [place]]);
    assert.deepEqual([copy.fields.effort, copy.fields.due ?? null, copy.fields.effect ?? null], ['day', null, null]);
    assert.deepEqual([copy.state, copy.author, copy.record === first.record], ['proposed', other.person, false]);
    const { json: { items: [entry] } } = await who.call('listRecordHistory', { path: at(copy) });
    assert.equal(entry.details.copy_of, first.record); // where it comes from is kept
    // What was emptied stays empty; of another kind what bears the same name is taken.
    const emptied = await made('fix', { fields: { 'customer-gain': null }, copy_of: first.record }, who);
    assert.equal(emptied.fields['customer-gain'] ?? null, null);
    const signal = await made('signal', { fields: { effort: 'minutes' }, copy_of: first.record }, who);
    assert.deepEqual([signal.fields.what, signal.fields.effort], [fields.what, 'minutes']);
    await made('fix', { fields: {}, copy_of: 99999999 }, who, [400, 404]);
});

test('a code at a touchpoint: one tap from any phone, without account or name', async () => {
    const who = world.people['front-line'];
    const code = (await who.call('makeTellCode', { body: { touchpoint } })).json;
    assert.equal((await who.call('makeTellCode', { body: { touchpoint } })).json.code, code.code);
    await who.call('makeTellCode', { body: { touchpoint: 999999 }, expect: 404 });
    assert.ok((await who.call('listTellCodes')).json.items.some(c => c.code === code.code && c.name === code.name));
    const sheet = await who.page('pageTellSheet', { path: code });
    assert.match(sheet.text, /<svg class="qr"/);
    assert.ok(sheet.text.includes(code.url) && code.url.endsWith(`/tell/${code.code}`));

    const page = await world.nobody.page('pageTell', { path: code });
    assert.doesNotMatch(page.text, /<script src="\/assets\/link/);
    assert.ok(page.bytes.length < 6000, `${page.bytes.length} bytes`);
    const choice = /name="choice" value="([^"]+)"/.exec(page.text)[1];
    const form = pairs => ({ path: code, raw: new URLSearchParams(pairs).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    const thanks = await world.nobody.page('formTell', form({ words: '', choice }));
    const reply = /\/reply\/([^"]+)"/.exec(thanks.text)[1];
    assert.ok((await world.nobody.page('pageReply', { path: { code: reply } })).text.includes(code.name));
    const { json } = await who.call('listRecordsOfKind', { path: { kind: 'signal' }, query: { touchpoint, limit: 1 } });
    assert.equal(json.items[0].author, null);
    await world.nobody.page('formTell', { ...form({ words: 'x', choice: 'nonsense' }), expect: [400, 422] });
    // Something good, too: it is counted as said by a customer.
    const care = async kind => (await who.call('getTold')).json.care.find(c => c.kind === kind);
    for (const [kind, words] of [['thanks', 'Ann stayed until it was found'], ['suggestion', 'A chair at the counter']]) {
        const before = await care(kind);
        assert.match((await world.nobody.page('formTell', form({ words, kind }))).text, /with those it is meant for/);
        assert.deepEqual(await care(kind), { ...before, customers: before.customers + 1 });
        const { json: { items: [said] } } = await who.call('listRecordsOfKind', { path: { kind }, query: { touchpoint, limit: 1 } });
        assert.deepEqual([said.title, said.author, said.fields.from], [words, null, 'customer']);
    }

    // Signed in it is told with the name, or without when that is wished.
    const mine = await who.page('pageTell', { path: code });
    const hidden = Object.fromEntries(mine.forms.get(`/tell/${code.code}`)[0]);
    await who.page('formTell', form({ ...hidden, words: 'The door sticks', choice }));
    await who.page('formTell', { ...form({ words: 'Without its token', choice }), expect: 409 });
    const told = (await who.call('listRecordsOfKind', { path: { kind: 'signal' }, query: { author: 'me', limit: 1 } })).json.items[0];
    assert.equal(told.title, 'The door sticks');

    // Much from one address is slowed down.
    const seen = new Set();
    for (let i = 0; i < 15; i++) {
        const sent = form({ words: `again ${i}`, choice });
        seen.add((await world.nobody.call('formTell', { ...sent, headers: { ...sent.headers, 'X-Forwarded-For': '203.0.113.9' }, expect: [200, 429] })).status);
    }
    assert.deepEqual([...seen].sort(), [200, 429]);

    const { role } = world.roles.find(r => r.rights.includes('take-part') && !r.rights.includes('findings'));
    await world.people[role].call('endTellCode', { path: code, expect: 403 });
    await world.owner.call('endTellCode', { path: code });
    await world.nobody.call('pageTell', { path: code, expect: 404 });
    await world.owner.call('endTellCode', { path: code, expect: 404 });
});

// ---- A customer is asked -----------------------------------------------------------------------

test('a customer confirms a fix by a link: shown once, forged, late, asked anew, erased', async () => {
    const who = world.people['front-line'], { nobody, owner } = world;
    const them = { email: 'answers@firsthand.test' };
    await world.sender.call('addInteractions', { body: [{ customer: them, source: 'answers', id: 'a1', time: '2024-05-01T09:00:00Z', touchpoint: 'Complains' }] });
    const { customer: number } = (await owner.call('search', { body: { who: them.email } })).json.items[0];
    const { json: fix } = await make(kinds.fix, { fields: { what: 'The letter is written anew' } }, who);
    const path = at(fix), words = 'The letter says <b>once</b> what to do.', asking = { customer: number, words };
    const asks = async (by = who) => (await by.call('listCustomerAsks', { path })).json;
    assert.deepEqual(await asks(), { could: false, may: false, items: [] });
    await who.call('askCustomer', { path, body: asking, expect: 409 });
    const now = async () => who.call('getRecord', { path });
    await who.call('moveRecord', { path, headers: { 'If-Match': (await now()).etag }, body: { move: 'finish', fields: { done: day(0), 'customer-gain': 'Clear words', 'inside-gain': 'Fewer calls' } } });

    // Who may ask, and what.
    await world.people.customer.call('askCustomer', { path, body: asking, expect: 403 });
    await world.people['journey-owner'].call('askCustomer', { path, body: { customer: number, words: ' ' }, expect: 400 });
    await who.call('askCustomer', { path, body: { customer: 999999, words }, expect: 400 });
    const ask = async () => {
        const { json } = await who.call('askCustomer', { path, body: asking });
        assert.match(json.url, /\/answer\?link=[\w-]{32}$/);
        return json.url.slice(-32);
    };
    const first = await ask(), link = await ask();
    assert.deepEqual((await asks()).items.map(a => [a.open, !!a.url]), [[true, true], [false, false]], 'asked anew');

    // What is not, or no more, one of ours says the same; what is looked at is not answered.
    const look = (text, expect) => nobody.page('pageAnswer', { query: { link: text }, expect });
    const forged = link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A'), other = `${link.slice(0, 9)}${link[9] === 'A' ? 'B' : 'A'}${link.slice(10)}`; // another number
    const gone = await look(first, 404);
    for (const refused of [gone, ...await Promise.all([forged, other, '', 'x'.repeat(32)].map(text => look(text, 404)))])
        assert.match(refused.text, /leads nowhere any more/, 'all alike');
    const page = await look(link);
    assert.ok(page.text.includes('The letter says &lt;b&gt;once&lt;/b&gt; what to do.'));
    for (const secret of [them.email, 'written anew', 'Fewer calls', 'Person front-line', `#${number}`]) assert.ok(!page.text.includes(secret), secret);
    assert.doesNotMatch(page.text, /<script src="\/assets\/link/);
    assert.ok(page.bytes.length < 6000, `${page.bytes.length} bytes`);
    const typed = { raw: new URLSearchParams({ answer: 'solved', text: 'no link' }).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    await nobody.call('formAnswer', { ...typed, expect: 404 });
    await nobody.call('formAnswer', { ...typed, headers: { 'Content-Type': 'text/plain' }, expect: [400, 415] });
    assert.match((await nobody.send('formAnswer', page, { answer: 'idea', text: ' ' }, { expect: 400 })).text, /in a few words/);
    await nobody.send('formAnswer', page, { answer: 'nonsense' }, { expect: 400 });
    assert.equal((await now()).json.state, 'made');

    // Not yet: it stays where it is; both histories tell it; once.
    await nobody.send('formAnswer', page, { answer: 'not-yet', text: 'Page two still says twice.' });
    await nobody.send('formAnswer', page, { answer: 'solved', text: 'Again' }, { expect: 409 });
    assert.match((await look(link)).text, /answers once/);
    let { json: after } = await now();
    assert.equal(after.state, 'made');
    const entry = after.history.find(e => e.what === 'customer');
    assert.deepEqual([entry.person, entry.details], [null, { customer: number, answer: 'not-yet', text: 'Page two still says twice.' }]);
    const story = async () => (await owner.call('listStory', { path: { customer: number } })).json.items;
    const [said] = await story();
    assert.deepEqual([said.touchpoint, said.direction, said.line], ['Says it is not mended yet', 'in', 'Page two still says twice.']);
    assert.ok(after.about.some(a => a.what === 'interaction' && a.key === said.ref));

    // Solved: the move that the kind leaves to customers is made.
    await nobody.send('formAnswer', await look(await ask()), { answer: 'solved' });
    after = (await now()).json;
    assert.equal(after.state, 'confirmed');
    assert.deepEqual((await story()).slice(0, 2).map(i => i.touchpoint), ['Confirms that it is mended', 'Says it is not mended yet']);
    const told = await asks();
    assert.deepEqual([told.could, told.items.map(a => [a.answer, a.said, a.url])], [false, [['solved', null, null], ['not-yet', 'Page two still says twice.', null], [null, null, null]]]);
    const { json: audit } = await owner.call('listAudit', { query: { action: 'story.', customer: number } });
    assert.deepEqual(['story.asked', 'story.answered'].map(w => audit.items.filter(e => e.action === w).length), [3, 2]);

    // One link, and one address, may try so often.
    const tries = new Set();
    for (let i = 0; i < 12; i++) tries.add((await nobody.call('pageAnswer', { query: { link: first }, headers: { 'X-Forwarded-For': '203.0.113.77' }, expect: [404, 429] })).status);
    assert.deepEqual([...tries].sort(), [404, 429]);

    // Erased: neither their words nor who they were is left with the fix.
    const { json: erased } = await owner.call('eraseCustomer', { path: { customer: number }, body: { confirm: them.email } });
    assert.equal(erased.proof.found, 0);
    assert.deepEqual((await asks()).items, []);
    const left = await who.call('getRecord', { path });
    assert.ok(!left.text.includes('Page two'), 'withheld');
    assert.ok(left.json.history.some(e => e.what === 'customer' && e.details === null));
});

// ---- Attachments -----------------------------------------------------------------------------------

test('a picture is attached, and comes back only to be saved', async () => {
    const who = world.people['front-line'];
    const { json } = await make(kinds.signal, {}, who);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const send = (name, raw, expect) => who.call('attachFile', { path: at(json), query: { name }, raw, headers: { 'Content-Type': 'application/octet-stream' }, expect });
    const attached = await send('door "left".png', png);
    assert.ok(attached.json.history.some(e => e.what === 'attached' && e.details.name === 'door "left".png'));
    const [file] = (await who.call('listRecordFiles', { path: at(json) })).json.items;
    assert.deepEqual([file.type, file.bytes], ['image/png', png.length]);
    const back = await who.call('getRecordFile', { path: { ...at(json), file: file.file } });
    assert.ok(back.bytes.equals(png));
    assert.match(back.headers.get('content-disposition'), /^attachment; filename="door__left_.png"$/);
    assert.equal(back.headers.get('content-security-policy'), 'sandbox');
    for (const [name, raw] of [['page.html', Buffer.from('<script>')], ['door.svg', Buffer.from('<svg>')], ['door.png', Buffer.from('<html>')], ['door', png], ['', png], ['empty.png', Buffer.alloc(0)]])
        await send(name, raw, [400, 422]);
    assert.equal((await who.call('listRecordFiles', { path: at(json) })).json.items.length, 1);
    const other = await make(kinds.signal, {}, who);
    await who.call('getRecordFile', { path: { ...at(other.json), file: file.file }, expect: 404 });
    await world.people.customer.call('getRecordFile', { path: { ...at(json), file: file.file }, expect: [200, 403] });
    const stored = () => readdirSync(world.server.folder, { recursive: true }).filter(f => /(^|\/)a-[0-9a-f]{16}$/.test(f)).length;
    const before = stored(), gone = { ...at(json), file: file.file };
    await world.people.hr.call('detachFile', { path: gone, expect: 403 });
    await who.call('detachFile', { path: { ...at(other.json), file: file.file }, expect: 404 });
    const { etag } = await who.call('getRecord', { path: at(json) });
    await who.call('changeRecord', { path: at(json), headers: { 'If-Match': etag }, body: { fields: { pictures: [file.file] } } });
    await who.call('detachFile', { path: gone, expect: 409 });
    const { etag: next } = await who.call('getRecord', { path: at(json) });
    await who.call('changeRecord', { path: at(json), headers: { 'If-Match': next }, body: { fields: { pictures: null } } });
    const left = await who.call('detachFile', { path: gone });
    assert.deepEqual(left.json.files, []);
    assert.ok(left.json.history.some(e => e.what === 'detached' && e.details.name === 'door "left".png'));
    assert.equal(stored(), before - 1);
    await who.call('detachFile', { path: gone, expect: 404 });
    await who.call('getRecordFile', { path: gone, expect: 404 });
    await send('large.png', Buffer.concat([png, Buffer.alloc(21 << 20)]), [413]).catch(error => assert.match(String(error.cause ?? error), /socket|EPIPE|ECONNRESET|closed/i));
});

// ---- Out and in as files -------------------------------------------------------------------------

test('records go out as CSV, XLSX and JSON, and come in again without changing anything', async () => {
    const who = world.people['front-line'];
    await make(kinds.promise, { fields: { what: '=HYPERLINK("http://evil")' } }, who);
    const path = { kind: 'promise' };
    const { text } = await who.call('exportRecords', { path });
    const head = text.split('\r\n')[0].split(',');
    assert.equal(head[0], 'record');
    for (const f of kinds.promise.fields) assert.ok(head.includes(f.name), f.name);
    assert.ok(!/(^|,|")=HYPER/m.test(text) && text.includes("'=HYPERLINK"));
    const xlsx = await who.call('exportRecords', { path, query: { format: 'xlsx' } });
    assert.equal(xlsx.bytes.subarray(0, 2).toString(), 'PK');
    const { json } = await who.call('exportRecords', { path, query: { format: 'json', author: 'me' } });
    assert.ok(json.items.length && json.items.every(r => r.author === who.person));

    const send = (raw, query, expect) => world.owner.call('importRecords', { path, raw, query, headers: { 'Content-Type': 'text/csv' }, expect });
    const whole = (await world.owner.call('exportRecords', { path })).text;
    const same = await send(whole);
    assert.equal(same.json.unchanged, same.json.rows, JSON.stringify(same.json));
    assert.deepEqual([same.json.added, same.json.changed], [0, 0]);

    // As a spreadsheet, too, with its headings as people read them.
    const book = await world.owner.call('exportRecords', { path, query: { format: 'xlsx' } });
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    const back = await world.owner.call('importRecords', { path, raw: book.bytes, headers: { 'Content-Type': type } });
    assert.deepEqual([back.json.rows, back.json.unchanged, back.json.problems], [same.json.rows, same.json.rows, []]);
    const cut = await world.owner.call('importRecords', { path, raw: book.bytes.subarray(0, 900), headers: { 'Content-Type': type }, expect: [422] });
    assert.match(cut.json.detail ?? cut.json.title, /damaged|no spreadsheet/);
});

test('a file is taken in whole or not at all; every problem with line and column; twice is once', async () => {
    const path = { kind: 'promise' };
    const send = (raw, query, expect) => world.owner.call('importRecords', { path, raw, query, headers: { 'Content-Type': 'text/csv' }, expect });
    const count = async () => (await world.owner.all('listRecordsOfKind', { path, query: { limit: 500 } })).length;
    const before = await count();
    const good = `key,what,customer,due,how\r\na-1,First,${customer},${day(3)},written\r\na-2,Second,${customer},${day(4)},\r\n`;
    const bad = `key,what,customer,due,how\r\nb-1,First,${customer},soon,written\r\nb-2,Second,nobody,${day(4)},shouted\r\n,Third,${customer},${day(4)},\r\n`;
    const told = await send(bad, {}, 422);
    assert.equal(told.json.written, false, JSON.stringify(told.json));
    assert.deepEqual(told.json.problems.map(p => [p.line, p.column]).sort(), [[2, 'due'], [3, 'customer'], [3, 'how'], [4, 'key']].sort());
    for (const p of told.json.problems) assert.ok(p.what.length > 5);
    const without = await send(`key,what,customer,due,how\r\nc-1,,${customer},${day(3)},\r\n`, {}, 422);
    assert.deepEqual(without.json.problems.map(p => [p.line, p.column]), [[2, 'what']]); // what is needed, told of its column
    assert.ok(!without.json.problems[0].what.includes('/'), without.json.problems[0].what);
    assert.equal(await count(), before);

    const dry = await send(good, { dry_run: 'yes' });
    assert.deepEqual([dry.json.added, dry.json.written], [2, false]);
    assert.equal(await count(), before);
    assert.equal((await send(good)).json.added, 2);
    const again = await send(good);
    assert.deepEqual([again.json.added, again.json.changed, again.json.unchanged], [0, 0, 2]);
    const changed = await send(good.replace('Second', 'Second, said louder').replace('Second,', '"Second,').replace('louder', 'louder"'));
    assert.deepEqual([changed.json.added, changed.json.changed, changed.json.unchanged], [0, 1, 1]);
    assert.equal(await count(), before + 2);

    for (const raw of ['', 'what\r\nx\r\n', 'key,colour\r\n1,red\r\n', 'key,key\r\n1,2\r\n', 'key,what\r\n"open'])
        await send(raw, {}, [400, 422]);
    await world.owner.call('importRecords', { path, raw: 'key\r\n', headers: { 'Content-Type': 'application/json' }, expect: [400, 415, 422] });
    const entry = (await world.owner.call('listAudit', { query: { action: 'record.imported', limit: 1 } })).json.items[0];
    assert.ok(entry, 'the import stands in the audit log');
});

// ---- Every kind: states, moves, rights -------------------------------------------------------------

const move = (who, json, name, more = {}, expect = any) => who.call('moveRecord', {
    path: at(json), body: { move: name, ...more }, headers: { 'If-Match': '*' }, expect });

test('every kind: moves out of a state are those declared, done by whom it says, refused to all others', async () => {
    const outsider = Object.values(world.people).find(p => !world.roles.find(r => r.role === p.role).rights.includes('take-part'));
    let done = 0;
    for (const kind of Object.values(kinds)) {
        if (!kind.active || kind.made_by.every(w => w === 'firsthand')) continue;
        const fields = await fill(kind, f => f.required || f.type !== 'file', ++serial);
        let reply = await world.owner.call('makeRecord', { path: { kind: kind.name }, body: { fields }, expect: any });
        if (reply.status !== 201) reply = await world.owner.call('makeRecord', { path: { kind: kind.name }, body: { fields: await fill(kind, f => f.required, ++serial) }, expect: any });
        assert.equal(reply.status, 201, `${kind.name}: ${reply.text}`);
        let now = reply.json;
        assert.equal(now.state, kind.states[0].name);
        if (!now.owner) await own(world.owner, now, { do: 'take' }, any);
        if (outsider) assert.equal((await move(outsider, now, kind.moves[0].name)).status, 403, kind.name);
        assert.equal((await move(world.owner, now, 'no-such-move')).status >= 400, true);
        const tried = new Set();
        for (let step = 0; step < 12; step++) {
            now = (await whole(now)).json;
            const out = kind.moves.filter(m => m.from.includes(now.state) && m.by.some(w => w !== 'firsthand'));
            const machine = kind.moves.find(m => m.from.includes(now.state) && m.by.every(w => w === 'firsthand'));
            if (machine) assert.ok(refused.includes((await move(world.owner, now, machine.name, { words: 'I am Firsthand.' })).status), `${kind.name} ${machine.name}`);
            assert.deepEqual(now.moves.map(m => m.move).sort(), out.map(m => m.name).sort(), `${kind.name} ${now.state}`);
            const other = kind.moves.find(m => !m.from.includes(now.state));
            if (other) assert.ok(refused.includes((await move(world.owner, now, other.name, { words: 'Never mind.' })).status), `${kind.name} ${other.name}`);
            let moved = false;
            for (const m of out) {
                const possible = now.moves.find(p => p.move === m.name);
                if (moved || tried.has(`${now.state} ${m.name}`)) continue;
                tried.add(`${now.state} ${m.name}`);
                if (!possible.may) {
                    assert.equal((await move(world.owner, now, m.name, { words: 'Why.' })).status, 403, `${kind.name} ${m.name}`);
                    continue;
                }
                if (m.says) assert.ok([400, 409, 422].includes((await move(world.owner, now, m.name)).status), `${kind.name} ${m.name} without words`);
                const result = await move(world.owner, now, m.name, { words: 'So it was.' });
                if (possible.missing) {
                    assert.ok([400, 409, 422].includes(result.status), `${kind.name} ${m.name}: ${result.status} although ${possible.missing}`);
                    continue;
                }
                assert.equal(result.status, 200, `${kind.name} ${m.name}: ${result.text}`);
                assert.equal(result.json.state, m.to);
                assert.equal(result.json.closed, kind.states.find(s => s.name === m.to).closed);
                const told = result.json.history.find(e => e.what === 'moved');
                assert.deepEqual([told.details.move, told.details.from, told.details.to], [m.name, now.state, m.to]);
                moved = true;
                done++;
            }
            if (!moved) break;
        }
    }
    assert.ok(done > Object.keys(kinds).length, `${done} moves`);
});

test('a clock acts by itself when its day has passed', async () => {
    const { json } = await make(kinds.promise, { fields: { due: day(-2) } }, world.people.analyst);
    for (const end = late(); ;) {
        const now = (await whole(json, world.people.analyst)).json;
        if (now.state === 'broken') return assert.ok(now.history.some(e => e.what === 'moved' && e.person === null));
        assert.ok(Date.now() < end, `still ${now.state}`);
        await new Promise(next => setTimeout(next, 200));
    }
});

test('no route and no file alters what the history tells', async () => {
    const who = world.people['front-line'];
    const { json } = await make(kinds.promise, {}, who);
    await who.call('commentRecord', { path: at(json), body: { text: 'As it was said.' } });
    const before = await who.all('listRecordHistory', { path: at(json) });
    const url = `${world.server.url}/api/v1/records/promise/${json.record}/history`;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
        for (const path of [url, `${url}/${before[0].entry}`, `${url.replace('/history', '/comments')}/${before[0].entry}`]) {
            const reply = await fetch(path, { method, headers: { Authorization: `Bearer ${world.admin.token}`, 'Content-Type': 'application/json', 'If-Match': '*' }, body: '{"what":"made"}' });
            assert.ok([404, 405].includes(reply.status), `${method} ${path}: ${reply.status}`);
        }
    const file = `record,what,history,state,made_at\r\n${json.record},Other words,nothing,kept,2020-01-01\r\n`;
    for (const raw of [file, file.replace('history', 'bounces')]) await world.owner.call('importRecords', { path: { kind: 'promise' }, raw, headers: { 'Content-Type': 'text/csv' }, expect: any });
    const after = await who.all('listRecordHistory', { path: at(json) });
    assert.deepEqual(after.slice(-before.length), before);
    const now = (await whole(json)).json;
    assert.deepEqual([now.made_at, now.state], [json.made_at, json.state]);
});

// ---- A kind of the organisation's own ----------------------------------------------------------------

test('a new kind is used through the typed API and files, and changed with data in place', async () => {
    const path = { kind: 'wet-umbrella' };
    const declaration = more => `kind wet-umbrella
title "Wet umbrella" "Wet umbrellas"
says "An umbrella that drips where customers walk."
add "Tell of an umbrella"
made by anybody
owner none

field what text required max 200 "Where does it drip?"
${more}
state open "Dripping"
state dry "Dry" closed

move hang "It hangs" from open to dry by anybody
`;
    const colour = 'field colour choice "Which colour?"\n  choice red "Red"\n  choice blue "Blue"\nfield length number unit cm decimals 1 min 0 max 200 "How long?"\n';
    const kind = await world.owner.call('declareKind', { path, body: { declaration: declaration(colour) } });
    const description = await typed(world.people['front-line']);
    const client = new Client(world.server, description, { cookie: world.people['front-line'].cookie });
    const { json } = await client.call('makeWetUmbrellaRecord', { body: { fields: { what: 'At the door', colour: 'red', length: 80.5 } } });
    await client.call('getWetUmbrellaRecord', { path: { record: json.record } });
    const changed = await client.call('changeWetUmbrellaRecord', { path: { record: json.record }, body: { fields: { length: null } }, headers: { 'If-Match': '*' } });
    assert.equal(changed.json.fields.length, null);
    await client.call('makeWetUmbrellaRecord', { body: { fields: { what: 'x', colour: 'green' } }, expect: [400, 422] });
    assert.equal((await client.call('listWetUmbrellaRecords')).json.items[0].fields.colour, 'red');

    // Without the field its words are kept, and shown as former ones; a state in use stays.
    const less = await world.owner.call('declareKind', { path, body: { declaration: declaration('') }, headers: { 'If-Match': kind.etag } });
    const after = (await whole(json)).json;
    assert.equal(after.fields.colour, undefined);
    assert.equal(after.former.colour, 'red');
    const gone = declaration('').replaceAll('open', 'wet');
    await world.owner.call('declareKind', { path, body: { declaration: gone }, headers: { 'If-Match': less.etag }, expect: 409 });
    await world.owner.call('moveRecord', { path: { ...path, record: json.record }, body: { move: 'hang' }, headers: { 'If-Match': '*' } });
    const csv = await world.owner.call('exportRecords', { path });
    assert.match(csv.text, /At the door.*dry/);
});

test('every reply fits what the typed description says of its kind', async () => {
    const description = await typed();
    const client = new Client(world.server, description, { cookie: world.owner.cookie });
    for (const kind of Object.values(kinds)) {
        const id = kind.name.replace(/(^|-)([a-z0-9])/g, (_, dash, c) => c.toUpperCase());
        const { json } = await client.call(`list${id}Records`);
        if (json.items.length) await client.call(`get${id}Record`, { path: { record: json.items[0].record } });
    }
});

test('an erased customer takes what was attached to records about it along', async () => {
    const email = 'record-erase@example.org';
    await world.sender.call('addInteractions', { body: { customer: { email }, time: '2024-06-01T08:00:00Z', touchpoint: 'Visit', source: 'desk', id: 'record-erase' } });
    const number = (await world.owner.call('search', { body: { who: email } })).json.items[0].customer;
    const { json } = await make(kinds.promise, { fields: { customer: number, what: `We write to ${email}` } }, world.people.analyst);
    const attach = async (record, name, raw) => {
        await world.owner.call('attachFile', { path: at(record), query: { name }, raw, headers: { 'Content-Type': 'application/octet-stream' } });
        return (await world.owner.call('listRecordFiles', { path: at(record) })).json.items[0].file;
    };
    const about = await attach(json, `letter to ${email}.png`, Buffer.from('89504e470d0a1a0a', 'hex'));
    const other = await make(kinds.promise, {}, world.people.analyst);
    const named = await attach(other.json, 'notes.txt', Buffer.from(`Called ${email} twice.`));
    const stays = await make(kinds.promise, {}, world.people.analyst);
    const plain = await attach(stays.json, 'door.png', Buffer.from('89504e470d0a1a0aff', 'hex'));
    await world.owner.call('eraseCustomer', { path: { customer: number }, body: { confirm: email } });
    await world.owner.call('getRecordFile', { path: { ...at(json), file: about }, expect: 404 });
    await world.owner.call('getRecordFile', { path: { ...at(other.json), file: named }, expect: 404 });
    await world.owner.call('getRecordFile', { path: { ...at(stays.json), file: plain } });
    const bytes = world.server.read('our.fh');
    assert.ok(!bytes.includes('record-erase@'), 'the file still holds the identifier');
    assert.ok(!(await whole(json)).text.includes('record-erase@'));
});

test('whoever watches is told of a record when something was done to it', async () => {
    const gone = new AbortController();
    const reply = await fetch(`${world.server.url}/api/v1/events`, { headers: { Cookie: world.people.analyst.cookie }, signal: gone.signal });
    let text = '';
    const heard = (async () => { for await (const piece of reply.body) text += Buffer.from(piece).toString(); })().catch(() => {});
    for (const end = late(); !/event: record\nid: \d+\ndata: \{"kind":"signal"/.test(text);) {
        assert.ok(Date.now() < end, text.slice(-500));
        await make(kinds.signal, {}, world.people['front-line']);
        await new Promise(next => setTimeout(next, 300));
    }
    gone.abort();
    await heard;
});

test('what customers were asked and said follows a record that is merged, by the link they have, and comes back when it is parted', async () => {
    const who = world.people['front-line'], { nobody, owner } = world;
    const them = { email: 'moved@firsthand.test' };
    await world.sender.call('addInteractions', { body: [{ customer: them, source: 'answers', id: 'b1', time: '2024-05-01T09:00:00Z', touchpoint: 'Complains' }] });
    const { customer: number } = (await owner.call('search', { body: { who: them.email } })).json.items[0];
    const made = async what => {
        const { json: fix } = await make(kinds.fix, { fields: { what } }, who);
        const now = await who.call('getRecord', { path: at(fix) });
        await who.call('moveRecord', { path: at(fix), headers: { 'If-Match': now.etag }, body: { move: 'finish', fields: { done: day(0), 'customer-gain': 'Clear words', 'inside-gain': 'Fewer calls' } } });
        return fix;
    };
    const [double, stands] = [await made('The letter is written anew'), await made('A new letter')];
    const asks = async of => (await who.call('listCustomerAsks', { path: at(of) })).json.items;
    const evidence = async of => (await whole(of)).json.about.filter(a => a.what === 'interaction').length;
    const ask = async of => (await who.call('askCustomer', { path: at(of), body: { customer: number, words: 'Is it clear?' } })).json.url.slice(-32);
    const answer = async (link, more) => nobody.send('formAnswer', await nobody.page('pageAnswer', { query: { link } }), more);

    await answer(await ask(double), { answer: 'not-yet', text: 'Page two is not.' });
    const link = await ask(double);
    assert.deepEqual((await asks(stands)).length, 0);
    await owner.call('mergeRecord', { path: at(double), body: { into: stands.record, words: 'The same.' } });
    assert.deepEqual((await asks(stands)).map(a => [a.open, a.said]), [[true, null], [false, 'Page two is not.']], 'told where it stands now');
    assert.equal((await asks(stands))[0].url.slice(-32), link, 'the link is the same');
    assert.equal(await evidence(stands), 1);

    // The link goes on working, and what it says counts for the one that stands.
    await answer(link, { answer: 'solved', text: 'Now it is.' });
    assert.equal((await whole(stands)).json.state, 'confirmed');
    assert.deepEqual((await asks(stands)).map(a => a.answer), ['solved', 'not-yet']);
    assert.equal(await evidence(stands), 2);

    // Parted: each has its own again, with what was said in between.
    await owner.call('partRecord', { path: at(double) });
    assert.deepEqual((await asks(double)).map(a => a.said), ['Now it is.', 'Page two is not.']);
    assert.deepEqual([await asks(stands), await evidence(stands), await evidence(double)], [[], 0, 2]);
    assert.equal((await owner.call('eraseCustomer', { path: { customer: number }, body: { confirm: them.email } })).json.proof.found, 0);
    for (const one of [double, stands]) assert.ok(!(await whole(one)).text.includes('Now it is.'), 'erased wherever it was written');
});

test('a list tells what is due, and what is late first; when Firsthand acts next stands beside it', async () => {
    const who = world.people['front-line'];
    const promised = async due => (await make(kinds.promise, { fields: { what: `By ${due}`, customer: 1, due } }, who)).json;
    const later = await promised('2041-05-10'), sooner = await promised('2041-05-02');
    const { json } = await who.call('listRecords', { path: { kind: 'promise' }, query: { order: 'due', limit: 200 } });
    const mine = json.items.filter(r => [later.record, sooner.record].includes(r.record));
    assert.deepEqual(mine.map(r => r.record), [sooner.record, later.record]);
    assert.ok(mine[0].due_at.startsWith('2041-05-0') && Date.parse(mine[0].due_at) >= Date.parse('2041-05-02T12:00:00Z'), mine[0].due_at);
    assert.equal(Date.parse(mine[0].due_at) - Date.parse(mine[0].acts_at), 2 * 86400e3, 'it reminds two days before');
    const { json: one } = await whole(sooner);
    assert.equal(one.clock.due_at, one.due_at);
});

test('a record is found by its number alone, whatever its kind', async () => {
    const { json } = await make(kinds.signal);
    const { json: found } = await world.owner.call('getRecord', { path: { kind: 'any', record: json.record } });
    assert.deepEqual([found.kind, found.record], ['signal', json.record]);
    await world.owner.call('getRecord', { path: { kind: 'finding', record: json.record }, expect: 404 });
    await world.owner.call('getRecord', { path: { kind: 'any', record: 99999999 }, expect: 404 });
    const { json: noticed } = await make(kinds.finding, { fields: { what: 'Two numbers for one desk', asked: world.people.lead.person } }, world.people['front-line']);
    await world.people.analyst.call('getRecord', { path: { kind: 'any', record: noticed.record }, expect: 404 }); // seen by those concerned
});
