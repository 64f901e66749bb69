#!/usr/bin/env python3
"""The rules of the tree, as a test: prints `file:line: rule: text` for everything that breaks one.

usage: tidy.py [ROOT]
"""

import pathlib
import subprocess
import sys

import layering
import sources
import tree

CPP = (".cpp", ".h")
CODE = (*CPP, ".py", ".sh", ".cmake", "CMakeLists.txt")
TEXT = (*CODE, ".md", ".toml", ".json", ".in", ".html", ".css", ".js")


def listed(root):
    """The files of the tree, relative: what git knows or would add, else what lies there."""
    if (root / ".git").exists():
        told = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                               "--exclude-standard"], cwd=root, capture_output=True, check=True)
        names = {name for name in told.stdout.decode().split("\0") if name}
    else:
        names = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return sorted(name for name in names if not name.startswith("build/")
                  and (root / name).is_file())


class Tidy:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.paths = listed(self.root)
        self.findings = []
        self.lengths = []
        self._texts = {}

    def read(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_bytes().decode(errors="replace")
        return self._texts[path]

    def add(self, path, rule, found):
        self.findings += [f"{path}:{line}: {rule}: {text}" for line, text in found]

    def add_tree(self, rule, found):
        self.findings += [f"{path}:{line}: {rule}: {text}" for path, line, text in found]

    def source(self, path, text, lines):
        if path.endswith(CPP):
            lengths = list(sources.functions(text))
            self.lengths += [length for _, length in lengths]
            self.add(path, "layering", layering.check(path, lines))
            self.add(path, "banned", sources.banned(path, text))
        else:
            lengths = list(sources.python_functions(text)) if path.endswith(".py") else []
        if path.endswith(".h"):
            self.add(path, "header", sources.header(lines))
        self.add(path, "size", sources.sizes(path, lines, lengths))

    def file(self, path):
        place = self.root / path
        with place.open("rb") as stream:
            start = stream.read(2)
        if not path.startswith("fixtures/"):
            self.add(path, "mode", tree.executable(path, start, place.stat().st_mode))
        is_script = start == b"#!"
        if (path.startswith("fixtures/") and not path.endswith("SOURCES.md")) or (
                not path.endswith(TEXT) and not is_script and "." in place.name[1:]):
            return
        text = self.read(path)
        lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
        self.add(path, "text", tree.characters(path, text))
        if path.endswith((*CODE, ".md", ".toml")) or is_script:
            self.source(path, text, lines)
        if path == "docs/architecture.md":
            self.add(path, "layering", layering.check_page(lines))
        if path.endswith(".md"):
            self.add(path, "link", tree.dead_links(self.root, path, text))

    def run(self):
        for path in self.paths:
            self.file(path)
        self.add_tree("listed", tree.unlisted(self.paths, self.read))
        self.add_tree("fixture", tree.without_sources(self.paths))
        self.add_tree("twin", tree.twinless(self.paths))
        self.add_tree("defect", tree.defect_lists(self.paths, self.read))
        return self.findings

    def figures(self):
        lengths = sorted(self.lengths) or [0]
        p90 = lengths[(len(lengths) * 9) // 10 if len(lengths) > 1 else 0]
        short = sum(length <= 30 for length in lengths) / len(lengths)
        return (f"{len(self.paths)} files, {len(self.lengths)} C++ functions: 9 of 10 have at most "
                f"{p90} lines, {short:.1%} have at most 30, the longest has {lengths[-1]}")


def main(root):
    tidy = Tidy(root)
    findings = tidy.run()
    for finding in findings:
        print(finding)
    print(tidy.figures())
    print(f"{len(findings)} findings")
    return 1 if findings or not tidy.paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else pathlib.Path(__file__).resolve().parents[2]))
