"""RSA (RFC 8017): OAEP and both signature schemes with SHA-256, keys from PEM."""

import base64
import hashlib
import hmac
import os
import re

from . import der
from .refusal import Refusal

RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 9.2, SHA-256
HASH_SIZE = 32


def _sha256(data):
    return hashlib.sha256(data).digest()


def _xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def _mgf1(seed, size):
    blocks = range((size + HASH_SIZE - 1) // HASH_SIZE)
    return b"".join(_sha256(seed + i.to_bytes(4, "big")) for i in blocks)[:size]


def _pem(text, label):
    found = re.search(f"-----BEGIN {label}-----(.*?)-----END {label}-----", text, re.S)
    return base64.b64decode(found.group(1)) if found else None


def _inside_algorithm(info):
    """The key octets beside an AlgorithmIdentifier that has to be rsaEncryption."""
    algorithm = next(part for part in info if part.tag == der.SEQUENCE)
    if der.oid(algorithm.children()[0]) != RSA_ENCRYPTION:
        raise Refusal("io", "not an RSA key")
    return info[info.index(algorithm) + 1].content


class PublicKey:
    def __init__(self, n, e):
        self.n, self.e = n, e
        self.size = (n.bit_length() + 7) // 8
        if n.bit_length() < 2048:
            raise Refusal("range", "an RSA key of 2048 bits or more")

    @staticmethod
    def from_pem(text):
        octets = _pem(text, "PUBLIC KEY")
        if octets is None:
            raise Refusal("io", "no public key in PEM")
        bits = _inside_algorithm(der.one(octets).children())
        n, e = der.one(bits[1:]).children()
        return PublicKey(der.integer(n), der.integer(e))

    def identifier(self):
        """SHA-1 of the PKCS#1 RSAPublicKey."""
        key = der.write(der.SEQUENCE, der.write_integer(self.n), der.write_integer(self.e))
        return hashlib.sha1(key).digest()

    def encrypt_oaep(self, message):
        room = self.size - 2 * HASH_SIZE - 2
        block = _sha256(b"") + bytes(room - len(message)) + b"\x01" + message
        seed = os.urandom(HASH_SIZE)
        masked = _xor(block, _mgf1(seed, len(block)))
        encoded = b"\0" + _xor(seed, _mgf1(masked, HASH_SIZE)) + masked
        return self._raise(encoded)

    def _raise(self, octets):
        return pow(int.from_bytes(octets, "big"), self.e, self.n).to_bytes(self.size, "big")

    def verify(self, scheme, message, signature):
        if len(signature) != self.size or int.from_bytes(signature, "big") >= self.n:
            return False
        encoded = self._raise(signature)
        if scheme == "pss":
            return self._pss_holds(message, encoded)
        return hmac.compare_digest(encoded, _pkcs1(message, self.size))

    def _pss_holds(self, message, encoded):
        bits = self.n.bit_length() - 1
        encoded = encoded[len(encoded) - (bits + 7) // 8:]
        block, digest, end = encoded[:-HASH_SIZE - 1], encoded[-HASH_SIZE - 1:-1], encoded[-1]
        top = 0xFF >> (8 * len(encoded) - bits)
        if end != 0xBC or block[0] & ~top & 0xFF:
            return False
        block = bytearray(_xor(block, _mgf1(digest, len(block))))
        block[0] &= top
        zeros = len(block) - HASH_SIZE - 1
        if any(block[:zeros]) or block[zeros] != 1:
            return False
        salt = bytes(block[zeros + 1:])
        return hmac.compare_digest(digest, _sha256(bytes(8) + _sha256(message) + salt))


def _pkcs1(message, size):
    info = DIGEST_INFO + _sha256(message)
    return b"\0\x01" + b"\xff" * (size - len(info) - 3) + b"\0" + info


class PrivateKey:
    def __init__(self, numbers):
        n, e, d, self.p, self.q, self.dp, self.dq, self.inverse = numbers
        self.public = PublicKey(n, e)

    @staticmethod
    def from_pem(text):
        octets = _pem(text, "RSA PRIVATE KEY")
        if octets is None:
            info = _pem(text, "PRIVATE KEY")
            if info is None:
                raise Refusal("io", "no private key in PEM")
            octets = _inside_algorithm(der.one(info).children())
        return PrivateKey([der.integer(part) for part in der.one(octets).children()[1:9]])

    def _raise(self, octets):
        c = int.from_bytes(octets, "big")
        a, b = pow(c % self.p, self.dp, self.p), pow(c % self.q, self.dq, self.q)
        message = b + self.q * (self.inverse * (a - b) % self.p)
        return message.to_bytes(self.public.size, "big")

    def decrypt_oaep(self, wrapped):
        """The message, or None: which part was wrong is not told."""
        size = self.public.size
        if len(wrapped) != size or int.from_bytes(wrapped, "big") >= self.public.n:
            return None
        encoded = self._raise(wrapped)
        seed = _xor(encoded[1:1 + HASH_SIZE], _mgf1(encoded[1 + HASH_SIZE:], HASH_SIZE))
        block = _xor(encoded[1 + HASH_SIZE:], _mgf1(seed, size - HASH_SIZE - 1))
        rest = block[HASH_SIZE:].lstrip(b"\0")
        right = hmac.compare_digest(block[:HASH_SIZE], _sha256(b""))
        if encoded[0] or not right or rest[:1] != b"\x01":
            return None
        return rest[1:]

    def sign(self, scheme, message):
        size = self.public.size
        if scheme == "pkcs1":
            return self._raise(_pkcs1(message, size))
        bits = self.public.n.bit_length() - 1
        length = (bits + 7) // 8
        salt = os.urandom(HASH_SIZE)
        digest = _sha256(bytes(8) + _sha256(message) + salt)
        block = bytes(length - 2 * HASH_SIZE - 2) + b"\x01" + salt
        block = bytearray(_xor(block, _mgf1(digest, len(block))))
        block[0] &= 0xFF >> (8 * length - bits)
        return self._raise((bytes(block) + digest + b"\xbc").rjust(size, b"\0"))
