#!/usr/bin/env python3
"""The gateway as a process: nodes that join through an access point, its cache on the disk, its KMS
gone and back. The KMS is the one that somebody wrote from the pages alone, and in the end ours."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import foreign  # noqa: E402
import stranger  # noqa: E402
from authority import Authority  # noqa: E402
from daemon import PATIENCE_S, Daemon  # noqa: E402
from our_daemons import BIN, client_conf, start_gateway, start_kms, write_keyring  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

REALM, GATEWAY = "example.test", "gateway.example.test"
NETWORK = foreign.Network(b"Correct horse 7 battery")
NODES = foreign.rows(0x00010000, 300, 1)
FIRST, SECOND, THIRD = (row[0] for row in NODES[:3])
JOINED, FORMAT, BAD_FILE, BUSY, REFUSED, NO_ANSWER = 0, 6, 3, 11, 14, 15


def free_port(address):
    with socket.create_server((address, 0)) as probe:
        return probe.getsockname()[1]


def control(path, word):
    """What docs/formats/control.md says."""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(PATIENCE_S)
        stream.connect(str(path))
        stream.sendall(json.dumps({"command": word}).encode() + b"\n")
        return stream.makefile("rb").readline()


class Scene(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.keys = foreign.write(self.folder / "node_keys", foreign.body_of(NODES))
        self.cache = self.folder / "gateway.cache"
        self.places = [("127.0.0.1", free_port("127.0.0.1"))]

    def start_kms(self, index=0):
        address, port = self.places[index]
        kms = stranger.Kms(NETWORK, {row[0]: row[1] for row in NODES}, REALM, address, address,
                           port)
        self.addCleanup(kms.stop)
        return kms

    def start_gateway(self, *more, join="127.0.0.1:0"):
        gateway = start_gateway(self.folder, "127.0.0.2", REALM,
                                [f"{address}:{port}" for address, port in self.places], join, more)
        self.addCleanup(gateway.stop)
        return gateway

    def enode(self, gateway, node, *more, keys=None):
        address, port = gateway.join
        return subprocess.run(
            [BIN / "enode", "join", "--via", f"{address}:{port}", "--node", f"0x{node:08x}",
             "--key-file", keys or self.keys, *more], capture_output=True, text=True,
            timeout=PATIENCE_S, check=False)

    def join(self, gateway, node, expected, *more, **files):
        done = self.enode(gateway, node, *more, **files)
        self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
        return done


class Joins(Scene):
    def test_through_an_access_point(self):
        kms, gateway = self.start_kms(), self.start_gateway()
        with Daemon([BIN / "access_point", "--listen", "127.0.0.1:0", "--gateway",
                     "{}:{}".format(*gateway.join)]) as point:
            address, port = point.wait_for("ready access_point").split()[-1].rsplit(":", 1)
            point.join = (address, int(port))
            self.join(point, FIRST, JOINED)
            stranger_key = foreign.write(self.folder / "other_key", os.urandom(16).hex().encode())
            self.join(point, 0x99, REFUSED, keys=stranger_key)
            self.join(point, SECOND, REFUSED, keys=stranger_key)
            self.assertEqual(point.stop(), 0)
        self.assertEqual(kms.asked, ["gateway", f"0x{FIRST:08x}", "0x00000099", f"0x{SECOND:08x}"])

    def test_many_at_once(self):
        self.start_kms()
        done = self.join(self.start_gateway(), FIRST, JOINED, "--count", str(len(NODES)))
        self.assertIn(f"{len(NODES)} nodes: {len(NODES)} joined, 0 refused", done.stdout)

    def test_nobody_there_is_told_apart_from_a_refusal(self):
        gateway = self.start_kms() and self.start_gateway()
        gateway.stop()
        self.join(gateway, FIRST, NO_ANSWER, "--timeout", "1")

    def test_a_key_file_that_others_may_read_is_refused(self):
        gateway = self.start_kms() and self.start_gateway()
        self.keys.chmod(0o644)
        self.join(gateway, FIRST, BAD_FILE)


class WithoutKms(Scene):
    def test_known_nodes_join_and_new_ones_when_it_is_back(self):
        kms, gateway = self.start_kms(), self.start_gateway()
        self.join(gateway, FIRST, JOINED)
        kms.stop()
        self.join(gateway, FIRST, JOINED)
        done = self.join(gateway, SECOND, NO_ANSWER, "--timeout", "1")
        self.assertIn("can ask no KMS", done.stderr)
        self.start_kms()
        self.join(gateway, SECOND, JOINED, "--timeout", "30")

    def test_it_starts_from_its_cache(self):
        kms, gateway = self.start_kms(), self.start_gateway()
        self.join(gateway, FIRST, JOINED)
        self.assertEqual(gateway.stop(), 0)
        kms.stop()
        self.join(self.start_gateway(), FIRST, JOINED)

    def test_a_gateway_without_keys_is_ready_when_a_kms_has_come(self):
        late = threading.Timer(0.5, self.start_kms)
        late.start()
        self.addCleanup(late.join)
        self.join(self.start_gateway(), FIRST, JOINED)


class TwoKms(Scene):
    def setUp(self):
        super().setUp()
        self.places.append(("127.0.0.4", free_port("127.0.0.4")))

    def wait_for_trust(self, place):
        """Until the gateway trusts its first KMS: connected, or three watchdogs after a return."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if json.loads(control(place, "peers"))["peers"][0]["watchdog"] == "OKAY":
                return
            time.sleep(0.1)
        self.fail("the first KMS is never trusted")

    def test_it_fails_over_at_once_and_back_when_the_first_has_proved_itself(self):
        first, second = self.start_kms(0), self.start_kms(1)
        place = self.folder / "control"
        gateway = self.start_gateway("--control", place)
        self.wait_for_trust(place)
        self.join(gateway, FIRST, JOINED)
        self.assertEqual(first.asked[-1], f"0x{FIRST:08x}")
        first.stop()
        self.join(gateway, SECOND, JOINED)
        self.assertEqual(second.asked[-1], f"0x{SECOND:08x}")
        first = self.start_kms(0)
        self.wait_for_trust(place)
        self.join(gateway, THIRD, JOINED)
        self.assertEqual(first.asked, [f"0x{THIRD:08x}"])


