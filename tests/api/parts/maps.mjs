// maps.mjs - journey maps: made, changed, marked, held against what happened, and who may.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { world } from '../lib/world.mjs';
import { answer, answerReverse, askReverse } from '../lib/reverse.mjs';

const of = role => Object.values(world.people).find(p => p.role === role);
const claim = `journey claim "Something happened: I claim"
goal "I have my car back, and told it once"
owner "Claims"
stage tell "I tell what happened" during
  touchpoint report "I report the damage"
    from customer to "Contact centre" over phone
    never "Be unkind"
    match "reports the damage"
  touchpoint number "I receive the claim number"
    from "Claims" to customer
    match "Receives the claim *"
stage decide "They decide" after
  touchpoint decision "I receive the decision"
    from "Claims" to customer over letter
    promise "A decision in ten days" within 10d
    match "Receives the decision" of "Claims"
  optional
    touchpoint money "I receive the money"
      from "Finance" to customer
      never "Pay twice" more than 1 times
      never "Pay before it is decided" without decision
      match "Receives money for the claim"
  end
`;

test('whom a department serves, and what nobody looks after: asked by name, and of everybody', async () => {
    const { json: all } = await world.people.analyst.call('getServes');
    assert.equal(all.one, null);
    const name = all.departments.find(d => d.hands_on + d.receives > 0)?.department ?? all.departments[0].department;
    const { json: { one } } = await world.people.analyst.call('getServes', { query: { department: name } });
    assert.equal(one.department, name);
    assert.ok(one.first.length > 0 || one.touchpoints.length > 0, 'also who has no touchpoint has a first step');
    await world.people.analyst.call('getServes', { query: { department: 'Nobody at all' }, expect: 404 });
    await world.people.customer.call('getServes', { expect: 403 });
    const { json: { when, items } } = await world.people.analyst.call('getForgotten', { query: { least: 0 } });
    assert.equal(items.length, when.reduce((n, w) => n + w.touchpoints, 0));
    const lacks = items.map(i => i.lacks.length);
    assert.deepEqual(lacks, [...lacks].sort((a, b) => b - a), 'what lacks most first');
    // Whoever plans a walk and takes ownership takes it off the list.
    const lone = items.find(i => i.number && i.lacks.includes('walk') && i.lacks.includes('owner'));
    const make = (kind, fields) => world.owner.call('makeRecord', { path: { kind }, body: { fields } });
    await make('walk', { what: 'I try it', how: 'self', touchpoint: [lone.number], due: '2030-01-31' });
    const { json: claim } = await make('ownership-claim', { what: 'I look after it', touchpoint: lone.number });
    const at = { kind: 'ownership-claim', record: claim.record };
    await world.owner.call('changeOwnership', { path: at, body: { do: 'take' } });
    await world.owner.call('moveRecord', { path: at, body: { move: 'settle' }, headers: { 'If-Match': '*' } });
    const now = (await world.people.analyst.call('getForgotten', { query: { least: 0 } })).json.items.find(i => i.touchpoint === lone.touchpoint && i.map === lone.map && i.id === lone.id);
    assert.ok(!now.lacks.includes('walk') && !now.lacks.includes('owner'), JSON.stringify(now));
    await world.people.customer.call('getForgotten', { expect: 403 });
});

test('whom to ask stands in the directory with its reason, and what nobody is named for', async () => {
    const ann = of('journey-owner');
    const text = 'journey desk "I ask the desk"\nowner "Nora"\nstage ask "I ask" during\n  touchpoint call "I call the desk"\n    ask "Ada Blum"\n    holds "Opening hours"\n    system "Telephone"\n  touchpoint wait "I wait"\n';
    const { json: made } = await ann.call('addMap', { body: { text } });
    const rows = async query => (await of('front-line').call('getWhom', { query })).json.items.filter(r => r.map === made.map).map(r => [r.sort, r.thing, r.who, r.touchpoint]);
    assert.deepEqual(await rows({}), [['touchpoint', 'I call the desk', 'Ada Blum', 'call'], ['touchpoint', 'I wait', null, 'wait'], ['process', 'I ask the desk', 'Nora', null],
        ['system', 'Telephone', 'Ada Blum', 'call'], ['information', 'Opening hours', 'Ada Blum', 'call']]);
    assert.deepEqual(await rows({ about: 'TELE' }), [['system', 'Telephone', 'Ada Blum', 'call']]);
    await of('customer').call('getWhom', { expect: 403 });
    await ann.call('archiveMap', { path: { map: made.map } });
    assert.deepEqual(await rows({}), []);
});

