#!/usr/bin/python3
"""index.html in a real browser: each view draws itself, from a report that holds a failure.

The page is drawn by its own script from the data in it, so only a browser can tell whether a reader
sees anything. Headless Chromium prints the document after the script ran."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])


def draw(page, fragment):
    """The document of one view, as the browser has it after the script ran."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-background-networking", "--disable-component-update", "--no-first-run",
             f"--user-data-dir={profile}", "--virtual-time-budget=5000", "--dump-dom",
             f"{page.as_uri()}#{fragment}"],
            capture_output=True, text=True, timeout=90, check=True)
    # The data and the script are in the document too; a reader does not see them.
    return re.sub(r"<(script|style).*?</\1>", "", done.stdout, flags=re.S)


def with_a_failure(page):
    """The page of a report whose first case failed with everything that a failure can have."""
    text = page.read_text()
    start = text.index('<script type="application/json" id="report">')
    start = text.index(">", start) + 1
    end = text.index("</script>", start)
    report = json.loads(text[start:end])
    result = report["runs"][0]["results"][0]
    result.update(
        outcome="fail",
        failure={"kind": "status", "requirement": result["requirements"][0],
                 "expected": "a refusal & nothing written", "observed": "it was <accepted>",
                 "place": "layout.cpp:41"},
        counterexample={"octets_b64": "cHdkaCwgMHgwMAo=", "key_b64": "AAECAwQ="},
        files=[{"path": "keyring.csv", "change": "content", "before": "0600 446 octets",
                "after": "0600 497 octets"}],
        trace=[{"op": "keyring.decode", "args": {"mode": "strict"}, "status": "reject",
                "reject_class": "syntax", "obs": {}}],
        log="line one", replay="touchstone replay found/x.json")
    report["defects"] = [{"id": "KR-01.x", "requirement": "KR-01", "killed": True,
                          "by": [result["test"]], "what": "a check is left out"}]
    broken = page.with_name("broken.html")
    broken.write_text(text[:start] + json.dumps(report).replace("<", "\\u003c") + text[end:])
    return broken, result


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("chromium") is None:
            print("skipped: chromium is not installed")
            raise SystemExit(77)
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run([BIN / "touchstone", "check", "--suite", "keyring", "--cases", "5",
                        "--report", cls.folder.name], check=True, stdout=subprocess.DEVNULL)
        cls.page = pathlib.Path(cls.folder.name, "index.html")
        cls.broken, cls.failed = with_a_failure(cls.page)
        cls.report = json.loads(pathlib.Path(cls.folder.name, "report.json").read_text())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def visible(self, page, fragment):
        text = draw(page, fragment)
        for wrong in (">null<", ">undefined<", "[object Object]", "NaN"):
            self.assertNotIn(wrong, text)
        return text

    def test_it_needs_nothing_from_outside(self):
        text = self.page.read_text()
        self.assertIsNone(re.search(r"(src|href)=[\"']?(https?:)?//", text))
        self.assertNotIn("@import", text)

    def test_the_matrix_has_a_row_a_requirement_and_a_square_a_test(self):
        text = self.visible(self.page, "matrix")
        for requirement in self.report["requirements"]:
            self.assertIn(f'id="{requirement["id"]}"', text)
        squares = sum(len(result["requirements"]) for result in self.report["runs"][0]["results"])
        self.assertEqual(len(re.findall(r'<a class="dot ', text)), squares)
        self.assertIn("As expected", text)
        self.assertNotIn("What needs attention", text)

    def test_a_failure_stands_first(self):
        text = self.visible(self.broken, "matrix")
        self.assertIn("What needs attention", text)
        self.assertIn("it was &lt;accepted&gt;", text)

    def test_the_page_of_a_case_shows_all_that_it_takes_to_understand_it(self):
        text = self.visible(self.broken, f"case/0/{self.failed['test']}")
        for part in ("a refusal &amp; nothing written", "layout.cpp:41", "pwdh, 0x00",
                     "000000  00 01 02 03 04", "0600 497 octets", "keyring.decode",
                     "touchstone replay found/x.json", "line one"):
            self.assertIn(part, text)

    def test_the_other_views_draw(self):
        cases = self.visible(self.page, "cases")
        for result in self.report["runs"][0]["results"]:
            self.assertIn(result["test"], cases)
        self.assertIn("1 of 1 seeded defect", self.visible(self.broken, "defects"))
        self.assertIn("no such case", self.visible(self.page, "case/0/Nothing"))


if __name__ == "__main__":
    unittest.main()
