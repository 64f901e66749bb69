"""Our daemons, in a folder of their own, as a test needs them."""

import os
import pathlib

import foreign
from daemon import Daemon

BIN = pathlib.Path(os.environ.get("TOUCHSTONE_BIN_DIR", "build/release/bin"))


def write_keyring(path, network, nodes):
    foreign.write(path, network.header() + foreign.body_of(nodes))


def server_conf(host, realm, gateways):
    lines = [f"URI=aaa://{host}", "StackType=SERVER", f"Realm={realm}"]
    for index, gateway in enumerate(gateways):
        lines += [f"PeerTable.{index}.URI=aaa://{gateway}", f"PeerTable.{index}.Realm={realm}"]
    return "\n".join(lines) + "\n"


def start_kms(folder, network, nodes, host, realm, gateways, listen, more=(), within=()):
    """A `kms` that is ready; `port` is where it listens. `within`: the words that bring a
    command into a network (charon.Network.command)."""
    foreign.write(folder / "diameter_server.conf",
                  server_conf(host, realm, gateways).encode())
    write_keyring(folder / "keyring.csv", network, nodes)
    kms = Daemon([*within, BIN / "kms", "--config", folder / "diameter_server.conf", "--keyring",
                  folder / "keyring.csv", "--listen", listen, "--log", folder / "kms.log", *more])
    kms.port = int(kms.wait_for("ready kms").rsplit(":", 1)[1])
    return kms


def client_conf(host, realm, kms, scheme="aaa"):
    """`kms`: the host of each, with a port if it is not 3868, in the order of preference; `scheme`
    is aaas where TLS comes first."""
    lines = [f"URI=aaa://{host}", "StackType=CLIENT", f"Realm={realm}"]
    for index, peer in enumerate(kms):
        lines += [f"PeerTable.{index}.URI={scheme}://{peer}", f"PeerTable.{index}.Realm={realm}",
                  f"PeerTable.{index}.PeerConnecting=true"]
    return "\n".join(lines) + "\n"


def start_gateway(folder, host, realm, kms, join, more=(), scheme="aaa",
                  within=()):
    """A `gateway` that is ready; `join` is where it takes joins, port 0 for any, and then the
    attribute of that name."""
    foreign.write(folder / "diameter_client.conf", client_conf(host, realm, kms, scheme).encode())
    gateway = Daemon([*within, BIN / "gateway", "--config", folder / "diameter_client.conf",
                      "--cache", folder / "gateway.cache", "--listen-join", join, "--watchdog",
                      "6", *more])
    address, port = gateway.wait_for("ready gateway").split()[-1].rsplit(":", 1)
    gateway.join = (address, int(port))
    return gateway
