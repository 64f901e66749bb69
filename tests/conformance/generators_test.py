#!/usr/bin/python3
"""A command of a third party that makes configuration below /etc is judged by its manifest: the
honest one passes, and each of three liars is caught by the checks that its lie breaks."""

import json
import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLES = ROOT / "conformance/samples/generator"


def judge(manifest, chosen):
    done = subprocess.run([BIN / "touchstone", "check", "--json", "--suite", "ipsec-config",
                           "--iut", SAMPLES / manifest, "--filter", chosen, "--cases", "12"],
                          text=True, capture_output=True, check=False)
    rows = json.loads(done.stdout)["runs"][0]["results"]
    return done.returncode, {row["test"]: row for row in rows if row["outcome"] != "not_supported"
                             or "declines" not in row["note"]}


class Generators(unittest.TestCase):
    def setUp(self):
        status, rows = judge("iut.toml", "IC-08.Changes*")
        skipped = [row["note"] for row in rows.values() if row["outcome"] == "not_supported"]
        if skipped:
            print(f"skipped: {skipped[0]}")
            os._exit(77)
        self.assertEqual(status, 0, rows)

    def caught(self, manifest, chosen, test, kind, part):
        status, rows = judge(manifest, chosen)
        self.assertEqual(status, 1, rows)
        row = rows[test]
        self.assertEqual(row["outcome"], "fail", row)
        self.assertEqual(row["failure"]["kind"], kind)
        self.assertIn(part, row["failure"]["observed"])
        return rows

    def test_the_honest_one_passes(self):
        for chosen in ("PK-0*", "IC-08*", "CE-0*"):
            status, rows = judge("iut.toml", chosen)
            bad = [row for row in rows.values() if row["outcome"] != "pass"]
            self.assertEqual((status, bad), (0, []), chosen)

    def test_keys_for_everybody_are_caught(self):
        self.caught("lying-open-keys.toml", "PK-0*", "PK-01.WritesBothKeys", "leak",
                    "etc/racoon/psk.txt (mode 0644)")

    def test_another_result_the_second_time_is_caught(self):
        rows = self.caught("lying-not-idempotent.toml", "IC-08*",
                           "IC-08.ChangesNothingTheSecondTime", "status", "ok")
        self.assertIn("refused", rows["IC-08.ChangesNothingTheSecondTime"]["failure"]["expected"])

    def test_a_key_in_the_arguments_of_a_child_is_caught(self):
        self.caught("lying-key-in-argv.toml", "PK-0*", "PK-01.WritesBothKeys", "leak",
                    "the arguments of a program that it started")


if __name__ == "__main__":
    unittest.main()
