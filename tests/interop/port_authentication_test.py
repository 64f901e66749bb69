#!/usr/bin/env python3
"""Files written by net8021x, in a /etc and a network of our own: the real wpa_supplicant takes them
through EAP-TLS against the real hostapd, and our reader reads what wpa_cli prints."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["TOUCHSTONE_BUILD_DIR"])
SOURCE = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
PKI = SOURCE / "fixtures/pki/mgu"
sys.path.insert(0, str(SOURCE / "tests/support"))

import own_network  # noqa: E402  pylint: disable=wrong-import-position

CONF = pathlib.Path("/etc/wpa_supplicant.conf")
UNIT = pathlib.Path("/etc/systemd/system/net8021x.service")
HOSTAPD = """interface=switch0
driver=wired
ieee8021x=1
use_pae_group_addr=1
eap_server=1
eap_user_file={folder}/users
ca_cert={pki}/ca.pem
server_cert={pki}/server.pem
private_key={pki}/server_key.pem
ctrl_interface={folder}/hostapd
"""


def run(*words, **options):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=30,
                          check=False, **options)


def must(*words, **options):
    done = run(*words, **options)
    if done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def own_machine(folder):
    """A network with a wire in it, an /etc of which only we see the changes, and an empty /run."""
    own_network.enter()
    must("mount", "--make-rprivate", "/")
    must("mount", "-t", "tmpfs", "none", folder)
    must("mount", "-t", "tmpfs", "none", "/run")
    (folder / "upper").mkdir()
    (folder / "work").mkdir()
    must("mount", "-t", "overlay", "overlay", "-o",
         f"lowerdir=/etc,upperdir={folder}/upper,workdir={folder}/work", "/etc")
    must("ip", "link", "add", "switch0", "type", "veth", "peer", "name", "gateway0")
    must("ip", "link", "set", "switch0", "up")
    must("ip", "link", "set", "gateway0", "up")


class Scene(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(held.name)
        self.addCleanup(held.cleanup)
        (self.folder / "users").write_text("* TLS\n")
        (self.folder / "hostapd.conf").write_text(HOSTAPD.format(folder=self.folder, pki=PKI))
        for path in (CONF, UNIT):
            path.unlink(missing_ok=True)
        shutil.rmtree("/etc/wpa_cert", ignore_errors=True)

    def start(self, *words):
        log = (self.folder / f"{pathlib.Path(words[0]).name}.log").open("w+")
        process = subprocess.Popen([*map(str, words)], stdout=log, stderr=subprocess.STDOUT)
        self.addCleanup(log.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def net8021x(self, *more, client="client.pem", root="ca.pem", key="client_key.pem"):
        """Runs it on copies, which then go (PA-09)."""
        originals = self.folder / "originals"
        originals.mkdir()
        for name in (client, root, key):
            shutil.copy(PKI / name, originals)
        told = must(BUILD / "bin/net8021x", "-l", originals / client, "-c", originals / root,
                    "-i", "test@test.se", "-p", originals / key, "-a", "--interface", "gateway0",
                    *more)
        shutil.rmtree(originals)
        return told

    def boot(self):
        """Both ends, ours by the very line of the unit that net8021x has written."""
        self.start("/usr/sbin/hostapd", self.folder / "hostapd.conf")
        line = re.search(r"^ExecStart=(.*)$", UNIT.read_text(), re.M)[1]
        self.start(*line.split())

    def status(self):
        return run("wpa_cli", "-i", "gateway0", "status").stdout

    def settle(self, wanted, patience=15):
        """The status as soon as `wanted` stands in it, or the last one."""
        end = time.monotonic() + patience
        status = self.status()
        while wanted not in status and time.monotonic() < end:
            time.sleep(0.1)
            status = self.status()
        return status

    def judge(self, status):
        return run(BUILD / "bin/wpa_status", input=status)

    def expect_authenticated(self):
        self.boot()
        status = self.settle("Supplicant PAE state=AUTHENTICATED")
        done = self.judge(status)
        self.assertEqual((done.returncode, done.stdout), (0, "authenticated\n"), status)
        return status

    def expect_refused(self):
        self.boot()
        status = self.settle("EAP state=FAILURE")
        done = self.judge(status)
        self.assertEqual(done.returncode, 1, status + done.stdout)
        self.assertTrue(done.stdout.startswith("not authenticated: "), done.stdout)


class Authentication(Scene):
    def test_the_example_of_the_document_authenticates(self):
        self.net8021x()
        self.assertEqual(CONF.stat().st_mode & 0o777, 0o600)
        self.assertEqual(pathlib.Path("/etc/wpa_cert").stat().st_mode & 0o777, 0o700)
        status = self.expect_authenticated()
        self.assertIn("selectedMethod=13 (EAP-TLS)\n", status)
        self.assertIn("bssid=01:80:c2:00:00:03\n", status)
        # The same without -i: wpa_cli then says which interface it has chosen.
        chosen = must("wpa_cli", "status")
        self.assertTrue(chosen.startswith("Selected interface 'gateway0'\n"))
        told = json.loads(must(BUILD / "bin/wpa_status", "--json", input=chosen))
        self.assertEqual(told["interface"], "gateway0")
        must(BUILD / "bin/localNTP", "-a", "--offline", "-n", "192.168.1.10")
        told = must(BUILD / "bin/mgu_doctor", "8021x", "--status", "-", input=status)
        self.assertEqual(told.count(" good\n"), 4, told)

    def test_a_second_run_changes_nothing(self):
        self.net8021x()
        before = CONF.read_bytes()
        self.assertTrue(self.net8021x().startswith("nothing to change\n"))
        self.assertEqual(CONF.read_bytes(), before)

    def test_an_encrypted_key_and_the_name_of_the_server(self):
        password = self.folder / "password"
        password.write_text("Client key words 42\n")
        self.net8021x("-w", password, "--server-name", "radius.example", key="encrypted_key.pem")
        password.unlink()
        self.expect_authenticated()

    def test_another_name_of_the_server_is_not_believed(self):
        self.net8021x("--server-name", "other.example")
        self.expect_refused()

    def test_another_root_is_not_believed(self):
        self.net8021x(client="of_other_ca.pem", root="other_ca.pem")
        self.expect_refused()

    def test_without_a_switch_nothing_is_authenticated(self):
        self.net8021x()
        line = re.search(r"^ExecStart=(.*)$", UNIT.read_text(), re.M)[1]
        self.start(*line.split())
        status = self.settle("Supplicant PAE state=CONNECTING")
        self.assertEqual(self.judge(status).returncode, 1)
        done = run(BUILD / "bin/mgu_doctor", "8021x", "--status", "-", input=status)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1. Is the RADIUS server running? BAD\n", done.stdout)

    def test_dry_run_leaves_what_the_run_leaves(self):
        """The script is run by sh on one tree, the command on another."""
        password = self.folder / "password"
        password.write_text("Client key words 42\n")
        trees = [self.folder / name / "etc" for name in ("script", "run")]
        files = ["-l", PKI / "client.pem", "-c", PKI / "ca.pem", "-p", PKI / "encrypted_key.pem",
                 "-w", password, "-i", "it's", "-a"]
        for tree in trees:
            tree.mkdir(parents=True)
            (tree / "wpa_supplicant.conf").write_text(
                "# by hand\nnetwork={\n\teap=TLS\n\tpin=\"4711\"\n}\n")
        script = must(BUILD / "bin/net8021x", "--root", trees[0].parent, "--dry-run", *files)
        self.assertNotIn("words 42", script)
        self.assertNotIn("4711", script)
        must("sh", input=script, env={**os.environ, "secret_1": '"4711"'})
        must(BUILD / "bin/net8021x", "--root", trees[1].parent, *files)
        pictures = [must("find", ".", "-printf", "%p %y %m %l\n", "-type", "f", "-exec",
                         "sha256sum", "{}", ";", cwd=tree).splitlines() for tree in trees]
        self.assertEqual(sorted(pictures[0]), sorted(pictures[1]))
        self.assertGreater(len(pictures[0]), 12)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as private:
        own_machine(pathlib.Path(private))
        try:
            unittest.main()
        finally:
            must("umount", "-l", private)