test('a map is made of its text, printed canonically, and found in the list', async () => {
    const ann = of('journey-owner');
    const before = (await of('front-line').call('listMaps')).json.maps; // those of other parts
    const made = await ann.call('addMap', { body: { text: claim, note: 'first draft' } });
    assert.deepEqual([made.json.id, made.json.version, made.json.latest, made.json.mark, made.json.note], ['claim', 1, 1, 'draft', 'first draft']);
    assert.equal(made.json.person.name, 'Person journey-owner');
    assert.deepEqual(made.json.journey.stages.map(s => [s.id, s.when, s.flow]), [
        ['tell', 'during', ['report', 'number']], ['decide', 'after', ['decision', { block: 'optional', steps: ['money'] }]]]);
    assert.deepEqual(made.json.journey.touchpoints.decision.promises, [{ words: 'A decision in ten days', within_ms: 864000000 }]);
    assert.deepEqual(made.json.journey.touchpoints.decision.match, [{ name: 'Receives the decision', channel: '', department: 'Claims' }]);
    assert.deepEqual(made.json.journey.touchpoints.money.never, [{ words: 'Pay twice', rule: 'more than 1 times' }, { words: 'Pay before it is decided', rule: 'without decision' }]);
    world.map = made.json.map;
    const path = { map: world.map };
    const again = await of('analyst').call('getMap', { path });
    assert.equal(again.json.text, made.json.text);
    assert.equal(again.etag, '"1"');
    const { maps } = (await of('front-line').call('listMaps')).json;
    const added = maps.filter(m => !before.some(b => b.id === m.id));
    assert.deepEqual(added.map(m => [m.id, m.version, m.stages, m.touchpoints, m.intended]), [['claim', 1, 2, 4, null]]);
    assert.equal(maps.length, before.length + 1);
    await ann.call('addMap', { body: { text: claim }, expect: 409 });
    const wrong = await ann.call('addMap', { body: { text: 'journey claim\n' }, expect: [400, 422] });
    assert.match(JSON.stringify(wrong.json), /line 1/);
    await ann.call('getMap', { path: { map: 99999 }, expect: 404 });
    await ann.call('getMap', { path, query: { version: 7 }, expect: 404 });
});

test('an empty map gets an id of its title that nobody has; a found one has the touchpoints there are', async () => {
    const ann = of('analyst');
    const one = (await ann.call('addMap', { body: { title: 'I renew, or leave!', goal: 'Cover without trouble' } })).json;
    assert.deepEqual([one.id, one.journey.goal, one.journey.stages.map(s => s.when)], ['i-renew-or-leave', 'Cover without trouble', ['before', 'during', 'after']]);
    const two = (await ann.call('addMap', { body: { title: 'I renew (or leave)' } })).json;
    assert.equal(two.id, 'i-renew-or-leave-2');
    await ann.call('addMap', { body: { title: ' ' }, expect: [400, 422] });
    const found = (await ann.call('addMap', { body: { title: 'Claims as they are', discover: { noise: 0.2, by: 'problem', passed: 'Reports the damage' } } })).json;
    assert.ok(Object.values(found.journey.touchpoints).some(t => t.name === 'Reports the damage'));
    await ann.call('addMap', { body: { title: 'x', discover: { colour: 'red' } }, expect: [400, 422] });
    await ann.call('addMap', { body: { title: 'x', text: claim }, expect: [400, 422] });
    const imported = await ann.call('importMap', { raw: claim.replace('journey claim', 'journey claim-2'), headers: { 'Content-Type': 'text/plain' } });
    assert.equal(imported.json.id, 'claim-2');
    world.mapFound = found.map;
});

test('whole texts replace one another in order, and each version stays', async () => {
    const ann = of('journey-owner'), path = { map: world.map };
    const text = claim.replace('"They decide"', '"Claims decides"');
    await ann.call('putMap', { path, body: { text }, expect: 428 });
    const second = await ann.call('putMap', { path, headers: { 'If-Match': '"1"' }, body: { text, note: 'named' } });
    assert.equal(second.json.version, 2);
    const late = await of('analyst').call('putMap', { path, headers: { 'If-Match': '"1"' }, body: { text: claim }, expect: 412 });
    assert.match(late.json.detail, /Person journey-owner/);
    const same = await ann.call('putMap', { path, headers: { 'If-Match': '"2"' }, body: { text } });
    assert.equal(same.json.version, 2);
    await ann.call('putMap', { path, headers: { 'If-Match': '*' }, body: { text: claim.replace('journey claim', 'journey other') }, expect: [400, 422] });
    assert.equal((await ann.call('getMap', { path, query: { version: 1 } })).json.journey.stages[1].name, 'They decide');
    const { json } = await ann.call('listMapVersions', { path });
    assert.deepEqual(json.versions.map(v => [v.version, v.mark, v.note]), [[2, 'draft', 'named'], [1, 'draft', 'first draft']]);
});

test('one version is intended, and which one is said by a mark', async () => {
    const ann = of('journey-owner'), path = { map: world.map };
    const mark = (version, as, expect) => ann.call('markMapVersion', { path: { ...path, version }, body: { as }, expect });
    await answerReverse(ann, world.map, 1);
    await answerReverse(ann, world.map, 2, ['review', 'release']); // the draft's answer stands
    assert.deepEqual([(await mark(1, 'intended')).json.intended, (await mark(2, 'intended')).json.intended], [1, 2]);
    assert.equal((await mark(1, 'actual')).json.actual, 1);
    assert.deepEqual((await ann.call('listMapVersions', { path })).json.versions.map(v => v.mark), ['intended', 'actual']);
    assert.equal((await mark(1, 'draft')).json.actual, null);
    await mark(1, 'final', [400, 422]);
    await mark(9, 'intended', 404);
});

