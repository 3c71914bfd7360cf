// sbom.mjs - the bill of materials is CycloneDX, and names what the program is made of.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Ajv2020 from 'ajv/dist/2020.js';
import { program, root } from '../lib/server.mjs';

const text = { type: 'string', minLength: 1 };
const component = {
    type: 'object', required: ['type', 'bom-ref', 'name', 'version'], additionalProperties: false,
    properties: {
        type: { enum: ['application', 'library'] }, 'bom-ref': text, name: text, version: text,
        purl: { type: 'string', pattern: '^pkg:(deb/debian|npm)/[^@]+@\\S+$' },
        licenses: { type: 'array', items: { type: 'object', required: ['license'], properties: { license: { type: 'object', required: ['name'], properties: { name: text } } } } },
        hashes: { type: 'array', items: { type: 'object', properties: { alg: { const: 'SHA-256' }, content: { type: 'string', pattern: '^[0-9a-f]{64}$' } } } },
    },
};
/** What CycloneDX 1.5 asks of the parts that we write. */
const schema = {
    type: 'object', required: ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'], additionalProperties: false,
    properties: {
        bomFormat: { const: 'CycloneDX' }, specVersion: { const: '1.5' }, version: { const: 1 },
        serialNumber: { type: 'string', pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
        metadata: { type: 'object', required: ['component'], properties: { component } },
        components: { type: 'array', minItems: 5, uniqueItems: true, items: component },
        dependencies: { type: 'array', items: { type: 'object', required: ['ref', 'dependsOn'], properties: { ref: text, dependsOn: { type: 'array', items: text } } } },
    },
};

test('the bill of materials is valid, and names libraries and bundled packages', async () => {
    // Not waited for in place: connections that end meanwhile would not be noticed.
    const { stdout } = await promisify(execFile)(join(root, 'tools/sbom'), [program], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const bom = JSON.parse(stdout);
    const check = new Ajv2020({ strict: false }).compile(schema);
    assert.ok(check(bom), JSON.stringify(check.errors));
    const hash = createHash('sha256').update(readFileSync(program)).digest('hex');
    assert.equal(bom.metadata.component.hashes[0].content, hash);
    const names = bom.components.map(c => c.name);
    for (const name of ['libsqlite3-0', 'libssl3', 'libsodium23', 'libqrencode4', 'preact', 'd3-shape']) assert.ok(names.includes(name), `${name} in ${names}`);
    assert.ok(!names.includes('esbuild') && !names.includes('typescript')); // they make it, and are not in it
    assert.equal(bom.components.find(c => c.name === 'preact').licenses[0].license.name, 'MIT');
    assert.deepEqual(bom.dependencies[0].dependsOn.toSorted?.() ?? bom.dependencies[0].dependsOn, bom.components.map(c => c.purl));
});
