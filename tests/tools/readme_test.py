#!/usr/bin/env python3
"""tools/run to its live part, then the two terminals of README.md, as they are printed there."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import own_network  # noqa: E402
from daemon import Daemon  # noqa: E402

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])


def terminals():
    """The code blocks of the section."""
    section = (ROOT / "README.md").read_text().split("\n## Two terminals\n")[1].split("\n## ")[0]
    return re.findall(r"^```\n(.*?)^```$", section, re.M | re.S)


class Readme(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        (self.folder / "build" / "release").mkdir(parents=True)
        (self.folder / "build" / "release" / "bin").symlink_to(BIN)

    def test_two_terminals_talk(self):
        done = subprocess.run([ROOT / "tools" / "run", "--skip-check", "--nodes", "20"],
                              cwd=self.folder, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("20 nodes: 20 joined, 0 refused"), 2, done.stdout)
        self.assertIn("exit status 14", done.stdout)
        self.assertIn("everything is stopped again", done.stdout)

        first, second = terminals()
        with Daemon(["bash", "-c", first.replace("\nkms ", "\nexec kms ")],
                    cwd=self.folder) as kms:
            kms.wait_for("ready kms 127.0.0.1:3868")
            done = subprocess.run(["bash", "-c", second + "wait"], cwd=self.folder,
                                  capture_output=True, text=True, timeout=60)
            self.assertIn("ready gateway 127.0.0.2:4004", done.stdout)
            self.assertRegex(done.stdout, r"0x00010000 joined in [0-9.]+ ms")
            self.assertIn("0x00fffff0: refused", done.stderr)
            self.assertEqual(kms.stop(), 0)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
