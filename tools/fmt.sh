#!/usr/bin/env bash
# Formats the C (not the contract tables, whose columns are aligned by hand). fmt.sh --check only reports.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

mode=(-i)
if [ "${1:-}" = --check ]; then
        mode=(--dry-run --Werror)
fi
find server bench fuzz \( -name '*.c' -o -name '*.h' \) ! -name '*.def.h' -print0 2>/dev/null |
        xargs -0 -r clang-format "${mode[@]}"
