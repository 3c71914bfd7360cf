// story.mjs - one customer's story: pages, one interaction, what stands beside it; problems
// confirmed and opened again, hand-offs accepted, receipts, who has seen it, export.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { answerReverse } from '../lib/reverse.mjs';
import { world } from '../lib/world.mjs';
import { firsthand } from '../lib/server.mjs';

const who = 'story-sue@example.org';
const day = n => new Date(Date.UTC(2024, 4, 1 + n, 9)).toISOString().replace('.000', '');

/** Tells her story: an address asked twice, a claim handed from Sales to Claims, told again. */
async function tell() {
    const at = (n, direction, department, more) => ({
        customer: { email: who }, source: 'story', id: `s${n}`, time: day(n), channel: 'phone', problem: 'CL-sue', direction, department, ...more,
    });
    const { json } = await world.sender.call('addInteractions', { body: [
        at(0, 'in', 'Sales', { touchpoint: 'Reports the damage', payload: { text: 'Hail.\nThe roof has dents.', address: 'Mill Lane 3', contact: { fax: '12' } } }),
        at(1, 'out', 'Sales', { touchpoint: 'Hands it on', outcome: 'handed on', payload: { text: 'Claims will call you.', reason: 'Claims settles hail', told: 'Hail, roof', promise: 'We call back', promise_until: day(3) } }),
        at(2, 'out', 'Claims', { touchpoint: 'Asks for photos', channel: 'e-mail', payload: { text: 'Please send photos.' } }),
        at(3, 'in', 'Claims', { touchpoint: 'Tells what happened', payload: { text: 'Again: hail.', address: 'Mill Lane 5' } }),
        at(5, 'in', 'Claims', { touchpoint: 'Answers the survey', score: 3, payload: { text: 'Asked twice.' } }),
        at(6, 'out', 'Claims', { touchpoint: 'Answers', payload: { text: 'We are sorry.' } }),
        { ...at(7, 'out', 'Marketing', { touchpoint: 'Newsletter', channel: 'letter' }), problem: undefined, time: new Date(Date.now() + 864e5).toISOString() },
    ] });
    assert.equal(json.accepted, 7, JSON.stringify(json));
    return (await world.owner.call('search', { body: { who } })).json.items[0].customer;
}

const beside = async (customer, client = world.owner, query = {}) => (await client.call('getBesideStory', { path: { customer }, query })).json;
let customer;

test('a story is read page by page, and each interaction has an address', async () => {
    customer = await tell();
    const path = { customer };
    const all = (await world.owner.call('listStory', { path, query: { limit: 1000 } })).json;
    assert.equal(all.total, 7);
    assert.deepEqual(all.items.map(i => i.touchpoint), ['Newsletter', 'Answers', 'Answers the survey', 'Tells what happened', 'Asks for photos', 'Hands it on', 'Reports the damage']);
    assert.deepEqual([all.items[0].planned, all.items[3].told_again, all.items[6].more, all.items[6].line], [true, true, true, 'Hail.']);
    assert.deepEqual(all.items[4].handed_on, { from: 'Sales', to: 'Claims', before: all.items[5].ref, told_again: true });
    assert.deepEqual(await world.owner.all('listStory', { path, query: { limit: 2 } }), all.items);
    const found = (await world.owner.call('listStory', { path, query: { limit: 1, find: all.items[4].ref } })).json;
    assert.equal(found.at, 4);
    const only = async query => (await world.owner.call('listStory', { path, query })).json.total;
    assert.deepEqual([await only({ channel: 'letter' }), await only({ department: 'Claims' }), await only({ problem: all.items[4].problem }),
        await only({ from: '2024-05-03', until: '2024-05-05' }), await only({ direction: 'in' }), await only({ marked: true })], [1, 4, 6, 2, 3, 3]);
    const one = (await world.owner.call('getInteraction', { path: { customer, interaction: all.items[6].ref } })).json;
    assert.deepEqual([one.text, one.payload.address], ['Hail.\nThe roof has dents.', 'Mill Lane 3']);
    await world.owner.call('getInteraction', { path: { customer, interaction: 'i0000000000000000' }, expect: 404 });
    await world.owner.call('listStory', { path: { customer: 999999 }, expect: 404 });
    await world.owner.call('listStory', { path, query: { limit: 0 }, expect: 400 });
});

