// somebody.mjs - a new person who has signed in, and what an authenticator app does.
import { createHmac } from 'node:crypto';
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
