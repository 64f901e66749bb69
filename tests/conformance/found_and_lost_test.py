#!/usr/bin/python3
"""What a failure leaves behind: a saved counterexample that replays, and no process that hangs."""

import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLES = ROOT / "conformance/samples"
PROPERTY = "KR-16.MakesDeviationsCanonical"

# An implementation with one fault: a TAB in a keyring, which the canaries do not hold.
FAULTY_SHIM = """#!/usr/bin/python3
import base64, json, signal, sys
sys.path.insert(0, "{samples}/python")
import touchstone_shim as honest
for line in sys.stdin:
    frame = json.loads(line)
    octets = base64.b64decode(frame.get("args", {{}}).get("octets_b64", ""))
    if "op" not in frame or b"\\t" not in octets:
        answer = honest.carry_out(frame) if "op" in frame else honest.answer_to(frame)
        if answer is None:
            break
        print(json.dumps(answer), flush=True)
        continue
    while "{fault}" == "hangs":
        signal.pause()
    print(json.dumps({{"id": frame["id"], "status": "reject", "class": "syntax"}}), flush=True)
"""


def touchstone(*arguments, cwd):
    return subprocess.run([BIN / "touchstone", *map(str, arguments)], text=True,
                          capture_output=True, cwd=cwd)


def processes_of(text):
    """The command lines of this machine that hold `text`."""
    found = []
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in line:
            found.append(line)
    return found


class FoundAndLost(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.cwd = pathlib.Path(self.folder.name)

    def manifest_of(self, fault, timeout_ms=20000):
        shim = self.cwd / f"{fault}_shim.py"
        shim.write_text(FAULTY_SHIM.format(samples=SAMPLES, fault=fault))
        shim.chmod(0o755)
        text = (SAMPLES / "python/iut.toml").read_text()
        text = text.replace("./touchstone_shim.py", str(shim))
        manifest = self.cwd / f"{fault}.toml"
        manifest.write_text(text.replace("timeout_ms = 20000", f"timeout_ms = {timeout_ms}"))
        return manifest

    def found(self):
        return sorted(path.relative_to(self.cwd).as_posix() for path in self.cwd.rglob("*.json"))

    def check_faulty(self, *more):
        done = touchstone("check", "--iut", self.manifest_of("refuses"), "--filter", PROPERTY,
                          "--cases", "100", *more, cwd=self.cwd)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)

    def test_a_counterexample_is_kept_on_demand_only(self):
        self.check_faulty()
        self.assertEqual(self.found(), [])
        self.check_faulty("--save")
        self.assertEqual(self.found(), [f"fixtures/keyring/found/{PROPERTY}.json"])

    def test_a_saved_counterexample_fails_again_and_passes_on_the_reference(self):
        self.check_faulty("--save")
        saved, = self.found()
        again = touchstone("replay", "--iut", self.cwd / "refuses.toml", saved, cwd=self.cwd)
        self.assertEqual(again.returncode, 1, again.stdout + again.stderr)
        good = touchstone("replay", saved, cwd=self.cwd)
        self.assertEqual(good.returncode, 0, good.stdout + good.stderr)

    def test_a_shim_that_hangs_costs_its_time_limit_and_is_ended(self):
        start = time.monotonic()
        manifest = self.manifest_of("hangs", 1500)
        done = touchstone("check", "--json", "--jobs", "1", "--iut", manifest,
                          "--filter", "KR-15.Tolerates*", cwd=self.cwd)
        took = time.monotonic() - start
        self.assertEqual(done.returncode, 1, done.stderr)
        rows = json.loads(done.stdout)["runs"][0]["results"]
        late = [row for row in rows if row["outcome"] == "fail"]
        self.assertGreaterEqual(len(late), 2)  # the shim is started again for the next case
        for row in late:
            self.assertEqual(row["failure"]["kind"], "timeout", row)
        self.assertLess(took, 30)
        self.assertEqual(processes_of("hangs_shim.py"), [])


if __name__ == "__main__":
    unittest.main()