test('what everybody says of us is what stands beside their stories, answers and all', async () => {
    const said = r => [r.ref, r.score, r.text ?? '', r.answered ?? '', r.answer ?? ''].join(' ');
    const { json: all } = await world.owner.call('getReviews', { query: { limit: 200 } });
    assert.equal(all.items.length, all.reviews);
    const { items } = (await world.owner.call('getCustomers', { query: { limit: 1000 } })).json;
    const feedback = [];
    for (const one of items)
        feedback.push(...(await beside(one.customer)).feedback.items.map(f => `${one.customer} ${said(f)}`));
    assert.deepEqual(all.items.map(r => `${r.customer} ${said(r)}`).sort(), feedback.sort());
    const mine = all.items.find(r => r.customer === customer);
    assert.deepEqual([mine.score, mine.text, mine.answer_text, mine.department], [3, 'Asked twice.', 'We are sorry.', 'Claims']);
    const { json: listed } = await world.owner.call('listAudit', { query: { action: 'customers.listed', limit: 1 } });
    assert.equal(listed.items[0].action, 'customers.listed');
});

test('beside it stands what is open, promised, known and by whom', async () => {
    const b = await beside(customer);
    assert.deepEqual([b.interactions, b.planned, b.open_problems, b.handoffs, b.times_told_again], [6, 1, 1, 1, 1]);
    const [p] = b.problems;
    assert.deepEqual([p.name, p.state, p.department, p.customer_waits], ['CL-sue', 'open', 'Claims', false]);
    assert.deepEqual([p.handoffs[0].reason, p.handoffs[0].told, p.handoffs[0].promise, p.handoffs[0].answered],
        ['Claims settles hail', 'Hail, roof', 'We call back', day(2).replace('Z', '+00:00').replace('+00:00', 'Z')]);
    const address = b.known.items.find(f => f.field === 'address');
    assert.deepEqual(address.held_by.map(h => [h.department, h.value]), [['Claims', 'Mill Lane 5'], ['Sales', 'Mill Lane 3']]);
    assert.deepEqual([address.asked_again, address.differs], [1, true]);
    assert.ok(b.known.items.some(f => f.field === 'contact.fax') && !b.known.items.some(f => f.field === 'text'));
    assert.deepEqual(b.promises.items.map(i => i.promise), ['We call back']);
    assert.deepEqual(b.contacts.items.map(i => i.department), ['Marketing']);
    assert.deepEqual(b.feedback.items.map(i => [i.score, i.text, !!i.answered]), [[3, 'Asked twice.', true]]);
    assert.equal(b.density.channels.flatMap(c => c.counts).reduce((a, n) => a + n), 7);
    assert.equal((await beside(customer, world.owner, { days: 36500 })).contacts.items.length, 4);
    await world.owner.call('getBesideStory', { path: { customer }, query: { buckets: 0 }, expect: 400 });
});

