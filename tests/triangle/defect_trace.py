#!/usr/bin/env python3
"""Looks for the ids of the seeded defects in the programs of a build.

usage: defect_trace.py absent|present BIN [DEFECTS]
  absent    a release build: no program may hold any id
  present   the preset defects: every id is in some program, which proves that the search sees them
BIN is a folder of programs, DEFECTS that of the lists (conformance/defects). A run that looked at
no id or at no octet fails.
"""

import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def defect_ids(folder):
    """Every `id` of the tables in folder/*.toml."""
    ids = set()
    for path in sorted(folder.glob("*.toml")):
        for value in tomllib.loads(path.read_text()).values():
            rows = value if isinstance(value, list) else []
            ids.update(row["id"] for row in rows if isinstance(row, dict) and "id" in row)
    return ids


def programs(folder):
    """The regular files of a folder with their octets; links are other names of the same octets."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.is_symlink():
            yield path.name, path.read_bytes()


def ids_in(content, ids):
    """The ids that stand in some octets. One pass: there are hundreds of ids, and long programs."""
    words = {word.decode() for word in re.findall(rb"[A-Z]{2}-[0-9]{2}\.[a-z0-9_-]+", content)}
    return {word[:end] for word in words for end in range(7, len(word) + 1) if word[:end] in ids}


def problems(mode, binaries, ids):
    """(what is wrong, octets looked at)"""
    wrong, seen, octets = [], set(), 0
    for name, content in programs(binaries):
        octets += len(content)
        here = ids_in(content, ids)
        seen |= here
        if mode == "absent":
            wrong += [f"{name} holds the defect {one}" for one in sorted(here)]
    if mode == "present":
        wrong += [f"no program holds the defect {one}" for one in sorted(ids - seen)]
    if not ids:
        wrong.append("there are no defect ids to look for")
    if not octets:
        wrong.append(f"there is no program in {binaries}")
    return wrong, octets


def main(mode, binaries, defects=ROOT / "conformance" / "defects"):
    ids = defect_ids(pathlib.Path(defects))
    wrong, octets = problems(mode, pathlib.Path(binaries), ids)
    for line in wrong:
        print(line)
    print(f"looked for {len(ids)} ids in {octets} octets of {binaries}: {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in ("absent", "present"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
