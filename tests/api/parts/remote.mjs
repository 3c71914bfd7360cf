// remote.mjs - the command line on a server (--server URL) against the same commands on a
// file: the same output, exit status and files, byte by byte; and what it does when the
// connection breaks.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Server, firsthand, program, shopCsv } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const staff = 'id,name,email,roles\nO1,Olga,olga@firsthand.test,owner\nE1,Ann,ann@firsthand.test,front-line\n';
const here = {}, there = {};
let server, token;

/** Runs the program in a folder; everything it said. */
const run = (folder, args, { input, env = {} } = {}) => new Promise(done => {
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8', FIRSTHAND_TOKEN: token, ...env } });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', text => { said.stdout += text; });
    child.stderr.setEncoding('utf8').on('data', text => { said.stderr += text; });
    child.stdin.on('error', () => {}).end(input ?? ''); // most never read it
    child.on('close', status => done({ ...said, status }));
});

const files = folder => Object.fromEntries(readdirSync(folder)
    .filter(name => !/^our\.fh/.test(name)).map(name => [name, readFileSync(join(folder, name), 'utf8')]));

/** The command on the file and on the server: asserts that both say and write the same. */
async function both(args, { rest = [], input, hide = text => text } = {}) {
    const local = await run(here.folder, [...args, 'our.fh', ...rest], { input });
    const remote = await run(there.folder, [...args, '--server', server.url, ...rest], { input });
    const told = said => ({ ...said, stdout: hide(said.stdout.replaceAll(`--server ${server.url}`, 'our.fh')) });
    assert.deepEqual(told(remote), told(local), args.join(' '));
    assert.deepEqual(files(there.folder), files(here.folder), args.join(' '));
    return local;
}

/** Without when the imports were, and how long that is ago. */
const withoutNow = text => text.replace(/\b20(2[5-9]|[3-9]\d)-\d\d-\d\d \d\d:\d\d|\d+ (s|min)\b/g, 'NOW');

const put = (name, text) => [here, there].forEach(side => writeFileSync(join(side.folder, name), text));

before(async () => {
    server = new Server();
    here.folder = join(server.folder, 'here');
    there.folder = join(server.folder, 'there');
    for (const side of [here, there]) {
        mkdirSync(side.folder);
        side.org = join(side.folder, 'our.fh');
        writeFileSync(join(side.folder, 'staff.csv'), staff);
        firsthand('init', side.org, '--name', 'Our shop', '--zone', 'Europe/Berlin');
        firsthand('people', side.org, '--import', join(side.folder, 'staff.csv'));
    }
    server.org = there.org;
    token = firsthand('people', there.org, '--token', 'olga@firsthand.test', '--scopes', 'admin').split('\n')[0];
    firsthand('people', here.org, '--token', 'olga@firsthand.test', '--scopes', 'admin'); // the same entries in both logs
    await server.start();
});
after(async () => {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    server.remove();
});

