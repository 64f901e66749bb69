#!/usr/bin/env python3
"""`cmake --install` lays the utilities out as kms-utils, with both names each (OP-05, OP-08)."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = os.environ["TOUCHSTONE_BUILD_DIR"]


class Install(unittest.TestCase):
    def test_utilities_answer_to_both_names_where_they_are_installed(self):
        with tempfile.TemporaryDirectory() as prefix:
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                           capture_output=True)
            folder = pathlib.Path(prefix) / "kms-utils"
            programs = sorted(path for path in folder.iterdir() if path.name != "uninstall")
            self.assertGreaterEqual(len(programs), 2)
            for path in programs:
                with self.subTest(path.name):
                    done = subprocess.run([path, "-h"], capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(path.name.removesuffix(".py"), done.stdout)
                    self.assertTrue((folder / (path.name.removesuffix(".py") + ".py")).exists())

    def test_what_is_installed_is_uninstalled(self):
        with tempfile.TemporaryDirectory() as parent:
            prefix = pathlib.Path(parent) / "onramp"
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                           capture_output=True)
            subprocess.run([prefix / "kms-utils" / "uninstall", "--root", prefix], check=True,
                           capture_output=True)
            self.assertFalse(prefix.exists())


if __name__ == "__main__":
    unittest.main()
