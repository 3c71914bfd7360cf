// api.test.mjs - all tests of the HTTP API, one after the other on one server: each part
// is a file in parts/. The last one fails when a route of the description was not used.
import { after, before, test } from 'node:test';
import { begin, end } from './lib/world.mjs';

const parts = [
    'description',
    'questions',
    'sheets',
    'interactions',
    'customers',
    'story',
    'settings',
    'people',
    'directory',
    'account',
    'page-rules',
    'pages',
    'files',
    'remote',
    'mending',
    'rules',
    'saved',
    'consent',
    'events',
    'webhooks',
    'kinds',
    'roles',
    'security',
    'oidc',
    'hardening',
    'sbom',
    'clients',
    'closing',
];
before(begin);
after(end); // before anything is read, so that the server ends also when a part cannot be
for (const part of parts)
    await import(`./parts/${part}.mjs`).catch(why => test(`parts/${part}.mjs can be read`, () => { throw why; }));
