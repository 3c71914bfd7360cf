// files.mjs - uploads, imports with rejects, exports, backups and reports as jobs.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { world } from '../lib/world.mjs';
import { firsthand, shopCsv } from '../lib/server.mjs';

const march = `customer,time,touchpoint,channel
M1,2024-03-01 09:00,March order,web
M2,2024-03-02 10:00,March order,web
M3,yesterday,March order,web
M2,2024-03-03 11:00,March return,post
`;
const kept = () => readdirSync(`${world.server.org}.files`);
const text = { 'Content-Type': 'text/csv' };

async function upload(name, raw) {
    const { json, status } = await world.owner.call('uploadFile', { query: { name }, raw, headers: text });
    assert.equal(status, 201);
    assert.equal(json.bytes, Buffer.byteLength(raw));
    return json.upload;
}

test('an uploaded file is tried out, imported, and what could not be read comes back', async () => {
    const file = await upload('march.csv', march);
    assert.match(file, /march\.csv$/);
    const tried = await world.owner.call('importFile', { body: { upload: file, dry_run: true } });
    assert.equal(tried.headers.get('location'), `/api/v1/jobs/${tried.json.job}`);
    const dry = (await world.owner.job(tried.json.job)).result;
    assert.deepEqual([dry.dry_run, dry.rejected], [true, 1]);
    assert.doesNotMatch((await world.owner.call('getTouchpoints')).text, /March order/);

    const { json } = await world.owner.call('importFile', { body: { upload: file, source: 'march' } });
    const { result } = await world.owner.job(json.job);
    assert.deepEqual([result.rows, result.added, result.rejected], [4, 3, 1]);
    const story = (await world.owner.call('getStory', { query: { who: 'M2' } })).json;
    assert.deepEqual(story.interactions.map(i => i.touchpoint), ['March order', 'March return']);
    const rejects = await world.owner.call('getRejects', { path: { job: json.job } });
    assert.match(rejects.text, /yesterday/);
    assert.match(rejects.headers.get('content-disposition'), /^attachment; filename="[\w.-]+"$/);
});

const mails = `From ann@mail.example Mon Jan 15 09:00:00 2024
From: Ann <Ann@mail.example>
To: claims@firm.example
Date: Mon, 15 Jan 2024 09:00:00 +0100
Message-ID: <1@mail.example>
Subject: =?iso-8859-1?Q?Sch=E4den?=

Hail: the roof has dents.

From claims@firm.example Tue Jan 16 10:00:00 2024
From: Claims <claims@firm.example>
To: Ann <ann@mail.example>
Date: Tue, 16 Jan 2024 10:00:00 +0100
Message-ID: <2@firm.example>
In-Reply-To: <1@mail.example>

Please send us photographs.

From bob@firm.example Tue Jan 16 11:00:00 2024
From: Bob <bob@firm.example>
To: claims@firm.example
Date: Tue, 16 Jan 2024 11:00:00 +0100

Among us.
`;

test('mails become the story of whoever is not ours, and a mail among us is none', async () => {
    const file = await upload('mails.mbox', mails);
    const { json } = await world.owner.call('importFile', {
        body: { upload: file, own: ['firm.example', 'claims@firm.example=Claims'], max_rejects: '50%' },
    });
    const { result } = await world.owner.job(json.job);
    assert.deepEqual([result.format, result.rows, result.added, result.rejected], ['mail', 3, 2, 1]);
    const { customer } = (await world.owner.call('search', { body: { who: 'ann@mail.example' } })).json.items[0];
    const story = (await world.owner.call('listStory', { path: { customer } })).json.items;
    assert.deepEqual(story.map(i => [i.touchpoint, i.direction, i.department]), [['E-mail', 'out', 'Claims'], ['E-mail', 'in', 'Claims']]);
    const [answer, letter] = await Promise.all(story.map(async ({ ref }) =>
        (await world.owner.call('getInteraction', { path: { customer, interaction: ref } })).json));
    assert.deepEqual([letter.subject, letter.text, letter.payload.sender], ['Sch\u00e4den', 'Hail: the roof has dents.', 'Ann <Ann@mail.example>']);
    assert.equal(answer.thread, letter.thread);
    const wrong = await world.owner.call('importFile', { body: { upload: file, own: 'firm', dry_run: true } });
    const failed = await world.owner.job(wrong.json.job, 'failed');
    assert.equal(failed.error, "'firm' is neither a domain nor an address");
    assert.match(failed.hint, /claims@example\.org=Claims/);
});

