# shellcheck shell=bash
# Sourced by the other scripts: the root as working folder, our own node (if set-up had to fetch one) first.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
if [ -x .tools/node/bin/node ]; then
        PATH="$PWD/.tools/node/bin:$PATH"
fi
export PATH
