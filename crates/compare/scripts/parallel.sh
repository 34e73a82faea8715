#!/usr/bin/env bash
# Makes a study in shards by GNU parallel, on this machine or on the machines of a `--sshloginfile` in the environment
# variable PARALLEL.
#
#   SHARDS=8 ./parallel.sh --suite more-wild --solvers all --budget 100 --seeds 5
#   compare merge runs.db runs-*.db
#
# On one machine `compare run --threads` does the same. Times of runs are meaningful only if no more of them run at the
# same time than there are cores.
set -euo pipefail

shards=${SHARDS:-8}
seq "$shards" | parallel --will-cite compare run "$@" --shard "{}/$shards" --threads 1 --out "runs-{}.db"
