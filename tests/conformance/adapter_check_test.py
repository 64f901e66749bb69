#!/usr/bin/python3
"""`touchstone adapter-check` believes the honest samples and refuses every liar (exit 3)."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLES = ROOT / "conformance/samples"
HARNESS_ERROR = 3


def adapter_check(manifest):
    path = f"{BIN}:{os.environ['PATH']}"
    return subprocess.run([BIN / "touchstone", "adapter-check", manifest], text=True,
                          capture_output=True, env=os.environ | {"PATH": path})


class AdapterCheck(unittest.TestCase):
    def test_honest_samples_are_believed(self):
        for name in ("python", "exec"):
            with self.subTest(name):
                done = adapter_check(SAMPLES / name / "iut.toml")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_liar_is_refused_with_a_reason(self):
        liars = sorted((SAMPLES / "lying").glob("*.toml"))
        self.assertGreaterEqual(len(liars), 9)
        for manifest in liars:
            with self.subTest(manifest.name):
                done = adapter_check(manifest)
                self.assertEqual(done.returncode, HARNESS_ERROR, done.stdout + done.stderr)
                self.assertTrue((done.stdout + done.stderr).strip())


if __name__ == "__main__":
    unittest.main()