test('a promise made from an interaction stands beside the story with it, its problem and its clock', async () => {
    const at = (await world.owner.call('listStory', { path: { customer } })).json.items.find(i => i.touchpoint === 'Asks for photos');
    const agent = world.people['front-line'];
    const due = new Date(Date.now() + 9 * 864e5).toISOString().slice(0, 10);
    const fields = { what: 'We look at the photos the day they come', customer, due };
    const { json: made } = await agent.call('makeRecord', { path: { kind: 'promise' }, body: { fields, about: [{ what: 'interaction', number: customer, key: at.ref }] } });
    const { json: loose } = await agent.call('makeRecord', { path: { kind: 'promise' }, body: { fields: { ...fields, what: 'Said in passing', due: '2031-01-01' } } });
    const { promised } = await beside(customer, agent);
    assert.deepEqual(promised.items.map(p => [p.promise.record, p.ref, p.problem, p.promise.state]),
        [[made.record, at.ref, at.problem, 'open'], [loose.record, undefined, undefined, 'open']]);
    assert.ok(Date.parse(promised.items[0].due) > Date.parse(due) && Date.parse(promised.items[0].due) < Date.parse(due) + 2 * 864e5);
    assert.equal(promised.names.person[agent.person], made.names.person[agent.person]);
    assert.equal(promised.hidden, 0);
    // The same where the whole story is told at once.
    const { json: story } = await agent.call('getStory', { query: { who: `#${customer}` } });
    assert.deepEqual(story.promised.items.map(p => [p.record, p.made_from && Date.parse(p.made_from), p.due.slice(0, 10)]),
        [[made.record, Date.parse(at.time), new Date(promised.items[0].due).toISOString().slice(0, 10)], [loose.record, null, '2031-01-02']]);
});

test('a hand-off is accepted once, and that can be taken back', async () => {
    const [p] = (await beside(customer)).problems;
    const path = { customer, interaction: p.handoffs[0].ref };
    const agent = world.people['front-line'];
    assert.equal((await agent.call('acceptHandoff', { path, body: { text: 'I have the photos.' } })).json.done, true);
    assert.equal((await agent.call('acceptHandoff', { path, body: {} })).json.done, false);
    const after = (await beside(customer)).problems[0].handoffs[0];
    assert.ok(after.accepted);
    assert.equal(after.accepted_by, agent.person);
    // Taken back: as if nobody had said so; then taken over again.
    const mistake = async () => (await agent.call('acceptHandoff', { path, body: { mistake: true } })).json.done;
    for (let round = 0; round < 2; round++) {
        assert.deepEqual([await mistake(), await mistake()], [true, false]);
        const [back] = (await beside(customer)).problems;
        assert.deepEqual([back.handoffs.length, back.handoffs[0].accepted, back.handoffs[0].accepted_by], [1, undefined, undefined]);
        assert.equal((await agent.call('acceptHandoff', { path, body: {} })).json.done, true);
        assert.equal((await beside(customer)).problems[0].handoffs[0].accepted_by, agent.person);
    }
    const told = (await world.owner.call('listAudit', { query: { action: 'story.given-back' } })).json.items;
    assert.equal(told.length, 2);
    await agent.call('acceptHandoff', { path: { customer, interaction: p.first_ref }, body: {}, expect: 404 });
    await agent.call('acceptHandoff', { path, body: { why: 'x' }, expect: 400 });
});

test('a problem is open until the customer says that it is solved', async () => {
    const { problem } = (await beside(customer)).problems[0];
    const path = { customer, problem };
    const state = async () => (await beside(customer)).problems[0];
    const confirm = async body => (await world.owner.call('confirmProblem', { path, body })).json.done;
    assert.equal(await confirm({ text: 'All fine now', said_by: 'her daughter', channel: 'phone' }), true);
    assert.equal(await confirm({}), false);
    const solved = await state();
    assert.deepEqual([solved.state, solved.said, solved.confirmed_by > 0, solved.customer_waits], ['confirmed', 'All fine now', true, false]);
    assert.equal((await beside(customer)).open_problems, 0);
    // Taken back: as if it had not been said.
    assert.equal((await world.owner.call('reopenProblem', { path, body: { mistake: true } })).json.done, true);
    assert.deepEqual([(await state()).state, (await state()).confirmed], ['open', undefined]);
    assert.equal((await world.owner.call('reopenProblem', { path, body: {} })).json.done, false);
    // Confirmed again; then the customer calls about it once more.
    assert.equal(await confirm({ time: day(20) }), true);
    assert.equal((await state()).state, 'open', 'what was said before the last word does not close it');
    assert.equal(await confirm({}), true);
    assert.equal((await state()).state, 'confirmed');
    await new Promise(next => setTimeout(next, 5));
    await world.sender.call('addInteractions', { body: { customer: { email: who }, source: 'story', id: 'again', time: new Date().toISOString(), touchpoint: 'Calls again', direction: 'in', department: 'Claims', problem: 'CL-sue' } });
    assert.deepEqual([(await state()).state, (await state()).customer_waits], ['reopened', true]);
    await world.owner.call('confirmProblem', { path: { customer, problem: 999999 }, body: {}, expect: 404 });
    await world.owner.call('confirmProblem', { path, body: { time: '2090-01-01T00:00:00Z' }, expect: [400] });
    firsthand('check', world.server.org);
});

