#!/usr/bin/python3
"""The Python implementation against the examples of fixtures/kms, which other tools made.

Usage: python_shim_test.py SOURCE_FOLDER. It runs as a shim, so the protocol is tested too.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tomllib
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path.cwd()
VALID, INVALID = ROOT / "fixtures/kms/valid", ROOT / "fixtures/kms/invalid"
SHIM = ROOT / "conformance/samples/python/touchstone_shim.py"
PWDH = "6234a480df307193e7ff863e41f1db1e"


def encoded(data):
    return base64.b64encode(data).decode()


def negative_keyrings():
    """The keyrings with one fault each, by their ids."""
    table = json.loads((ROOT / "fixtures/keyring/negative/nk.json").read_text())
    return {case["id"]: case for case in table["cases"]}


def example(name):
    return encoded((VALID / name).read_bytes())


class Shim:
    def __init__(self):
        self.process = subprocess.Popen(["/usr/bin/python3", str(SHIM)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.number = 0

    def frame(self, frame):
        self.process.stdin.write(json.dumps(frame) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def call(self, op, **args):
        self.number += 1
        answer = self.frame({"id": self.number, "op": op, "args": args})
        assert answer["id"] == self.number
        return answer

    def close(self):
        self.process.stdin.write('{"bye":{}}\n')
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


class PythonShim(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shim = Shim()

    @classmethod
    def tearDownClass(cls):
        assert cls.shim.close() == 0

    def ok(self, op, **args):
        answer = self.shim.call(op, **args)
        self.assertEqual(answer["status"], "ok", answer)
        return answer["obs"]

    def refused(self, reject_class, op, **args):
        answer = self.shim.call(op, **args)
        self.assertEqual((answer["status"], answer.get("class")), ("reject", reject_class), answer)

    def batch(self, **changes):
        return {"encrypted_b64": example("exported_keys.csv.rsa"),
                "signature_b64": example("exported_keys.csv.rsa.sig"),
                "manifest_b64": example("exported_keys.csv.rsa.manifest"),
                "file_name": "exported_keys.csv.rsa", "pwdh": PWDH, "mode": "strict",
                "private_key_pem": (VALID / "kms_key.priv.pem").read_text()} | changes

    def gateway(self, name, **changes):
        return {"file_b64": example(name), "signature_b64": example(name + ".sig"),
                "public_key_pem": (VALID / "kms_key.pub.pem").read_text(),
                "passphrase_b64": encoded(b"Ulp#2011^Pass*Word&~!")} | changes

    def test_hello_names_operations(self):
        answer = self.shim.frame({"hello": {"protocol": "tsp/1", "suite": "x", "seed": 1}})
        self.assertIn("keyring.decode", answer["hello"]["ops"])

    def test_unknown_operation_is_unsupported(self):
        self.assertEqual(self.shim.call("keyring.sing")["status"], "unsupported")

    def test_cases_of_invalid_keyrings(self):
        status = lambda answer: {"ok": 0, "reject": 6}[answer["status"]]
        for case in negative_keyrings().values():
            with self.subTest(case["id"]):
                octets = encoded(case["input_latin1"].encode("latin-1"))
                tolerant = self.shim.call("keyring.decode", octets_b64=octets, mode="tolerant")
                strict = self.shim.call("keyring.decode", octets_b64=octets, mode="strict")
                self.assertEqual(status(tolerant), case["tolerant_exit"], tolerant)
                self.assertEqual(status(strict), 6 if case["strict_exit"] else 0, strict)
                told = {found["code"] for found in tolerant["obs"]["findings"]}
                wanted = {code for code in case["codes"] if code.startswith("KL-")}
                if case["tolerant_exit"] == 0:
                    self.assertLessEqual(wanted, told)  # a reader may say more

    def test_keyring_comes_back_octet_for_octet(self):
        read = self.ok("keyring.decode", octets_b64=example("keyring.csv"), mode="strict")
        written = self.ok("keyring.encode", network=read["network"], nodes=read["nodes"])
        self.assertEqual(written["octets_b64"], example("keyring.csv"))

    def test_short_base_is_padded_on_demand_only(self):
        octets = encoded(negative_keyrings()["NK-04"]["input_latin1"].encode("latin-1"))
        self.refused("length", "keyring.decode", octets_b64=octets, mode="tolerant")
        read = self.ok("keyring.decode", octets_b64=octets, mode="tolerant", accept_short_hex=True)
        self.assertEqual(read["network"]["base"], "0bf56cb411dae5c6f0eb7b9e1c0a8379")

    def test_derivations(self):
        base = "bf56cb411dae5c6f0eb7b9e1c0a8379d"
        passphrase = encoded(b"Ulp#2011^Pass*Word&~!")
        for kdf, pwdh in (("scrypt:14", "1496a31abfdacb9aa746f87f2c796b8b"), ("scrypt:17", PWDH),
                          ("pbkdf2:100000", "b08792d0e9bef5599b395b92eb88ccea")):
            read = self.ok("kdf.pwdh", passphrase_b64=passphrase, base=base, kdf=kdf)
            self.assertEqual(read["pwdh"], pwdh)
        self.refused("range", "kdf.pwdh", passphrase_b64=passphrase, base=base, kdf="scrypt:13")
        key = self.ok("kdf.subkey", pwdh=PWDH, purpose="database_wrap")["key"]
        self.assertEqual(key, "e85500026d7bc878c598cb834c1bcb7f")
        key = self.ok("kdf.node_root_key", base=base, node_id=0x10204, count=2,
                      nonce="c60cab58f016a2586906d7e3a19e1a52")["key"]
        self.assertEqual(key, "a51875c411c09f673bb6d6ab7d102aae")

    def test_gateway_key_files(self):
        for name in ("gw_keys.csv.aes", "gw_keys_pss.csv.aes", "gw_keys_pbkdf2.csv.aes"):
            network = self.ok("gwkeys.decode", **self.gateway(name))["network"]
            self.assertEqual(network["gateway_cdld"], "a5152b03769c4cc4b1dd5febad80b2f4")
        name = "gw_keys.csv.aes"
        self.refused("auth", "gwkeys.decode",
                     **self.gateway(name, passphrase_b64=encoded(b"Ulp#2011^Pass*Word&~!\n")))
        changed = bytearray((VALID / name).read_bytes())
        changed[15] ^= 1
        self.refused("signature", "gwkeys.decode",
                     **self.gateway(name, file_b64=encoded(bytes(changed))))
        self.refused("signature", "gwkeys.decode", **self.gateway(name, signature_b64=None))

    def test_batch(self):
        read = self.ok("batch.decode", **self.batch())
        merged = self.ok("keyring.merge", keyring_b64=example("keyring_without_nodes.csv"),
                         nodes=read["nodes"])
        self.assertEqual(merged["keyring_b64"], example("keyring.csv"))
        self.assertEqual(merged["added"], 5)
        again = self.ok("keyring.merge", keyring_b64=merged["keyring_b64"], nodes=read["nodes"])
        self.assertEqual((again["unchanged"], again["keyring_b64"]), (5, example("keyring.csv")))

    def test_cases_of_invalid_batches(self):
        exits = {"signature": 4, "decrypt": 5, "manifest": 7, "unspecified": 13}
        status = lambda answer: 0 if answer["status"] == "ok" else exits.get(answer["class"], 6)
        read = lambda path: encoded(path.read_bytes()) if path.exists() else None
        for case in tomllib.loads((INVALID / "batch.toml").read_text())["case"]:
            with self.subTest(case["id"]):
                file = INVALID / case["file"]
                args = self.batch(file_name=file.name, encrypted_b64=read(file),
                                  signature_b64=read(file.with_name(file.name + ".sig")),
                                  manifest_b64=read(file.with_name(file.name + ".manifest")))
                tolerant = self.shim.call("batch.decode", **args | {"mode": "tolerant"})
                strict = self.shim.call("batch.decode", **args | {"mode": "strict"})
                self.assertEqual(status(tolerant), case["exit"], tolerant)
                self.assertEqual(status(strict), case.get("strict_exit", case["exit"]), strict)

    def test_batch_refusals_come_in_order(self):
        other = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, text=True,
                               check=True).stdout
        bad_mac, bad_manifest = encoded(bytes(16)), encoded(b"manifest, 2\n")
        everything = dict(private_key_pem=other, manifest_b64=bad_manifest)
        self.refused("signature", "batch.decode", **self.batch(signature_b64=bad_mac, **everything))
        self.refused("signature", "batch.decode", **self.batch(signature_b64=None))
        self.refused("decrypt", "batch.decode", **self.batch(**everything))
        self.refused("syntax", "batch.decode", **self.batch(manifest_b64=bad_manifest))
        self.refused("manifest", "batch.decode", **self.batch(manifest_b64=None))

    def test_batch_of_its_own_is_read_by_openssl(self):
        rows = [[7, "00112233445566778899aabbccddeeff", 3, 0]]
        made = self.ok("batch.encode", nodes=rows, file_name="b.rsa", pwdh=PWDH,
                       public_key_pems=[(VALID / "kms_key.pub.pem").read_text()])
        body = subprocess.run(
            ["openssl", "cms", "-decrypt", "-inform", "DER", "-inkey", VALID / "kms_key.priv.pem"],
            input=base64.b64decode(made["encrypted_b64"]), capture_output=True, check=True).stdout
        self.assertEqual(body, b"0x00000007, 0x00112233445566778899aabbccddeeff,3,0\n")

    def test_passphrase_rules(self):
        count = lambda text: self.ok("passphrase.check", passphrase_b64=encoded(text))["warnings"]
        self.assertEqual(count(b"Correct-Horse-42"), 0)
        self.assertEqual(count(b"abcdefgh"), 2)
        for text in (b"", b"Short-1", b"A-newline-in-1\n", b"Aa1-" * 257):
            self.refused("auth", "passphrase.check", passphrase_b64=encoded(text))
        self.refused("auth", "passphrase.check", passphrase_b64=encoded(b"abcdefgh"), strict=True)


if __name__ == "__main__":
    unittest.main()
