"""Who may include whom: docs/architecture.md's table. A folder that has no row is an error."""

import dataclasses
import re

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')

# External headers by the family that the table speaks of; what matches none is named `unknown`.
FAMILIES = (
    ("fmt", r"fmt/"),
    ("openssl", r"openssl/"),
    ("sqlite", r"sqlite3\.h"),
    ("json", r"nlohmann/"),
    ("toml", r"toml\+\+/"),
    ("pugixml", r"pugixml\.hpp"),
    ("rapidcheck", r"rapidcheck(/|\.h)"),
    ("gtest", r"(gtest|gmock)/"),
    ("cli11", r"CLI/"),
    ("asio", r"boost/"),
    ("spdlog", r"spdlog/"),
    ("fuse", r"(fuse3?/|fuse\.h)"),
    ("ns3", r"ns3/"),
    ("freediameter", r"freeDiameter/"),
    ("simd", r"\w+intrin\.h"),
    ("posix", r"((sys|linux|arpa|net|netinet)/\w+|unistd|fcntl|poll|signal|dirent|pwd|grp|termios"
              r"|malloc|spawn|ucontext|dlfcn|pthread|sched|ftw|glob|ifaddrs|netdb|syslog)\.h"),
    ("std", r"[a-z_]+"),
    ("std", r"(string|stdlib|stdio|stdint|stdbool|stddef|errno|time|math|limits)\.h"),
)

PROTOCOLS = ("reference/keyring", "reference/diameter", "reference/ipsec", "reference/dot1x",
             "reference/agent/policy", "reference/agent/audit", "reference/agent/settings",
             "reference/agent/secfs", "reference/sntp")
ROLES = ("reference/kms", "reference/lks", "reference/gateway", "reference/mediagateway",
         "reference/keymanager", "reference/agent/registration")
BASE, CRYPTO, HOST = "reference/base", "reference/crypto", "reference/host"
COMMANDS = "reference/commands"
ADAPTER = "conformance/harness"  # holds the adapter interface
ANY = ("",)

# What a protocol may take from another one.
ARCS = {"reference/dot1x/eapol": ("reference/dot1x/eap",),
        "reference/ipsec/ike": ("reference/ipsec/esp",)}
JUDGE_TOOLS = ("rapidcheck", "gtest", "toml", "json", "pugixml", "fmt", "posix")


@dataclasses.dataclass(frozen=True)
class Row:
    folder: str
    ours: tuple
    external: tuple
    never: tuple = ()


def declared():
    return [
        Row(BASE, (), ("fmt",)),
        Row(CRYPTO, (BASE,), ("fmt", "openssl")),
        *(Row(folder, (BASE, CRYPTO), ("fmt", "simd")) for folder in PROTOCOLS),
        *(Row(folder, (BASE, CRYPTO, *inner), ("fmt", "simd")) for folder, inner in ARCS.items()),
        *(Row(folder, (BASE, CRYPTO, *PROTOCOLS), ("fmt",)) for folder in ROLES),
        Row(HOST, ("reference",), ("fmt", "posix", "asio", "fuse", "sqlite", "json", "toml",
                                   "spdlog"), never=(COMMANDS,)),
        Row(COMMANDS, (BASE, CRYPTO, HOST, *PROTOCOLS, *ROLES), ("fmt", "json", "cli11")),
        Row("sim/world", (BASE,), ("fmt",)),
        Row("sim/crypto", (BASE,), ("openssl",)),
        Row("sim/net", (BASE, "sim/world"), ("fmt", "ns3", "posix")),
        Row("sim/emu", (BASE, HOST, "sim/net", "sim/world"), ("fmt", "posix")),
        Row("sim", ("sim", "reference"), ("fmt", "toml", "json"), never=(HOST, COMMANDS)),
        Row("conformance/oracle", (BASE,), ("fmt", "openssl", "sqlite", "json", "toml")),
        *(Row(f"conformance/{part}", (BASE, ADAPTER, "conformance/oracle",
                                      "conformance/requirements", "conformance/generators",
                                      "conformance/mutators"), JUDGE_TOOLS)
          for part in ("harness", "requirements", "generators", "mutators", "suites", "report")),
        *(Row(f"conformance/adapters/{part}", (BASE, ADAPTER), ("fmt", "json", "asio", "posix"))
          for part in ("exec", "shim", "wire")),
        Row("conformance/adapters/reference", ("reference", ADAPTER), ("fmt", "json", "posix")),
        Row("conformance/adapters/sim", ("sim", "reference", ADAPTER), ("fmt", "json"),
            never=(HOST, COMMANDS)),
        Row("tools", ANY, tuple(name for name, _ in FAMILIES), never=("tests",)),
        Row("tests", ANY, tuple(name for name, _ in FAMILIES)),
        Row("docs/examples", ANY, tuple(name for name, _ in FAMILIES), never=("tests",)),
    ]


