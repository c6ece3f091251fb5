#!/usr/bin/env bash
# A private PostgreSQL 15 on a unix socket, no TCP: pg.sh start DIR [OWNER-PID] prints its URL; pg.sh stop DIR removes it.
# DIR is an empty folder with a short name. Stops by itself when OWNER-PID (default: the caller) is gone.
set -euo pipefail

bin=/usr/lib/postgresql/15/bin
self=$(realpath "$0")
usage() { echo "usage: tools/pg.sh start DIR [OWNER-PID] | stop DIR" >&2; exit 2; }
[ $# -ge 2 ] || usage
command=$1
dir=$(realpath "$2")

# PostgreSQL refuses to run as root: then it runs as the account that Debian's package made.
as_owner() {
        if [ "$(id -u)" -eq 0 ]; then
                (cd / && runuser -u postgres -- "$@")
        else
                "$@"
        fi
}

settings() {
        cat <<CONF
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 200
shared_buffers = 64MB
max_wal_size = 256MB
fsync = ${PG_FSYNC:-on}
full_page_writes = ${PG_FSYNC:-on}
synchronous_commit = on
timezone = 'UTC'
log_line_prefix = '%m [%p] %d '
CONF
}

start() {
        local owner=$1
        if [ "$(id -u)" -eq 0 ]; then
                chown postgres: "$dir"
        fi
        chmod 0700 "$dir"
        as_owner "$bin/initdb" --pgdata "$dir/data" --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
                --lc-collate C --no-sync >/dev/null
        settings | as_owner tee -a "$dir/data/postgresql.conf" >/dev/null
        as_owner "$bin/pg_ctl" start --silent --wait --pgdata "$dir/data" --log "$dir/log" >/dev/null
        setsid "$self" watch "$dir" "$owner" </dev/null >/dev/null 2>&1 &
        as_owner "$bin/createdb" --host "$dir" --username postgres wangge
        # Longer than the server waits by itself: on a busy machine a new connection may take its time.
        echo "postgresql:///wangge?host=$dir&user=postgres&connect_timeout=20"
}

stop() {
        if [ -f "$dir/data/postmaster.pid" ]; then
                as_owner "$bin/pg_ctl" stop --silent --wait --mode fast --timeout 20 --pgdata "$dir/data" >/dev/null ||
                        as_owner "$bin/pg_ctl" stop --silent --wait --mode immediate --pgdata "$dir/data" >/dev/null || true
        fi
        if [ -f "$dir/data/PG_VERSION" ]; then
                rm -rf "$dir"
        fi
}

# The safety net: nobody else stops the server if the caller was killed.
watch() {
        while [ -d "/proc/$1" ] && [ -d "$dir/data" ]; do
                sleep 1
        done
        stop
}

case "$command" in
start) start "${3:-$PPID}" ;;
stop) stop ;;
watch) watch "$3" ;;
*) usage ;;
esac
