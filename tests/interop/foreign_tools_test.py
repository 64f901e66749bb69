#!/usr/bin/python3
"""Foreign proof in both directions: files that openssl made are taken by our commands, and what our
commands made is read by openssl, sqlite3 and the csv reader of 2011.
"""

import hashlib
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
VALID, INVALID = ROOT / "fixtures/kms/valid", ROOT / "fixtures/kms/invalid"
sys.path.insert(0, str(ROOT / "tests/interop/python_csv_reader"))
import keyring_2011  # noqa: E402

PASSPHRASE = "Ulp#2011^Pass*Word&~!"


def openssl(*argv, data=None):
    return subprocess.run(["openssl", *map(str, argv)], input=data, capture_output=True, check=True)


def working_key(pwdh, label):
    """KBKDF of docs/formats/key-derivation.md by openssl."""
    done = openssl("kdf", "-keylen", "16", "-kdfopt", "mode:counter", "-kdfopt", "mac:CMAC",
                   "-kdfopt", "cipher:AES-128-CBC", "-kdfopt", "hexkey:" + pwdh,
                   "-kdfopt", "salt:" + label, "KBKDF")
    return done.stdout.decode().strip().replace(":", "")


class ForeignTools(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_command(self, name, *argv, passphrases=()):
        lines = "".join(line + "\n" for line in passphrases)
        done = subprocess.run([BIN / name, *map(str, argv)], cwd=self.folder, text=True,
                              input=lines, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def take(self, *names):
        for name in names:
            shutil.copyfile(VALID / name, self.folder / name)
            (self.folder / name).chmod(0o600)

    def make_network(self):
        """Keyring, Gateway key file, key pair, database and a batch of 20 nodes, all by ours."""
        self.run_command("generate_gw_keys", "-m", "keyring.csv", "-o", "gw.aes", "-k", "kms.pem",
                         "--new-key", "--kdf", "scrypt:14", "--passphrase-fd", "0",
                         passphrases=[PASSPHRASE, PASSPHRASE])
        pem = openssl("pkey", "-in", self.folder / "kms.pem", "-pubout").stdout
        (self.folder / "kms.pub").write_bytes(pem)
        self.run_command("import_gw_keys", "-i", "gw.aes", "-k", "kms.pub", "-d", "node_keys.db",
                         "--passphrase-fd", "0", passphrases=[PASSPHRASE, PASSPHRASE])
        self.run_command("provision", "-d", "node_keys.db", "-n", "66048", "--nodes", "20")
        self.run_command("export_keys", "-d", "node_keys.db", "-o", "b1.rsa", "-k", "kms.pub")

    def test_a_batch_of_openssl_is_imported_octet_for_octet(self):
        batch = "exported_keys.csv.rsa"
        self.take("kms_key.priv.pem", batch, batch + ".sig", batch + ".manifest")
        shutil.copyfile(VALID / "keyring_without_nodes.csv", self.folder / "keyring.csv")
        (self.folder / "keyring.csv").chmod(0o600)
        self.run_command("import_keys", "-m", "keyring.csv", "-i", batch, "-k", "kms_key.priv.pem",
                         "-s", "-v")
        merged = (self.folder / "keyring.csv").read_bytes()
        self.assertEqual(merged, (VALID / "keyring.csv").read_bytes())

    def test_invalid_batches_of_openssl_end_as_their_table_says(self):
        self.take("kms_key.priv.pem")
        header = (VALID / "keyring_without_nodes.csv").read_bytes()
        keyring = self.folder / "keyring.csv"
        for case in tomllib.loads((INVALID / "batch.toml").read_text())["case"]:
            for strict in (False, True):
                with self.subTest(case["id"], strict=strict):
                    keyring.write_bytes(header)
                    keyring.chmod(0o600)
                    wanted = case.get("strict_exit", case["exit"]) if strict else case["exit"]
                    done = subprocess.run(
                        [BIN / "import_keys", "-m", keyring, "-i", INVALID / case["file"], "-k",
                         self.folder / "kms_key.priv.pem"] + ["--strict"] * strict,
                        capture_output=True, text=True)
                    self.assertEqual(done.returncode, wanted, done.stdout + done.stderr)
                    if wanted:
                        self.assertEqual(keyring.read_bytes(), header)

    def test_gateway_key_files_of_openssl_are_imported(self):
        for name in ("gw_keys.csv.aes", "gw_keys_pss.csv.aes", "gw_keys_pbkdf2.csv.aes"):
            self.take("kms_key.pub.pem", name, name + ".sig")
            self.run_command("import_gw_keys", "-i", name, "-k", "kms_key.pub.pem", "-d",
                             name + ".db", "--passphrase-fd", "0",
                             passphrases=[PASSPHRASE, PASSPHRASE])

    def test_a_network_of_ours_is_read_by_openssl(self):
        self.make_network()
        network, nodes = keyring_2011.read_keyring(self.folder / "keyring.csv")
        self.assertEqual(nodes, {})
        pwdh = network["pwdh"].hex()
        verified = openssl("dgst", "-sha256", "-verify", self.folder / "kms.pub", "-signature",
                           self.folder / "gw.aes.sig", self.folder / "gw.aes")
        self.assertIn(b"Verified OK", verified.stdout)
        file = (self.folder / "gw.aes").read_bytes()
        text = openssl("enc", "-d", "-aes-128-cbc", "-K", working_key(pwdh, "ULP-KMS-GWKEY-ENC/1"),
                       "-iv", file[40:56].hex(), data=file[64:]).stdout
        self.assertEqual(text, (self.folder / "keyring.csv").read_bytes())

    def test_a_batch_of_ours_is_read_by_openssl(self):
        self.make_network()
        pwdh = keyring_2011.read_keyring(self.folder / "keyring.csv")[0]["pwdh"].hex()
        batch = (self.folder / "b1.rsa").read_bytes()
        mac = openssl("mac", "-cipher", "AES-128-CBC", "-macopt",
                      "hexkey:" + working_key(pwdh, "ULP-KMS-BATCH-MAC/1"), "-binary", "-in",
                      self.folder / "b1.rsa", "CMAC").stdout
        self.assertEqual(mac, (self.folder / "b1.rsa.sig").read_bytes())
        rows = openssl("cms", "-decrypt", "-inform", "DER", "-inkey", self.folder / "kms.pem",
                       data=batch).stdout.decode()
        told = (self.folder / "b1.rsa.manifest").read_text()
        self.assertIn("sha256, 0x" + hashlib.sha256(batch).hexdigest() + "\n", told)
        self.assertTrue(told.endswith(re.sub(", 0x[0-9a-f]{32}", "", rows)))
        self.assertEqual(rows.count("\n"), 20)

    def test_what_we_merged_is_read_by_the_reader_of_2011(self):
        self.make_network()
        self.run_command("import_keys", "-m", "keyring.csv", "-i", "b1.rsa", "-k", "kms.pem", "-s")
        nodes = keyring_2011.read_keyring(self.folder / "keyring.csv")[1]
        self.assertEqual(sorted(nodes), [(66048 + i).to_bytes(4, "big") for i in range(20)])
        self.assertEqual({(batch, count) for _, batch, count in nodes.values()}, {(1, 0)})
        self.check_database({key.hex() for key, _, _ in nodes.values()})

    def check_database(self, keys):
        database = sqlite3.connect(f"file:{self.folder}/node_keys.db?mode=ro", uri=True)
        self.addCleanup(database.close)
        self.assertEqual(database.execute("pragma user_version").fetchone(), (1,))
        self.assertEqual(database.execute("pragma integrity_check").fetchone(), ("ok",))
        stored = {key.hex() for (key,) in database.execute("select root_key from node_key")}
        self.assertEqual(stored, keys)


if __name__ == "__main__":
    unittest.main()
