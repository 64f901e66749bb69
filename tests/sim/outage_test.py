#!/usr/bin/python3
"""touchstone simulate --compare and touchstone sweep with the simulator itself: 50 or 500 gateways,
with and without an outage of the KMS."""

import csv
import json
import pathlib
import shutil
import string
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from simulated import BIN, SKIPPED  # noqa: E402

TOUCHSTONE = BIN / "touchstone"
SCENARIO = string.Template("""schema = 1
name = "$name"
question = "What does an outage of the KMS cost those who join meanwhile?"
stop = "90s"

[topology]
kind = "tree"
gateways = $gateways
enodes = 4

[keys]
watchdog = "6s"

[[join]]
at = "10s"
spread = "40s"

[[expect]]
check = "all_nodes_joined"
$fault""")
OUTAGE = """
[[fault]]
kind = "crash"
target = "kms1"
at = "20s"
lasts = "15s"
"""
GRID = """schema = 1
name = "outages"
question = "What do more gateways change?"
scenario = "outage.toml"
seeds = { from = 1, count = 2 }
figures = ["joins.latency_ms.p99", "joins.latency_ms.mean", "joins.admitted"]

[parameters]
topology.gateways = [5, 10]
"""


class WithOutage(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def scenario(self, name, gateways, fault=""):
        path = self.folder / f"{name}.toml"
        path.write_text(SCENARIO.substitute(name=name, gateways=gateways, fault=fault))
        return path

    def compare(self, one, other):
        """What is printed, and the summaries of both."""
        both = self.folder / f"{one.stem}-{other.stem}"
        done = subprocess.run([TOUCHSTONE, "simulate", "--compare", one, other, "--report", both],
                              text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(done.stdout, flush=True)
        self.assertTrue((both / "index.html").is_file())
        return done.stdout, [json.loads((both / side / "summary.json").read_text())
                             for side in "AB"]

    def test_an_outage_of_fifty_gateways(self):
        said, (calm, hit) = self.compare(self.scenario("calm", 50),
                                         self.scenario("outage", 50, OUTAGE))
        self.assertRegex(said, r"join latency, p99, ms +\S+ +\S+ +\+\d+")
        self.assertEqual([one["joins"]["admitted"] for one in (calm, hit)], [200, 200])
        self.assertEqual([len(one["recoveries"]) for one in (calm, hit)], [0, 1])
        p99 = [one["joins"]["latency_ms"]["p99"] for one in (calm, hit)]
        self.assertLess(p99[0], 1000)
        self.assertGreater(p99[1], 5000)  # who came at the beginning waited for the end

    def test_ten_times_as_many_gateways(self):
        _, (few, many) = self.compare(self.scenario("fifty", 50), self.scenario("all", 500))
        self.assertEqual([one["joins"]["admitted"] for one in (few, many)], [200, 2000])
        self.assertGreater(many["questions"]["asked"], 9 * few["questions"]["asked"])

    def test_a_sweep_by_gnu_parallel(self):
        if shutil.which("parallel") is None:
            self.skipTest("GNU parallel is not installed")
        self.scenario("outage", 5, OUTAGE)
        (self.folder / "grid.toml").write_text(GRID)
        words = [TOUCHSTONE, "sweep", self.folder / "grid.toml", "--out", self.folder / "out",
                 "--jobs", "2"]
        done = subprocess.run(words, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("4 runs: 4 passed, 0 failed, 0 without a result", done.stdout)
        with (self.folder / "out/runs.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([float(row["joins.admitted"]) for row in rows], [20, 20, 40, 40])
        # Each seed draws other arrivals, and who came in the outage waited.
        self.assertEqual(len({row["joins.latency_ms.mean"] for row in rows}), 4)
        self.assertGreater(min(float(row["joins.latency_ms.p99"]) for row in rows), 1000)


if __name__ == "__main__":
    if not TOUCHSTONE.exists():
        print("skipped: touchstone is not built")
        sys.exit(SKIPPED)
    unittest.main()
