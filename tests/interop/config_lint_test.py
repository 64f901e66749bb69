#!/usr/bin/env python3
"""The commands that judge IPsec files, as processes, against the recorded verdicts of racoon and
setkey: verdicts, places, exit codes, JSON, trees, hostile files."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
FIXTURES = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"]) / "fixtures/ipsec"
REMOTE = """remote %s {
\texchange_mode main;
\tmy_identifier address;
\tproposal {
\t\tencryption_algorithm aes 128;
\t\thash_algorithm sha1;
\t\tauthentication_method pre_shared_key;
\t\tdh_group 2;
\t}
}
"""
IFCFG = "DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n"
KEYS = "IKE_PSK=0123456789abcdef\n"


def run(command, *arguments):
    return subprocess.run([BIN / command, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, check=False)


class Scene(unittest.TestCase):
    def setUp(self):
        self.held = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.held.name)
        self.addCleanup(self.held.cleanup)

    def write(self, name, text, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    def expect(self, done, code, *codes):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual([line.split(": ")[1] for line in done.stdout.splitlines()], list(codes))


class RacoonLint(Scene):
    def test_gives_every_recorded_verdict(self):
        for row in json.loads((FIXTURES / "verdicts/racoon.json").read_text()):
            path = self.write("racoon.conf", row["config"])
            done = run("racoon_lint", "--profile", "racoon-0.8", path)
            self.assertEqual(done.returncode, 0 if row["verdict"] == "accept" else 6, row["name"])

    def test_tells_file_line_column_code_and_what_was_expected(self):
        path = self.write("racoon.conf", REMOTE % "10.0.0.2" + "}\nlog loud;\n")
        done = run("racoon_lint", path)
        self.assertEqual(done.returncode, 6)
        self.assertEqual(done.stdout.splitlines()[0].split(": ", 1)[0], f"{path}:11:1")
        self.assertEqual(done.stdout.splitlines()[1],
                         f"{path}:12:5: RC-SYNTAX: expected log-level")
        told = json.loads(run("racoon_lint", "--json", path).stdout)
        self.assertEqual(told["exit"], 6)
        self.assertEqual(told["lint"][1]["code"], "RC-SYNTAX")
        self.assertEqual(told["lint"][1]["severity"], "error")

    def test_warns_without_refusing_unless_asked(self):
        path = self.write("racoon.conf", REMOTE.replace("aes 128", "aes") % "10.0.0.2")
        self.expect(run("racoon_lint", path), 0, "RC-KEYDEFAULT")
        self.expect(run("racoon_lint", "--strict", path), 6, "RC-KEYDEFAULT")
        self.expect(run("racoon_lint", "--profile", "racoon-0.8", path), 0)

    def test_follows_includes_below_another_root(self):
        self.write("etc/racoon/10.0.0.2.conf", REMOTE % "10.0.0.2")
        self.write("etc/racoon/10.0.0.3.conf", REMOTE.replace("modp", "") % "10.0.0.3" + "oops;\n")
        path = self.write("etc/racoon/racoon.conf", 'include "10.0.0.2.conf";\n')
        self.expect(run("racoon_lint", "--root", self.root, path), 0)
        path.write_text('include "/etc/racoon/10*.conf";\n')
        done = run("racoon_lint", "--root", self.root, path)
        self.expect(done, 6, "RC-SYNTAX")
        self.assertTrue(done.stdout.startswith("/etc/racoon/10.0.0.3.conf:11:1: "), done.stdout)

    def test_reads_psk_txt_by_its_name(self):
        path = self.write("psk.txt", "10.0.0.2 0123456789abcdef\n", 0o600)
        self.expect(run("racoon_lint", path), 0)
        path.chmod(0o640)
        self.expect(run("racoon_lint", "--profile", "racoon-0.8", path), 6, "RC-PSKMODE")

    def test_looks_at_the_keys_that_the_file_names(self):
        path = self.write("etc/racoon/racoon.conf", 'path pre_shared_key "/etc/racoon/psk.txt";\n'
                          + REMOTE % "10.0.0.2")
        self.write("etc/racoon/psk.txt", "10.0.0.3 0123456789abcdef\n", 0o600)
        self.expect(run("racoon_lint", "--root", self.root, path), 6, "RC-PSKNOROW")
        self.expect(run("racoon_lint", "--profile", "racoon-0.8", "--root", self.root, path), 0)
        self.write("etc/racoon/psk.txt", "10.0.0.2 0123456789abcdef\n", 0o600)
        self.expect(run("racoon_lint", "--root", self.root, path), 0)
        keys = self.root / "etc/racoon/psk.txt"
        if os.getuid() == 0:
            os.chown(keys, 4711, 4711)
            self.expect(run("racoon_lint", "--profile", "racoon-0.8", keys), 6, "RC-PSKOWNER")

    def test_looks_at_the_certificates_that_the_file_names(self):
        pki = FIXTURES.parent / "pki/mgu"
        text = 'path certificate "/etc/racoon/certs";\n' + (REMOTE % "10.0.0.2").replace(
            "pre_shared_key", "rsasig").replace(
                "my_identifier address;", 'certificate_type x509 "own.pem" "key.pem";')
        path = self.write("etc/racoon/racoon.conf", text)
        key = self.write("etc/racoon/certs/key.pem", (pki / "client_key.pem").read_bytes(), 0o600)
        own = self.write("etc/racoon/certs/own.pem", (pki / "client.pem").read_bytes())
        command = ("racoon_lint", "--now", "2030-01-01 00:00:00", "--root", self.root, path)
        self.expect(run(*command), 0)
        key.chmod(0o644)
        self.expect(run(*command), 6, "RC-CERTMODE")
        key.chmod(0o600)
        own.write_bytes((pki / "expired.pem").read_bytes())
        self.expect(run(*command), 6, "RC-CERTDATE")
        own.write_bytes((pki / "client.pem").read_bytes())
        key.write_bytes((pki / "stranger_key.pem").read_bytes())
        self.expect(run(*command), 6, "RC-CERTPAIR")

    def test_ends_with_what_went_wrong(self):
        self.assertEqual(run("racoon_lint", self.root / "none").returncode, 3)
        self.assertEqual(run("racoon_lint", self.root).returncode, 3)
        self.assertEqual(run("racoon_lint").returncode, 2)
        self.assertEqual(run("racoon_lint", "--profile", "racoon-1", "x").returncode, 2)

    def test_is_quick_on_hostile_files(self):
        started = time.monotonic()
        self.write("etc/racoon/self", 'include "self";\n')
        hostile = {"one line": b"x" * (1 << 20), "braces": b"remote {" * 100_000,
                   "quotes": b'"' * (1 << 20), "NUL": b"\0" * (1 << 20),
                   "self": b'include "self";', "many": b'include "self";\n' * 10_000}
        for name, text in hostile.items():
            path = self.write("etc/racoon/hostile.conf", text)
            done = run("racoon_lint", "--root", self.root, path)
            self.assertEqual(done.returncode, 6, name)
        self.assertLess(time.monotonic() - started, 30)


class SetkeyLint(Scene):
    def test_gives_every_recorded_verdict(self):
        for row in json.loads((FIXTURES / "verdicts/setkey.json").read_text()):
            path = self.write("setkey.conf", row["line"])
            done = run("setkey_lint", "--profile", "setkey-0.8", path)
            self.assertEqual(done.returncode, 0 if row["verdict"] == "accept" else 6, row["line"])

    def test_never_shows_a_key(self):
        key = "00112233445566778899aabbccddee"
        path = self.write("setkey.conf", f"add 10.0.0.1 10.0.0.2 esp 7 -E aes-cbc 0x{key};\n")
        for arguments in ((path,), ("--json", path), ("-v", path)):
            done = run("setkey_lint", *arguments)
            self.assertEqual(done.returncode, 6)
            self.assertNotIn(key, done.stdout + done.stderr)


class IfcfgLint(Scene):
    scripts = "etc/sysconfig/network-scripts/"

    def test_judges_a_folder_and_a_tree(self):
        self.write(self.scripts + "ifcfg-ipsec0", IFCFG)
        self.write(self.scripts + "keys-ipsec0", KEYS, 0o600)
        self.expect(run("ifcfg_lint", self.root / self.scripts), 0)
        self.expect(run("ifcfg_lint", self.root), 0)
        self.write("etc/racoon/racoon.conf", "log info;\n")
        self.expect(run("ifcfg_lint", self.root), 6, "IF-INCLUDE")
        self.write("etc/racoon/racoon.conf", 'include "/etc/racoon/10.0.0.2.conf";\n')
        self.expect(run("ifcfg_lint", self.root), 0)

    def test_sees_the_mode_of_the_keys_and_peers_that_collide(self):
        self.write(self.scripts + "ifcfg-ipsec0", IFCFG)
        self.write(self.scripts + "keys-ipsec0", KEYS, 0o644)
        self.expect(run("ifcfg_lint", self.root), 6, "IF-KEYMODE")
        self.write(self.scripts + "keys-ipsec0", KEYS, 0o600)
        self.write(self.scripts + "ifcfg-ipsec1", IFCFG.replace("0.2", "0.20"))
        self.write(self.scripts + "keys-ipsec1", KEYS, 0o600)
        self.expect(run("ifcfg_lint", self.root), 6, "IF-COLLISION")

    def test_executes_nothing(self):
        witness = self.root / "witness"
        self.write(self.scripts + "ifcfg-ipsec0",
                   IFCFG + f"X=$(touch {witness})\ntouch {witness}\n")
        self.write(self.scripts + "keys-ipsec0", f"IKE_PSK=a touch {witness}\n", 0o600)
        self.assertEqual(run("ifcfg_lint", self.root).returncode, 6)
        self.assertFalse(witness.exists())

    def test_finds_nothing_to_judge(self):
        self.assertEqual(run("ifcfg_lint", self.root).returncode, 3)


SAINFO = """sainfo anonymous {
\tlifetime time %s;
\tencryption_algorithm aes 128;
\tauthentication_algorithm hmac_sha1;
\tcompression_algorithm deflate;
}
"""


class IpsecCheck(Scene):
    def tree(self, name, own, peer, life="1 hour", key="0123456789abcdef", mode=0o600):
        self.write(f"{name}/etc/racoon/{peer}.conf", REMOTE % peer)
        self.write(f"{name}/etc/racoon/racoon.conf",
                   f'include "{peer}.conf";\n' + SAINFO % life)
        self.write(f"{name}/etc/racoon/psk.txt", f"{peer} {key}\n", mode)
        self.write(f"{name}/etc/racoon/setkey.conf",
                   f"spdadd {own} {peer} any -P out ipsec esp/transport//require;\n"
                   f"spdadd {peer} {own} any -P in ipsec esp/transport//require;\n")

    def check(self, *arguments):
        return run("ipsec_check", *arguments, self.root / "a", self.root / "b")

    def test_says_for_each_direction_whether_and_why_not(self):
        self.tree("a", "10.0.0.1", "10.0.0.2")
        self.tree("b", "10.0.0.2", "10.0.0.1")
        done = self.check()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("A negotiates with B.", done.stdout)
        self.tree("a", "10.0.0.1", "10.0.0.2", life="2 hour")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("PC-LIFETIME2: A cannot negotiate with B", done.stdout)
        self.assertIn("B negotiates with A.", done.stdout)
        self.assertEqual(self.check("--peer", "charon").returncode, 0)
        told = json.loads(self.check("--json").stdout)
        self.assertEqual([one["negotiates"] for one in told["directions"]], [False, True])
        self.assertEqual(told["directions"][0]["notify"], "NO-PROPOSAL-CHOSEN")

    def test_has_no_keys_where_racoon_has_none(self):
        self.tree("a", "10.0.0.1", "10.0.0.2", mode=0o644)
        self.tree("b", "10.0.0.2", "10.0.0.1")
        done = self.check()
        self.assertEqual(done.returncode, 1)
        self.assertIn("PC-NOKEY", done.stdout)
        self.assertNotIn("0123456789abcdef", done.stdout + done.stderr)

    def test_does_not_judge_what_a_program_refuses(self):
        self.tree("a", "10.0.0.1", "10.0.0.2")
        self.tree("b", "10.0.0.2", "10.0.0.1")
        self.write("b/etc/racoon/10.0.0.1.conf", "remote 10.0.0.1 { }\n")
        done = self.check()
        self.assertEqual(done.returncode, 6)
        self.assertIn("/etc/racoon/10.0.0.1.conf:1:1: RC-", done.stderr)
        self.assertEqual(run("ipsec_check", self.root / "a").returncode, 2)
        self.assertEqual(run("ipsec_check", self.root / "a", self.root / "none").returncode, 3)


if __name__ == "__main__":
    unittest.main()
