#!/usr/bin/env bash
# Runs every test and ends with "N passed, N failed". ONLY=c,route runs just these stages (a build always comes first).
# A stage whose files do not exist yet is skipped, aloud; one that crashes, times out or runs no test counts as a failure.
set -euo pipefail
shopt -s globstar nullglob
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

# name, seconds it may take, what it needs to exist
stages=(
        'build 1800 server/**/*.c'
        'c 900 server/**/*_test.c'
        'corpus 300 fuzz/corpus/*'
        'web 900 web/package.json'
        'route 2400 tests/*.test.mjs server/**/*.test.mjs'
        'e2e 2400 e2e/*.test.mjs'
        'check 300 tools/check_*.py'
)
logs=build/test-logs

# Each stage runs in a shell of its own, its output in a log.

# Commands at the same time, each to its end whatever becomes of the others; the output of the others after the first's. What takes longest
# belongs into the first, by itself: it is then begun at once and nothing waits behind it.
together() {
        local rc=0 i first=$1 others=() outputs=()
        shift
        for i in "$@"; do
                outputs+=("$(mktemp)")
                $i >"${outputs[-1]}" 2>&1 &
                others+=($!)
        done
        $first || rc=1
        for i in "${!others[@]}"; do
                wait "${others[i]}" || rc=1
                cat "${outputs[i]}"
                rm -f "${outputs[i]}"
        done
        return "$rc"
}
# The packages of the faces come over the network meanwhile.
stage_build() {
        together 'tools/build.sh asan' 'tools/web.sh packages' && tools/build.sh release && echo '1 passed, 0 failed'
}
# All tests on SQLite, in four parts, since some wait more than they work; then those that opened a database also on PostgreSQL.
stage_c() {
        local run='build/asan/wangge-test' uses=$PWD/build/test-uses rc=0 i parts=() again=()
        rm -f "$uses".*
        for i in 0 1 2 3; do
                parts+=("env -u WANGGE_TEST_PG $run --uses $uses.$i --shard $i/4")
                again+=("$run --only $uses.all --shard $i/4")
        done
        together "${parts[@]}" || rc=1
        cat "$uses".[0-3] >"$uses.all"
        together "${again[@]}" || rc=1
        return "$rc"
}
stage_corpus() {
        local folder passed=0 failed=0
        for folder in fuzz/corpus/*; do
                if "build/asan/fuzz-${folder##*/}" "$folder"/*; then
                        passed=$((passed + 1))
                else
                        failed=$((failed + 1))
                        echo "not ok - $folder"
                fi
        done
        echo "$passed passed, $failed failed"
        [ "$failed" -eq 0 ]
}
stage_web() {
        tools/web.sh && npm test --prefix web --silent
}
# The profiles and what comes last in the alphabet by themselves, one after the other, the others three files at a time, since some wait more
# than they work; what all of them together have called and provoked is asked at the end.
stage_route() {
        local rc=0 files=()
        local file
        export WANGGE_TEST_COVERAGE=$PWD/build/test-coverage
        rm -rf "$WANGGE_TEST_COVERAGE"
        export WANGGE_TEST_MAKER=$PWD/build/release/wangge
        for file in tests/*.test.mjs server/**/*.test.mjs; do
                case $file in
                tests/zz_coverage.test.mjs | tests/profiles.test.mjs | tests/verify.test.mjs) ;;
                *) files+=("$file") ;;
                esac
        done
        together 'node --test --test-reporter=tap --test-concurrency=1 tests/profiles.test.mjs tests/verify.test.mjs' \
                "node --test --test-reporter=tap --test-concurrency=3 ${files[*]}" || rc=1
        node --test --test-reporter=tap tests/zz_coverage.test.mjs || rc=1
        return "$rc"
}
# Each file has a server, a database and a browser of its own. The screens, the longest, by themselves; of the others three at a time.
stage_e2e() {
        local file files=()
        for file in e2e/*.test.mjs; do
                [ "$file" = e2e/screens.test.mjs ] || files+=("$file")
        done
        tools/web.sh && together 'node --test --test-reporter=tap e2e/screens.test.mjs' \
                "node --test --test-reporter=tap --test-concurrency=3 ${files[*]}"
}
stage_check() {
        local check passed=0 failed=0
        for check in tools/check_*.py 'tools/contract.sh --check'; do
                # shellcheck disable=SC2086 # a command and its argument
                if $check; then
                        passed=$((passed + 1))
                else
                        failed=$((failed + 1))
                        echo "$check: failed"
                fi
        done
        echo "$passed passed, $failed failed"
        [ "$failed" -eq 0 ]
}
if [ "${1:-}" = --stage ]; then
        "stage_$2"
        exit
fi

# In memory where there is room: every test makes a database of a thousand files and drops it, and a disk's file system spends more time
# on finding numbers for them than the tests on all the rest.
pg_home() {
        local room free
        room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
        free=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
        if [ -w /dev/shm ] && [ "${room:-0}" -gt 6000000 ] && [ "${free:-0}" -gt 10000000 ]; then
                echo /dev/shm
        else
                echo /tmp
        fi
}

running='' pg=''
clean_up() {
        local rc=$?
        trap - EXIT INT TERM
        if [ -n "$running" ]; then
                kill "$running" 2>/dev/null || true
                wait "$running" || true
        fi
        if [ -n "$pg" ]; then
                tools/pg.sh stop "$pg" || true
        fi
        exit "$rc"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

only=",${ONLY:-},"
for word in ${only//,/ }; do
        printf '%s\n' "${stages[@]}" | grep -q "^$word " || { echo "no such stage: $word" >&2; exit 2; }
done
tools/setup.sh test
# shellcheck source=tools/env.sh
. tools/env.sh
mkdir -p "$logs"

export WANGGE_BIN=$PWD/build/asan/wangge
# Sixteen frames of where memory came from are enough to find the place, and cost a fifth less than thirty; 32 MiB of freed memory that
# nobody gets again are enough to be caught using it, and 256 would cost fresh pages all the time.
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:malloc_context_size=16:quarantine_size_mb=32
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tools/lsan.supp:print_suppressions=0
if [ "$only" = ,, ] || [[ $only == *,c,* ]] || [[ $only == *,route,* ]] || [[ $only == *,e2e,* ]]; then
        pg=$(mktemp -d "$(pg_home)/wangge-pg.XXXXXX")
        # Servers are killed in the tests, the machine is not: nothing depends on the disk's own flush. The benchmarks flush.
        WANGGE_TEST_PG=$(PG_FSYNC=off tools/pg.sh start "$pg" $$)
        export WANGGE_TEST_PG
fi

total_passed=0 total_failed=0 failures=''
run_stage() {
        local name=$1 limit=$2 log=$logs/$1.log start=$SECONDS rc=0 passed failed
        timeout --kill-after=15 "$limit" tools/test.sh --stage "$name" >"$log" 2>&1 &
        running=$!
        wait "$running" || rc=$?
        running=''
        read -r passed failed < <(tools/tally.py "$log")
        if [ "$rc" -eq 124 ]; then
                echo "$name: stopped after $limit s" | tee -a "$log"
                failed=$((failed + 1))
        elif [ "$rc" -ne 0 ] && [ "$failed" -eq 0 ]; then
                echo "$name: ended with status $rc" | tee -a "$log"
                failed=1
        elif [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
                echo "$name: no test ran" | tee -a "$log"
                failed=1
        fi
        echo "$name: $passed passed, $failed failed, $((SECONDS - start)) s"
        if [ "$failed" -gt 0 ]; then
                grep -nE '^not ok|^ *not ok .* - |ERROR: |runtime error: |error: ' "$log" | head -n 40 || true
                echo "--- the end of $log"
                tail -n 60 "$log"
                echo "---"
                failures+=$(tools/tally.py --failed "$log" | sed "s/^/$name: /")$'\n'
        fi
        total_passed=$((total_passed + passed))
        total_failed=$((total_failed + failed))
}

for stage in "${stages[@]}"; do
        read -r name limit needs <<<"$stage"
        if [ "$name" != build ] && [ "$only" != ,, ] && [[ $only != *",$name,"* ]]; then
                continue
        fi
        # shellcheck disable=SC2206 # the patterns are meant to expand
        found=($needs)
        if [ ! -e "${found[0]:-}" ]; then
                echo "$name: SKIPPED, there is no $needs"
                continue
        fi
        run_stage "$name" "$limit"
        if [ "$name" = build ] && [ "$total_failed" -gt 0 ]; then
                echo "what follows needs the build"
                break
        fi
done
printf %s "$failures" | head -n 15
echo "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
