#!/usr/bin/env python3
"""Every rule of tidy.py sees a small tree that breaks it, and says nothing of one that does not."""

import pathlib
import tempfile
import unittest

import sources
import tidy

HEADER = "#pragma once\n// What it is for.\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text, mode=0o644):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        place.chmod(mode)
        return self

    def source(self, path, text):
        """A C++ file that its folder's CMakeLists.txt lists."""
        folder, name = path.rsplit("/", 1)
        self.write(f"{folder}/CMakeLists.txt", f"touchstone_component(x SOURCES {name})\n")
        return self.write(path, text)

    def findings(self):
        return tidy.Tidy(self.root).run()

    def assert_finds(self, *words):
        found = self.findings()
        self.assertEqual(len(found), 1, found)
        for word in words:
            self.assertIn(word, found[0])

    def assert_clean(self):
        self.assertEqual(self.findings(), [])


class Layering(Tree):
    def test_protocol_may_include_base_and_fmt(self):
        self.source("reference/keyring/a.cpp",
                    '#include <fmt/format.h>\n#include <span>\n#include "reference/base/b.h"\n')
        self.assert_clean()

    def test_base_may_not_include_crypto(self):
        self.source("reference/base/a.cpp", '#include "reference/crypto/c.h"\n')
        self.assert_finds("reference/base/a.cpp:1: layering:", "crypto")

    def test_only_crypto_names_openssl(self):
        self.source("reference/keyring/a.cpp", "#include <openssl/evp.h>\n")
        self.assert_finds("layering", "openssl")

    def test_protocol_may_not_include_another(self):
        self.source("reference/keyring/a.cpp", '#include "reference/diameter/avp.h"\n')
        self.assert_finds("layering")

    def test_protocol_may_not_open_files(self):
        self.source("reference/keyring/a.cpp", "#include <unistd.h>\n")
        self.assert_finds("layering", "posix")

    def test_role_may_not_include_host(self):
        self.source("reference/lks/a.cpp", '#include "reference/host/files.h"\n')
        self.assert_finds("layering")

    def test_host_may_not_include_commands(self):
        self.source("reference/host/a.cpp", '#include "reference/commands/run.h"\n')
        self.assert_finds("layering")

    def test_commands_may_include_host_and_roles(self):
        self.source("reference/commands/a.cpp",
                    '#include "reference/host/files.h"\n#include "reference/kms/kms.h"\n')
        self.assert_clean()

    def test_judge_may_not_include_the_defendant(self):
        self.source("conformance/suites/keyring/a.cpp", '#include "reference/keyring/model.h"\n')
        self.assert_finds("layering")

    def test_reference_adapter_may_not_include_the_oracle(self):
        self.source("conformance/adapters/reference/a.cpp", '#include "conformance/oracle/o.h"\n')
        self.assert_finds("layering")

    def test_nobody_includes_tools(self):
        self.source("reference/host/a.cpp", '#include "tools/touchstone/main.h"\n')
        self.assert_finds("layering")

    def test_unknown_folder_is_an_error(self):
        self.source("reference/novelty/a.cpp", "#include <span>\n")
        self.assert_finds("no row")

    def test_unknown_external_header_is_an_error(self):
        self.source("reference/host/a.cpp", "#include <curl/curl.h>\n")
        self.assert_finds("unknown")

    def test_includes_are_spelled_from_the_root(self):
        self.source("reference/host/a.cpp", '#include "files.h"\n')
        self.assert_finds("spelled from the root")


class Sizes(Tree):
    def test_long_line(self):
        self.source("reference/base/a.cpp", "// " + "x" * 98 + "\n")
        self.assert_finds("a.cpp:1: size: 101 columns")

    def test_line_of_one_hundred_is_fine(self):
        self.source("reference/base/a.cpp", "// " + "x" * 97 + "\n").assert_clean()

    def test_long_function(self):
        self.source("reference/base/a.cpp", "int f() {\n" + "  g();\n" * 69 + "}\n")
        self.assert_finds("a.cpp:1: size: a function of 71 lines")

    def test_function_of_seventy_is_fine(self):
        self.source("reference/base/a.cpp", "int f() {\n" + "  g();\n" * 68 + "}\n").assert_clean()

    def test_long_python_function(self):
        self.write("tests/a.py", "def f():\n" + "    g()\n" * 70)
        self.assert_finds("tests/a.py:1: size: a function of 71 lines")

    def test_long_file(self):
        self.source("reference/base/a.cpp", "int a;\n" * 601)
        self.assert_finds("601 lines")


class Functions(unittest.TestCase):
    def lengths(self, text):
        return [length for _, length in sources.functions(text)]

    def test_initialiser_with_braces_is_not_a_body(self):
        self.assertEqual(self.lengths("A::A(int b)\n  : a_{b}, c_(b) {\n  f();\n}\n"), [4])

    def test_methods_in_a_class_count_one_by_one(self):
        self.assertEqual(self.lengths("class A {\n public:\n  int f() {\n  }\n  int g() { }\n};\n"),
                         [2, 1])

    def test_table_is_data(self):
        self.assertEqual(self.lengths("constexpr Row rows[] = {\n  {f(1)},\n  {2},\n};\n"), [])

    def test_operators_and_trailing_returns_are_functions(self):
        self.assertEqual(self.lengths("bool operator==(A a, B b) {\n}\nauto f() -> int {\n}\n"),
                         [2, 2])

    def test_braces_in_literals_and_comments_do_not_count(self):
        self.assertEqual(self.lengths('int f() {\n  g("}"); // }\n  g(\'}\');\n}\n'), [4])

    def test_digit_separator_is_no_character_literal(self):
        self.assertEqual(self.lengths("int f() {\n  return 1'000'000;\n}\n"), [3])

    def test_lambda_belongs_to_its_function(self):
        self.assertEqual(self.lengths("int f() {\n  auto g = [](int a) {\n  };\n}\n"), [4])

    def test_code_in_namespaces_is_seen(self):
        self.assertEqual(self.lengths("namespace a {\nnamespace {\nint f() {\n}\n}\n}\n"), [2])


