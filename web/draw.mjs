// draw.mjs - the shell around each page as HTML (src/shell/draw.tsx), drawn by Preact itself
// into as little of a document as it needs. What differs from reader to reader are marks:
//
//   {{name}} {{organisation}} {{customer}} {{customers}}      texts, escaped by the server
//   {{if RIGHT}} ... {{end}}    {{not RIGHT}} ... {{end}}     never one within another
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const MARKS = /^(name|organisation|customers?|end|(if|not) [a-z-]+)$/;
const empty = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

class Node {
  childNodes = [];
  parentNode = null;
  constructor(nodeType) { this.nodeType = nodeType; }
  get firstChild() { return this.childNodes[0] ?? null; }
  get nextSibling() {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }
  insertBefore(node, before) {
    node.parentNode?.removeChild(node);
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node);
    node.parentNode = this;
    return node;
  }
  appendChild(node) { return this.insertBefore(node, null); }
  removeChild(node) {
    this.childNodes.splice(this.childNodes.indexOf(node), 1);
    node.parentNode = null;
  }
}
class Text extends Node {
  constructor(data) { super(3); this.data = data; }
  html() { return escaped(String(this.data)); }
}
class Element extends Node {
  attributes = new Map();
  constructor(namespaceURI, localName) { super(1); Object.assign(this, { namespaceURI, localName }); }
  setAttribute(name, value) { this.attributes.set(name, String(value)); }
  removeAttribute(name) { this.attributes.delete(name); }
  addEventListener() { /* nobody comes here */ }
  removeEventListener() { /* nor here */ }
  inside() { return this.childNodes.map((node) => node.html()).join(''); }
  html() {
    if (this.localName === 'mark-') return `{{${this.attributes.get('title')}}}${this.inside()}{{end}}`;
    const svg = this.namespaceURI.endsWith('svg');
    const attributes = [...this.attributes].map(([name, value]) => ` ${svg ? name : name.toLowerCase()}="${escaped(value)}"`).join('');
    return `<${this.localName}${attributes}>${empty.has(this.localName) ? '' : `${this.inside()}</${this.localName}>`}`;
  }
}

/** Path to { title, shell }. */
export async function drawn(web, out, paths) {
  const made = await build({
    entryPoints: [join(web, 'src/shell/draw.tsx')], bundle: true, write: false, format: 'esm', platform: 'node', target: 'node18',
    jsx: 'automatic', jsxImportSource: 'preact', external: ['./*/page', '*/records/capture'], logLevel: 'warning',
    plugins: [{ // who may see what is chosen by the server
      name: 'marks',
      setup: (b) => b.onResolve({ filter: /\/allowed$/ }, () => ({ path: join(web, 'src/shell/draw.tsx') })),
    }],
  });
  const file = join(out, 'draw.mjs');
  writeFileSync(file, made.outputFiles[0].contents);
  const html = 'http://www.w3.org/1999/xhtml';
  const document = {
    createElementNS: (space, name) => new Element(space, name),
    createTextNode: (data) => new Text(data),
    addEventListener() { /* nobody comes here */ },
  };
  const here = { document, navigator: { languages: ['en-GB'] }, location: { pathname: '/', search: '', origin: 'http://localhost' }, sessionStorage: { getItem: () => null } };
  for (const [name, value] of Object.entries(here)) Object.defineProperty(globalThis, name, { value });
  const { draw } = await import(pathToFileURL(file).href);
  return new Map(paths.map((path) => {
    here.location.pathname = path;
    const place = new Element(html, 'div');
    const title = escaped(draw(place)), shell = place.inside();
    for (const [, mark] of `${title}${shell}`.matchAll(/\{\{(.*?)\}\}/g))
      if (!MARKS.test(mark)) throw new Error(`the server does not fill in {{${mark}}} (src/api/pages_app.c)`);
    if (!shell.includes('<h1')) throw new Error(`nothing was drawn for ${path}`);
    return [path, { title, shell }];
  }));
}
