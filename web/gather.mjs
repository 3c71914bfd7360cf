// gather.mjs - fewer files: what esbuild split into many shared chunks, put together into
// three, so that a page and all that draws it come in one turn of a browser's six connections
// (each turn costs a phone 150 ms and more, before a single byte).
//
//   main-HASH.js     main and every chunk that it needs at once, what most pages need, and
//                    what is too small for a file of its own
//   first-HASH.js    what the first page needs to show what we do, after the rest of it: records
//   shared-HASH.js   the other chunks that several pages share
//   NAME-HASH.js     a page's own script, or a sheet's
//
// What a chunk gives others under the name x is given by these as Ax, Bx ...: a letter for
// each chunk. None of the three needs one below it. All scripts carry one hash: they change together.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const SMALL = 2500; // bytes: a request costs more
const FIRST = 'src/pages/home/doing.tsx';
const named = (path) => path.split('/').pop();
const statics = (output) => output.imports.filter((i) => i.kind === 'import-statement').map((i) => named(i.path));
const importing = /import(?:(\{[^}]*\})from)?"\.\/([^"]+)"/g;
const giving = /export\{([^}]*)\}/g;

/** All that a chunk needs, itself included. */
function needed(outputs, name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  statics(outputs.get(name)).forEach((other) => needed(outputs, other, found));
  return found;
}

/** The chunks of main, first and shared, each with the letter that its names get. */
function grouped(outputs, mainName) {
  const pages = [...outputs].filter(([, output]) => /pages\/[^/]+\/page\.tsx$/.test(output.entryPoint ?? ''));
  const needs = pages.map(([name]) => needed(outputs, name));
  const ofMain = needed(outputs, mainName);
  for (const name of outputs.keys())
    if (needs.filter((set) => set.has(name)).length > pages.length / 2) needed(outputs, name, ofMain);
  for (const [name, output] of outputs)
    if (output.bytes < SMALL && [...needed(outputs, name)].every((other) => other === name || ofMain.has(other))) ofMain.add(name);
  const ofFirst = needed(outputs, [...outputs].find(([, output]) => output.entryPoint === FIRST)[0]);
  const groups = { main: new Map([[mainName, '']]), first: new Map(), shared: new Map() };
  let letter = 0;
  for (const [name, output] of outputs) {
    if (output.entryPoint) continue;
    const group = ofMain.has(name) ? groups.main : ofFirst.has(name) ? groups.first : groups.shared;
    if (letter > 51) throw new Error('gather.mjs: more shared chunks than letters');
    group.set(name, String.fromCharCode(letter < 26 ? 65 + letter : 71 + letter));
    letter++;
  }
  return groups;
}

/** One script of several: `group` tells which and the letters of what they give. */
async function together(group, texts, elsewhere) {
  const lines = [...group].map(([name, letter]) => {
    const given = [...texts.get(name).matchAll(giving)].flatMap(([, list]) => list.split(',').filter(Boolean).map((one) => one.split(' as ').pop()));
    return letter ? `export {${given.map((one) => `${one} as ${letter}${one}`).join(',')}} from "./${name}";` : `import "./${name}";`;
  });
  const made = await build({
    stdin: { contents: lines.join('\n'), resolveDir: '/' }, bundle: true, minify: true, write: false, format: 'esm', target: 'es2022',
    legalComments: 'none', logLevel: 'warning',
    plugins: [{
      name: 'gathered',
      setup(b) {
        b.onResolve({ filter: /.*/ }, ({ path, kind }) => {
          const name = named(path);
          return group.has(name) && kind !== 'dynamic-import' ? { path: name, namespace: 'gathered' } : { path, external: true };
        });
        b.onLoad({ filter: /.*/, namespace: 'gathered' }, ({ path }) => ({ contents: elsewhere(texts.get(path), group), loader: 'js' }));
      },
    }],
  });
  return made.outputFiles[0].text;
}

/** `outputs`: of esbuild's metafile; `texts`: name to script. Gives name to script, the
 * hash of them all in each name, and for each entry point the files that it needs. */
export async function gather(metafile, texts, entryNames) {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [named(path), output]));
  const mainName = [...outputs.keys()].find((name) => name.startsWith('main-'));
  const groups = grouped(outputs, mainName);
  const hash = createHash('sha256').update([readFileSync(new URL(import.meta.url)), ...texts.values()].join('\0')).digest('hex').slice(0, 8).toUpperCase();
  const fileOf = (name) => {
    for (const group of Object.keys(groups)) if (groups[group].has(name)) return `${group}-${hash}.js`;
    return `${entryNames(outputs.get(name).entryPoint)}-${hash}.js`;
  };
  const letterOf = (name) => Object.values(groups).map((group) => group.get(name)).find(Boolean) ?? '';
  /* What is imported from another file is asked from there, by its name there. */
  const elsewhere = (text, own = new Map()) => text.replace(importing, (all, list, name) => {
    if (own.has(name)) return all;
    const asked = list?.slice(1, -1).split(',').map((one) => {
      const [given, here] = one.split(' as ');
      return `${letterOf(name)}${given} as ${here ?? given}`;
    });
    return `import${asked ? `{${asked.join(',')}}from` : ''}"./${fileOf(name)}"`;
  });
  const renamed = (text) => text.replace(/import\("\.\/([^"]+)"\)/g, (_, name) => `import("./${fileOf(name)}")`);

  const files = new Map();
  for (const group of Object.keys(groups))
    if (groups[group].size) files.set(`${group}-${hash}.js`, renamed(await together(groups[group], texts, elsewhere)));
  const needs = new Map();
  for (const [name, output] of outputs) {
    if (!output.entryPoint || name === mainName) continue;
    files.set(fileOf(name), renamed(elsewhere(texts.get(name))));
    needs.set(output.entryPoint, [...new Set([...needed(outputs, name)].map(fileOf))].filter((file) => file !== fileOf(mainName)));
  }
  return { files, needs };
}
