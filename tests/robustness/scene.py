"""A folder with a keyring, a KMS key and batches, made by openssl alone, and our commands on it."""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TREE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE / "tests/support"))

import foreign  # noqa: E402
from secret_scan import SecretScan  # noqa: E402

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
# The leak check of a sanitized build cannot work under strace; its handler would hide a SIGSEGV.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0:handle_segv=0"
PASSPHRASE = b"Correct horse 7 battery"
COMPANIONS = {"keyring.csv.lock", "keyring.csv.audit", "keyring.csv.tombstones"}


class Scene:
    """One network; `fresh()` gives a new folder with its files."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="touchstone-robustness."))
        self.template = self.home / "template"
        self.template.mkdir()
        foreign.make_kms_key(self.template)
        self.network = foreign.Network(PASSPHRASE)
        self.first = foreign.rows(0x10200, 40, 1)
        self.second = foreign.rows(0x20000, 40, 2)
        self.old = self.network.header() + foreign.body_of(self.first)
        self.new = self.old + foreign.body_of(self.second)
        self.without = self.network.header() + foreign.body_of(self.first[1:])
        foreign.write(self.template / "keyring.csv", self.old)
        foreign.make_batch(self.template / "b.rsa", self.second, self.network.pwdh,
                           self.template / "kms.crt")
        self.given = set(os.listdir(self.template))
        keys = {f"node {node:08x}": key for node, key, _, _ in self.first + self.second}
        self.scan = SecretScan(self.network.secrets() | keys)
        self.count = 0

    def fresh(self):
        self.count += 1
        folder = self.home / f"run{self.count}"
        shutil.copytree(self.template, folder)
        return folder

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


def command(name, *args):
    return [str(BIN / name), *map(str, args)]


def importing(*more):
    return command("import_keys", "-m", "keyring.csv", "-i", "b.rsa", "-k", "kms.pem", *more)


def removing(scene, *more):
    return command("remove_keys", "-m", "keyring.csv", "-n", hex(scene.first[0][0]), *more)


def generating(*more):
    return command("generate_gw_keys", "-m", "net.csv", "-o", "gw.aes", "-k", "kms.pem",
                   "--kdf", "scrypt:14", "--passphrase-fd", "0", *more)


def run(argv, folder, before=(), **more):
    """One run; `before` is what stands in front of the command, such as strace."""
    return subprocess.run([*before, *argv], cwd=folder, input=(PASSPHRASE + b"\n") * 2,
                          capture_output=True, timeout=60, check=False, **more)


def inject(syscall, what, when, log=os.devnull):
    """strace that injects `what` at the `when`th call of `syscall`."""
    return ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={syscall}", "-e", "signal=none",
            "-e", f"inject={syscall}:{what}:when={when}"]


def calls_before_main(syscall):
    """How often the loader and the C++ runtime make the call; a kill there proves nothing."""
    if syscall != "openat":
        return 0
    log = subprocess.run(["strace", "-e", "trace=openat", *command("keyring_lint", "--version")],
                         capture_output=True, check=True).stderr
    return log.count(b"openat(")


def content(folder, name="keyring.csv"):
    return (folder / name).read_bytes()


def audit_problem(folder, name="keyring.csv"):
    """What is wrong with the trail (docs/formats/audit.md), or None."""
    path = folder / f"{name}.audit"
    if not path.exists():
        return None
    chain = bytes(32)
    lines = path.read_bytes().split(b"\n")
    if lines.pop() != b"":
        return "the last line is torn"
    for number, line in enumerate(lines, 1):
        text, shown = line.rsplit(b",", 1)
        chain = hashlib.sha256(chain + text).digest()
        if shown.decode() != "0x" + chain.hex() or not line.startswith(b"%d," % number):
            return f"line {number} does not follow"
    if lines and lines[-1].split(b",")[4] == b"intent":
        return "the last intent has no outcome"
    return None
