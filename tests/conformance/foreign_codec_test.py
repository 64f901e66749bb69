#!/usr/bin/python3
"""An encrypted format that is not ours: judged by its filter, unknown without, wrong when wrong."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLE = ROOT / "conformance/samples/foreign_codec"
CASE = "BK-13.AWrittenBatchHoldsNodeRows"


def judged(manifest):
    """(outcome, note) of the case."""
    done = subprocess.run([BIN / "touchstone", "check", "--json", "--iut", manifest, "--filter",
                           CASE], text=True, capture_output=True)
    row, = json.loads(done.stdout)["runs"][0]["results"]
    return row["outcome"], json.dumps(row)


class ForeignCodec(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def judged_with(self, filter_text):
        """The sample under another filter: a script, or none."""
        folder = pathlib.Path(self.folder.name)
        text = (SAMPLE / "iut.toml").read_text()
        text = text.replace("./acme_shim.py", str(SAMPLE / "acme_shim.py"))
        if filter_text is None:
            text = text[:text.index("[codec.batch]")]
        else:
            script = folder / "filter.sh"
            script.write_text("#!/bin/sh\n" + filter_text.format(sample=SAMPLE))
            script.chmod(0o755)
            text = text.replace("./acme_open.sh", str(script))
        manifest = folder / "iut.toml"
        manifest.write_text(text)
        return judged(manifest)

    def test_the_filter_shows_the_rows(self):
        outcome, row = judged(SAMPLE / "iut.toml")
        self.assertEqual(outcome, "pass", row)

    def test_without_a_filter_the_format_is_unknown(self):
        outcome, row = self.judged_with(None)
        self.assertEqual(outcome, "inconclusive", row)
        self.assertIn("format unknown", row)

    def test_a_filter_can_say_that_it_does_not_know_the_format(self):
        outcome, row = self.judged_with("cat > /dev/null; exit 89\n")
        self.assertEqual(outcome, "inconclusive", row)
        self.assertIn("format unknown", row)

    def test_a_filter_that_fails_says_nothing_of_the_implementation(self):
        outcome, row = self.judged_with("cat > /dev/null; exit 1\n")
        self.assertEqual(outcome, "inconclusive", row)
        self.assertIn("failed", row)

    def test_rows_that_are_wrong_are_wrong(self):
        outcome, row = self.judged_with('{sample}/acme_open.sh "$1" | tr 0 1\n')
        self.assertEqual(outcome, "fail", row)


if __name__ == "__main__":
    unittest.main()