test('what is not answered at draft, review and release, with evidence, is not intended', async () => {
    const ann = of('journey-owner'), bob = of('analyst');
    const { json: made } = await ann.call('addMap', { body: { text: claim.replace('journey claim', 'journey asked-first') } });
    const path = { map: made.map };
    const mark = (version, expect) => ann.call('markMapVersion', { path: { ...path, version }, body: { as: 'intended' }, expect });
    const stands = async version => (await bob.call('getMapReverse', { path, query: { version } })).json.stages.map(s => `${s.stage} ${s.answered ? 'answered' : s.asked ? 'open' : 'unasked'}`);
    assert.match((await mark(1, 409)).json.detail, /is this really reverse\? Nobody has answered at draft, review, release/);
    const [draft, review, release] = await askReverse(ann, made.map, 1);
    // Words alone are no answer; and as long as it is open, nothing is released.
    assert.match((await answer(ann, draft, { answer: 'Surely' }, 409)).json.remedy, /rests on evidence/);
    await answer(ann, draft, { answer: 'Eleven of them asked for it', stories: ['/actual?touchpoint=Invoice'] });
    await answer(ann, review, { answer: 'Two walked it', stories: ['/actual'] });
    assert.deepEqual(await stands(1), ['draft answered', 'review answered', 'release open']);
    assert.match((await mark(1, 409)).json.detail, /answered at release$/);
    await answer(ann, release, { answer: 'They wait a day less', stories: ['/actual'] });
    const { json } = await bob.call('getMapReverse', { path });
    assert.deepEqual([json.stages[0].challenge.fields.answer, json.stages[0].challenge.fields.stories], ['Eleven of them asked for it', ['/actual?touchpoint=Invoice']]);
    const entries = (await ann.call('listRecordHistory', { path: { kind: 'challenge', record: draft.record } })).json.items.map(e => e.what);
    assert.ok(entries.includes('moved') && entries.includes('made'), 'its history is kept');
    assert.equal((await mark(1)).json.intended, 1);
    await mark(1); // it is intended already: only its day changes
    // The next version is another release; a doubt that is open holds it back.
    await ann.call('putMap', { path, headers: { 'If-Match': '*' }, body: { text: claim.replace('journey claim', 'journey asked-first').replace('"They decide"', '"Claims decides"') } });
    assert.deepEqual(await stands(2), ['draft answered', 'review unasked', 'release unasked']);
    await answerReverse(ann, made.map, 2, ['review', 'release']);
    const [doubt] = await askReverse(bob, made.map, 2, ['review']);
    assert.match((await mark(2, 409)).json.detail, /answered at review$/);
    await answer(bob, doubt, { answer: 'Yes: I walked it', stories: ['/actual'] });
    assert.equal((await mark(2)).json.intended, 2);
    await ann.call('getMapReverse', { path, query: { version: 9 }, expect: 404 });
    await of('customer').call('getMapReverse', { path, expect: 403 });
    await ann.call('archiveMap', { path });
});

test('single changes go onto the newest version; where two changed the same, the second is told', async () => {
    const ann = of('journey-owner'), bob = of('analyst'), path = { map: world.map };
    const change = (who, changes, expect) => who.call('changeMap', { path, body: { changes }, expect });
    const first = await change(ann, [{ op: 'set', id: 'report', field: 'name', value: 'I tell of the damage', was: 'I report the damage' },
        { op: 'set', id: 'report', field: 'owner', value: 'Contact centre' }]);
    assert.deepEqual([first.json.version, first.json.journey.touchpoints.report.name, first.json.journey.touchpoints.report.owner], [3, 'I tell of the damage', 'Contact centre']);
    const beside = await change(bob, [{ op: 'set', id: 'money', field: 'name', value: 'Money comes', was: 'I receive the money' }]);
    assert.deepEqual([beside.json.version, beside.json.journey.touchpoints.report.name], [4, 'I tell of the damage']);
    const clash = await change(bob, [{ op: 'set', id: 'money', field: 'name', value: 'Lost' },
        { op: 'set', id: 'report', field: 'name', value: 'Damage', was: 'I report the damage' }], 409);
    assert.deepEqual([clash.json.change, clash.json.id, clash.json.field, clash.json.now, clash.json.by.person.name, clash.json.by.version],
        [1, 'report', 'name', 'I tell of the damage', 'Person journey-owner', 3]);
    assert.equal((await ann.call('getMap', { path })).json.journey.touchpoints.money.name, 'Money comes');
    await change(ann, [{ op: 'set', id: 'nobody', field: 'name', value: 'x' }], 404);
    await change(ann, [{ op: 'paint', id: 'report' }], [400, 422]);
    await change(ann, [], [400, 422]);
    const { json } = await ann.call('compareMapVersions', { path, query: { from: 2, to: 4 } });
    assert.deepEqual(json.differences.map(d => [d.id, d.sort]).filter(([, sort]) => sort === 'renamed'), [['report', 'renamed'], ['money', 'renamed']]);
    assert.equal((await ann.call('compareMapVersions', { path })).json.from, 3);
    await change(ann, [{ op: 'set', id: 'money', field: 'name', value: 'I receive the money' }, { op: 'set', id: 'report', field: 'name', value: 'I report the damage' }]);
});

