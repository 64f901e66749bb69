#!/usr/bin/env bash
# Every shell script of the tree is clean to shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
mapfile -t scripts < <(grep -rlIE --exclude-dir=build --exclude-dir=.git --exclude-dir=fixtures \
  '^#!.*\b(ba)?sh$' . | sort)
((${#scripts[@]} > 3)) || { echo "found only ${#scripts[@]} scripts" && exit 1; }
shellcheck -x "${scripts[@]}"
echo "${#scripts[@]} scripts are clean"
