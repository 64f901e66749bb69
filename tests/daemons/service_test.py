#!/usr/bin/env python3
"""`service ulp-gateway ...` and the unit of systemd (GC-07, GC-11)."""

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


class Service(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.root = pathlib.Path(held.name)
        shipped = (ROOT / "fixtures/diameter/valid/diameter_client.conf").read_bytes()
        foreign.write(self.root / "diameter_client.conf", shipped)
        self.addCleanup(self.service, "stop")

    def service(self, word):
        return subprocess.run(
            [SERVICE / "ulp-gateway", word], capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "ONRAMP_ROOT": str(self.root), "ONRAMP_PROGRAMS": str(BIN),
                 "ONRAMP_RUN": str(self.root / "run")})

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

    def test_the_unit_starts_the_same(self):
        unit = (SERVICE / "ulp-gateway.service").read_text()
        started = re.search(r"^ExecStart=/opt/onramp/kms-utils/gateway (.*)$", unit, re.M)[1]
        script = (SERVICE / "ulp-gateway").read_text().replace("\\\n", " ")
        for option, value in re.findall(r"(--\S+) (\S+)", started):
            spelt = value.replace("/opt/onramp", "$root").replace("/run/ulp-gateway", "$run")
            self.assertIn(f'{option} "{spelt}"', script)
        self.assertIn("LimitCORE=0\n", unit)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