test('records are listed, shown, taken in and out on a server as in a file', async () => {
    const rows = 'key,what\na-1,"The lift hums, loudly"\na-2,The door sticks\n';
    put('signals.csv', rows);
    put('bad.csv', 'key,what,colour\na-3,,red\n');
    await both(['records']);
    await both(['records', '--import', 'signals.csv', '--dry-run'], { rest: ['signal'] });
    const { stdout } = await both(['records', '--import', 'signals.csv'], { rest: ['signal'] });
    assert.match(stdout, /2 records read: 2 added/);
    assert.equal((await both(['records', '--import', 'bad.csv'], { rest: ['signal'] })).status, 3);
    await both(['records', '--import', 'signals.csv'], { rest: ['signal'] });
    const now = text => text.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'NOW').replace(/ +/g, ' ').replace(/-+/g, '-');
    const listed = await both(['records', '--order', 'oldest'], { hide: now });
    assert.match(listed.stdout, /The lift hums/);
    await both(['records', '--format', 'csv', '--top', '1', '--text', 'door', '--open', 'yes', '--from', '2024'], { rest: ['signal'], hide: now });
    await both(['records', '--state', 'nowhere'], { rest: ['signal'] });
    await both(['records', '--owner', 'nobody@firsthand.test'], { rest: ['signal'] });
    await both(['records', '--export', 'out.txt'], { rest: ['signal'] });
    await both(['records'], { rest: ['sgnal'] });
    await both(['records'], { rest: ['signal', 'two'] });
    // Who made them differs: nobody on a file, the token's person on a server.
    const one = await both(['records'], { rest: ['signal', '2'], hide: text => now(text.replaceAll('olga@firsthand.test', '')) });
    assert.match(one.stdout, /The door sticks[^]*History/);
    const json = await both(['records', '--format', 'json'], { rest: ['signal', '2'], hide: text => String(Object.keys(JSON.parse(text))) });
    assert.equal(JSON.parse(json.stdout).title, 'The door sticks');
    const { json: told } = { json: JSON.parse((await run(there.folder, ['records', '--server', server.url, '--format', 'json', 'signal'])).stdout) };
    assert.deepEqual([told.items.length, told.more], [2, false]);
    for (const name of ['out.csv', 'out.json', 'out.xlsx']) {
        const written = await run(there.folder, ['records', '--server', server.url, '--export', name, 'signal']);
        assert.deepEqual([written.stdout, written.status], [`Written to ${name}.\n`, 0], written.stderr);
    }
    await run(here.folder, ['records', 'our.fh', 'signal', '--export', 'out.csv']);
    const csv = side => now(readFileSync(join(side.folder, 'out.csv'), 'utf8')).replaceAll('olga@firsthand.test', '');
    assert.equal(csv(there), csv(here));
    assert.equal(JSON.parse(readFileSync(join(there.folder, 'out.json'), 'utf8')).items.length, 2);
    for (const side of [here, there]) for (const name of ['out.csv', 'out.json', 'out.xlsx', 'signals.csv', 'bad.csv']) rmSync(join(side.folder, name), { force: true });
});

test('an import says and leaves behind the same: dry run, rejects, mapping, once more', async () => {
    put('shop.csv', readFileSync(shopCsv));
    put('broken.csv', 'customer,time,touchpoint,amount\nA,2024-01-03 10:00,Order,12.50\nB,31/02/2024,Order,\n,2024-01-04,Order,\nC,2024-01-05,Delivery,x\n');
    const map = ['--map', 'customer=customer,customer.email=email'];
    assert.match((await both(['import', '--dry-run', '--samples', '3', ...map], { rest: ['shop.csv'] })).stdout, /Nothing was written/);
    assert.match((await both(['import', ...map, '--save-mapping', 'shop.map'], { rest: ['shop.csv'] })).stdout, /new customers added/);
    assert.match((await both(['import', '--mapping', 'shop.map'], { rest: ['shop.csv'] })).stdout, /imported before/);
    assert.match((await both(['import', '--dry-run'], { rest: ['broken.csv'] })).stderr, /31\/02\/2024/);
    await both(['import', '--rejects', 'bad.csv'], { rest: ['broken.csv'] });
    assert.match(files(there.folder)['bad.csv.txt'], /^broken\.csv, line 3/);
    put('list.xlsx', execFileSync(program, ['customers', here.org, '--format', 'xlsx']));
    const sheet = ['--map', 'customer.sheet=Customer,time=Last,touchpoint="Last seen"'];
    assert.match((await both(['import', '--dry-run', ...sheet], { rest: ['list.xlsx'] })).stdout, /list\.xlsx, spreadsheet/);
    assert.match((await both(['import', ...sheet], { rest: ['list.xlsx'] })).stdout, /new customers added; 0 rejected/);
    await both(['import', '--source', 'piped', '--zone', 'UTC'], { rest: ['-'], input: 'customer;time;touchpoint\nP;2024-02-01 10:00;Visit\n' });
    await both(['sources'], { hide: withoutNow });
});

