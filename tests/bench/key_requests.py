#!/usr/bin/env python3
"""Key requests a second: our `kms`, freeDiameter with the extension of tests/interop, and an echo
server that sends the same octets back. All get the same messages from the same client over one
connection; freeDiameter is asked by freeDiameter too.

Usage: key_requests.py [--gate] [--rounds N] [--only NAME]. Rounds take turns, figures are medians.
`per core` is what a second of the server's processor time gives: a busy machine does not change it
much. With --gate the exit status is 1 at twice a limit, or when a baseline is unreasonably slow."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests/support"))
os.environ.setdefault("TOUCHSTONE_BUILD_DIR", str(TREE / "build/release"))

import foreign  # noqa: E402
import own_network  # noqa: E402
from daemon import Daemon  # noqa: E402
from freediameter import FreeDiameter, key_lines  # noqa: E402
from our_daemons import start_kms  # noqa: E402

BUILD = pathlib.Path(os.environ["TOUCHSTONE_BUILD_DIR"])
CLIENT = BUILD / "bench/key_requests"
REALM, KMS, GATEWAY = "example.test", "kms.example.test", "gateway.example.test"
KMS_ADDRESS, GATEWAY_ADDRESS = "10.50.4.40", "10.50.4.41"
FIRST_NODE, NODES = 0x10000, 16
# Seconds that a measurement should take, at the least: a tick of processor time is 10 ms.
COUNTS = {("echo", 1): 30_000, ("echo", 100): 3_000_000, ("kms", 1): 30_000, ("kms", 100): 400_000,
          ("freeDiameter", 1): 8_000, ("freeDiameter", 100): 20_000}


class Subject:
    """A server and the figures of its rounds."""

    def __init__(self, name, server, address, port):
        self.name, self.server, self.address, self.port = name, server, address, port
        self.rounds = {1: [], 100: []}

    def measure(self, in_flight):
        count = COUNTS[self.name, in_flight]
        verb = "ask-echo" if self.name == "echo" else "ask"
        before = self.server.processor_s()
        done = subprocess.run([CLIENT, verb, self.address, str(self.port), str(in_flight),
                               str(count), hex(FIRST_NODE), str(NODES)], check=True,
                              stdout=subprocess.PIPE)
        took = json.loads(done.stdout)
        if took["granted"] != count:
            raise SystemExit(f"{self.name} refused {took['refused']} of {count} requests")
        self.rounds[in_flight].append({
            "rate": count / took["seconds"],
            "per core": count / max(self.server.processor_s() - before, 0.01),
            "p99": took["latency_us"]["p99"]})

    def median(self, in_flight, what):
        return statistics.median(one[what] for one in self.rounds[in_flight])


def print_row(name, in_flight, rate, per_core, p99):
    print(f"{name:<28}{in_flight:>10}{rate:>13,.0f}{per_core:>13,.0f}{1e6 / per_core:>10.2f}"
          f"{p99:>10,.0f}")


def both_freediameter(server, network, nodes):
    """Requests a second with freeDiameter on both sides."""
    before = server.processor_s()
    with FreeDiameter("gateway", GATEWAY, 3869, realm=REALM, peer=KMS, peer_address=KMS_ADDRESS,
                      peer_port=server.port, keys=key_lines(network, nodes),
                      asks="\n".join(f"ask 0x{row[0]:08x}" for row in nodes), count=20_000,
                      in_flight=100, rotations=0) as client:
        report = client.finish()
    if report["results"] != {"2001": 20_000} or report["wrong_keys"]:
        raise SystemExit(f"freeDiameter is not served: {report}")
    return {"rate": 20_000 / report["seconds"],
            "per core": 20_000 / (server.processor_s() - before),
            "p99": report["latency_us"]["p99"]}


def judge(kms, echo, freediameter, both):
    """Each figure beside its target; how many are beyond twice of it."""
    fastest = max(freediameter.median(100, "rate"), statistics.median(o["rate"] for o in both))
    # A machine whose batched echo gives less than 5M a core is allowed as much less.
    scale = min(1.0, echo.median(100, "per core") / 5e6)
    cheapest = max(freediameter.median(100, "per core"),
                   statistics.median(o["per core"] for o in both))
    # The wall clock of two programs that share a busy machine says little: it does not gate at 100.
    rows = (("100 in flight, against freeDiameter", kms.median(100, "rate") / fastest, 9, "x", 0),
            ("  the same, per server core", kms.median(100, "per core") / cheapest, 9, "x", 2),
            ("100 in flight, per server core", kms.median(100, "per core") / 1e3, 300 * scale,
             "k/s", 2),
            ("1 in flight, against an echo", 100 * kms.median(1, "rate") / echo.median(1, "rate"),
             75, "%", 2))
    failed = 0
    for name, figure, target, unit, gate in rows:
        print(f"{name:<38}{figure:>9.1f} {unit:<4} target {target:.1f}"
              f"{'' if figure >= target else '  MISSED'}")
        failed += gate != 0 and figure < target / gate
    if echo.median(100, "per core") < 1e6:
        print("the echo is too slow for a comparison")
        failed += 1
    return failed


def servers(network, nodes, folder, only):
    """Name, running server, address, port."""
    if only in (None, "echo"):
        echo = Daemon([CLIENT, "echo"])
        port = int(echo.wait_for("ready echo").rsplit(":", 1)[1])
        yield Subject("echo", echo, "127.0.0.1", port)
    if only in (None, "freeDiameter"):
        peer = FreeDiameter("kms", KMS, 3868, realm=REALM, address=KMS_ADDRESS, gateways=GATEWAY,
                            keys=key_lines(network, nodes))
        peer.wait_until_ready()
        yield Subject("freeDiameter", peer, KMS_ADDRESS, 3868)
    if only in (None, "kms"):
        kms = start_kms(folder, network, nodes, host=KMS, realm=REALM, gateways=[GATEWAY],
                        listen=f"{KMS_ADDRESS}:0")
        yield Subject("kms", kms, KMS_ADDRESS, kms.port)


def run(subjects, network, nodes, rounds):
    both = []
    for _ in range(rounds):
        for subject in subjects.values():
            subject.measure(100)
            subject.measure(1)
        if "freeDiameter" in subjects:
            both.append(both_freediameter(subjects["freeDiameter"].server, network, nodes))
    print(f"{'server':<28}{'in flight':>10}{'requests/s':>13}{'per core/s':>13}{'us each':>10}"
          f"{'p99 us':>10}")
    for subject in subjects.values():
        for in_flight in (100, 1):
            print_row(subject.name, in_flight, *(subject.median(in_flight, what)
                                                 for what in ("rate", "per core", "p99")))
    if both:
        print_row("freeDiameter, both sides", 100, *(
            statistics.median(one[what] for one in both) for what in ("rate", "per core", "p99")))
    return both


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--gate", action="store_true")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", choices=("echo", "freeDiameter", "kms"))
    options = arguments.parse_args()
    own_network.enter({KMS: KMS_ADDRESS, GATEWAY: GATEWAY_ADDRESS})
    network = foreign.Network(b"Correct horse 7 battery")
    nodes = foreign.rows(FIRST_NODE, NODES, 1)
    with tempfile.TemporaryDirectory() as folder:
        subjects = {}
        try:
            for subject in servers(network, nodes, pathlib.Path(folder), options.only):
                subjects[subject.name] = subject
            both = run(subjects, network, nodes, options.rounds)
        finally:
            for subject in subjects.values():
                subject.server.__exit__()
    failed = 0 if options.only else judge(subjects["kms"], subjects["echo"],
                                          subjects["freeDiameter"], both)
    sys.exit(1 if options.gate and failed else 0)


if __name__ == "__main__":
    main()
