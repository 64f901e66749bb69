#!/usr/bin/python3
"""Fifty simulated gateways and a hundred nodes behind them get their keys from a real KMS, ours and
freeDiameter, which stands behind 50 ms and 1 % loss, and fifty strangers get none: a KMS of anybody
in a simulated deployment."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

import freediameter  # noqa: E402
from our_daemons import server_conf  # noqa: E402
from simulated import BIN, SKIPPED, Place, lacks_for_emu  # noqa: E402

REALM, KMS = "sim.example", "kms1.sim.example"
GATEWAYS = [f"gw{number}.{REALM}" for number in range(1, 51)]

SCENARIO = ROOT / "docs/examples/external_kms.toml"


class ExternalKms(unittest.TestCase):
    def place(self, *command):
        """The example of docs/simulation.md with this command; {folder} is that of the run."""
        place = Place()
        self.addCleanup(place.__exit__)
        words = json.dumps([str(word).format(folder=place.folder) for word in command])
        place.write("scenario.toml", re.sub("^command = .*$", lambda _: f"command = {words}",
                                            SCENARIO.read_text(), flags=re.M))
        return place

    def judge(self, place):
        summary, table = place.run()
        print(table, flush=True)
        self.assertEqual(summary["joins"]["admitted"], 100)
        self.assertEqual(summary["joins"]["refused"], 50)
        self.assertGreaterEqual(summary["keys"]["latency_ms"]["count"], 50)
        # There and back over 50 ms, at least once; and the loss was there.
        self.assertGreater(summary["questions"]["latency_ms"]["p50"], 100)
        self.assertGreater(summary["network"]["lost"], 0)
        self.assertTrue((place.report / "kms1.log").exists())
        subprocess.run([BIN / "touchstone", "report", "draw", place.report], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertIn("external-kms", (place.report / "index.html").read_text())

    def test_our_kms(self):
        place = self.place(BIN / "kms", "--config", "{folder}/server.conf", "--keyring",
                           "{folder}/keyring.csv", "--listen", "0.0.0.0:3868")
        place.write("server.conf", server_conf(KMS, REALM, GATEWAYS))
        place.write_keyring()
        self.judge(place)

    def test_freediameter(self):
        place = self.place("freeDiameterd", "-c", "{folder}/daemon.conf")
        keys = place.write_keyring()
        plan = place.say("--describe").stdout
        address = re.search(r"// kms1 is a real process at (\S+)", plan).group(1)
        freediameter.prepare(place.folder, "kms", KMS, 3868, realm=REALM, address=address,
                             gateways=" ".join(GATEWAYS),
                             keys=freediameter.key_lines(keys, keys.rows))
        self.judge(place)


if __name__ == "__main__":
    if lacks := lacks_for_emu():
        print("skipped:", lacks)
        sys.exit(SKIPPED)
    unittest.main()
