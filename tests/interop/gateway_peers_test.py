#!/usr/bin/env python3
"""Our gateway with a KMS that is not ours: freeDiameter with our extension, and the Python that
knows docs/formats alone, which is the node that joins as well."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import own_network  # noqa: E402
import stranger  # noqa: E402
from capture import Capture, judge  # noqa: E402
from freediameter import FreeDiameter, key_lines  # noqa: E402
from our_daemons import start_gateway  # noqa: E402

REALM, KMS, GATEWAY = "example.test", "kms.example.test", "gateway.example.test"
KMS_ADDRESS, GATEWAY_ADDRESS, PORT = "10.50.4.40", "10.50.4.41", 3868
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x1A2B3, 3, 1)
(FIRST, FIRST_KEY), (SECOND, SECOND_KEY) = (row[:2] for row in NODES[:2])
UNKNOWN = 0x99
ADMITTED, REFUSED, LATER = 1, 2, 3


class Peers(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def python_kms(self, nodes=None):
        nodes = {row[0]: row[1] for row in NODES} if nodes is None else nodes
        kms = stranger.Kms(NETWORK, nodes, REALM, KMS, KMS_ADDRESS, PORT)
        self.addCleanup(kms.stop)
        return kms

    def gateway(self):
        gateway = start_gateway(self.folder, GATEWAY, REALM, [KMS], f"{GATEWAY_ADDRESS}:0")
        self.addCleanup(gateway.stop)
        return gateway

    def join(self, gateway, node, key, expected):
        self.assertEqual(stranger.Node(node, key).join(gateway.join), expected)

    def test_with_freediameter(self):
        kms = FreeDiameter("kms", KMS, PORT, realm=REALM, address=KMS_ADDRESS, gateways=GATEWAY,
                           keys=key_lines(NETWORK, NODES))
        with Capture() as capture, kms:
            kms.wait_until_ready()
            gateway = self.gateway()
            for node, key, _, _ in NODES:
                self.join(gateway, node, key, ADMITTED)
            self.join(gateway, UNKNOWN, bytes(16), REFUSED)
            self.join(gateway, FIRST, SECOND_KEY, REFUSED)
            self.assertEqual(gateway.stop(), 0)
        # CER, the start, three nodes, the unknown one, the old key asked again, DPR: two each
        self.assertGreaterEqual(judge(capture, PORT), 16)

    def test_with_python(self):
        kms = self.python_kms()
        with Capture() as capture:
            gateway = self.gateway()
            self.join(gateway, FIRST, FIRST_KEY, ADMITTED)
            self.join(gateway, FIRST, FIRST_KEY, ADMITTED)
            self.join(gateway, UNKNOWN, bytes(16), REFUSED)
            self.assertEqual(kms.asked, ["gateway", f"0x{FIRST:08x}", f"0x{UNKNOWN:08x}"])
            self.assertEqual(gateway.stop(), 0)
        judge(capture, PORT)

    def test_known_nodes_join_without_a_kms(self):
        kms = self.python_kms()
        gateway = self.gateway()
        self.join(gateway, FIRST, FIRST_KEY, ADMITTED)
        kms.stop()
        self.join(gateway, FIRST, FIRST_KEY, ADMITTED)
        self.join(gateway, SECOND, SECOND_KEY, LATER)
        self.assertEqual(gateway.stop(), 0)
        again = self.gateway()
        self.join(again, FIRST, FIRST_KEY, ADMITTED)

    def test_a_reprovisioned_node_is_asked_for_once(self):
        kms = self.python_kms({FIRST: FIRST_KEY})
        gateway = self.gateway()
        self.join(gateway, FIRST, FIRST_KEY, ADMITTED)
        kms.nodes[FIRST] = SECOND_KEY
        self.join(gateway, FIRST, SECOND_KEY, ADMITTED)
        self.join(gateway, FIRST, FIRST_KEY, REFUSED)
        self.join(gateway, FIRST, FIRST_KEY, REFUSED)
        self.assertEqual(kms.asked.count(f"0x{FIRST:08x}"), 3)

    def test_a_new_gateway_key_is_taken_and_a_broken_one_is_not(self):
        kms = self.python_kms()
        with Capture() as capture:
            gateway = self.gateway()
            answer = kms.rotate(GATEWAY, foreign.Network(b"Correct horse 7 battery").gateway)
            self.assertEqual(answer.result, 2001)
            self.assertEqual(answer.avps.first(321).data[:4], b"\3\0\xff\xff")
            self.assertEqual(kms.rotate(GATEWAY, bytes(16)).result, 4007)
            self.assertEqual(kms.rotate(GATEWAY, b"\1" * 24).result, 4007)
            gateway.stop()
        judge(capture, PORT)


if __name__ == "__main__":
    own_network.enter({KMS: KMS_ADDRESS, GATEWAY: GATEWAY_ADDRESS})
    unittest.main()
