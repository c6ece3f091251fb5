#!/usr/bin/env bash
# The walls, the format, the shell scripts and the web's own types, without building the server.
set -uo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

rc=0
for check in tools/check_*.py; do
        python3 "$check" || rc=1
done
tools/fmt.sh --check || rc=1
shellcheck -x tools/*.sh .ci/run || rc=1
if [ -d web/node_modules ]; then
        npm run --prefix web --silent check || rc=1
fi
exit "$rc"