test('a map is a file: its text, its tree, a spreadsheet', async () => {
    const ann = of('analyst'), path = { map: world.map };
    const text = await ann.call('getMapFile', { path });
    assert.match(text.text, /^journey claim /);
    assert.match((await ann.call('getMapFile', { path, query: { format: 'tree' } })).text, /^->\( 'report', 'number', 'decision', X\( 'money', tau \) \)\n$/);
    await ann.call('getMapFile', { path, query: { format: 'xlsx' } });
    const picture = await ann.call('getMapFile', { path, query: { format: 'svg', by: 'problem' } });
    assert.match(picture.text, /^<svg[^>]*>[^]*<title/);
    assert.notEqual(picture.text, (await ann.call('getMapFile', { path, query: { format: 'svg', intended: true } })).text);
    const owner = of('journey-owner'), { title } = (await ann.call('getMap', { path })).json.journey;
    for (const format of ['cjml', 'mermaid']) {
        const { text: raw } = await ann.call('getMapFile', { path, query: { format } });
        const { json } = await owner.call('importMap', { query: { format }, raw, headers: { 'Content-Type': 'text/plain' } });
        assert.equal(json.journey.title.replace(/\W+/g, ' '), title.replace(/\W+/g, ' '));
        assert.notEqual(json.id, 'claim');
        await owner.call('importMap', { query: { format }, raw: '<x', headers: { 'Content-Type': 'text/plain' }, expect: [400, 422] });
    }
});

test('a workshop votes: colleagues and phones without account, each once, until it is closed', async () => {
    const led = of('facilitator'), ann = of('journey-owner'), path = { map: world.map };
    const body = { question: 'Where does it hurt most?', each: 2, anybody: true, choices: [{ element: 'report' }, { element: 'decision' }, { words: 'Somewhere else' }] };
    await ann.call('putMapVote', { path, body, expect: 403 });
    await led.call('putMapVote', { path, body: { ...body, choices: [{ element: 'nothing' }, { words: 'b' }] }, expect: [400, 422] });
    await led.call('putMapVote', { path, body: { ...body, each: 4 }, expect: [400, 422] });
    const { json: vote } = await led.call('putMapVote', { path, body });
    assert.deepEqual([vote.each, vote.anybody, vote.closed_ms, vote.voters, vote.choices.map(c => c.words)],
        [2, true, null, 0, ['I report the damage', 'I receive the decision', 'Somewhere else']]);
    const form = (pairs, cookie) => ({ path: vote, raw: new URLSearchParams({ vote: vote.vote, ...pairs }).toString(),
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...(cookie && { Cookie: cookie }) } });
    const counts = async () => (await ann.call('listMapVotes', { path })).json.votes.find(v => v.vote === vote.vote);

    // A phone: it is given a cookie when it looks, and votes once with it.
    const looked = await world.nobody.page('pageVote', { path: vote });
    assert.ok(looked.text.includes(body.question) && looked.bytes.length < 6000);
    const device = looked.headers.getSetCookie().map(c => c.split(';')[0]).find(c => c.includes('vote='));
    await world.nobody.call('formVote', { ...form({ c1: '1' }), expect: 403 });
    await world.nobody.call('formVote', { ...form({ c1: '1', c2: '2' }, device), expect: 303 });
    await world.nobody.call('formVote', { ...form({ c2: '2' }, device), expect: 303 });
    const refused = await world.nobody.call('formVote', { ...form({ c1: '1', c2: '2', c3: '3' }, device), expect: 422 });
    assert.match(refused.text, /Everybody has 2/);
    assert.deepEqual((await counts()).choices.map(c => c.votes), [0, 1, 0]);

    // A colleague, on the same page: as the person, whatever the device; told what was chosen.
    const mine = await ann.page('pageVote', { path: vote });
    const hidden = Object.fromEntries(mine.forms.get(`/vote/${vote.code}`)[0]);
    await ann.call('formVote', { ...form({ ...hidden, c1: '1', c2: '2' }), expect: 303 });
    const open = await counts();
    assert.deepEqual([open.voters, open.choices.map(c => c.votes), open.choices.map(c => c.mine)], [2, [1, 2, 0], [true, true, false]]);
    assert.deepEqual((await led.call('listMapVotes', { path })).json.votes[0].choices.map(c => c.mine), [false, false, false]);

    // Closed: sums stay, nobody votes any more; the next one is behind the same code.
    const close = { path: { ...path, vote: vote.vote } };
    await ann.call('closeMapVote', { ...close, expect: 403 });
    await led.call('closeMapVote', { path: { map: world.mapFound, vote: vote.vote }, expect: 404 });
    const { json: closed } = await led.call('closeMapVote', close);
    assert.deepEqual([closed.voters, closed.choices.map(c => c.votes), closed.closed_ms > 0], [2, [1, 2, 0], true]);
    await led.call('closeMapVote', { ...close, expect: 409 });
    await world.nobody.call('formVote', { ...form({ c1: '1' }, device), expect: 409 });
    const { json: next } = await led.call('putMapVote', { path, body: { ...body, each: 1, anybody: false } });
    assert.equal(next.code, vote.code);
    const after = await world.nobody.page('pageVote', { path: vote });
    assert.ok(after.text.includes('who are signed in') && after.text.includes('2 voted'));
    await world.nobody.call('formVote', { ...form({ vote: next.vote, one: '1' }, device), expect: 403 });
    await world.nobody.call('pageVote', { path: { code: 'nowhere' }, expect: 404 });
});

