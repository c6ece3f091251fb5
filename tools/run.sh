#!/usr/bin/env bash
# From a fresh checkout to a served product: set-up, build, a demo database if there is none, serve.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"
profile=${PROFILE:-donghua}
port=${PORT:-8080}

tools/setup.sh run
# shellcheck source=tools/env.sh
. tools/env.sh
tools/build.sh release wangge
tools/web.sh

# The database is made in a folder of its own and moved here when it is complete, itself last: an interrupted
# initialisation leaves nothing that the next run would trust.
if [ ! -f var/wangge.db ]; then
        rm -rf var/new
        mkdir -p var/new
        build/release/wangge init --profile "$profile" --db var/new/wangge.db
        find var/new -mindepth 1 -maxdepth 1 ! -name wangge.db -printf '%f\0' |
                while IFS= read -r -d '' name; do
                        rm -rf "var/${name:?}"
                        mv "var/new/$name" "var/$name"
                done
        mv var/new/wangge.db var/wangge.db
        rmdir var/new
fi
build/release/wangge migrate --quiet --db var/wangge.db # made by an older version: its data stay
exec build/release/wangge serve --db var/wangge.db --listen "127.0.0.1:$port"
