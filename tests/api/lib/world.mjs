// world.mjs - what all tests share: one server, the first owner, a person and a session
// for every role, tokens.
import { Server } from './server.mjs';
import { Client, Description } from './client.mjs';
import { Mailbox } from './mailbox.mjs';

export const world = { people: {} };
const password = 'seven green umbrellas';

export async function begin() {
    const server = new Server();
    world.server = server;
    server.makeOrganisation();
    world.mailbox = await new Mailbox().open();
    await server.start('--set', 'webhooks.allow-loopback=yes', '--set', 'server.trusted-proxy=127.0.0.1', ...world.mailbox.settings());
    world.description = new Description(await (await fetch(`${server.url}/api/v1/openapi.json`)).json());
    world.nobody = new Client(server, world.description);
    await world.nobody.call('getDescription');
    await firstOwner();
    await everyRole();
    await tokens();
}

/** Through the link that the program prints. */
async function firstOwner() {
    const secret = world.server.setupSecret;
    const { json } = await world.nobody.call('lookAtLink', { body: { secret } });
    if (json.kind !== 'setup') throw new Error(`the link is for ${json.kind}`);
    const made = await world.nobody.call('setUp', {
        body: { secret, name: 'Olga Owner', email: 'olga@firsthand.test', password },
    });
    world.owner = world.nobody.as({ cookie: made.cookie });
    world.ownerAccount = { email: 'olga@firsthand.test', password };
}

async function everyRole() {
    const { json } = await world.owner.call('listRoles');
    world.roles = json.items;
    const made = await Promise.all(json.items.map(async ({ role }) => {
        const person = (await world.owner.call('addPerson', {
            body: { name: `Person ${role}`, email: `${role}@firsthand.test`, roles: [role] },
        })).json;
        const link = await world.owner.call('makeLink', { path: { person: person.person }, body: { kind: 'invite' } });
        return { role, person: person.person, secret: link.json.url.split('#')[1] };
    }));
    for (const { role, person, secret } of made) {
        const { cookie } = await world.nobody.call('finishLink', { body: { secret, password } });
        world.people[role] = Object.assign(world.nobody.as({ cookie }), { role, person, email: `${role}@firsthand.test`, password });
    }
}

async function tokens() {
    const make = async (name, scopes) => {
        const { json } = await world.owner.call('makeToken', { body: { name, scopes, days: 7 } });
        return Object.assign(world.nobody.as({ token: json.text }), { id: json.token });
    };
    world.admin = await make('everything', ['admin']);
    world.sender = await make('sends interactions', ['ingest']);
}

export async function end() {
    const how = await world.server.stop();
    world.server.remove();
    await world.mailbox.close();
    return how;
}
