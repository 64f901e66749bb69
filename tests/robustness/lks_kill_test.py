"""kill -9 at every system call that provision, export_keys and import_gw_keys make on files: the
database is whole, it holds all nodes of a run or none, and a batch is exported only with its three
files."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import scene as scenes
from scene import command, foreign, inject, run

STEPS = ("write", "pwrite64", "fsync", "fdatasync", "linkat", "rename", "unlink", "ftruncate")


def sqlite(folder, sql):
    done = subprocess.run(["sqlite3", folder / "node_keys.db"], input=sql, capture_output=True,
                          text=True, check=True)
    return done.stdout.split()


class LksScene(unittest.TestCase):
    """A Local Key Server before its first command."""

    IMPORT = command("import_gw_keys", "-i", "gw.aes", "-k", "kms.pub.pem", "-d", "node_keys.db",
                     "--passphrase-fd", "0")
    PROVISION = command("provision", "-d", "node_keys.db", "-n", "7", "--nodes", "500")
    EXPORT = command("export_keys", "-d", "node_keys.db", "-k", "kms.pub.pem", "-o")

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="touchstone-robustness."))
        cls.template = cls.home / "template"
        cls.template.mkdir()
        foreign.make_kms_key(cls.template)
        cls.network = foreign.Network(scenes.PASSPHRASE)
        foreign.make_gateway_key_file(cls.template / "gw.aes", cls.network,
                                      cls.template / "kms.pem")
        cls.runs = 0

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.home, ignore_errors=True)

    def fresh(self, *before):
        """A new folder in which the commands `before` have run."""
        folder = self.copy(self.template)
        for argv in before:
            done = run(argv, folder)
            self.assertEqual(done.returncode, 0, done.stderr)
        return folder

    def copy(self, folder):
        type(self).runs += 1
        return shutil.copytree(folder, self.home / f"run{self.runs}")


class LksKill(LksScene):
    def kill_everywhere(self, argv, before, check):
        prepared = self.fresh(*before)
        counts = {}
        for syscall in STEPS:
            for when in range(1, 1000):
                folder = self.copy(prepared)
                done = run(argv, folder, inject(syscall, "signal=SIGKILL", when))
                if done.returncode == 0:
                    break
                self.assertIn(done.returncode, (-9, 137), f"{syscall} {when}: {done.stderr}")
                with self.subTest(syscall=syscall, when=when):
                    check(folder)
            counts[syscall] = when - 1
        print(f"{os.path.basename(argv[0])}: killed {sum(counts.values())} times: "
              + ", ".join(f"{name} {n}" for name, n in counts.items() if n))
        self.assertGreater(sum(counts.values()), 3, "the injection does not work")

    def assert_clean(self, folder, outputs=()):
        names = set(os.listdir(folder)) - set(os.listdir(self.template))
        self.assertLessEqual(names, {"node_keys.db", *outputs})

    def test_import(self):
        def check(folder):
            again = run(self.IMPORT, folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(sqlite(folder, "SELECT count(*) FROM network; SELECT count(*) "
                                    "FROM audit; PRAGMA integrity_check;"), ["1", "1", "ok"])
            self.assert_clean(folder)
        self.kill_everywhere(self.IMPORT, [], check)

    def test_provision(self):
        def check(folder):
            made = sqlite(folder, "SELECT count(*) FROM node_key;")[0]
            self.assertIn(made, ("0", "500"))
            again = run(self.PROVISION, folder)
            self.assertEqual(again.returncode, 0 if made == "0" else 8, again.stderr)
            self.assertEqual(sqlite(folder, "SELECT count(*) FROM node_key; SELECT count(*) "
                                    "FROM audit; PRAGMA integrity_check;"), ["500", "2", "ok"])
            self.assert_clean(folder)
        self.kill_everywhere(self.PROVISION, [self.IMPORT], check)

    def test_export(self):
        outputs = {"b.rsa", "b.rsa.sig", "b.rsa.manifest"}
        more = {"more.rsa", "more.rsa.sig", "more.rsa.manifest"}

        def check(folder):
            closed = sqlite(folder, "SELECT count(exported_at) FROM batch;") == ["1"]
            standing = outputs & set(os.listdir(folder))
            if closed:
                self.assertEqual(standing, outputs)
            wish = ["--batch", "1"] if closed else []
            again = run([*self.EXPORT, "more.rsa", *wish], folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn(outputs & set(os.listdir(folder)), (set(), outputs))
            for name in ("b.rsa", "more.rsa"):
                if (folder / name).exists():
                    self.assert_delivery(folder / name)
            self.assertEqual(sqlite(folder, "SELECT count(exported_at) FROM batch;"), ["1"])
            self.assert_clean(folder, outputs | more)
        self.kill_everywhere([*self.EXPORT, "b.rsa"], [self.IMPORT, self.PROVISION], check)

    def assert_delivery(self, path):
        body = foreign.open_batch(path, self.network.pwdh, path.parent / "kms.pem")
        self.assertEqual(body.count(b"\n"), 500)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.assertIn(f"sha256, 0x{digest}\ncount, 500\n",
                      pathlib.Path(f"{path}.manifest").read_text())


if __name__ == "__main__":
    sys.exit(unittest.main())
