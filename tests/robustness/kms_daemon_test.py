#!/usr/bin/env python3
"""The KMS as a process: what it needs to start, what it serves, what SIGHUP and SIGTERM do, and
what it leaves behind."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from kms_scene import (BIN, CO_LOCATED, CODE_DOWNLOAD, GATEWAY, KEYRING, KNOWN, REALM, UNKNOWN,
                       Scene)
from secret_scan import SecretScan
from stranger import Gateway

PATIENCE_S = 30


def until(holds, what):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("never: " + what)
        time.sleep(0.005)


class KmsDaemon(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def scene(self, **more):
        scene = Scene(self.folder.name, **more)
        self.addCleanup(scene.__exit__)
        return scene

    def ctl(self, scene, word):
        done = subprocess.run([BIN / "kms_ctl", "--control", scene.control, "--json", word],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def refused(self, scene, *more):
        """Exit status of a KMS that must not come up, and that nothing listens."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        done = subprocess.run(scene.argv(*more, port=port), capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)
        self.assertNotIn("ready", done.stdout)
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", port), 1)
        return done.returncode

    def test_serves_what_the_keyring_holds_and_nothing_else(self):
        scene = self.scene().start()
        gateway = scene.gateway()
        self.assertEqual(gateway.ask_node(KNOWN), (2001, {326: scene.keys["0x00010200"]}))
        self.assertEqual(gateway.ask_node(UNKNOWN), (5003, {}))
        result, keys = gateway.ask("gateway", GATEWAY | CODE_DOWNLOAD | CO_LOCATED)
        self.assertEqual(result, 2001)
        self.assertEqual(keys, {328: scene.keys["gateway"], 332: scene.keys["gateway_cdld"]})

    def test_the_log_has_each_request_and_no_file_of_it_a_key(self):
        scene = self.scene().start("--audit", self.folder.name + "/kms.audit")
        gateway = scene.gateway()
        for node in (KNOWN, UNKNOWN):
            gateway.ask_node(node)
        gateway.ask("gateway", GATEWAY)
        gateway.close()
        self.assertEqual(scene.daemon.stop(), 0)
        for path in (scene.log, scene.audit):
            text = path.read_text()
            self.assertIn("peer=gw1.example asked=node:0x00010200 result=2001\n", text)
            self.assertIn("peer=gw1.example asked=node:0x00019999 result=5003\n", text)
            self.assertIn("peer=gw1.example asked=gateway result=2001\n", text)
            self.assertEqual(path.stat().st_mode & 0o777, 0o640)
        scan = SecretScan(scene.keys)
        for path in (scene.log, scene.audit):
            self.assertEqual(scan.find(path.read_bytes()), [])
        self.assertEqual(scan.find("".join(scene.daemon.said).encode()), [])
        self.assertGreater(scan.octets, 500)

    def test_no_core_is_left_and_no_debugger_of_the_same_user_looks_in(self):
        scene = self.scene().start()
        pid = scene.daemon.process.pid
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        # What is not dumpable belongs to root in /proc, whoever runs it.
        self.assertEqual(os.stat(f"/proc/{pid}/mem").st_uid, 0)
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        self.assertIn("CoreDumping:\t0", status)

    def test_nothing_listens_without_a_good_keyring(self):
        scene = self.scene()
        good = KEYRING.read_text()
        scene.replace_keyring(good, mode=0o644)
        self.assertEqual(self.refused(scene), 3)
        scene.replace_keyring(good[:-20])
        self.assertEqual(self.refused(scene), 6)
        scene.keyring.unlink()
        self.assertEqual(self.refused(scene), 3)
        scene.replace_keyring(good)
        scene.config.write_text("URI=aaa://127.0.0.1\n")
        self.assertEqual(self.refused(scene), 6)

    def test_the_log_is_never_written_through_a_link(self):
        scene = self.scene()
        victim = pathlib.Path(self.folder.name, "victim")
        victim.write_text("whole")
        scene.log.symlink_to(victim)
        self.assertEqual(self.refused(scene), 3)
        self.assertEqual(victim.read_text(), "whole")

    def test_sighup_serves_a_new_keyring_and_keeps_the_old_one_when_it_is_bad(self):
        scene = self.scene().start()
        gateway = scene.gateway()
        good = KEYRING.read_text()
        scene.replace_keyring(good + f"0x{UNKNOWN:08x}, 0x{'5a' * 16},3,0\n")
        self.assertEqual(gateway.ask_node(UNKNOWN)[0], 5003)
        scene.daemon.process.send_signal(signal.SIGHUP)
        until(lambda: gateway.ask_node(UNKNOWN)[0] == 2001, "the new node")
        for bad in (good[:100], good.replace("0x00010201", "0x00010200"), "\0" * 64):
            scene.replace_keyring(bad)
            before = scene.log.read_text().count("keyring not usable")
            scene.daemon.process.send_signal(signal.SIGHUP)
            until(lambda n=before: scene.log.read_text().count("keyring not usable") == n + 1,
                  "the error")
            self.assertEqual(gateway.ask_node(UNKNOWN), (2001, {326: b"\x5a" * 16}))
        self.assertNotEqual(self.ctl(scene, "status")["reload_error"], "")
        scene.replace_keyring(good)
        self.ctl(scene, "reload")
        until(lambda: gateway.ask_node(UNKNOWN)[0] == 5003, "the node is gone")
        self.assertEqual(self.ctl(scene, "status")["reload_error"], "")

    def test_compat_restart_serves_a_new_keyring_after_a_restart_alone(self):
        scene = self.scene().start("--compat-restart")
        scene.replace_keyring(KEYRING.read_text() + f"0x{UNKNOWN:08x}, 0x{'5a' * 16},3,0\n")
        gateway = scene.gateway()
        scene.daemon.process.send_signal(signal.SIGHUP)
        until(lambda: "after a restart" in scene.log.read_text(), "the remark")
        self.assertEqual(gateway.ask_node(UNKNOWN)[0], 5003)
        gateway.close()
        scene.daemon.stop()
        scene.start("--compat-restart")
        self.assertEqual(scene.gateway().ask_node(UNKNOWN)[0], 2001)

    def test_new_network_keys_are_pushed_to_every_gateway_and_to_one_that_comes_back(self):
        scene = self.scene().start()
        there, away = scene.gateway("gw1.example"), scene.gateway("gw2.example")
        away.close()
        fresh = "0123456789abcdef23456789abcdef01456789abcdef0123"
        scene.replace_keyring(re.sub(r"gateway, 0x\w+", f"gateway, 0x{fresh}",
                                     KEYRING.read_text()))
        scene.daemon.process.send_signal(signal.SIGHUP)
        self.assertEqual(there.wait_for_rotation(), {329: bytes.fromhex(fresh)})
        again = scene.gateway("gw2.example")
        self.assertEqual(again.wait_for_rotation(), {329: bytes.fromhex(fresh)})
        # Both have acknowledged: another question meets no second HAR.
        for gateway in (there, again):
            self.assertEqual(gateway.ask_node(KNOWN)[0], 2001)
            self.assertEqual(gateway.rotations, [])
        until(lambda: self.ctl(scene, "status")["rotations_pending"] == 0, "all acknowledged")

    def rotate_while_away_and_restart(self, reloaded, *mode):
        """New network keys, a restart, and the gateway that was away meanwhile."""
        scene = self.scene().start(*mode)
        gateway = scene.gateway("gw1.example")
        self.assertEqual(gateway.ask_node(KNOWN)[0], 2001)
        self.assertEqual(gateway.rotations, [])
        gateway.close()
        fresh = os.urandom(24)
        scene.replace_keyring(re.sub(r"gateway, 0x\w+", f"gateway, 0x{fresh.hex()}",
                                     KEYRING.read_text()))
        scene.daemon.process.send_signal(signal.SIGHUP)
        until(lambda: reloaded in scene.log.read_text(), "the reload")
        scene.daemon.stop()
        scene.start(*mode)
        self.assertEqual(scene.gateway("gw1.example").wait_for_rotation(), {329: fresh})
        noted = (self.folder.name + "/keyring.csv.served", scene.log)
        for path in noted:
            self.assertNotIn(fresh.hex()[:12], pathlib.Path(path).read_text())

    def test_a_gateway_that_was_away_hears_of_new_keys_after_a_restart(self):
        self.rotate_while_away_and_restart("new gateway key")

    def test_a_gateway_hears_of_new_keys_that_a_restart_brought(self):
        self.rotate_while_away_and_restart("after a restart", "--compat-restart")

    def test_only_peers_of_the_table_are_heard(self):
        scene = self.scene(peers=["gw1.example"]).start()
        self.assertEqual(scene.gateway("gw1.example").ask_node(KNOWN)[0], 2001)
        self.assertEqual(Gateway("gw2.example", REALM).open(scene.address).result, 3010)

    def test_unknown_nodes_are_limited_for_each_peer_alone(self):
        scene = self.scene().start("--unknown-limit", "3")
        scanner, other = scene.gateway("gw1.example"), scene.gateway("gw2.example")
        results = [scanner.ask_node(UNKNOWN + i)[0] for i in range(6)]
        self.assertEqual(results[:3], [5003] * 3)
        self.assertIn(3004, results[3:])
        self.assertEqual(other.ask_node(UNKNOWN)[0], 5003)

    def test_keys_in_clear_are_refused_where_protection_is_required(self):
        scene = self.scene().start("--require-protected")
        self.assertEqual(scene.gateway().ask_node(KNOWN), (5025, {}))
        scene.daemon.stop()
        scene.start("--require-protected", "--ipsec")
        self.assertEqual(scene.gateway().ask_node(KNOWN)[0], 2001)

    def test_sigterm_says_goodbye(self):
        scene = self.scene().start()
        gateway = scene.gateway()
        scene.daemon.process.terminate()
        with self.assertRaises(ConnectionError):
            gateway.wait_for_rotation()  # serves the DPR, then hears the end
        self.assertEqual(scene.daemon.wait(), 0)
        self.assertFalse(scene.control.exists())

    def test_kms_ctl_tells_state_and_peers_and_stops(self):
        port_file = pathlib.Path(self.folder.name, "port")
        scene = self.scene().start("--port-file", port_file)
        self.assertEqual(int(port_file.read_text()), scene.address[1])
        scene.gateway().ask_node(KNOWN)
        status = self.ctl(scene, "status")
        self.assertEqual((status["role"], status["nodes"], status["served"]), ("kms", 5, 1))
        peers = self.ctl(scene, "peers")["peers"]
        self.assertEqual([(one["host"], one["state"], one["served"]) for one in peers],
                         [("gw1.example", "R-Open", 1)])
        self.ctl(scene, "stop")
        self.assertEqual(scene.daemon.wait(), 0)

    def test_a_second_kms_takes_neither_the_port_nor_the_control_socket(self):
        scene = self.scene().start()
        done = subprocess.run(scene.argv(port=scene.address[1]), capture_output=True, check=False)
        self.assertEqual(done.returncode, 11)
        done = subprocess.run(scene.argv(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 11)
        self.assertEqual(self.ctl(scene, "status")["role"], "kms")

    @unittest.skipUnless(os.geteuid() == 0, "is not root")
    def test_a_plain_user_runs_it(self):
        os.chmod(self.folder.name, 0o755)
        home = pathlib.Path(self.folder.name, "nobody")
        home.mkdir()
        scene = Scene(home)
        self.addCleanup(scene.__exit__)
        for path in (home, scene.keyring, scene.config):
            os.chown(path, 65534, 65534)
        scene.start(user=65534, group=65534, extra_groups=[])
        self.assertEqual(scene.gateway().ask_node(KNOWN)[0], 2001)


if __name__ == "__main__":
    unittest.main()
