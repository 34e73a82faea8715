#!/usr/bin/env bash
# Builds the Python package as a wheel, installs it into an empty environment, and tests it there.
# Usage: scripts/check_python.sh FOLDER [FLAGS]. The folder gets the environments and the wheel; the flags are those of
# `maturin build`, by default for an optimised wheel that runs on any Linux.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?the folder for the environments and the wheel}
shift
[ $# -gt 0 ] || set -- --release --zig --compatibility manylinux2014

python3 -m venv "$folder/tools"
"$folder/tools/bin/pip" install --quiet --disable-pip-version-check maturin ziglang mypy numpy scipy
rm -rf "$folder/dist"
PATH="$folder/tools/bin:$PATH" "$folder/tools/bin/maturin" build "$@" --out "$folder/dist"
"$folder/tools/bin/mypy"

# The wheel needs numpy and nothing else.
rm -rf "$folder/empty"
python3 -m venv "$folder/empty"
"$folder/empty/bin/pip" install --quiet --disable-pip-version-check "$folder"/dist/*.whl
(cd "$folder" && empty/bin/python -c "
import patternsearch
result = patternsearch.minimize(lambda x: (x[0] - 1) ** 2, [3.0])
assert result.success, result")

"$folder/empty/bin/pip" install --quiet --disable-pip-version-check scipy pytest distributed loky
"$folder/empty/bin/python" -m pytest -q crates/python/tests
# The examples of the optional modules run in their tests, where their packages are installed.
(cd "$folder" && empty/bin/python -m pytest -q --doctest-modules --pyargs patternsearch \
    --ignore-glob='*/for_*.py' --ignore-glob='*/gest.py' --ignore-glob='*/_vocs.py')
