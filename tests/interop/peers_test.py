#!/usr/bin/env python3
"""The peers that judge our daemons, against each other: freeDiameter with our extension, and the
Python that knows the pages alone. What they agree on here does not come from us."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import own_network  # noqa: E402
import refusals  # noqa: E402
import stranger  # noqa: E402
from capture import Capture, judge, messages  # noqa: E402
from diameter import avp  # noqa: E402
from freediameter import FreeDiameter, key_lines  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

REALM, KMS, GATEWAY = "example.test", "kms.example.test", "gateway.example.test"
KMS_ADDRESS, GATEWAY_ADDRESS, PORT = "10.50.4.40", "10.50.4.41", 3868
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x1A2B3, 3, 1)
UNKNOWN = 0x99
ASKS = ["gateway", "gateway_cdld", "start", *(f"0x{row[0]:08x}" for row in NODES),
        f"0x{UNKNOWN:08x}"]


def freediameter_gateway(**values):
    keys = key_lines(NETWORK, NODES)
    return FreeDiameter("gateway", GATEWAY, 3869, **{
        "realm": REALM, "peer": KMS, "peer_address": KMS_ADDRESS, "peer_port": PORT, "keys": keys,
        "asks": "\n".join(f"ask {what}" for what in ASKS), "count": 70, "in_flight": 10,
        "rotations": 0, **values})


def freediameter_kms():
    kms = FreeDiameter("kms", KMS, PORT, realm=REALM, address=KMS_ADDRESS, gateways=GATEWAY,
                       keys=key_lines(NETWORK, NODES))
    kms.wait_until_ready()
    return kms


class Peers(unittest.TestCase):
    def check_report(self, report):
        self.assertEqual(report["results"], {"2001": 60, "5003": 10})
        self.assertEqual((report["asked"], report["answered"]), (70, 70))
        self.assertEqual((report["wrong_keys"], report["not_bound"]), (0, 0))

    def test_freediameter_asks_freediameter(self):
        with Capture() as capture, freediameter_kms(), freediameter_gateway() as gateway:
            self.check_report(gateway.finish())
        self.assertGreaterEqual(judge(capture, PORT), 144)

    def test_freediameter_asks_python(self):
        nodes = {row[0]: row[1] for row in NODES}
        with Capture() as capture, stranger.Kms(NETWORK, nodes, REALM, KMS, KMS_ADDRESS, PORT), \
                freediameter_gateway() as gateway:
            self.check_report(gateway.finish())
        self.assertGreaterEqual(judge(capture, PORT), 144)

    def test_freediameter_notices_a_wrong_key(self):
        nodes = {row[0]: bytes(16) for row in NODES}
        with stranger.Kms(NETWORK, nodes, REALM, KMS, KMS_ADDRESS, PORT), \
                freediameter_gateway() as gateway:
            self.assertEqual(gateway.finish()["wrong_keys"], 30)

    def test_python_asks_freediameter(self):
        gateway = stranger.Gateway(GATEWAY, REALM, GATEWAY_ADDRESS)
        with Capture() as capture, freediameter_kms():
            self.assertEqual(gateway.open((KMS_ADDRESS, PORT)).result, 2001)
            self.assertEqual(gateway.ask("gateway", stranger.GATEWAY),
                             (2001, {328: NETWORK.gateway}))
            self.assertEqual(
                gateway.ask("gateway", stranger.GATEWAY + stranger.CODE_DOWNLOAD
                            + stranger.CO_LOCATED),
                (2001, {328: NETWORK.gateway, 332: NETWORK.gateway_cdld}))
            for node, key, _, _ in NODES:
                self.assertEqual(gateway.ask_node(node), (2001, {326: key}))
            self.assertEqual(gateway.ask_node(UNKNOWN), (5003, {}))
            self.assertEqual(gateway.ask("nobody", stranger.NODE), (5004, {}))
            self.assertEqual(gateway.close().result, 2001)
        judge(capture, PORT)
        self.sees_the_keys(capture)

    def test_freediameter_refuses_as_the_page_says(self):
        gateway = stranger.Gateway(GATEWAY, REALM, GATEWAY_ADDRESS)
        with freediameter_kms():
            gateway.open((KMS_ADDRESS, PORT))
            refusals.check(self, gateway, *NODES[0][:2], REALM, UNKNOWN)
            gateway.close()

    def sees_the_keys(self, capture):
        """What was asked for in clear is in the capture: the scan of other tests can see."""
        stream = b"".join(capture.streams(PORT).values())
        scan = SecretScan({"gateway": NETWORK.gateway, "node": NODES[0][1]})
        self.assertEqual(scan.find(stream), ["gateway (raw)", "node (raw)"])
        for flow in capture.streams(PORT).values():
            self.assertGreater(len(messages(flow)), 7)

    def test_a_fault_on_the_wire_is_noticed(self):
        gateway = stranger.Gateway(GATEWAY, REALM, GATEWAY_ADDRESS)
        with Capture() as capture, freediameter_kms():
            gateway.open((KMS_ADDRESS, PORT))
            gateway.ask("gateway", stranger.GATEWAY, more=avp(60000, b"nobody knows"))
            gateway.close()
        with self.assertRaisesRegex(AssertionError, "Unknown AVP 60000"):
            judge(capture, PORT)


if __name__ == "__main__":
    own_network.enter({KMS: KMS_ADDRESS, GATEWAY: GATEWAY_ADDRESS})
    unittest.main()
