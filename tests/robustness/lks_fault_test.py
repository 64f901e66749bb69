"""A full disk and an input/output error at every system call that the commands of the Local Key
Server make on files: exit 12 and nothing changed, or a run that did not need the call, whole."""

import os
import sys
import unittest

import lks_kill_test as lks
from scene import inject, run

FAULTS = (("write", "ENOSPC"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fsync", "EIO"),
          ("fdatasync", "EIO"), ("linkat", "ENOSPC"))


class LksFaults(lks.LksScene):
    def fail_everywhere(self, argv, before, state, done_state):
        """`state` looks at a folder; it must not change when the run fails."""
        prepared = self.fresh(*before)
        untouched = state(prepared)
        faults = 0
        for syscall, errno in FAULTS:
            for when in range(1, 100):
                folder = self.copy(prepared)
                log = self.home / "strace.log"
                done = run(argv, folder, inject(syscall, f"error={errno}", when, log))
                if b"INJECTED" not in log.read_bytes():
                    break
                faults += 1
                with self.subTest(syscall=syscall, errno=errno, when=when):
                    self.assertIn(done.returncode, (0, 12), done.stderr)
                    expected = done_state if done.returncode == 0 else untouched
                    if b"standard output" not in done.stderr:  # else telling alone failed
                        self.assertEqual(state(folder), expected, done.stderr)
                    again = run(argv, folder)
                    self.assertIn(again.returncode, (0, 8, 9), again.stderr)
        print(f"{os.path.basename(argv[0])}: {faults} faults")
        self.assertGreater(faults, 2, "the injection does not work")

    def test_import(self):
        self.fail_everywhere(self.IMPORT, [],
                             lambda folder: (folder / "node_keys.db").exists(), True)

    def test_provision(self):
        self.fail_everywhere(self.PROVISION, [self.IMPORT],
                             lambda folder: lks.sqlite(folder, "SELECT count(*) FROM node_key;"),
                             ["500"])

    def test_export(self):
        def state(folder):
            standing = sorted(name for name in os.listdir(folder) if name.startswith("b.rsa"))
            return lks.sqlite(folder, "SELECT count(exported_at) FROM batch;"), standing
        self.fail_everywhere([*self.EXPORT, "b.rsa"], [self.IMPORT, self.PROVISION], state,
                             (["1"], ["b.rsa", "b.rsa.manifest", "b.rsa.sig"]))


del lks.LksKill  # its own program runs it

if __name__ == "__main__":
    sys.exit(unittest.main())
