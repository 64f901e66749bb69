#!/usr/bin/env python3
"""The search for defect ids sees what was planted, and fails when it looked at nothing."""

import pathlib
import tempfile
import unittest

import defect_trace


class DefectTrace(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(self.folder.name)
        self.bin, self.defects = root / "bin", root / "defects"
        self.bin.mkdir()
        self.defects.mkdir()
        (self.defects / "kr.toml").write_text('[[defect]]\nid = "KR-02.length"\n')

    def tearDown(self):
        self.folder.cleanup()

    def found(self, mode, content):
        (self.bin / "tool").write_bytes(content)
        return defect_trace.main(mode, self.bin, self.defects)

    def test_planted_id_in_a_release_program_fails(self):
        self.assertEqual(self.found("absent", b"\x7fELF\0KR-02.length\0"), 1)

    def test_clean_release_program_passes(self):
        self.assertEqual(self.found("absent", b"\x7fELF\0KR-02\0"), 0)

    def test_id_missing_from_the_defects_build_fails(self):
        self.assertEqual(self.found("present", b"\x7fELF"), 1)

    def test_id_in_the_defects_build_passes(self):
        self.assertEqual(self.found("present", b"KR-02.length"), 0)

    def test_no_program_fails(self):
        self.assertEqual(defect_trace.main("absent", self.bin, self.defects), 1)

    def test_no_ids_fail(self):
        (self.defects / "kr.toml").unlink()
        self.assertEqual(self.found("absent", b"\x7fELF"), 1)


if __name__ == "__main__":
    unittest.main()
