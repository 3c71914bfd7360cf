// figures.mjs - what records say with figures from the stories.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from '../lib/world.mjs';

const touchpoints = async () => (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json.items;

test('what is broken is shown with whom it touched, nobody\'s first', async () => {
    const front = world.people['front-line'];
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const { json: told } = await front.call('makeRecord', { path: { kind: 'signal' }, body: { fields: { what: 'The parcel cannot be found', touchpoint: order, effort: 'day' } } });
    const { json } = await front.call('getNoBrainers');
    const item = json.items.find(i => i.record === told.record);
    assert.equal(item.touchpoints, 'Order');
    assert.equal(item.customers, 0); // nobody has come there since it was told
    assert.equal(item.quick_win, false);
    assert.deepEqual([item.colleagues, json.left_out], [1, 0]); // who told of it
    await world.people.analyst.call('commentRecord', { path: { kind: 'signal', record: told.record }, body: { text: 'It takes me an hour each time.' } });
    await world.people.analyst.call('commentRecord', { path: { kind: 'signal', record: told.record }, body: { text: 'Every week.' } });
    assert.equal((await front.call('getNoBrainers')).json.items.find(i => i.record === told.record).colleagues, 2);
    assert.ok(json.lookout.week.new >= 1 && json.lookout.week.open >= 1);
    const owned = json.items.findIndex(i => !i.nobodys), last = json.items.findLastIndex(i => i.nobodys);
    assert.ok(owned === -1 || last < owned);
});

test('what is mended quickest for the most customers is a quick win; the week says what is new, mended, and how old the rest is', async () => {
    const { owner, people: { 'front-line': front } } = world;
    const asked = await Promise.all((await touchpoints()).map(async t => [(await owner.call('getCustomers', { query: { passed: t.name, from: '2001-01-01', limit: 1 } })).json.customers, t.number]));
    const [came, touchpoint] = asked.sort((a, b) => b[0] - a[0])[0]; // where most came
    const tell = async (what, more) => (await front.call('makeRecord', { path: { kind: 'aggravation' }, body: { fields: { what, touchpoint, ...more } } })).json.record;
    const far = await tell('Nobody tells when it comes', { since: '2001-01-01', effort: 'minutes' }), dear = await tell('The depot is too small', { since: '2001-01-01', effort: 'month' });
    const recent = await tell('The label is crooked', { effort: 'minutes' }), unsaid = await tell('It is dear', { since: '2001-01-01' });
    const ask = async () => (await front.call('getNoBrainers')).json;
    const before = await ask(), of = record => before.items.find(i => i.record === record);
    // Whom each touched is counted from the stories, since its first evidence; the rank from that and the work.
    assert.ok(came > 0);
    assert.deepEqual([far, dear, recent, unsaid].map(r => [of(r).customers, of(r).customers_a_day_of_work, of(r).quick_win]),
        [[came, came * 10, true], [came, Math.floor(came / 20), false], [of(recent).customers, of(recent).customers * 10, false], [came, null, false]]);
    assert.ok(of(recent).customers < came && of(far).age_days > 9000);
    const middle = all => all.map(i => i.age_days).sort((a, b) => a - b)[Math.floor(all.length / 2)];
    assert.deepEqual([before.lookout.week.open, before.lookout.week.median_age_days], [before.items.length, middle(before.items)]);
    await owner.call('moveRecord', { path: { kind: 'aggravation', record: far }, headers: { 'If-Match': '*' }, body: { move: 'mend' } });
    const after = await ask();
    assert.deepEqual(['new', 'fixed', 'open'].map(key => after.lookout.week[key] - before.lookout.week[key]), [0, 1, -1]);
    assert.equal(after.lookout.week.median_age_days, middle(after.items));
    assert.ok(!after.items.some(i => i.record === far), 'what is mended is no candidate any more');
});

test('what starts from no customer is listed', async () => {
    const front = world.people['front-line'];
    const { json: before } = await front.call('getFocus');
    const { json: told } = await front.call('makeRecord', { path: { kind: 'focus' }, body: { fields: { what: 'A letter', is: 'message' } } });
    const { json } = await front.call('getFocus');
    assert.equal(json.things, before.things + 1);
    assert.equal(json.focused, before.focused);
    assert.ok(json.unfocused.some(u => u.record === told.record && u.is === 'message'));
    assert.ok(json.touchpoints_not_named > 0);

    // What we do is found by itself: touchpoints, maps and their stages, decisions.
    const { json: decision } = await front.call('makeRecord', { path: { kind: 'decision' }, body: { fields: { what: 'We open on Saturdays' } }, expect: [201, 400, 403] });
    const { json: list } = await front.call('getFocus');
    const sort = (r, is) => r.sorts.find(s => s.is === is);
    assert.deepEqual(list.sorts.map(s => s.is), ['touchpoint', 'design', 'message', 'decision', 'process']);
    assert.equal(list.sorts.reduce((n, s) => n + s.things, 0), list.things);
    assert.equal(list.departments.reduce((n, d) => n + d.things, 0), list.things);
    assert.equal(sort(list, 'touchpoint').things, new Set((await touchpoints()).map(t => t.number)).size);
    assert.ok(sort(list, 'design').things > 0 && sort(list, 'process').things > sort(list, 'design').things);
    if (decision.record) assert.ok(list.unfocused.some(u => u.is === 'decision' && u.title === 'We open on Saturdays' && !u.record));

    // Said in one step whom it is for, it is listed no more, and the share moves.
    const thing = list.unfocused.find(u => u.is === 'touchpoint' && !u.record), design = list.unfocused.find(u => u.is === 'design' && !u.record);
    for (const { title, is, touchpoint } of [thing, design]) {
        const { json: { record } } = await front.call('makeRecord', { path: { kind: 'focus' }, body: { fields: { what: title, is, ...(touchpoint && { touchpoint }), who: 'people who order', need: 'I want to know when it comes' } } });
        await front.call('moveRecord', { path: { kind: 'focus', record }, headers: { 'If-Match': '*' }, body: { move: 'focus' } });
    }
    const { json: after } = await front.call('getFocus');
    assert.deepEqual([after.things, after.focused], [list.things, list.focused + 2]);
    assert.equal(sort(after, 'design').focused, sort(list, 'design').focused + 1);
    assert.equal(after.touchpoints_not_named, list.touchpoints_not_named - 1);
    assert.ok(!after.unfocused.some(u => (u.is === 'design' && u.title === design.title) || u.touchpoint === thing.touchpoint));
});

// In the midst of the simulated year, so that there are customers to compare with.
const turn = '2025-06-15';

test('a fix tells what came of it, with n, period and interval', async () => {
    const front = world.people['front-line'], day = 86400000;
    const tied = (id, days, score) => ({ customer: `tied-${id}`, id: `tied-${id}`, time: new Date(Date.parse(turn) + days * day).toISOString(), touchpoint: 'Parcel untied', score });
    await world.sender.call('addInteractions', { body: [tied(1, -30, 1), tied(2, -20, 2), tied(3, -10, 2), tied(4, 10, 4), tied(5, 20, 5)] });
    const where = (await touchpoints()).find(t => t.name === 'Parcel untied').number;
    const { json: fix } = await front.call('makeRecord', { path: { kind: 'fix' }, body: { fields: { what: 'Parcels are tied twice', touchpoint: [where] } } });
    await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, expect: 409 }); // not made yet
    const { etag } = await front.call('getRecord', { path: { kind: 'fix', record: fix.record } });
    await front.call('changeRecord', { path: { kind: 'fix', record: fix.record }, headers: { 'If-Match': etag }, body: { fields: { done: turn } } });
    const { json } = await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, query: { follow: 2, gap: 3 } });
    assert.deepEqual(json.rewards.map(r => r.reward), ['satisfaction', 'churn', 'revenue', 'colleagues', 'ruined']);
    for (const r of json.rewards) {
        assert.ok(r.definition && r.says);
        for (const e of [r.before, r.after]) assert.ok(e === null || (e.n > 0 && e.low <= e.value && e.value <= e.high));
    }
    const { before, after, change } = json.rewards[0];
    assert.deepEqual([before.n, after.n, change.n], [3, 2, 2]);
    assert.ok(before.value < after.value && change.value > 0, JSON.stringify(json.rewards[0]));
    const { etag: tag } = await world.owner.call('getSettings');
    const { json: set, etag: now } = await world.owner.call('changeSettings', { body: { 'colleagues-touchpoints': 'Delivery, Complaint' }, headers: { 'If-Match': tag } });
    assert.equal(set['colleagues-touchpoints'], 'Delivery, Complaint');
    await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, query: { follow: 2, gap: 3 } });
    await world.owner.call('changeSettings', { body: { 'colleagues-touchpoints': '' }, headers: { 'If-Match': now } });
    const ruined = json.rewards[4];
    assert.ok([ruined.before, ruined.after, ruined.beside_before, ruined.beside_after].every(e => e?.n > 0), JSON.stringify(ruined));
    await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, query: { follow: 2, beside: 'Delivery' } });
    await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, query: { beside: 'Nowhere at all' }, expect: 404 });
});

