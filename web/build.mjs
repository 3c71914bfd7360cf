// build.mjs - makes build/web/ from web/src: bundles, packs, and writes the tables that
// embed the result into the program. Run by make, in any folder; the same input gives
// the same bytes.
//
//   build/web/assets/NAME-HASH.js|css|svg   minified; beside each its .gz when that is smaller
//   build/web/page.html                     the page that loads them, without a hash
//   build/web/assets.S, build/web/table.c   all of it as fh_web_assets[] (src/api/assets.c)
//
// Every style sheet under src/ goes into one, in the order of their folders: base, parts,
// shell, pages. Paths of pages come from src/pages/pages.ts, the one list of them.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const web = dirname(fileURLToPath(import.meta.url));
const root = resolve(web, '..');
const out = join(root, 'build/web');
const source = join(web, 'src');

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => (e.isDirectory() ? filesUnder(join(folder, e.name)) : [join(folder, e.name)]));
}

/** Bundles; gives the files [{name, bytes}] with names such as "main-3F2A.js", and what
 * the page asks for at once beside main, so that nothing waits for it. */
async function bundle() {
  const sheets = ['base', 'parts', 'shell', 'pages']
    .flatMap((folder) => filesUnder(join(source, folder)).filter((f) => f.endsWith('.css')));
  const common = {
    bundle: true, minify: true, write: false, outdir: out, absWorkingDir: web,
    entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]',
    legalComments: 'none', metafile: true, logLevel: 'warning',
  };
  const scripts = await build({
    ...common, entryPoints: ['src/main.tsx', 'src/theme.ts'], format: 'esm', splitting: true,
    target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact',
  });
  const style = await build({
    ...common,
    stdin: {
      contents: sheets.map((f) => `@import "./${relative(web, f)}";`).join('\n'),
      resolveDir: web, sourcefile: 'firsthand.css', loader: 'css',
    },
  });
  const files = [...scripts.outputFiles, ...style.outputFiles]
    .map((f) => ({ name: relative(out, f.path).replace(/^stdin-/, 'style-'), bytes: Buffer.from(f.contents) }));
  for (const f of filesUnder(source).filter((name) => name.endsWith('.svg'))) {
    const bytes = readFileSync(f);
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8).toUpperCase();
    files.push({ name: `${relative(source, f).replaceAll('/', '-').slice(0, -4)}-${hash}.svg`, bytes });
  }
  const main = Object.entries(scripts.metafile.outputs).find(([name]) => /(^|\/)main-/.test(name));
  const preloads = main[1].imports.filter((i) => i.kind === 'import-statement')
    .map((i) => `<link rel="modulepreload" href="/assets/${i.path.split('/').pop()}">`);
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), preloads, chunks: chunksOf(scripts.metafile, main[1]) };
}

/** The files of each page's own script that main does not load anyway, by the page's folder. */
function chunksOf(metafile, main) {
  const statics = (output) => output.imports.filter((i) => i.kind === 'import-statement').map((i) => i.path);
  const known = new Set(statics(main));
  const chunks = new Map();
  for (const [name, output] of Object.entries(metafile.outputs)) {
    const folder = /^src\/pages\/([^/]+)\/page\.tsx$/.exec(output.entryPoint ?? '');
    if (folder) chunks.set(folder[1], [name, ...statics(output)].filter((f) => !known.has(f)).map((f) => f.split('/').pop()));
  }
  return chunks;
}

/** The pages that pages.ts knows: path, and the files of its script. */
async function listPages(chunks) {
  const listed = await build({
    entryPoints: [join(source, 'pages/pages.ts')], bundle: true, write: false, format: 'esm',
    platform: 'node', external: ['./*/page'],
  });
  const file = join(out, 'pages.mjs');
  writeFileSync(file, listed.outputFiles[0].contents);
  const { pages } = await import(pathToFileURL(file).href);
  return pages.map(({ path, load }) => {
    if (!/^\/[a-z-]*$/.test(path)) throw new Error(`pages.ts: '${path}' is not one word behind a slash`);
    const folder = /\.\/([^/]+)\/page/.exec(load)?.[1];
    if (!chunks.has(folder)) throw new Error(`pages.ts: nothing was built for '${path}'`);
    return { path, files: chunks.get(folder) };
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
}

const types = {
  js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml', html: 'text/html; charset=utf-8',
};

function pageOf(files, preloads) {
  const named = (start) => {
    const found = files.find((f) => f.name.startsWith(start));
    if (!found) throw new Error(`nothing built is called ${start}`);
    return `/assets/${found.name}`;
  };
  return readFileSync(join(source, 'page.html'), 'utf8')
    .replace('{{preloads}}', preloads.join('\n'))
    .replace(/\{\{(.+?)\}\}/g, (_, start) => named(start));
}

function packed(bytes) {
  const gz = gzipSync(bytes, { level: 9 });
  gz[9] = 255; // which system packed it: no matter
  return gz.length < bytes.length * 0.95 ? gz : null;
}

function writeTables(files, pages) {
  const text = (t) => JSON.stringify(t);
  let assembler = '/* made by web/build.mjs */\n    .section .rodata\n';
  let table = '/* made by web/build.mjs */\n#include "api/assets.h"\n\n';
  let rows = '', total = 0;
  files.forEach(({ name, bytes }, i) => {
    const at = join(out, name === 'page.html' ? name : `assets/${name}`);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
    const gz = packed(bytes);
    if (gz) writeFileSync(`${at}.gz`, gz);
    total += (gz ?? bytes).length;
    const embed = (symbol, path) => {
      assembler += `    .global ${symbol}\n    .hidden ${symbol}\n${symbol}:\n    .incbin ${text(path)}\n    .byte 0\n`;
      table += `extern const char ${symbol}[];\n`;
    };
    embed(`fh_web_${i}`, relative(root, at));
    if (gz) embed(`fh_web_${i}_gz`, `${relative(root, at)}.gz`);
    const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    rows += `    {${text(name)},\n     {.type = {${text(types[name.split('.').pop()])}, ${types[name.split('.').pop()].length}},\n`
      + `      .raw = {fh_web_${i}, ${bytes.length}},\n`
      + (gz ? `      .gzip = {fh_web_${i}_gz, ${gz.length}},\n` : '')
      + `      .etag = {"\\"${etag}\\"", 18},\n      .immutable = ${name !== 'page.html'}}},\n`;
  });
  assembler += '\n    .section .note.GNU-stack,"",%progbits\n';
  table += `\nconst fh_web_asset fh_web_assets[] = {\n${rows}};\nconst size_t fh_web_n_assets = ${files.length};\n`
    + '\nconst fh_web_page fh_web_pages[] = {\n'
    + pages.map((p) => `    {${text(p.path)},\n     ${text(p.files.map((f) => `</assets/${f}>; rel=modulepreload`).join(', '))}},\n`).join('')
    + '    {0, 0}};\n';
  writeFileSync(join(out, 'assets.S'), assembler);
  writeFileSync(join(out, 'table.c'), table);
  writeFileSync(join(out, 'size'), `${total}\n`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { files, preloads, chunks } = await bundle();
files.push({ name: 'page.html', bytes: Buffer.from(pageOf(files, preloads)) });
files.sort((a, b) => (a.name < b.name ? -1 : 1));
writeTables(files, await listPages(chunks));
