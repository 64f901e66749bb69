#!/usr/bin/env python3
"""Judges freeDiameter as KMS by the suite `diameter`, over the wire, in a network of its own.
Prints a line a test; docs/findings/freediameter.md says what the deviations are.

Usage: freediameter_findings.py [--report FOLDER] [--filter GLOB]"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests/support"))
os.environ.setdefault("TOUCHSTONE_BUILD_DIR", str(TREE / "build/release"))
os.environ.setdefault("TOUCHSTONE_BIN_DIR", str(TREE / "build/release/bin"))

import foreign  # noqa: E402
import own_network  # noqa: E402
from freediameter import FreeDiameter, key_lines  # noqa: E402
from our_daemons import BIN, write_keyring  # noqa: E402

REALM, KMS, ADDRESS, PORT = "example", "kms.example", "10.50.4.40", 3868
MANIFEST = TREE / "conformance/samples/freediameter/iut.toml"


def names(pattern):
    """The tests of the suite, in their order."""
    listed = subprocess.run([BIN / "touchstone", "check", "--suite", "diameter", "--list", "--json",
                             *(["--filter", pattern] if pattern else [])],
                            check=True, stdout=subprocess.PIPE).stdout
    return [one["test"] for one in json.loads(listed)]


def check(folder, report, test):
    """The result of one test; the exit status only says whether there is a deviation."""
    subprocess.run([BIN / "touchstone", "check", "--suite", "diameter", "--iut",
                    folder / "iut.toml", "--report", report, "--filter", test], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return json.loads((report / "report.json").read_text())["runs"][0]["results"][0]


def judge(test, network, nodes, report):
    """One test against a freeDiameter of its own: what an earlier peer left behind, such as a DPR,
    decides nothing."""
    with FreeDiameter("kms", KMS, PORT, realm=REALM, address=ADDRESS,
                      gateways="gw1.example gw2.example", keys=key_lines(network, nodes)) as peer:
        peer.wait_until_ready()
        shutil.copy(MANIFEST, peer.folder)
        write_keyring(peer.folder / "keyring.csv", network, nodes)
        result = check(peer.folder, report, test)
        return result, peer.process.poll() is None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--report", type=pathlib.Path, default="freediameter-report")
    arguments.add_argument("--filter")
    options = arguments.parse_args()
    own_network.enter({KMS: ADDRESS})
    network = foreign.Network(b"Correct horse 7 battery")
    nodes = foreign.rows(0x00010000, 4, 1)
    ended = 0
    for test in names(options.filter):
        one, alive = judge(test, network, nodes, options.report.absolute() / test)
        ended += not alive
        failure = one["failure"]
        why = f": {failure['observed']}, not: {failure['expected']}" if failure else ""
        why += "".join(f" [{info}]" for info in one["infos"]) + f" {one['note'] or ''}"
        print(f"{one['outcome']:<14}{test}{why.rstrip()}"
              f"{'' if alive else ' AND freeDiameter HAS ENDED'}", flush=True)
    sys.exit(1 if ended else 0)


if __name__ == "__main__":
    main()
