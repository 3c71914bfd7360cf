// build.mjs - makes build/web/ from web/src: bundles, packs, and writes the tables that
// embed the result into the program. Run by make, in any folder; the same input gives
// the same bytes.
//
//   build/web/assets/NAME-HASH.js|css|svg   minified; beside each its .gz when that is smaller
//   build/web/pages/NAME.html               each page as it begins, with marks that the server fills
//                                           in (draw.mjs); bare.html: with nothing drawn
//   build/web/assets.S, build/web/table.c   all of it as fh_web_assets[], fh_web_pages[] (src/api)
//
// What dresses the shell (base, the small parts, shell) stands in the page itself: it is painted
// while the scripts are still coming. The other parts' sheets are one file, those of pages stay
// by themselves and come with the page. Paths of pages come from src/pages/pages.ts, the one list of them.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { drawn } from './draw.mjs';
import { gather } from './gather.mjs';

const web = dirname(fileURLToPath(import.meta.url));
const root = resolve(web, '..');
const out = join(root, 'build/web');
const source = join(web, 'src');

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => (e.isDirectory() ? filesUnder(join(folder, e.name)) : [join(folder, e.name)]));
}

const hashOf = (bytes, length = 8) => createHash('sha256').update(bytes).digest('hex').slice(0, length).toUpperCase();
/** A page's script is named for its folder, a sheet's for its file. */
const entryName = (entry) => /^src\/pages\/([^/]+)\/page\.tsx$/.exec(entry)?.[1] ?? entry.split('/').pop().replace(/\.tsx?$/, '');

const common = {
  bundle: true, minify: true, write: false, outdir: out, absWorkingDir: web,
  entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]', assetNames: '[name]-[hash]',
  legalComments: 'none', metafile: true, logLevel: 'warning',
};

/** `shell`, the sheet that stands in the page, and `files` [{name, bytes}]: "style" of what else
 * all pages share, and each page's by its folder; one hash for all, which the scripts are told
 * (base/sheet.ts). */
async function bundleSheets() {
  const sheetsOf = (folder) => filesUnder(join(source, folder)).filter((f) => f.endsWith('.css'));
  const [basic, parts] = [true, false].map((is) => sheetsOf('parts').filter((f) => f.endsWith('/basic.css') === is));
  const all = new Map([['shell', [...sheetsOf('base'), ...basic, ...sheetsOf('shell')]], ['style', parts]]);
  for (const f of sheetsOf('pages')) {
    const folder = relative(join(source, 'pages'), dirname(f));
    all.set(folder, [...(all.get(folder) ?? []), f]);
  }
  const texts = await Promise.all([...all].map(async ([name, sheets]) => {
    const made = await build({
      ...common,
      stdin: {
        contents: sheets.map((f) => `@import "./${relative(web, f)}";`).join('\n'),
        resolveDir: web, sourcefile: `${name}.css`, loader: 'css',
      },
    });
    return [name, Buffer.from(made.outputFiles[0].contents)];
  }));
  const [[, shell], ...files] = texts;
  const hash = hashOf(Buffer.concat(files.map(([, bytes]) => bytes)));
  return { hash, shell: shell.toString().trim(), files: files.map(([name, bytes]) => ({ name: `${name}-${hash}.css`, bytes })) };
}

/** Bundles; gives the files [{name, bytes}] with names such as "main-3F2A.js", the files
 * that each entry point needs beside main, and the shell's sheet. */
async function bundle() {
  const sheets = await bundleSheets();
  const scripts = await build({
    ...common, entryPoints: ['src/main.tsx', 'src/theme.ts'], format: 'esm', splitting: true,
    target: 'es2022', jsx: 'automatic', jsxImportSource: 'preact', define: { SHEETS: JSON.stringify(sheets.hash) },
  });
  const texts = new Map(scripts.outputFiles.map((f) => [f.path.split('/').pop(), f.text]));
  const gathered = await gather(scripts.metafile, texts, entryName);
  const files = [...gathered.files].map(([name, text]) => ({ name, bytes: Buffer.from(text) })).concat(sheets.files);
  for (const f of filesUnder(source).filter((name) => name.endsWith('.svg'))) {
    const bytes = readFileSync(f);
    files.push({ name: `${relative(source, f).replaceAll('/', '-').slice(0, -4)}-${hashOf(bytes)}.svg`, bytes });
  }
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), needs: gathered.needs, dress: sheets.shell };
}

/** The pages that pages.ts knows: path, the right it needs, its folder and the files of its script. */
async function listPages(needs) {
  const listed = await build({
    entryPoints: [join(source, 'pages/pages.ts')], bundle: true, write: false, format: 'esm',
    platform: 'node', external: ['./*/page'],
  });
  const file = join(out, 'pages.mjs');
  writeFileSync(file, listed.outputFiles[0].contents);
  const { pages } = await import(pathToFileURL(file).href);
  return pages.map(({ path, may = '', load }) => {
    if (!/^\/[a-z-]*$/.test(path)) throw new Error(`pages.ts: '${path}' is not one word behind a slash`);
    const folder = /\.\/([^/]+)\/page/.exec(load)?.[1];
    const files = needs.get(`src/pages/${folder}/page.tsx`);
    if (!files) throw new Error(`pages.ts: nothing was built for '${path}'`);
    return { path, may, folder, files };
  }).sort((a, b) => (a.path < b.path ? -1 : 1));
}

