"""Passphrase to pwdh, pwdh to working keys, base to node keys (docs/formats/key-derivation.md)."""

import functools
import hashlib

from .aes import cmac
from .refusal import Refusal, finding

PBKDF2, SCRYPT = 1, 2
LABELS = {"gateway_key_file": b"ULP-KMS-GWKEY-ENC/1", "batch_mac": b"ULP-KMS-BATCH-MAC/1",
          "database_wrap": b"ULP-LKS-DB-KEK/1"}


def pwdh_salt(base):
    return cmac(base, b"ULP-KMS-PWDH-SALT/1")


def parse_kdf(text):
    """`scrypt:17` or `pbkdf2:600000` as (id, p1, p2, p3)."""
    name, _, cost = text.partition(":")
    if not (cost.isascii() and cost.isdigit()) or (cost[0] == "0" and cost != "0"):
        raise Refusal("syntax", "NAME:COST")
    if name == "scrypt":
        return check_kdf((SCRYPT, int(cost), 8, 1))
    if name == "pbkdf2":
        return check_kdf((PBKDF2, int(cost), 0, 0))
    raise Refusal("range", "an unknown KDF")


def check_kdf(kdf):
    """The bounds, before any work."""
    kind, cost, block, lanes = kdf
    if kind == PBKDF2 and 100000 <= cost <= 10000000 and block == 0 and lanes == 0:
        return kdf
    if kind == SCRYPT and 14 <= cost <= 20 and block == 8 and 1 <= lanes <= 4:
        return kdf
    raise Refusal("range", "KDF parameters outside the bounds")


@functools.lru_cache(maxsize=64)
def derive_pwdh(passphrase, salt, kdf):
    kind, cost, block, lanes = check_kdf(kdf)
    if kind == PBKDF2:
        return hashlib.pbkdf2_hmac("sha256", passphrase, salt, cost, 16)
    memory = 128 * block * ((1 << cost) + lanes + 2) + (1 << 20)
    return hashlib.scrypt(passphrase, salt=salt, n=1 << cost, r=block, p=lanes, dklen=16,
                          maxmem=memory)


def kbkdf(key, label, context=b""):
    return cmac(key, bytes((0, 0, 0, 1)) + label + b"\0" + context + bytes((0, 0, 0, 128)))


def subkey(pwdh, purpose):
    return kbkdf(pwdh, LABELS[purpose])


def node_root_key(base, node_id, count, nonce):
    context = node_id.to_bytes(4, "big") + count.to_bytes(4, "big") + nonce
    return kbkdf(base, b"ULP-LKS-NODE-ROOT/1", context)


def check_passphrase(passphrase, strict):
    """The number of warnings and the findings; refused by the rules of the page."""
    if not 8 <= len(passphrase) <= 1024:
        raise Refusal("auth", "8 to 1024 octets")
    if any(octet < 0x20 or octet == 0x7F for octet in passphrase):
        raise Refusal("auth", "no control characters")
    text = [chr(octet) for octet in passphrase]
    upper = any("A" <= c <= "Z" for c in text)
    lower = any("a" <= c <= "z" for c in text)
    digit = any("0" <= c <= "9" for c in text)
    other = any(not (c.isascii() and c.isalnum()) for c in text)
    warnings = (len(passphrase) < 12) + (upper + lower + digit + other < 3)
    if strict and warnings:
        raise Refusal("auth", "a longer passphrase of more kinds of characters")
    findings = [finding("KL-NONASCII")] if any(octet > 0x7F for octet in passphrase) else []
    return warnings, findings
