#!/usr/bin/env python3
"""A newcomer has the packages of `tools/setup run` and no others: the tree must configure and hold
every command with what the test tier brings turned away. `tools/bare` proves the same, slowly, on a
Debian of its own."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What CMake looks for and only the test tier installs.
TURNED_AWAY = ["-DFREEDIAMETER_INCLUDE_DIR="]


class RunTier(unittest.TestCase):
    def setUp(self):
        # A preset of the tree's own name, for rules that look at the last part of the build folder.
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.build = pathlib.Path(held.name) / "release"

    def configure(self, *options):
        return subprocess.run(
            ["cmake", "-S", ROOT, "--preset", "release", "-B", self.build, *options],
            text=True, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})

    def targets(self):
        listed = subprocess.run(["ninja", "-C", self.build, "-t", "targets", "all"],
                                text=True, capture_output=True, check=True)
        return {line.split(":")[0] for line in listed.stdout.splitlines()}

    def test_configures_without_the_test_tier(self):
        done = self.configure(*TURNED_AWAY)
        self.assertEqual(done.returncode, 0, done.stderr)
        targets = self.targets()
        self.assertIn("commands", targets)
        self.assertNotIn("mip4", targets, "what is turned away was found nevertheless")


if __name__ == "__main__":
    unittest.main()
