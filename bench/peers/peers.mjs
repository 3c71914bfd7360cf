// peers.mjs - puts the benchmark's questions to DuckDB and ClickHouse, one thread,
// and prints a JSON object: engine -> question -> {cpu_s, answer}.
//
// usage: node peers.mjs FOLDER duckdb|clickhouse
// FOLDER holds events.csv; the engine's tables are kept in it for the next run.
// CPU seconds are those of this process (the engines run inside it) around one
// query, the median of three after a warm-up.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, engine] = process.argv.slice(2);
const csv = join(folder, "events.csv");

const channels = "web,email,app,phone,chat,store,sms,letter,social,partner,event,push".split(",");
const departments =
  "marketing,sales,service,billing,logistics,product,legal,training,it,finance".split(",");

/** The queries of a file: "-- name: what the answer's numbers are", then SQL up to ";". */
function queries(file) {
  return readFileSync(join(here, file), "utf8")
    .split(/^;$/m)
    .map((part) => ({
      name: /^-- (\w+): /m.exec(part)?.[1],
      sql: part.replace(/^--.*$/gm, "").trim(),
    }))
    .filter((q) => q.name && q.sql);
}

function cpu(run) {
  const before = process.cpuUsage();
  return Promise.resolve(run()).then((answer) => {
    const used = process.cpuUsage(before);
    return { seconds: (used.user + used.system) / 1e6, answer };
  });
}

async function measure(list, run) {
  const out = {};
  for (const q of list) {
    await run(q.sql);
    const runs = [];
    for (let i = 0; i < 3; i++) runs.push(await cpu(() => run(q.sql)));
    runs.sort((a, b) => a.seconds - b.seconds);
    out[q.name] = { cpu_s: runs[1].seconds, answer: runs[1].answer };
  }
  return out;
}

async function duckdb() {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const file = join(folder, "duckdb.db");
  const fresh = !existsSync(file);
  const db = await DuckDBInstance.create(file, { threads: "1" });
  const c = await db.connect();
  let load = 0;
  if (fresh) {
    load = (
      await cpu(async () => {
        const enumOf = (values) => values.map((v) => `'${v}'`).join(",");
        const touchpoints = [];
        for (const n of ["offer", "invoice", "product", "order", "contract", "course"])
          for (const v of ["view", "open", "call", "request", "receive", "start", "complete", "compare", "ask", "return"])
            touchpoints.push(`${v}_${n}`);
        await c.run(`create type tp_t as enum (${enumOf(touchpoints)})`);
        await c.run(`create type ch_t as enum (${enumOf(channels)})`);
        await c.run(`create type dep_t as enum (${enumOf(departments)})`);
        await c.run(`create table raw as select * from read_csv('${csv}', header=true,
          columns={'customer_id':'uinteger','time':'timestamp_s','touchpoint':'tp_t',
                   'channel':'ch_t','department':'dep_t','value':'decimal(9,2)'})`);
        await c.run("create table ev as select * from raw order by customer_id, time");
        await c.run("drop table raw");
        await c.run("checkpoint");
      })
    ).seconds;
  }
  const result = await measure(queries("duckdb.sql"), async (sql) => {
    const rows = await (await c.runAndReadAll(sql)).getRowsJson();
    return rows[0].map(String);
  });
  return { load_cpu_s: load, ...result };
}

async function clickhouse() {
  const { Session } = await import("chdb");
  const path = join(folder, "clickhouse");
  const fresh = !existsSync(path);
  const s = new Session(path);
  let load = 0;
  if (fresh) {
    load = (
      await cpu(() => {
        s.query("create database if not exists d engine=Atomic");
        s.query(`create table d.ev (customer_id UInt32, time DateTime('UTC'),
          touchpoint LowCardinality(String), channel LowCardinality(String),
          department LowCardinality(String), value Decimal(9,2))
          engine=MergeTree order by (customer_id, time)`);
        s.query(`insert into d.ev select * from file('${csv}', 'CSVWithNames',
          'customer_id UInt32, time DateTime(\\'UTC\\'), touchpoint LowCardinality(String),
           channel LowCardinality(String), department LowCardinality(String), value Decimal(9,2)')
          settings max_threads=1, max_insert_threads=1`);
        s.query("optimize table d.ev final");
      })
    ).seconds;
  }
  s.query("set max_threads=1");
  const result = await measure(queries("clickhouse.sql"), (sql) =>
    s.query(sql, "TSV").trim().split("\t"),
  );
  return { load_cpu_s: load, ...result };
}

const answer = engine === "duckdb" ? await duckdb() : await clickhouse();
console.log(JSON.stringify(answer));
process.exit(0);
