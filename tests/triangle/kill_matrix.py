#!/usr/bin/env python3
"""Every seeded defect is caught by a test that cites its requirement.

usage: kill_matrix.py TOUCHSTONE [OPTION...]
Runs `touchstone defects --json OPTION...` and compares the answer with the rows of
conformance/defects: the same ids, each killed, each by somebody; or not killed, with the reason why
no test can tell it from the correct program (`equivalent`).
"""

import json
import pathlib
import subprocess
import sys
import time

import defect_trace


def problems(answer, ids):
    """What is wrong with the array `defects` of an answer."""
    seen = {row["id"]: row for row in answer.get("defects", [])}
    wrong = [f"{one}: listed, but not run" for one in sorted(ids - seen.keys())]
    wrong += [f"{one}: run, but not listed" for one in sorted(seen.keys() - ids)]
    for one, row in sorted(seen.items()):
        reason = row.get("equivalent") or ""
        if isinstance(reason, str) and reason.strip():
            if row.get("killed") is True:
                wrong.append(f"{one}: killed, though it is said to be equivalent: {reason}")
        elif row.get("killed") is not True:
            wrong.append(f"{one}: survived")
        elif not row.get("by"):
            wrong.append(f"{one}: killed by nobody")
        if not one.startswith(row.get("requirement", "?")):
            wrong.append(f"{one}: cites {row.get('requirement')}")
    return wrong + ([] if seen else ["no defect was run"])


def main(program, options):
    start = time.monotonic()
    done = subprocess.run([program, "defects", "--json", *options], capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        print(f"no JSON on standard output; status {done.returncode}: {done.stderr[-2000:]}")
        return 1
    wrong = problems(answer, defect_trace.defect_ids(defect_trace.ROOT / "conformance" / "defects"))
    if done.returncode != 0 and not wrong:
        wrong.append(f"touchstone defects ended with status {done.returncode}")
    for line in wrong:
        print(line)
    rows = len(answer.get("defects", []))
    print(f"{rows} defects in {time.monotonic() - start:.0f} s")
    print(f"{rows - min(rows, len(wrong))} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2:]))
