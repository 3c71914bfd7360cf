// findings.mjs - what is said twice, differently, or asked again: found, opened, judged; which
// fact is right, and what a later message that says otherwise leads to; settings; who may.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';
import { watch } from './events.mjs';
import { Server, firsthand } from '../lib/server.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const day = 86400e3;
const people = ['ada', 'ben', 'cleo', 'dan', 'eve'];
const told = (n, what) => ({ source: 'letters', id: `find-${n}`, ...what });
const mail = 'Dear reader,\n\nWelcome to our library. You can reach us on weekdays from 8:00 to 20:00. The fee for each year is 25 euros.\n\nKind regards\nThe library';
const letter = 'Dear reader,\n\nWelcome to our library. You can reach us on weekdays from 9:00 to 17:00. The fee for each year is 35 euros.\n\nKind regards\nThe library';

async function run() {
    const { json } = await world.owner.call('runFindings');
    const job = await world.owner.job(json.job);
    assert.equal(job.state, 'done', JSON.stringify(job.error));
    return job.result;
}

test('two letters that contradict one another are one finding, with a record, however many got them', async () => {
    const start = Date.now() - 20 * day;
    const send = people.flatMap((p, i) => [
        told(`m${i}`, { customer: { email: `${p}@find.test` }, time: new Date(start + i * 3600e3).toISOString(), touchpoint: 'Library e-mail', channel: 'e-mail', department: 'Library marketing', direction: 'out', text: mail, purpose: 'welcome', payload: { role: 'Fee clerk' } }),
        told(`l${i}`, { customer: { email: `${p}@find.test` }, time: new Date(start + day + i * 3600e3).toISOString(), touchpoint: 'Library letter', channel: 'letter', department: 'Library operations', direction: 'out', text: letter, purpose: 'welcome' }),
    ]);
    send.push(told('alone', { customer: { email: 'gil@find.test' }, time: new Date(start + day).toISOString(), touchpoint: 'Library letter', channel: 'letter', department: 'Library operations', direction: 'out', text: letter, purpose: 'welcome' }),
        told('asks', { customer: { email: 'ada@find.test' }, time: new Date(start + 3 * day).toISOString(), touchpoint: 'Library call', channel: 'phone', department: 'Library desk', direction: 'in' }),
        told('late', { customer: { email: 'ben@find.test' }, time: new Date(start + 17 * day).toISOString(), touchpoint: 'Library call', channel: 'phone', department: 'Library desk', direction: 'in' }),
        told('pays', { customer: { email: 'cleo@find.test' }, time: new Date(start + 3 * day).toISOString(), touchpoint: 'Library fee paid', channel: 'bank', department: 'Library finance', direction: 'in', value: '25.00', currency: 'EUR' }));
    await world.sender.call('addInteractions', { body: send });
    const result = await run();
    assert.ok(result.stories >= people.length && result.hits >= people.length);
    const found = (await world.people.analyst.call('listFindings', { query: { from: 'Library marketing' } })).json;
    assert.ok(found.ran_ms && found.messages >= 10);
    const kinds = found.findings.map(f => f.sort);
    assert.ok(kinds.includes('contradiction') && kinds.includes('duplicate'), JSON.stringify(kinds));
    const one = found.findings.find(f => f.sort === 'contradiction' && f.facts.includes('money'));
    assert.deepEqual([one.customers, one.purpose, [one.from.name, one.to.name].sort()], [5, 'welcome', ['Library marketing', 'Library operations']]);
    assert.match(one.says, /tell the same customers different amounts about 'welcome'\.$/);
    assert.ok(one.record);
    world.finding = one;
    assert.equal((await run()).stories, 0, 'nothing changed, nothing is looked at');
    const again = (await world.people.analyst.call('listFindings', { query: { sort: 'contradiction', from: 'Library marketing' } })).json;
    assert.equal(again.findings.find(f => f.cause === one.cause).record, one.record);
});

