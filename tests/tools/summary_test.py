#!/usr/bin/env python3
"""The verdict of tools/test: what is failed, skipped or silent never counts as passed."""

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import summary


def entry(name, status="run", output=""):
    return f'<testcase name="{name}" status="{status}"><system-out>{output}</system-out></testcase>'


def case(name, result="COMPLETED", **more):
    return {"name": name, "status": "RUN", "result": result, **more}


class Summary(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.results = pathlib.Path(self.folder.name)
        (self.results / "release").mkdir()

    def tearDown(self):
        self.folder.cleanup()

    def entries(self, *entries):
        text = "<testsuite>" + "".join(entries) + "</testsuite>"
        (self.results / "release" / "ctest.xml").write_text(text)

    def program(self, name, *cases):
        text = json.dumps({"testsuites": [{"name": "Suite", "testsuite": list(cases)}]})
        (self.results / "release" / f"test_{name}.json").write_text(text)

    def verdict(self, ci="true", allowed=None):
        status, lines = self.printed(ci, allowed)
        return status, lines[-1]

    def printed(self, ci="true", allowed=None):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), unittest.mock.patch.dict(os.environ, CI=ci), \
                unittest.mock.patch.object(summary, "allowed_skips", lambda: allowed or {}):
            status = summary.main(self.results, ["release"])
        return status, out.getvalue().splitlines()

    def test_counts_the_tests_inside_a_program(self):
        self.entries(entry("unit.base"))
        self.program("unit_base", case("A"), case("B"))
        self.assertEqual(self.verdict(), (0, "2 passed, 0 failed"))

    def test_counts_the_tests_of_a_script(self):
        self.entries(entry("tidy.tree", output="Ran 42 tests in 0.1s\n\nOK"))
        self.assertEqual(self.verdict(), (0, "42 passed, 0 failed"))

    def test_a_failed_test_fails(self):
        self.entries(entry("unit.base", "fail"))
        self.program("unit_base", case("A"), case("B", failures=[{}]))
        self.assertEqual(self.verdict(), (1, "1 passed, 1 failed"))

    def test_a_program_that_ends_badly_fails(self):
        self.entries(entry("unit.base", "fail"))
        self.program("unit_base", case("A"))
        self.assertEqual(self.verdict(), (1, "1 passed, 1 failed"))

    def test_a_failed_script_is_quoted(self):
        said = "".join(f"line {number}\n" for number in range(40))
        self.entries(entry("bench.x", "fail", said + "7.5x, target 7"), entry("tidy.tree"))
        status, lines = self.printed()
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))
        self.assertIn("    | 7.5x, target 7", lines)
        self.assertNotIn("    | line 0", lines)

    def test_a_skip_without_leave_fails_in_ci(self):
        self.entries(entry("unit.base"))
        self.program("unit_base", case("A"), case("B", "SKIPPED"))
        self.assertEqual(self.verdict(), (1, "1 passed, 1 failed, 1 skipped"))
        self.assertEqual(self.verdict(ci=""), (0, "1 passed, 0 failed, 1 skipped"))

    def test_a_listed_skip_is_allowed(self):
        self.entries(entry("unit.base"))
        self.program("unit_base", case("A"), case("B", "SKIPPED"))
        self.assertEqual(self.verdict(allowed={"Suite.B": "needs a disk of its own"})[0], 0)

    def test_a_skipped_script_is_a_skip(self):
        self.entries(entry("interop.x", "notrun"), entry("tidy.tree"))
        self.assertEqual(self.verdict()[0], 1)

    def test_a_skip_inside_a_script_is_a_skip(self):
        self.entries(entry("tidy.x", output="Ran 3 tests in 0.1s\n\nOK (skipped=1)"))
        self.assertEqual(self.verdict(), (1, "2 passed, 1 failed, 1 skipped"))

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(self.verdict()[0], 1)


if __name__ == "__main__":
    unittest.main()
