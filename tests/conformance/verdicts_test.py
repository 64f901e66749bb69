#!/usr/bin/python3
"""The reference, our commands and the Python implementation get the verdicts that they must.

Also: the three tiers agree wherever the PICS says yes, a saved counterexample replays,
docs/requirements.md is fresh, and docs/diameter-cases.md names cases that there are.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import shutil
import tempfile
import tomllib
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLES = ROOT / "conformance/samples"


COMMANDS = ("generate_gw_keys", "import_gw_keys", "provision", "export_keys", "import_keys",
            "remove_keys", "keyring_lint", "kms_doctor", "diameter_conf_lint", "racoon_lint",
            "setkey_lint", "ifcfg_lint", "ipsec_check", "ipsec", "net8021x", "localNTP",
            "wpa_status", "mgu_doctor")


def touchstone(*arguments, path=f"{BIN}:{os.environ['PATH']}"):
    return subprocess.run([BIN / "touchstone", *arguments], text=True, capture_output=True,
                          env={**os.environ, "PATH": path}, check=False)


def answers(manifest):
    """The PICS of a manifest; capabilities of other kinds than its own are declined."""
    return collections.defaultdict(bool, tomllib.loads(manifest.read_text())["pics"])


def check_type(value, schema, root, where):
    """The part of JSON Schema that report.schema.json uses; yields what is wrong."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
             "boolean": bool, "null": type(None)}
    wanted = schema.get("type", list(kinds))
    wanted = wanted if isinstance(wanted, list) else [wanted]
    if not any(isinstance(value, kinds[kind]) for kind in wanted):
        yield f"{where}: {type(value).__name__} instead of {wanted}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not listed"
    if "const" in schema and value != schema["const"]:
        yield f"{where}: {value!r}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                yield f"{where}: {name} is missing"
        for name, member in schema.get("properties", {}).items():
            if name in value:
                yield from check_type(value[name], member, root, f"{where}.{name}")
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from check_type(element, schema.get("items", {}), root, f"{where}[{index}]")


class Verdicts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.report_folder = pathlib.Path(cls.folder.name) / "report"
        cls.runs = {}
        cls.manifests = {name: SAMPLES / name / "iut.toml"
                         for name in ("exec", "python", "kms", "gateway")}
        # None of our programs can be found by the shim: what it answers is its own work.
        cls.paths = dict.fromkeys(cls.manifests, f"{BIN}:{os.environ['PATH']}")
        cls.paths["python"] = "/usr/bin:/bin"
        for name, manifest in cls.manifests.items():
            cls.runs[name] = touchstone("check", "--json", "--cases", "20", "--iut", manifest,
                                        path=cls.paths[name])
        cls.runs["reference"] = touchstone("check", "--json", "--cases", "20", "--report",
                                           cls.report_folder)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def results(self, name):
        report = json.loads(self.runs[name].stdout)
        return {row["test"]: row for row in report["runs"][0]["results"]}

    @staticmethod
    def needs():
        return {case["test"]: case["needs"]
                for case in json.loads(touchstone("check", "--list", "--json").stdout)}

    def test_every_run_is_as_expected(self):
        for name, run in self.runs.items():
            bad = [row["test"] for row in self.results(name).values()
                   if row["expectation"] not in ("expected", "xfail")]
            self.assertEqual((run.returncode, bad), (0, []), name)

    def test_tiers_agree_where_the_pics_says_yes(self):
        reference, needs = self.results("reference"), self.needs()
        for name, manifest in self.manifests.items():
            pics, rows = answers(manifest), self.results(name)
            able = {test for test in reference if all(pics[need] for need in needs[test])}
            passed = {test for test, row in rows.items() if row["outcome"] == "pass"}
            wanted = {test for test in able if reference[test]["outcome"] == "pass"}
            self.assertEqual(len(passed), len(wanted), (name, passed ^ wanted))
            self.assertEqual(passed, wanted, name)
            self.assertGreater(len(passed), {"kms": 50, "gateway": 24}.get(name, 40), name)
            for test in able:
                self.assertEqual(rows[test]["outcome"], reference[test]["outcome"], (name, test))

    def test_not_supported_is_what_the_pics_declines_and_no_more(self):
        needs = self.needs()
        for name, manifest in self.manifests.items():
            pics = answers(manifest)
            for test, row in self.results(name).items():
                declined = [need for need in needs[test] if not pics[need]]
                self.assertEqual(row["outcome"] == "not_supported", bool(declined), (name, row))

    def test_the_shim_has_none_of_our_programs(self):
        for command in COMMANDS:
            self.assertIsNone(shutil.which(command, path=self.paths["python"]), command)
            self.assertIsNotNone(shutil.which(command, path=self.paths["exec"]), command)

    def test_the_reference_declines_nothing(self):
        declined = [test for test, row in self.results("reference").items()
                    if row["outcome"] == "not_supported"]
        self.assertEqual(declined, [])

    def test_report_follows_its_schema(self):
        schema = json.loads((ROOT / "docs/formats/report.schema.json").read_text())
        for name, run in self.runs.items():
            self.assertEqual(list(check_type(json.loads(run.stdout), schema, schema, name)), [])

    def test_report_folder_is_whole(self):
        tree = ElementTree.parse(self.report_folder / "junit.xml")
        self.assertEqual(len(tree.findall(".//testcase")), len(self.results("reference")))
        page = (self.report_folder / "index.html").read_text()
        self.assertNotIn("@@", page)
        same = touchstone("report", "diff", self.report_folder, self.report_folder)
        self.assertEqual(same.returncode, 0, same.stdout)

    def test_secrets_were_searched_for(self):
        rows = self.results("exec").values()
        self.assertGreater(sum(row["scanned_octets"] for row in rows), 1000)
        self.assertGreater(sum(row["secrets"] for row in rows), 10)

    def test_found_counterexamples_stay_fixed(self):
        found = sorted(ROOT.glob("fixtures/*/found/*.json"))
        if found:
            run = touchstone("replay", *found)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_the_page_of_cases_names_cases_that_there_are(self):
        page, cases = (ROOT / "docs/diameter-cases.md").read_text(), self.needs()
        named = re.findall(r"`([A-Z]{2}-[0-9]{2}\.\w+)`", page)
        self.assertEqual([name for name in named if name not in cases], [])
        numbers = [int(one) for one in re.findall(r"^\| (\d+) \|.*\| `", page, re.MULTILINE)]
        self.assertEqual(numbers, list(range(1, 85)))

    def test_the_matrix_is_fresh(self):
        made = touchstone("requirements", "--markdown").stdout
        self.assertTrue(made == (ROOT / "docs/requirements.md").read_text(),
                        "run: touchstone requirements --markdown > docs/requirements.md")


if __name__ == "__main__":
    unittest.main()
