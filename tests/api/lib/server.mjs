// server.mjs - the real program on an organisation of its own, in a folder that goes
// away: made from the example shop and from what `firsthand simulate` writes.
import { spawn, execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../../..');
export const program = process.env.FIRSTHAND ?? join(root, 'build/release/firsthand');
export const shopCsv = join(root, 'tests/cli/data/shop.csv');

// The leak check at the end of an instrumented program needs what the sandbox takes away.
export const instrumented = /\/(asan|tsan)\//.test(program);

/** A port for who must know it before it listens (addresses that settings name). It is none
 * of those that the system gives to others who ask for any, from 32768 on: between looking
 * and listening nobody takes it away. Who need not know it listens at port 0. */
export async function freePort() {
    for (;;) {
        const port = randomInt(10240, 32768), probe = createServer();
        const free = await new Promise(done => probe.on('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)));
        await new Promise(done => probe.close(done));
        if (free) return port;
    }
}

/** Runs a command of the program and gives what it writes. */
export function firsthand(...args) {
    return execFileSync(program, args, {
        encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8' },
    });
}

export class Server {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'firsthand-api-'));
        this.org = join(this.folder, 'our.fh');
        this.log = '';
    }

    makeOrganisation() {
        firsthand('init', this.org, '--name', 'Our shop');
        firsthand('import', this.org, shopCsv, '--map', 'customer=customer,customer.email=email');
        const sim = join(this.folder, 'sim');
        firsthand('simulate', '-o', sim, '-n', '150', '-y', '1');
        for (const name of ['operations', 'contact-centre', 'claims'])
            firsthand('import', this.org, join(sim, `${name}.csv`), '--mapping', join(sim, `${name}.map`));
    }

    /** Starts it; resolves when it says where it serves. */
    async start(...options) {
        this.out = '';
        const port = this.wantedPort ?? await freePort(); // known before: passkeys are made for one address
        this.child = spawn(program, ['serve', this.org, '--listen', `127.0.0.1:${port}`, ...(instrumented ? ['--set', 'security.sandbox=off'] : []), ...options],
            { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', FIRSTHAND_JOBS_FIND_EVERY: '0s' } }); // tests say when
        this.exited = new Promise(done => this.child.on('exit', (code, signal) => done({ code, signal })));
        this.child.stderr.setEncoding('utf8').on('data', text => { this.log += text; });
        return new Promise((ready, fail) => {
            this.child.on('close', () => fail(new Error(`the server ended:\n${this.out}${this.log}`))); // when all it said is here
            this.child.stdout.setEncoding('utf8').on('data', text => {
                this.out += text;
                const at = /^Serving .* at (https?:\/\/\S+)$/m.exec(this.out);
                if (!at) return;
                this.url = at[1];
                this.port = Number(new URL(this.url).port);
                ready(this);
            });
        });
    }

    /** What stands behind # in the link for the first owner. */
    get setupSecret() {
        return /\/setup#(\S+)/.exec(this.out)?.[1];
    }

    async stop() {
        if (this.child && this.child.exitCode === null) this.child.kill('SIGTERM');
        return this.exited;
    }

    remove() {
        rmSync(this.folder, { recursive: true, force: true });
    }

    read(name) {
        return readFileSync(join(this.folder, name));
    }

    has(name) {
        return existsSync(join(this.folder, name));
    }
}
