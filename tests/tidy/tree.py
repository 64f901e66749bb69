"""Rules of the tree as a whole: what is listed, linked, paired and executable where."""

import os
import re
import tomllib

# Spelled in pieces, so that this file keeps its own rules.
LEFT_OVER = re.compile(r"\b(FIX" + r"ME|TO" + r"DO|XX" + r"X|HA" + r"CK)\b")
OUTSIDE = re.compile(r"\.\./sha" + r"red|(?<![\w.])/wo" + r"rk/|\bse" + r"eds/0|\bno"
                     + r"tes/\w+\.md|requirements/(kms|mgu|agent)" + r"\.md")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^)\s]+)\)")
DEFECT_SITE = re.compile(r'TOUCHSTONE_DEFECT\("([^"]+)"\)')
UNIT_TWINS = ("reference/", "conformance/", "")
CODE_FOLDERS = ("reference/", "conformance/", "sim/", "tools/", "tests/", "docs/examples/")


def characters(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "space at the end of the line"
        if CONTROL.search(line):
            yield number, "a control character"
        if LEFT_OVER.search(line):
            yield number, "something left to do; do it, or open an issue"
        if OUTSIDE.search(line):
            yield number, "the tree stands alone: name nothing outside of it"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "the last line has no end"


def executable(path, first_octets, mode):
    script = first_octets.startswith(b"#!")
    if script and not mode & 0o100:
        yield 1, "a script that is not executable"
    if not script and mode & 0o111:
        yield 1, "executable, but not a script"


def dead_links(root, path, text):
    for number, line in enumerate(text.split("\n"), 1):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:|#", target):
                continue
            place = root / os.path.dirname(path) / target.split("#")[0]
            if not place.exists():
                yield number, f"the link {target} leads nowhere"


def unlisted(paths, read):
    """Every C++ file is named in the CMakeLists.txt of its folder or of one above it. A header that
    is private to its folder need not be: there, a neighbour must include it."""
    lists = {path[: -len("CMakeLists.txt")]: set(re.split(r"[\s()\"]+", read(path)))
             for path in paths if path.endswith("CMakeLists.txt")}
    for path in paths:
        if not path.endswith((".cpp", ".h")) or not path.startswith(CODE_FOLDERS):
            continue
        above = [folder for folder in lists if folder and path.startswith(folder)]
        if any(path[len(folder):] in lists[folder] for folder in above):
            continue
        top = path.split("/")[0] + "/" if path.startswith("tests/") else os.path.dirname(path) + "/"
        if not path.endswith(".h") or not any(
                f'#include "{path}"' in read(other) for other in paths
                if other.startswith(top) and other.endswith((".cpp", ".h"))):
            yield path, 1, "not listed in a CMakeLists.txt"


def without_sources(paths):
    """A fixture's folder, or one above it, tells where its files come from."""
    told = {path.rsplit("/", 1)[0] for path in paths if path.endswith("/SOURCES.md")}
    for path in paths:
        parts = path.split("/")
        if parts[0] == "fixtures" and len(parts) > 2 and not any(
                "/".join(parts[:depth]) in told for depth in range(2, len(parts))):
            yield path, 1, "no SOURCES.md in its folder or above"


def twinless(paths):
    """tests/unit/X/Y_test.cpp (or Y_more_test.cpp) tests Y of reference/X or of conformance/X;
    tests/unit/conformance is the twin of conformance/harness. Y may be the first words alone."""
    stems = {path.rsplit(".", 1)[0] for path in paths if path.endswith((".cpp", ".h"))}
    stems |= {stem.rsplit("_", cut)[0] for stem in stems for cut in (1, 2)}
    for path in paths:
        found = re.fullmatch(r"tests/unit/(.+)_test\.cpp", path)
        if not found:
            continue
        words = found.group(1).split("_")
        names = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
        names += [re.sub(r"^conformance/", "harness/", name) for name in names]
        if not any(f"{top}{name}" in stems for name in names for top in UNIT_TWINS):
            yield path, 1, "a unit test without a twin of its name"


def defect_lists(paths, read):
    """The sites in the code and the rows of conformance/defects are the same set."""
    sites, rows = {}, {}
    for path in paths:
        if path.startswith("reference/") and path.endswith((".cpp", ".h")) and (
                not path.startswith("reference/base/defect.")):
            for one in DEFECT_SITE.findall(read(path)):
                sites.setdefault(one, path)
        if path.startswith("conformance/defects/") and path.endswith(".toml"):
            for value in tomllib.loads(read(path)).values():
                for row in value if isinstance(value, list) else []:
                    if row["id"] in rows:
                        yield path, 1, f"the defect {row['id']} is listed twice"
                    rows[row["id"]] = path
    for one in sorted(sites.keys() - rows.keys()):
        yield sites[one], 1, f"the defect {one} is not in conformance/defects"
    for one in sorted(rows.keys() - sites.keys()):
        yield rows[one], 1, f"the defect {one} has no site in reference/"