test('only what an upload gave can be imported', async () => {
    for (const name of ['march.csv', '../our.fh', '/etc/passwd', 'f-0123456789abcdef-../../our.fh'])
        await world.owner.call('importFile', { body: { upload: name }, expect: 400 });
    await world.owner.call('importFile', { body: {}, expect: 400 });
    const file = await upload('x.csv', march);
    await world.owner.call('importFile', { body: { upload: file, formt: 'csv' }, expect: 400 });
    await world.owner.call('importFile', { body: { upload: file, format: 'pdf' }, expect: 400 });
});

test('an upload that breaks off leaves nothing behind', async () => {
    const before = kept().length;
    const socket = createConnection(world.server.port, '127.0.0.1');
    await new Promise(done => socket.on('connect', done));
    socket.write(`POST /api/v1/uploads?name=half.csv HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\n` +
        `Authorization: Bearer ${world.admin.token}\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(5000)}`);
    const grown = async wanted => {
        for (const end = Date.now() + 60000; kept().length !== wanted && Date.now() < end;)
            await new Promise(next => setTimeout(next, 20));
        return kept().length;
    };
    assert.equal(await grown(before + 1), before + 1);
    socket.destroy();
    assert.equal(await grown(before), before);
    await world.owner.call('uploadFile', { query: { name: 'empty.csv' }, raw: '', headers: text, expect: 400 });
    assert.equal(await grown(before), before);
});

test('an export is what the command line exports', async () => {
    const { json } = await world.owner.call('addJob', { body: { kind: 'export', params: { format: 'csv' } } });
    const { result } = await world.owner.job(json.job);
    const file = await world.owner.call('getFile', { path: { job: json.job } });
    assert.equal(file.bytes.length, result.bytes);
    assert.equal(file.text, firsthand('export', world.server.org, '--format', 'csv'));
    assert.equal(file.headers.get('content-security-policy'), 'sandbox');
    assert.equal(file.headers.get('content-disposition'), 'attachment; filename="export.csv"');
});