test('a map that was put away is not listed and not changed until it is brought back', async () => {
    const ann = of('journey-owner'), path = { map: world.mapFound };
    assert.equal((await ann.call('archiveMap', { path })).json.archived, true);
    assert.ok(!(await ann.call('listMaps')).json.maps.some(m => m.map === world.mapFound));
    assert.ok((await ann.call('listMaps', { query: { archived: true } })).json.maps.some(m => m.map === world.mapFound));
    const { json } = await ann.call('getMap', { path });
    await ann.call('putMap', { path, headers: { 'If-Match': '*' }, body: { text: json.text }, expect: 409 });
    assert.equal((await ann.call('restoreMap', { path })).json.archived, false);
});

test('held against what happened: every figure is that of the stories, and opens', async () => {
    const ann = of('analyst'), path = { map: world.map };
    const ask = query => ann.call('getMapLived', { path, query });
    const { json } = await ask({ by: 'problem', passed: 'Reports the damage' });
        const at = Object.fromEntries(json.touchpoints.map(t => [t.id, t]));
    const { json: conform } = await ann.call('getTouchpoints', { query: { by: 'problem', passed: 'Reports the damage' } });
    const row = name => conform.touchpoints.find(t => t.touchpoint === name);
    assert.ok(json.problems > 0);
    assert.equal(json.outside, 0);
    assert.equal(at.report.interactions, row('Reports the damage').count);
    assert.equal(json.coverage.mapped, json.touchpoints.reduce((n, t) => n + t.interactions, 0));
    assert.ok(json.coverage.share > 0 && json.coverage.share <= 1);
    assert.ok(at.decision.promises[0].n > 0 && at.decision.promises[0].kept <= at.decision.promises[0].n);
    assert.deepEqual(at.report.never, [{ words: 'Be unkind', rule: '', checked: false, n: 0, hits: 0, customers: 0, first_ms: null, last_ms: null }]);
    const [twice, early] = at.money.never;
    assert.deepEqual([twice.checked, twice.n, early.n], [true, at.money.interactions, at.money.interactions]);
    assert.ok(early.hits <= early.n && early.customers <= early.hits && (early.hits > 0) === (early.first_ms !== null));
    assert.ok(json.unmapped.length > 0 && json.unmapped.every(u => u.interactions > 0));
    assert.match(json.says, new RegExp(`version ${json.version}`));
    assert.ok(json.ways[0].path.every(id => at[id]));
    const whole = (await ask({})).json;
    for (const [state, n] of Object.entries(whole.touchpoints[2].customers)) {
        const { json: who } = await ann.call('listMapCustomers', { path, query: { touchpoint: 'decision', state, limit: 5 } });
        assert.equal(who.customers, n, state);
        assert.equal(who.items.length, Math.min(n, 5));
    }
    await ann.call('listMapCustomers', { path, query: { touchpoint: 'nowhere', state: 'missing' }, expect: 404 });
    await ann.call('listMapCustomers', { path, query: { touchpoint: 'decision', state: 'late' }, expect: [400, 422] });
    const { json: log } = await world.owner.call('listAudit', { query: { action: 'customers.listed' } });
    assert.match(JSON.stringify(log.items[0]), /decision/);
    const records = (await ann.call('listMapRecords', { path })).json;
    assert.ok(Array.isArray(records.items));
});

test('a card tells what it rests on, when that was seen last, and by the same rule whether it is stale', async () => {
    const DAY = 86400000, ann = of('analyst'), path = { map: world.map };
    const last = Math.max(...(await ann.call('getTouchpoints')).json.touchpoints.map(t => Date.parse(t.last)));
    const { json } = await ann.call('getMapLived', { path });
    assert.ok(json.touchpoints.some(t => t.interactions > 0));
    for (const t of json.touchpoints) {
        const usual = t.interactions > 1 ? (t.last_ms - t.first_ms) / (t.interactions - 1) : 0, silent = last - t.last_ms;
        const stale = t.interactions > 0 && silent > 90 * DAY && silent / 2 >= usual;
        assert.deepEqual([t.stale, t.last_confirmed_ms], [stale, t.last_ms], t.id);
        assert.equal(t.evidence === 'events', t.interactions > 0, t.id);
        assert.equal(t.last_ms === null, t.interactions === 0, t.id);
    }
    // Long silent, long silent where that is usual, lately, never.
    const came = { 'Sends a telegram': [200, 199], 'Is visited at home': [220, 95], 'Is called back': [20, 10] };
    await world.sender.call('addInteractions', { body: Object.entries(came).flatMap(([touchpoint, ago]) => ago.map(days => (
        { time: new Date(last - days * DAY).toISOString(), customer: 'long-ago', id: `${touchpoint} ${days}`, touchpoint }))) });
    const { json: old } = await of('journey-owner').call('addMap', { body: { text: `journey old "Of old"
stage all "All of it" during
  touchpoint telegram "Sends a telegram"
  touchpoint visit "Is visited at home"
  touchpoint call "Is called back"
  touchpoint pigeon "Sends a pigeon"
` } });
    const { json: told } = await ann.call('getMapLived', { path: { map: old.map } });
    assert.deepEqual(told.touchpoints.map(t => [t.id, t.stale, t.evidence === 'events', t.last_confirmed_ms && (last - t.last_confirmed_ms) / DAY]),
        [['telegram', true, true, 199], ['visit', false, true, 95], ['call', false, true, 10], ['pigeon', false, false, null]]);
    await of('journey-owner').call('archiveMap', { path: { map: old.map } });
});

