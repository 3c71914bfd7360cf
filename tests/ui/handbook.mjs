// handbook.mjs FOLDER - the handbook as pages to read: docs/handbook/*.md by the library marked, with
// the pictures that they name, taken of the demonstration organisation at that moment
// (pictures.mjs). `make handbook` builds it into build/handbook; handbook.test.mjs checks it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Marked } from 'marked';
import { pictures, takePictures } from './pictures.mjs';

const root = resolve(import.meta.dirname, '../..');
const from = join(root, 'docs/handbook');

/** The chapters: name, text, and the pictures that each names. */
export function chapters() {
  return readdirSync(from).filter((name) => name.endsWith('.md')).sort().map((file) => {
    const text = readFileSync(join(from, file), 'utf8');
    const named = [...text.matchAll(/!\[([^\]]*)\]\(([^)]*)\)/g)].map(([, alt, path]) => ({ alt, path }));
    return { name: basename(file, '.md'), text, title: /^# (.+)$/m.exec(text)?.[1] ?? file, pictures: named };
  });
}

/** What is wrong with pictures that chapters name, in sentences. */
export function faults(all = chapters()) {
  const found = [], used = new Set();
  for (const chapter of all)
    for (const { alt, path } of chapter.pictures) {
      const name = /^pictures\/([a-z-]+)\.png$/.exec(path)?.[1];
      if (!name || !pictures[name]) found.push(`${chapter.name}: there is no picture '${path}'`);
      else used.add(name);
      if (alt.trim().split(/\s+/).length < 4) found.push(`${chapter.name}: '${path}' does not say what it shows`);
    }
  for (const name of Object.keys(pictures)) if (!used.has(name)) found.push(`no chapter shows the picture '${name}'`);
  return found;
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
/** As GitHub makes the places of headings. */
const slug = (text) => text.toLowerCase().replace(/<[^>]*>|&[^;]+;|[^\p{L}\p{N}\s-]/gu, '').trim().replace(/\s/g, '-');

function renderer(names) {
  const where = (href) => {
    const [path, place] = href.split('#');
    const chapter = /^([\w-]+)\.md$/.exec(path)?.[1];
    if (chapter && names.has(chapter)) return (chapter === 'README' ? 'index' : chapter) + '.html' + (place ? `#${place}` : '');
    if (!path || /^(https?:|mailto:|pictures\/)/.test(href)) return href;
    return null; // a file of the sources: not part of the handbook
  };
  return {
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens), to = where(href);
      return to === null ? text : `<a href="${escaped(to)}">${text}</a>`;
    },
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens);
      return `<h${depth} id="${escaped(slug(text))}">${text}</h${depth}>\n`;
    },
    image: ({ href, text }) => `<a class="picture" href="${escaped(href)}"><img src="${escaped(href)}" alt="${escaped(text)}" loading="lazy"></a>`,
    table(token) {
      const row = (cells, tag) => `<tr>${cells.map((c) => `<${tag}>${this.parser.parseInline(c.tokens)}</${tag}>`).join('')}</tr>`;
      const named = token.header.some((c) => c.text);
      return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(token.header.map((c) => c.text).join(', ').replace(/[`*]/g, '') || 'Table')}"><table>${named ? `<thead>${row(token.header, 'th')}</thead>` : ''}<tbody>${token.rows.map((r) => row(r, 'td')).join('')}</tbody></table></div>\n`;
    },
    code: ({ text }) => `<pre tabindex="0"><code>${escaped(text)}</code></pre>\n`,
    html: ({ text }) => (text.trim().startsWith('<!--') ? '' : escaped(text)),
  };
}

const style = `:root{color-scheme:light dark;--paper:#fbfaf8;--ink:#1d2329;--muted:#5b6670;--line:#e3e0da;--accent:#0b6e6e;--card:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#15191c;--ink:#e8e6e1;--muted:#a2abb3;--line:#333a40;--accent:#5cc2bd;--card:#1d2327}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
a{color:var(--accent)}a:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.page{display:grid;grid-template-columns:minmax(0,1fr);max-width:1200px;margin:0 auto;padding:16px;gap:16px 48px}
nav ul{list-style:none;padding:0;margin:8px 0}nav li{margin:0}nav a{display:block;padding:5px 8px;border-radius:6px;text-decoration:none}nav [aria-current]{background:var(--line);color:var(--ink);font-weight:600}
main{min-width:0;max-width:760px}h1{font-size:28px;line-height:1.2}h2{font-size:20px;margin-top:2em}
pre,.wide{overflow:auto;border:1px solid var(--line);border-radius:6px;background:var(--card)}pre{padding:12px;font-size:14px}code{font-size:.92em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:8px 12px;border-top:1px solid var(--line)}thead th{border-top:0}
.picture{display:block;margin:20px 0}img{max-width:100%;max-height:80vh;height:auto;display:block;border:1px solid var(--line);border-radius:6px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px}
@media (min-width:900px){.page{grid-template-columns:240px minmax(0,1fr);padding:32px}nav{position:sticky;top:16px;max-height:calc(100vh - 32px);overflow:auto;align-self:start}nav summary{display:none}}
@media print{nav,.skip{display:none}}`;

function page(chapter, all, made) {
  const link = (c) => `<li><a href="${c.name === 'README' ? 'index' : c.name}.html"${c === chapter ? ' aria-current="page"' : ''}>${escaped(c.name === 'README' ? 'Handbook' : c.title)}</a></li>`;
  const first = all.find((c) => c.name === 'README');
  // The other chapters in the order of the first page.
  const order = all.filter((c) => c !== first).sort((a, b) => first.text.indexOf(`(${a.name}.md)`) - first.text.indexOf(`(${b.name}.md)`));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(chapter.title)} - Firsthand</title><style>${style}</style></head><body><a class="skip" href="#text">To the text</a><div class="page">
<nav aria-label="Chapters"><details open><summary>Chapters</summary><ul>${[first, ...order].map(link).join('')}</ul></details></nav><main id="text">
${made}</main></div></body></html>
`;
}

/** Writes the pages and puts their pictures beside them; `our`: a site (site.mjs). */
export async function build(our, folder) {
  const all = chapters();
  assert.deepEqual(faults(all), []);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  const marked = new Marked({ gfm: true, renderer: renderer(new Set(all.map((c) => c.name))) });
  for (const chapter of all)
    writeFileSync(join(folder, `${chapter.name === 'README' ? 'index' : chapter.name}.html`), page(chapter, all, marked.parse(chapter.text)));
  await takePictures(our, Object.keys(pictures), (name, bytes) => writeFileSync(join(folder, 'pictures', `${name}.png`), bytes));
  return all.length;
}
