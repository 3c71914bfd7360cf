// client.mjs - a client made from /api/v1/openapi.json: every reply is checked against
// the description, and what was used is remembered for the closing check.
import assert from 'node:assert/strict';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Text of an attribute as a browser reads it. */
const plain = (html) => html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

export class Description {
    constructor(document) {
        this.document = document;
        this.operations = new Map();
        for (const [path, methods] of Object.entries(document.paths))
            for (const [method, operation] of Object.entries(methods))
                this.operations.set(operation.operationId, { path, method: method.toUpperCase(), ...operation });
        this.seen = new Map(); // operation -> set of status codes
        this.ajv = new Ajv2020({ strict: false, allErrors: true });
        addFormats(this.ajv);
        this.ajv.addSchema(document, 'api');
        this.checks = new Map();
    }

    /** Fails unless `value` is what the schema of a $ref tells. */
    check(reference, value, where) {
        if (!this.checks.has(reference)) this.checks.set(reference, this.ajv.compile({ $ref: `api${reference}` }));
        const check = this.checks.get(reference);
        assert.ok(check(value), `${where}: ${this.ajv.errorsText(check.errors)}\n${JSON.stringify(value).slice(0, 600)}`);
    }

    /** Checks a reply; `text` is its body. */
    reply(id, status, type, text) {
        const operation = this.operations.get(id);
        const where = `${id} ${status}`;
        if (!this.seen.has(id)) this.seen.set(id, new Set());
        this.seen.get(id).add(status);
        if (status === 304) return assert.equal(text, '', where);
        if (operation.tags.includes('Pages') && status >= 300)
            return assert.ok(status === 303 ? text === '' : type === 'text/html', `${where}: ${type}`);
        const told = operation.responses[status];
        if (!told || type === 'application/problem+json') {
            assert.ok(status >= 400, `${where} is not in the description: ${text.slice(0, 300)}`);
            assert.equal(type, 'application/problem+json', where);
            const problem = JSON.parse(text);
            this.check('#/components/schemas/Problem', problem, where);
            assert.equal(problem.status, status, where);
            assert.ok(problem.detail, `${where}: no detail`);
            return;
        }
        if (!told.content) return assert.equal(text, '', where);
        const known = Object.keys(told.content).map(media => media.split(';')[0]);
        if (known.includes('*/*')) return;
        assert.ok(known.includes(type), `${where}: ${type} is not one of ${known}`);
        const schema = Object.entries(told.content).find(([media]) => media.split(';')[0] === type)[1].schema;
        if (schema && type === 'application/json') this.check(schema.$ref, JSON.parse(text), where);
    }
}

/** The status codes an operation may succeed with. */
export const successes = operation => Object.keys(operation.responses).map(Number).filter(code => code < 400);

/** Holds nothing of anybody: may be kept by everybody. */
const shared = new Set(['getAsset']);

/** What every reply says, whatever was asked. */
function headersHold(id, headers, text) {
    const wanted = {
        'x-content-type-options': /^nosniff$/, 'x-frame-options': /^DENY$/, 'referrer-policy': /^same-origin$/,
        'cross-origin-opener-policy': /^same-origin$/, 'cross-origin-resource-policy': /^same-origin$/,
        'cache-control': headers.get('etag') && shared.has(id) ? /^public, max-age=31536000, immutable$/ : /^(no-store|private, no-cache)$/, 'content-security-policy': /default-src 'none'.*frame-ancestors 'none'|^sandbox$/,
    };
    if (text && headers.get('content-type')?.startsWith('text/')) wanted['content-type'] = /charset=utf-8|event-stream/i;
    for (const [name, value] of Object.entries(wanted)) assert.match(headers.get(name) ?? '', value, `${id}: ${name}`);
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) assert.equal(headers.get(name), null, `${id}: ${name}`);
}

/** A refusal says what to do, and nothing of how the program is made or where it lies. */
function tellsNoInside(id, text, folder) {
    assert.ok(!text.includes(folder), `${id}: ${text}`);
    assert.doesNotMatch(text, /[Ss]qlite|SELECT |INSERT |\.[ch]:\d|0x[0-9a-f]{6}|libcurl|[Oo]pen[Ss][Ss][Ll]/, id);
}

let addresses = 1;

export class Client {
    /** who: { cookie } of a session, { token }, or nothing. */
    constructor(server, description, who = {}) {
        Object.assign(this, { server, description, ...who });
    }

    as(who) {
        return new Client(this.server, this.description, who);
    }

