"""freeDiameter with the extension of tests/interop/freediameter, as KMS or as gateway. A scenario
is a folder of templates there."""

import json
import os
import pathlib
import shutil
import string
import subprocess
import tempfile

from daemon import Daemon

HERE = pathlib.Path(__file__).resolve().parents[1] / "interop/freediameter"
BUILT = pathlib.Path(os.environ.get("TOUCHSTONE_BUILD_DIR", "build/release"))
EXTENSION = BUILT / "interop/mip4.fdx"


def key_lines(network, nodes, following=None):
    """Lines of mip4.conf. `network` and `following` have gateway and gateway_cdld, `nodes` are
    (id, key, ...)."""
    lines = [f"gateway {network.gateway.hex()}", f"gateway_cdld {network.gateway_cdld.hex()}"]
    if following is not None:
        lines += [f"next_gateway {following.gateway.hex()}",
                  f"next_gateway_cdld {following.gateway_cdld.hex()}"]
    return "\n".join(lines + [f"node 0x{row[0]:08x} {row[1].hex()}" for row in nodes])


def credentials(folder, identity):
    """freeDiameter starts with a certificate of its own name only, used or not."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", f"/CN={identity}", "-addext", f"subjectAltName=DNS:{identity}",
                    "-keyout", folder / "peer.key", "-out", folder / "peer.crt"],
                   check=True, capture_output=True)
    subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                    "group:ffdhe2048", "-out", folder / "dh.pem"], check=True, capture_output=True)


def prepare(folder, scenario, identity, port, **values):
    """What a daemon needs, in `folder`; the file to start it with."""
    assert EXTENSION.exists(), f"{EXTENSION} is missing: libfreediameter-dev, then build it"
    credentials(folder, identity)
    values = {"identity": identity, "port": port, "folder": folder,
              "extension": EXTENSION.resolve(), **values}
    for template in (HERE / "scenarios" / scenario).iterdir():
        text = string.Template(template.read_text()).substitute(values)
        path = folder / template.name
        path.touch(mode=0o600)
        path.write_text(text)
    return folder / "daemon.conf"


class FreeDiameter(Daemon):
    """One daemon in a folder of its own."""

    def __init__(self, scenario, identity, port, **values):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="touchstone-freediameter."))
        config = prepare(self.folder, scenario, identity, port, **values)
        self.port = port
        super().__init__(["freeDiameterd", "-c", config])

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_ready(self):
        """It says that it is initialised some moments before it listens."""
        self.wait_for("daemon initialized")
        listening = f":{self.port:04X} 00000000:0000 0A "
        while listening not in pathlib.Path("/proc/self/net/tcp").read_text():
            try:
                self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError("freeDiameter has ended:\n" + "".join(self.said))

    def finish(self):
        """Waits until a client has asked everything and stopped; what it reports."""
        self.wait()
        return json.loads((self.folder / "result.json").read_text())
