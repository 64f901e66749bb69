#!/usr/bin/env python3
"""A defect in the order of a durable write, switched on: some seed finds it, its fault plan shrinks
to at most two faults, and the scenario that is written fails again, in flow and in ns3. Without the
defect the same seeds hold."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SIM = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"]) / "touchstone-sim"
DEFECT = ("--defect", "KU-09.keyring_absent")
SEEDS = range(1, 301)


def say(*arguments):
    return subprocess.run([SIM, *map(str, arguments)], capture_output=True, text=True, check=False)


def main():
    scenario = HERE / "seeded_defect.toml"
    found = [seed for seed in SEEDS
             if say(scenario, "--quiet", "--seed", seed, *DEFECT).returncode == 1]
    print(f"{len(found)} of {len(SEEDS)} seeds find the defect: {found}")
    if not found:
        return 1
    good = True
    with tempfile.TemporaryDirectory() as folder:
        repro = pathlib.Path(folder) / "repro.toml"
        for seed in found[:3]:
            without = say(scenario, "--quiet", "--seed", seed)
            shrunk = say(scenario, "--seed", seed, "--shrink", "--report", folder, *DEFECT)
            faults = int(re.search(r"fails with (\d+) faults", shrunk.stdout).group(1))
            print(f"seed {seed}: {shrunk.stdout.splitlines()[0]}")
            good = good and without.returncode == 0 and faults <= 2
            for world in ("flow", "ns3"):
                red = say(repro, "--quiet", "--world", world, *DEFECT)
                green = say(repro, "--quiet", "--world", world)
                is_red = red.returncode == 1 and "DOES NOT HOLD             no_torn" in red.stdout
                print(f"  {world}: {'red' if is_red else 'NOT RED'} with the defect, "
                      f"{'green' if green.returncode == 0 else 'NOT GREEN'} without")
                good = good and is_red and green.returncode == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
