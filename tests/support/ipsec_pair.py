"""Two configuration trees that `ipsec` writes for each other, and edits of them by hand."""

import json
import os
import pathlib
import subprocess

TREE = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
PKI = TREE / "fixtures/pki/mgu"


class Pair:
    """Two trees with addresses of their own, written by `ipsec` and edited."""

    def __init__(self, name, edit_a=(), edit_b=(), only=None, racoon=None, **options):
        self.name, self.edits, self.only, self.racoon = name, (edit_a, edit_b), only, racoon
        self.options = options

    def make(self, folder, number):
        self.id = f"p{number}"
        self.ends = [f"10.9.{number}.1", f"10.9.{number}.2"]
        self.roots = [folder / self.id / side for side in "ab"]
        for side in (0, 1):
            self.write(side)
            for edit in self.edits[side]:
                edit(self.roots[side], self.ends[1 - side])

    def write(self, side):
        root = self.roots[side]
        (root / "etc").mkdir(parents=True)
        own, peer = self.ends[side], self.ends[1 - side]
        words = ["--create", "--name=x", f"--src-address={own}", f"--dst-address={peer}",
                 *self.options.get("words_b" if side and "words_b" in self.options else "words",
                                   ())]
        networks = self.options.get("networks_b" if side else "networks",
                                    self.options.get("networks"))
        if networks:
            words += [f"--dst-network={networks[1 - side]}"]
        if side in self.options.get("rsa", ()):
            stem = "client" if side == 0 else "server"
            words += ["--install-certs", f"--ca-cert-file={PKI / 'ca.pem'}",
                      f"--cert-file-public={PKI / stem}.pem",
                      f"--cert-file-private={PKI / stem}_key.pem"]
        else:
            words += ["--dst-preshared-key=the key of this pair"]
        run("ipsec", "--root", root, *words)
        if networks:
            near = networks[side]
            ifcfg = root / "etc/sysconfig/network-scripts/ifcfg-x"
            ifcfg.write_text(ifcfg.read_text().replace(f"SRCNET={own}/32", f"SRCNET={near}"))
            change(f"address {own}/32", f"address {near}")(root, peer)

    def predict(self, peer):
        done = subprocess.run([BIN / "ipsec_check", "--json", "--peer", peer, *self.roots],
                              capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise AssertionError(f"{self.name}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)["directions"]


def run(command, *words):
    subprocess.run([BIN / command, *map(str, words)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def change(old, new):
    """An edit of the file of the peer by hand."""
    def edit(root, peer):
        path = root / f"etc/racoon/{peer}.conf"
        text = path.read_text()
        assert old in text, (old, text)
        path.write_text(text.replace(old, new))
    return edit


def key(text):
    def edit(root, peer):
        (root / "etc/racoon/psk.txt").write_text(f"{peer} {text}\n" if text else "")
    return edit


def install(target, source):
    def edit(root, _peer):
        (root / "etc/racoon/certs" / target).write_bytes((PKI / source).read_bytes())
    return edit