test('imports that fail end with the same words and status', async () => {
    put('bad-half.csv', `customer,time,touchpoint\n${Array.from({ length: 30 }, (_, i) => `X${i},${i % 3 ? 'never' : '2024-01-03'},Order`).join('\n')}\n`);
    put('none.csv', 'a,b\n1,2\n');
    assert.equal((await both(['import'], { rest: ['bad-half.csv'] })).status, 3);
    assert.notEqual((await both(['import'], { rest: ['none.csv'] })).status, 0);
    assert.notEqual((await both(['import', '--dry-run'], { rest: ['none.csv'] })).status, 0);
    assert.equal((await both(['import'], { rest: ['missing.csv'] })).status, 4);
    assert.equal((await both(['import', '--map', 'custmer=a'], { rest: ['none.csv'] })).status, 2);
    assert.equal((await both(['import', '--delimiter', 'ab'], { rest: ['none.csv'] })).status, 2);
});

test('a text checked before it is sent: the same answer, by list and by filter', async () => {
    put('letter.txt', 'Dear Ann, your order 4711 has arrived.\n');
    put('who.txt', 'ann@example.org\nemail:bob@example.org\nnobody@example.org\n');
    const check = ['presend', '--sender', 'Sales', '--when', '2024-03-08'];
    assert.match((await both([...check, '--list', 'who.txt'], { rest: ['letter.txt'] })).stdout, /^Looked at \d customers?\.[^]*nobody@example\.org/);
    await both([...check, '--passed', 'Order', '--passed', 'Delivery', '--format', 'json'], { rest: ['letter.txt'] });
    assert.equal((await both([...check, '--list', '-', '--over', 'web', '--purpose', 'order'], { rest: ['letter.txt'], input: 'bob@example.org' })).status, 0);
    assert.equal((await both(['presend'], { rest: ['letter.txt'] })).status, 2);
    assert.equal((await both([...check, '--format', 'csv'], { rest: ['letter.txt'] })).status, 2);
});

test('exports and reports are the same bytes', async () => {
    for (const format of ['csv', 'jsonl', 'xes']) await both(['export', '--format', format]);
    await both(['export', '-o', 'all.jsonl', '--zone', 'UTC']);
    await both(['export', '--customer', 'ann@example.org', '-o', 'ann.csv']);
    assert.equal((await both(['export', '--customer', 'nobody@example.org'])).status, 4);
    const page = ['report', '--made', '2024-03-31', '--title', 'Spring'];
    const { stdout } = await both(page, { hide: withoutNow });
    await run(there.folder, [...page, '-o', 'report.html', '--server', server.url]);
    assert.equal(withoutNow(files(there.folder)['report.html']), withoutNow(stdout));
    rmSync(join(there.folder, 'report.html'));
    await both(['report', '--made', 'none', '--from', '2024', '--channel', 'web'], { hide: withoutNow });
    assert.equal((await both(['report', '--format', 'json'])).status, 2);
    assert.equal((await both(['report', '--made', 'soon'])).status, 2);
});

