"""Rules of one source file: sizes, banned calls, headers as contracts."""

import ast
import re

ACCESS = ("public", "private", "protected")
LINE_LIMIT, PROSE_LIMIT, FUNCTION_LIMIT, FILE_LIMIT = 100, 120, 70, 600

REFERENCE = ("reference",)
EVERYWHERE = ("reference", "conformance", "sim", "tools", "tests", "docs")
HOST = ("reference/host",)

# (pattern, where, except in, what to take instead)
BANNED = (
    (r"\busing\s+namespace\b(?!\s+std::(\w+::)*\w*literals;)", EVERYWHERE, (), "a qualified name"),
    (r"\b(std::)?s?rand\s*\(|\brandom_device\b", EVERYWHERE, ("reference/crypto",),
     "the interface Random, or a pinned seed"),
    (r"\b(system|high_resolution)_clock::now\b|\bstd::time\b|\btime\s*\(\s*(nullptr|0)\b",
     REFERENCE, HOST, "the interface Clock"),
    (r"\bsteady_clock::now\b", REFERENCE, (*HOST, "reference/commands"), "the interface Clock"),
    (r"(?<![\w:])assert\s*\(", EVERYWHERE, (), "TOUCHSTONE_CHECK, which stays in a release"),
    (r"\b(std::)?(shared_ptr|make_shared)\b", REFERENCE, HOST, "a value or std::unique_ptr"),
    (r"\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok)\s*\(", EVERYWHERE, (),
     "std::string, fmt or Writer"),
    (r"\b(std::)?(atoi|atol|atoll|atof)\s*\(", EVERYWHERE, (), "std::from_chars"),
    (r"\bmemcmp\s*\(.*\)\s*[!=]=", REFERENCE, (),
     "std::ranges::equal, or the constant-time comparison"),
    (r"\bmemset\s*\(", REFERENCE, (), "SecretOctets, whose wiping the compiler cannot drop"),
    (r"\b(std::)?(system|popen)\s*\(", REFERENCE, (), "nothing: no shell is ever started"),
    (r"\bstd::(cout|cerr|clog)\b|(?<![\w:])printf\s*\(|\bstd::printf\s*\(", REFERENCE, HOST,
     "the streams that are handed in"),
    (r"\b(std::)?getenv\s*\(", REFERENCE, HOST, "an argument"),
    (r"\bnew\s+[\w:]+\s*[({\[]", EVERYWHERE, (), "std::make_unique"),
    (r"(?<!-)\bgoto\b", EVERYWHERE, (), "a function"),
    (r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", EVERYWHERE, HOST, "waiting for the event"),
    (r"^\s*#\s*define\s+(?!TOUCHSTONE_)\w+", EVERYWHERE, (), "a constant or a function"),
)
BANNED_COMPILED = [(re.compile(pattern), *rest) for pattern, *rest in BANNED]

_STRIP = re.compile(
    r'R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'"
    r"|//[^\n]*|/\*.*?\*/", re.DOTALL)


def code_only(text):
    """The C++ text with comments gone and literals empty; the lines stay where they were."""
    def blank(found):
        literal = found.group(0)
        breaks = "\n" * literal.count("\n")
        return breaks if literal.startswith("/") else '""' + breaks
    return _STRIP.sub(blank, text)


def _is_function(header):
    """Does the text between the last statement and `{` announce a function body?"""
    header = re.sub(r"\[\[.*?\]\]|operator\s*[^\w\s(]+|operator\s*\(\)", " f", header,
                    flags=re.DOTALL)
    header = re.sub(r"^\s*template\s*<.*?>(?=\s*[\w(])", "", header, flags=re.DOTALL).strip()
    if not header or "(" not in header:
        return False
    if re.match(r"(namespace|class|struct|enum|union|extern\b(?!.*\())\b", header):
        return False
    flat = header
    while True:
        shorter = re.sub(r"\([^()]*\)", "", flat)
        if shorter == flat:
            break
        flat = shorter
    return "=" not in flat


def _initialises_member(header):
    """`Name(...) : a_{`: the brace belongs to the list of initialisers, not to the body."""
    tail = re.search(r"\)\s*(noexcept\s*)?:(?!:)(.*)$", header, re.DOTALL)
    return bool(tail) and re.search(r"(^|[,\s])[\w:<>, ]*\w>?\s*$", tail.group(2)) is not None


def functions(text):
    """Yields (first line, length in lines) of every function outside another one."""
    code, stack, header_start, line = code_only(text), [], 0, 1
    header_line = None
    for at, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            header = code[header_start:at]
            inner = bool(stack) and stack[-1][0] != "scope"
            if not inner and _is_function(header) and _initialises_member(header):
                stack.append(("initialiser", 0))
                continue
            kind = "inner" if inner else "function" if _is_function(header) else (
                "data" if "=" in header else "scope")
            stack.append((kind, header_line or line))
            header_start, header_line = at + 1, None
        elif char == "}" and stack:
            kind, first = stack.pop()
            if kind == "function":
                yield first, line - first + 1
            if kind != "initialiser":
                header_start, header_line = at + 1, None
        elif char == ":" and code[header_start:at].strip() in ACCESS:
            header_start, header_line = at + 1, None
        elif char == ";" and not (stack and stack[-1][0] == "initialiser"):
            header_start, header_line = at + 1, None
        elif header_line is None and not char.isspace():
            header_line = line


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def _inside(path, folders):
    return any(path.startswith(folder + "/") for folder in folders)


def banned(path, text):
    rules = [rule for rule in BANNED_COMPILED
             if _inside(path, rule[1]) and not _inside(path, rule[2])]
    for number, line in enumerate(code_only(text).split("\n"), 1):
        for pattern, _, _, instead in rules:
            found = pattern.search(line)
            if found:
                yield number, f"`{found.group(0).strip()}` is banned; take {instead}"


def header(lines):
    if not lines or lines[0] != "#pragma once":
        yield 1, "a header begins with #pragma once"
    if not any(line.startswith("//") for line in lines[1:6]):
        yield 2, "a header says in its first lines what it is for"


def sizes(path, lines, lengths):
    prose = path.endswith((".md", ".toml"))
    limit = PROSE_LIMIT if prose else LINE_LIMIT
    for number, line in enumerate(lines, 1):
        if len(line) > limit and not (prose and line.lstrip().startswith(("|", "[", "http"))):
            yield number, f"{len(line)} columns, at most {limit}"
    if not prose and len(lines) > FILE_LIMIT:
        yield FILE_LIMIT + 1, f"{len(lines)} lines, at most {FILE_LIMIT}"
    for first, length in lengths:
        if length > FUNCTION_LIMIT:
            yield first, f"a function of {length} lines, at most {FUNCTION_LIMIT}"
