#!/usr/bin/python3
"""`touchstone check` on the reference, every suite, 200 cases a property, on two workers.

Usage: check_time.py [--gate]. Prints the wall time beside that of the same cases with one
candidate a property, which is what starting, sandboxes and key derivation cost. With --gate the
exit status is 1 at twice the target."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

TARGET = 60.0  # seconds on two cores
BIN = pathlib.Path(os.environ.get("TOUCHSTONE_BIN_DIR", "build/release/bin"))


def check(cases):
    """Seconds of a whole run, and how many tests it had."""
    start = time.monotonic()
    done = subprocess.run([BIN / "touchstone", "check", "--cases", str(cases), "--json"],
                          stdout=subprocess.PIPE, check=True)
    seconds = time.monotonic() - start
    return seconds, len(json.loads(done.stdout)["runs"][0]["results"])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--gate", action="store_true")
    options = arguments.parse_args()
    least, _ = check(1)
    whole, tests = check(200)
    print(f"touchstone check, {tests} tests, 200 cases a property: {whole:.1f} s "
          f"(one case a property: {least:.1f} s; target {TARGET:.0f} s)")
    sys.exit(1 if options.gate and whole > 2 * TARGET else 0)


if __name__ == "__main__":
    main()