test('what is open, and what an answer is owed in, of everybody', async () => {
    const all = (await world.owner.call('listOpenProblems', { query: { limit: 1000 } })).json;
    assert.ok(all.open >= all.owed && all.problems >= all.open && all.items.length === all.open);
    assert.deepEqual(all.items.map(i => i.opened), all.items.map(i => i.opened).sort());
    const owed = (await world.owner.call('listOpenProblems', { query: { owed: 'yes', limit: 1000 } })).json;
    assert.equal(owed.items.length, all.owed);
    const hers = owed.items.find(i => i.customer === customer);
    assert.deepEqual([hers.name, hers.department, hers.owed], ['CL-sue', 'Claims', true]);
    for (const i of owed.items.slice(0, 5)) {
        const p = (await beside(i.customer)).problems.find(one => one.problem === i.problem);
        assert.deepEqual([p.state === 'confirmed', p.customer_waits, Date.parse(p.opened)], [false, true, Date.parse(i.opened)]);
    }
    await world.owner.call('listOpenProblems', { query: { limit: 0 }, expect: 400 });
});

test('who has read a story is shown, and can be taken back', async () => {
    const agent = world.people['front-line'];
    await agent.call('putReceipt', { path: { customer } });
    const b = await beside(customer);
    assert.deepEqual(b.receipts.map(r => [r.person, r.since, r.you]), [[agent.person, 0, false]]);
    assert.equal(b.people.find(p => p.person === agent.person).name, 'Person front-line');
    assert.equal((await beside(customer, agent)).receipts[0].you, true);
    assert.equal(b.asked[0].department, 'Claims');
    await agent.call('dropReceipt', { path: { customer } });
    assert.deepEqual((await beside(customer)).receipts, []);
    await agent.call('putReceipt', { path: { customer } });
    await world.admin.call('putReceipt', { path: { customer }, expect: 400 });
});

test('opening a story is in the log, once an hour; those who may see who did', async () => {
    const agent = world.people['front-line'];
    const before = (await world.owner.call('listAudit', { query: { action: 'story.seen', person: agent.person, customer } })).json.items.length;
    assert.equal(before, 1);
    await beside(customer, agent);
    assert.equal((await world.owner.call('listAudit', { query: { action: 'story.seen', person: agent.person, customer } })).json.items.length, 1);
    assert.equal((await beside(customer, agent)).viewers, undefined);
    assert.ok((await beside(customer)).viewers.some(v => v.person === agent.person && v.times === 1));
    assert.equal((await agent.call('listRecentStories')).json.items[0].customer, customer);
});

test('one\'s own story, and no other', async () => {
    const sue = world.people.customer;
    await sue.call('listStory', { path: { customer }, expect: 403 });
    await sue.call('getBesideStory', { path: { customer: 999999 }, expect: 403 });
    const { etag } = await world.owner.call('getPerson', { path: { person: sue.person } });
    await world.owner.call('changePerson', { path: { person: sue.person }, body: { customer }, headers: { 'If-Match': etag } });
    const b = await beside(customer, sue);
    assert.deepEqual([b.own, b.receipts, b.people, b.merges, b.may.say, b.may.receipt, b.may.export], [true, undefined, undefined, undefined, true, false, true]);
    assert.equal((await sue.call('confirmProblem', { path: { customer, problem: b.problems[0].problem }, body: { text: 'Yes, solved' } })).json.done, true);
    assert.equal((await beside(customer, sue)).problems[0].state, 'confirmed');
    assert.equal((await sue.call('reopenProblem', { path: { customer, problem: b.problems[0].problem }, body: { text: 'No' } })).json.done, true);
    assert.match((await sue.call('exportStory', { path: { customer } })).text, /Mill Lane 3/);
    await sue.call('putReceipt', { path: { customer }, expect: 403 });
    await world.people['front-line'].call('exportStory', { path: { customer }, expect: 403 });
    const lines = (await world.owner.call('exportStory', { path: { customer }, query: { format: 'jsonl' } })).text.trim().split('\n').map(l => JSON.parse(l));
    assert.ok(lines.length >= 10 && lines.every(l => l.time));
});

