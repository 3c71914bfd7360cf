// sheets.mjs - every question as a spreadsheet: the numbers of the CSV, text that stays text.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sheetsOf } from '../lib/sheets.mjs';
import { firsthand, program } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

async function ask(path, headers = {}) {
    const reply = await fetch(`${world.server.url}/api/v1${path}`, { headers: { Cookie: world.owner.cookie, ...headers } });
    assert.equal(reply.status, 200, path);
    assert.equal(reply.headers.get('content-type'), type);
    return { sheets: sheetsOf(await reply.arrayBuffer()), name: reply.headers.get('content-disposition') };
}

const asked = ['touchpoints', 'follows', 'journey', 'variants', 'funnel?step=Order&step=Delivery', 'retention', 'paths', 'loops',
    'waits', 'handoffs', 'repeats', 'customers', 'sources', 'story?who=ann@example.org', 'identities'];
for (const path of asked)
    test(`${path} as XLSX has the rows of its CSV, its heading stays, and it says what it shows`, async () => {
        const { sheets, name } = await ask(`/${path}${path.includes('?') ? '&' : '?'}format=xlsx`);
        assert.equal(name, `attachment; filename="${path.split('?')[0]}.xlsx"`);
        const csv = await (await fetch(`${world.server.url}/api/v1/${path}`, { headers: { Cookie: world.owner.cookie, Accept: 'text/csv' } })).text();
        assert.equal(sheets[0].rows.length, csv.trimEnd().split('\r\n').length);
        assert.match(sheets[0].xml, /ySplit="1"[^>]*state="frozen"/);
        assert.equal(sheets.at(-1).name, 'About');
        assert.equal(sheets.at(-1).rows.length, sheets.length);
    });

test('Accept asks for it too, and the command line gives the same cells from a file and from the server', async () => {
    const { sheets } = await ask('/loops', { Accept: type });
    assert.deepEqual(sheets.map(s => s.name), ['Where people come round again', 'To and fro', 'About']);
    const run = (env, ...args) => execFileSync(program, args, { env: { ...process.env, TZ: 'UTC', ...env } });
    assert.deepEqual(sheetsOf(run({}, 'loops', world.server.org, '--format', 'xlsx')), sheets);
    const token = firsthand('people', world.server.org, '--token', 'olga@firsthand.test', '--scopes', 'ask').split('\n')[0];
    assert.deepEqual(sheetsOf(run({ FIRSTHAND_TOKEN: token }, 'loops', '--server', world.server.url, '-f', 'xlsx')), sheets);
});

test('numbers are numbers, instants dates in the zone asked for, and no text becomes a formula', async () => {
    const org = join(world.server.folder, 'sheets.fh'), file = join(world.server.folder, 'sheets.csv');
    writeFileSync(file, 'customer,time,touchpoint,value,currency\n'
        + '=cmd|x,2024-01-31T12:00:00Z,"=HYPERLINK(""http://x"")",1204.50,EUR\n=cmd|x,2024-02-01T18:00:00Z,+1+1,-3,EUR\n');
    firsthand('init', org, '--name', 'Sheets');
    firsthand('import', org, file);
    const sheet = (...args) => sheetsOf(execFileSync(program, [...args, '-f', 'xlsx']))[0];
    const touchpoints = sheet('touchpoints', org);
    const names = touchpoints.rows.slice(1).map(row => row[0]).sort();
    assert.deepEqual(names, ['+1+1', '=HYPERLINK("http://x")']);
    assert.doesNotMatch(touchpoints.xml, /<f>|<hyperlink/);
    const customers = sheet('customers', org, '--zone', '+02:00');
    const [head, row] = customers.rows;
    assert.equal(row[head.indexOf('Interactions')], 2);
    // 2024-01-31 14:00 there: 45322 days since 30 December 1899, and 14 of 24 hours.
    assert.ok(Math.abs(row[head.indexOf('First')] - (45322 + 14 / 24)) < 1e-9);
    const waits = sheet('waits', org);
    assert.ok(Math.abs(waits.rows[1][waits.rows[0].indexOf('Longest')] - 1.25) < 1e-9, 'a day and six hours');
});
