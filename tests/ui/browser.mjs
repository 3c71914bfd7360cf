// browser.mjs - what the browser tests share: the program, a small organisation
// with everything a report can show, and the browser itself.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
export const program = resolve(root, process.env.FIRSTHAND ?? 'build/release/firsthand');

/** A folder that is removed when the tests are done. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'firsthand-ui-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Six months of a call centre: loops, hand-offs, problems, channels, names that
 * would be markup if anybody forgot to escape them. */
function interactions() {
  const steps = ['Call <b>in</b>', 'Told again', 'Passed on & waited', 'Answer "given"', 'Letter out',
    'A touchpoint whose name is longer than any box on a map could ever hold', 'Paid'];
  const departments = ['Contact centre', 'Claims </td>', 'Operations', 'Finance'];
  const channels = ['phone', 'web', 'letter'];
  let seed = 7;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const rows = ['customer,time,touchpoint,channel,department,direction,problem'];
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  for (let customer = 1; customer <= 120; customer++) {
    let at = Date.UTC(2024, 0, 1) + random(180) * 86400e3;
    for (let problem = 1; problem <= 1 + random(3); problem++) {
      for (let k = 0, step = 0; k < 3 + random(8); k++) {
        rows.push([`c${customer}`, new Date(at).toISOString(), steps[step],
          channels[random(3)], departments[random(4)], random(2) ? 'in' : 'out',
          `${customer}-${problem}`].map(quoted).join(','));
        at += 60e3 * (1 + random(4000));
        step = random(3) ? (step + 1) % steps.length : random(steps.length);
      }
      at += random(60) * 86400e3;
    }
  }
  return rows.join('\n') + '\n';
}

/** Writes the report of that organisation and gives its path. */
export function makeReport(folder) {
  const org = join(folder, 'ui.fh'), csv = join(folder, 'ui.csv'), page = join(folder, 'ui.html');
  const run = (...args) => execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(csv, interactions());
  run('init', org);
  run('import', org, csv);
  run('report', org, '-o', page, '--made', '2024-12-31', '--title', 'Tom & <Jerry>');
  return page;
}

/** The system's Chromium, quiet: it talks to nobody. Without its windows where that is installed
 * (the same engine, and half the work: no tool bars are drawn for nobody); CHROMIUM names another. */
export const chromiumAt = process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((at) => existsSync(at));
export function launch() {
  return chromium.launch({
    executablePath: chromiumAt,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
