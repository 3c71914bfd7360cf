// sbom.mjs PROGRAM - writes what the program is made of, as CycloneDX 1.5 (JSON): the Debian
// packages whose libraries it loads, libcurl and libgmime that it opens when needed, and the npm packages
// that are bundled into its pages, each with version, licence and package URL.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = process.argv[2];
if (!program) {
    console.error('usage: tools/sbom PROGRAM');
    process.exit(2);
}
const run = (...args) => execFileSync(args[0], args.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } });
const tryRun = (...args) => { try { return run(...args); } catch (fault) { return fault.stdout ?? ''; } };

/** Licences that a Debian package's copyright file names (DEP 5), or none. */
function licences(name) {
    const file = `/usr/share/doc/${name}/copyright`;
    if (!existsSync(file)) return [];
    const named = [...readFileSync(file, 'utf8').matchAll(/^License:[ \t]*(\S.*)$/gm)].map(m => m[1].trim());
    return [...new Set(named)].sort().map(license => ({ license: { name: license } }));
}

/** The packages that own these files; asked for all at once, since dpkg reads all that it knows each time. */
function debian(paths) {
    const names = (path) => [path, existsSync(path) ? realpathSync(path) : path, path.replace(/^\/usr/, ''), `/usr${path}`];
    const told = tryRun('dpkg-query', '-S', ...new Set(paths.flatMap(names))).trim().split('\n');
    const owners = new Map(told.map(line => line.split(': ').reverse()));
    const named = paths.map(path => names(path).map(p => owners.get(p)).find(Boolean)?.split(',')[0]).filter(Boolean);
    if (!named.length) return [];
    return run('dpkg-query', '-W', '-f', '${Package} ${Version} ${Architecture}\n', ...new Set(named)).trim().split('\n').map(line => {
        const [name, version, architecture] = line.split(' ');
        return {
            type: 'library', name, version, licenses: licences(name),
            purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`,
        };
    });
}

function npm() {
    const { packages } = JSON.parse(readFileSync(join(root, 'web/package-lock.json'), 'utf8'));
    return Object.entries(packages).filter(([path, p]) => path && !p.dev && !p.optional).map(([path, p]) => {
        const name = path.replace(/^.*node_modules\//, '');
        return {
            type: 'library', name, version: p.version, licenses: p.license ? [{ license: { name: p.license } }] : [],
            purl: `pkg:npm/${name.replace(/^@/, '%40')}@${p.version}`,
        };
    });
}

const loaded = [...run('ldd', program).matchAll(/(\/\S+) \(/g)].map(m => m[1]);
const known = tryRun('/sbin/ldconfig', '-p');
const opened = [/=> (\S*libcurl\.so\.4)$/m, /=> (\S*libgmime-3\.0\.so\.0)$/m].map(name => name.exec(known)?.[1]);
const all = debian([...loaded, ...opened].filter(Boolean)).concat(npm());
const components = [...new Map(all.map(c => [c.purl, { 'bom-ref': c.purl, ...c }])).values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
const version = run(program, 'version').trim().split('\n')[0].replace(/^\D*/, '').split(' ')[0];
const hash = createHash('sha256').update(readFileSync(program)).digest('hex');
const id = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5'); // the same program, the same number
console.log(JSON.stringify({
    bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: `urn:uuid:${id}`, version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'firsthand', name: 'firsthand', version, hashes: [{ alg: 'SHA-256', content: hash }] } },
    components,
    dependencies: [{ ref: 'firsthand', dependsOn: components.map(c => c.purl) }],
}, null, 2));
