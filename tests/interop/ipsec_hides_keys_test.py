#!/usr/bin/env python3
"""IP-07: while IPsec is up between the KMS and a gateway, nobody between the two hosts reads a
payload of TCP port 3868. Two hosts on one wire, `kms` on one, `gateway` on the other: first in
clear, where the wire shows the keys, then through the tunnel that `ipsec` configures and two real
charons keep."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import charon  # noqa: E402
import foreign  # noqa: E402
import own_network  # noqa: E402
import swanctl  # noqa: E402
from ipsec_pair import BIN, Pair  # noqa: E402
from our_daemons import start_gateway, start_kms  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

REALM, KMS, GATEWAY, PORT, JOIN_PORT = "example.test", "kms.test", "gateway.test", 3868, 4004
INNER = {KMS: "10.101.7.1", GATEWAY: "10.102.7.1"}
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x1A2B3, 2, 1)
TOLD = SecretScan({"gateway": NETWORK.gateway, "gateway_cdld": NETWORK.gateway_cdld,
                   "node": NODES[0][1]})


class Wire:
    """What goes over the wire between the two hosts, seen at one end."""

    def __init__(self, network, path):
        self.path = path
        self.process = subprocess.Popen(network.command("dumpcap", "-q", "-i", "wire", "-w", path),
                                        stderr=subprocess.PIPE, text=True)
        while "File:" not in self.process.stderr.readline():
            if self.process.poll() is not None:
                raise RuntimeError("dumpcap ended")

    def close(self):
        time.sleep(0.5)  # dumpcap takes what the kernel has gathered four times a second
        self.process.terminate()
        self.process.communicate()

    def count(self, words):
        done = subprocess.run(["tshark", "-r", self.path, "-Y", words], check=True,
                              capture_output=True, text=True)
        return len(done.stdout.splitlines())

    def keys(self):
        return [re.sub(r" \(.*", "", one) for one in TOLD.find(self.path.read_bytes())]


class KeysBetweenTwoHosts(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.hosts = [charon.Network(), charon.Network()]
        for host in self.hosts:
            self.addCleanup(host.close)
        charon.join(*self.hosts)
        self.pair = Pair("tunnel", networks=("10.101.7.0/24", "10.102.7.0/24"))
        self.pair.make(self.folder, 1)
        for host, end, inner in zip(self.hosts, self.pair.ends, INNER.values()):
            charon.address(host, [f"{end}/24", f"{inner}/32"])

    def bring_up(self):
        daemons = [charon.Charon(host, self.folder / f"charon{end}")
                   for end, host in enumerate(self.hosts)]
        for daemon in daemons:
            self.addCleanup(daemon.close)
        for daemon, root in zip(daemons, self.pair.roots):
            connection, secret = swanctl.Tree(root).connection("tunnel")
            daemon.load([connection], [secret])
        said, _ = daemons[1].begin("tunnel").communicate(timeout=40)
        self.assertIn("CHILD_SA", said)

    def exchange(self):
        """A gateway asks for its keys, and a node joins it: what the wire saw."""
        wire = Wire(self.hosts[0], self.folder / "wire.pcapng")
        kms = start_kms(self.folder, NETWORK, NODES, KMS, REALM, [GATEWAY],
                        f"{INNER[KMS]}:{PORT}", within=self.hosts[0].command())
        self.addCleanup(kms.stop)
        gateway = start_gateway(self.folder, GATEWAY, REALM, [KMS], f"127.0.0.1:{JOIN_PORT}",
                                within=self.hosts[1].command())
        self.addCleanup(gateway.stop)
        key = foreign.write(self.folder / "node_key", NODES[0][1].hex().encode() + b"\n")
        self.hosts[1].run(BIN / "enode", "join", "--via", f"127.0.0.1:{JOIN_PORT}", "--node",
                          f"0x{NODES[0][0]:08x}", "--key-file", key)
        wire.close()
        return wire

    def test_without_ipsec_the_wire_shows_them(self):
        for host, there in zip(self.hosts, reversed(INNER.values())):
            host.run("ip", "route", "add", f"{there}/32", "dev", "wire", "src",
                     INNER[KMS] if host is self.hosts[0] else INNER[GATEWAY])
        wire = self.exchange()
        self.assertGreater(wire.count(f"tcp.port == {PORT} && tcp.len > 0"), 4)
        self.assertEqual(sorted(wire.keys()), ["gateway", "gateway_cdld", "node"])

    def test_with_ipsec_it_shows_none(self):
        self.bring_up()
        wire = self.exchange()
        self.assertEqual(wire.count(f"tcp.port == {PORT}"), 0)
        self.assertEqual(wire.keys(), [])
        self.assertGreater(wire.count("esp"), 8)


if __name__ == "__main__":
    if charon.missing():
        print("missing:", ", ".join(charon.missing()))
        sys.exit(77)
    own_network.enter(INNER)
    unittest.main()