test('where they are on what is intended for them: done, missing, next, later; and what was promised', async () => {
    const text = `journey hail "My roof has dents"
goal "My roof is whole again"
owner "Claims"
stage told "I tell what happened" during
  touchpoint report "Reports the damage"
    from customer to "Sales"
  touchpoint desk "The desk books it"
    lane back
    from "Claims" to "Finance"
    match "Hands it on"
  touchpoint expert "An expert looks at the roof"
    from "Claims" to customer over place
  touchpoint answer "Answers"
    from "Claims" to customer
stage paid "It is mended" after
  choice
    touchpoint money "I get the money"
      from "Finance" to customer over letter
    touchpoint roofer "A roofer comes"
      from customer
      owner "Claims"
  end
  touchpoint asked "I am asked how it was"
    from "Claims" to customer
`;
    const { json: made } = await world.owner.call('addMap', { body: { text } });
    const where = async (client = world.owner) => (await client.call('getWhere', { path: { customer } })).json;
    assert.deepEqual((await where()).journeys, [], 'what nobody has marked as intended is no promise to anybody');
    await answerReverse(world.owner, made.map);
    await world.owner.call('markMapVersion', { path: { map: made.map, version: 1 }, body: { as: 'intended' } });
    const sue = world.people.customer;
    const w = await where(sue);
    const [j] = w.journeys;
    assert.deepEqual([w.customer, w.own, w.journeys.length, w.hidden, j.title, j.goal, j.problem_name], [customer, true, 1, 0, 'My roof has dents', 'My roof is whole again', 'CL-sue']);
    assert.deepEqual(j.steps.map(s => [s.id, s.state, s.who, s.channel]), [
        ['report', 'done', 'Sales', undefined], ['expert', 'missing', 'Claims', 'place'], ['answer', 'done', 'Claims', undefined],
        ['money', 'next', 'Finance', 'letter'], ['roofer', 'next', 'Claims', undefined], ['asked', 'later', 'Claims', undefined]]);
    assert.deepEqual([j.done, j.missing, j.at_least, j.may_be_over, j.steps[0].stage], [2, 1, 2, false, 'I tell what happened']);
    const told = (await sue.call('getInteraction', { path: { customer, interaction: j.steps[2].ref } })).json;
    assert.deepEqual([told.touchpoint, told.time], ['Answers', j.steps[2].time]);
    // Of what was promised the customer learns what, by when and how it stands; of colleagues nothing.
    assert.deepEqual(w.promised.map(p => [p.what, p.state, p.label, p.closed]),
        [['We look at the photos the day they come', 'open', 'To be kept', false], ['Said in passing', 'open', 'To be kept', false]]);
    assert.ok(!JSON.stringify(w).includes('Person front-line') && !/"(author|owner|person)"/.test(JSON.stringify(w)));
    assert.deepEqual(await where(world.people['front-line']), { ...w, own: false });
    // Parts that may come in any order: what is left has to come, wherever the map has it.
    const { json: free } = await world.owner.call('addMap', { body: { text: `journey papers "My papers"
goal "All is there"
owner "Claims"
stage all "What they need" during
  any-order
    touchpoint signs "I sign"
      from customer to "Claims"
    touchpoint photos "I send photos"
      from customer to "Claims"
    touchpoint report "Reports the damage"
      from customer to "Sales"
  end
` } });
    await answerReverse(world.owner, free.map);
    await world.owner.call('markMapVersion', { path: { map: free.map, version: 1 }, body: { as: 'intended' } });
    const papers = (await where(sue)).journeys.find(one => one.map === free.map);
    assert.deepEqual([papers.done, papers.missing, papers.at_least, papers.may_be_over], [1, 0, 2, false]);
    assert.deepEqual(papers.steps.map(s => [s.id, s.state]), [['signs', 'next'], ['photos', 'next'], ['report', 'done']]);
    await world.owner.call('markMapVersion', { path: { map: free.map, version: 1 }, body: { as: 'draft' } });
    // Somebody who met nothing of it has no such journey; nobody sees another's.
    const other = (await world.owner.call('getCustomers', { query: { limit: 1000 } })).json.items.find(c => c.customer !== customer).customer;
    assert.ok(!(await world.owner.call('getWhere', { path: { customer: other } })).json.journeys.some(one => one.map === made.map));
    await sue.call('getWhere', { path: { customer: other }, expect: 403 });
    await sue.call('getWhere', { path: { customer: 999999 }, expect: 403 });
    await world.people.admin.call('getWhere', { path: { customer }, expect: 403 });
    await world.owner.call('getWhere', { path: { customer: 999999 }, expect: 404 });
    // The last steps come: nothing has to come any more, but what is missing stays so.
    await world.sender.call('addInteractions', { body: ['I get the money', 'I am asked how it was'].map((touchpoint, i) => ({
        customer: { email: who }, source: 'story', id: `paid${i}`, time: new Date(Date.now() - (2 - i) * 1000).toISOString(), touchpoint, direction: 'out', department: 'Claims', problem: 'CL-sue' })) });
    const [over] = (await where(sue)).journeys;
    assert.deepEqual([over.may_be_over, over.at_least, over.missing, over.steps.map(s => s.state)], [true, 0, 1, ['done', 'missing', 'done', 'done', 'done']]);
    await world.owner.call('markMapVersion', { path: { map: made.map, version: 1 }, body: { as: 'draft' } });
});

