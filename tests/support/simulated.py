"""Runs of touchstone-sim for the tests of this folder: a scenario as text in, figures out."""

import json
import os
import pathlib
import subprocess
import tempfile
from typing import NamedTuple

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SIM = BIN / "touchstone-sim"
SKIPPED = 77


class Keyring(NamedTuple):
    """keyring.csv of docs/formats/keyring.md."""

    pwdh: bytes
    base: bytes
    gateway: bytes
    gateway_cdld: bytes
    rows: list  # of (id, key)


def read_keyring(path):
    header, rows = {}, []
    for line in pathlib.Path(path).read_text().splitlines():
        name, value, *_ = (word.strip() for word in line.split(","))
        if name.startswith("0x"):
            rows.append((int(name, 16), bytes.fromhex(value[2:])))
        else:
            header[name] = bytes.fromhex(value[2:])
    return Keyring(**header, rows=rows)


class Place:
    """A folder for one scenario; it goes with the `with` line."""

    def __init__(self, scenario=""):
        self._held = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self._held.name)
        self.scenario = self.write("scenario.toml", scenario)
        self.report = self.folder / "report"
        self.keyring = self.folder / "keyring.csv"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._held.cleanup()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def say(self, *options):
        """One call of touchstone-sim, in the folder."""
        return subprocess.run([SIM, *map(str, options), self.scenario], text=True,
                              capture_output=True, check=False, cwd=self.folder)

    def write_keyring(self):
        """`keyring`, as a KMS of this scenario needs it."""
        done = self.say("--keyring", self.keyring)
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        return read_keyring(self.keyring)

    def run(self, *options, status=0):
        """The summary and the table of a run, which ends with `status`."""
        done = self.say("--quiet", "--report", self.report, *options)
        if done.returncode != status:
            said = [log.read_text()[-2000:] for log in self.report.glob("*.log")]
            raise AssertionError("\n".join([f"status {done.returncode}", done.stdout, done.stderr,
                                            *said]))
        return json.loads((self.report / "summary.json").read_text()), done.stdout


def lacks_for_emu():
    """What this machine lacks for the world emu, asked of others than the simulator; empty when it
    lacks nothing."""
    if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        return "/dev/net/tun is missing"
    words = ["unshare", *([] if os.getuid() == 0 else ["-Ur"]), "-n", "true"]
    tried = subprocess.run(words, capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else "no network namespaces: " + tried.stderr.strip()
