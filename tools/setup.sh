#!/usr/bin/env bash
# Installs what this machine lacks, on Debian 12: setup.sh run | test | bench (test and bench include run).
# Only Debian's own packages, and node from its npm packages where Debian's is too old. Nothing missing: returns at once.
set -euo pipefail
# shellcheck source=tools/env.sh
. "$(dirname "$0")/env.sh"

NODE_VERSION=22.23.3
NPM_VERSION=10.9.9

packages=(gcc libc6-dev meson ninja-build pkg-config python3 git ca-certificates
        libmicrohttpd-dev libsqlite3-dev libpq-dev libssl-dev libargon2-dev libvips-dev libcairo2-dev
        libpango1.0-dev libqrencode-dev libicu-dev zlib1g-dev libgdal-dev libgeos-dev fonts-noto-cjk)
test_packages=(clang llvm libclang-rt-14-dev clang-format shellcheck libjansson-dev sqlite3 poppler-utils
        json-schema-test-suite libtest-json-schema-acceptance-perl
        gdal-bin python3-gdal python3-owslib postgresql-15 postgresql-15-postgis-3 chromium)
bench_packages=(postgresql-15 postgresql-15-postgis-3 wrk chromium)

case "${1:-}" in
run) ;;
test) packages+=("${test_packages[@]}") ;;
bench) packages+=("${bench_packages[@]}") ;;
*) echo "usage: tools/setup.sh run|test|bench" >&2; exit 2 ;;
esac

as_root() {
        if [ "$(id -u)" -eq 0 ]; then
                "$@"
        elif command -v sudo >/dev/null; then
                sudo "$@"
        else
                echo "set-up: needs root (or sudo) for: $*" >&2
                exit 1
        fi
}

# Without a disk flush for each file: what is installed can be installed again.
install_packages() {
        echo "set-up: installing with apt: $*"
        command -v apt-get >/dev/null || { echo "set-up: this is made for Debian 12; there is no apt-get here" >&2; exit 1; }
        as_root apt-get -q -o DPkg::Lock::Timeout=300 update
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o DPkg::Options::=--force-unsafe-io \
                install --no-install-recommends "$@"
}

# The versions that the web build accepts: 20.19+, 22.12+, or newer.
node_fits() {
        command -v npm >/dev/null && node -e '
                const [major, minor] = process.versions.node.split(".").map(Number);
                process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
        ' 2>/dev/null
}

install_node() {
        local machine
        case "$(uname -m)" in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) echo "set-up: no node package for $(uname -m); install node 20.19 or newer by hand" >&2; exit 1 ;;
        esac
        command -v npm >/dev/null || install_packages npm
        echo "set-up: fetching node $NODE_VERSION into .tools/node"
        rm -rf .tools/node .tools/node.part
        npm install --global --prefix "$PWD/.tools/node.part" --no-audit --no-fund --loglevel=error \
                "node-linux-$machine@$NODE_VERSION" "npm@$NPM_VERSION"
        mv .tools/node.part .tools/node
        # shellcheck source=tools/env.sh
        . tools/env.sh
        node_fits || { echo "set-up: the fetched node does not run here" >&2; exit 1; }
}

# One question to dpkg; a package it does not know is missing too.
missing() {
        printf '%s\n' "$@" | sort -u | comm -23 - <(
                dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
                        awk '$2 == "installed" { print $1 }' | sort -u)
}
lacks=$(missing "${packages[@]}")
if [ -n "$lacks" ]; then
        # shellcheck disable=SC2086 # one word per package
        install_packages $lacks
fi
# The browser tests run faster with it, and with chromium alone where a mirror does not have it.
if [ "$1" = test ] && [ -n "$(missing chromium-headless-shell)" ]; then
        install_packages chromium-headless-shell || echo "set-up: goes on with chromium itself"
fi
node_fits || install_node