class Calls(Tree):
    CASES = {
        "using namespace std;": "qualified",
        "int a = std::rand();": "Random",
        "auto t = std::chrono::system_clock::now();": "Clock",
        "assert(a);": "TOUCHSTONE_CHECK",
        "std::shared_ptr<int> a;": "unique_ptr",
        "strcpy(a, b);": "std::string",
        "int a = atoi(b);": "from_chars",
        "bool a = memcmp(b, c, 1) == 0;": "constant-time",
        "memset(a, 0, 1);": "SecretOctets",
        "system(a);": "shell",
        "std::cout << a;": "streams",
        "auto* a = getenv(b);": "argument",
        "auto* a = new int(1);": "make_unique",
        "#define LIMIT 1": "constant",
    }

    def test_each_is_named_with_its_replacement(self):
        for line, instead in self.CASES.items():
            with self.subTest(line):
                self.source("reference/keyring/a.cpp", line + "\n")
                self.assert_finds("banned", instead)

    def test_static_assert_comments_and_literals_are_fine(self):
        self.source("reference/keyring/a.cpp",
                    'static_assert(true);\n// assert(a)\nauto a = "using namespace";\n')
        self.assert_clean()

    def test_host_may_read_the_clock(self):
        self.source("reference/host/a.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.assert_clean()


class Text(Tree):
    def test_characters(self):
        for line, word in {"int\ta;": "tab", "int a; ": "space", "int \x07a;": "control",
                           "// FIX" + "ME": "left", "// see ../sha" + "red/x": "alone"}.items():
            with self.subTest(word):
                self.source("reference/base/a.cpp", line + "\n")
                self.assert_finds("text", word)

    def test_last_line_needs_an_end(self):
        self.source("reference/base/a.cpp", "int a;").assert_finds("no end")

    def test_fixtures_are_left_alone(self):
        self.write("fixtures/kms/bad/SOURCES.md", "# Made by hand\n")
        self.write("fixtures/kms/bad/a.csv", b"a\t\x00 ").assert_clean()


class Whole(Tree):
    def test_header_needs_pragma_and_purpose(self):
        self.source("reference/base/a.h", "#pragma once\nint a;\n").assert_finds("header", "for")
        self.source("reference/base/a.h", "// What.\n// Why.\n").assert_finds("header", "#pragma")
        self.source("reference/base/a.h", HEADER).assert_clean()

    def test_unlisted_source(self):
        self.write("reference/base/CMakeLists.txt", "touchstone_component(base SOURCES b.cpp)\n")
        self.write("reference/base/a.cpp", "int a;\n").assert_finds("listed")

    def test_private_header_is_included_by_a_neighbour(self):
        self.source("reference/base/a.cpp", '#include "reference/base/b.h"\n')
        self.write("reference/base/b.h", HEADER).assert_clean()
        self.write("reference/base/c.h", HEADER).assert_finds("c.h", "listed")

    def test_fixture_without_sources(self):
        self.write("fixtures/kms/valid/a.csv", "x").assert_finds("fixture", "SOURCES.md")

    def test_unit_test_without_twin(self):
        self.source("tests/unit/base/a_test.cpp", "int a;\n").assert_finds("twin")

    def test_unit_test_with_twin(self):
        self.source("reference/base/a.cpp", "int a;\n")
        self.source("tests/unit/base/a_test.cpp", "int a;\n")
        self.write("tests/unit/base/CMakeLists.txt", "x(a a_test.cpp a_more_test.cpp)\n")
        self.write("tests/unit/base/a_more_test.cpp", "int b;\n").assert_clean()

    def test_dead_link(self):
        self.write("docs/a.md", "[gone](b.md) [site](https://example.org) `[no](link.md)`\n")
        self.assert_finds("docs/a.md:1: link", "b.md")

    def test_executable_bits(self):
        self.write("tools/a", "#!/bin/bash\n").assert_finds("mode", "not executable")
        self.write("tools/a", "#!/bin/bash\n", 0o755).assert_clean()
        self.write("tools/b.md", "text\n", 0o755).assert_finds("mode", "not a script")

    def test_defect_without_row_and_row_without_site(self):
        self.source("reference/base/a.cpp", 'bool a = TOUCHSTONE_DEFECT("KR-01.x");\n')
        self.assert_finds("defect", "KR-01.x", "not in")
        self.write("conformance/defects/kr.toml", '[[defect]]\nid = "KR-01.x"\n').assert_clean()
        self.source("reference/base/a.cpp", "int a;\n").assert_finds("defect", "no site")


if __name__ == "__main__":
    unittest.main()