test('a merged customer keeps its address; receipts and confirmations go with it and back', async () => {
    await world.sender.call('addInteractions', { body: { customer: { email: 'other-sue@example.org' }, source: 'story', id: 'o1', time: day(1), touchpoint: 'Visit' } });
    const other = (await world.owner.call('search', { body: { who: 'other-sue@example.org' } })).json.items[0].customer;
    const before = (await world.owner.call('listStory', { path: { customer }, query: { limit: 1000 } })).json;
    const { json: { merge } } = await world.owner.call('mergeCustomers', { body: { from: `#${customer}`, into: `#${other}`, why: 'same person' } });
    const b = await beside(customer);
    assert.deepEqual([b.customer, b.merges.map(m => m.merge), b.receipts.length], [other, [merge], 1]);
    const { problem } = b.problems[0];
    await world.owner.call('confirmProblem', { path: { customer: other, problem }, body: {} });
    await world.owner.call('undoMerge', { path: { merge } });
    const after = (await world.owner.call('listStory', { path: { customer }, query: { limit: 1000 } })).json;
    assert.equal(after.total, before.total + 1);
    assert.equal((await beside(customer)).receipts.length, 1);
    assert.equal((await world.owner.call('listStory', { path: { customer: other } })).json.total, 1);
    firsthand('check', world.server.org);
});

test('an erased story is gone with all that was said of it', async () => {
    await world.owner.call('eraseCustomer', { path: { customer }, body: { confirm: who } });
    await world.owner.call('listStory', { path: { customer }, expect: 404 });
    assert.ok(!(await world.people['front-line'].call('listRecentStories')).json.items.some(i => i.customer === customer));
    for (const text of ['All fine now', 'her daughter', 'I have the photos'])
        assert.ok(!world.server.read('our.fh').includes(text), `the file still holds '${text}'`);
    firsthand('check', world.server.org);
});
