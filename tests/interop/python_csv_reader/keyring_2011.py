#!/usr/bin/python3
"""keyring.csv as a script of 2011 would read it: the csv module, unhexlify and a dict.

Usage: keyring_2011.py FILE. Prints the number of nodes. It knows nothing of lint codes, and it is
slow: it is the second opinion of the interop tests and the baseline of the bench.
"""

import csv
import sys
from binascii import unhexlify

HEADER = [("pwdh", 16), ("base", 16), ("gateway", 24), ("gateway_cdld", 16)]


def value(field, size):
    if field[:2] != "0x":
        raise ValueError("no 0x")
    octets = unhexlify(field[2:])
    if len(octets) != size:
        raise ValueError("wrong size")
    return octets


def read_keyring(path):
    """The network keys by name, and the nodes: id to (key, batch, count)."""
    network, nodes = {}, {}
    with open(path, newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        for name, size in HEADER:
            row = next(rows)
            if row[0] != name or len(row) != 2:
                raise ValueError("header")
            network[name] = value(row[1], size)
        for node, key, batch, count in rows:
            nodes[unhexlify(node[2:])] = (value(key, 16), int(batch), int(count))
    return network, nodes


if __name__ == "__main__":
    print(len(read_keyring(sys.argv[1])[1]))
