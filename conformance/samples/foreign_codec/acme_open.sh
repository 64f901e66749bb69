#!/usr/bin/env bash
# The filter of an encrypted format of ours alone: a batch of acme_shim.py on standard input, its
# rows on standard output. 89 says "not my format". usage: acme_open.sh PRIVATE_KEY
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/file"
[ "$(head -c 8 "$work/file")" = ACMEKEYS ] || exit 89
size=$((16#$(dd if="$work/file" bs=1 skip=8 count=2 status=none | od -An -tx1 | tr -d ' \n')))
tail -c +11 "$work/file" | head -c "$size" > "$work/wrapped"
tail -c "+$((11 + size))" "$work/file" > "$work/body"
openssl pkeyutl -decrypt -inkey "$1" -in "$work/wrapped" -pkeyopt rsa_padding_mode:oaep \
  -out "$work/password"
openssl enc -d -aes-256-cbc -pbkdf2 -pass "file:$work/password" -in "$work/body"
