"""The Gateway key file and its signature (docs/formats/gateway-key-file.md)."""

import hmac
import os
import struct

from . import aes, keyring_text
from .derive import check_kdf, derive_pwdh, pwdh_salt, subkey
from .refusal import Refusal

MAGIC = b"ULPGWK1\n"
HEADER = struct.Struct(">8sBBBBIII16s16sQ")
SCHEMES = {1: "pkcs1", 2: "pss"}


def encode(network, kdf, scheme, signer):
    text = keyring_text.print_header(network)
    base, pwdh = bytes.fromhex(network["base"]), bytes.fromhex(network["pwdh"])
    number = next(key for key, name in SCHEMES.items() if name == scheme)
    iv = os.urandom(16)
    kind, cost, block, lanes = kdf
    header = HEADER.pack(MAGIC, kind, 1, number, 0, cost, block, lanes, pwdh_salt(base), iv,
                         len(text))
    file = header + aes.cbc_encrypt(subkey(pwdh, "gateway_key_file"), iv, text)
    return file, signer.sign(scheme, file)


def _check_header(file):
    """Steps 2 to 4 of the page: nothing but looking at signed octets."""
    if len(file) < HEADER.size or file[:8] != MAGIC:
        raise Refusal("syntax", "the magic")
    fields = HEADER.unpack_from(file)
    _, kind, cipher, signature, reserved, cost, block, lanes, salt, iv, length = fields
    if cipher != 1 or signature not in SCHEMES or reserved != 0:
        raise Refusal("range", "known ids and a reserved octet of 0")
    kdf = check_kdf((kind, cost, block, lanes))
    body = len(file) - HEADER.size
    if body == 0 or body % 16 or (length // 16 + 1) * 16 != body:
        raise Refusal("length", "a cipher text of the length that the header gives")
    return kdf, salt, iv, length


def decode(file, signature, signer, passphrase):
    scheme = SCHEMES.get(file[10] if len(file) > 10 else 1, "pkcs1")
    if not signer.verify(scheme, file, signature):
        raise Refusal("signature", "a signature of the KMS")
    kdf, salt, iv, length = _check_header(file)
    pwdh = derive_pwdh(passphrase, salt, kdf)
    text = aes.cbc_decrypt(subkey(pwdh, "gateway_key_file"), iv, file[HEADER.size:])
    first = b"pwdh, 0x" + pwdh.hex().encode() + b"\n"
    if text is None or not hmac.compare_digest(text[:len(first)], first):
        raise Refusal("auth", "the passphrase of this network")
    if len(text) != length:
        raise Refusal("length", "the length that the header gives")
    network = keyring_text.read_header_lines(text)
    if pwdh_salt(bytes.fromhex(network["base"])) != salt:
        raise Refusal("syntax", "a salt that is that of base")
    return network
