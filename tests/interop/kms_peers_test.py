#!/usr/bin/env python3
"""Our KMS with gateways that are not ours: freeDiameter with our extension, and the Python that
knows docs/formats alone."""

import pathlib
import signal
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import own_network  # noqa: E402
import refusals  # noqa: E402
import stranger  # noqa: E402
from capture import Capture, judge  # noqa: E402
from diameter import ERROR, REQUEST, RETRANSMITTED, WATCHDOG, avp, ipv4, message  # noqa: E402
from freediameter import FreeDiameter, key_lines  # noqa: E402
from our_daemons import start_kms, write_keyring  # noqa: E402
from secret_scan import SecretScan  # noqa: E402
from stranger import CO_LOCATED, CODE_DOWNLOAD, NODE  # noqa: E402

REALM, KMS, GATEWAY = "example.test", "kms.example.test", "gateway.example.test"
KMS_ADDRESS, GATEWAY_ADDRESS, PORT = "10.50.4.40", "10.50.4.41", 3868
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x1A2B3, 3, 1)
FIRST, FIRST_KEY = NODES[0][:2]
FIRST_NAME = f"0x{FIRST:08x}"
UNKNOWN = 0x99
ASKS = ["gateway", "gateway_cdld", "start", *(f"0x{row[0]:08x}" for row in NODES),
        f"0x{UNKNOWN:08x}"]


