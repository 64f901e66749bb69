"""A sweep in a folder of its own, and what its log says."""

import collections
import json
import os
import pathlib
import subprocess
import tempfile

TOUCHSTONE = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"], "touchstone")
STAND_IN = pathlib.Path(__file__).with_name("stand_in.sh")

GRID = """schema = 1
name = "small"
question = "Do more gateways take longer?"
scenario = "scenario.toml"
seeds = {{ from = 1, count = {seeds} }}
figures = ["joins.p95_ms"]

[parameters]
topology.gateways = {gateways}
"""


class Swept:
    """The folder has a blank in its name, as folders have."""

    def __init__(self, gateways=(1, 2), seeds=2, scenario="", environment=None):
        self._folder = tempfile.TemporaryDirectory(prefix="a sweep ")
        self.folder = pathlib.Path(self._folder.name)
        self.out = self.folder / "out"
        self.grid = self.folder / "grid.toml"
        self.grid.write_text(GRID.format(gateways=list(gateways), seeds=seeds))
        (self.folder / "scenario.toml").write_text(scenario + "\n[topology]\ngateways = 1\n")
        self.environment = environment or os.environ
        self.simulator = STAND_IN

    def run(self, *options, status=0):
        done = subprocess.run(
            [TOUCHSTONE, "sweep", self.grid, "--out", self.out, "--simulator", self.simulator,
             *options], env=self.environment, capture_output=True, text=True, timeout=60,
            check=False)
        if status is not None and done.returncode != status:
            raise AssertionError(f"status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def units(self):
        """Of the grid, as --list has them."""
        return [line.split()[0] for line in self.run("--list").stdout.splitlines()]

    def log(self, what):
        """How often each unit was `what`."""
        return collections.Counter(one["unit"] for one in self.entries() if one["what"] == what)

    def entries(self):
        file = self.out / "log.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def results(self):
        return json.loads((self.out / "results.json").read_text())

    def cleanup(self):
        self._folder.cleanup()
