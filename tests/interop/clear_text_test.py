#!/usr/bin/env python3
"""IP-01: the installed configuration has no secure channel, so keys cross the wire in clear. kms,
gateway and a node run from the files as they are installed, and a capture shows the keys. With TLS
the same questions show none."""

import os
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import own_network  # noqa: E402
import stranger  # noqa: E402
from capture import Capture, judge  # noqa: E402
from daemon import Daemon  # noqa: E402
from our_daemons import BIN, start_kms, write_keyring  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

INSTALLED = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"], "fixtures/diameter/valid")
PORT, JOIN_PORT = 3868, 4004
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x1A2B3, 2, 1)


def certify(folder, name):
    """NAME.crt and NAME.key, signed by the root in the folder."""
    key, request = folder / f"{name}.key", folder / f"{name}.csr"
    foreign.openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", request)
    key.chmod(0o600)
    foreign.openssl("x509", "-req", "-in", request, "-CA", folder / "root.crt", "-CAkey",
                    folder / "root.key", "-days", "2", "-copy_extensions", "copy", "-out",
                    folder / f"{name}.crt")


def make_certificates(folder, *names):
    foreign.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                    "/CN=root", "-keyout", folder / "root.key", "-out", folder / "root.crt")
    for name in names:
        certify(folder, name)


def join(folder, row):
    """Exit status of one node that joins."""
    key = foreign.write(folder / "node_key", row[1].hex().encode() + b"\n")
    done = subprocess.run([BIN / "enode", "join", "--via", f"127.0.0.2:{JOIN_PORT}", "--node",
                           f"0x{row[0]:08x}", "--key-file", key], check=False, timeout=60)
    return done.returncode


class DefaultInstallation(unittest.TestCase):
    def test_keys_cross_the_wire_in_clear(self):
        with tempfile.TemporaryDirectory() as held, Capture() as capture:
            folder = pathlib.Path(held)
            write_keyring(folder / "keyring.csv", NETWORK, NODES)
            with Daemon([BIN / "kms", "--config", INSTALLED / "diameter_server.conf", "--keyring",
                         folder / "keyring.csv", "--log", folder / "kms.log"]) as kms:
                kms.wait_for("ready kms 127.0.0.1:3868")
                with Daemon([BIN / "gateway", "--config", INSTALLED / "diameter_client.conf",
                             "--cache", folder / "gateway.cache"]) as gateway:
                    gateway.wait_for("ready gateway")
                    self.assertEqual(join(folder, NODES[0]), 0)
        self.assertGreaterEqual(judge(capture, PORT), 8)
        told = {"gateway": NETWORK.gateway, "gateway_cdld": NETWORK.gateway_cdld,
                "node": NODES[0][1]}
        # The node that did not join, and what never travels.
        kept = {"other node": NODES[1][1], "pwdh": NETWORK.pwdh, "base": NETWORK.base}
        seen = SecretScan(told | kept).find(b"".join(capture.streams(PORT).values()))
        self.assertEqual(sorted(seen), [f"{name} (raw)" for name in sorted(told)])
        # The join itself proves possession without sending the key.
        joins = b"".join(frame for _, frame in capture.frames if b"TSJ1" in frame)
        self.assertEqual(SecretScan(told | kept).find(joins), [])
        self.assertGreaterEqual(joins.count(b"TSJ1"), 4)


class WithTls(unittest.TestCase):
    KMS, GATEWAY, REALM = "kms.example.test", "gateway.example.test", "example.test"

    def ask(self, folder, port):
        context = ssl.create_default_context(cafile=folder / "root.crt")
        context.load_cert_chain(folder / f"{self.GATEWAY}.crt", folder / f"{self.GATEWAY}.key")
        plain = socket.create_connection(("127.0.0.1", port), 30)
        gateway = stranger.Gateway(self.GATEWAY, self.REALM)
        stream = context.wrap_socket(plain, server_hostname=self.KMS)
        self.assertEqual(gateway.open_over(stream).result, 2001)
        self.assertEqual(gateway.ask("gateway", stranger.GATEWAY), (2001, {328: NETWORK.gateway}))
        self.assertEqual(gateway.ask_node(NODES[0][0]), (2001, {326: NODES[0][1]}))
        gateway.close()

    def test_no_key_is_seen(self):
        with tempfile.TemporaryDirectory() as held, Capture() as capture:
            folder = pathlib.Path(held)
            make_certificates(folder, self.KMS, self.GATEWAY)
            kms = start_kms(folder, NETWORK, NODES, self.KMS, self.REALM, [self.GATEWAY],
                            "127.0.0.1:3868",
                            ["--listen-tls", "127.0.0.1:5868", "--trust", folder / "root.crt",
                             "--certificate", folder / f"{self.KMS}.crt", "--certificate-key",
                             folder / f"{self.KMS}.key", "--require-protected"])
            self.addCleanup(kms.stop)
            self.ask(folder, 5868)
        told = SecretScan({"gateway": NETWORK.gateway, "node": NODES[0][1]})
        octets = b"".join(capture.streams(5868).values())
        self.assertGreater(len(octets), 2000)
        self.assertEqual(told.find(octets), [])


if __name__ == "__main__":
    own_network.enter({WithTls.KMS: "10.50.4.40", WithTls.GATEWAY: "10.50.4.41"})
    unittest.main()
