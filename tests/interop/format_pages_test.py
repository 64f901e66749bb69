#!/usr/bin/python3
"""Runs the commands that docs/formats shows (blocks marked sh) on the examples of fixtures/kms.

A page is one shell session in a copy of fixtures/kms/valid. Every command must end with 0, and what
a comment `# prints TEXT` promises must be in the output.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ.get("TOUCHSTONE_SOURCE_DIR", pathlib.Path.cwd()))
PAGES = ("keyring", "key-derivation", "gateway-key-file", "batch")


def run(script, folder):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, text=True,
                          capture_output=True, errors="replace")


class FormatPages(unittest.TestCase):
    def session(self, page):
        text = (ROOT / "docs/formats" / f"{page}.md").read_text()
        blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.S | re.M)
        self.assertTrue(blocks, f"{page} shows no command")
        return "\n".join(blocks)

    def test_commands_do_what_the_pages_promise(self):
        for page in PAGES:
            with self.subTest(page), tempfile.TemporaryDirectory() as folder:
                shutil.copytree(ROOT / "fixtures/kms/valid", folder, dirs_exist_ok=True)
                script = self.session(page)
                done = run(script, folder)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                for promise in re.findall(r"^# prints (.*)$", script, re.M):
                    self.assertIn(promise, done.stdout)

    def test_a_broken_promise_is_noticed(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "fixtures/kms/valid", folder, dirs_exist_ok=True)
            (pathlib.Path(folder) / "exported_keys.csv.rsa").write_bytes(b"other octets")
            self.assertNotEqual(run(self.session("batch"), folder).returncode, 0)


if __name__ == "__main__":
    unittest.main()
