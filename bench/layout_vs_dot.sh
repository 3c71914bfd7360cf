#!/bin/sh
# layout_vs_dot.sh [BUILD-FOLDER] - our drawings beside Graphviz's, of the public
# logs' graphs in ../shared/reference/mining, at 80, 90 and 100 % of moves.
# "ours : dot"; needs graphviz and node.
set -eu
cd "$(dirname "$0")/.."
bin=${1:-build/release}/bench/layout_vs_dot
logs=../shared/reference/mining
[ -d "$logs" ] || { echo "skipped: $logs is not here"; exit 0; }
make -s "$bin"
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
arcs='const d = JSON.parse(require("fs").readFileSync(0));
for (const [a, b, n] of d.dfg) console.log(a + "\t" + b + "\t" + n);
for (const [a, n] of Object.entries(d.start)) console.log("\t" + a + "\t" + n);
for (const [a, n] of Object.entries(d.end)) console.log(a + "\t\t" + n);'
for log in "$logs"/*.dfg.json.gz; do
    gzip -dc "$log" | node -e "$arcs" > "$tmp/arcs"
    for share in 800 900 1000; do
        "$bin" dot $share < "$tmp/arcs" > "$tmp/g.dot"
        dot -Tplain "$tmp/g.dot" > "$tmp/g.plain"
        printf '%-18s %4s  ' "$(basename "$log" .dfg.json.gz)" $share
        "$bin" compare $share "$tmp/g.plain" < "$tmp/arcs"
    done
done