test('whom it reaches and what they did after it, held against others like them', async () => {
    const path = { cause: world.finding.cause };
    const { json: { reached, effect } } = await world.people.analyst.call('getFindingEffect', { path });
    assert.match(reached.says, /^5 of 5 customers \(100 %\) are new: known for less than 90 days\.$/);
    assert.deepEqual(reached.bands.map(b => [b.band, b.n]), [['new', 5], ['known', 0], ['long-time', 0]]);
    // One got in touch within 14 days, one later, one only paid; one other got the letter alone.
    assert.deepEqual([effect.hit, effect.with.customers, effect.with.contacts.n, effect.without.customers, effect.without.contacts.n], [5, 5, 1, 1, 0]);
    assert.ok(Math.abs(effect.change.contacts.share - .2) < 1e-9 && effect.change.contacts.low < 0 && effect.change.contacts.high > .2);
    assert.equal(effect.enough, false);
    assert.match(effect.says, /^Too few to tell: of 5 customers whom it hit, 5 have others like them to be held against \(1\)\.$/);
    await world.people.analyst.call('getFindingEffect', { path: { cause: '0123456789abcdef' }, expect: 404 });
    await world.people.customer.call('getFindingEffect', { path, expect: 403 });
});

test('whoever may ask hears that a run ended', async () => {
    const before = (await world.people.analyst.call('listFindings')).json.ran_ms;
    const isNew = e => e.name === 'findings' && e.data.ran_ms > before;
    let ran; // not before the stream has begun to tell
    const events = await watch(world.people.analyst, list => {
        if (list.length) ran ??= run();
        return list.some(isNew);
    });
    await ran;
    const { json } = await world.people.analyst.call('listFindings');
    assert.equal(events.find(isNew).data.ran_ms, json.ran_ms);
});

test('its evidence stands side by side with the places that differ, for who may read stories', async () => {
    const path = { cause: world.finding.cause };
    const { json } = await world.owner.call('getFinding', { path });
    assert.equal(json.examples.length, 5);
    const { a, b, differs, customer } = json.examples[0];
    assert.ok(customer.number && customer.name.endsWith('@find.test'));
    const money = differs.find(d => d.type === 'money');
    const cut = (m, s) => m.text.slice(s.at, s.at + s.len);
    assert.deepEqual([cut(a, money.a), cut(b, money.b)].sort(), ['25 euros', '35 euros']);
    assert.equal(json.history.length, 1);
    const sum = (rows, what) => rows.reduce((n, row) => n + (row[what] ?? 0), 0);
    assert.equal(sum(json.months, 'hits'), json.hits, 'each month in which it happened');
    const { months } = (await world.people.analyst.call('listFindingDays')).json;
    assert.ok(sum(months, 'contradiction') >= json.hits);
    assert.deepEqual(months.map(m => m.month), [...new Set(months.map(m => m.month))].sort());
    assert.deepEqual(json.records, [world.finding.record]);
    const { json: blind } = await world.people.executive.call('getFinding', { path, expect: [200, 403] });
    if (blind.examples) assert.ok(blind.examples.every(e => e.a.text !== undefined));
    const twice = (await world.people.analyst.call('listFindings', { query: { sort: 'duplicate', from: 'Library marketing' } })).json.findings[0];
    const merged = (await world.owner.call('getFinding', { path: { cause: twice.cause } })).json.merged;
    assert.deepEqual(merged.intentions.map(i => i.department).sort(), ['Library marketing', 'Library operations']);
    assert.ok(merged.text.includes('9:00 to 17:00') && !merged.text.includes('8:00 to 20:00'), 'one message does not contradict itself');
    assert.deepEqual(merged.open.map(o => [o.type, o.a.says, o.b.says]).filter(o => o[0] === 'time').length, 1);
    assert.ok(merged.open.some(o => o.type === 'money' && /25/.test(o.a.says) && /35/.test(o.b.says)), JSON.stringify(merged.open));
    const who = (await world.owner.call('listFindingCustomers', { path, query: { limit: 2 } })).json;
    assert.equal(who.items.length, 2);
    assert.ok(who.next);
    await world.people.customer.call('listFindingCustomers', { path, expect: 403 });
    await world.owner.call('getFinding', { path: { cause: '0123456789abcdef' }, expect: 404 });
    await world.owner.call('getFinding', { path: { cause: 'nonsense' }, expect: 404 });
});

