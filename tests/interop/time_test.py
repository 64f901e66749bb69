#!/usr/bin/env python3
"""SNTP with programs that we did not write, in a network of our own: localNTP asks chronyd, and
chronyd and ntpdig ask our server."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["TOUCHSTONE_BUILD_DIR"])
sys.path.insert(0, os.environ["TOUCHSTONE_SOURCE_DIR"] + "/tests/support")

import own_network  # noqa: E402  pylint: disable=wrong-import-position

LOCAL_NTP = BUILD / "bin/localNTP"
CHRONY = """local stratum 8
allow all
port 123
bindaddress 127.0.0.1
cmdport 0
bindcmdaddress /
pidfile {folder}/chronyd.pid
driftfile {folder}/drift
"""


def run(*words, timeout=30):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=timeout,
                          check=False)


class Scene(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(held.name)
        self.addCleanup(held.cleanup)

    def start(self, *words):
        process = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def our_server(self, ahead=0):
        server = self.start(BUILD / "tests/time_server", "127.0.0.1:0", ahead)
        return server.stdout.readline().split(":")[1].strip()


class OurClient(Scene):
    def test_learns_the_time_from_chronyd(self):
        (self.folder / "chrony.conf").write_text(CHRONY.format(folder=self.folder))
        chronyd = self.start("/usr/sbin/chronyd", "-d", "-x", "-U", "-u", "root", "-f",
                             self.folder / "chrony.conf")
        done = None
        for _ in range(3):  # each waits five seconds for a server that is still starting
            done = run(LOCAL_NTP, "--check", "-n", "127.0.0.1", "--json")
            if done.returncode == 0 or chronyd.poll() is not None:
                break
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        told = json.loads(done.stdout)["time"]
        self.assertEqual(told["stratum"], 8)
        self.assertLess(abs(told["offset"]), 0.5)

    def test_learns_it_from_its_boot_value_on(self):
        port = self.our_server()
        done = run(LOCAL_NTP, "--check", "-n", "127.0.0.1", "--port", port, "--json", "--now",
                   "1970-01-01 00:00:30")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(json.loads(done.stdout)["time"]["offset"], 50 * 365 * 86400)

    def test_says_that_nobody_answers_after_five_seconds(self):
        begin = time.monotonic()
        done = run(LOCAL_NTP, "--check", "-n", "127.0.0.1", "--port", "9")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("no answer within 5 seconds", done.stderr)
        self.assertGreater(time.monotonic() - begin, 4.9)


class OurServer(Scene):
    def test_is_believed_by_ntpdig(self):
        # ntpdig knows one port alone.
        server = self.start(BUILD / "tests/time_server", "127.0.0.2:123", 100)
        self.assertEqual(server.stdout.readline(), "ready 127.0.0.2:123\n")
        done = run("/usr/bin/ntpdig", "-t", "5", "127.0.0.2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = re.search(r"\+(\d+\.\d+) .*127\.0\.0\.2", done.stdout)
        self.assertTrue(found, done.stdout)
        self.assertAlmostEqual(float(found[1]), 100, delta=0.5)

    def test_is_believed_by_chronyd(self):
        port = self.our_server(ahead=100)
        done = run("/usr/sbin/chronyd", "-Q", "-t", "10", "-U", "-u", "root",
                   "cmdport 0", "bindcmdaddress /", f"pidfile {self.folder}/pid",
                   f"server 127.0.0.1 port {port} iburst")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = re.search(r"System clock wrong by (-?\d+\.\d+) seconds", done.stdout + done.stderr)
        self.assertTrue(found, done.stdout + done.stderr)
        self.assertAlmostEqual(float(found[1]), 100, delta=0.5)


if __name__ == "__main__":
    own_network.enter()
    unittest.main()
