#!/usr/bin/env bash
# Runs every benchmark of bench/: the C ones, then the scripts that drive the server. Each prints its own table with the
# ratio to its baseline. ONLY=name,name runs just these.
set -euo pipefail
shopt -s nullglob
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

tools/setup.sh bench
# shellcheck source=tools/env.sh
. tools/env.sh
tools/build.sh release
tools/web.sh

pg=$(mktemp -d /tmp/wangge-pg.XXXXXX)
trap 'tools/pg.sh stop "$pg"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
WANGGE_BENCH_PG=$(tools/pg.sh start "$pg" $$)
WANGGE_BIN=$PWD/build/release/wangge
WANGGE_BENCH_OUTLINES=$(node bench/outlines.mjs || true) # without a network: an outline that is made up, and the table says so
export WANGGE_BENCH_PG WANGGE_BIN WANGGE_BENCH_OUTLINES

wanted() { [ -z "${ONLY:-}" ] || [[ ",$ONLY," == *",$1,"* ]]; }
for file in bench/*.c bench/*.bench.mjs; do
        name=$(basename "${file%.bench.mjs}" .c)
        wanted "$name" || continue
        echo "== $name"
        case "$file" in
        *.c) "build/release/wangge-bench-$name" ;;
        *.mjs) node "$file" ;;
        esac
done
