// clients.mjs - clients nobody here wrote: curl, nginx as a proxy, a Prometheus parser.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, spawn, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import parsePrometheus from 'parse-prometheus-text-format';
import { freePort } from '../lib/server.mjs';
import { world } from '../lib/world.mjs';

const run = promisify(execFile);
const there = command => {
    try {
        execFileSync('sh', ['-c', `command -v ${command} || command -v /usr/sbin/${command}`], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
};

test('the figures are read by a Prometheus parser', async () => {
    const { text } = await world.nobody.call('getMetrics');
    const families = parsePrometheus(text);
    const value = (name, labels = {}) => Number(families.find(f => f.name === name)?.metrics
        .find(m => Object.entries(labels).every(([k, v]) => m.labels?.[k] === v))?.value);
    assert.ok(families.length > 15);
    assert.ok(families.every(f => f.help && ['COUNTER', 'GAUGE', 'HISTOGRAM'].includes(f.type)));
    assert.ok(value('firsthand_interactions_total', { result: 'added' }) >= 1050);
    assert.ok(value('firsthand_http_requests_total', { code: '2xx' }) > 100);
    assert.ok(value('firsthand_denied_total') > 100);
});

test('a question asked again is answered from what was kept, and the same as before and after', async () => {
    const kept = async () => {
        const families = parsePrometheus((await world.nobody.call('getMetrics')).text);
        return Object.fromEntries(families.find(f => f.name === 'firsthand_kept_results_total').metrics.map(m => [m.labels.result, Number(m.value)]));
    };
    const ask = async () => {
        const reply = await fetch(`${world.server.url}/api/v1/touchpoints`, { headers: { Authorization: `Bearer ${world.admin.token}` } });
        assert.equal(reply.status, 200);
        return reply.json();
    };
    // What was sent just now becomes a part of the stories at rest first, which takes a second or so.
    const until = Date.now() + 60_000;
    let hits = 0, first = await ask();
    for (const before = (await kept()).hit; hits === 0 && Date.now() < until;) {
        const again = await ask();
        assert.deepEqual(again, first);
        hits = (await kept()).hit - before;
    }
    assert.ok(hits > 0, 'nothing was kept');
    const sent = await fetch(`${world.server.url}/api/v1/interactions`, {
        method: 'POST', headers: { Authorization: `Bearer ${world.admin.token}`, 'Content-Type': 'application/json' },
        body: '{"customer":"kept-1","time":"2024-08-01T00:00:00Z","touchpoint":"Kept"}',
    });
    assert.equal(sent.status, 200);
    const then = await ask();
    assert.equal(then.touchpoints.find(t => t.touchpoint === 'Kept').count, 1);
    assert.equal(then.interactions, first.interactions + 1);
});

test('curl sends, asks and uploads', { skip: !there('curl') }, async () => {
    const curl = async (...args) => (await run('curl', ['-sS', '--fail-with-body', '-H', `Authorization: Bearer ${world.admin.token}`, ...args], { maxBuffer: 1 << 26 })).stdout;
    const url = `${world.server.url}/api/v1`;
    const sent = JSON.parse(await curl(`${url}/interactions`, '--json', '{"customer":"curl-1","time":"2024-08-01T00:00:00Z","touchpoint":"Curl"}'));
    assert.equal(sent.accepted, 1);
    assert.match(await curl('-G', `${url}/story`, '--data-urlencode', 'who=curl-1'), /Curl/);
    assert.match(await curl('--compressed', `${url}/touchpoints`), /Curl/);
    const file = join(world.server.folder, 'curl.csv');
    writeFileSync(file, 'customer,time,touchpoint\ncurl-2,2024-08-02,Curl file\n'.repeat(1) + 'x,2024-08-02,y\n'.repeat(20000));
    const { upload } = JSON.parse(await curl('-X', 'POST', '-H', 'Content-Type: text/csv', '-T', file, `${url}/uploads?name=curl.csv`));
    assert.match(upload, /curl\.csv$/);
    assert.match(await curl('-I', `${url}/follows`), /200/);
});

test('behind nginx it is the same', { skip: !there('nginx') }, async () => {
    const folder = join(world.server.folder, 'nginx');
    mkdirSync(folder);
    const port = await freePort();
    writeFileSync(join(folder, 'nginx.conf'), `
daemon off; pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1;
events { worker_connections 512; }
http {
    access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
    upstream firsthand { server 127.0.0.1:${world.server.port}; keepalive 8; }
    server {
        listen 127.0.0.1:${port};
        location / {
            proxy_pass http://firsthand; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $http_host; proxy_buffering off;
        }
    }
}`);
    const nginx = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', join(folder, 'error.log')],
        { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }, stdio: 'ignore' });
    const base = `http://127.0.0.1:${port}`;
    const headers = { Authorization: `Bearer ${world.admin.token}` };
    try {
        for (const end = Date.now() + 60000; ;) {
            if (await fetch(`${base}/healthz`).then(r => r.ok, () => false)) break;
            assert.ok(Date.now() < end, 'nginx does not answer');
            await new Promise(next => setTimeout(next, 50));
        }
        const direct = (await world.admin.call('getFollows')).text;
        const replies = await Promise.all(Array.from({ length: 40 }, () => fetch(`${base}/api/v1/follows`, { headers }).then(r => r.text())));
        for (const text of replies) assert.equal(text, direct);
        const body = JSON.stringify([1, 2, 3].map(i => ({ customer: `nginx-${i}`, time: '2024-08-01T00:00:00Z', touchpoint: 'Proxy' })));
        const sent = await fetch(`${base}/api/v1/interactions`, { method: 'POST', body, headers: { ...headers, 'Content-Type': 'application/json' } });
        assert.equal((await sent.json()).accepted, 3);
        const browser = { Cookie: world.owner.cookie, Origin: base, 'X-Firsthand': '1', 'Content-Type': 'application/json' };
        const search = await fetch(`${base}/api/v1/search`, { method: 'POST', body: '{"who":"nginx-1"}', headers: browser });
        assert.equal(search.status, 200);
    } finally {
        nginx.kill('SIGQUIT');
        await new Promise(done => nginx.on('exit', done));
    }
});
