#!/usr/bin/env python3
"""TLS of the KMS with peers that are not ours: the ssl module of Python and openssl s_client. On a
port of its own, and after the capabilities exchange as RFC 3588 has it."""

import pathlib
import socket
import ssl
import subprocess
import tempfile
import unittest

from kms_scene import KNOWN, REALM, Scene  # first: it finds tests/support
from authority import Authority
from diameter import u32
from stranger import PATIENCE_S, Gateway


class InbandGateway(Gateway):
    """Offers TLS alone in its CER."""

    def capabilities(self):
        return super().capabilities() + u32(299, 1)


class KmsTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.authority = Authority(cls.shared.name)
        cls.kms = cls.authority.issue("127.0.0.1")
        cls.gateway = cls.authority.issue("gw1.example")

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, *more, config=""):
        scene = Scene(self.folder.name, more=config)
        self.addCleanup(scene.__exit__)
        return scene.start("--certificate", self.kms[0], "--certificate-key", self.kms[1],
                           "--trust", self.authority.root, "--require-protected", *more)

    def start_secure(self):
        """TLS first, at the port of an aaas URI."""
        scene = Scene(self.folder.name)
        self.addCleanup(scene.__exit__)
        scene.config.write_text(scene.config.read_text().replace("aaa:", "aaas:"))
        return scene.start("--certificate", self.kms[0], "--certificate-key", self.kms[1],
                           "--trust", self.authority.root, "--require-protected")

    def secure(self, stream, files, authority=None):
        context = ssl.create_default_context(cafile=(authority or self.authority).root)
        if files:
            context.load_cert_chain(*files)
        stream = context.wrap_socket(stream, server_hostname="127.0.0.1")
        self.addCleanup(stream.close)
        return stream

    def connect(self, scene):
        stream = socket.create_connection(scene.address, PATIENCE_S)
        self.addCleanup(stream.close)
        return stream

    def test_a_gateway_with_its_certificate_gets_its_keys(self):
        scene = self.start_secure()
        gateway = Gateway("gw1.example", REALM)
        stream = self.secure(self.connect(scene), self.gateway)
        self.assertEqual(gateway.open_over(stream).result, 2001)
        self.assertEqual(gateway.ask_node(KNOWN), (2001, {326: scene.keys["0x00010200"]}))
        gateway.close()

    def test_a_gateway_is_held_to_the_name_in_its_certificate(self):
        scene = self.start_secure()
        gateway = Gateway("gw2.example", REALM)
        stream = self.secure(self.connect(scene), self.gateway)
        self.assertEqual(gateway.open_over(stream).result, 3010)

    def test_nobody_comes_in_without_a_certificate_of_a_trusted_root(self):
        scene = self.start_secure()
        other = Authority(self.folder.name, "other")
        for files in (None, other.issue("gw1.example")):
            gateway = Gateway("gw1.example", REALM)
            with self.assertRaises((OSError, ConnectionError)):
                gateway.open_over(self.secure(self.connect(scene), files))
        clear = Gateway("gw1.example", REALM)
        with self.assertRaises((OSError, ConnectionError, ValueError)):
            clear.open_over(self.connect(scene))

    def test_openssl_verifies_us_and_old_versions_find_no_way_in(self):
        scene = self.start_secure()
        argv = ["openssl", "s_client", "-connect", f"127.0.0.1:{scene.address[1]}", "-CAfile",
                self.authority.root, "-verify_return_error", "-cert", self.gateway[0], "-key",
                self.gateway[1]]
        done = subprocess.run([*argv, "-verify_ip", "127.0.0.1"], input=b"", capture_output=True,
                              timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn(b"Verify return code: 0 (ok)", done.stdout)
        done = subprocess.run([*argv, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], input=b"",
                              capture_output=True, timeout=PATIENCE_S, check=False)
        self.assertIn(b"alert protocol version", done.stderr)

    def test_tls_follows_the_capabilities_exchange_where_both_want_it(self):
        scene = self.start("--rfc", "3588", config="InbandSecurityIds.0.SecurityId=TLS\n")
        gateway = InbandGateway("gw1.example", REALM)
        stream = self.connect(scene)
        answer = gateway.open_over(stream)
        self.assertEqual(answer.result, 2001)
        self.assertEqual([one.number for one in answer.avps.every(299)], [1])
        gateway.go_on_over(self.secure(stream, self.gateway))
        self.assertEqual(gateway.ask_node(KNOWN), (2001, {326: scene.keys["0x00010200"]}))
        gateway.close()

    def test_who_proves_another_name_after_the_exchange_is_cut_off(self):
        scene = self.start("--rfc", "3588", config="InbandSecurityIds.0.SecurityId=TLS\n")
        gateway = InbandGateway("gw2.example", REALM)
        stream = self.connect(scene)
        self.assertEqual(gateway.open_over(stream).result, 2001)
        with self.assertRaises((OSError, ConnectionError)):
            gateway.go_on_over(self.secure(stream, self.gateway))
            gateway.ask_node(KNOWN)

    def test_who_offers_no_tls_is_refused_where_it_is_demanded(self):
        scene = self.start("--rfc", "3588", config="InbandSecurityIds.0.SecurityId=TLS\n")
        self.assertEqual(Gateway("gw1.example", REALM).open(scene.address).result, 5017)

    def test_a_second_port_has_tls_beside_one_in_clear(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        scene = self.start("--listen-tls", f"127.0.0.1:{port}")
        self.assertEqual(scene.gateway().ask_node(KNOWN)[0], 5025)
        scene.gateways.pop().close()
        scene.address = ("127.0.0.1", port)
        gateway = Gateway("gw1.example", REALM)
        gateway.open_over(self.secure(self.connect(scene), self.gateway))
        self.assertEqual(gateway.ask_node(KNOWN)[0], 2001)

    def test_tls_without_a_certificate_is_refused(self):
        scene = Scene(self.folder.name, more="InbandSecurityIds.0.SecurityId=TLS\n")
        done = subprocess.run(scene.argv(), capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, "CERTIFICATE" in done.stderr), (6, True), done.stderr)
        key = pathlib.Path(self.folder.name, "open.key")
        key.write_bytes(pathlib.Path(self.kms[1]).read_bytes())
        key.chmod(0o644)
        done = subprocess.run(
            scene.argv("--certificate", self.kms[0], "--certificate-key", key, "--trust",
                       self.authority.root), capture_output=True, check=False)
        self.assertEqual(done.returncode, 3)


if __name__ == "__main__":
    unittest.main()