# Longest folder first, so that the first row that fits is the one that binds.
TABLE = sorted(declared(), key=lambda row: len(row.folder), reverse=True)


def inside(path, folder):
    return folder == "" or path == folder or path.startswith(folder + "/")


def row_of(path):
    return next((row for row in TABLE if inside(path, row.folder)), None)


def family(header):
    for name, pattern in FAMILIES:
        if re.fullmatch(pattern if not pattern.endswith("/") else pattern + ".*", header) or (
                name != "std" and re.match(pattern, header)):
            return name
    return "unknown"


def objection(path, row, quoted, angled):
    """What is wrong with one include of `path`, or None."""
    if quoted is not None:
        own = path.rsplit("/", 1)[0]
        allowed = (row.folder, *row.ours)
        if not any(inside(quoted, folder) for folder in ("reference", "conformance", "sim", "tools",
                                                         "tests", "docs")):
            return f'"{quoted}" is not spelled from the root of the tree'
        if any(inside(quoted, folder) for folder in row.never) or (
                not inside(quoted, own) and not any(inside(quoted, one) for one in allowed)):
            return f'{row.folder} may not include "{quoted}"'
        return None
    kind = family(angled)
    if kind == "std" or kind in row.external:
        return None
    return f"{row.folder} may not include <{angled}> ({kind})"


def check(path, lines):
    """Yields (line, text) for a C++ source."""
    row = row_of(path)
    if row is None:
        yield 1, "the folder has no row in tests/tidy/layering.py"
        return
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        text = found and objection(path, row, found.group(1), found.group(2))
        if text:
            yield number, text


def markdown():
    """The table as docs/architecture.md shows it; folders with the same rights share a line."""
    groups = {}
    for row in declared():
        groups.setdefault((row.ours, row.external, row.never), []).append(row.folder)
    lines = ["| folder | of ours | external | never |", "|---|---|---|---|"]
    for (ours, external, never), folders in groups.items():
        everything = len(external) >= len({name for name, _ in FAMILIES})
        cells = (", ".join(f"`{one}`" for one in folders),
                 "anything" if ours == ANY else ", ".join(_short(ours)) or "nothing",
                 "anything" if everything else ", ".join(external), ", ".join(never))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _short(folders):
    """Whole families under one word."""
    left = list(folders)
    for word, family_members in (("the protocols", PROTOCOLS), ("the roles", ROLES)):
        if set(family_members) <= set(left):
            left = [one for one in left if one not in family_members] + [word]
    return left


def check_page(lines):
    """Yields (line, text) when docs/architecture.md shows another table."""
    wanted = markdown()
    for at, line in enumerate(lines):
        if line == wanted[0]:
            shown = lines[at:at + len(wanted)]
            if shown != wanted:
                yield at + 1, "not the table of tests/tidy/layering.py: run `layering.py --table`"
            return
    yield 1, "the table of tests/tidy/layering.py is missing: run `layering.py --table`"


if __name__ == "__main__":
    import sys
    if sys.argv[1:] == ["--table"]:
        print("\n".join(markdown()))
