#!/usr/bin/env python3
"""The check of the kill matrix notices survivors, strangers and an empty run."""

import unittest

import kill_matrix

KILLED = {"id": "KR-02.length", "requirement": "KR-02", "killed": True, "by": ["KR-02.Length"]}


class KillMatrix(unittest.TestCase):
    def problems(self, *rows, ids=("KR-02.length",)):
        return kill_matrix.problems({"defects": list(rows)}, set(ids))

    def test_all_killed(self):
        self.assertEqual(self.problems(KILLED), [])

    def test_survivor(self):
        self.assertEqual(len(self.problems({**KILLED, "killed": False})), 1)

    def test_killed_by_nobody(self):
        self.assertEqual(len(self.problems({**KILLED, "by": []})), 1)

    def test_equivalent_with_a_reason(self):
        same = {**KILLED, "killed": False, "by": [], "equivalent": "the text allows both"}
        self.assertEqual(self.problems(same), [])

    def test_equivalent_without_a_reason(self):
        same = {**KILLED, "killed": False, "by": []}
        for reason in ("", " ", True):
            self.assertEqual(len(self.problems({**same, "equivalent": reason})), 1)

    def test_equivalent_but_killed(self):
        self.assertEqual(len(self.problems({**KILLED, "equivalent": "nobody can tell"})), 1)

    def test_wrong_requirement(self):
        self.assertEqual(len(self.problems({**KILLED, "requirement": "KR-03"})), 1)

    def test_listed_but_not_run(self):
        self.assertEqual(len(self.problems(KILLED, ids=("KR-02.length", "KR-03.x"))), 1)

    def test_run_but_not_listed(self):
        self.assertEqual(len(self.problems({**KILLED, "id": "KR-02.other"})), 2)

    def test_nothing_run(self):
        self.assertIn("no defect was run", self.problems())


if __name__ == "__main__":
    unittest.main()
