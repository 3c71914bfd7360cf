// sheets.mjs - reads what an XLSX file says: its entries, and the cells of each sheet.
import assert from 'node:assert/strict';
import { inflateRawSync } from 'node:zlib';

/** Name -> text of everything in a ZIP file. */
export function unzip(bytes) {
    const b = Buffer.from(bytes), out = new Map();
    const end = b.lastIndexOf('PK\x05\x06');
    assert.ok(end >= 0, 'this is no ZIP file');
    for (let n = b.readUInt16LE(end + 10), at = b.readUInt32LE(end + 16); n > 0; n--) {
        const size = b.readUInt32LE(at + 20), name = b.toString('utf8', at + 46, at + 46 + b.readUInt16LE(at + 28));
        const local = b.readUInt32LE(at + 42);
        const from = local + 30 + b.readUInt16LE(local + 26) + b.readUInt16LE(local + 28);
        const packed = b.subarray(from, from + size);
        out.set(name, (b.readUInt16LE(at + 10) ? inflateRawSync(packed) : packed).toString('utf8'));
        at += 46 + b.readUInt16LE(at + 28) + b.readUInt16LE(at + 30) + b.readUInt16LE(at + 32);
    }
    return out;
}

const plain = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

/** [{ name, rows: [[value]] , xml }]: texts as strings, numbers as numbers. */
export function sheetsOf(bytes) {
    const files = unzip(bytes);
    const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si><t[^>]*>([^<]*)<\/t><\/si>/g)].map(m => plain(m[1]));
    return [...files.get('xl/workbook.xml').matchAll(/<sheet name="([^"]*)"/g)].map((m, i) => {
        const xml = files.get(`xl/worksheets/sheet${i + 1}.xml`);
        const rows = [...xml.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(row => {
            const cells = [];
            for (const c of (row[1] ?? '').matchAll(/<c r="([A-Z]+)\d+"[^>]*?(?:\/>|>(.*?)<\/c>)/gs)) {
                const column = [...c[1]].reduce((n, letter) => n * 26 + letter.charCodeAt(0) - 64, 0) - 1;
                const value = /<v>([^<]*)<\/v>/.exec(c[2] ?? '')?.[1];
                if (value !== undefined) cells[column] = / t="s"/.test(c[0]) ? shared[Number(value)] : Number(value);
            }
            return cells;
        });
        return { name: plain(m[1]), rows, xml };
    });
}
