// api.test.mjs - all tests of the HTTP API, one after the other on one server: each part
// is a file in parts/. The last one fails when a route of the description was not used.
import { after, before } from 'node:test';
import { begin, end } from './lib/world.mjs';

before(begin);
after(end); // said first, so that the server ends also when a part below cannot be read
await import('./parts/description.mjs');
await import('./parts/questions.mjs');
await import('./parts/sheets.mjs');
await import('./parts/interactions.mjs');
await import('./parts/customers.mjs');
await import('./parts/story.mjs');
await import('./parts/settings.mjs');
await import('./parts/people.mjs');
await import('./parts/directory.mjs');
await import('./parts/account.mjs');
await import('./parts/page-rules.mjs');
await import('./parts/pages.mjs');
await import('./parts/files.mjs');
await import('./parts/remote.mjs');
await import('./parts/mending.mjs');
await import('./parts/rules.mjs');
await import('./parts/saved.mjs');
await import('./parts/maps.mjs');
await import('./parts/consent.mjs');
await import('./parts/keeping.mjs');
await import('./parts/events.mjs');
await import('./parts/webhooks.mjs');
await import('./parts/kinds.mjs');
await import('./parts/records.mjs');
await import('./parts/digest.mjs');
await import('./parts/figures.mjs');
await import('./parts/findings.mjs');
await import('./parts/qr.mjs');
await import('./parts/planted.mjs');
await import('./parts/roles.mjs');
await import('./parts/security.mjs');
await import('./parts/oidc.mjs');
await import('./parts/hardening.mjs');
await import('./parts/sbom.mjs');
await import('./parts/clients.mjs');
await import('./parts/closing.mjs');
