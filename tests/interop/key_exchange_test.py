#!/usr/bin/env python3
"""The worked messages of docs/formats/diameter-kms.md: encoded a second time here, from the page
and the RFCs alone, and read by tshark, whose experts must have nothing to say. `--write` writes
fixtures/diameter/key_exchange/messages.txt."""

import pathlib
import re
import shutil
import struct
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from capture import dissect  # noqa: E402
from diameter import avp, ipv4, message, u32  # noqa: E402

PAGE = ROOT / "docs/formats/diameter-kms.md"
MESSAGES = ROOT / "fixtures/diameter/key_exchange/messages.txt"

GATEWAY, KMS, REALM = b"gateway.example", b"kms.example", b"example"
GATEWAY_ADDRESS, KMS_ADDRESS = bytes([10, 50, 4, 41]), bytes([10, 50, 4, 40])
IDENTIFICATION = bytes.fromhex("0102030405060708")
NODE = 0x0001A2B3
NODE_KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
# RFC 3394 §4.1
NODE_KEY_WRAPPED = bytes.fromhex("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5")
CDLD_KEY = bytes.fromhex("101112131415161718191a1b1c1d1e1f")
GATEWAY_KEY = bytes.fromhex("0123456789abcdef23456789abcdef01456789abcdef0123")
NONCE = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")


def registration_request(home):
    return b"\1\0\xff\xff" + home + KMS_ADDRESS + GATEWAY_ADDRESS + IDENTIFICATION


def registration_reply(home):
    return b"\3\0\xff\xff" + home + KMS_ADDRESS + IDENTIFICATION


def amr(user, features, home=bytes(4), spi=None):
    return message(0xC0, 260, [
        avp(263, GATEWAY + b";1;1"), u32(258, 2), avp(1, user + b"@" + REALM), avp(283, REALM),
        avp(264, GATEWAY), avp(296, REALM), avp(320, registration_request(home)),
        avp(322, u32(341, 256) + u32(338, 24) + u32(339, 0) + u32(340, 24)),
        ipv4(333, home) if any(home) else b"", u32(337, features), u32(277, 1),
        u32(323, spi) if spi else b""])


def answer(code):
    return [avp(263, GATEWAY + b";1;1"), u32(258, 2), u32(268, code), avp(264, KMS),
            avp(296, REALM)]


def ama(keys, home=bytes(4), reply=True):
    return message(0x40, 260, answer(2001) + [
        u32(277, 1), avp(321, registration_reply(home)) if reply else b"", *keys, u32(367, 0),
        ipv4(334, KMS_ADDRESS), ipv4(333, home)])


def refusal(code, text, failed=b""):
    return message(0x40, 260, answer(code) + [
        avp(281, text), avp(279, failed) if failed else b""])


def node_key(key):
    return avp(326, u32(319, 256) + u32(345, 2) + avp(343, key))


def har(group, user, features):
    return message(0xC0, 262, [
        avp(263, KMS + b";1;7"), u32(258, 2), u32(291, 0xFFFFFFFF), u32(277, 1),
        avp(320, registration_request(bytes(4))), avp(264, KMS), avp(296, REALM),
        avp(1, user + b"@" + REALM), avp(283, REALM), u32(337, features), avp(293, GATEWAY), group,
        u32(367, 0)])


def haa(code, extra):
    return message(0x40, 262, [avp(263, KMS + b";1;7"), u32(258, 2), u32(268, code),
                               avp(264, GATEWAY), avp(296, REALM), extra])


def worked():
    home = struct.pack(">I", NODE)
    user = b"0x%08x" % NODE
    cdld = avp(332, u32(345, 2) + u32(346, 1) + avp(343, CDLD_KEY))
    nonce = avp(331, u32(345, 2) + u32(346, 1) + avp(335, NONCE))
    gateway = avp(328, u32(318, 256) + u32(345, 2) + avp(343, GATEWAY_KEY))
    return {
        "gateway_request": amr(b"gateway", 64, spi=256),
        "gateway_answer": ama([gateway]),
        "code_download_request": amr(b"gateway_cdld", 16 + 256),
        "code_download_answer": ama([nonce, cdld], reply=False),
        "start_request": amr(b"gateway", 64 + 16 + 256, spi=256),
        "start_answer": ama([gateway, nonce, cdld], reply=False),
        "node_request": amr(user, 32, home),
        "node_answer": ama([node_key(NODE_KEY)], home),
        "node_answer_wrapped": ama([node_key(NODE_KEY_WRAPPED)], home),
        "unknown_node": refusal(5003, b"unknown node"),
        "no_key_requested": refusal(5004, b"no key is requested", u32(337, 0)),
        "other_node": refusal(5007, b"User-Name names another node", avp(333, b"\0\1" + bytes(4))),
        "not_protected": refusal(5025, b"the connection is not protected"),
        "rotation_request": har(avp(329, u32(323, 256) + u32(345, 2) + avp(343, GATEWAY_KEY)),
                                b"gateway", 64),
        "rotation_answer": haa(2001, avp(321, registration_reply(bytes(4)))),
        "rotation_refused": haa(4007, avp(281, b"the key will not do")),
    }


def text():
    return "".join(f"{name} {octets.hex()}\n" for name, octets in worked().items())


class KeyExchange(unittest.TestCase):
    def test_the_fixture_is_what_the_page_says(self):
        self.assertEqual(MESSAGES.read_text(), text())

    def test_the_page_shows_messages_of_the_fixture(self):
        blocks = re.findall(r"^`(\w+)`:\n\n```\n(.*?)```", PAGE.read_text(), re.M | re.S)
        self.assertEqual(len(blocks), 3)
        for name, block in blocks:
            digits = "".join(line.split(";")[0] for line in block.splitlines())
            self.assertEqual(bytes.fromhex(digits), worked()[name], name)

    def test_tshark_has_nothing_to_say(self):
        seen = dissect(worked().values())
        codes = [line[0] for line in seen]
        self.assertEqual(codes, [str(struct.unpack_from(">I", octets, 4)[0] & 0xFFFFFF)
                                 for octets in worked().values()])
        for line in seen:
            self.assertEqual(line[1:], ["", ""], line)

    def test_tshark_speaks_of_a_fault(self):
        [broken] = dissect([message(0x40, 260, answer(2001) + [avp(320, b"")])])
        self.assertIn("Data is empty", broken[1])


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        MESSAGES.write_text(text())
    elif shutil.which("tshark") is None:
        sys.exit(77)
    else:
        unittest.main()
