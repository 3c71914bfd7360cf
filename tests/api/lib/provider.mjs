// provider.mjs - a real sign-in service (oidc-provider of npm) on this machine, and what a
// browser does there. Its tokens can be altered on their way, its keys replaced.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { freePort } from './server.mjs';

export class SignInService {
    /** people: sub -> claims. home: where Firsthand will be. */
    async start(home, people, secret) {
        Object.assign(this, { home, people, secret, port: await freePort(), sent: 0 });
        this.issuer = `http://127.0.0.1:${this.port}`;
        await this.newKeys('first');
        await this.open();
        return this;
    }

    /** Other keys from now on: tokens are signed with them, the old ones are shown no more. */
    async newKeys(kid) {
        const { privateKey } = await generateKeyPair('RS256', { extractable: true });
        const jwk = { ...await exportJWK(privateKey), kid, use: 'sig', alg: 'RS256' };
        this.key = { privateKey, kid };
        const provider = new Provider(this.issuer, this.configuration(jwk));
        provider.use(async (ctx, next) => {
            await next();
            if (ctx.oidc?.route === 'token' && ctx.body?.id_token && this.alter) ctx.body.id_token = await this.alter(ctx.body.id_token);
        });
        this.handle = provider.callback();
    }

    configuration(key) {
        return {
            clients: [{
                client_id: 'firsthand', client_secret: this.secret, redirect_uris: [`${this.home}/oidc`], post_logout_redirect_uris: [`${this.home}/sign-in`],
                backchannel_logout_uri: `${this.home}/oidc/signed-out`, backchannel_logout_session_required: true,
            }],
            jwks: { keys: [key] },
            cookies: { keys: ['tests'] },
            features: { rpInitiatedLogout: { enabled: true }, backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
            pkce: { required: () => true },
            scopes: ['openid', 'email', 'profile', 'groups'],
            claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
            findAccount: (ctx, sub) => this.people[sub] && { accountId: sub, claims: () => ({ sub, ...this.people[sub] }) },
            loadExistingGrant: async ctx => {
                const { client, session, provider } = ctx.oidc;
                const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
                grant.addOIDCScope('openid email profile groups');
                await grant.save();
                return grant;
            },
        };
    }

    /** The same claims but for `change`, signed with the true key, or with another. */
    async forge(token, change, key = this.key) {
        const claims = { ...decodeJwt(token), ...change };
        return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(key.privateKey);
    }

    async logoutToken(claims) {
        const now = Math.floor(Date.now() / 1000);
        return new SignJWT({
            iss: this.issuer, aud: 'firsthand', iat: now, exp: now + 60, jti: `t${++this.sent}`,
            events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, ...claims,
        }).setProtectedHeader({ alg: 'RS256', kid: this.key.kid, typ: 'logout+jwt' }).sign(this.key.privateKey);
    }

    open() {
        this.server = createServer((request, reply) => this.handle(request, reply));
        return new Promise(done => this.server.listen(this.port, '127.0.0.1', done));
    }

    close() {
        this.server.closeAllConnections();
        return new Promise(done => this.server.close(done));
    }
}

/** A browser without script: cookies by address, redirects one by one. */
export class Browser {
    constructor() {
        this.jar = new Map();
    }

    async get(url, options = {}) {
        const { host } = new URL(url);
        const cookies = this.jar.get(host) ?? new Map();
        const reply = await fetch(url, { redirect: 'manual', ...options, headers: { ...options.headers, Cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') } });
        for (const line of reply.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
            if (!value || /expires=thu, 01 jan 1970/i.test(line) || /max-age=0/i.test(line)) cookies.delete(name);
            else cookies.set(name, value);
        }
        this.jar.set(host, cookies);
        const text = await reply.text();
        return { status: reply.status, headers: reply.headers, text, url, to: reply.headers.get('location') && new URL(reply.headers.get('location'), url).href };
    }

    post(url, fields, headers = {}) {
        return this.get(url, { method: 'POST', body: new URLSearchParams(fields).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers } });
    }

    /** From the service's first page to the address it leads back to. */
    async signInThere(url, login, home) {
        let page = await this.get(url);
        for (let step = 0; step < 12; step++) {
            if (page.to?.startsWith(home)) return page.to;
            if (page.to) {
                page = await this.get(page.to);
                continue;
            }
            const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
            if (!action) throw new Error(`the service shows ${page.status} ${page.text.slice(0, 500)}`);
            page = await this.post(new URL(action, page.url).href, { prompt: 'login', login, password: 'any' });
        }
        throw new Error('the service leads nowhere');
    }
}