test('one message instead of two is taken over as a shared draft, which keeps both intentions and leads back', async () => {
    for (const name of ['Library marketing', 'Library operations']) await world.owner.call('addDepartment', { body: { name } });
    const { json: { items } } = await world.owner.call('listDepartments');
    const number = name => items.find(d => d.name === name).department;
    const path = { cause: world.finding.cause };
    const { json: waiting } = await world.owner.call('getFinding', { path });
    assert.deepEqual(waiting.drafts, []);
    assert.equal(waiting.merged.draft.mends, undefined, 'its record waits for a reply: it is not named to others');
    for (const finding of [false, true]) await world.owner.call('judgeFinding', { path, body: { finding, why: 'For a test.' } });
    const { draft } = (await world.owner.call('getFinding', { path })).json.merged;
    assert.deepEqual([draft.first, draft.second].sort(), [number('Library marketing'), number('Library operations')].sort());
    assert.deepEqual([draft['first-wants'], draft['second-wants'], draft.what], ['welcome', 'welcome', 'One message instead of two: welcome']);
    assert.match(draft.text, /^\[greeting\]\n\nWelcome to our library\.[^]*\n\n\[signature\]$/);
    assert.ok(!/Dear|regards/.test(draft.text), 'nothing that is said to one customer alone');
    assert.match(draft.points, /^(money|time): .*\(Library \w+\) or .*\(Library \w+\)$/m);
    assert.equal(draft.mends, world.finding.record);
    const { json: made } = await world.owner.call('makeRecord', { path: { kind: 'shared-draft' }, body: { fields: draft } });
    const there = { kind: 'shared-draft', record: made.record };
    const list = (await world.owner.call('getFinding', { path })).json.drafts;
    assert.deepEqual(list, [{ record: made.record, title: draft.what, state: 'open' }]);
    const record = (await world.owner.call('getRecord', { path: there })).json;
    assert.deepEqual(record.fields.stories, [`/inside-out?finding=${world.finding.cause}`]);
    // Each department speaks for itself: somebody of it does, others do not.
    const headers = { 'If-Match': '*' };
    await world.owner.call('moveRecord', { path: there, body: { move: 'agree-first' }, headers, expect: 403 });
    const { json: me } = await world.owner.call('getPerson', { path: { person: world.people.hr.person } });
    const sit = async department => world.owner.call('changePerson', { path: { person: me.person }, body: { department }, headers });
    await sit(draft.first);
    const says = move => world.people.hr.call('moveRecord', { path: there, body: { move }, headers });
    assert.equal((await says('agree-first')).json.state, 'first');
    await world.owner.call('changeRecord', { path: there, body: { fields: { text: 'Buy more!' } }, headers, expect: 409 });
    await sit(draft.second);
    assert.equal((await says('complete-second')).json.state, 'agreed');
    await sit(me.department);
    assert.equal((await world.owner.call('getFinding', { path })).json.drafts[0].state, 'agreed');
    const told = (await world.owner.call('getRecord', { path: { kind: 'finding', record: world.finding.record } })).json;
    assert.ok(JSON.stringify(told).includes('agreed'), 'the finding\'s history knows');
});

test('the right fact is named once, and a later message that says otherwise is found', async () => {
    const path = { cause: world.finding.cause };
    const words = 'The fee for each year is 25 euros.';
    await world.people.analyst.call('sayRightFact', { path, body: { type: 'money', words }, expect: [201, 403] });
    const { json } = await world.owner.call('sayRightFact', { path, body: { type: 'money', value: '25 euros', words, from: new Date(Date.now() - 5 * day).toISOString().slice(0, 10) } });
    assert.deepEqual([json.type, json.words, json.cause], ['money', words, world.finding.cause]);
    await world.owner.call('sayRightFact', { path, body: { type: 'money', words: 'It is cheap.' }, expect: 400 });
    await world.owner.call('sayRightFact', { path, body: { type: 'weight', words }, expect: 400 });
    await world.owner.call('sayRightFact', { path, body: { type: 'money', words, from: 'soon' }, expect: 400 });
    const later = told('later', { customer: { email: 'fay@find.test' }, time: new Date(Date.now() - day).toISOString(), touchpoint: 'Library reminder', channel: 'letter', department: 'Library finance', direction: 'out', text: 'Please remember: the fee for each year is 40 euros.' });
    await world.sender.call('addInteractions', { body: later });
    await run();
    const found = (await world.owner.call('listFindings', { query: { sort: 'contradiction', from: 'Library finance' } })).json.findings;
    assert.equal(found.length, 1);
    assert.match(found[0].says, /Library finance tells customers other amounts than what was named as right\./);
    const facts = (await world.people.analyst.call('listReferenceFacts')).json.items;
    assert.ok(facts.some(f => f.fact === json.fact && f.person === 'Olga Owner'));
    for (const f of facts) await world.owner.call('removeReferenceFact', { path: { fact: f.fact } });
    await world.owner.call('removeReferenceFact', { path: { fact: json.fact }, expect: 404 });
});

