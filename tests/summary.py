#!/usr/bin/env python3
"""Counts what the presets' test runs left and gives the verdict: `N passed, N failed`.

usage: summary.py RESULTS PRESET...
Reads RESULTS/PRESET/ctest.xml and the JSON files that the GoogleTest programs left beside it.
With CI=true a skip that tests/allowed_skips does not list is a failure.
"""

import dataclasses
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree

ALLOWED_SKIPS = pathlib.Path(__file__).resolve().parent / "allowed_skips"
LAST_LINES = 25


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: list = dataclasses.field(default_factory=list)
    skipped: list = dataclasses.field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def of_googletest(path):
    """The tests of one GoogleTest program."""
    count = Count()
    for suite in json.loads(path.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            name = f"{suite['name']}.{case['name']}"
            if case["result"] == "SKIPPED":
                count.skipped.append(name)
            elif case.get("failures"):
                count.failed.append(name)
            elif case["status"] == "RUN":
                count.passed += 1
    return count


def of_script(entry):
    """The tests of one script: the line that the program closes with, or the entry itself."""
    name, output = entry.get("name"), entry.findtext("system-out") or ""
    if entry.get("status") == "fail":
        return Count(failed=[name])
    if entry.get("status") != "run":
        return Count(skipped=[name])
    closing = re.findall(r"^(\d+) passed, (\d+) failed", output, re.MULTILINE)
    unittest = re.search(r"^Ran (\d+) tests? in", output, re.MULTILINE)
    skipped = re.search(r"^OK \(.*skipped=(\d+)", output, re.MULTILINE)
    hidden = [name] * int(skipped.group(1)) if skipped else []
    passed = int(closing[-1][0]) if closing else int(unittest.group(1)) if unittest else 1
    return Count(passed=max(1, passed - len(hidden)), skipped=hidden)


def print_last_words(entry):
    """Whoever reads the log of a machine that is gone has nothing else to find the reason in."""
    lines = (entry.findtext("system-out") or "").rstrip().splitlines()
    print(f"  {entry.get('name')} failed; it said last:")
    for line in lines[-LAST_LINES:]:
        print(f"    | {line}")


def of_preset(folder):
    junit = folder / "ctest.xml"
    if not junit.exists():
        return Count(failed=[f"{folder.name}: no tests were run"])
    programs = {path.stem: of_googletest(path) for path in folder.glob("*.json")}
    total = Count()
    for entry in xml.etree.ElementTree.parse(junit).getroot().iter("testcase"):
        if entry.get("status") == "fail":
            print_last_words(entry)
        program = programs.get("test_" + entry.get("name").replace(".", "_"))
        if program is None:
            total.add(of_script(entry))
            continue
        total.add(program)
        if entry.get("status") == "fail" and not program.failed:
            total.failed.append(f"{entry.get('name')} (ended badly)")
    return total


def allowed_skips(path=ALLOWED_SKIPS):
    rows = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 3 or not all(fields):
            sys.exit(f"{path}:{number}: expected `name | reason | owner`")
        rows[fields[0]] = fields[1]
    return rows


def main(results, presets):
    total, allowed = Count(), allowed_skips()
    for preset in presets:
        count = of_preset(pathlib.Path(results) / preset)
        print(f"  {preset:12} {count.passed:6} passed {len(count.failed):4} failed "
              f"{len(count.skipped):4} skipped")
        total.add(count)
    for name in total.skipped:
        reason = allowed.get(name)
        print(f"  skipped {name}: {reason or 'not listed in tests/allowed_skips'}")
        if reason is None and os.environ.get("CI") == "true":
            total.failed.append(f"{name} (skipped without leave)")
    for name in total.failed:
        print(f"  FAILED {name}")
    listed = f", {len(total.skipped)} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {len(total.failed)} failed{listed}")
    return 1 if total.failed or total.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
