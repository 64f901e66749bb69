"""A batch: CMS EnvelopedData, MAC and manifest (docs/formats/batch.md)."""

import hashlib
import hmac
import os

from . import aes, der, keyring_text, manifest_text
from .derive import subkey
from .refusal import Refusal, finding

ENVELOPED, DATA = "1.2.840.113549.1.7.3", "1.2.840.113549.1.7.1"
OAEP, MGF1 = "1.2.840.113549.1.1.7", "1.2.840.113549.1.1.8"
SHA256, AES_256_CBC = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.1.42"
MAX_RECIPIENTS = 8
OWN, MADE = 0x80, 0xA0  # context tag [0], primitive and constructed


def _algorithm(element, name):
    """The parameters after the identifier `name`."""
    parts = der.expect([element], der.SEQUENCE)[0].children()
    if not parts or der.oid(parts[0]) != name:
        raise Refusal("syntax", "another algorithm")
    return parts[1:]


def _check_sha256(element):
    rest = _algorithm(element, SHA256)
    if rest and (len(rest) > 1 or rest[0].tag != der.NULL or rest[0].content):
        raise Refusal("syntax", "parameters of SHA-256")


def _check_oaep(element):
    (parameters,) = der.expect(_algorithm(element, OAEP), der.SEQUENCE)
    hashing, masking = der.expect(parameters.children(), 0xA0, 0xA1)
    _check_sha256(der.expect(hashing.children(), der.SEQUENCE)[0])
    (mask,) = der.expect(masking.children(), der.SEQUENCE)
    _check_sha256(der.expect(_algorithm(mask, MGF1), der.SEQUENCE)[0])


def _recipient(element):
    """(identifier, encrypted key); no identifier for one named by issuer and serial number."""
    parts = der.expect([element], der.SEQUENCE)[0].children()
    by_identifier = len(parts) == 4 and parts[1].tag == OWN
    version, name, algorithm, wrapped = der.expect(
        parts, der.INTEGER, OWN if by_identifier else der.SEQUENCE, der.SEQUENCE, der.OCTETS)
    if der.integer(version) != (2 if by_identifier else 0):
        raise Refusal("syntax", "version 2, or 0 with issuer and serial number")
    _check_oaep(algorithm)
    return name.content if by_identifier else None, wrapped.content


def _octets(element):
    if element.tag == OWN:
        return element.content
    return b"".join(der.expect([piece], der.OCTETS)[0].content for piece in element.children())


def _is_ber(element):
    """Whether an indefinite length or a string in pieces is anywhere in `element`."""
    if element.indefinite:
        return True
    return bool(element.tag & 0x20) and any(_is_ber(child) for child in element.children())


def _container(file):
    """recipients, iv, cipher text, findings."""
    outer = der.one(file)
    kind, wrapper = der.expect(der.expect([outer], der.SEQUENCE)[0].children(), der.OID, MADE)
    if der.oid(kind) != ENVELOPED:
        raise Refusal("syntax", "EnvelopedData")
    (enveloped,) = der.expect(wrapper.children(), der.SEQUENCE)
    version, recipients, content = der.expect(enveloped.children(), der.INTEGER, der.SET,
                                              der.SEQUENCE)
    if der.integer(version) not in (0, 2, 3):
        raise Refusal("syntax", "version 2")
    people = recipients.children()
    if not 1 <= len(people) <= MAX_RECIPIENTS:
        raise Refusal("syntax", "1 to 8 recipients")
    people = [_recipient(one) for one in people]
    parts = content.children()
    if len(parts) != 3 or der.oid(parts[0]) != DATA or parts[2].tag not in (OWN, MADE):
        raise Refusal("syntax", "encrypted data")
    (iv,) = der.expect(_algorithm(parts[1], AES_256_CBC), der.OCTETS)
    if len(iv.content) != 16:
        raise Refusal("syntax", "an IV of 16 octets")
    ber = parts[2].tag == MADE or _is_ber(outer)
    cipher_text = _octets(parts[2])
    if not cipher_text or len(cipher_text) % 16:
        raise Refusal("syntax", "whole blocks")
    return people, iv.content, cipher_text, [finding("KL-BER")] if ber else []


def _open(people, iv, cipher_text, key):
    mine = [wrapped for name, wrapped in people if name == key.public.identifier()]
    if not mine:
        raise Refusal("decrypt", "made for another KMS key")
    secret = key.decrypt_oaep(mine[0])
    body = aes.cbc_decrypt(secret, iv, cipher_text) if secret and len(secret) == 32 else None
    if body is None:
        raise Refusal("decrypt", "the content cannot be decrypted")
    return body


def _compare(manifest, rows, file, name):
    if manifest is None:
        raise Refusal("manifest", "the manifest is missing")
    told, digest, claims, findings = manifest_text.decode(manifest, row_limit=len(rows))
    if digest != hashlib.sha256(file).hexdigest():
        raise Refusal("manifest", "the hash of another file")
    true = {node: (batch, count) for node, _, batch, count in rows}
    for claim in claims:
        if claim[0] not in true or (len(claim) == 3 and true[claim[0]] != tuple(claim[1:])):
            raise Refusal("manifest", "other rows than the batch has")
    if len(claims) != len(rows):
        raise Refusal("manifest", "fewer rows than the batch has")
    return findings + ([finding("RENAMED")] if told != name else [])


def decode(files, name, pwdh, key):
    """rows and findings. `files`: container, signature or None, manifest or None."""
    file, signature, manifest = files
    mac = aes.cmac(subkey(pwdh, "batch_mac"), file)
    if signature is None or not hmac.compare_digest(signature, mac):
        raise Refusal("signature", "the MAC does not verify")
    people, iv, cipher_text, findings = _container(file)
    rows, found = keyring_text.read_rows(_open(people, iv, cipher_text, key))
    return rows, findings + found + _compare(manifest, rows, file, name)


def _write_oaep():
    sha = der.write(der.SEQUENCE, der.write_oid(SHA256))
    mask = der.write(der.SEQUENCE, der.write_oid(MGF1), sha)
    parameters = der.write(der.SEQUENCE, der.write(0xA0, sha), der.write(0xA1, mask))
    return der.write(der.SEQUENCE, der.write_oid(OAEP), parameters)


def encode(rows, name, pwdh, recipients):
    """container, signature, manifest."""
    if not rows or not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise Refusal("state", "rows, and 1 to 8 recipients")
    keyring_text.read_rows(keyring_text.print_rows(rows))
    secret, iv = os.urandom(32), os.urandom(16)
    infos = [der.write(der.SEQUENCE, der.write_integer(2), der.write(OWN, key.identifier()),
                       _write_oaep(), der.write(der.OCTETS, key.encrypt_oaep(secret)))
             for key in recipients]
    cipher = der.write(der.SEQUENCE, der.write_oid(AES_256_CBC), der.write(der.OCTETS, iv))
    body = aes.cbc_encrypt(secret, iv, keyring_text.print_rows(rows))
    content = der.write(der.SEQUENCE, der.write_oid(DATA), cipher, der.write(OWN, body))
    enveloped = der.write(der.SEQUENCE, der.write_integer(2),
                          der.write(der.SET, *sorted(infos)), content)
    file = der.write(der.SEQUENCE, der.write_oid(ENVELOPED), der.write(MADE, enveloped))
    claims = [[node, batch, count] for node, _, batch, count in rows]
    manifest = manifest_text.encode(name, hashlib.sha256(file).hexdigest(), claims)
    return file, aes.cmac(subkey(pwdh, "batch_mac"), file), manifest