test('before something is sent: who else writes, what was told already, what it contradicts', async () => {
    const ask = (by, body, expect) => by.call('checkBeforeSending', { body, ...(expect && { expect }) });
    const text = 'Dear reader,\n\nWelcome to our library. You can reach us on weekdays from 10:00 to 12:00. The fee for each year is 45 euros.\n\nKind regards\nThe library';
    const customers = [...people.map(p => ({ type: 'email', value: `${p}@find.test` })), { type: 'email', value: 'nobody@find.test' }];
    const when = Date.now() - 18 * day;
    const body = { text, department: 'Library finance', purpose: 'welcome', when_ms: when, customers };
    const { json } = await ask(world.owner, body);
    assert.deepEqual([json.customers, json.fit, json.unknown], [5, 5, ['email:nobody@find.test']]);
    assert.deepEqual(json.others.map(o => [o.department, o.customers, o.purpose]).sort(), [['Library marketing', 5, 'welcome'], ['Library operations', 5, 'welcome']]);
    assert.deepEqual(json.duplicates.map(d => [d.department, d.customers]).sort(), [['Library marketing', 5], ['Library operations', 5]]);
    assert.ok(json.duplicates.every(d => d.example.text.startsWith('Dear reader') && d.alike > 0 && d.alike <= 1));
    const fee = json.contradicts.filter(c => c.type === 'money');
    assert.deepEqual(fee.map(c => [c.department, c.customers, c.reference]).sort(), [['Library marketing', 5, null], ['Library operations', 5, null]]);
    for (const c of fee) assert.equal(text.slice(c.yours.at, c.yours.at + c.yours.len), '45 euros');
    assert.deepEqual(json.too_much, { customers: 0, most: 3, window_days: 7, limit: 5 });
    assert.match(json.says, /^Looked at 5 customers\. 5 customers hear from other departments .* 5 customers got a message that says otherwise\. 5 customers got the same from another department\./);
    const { json: { items } } = await world.owner.call('listAudit', { query: { action: 'presend' } });
    assert.equal(items.length, 6, 'the check, and each of five customers');
    // The same department says it again, and what is long gone: nothing to tell.
    const calm = (await ask(world.owner, { ...body, text: 'Thank you for coming to the summer concert.', purpose: 'thanks', when_ms: when + 400 * day })).json;
    assert.deepEqual([calm.others, calm.duplicates, calm.contradicts], [[], [], []]);
    assert.match(calm.says, /Nothing was found that speaks against it\.$/);
    // What was named as right holds for everybody.
    const path = { cause: world.finding.cause };
    const { json: right } = await world.owner.call('sayRightFact', { path, body: { type: 'money', words: 'The fee for each year is 25 euros.', from: '2020-01-01' } });
    const held = (await ask(world.owner, body)).json.contradicts[0];
    assert.deepEqual([held.reference, held.theirs.says.replace(/[^0-9.]/g, ''), held.customers], [{ fact: right.fact, words: right.words }, '25.00', 5]);
    await world.owner.call('removeReferenceFact', { path: { fact: right.fact } });
});

