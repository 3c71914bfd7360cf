// mailbox.mjs - a real submission server for tests: TLS with a certificate of its own, a name
// and a password, and replies as a test wants them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

const user = 'firsthand', password = 'brass kettle';

/** base64 and quoted heads as their reader sees them. */
const words = head => head.replace(/\?=\s+=\?/g, '?==?').replace(/\s+/g, ' ').replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, 'base64').toString());
function read(raw, session) {
    const [head, ...rest] = raw.split('\r\n\r\n');
    const fields = Object.fromEntries(head.replace(/\r\n[ \t]+/g, '\r\n ').split(/\r\n(?! )/).map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), words(line.slice(line.indexOf(':') + 2)).trim()]));
    const parts = rest.join('\r\n\r\n').split(/^--=_.*\r\n/m).filter(p => /^Content-Type/m.test(p)).map(p => Buffer.from(p.split('\r\n\r\n')[1], 'base64').toString());
    return { raw, fields, text: parts[0], html: parts[1], secure: session.secure, user: session.user, from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map(r => r.address) };
}

export class Mailbox {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'firsthand-mail-'));
        this.got = []; // mails that came to their end, taken or not
        this.says = () => undefined; // an error instead of "taken"; a promise that never ends hangs
        this.refuses = () => undefined; // the same for an address
        this.waiting = [];
    }

    async open({ secure = false } = {}) {
        const key = join(this.folder, 'key'), cert = join(this.folder, 'cert');
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
            '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' });
        writeFileSync(join(this.folder, 'password'), `${password}\n`, { mode: 0o600 });
        this.server = new SMTPServer({
            secure, key: readFileSync(key), cert: readFileSync(cert), authMethods: ['PLAIN', 'LOGIN'], logger: false,
            onAuth: (auth, session, done) => (auth.username === user && auth.password === password ? done(null, { user }) : done(new Error('Invalid username or password'))),
            onRcptTo: (address, session, done) => done(this.refuses(address.address)),
            onData: (stream, session, done) => {
                const pieces = [];
                stream.on('data', p => pieces.push(p)).on('end', async () => {
                    const mail = read(Buffer.concat(pieces).toString(), session);
                    const says = this.says(mail);
                    this.got.push(mail);
                    this.waiting.splice(0).forEach(wake => wake());
                    done(await says);
                });
            },
        });
        this.server.on('error', () => {}); // who breaks off is no fault of ours
        await new Promise(ready => this.server.listen(0, '127.0.0.1', ready));
        return this;
    }

    /** What the program is told. */
    settings(more = {}) {
        const all = {
            'mail.server': 'localhost', 'mail.port': this.server.server.address().port, 'mail.from': 'Our shop <no-reply@firsthand.test>',
            'mail.user': user, 'mail.password-file': join(this.folder, 'password'), 'mail.ca-file': join(this.folder, 'cert'), 'mail.allow-private': 'yes',
            'mail.retry': '1s', ...more,
        };
        return Object.entries(all).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    }

    /** The n-th mail of all, when it has come. */
    async mail(n) {
        let late = false;
        const timer = setTimeout(() => { late = true; this.waiting.splice(0).forEach(wake => wake()); }, 60000);
        while (this.got.length <= n && !late) await new Promise(wake => { this.waiting.push(wake); });
        clearTimeout(timer);
        if (!this.got[n]) throw new Error(`mail ${n} did not come`);
        return this.got[n];
    }

    /** The same error that a server gives. */
    static error(code, text) {
        return Object.assign(new Error(text), { responseCode: code });
    }

    async close() {
        await new Promise(done => this.server.close(done));
        rmSync(this.folder, { recursive: true, force: true });
    }
}
