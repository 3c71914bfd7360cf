// somebody.mjs - a new person who has signed in, and what an authenticator app does.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { world } from './world.mjs';

export const password = 'four wooden bridges';

/** Adds a person, who comes in through the link: signed in, with the link's secret. */
export async function invite(name, roles = ['analyst']) {
    const email = `${name}@firsthand.test`;
    const { json: person } = await world.owner.call('addPerson', { body: { name, email, roles } });
    const { json: link } = await world.owner.call('makeLink', { path: { person: person.person }, body: { kind: 'invite' } });
    const secret = link.url.split('#')[1];
    const { cookie } = await world.nobody.call('finishLink', { body: { secret, password } });
    return Object.assign(world.nobody.as({ cookie }), { person: person.person, email, secret });
}

/** The six digits for a moment (RFC 6238). */
export function totp(secret, time = Date.now()) {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/=+$/, '')].map(c => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map(b => parseInt(b, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(time / 30000)));
    const hash = createHmac('sha1', key).update(counter).digest();
    const n = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
    return String(n % 1000000).padStart(6, '0');
}

/** A passkey as a browser's authenticator makes it: ES256, user verified. */
export function authenticator(origin) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential = randomBytes(32);
    const { hostname } = new URL(origin);
    const b64 = b => Buffer.from(b).toString('base64url');
    const clientData = (type, challenge) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
    const jwk = publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), Buffer.from(jwk.x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(jwk.y, 'base64url')]);
    const head = (flags, count) => {
        const b = Buffer.alloc(37);
        createHash('sha256').update(hostname).digest().copy(b);
        b[32] = flags;
        b.writeUInt32BE(count, 33);
        return b;
    };
    return {
        register(challenge) {
            const length = Buffer.alloc(2);
            length.writeUInt16BE(credential.length);
            const data = Buffer.concat([head(0x45, 0), Buffer.alloc(16), length, credential, cose]);
            return {
                name: 'my phone', credential: b64(credential), client_data: b64(clientData('webauthn.create', challenge)),
                authenticator: b64(data), public_key: b64(publicKey.export({ type: 'spki', format: 'der' })), algorithm: -7,
            };
        },
        answer(challenge, count) {
            const client = clientData('webauthn.get', challenge);
            const data = head(0x05, count);
            const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), privateKey);
            return { credential: b64(credential), client_data: b64(client), authenticator: b64(data), signature: b64(signature) };
        },
    };
}
