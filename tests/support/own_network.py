"""A network of this process and its children alone: programs that bind every address, or a fixed
port, reach nobody and meet nobody."""

import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import tempfile

CLONE_NEWNET, CLONE_NEWUSER, CLONE_NEWNS = 0x40000000, 0x10000000, 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def enter(hosts=None):
    """Moves this process into a network of its own, with a loopback interface and with `hosts`
    (name -> IPv4 address) on another one. Call it before the first thread starts. RuntimeError
    where the machine does not allow it."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
        if libc.unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUSER) != 0:
            raise RuntimeError(f"no network of its own: {os.strerror(ctypes.get_errno())}")
        _become_root(user, group)
    _set_up("lo")
    if hosts:
        _ip("link", "add", "wire0", "type", "veth", "peer", "name", "wire1")
        for address in hosts.values():
            _ip("address", "add", f"{address}/24", "dev", "wire0")
        _set_up("wire0")
        _set_up("wire1")
        _name(libc, hosts)


def _name(libc, hosts):
    """The names become known to this process and its children."""
    with tempfile.NamedTemporaryFile("w", suffix=".hosts") as file:
        file.write("127.0.0.1 localhost\n")
        file.writelines(f"{address} {name}\n" for name, address in hosts.items())
        file.flush()
        os.chmod(file.name, 0o644)
        if libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0 or libc.mount(
                file.name.encode(), b"/etc/hosts", None, MS_BIND, None) != 0:
            raise RuntimeError(f"no names of its own: {os.strerror(ctypes.get_errno())}")


def _become_root(user, group):
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"),
                       ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def _set_up(interface):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS,
                    struct.pack("16sh14x", interface.encode(), IFF_UP))


def _ip(*words):
    subprocess.run(["ip", *words], check=True)
