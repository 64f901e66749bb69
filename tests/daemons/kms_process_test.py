#!/usr/bin/env python3
"""KM-14, as the machine sees the process: a KMS serves without root, cannot leave a core, and has
no key in its memory that it serves no longer."""

import os
import pathlib
import re
import signal
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import stranger  # noqa: E402
from daemon import Daemon  # noqa: E402
from our_daemons import BIN, server_conf, write_keyring  # noqa: E402

REALM, KMS, GATEWAY = "example.test", "127.0.0.1", "gateway.example.test"
BEFORE, AFTER = (foreign.Network(b"Correct horse 7 battery") for _ in range(2))
OLD_NODES, NEW_NODES = foreign.rows(0x1A2B3, 200, 1), foreign.rows(0x77001, 200, 2)
NOBODY = 65534


def pieces_found(pid, secrets):
    """Which of the secrets lie in the memory of the process, as octets or in hexadecimal."""
    found = set()
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(
            f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            start, end = (int(part, 16) for part in line.split()[0].split("-"))
            if " r" not in line or "[v" in line:
                continue
            memory.seek(start)
            try:
                octets = memory.read(end - start)
            except OSError:
                continue  # a guard page
            found |= {name for name, secret in secrets.items()
                      if secret in octets or secret.hex().encode() in octets.lower()}
    return found


def secrets_of(network, nodes):
    return {"gateway": network.gateway, "gateway_cdld": network.gateway_cdld} | {
        f"0x{row[0]:08x}": row[1] for row in nodes}


class Process(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        foreign.write(self.folder / "diameter_server.conf",
                      server_conf(KMS, REALM, [GATEWAY]).encode())
        write_keyring(self.folder / "keyring.csv", BEFORE, OLD_NODES)
        user = {}
        if os.getuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self.kms = Daemon([BIN / "kms", "--config", self.folder / "diameter_server.conf",
                           "--keyring", self.folder / "keyring.csv", "--listen", "127.0.0.1:0",
                           "--log", self.folder / "kms.log"], cwd=self.folder, **user)
        self.addCleanup(self.kms.stop)
        self.port = int(self.kms.wait_for("ready kms").rsplit(":", 1)[1])

    def status(self, name):
        text = pathlib.Path(f"/proc/{self.kms.process.pid}/status").read_text()
        return re.search(rf"^{name}:\s*(.*)$", text, flags=re.M)[1].split()

    def gateway(self):
        gateway = stranger.Gateway(GATEWAY, REALM)
        self.assertEqual(gateway.open(("127.0.0.1", self.port)).result, 2001)
        self.addCleanup(gateway.drop)
        return gateway

    def test_it_serves_without_root(self):
        self.assertNotIn("0", self.status("Uid"))
        self.assertEqual(set(self.status("CapEff")), {"0" * 16})
        self.assertEqual(self.gateway().ask_node(OLD_NODES[0][0]),
                         (2001, {326: OLD_NODES[0][1]}))

    def test_it_leaves_no_core(self):
        limits = pathlib.Path(f"/proc/{self.kms.process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size\s+0\s+0\s")
        self.kms.process.send_signal(signal.SIGABRT)
        self.kms.wait()
        self.assertEqual([path.name for path in self.folder.iterdir() if "core" in path.name], [])

    def replace_keyring(self):
        write_keyring(self.folder / "next.csv", AFTER, NEW_NODES)
        if os.getuid() == 0:
            os.chown(self.folder / "next.csv", NOBODY, NOBODY)
        (self.folder / "next.csv").rename(self.folder / "keyring.csv")
        self.kms.process.send_signal(signal.SIGHUP)

    @unittest.skipUnless(os.getuid() == 0, "only root reads the memory of a process without dumps")
    def test_it_forgets_what_it_serves_no_longer(self):
        old, new = secrets_of(BEFORE, OLD_NODES), secrets_of(AFTER, NEW_NODES)
        self.assertGreater(len(pieces_found(self.kms.process.pid, old)), 200,
                           "the scan does not see the keys that are served")
        gateway = self.gateway()
        self.replace_keyring()
        gateway.wait_for_rotation()
        self.assertEqual(gateway.ask_node(NEW_NODES[0][0]), (2001, {326: NEW_NODES[0][1]}))
        deadline = time.monotonic() + 10
        while (left := pieces_found(self.kms.process.pid, old)) and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual(left, set())
        self.assertGreater(len(pieces_found(self.kms.process.pid, new)), 200)


if __name__ == "__main__":
    unittest.main()
