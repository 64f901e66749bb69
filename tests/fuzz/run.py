#!/usr/bin/env python3
"""Runs every fuzz target within one shared budget of processor time.

The corpus of target NAME is fixtures/fuzz/NAME; `--save` merges new inputs into it.
A finding is kept under the build folder and named with the command that replays it. The target
`selftest` holds a planted overflow, and the run fails unless that one is found.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SELFTEST = "selftest"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/fuzz/fuzz")
    parser.add_argument("--budget", type=float, metavar="SECONDS",
                        default=float(os.environ.get("TOUCHSTONE_FUZZ_BUDGET", "300")),
                        help="processor seconds, shared by all targets (300)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer (1)")
    parser.add_argument("--save", action="store_true", help="merge new inputs into the corpus")
    parser.add_argument("targets", nargs="*", help="names; all that were built, when none is given")
    return parser.parse_args()


class Target:
    def __init__(self, name, program, found):
        self.name = name
        self.program = program
        self.corpus = ROOT / "fixtures" / "fuzz" / name
        self.dictionary = ROOT / "tests" / "fuzz" / f"{name}.dict"
        self.found = found / name

    def options(self):
        given = [f"-artifact_prefix={self.found}/", "-rss_limit_mb=2048", "-timeout=20",
                 "-max_len=65536"]
        return given + ([f"-dict={self.dictionary}"] if self.dictionary.exists() else [])

    def run(self, seconds, seed, fresh):
        self.found.mkdir(parents=True, exist_ok=True)
        command = [self.program, f"-max_total_time={max(1, int(seconds))}", f"-seed={seed}",
                   "-print_final_stats=1", *self.options(), fresh]
        if self.corpus.is_dir():
            command.append(self.corpus)
        start = time.monotonic()
        try:
            done = subprocess.run([str(word) for word in command], capture_output=True,
                                  text=True, errors="replace", timeout=seconds + 120)
            status, output = done.returncode, done.stderr
        except subprocess.TimeoutExpired:
            status, output = -1, "the target did not stop when its time was over"
        return Outcome(self, status, output, time.monotonic() - start)

    def merge(self, fresh):
        self.corpus.mkdir(parents=True, exist_ok=True)
        subprocess.run([str(self.program), "-merge=1", *self.options(), str(self.corpus), fresh],
                       check=True, capture_output=True)


class Outcome:
    def __init__(self, target, status, output, seconds):
        self.target = target
        self.status = status
        self.output = output
        self.seconds = seconds
        executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", output)
        self.executed = int(executed.group(1)) if executed else 0
        artifact = re.search(r"Test unit written to (\S+)", output)
        self.artifact = artifact.group(1) if artifact else None
        kind = re.search(r"(?:SUMMARY|ERROR): \S+: (\S+)", output)
        self.kind = kind.group(1) if kind else "no summary"

    def problem(self):
        """None, or what is wrong with this run, in one line."""
        if self.target.name == SELFTEST:
            if self.status != 0 and "buffer-overflow" in self.output:
                return None
            return "the planted overflow was not found: a silent run of the others proves nothing"
        if self.status != 0:
            replay = f"replay: {self.target.program} {self.artifact}" if self.artifact else ""
            return f"{self.kind} (status {self.status}) {replay}"
        if self.executed == 0:
            return "no input was executed"
        return None


def run_one(target, seconds, options):
    with tempfile.TemporaryDirectory(prefix="touchstone-fuzz-") as fresh:
        outcome = target.run(seconds, options.seed, fresh)
        if options.save and outcome.problem() is None and target.name != SELFTEST:
            target.merge(fresh)
    problem = outcome.problem()
    print(f"{target.name:28} {outcome.executed:>10} inputs {outcome.seconds:6.1f} s  "
          f"{problem or ('planted overflow found' if target.name == SELFTEST else 'no finding')}",
          flush=True)
    if problem and target.name != SELFTEST:
        print(outcome.output[-4000:], flush=True)
    return problem


def main():
    options = arguments()
    names = options.targets or sorted(
        path.name.removeprefix("fuzz_") for path in options.programs.glob("fuzz_*"))
    if SELFTEST not in names or len(names) < 2:
        print(f"error: {options.programs} holds no fuzz targets beside the self test", flush=True)
        return 1
    found = options.programs.parent / "found"
    targets = [Target(name, options.programs / f"fuzz_{name}", found) for name in names]
    share = options.budget / len(targets)
    print(f"{len(targets)} targets, {share:.1f} s each, {options.jobs} at a time, "
          f"seed {options.seed}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        problems = [p for p in pool.map(lambda t: run_one(t, share, options), targets) if p]
    print(f"{len(targets) - len(problems)} passed, {len(problems)} failed", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
