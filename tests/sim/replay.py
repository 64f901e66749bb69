#!/usr/bin/env python3
"""A report as its reader has it: a replay of its manifest gives the same octets or says which file
differs, and tshark reads the captures without a warning."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import capture  # noqa: E402

TOUCHSTONE = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"]) / "touchstone"
DIAMETER, JOIN = 3868, 4004


def simulate(*words):
    return subprocess.run([TOUCHSTONE, "simulate", *map(str, words)], capture_output=True,
                          text=True, check=False)


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.held = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.held.cleanup)
        cls.folder = pathlib.Path(cls.held.name, "report")
        cls.done = simulate(HERE / "captured.toml", "--report", cls.folder)

    def test_its_run_holds(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout + self.done.stderr)

    def test_a_replay_gives_the_same_octets(self):
        again = simulate("--replay", self.folder / "manifest.json")
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertIn("6 of 6 files are the same", again.stdout)
        for path in sorted(self.folder.glob("*.pcap")) + [self.folder / "metrics.jsonl"]:
            self.assertEqual(path.read_bytes(), (self.folder / "replay" / path.name).read_bytes())

    def test_a_replay_tells_what_differs(self):
        manifest = json.loads((self.folder / "manifest.json").read_text())
        manifest["files"]["gw1.pcap"] = "0" * 64
        changed = self.folder / "changed.json"
        changed.write_text(json.dumps(manifest))
        again = simulate("--replay", changed)
        self.assertEqual(again.returncode, 1, again.stdout + again.stderr)
        self.assertIn("gw1.pcap differs", again.stdout)
        self.assertIn("5 of 6 files are the same", again.stdout)

    def test_tshark_has_no_warning(self):
        asked = 0
        for path in sorted(self.folder.glob("*.pcap")):
            self.assertEqual(capture.warnings(path, DIAMETER), [], path.name)
            self.assertEqual(capture.remarks(path, DIAMETER), [], path.name)
            asked += capture.count(path, DIAMETER, "diameter.cmd.code == 260")
        # Four messages of each of its four nodes.
        joins = capture.count(self.folder / "gw1-ap1.pcap", DIAMETER, f"udp.port == {JOIN}")
        self.assertEqual(joins, 16)
        # Network keys of three gateways and twelve nodes, asked and answered, each seen at its
        # gateway and again at the KMS.
        self.assertEqual(asked, 2 * 2 * 15)


if __name__ == "__main__":
    unittest.main()
