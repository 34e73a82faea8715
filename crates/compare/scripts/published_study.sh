#!/usr/bin/env bash
# Makes the study of docs/comparison.md. Run it from the root of the repository. It makes the missing runs, freezes the
# least values, and writes the page, the tables and the rows.
#
#   crates/compare/scripts/published_study.sh [folder]      default: target/published
set -euo pipefail

out=${1:-target/published}
mkdir -p "$out"
cargo build --release -p patternsearch-compare --features basin,bobyqa,cmaes,cobyla,nlopt
compare="${CARGO_TARGET_DIR:-target}/release/compare"

suites=more-wild,more-wild-nonsmooth,more-wild-wave,more-wild-noise
suites=$suites,more-wild-rotated,more-wild-nonsmooth-rotated,more-wild-noise-rotated
suites=$suites,more-wild-bounded,more-wild-nonsmooth-bounded,more-wild-noise-bounded
suites=$suites,hock-schittkowski,strd,corners,nonsmooth,nonsmooth-rotated
# Nets have up to 298 weights, so solvers whose models take minutes there are left out.
nets=patternsearch,patternsearch-success,patternsearch-np1,patternsearch-orthomads,nups,coordinate,coordinate-plain
nets=$nets,nelder-mead,particle-swarm,l-bfgs-differences,spectral-gradient-differences,adam-differences
nets=$nets,bobyqa,cma-es,basin-mads,nlopt-sbplx,nlopt-praxis

run() { "$compare" run --budget 100 --seeds 3 --out "$out/runs.db" "$@"; }
run --suite "$suites" --solvers all
run --suite nets --solvers "$nets"
"$compare" freeze "$out/runs.db" --out "$out/f_l.json"
for format in html:report.html markdown:tables.md csv:rows.csv; do
    "$compare" report "$out/runs.db" --references "$out/f_l.json" --format "${format%:*}" --out "$out/${format#*:}"
done