test('how a touchpoint was meant stands beside what customers felt and what colleagues found, who are never mixed', async () => {
    const front = of('front-line'), lead = of('lead'), any = { 'If-Match': '*' };
    const { items } = (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json;
    const number = items.find(t => t.name === 'Receives the decision').number;
    const text = `journey meant "As it is meant"
stage all "All of it" during
  touchpoint decision "I receive the decision"
    place "At home"
    length 20m
    feels 4 "I know where I stand"
    match "Receives the decision"
  touchpoint told "I tell how it was"
    feels 3
    match "Told how the decision was"
  touchpoint never "Nobody comes here"
    feels 5
    match "Nowhere at all"
`;
    const { json: made } = await of('journey-owner').call('addMap', { body: { text } });
    const { decision } = made.journey.touchpoints;
    assert.deepEqual([decision.place, decision.length_ms, decision.begins_ms, made.journey.touchpoints.told.begins_ms, made.journey.length_ms], ['At home', 1200000, 0, 1200000, 1200000]);
    const path = { map: made.map };
    const at = async () => Object.fromEntries((await of('analyst').call('getMapLived', { path })).json.touchpoints.map(t => [t.id, t.experience]));
    await world.sender.call('addInteractions', { body: [1, 2, 2].map((score, i) => ({ time: new Date(Date.now() - 3600000).toISOString(), customer: `meant-${i}`, id: `meant-${i}`, touchpoint: 'Told how the decision was', score })) });
    const before = await at();
    assert.deepEqual(before.told, { meant: 3, felt: { n: 3, mean: 1.67 }, observed: { n: 0, mean: null }, gap: 1.33, says: 'Meant 3 of 5; customers felt 1.7 (3 scores): 1.3 worse than meant.' });
    assert.deepEqual(before.never, { meant: 5, felt: { n: 0, mean: null }, observed: { n: 0, mean: null }, gap: null, says: 'Meant 5 of 5; nobody said how it was.' });
    const make = async (kind, fields) => (await front.call('makeRecord', { path: { kind }, body: { fields } })).json.record;
    const move = (who, kind, record, name, fields) => who.call('moveRecord', { path: { kind, record }, headers: any, body: { move: name, fields } });
    // A walk counts when it was walked, an observation when everybody may see it.
    const walk = await make('walk', { what: 'I wait for the decision', how: 'self', touchpoint: [number], due: '2031-01-01' });
    const seen = await make('observation', { what: 'The letter is long', touchpoint: number, familiarity: 'some', stars: 2, asked: lead.person });
    assert.deepEqual((await at()).decision.observed, before.decision.observed);
    await move(front, 'walk', walk, 'walk', { familiarity: 'new', stars: 5, learned: 'It is clear' });
    await move(lead, 'observation', seen, 'publish', { reply: 'We shorten it' });
    const { n, mean } = before.decision.observed;
    const after = (await at()).decision;
    assert.deepEqual([after.observed.n, after.felt], [n + 2, before.decision.felt]);
    assert.ok(Math.abs(after.observed.mean - ((mean ?? 0) * n + 7) / (n + 2)) < 0.011);
    // What is tied to the card by hand counts once, too.
    const here = await make('walk', { what: 'I look at the card', how: 'self', touchpoint: [number], due: '2031-01-01' });
    await front.call('linkRecord', { path: { kind: 'walk', record: here }, body: { what: 'map', number: made.map, key: 'decision' } });
    await front.call('linkRecord', { path: { kind: 'walk', record: here }, body: { what: 'map', number: made.map, key: 'never' } });
    await move(front, 'walk', here, 'walk', { familiarity: 'new', stars: 3, learned: 'It is' });
    const now = await at();
    assert.deepEqual([now.decision.observed.n, now.never.observed, now.never.gap], [n + 3, { n: 1, mean: 3 }, 2]);
    assert.match(now.never.says, /^Meant 5 of 5; no customer said how it was; colleagues found 3 \(1 walk or observation\): 2 worse than meant\.$/);
    // The question says the same, the largest gap first.
    const { json: asked } = await of('analyst').call('getExperience', { query: { map: 'meant' } });
    assert.deepEqual(Object.fromEntries(asked.touchpoints.map(t => [t.id, t.experience])), now);
    const gaps = asked.touchpoints.map(t => t.experience.gap ?? -100);
    assert.deepEqual(gaps, [...gaps].sort((a, b) => b - a));
    const { json: ordered } = await of('analyst').call('getExperience', { query: { map: text, order: 'journey' } });
    assert.deepEqual(ordered.touchpoints.map(t => t.id), ['decision', 'told', 'never']);
    await of('customer').call('getExperience', { query: { map: 'meant' }, expect: 403 });
    await of('journey-owner').call('archiveMap', { path });
});

test('both sides of a journey: who acts behind each moment is every interaction of it, of all and of one customer', async () => {
    const ann = of('analyst'), path = { map: world.map };
    const same = async query => {
        const { json } = await ann.call('getMapSides', { path, query });
        const { json: lived } = await ann.call('getMapLived', { path, query });
        assert.deepEqual(json.touchpoints.map(t => t.id), lived.touchpoints.map(t => t.id));
        json.touchpoints.forEach((t, i) => {
            assert.equal(t.acts.reduce((n, a) => n + a.interactions, 0), lived.touchpoints[i].interactions, t.id);
            assert.ok(t.acts.every(a => a.in + a.out <= a.interactions && a.customers <= a.interactions));
            assert.ok(t.handed.every(h => h.count > 0 && h.from && h.waited_ms >= 0));
        });
        return json;
    };
    const all = await same({});
    assert.ok(all.touchpoints.some(t => t.acts.length));
    const { json: who } = await ann.call('listMapCustomers', { path, query: { touchpoint: 'decision', state: 'completed', limit: 1 } });
    const one = await same({ customer: `#${who.items[0].customer}` });
    assert.ok(one.touchpoints.find(t => t.id === 'decision').acts.every(a => a.customers === 1));
    await ann.call('getMapSides', { path: { map: 99999 }, expect: 404 });
    await of('customer').call('getMapSides', { path, expect: 403 });
});

test('what came of a version since people live by it: the four rewards, before and after', async () => {
    const ann = of('journey-owner'), path = { map: world.map };
    const mark = (version, body, expect) => ann.call('markMapVersion', { path: { ...path, version }, body, expect });
    const { json: all } = await of('analyst').call('getTouchpoints');
    const middle = new Date((Date.parse(all.first) + Date.parse(all.last)) / 2).toISOString().slice(0, 10);
    const query = { follow: 2, gap: 3 }, ask = (more, expect) => of('front-line').call('getMapEffect', { path, query: { ...query, ...more }, expect });
    const versions = async () => (await ann.call('listMapVersions', { path })).json.versions;
    assert.deepEqual((await versions()).filter(v => v.mark === 'intended').map(v => [v.version, v.marked_ms > Date.now() - 3600e3]), [[2, true]]);
    await ask({}, 409); // it is intended for a moment only
    await ask({ version: 3 }, 409); // since when is not said
    await mark(2, { as: 'intended', since: '2999-01-01' }, 400);
    await mark(2, { as: 'intended', since: 'soon' }, 400);
    await mark(2, { as: 'intended', since: middle });
    assert.equal(new Date((await versions()).find(v => v.version === 2).marked_ms).toISOString().slice(0, 10), middle);
    const { json } = await ask({});
    assert.deepEqual([json.map, json.version, json.turn, json.fixed.slice(0, 10)], [world.map, 2, 'intended', middle]);
    assert.deepEqual(json.rewards.map(r => r.reward), ['satisfaction', 'churn', 'revenue', 'colleagues', 'ruined']);
    assert.ok(json.rewards.some(r => [r.before, r.after, r.beside_before, r.beside_after].some(e => e?.n > 0)));
    assert.match(json.says, /half of it before version 2 was intended/);
    const { json: asked } = await ask({ since: middle, version: 3 });
    assert.deepEqual([asked.turn, asked.version, asked.rewards], ['asked', 3, json.rewards]);
});

test('a record is tied to a card, and stands there as long as it is open', async () => {
    const ann = of('analyst'), path = { map: world.map };
    const { json } = await ann.call('makeRecord', { path: { kind: 'suggestion' }, body: { fields: { what: 'Say when the money comes' } } });
    const at = { kind: 'suggestion', record: json.record };
    const { json: linked } = await ann.call('linkRecord', { path: at, body: { what: 'map', number: world.map, key: 'decision' } });
    assert.deepEqual(linked.about.map(a => [a.what, a.number, a.key]), [['map', world.map, 'decision']]);
    await ann.call('linkRecord', { path: at, body: { what: 'map', number: 99999, key: 'decision' }, expect: [400, 422] });
    const there = (await ann.call('listMapRecords', { path })).json.items;
    assert.deepEqual(there.filter(r => r.record === json.record).map(r => r.touchpoint), ['decision']);
    const { json: lived } = await ann.call('getMapLived', { path });
    const { records } = lived.touchpoints.find(p => p.id === 'decision');
    assert.ok(records.open >= 1 && records.ownerless <= records.open);
    await ann.call('unlinkRecord', { path: { ...at, about: linked.about[0].about } });
    assert.ok(!(await ann.call('listMapRecords', { path })).json.items.some(r => r.record === json.record));
});

test('suggestions, challenges and ownership, with their comments, stand on any element: a touchpoint, a stage, the whole map', async () => {
    const ann = of('analyst'), path = { map: world.map };
    const number = (await world.owner.call('listNames', { path: { dictionary: 'touchpoints' } })).json.items.find(t => t.name === 'Receives the decision').number;
    const fields = { suggestion: {}, challenge: { asked: of('lead').person, stage: 'later' }, 'ownership-claim': { touchpoint: number } };
    for (const [kind, more] of Object.entries(fields))
        for (const key of ['decision', 'decide', '']) {
            const { json: { record } } = await ann.call('makeRecord', { path: { kind }, body: { fields: { what: `${kind} on ${key || 'all'}`, ...more }, about: [{ what: 'map', number: world.map, key }] } });
            const at = { kind, record };
            await ann.call('commentRecord', { path: at, body: { text: 'I see it, too' } });
            const { json: made } = await of('lead').call('getRecord', { path: at });
            const tie = made.about.find(a => a.what === 'map');
            assert.deepEqual([tie.number, tie.key], [world.map, key], `${kind} ${key}`);
            assert.ok(made.history.some(e => e.what === 'commented'), `${kind} ${key}`);
            const there = (await ann.call('listMapRecords', { path })).json.items.filter(r => r.record === record).map(r => r.touchpoint ?? '');
            assert.ok(there.includes(key === 'decision' ? key : ''), `${kind} ${key}: ${JSON.stringify(there)}`);
            await ann.call('unlinkRecord', { path: { ...at, about: tie.about } });
        }
});

test('guidance is tied to a behaviour of an element, and found there: by its map, the element, and not of another', async () => {
    const [lead, ann] = [of('lead'), of('analyst')], path = { kind: 'note' };
    const behaviour = 'Claims: says the day by which the money comes';
    const write = async (what, key, more = {}) => (await lead.call('makeRecord', { path, body: { fields: { what, guidance: true, behaviour, ...more }, about: [{ what: 'map', number: world.map, key }] } })).json.record;
    const there = await write('Name a day, not a span', 'decision');
    const elsewhere = await write('Greet by name', 'decide', { behaviour: 'Host: reads the list' });
    const asked = async query => (await ann.all('listRecordsOfKind', { path, query })).map(r => [r.record, r.fields.behaviour, r.fields.guidance]);
    assert.deepEqual(await asked({ map: world.map, element: 'decision' }), [[there, behaviour, true]]);
    assert.deepEqual((await asked({ map: world.map })).map(r => r[0]).sort((a, b) => a - b), [there, elsewhere]);
    assert.deepEqual(await asked({ map: 99999 }), []);
    assert.deepEqual(await asked({ map: world.map, element: 'nothing-there' }), []);
    await ann.call('listRecordsOfKind', { path, query: { element: 'decision' }, expect: [400, 422] });
    await ann.call('listRecordsOfKind', { path, query: { map: world.map, touchpoint: 1 }, expect: [400, 422] });
});

test('a journey is followed: by whoever draws it, by whoever leads its owner, by whoever says so; what others did is told', async () => {
    const [ann, lead, other] = [of('journey-owner'), of('lead'), of('analyst')], { owner } = world;
    const { json: { department } } = await owner.call('addDepartment', { body: { name: 'Ferries' } });
    const { json: led } = await owner.call('addPerson', { body: { name: 'Fay Ferry', email: 'fay@example.org', roles: ['lead'], department } });
    const text = 'journey sail "I sail"\nowner "Ferries"\nstage s "I come" during\n  touchpoint t "I board"\n';
    const { json: { map } } = await ann.call('addMap', { body: { text } });
    const path = { map }, told = async who => (await who.all('listFollowedMaps')).find(t => t.map === map);
    const follows = async who => (await who.call('getMapFollow', { path })).json;
    assert.deepEqual(await follows(ann), { follows: true, followers: 2 }, `and ${led.name}, who leads Ferries`);
    const mine = await told(ann);
    assert.deepEqual([mine.events, mine.waits, mine.version, mine.intended], [0, ['draft', 'review', 'release'], 1, null]);
    assert.match(mine.says, /^version 1 waits for an answer: is this really reverse, at draft, review, release\?$/);
    assert.equal(await told(other), undefined);
    assert.deepEqual((await other.call('followMap', { path })).json, { follows: true, followers: 3 });
    await ann.call('changeMap', { path, body: { changes: [{ op: 'set', id: 't', field: 'name', value: 'I go aboard' }] } });
    await answerReverse(ann, map, 2);
    await ann.call('markMapVersion', { path: { map, version: 2 }, body: { as: 'intended' } });
    const news = await told(other);
    assert.deepEqual([news.intended, news.person, news.waits, news.begun_at], [2, ann.person, [], null]);
    assert.match(news.says, /^version 2 is intended now; \d changes?, now version 2$/);
    assert.equal(await told(ann), undefined, 'they did it themselves, and nothing waits');
    assert.deepEqual((await other.call('unfollowMap', { path })).json, { follows: false, followers: 2 });
    assert.equal(await told(other), undefined);
    await other.call('listFollowedMaps', { query: { days: 0 }, expect: [400, 422] });
    await other.call('followMap', { path: { map: 99999 }, expect: 404 });
    for (const [call, path_] of [['listFollowedMaps', undefined], ['followMap', path]]) await of('customer').call(call, { path: path_, expect: 403 });
    await ann.call('archiveMap', { path });
    assert.equal(await told(ann), undefined);
    await lead.call('getMapFollow', { path: { map: 99999 }, expect: 404 });
});

test('whoever may not draw maps changes none, and the log tells who did', async () => {
    const path = { map: world.map };
    for (const role of ['customer', 'front-line', 'executive'].map(of)) {
        await role.call('addMap', { body: { title: 'Mine' }, expect: 403 });
        await role.call('archiveMap', { path, expect: 403 });
    }
    await of('customer').call('listMaps', { expect: 403 });
    const { json } = await world.owner.call('listAudit', { query: { action: 'map.changed' } });
    assert.ok(json.items.length >= 8);
    assert.doesNotMatch(JSON.stringify(json.items), /Claims decides/);
});
