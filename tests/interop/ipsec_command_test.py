#!/usr/bin/env python3
"""The command ipsec as a process: what it writes, that its dry run is the same program, what it
runs, and that no key is seen outside psk.txt."""

import json
import os
import pathlib
import stat
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
KEY = "correct horse battery"
FAKE = """#!/bin/sh
echo "$(basename $0) $*" >> "$(dirname $0)/calls"
tr '\\0' '\\n' < /proc/$PPID/cmdline >> "$(dirname $0)/parents"
case "$*" in
-c) cat >> "$(dirname $0)/calls" ;;
esac
[ ! -e "$(dirname $0)/$(basename $0).says" ] || cat "$(dirname $0)/$(basename $0).says"
exit $(cat "$(dirname $0)/$(basename $0).code" 2>/dev/null || echo 0)
"""


def tree_of(root):
    """Path -> (kind, mode, content) of everything below."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        kind = stat.S_IFMT(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            found[str(path.relative_to(root))] = (kind, 0, os.readlink(path))
        else:
            found[str(path.relative_to(root))] = (kind, stat.S_IMODE(status.st_mode),
                                                  path.read_bytes() if path.is_file() else b"")
    return found


class Scene(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.root = self.make_root("root")
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        for name in ("setkey", "racoon", "racoonctl"):
            path = self.programs / name
            path.write_text(FAKE)
            path.chmod(0o755)
        self.key = self.folder / "key"
        self.key.write_text(KEY + "\n")
        self.key.chmod(0o600)

    def make_root(self, name):
        root = self.folder / name
        scripts = root / "etc/sysconfig/network-scripts"
        scripts.mkdir(parents=True)
        (scripts / "ifcfg-eth0").write_text("DEVICE=eth0\nIPADDR=192.168.1.100\n")
        return root

    def ipsec(self, *arguments, root=None, code=0, stdin=None, programs=False):
        extra = ["--programs", self.programs] if programs else []
        done = subprocess.run([BIN / "ipsec", "--root", root or self.root,
                               *map(str, [*extra, *arguments])], capture_output=True, text=True,
                              input=stdin, timeout=60, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for part in KEY.split():
            self.assertNotIn(part, done.stderr)
        return done

    def create(self, name="head", peer="192.168.1.200", *more, **named):
        return self.ipsec("--create", f"--name={name}", f"--dst-address={peer}",
                          f"--dst-preshared-key-file={self.key}", *more, **named)

    def calls(self):
        path = self.programs / "calls"
        return path.read_text() if path.exists() else ""


class Files(Scene):
    def test_writes_the_files_of_the_document_with_their_modes(self):
        self.create()
        found = tree_of(self.root)
        self.assertEqual(found["etc/racoon.conf"][2], "racoon/racoon.conf")
        self.assertEqual(found["etc/racoon/psk.txt"][1], 0o600)
        self.assertEqual(found["etc/racoon/psk.txt"][2], f"192.168.1.200 {KEY}\n".encode())
        self.assertEqual(found["etc/racoon/192.168.1.200.conf"][1], 0o644)
        self.assertIn("etc/sysconfig/network-scripts/ifcfg-head", found)
        for name in ("etc/racoon.conf", "etc/racoon/racoon.conf"):
            lint = subprocess.run([BIN / "racoon_lint", "--root", self.root, self.root / name],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((lint.returncode, lint.stdout), (0, ""), name)

    def test_leaves_the_tree_alone_when_a_value_is_wrong(self):
        self.create()
        before = tree_of(self.root)
        for more in (["--dst-port=80"], ["--dst-network=192.168.2.7/24"], ["--ip-proto=256"],
                     ["--nonsense"], ["--list"], ["--proto=tcp"], ["--name=b"],
                     ["--dst-network=0.0.0.0/0"], ["--confirm=0", "--start"],
                     ["--src-address=192.168.1.201"], ["--create"], ["--profile=new"],
                     ["-dst-port=80"],
                     ["\u2013dst-port=80"]):
            self.create("other", "192.168.1.201", *more, code=2)
            self.assertEqual(tree_of(self.root), before, more)
        self.create(code=9)
        self.create("other", code=9)
        self.ipsec("--remove", "--name=none", code=3)
        self.assertEqual(tree_of(self.root), before)

    def test_a_then_b_without_a_is_b(self):
        other = self.make_root("other")
        self.create("b", "192.168.1.201", root=other)
        self.create("a")
        self.create("b", "192.168.1.201")
        self.ipsec("--remove", "--name=a")
        self.assertEqual(tree_of(self.root), tree_of(other))

    def test_the_last_key_of_a_peer_counts(self):
        self.create()
        self.ipsec("--remove", "--name=head")
        self.ipsec("--create", "--name=again", "--dst-address=192.168.1.200",
                   "--dst-preshared-key-file=-", stdin="a key from standard input\n")
        self.assertEqual((self.root / "etc/racoon/psk.txt").read_text(),
                         "192.168.1.200 a key from standard input\n")

    def test_hides_a_key_of_the_command_line_from_other_users(self):
        process = subprocess.Popen([BIN / "ipsec", "--root", self.root, "--create", "--name=x",
                                    "--dst-address=192.168.1.200", f"--src-preshared-key={KEY}",
                                    "--dst-preshared-key-file=-"], stdin=subprocess.PIPE)
        # It waits for the key of standard input, with the other one hidden by then.
        seen, deadline = b"", time.monotonic() + 10
        while time.monotonic() < deadline:
            seen = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
            if b"--create" in seen and KEY.encode() not in seen:
                break
            time.sleep(0.005)
        process.communicate(KEY.encode() + b"\n", timeout=30)
        self.assertNotIn(KEY.encode(), seen)
        self.assertIn(b"--src-preshared-key=xxx", seen)
        self.assertEqual(process.returncode, 0)


class DryRun(Scene):
    def same(self, *arguments, before=lambda root: None, script_code=0):
        """The script of the dry run and the run itself leave the same tree."""
        by_hand, by_run = self.make_root("by_hand"), self.make_root("by_run")
        for root in (by_hand, by_run):
            before(root)
        untouched = tree_of(by_hand)
        done = self.ipsec(*arguments, "--dry-run", "--show-secrets", root=by_hand)
        self.assertEqual(tree_of(by_hand), untouched)
        hidden = self.ipsec(*arguments, "--dry-run", root=by_hand).stdout
        self.assertNotIn(KEY, hidden)
        ran = subprocess.run(["sh"], input=done.stdout, text=True, capture_output=True,
                             check=False)
        self.assertEqual(ran.returncode, script_code, ran.stderr + done.stdout)
        self.ipsec(*arguments, root=by_run)
        self.assertEqual(tree_of(by_hand), tree_of(by_run))
        return done.stdout

    def test_is_the_same_program_for_a_transport(self):
        text = self.same("--create", "--name=head", "--dst-address=192.168.1.200",
                         f"--dst-preshared-key-file={self.key}")
        self.assertIn("# spdadd 192.168.1.100 192.168.1.200 any -P out", text)

    def test_is_the_same_program_for_a_tunnel_beside_another(self):
        self.same("--create", "--name=net", "--dst-address=192.168.1.201",
                  "--dst-network=192.168.2.0/24", "--profile=modern",
                  f"--dst-preshared-key-file={self.key}",
                  f"--src-preshared-key-file={self.key}",
                  before=lambda root: self.create(root=root))

    def test_is_the_same_program_for_certificates(self):
        three = self.certificates()
        self.same("--create", "--name=rsa", "--dst-address=192.168.1.200", "--install-certs",
                  *three)

    def test_is_the_same_program_for_a_removal(self):
        def both(root):
            self.create(root=root)
            self.create("net", "192.168.1.201", root=root)
        self.same("--remove", "--name=head", before=both)

    def test_asks_for_the_key_alone_in_a_variable(self):
        script = self.create("head", "192.168.1.200", "--dry-run").stdout
        self.assertNotEqual(subprocess.run(["sh"], input=script, text=True, check=False,
                                           capture_output=True).returncode, 0)
        self.assertFalse((self.root / "etc/racoon").exists())
        subprocess.run(["sh"], input=script, text=True, check=True,
                       env={**os.environ, "secret_1": KEY})
        self.assertEqual((self.root / "etc/racoon/psk.txt").read_text(), f"192.168.1.200 {KEY}\n")

    def test_shows_a_script_that_starts_what_it_would_start(self):
        text = self.create("head", "192.168.1.200", "--start", "--dry-run", programs=True).stdout
        self.assertIn("\nsetkey -c <<'END_OF_POLICIES'\nspdadd 192.168.1.100", text)
        self.assertEqual(self.calls(), "")
        told = json.loads(self.create("head", "192.168.1.200", "--dry-run", "--json").stdout)
        self.assertIn("#!/bin/sh", told["script"])

    def certificates(self):
        """Made by openssl: a CA, and a certificate of the gateway under it."""
        def openssl(*words):
            subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                           cwd=self.folder)
        new = ["-newkey", "rsa:2048", "-nodes"]
        openssl("req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", 90,
                "-subj", "/CN=ca")
        openssl("req", "-new", *new, "-keyout", "mgu.key", "-out", "mgu.csr", "-subj", "/CN=mgu")
        extensions = self.folder / "ext"
        extensions.write_text("basicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", "mgu.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", 60,
                "-CAcreateserial", "-extfile", "ext", "-out", "mgu.pem")
        return [f"--ca-cert-file={self.folder / 'ca.pem'}",
                f"--cert-file-public={self.folder / 'mgu.pem'}",
                f"--cert-file-private={self.folder / 'mgu.key'}"]

    def test_installs_certificates_that_fit_together_alone(self):
        ca, own, key = self.certificates()
        self.ipsec("--install-certs", ca, own, key)
        once = tree_of(self.root)
        self.assertEqual(once["etc/racoon/certs"][1], 0o700)
        self.assertEqual(once["etc/racoon/certs/mgu_key.pem"][1], 0o600)
        self.ipsec("--install-certs", ca, own, key)
        self.assertEqual(tree_of(self.root), once)
        public = own.split("=")[1]
        for wrong, code in (([ca, own, f"--cert-file-private={self.folder / 'ca.key'}"], 7),
                            ([ca, own, f"--cert-file-private={public}"], 6),
                            ([f"--ca-cert-file={public}", own, key], 6),
                            ([ca, f"--cert-file-public={self.folder / 'mgu.key'}", key], 6),
                            ([ca, own], 2), ([ca, own, "--cert-file-private=/none"], 3)):
            self.ipsec("--install-certs", *wrong, code=code)
            self.assertEqual(tree_of(self.root), once, wrong)
        self.ipsec("--install-certs", ca, own, key, "--now", "2100-01-01 00:00:00", code=6)
        self.ipsec("--create", "--name=rsa", "--dst-address=192.168.1.200")
        self.assertIn("rsasig", (self.root / "etc/racoon/192.168.1.200.conf").read_text())


class Programs(Scene):
    def test_runs_nothing_for_another_tree_unless_told(self):
        done = self.create("head", "192.168.1.200", "--start", code=3)
        self.assertIn("setkey is not on this machine", done.stderr)
        self.assertTrue((self.root / "etc/racoon/racoon.conf").exists(), "what can be is done")
        self.assertIn("inactive", self.ipsec("--list").stdout)

    def test_runs_setkey_and_racoon_and_shows_them_no_key(self):
        self.create("head", "192.168.1.200", "--start", programs=True)
        self.assertEqual(self.calls().splitlines()[0], "setkey -c")
        self.assertIn("spdadd 192.168.1.100 192.168.1.200 any -P out ipsec", self.calls())
        self.assertIn("racoonctl reload-config", self.calls())
        for name in ("calls", "parents"):
            self.assertNotIn("horse", (self.programs / name).read_text())
        self.assertRegex(self.ipsec("--list").stdout, r"head +transport active ")

    def test_begins_racoon_where_none_runs(self):
        (self.programs / "racoonctl.code").write_text("1")
        self.create("head", "192.168.1.200", "--start", programs=True)
        self.assertIn("racoon -f /etc/racoon/racoon.conf", self.calls())

    def test_stops_and_removes_what_is_active(self):
        self.create("head", "192.168.1.200", "--start", programs=True)
        self.ipsec("--stop", "--name=head", programs=True)
        self.assertIn("spddelete 192.168.1.100 192.168.1.200 any -P out;", self.calls())
        self.assertIn("inactive", self.ipsec("--list").stdout)
        self.ipsec("--start", programs=True)
        (self.programs / "calls").unlink()
        self.ipsec("--remove", "--name=head", programs=True)
        self.assertIn("spddelete", self.calls())
        self.assertEqual(self.ipsec("--list").stdout, "")

    def test_tells_what_setkey_complains_of(self):
        (self.programs / "setkey.says").write_text("line 1: syntax error at [x]\n")
        done = self.create("head", "192.168.1.200", "--start", code=8, programs=True)
        self.assertIn("syntax error", done.stderr)

    def test_takes_an_unconfirmed_policy_away_again(self):
        self.create()
        self.ipsec("--start", "--confirm=60", stdin="yes\n", programs=True)
        self.assertNotIn("spddelete", self.calls())
        self.ipsec("--stop", programs=True)
        (self.programs / "calls").unlink()
        for answer in ("no\n", ""):
            self.ipsec("--start", "--confirm=60", stdin=answer, programs=True, code=1)
            self.assertIn("spddelete", self.calls())
            self.assertIn("inactive", self.ipsec("--list").stdout)
        read, write = os.pipe()  # a terminal at which nobody types
        done = subprocess.run([BIN / "ipsec", "--root", self.root, "--programs", self.programs,
                               "--start", "--confirm=1"], stdin=read, check=False, timeout=30)
        self.assertEqual(done.returncode, 1)
        os.close(read)
        os.close(write)
        self.assertIn("inactive", self.ipsec("--list").stdout)

    def test_shows_the_status_without_a_key(self):
        self.create("head", "192.168.1.200", "--start", programs=True)
        self.assertIn("not protected", self.ipsec("--status", programs=True, code=1).stdout)
        association = ("{} \n\tesp mode=transport spi=4096(0x00001000) reqid=0(0x00000000)\n"
                       "\tE: aes-cbc  00112233 44556677 8899aabb ccddeeff\n"
                       "\tseq=0x00000000 replay=4 flags=0x00000000 state=mature \n"
                       "\tcreated: May  4 14:05:30 2015\tcurrent: May  4 14:05:38 2015\n"
                       "\tdiff: 8(s)\thard: 3600(s)\tsoft: 2880(s)\n"
                       "\tlast: May  4 14:05:31 2015\thard: 0(s)\tsoft: 0(s)\n"
                       "\tcurrent: 544(bytes)\thard: 0(bytes)\tsoft: 0(bytes)\n"
                       "\tallocated: 4\thard: 0\tsoft: 0\n\tsadb_seq=0 pid=1 refcnt=0\n")
        heading = ("Source                                        Destination                   "
                   "                Cookies                           ST S  V E Created         "
                   "    Phase2\n192.168.1.100.500 192.168.1.200.500 0011223344556677:"
                   "0011223344556677  9 I 10 M 2015-05-04 12:37:21      1 \n")
        ends = ["192.168.1.100 192.168.1.200", "192.168.1.200 192.168.1.100"]
        (self.programs / "racoonctl.says").write_text(
            heading + "".join(association.format(end) for end in ends))
        done = self.ipsec("--status", "--json", programs=True)
        self.assertNotIn("00112233", done.stdout)
        self.assertTrue(json.loads(done.stdout)["configurations"][0]["protected"])


class Doctor(Scene):
    def doctor(self, *arguments, code):
        done = subprocess.run([BIN / "mgu_doctor", "ipsec", "--json", "--root", self.root,
                               *arguments], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return {row["check"]: row for row in json.loads(done.stdout)["checks"]}

    def test_looks_where_the_document_says(self):
        self.create("head", "192.168.1.200", "--profile=modern", "--start", programs=True)
        checks = self.doctor(code=0)
        self.assertEqual(list(checks), ["credentials", "clock", "scope", "algorithms", "files",
                                        "active", "negotiated", "syslog"])
        self.assertEqual({row["verdict"] for row in checks.values()}, {"good", "not known"})
        (self.root / "etc/racoon/psk.txt").chmod(0o644)
        (self.root / "etc/racoon/192.168.1.200.conf").unlink()
        checks = self.doctor(code=1)
        self.assertEqual([name for name, row in checks.items() if row["verdict"] == "BAD"],
                         ["credentials", "algorithms", "files"])
        self.assertNotIn("horse", json.dumps(checks))

    def test_reads_what_racoonctl_printed(self):
        self.create("head", "192.168.1.200", "--start", programs=True)
        empty = self.folder / "empty"
        empty.write_text("")
        checks = self.doctor("--isakmp", empty, "--associations", empty, code=1)
        self.assertEqual(checks["negotiated"]["verdict"], "BAD")


if __name__ == "__main__":
    unittest.main()
