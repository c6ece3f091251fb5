#!/usr/bin/env bash
# Makes what is committed of the contract: the OpenAPI document, the table of roles, the client's types.
# contract.sh --check only says whether the document is what would be made.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

if [ "${1:-}" = --check ]; then
        exec python3 tools/contract.py check --against api/openapi.json
fi
python3 tools/contract.py openapi --out api/openapi.json
python3 tools/contract.py roles --out docs/roles.md
if [ -d web/node_modules ]; then
        npm run --prefix web --silent types
fi