class OnDisk(Scene):
    def test_the_cache_is_for_its_owner_alone(self):
        self.start_kms()
        old = os.umask(0)
        self.addCleanup(os.umask, old)
        gateway = self.start_gateway()
        self.join(gateway, FIRST, JOINED)
        self.assertEqual(gateway.stop(), 0)
        self.assertEqual(self.cache.stat().st_mode & 0o7777, 0o600)
        text = self.cache.read_text()
        self.assertTrue(text.startswith(f"gateway-cache, 1\nrealm, {REALM}\ngateway, 0x"))
        self.assertIn(f"0x{FIRST:08x}, 0x{NODES[0][1].hex()}\nend, 1\n", text)

    def start_fails(self, status, words):
        done = subprocess.run(
            [BIN / "gateway", "--config", self.folder / "diameter_client.conf", "--cache",
             self.cache, "--listen-join", "127.0.0.1:0"], capture_output=True, text=True,
            timeout=PATIENCE_S, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(words, done.stderr)

    def test_one_that_others_may_read_keeps_it_from_starting(self):
        self.start_kms()
        self.start_gateway().stop()
        self.cache.chmod(0o640)
        self.start_fails(BAD_FILE, "gateway.cache")

    def test_two_gateways_never_share_one(self):
        self.start_kms()
        self.start_gateway()
        self.start_fails(BUSY, "gateway.cache.lock")

    def test_a_damaged_one_is_told_and_made_anew(self):
        self.start_kms()
        self.start_gateway().stop()
        whole = self.cache.read_bytes()
        foreign.write(self.cache, whole[:-9])
        gateway = self.start_gateway()
        self.assertIn("cut off", "".join(gateway.said))
        gateway.stop()
        self.assertEqual(self.cache.read_bytes(), whole)

    def test_one_of_another_realm_is_told_and_not_used(self):
        kms = self.start_kms()
        self.start_gateway().stop()
        foreign.write(self.cache, self.cache.read_bytes().replace(REALM.encode(), b"elsewhere"))
        gateway = self.start_gateway()
        self.assertIn("another realm", "".join(gateway.said))
        self.assertEqual(kms.asked, ["gateway", "gateway"])

    def test_a_kill_at_any_moment_leaves_a_whole_cache(self):
        kms, known = self.start_kms(), 0
        for count in (1, 40, 80, 120, 160, 200):
            gateway = self.start_gateway()
            self.assertNotIn("cut off", "".join(gateway.said))
            self.join(gateway, FIRST, JOINED, "--count", str(count))
            gateway.process.kill()  # while the last of them are being written
            gateway.stop()
            lines = self.cache.read_text().splitlines()
            self.assertGreaterEqual(len(lines) - 5, known)
            self.assertEqual(lines[-1], f"end, {len(lines) - 5}")
            known = len(lines) - 5
        self.assertGreater(known, 0)
        asked = len(kms.asked)
        self.join(self.start_gateway(), FIRST, JOINED)
        self.assertEqual(len(kms.asked), asked)


class Configurations(Scene):
    """Refused before anything is connected or listened to."""

    def check(self, text):
        path = foreign.write(self.folder / "diameter_client.conf", text.encode())
        done = subprocess.run([BIN / "gateway", "--config", path, "--check"], capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stderr

    def test_check_tells_a_good_one_from_a_bad_one(self):
        good = client_conf("gateway.example", REALM, ["kms.example"])
        status, told = self.check(good)
        self.assertEqual(status, 0, told)
        self.assertIn("KL-CLEARTEXT", told)
        status, told = self.check(good.replace("StackType=CLIENT", "StackType=SERVER"))
        self.assertEqual(status, FORMAT)
        self.assertIn("ROLE: expected the StackType of the program", told)

    def test_tls_without_a_certificate_never_becomes_a_clear_connection(self):
        text = client_conf("gateway.example", REALM, ["kms.example"])
        for insecure in ("URI=aaa://gateway", "URI=aaa://kms"):
            status, told = self.check(text.replace(insecure, insecure.replace("aaa:", "aaas:")))
            self.assertEqual(status, FORMAT, told)
            self.assertIn("certificate", told)


class Secrets(Scene):
    def test_no_key_leaves_but_into_the_cache(self):
        scan = SecretScan({"gateway": NETWORK.gateway, "gateway_cdld": NETWORK.gateway_cdld,
                           **{f"node {row[0]:x}": row[1] for row in NODES[:20]}})
        self.start_kms()
        log, place = self.folder / "kmc.log", self.folder / "control"
        gateway = self.start_gateway("--log", log, "--control", place)
        done = self.join(gateway, FIRST, JOINED, "--count", "20")
        self.join(gateway, FIRST, REFUSED, keys=foreign.write(self.folder / "k", b"0" * 32))
        told = done.stdout.encode() + done.stderr.encode()
        for word in ("status", "peers", "cache"):
            for more in ((), ("--json",)):
                told += subprocess.run([BIN / "gateway_ctl", "--control", place, word, *more],
                                       capture_output=True, check=True).stdout
        self.assertIn(b"\nadmitted: 20\n", told)
        self.assertIn(b'"admitted":20', told)
        self.assertIn(b"host=127.0.0.1 state=I-Open watchdog=OKAY\n", told)
        self.assertIn(b"0x00010000", told)
        process = pathlib.Path(f"/proc/{gateway.process.pid}")
        for name in ("cmdline", "environ"):
            self.assertEqual(scan.find((process / name).read_bytes()), [], name)
        limits = (process / "limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        self.assertEqual(place.stat().st_mode & 0o777, 0o600)
        gateway.process.send_signal(signal.SIGHUP)
        self.assertEqual(gateway.stop(), 0)
        self.assertEqual(scan.find("".join(gateway.said).encode() + told), [])
        self.assertEqual(scan.find(log.read_bytes()), [])
        self.assertNotEqual(scan.find(self.cache.read_bytes()), [])
        self.assertIn("join node=0x00010000 result=admitted", log.read_text())


class OurKms(Scene):
    """The same pair as a newcomer runs it: both programs are ours."""

    def start_our_kms(self, network=NETWORK):
        address, port = self.places[0]
        kms = start_kms(self.folder, network, NODES[:2], address, REALM, ["127.0.0.2"],
                        f"{address}:{port}", ("--control", self.folder / "kms.control"))
        self.addCleanup(kms.stop)
        return kms

    def test_known_and_unknown_nodes_and_a_kms_that_was_gone(self):
        kms, gateway = self.start_our_kms(), self.start_gateway()
        self.join(gateway, FIRST, JOINED)
        self.join(gateway, THIRD, REFUSED)
        self.assertEqual(kms.stop(), 0)
        self.join(gateway, FIRST, JOINED)
        self.join(gateway, SECOND, NO_ANSWER, "--timeout", "1")
        self.start_our_kms()
        self.join(gateway, SECOND, JOINED, "--timeout", "30")

    def test_a_reprovisioned_node_joins_with_its_new_key(self):
        kms, gateway = self.start_our_kms(), self.start_gateway()
        self.join(gateway, FIRST, JOINED)
        new = foreign.rows(FIRST, 1, 2, 1)
        write_keyring(self.folder / "keyring.csv", NETWORK, new)
        kms.process.send_signal(signal.SIGHUP)
        new_key = foreign.write(self.folder / "new_key", foreign.body_of(new))
        end = time.monotonic() + PATIENCE_S
        while json.loads(control(self.folder / "kms.control", "status"))["reloads"] == 0:
            self.assertLess(time.monotonic(), end, "the KMS never reads its keyring again")
        self.join(gateway, FIRST, JOINED, keys=new_key)
        self.join(gateway, FIRST, REFUSED)

    def test_keys_come_over_tls_from_a_kms_that_shows_its_certificate(self):
        def options(authority, host):
            certificate, key = authority.issue(host)
            return ("--certificate", certificate, "--certificate-key", key, "--trust",
                    authority.root)

        ours = Authority(self.folder)
        port = free_port("127.0.0.1")
        kms = start_kms(self.folder, NETWORK, NODES[:2], "127.0.0.1", REALM, ["127.0.0.2"],
                        "127.0.0.1:0", ("--require-protected", "--listen-tls", f"127.0.0.1:{port}",
                                        *options(ours, "127.0.0.1")))
        self.addCleanup(kms.stop)
        gateway = start_gateway(self.folder, "127.0.0.2", REALM, [f"127.0.0.1:{port}"],
                                "127.0.0.1:0", options(ours, "127.0.0.2"), "aaas")
        self.addCleanup(gateway.stop)
        self.join(gateway, FIRST, JOINED)

    def test_new_network_keys_reach_the_cache(self):
        kms, gateway = self.start_our_kms(), self.start_gateway()
        new = foreign.Network(NETWORK.passphrase)
        new.base, new.pwdh = NETWORK.base, NETWORK.pwdh
        write_keyring(self.folder / "keyring.csv", new, NODES[:2])
        kms.process.send_signal(signal.SIGHUP)
        gateway.wait_for("rotate gateway=new")
        self.assertEqual(gateway.stop(), 0)
        self.assertIn(f"gateway, 0x{new.gateway.hex()}\n", self.cache.read_text())

    def test_new_network_keys_are_on_the_disk_when_they_are_acknowledged(self):
        kms, gateway = self.start_kms(), self.start_gateway()
        for _ in range(5):
            new = foreign.Network(NETWORK.passphrase).gateway
            self.assertEqual(kms.rotate("127.0.0.2", new).result, 2001)
            gateway.process.kill()
            self.assertIn(f"gateway, 0x{new.hex()}\n", self.cache.read_text())
            gateway.process.wait()
            gateway = self.start_gateway()
            gateway.wait_for("kms_up")

    def test_new_network_keys_that_cannot_be_saved_are_not_acknowledged(self):
        kms, gateway = self.start_kms(), self.start_gateway()
        away = self.folder.with_suffix(".away")
        new = foreign.Network(NETWORK.passphrase).gateway
        self.folder.rename(away)
        refused = kms.rotate("127.0.0.2", new).result
        away.rename(self.folder)
        self.assertEqual(refused, 4002)
        self.assertNotIn(new.hex(), self.cache.read_text())
        self.assertEqual(kms.rotate("127.0.0.2", new).result, 2001)
        self.assertIn(f"gateway, 0x{new.hex()}\n", self.cache.read_text())
        gateway.wait_for("rotate result=4002 unsaved")


if __name__ == "__main__":
    unittest.main()
