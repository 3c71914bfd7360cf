// compare.mjs - imports events.csv into Firsthand, puts the six questions to it, and
// prints a table beside what peers.mjs measured. Fails when an answer differs.
//
// usage: node compare.mjs FIRSTHAND FOLDER
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const [firsthand, folder] = process.argv.slice(2);
const org = join(folder, "firsthand.fh");
const csv = join(folder, "events.csv");

/** Runs a command; its output and the CPU seconds of the whole process (user + system). */
function timed(...args) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" 2>/dev/null';
  const all = execFileSync("bash", ["-c", `exec 3>&1; { ${script} >&3; } 2>&1 >/dev/null | sed 's/^/CPU /'`, "time", ...args], {
    maxBuffer: 1 << 30,
  }).toString();
  const at = all.lastIndexOf("CPU ");
  const [user, sys] = all.slice(at + 4).trim().split(" ").map(Number);
  return { output: all.slice(0, at), seconds: user + sys };
}

const sum = (list, f) => list.reduce((s, x) => s + f(x), 0);
const ask = (command, ...options) =>
  [firsthand, command, org, "--format", "json", "--threads", "1", ...options];

const questions = {
  follows: {
    command: ask("follows"),
    answer: (j) => [j.follows.length, sum(j.follows, (f) => f.count), sum(j.follows, (f) => f.gap_ms_sum / 1000)],
  },
  variants: {
    command: ask("variants", "--top", "100"),
    answer: (j) => [sum(j.top, (v) => v.count), j.top[0].count, j.variants],
  },
  funnel: {
    command: ask("funnel", "--within", "30d", "view_offer", "open_offer", "call_offer", "request_offer", "receive_offer"),
    answer: (j) => j.steps.map((s) => s.customers),
  },
  retention: {
    command: ask("retention", "--unit", "week", "--buckets", "26"),
    answer: (j) => {
      const cells = j.cohorts.slice(0, 26).flatMap((c) => c.returned);
      return [cells.filter((n) => n > 0).length, sum(cells, (n) => n)];
    },
  },
  paths: {
    command: ask("paths", "--depth", "5"),
    answer: (j) => [j.distinct, j.ways, Math.max(...j.nodes.map((n) => (n.depth === 5 ? n.count : n.ended)))],
  },
  repeats: {
    command: ask("repeats", "--any-problem", "--within", "7d", "--contact-direction", "(none),in,out,internal", "--contact-channel", "email,phone,sms,letter,push"),
    answer: (j) => {
      const pairs = j.pairs.filter((r) => r.from !== r.to);
      return [pairs.length, sum(pairs, (r) => r.count), sum(pairs, (r) => r.customers)];
    },
  },
};

function load() {
  if (existsSync(org)) return null;
  timed(firsthand, "init", org);
  return timed(firsthand, "import", org, csv).seconds;
}

const loaded = load();
const peers = Object.fromEntries(
  ["duckdb", "clickhouse"].map((e) => [e, JSON.parse(readFileSync(join(folder, `${e}.json`), "utf8"))]),
);
let failed = 0;
const row = (...cells) => console.log("| " + cells.join(" | ") + " |");
row("question", "Firsthand CPU s", "DuckDB CPU s", "ratio", "ClickHouse CPU s", "ratio", "answers");
row("---", "---", "---", "---", "---", "---", "---");
for (const [name, q] of Object.entries(questions)) {
  const runs = [];
  for (let i = 0; i < 6; i++) runs.push(timed(...q.command));
  const measured = runs.slice(1).sort((a, b) => a.seconds - b.seconds);
  const cpu = measured[2].seconds;
  const answer = q.answer(JSON.parse(measured[2].output)).map(String);
  const wrong = Object.keys(peers).filter((e) => JSON.stringify(peers[e][name].answer) !== JSON.stringify(answer));
  if (wrong.length) {
    failed++;
    console.error(`${name}: Firsthand ${answer}; ${wrong.map((e) => `${e} ${peers[e][name].answer}`).join("; ")}`);
  }
  const beside = (e) => [peers[e][name].cpu_s.toFixed(2), `${(peers[e][name].cpu_s / cpu).toFixed(0)}x`];
  row(name, cpu.toFixed(3), ...beside("duckdb"), ...beside("clickhouse"), wrong.length ? "DIFFER" : "equal");
}
if (loaded !== null)
  row("load", loaded.toFixed(1), peers.duckdb.load_cpu_s.toFixed(1), `${(peers.duckdb.load_cpu_s / loaded).toFixed(1)}x`,
    peers.clickhouse.load_cpu_s.toFixed(1), `${(peers.clickhouse.load_cpu_s / loaded).toFixed(1)}x`, "");
console.log(`\nfile: ${(statSync(org).size / 1e6).toFixed(0)} MB`);
process.exit(failed ? 1 : 0);
