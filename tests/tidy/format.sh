#!/usr/bin/env bash
# clang-format-19 would change nothing. `tests/tidy/format.sh --fix` lets it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
command -v clang-format-19 >/dev/null || {
  echo "clang-format-19 is missing: tools/setup test"
  exit 1
}
mapfile -t files < <(find reference conformance sim tools tests docs \
  \( -name '*.cpp' -o -name '*.h' \) 2>/dev/null | sort)
((${#files[@]} > 0)) || { echo "found no sources" && exit 1; }
if [[ ${1:-} == --fix ]]; then
  clang-format-19 -i "${files[@]}"
else
  printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -n 16 clang-format-19 --dry-run -Werror
fi
echo "${#files[@]} files keep the format"
