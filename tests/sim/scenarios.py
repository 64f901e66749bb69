#!/usr/bin/env python3
"""Every scenario of sim/scenarios: its checks hold, it has a question and an answer, and a replay
of its report gives the same octets. Prints one line each."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
SIM = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"]) / "touchstone-sim"


def say(*arguments):
    return subprocess.run([SIM, *map(str, arguments)], capture_output=True, text=True, check=False)


def try_one(path, folder):
    """What is wrong with it."""
    done = say(path, "--report", folder)
    if done.returncode != 0:
        return f"exit {done.returncode}\n{done.stdout}{done.stderr}"
    summary = json.loads((folder / "summary.json").read_text())
    if not summary["checks"] or not summary["scenario"]["question"]:
        return "no question or no check"
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    if max(map(len, lines)) > 149 or len(lines) != summary["log"]["events"]:
        return "a line of the event log is too long, or one is missing"
    again = say("--replay", folder / "manifest.json")
    if again.returncode != 0 or "1 of 1 files" not in again.stdout:
        return f"a replay differs\n{again.stdout}{again.stderr}"
    joins = summary["joins"]
    print(f"{path.stem}: {len(lines)} events, {joins['admitted']} joins, "
          f"p50 {joins['latency_ms']['p50']} ms, {summary['machine']['cpu_s']:.2f} s", flush=True)
    return None


def main():
    paths = sorted((ROOT / "sim/scenarios").rglob("*.toml"))
    failed = 0
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            fault = try_one(path, pathlib.Path(folder))
        if fault:
            failed += 1
            print(f"{path.relative_to(ROOT)}: {fault}", flush=True)
    if len(paths) < 8:
        print(f"{len(paths)} scenarios, at least 8 are wanted")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
