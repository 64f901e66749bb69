"""What ours writes, the openssl command line opens; what that makes, ours takes.
The foreign half is tests/support/foreign.py, which uses nothing of this tree."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TREE = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
sys.path.insert(0, str(TREE / "tests/support"))

import foreign  # noqa: E402

PASSPHRASE = "Größe 7 battery #staple".encode()


class OpenSsl(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="touchstone-openssl."))
        self.key = foreign.make_kms_key(self.folder)
        self.public = self.folder / "kms.pub.pem"

    def tearDown(self):
        shutil.rmtree(self.folder)

    def ours(self, tool, *args, lines=(), expect=0):
        done = subprocess.run([str(BIN / tool), *map(str, args)], cwd=self.folder,
                              input=b"".join(line + b"\n" for line in lines),
                              capture_output=True, check=False, timeout=60)
        self.assertEqual(done.returncode, expect, f"{tool}: {done.stderr.decode()}")
        return done

    def generate(self, *more):
        self.ours("generate_gw_keys", "-m", "keyring.csv", "-o", "gw.aes", "-k", "kms.pem",
                  "--kdf", "scrypt:14", "--passphrase-fd", "0", *more, lines=(PASSPHRASE,) * 2)
        return (self.folder / "keyring.csv").read_bytes()

    def pwdh(self):
        return bytes.fromhex((self.folder / "keyring.csv").read_text().split("\n")[0][8:])

    def test_openssl_opens_our_gateway_key_file(self):
        for pss, more in ((False, ()), (True, ("--signature", "pss", "--force"))):
            keyring = self.generate(*more)
            foreign.verify_gateway_key_file(self.folder / "gw.aes", self.public, pss)
            self.assertEqual(foreign.open_gateway_key_file(self.folder / "gw.aes", PASSPHRASE),
                             keyring)
            subprocess.run("rm -f keyring*.csv", shell=True, cwd=self.folder, check=True)

    def test_openssl_refuses_our_gateway_key_file_when_a_bit_is_flipped(self):
        self.generate()
        data = bytearray((self.folder / "gw.aes").read_bytes())
        data[15] ^= 1
        (self.folder / "gw.aes").write_bytes(data)
        with self.assertRaises(RuntimeError):
            foreign.verify_gateway_key_file(self.folder / "gw.aes", self.public)

    def test_openssl_reads_the_key_that_we_make(self):
        self.key.unlink()
        self.generate("--new-key")
        text = foreign.openssl("rsa", "-in", self.key, "-check", "-noout", "-text").decode()
        self.assertIn("(3072 bit", text)
        foreign.openssl("rsa", "-in", self.key, "-pubout", "-out", self.public)
        foreign.verify_gateway_key_file(self.folder / "gw.aes", self.public)

    def test_our_pwdh_is_what_openssl_derives(self):
        keyring = self.generate().decode().split("\n")
        base = bytes.fromhex(keyring[1][8:])
        self.assertEqual(foreign.pwdh_of(PASSPHRASE, base), self.pwdh())

    def test_we_import_a_batch_of_openssl(self):
        """Only cms -encrypt, mac and dgst were at work; strict, so canonical to the last octet."""
        keyring = self.generate()
        nodes = foreign.rows(0x10200, 300, 7)
        foreign.make_batch(self.folder / "b.rsa", nodes, self.pwdh(), self.folder / "kms.crt")
        self.ours("import_keys", "-m", "keyring.csv", "-i", "b.rsa", "-k", "kms.pem", "-s",
                  "--strict")
        self.assertEqual((self.folder / "keyring.csv").read_bytes(),
                         keyring + foreign.body_of(nodes))
        self.ours("keyring_lint", "--strict", "keyring.csv")

    def test_several_batches_in_one_run_keep_one_backup(self):
        keyring = self.generate()
        nodes = [foreign.rows(0x100 * batch, 5, batch) for batch in (1, 2, 3)]
        inputs = []
        for batch, one in enumerate(nodes, 1):
            foreign.make_batch(self.folder / f"b{batch}", one, self.pwdh(), self.folder / "kms.crt")
            inputs += ["-i", f"b{batch}"]
        self.ours("import_keys", "-m", "keyring.csv", *inputs, "-k", "kms.pem", "-b",
                  "--now", "2011-02-22 17:25:03")
        self.assertEqual((self.folder / "keyring.csv").read_bytes(),
                         keyring + b"".join(map(foreign.body_of, nodes)))
        self.assertEqual((self.folder / "keyring.110222172503.csv").read_bytes(), keyring)

    def test_we_refuse_what_openssl_cms_would_take(self):
        """Octets after the end, PKCS#1 v1.5, OAEP with SHA-1, 3DES: openssl decrypts them all."""
        keyring = self.generate()
        path = self.folder / "b.rsa"
        nodes = foreign.rows(0x10200, 3, 7)
        weak = {"pkcs1": ["-aes-256-cbc"], "3des": ["-des3", *foreign.OAEP],
                "sha1": ["-aes-256-cbc", "-keyopt", "rsa_padding_mode:oaep"]}
        for name, options in weak.items():
            with self.subTest(name):
                foreign.make_batch(path, nodes, self.pwdh(), self.folder / "kms.crt")
                foreign.write(path, foreign.openssl(
                    "cms", "-encrypt", "-binary", "-outform", "DER", "-keyid", *options[:1],
                    "-recip", self.folder / "kms.crt", *options[1:], data=foreign.body_of(nodes)))
                self.refused(path, keyring)
        foreign.make_batch(path, nodes, self.pwdh(), self.folder / "kms.crt")
        path.write_bytes(path.read_bytes() + b"\0")
        self.refused(path, keyring)

    def refused(self, path, keyring):
        foreign.sign_batch(path, self.pwdh())
        self.assertEqual(foreign.open_batch(path, self.pwdh(), self.key)[:2], b"0x")
        self.ours("import_keys", "-m", "keyring.csv", "-i", "b.rsa", "-k", "kms.pem", expect=6)
        self.assertEqual((self.folder / "keyring.csv").read_bytes(), keyring)

    def test_an_encrypted_pem_of_openssl_is_asked_for(self):
        self.generate()
        foreign.make_batch(self.folder / "b.rsa", foreign.rows(1, 3, 1), self.pwdh(),
                           self.folder / "kms.crt")
        locked = self.folder / "locked.pem"
        foreign.openssl("pkcs8", "-topk8", "-in", self.key, "-passout", "pass:open sesame",
                        "-out", locked)
        locked.chmod(0o600)
        args = ("import_keys", "-m", "keyring.csv", "-i", "b.rsa", "-k", "locked.pem",
                "--key-passphrase-fd", "0")
        self.ours(*args, lines=(b"wrong",), expect=10)
        self.ours(*args, lines=(b"open sesame",))


if __name__ == "__main__":
    unittest.main()
