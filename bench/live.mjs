// live.mjs FIRSTHAND FOLDER [CUSTOMERS] [SECONDS] - durable ingest over HTTP with wrk on the same
// machine, and questions beside it; prints the table of docs/measurements.md. `make bench-live`.
//
// Makes an organisation of CUSTOMERS customers (1,000,000: about 20 M interactions) once and
// keeps it; each run works on a copy. Needs wrk, and twice the file's size of disk.
//
// What is written and deleted before goes on at the disk for a while, and a commit then takes
// hundreds of ms: so nothing begins before the disk is quiet. What the host of a virtual machine
// takes of the processors' time, and what others that run here take, stands with each line.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, dirname, resolve } from 'node:path';

const [program, folder, customers = '1000000', seconds = '8'] = process.argv.slice(2);
const build = dirname(resolve(program));
const original = join(folder, `live-${customers}.fh`), org = join(folder, 'live.fh');
const run = (...args) => execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

/** Waits until small writes that are made durable take about as long as ever again: until eight
 * in a row, half of a second apart, took less than 40 ms each; for a minute at most. */
async function settle() {
    execFileSync('sync');
    const path = join(folder, 'probe'), until = Date.now() + 60000;
    for (let quiet = 0; quiet < 8 && Date.now() < until;) {
        const begun = performance.now(), file = openSync(path, 'w');
        writeSync(file, Buffer.alloc(65536, 1));
        fsyncSync(file);
        closeSync(file);
        quiet = performance.now() - begun < 40 ? quiet + 1 : 0;
        await new Promise(done => setTimeout(done, 500));
    }
    rmSync(path, { force: true });
}

/** Processors' time so far, all of them together: what the host took, what was in use, and all. */
function processors() {
    const [user, nice, system, idle, wait, hard, soft, stolen] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
    return { stolen, used: user + nice + system + hard + soft, all: user + nice + system + idle + wait + hard + soft + stolen };
}
/** What became of it since `then`, as words: figures of a bad moment are seen as such. */
function since(then) {
    const now = processors(), all = Math.max(1, now.all - then.all);
    const share = name => Math.round(100 * (now[name] - then[name]) / all);
    return `; processors ${share('used')} % used, ${share('stolen')} % taken by the host`;
}

function makeOrganisation() {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(original)) {
        if (!existsSync(join(folder, 'events.csv')))
            execFileSync(join(build, 'bench/generate'), [customers, folder], { stdio: 'inherit' });
        run('init', original, '--name', 'Live');
        run('import', original, join(folder, 'events.csv'));
    }
    for (const ending of ['', '-wal', '-shm', '.erased', '.key']) rmSync(org + ending, { force: true });
    rmSync(`${org}.files`, { recursive: true, force: true });
    copyFileSync(original, org);
    writeFileSync(join(folder, 'staff.csv'), 'id,name,email,roles\nO1,Bench,bench@example.org,owner\n');
    run('people', org, '--import', join(folder, 'staff.csv'));
    return run('people', org, '--token', 'O1', '--scopes', 'admin').split('\n')[0];
}

function serve() {
    const child = spawn(program, ['serve', org, '--listen', '127.0.0.1:0', '--no-link', '--set', 'server.connections-per-address=4000', '--set', 'log.level=warning'], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new Promise((done, fail) => {
        let out = '';
        child.on('exit', code => fail(new Error(`the server ended with ${code}`)));
        child.stdout.on('data', bytes => {
            const at = /^Serving .* at (http:\/\/\S+)$/m.exec(out += bytes);
            if (at) done({ child, url: at[1] });
        });
    });
}

/** A script for wrk: interactions of customers known (99 of 100) and new, `batch` a request; each
 * connection waits `pause` ms on average before its next one. */
function script(token, batch, pause) {
    const path = join(folder, `wrk-${batch}.lua`);
    writeFileSync(path, `
local n, salt = 0, os.time()
local touchpoints = {"view_offer", "open_invoice", "call_order", "ask_product", "return_offer"}
wrk.method = "POST"
wrk.path = "/api/v1/interactions"
wrk.headers["Authorization"] = "Bearer ${token}"
wrk.headers["Content-Type"] = "application/json"
math.randomseed(salt)
local function one()
  n = n + 1
  local who = math.random(100) == 1 and ${customers} + math.random(10000000) or math.random(${customers})
  return string.format('{"customer":"%d","time":%d,"touchpoint":"%s","channel":"web","source":"bench","id":"%x-%x"}',
    who, 1754000000000 + n, touchpoints[math.random(5)], salt, n)
end
function request()
  if ${batch} == 1 then return wrk.format(nil, nil, nil, one()) end
  local all = {}
  for i = 1, ${batch} do all[i] = one() end
  return wrk.format(nil, nil, nil, "[" .. table.concat(all, ",") .. "]")
end
${pause ? `function delay() return math.random(${2 * pause}) end` : ''}
function done(summary, latency)
  print(string.format("RESULT %d %d %.3f %.3f %.3f %d", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout))
end`);
    return path;
}

function wrk(url, token, connections, batch, pause = 0) {
    const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script(token, batch, pause), url]);
    let out = '';
    const begun = processors();
    child.stdout.on('data', bytes => { out += bytes; });
    return new Promise((done, fail) => child.on('close', () => {
        const at = /RESULT (\d+) (\d+) (\S+) (\S+) (\S+) (\d+)/.exec(out);
        if (!at) return fail(new Error(`wrk said: ${out}`));
        const [requests, us, p50, p99, most, errors] = at.slice(1).map(Number);
        done({ rate: Math.round(requests * batch / (us / 1e6)), p50, p99, most, errors, taken: since(begun) });
    }));
}

