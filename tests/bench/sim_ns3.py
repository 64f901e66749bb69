#!/usr/bin/python3
"""10,000 nodes, each an ns-3 node with a link of its own, join by access points and gateways:
processor time and memory beside those of a bare ns-3 program in which each node of the same
topology makes three UDP round trips, the part of it that is our own code, and what the event log
costs.

usage: sim_ns3.py [--gate]    with --gate it fails at twice a limit"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import sim_share

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("TOUCHSTONE_BUILD_DIR", "build/release"))
SIM, BARE = BUILD / "bin/touchstone-sim", BUILD / "bench/ns3_bare"
TREE = HERE / "ns3_tree.toml"
LIMIT_SECONDS, LIMIT_MEGABYTES, LIMIT_SHARE = 12, 400, 0.40
LIMIT_LOG, LIMIT_OCTETS = 0.05, 150
ROUNDS = 5
FEWEST_SAMPLES = 300


def run(*command):
    """Seconds of the processor and megabytes of the whole process."""
    with subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]}: exit {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def median(runs, which):
    return statistics.median(one[which] for one in runs)


def least(runs):
    """Two runs of the same kind differ by more than the log costs when neighbours are busy; they
    add to a time and never take from it."""
    return min(seconds for seconds, _ in runs)


def share():
    """The part of our own code; what nobody is seen to have asked for counts as ours."""
    profiler, counted = sim_share.measure([SIM, "--quiet", TREE], SIM.name)
    total = counted.total()
    part = 1 - counted["ns3"] / total
    others = ", ".join(f"{name} {count / total:.1%}" for name, count in counted.most_common())
    print(f"our own code: {part:.1%} of {total} samples of {profiler} (limit {LIMIT_SHARE:.0%}): "
          f"{others}")
    if total < FEWEST_SAMPLES:
        sys.exit("too few samples to say anything")
    return part


def main(gate):
    bare, silent, logged = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            bare.append(run(BARE, TREE))
            silent.append(run(SIM, TREE, "--quiet"))
            logged.append(run(SIM, TREE, "--quiet", "--report", folder))
        log = json.loads((pathlib.Path(folder) / "summary.json").read_text())["log"]
    seconds, megabytes = median(silent, 0), median(silent, 1)
    print(f"10,000 nodes on ns-3 join: {seconds:.2f} s (limit {LIMIT_SECONDS}), {megabytes:.0f} MB "
          f"(limit {LIMIT_MEGABYTES}), medians of {ROUNDS}")
    print(f"bare ns-3 program, three UDP round trips a node: {median(bare, 0):.2f} s, "
          f"{median(bare, 1):.0f} MB; ratio {seconds / median(bare, 0):.2f}")
    cost = least(logged) / least(silent) - 1
    print(f"event log: {cost:+.1%} of the least times of {ROUNDS} (limit {LIMIT_LOG:.0%}), "
          f"{log['events']} events of {log['octets_per_event']:.0f} octets (limit {LIMIT_OCTETS})")
    part = share()
    good = (seconds <= 2 * LIMIT_SECONDS and megabytes <= 2 * LIMIT_MEGABYTES
            and part <= 2 * LIMIT_SHARE and cost <= 2 * LIMIT_LOG
            and log["octets_per_event"] <= LIMIT_OCTETS)
    return 1 if gate and not good else 0


if __name__ == "__main__":
    try:
        sys.exit(main("--gate" in sys.argv[1:]))
    except sim_share.NoProfiler as fault:
        sys.exit(str(fault))
