"""kill -9 at every system call that a command makes on files (NI-08, KU-17): the keyring is the old
or the new one, whole; the next run works, ends with the new one and leaves nothing of the killed
run."""

import os
import unittest

import scene as scenes
from scene import content, generating, importing, inject, removing, run

# openat too: a kill between any two others falls before one of these.
STEPS = ("openat", "write", "fsync", "linkat", "link", "rename", "unlink", "ftruncate", "fchmod",
         "flock")


class Kill(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = scenes.Scene()

    @classmethod
    def tearDownClass(cls):
        cls.scene.close()

    def kill_everywhere(self, argv, check, more=()):
        """Kills `argv` at call 1, 2, ... of each kind until a run survives; the numbers go to the
        report."""
        counts = {}
        for syscall in STEPS:
            first = scenes.calls_before_main(syscall) + 1
            for when in range(first, 1000):
                folder = self.scene.fresh()
                done = run(argv, folder, inject(syscall, "signal=SIGKILL", when))
                if done.returncode == 0:
                    break
                self.assertIn(done.returncode, (-9, 137), f"{syscall} {when}: {done.stderr}")
                with self.subTest(syscall=syscall, when=when):
                    check(folder)
            counts[syscall] = when - first
        print(f"{os.path.basename(argv[0])}{''.join(more)}: killed {sum(counts.values())} times: "
              + ", ".join(f"{name} {n}" for name, n in counts.items() if n))
        for essential in ("write", "fsync", "rename") if "gen" not in argv[0] else ("linkat",):
            self.assertGreater(counts[essential], 0, "the injection does not work")

    def assert_settled(self, folder, extra=frozenset(), master="keyring.csv"):
        names = set(os.listdir(folder)) - self.scene.given
        companions = {name.replace("keyring.csv", master) for name in scenes.COMPANIONS}
        self.assertLessEqual(names, companions | set(extra))
        self.assertIsNone(scenes.audit_problem(folder, master))

    def test_import(self):
        def check(folder):
            self.assertIn(content(folder), (self.scene.old, self.scene.new))
            again = run(importing(), folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(content(folder), self.scene.new)
            self.assert_settled(folder)
        self.kill_everywhere(importing(), check)

    def test_import_with_backup(self):
        def check(folder):
            self.assertIn(content(folder), (self.scene.old, self.scene.new))
            again = run(importing("-b", "--now", "2011-02-22 17:25:04"), folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(content(folder), self.scene.new)
            backups = {"keyring.110222172503.csv", "keyring.110222172504.csv"}
            standing = backups & set(os.listdir(folder))
            self.assertTrue(standing)
            for name in standing:
                self.assertEqual(content(folder, name), self.scene.old)
            self.assert_settled(folder, backups)
        self.kill_everywhere(importing("-b", "--now", "2011-02-22 17:25:03"), check, " -b")

    def test_remove(self):
        argv = removing(self.scene)

        def check(folder):
            self.assertIn(content(folder), (self.scene.old, self.scene.without))
            again = run(argv, folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(content(folder), self.scene.without)
            stones = content(folder, "keyring.csv.tombstones").split(b"\n")
            self.assertEqual(len(stones), 3, "the head, one stone, the end")
            self.assert_settled(folder)
        self.kill_everywhere(argv, check)

    def test_generate(self):
        made = {"net.csv", "gw.aes", "gw.aes.sig"}

        def check(folder):
            again = run(generating(), folder)
            self.assertIn(again.returncode, (0, 9), again.stderr)
            foreign = scenes.foreign
            foreign.verify_gateway_key_file(folder / "gw.aes", folder / "kms.pub.pem")
            plain = foreign.open_gateway_key_file(folder / "gw.aes", scenes.PASSPHRASE)
            self.assertEqual(plain, content(folder, "net.csv"))
            if again.returncode == 9:  # killed when all was done
                more = run(generating("--reexport", "--force"), folder)
                self.assertEqual(more.returncode, 0, more.stderr)
                names = {n for n in os.listdir(folder) if not n.startswith("gw.")}
                self.assertLessEqual(names - self.scene.given,
                                     {"net.csv", "net.csv.lock", "net.csv.audit"})
                self.assertIsNone(scenes.audit_problem(folder, "net.csv"))
                return
            self.assert_settled(folder, made, "net.csv")
        self.kill_everywhere(generating(), check)


if __name__ == "__main__":
    unittest.main()