const percentile = (all, share) => all.sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))];
const times = all => `least ${all[0].toFixed(0)}, half ${percentile(all, 0.5).toFixed(0)}, most ${all.at(-1).toFixed(0)} ms of ${all.length}${all.taken}`;

const every = ['follows', 'touchpoints', 'variants', 'paths', 'handoffs', 'waits', 'loops', 'repeats', 'retention'];
/** Asks questions and stories in turn until told to stop; times in ms by what was asked. */
async function ask(url, token, go, questions = every) {
    const took = {}, begun = processors();
    const get = async (what, path) => {
        const begun = performance.now();
        const reply = await fetch(`${url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } });
        const text = await reply.text();
        if (!reply.ok && ![404, 503].includes(reply.status)) throw new Error(`${path}: ${reply.status} ${text.slice(0, 200)}`);
        if (reply.status === 503) refused++;
        if (reply.ok) (took[what] ??= []).push(performance.now() - begun);
    };
    while (go()) {
        for (const question of questions) {
            if (!go()) break;
            await get(question, question);
            for (let i = 0; i < 3; i++) await get('story', `story?who=${1 + Math.floor(Math.random() * Number(customers))}`);
        }
    }
    for (const all of Object.values(took)) {
        percentile(all, 0);
        all.taken = since(begun);
    }
    return took;
}

const token = makeOrganisation();
await settle();
const { child, url } = await serve();
process.on('exit', () => child.kill());
const status = name => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);
let refused = 0;
const rows = [];
const tell = (what, figure) => { rows.push([what, figure]); console.error(`${what}: ${figure}`); };
const ingest = r => `${r.rate.toLocaleString('en')} a second; p50 ${r.p50.toFixed(1)}, p99 ${r.p99.toFixed(1)}, most ${r.most.toFixed(0)} ms${r.errors ? `; ${r.errors} FAILED` : ''}${r.taken}`;

let until = Date.now() + Number(seconds) * 1000;
const alone = await ask(url, token, () => Date.now() < until);
await wrk(url, token, 8, 1); // the first commit loads all identifiers
tell('single interactions, 512 connections', ingest(await wrk(url, token, 512, 1)));
tell('batches of 100, 32 connections', ingest(await wrk(url, token, 32, 100)));

/** Ingest with questions beside it, and what these took. */
async function beside(questions, ...ingests) {
    let running = true;
    const asked = ask(url, token, () => running, questions), rates = [];
    for (const [connections, batch, pause] of ingests) rates.push(await wrk(url, token, connections, batch, pause));
    running = false;
    return [rates, await asked];
}
const [[singles, batches], meanwhile] = await beside(every, [512, 1], [32, 100]);
tell('single interactions, 512 connections, beside a reader without pause', ingest(singles));
tell('batches of 100, 32 connections, beside a reader without pause', ingest(batches));
const [[steady], calmly] = await beside(every, [512, 1, 50]); // as a client does that has no more to send
tell('single interactions, 512 connections, each with a pause of 50 ms, beside that reader', ingest(steady));
for (const what of Object.keys(alone)) {
    tell(`${what} without ingest`, times(alone[what]));
    if (meanwhile[what]) tell(`${what} while ingest runs as fast as it can`, times(meanwhile[what]));
    if (calmly[what]) tell(`${what} while ingest runs with pauses`, times(calmly[what]));
}
// One question again and again, as a page does that shows it: only the first counts everything.
for (const [how, pause] of [['runs as fast as it can', 0], ['runs with pauses', 50]]) {
    const [[sent], again] = await beside(['follows'], [512, 1, pause]);
    tell(`single interactions, 512 connections, beside a reader of follows and stories, while ingest ${how}`, ingest(sent));
    for (const what of ['follows', 'story']) tell(`${what}, again and again, while ingest ${how}`, times(again[what]));
}
tell('questions refused because too much waited', `${refused}`);
tell('memory of the server, most', `${Math.round(status('VmHWM') / 1024)} MB`);
child.removeAllListeners('exit');
child.kill('SIGTERM');
await new Promise(done => child.on('exit', done));

console.log(`${new Date().toISOString().slice(0, 10)}, load average ${loadavg().map(l => l.toFixed(1)).join(' ')} at the end, ${seconds} s each.\n`);
console.log('| what | figure |\n|---|---|');
for (const [what, figure] of rows) console.log(`| ${what} | ${figure} |`);

// In process, without HTTP: what the time of a submission is made of.
for (const [inFlight, batch, reader] of [[512, 1, 0], [32, 100, 0], [512, 1, 1]]) {
    copyFileSync(original, org);
    for (const ending of ['-wal', '-shm']) rmSync(org + ending, { force: true });
    await settle();
    console.log(`\nStages, in process: ${inFlight} in flight, batches of ${batch}${reader ? ', a reader beside' : ''}`);
    console.log(execFileSync(join(build, 'bench/live_bench'), [org, seconds, inFlight, batch, 0, reader].map(String), { encoding: 'utf8' }).trim());
}
for (const ending of ['', '-wal', '-shm', '.erased', '.key']) rmSync(org + ending, { force: true });
