#!/usr/bin/env python3
"""tools/uninstall keeps every key unless it is told twice (OP-03)."""

import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "uninstall"
KEYS = ("keyring.csv", "keyring.110222172503.csv", "keyring.csv.audit", "keyring.csv.tombstones",
        "logs/kms.served", "gw_keys.aes", "gw_keys.aes.sig", "kms_private.pem", "lks/node_keys.db")
TOOLS = ("kms-utils/import_keys", "kms-utils/import_keys.py", "kms-utils/uninstall")


class Uninstall(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name).resolve() / "onramp"
        for name in (*KEYS, *TOOLS, "notes.txt"):
            place = self.root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(name)

    def tearDown(self):
        self.folder.cleanup()

    def run_tool(self, *options, typed=""):
        return subprocess.run(["bash", str(TOOL), "--root", str(self.root), *options],
                              input=typed, capture_output=True, text=True)

    def left(self):
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")
                if path.is_file()}

    def test_keys_stay(self):
        done = self.run_tool()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.left(), {*KEYS, "notes.txt"})
        self.assertIn("keys are kept", done.stdout)

    def test_purge_needs_the_word(self):
        done = self.run_tool("--purge-keys", typed="yes\n")
        self.assertEqual(done.returncode, 10)
        self.assertEqual(self.left(), {*KEYS, *TOOLS, "notes.txt"})

    def test_purge_warns_and_takes_keys_alone(self):
        done = self.run_tool("--purge-keys", typed="purge\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("gone for good", done.stderr)
        self.assertEqual(self.left(), {"notes.txt"})

    def test_an_empty_installation_disappears(self):
        (self.root / "notes.txt").unlink()
        self.assertEqual(self.run_tool("--purge-keys", "--yes").returncode, 0)
        self.assertFalse(self.root.exists())

    def test_dry_run_removes_nothing(self):
        done = self.run_tool("--purge-keys", "--yes", "--dry-run")
        self.assertIn("would remove", done.stdout)
        self.assertEqual(self.left(), {*KEYS, *TOOLS, "notes.txt"})

    def test_backup_comes_first_and_is_private(self):
        backup = self.root.parent / "keys.tar"
        self.assertEqual(self.run_tool("--purge-keys", "--yes", "--backup", backup).returncode, 0)
        self.assertEqual(os.stat(backup).st_mode & 0o777, 0o600)
        with tarfile.open(backup) as tar:
            self.assertIn("./keyring.csv", tar.getnames())

    def test_backup_never_overwrites(self):
        backup = self.root.parent / "keys.tar"
        backup.write_text("older")
        self.assertEqual(self.run_tool("--purge-keys", "--yes", "--backup", backup).returncode, 9)
        self.assertEqual(self.left(), {*KEYS, *TOOLS, "notes.txt"})

    def test_other_folders_are_refused(self):
        self.root = self.root.parent
        self.assertEqual(self.run_tool("--purge-keys", "--yes").returncode, 3)


if __name__ == "__main__":
    unittest.main()