const types = {
  js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page with [[names]] filled in but for what is drawn, and what its policy allows by name:
 * the one script that stands in it, which chooses the look before anything is drawn, and the one
 * sheet, the shell's. As files they would hold up everything. */
function pageOf(files, dress) {
  const theme = files.find((f) => f.name.startsWith('theme-')).bytes.toString().trim();
  if (/\{\{|<\//.test(dress)) throw new Error('the sheet of the shell holds what the page would take for its own');
  const named = (start, end = '') => {
    const found = files.find((f) => f.name.startsWith(start) && f.name.endsWith(end));
    if (!found) throw new Error(`nothing built is called ${start}`);
    return `/assets/${found.name}`;
  };
  const html = readFileSync(join(source, 'page.html'), 'utf8')
    .replace(/\[\[(.+?)\]\]/g, (all, start) => ({ theme, dress })[start] ?? (['title', 'shell', 'sheet'].includes(start) ? all : named(start)));
  const filled = ({ title, shell, folder }) => html.replace('[[title]]', () => title).replace('[[shell]]', () => shell)
    .replace('[[sheet]]', () => (folder ? `<link rel="stylesheet" href="${named(`${folder}-`, '.css')}">\n` : ''));
  const byName = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return { filled, allowed: [byName(theme), byName(dress)] };
}

function packed(bytes) {
  const gz = gzipSync(bytes, { level: 9 });
  gz[9] = 255; // which system packed it: no matter
  return gz.length < bytes.length * 0.95 ? gz : null;
}

function writeTables(files, pages, bare, allowed) {
  const text = (t) => JSON.stringify(t);
  let assembler = '/* made by web/build.mjs */\n    .section .rodata\n';
  let table = '/* made by web/build.mjs */\n#include "api/assets.h"\n\n';
  let rows = '', total = 0;
  const write = (at, bytes) => {
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
  };
  const embed = (symbol, path) => {
    assembler += `    .global ${symbol}\n    .hidden ${symbol}\n${symbol}:\n    .incbin ${text(relative(root, path))}\n    .byte 0\n`;
    table += `extern const char ${symbol}[];\n`;
  };
  files.forEach(({ name, bytes }, i) => {
    const at = join(out, `assets/${name}`);
    const gz = packed(bytes);
    write(at, bytes);
    if (gz) write(`${at}.gz`, gz);
    total += (gz ?? bytes).length;
    embed(`fh_web_${i}`, at);
    if (gz) embed(`fh_web_${i}_gz`, `${at}.gz`);
    const etag = hashOf(bytes, 16).toLowerCase();
    rows += `    {${text(name)},\n     {.type = {${text(types[name.split('.').pop()])}, ${types[name.split('.').pop()].length}},\n`
      + `      .raw = {fh_web_${i}, ${bytes.length}},\n`
      + (gz ? `      .gzip = {fh_web_${i}_gz, ${gz.length}},\n` : '')
      + `      .etag = {"\\"${etag}\\"", 18},\n      .immutable = true}},\n`;
  });
  const drawing = (symbol, name, html) => {
    const bytes = Buffer.from(html), at = join(out, `pages/${name}.html`);
    write(at, bytes);
    embed(symbol, at);
    return `{${symbol}, ${bytes.length}}`;
  };
  const pageRows = pages.map((p, i) => `    {${text(p.path)},\n     ${text(p.may)},\n`
    + `     ${text(p.files.map((f) => `</assets/${f}>; rel=modulepreload`).join(', '))},\n     ${drawing(`fh_web_page_${i}`, p.folder, p.html)}},\n`).join('');
  const bareRow = drawing('fh_web_page_bare', 'bare', bare);
  assembler += '\n    .section .note.GNU-stack,"",%progbits\n';
  table += `\nconst fh_web_asset fh_web_assets[] = {\n${rows}};\nconst size_t fh_web_n_assets = ${files.length};\n`
    + `\nconst fh_web_page fh_web_pages[] = {\n${pageRows}    {0}};\n`
    + `\nconst fh_str fh_web_bare = ${bareRow};\n`
    + `\nconst char fh_web_policy[] = FH_WEB_POLICY(${allowed.map(text).join(', ')});\n`;
  writeFileSync(join(out, 'assets.S'), assembler);
  writeFileSync(join(out, 'table.c'), table);
  writeFileSync(join(out, 'size'), `${total}\n`);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { files, needs, dress } = await bundle();
const { filled, allowed } = pageOf(files, dress);
const pages = await listPages(needs);
const shells = await drawn(web, out, pages.map((p) => p.path));
writeTables(files, pages.map((p) => ({ ...p, html: filled({ ...shells.get(p.path), folder: p.folder }) })), filled({ title: 'Firsthand', shell: '' }), allowed);
