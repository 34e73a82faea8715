#!/usr/bin/env bash
# Makes the study of docs/comparison.md. Run it from the root of the repository, with a Rust toolchain, cmake, and
# Python 3.11 or 3.12 for the peers of other languages. It makes the runs that are missing in the folder, freezes the least
# values, and writes the page, the tables and the rows. What was made is kept if it is interrupted.
#
#   crates/compare/scripts/published_study.sh [folder [budget]]      default: target/published 100
#
# The budget is in simplex gradients. With 2 of them the whole takes minutes, which shows that it works here.
set -euo pipefail

out=${1:-target/published}
budget=${2:-100}
mkdir -p "$out"
cargo build --release -p patternsearch-compare --features basin,bobyqa,cmaes,cobyla,nlopt
compare="${CARGO_TARGET_DIR:-target}/release/compare"
bridges=crates/compare/bridges
[ -d "$out/peers" ] || python3 -m venv "$out/peers"
. "$out/peers/bin/activate"
pip install --quiet --requirement "$bridges/requirements.txt"

# Names of bridges as the files that describe them.
files() { printf ",$bridges/%s.toml" "$@"; }
# Exit code 6: a solver ended before its first value, as NOMAD does where the start has none. The report names these runs.
run() { "$compare" run --budget "$budget" --seeds "$1" --out "$out/runs.db" "${@:2}" || [ $? = 6 ]; }

smooth=more-wild,more-wild-rotated,more-wild-bounded
rough=more-wild-nonsmooth,more-wild-wave,more-wild-nonsmooth-rotated,more-wild-nonsmooth-bounded
noise=more-wild-noise,more-wild-noise-rotated,more-wild-noise-bounded
few=$smooth,$rough,$noise,hock-schittkowski,strd,corners,nonsmooth,nonsmooth-rotated
constrained=hock-schittkowski-constrained,constrained-nonsmooth,engineering,mixed-integer,linear-rows
many=more-garbow-hillstrom
for class in smooth rotated noisy wavy kinks bounded; do many=$many,many-$class-20; done

# Solvers whose models take minutes with many coordinates are left out there.
quick=patternsearch,patternsearch-success,patternsearch-np1,patternsearch-orthomads,nups,coordinate,coordinate-plain
quick=$quick,quasi-newton,nelder-mead,particle-swarm,l-bfgs-differences,spectral-gradient-differences,adam-differences
quick=$quick,bobyqa,cma-es,basin-mads,nlopt-sbplx,nlopt-praxis
at_twenty=hybrid,coordinate,quasi-newton,l-bfgs-differences,bfgs-differences,nlopt-bobyqa,nlopt-sbplx,nlopt-praxis,cma-es

run 3 --suite "$few" --solvers all
run 3 --suite nets --solvers "$quick"
run 3 --suite "$many" --solvers "$at_twenty$(files pdfo scipy-l-bfgs-b)"
# NLopt's COBYLA hangs on two of these problems at the finest tolerances.
run 3 --suite "$constrained" --solvers "hybrid,patternsearch,cobyla$(files scipy-cobyla scipy-cobyqa scipy-slsqp pdfo)"
# Peers that are slow have one seed where the problem has none.
run 1 --suite "$smooth,nonsmooth,strd" --solvers "hybrid$(files scipy-l-bfgs-b scipy-powell pdfo)"
run 1 --suite more-wild,more-wild-bounded,strd --solvers "hybrid,hybrid-residuals$(files scipy-cobyqa py-bobyqa dfo-ls)"
run 3 --suite more-wild-noise --solvers "hybrid$(files pdfo)"
run 1 --suite mixed-integer --solvers "hybrid$(files nomad)"

"$compare" freeze "$out/runs.db" --out "$out/f_l.json"
for format in html:report.html markdown:tables.md csv:rows.csv; do
    "$compare" report "$out/runs.db" --references "$out/f_l.json" --format "${format%:*}" --out "$out/${format#*:}"
done
