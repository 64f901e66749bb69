"""Disks that fail, folders that refuse, files of a wrong kind, two runs at once (NI-09, NI-10,
NI-12): the keyring is the old or the new one, whole, the exit code says which, and nothing is left
behind."""

import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import unittest

import scene as scenes
from scene import content, generating, importing, inject, removing, run

FAULTY = ("write", "fsync", "linkat", "link", "rename", "ftruncate", "fchmod")
NOBODY = 65534


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = scenes.Scene()

    @classmethod
    def tearDownClass(cls):
        cls.scene.close()

    def assert_clean(self, folder, extra=frozenset(), master="keyring.csv"):
        companions = {name.replace("keyring.csv", master) for name in scenes.COMPANIONS}
        names = set(os.listdir(folder)) - self.scene.given - companions
        self.assertLessEqual(names, set(extra))

    def fail_everywhere(self, argv, fault, check):
        """The `fault` at call 1, 2, ... of each kind until a run is not touched by it."""
        counts = {}
        for syscall in FAULTY:
            for when in range(1, 1000):
                folder = self.scene.fresh()
                log = self.scene.home / "strace.log"
                done = run(argv, folder, inject(syscall, f"error={fault}", when, log))
                if "(INJECTED)" not in log.read_text():
                    break
                with self.subTest(syscall=syscall, when=when):
                    check(folder, done, syscall)
            counts[syscall] = when - 1
        print(f"{os.path.basename(argv[0])}: {fault} {sum(counts.values())} times: "
              + ", ".join(f"{name} {n}" for name, n in counts.items() if n))
        self.assertGreater(counts["fsync"], 2, "the injection does not work")
        self.assertGreater(counts["linkat"], 0)

    def check_keyring(self, new, argv):
        def check(folder, done, syscall):
            self.assertIn(done.returncode, (0, 12), done.stderr)
            told = b"stands" in done.stderr or b"standard output" in done.stderr
            # Standard error itself may be what fails; then the exit code alone speaks.
            silent = syscall == "write" and content(folder) == new
            if done.returncode == 0 or told or silent:
                self.assertEqual(content(folder), new)
            else:
                self.assertEqual(content(folder), self.scene.old)
            self.assert_clean(folder)
            again = run(argv, folder)
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(content(folder), new)
            self.assertIsNone(scenes.audit_problem(folder))
        return check

    def test_import_with_an_error_at_every_step(self):
        for fault in ("EIO", "ENOSPC"):
            self.fail_everywhere(importing(), fault,
                                 self.check_keyring(self.scene.new, importing()))

    def test_remove_with_an_error_at_every_step(self):
        argv = removing(self.scene)
        self.fail_everywhere(argv, "EIO", self.check_keyring(self.scene.without, argv))

    def test_generate_with_an_error_at_every_step(self):
        made = {"net.csv", "gw.aes", "gw.aes.sig"}

        def check(folder, done, syscall):
            self.assertIn(done.returncode, (0, 12), done.stderr)
            standing = made & set(os.listdir(folder))
            self.assertIn(standing, (set(), made), "a part of the set")
            if done.returncode == 0:
                self.assertEqual(standing, made)
            self.assert_clean(folder, made, "net.csv")
            again = run(generating(), folder)
            self.assertEqual(again.returncode, 9 if standing else 0, again.stderr)
        self.fail_everywhere(generating(), "EIO", check)

    def test_import_on_a_full_disk(self):
        """A tmpfs of 1 MB in a mount namespace of our own."""
        folder = self.scene.fresh()
        script = (f"set -e; mkdir {folder}/disk; mount -t tmpfs -o size=1m tmpfs {folder}/disk; "
                  f"cp -p {folder}/[kb]* {folder}/disk; cd {folder}/disk; "
                  "dd if=/dev/zero of=filler bs=1k 2>/dev/null || true; set +e; "
                  + " ".join(importing())
                  + "; echo rc=$?; rm filler; ls -A; sha256sum keyring.csv; "
                  + " ".join(importing()) + "; echo rc=$?; sha256sum keyring.csv")
        done = subprocess.run(["unshare", "-m", "bash", "-c", script], capture_output=True,
                              check=False, timeout=60)
        text = done.stdout.decode()
        self.assertIn("rc=12", text, done.stderr)
        self.assertIn("rc=0", text, done.stderr)
        self.assertNotIn(".pending", text)
        sums = [line.split()[0] for line in text.splitlines() if line.endswith("keyring.csv")
                and len(line) > 64]
        digest = scenes.hashlib.sha256
        self.assertEqual(sums, [digest(self.scene.old).hexdigest(),
                                digest(self.scene.new).hexdigest()])

    def test_import_under_a_file_size_limit(self):
        folder = self.scene.fresh()
        limit = len(self.scene.new) - 1
        done = run(importing(), folder, preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertEqual(done.returncode, 12, done.stderr)
        self.assertEqual(content(folder), self.scene.old)
        self.assert_clean(folder)

    def as_nobody(self, folder, argv):
        """The run as another user, who has the commands in the folder's parent."""
        self.scene.home.chmod(0o755)
        copy = self.scene.home / "bin"
        if not copy.exists():
            copy.mkdir()
            for name in ("import_keys", "generate_gw_keys"):
                shutil.copy(scenes.BIN / name, copy / name)
        argv = [str(copy / os.path.basename(argv[0])), *argv[1:]]
        return run(argv, folder, ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                                  "--clear-groups"])

    def test_import_in_a_read_only_folder(self):
        folder = self.scene.fresh()
        for path in folder.iterdir():
            os.chown(path, NOBODY, NOBODY)
        folder.chmod(0o555)
        done = self.as_nobody(folder, importing())
        self.assertEqual(done.returncode, 12, done.stderr)
        self.assertEqual(content(folder), self.scene.old)
        self.assertEqual(set(os.listdir(folder)), self.scene.given)
        done = self.as_nobody(folder, generating())
        self.assertEqual(done.returncode, 12, done.stderr)
        self.assertEqual(set(os.listdir(folder)), self.scene.given)

    def test_import_as_a_plain_user(self):
        """OP-09: and without privileges the nameless files work as well."""
        folder = self.scene.fresh()
        for path in (folder, *folder.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        done = self.as_nobody(folder, importing())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(content(folder), self.scene.new)
        self.assertEqual((folder / "keyring.csv").stat().st_mode & 0o777, 0o600)
        self.assert_clean(folder)

    def test_secrets_of_another_user_are_refused(self):
        for name, mode in (("keyring.csv", 0o600), ("keyring.csv", 0o644), ("kms.pem", 0o644)):
            folder = self.scene.fresh()
            for path in (folder, *folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)
            os.chown(folder / name, 0, 0)
            (folder / name).chmod(mode)
            done = self.as_nobody(folder, importing())
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertEqual(content(folder), self.scene.old)

    def test_root_keeps_owner_group_and_mode(self):
        folder = self.scene.fresh()
        os.chown(folder / "keyring.csv", 1234, 2345)
        (folder / "keyring.csv").chmod(0o400)
        done = run(importing("-b"), folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        for path in folder.glob("keyring.*csv"):
            status = path.stat()
            self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o7777),
                             (1234, 2345, 0o400), path)

    def test_two_imports_at_once(self):
        folder = self.scene.fresh()
        slow = subprocess.Popen(
            [*inject("rename", "delay_enter=2s", 1), *importing()], cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while slow.poll() is None and b",intent," not in self.trail(folder):
            pass
        second = run(importing(), folder)
        self.assertEqual(second.returncode, 11, second.stderr)
        self.assertEqual(content(folder), self.scene.old)
        slow.communicate(timeout=60)
        self.assertEqual(slow.returncode, 0)
        self.assertEqual(content(folder), self.scene.new)
        self.assert_clean(folder)

    @staticmethod
    def trail(folder):
        try:
            return content(folder, "keyring.csv.audit")
        except FileNotFoundError:
            return b""

    def wrong_kinds(self, path):
        """Yields after each: something at `path` that is no regular file."""
        os.symlink("elsewhere", path)
        pathlib.Path(path.parent / "elsewhere").write_bytes(self.scene.old)
        yield "symbolic link"
        path.unlink()
        os.mkfifo(path, 0o600)
        yield "FIFO"
        path.unlink()
        path.mkdir()
        yield "folder"
        path.rmdir()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            yield "socket"
        path.unlink()
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
        yield "device"
        path.unlink()

    def test_files_of_a_wrong_kind(self):
        for name in ("keyring.csv", "b.rsa", "b.rsa.sig", "b.rsa.manifest", "kms.pem",
                     "keyring.csv.lock", "keyring.csv.audit", "keyring.csv.tombstones"):
            folder = self.scene.fresh()
            (folder / name).unlink(missing_ok=True)
            for kind in self.wrong_kinds(folder / name):
                with self.subTest(name=name, kind=kind):
                    done = run(importing(), folder)
                    self.assertEqual(done.returncode, 3, done.stderr)
                    self.assertEqual(content(folder, "elsewhere"), self.scene.old)
                    if name != "keyring.csv":
                        self.assertEqual(content(folder), self.scene.old)

    def test_generate_never_writes_through_what_stands(self):
        for name in ("net.csv", "gw.aes", "gw.aes.sig"):
            folder = self.scene.fresh()
            for kind in self.wrong_kinds(folder / name):
                with self.subTest(name=name, kind=kind):
                    for more in ((), ("--force",)):
                        done = run(generating(*more), folder)
                        self.assertIn(done.returncode, (3, 9), done.stderr)
                        self.assertEqual(content(folder, "elsewhere"), self.scene.old)

    def test_no_core_and_no_secret_in_what_is_said(self):
        folder = self.scene.fresh()
        seen = []
        for argv in (importing("-v", "-b"), importing("--json"), removing(self.scene, "-v"),
                     generating("-v"), scenes.command("keyring_lint", "--strict", "keyring.csv")):
            done = run(argv, folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            seen += [done.stdout, done.stderr]
        folder_of_crash = self.scene.fresh()
        crashed = run(importing(), folder_of_crash, inject("rename", "signal=SIGSEGV", 1),
                      preexec_fn=lambda: resource.setrlimit(
                          resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
        self.assertIn(crashed.returncode, (-signal.SIGSEGV, 128 + signal.SIGSEGV))
        self.assertEqual([p.name for p in folder_of_crash.glob("*core*")], [])
        for place in (folder, folder_of_crash):
            for name in ("audit", "tombstones", "lock"):
                path = place / f"keyring.csv.{name}"
                if path.exists():
                    seen.append(path.read_bytes())
        for octets in seen:
            self.assertEqual(self.scene.scan.find(octets), [])
        self.assertGreater(self.scene.scan.octets, 2000, "the scan has seen too little")


if __name__ == "__main__":
    unittest.main()
