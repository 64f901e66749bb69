#!/usr/bin/python3
"""What part of a run on ns-3 is our own code: `perf` samples it, and each sample is charged to the
first caller that is ns-3's or ours; what OpenSSL, malloc and the C library do is done for somebody.

usage: sim_share.py SCENARIO
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BIN = pathlib.Path(os.environ.get("TOUCHSTONE_BIN_DIR", "build/release/bin"))
FRAME = re.compile(r"^\s+[0-9a-f]+ .*\((?P<object>[^()]+)\)$")
TARGET_PERCENT = 40
FEWEST_SAMPLES = 300


def owner(frames):
    """ns3, ours, or else what the sample itself is in."""
    for frame in frames:
        name = pathlib.Path(frame).name
        if name.startswith("libns3"):
            return "ns3"
        if name == "touchstone-sim":
            return "ours"
    return pathlib.Path(frames[0]).name if frames else "unknown"


def samples(text):
    """The objects of each sample's frames, innermost first."""
    for block in text.split("\n\n"):
        frames = [found["object"] for line in block.splitlines() if (found := FRAME.match(line))]
        if frames:
            yield frames


def measure(scenario):
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder, "perf.data")
        subprocess.run(["perf", "record", "-q", "-F", "150", "--call-graph", "dwarf,8192",
                        "-o", data, BIN / "touchstone-sim", "--quiet", scenario],
                       check=True, stdout=subprocess.DEVNULL)
        script = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym,dso", "--no-inline"],
                                check=True, capture_output=True, text=True, errors="replace")
    return collections.Counter(owner(frames) for frames in samples(script.stdout))


def main(scenario):
    counted = measure(scenario)
    total = sum(counted.values())
    for name, count in counted.most_common():
        print(f"{name:24} {100 * count / total:5.1f} %")
    # What has no owner counts against us.
    share = 100 * (total - counted["ns3"]) / total
    missed = "  MISSED" if share > TARGET_PERCENT else ""
    print(f"our share: {share:.1f} % of {total} samples, target {TARGET_PERCENT} %{missed}")
    if total < FEWEST_SAMPLES:
        sys.exit("too few samples to say anything")
    return 0 if share <= 2 * TARGET_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
