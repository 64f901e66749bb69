#!/usr/bin/python3
"""What a listener at a KMS gets: with TLS or the key wrap no key, in the clear all of them. The
captures are read here, by nothing of the simulator."""

import pathlib
import string
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from simulated import Place  # noqa: E402

SCENARIO = string.Template("""schema = 1
name = "protected"
question = "Does a listener at the KMS learn a key?"
world = "$world"
stop = "40s"

[topology]
gateways = 4
enodes = 5

[keys]
protection = "$protection"

[[join]]
at = "5s"
spread = "10s"

[[rotate]]
at = "25s"

[[expect]]
check = "all_gateways_have_keys"
by = "5s"

[[expect]]
check = "all_nodes_joined"

[[expect]]
check = "no_key_on_wire"

[record]
pcap = ["kms1"]
""")
MAGIC_NS = 0xA1B23C4D
PPP, PPP_HEADER, TCP = 9, 2, 6


def streams(path):
    """The octets of each direction of each TCP connection in a capture without loss."""
    octets = pathlib.Path(path).read_bytes()
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", octets)
    if (magic, link) != (MAGIC_NS, PPP):
        raise ValueError(f"{path}: magic {magic:x}, link type {link}")
    found, at = {}, 24
    while at < len(octets):
        _, _, size, _ = struct.unpack_from("<IIII", octets, at)
        packet = octets[at + 16 + PPP_HEADER:at + 16 + size]
        at += 16 + size
        if packet[9] != TCP:
            continue
        header = 4 * (packet[0] & 15)
        segment = packet[header:struct.unpack_from(">H", packet, 2)[0]]
        ports, first = struct.unpack_from(">II", segment)
        found.setdefault((packet[12:20], ports), {})[first] = segment[4 * (segment[12] >> 4):]
    return [b"".join(part for _, part in sorted(parts.items())) for parts in found.values()]


class OnTheWire(unittest.TestCase):
    def run_with(self, protection, world, status):
        with Place(SCENARIO.substitute(protection=protection, world=world)) as place:
            summary, _ = place.run(status=status)
            keys = place.write_keyring()
            captured = b"\0".join(streams(place.report / "kms1.pcap")) if world == "ns3" else b""
        held = {check["name"]: check["holds"] for check in summary["checks"]}
        self.assertTrue(held.pop("all_gateways_have_keys"))
        self.assertTrue(held.pop("all_nodes_joined"))
        self.assertEqual(summary["joins"]["admitted"], 20)
        secrets = [keys.gateway, keys.gateway_cdld, *(key for _, key in keys.rows)]
        seen = sum(key in captured or key.hex().encode() in captured for key in secrets)
        return held["no_key_on_wire"], seen, len(captured)

    def test_in_the_clear_the_keys_are_found(self):
        for world in ("flow", "ns3"):
            holds, seen, _ = self.run_with("none", world, 1)
            self.assertFalse(holds, world)
            if world == "ns3":
                self.assertEqual(seen, 22)  # two of the network, twenty of nodes

    def test_tls_hides_them(self):
        for world in ("flow", "ns3"):
            holds, seen, size = self.run_with("tls", world, 0)
            self.assertTrue(holds, world)
            self.assertEqual(seen, 0)
            if world == "ns3":
                self.assertGreater(size, 20_000)  # four handshakes with certificates among it

    def test_the_key_wrap_hides_them(self):
        holds, seen, size = self.run_with("wrap", "ns3", 0)
        self.assertTrue(holds)
        self.assertEqual(seen, 0)
        self.assertGreater(size, 5_000)

    def test_without_a_report_nothing_is_captured(self):
        with Place(SCENARIO.substitute(protection="wrap", world="ns3")) as place:
            done = place.say("--quiet")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual([path.name for path in place.folder.iterdir()], ["scenario.toml"])


if __name__ == "__main__":
    unittest.main()
