#!/usr/bin/python3
"""keyring_lint --strict against the Python reader of 2011, whole processes on one core, one run.

Usage: lint_vs_python.py [--gate] [--nodes N]. Prints both times and their ratio. With --gate the
exit status is 1 below half the target, and when the baseline itself is unreasonably slow.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TARGET = 15.0
SLOWEST_BASELINE_PER_NODE = 10e-6  # seconds; 1.5e-6 is usual
ROOT = pathlib.Path(os.environ.get("TOUCHSTONE_SOURCE_DIR",
                                   pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("TOUCHSTONE_BIN_DIR", ROOT / "build/release/bin"))
READER = ROOT / "tests/interop/python_csv_reader"


def seconds(command, repeats):
    """The median processor time of the whole process, user and system, warm: wall time would also
    count what else the machine does."""
    times = []
    for _ in range(repeats + 1):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise subprocess.CalledProcessError(process.returncode, command)
        times.append(usage.ru_utime + usage.ru_stime)
    return statistics.median(times[1:])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--gate", action="store_true")
    arguments.add_argument("--nodes", type=int, default=1_000_000)
    options = arguments.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        file = str(pathlib.Path(folder) / "keyring.csv")
        subprocess.run([READER / "make_keyring.py", file, str(options.nodes)], check=True)
        lint = seconds([BIN / "keyring_lint", "--strict", file], 5)
        python = seconds(["/usr/bin/python3", READER / "keyring_2011.py", file], 3)
    ratio = python / lint
    print(f"keyring_lint --strict, {options.nodes} nodes: {lint * 1000:.0f} ms; Python csv reader: "
          f"{python * 1000:.0f} ms; {ratio:.1f} times faster (target {TARGET:.0f})")
    too_slow = python > SLOWEST_BASELINE_PER_NODE * options.nodes + 0.5
    if too_slow:
        print("the baseline is unreasonably slow: no verdict from this machine", file=sys.stderr)
    sys.exit(1 if options.gate and (too_slow or ratio < TARGET / 2) else 0)


if __name__ == "__main__":
    main()
