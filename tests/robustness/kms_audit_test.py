#!/usr/bin/env python3
"""A KMS whose disk has no room for the audit, in each of its modes."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from kms_scene import KNOWN, Scene  # first: it finds tests/support
from kms_daemon_test import until
from stranger import NODE

FULL = "/dev/full"


class KmsAudit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.scene = Scene(self.folder.name)
        self.addCleanup(self.scene.__exit__)

    def test_without_room_for_the_audit_answers_wait_in_mode_block(self):
        self.scene.start("--audit", FULL)
        gateway = self.scene.gateway()
        request, _ = gateway.request(f"0x{KNOWN:08x}", NODE, KNOWN)
        gateway.send(request)
        until(lambda: "answers wait" in self.scene.log.read_text(), "the remark")
        self.assertFalse(gateway.has_heard(0.3))
        self.assertNotIn("result=2001", self.scene.log.read_text())

    @unittest.skipUnless(os.geteuid() == 0, "mounts a disk that is full")
    def test_in_mode_block_answers_leave_when_there_is_room_again(self):
        place = pathlib.Path(self.folder.name, "disk")
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", place], check=True)
        self.addCleanup(lambda: subprocess.run(["umount", place], check=True))
        self.addCleanup(self.scene.__exit__)
        filler = place / "filler"
        audit = place / "audit"
        self.scene.start("--audit", audit)
        gateway = self.scene.gateway()
        self.assertEqual(gateway.ask_node(KNOWN)[0], 2001)
        self.fill(filler)
        answers = 0
        request, _ = gateway.request(f"0x{KNOWN:08x}", NODE, KNOWN)
        while "answers wait" not in self.scene.log.read_text():
            gateway.send(request)
            answers += gateway.has_heard(0.2) and gateway.hear() == 2001
        whole = audit.read_bytes()
        self.assertTrue(whole.endswith(b"\n"))
        filler.unlink()
        self.assertEqual(gateway.hear(), 2001)
        self.assertEqual(audit.read_bytes().count(b"result=2001\n"), answers + 2)
        self.assertIn("audit is written again", self.scene.log.read_text())

    @staticmethod
    def fill(path):
        with path.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def test_without_room_for_the_audit_requests_are_refused_in_mode_deny(self):
        self.scene.start("--audit", FULL, "--audit-mode", "deny")
        gateway = self.scene.gateway()
        self.assertEqual(gateway.ask_node(KNOWN), (5012, {}))
        self.assertEqual(gateway.ask_node(KNOWN + 0x9999), (5003, {}))
        self.assertIn("requests are refused", self.scene.log.read_text())

    def test_without_room_for_the_audit_answers_leave_in_mode_continue(self):
        self.scene.start("--audit", FULL, "--audit-mode", "continue")
        self.assertEqual(self.scene.gateway().ask_node(KNOWN)[0], 2001)
        self.assertIn("answers leave without it", self.scene.log.read_text())


if __name__ == "__main__":
    unittest.main()
