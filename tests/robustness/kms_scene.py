"""A real KMS on loopback for the tests of the daemon."""

import os
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from daemon import Daemon  # noqa: E402
from stranger import CODE_DOWNLOAD, CO_LOCATED, GATEWAY, Gateway  # noqa: E402,F401

BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
KEYRING = ROOT / "fixtures/kms/valid/keyring.csv"
KNOWN, UNKNOWN = 0x00010200, 0x00019999
REALM = "example"


def keys_of(path):
    """Name or node id -> octets, read from the text of a keyring."""
    rows = [line.split(",") for line in path.read_text().splitlines()]
    return {row[0].strip(): bytes.fromhex(row[1].strip()[2:]) for row in rows}


class Scene:
    """A folder with a configuration and a keyring, and the KMS that serves them."""

    def __init__(self, folder, peers=(), more=""):
        self.folder = pathlib.Path(folder)
        self.keyring = self.folder / "keyring.csv"
        shutil.copyfile(KEYRING, self.keyring)
        self.keyring.chmod(0o600)
        self.keys = keys_of(self.keyring)
        self.config = self.folder / "diameter_server.conf"
        self.config.write_text(
            f"URI=aaa://127.0.0.1\nStackType=SERVER\nRealm={REALM}\n{more}" + "".join(
                f"PeerTable.{i}.URI=aaa://{peer}\n" for i, peer in enumerate(peers)))
        self.log, self.audit = self.folder / "kms.log", self.folder / "kms.audit"
        self.control = self.folder / "control"
        self.daemon = self.address = None
        self.gateways = []

    def argv(self, *more, port=0):
        return [BIN / "kms", "--config", self.config, "--keyring", self.keyring, "--log", self.log,
                "--control", self.control, "--listen", f"127.0.0.1:{port}", *more]

    def start(self, *more, port=0, **process):
        self.daemon = Daemon(self.argv(*more, port=port), **process)
        ready = self.daemon.wait_for("ready kms ").split()[-1]
        self.address = ("127.0.0.1", int(ready.rsplit(":", 1)[1]))
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for gateway in self.gateways:
            gateway.drop()
        if self.daemon is not None:
            self.daemon.stop()

    def gateway(self, host="gw1.example"):
        gateway = Gateway(host, REALM)
        answer = gateway.open(self.address)
        self.gateways.append(gateway)
        if answer.result != 2001:
            raise AssertionError(f"CEA {answer.result}")
        return gateway

    def replace_keyring(self, text, mode=0o600):
        fresh = self.folder / "keyring.new"
        fresh.write_text(text)
        fresh.chmod(mode)
        fresh.rename(self.keyring)
