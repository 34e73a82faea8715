#!/usr/bin/env bash
# Makes a study in eight shards under a real Slurm of one machine, whose daemons are killed three times, and compares the
# merged file with that of an undisturbed study, to the bit.
#
#   scripts/check_slurm.sh FOLDER       the folder, which must not exist, gets configuration, logs and studies
#
# Needs root, Debian's slurm-wlm and munge (which need not be configured, and no systemd), and python3. Without them it
# says so and ends with 0. COMPARE names a built `compare`; by default it is built here.
set -euo pipefail

folder=$(realpath -m "${1:?the folder for configuration, logs and studies}")
root=$(realpath "$(dirname "$0")/..")
for program in munged slurmctld slurmd sbatch squeue python3; do
    command -v "$program" >/dev/null || { echo "skipped: there is no $program (apt-get install slurm-wlm munge)"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: slurmd needs root"; exit 0; }
if [ -z "${COMPARE:-}" ]; then
    cargo build --manifest-path "$root/Cargo.toml" -p patternsearch-compare
    COMPARE="${CARGO_TARGET_DIR:-$root/target}/debug/compare"
fi

mkdir "$folder"
cd "$folder"
mkdir bin state spool munge
ln -s "$(realpath "$COMPARE")" bin/compare
export PATH="$folder/bin:$PATH" SLURM_CONF="$folder/slurm.conf"
read -r control node < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))')
cat >slurm.conf <<END
ClusterName=check
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$control
SlurmdPort=$node
SlurmUser=root
AuthInfo=socket=$folder/munge/socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=5
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc)
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE
END
head -c 1024 /dev/urandom >munge/key
chmod 600 munge/key

begin_munged() {
    munged --force --key-file=munge/key --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
        --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
}
begin_slurmctld() { slurmctld -L "$folder/slurmctld.log"; }
begin_slurmd() { slurmd -L "$folder/slurmd.log"; }

# Ends a daemon as a power cut would, if it still runs.
kill_daemon() {
    local pid
    pid=$(cat "$2" 2>/dev/null) || return 0
    # Debian's `slurmctld` is a link to `slurmctld-wlm`.
    case "$(basename "$(readlink "/proc/$pid/exe")")" in "$1"*) kill -KILL "$pid" ;; esac
}
# Ends all that the tasks have started: the shepherds of Slurm, and the studies in this folder.
kill_tasks() {
    for process in /proc/[0-9]*; do
        case "$(tr '\0' ' ' 2>/dev/null <"$process/cmdline" || true)" in
            "slurmstepd: "* | *"compare run "*"--out runs-"*)
                if tr '\0' '\n' 2>/dev/null <"$process/environ" | grep -qxF "SLURM_CONF=$SLURM_CONF"; then
                    kill -KILL "${process#/proc/}" 2>/dev/null || true
                fi ;;
        esac
    done
}
end() {
    scancel --full --user root 2>/dev/null || true
    kill_tasks
    kill_daemon slurmd slurmd.pid
    kill_daemon slurmctld slurmctld.pid
    kill_daemon munged munge/pid
}
trap end EXIT

waiting() { (squeue --noheader --array 2>/dev/null || echo unknown) | wc -l; }
# How many runs are in the files of this pattern.
stored() {
    python3 - "$1" <<'END'
import glob, sqlite3, sys
def runs(path):
    try:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("SELECT count(*) FROM runs").fetchone()[0]
    except sqlite3.Error:
        return 0
print(sum(runs(path) for path in glob.glob(sys.argv[1])))
END
}
# Waits until more than so many runs are stored.
await_runs() {
    for _ in $(seq 600); do
        [ "$(stored 'runs-[1-8].db')" -gt "$1" ] && return
        sleep 0.2
    done
    echo "no more than $1 runs were stored in two minutes"; tail -n 20 slurmctld.log slurmd.log; exit 1
}

# Waits until the controller has seen that the node is dead, and has put its tasks back into the queue.
await_requeue() {
    for _ in $(seq 300); do
        [ -z "$(squeue --noheader --states=running,completing 2>/dev/null || echo none)" ] && return
        sleep 0.5
    done
    echo "the tasks of the dead node still run"; squeue; tail -n 20 slurmctld.log; exit 1
}

study=(--suite more-wild-moved,more-wild-noise --solvers hybrid,patternsearch,nelder-mead --budget 100 --seeds 3)
compare run "${study[@]}" --out whole.db 2>whole.log
runs=$(stored 'whole.db')

begin_munged
begin_slurmctld
begin_slurmd
sbatch --array=1-8 "$root/crates/compare/scripts/slurm.sh" "${study[@]}"

await_runs $((runs / 8))
echo "$(stored 'runs-[1-8].db') of $runs runs: the controller is killed"
kill_daemon slurmctld slurmctld.pid
sleep 1
begin_slurmctld

await_runs $((runs / 4))
echo "$(stored 'runs-[1-8].db') of $runs runs: the node dies, with all that runs on it"
kill_daemon slurmd slurmd.pid
kill_tasks
await_requeue
begin_slurmd

await_runs $((runs / 2))
echo "$(stored 'runs-[1-8].db') of $runs runs: all daemons are killed, with all that runs"
kill_daemon slurmctld slurmctld.pid
kill_daemon slurmd slurmd.pid
kill_daemon munged munge/pid
kill_tasks
begin_munged
begin_slurmctld
await_requeue
begin_slurmd

for _ in $(seq 300); do
    [ "$(waiting)" = 0 ] && break
    sleep 1
done
[ "$(waiting)" = 0 ] || { squeue; tail -n 20 slurmctld.log; exit 1; }
grep -c -i requeu slurmctld.log | sed 's/$/ lines of the controller tell of tasks begun again/'

compare merge merged.db runs-[1-8].db
# Each has all that the other has, to the bit, or this fails.
compare merge whole.db merged.db 2>&1 | tee equal.log
compare merge merged.db whole.db 2>&1 | tee -a equal.log
[ "$(grep -c ' 0 new runs taken' equal.log)" = 2 ] || { echo "the files differ"; exit 1; }
echo "the merged file is that of the undisturbed study: $runs runs"
