// mending.mjs - trying a file out, correcting how it is read, mending what could not be read.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { world } from '../lib/world.mjs';

const faulty = `who;seen;what;price
A1;31.12.2024 09:00;Ask for an offer;1.200,50
A2;32.12.2024 10:00;Ask for an offer;12,00
A1;02.01.2025 11:00;Sign;9.800,00
A3;tomorrow;Sign;1,00
;03.01.2025 11:00;Sign;2,00
`;
async function upload(name, raw) {
    const { json } = await world.owner.call('uploadFile', { query: { name }, raw, headers: { 'Content-Type': 'text/csv' } });
    return json.upload;
}
async function imported(body) {
    const { json } = await world.owner.call('importFile', { body });
    return { job: json.job, ...(await world.owner.job(json.job)).result };
}

test('a file whose columns do not tell enough is tried out all the same, and says what to tell', async () => {
    const file = await upload('offers.csv', faulty);
    const open = await imported({ upload: file, dry_run: true });
    assert.match(open.problem.message, /who the customer was/);
    assert.deepEqual(open.columns.map(c => c.name), ['who', 'seen', 'what', 'price']);
    assert.deepEqual(open.columns[1].first.slice(0, 2), ['31.12.2024 09:00', '32.12.2024 10:00']);

    const map = "customer=who\ntime=seen\ntouchpoint=what\nvalue=price";
    const told = await imported({ upload: file, dry_run: true, map, exact: true, max_rejects: '100%' });
    assert.equal(told.problem, undefined);
    assert.deepEqual([told.delimiter, told.decimal_comma, told.rows, told.rejected], [';', true, 5, 3]);
    assert.deepEqual(told.columns.map(c => c.field), ['customer', 'time', 'touchpoint', 'value']);
    assert.equal(told.samples[0].value, 1200.5);
    assert.deepEqual(told.rejects.map(r => [r.row, r.column]), [[2, 'seen'], [4, 'seen'], [5, 'who']]);
    // Left aside means aside: nothing is recognised beside the map.
    const without = await imported({ upload: file, dry_run: true, map: 'customer=who\ntime=seen\ntouchpoint=what', exact: true, max_rejects: '100%' });
    assert.equal(without.columns[3].field, '');
});

test('how files of a source are read is remembered for it', async () => {
    const file = await upload('offers.csv', faulty);
    await world.owner.call('importFile', { body: { upload: file, remember: true }, expect: 400 });
    const map = 'customer=who\ntime=seen\ntouchpoint=what\nvalue=price';
    world.offers = await imported({ upload: file, source: 'offers', map, exact: true, remember: true, max_rejects: '100%' });
    assert.deepEqual([world.offers.added, world.offers.rejected], [2, 3]);
    const { json } = await world.owner.call('getSourcesOverview');
    const source = json.items.find(s => s.source === 'offers');
    assert.deepEqual(source.recipe.params, { map, exact: true });
    assert.equal(source.interactions, 2);
    assert.deepEqual([source.last_import.rejected, source.first, source.last], [3, '2024-12-31T09:00:00Z', '2025-01-02T11:00:00Z']);
    assert.equal(json.items.reduce((n, s) => n + s.interactions, 0), (await world.owner.call('getTouchpoints')).json.interactions);
});

test('rows that could not be read are listed page by page, mended in place and imported again', async () => {
    const { job } = world.offers;
    const first = await world.owner.call('listRejects', { path: { job }, query: { limit: 2 } });
    assert.deepEqual(first.json.items.map(r => [r.row, r.text.trimEnd()]), [[2, 'A2;32.12.2024 10:00;Ask for an offer;12,00'], [4, 'A3;tomorrow;Sign;1,00']]);
    assert.match(first.json.items[0].reason, /32\.12\.2024/);
    const rows = await world.owner.all('listRejects', { path: { job }, query: { limit: 2 } });
    assert.equal(rows.length, 3);

    const { json: left } = await world.owner.call('mendRejects', { path: { job }, body: { rows: [
        { row: 2, text: 'A2;31.12.2024 10:00;Ask for an offer;1.234' }, { row: 5, skip: true }] } });
    assert.deepEqual(left, { rows: 3, mended: 1, skipped: 1 });
    await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: 1, text: 'x' }] }, expect: 404 });
    await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: 2, text: ' ' }] }, expect: 400 });
    await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: '2' }] }, expect: 400 });

    const dry = (await world.owner.call('importMended', { path: { job }, body: { dry_run: true } })).json;
    const tried = (await world.owner.job(dry.job)).result;
    assert.deepEqual([tried.rows, tried.rejected, tried.samples[0].value], [2, 1, 1234]); // 1.234 as its file writes it
    const again = (await world.owner.call('importMended', { path: { job }, body: {} })).json;
    assert.equal(again.params.mends, job);
    const done = (await world.owner.job(again.job)).result;
    assert.deepEqual([done.source, done.added, done.rejected], ['offers', 1, 1]);
    const story = (await world.owner.call('getStory', { query: { who: 'A2' } })).json;
    assert.deepEqual(story.interactions.map(i => i.touchpoint), ['Ask for an offer']);

    // What still cannot be read comes back, and can be left as it is.
    assert.deepEqual((await world.owner.all('listRejects', { path: { job: again.job } })).map(r => r.text.trim()), ['A3;tomorrow;Sign;1,00']);
    const same = (await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: 2, text: null }, { row: 4, skip: true }] } })).json;
    assert.deepEqual(same, { rows: 3, mended: 0, skipped: 2 });
    await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: 2, skip: true }] } });
    assert.match((await world.owner.call('importMended', { path: { job }, body: {}, expect: 400 })).json.detail, /left out/);
});

test('mended rows in letters of another kind stay what they are', async () => {
    const raw = Buffer.from('who,seen,what\nB1,2024-03-01,Gr\xfc\xdfe\nB2,gestern,Gr\xfc\xdfe\n', 'latin1');
    const file = await upload('letters.csv', raw);
    const { job } = await imported({ upload: file, source: 'letters', map: 'customer=who,time=seen,touchpoint=what', max_rejects: '100%' });
    const [row] = await world.owner.all('listRejects', { path: { job } });
    assert.equal(row.text.trim(), 'B2,gestern,Grüße');
    await world.owner.call('mendRejects', { path: { job }, body: { rows: [{ row: row.row, text: row.text.replace('gestern', '2024-03-02') }] } });
    const { json } = await world.owner.call('importMended', { path: { job }, body: {} });
    await world.owner.job(json.job);
    const story = (await world.owner.call('getStory', { query: { who: 'B2' } })).json;
    assert.deepEqual(story.interactions.map(i => i.touchpoint), ['Grüße']);
    assert.ok(existsSync(join(`${world.server.org}.files`)));
});

test('an import without rejects, and what is no import, has nothing to mend', async () => {
    const file = await upload('fine.csv', 'customer,time,touchpoint\nC1,2024-01-01,Fine\n');
    const { job } = await imported({ upload: file });
    for (const id of ['listRejects', 'mendRejects', 'importMended'])
        await world.owner.call(id, { path: { job }, ...(id === 'listRejects' ? {} : { body: id === 'mendRejects' ? { rows: [] } : {} }), expect: 404 });
});