test('the effect of what is no fix is not found, and odd periods are refused', async () => {
    const front = world.people['front-line'];
    await front.call('getRecordEffect', { path: { kind: 'fix', record: 999999 }, expect: 404 });
    await front.call('getRecordEffect', { path: { kind: 'fix', record: 1 }, query: { days: 99999 }, expect: 400 });
});

test('a finding tells what it does since it was noticed, and what came of mending it', async () => {
    const front = world.people['front-line'], lead = world.people.lead;
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const { json: { record } } = await front.call('makeRecord', { path: { kind: 'finding' }, body: { fields: { what: 'Two forms ask for the same', touchpoint: order, asked: lead.person } } });
    const path = { kind: 'finding', record }, query = { follow: 2, gap: 3 };
    const ask = (more = {}, expect = 200, who = front) => who.call('getRecordEffect', { path, query: { ...query, ...more }, expect });
    const { json: early } = await ask({}, 409); // noticed just now
    assert.match(early.detail ?? JSON.stringify(early), /since it was first noticed/);
    await ask({ since: turn }, 404, world.people.analyst); // only those concerned see it yet
    await lead.call('moveRecord', { path, headers: { 'If-Match': '*' }, body: { move: 'publish', fields: { reply: 'It does' } } });
    const { json: since } = await ask({ since: turn }, 200, world.people.analyst);
    assert.deepEqual([since.turn, since.fixed.slice(0, 10), since.touchpoints], ['asked', turn, 'Order']);
    assert.deepEqual(since.rewards.map(r => r.reward), ['satisfaction', 'churn', 'revenue', 'colleagues', 'ruined']);
    assert.ok(since.rewards.some(r => [r.before, r.after, r.beside_before, r.beside_after].some(e => e?.n > 0)));
    await lead.call('moveRecord', { path, headers: { 'If-Match': '*' }, body: { move: 'mend' } });
    assert.match(JSON.stringify((await ask({}, 409)).json), /since it was mended/);
    const { json: fix } = await front.call('makeRecord', { path: { kind: 'fix' }, body: { fields: { what: 'One form', mends: [record], done: turn } } });
    const { json: made } = await ask();
    assert.deepEqual([made.turn, made.fixed], ['made', since.fixed]);
    assert.deepEqual(made.rewards, since.rewards); // the same day, the same customers
    const { json: same } = await front.call('getRecordEffect', { path: { kind: 'fix', record: fix.record }, query }); // where it mends
    assert.deepEqual(same.rewards, made.rewards);
    await ask({ since: 'soon' }, 400);
    await front.call('getRecordEffect', { path: { kind: 'note', record }, expect: 404 });
    const { json: note } = await front.call('makeRecord', { path: { kind: 'note' }, body: { fields: { what: 'The door squeaks' } } });
    await front.call('getRecordEffect', { path: { kind: 'note', record: note.record }, expect: 404 });
});