test('before something is sent: by filter without texts, and what is refused', async () => {
    const body = { text: mail, department: 'Library finance', purpose: 'welcome', when_ms: Date.now() - 18 * day, customers: { filter: { department: 'Library marketing' } } };
    const ask = (by, change, expect = 200) => by.call('checkBeforeSending', { body: { ...body, ...change }, expect });
    const { json } = await ask(world.people.hr, {});
    assert.deepEqual([json.customers, json.fit], [5, 5]);
    assert.ok(json.duplicates.length && json.duplicates.every(d => d.example === null), 'no texts without the right to stories');
    await ask(world.people.customer, {}, 403);
    await ask(world.people.hr, { customers: [{ type: 'email', value: 'ada@find.test' }] }, 403);
    await ask(world.people.hr, { customers: { filter: { customer: 'ada@find.test' } } }, 403);
    for (const wrong of [{ text: ' ' }, { department: '' }, { text: 'a'.repeat(32769) }, { customers: 'all' }, { customers: [1] }, { customers: {} },
        { customers: { filter: { rain: 'x' } } }, { customers: { filter: { from: 3 } } }, { when_ms: 'soon' }, { when_ms: 1e18 }, { colour: 'red' }])
        await ask(world.owner, wrong, 400);
});

test('by pair of departments: told again after hand-offs, said twice, who needs what: against the findings and maps themselves', async () => {
    const all = (await world.owner.call('listFindings')).json.findings;
    const { json: handed } = await world.owner.call('listFindingHandoffs');
    assert.equal(handed.waiting, 0, 'the owner of the organisation sees all of it');
    const { json: asked } = await world.owner.call('getHandoffs');
    const dams = all.filter(f => f.sort === 'dam' && f.from && f.to);
    const told = (from, to) => dams.filter(d => d.from.name === from && d.to.name === to);
    assert.deepEqual(handed.cells.map(c => [c.from, c.to, c.handoffs, c.customers]), asked.pairs.map(p => [p.from, p.to, p.count, p.customers]));
    for (const c of handed.cells) {
        const behind = told(c.from, c.to), again = Math.min(c.handoffs, behind.reduce((n, d) => n + d.hits, 0));
        assert.deepEqual([c.told_again, c.cause !== null], [again, behind.length > 0], `${c.from} > ${c.to}`);
        assert.ok(Math.abs(c.share - again / c.handoffs) < 1e-4 && c.low <= c.share && c.share <= c.high);
        assert.ok(c.told_again_customers <= behind.reduce((n, d) => n + d.customers, 0) && c.told_again_customers >= Math.max(0, ...behind.map(d => d.customers)));
        assert.deepEqual(c.facts.map(f => f.type).sort(), [...new Set(behind.flatMap(d => d.facts))].sort());
    }
    // What waits for a reply names its department to nobody else, not even by a number of the matrix.
    const { json: { findings: seen } } = await world.people.analyst.call('listFindings');
    const waiting = seen.filter(f => f.waits && f.sort === 'dam').map(f => f.cause), open = dams.filter(d => !waiting.includes(d.cause));
    assert.ok(waiting.length > 0);
    const { json: theirs } = await world.people.analyst.call('listFindingHandoffs');
    assert.equal(theirs.waiting, waiting.length);
    assert.deepEqual(theirs.cells.map(c => [c.from, c.to, c.handoffs, c.customers]), asked.pairs.map(p => [p.from, p.to, p.count, p.customers]));
    for (const c of theirs.cells) {
        const behind = open.filter(d => d.from.name === c.from && d.to.name === c.to);
        assert.deepEqual([c.told_again, c.cause !== null], [Math.min(c.handoffs, behind.reduce((n, d) => n + d.hits, 0)), behind.length > 0], `${c.from} > ${c.to}`);
    }
    assert.deepEqual(new Set(handed.departments), new Set(handed.cells.flatMap(c => [c.from, c.to])));
    const { json: { pairs } } = await world.people.analyst.call('listFindingPairs');
    const twice = all.filter(f => ['duplicate', 'signatory'].includes(f.sort) && f.from && f.to);
    const key = (a, b) => [a, b].sort().join(' and ');
    assert.deepEqual(new Set(pairs.map(p => key(p.a, p.b))), new Set(twice.map(f => key(f.from.name, f.to.name))));
    for (const p of pairs) {
        const behind = twice.filter(f => key(f.from.name, f.to.name) === key(p.a, p.b));
        assert.deepEqual([p.findings, p.hits], [behind.length, behind.reduce((n, f) => n + f.hits, 0)]);
        assert.ok(p.customers >= Math.max(...behind.map(f => f.customers)) && p.customers <= behind.reduce((n, f) => n + f.customers, 0));
    }
    const library = pairs.find(p => key(p.a, p.b) === 'Library marketing and Library operations');
    assert.equal(library.customers, 5);
    const text = 'journey needs "I ask"\nstage ask "I ask" during\n  touchpoint form "Form"\n    from "customer" to "Sales"\n    needs "policy number"\n    needs "colour"\n  touchpoint file "File"\n    from "Claims" to "customer"\n    holds "Policy number"\n';
    const map = (await world.owner.call('importMap', { raw: text, headers: { 'Content-Type': 'text/plain' } })).json.map;
    const { json: needs } = await world.owner.call('listFindingNeeds');
    const { json: needed } = await world.people.analyst.call('listFindingNeeds');
    assert.deepEqual([needs.waiting, needed.waiting], [0, waiting.length]);
    const again = all => all.cells.reduce((n, c) => n + c.asked_again, 0);
    const hits = of => of.reduce((n, d) => n + d.hits * Math.max(1, d.facts.length), 0);
    assert.deepEqual([again(needs), again(needed)], [hits(dams), hits(open)]);
    const cell = (item, department) => needs.cells.find(c => c.item.toLowerCase() === item && c.department === department);
    const said = c => [c.holds, c.needs, c.dark, c.touchpoints, c.fact];
    assert.deepEqual(said(cell('policy number', 'Sales')), [false, true, true, ['Form'], null]);
    assert.deepEqual(said(cell('policy number', 'Claims')), [true, false, false, ['File'], null]);
    assert.deepEqual(said(cell('colour', 'Sales')), [false, true, false, ['Form'], null]);
    for (const d of dams) assert.ok(needs.cells.some(c => c.fact && c.department === d.to.name && c.dark && c.asked_again >= d.hits), d.says);
    assert.deepEqual(new Set(needs.cells.map(c => c.item)), new Set(needs.items));
    await world.owner.call('archiveMap', { path: { map } });
    for (const id of ['listFindingHandoffs', 'listFindingPairs', 'listFindingNeeds']) await world.people.customer.call(id, { expect: 403 });
});

