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
            programs = sorted(path for path in folder.iterdir()
                              if path.is_file() and path.name != "uninstall")
            self.assertGreaterEqual(len(programs), 2)
            for path in programs:
                with self.subTest(path.name):
                    done = subprocess.run([path, "-h"], capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertIn(path.name.removesuffix(".py"), done.stdout)
            named_by_004 = {path.stem for path in programs if path.suffix == ".py"}
            ours = {path.name for path in programs if path.suffix != ".py"} - named_by_004
            self.assertGreaterEqual(len(named_by_004), 8)
            self.assertLessEqual(ours, {"kms", "kms_ctl", "gateway", "gateway_ctl", "enode",
                                        "access_point"})

    def test_a_configuration_is_shipped_and_never_replaced(self):
        with tempfile.TemporaryDirectory() as prefix:
            own = pathlib.Path(prefix) / "diameter_client.conf"
            own.write_text("# mine\n")
            subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                           capture_output=True)
            self.assertEqual(own.read_text(), "# mine\n")
            self.assertIn("StackType=SERVER",
                          (pathlib.Path(prefix) / "diameter_server.conf").read_text())
            subprocess.run([pathlib.Path(prefix) / "kms-utils" / "uninstall", "--root", prefix],
                           check=True, capture_output=True)
            self.assertEqual([path.name for path in pathlib.Path(prefix).rglob("*")], [own.name])

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
