#!/usr/bin/python3
"""A shim for tsp/1 (docs/formats/tsp-1.md): the key files, implemented in Python from docs/formats.

Nothing of the reference is used. It reads one JSON object a line and answers with one.
"""

import base64
import json
import sys

from keyfiles import batch, derive, diameter_conf, gateway, keyring_text, manifest_text, merge, rsa
from keyfiles.refusal import Refusal


def octets(args, name):
    value = args.get(name)
    return None if value is None else base64.b64decode(value, validate=True)


def text(data):
    return base64.b64encode(data).decode("ascii")


def strict_or_findings(args, findings):
    told = [found for found in findings if found["code"] != "RENAMED"]  # a batch may be renamed
    if args.get("mode") == "strict" and told:
        raise Refusal("unspecified", "not canonical", findings)
    return findings


def keyring_decode(args):
    short = bool(args.get("accept_short_hex"))
    network, rows, findings = keyring_text.read_keyring(octets(args, "octets_b64"), short)
    return {"network": network, "nodes": rows, "findings": strict_or_findings(args, findings)}


def keyring_validate(args):
    findings = keyring_text.read_keyring(octets(args, "octets_b64"))[2]
    mode = "strict" if args.get("strict") else "tolerant"
    return {"findings": strict_or_findings({"mode": mode}, findings)}


def keyring_encode(args):
    keyring_text.check_value(args["network"], args["nodes"])
    return {"octets_b64": text(keyring_text.print_keyring(args["network"], args["nodes"]))}


def keyring_merge(args):
    keyring, tally, findings = merge.merge(octets(args, "keyring_b64"), args["nodes"], args)
    return {"keyring_b64": text(keyring), "findings": findings, **tally}


def manifest_decode(args):
    name, digest, rows, findings = manifest_text.decode(octets(args, "octets_b64"))
    return {"file": name, "sha256": digest, "rows": rows, "findings": findings}


def manifest_encode(args):
    return {"octets_b64": text(manifest_text.encode(args["file"], args["sha256"], args["rows"]))}


def batch_decode(args):
    files = [octets(args, name) for name in ("encrypted_b64", "signature_b64", "manifest_b64")]
    key = rsa.PrivateKey.from_pem(args["private_key_pem"])
    name = args.get("file_name", "")
    rows, findings = batch.decode(files, name, bytes.fromhex(args["pwdh"]), key)
    return {"nodes": rows, "findings": strict_or_findings(args, findings)}


def batch_encode(args):
    keys = [rsa.PublicKey.from_pem(pem) for pem in args["public_key_pems"]]
    pwdh = bytes.fromhex(args["pwdh"])
    files = batch.encode(args["nodes"], args["file_name"], pwdh, keys)
    names = ("encrypted_b64", "signature_b64", "manifest_b64")
    return {name: text(data) for name, data in zip(names, files)}


def gwkeys_decode(args):
    signer = rsa.PublicKey.from_pem(args["public_key_pem"])
    signature = octets(args, "signature_b64") or b""
    network = gateway.decode(octets(args, "file_b64"), signature, signer,
                             octets(args, "passphrase_b64"))
    return {"network": network}


def gwkeys_encode(args):
    signer = rsa.PrivateKey.from_pem(args["private_key_pem"])
    kdf = derive.parse_kdf(args["kdf"])
    file, signature = gateway.encode(args["network"], kdf, args["signature"], signer)
    return {"file_b64": text(file), "signature_b64": text(signature)}


def kdf_pwdh(args):
    salt = derive.pwdh_salt(bytes.fromhex(args["base"]))
    kdf = derive.parse_kdf(args["kdf"])
    return {"pwdh": derive.derive_pwdh(octets(args, "passphrase_b64"), salt, kdf).hex()}


def kdf_subkey(args):
    if args["purpose"] not in derive.LABELS:
        raise Refusal("range", "an unknown purpose")
    return {"key": derive.subkey(bytes.fromhex(args["pwdh"]), args["purpose"]).hex()}


def kdf_node_root_key(args):
    base, nonce = bytes.fromhex(args["base"]), bytes.fromhex(args["nonce"])
    return {"key": derive.node_root_key(base, args["node_id"], args["count"], nonce).hex()}


def passphrase_check(args):
    passphrase = octets(args, "passphrase_b64")
    warnings, findings = derive.check_passphrase(passphrase, bool(args.get("strict")))
    return {"warnings": warnings, "findings": findings}


def diameter_conf_decode(args):
    conf, ports, findings = diameter_conf.decode(octets(args, "octets_b64"), args)
    return {"conf": conf, "ports": ports, "findings": findings}


def diameter_conf_encode(args):
    return {"octets_b64": text(diameter_conf.encode(args["conf"]))}


OPERATIONS = {
    "keyring.decode": keyring_decode, "keyring.encode": keyring_encode,
    "keyring.validate": keyring_validate,
    "keyring.merge": keyring_merge, "manifest.decode": manifest_decode,
    "manifest.encode": manifest_encode, "batch.decode": batch_decode,
    "batch.encode": batch_encode, "gwkeys.decode": gwkeys_decode,
    "gwkeys.encode": gwkeys_encode, "kdf.pwdh": kdf_pwdh, "kdf.subkey": kdf_subkey,
    "kdf.node_root_key": kdf_node_root_key, "passphrase.check": passphrase_check,
    "diameter_conf.decode": diameter_conf_decode, "diameter_conf.encode": diameter_conf_encode,
}


def carry_out(request):
    answer = {"id": request["id"]}
    operation = OPERATIONS.get(request.get("op"))
    if operation is None:
        return answer | {"status": "unsupported"}
    try:
        return answer | {"status": "ok", "obs": operation(request.get("args") or {})}
    except Refusal as refusal:
        return answer | {"status": "reject", "class": refusal.reject_class,
                         "obs": {"findings": refusal.findings}}
    except Exception as error:  # the type alone: a message could hold octets of a key
        return answer | {"status": "error", "detail": type(error).__name__}


def answer_to(frame):
    """The answer, or None at the end."""
    if "op" in frame:
        return carry_out(frame)
    if "hello" in frame:
        return {"hello": {"protocol": "tsp/1", "name": "python-keyfiles", "version": "1.0",
                          "ops": sorted(OPERATIONS)}}
    if "bye" in frame:
        return None
    return {name: {} for name in ("begin", "reset", "end") if name in frame}


def main():
    for line in sys.stdin:
        answer = answer_to(json.loads(line))
        if answer is None:
            return
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