test('what is no finding stays so with its reason, and can be taken back', async () => {
    const path = { cause: world.finding.cause };
    await world.people.customer.call('judgeFinding', { path, body: { finding: false, why: 'x' }, expect: 403 });
    await world.owner.call('judgeFinding', { path, body: { finding: false }, expect: 400 });
    const { json } = await world.owner.call('judgeFinding', { path, body: { finding: false, why: 'Two different fees.' } });
    assert.deepEqual([json.judged.why, json.judged.person], ['Two different fees.', 'Olga Owner']);
    const listed = async query => (await world.owner.call('listFindings', { query })).json.findings.some(f => f.cause === world.finding.cause);
    assert.equal(await listed({}), false);
    assert.equal(await listed({ judged: 1 }), true);
    const record = (await world.owner.call('getRecord', { path: { kind: 'finding', record: world.finding.record } })).json;
    assert.deepEqual([record.state, record.fields.about], ['other', 'contradiction']);
    assert.deepEqual(record.fields.stories, [`/inside-out?finding=${world.finding.cause}`]);
    await run();
    assert.equal(await listed({}), false);
    assert.equal((await world.owner.call('judgeFinding', { path, body: { finding: true } })).json.judged, null);
    assert.equal(await listed({}), true);
    const at = { kind: 'finding', record: world.finding.record };
    assert.equal((await world.owner.call('getRecord', { path: at })).json.state, 'open');
    // By role, who wrote it is told to who owns the finding, and to nobody else.
    const mender = world.people['front-line'];
    const roles = async who => [...new Set((await who.call('getFinding', { path })).json.examples.flatMap(e => [e.a.role, e.b.role]))];
    assert.deepEqual([await roles(mender), await roles(world.owner)], [[null], [null]]);
    await mender.call('changeOwnership', { path: at, body: { do: 'take' } });
    assert.deepEqual([await roles(mender), await roles(world.owner)], [['Fee clerk', null], [null]]);
});

