#!/usr/bin/python3
"""touchstone sweep --slurm on a real Slurm, a cluster of one node that this test starts and stops.
A task is killed in mid-run; in the end each unit has been finished once."""

import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "support"))
import slurm  # noqa: E402
from swept import Swept  # noqa: E402


class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = slurm.Cluster()
        cls.addClassCleanup(cls.cluster.stop)

    def sweep(self, *args, **named):
        made = Swept(*args, environment=self.cluster.environment, **named)
        self.addCleanup(made.cleanup)
        return made

    def test_a_killed_task_is_submitted_again(self):
        swept = self.sweep(gateways=(1, 2, 3), seeds=1)
        (swept.folder / "scenario.toml").write_text(
            f'hold = "{swept.folder}/go"\n[topology]\ngateways = 1\n')
        said = swept.run("--slurm", "--sbatch=--time=5").stdout
        self.assertRegex(said, r"submitted: 3 units as 3 tasks of job \d+; job \d+ collects")
        # Two processors: two tasks run and wait for the file, one is queued.
        self.cluster.wait(lambda: len(swept.entries()) == 2, "second task", 20)
        self.assertEqual(len(self.cluster.jobs()), 4, self.cluster.jobs())
        victim = swept.entries()[0]
        os.kill(victim["process"], signal.SIGKILL)
        self.cluster.wait(lambda: len(swept.entries()) == 3, "third task", 20)
        (swept.folder / "go").touch()
        self.cluster.wait((swept.out / "results.json").exists, "results", 40)
        self.assertEqual(swept.log("finished"), dict.fromkeys(swept.units(), 1))
        started = dict.fromkeys(swept.units(), 1) | {victim["unit"]: 2}
        self.assertEqual(swept.log("started"), started)
        results = swept.results()
        self.assertEqual([run["outcome"] for run in results["runs"]], ["passed"] * 3)
        self.assertIn("3 runs: 3 passed", self.words(swept))

    def words(self, swept):
        """Of the job that collects, which writes results.json before it speaks."""
        self.cluster.wait(lambda: not self.cluster.jobs(), "end of all jobs", 20)
        return "".join(file.read_text() for file in (swept.out / "slurm").glob("*_follow.txt"))

    def test_the_scripts_can_be_written_alone(self):
        swept = self.sweep(gateways=(1, 2), seeds=2)
        swept.run("--slurm", "--no-submit", "--tasks", "3", "--sbatch=--mem=100")
        self.assertEqual(self.cluster.jobs(), [])
        script = (swept.out / "slurm" / "array.sh").read_text()
        self.assertIn("#SBATCH --array=1-3\n", script)
        self.assertIn("#SBATCH --mem=100\n", script)
        self.assertEqual(swept.entries(), [])


if __name__ == "__main__":
    if slurm.missing():
        print("skipped: not installed: " + ", ".join(slurm.missing()))
        sys.exit(77)
    unittest.main()
