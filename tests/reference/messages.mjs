// messages.mjs - mails and messages of public corpora come in whole: SpamAssassin's mails as
// an mbox, conversations (MultiDoGO), questions to a bank (banking77), letters as HTML
// (Postmark). Part of reference.mjs.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

function same(got, want) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(want)];
  if (a !== b) throw new Error(`${a}, expected ${b}`);
}

/** The mails of a packed tar, one file each, as an mbox: bytes are kept, whatever they mean. */
function mbox(packed) {
  const tar = gunzipSync(packed).toString("latin1");
  const mails = [];
  for (let at = 0; tar[at] > "\0";) {
    const [name, size] = [tar.slice(at, at + 100).replace(/\0.*/s, ""), parseInt(tar.slice(at + 124, at + 136), 8)];
    const mail = tar.slice(at + 512, at + 512 + size).replace(/^From .*\n/, "");
    if (name.endsWith(".txt") && name.split("/").length === 3) mails.push([name, mail.replace(/^(>*From )/gm, ">$1")]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  mails.sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(mails.map(([, mail]) => `From corpus Mon Jul 29 11:28:02 2002\n${mail}\n\n`).join(""), "latin1");
}

/** [added, rejected], summed over the files of an import. */
function imported(told) {
  const sum = (what) => [...told.matchAll(what)].reduce((n, [, digits]) => n + Number(digits.replaceAll(",", "")), 0);
  return [sum(/: ([\d,]+) interactions? of [\d,]+ new customers? added/g), sum(/; ([\d,]+) rejected/g)];
}

export function messages({ check, run, shared, folder }) {
  const data = join(shared, "data");
  const fresh = (name) => {
    const file = join(folder, `${name}.fh`);
    run("init", file);
    return file;
  };
  const rows = (file) => run("export", file, "--format", "jsonl").trim().split("\n").map((line) => JSON.parse(line));
  const different = (all, key) => new Set(all.map((row) => row[key]).filter(Boolean)).size;

  check("SpamAssassin: 6,046 mails, 2 of them from nobody", () => {
    const box = join(folder, "mails.mbox");
    writeFileSync(box, mbox(readFileSync(join(data, "mail/spamassassin_public_corpus.tar.gz"))));
    const org = fresh("mails");
    same(imported(run("import", org, box)), [6044, 2]);
    const all = rows(org);
    same([all.length, different(all, "thread")], [6044, 4402]);
    if (!all.every((row) => row.customer_email.includes("@") && row.channel === "e-mail")) throw new Error("a mail without its sender");
    run("check", org);
  });

  check("MultiDoGO: every turn of the conversations", () => {
    const org = fresh("turns");
    const folderOf = join(data, "support/multidogo");
    const files = readdirSync(folderOf).filter((name) => name.endsWith(".tsv.gz")).map((name) => join(folderOf, name));
    const [added] = imported(run("import", org, ...files, "--source", "multidogo", "--max-rejects", "100%", "--rejects", join(folder, "turns.rejects"), "--map",
      "customer=conversationId,time=turnNumber:'epoch',touchpoint=\"Chat\",text=utterance,purpose=intent,thread=conversationId,id=utteranceId"));
    same(added, 116597);
  });

  check("banking77: every question, with what it is for", () => {
    const org = fresh("questions");
    const questions = [];
    let open = false; // a question may go on in the next line, within quotes
    for (const line of readFileSync(join(data, "messages/banking77/train.csv"), "utf8").trimEnd().split("\n")) {
      if (open) questions.push(`${questions.pop()}\n${line}`);
      else questions.push(line);
      open = line.split('"').length % 2 ? open : !open;
    }
    const file = join(folder, "questions.csv");
    writeFileSync(file, questions.map((line, i) => `${i || "n"},${line}\n`).join(""));
    same(imported(run("import", org, file, "--map", "customer=n,time=n:'epoch',touchpoint=\"Question\",text=text,purpose=category")), [10003, 0]);
    same(different(rows(org), "purpose"), 77);
  });

  check("Postmark: every letter, its HTML as text", () => {
    const org = fresh("letters");
    const cur = join(folder, "letters/cur");
    const from = join(data, "messages/postmark-templates/templates");
    mkdirSync(cur, { recursive: true });
    for (const name of readdirSync(from, { recursive: true }).filter((name) => name.endsWith("content.html")))
      writeFileSync(join(cur, name.replaceAll("/", "_")), "From: us@shop.example\nTo: ann@example.net\nDate: Mon, 15 Jan 2024 09:00:00 +0100\n" +
        `Content-Type: text/html; charset=utf-8\n\n${readFileSync(join(from, name), "utf8")}`);
    same(imported(run("import", org, join(folder, "letters"), "--own", "shop.example")), [33, 0]);
    for (const { text, direction } of rows(org)) if (direction !== "out" || text.length < 100 || /<\/?(p|td|a)\b/.test(text)) throw new Error(text);
  });
}