test('settings have a preview, are kept, and refuse what makes no sense', async () => {
    const { json } = await world.people.analyst.call('getFindingSettings');
    assert.deepEqual([json['find-duplicate-days'], json['find-overload'], json['find-off']], [14, '5 within 7d', '']);
    const preview = (await world.owner.call('tryFindingSettings', { body: { 'find-off': 'contradiction' } })).json;
    assert.ok(preview.sorts.contradiction.now >= 1);
    assert.equal(preview.sorts.contradiction.then, 0);
    for (const wrong of [{ 'find-duplicate-days': 0 }, { 'find-overload': 'many' }, { 'find-off': 'rain' }, { 'find-x': 1 }, { 'find-dam-days': true }])
        await world.owner.call('changeFindingSettings', { body: wrong, expect: 400 });
    await world.people.analyst.call('changeFindingSettings', { body: { 'find-dam-days': 8 }, expect: 403 });
    assert.equal((await world.owner.call('changeFindingSettings', { body: { 'find-dam-days': 8 } })).json['find-dam-days'], 8);
    await world.owner.call('changeFindingSettings', { body: { 'find-dam-days': 7 } });
    const { json: { days } } = await world.people.analyst.call('listFindingDays');
    assert.ok(days.at(-1).contradiction >= 1);
    await world.people.customer.call('listFindings', { expect: 403 });
    await world.people.customer.call('runFindings', { expect: 403 });
});

test('who is erased is in no finding any more', async () => {
    const { json } = await world.owner.call('search', { body: { who: 'ada@find.test' } });
    await world.owner.call('eraseCustomer', { path: { customer: json.items[0].customer }, body: { confirm: 'ada@find.test' } });
    const one = (await world.owner.call('getFinding', { path: { cause: world.finding.cause } })).json;
    assert.equal(one.customers, 4);
    assert.ok(!JSON.stringify(one).includes('ada@find.test'));
    const check = await world.owner.job((await world.owner.call('addJob', { body: { kind: 'check' } })).json.job);
    assert.equal(check.result.n_faults, 0, JSON.stringify(check.result));
});

test('what comes in is looked at by itself: a file, what comes live, not twice, nor anew after a restart', async () => {
    const server = new Server(), staff = join(server.folder, 'staff.csv');
    writeFileSync(staff, 'id,name,email,roles\nO1,Olga,olga@firsthand.test,owner\n');
    firsthand('init', server.org, '--name', 'By itself');
    firsthand('people', server.org, '--import', staff);
    const token = firsthand('people', server.org, '--token', 'O1', '--scopes', 'admin').split('\n')[0];
    const ask = async (path, body) => (await fetch(`${server.url}/api/v1${path}`, {
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })).json();
    const until = async good => {
        for (const end = Date.now() + 30e3; Date.now() < end; await new Promise(later => setTimeout(later, 50))) {
            const found = await ask('/findings');
            if (found.looking === null && good(found)) return found;
        }
        return assert.fail('nobody looked');
    };
    const looks = async () => (await ask('/jobs?kind=find')).items;
    await server.start('--set', 'jobs.find-every=1s');
    assert.deepEqual([(await ask('/findings')).ran_ms, (await ask('/findings')).every_minutes], [null, 1]);
    await ask('/interactions', [told('i1', { customer: { email: 'ida@find.test' }, time: '2024-03-03T10:00:00Z', touchpoint: 'Letter', department: 'Sales', direction: 'out', text: 'Hello.' })]);
    const first = await until(found => found.messages === 1);
    assert.deepEqual((await looks()).map(j => [j.owner, j.state]), [['Firsthand itself', 'done']]);
    await ask('/interactions', [told('i2', { customer: { email: 'ida@find.test' }, time: '2024-03-04T10:00:00Z', touchpoint: 'Letter', department: 'Sales', direction: 'out', text: 'Hello again.' })]);
    const second = await until(found => found.messages === 2);
    assert.ok(second.ran_ms >= first.ran_ms + 1000, 'not at once again');
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    await server.start('--set', 'jobs.find-every=1s');
    await ask('/interactions', [told('i3', { customer: { email: 'ida@find.test' }, time: '2024-03-05T10:00:00Z', touchpoint: 'Letter', department: 'Sales', direction: 'out', text: 'Hello for the last time.' })]);
    await until(found => found.messages === 3);
    assert.equal((await looks()).length, 3);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    server.remove();
});
