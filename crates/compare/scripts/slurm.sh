#!/usr/bin/env bash
# Makes a study in shards by Slurm: each task makes its part and stores it in its own file.
#
#   sbatch --array=1-8 slurm.sh --suite more-wild --solvers all --budget 100 --seeds 5
#   compare merge runs.db runs-*.db          # when all have ended
#
# A task takes one processor; `sbatch --cpus-per-task=4` gives it more. Slurm begins it again when its node has died, and
# it makes the missing runs. To continue one that was killed otherwise, submit the same command again. `compare` must be
# on the search path of the nodes. All tasks must run the same program, so build it once.
#SBATCH --job-name=compare
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --time=04:00:00
set -euo pipefail

exec compare run "$@" \
    --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" \
    --out "runs-$SLURM_ARRAY_TASK_ID.db"
