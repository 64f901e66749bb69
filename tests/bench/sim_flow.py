#!/usr/bin/env python3
"""100,000 nodes join in the world flow: processor time, memory, and what the event log costs.

usage: sim_flow.py [--gate]    with --gate it fails at twice the limits
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIM = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"]) / "touchstone-sim"
LIMIT_SECONDS, LIMIT_MEGABYTES, LIMIT_LOG, LIMIT_OCTETS = 10, 400, 0.30, 150


def run(*arguments):
    done = subprocess.run([SIM, HERE / "sim_flow.toml", "--quiet", *arguments],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    found = re.search(r"in ([0-9.]+) s of processor time, ([0-9]+) MB", done.stdout)
    return float(found.group(1)), float(found.group(2))


def main(gate):
    bare, megabytes = min(run() for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        logged, _ = min(run("--report", folder) for _ in range(2))
        log = json.loads((pathlib.Path(folder) / "summary.json").read_text())["log"]
    cost = logged / bare - 1
    print(f"100,000 nodes join: {bare:.2f} s (limit {LIMIT_SECONDS}), {megabytes:.0f} MB (limit "
          f"{LIMIT_MEGABYTES})")
    print(f"event log: {cost:.1%} (limit {LIMIT_LOG:.0%}), {log['events']} events of "
          f"{log['octets_per_event']:.0f} octets (limit {LIMIT_OCTETS})")
    good = (bare <= 2 * LIMIT_SECONDS and megabytes <= 2 * LIMIT_MEGABYTES
            and cost <= 2 * LIMIT_LOG and log["octets_per_event"] <= LIMIT_OCTETS)
    return 1 if gate and not good else 0


if __name__ == "__main__":
    sys.exit(main("--gate" in sys.argv[1:]))