    headers(method, more, hasBody) {
        const h = {};
        if (this.token) h.Authorization = `Bearer ${this.token}`;
        if (this.cookie) h.Cookie = this.cookie;
        if (!this.token && method !== 'GET') Object.assign(h, { Origin: this.server.url, 'X-Firsthand': '1' });
        if (hasBody) h['Content-Type'] = 'application/json';
        return { ...h, ...more };
    }

    /** Calls an operation. `expect`: status, list of them; default the one of success. */
    async call(id, { path = {}, query = {}, body, raw, headers = {}, expect } = {}) {
        const operation = this.description.operations.get(id);
        assert.ok(operation, `the description has no operation ${id}`);
        const url = new URL(operation.path.replace(/\{(\w+)\}/g, (_, name) => {
            assert.ok(name in path, `${id} needs ${name}`);
            return encodeURIComponent(path[name]);
        }), this.server.url);
        for (const [name, value] of Object.entries(query))
            for (const one of [value].flat()) url.searchParams.append(name, one);
        // Sign-ins are slowed down by address: here each comes from another one, by way of a
        // proxy that the server trusts.
        if (operation.security?.length === 0 && operation.method === 'POST')
            headers = { 'X-Forwarded-For': `198.18.${addresses >> 8}.${addresses++ & 255}`, ...headers };
        const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
        const send = () => fetch(url, {
            method: operation.method, body: sent, redirect: 'manual',
            headers: this.headers(operation.method, headers, body !== undefined),
        });
        let reply = await send();
        while (reply.status === 429 && ![expect].flat().includes(429)) {
            await new Promise(next => setTimeout(next, 1000));
            reply = await send();
        }
        const bytes = Buffer.from(await reply.arrayBuffer());
        const text = bytes.toString('utf8');
        const type = (reply.headers.get('content-type') ?? '').split(';')[0];
        headersHold(id, reply.headers, text);
        if (reply.status >= 400) tellsNoInside(id, text, this.server.folder);
        this.description.reply(id, reply.status, type, text);
        const wanted = expect === undefined ? successes(operation) : [expect].flat();
        assert.ok(wanted.includes(reply.status), `${id}: ${reply.status} instead of ${wanted}: ${text.slice(0, 500)}`);
        const json = /[/+]json$/.test(type) && text ? JSON.parse(text) : undefined;
        const cookie = reply.headers.getSetCookie().map(c => c.split(';')[0]).find(c => /firsthand=/.test(c));
        return { status: reply.status, headers: reply.headers, text, bytes, json, etag: reply.headers.get('etag'), cookie };
    }

    /** A page, as a browser without script has it: its text and its forms by action. */
    async page(id, options) {
        const reply = await this.call(id, options);
        reply.forms = new Map();
        for (const [, action, inside] of reply.text.matchAll(/<form method="post" action="([^"]*)">(.*?)<\/form>/gs)) {
            const hidden = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(m => [m[1], plain(m[2])]);
            if (!reply.forms.has(action)) reply.forms.set(action, []);
            reply.forms.get(action).push(hidden);
        }
        return reply;
    }

    /** Sends a form of a page with what was typed in. */
    async send(id, page, typed = {}, { which = 0, expect } = {}) {
        const { path } = this.description.operations.get(id);
        assert.ok(page.forms.has(path), `no form ${path} in ${[...page.forms.keys()]}`);
        const pairs = [...page.forms.get(path)[which], ...Object.entries(typed).flatMap(([k, v]) => [v].flat().map(one => [k, one]))];
        return this.page(id, { raw: new URLSearchParams(pairs).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, expect });
    }

    /** Waits for a job; gives it as it ended: in `state`, or in one of them. */
    async job(number, state = 'done') {
        for (const end = Date.now() + 300000; ;) {
            const { json } = await this.call('getJob', { path: { job: number } });
            if (['done', 'failed', 'cancelled'].includes(json.state)) {
                assert.ok([state].flat().includes(json.state), `job ${number} is ${json.state}: ${json.error} ${json.hint}`);
                return json;
            }
            assert.ok(Date.now() < end, `job ${number} takes too long`);
            await new Promise(next => setTimeout(next, 50));
        }
    }

    /** All items of a list, page by page. */
    async all(id, { query = {}, path = {} } = {}) {
        const items = [];
        for (let after = null; ;) {
            const { json } = await this.call(id, { path, query: after ? { ...query, after } : query });
            items.push(...json.items);
            if (!json.next) return items;
            after = json.next;
        }
    }
}