test('an export of one customer keeps the number, not the identifier', async () => {
    const { json } = await world.owner.call('addJob', { body: { kind: 'export', params: { customer: 'M2' } } });
    assert.match(json.params.customer, /^#\d+$/);
    await world.owner.job(json.job);
    const { text: csv } = await world.owner.call('getFile', { path: { job: json.job } });
    assert.equal(csv.trim().split('\n').length, 3);
    await world.owner.call('addJob', { body: { kind: 'report', params: { customer: 'M2' } }, expect: 400 });
});

test('check, merge, backup and report run in the background', async () => {
    const done = {};
    for (const kind of ['check', 'merge', 'backup', 'report']) {
        const { json } = await world.owner.call('addJob', { body: { kind } });
        done[kind] = { job: json.job, ...(await world.owner.job(json.job)).result };
    }
    assert.equal(done.check.n_faults, 0);
    const page = await world.owner.call('getFile', { path: { job: done.report.job } });
    assert.match(page.text, /<!DOCTYPE html>/);
    assert.equal(page.headers.get('content-security-policy'), 'sandbox');
    const backup = await world.owner.call('getFile', { path: { job: done.backup.job } });
    assert.equal(backup.bytes.subarray(0, 15).toString(), 'SQLite format 3');
    await world.owner.call('getFile', { path: { job: done.check.job }, expect: 404 });
});

test('jobs that make no sense are refused with the reason', async () => {
    const wrong = async (body, words) => {
        const { json } = await world.owner.call('addJob', { body, expect: [400, 404] });
        assert.match(`${json.detail} ${json.remedy}`, words);
    };
    await wrong({ kind: 'import' }, /uploads/);
    await wrong({ kind: 'exprot' }, /export/);
    await wrong({ kind: 'export', params: { formt: 'csv' } }, /format/);
    await wrong({ kind: 'export', params: [] }, /params/);
    await wrong({ kind: 'export', params: { customer: 'nobody@example.org' } }, /nobody/);
});

test('jobs are listed page by page, by state and kind, and an ended one cannot be stopped', async () => {
    const all = await world.owner.all('listJobs', { query: { limit: 3 } });
    assert.deepEqual(all.map(j => j.job), all.map((_, i) => all.length - i));
    const exports = await world.owner.all('listJobs', { query: { kind: 'export', state: 'done', mine: 'yes' } });
    assert.ok(exports.length >= 2 && exports.every(j => j.kind === 'export'));
    await world.owner.call('cancelJob', { path: { job: all[0].job }, expect: 409 });
    await world.owner.call('getJob', { path: { job: 999999 }, expect: 404 });
    await world.owner.call('listJobs', { query: { state: 'tired' }, expect: 400 });
});

test('people see their own jobs, and of kinds they may ask for', async () => {
    const rights = role => world.roles.find(r => r.role === role).rights;
    const own = Object.values(world.people).find(p => rights(p.role).includes('ask') && !rights(p.role).includes('jobs'));
    const other = Object.values(world.people).find(p => !rights(p.role).includes('jobs') && p !== own);
    const { json } = await own.call('addJob', { body: { kind: 'report' } });
    await own.job(json.job);
    assert.deepEqual((await own.all('listJobs')).map(j => j.job), [json.job]);
    await own.call('getFile', { path: { job: json.job } });
    for (const id of ['getJob', 'cancelJob', 'getFile'])
        await other.call(id, { path: { job: json.job }, expect: 404 });
    assert.ok(!(await other.all('listJobs')).some(j => j.job === json.job));
    await own.call('addJob', { body: { kind: 'check' }, expect: 403 });
});

test('a job that runs is stopped', async () => {
    // Large, so that it still waits or runs when the second request comes; on a busy machine it may
    // be over all the same before it looks whether it should stop: then another one is.
    for (let tries = 0, state = ''; state !== 'cancelled'; tries++) {
        assert.ok(tries < 20, 'every import was over too soon to be stopped');
        const rows = Array.from({ length: 300000 }, (_, i) => `S${i % 5000},2023-0${1 + i % 9}-11 09:00,Step ${i % 40},web,s${tries}-${i}`);
        const file = await upload('large.csv', `customer,time,touchpoint,channel,id\n${rows.join('\n')}\n`);
        const { json } = await world.owner.call('importFile', { body: { upload: file } });
        const { json: now } = await world.owner.call('cancelJob', { path: { job: json.job }, expect: [200, 409] });
        state = (await world.owner.job(json.job, now.job ? ['cancelled', 'done'] : 'done')).state;
    }
});

test('the shop imported once more over HTTP adds nothing', async () => {
    const file = await upload('shop.csv', readFileSync(shopCsv));
    const map = ['customer=customer', 'customer.email=email'];
    const { json } = await world.owner.call('importFile', { body: { upload: file, map } });
    const { result } = await world.owner.job(json.job);
    assert.deepEqual([result.already, result.added], [true, 16], JSON.stringify(result));
    assert.ok(kept().every(name => !name.endsWith('.part')), join(...kept()));
});

test('an erased customer is in no result of a job', async () => {
    const raw = 'customer,mail,time,touchpoint\nZ1,zara.unique@example.org,2024-03-01 09:00,March\n' +
        'Z1,zara.unique@example.org,yesterday,March\nZ2,z2@example.org,2024-03-01 09:00,March\n';
    const file = await upload('zara.csv', raw);
    const jobs = [];
    for (const dry_run of [true, false]) {
        const { json } = await world.owner.call('importFile', { body: { upload: file, dry_run, map: ['customer=customer', 'customer.email=mail'] } });
        jobs.push(await world.owner.job(json.job));
    }
    assert.match(JSON.stringify(jobs), /zara\.unique/); // columns and samples show it
    const { json } = await world.owner.call('search', { body: { who: 'zara.unique@example.org' } });
    const erased = await world.owner.call('eraseCustomer', { path: { customer: json.items[0].customer }, body: { confirm: 'Z1' } });
    assert.equal(erased.json.proof.found, 0, erased.text);
    for (const { job } of jobs)
        assert.doesNotMatch((await world.owner.call('getJob', { path: { job } })).text, /zara\.unique/);
    assert.ok(!world.server.read('our.fh').includes('zara.unique'));
});