test('people are listed, taken in, written out and forgotten the same', async () => {
    put('more.csv', 'id,name,email,department,manager\nE2,Bo,bo@firsthand.test,Sales / Inside,E1\nE3,Cy,,Finance,\n');
    put('wrong.csv', 'id,name,start\nE4,Di,yesterday\n');
    await both(['people', '--import', 'more.csv', '--dry-run']);
    await both(['people', '--import', 'more.csv']);
    assert.equal((await both(['people', '--import', 'wrong.csv'])).status, 3);
    for (const format of ['text', 'json', 'csv']) {
        await both(['people', '--format', format]);
        await both(['people', '--departments', '--format', format]);
    }
    await both(['people', '--export']);
    await both(['people', '--export', '--departments']);
    await both(['people', '--link', 'E2'], { hide: text => text.replace(/^http.*$/m, 'LINK') });
    assert.equal((await both(['people', '--link', 'nobody@example.org'])).status, 4);
    await both(['people', '--forget', 'E3']);
    await both(['people', '--disabled']);
    const far = await run(there.folder, ['people', '--token', 'E1', '--server', server.url]);
    assert.deepEqual([far.status, far.stdout], [2, '']);
    assert.match(far.stderr, /server's own machine/);
});

test('a customer is erased the same, with the proof', async () => {
    // Only a server has files beside the organisation.
    const hide = text => text.replace(/Searched [\d,]+ bytes/, 'Searched ... bytes').replace(/^Looked through.*\n/m, '');
    assert.match((await both(['erase'], { rest: ['ann@example.org'] })).stdout, /This would erase customer #\d+: /);
    assert.match((await both(['erase', '--yes'], { rest: ['ann@example.org'], hide })).stdout, /found nowhere/);
    assert.equal((await both(['erase', '--yes'], { rest: ['ann@example.org'] })).status, 4);
    assert.equal((await both(['erase'], { rest: ['#99999'] })).status, 4);
    assert.match((await both(['erase', '--yes'], { rest: ['#1'] })).stderr, /customer #1 was erased/);
    assert.match((await both(['erase', '--yes'], { rest: ['#2'], hide })).stdout, /Erased customer #2/);
});

async function answerOnServer(version) {
    const send = async (method, path, body) => (await fetch(`${server.url}/api/v1${path}`, { method, body: body && JSON.stringify(body),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*' } })).json();
    const { maps: [{ map }] } = await send('GET', '/maps'), { person } = await send('GET', '/me');
    for (const stage of ['draft', 'review', 'release']) {
        const { record } = await send('POST', '/records/challenge', { fields: { what: 'Did we start with the customer?', asked: person, stage, 'map-version': version }, about: [{ what: 'map', number: map }] });
        await send('POST', `/records/challenge/${record}/moves`, { move: 'answer', fields: { answer: 'They told us', stories: ['/actual'] } });
    }
}

test('maps are listed, shown, put and marked on a server as in a file', async () => {
    const text = 'journey renew "I renew"\nstage hear "I hear" before\n  touchpoint letter "Letter"\n';
    const now = said => said.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, 'NOW');
    put('renew.journey', text);
    put('wrong.journey', 'journey renew\n');
    assert.match((await both(['map', 'list'])).stdout, /None yet/);
    assert.match((await both(['map', 'put', '--note', 'first'], { rest: ['renew.journey'] })).stdout, /'renew' is version 1 now/);
    assert.match((await both(['map', 'put'], { rest: ['renew.journey'] })).stdout, /says this already: version 1/);
    assert.match((await both(['map', 'put'], { rest: ['wrong.journey'] })).stderr, /line 1/);
    put('renew.journey', text.replace('"Letter"', '"A letter"'));
    await both(['map', 'put', '--version', '1'], { rest: ['renew.journey'] });
    put('renew.journey', text.replace('"Letter"', '"No letter"'));
    const late = { rest: ['renew.journey'] }; // somebody was quicker: who, a file does not know
    for (const [side, where] of [[here, ['our.fh']], [there, ['--server', server.url]]]) {
        const said = await run(side.folder, ['map', 'put', '--version', '1', ...where, ...late.rest]);
        assert.match(said.stderr, /has changed this map meanwhile: it is version 2/);
        assert.equal(said.stdout, '');
    }
    // Whoever intends it answers first whether it is really reverse; on a file it can be left out, which is noted.
    for (const [side, where] of [[here, ['our.fh']], [there, ['--server', server.url]]]) {
        const refused = await run(side.folder, ['map', 'mark', ...where, 'renew', 'intended']);
        assert.match(refused.stderr, /is this really reverse\? Nobody has answered at draft, review, release/);
    }
    assert.match((await run(there.folder, ['map', 'mark', '--server', server.url, '--unasked', 'renew', 'intended'])).stderr, /nothing is released unasked/);
    await answerOnServer(2);
    for (const [side, where] of [[here, ['--unasked', 'our.fh']], [there, ['--server', server.url]]])
        assert.match((await run(side.folder, ['map', 'mark', ...where, 'renew', 'intended'])).stdout, /Version 2 of 'renew' is marked intended/);
    await both(['map', 'mark', '--version', '1'], { rest: ['renew', 'actual'] });
    assert.equal((await both(['map', 'mark', '--version', '7'], { rest: ['renew', 'actual'] })).status, 4);
    assert.equal((await both(['map', 'mark'], { rest: ['renew', 'final'] })).status, 2);
    assert.match((await both(['map', 'list'], { hide: now })).stdout, /renew +I renew/);
    await both(['map', 'list', '--format', 'csv'], { hide: now });
    const listed = await both(['map', 'list', '--format', 'json'], { hide: said => said.replace(/"changed_ms": ?\d+/g, '') });
    assert.deepEqual(JSON.parse(listed.stdout).items.map(m => [m.id, m.version, m.intended, m.actual]), [['renew', 2, 2, 1]]);
    assert.match((await both(['map', 'show'], { rest: ['renew'] })).stdout, /"A letter"/);
    await both(['map', 'show', '--version', '1'], { rest: ['renew'] });
    // Who made it differs: nobody on a file, the token's person on a server.
    await both(['map', 'show', '--format', 'json'], { rest: ['renew'], hide: said => said.replace(/"(made|marked)_ms": ?(\d+|null)|"person": ?(null|\{[^}]*\})/g, '') });
    assert.equal((await both(['map', 'show', '--version', '9'], { rest: ['renew'] })).status, 4);
    assert.equal((await both(['map', 'show'], { rest: ['nothing'] })).status, 4);
    assert.equal((await both(['map', 'show'], { rest: [] })).status, 2);
    const file = await run(there.folder, ['map', 'check', '--server', server.url, 'renew.journey']);
    assert.deepEqual([file.status, /leave it out/.test(file.stderr)], [2, true], file.stderr);
    for (const side of [here, there]) for (const name of ['renew.journey', 'wrong.journey']) rmSync(join(side.folder, name));
});

test('the audit log of a server is listed and verified as that of its file', async () => {
    for (const args of [['--top', '3'], ['--top', '4', '--format', 'json'], ['--format', 'csv', '--action', 'customer.'],
        ['--person', 'olga@firsthand.test', '--top', '2'], ['--customer', 'ann@example.org', '--format', 'json'], ['--before', '3'], ['--verify']]) {
        const remote = await run(there.folder, ['audit', '--server', server.url, ...args]);
        const local = await run(there.folder, ['audit', 'our.fh', ...args]);
        assert.deepEqual(remote, local, args.join(' '));
        assert.equal(local.status, 0, local.stderr);
    }
});

test('without a token, with a wrong one, or without a server it says what to do', async () => {
    const ask = (url, env) => run(there.folder, ['export', '--server', url], { env });
    const none = await ask(server.url, { FIRSTHAND_TOKEN: '' });
    assert.deepEqual([none.status, /export FIRSTHAND_TOKEN/.test(none.stderr)], [2, true], none.stderr);
    const wrong = await ask(server.url, { FIRSTHAND_TOKEN: `${token.slice(0, -4)}AAAA` });
    assert.deepEqual([wrong.status, /Make a new one/.test(wrong.stderr)], [7, true], wrong.stderr);
    const nobody = await ask('http://127.0.0.1:9');
    assert.deepEqual([nobody.status, /does not answer/.test(nobody.stderr), /is the other side running/.test(nobody.stderr)], [8, true, true], nobody.stderr);
    const strange = createServer(socket => socket.once('data', () => socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'))).listen(0, '127.0.0.1');
    await new Promise(done => strange.on('listening', done));
    const small = await ask(`http://127.0.0.1:${strange.address().port}`);
    assert.match(small.stderr, /client_max_body_size/);
    strange.close();
});

/** Passes bytes on to the server, and breaks the first connections after so many bytes. */
async function breaking(afterBytes) {
    const state = { broken: 0, afterBytes: [...afterBytes] };
    const proxy = createServer(client => {
        const behind = connect(server.port, '127.0.0.1');
        let left = state.afterBytes.length ? state.afterBytes.shift() : Infinity;
        const end = () => { client.destroy(); behind.destroy(); };
        client.on('data', bytes => {
            if (bytes.length >= left) {
                state.broken++;
                behind.write(bytes.subarray(0, left), end);
                left = Infinity;
                return;
            }
            left -= bytes.length;
            behind.write(bytes);
        });
        behind.on('data', bytes => client.write(bytes));
        for (const socket of [client, behind]) socket.on('error', end).on('close', end);
    });
    await new Promise(done => proxy.listen(0, '127.0.0.1', done));
    return Object.assign(state, { url: `http://127.0.0.1:${proxy.address().port}`, close: () => proxy.close() });
}

test('an upload whose connection breaks again and again is gone on with, and imported once', async () => {
    const rows = Array.from({ length: 260000 }, (_, i) => `L${i % 4000},2024-0${1 + i % 9}-11 09:00,Step ${i % 40},web,number-${i}-of-the-large-file`);
    const text = `customer,time,touchpoint,channel,id\n${rows.join('\n')}\n`;
    assert.ok(text.length > 2 * (8 << 20), 'more than two pieces');
    writeFileSync(join(there.folder, 'large.csv'), text);
    const proxy = await breaking([9 << 20, 3 << 20, 1000]);
    const { status, stdout, stderr } = await run(there.folder, ['import', '--server', proxy.url, 'large.csv']);
    proxy.close();
    assert.equal(status, 0, stderr);
    assert.ok(proxy.broken >= 2, `${proxy.broken} connections were broken`);
    assert.match(stdout, /^large\.csv: 260,000 interactions of 4,000 new customers added; 0 rejected/);
    const again = await run(there.folder, ['import', '--server', server.url, 'large.csv']);
    assert.match(again.stdout, /this very file was imported before/);
});

test('an upload is added to piece by piece, each where the one before ended', async () => {
    const { json } = await world.owner.call('uploadFile', { query: { name: 'pieces.csv' }, raw: 'customer,time,', headers: { 'Content-Type': 'text/csv' } });
    const path = { upload: json.upload }, headers = { 'Content-Type': 'application/octet-stream' };
    const add = (at, raw, expect) => world.owner.call('continueUpload', { path, query: { at }, raw, headers, expect });
    assert.equal((await add(14, 'touchpoint\nQ1,2024-03-03,Quiet\n')).json.bytes, 45);
    assert.match((await add(14, 'again', 409)).json.detail, /45 bytes/);
    assert.equal((await world.owner.call('getUpload', { path })).json.bytes, 45);
    await world.owner.call('getUpload', { path: { upload: 'f-0123456789abcdef-none.csv' }, expect: 404 });
    await world.owner.call('getUpload', { path: { upload: 'our.fh' }, expect: 400 });
    await world.owner.call('continueUpload', { path: { upload: 'f-0123456789abcdef-none.csv' }, query: { at: 0 }, raw: 'x', headers, expect: 404 });
    const job = (await world.owner.call('importFile', { body: { upload: json.upload, called: 'folder/quiet.csv', rejects: 3 } })).json;
    const { result } = await world.owner.job(job.job);
    assert.deepEqual([result.source, result.added, result.new_customers], ['quiet', 1, 1]);
});

test('what was uploaded, rejected and exported goes with the customer it names', async () => {
    const raw = 'customer,email,time,touchpoint\nZed-4711,Zed.Gone@Example.org,2024-03-03,Left\nStays-1,,2024-03-04,Came\nZed-4711,,never,Left\n';
    const upload = async (name, text) => (await world.owner.call('uploadFile', { query: { name }, raw: text, headers: { 'Content-Type': 'text/csv' } })).json.upload;
    const other = await upload('other.csv', 'customer,time,touchpoint\nStays-1,2024-03-05,Came\n');
    const job = (await world.owner.call('importFile', { body: { upload: await upload('zed.csv', raw), map: 'customer=customer,customer.email=email' } })).json;
    await world.owner.job(job.job);
    const made = (await world.owner.call('addJob', { body: { kind: 'export', params: { customer: 'Zed-4711' } } })).json;
    await world.owner.job(made.job);
    const folder = `${world.server.org}.files`;
    const naming = () => readdirSync(folder).filter(name => /zed[-. ]?(4711|gone)/i.test(readFileSync(join(folder, name), 'latin1')));
    assert.ok(naming().length >= 4, `uploads, rejects, notes, exports: ${naming()}`);
    const { customer } = (await world.owner.call('search', { body: { who: 'Zed-4711' } })).json.items[0];
    await world.owner.call('eraseCustomer', { path: { customer }, body: { confirm: 'Stays-1' }, expect: 409 });
    assert.ok(naming().length >= 4, 'what names another customer removes nothing');
    const { json } = await world.owner.call('eraseCustomer', { path: { customer }, body: { confirm: 'zed.gone@example.org' } });
    assert.ok(json.proof.files_removed >= 4 && json.proof.files_searched > json.proof.files_removed, JSON.stringify(json.proof));
    assert.deepEqual(naming(), []);
    assert.ok(readdirSync(folder).includes(other), 'files of others stay');
    assert.match((await world.owner.call('getFile', { path: { job: made.job }, expect: 404 })).json.detail, /no file|no longer kept/);

    // Brought in once more: left out, and the file does not stay either.
    const again = (await world.owner.call('importFile', { body: { upload: await upload('again.csv', raw.replace('never', '2024-03-09')), map: 'customer=customer,customer.email=email' } })).json;
    const { result } = await world.owner.job(again.job);
    assert.deepEqual([result.erased, result.upload_removed], [2, true]);
    assert.deepEqual(naming(), []);
});

test('what erasing would take, and whether the log is whole, are told by the API', async () => {
    const { json: found } = await world.owner.call('search', { body: { who: 'Q1' } });
    const { json } = await world.owner.call('previewErasure', { path: { customer: found.items[0].customer } });
    assert.deepEqual([json.interactions, json.identifiers.map(i => i.value)], [1, ['Q1']]);
    await world.owner.call('previewErasure', { path: { customer: 999999 }, expect: 404 });
    const log = (await world.owner.call('verifyAudit')).json;
    assert.deepEqual([log.whole, log.faults], [true, []]);
    assert.match(log.hash, /^[0-9a-f]{64}$/);
    const { json: one } = await world.owner.call('listPeople', { query: { who: world.ownerAccount.email } });
    assert.deepEqual(one.items.map(p => p.name), ['Olga Owner']);
    const { json: seen } = await world.owner.call('listAudit', { query: { by: world.ownerAccount.email, about: 'Q1' } });
    assert.ok(seen.items.length >= 1 && seen.items.every(e => e.about === 'customer'));
});

test('what is worded here uses the word of the organisation there', async () => {
    const other = new Server();
    const [mine, theirs] = ['mine', 'theirs'].map(name => join(other.folder, name));
    for (const folder of [mine, theirs]) {
        mkdirSync(folder);
        writeFileSync(join(folder, 'staff.csv'), staff);
        writeFileSync(join(folder, 'calls.csv'), 'customer,email,time,touchpoint\nK1,ann@example.org,2024-01-01 10:00,Asks\nK2,bob@example.org,2024-01-02 10:00,Asks\nK3,,2024-01-03 10:00,Asks\n');
        const org = join(folder, 'our.fh');
        firsthand('init', org, '--name', 'Kids', '--zone', 'UTC', '--customer-word', 'child/children');
        firsthand('people', org, '--import', join(folder, 'staff.csv'));
    }
    other.org = join(theirs, 'our.fh');
    const secret = firsthand('people', other.org, '--token', 'olga@firsthand.test', '--scopes', 'admin').split('\n')[0];
    await other.start();
    try {
        for (const [args, rest = [], word] of [
            [['import', '--dry-run', '--map', 'customer=customer,customer.email=email'], ['calls.csv'], /Child/],
            [['import', '--map', 'customer=customer,customer.email=email'], ['calls.csv'], /3 new children/],
            [['people', '--departments'], [], /Child|no departments|Department/i],
            [['identify', '--merge'], ['K1', 'K2'], /^Child #1 is now #2/],
            [['erase'], ['K3'], /erase child #3/],
            [['erase', '--yes'], ['K3'], /child/i],
        ]) {
            const local = await run(mine, [...args, 'our.fh', ...rest]);
            const remote = await run(theirs, [...args, '--server', other.url, ...rest], { env: { FIRSTHAND_TOKEN: secret } });
            const plain = said => ({ ...said, stdout: said.stdout.replaceAll(`--server ${other.url}`, 'our.fh').replace(/Searched [\d,]+ bytes/, 'Searched N bytes')
                .replace(/^Looked through .*\n/m, '') }); // there uploads lie beside the file
            assert.deepEqual(plain(remote), plain(local), args.join(' '));
            assert.match(local.stdout + local.stderr, word, args.join(' '));
        }
    } finally {
        await other.stop();
        other.remove();
    }
});
