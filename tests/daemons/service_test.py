#!/usr/bin/env python3
"""`service ulp-gateway ...`, `service ulp-kms ...` and the units of systemd (GC-07, GC-11,
OP-01)."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

import foreign  # noqa: E402
import own_network  # noqa: E402
import stranger  # noqa: E402
from our_daemons import BIN  # noqa: E402

SERVICE = ROOT / "tools" / "service"
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODE, KEY = foreign.rows(0x00010000, 1, 1)[0][:2]
NOT_RUNNING = 3
NODE_OF_FIXTURE = 0x00010200


def run_service(name, word, root):
    return subprocess.run(
        [SERVICE / name, word], capture_output=True, text=True, timeout=60, check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "ONRAMP_ROOT": str(root), "ONRAMP_PROGRAMS": str(BIN),
             "ONRAMP_RUN": str(root / "run")})


class Service(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.root = pathlib.Path(held.name)
        shipped = (ROOT / "fixtures/diameter/valid/diameter_client.conf").read_bytes()
        foreign.write(self.root / "diameter_client.conf", shipped)
        self.addCleanup(self.service, "stop")

    def service(self, word):
        return run_service("ulp-gateway", word, self.root)

    def start_kms(self):
        kms = stranger.Kms(NETWORK, {NODE: KEY}, "kms.localhost", port=3868)
        self.addCleanup(kms.stop)
        return kms

    def said(self, word):
        done = self.service(word)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_a_restart_keeps_the_cache(self):
        kms = self.start_kms()
        self.assertIn("ready gateway 127.0.0.2:4004", self.said("start"))
        self.assertIn("runs already", self.said("start"))
        node = stranger.Node(NODE, KEY)
        self.assertEqual(node.join(("127.0.0.2", 4004)), 1)
        before = self.said("status")
        kms.stop()
        self.assertIn("ready gateway 127.0.0.2:4004", self.said("restart"))
        self.assertNotEqual(self.said("status"), before)
        self.assertEqual(node.join(("127.0.0.2", 4004)), 1)
        self.assertEqual(kms.asked, ["gateway", f"0x{NODE:08x}"])

    def test_a_log_that_was_moved_away_is_begun_anew(self):
        self.start_kms()
        self.said("start")
        log = self.root / "logs" / "kmc.log"
        old = log.rename(self.root / "logs" / "kmc.log.1")
        self.said("reload")
        self.assertIn("stopped", self.said("stop"))
        self.assertIn(" start realm=kms.localhost ", old.read_text())
        self.assertIn(" stop\n", log.read_text())

    def test_what_does_not_run_is_said_and_stopped_twice(self):
        self.assertEqual(self.service("status").returncode, NOT_RUNNING)
        self.assertIn("does not run", self.said("stop"))
        self.assertEqual(self.service("dance").returncode, 2)

    def test_a_broken_configuration_is_shown(self):
        foreign.write(self.root / "diameter_client.conf", b"URI=aaa://\n")
        done = self.service("start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("diameter_client.conf:1:", done.stderr)

    def test_the_units_start_the_same(self):
        for name, program in (("ulp-gateway", "gateway"), ("ulp-kms", "kms")):
            unit = (SERVICE / f"{name}.service").read_text()
            start = rf"^ExecStart=/opt/onramp/kms-utils/{program} (.*)$"
            started = re.search(start, unit, re.M)[1]
            script = (SERVICE / name).read_text()
            log = re.search(r"^log=(.*)$", script, re.M)[1]
            script += (SERVICE / "ulp-daemon").read_text().replace("$log", log)
            for option, value in re.findall(r"(--\S+) (\S+)", started):
                spelt = value.replace("/opt/onramp", "$root").replace(f"/run/{name}", "$run")
                self.assertIn(f'{option} "{spelt}"', script)
            self.assertIn("LimitCORE=0\n", unit)


class KmsService(unittest.TestCase):
    """OP-01: `service ulp-kms restart`."""

    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.root = pathlib.Path(held.name)
        for name, source in (("diameter_server.conf", "diameter"), ("keyring.csv", "kms")):
            octets = (ROOT / "fixtures" / source / "valid" / name).read_bytes()
            foreign.write(self.root / name, octets)
        self.addCleanup(self.service, "stop")

    def service(self, word):
        return run_service("ulp-kms", word, self.root)

    def ask(self):
        """Result-Code for a node of the keyring, at the place that the shipped file names."""
        gateway = stranger.Gateway("127.0.0.2", "kms.localhost")
        gateway.open(("127.0.0.1", 3868))
        result = gateway.ask_node(NODE_OF_FIXTURE)[0]
        gateway.close()
        return result

    def test_it_starts_restarts_and_stops(self):
        started = self.service("start")
        self.assertIn("ready kms 127.0.0.1:3868", started.stdout, started.stderr)
        self.assertEqual(self.ask(), 2001)
        before = self.service("status").stdout
        self.assertIn("ready kms", self.service("restart").stdout)
        self.assertNotEqual(self.service("status").stdout, before)
        self.assertEqual(self.ask(), 2001)
        self.assertEqual(self.service("reload").returncode, 0)
        self.assertIn("has stopped", self.service("stop").stdout)
        self.assertEqual(self.service("status").returncode, NOT_RUNNING)

    def test_without_a_keyring_the_reason_is_shown(self):
        (self.root / "keyring.csv").unlink()
        done = self.service("start")
        self.assertEqual(done.returncode, 1)
        self.assertIn("keyring.csv", done.stderr)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
