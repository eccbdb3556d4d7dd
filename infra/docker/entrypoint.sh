#!/bin/sh
# Runs the program that the first word names; the rest are its settings.
set -eu
home=$(cd "$(dirname "$0")/../.." && pwd)
name=${1:-}
node_args=
[ $# -eq 0 ] || shift
case $name in
  auth) main=services/auth/dist/main.js ;;
  list) main=services/supernode-list/dist/main.js ;;
  supernode)
    main=services/supernode/dist/main.js
    # Buffers of TLS connections are mapped one by one: a tenth less memory for each session.
    export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-65536}" MALLOC_MMAP_MAX_="${MALLOC_MMAP_MAX_:-40000}"
    export MALLOC_TOP_PAD_="${MALLOC_TOP_PAD_:-4096}"
    # One thread marks what is alive in the heap, and the program itself does not: both would take the cores from the sessions.
    node_args='--concurrent-marking-max-worker-num=1 --no-incremental-marking-task'
    ;;
  peer)
    main=clients/peer/dist/main.js
    # A disk that does not answer keeps the threads that wait for it; Node has four.
    export UV_THREADPOOL_SIZE="${UV_THREADPOOL_SIZE:-128}"
    ;;
  banyan) main=clients/cli/bin/banyan.js ;;
  *)
    echo "Say which program to run: auth, list, supernode, peer or banyan. Each knows --help." >&2
    [ "$name" = --help ] && exit 0
    exit 64
    ;;
esac
# exec: signals must reach the program itself, which drains before it ends.
exec node $node_args "$home/$main" "$@"
