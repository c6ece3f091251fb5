#!/usr/bin/env bash
# Builds the three faces into web/dist, when something they are made of is newer than the last build. web.sh packages: only fetches what
# they are built with.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

installed=web/node_modules/.stamp
built=web/dist/.stamp

mkdir -p build
exec 9>build/.web.lock
flock 9 # two builds wait for each other

if [ ! -f "$installed" ] || [ web/package-lock.json -nt "$installed" ]; then
        npm ci --prefix web --no-audit --no-fund --loglevel=error
        mkdir -p web/node_modules
        touch "$installed"
fi
[ "${1:-}" != packages ] || exit 0

newer() {
        find web api -mindepth 1 \( -path web/node_modules -o -path web/dist -o -name '.*' \) -prune \
                -o -newer "$built" -print -quit 2>/dev/null
}
if [ ! -f "$built" ] || [ -n "$(newer)" ] || [ "$installed" -nt "$built" ]; then
        start=$(mktemp)
        trap 'rm -f "$start"' EXIT
        rm -f "$built"
        npm run --prefix web --silent build
        mkdir -p web/dist
        touch -r "$start" "$built" # a source changed during the build makes the next one run again
fi
