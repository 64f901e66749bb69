#!/usr/bin/env python3
"""The worked messages of docs/formats/join.md, made here from the page and `openssl mac` alone.
`--write` writes fixtures/gateway/join/messages.txt."""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/formats/join.md"
MESSAGES = ROOT / "fixtures/gateway/join/messages.txt"

NODE = bytes.fromhex("0001a2b3")
ROOT_KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
NODE_NONCE = bytes(range(0x10, 0x20))
SECRET = bytes(range(16))
SENDER = bytes.fromhex("7f0000019c40")
SECOND = bytes.fromhex("00000e10")


def cmac(key, data):
    done = subprocess.run(["openssl", "mac", "-cipher", "AES-128-CBC", "-macopt",
                           f"hexkey:{key.hex()}", "-binary", "-in", "-", "CMAC"],
                          input=data, capture_output=True, check=True)
    return done.stdout


def start(kind, code, gateway_nonce):
    return b"TSJ1" + bytes([kind, code, 0, 0]) + NODE + NODE_NONCE + gateway_nonce


def worked():
    key = cmac(ROOT_KEY, bytes.fromhex("00000001") + b"TOUCHSTONE-JOIN/1" +
               bytes.fromhex("0000000080"))
    gateway_nonce = SECOND + cmac(SECRET, SECOND + NODE + NODE_NONCE + SENDER)[:12]
    proof, admitted = start(3, 0, gateway_nonce), start(4, 1, gateway_nonce)
    return {
        "join_key": key,
        "request": start(1, 0, bytes(16)),
        "challenge": start(2, 0, gateway_nonce),
        "proof": proof + cmac(key, proof),
        "admitted": admitted + cmac(key, admitted),
        "refused": start(4, 2, gateway_nonce) + bytes(16),
    }


def text():
    return "".join(f"{name} {octets.hex()}\n" for name, octets in worked().items())


class Join(unittest.TestCase):
    def test_the_fixture_is_what_openssl_makes(self):
        self.assertEqual(MESSAGES.read_text(), text())

    def test_the_page_shows_it(self):
        shown = re.findall(r"^`(\w+)`:\n\n```\n(.*?)```", PAGE.read_text(), re.M | re.S)
        self.assertEqual([name for name, _ in shown], list(worked()))
        for name, block in shown:
            digits = "".join(line.split(";")[0] for line in block.splitlines())
            self.assertEqual(bytes.fromhex(digits), worked()[name], name)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        MESSAGES.write_text(text())
    else:
        unittest.main()
