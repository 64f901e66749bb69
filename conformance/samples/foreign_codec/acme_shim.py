#!/usr/bin/python3
"""A third party whose batches have a container of its own, made by the openssl command.

`ACMEKEYS`, two octets of length, a password wrapped by RSA-OAEP, then `openssl enc -aes-256-cbc
-pbkdf2`. The harness cannot read it: acme_open.sh, the filter of iut.toml, can. Keyrings and
manifests are those of the sample in ../python.
"""

import json
import pathlib
import secrets
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import touchstone_shim as python_sample  # noqa: E402
from keyfiles import keyring_text  # noqa: E402


def openssl(*arguments, octets):
    return subprocess.run(["openssl", *arguments], input=octets, stdout=subprocess.PIPE,
                          check=True).stdout


def batch_encode(args):
    rows = keyring_text.print_rows(args["nodes"])
    password = secrets.token_hex(32).encode()
    with tempfile.TemporaryDirectory() as folder:
        key = pathlib.Path(folder) / "public.pem"
        key.write_text(args["public_key_pems"][0])
        secret = pathlib.Path(folder) / "password"
        secret.write_bytes(password)
        wrapped = openssl("pkeyutl", "-encrypt", "-pubin", "-inkey", key, "-pkeyopt",
                          "rsa_padding_mode:oaep", octets=password)
        body = openssl("enc", "-aes-256-cbc", "-pbkdf2", "-pass", f"file:{secret}", octets=rows)
    file = b"ACMEKEYS" + len(wrapped).to_bytes(2, "big") + wrapped + body
    return {"encrypted_b64": python_sample.text(file)}


def main():
    known = ("keyring.decode", "keyring.encode", "keyring.validate", "keyring.merge")
    python_sample.OPERATIONS = {op: python_sample.OPERATIONS[op] for op in known}
    python_sample.OPERATIONS["batch.encode"] = batch_encode
    python_sample.main()


if __name__ == "__main__":
    main()
