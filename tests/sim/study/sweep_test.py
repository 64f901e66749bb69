#!/usr/bin/python3
"""touchstone sweep with GNU parallel: each run once, after a kill too, and on other machines."""

import csv
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

from swept import TOUCHSTONE, Swept

# What ssh does, without the network: the words after the machine are a line for its shell.
SSH = """#!/bin/sh
while [ "$1" != faraway ]; do shift; done
shift
[ "$1" != -- ] || shift
echo "$#" >> "$0.log"
exec env -i PATH="$PATH" HOME="$HOME" SHELL=/bin/sh sh -c "$*"
"""


class Sweep(unittest.TestCase):
    def sweep(self, *args, **named):
        made = Swept(*args, **named)
        self.addCleanup(made.cleanup)
        return made

    def test_parallel_runs_each_unit_once_and_collects(self):
        swept = self.sweep(gateways=(1, 2), seeds=3)
        said = swept.run("--jobs", "2").stdout
        self.assertIn("6 runs: 6 passed, 0 failed, 0 without a result", said)
        self.assertIn("22 ± 2.484", said)  # 21, 22, 23: t(2) = 4.3027, s = 1
        self.assertEqual(swept.log("started"), dict.fromkeys(swept.units(), 1))
        self.assertEqual(swept.log("finished"), dict.fromkeys(swept.units(), 1))
        point = swept.results()["points"][0]
        self.assertEqual(point["parameters"], {"topology.gateways": 1})
        self.assertEqual(point["figures"]["joins.p95_ms"]["mean"], 12)
        with (swept.out / "runs.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["joins.p95_ms"] for row in rows],
                         ["11.0", "12.0", "13.0", "21.0", "22.0", "23.0"])
        self.assertFalse(list(swept.out.glob("runs/*/metrics.jsonl")))

    def test_nothing_runs_twice(self):
        swept = self.sweep()
        swept.run("--serial")
        self.assertIn("finished", swept.run("--list").stdout)
        swept.run("--serial")
        self.assertEqual(swept.log("started").total(), 4)
        text = swept.grid.read_text().replace("[1, 2]", "[1, 2, 3]")
        swept.grid.write_text(text)
        swept.run("--serial")
        self.assertEqual(swept.log("started").total(), 6)

    def test_another_build_is_another_sweep(self):
        swept = self.sweep()
        old = swept.units()
        swept.simulator = swept.folder / "simulator"
        shutil.copy(pathlib.Path(__file__).with_name("stand_in.sh"), swept.simulator)
        self.assertEqual(swept.units(), old)
        swept.simulator.write_text(swept.simulator.read_text() + "# another build\n")
        self.assertFalse(set(swept.units()) & set(old))
        swept.run("--collect", status=3)
        swept.simulator.write_text(swept.simulator.read_text() + "# and one more\n")
        done = subprocess.run([TOUCHSTONE, "sweep-unit", swept.out, "x"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("and the sweep is of stand-in 1 sha256:", done.stderr)

    def test_a_killed_sweep_goes_on(self):
        swept = self.sweep(gateways=(1, 2, 3), seeds=1)
        (swept.folder / "scenario.toml").write_text(
            f'hold = "{swept.folder}/go"\n[topology]\ngateways = 1\n')
        with subprocess.Popen([TOUCHSTONE, "sweep", swept.grid, "--out", swept.out, "--simulator",
                               swept.simulator, "--jobs", "2"], start_new_session=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            while len(swept.entries()) < 2:
                time.sleep(0.02)
            os.killpg(running.pid, signal.SIGKILL)
        for entry in swept.entries():  # GNU parallel gives each job a group of its own
            os.kill(entry["process"], signal.SIGKILL)
        self.assertEqual(list(swept.out.glob("runs/[0-9a-f]*")), [])
        (swept.folder / "go").touch()
        swept.run("--jobs", "2")
        self.assertEqual(swept.log("finished"), dict.fromkeys(swept.units(), 1))
        self.assertEqual(swept.log("started").total(), 5)
        self.assertEqual(list(swept.out.glob("runs/.*")), [])

    def test_a_run_that_was_killed_is_tried_again(self):
        swept = self.sweep(gateways=(1, 2), seeds=1)
        marks = swept.folder / "marks"
        marks.mkdir()
        (swept.folder / "scenario.toml").write_text(f'die = "{marks}"\n[topology]\ngateways = 1\n')
        swept.run()
        self.assertEqual(set(swept.log("failed").values()), {1})
        self.assertEqual(swept.log("finished"), dict.fromkeys(swept.units(), 1))

    def test_other_machines_are_reached_as_parallel_does_it(self):
        swept = self.sweep(gateways=(1, 2), seeds=2)
        ssh = swept.folder / "ssh"
        ssh.write_text(SSH)
        ssh.chmod(0o755)
        # GNU parallel takes the words before the machine as the command of ssh.
        link = pathlib.Path("/tmp", f"touchstone-ssh-{os.getpid()}")
        link.symlink_to(ssh)
        self.addCleanup(link.unlink)
        self.addCleanup(lambda: pathlib.Path(f"{link}.log").unlink(missing_ok=True))
        swept.run("--sshlogin", f"1/{link} faraway")
        self.assertEqual(swept.log("finished"), dict.fromkeys(swept.units(), 1))
        calls = pathlib.Path(f"{link}.log").read_text().splitlines()
        self.assertGreaterEqual(len(calls), 4)

    def test_shards_share_the_work(self):
        swept = self.sweep(gateways=(1, 2, 3), seeds=1)
        said = swept.run("--shard", "1/3", "--serial", status=3).stdout
        self.assertIn("2 without a result", said)
        swept.run("--shard", "2/3", "--serial", status=3)
        swept.run("--shard", "3/3", "--serial")
        self.assertEqual(swept.log("started"), dict.fromkeys(swept.units(), 1))

    def test_status_tells_failed_checks_from_missing_results(self):
        failing = self.sweep(scenario="limit = 20")
        self.assertIn("2 passed, 2 failed", failing.run("--serial", status=1).stdout)
        broken = self.sweep(scenario="broken = 2")
        done = broken.run("--serial", "--retries", "0", status=3)
        self.assertIn("2 passed, 0 failed, 2 without a result", done.stdout)
        words = [file.read_text() for file in broken.out.glob("failed/*.txt")]
        self.assertEqual(words, ["no such world\n"] * 2)
        self.assertEqual(list(broken.out.glob("runs/.*")), [])

    def test_files_that_are_wrong_are_named_with_line_and_column(self):
        swept = self.sweep()
        text = swept.grid.read_text()
        for change, where in ((("[1, 2]", "[1, 1]"), "grid.toml:9:25: 1 stands here twice"),
                              (("topology.gateways", "fault.0.at"), "grid.toml:9:"),
                              (("seeds =", "seed ="), "grid.toml:5:1: there is no key `seed`")):
            swept.grid.write_text(text.replace(*change))
            done = swept.run(status=2)
            self.assertIn(where, done.stderr)
            self.assertFalse(swept.out.exists())


if __name__ == "__main__":
    if shutil.which("parallel") is None:
        print("skipped: GNU parallel is not installed")
        sys.exit(77)
    unittest.main()
