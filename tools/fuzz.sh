#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (60) each, from its committed corpus fuzz/corpus/NAME; new inputs stay in
# build/fuzz-corpus/NAME. A crash ends it and leaves the input there.
set -euo pipefail
shopt -s nullglob
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

tools/setup.sh test
tools/build.sh fuzz
for file in fuzz/fuzz_*.c; do
        name=$(basename "$file" .c)
        name=${name#fuzz_}
        found=build/fuzz-corpus/$name
        mkdir -p "$found"
        seeds=()
        if [ -d "fuzz/corpus/$name" ]; then
                seeds=("fuzz/corpus/$name")
        fi
        echo "== $name"
        "build/fuzz/fuzz-$name" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 \
                -print_final_stats=1 -artifact_prefix="$found/crash-" "$found" "${seeds[@]}"
done
