"""Two strongSwan daemons that face each other, each in a network of its own. The kernel here has
no ESP, so kernel-libipsec carries tunnels in user space; it has no transport mode, whose
negotiation ends after the second message of quick mode."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

DAEMON, CLIENT = "/usr/sbin/charon-systemd", "/usr/sbin/swanctl"
PLUGINS = ("random nonce drbg openssl x509 pem pkcs1 pkcs8 pubkey revocation constraints aes sha1 "
           "sha2 md5 hmac gmp kdf kernel-libipsec kernel-netlink socket-default vici updown")


def missing():
    return [name for name in (DAEMON, CLIENT, "/usr/lib/ipsec/plugins/"
                              "libstrongswan-kernel-libipsec.so", "/dev/net/tun")
            if not os.path.exists(name)]


class Network:
    """A holder of a network namespace. Call own_network.enter() before."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        mine = os.readlink("/proc/self/ns/net")
        for _ in range(500):
            if os.readlink(f"/proc/{self.holder.pid}/ns/net") != mine:
                break
            time.sleep(0.01)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *words):
        return ["nsenter", "-t", str(self.holder.pid), "-n", *map(str, words)]

    def run(self, *words, check=True):
        return subprocess.run(self.command(*words), check=check, capture_output=True, text=True)

    def close(self):
        self.holder.kill()
        self.holder.wait()


def join(one, other):
    """A wire named `wire` between two networks."""
    subprocess.run(["ip", "link", "add", "wire", "netns", str(one.holder.pid), "type", "veth",
                    "peer", "name", "wire", "netns", str(other.holder.pid)], check=True)
    for end in (one, other):
        end.run("ip", "link", "set", "wire", "up")


def address(network, addresses):
    text = "".join(f"address add {one} dev wire\n" for one in addresses)
    subprocess.run(network.command("ip", "-batch", "-"), input=text, text=True, check=True)


class Charon:
    def __init__(self, network, folder):
        self.network, self.folder = network, pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log_file = self.folder / "log"
        self.socket = f"unix://{self.folder}/vici"
        (self.folder / "strongswan.conf").write_text(
            "charon-systemd {\n"
            f"load = {PLUGINS}\n"
            "threads = 32\nretransmit_tries = 1\nretransmit_timeout = 1.5\nretransmit_base = 1\n"
            "install_routes = yes\n"
            f"filelog {{\nlog {{\npath = {self.log_file}\nike_name = yes\nflush_line = yes\n"
            "default = 1\ncfg = 2\nike = 1\nenc = 1\n}\n}\n"
            "journal {\ndefault = -1\n}\nsyslog {\ndaemon {\ndefault = -1\n}\n}\n"
            f"plugins {{\nvici {{\nsocket = {self.socket}\n}}\n}}\n}}\n"
            f"swanctl {{\nload = pem pkcs1 pkcs8 x509 pubkey openssl random nonce vici\n"
            f"socket = {self.socket}\n}}\n")
        self.environment = {**os.environ, "STRONGSWAN_CONF": str(self.folder / "strongswan.conf"),
                            "SWANCTL_DIR": str(self.folder)}
        self.process = subprocess.Popen(network.command(DAEMON), env=self.environment,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def client(self, *words, check=True):
        done = subprocess.run(self.network.command(CLIENT, *words, "--uri", self.socket),
                              env=self.environment, capture_output=True, text=True, timeout=60,
                              check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"swanctl {words}: {done.stdout}{done.stderr}")
        return done.stdout

    def load(self, connections, secrets, keys=()):
        """When the daemon answers. `keys` are files of private keys."""
        private = self.folder / "private"
        private.mkdir()
        for number, path in enumerate(keys):
            shutil.copy(path, private / f"{number}.pem")
        path = self.folder / "swanctl.conf"
        path.write_text(f"connections {{\n{''.join(connections)}}}\n"
                        f"secrets {{\n{''.join(secrets)}}}\n")
        path.chmod(0o600)
        for _ in range(300):
            if (self.folder / "vici").exists():
                break
            if self.process.poll() is not None:
                raise RuntimeError(f"charon ended: {self.log()}")
            time.sleep(0.02)
        self.client("--load-all", "--file", path)

    def begin(self, name, seconds=8):
        return subprocess.Popen(self.network.command(CLIENT, "--initiate", "--child", name, "--ike",
                                                     name, "--timeout", seconds, "--uri",
                                                     self.socket),
                                env=self.environment, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def lines(self, start=0):
        return self.log()[start:].splitlines()

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
