#!/usr/bin/env bash
# Formats the lines of C that were changed since a commit (HEAD when none is named). fmt.sh --check [COMMIT] only shows what it would do.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

mode=()
if [ "${1:-}" = --check ]; then
        mode=(--diff)
        shift
fi
git-clang-format --force "${mode[@]}" --style file --extensions c,h "${1:-HEAD}" -- server bench fuzz
