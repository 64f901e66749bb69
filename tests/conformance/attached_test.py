#!/usr/bin/python3
"""A KMS that is there already is judged by its address, and one that is not there is not passed."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])

KEYRING = """pwdh, 0x9d2f6a1c40e78b3352c6f1087ead94b5
base, 0x41b6c0ef93d7285a6e1f04ca8b397d52
gateway, 0x1f94e0b6c87a0b3d6237abecd5104c988f51da40f2dc13b6
gateway_cdld, 0x27d16a3f90bc584e17a2c6f35b8e904d
0x00000007, 0x53a1c07e29d84f6bb0127c9de5f4386a,1,0
0x0001a2b3, 0xa50c3de91b7248f6c1e97054b83fd62e,1,0
"""
CONFIG = """URI=aaa://localhost
StackType=SERVER
Realm=example
PeerTable.0.URI=aaa://gw1.example
PeerTable.1.URI=aaa://gw2.example
"""


class Attached(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        for name, text in (("keyring.csv", KEYRING), ("diameter_server.conf", CONFIG)):
            (self.path / name).write_text(text)
            (self.path / name).chmod(0o600)

    def start(self):
        kms = subprocess.Popen([BIN / "kms", "--config", "diameter_server.conf", "--keyring",
                                "keyring.csv", "--log", "kms.log", "--listen", "127.0.0.1:0"],
                               cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               text=True)
        self.addCleanup(kms.communicate)
        self.addCleanup(kms.terminate)
        words = kms.stdout.readline().split()
        self.assertEqual(words[:2], ["ready", "kms"])
        return words[2].rsplit(":", 1)[1]

    def judge(self, port):
        text = (ROOT / "conformance/samples/attached_kms/iut.toml").read_text()
        text = text.replace("port = 3868", f"port = {port}")
        manifest = self.path / "iut.toml"
        manifest.write_text(text.replace('"kms.example"', '"localhost"'))
        run = subprocess.run([BIN / "touchstone", "check", "--json", "--suite", "diameter",
                              "--cases", "20", "--iut", manifest],
                             text=True, capture_output=True, check=False)
        rows = json.loads(run.stdout)["runs"][0]["results"]
        return run.returncode, [row["outcome"] for row in rows]

    def test_a_kms_that_is_there_is_judged(self):
        status, outcomes = self.judge(self.start())
        self.assertEqual(status, 0, outcomes)
        self.assertGreater(outcomes.count("pass"), 30)

    def test_nobody_there_is_no_pass(self):
        status, outcomes = self.judge(1)
        self.assertNotEqual(status, 0)
        self.assertEqual(outcomes.count("pass"), 0)


if __name__ == "__main__":
    unittest.main()
