#!/usr/bin/python3
"""Writes a canonical keyring of NODES nodes to FILE, for benches. Usage: make_keyring.py FILE NODES

Keys are SHA-256 of the node id: nothing in it is secret, and every run writes the same octets.
"""

import hashlib
import os
import sys

HEAD = """\
pwdh, 0x6234a480df307193e7ff863e41f1db1e
base, 0xbf56cb411dae5c6f0eb7b9e1c0a8379d
gateway, 0x52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686
gateway_cdld, 0xa5152b03769c4cc4b1dd5febad80b2f4
"""


def write_keyring(path, nodes):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="ascii", newline="\n") as file:
        file.write(HEAD)
        for node in range(nodes):
            key = hashlib.sha256(node.to_bytes(4, "big")).hexdigest()[:32]
            file.write(f"0x{node + 0x10200:08x}, 0x{key},{node // 1000 + 1},0\n")


if __name__ == "__main__":
    write_keyring(sys.argv[1], int(sys.argv[2]))