test('what ruins a day is the organisation\'s to say', async () => {
    const { json: now, etag } = await world.owner.call('getSettings');
    assert.equal(now['too-often'], '');
    await world.owner.call('changeSettings', { body: { 'too-often': '9 within 7d' }, headers: { 'If-Match': etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { 'colleagues-touchpoints': 'Nowhere at all' }, headers: { 'If-Match': etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { 'low-scores': 'few' }, headers: { 'If-Match': etag }, expect: 400 });
    await world.owner.call('changeSettings', { body: { 'ruined-day-rules': 'everything' }, headers: { 'If-Match': etag }, expect: 400 });
    const { etag: next } = await world.owner.call('changeSettings', { body: { 'too-often': '2 within 30d', 'ruined-day-rules': 'again' }, headers: { 'If-Match': etag } });
    const { json } = await world.owner.call('getRuinedDays');
    assert.deepEqual(json.rules.map(r => r.rule), ['again']);
    assert.match(json.rules[0].says, /2 times within 30 days/);
    await world.owner.call('changeSettings', { body: { 'too-often': '', 'ruined-day-rules': '' }, headers: { 'If-Match': next } });
});

const lists = ['claims', 'challenges', 'asks', 'promises', 'own', 'walks', 'findings', 'pledges', 'became', 'follows'];

test('my part: each list short, with its total and the query that tells all of it', async () => {
    const front = world.people['front-line'], lead = world.people.lead;
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const make = async (by, kind, fields, more = {}) => (await by.call('makeRecord', { path: { kind }, body: { fields, ...more } })).json.record;
    const { json: before } = await front.call('getMyPart', { query: { limit: 50 } });
    const made = {
        claims: await make(lead, 'aggravation', { what: 'Boxes too large', touchpoint: order }, { owner: front.person }),
        challenges: await make(lead, 'challenge', { what: 'Who asked for this letter?', asked: front.person }),
        asks: await make(lead, 'ask', { what: 'An hour a week', asked: front.person }),
        promises: await make(front, 'promise', { what: 'We ring back', customer: 1, due: '2031-01-01' }),
        own: await make(front, 'fix', { what: 'Smaller boxes', touchpoint: [order] }),
        walks: await make(front, 'walk', { what: 'I send a parcel back', how: 'self', touchpoint: [order], due: '2031-01-01' }),
        findings: await make(front, 'finding', { what: 'Two addresses on one label', asked: lead.person }),
        pledges: await make(front, 'pledge', { what: 'I ring back before six', due: '2031-01-01' }),
        became: await make(front, 'suggestion', { what: 'A window in the envelope' }),
        follows: await make(lead, 'note', { what: 'The new scales' }),
    };
    await front.call('followRecord', { path: { kind: 'note', record: made.follows } });
    const { json } = await front.call('getMyPart', { query: { limit: 50 } });
    for (const name of lists) {
        assert.equal(json[name].total, before[name].total + 1, name);
        assert.ok(json[name].items.some(r => r.record === made[name]), name);
        const asked = new URL(json[name].all, 'http://here');
        assert.equal(asked.pathname, '/api/v1/records');
        const { json: all } = await front.call('listRecords', { query: { ...Object.fromEntries(asked.searchParams), limit: 500 } });
        assert.equal(all.items.length, json[name].total, name);
        assert.deepEqual(all.items.slice(0, 50).map(r => r.record), json[name].items.map(r => r.record), name);
    }
    assert.equal(json.names.touchpoint[order], 'Order');
    const { json: short } = await front.call('getMyPart', { query: { limit: 1 } });
    for (const name of lists) assert.deepEqual([short[name].items.length, short[name].total], [1, json[name].total]);
    await front.call('getMyPart', { query: { limit: 51 }, expect: 400 });
    await front.call('getMyPart', { query: { limit: 0 }, expect: 400 });
});

test('my touchpoints say how many came lately, and no mean of a few scores', async () => {
    const front = world.people['front-line'];
    const order = (await touchpoints()).find(t => t.name === 'Order').number;
    const of = async () => (await front.call('getMyPart')).json.touchpoints.items.find(p => p.touchpoint === order);
    const before = await of();
    assert.ok(before.open >= 1);
    const send = (from, n) => world.sender.call('addInteractions', {
        body: Array.from({ length: n }, (_, i) => ({ time: new Date(Date.now() - 3600000).toISOString(), customer: `my-part-${from + i}`, id: `my-part-${from + i}`, touchpoint: 'Order', channel: 'survey', score: 4 })),
    });
    await send(0, 4);
    const few = await of();
    assert.deepEqual([few.customers, few.scores, few.score], [before.customers + 4, before.scores + 4, null]);
    await send(4, 4);
    const more = await of();
    assert.deepEqual([more.customers, more.scores, more.score], [before.customers + 8, before.scores + 8, 4]);
});

test('lists of records are asked for several kinds and people at once', async () => {
    const front = world.people['front-line'];
    const kinds = async query => new Set((await front.call('listRecords', { query: { limit: 500, ...query } })).json.items.map(r => r.kind));
    assert.deepEqual([...await kinds({ kinds: 'pledge,promise' })].sort(), ['pledge', 'promise']);
    assert.ok(!(await kinds({ but: 'pledge,promise' })).has('pledge'));
    const { json } = await front.call('listRecords', { query: { with: 'me', limit: 500 } });
    assert.ok(json.items.every(r => r.owner === front.person || r.asked === front.person));
    assert.ok(json.items.some(r => r.owner === front.person) && json.items.some(r => r.asked === front.person));
    for (const query of [{ kinds: 'pledge,wat' }, { but: 'wat' }]) await front.call('listRecords', { query, expect: 404 });
    for (const query of [{ elsewhere: 'x' }, { 'not-author': '0' }]) await front.call('listRecords', { query, expect: 400 });
});

test('who takes part is told as shares, with n, period and definition, and nobody is named', async () => {
    const front = world.people['front-line'];
    const pledges = json => json.figures.find(f => f.figure === 'pledges-kept');
    const { json: before } = await front.call('getParticipation');
    assert.deepEqual(before.figures.map(f => f.figure), ['took-part', 'across-departments', 'across-levels', 'outside', 'front-line-reports', 'front-line-fixes', 'pledges-kept', 'time-to-share']);
    const { json: pledge, etag } = await front.call('makeRecord', { path: { kind: 'pledge' }, body: { fields: { what: 'I write back', due: '2031-01-01' } } });
    await front.call('moveRecord', { path: { kind: 'pledge', record: pledge.record }, headers: { 'If-Match': etag ?? '*' }, body: { move: 'keep', fields: { 'known-by': ['self'] } } });
    const { json } = await front.call('getParticipation');
    assert.equal(pledges(json).part, (pledges(before).part ?? 0) + 1);
    assert.equal(pledges(json).of, (pledges(before).of ?? 0) + 1);
    const took = json.figures[0];
    assert.ok(took.part > 0 && took.part <= took.of && took.of >= 5);
    assert.ok(json.departments.every(d => d.people >= 5 && d.took_part <= d.people));
    assert.equal(json.departments.reduce((n, d) => n + d.people, 0), took.of);
    for (const groups of [json.departments, json.levels]) {
        assert.ok(groups.every(d => d.people >= 5 && ['findings', 'fixes', 'walks', 'maps'].every(area => d[area] <= d.took_part)));
        assert.equal(groups.reduce((n, d) => n + d.took_part, 0), took.part);
    }
    const now = json.trend.at(-1);
    assert.deepEqual([now.from, now.until, now.people, now.took_part], [json.from, json.until, took.of, took.part]);
    assert.ok(now.maps > 0 && now.findings > 0 && now.fixes > 0);
    const names = new Set(json.departments.map(d => d.name));
    for (const { one, other, things } of json.together) assert.ok(names.has(one.name) && names.has(other.name) && things > 0);
    for (const f of json.figures) assert.ok(f.says.endsWith('.'));
    assert.ok(!JSON.stringify(json).includes('Person '));
    const { json: long } = await front.call('getParticipation', { query: { from: '2001', until: '2002' } });
    assert.deepEqual(long.figures.map(f => f.of), [took.of, null, null, null, null, null, null, null]);
    await front.call('getParticipation', { query: { from: '2002', until: '2001' }, expect: 400 });
});

test('what makes and what breaks a touchpoint is counted side by side, and what fixes save', async () => {
    const front = world.people['front-line'];
    const { number, name } = (await touchpoints())[0];
    const of = async () => {
        const { json } = await front.call('getTold');
        return { ...json, here: json.touchpoints.find(t => t.touchpoint === number) ?? { makes: 0, breaks: 0, signals: 0, open: 0, mended: 0 } };
    };
    const before = await of();
    const make = async (kind, fields) => (await front.call('makeRecord', { path: { kind }, body: { fields: { touchpoint: number, ...fields } } })).json;
    await make('signal', { what: 'The form comes out empty' });
    const waits = await make('finding', { what: 'The voice on the phone is warm', about: 'make', asked: world.people.lead.person });
    assert.equal((await of()).here.makes, before.here.makes); // still waits for a reply: only those concerned see it
    await world.people.lead.call('moveRecord', { path: { kind: 'finding', record: waits.record }, headers: { 'If-Match': '*' }, body: { move: 'publish', fields: { reply: 'Gladly' } } });
    const after = await of();
    assert.equal(after.here.makes, before.here.makes + 1);
    assert.equal(after.here.signals, before.here.signals + 1);
    assert.equal(after.here.open, before.here.open + 2);
    assert.equal(after.here.name, name);
    // What breaks it stands beside, each with the behaviour that does it, in the same way: nobody is blamed.
    const breaks = await make('finding', { what: 'The call back begins with what is it about', about: 'break', behaviour: 'Open the story before the number is dialled', asked: world.people.lead.person });
    await world.people.lead.call('moveRecord', { path: { kind: 'finding', record: breaks.record }, headers: { 'If-Match': '*' }, body: { move: 'publish', fields: { reply: 'We shall' } } });
    const both = (await of()).here;
    assert.deepEqual([both.makes - before.here.makes, both.breaks - before.here.breaks], [1, 1]);
    assert.equal((await front.call('getRecord', { path: { kind: 'finding', record: breaks.record } })).json.fields.behaviour, 'Open the story before the number is dialled');
    for (const [basis, gained] of [['half a minute a letter', 1200.5], ['', 0]]) {
        const { benefits: was } = await of();
        const fix = await make('fix', { what: 'A field less', touchpoint: [number], saved: 1200.5, ...(basis && { 'saved-basis': basis }), 'customer-gain': 'shorter', 'inside-gain': 'quicker' });
        assert.deepEqual((await of()).benefits, was); // proposed only
        await front.call('moveRecord', { path: { kind: 'fix', record: fix.record }, headers: { 'If-Match': '*' }, body: { move: 'finish', fields: { done: '2026-01-31' } } });
        const { benefits: is } = await of();
        assert.deepEqual([is.fixes - was.fixes, is.both_gains - was.both_gains, is.reckoned - was.reckoned, is.without_basis - was.without_basis],
            [1, 1, basis ? 1 : 0, basis ? 0 : 1]);
        assert.equal(is.saved_a_year, was.saved_a_year + gained);
    }
});

test('they care back: thanks reach those they are meant for, recommendations are followed up', async () => {
    const front = world.people['front-line'], lead = world.people.lead;
    const care = async () => Object.fromEntries((await front.call('getTold')).json.care.map(c => [c.kind, c]));
    const before = await care();
    const make = async (kind, fields, by = front) => (await by.call('makeRecord', { path: { kind }, body: { fields } })).json;
    const move = (kind, r, body, by, expect) => by.call('moveRecord', { path: { kind, record: r.record }, headers: { 'If-Match': '*' }, body, expect });
    const thanks = await make('thanks', { what: 'You rang back before I had to', from: 'customer', asked: lead.person });
    assert.ok((await lead.call('getMyPart')).text.includes('You rang back before I had to'), 'it waits on My part of whoever it is for');
    await move('thanks', thanks, { move: 'read' }, world.people.analyst, 403);
    await move('thanks', thanks, { move: 'read' }, lead);
    const word = await make('referral', { what: 'The harbour workshop, to her brother', from: 'customer', why: 'Nobody passed her on' });
    await make('referral', { what: 'To work here, to a friend', from: 'colleague' });
    await move('referral', word, { move: 'come' }, front);
    const after = await care(), more = (kind, key) => after[kind][key] - before[kind][key];
    assert.deepEqual(['customers', 'colleagues', 'came'].map(key => more('thanks', key)), [1, 0, 1]);
    assert.deepEqual(['customers', 'colleagues', 'came'].map(key => more('referral', key)), [1, 1, 1]);
});
