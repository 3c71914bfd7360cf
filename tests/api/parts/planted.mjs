// planted.mjs - what was planted in the demonstration organisation is found again, counted
// exactly: the fix after which stories are told again far less often, and its ruined days.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { Client } from '../lib/client.mjs';
import { Server, firsthand, program } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const harbour = new Server();
after(async () => { await harbour.stop(); harbour.remove(); });

test('after the planted fix, ruined days fall as truth.json says', async () => {
    const data = join(harbour.folder, 'data');
    firsthand('init', harbour.org, '--name', 'Harbour Mutual');
    firsthand('simulate', '-o', data, '-n', '800');
    execFileSync('sh', [join(data, 'import.sh'), program, harbour.org], { stdio: 'ignore', cwd: dirname(harbour.org) });
    firsthand('simulate', '--records', harbour.org);
    const truth = JSON.parse(readFileSync(join(data, 'truth.json'), 'utf8'));
    const again = truth.planted.find(p => p.id === 'told-again'), fixed = truth.planted.find(p => p.id === 'claim-file-fix');

    await harbour.start();
    const nobody = new Client(harbour, world.description);
    const { cookie } = await nobody.call('setUp', { body: { secret: harbour.setupSecret, name: 'Olga Owner', email: 'olga@firsthand.test', password: 'seven green umbrellas' } });
    const owner = nobody.as({ cookie });

    // Every single time is counted, and nothing else.
    const told = async query => (await owner.call('getRuinedDays', { query: { ...query, top: '0' } })).json.touchpoints;
    const times = (list, name) => list.find(t => t.touchpoint === name)?.rules['told-again']?.breaks ?? 0;
    const [handler, garage] = fixed.touchpoints;
    const all = await told({});
    assert.equal(times(all, garage), again.count);
    assert.equal(times(all, handler), again.count + again.claims_told_again_once);
    const day = fixed.from.slice(0, 10);
    const [before, since] = [await told({ until: day }), await told({ from: day })];
    assert.equal(times(before, garage) + times(since, garage), again.count);
    assert.ok(times(since, garage) >= fixed.told_again_both_times_after, 'and claims of before that were handed on later');
    const share = [fixed.told_again_both_times_before / fixed.handed_on_twice_before, fixed.told_again_both_times_after / fixed.handed_on_twice_after];
    assert.ok(share[1] < share[0] / 2, 'so it was planted');
    assert.ok(times(since, garage) < times(before, garage) / 2);

    // The record of the fix says the same: better, and beyond what changed for the others.
    const { json: fixes } = await owner.call('listRecords', { path: { kind: 'fix' }, query: { state: 'made' } });
    const { json: effect } = await owner.call('getRecordEffect', { path: { kind: 'fix', record: fixes.items[0].record } });
    assert.equal(effect.fixed, fixed.from);
    const ruined = effect.rewards.find(r => r.reward === 'ruined');
    assert.ok(ruined.change.high < 0 && ruined.beyond.high < 0, JSON.stringify(ruined));
    assert.match(ruined.says, /^Better, beyond/);
    // Two letters in one name reached long-time customers, all who are told.
    const { json: job } = await owner.call('runFindings');
    assert.equal((await owner.job(job.job)).state, 'done');
    const { json: { findings } } = await owner.call('listFindings');
    const planted = id => truth.planted.find(p => p.id === id).count;
    const effectOf = async f => (await owner.call('getFindingEffect', { path: { cause: f.cause } })).json;
    const letters = findings.find(f => f.sort === 'signatory'), welcome = findings.find(f => f.sort === 'duplicate' && f.purpose === 'Welcome');
    const { reached } = await effectOf(letters);
    assert.deepEqual([letters.customers, reached.customers, reached.most], [planted('president-letters'), planted('president-letters'), 'long-time']);
    assert.equal(reached.bands.reduce((n, b) => n + b.n, 0), reached.customers);
    assert.ok(reached.bands.find(b => b.band === 'long-time').low > .9);
    // Whoever was welcomed twice asks no more than who was welcomed once; enough to tell.
    const { effect: asked } = await effectOf(welcome);
    assert.ok(asked.enough && asked.hit === planted('welcome-letters') && asked.with.customers > 200 && asked.without.customers > 20);
    assert.ok(asked.change.contacts.low <= asked.change.contacts.share && asked.change.contacts.share <= asked.change.contacts.high);
    assert.match(asked.says, /^Within 14 days \d+ of a hundred customers whom it hit got in touch, and \d+ of a hundred others like them: /);
    // Where it was known is told by step, department and system, and never by person.
    const { json: { items: everybody } } = await owner.call('listPeople', { query: { limit: 200 } });
    const names = everybody.flatMap(p => p.name.split(' ')).filter(n => n.length > 3 && n !== 'Owner');
    for (const f of findings) assert.ok(!names.some(n => new RegExp(`\\b${n}\\b`).test(f.says)), f.says);
    const dam = findings.find(f => f.sort === 'dam' && f.from?.name === 'Contact centre' && f.to?.name === 'Claims' && f.record);
    const whole = (await owner.call('getFinding', { path: { cause: dam.cause } })).json;
    assert.ok(whole.held.length && whole.held.every(h => h.department && h.touchpoint && h.source && h.hits > 0), JSON.stringify(whole.held));
    assert.equal(whole.held[0].department, 'Contact centre');
    assert.ok(whole.held.some(h => h.systems.length), 'maps say in which system');
    assert.ok(!names.some(n => JSON.stringify(whole.held).includes(n)));
    // The department that had it is asked first; others see that there is something, not whose.
    const dana = everybody.find(p => p.name === 'Dana Ortiz');
    const as = async person => {
        const { json: link } = await owner.call('makeLink', { path: { person: person.person }, body: { kind: 'invite' } });
        return nobody.as({ cookie: (await nobody.call('finishLink', { body: { secret: link.url.split('#')[1], password: 'seven green umbrellas' } })).cookie });
    };
    const [lead, other] = [await as(dana), await as(everybody.find(p => p.name === 'Carla Weiss'))];
    const record = (await lead.call('getRecord', { path: { kind: 'finding', record: dam.record } })).json;
    assert.deepEqual([record.state, record.fields.asked], ['noticed', dana.person]);
    const seen = async by => {
        const row = (await by.call('listFindings', { query: { sort: 'dam' } })).json.findings.find(f => f.cause === dam.cause);
        const { json } = await by.call('getFinding', { path: { cause: dam.cause } });
        return [row.waits, row.from, json.waits, json.from, json.examples.length > 0, json.held.length > 0, /Contact centre|Claims/.test(row.says + json.says)];
    };
    assert.deepEqual(await seen(other), [true, null, true, null, false, false, false]);
    await other.call('listFindingCustomers', { path: { cause: dam.cause }, expect: 403 });
    await other.call('getRecord', { path: { kind: 'finding', record: dam.record }, expect: 404 });
    assert.deepEqual((await other.call('listFindings', { query: { from: 'Contact centre', sort: 'dam' } })).json.findings.filter(f => f.cause === dam.cause), []);
    const known = { name: 'Contact centre' };
    assert.deepEqual(await seen(lead), [false, known, false, known, true, true, true]);
    await lead.call('moveRecord', { path: { kind: 'finding', record: dam.record }, body: { move: 'publish', fields: { reply: 'The claim form does not take it over.' } }, headers: { 'If-Match': '*' } });
    assert.deepEqual(await seen(other), [false, known, false, known, true, true, true]);
    const { json: { items: looked } } = await owner.call('listAudit', { query: { limit: 200 } });
    assert.ok(looked.some(e => e.object?.kind === 'finding' || JSON.stringify(e).includes(dam.cause)), 'who looked is written down');
    // What nothing was planted for did not move.
    const revenue = effect.rewards.find(r => r.reward === 'revenue');
    assert.ok(revenue.beyond.low <= 0 && revenue.beyond.high >= 0);
});