class WithKms(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.kms = start_kms(self.folder, NETWORK, NODES, KMS, REALM, [GATEWAY],
                             f"{KMS_ADDRESS}:{PORT}", ["--audit", self.folder / "kms.audit"])
        self.addCleanup(self.kms.stop)

    def gateway(self, host=GATEWAY):
        gateway = stranger.Gateway(host, REALM, GATEWAY_ADDRESS)
        self.assertEqual(gateway.open((KMS_ADDRESS, PORT)).result, 2001)
        self.addCleanup(gateway.drop)
        return gateway

    def replace_keyring(self, network, nodes):
        """As import_keys does: the old file or the new one, nothing between."""
        write_keyring(self.folder / "next.csv", network, nodes)
        (self.folder / "next.csv").rename(self.folder / "keyring.csv")
        self.kms.process.send_signal(signal.SIGHUP)


class FreeDiameterAsks(WithKms):
    def client(self, **values):
        return FreeDiameter("gateway", GATEWAY, 3869, **{
            "realm": REALM, "peer": KMS, "peer_address": KMS_ADDRESS, "peer_port": PORT,
            "keys": key_lines(NETWORK, NODES), "asks": "\n".join(f"ask {what}" for what in ASKS),
            "count": 700, "in_flight": 20, "rotations": 0, **values})

    def test_it_gets_every_key_and_no_other(self):
        with Capture() as capture, self.client() as client:
            report = client.finish()
        self.assertEqual(report["results"], {"2001": 600, "5003": 100})
        self.assertEqual((report["wrong_keys"], report["not_bound"]), (0, 0))
        self.assertGreaterEqual(judge(capture, PORT), 1404)

    def test_it_is_told_of_a_new_gateway_key(self):
        following = foreign.Network(b"Correct horse 7 battery")
        with Capture() as capture, self.client(
                keys=key_lines(NETWORK, NODES, following), rotations=1) as client:
            client.wait_for("mip4: asked")
            self.replace_keyring(following, NODES)
            report = client.finish()
        self.assertEqual((report["rotations"], report["wrong_rotations"]), (1, 0))
        judge(capture, PORT)


class StrangerAsks(WithKms):
    def test_what_the_page_promises(self):
        with Capture() as capture:
            gateway = self.gateway()
            self.assertEqual(gateway.peer, KMS.encode())
            self.assertEqual(gateway.ask("gateway", stranger.GATEWAY),
                             (2001, {328: NETWORK.gateway}))
            cdld = (2001, {332: NETWORK.gateway_cdld})
            self.assertEqual(gateway.ask("gateway_cdld", CODE_DOWNLOAD + CO_LOCATED), cdld)
            self.assertEqual(gateway.ask("gateway_cdld", CODE_DOWNLOAD), cdld)
            self.assertEqual(gateway.ask("gateway", stranger.GATEWAY + CODE_DOWNLOAD + CO_LOCATED),
                             (2001, {328: NETWORK.gateway, 332: NETWORK.gateway_cdld}))
            for node, key, _, _ in NODES:
                self.assertEqual(gateway.ask_node(node), (2001, {326: key}))
            self.assertEqual(gateway.ask(FIRST_NAME, NODE + 1, FIRST), (2001, {326: FIRST_KEY}))
            self.assertEqual(gateway.ask(FIRST_NAME, NODE, FIRST, realm=REALM.upper()),
                             (2001, {326: FIRST_KEY}))
            self.assertEqual(gateway.close().result, 2001)
        judge(capture, PORT)

    def test_the_reasons_for_no_key(self):
        with Capture() as capture:
            gateway = self.gateway()
            count = refusals.check(self, gateway, FIRST, FIRST_KEY, REALM, UNKNOWN)
            gateway.close()
        # User-Name, Origin-Host, Origin-Realm and MIP-MN-AAA-Auth were missing once each.
        self.assertGreater(judge(capture, PORT, empty_examples=4), 2 * count)

    def test_every_proxy_info_comes_back(self):
        proxies = [avp(284, avp(280, b"proxy%d.example.test" % i) + avp(33, b"state%d" % i))
                   for i in (2, 1)]
        gateway = self.gateway()
        for user, result in ((FIRST_NAME, 2001), ("nobody", 5004)):
            request, _ = gateway.request(user, NODE, FIRST, more=b"".join(proxies))
            answer = gateway.exchange(request)
            self.assertEqual(answer.result, result)
            self.assertEqual([avp(284, one.data) for one in answer.avps.every(284)], proxies)

    def test_a_request_that_comes_again_is_one_in_the_audit(self):
        gateway = self.gateway()
        request, _ = gateway.request(FIRST_NAME, NODE, FIRST)
        first = gateway.exchange(request)
        again = bytearray(request)
        again[4] |= RETRANSMITTED
        for _ in range(3):
            self.assertEqual(gateway.exchange(bytes(again)), first)
        self.assertEqual(gateway.ask_node(NODES[1][0])[0], 2001)
        gateway.close()
        self.assertEqual(self.kms.stop(), 0)
        records = (self.folder / "kms.audit").read_text().splitlines()
        counts = [sum(f"0x{row[0]:08x}" in one for one in records) for row in NODES]
        self.assertEqual(counts, [1, 1, 0], records)

    def test_a_watchdog_is_answered(self):
        gateway = self.gateway()
        answer = gateway.exchange(message(REQUEST, WATCHDOG, [gateway.origin()],
                                          gateway.identifiers(), application=0))
        self.assertEqual((answer.command, answer.result), (WATCHDOG, 2001))

    def test_a_gateway_that_is_not_listed_is_refused(self):
        gateway = stranger.Gateway("else.example.test", REALM, GATEWAY_ADDRESS)
        answer = gateway.open((KMS_ADDRESS, PORT))
        self.assertEqual((answer.result, bool(answer.flags & ERROR)), (3010, True))

    def test_new_keys_are_pushed_and_served(self):
        following = foreign.Network(b"Correct horse 7 battery")
        more = [*NODES, *foreign.rows(UNKNOWN, 1, 2)]
        with Capture() as capture:
            gateway = self.gateway()
            self.assertEqual(gateway.ask_node(UNKNOWN), (5003, {}))
            self.replace_keyring(following, more)
            self.assertEqual(gateway.wait_for_rotation(),
                             {329: following.gateway, 332: following.gateway_cdld})
            self.assertEqual(gateway.ask_node(UNKNOWN), (2001, {326: more[-1][1]}))
            self.assertEqual(gateway.ask("gateway", stranger.GATEWAY),
                             (2001, {328: following.gateway}))
            gateway.close()
        judge(capture, PORT)

    def test_no_key_is_told_to_the_log(self):
        gateway = self.gateway()
        gateway.ask("gateway", stranger.GATEWAY + CODE_DOWNLOAD + CO_LOCATED)
        for node, _, _, _ in NODES:
            gateway.ask_node(node)
        gateway.close()
        self.assertEqual(self.kms.stop(), 0)
        scan = SecretScan(NETWORK.secrets() | {f"node {row[0]:08x}": row[1] for row in NODES})
        for name in ("kms.log", "kms.audit"):
            octets = (self.folder / name).read_bytes()
            self.assertIn(FIRST_NAME.encode(), octets)
            self.assertEqual(scan.find(octets), [])
        self.assertEqual(scan.find("".join(self.kms.said).encode()), [])

    def test_addresses_of_the_kms(self):
        gateway = self.gateway()
        request, _ = gateway.request(FIRST_NAME, NODE, FIRST)
        answer = gateway.exchange(request)
        home = struct.pack(">I", FIRST)
        self.assertEqual(ipv4(334, answer.avps.first(334).data[2:]),
                         ipv4(334, bytes([10, 50, 4, 40])))
        self.assertEqual(answer.avps.first(333).data, b"\0\1" + home)
        self.assertEqual(answer.avps.first(321).data[4:8], home)


if __name__ == "__main__":
    own_network.enter({KMS: KMS_ADDRESS, GATEWAY: GATEWAY_ADDRESS})
    unittest.main()
