#!/usr/bin/env bash
# Builds the server: build.sh release|asan|tsan|fuzz [TARGET…] → build/KIND. release is gcc, the sanitized ones clang, so that
# both compilers see every line.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

kind=${1:-release}
dir=build/$kind
case "$kind" in
release) compiler=gcc options=() ;;
asan) compiler=clang options=('-Db_sanitize=address,undefined' -Doptimization=1) ;;
tsan) compiler=clang options=(-Db_sanitize=thread -Doptimization=1) ;;
fuzz) compiler=clang options=('-Db_sanitize=address,undefined' -Doptimization=1 -Dfuzz=true) ;;
*) echo "usage: tools/build.sh release|asan|tsan|fuzz" >&2; exit 2 ;;
esac

configure() {
        echo "configuring $dir"
        CC=$compiler meson setup "$@" >"build/.$kind.log" || { cat "build/.$kind.log"; exit 1; }
}

mkdir -p build
exec 9>"build/.$kind.lock"
flock 9 # two builds of one kind wait for each other
sources=$(python3 tools/sources.py all)
if [ ! -f "$dir/build.ninja" ]; then
        rm -rf "$dir"
        configure "$dir" -Db_lundef=false "${options[@]}"
elif [ "$sources" != "$(cat "$dir/sources.list" 2>/dev/null)" ]; then
        configure --reconfigure "$dir"
fi
printf '%s\n' "$sources" >"$dir/sources.list"
exec ninja --quiet -C "$dir" "${@:2}"
