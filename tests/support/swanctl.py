"""A tree that `ipsec` wrote, and that somebody may have edited, as a connection of swanctl.conf."""

import pathlib
import re

CIPHERS = {"des": "des", "3des": "3des", "aes": "aes", "rijndael": "aes", "blowfish": "blowfish",
           "camellia": "camellia", "null_enc": "null"}
HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha384": "sha384",
          "sha512": "sha512"}
GROUPS = {"1": "modp768", "2": "modp1024", "5": "modp1536", "14": "modp2048", "15": "modp3072",
          "16": "modp4096"}
SECONDS = {"sec": 1, "min": 60, "hour": 3600}
WORD = re.compile(r'#[^\n]*|"([^"]*)"|([{};,])|([^\s{};,"#]+)')


def words(text):
    for match in WORD.finditer(text):
        if not match[0].startswith("#"):
            yield match[1] if match[1] is not None else match[2] or match[3]


def statements(tokens):
    """(words, body) of each statement; body is None for one that ends with a semicolon."""
    found, current = [], []
    for token in tokens:
        if token == "}":
            return found
        if token == "{":
            found.append((current, statements(tokens)))
            current = []
        elif token == ";":
            found.append((current, None))
            current = []
        else:
            current.append(token)
    return found


def values(body, name):
    return [line[1:] for line, _ in body if line[0] == name]


def only(body, name, default=None):
    found = values(body, name)
    return found[-1] if found else default


def cipher_of(line):
    name = CIPHERS[line[0]]
    if name in ("aes", "camellia", "blowfish"):
        return name + (line[1] if len(line) > 1 else "128")
    return name


def seconds_of(line):
    return int(line[1]) * SECONDS[line[2].rstrip("s") if line[2] != "hours" else "hour"]


class Tree:
    """One end: its remote, sainfo, policy and key."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        scripts = sorted((self.root / "etc/sysconfig/network-scripts").glob("ifcfg-*"))
        text = next(one for one in (path.read_text() for path in scripts) if "MGU_PROFILE" in one)
        self.ifcfg = dict(line.split("=", 1) for line in text.split())
        self.self, self.peer = self.ifcfg["SRC"], self.ifcfg["DST"]
        peer_file = self.root / f"etc/racoon/{self.peer.replace(':', '_')}.conf"
        sections = statements(words(peer_file.read_text()))
        self.remote = next(body for line, body in sections if line[0] == "remote")
        self.sainfo = next(body for line, body in sections if line[0] == "sainfo")
        self.proposals = [body for line, body in self.remote if line[0] == "proposal"]
        self.method = only(self.proposals[0], "authentication_method")[0]

    def key(self):
        for line in (self.root / "etc/racoon/psk.txt").read_text().splitlines():
            name, _, key = line.partition(" ")
            if name == self.peer:
                return key.strip()
        return None

    def private_key(self):
        return self.root / "etc/racoon/certs/mgu_key.pem" if self.method == "rsasig" else None

    def phase1(self):
        return [f"{cipher_of(only(one, 'encryption_algorithm'))}"
                f"-{HASHES[only(one, 'hash_algorithm')[0]]}-{GROUPS[only(one, 'dh_group')[0]]}"
                for one in self.proposals]

    def phase2(self):
        """(protocol, proposals)"""
        pfs = only(self.sainfo, "pfs_group")
        group = f"-{GROUPS[pfs[0]]}" if pfs else ""
        auths = [word.removeprefix("hmac_") for line in
                 values(self.sainfo, "authentication_algorithm") for word in line if word != ","]
        if self.ifcfg.get("ESP_PROTO") == "none":
            return "ah", [f"{auth}{group}" for auth in auths]
        ciphers, current = [], []
        for word in [*only(self.sainfo, "encryption_algorithm"), ","]:
            if word == ",":
                ciphers.append(cipher_of(current))
                current = []
            else:
                current.append(word)
        return "esp", [f"{cipher}-{auth}{group}" for cipher in ciphers for auth in auths]

    def selectors(self):
        """The two ends of the policy, as traffic selectors."""
        protocol = self.ifcfg.get("MGU_PROTOCOL", "")

        def one(address, port):
            limits = f"[{protocol}/{port or ''}]".replace("/]", "]") if protocol else ""
            return address + limits
        return (one(self.ifcfg.get("SRCNET", f"{self.self}/32"), self.ifcfg.get("MGU_SRC_PORT")),
                one(self.ifcfg.get("DSTNET", f"{self.peer}/32"), self.ifcfg.get("MGU_DST_PORT")))

    def identity(self, own):
        line = only(self.remote, "my_identifier" if own else "peers_identifier")
        if self.method == "rsasig":
            return "%any" if not own else None
        if line and len(line) > 1:
            return line[1]
        return self.self if own else self.peer if not line or own else "%any"

    def connection(self, name):
        """(connection, secret): text for the sections connections and secrets. The private key of
        a certificate has a place of its own: private_key()."""
        modes = [word for word in only(self.remote, "exchange_mode") if word != ","]
        protocol, proposals = self.phase2()
        mode = "tunnel" if "DSTNET" in self.ifcfg else "transport"
        near, far = self.selectors()
        signs = self.method == "rsasig"
        local = f"auth = {'pubkey' if signs else 'psk'}\n"
        remote = local
        if signs:
            local += f"certs = {self.root / 'etc/racoon/certs/mgu_cert.pem'}\n"
            remote += f"id = %any\ncacerts = {self.root / 'etc/racoon/certs/ca.pem'}\n"
        else:
            local += f"id = {self.identity(True)}\n"
            remote += f"id = {self.identity(False)}\n"
        life = seconds_of(only(self.sainfo, "lifetime"))
        aggressive = "yes" if modes[0] == "aggressive" else "no"
        text = (f"{name} {{\nversion = 1\naggressive = {aggressive}\nunique = never\n"
                f"local_addrs = {self.self}\nremote_addrs = {self.peer}\n"
                f"proposals = {','.join(self.phase1())}\n"
                f"local {{\n{local}}}\nremote {{\n{remote}}}\n"
                f"children {{\n{name} {{\nmode = {mode}\n"
                f"{protocol}_proposals = {','.join(proposals)}\n"
                f"local_ts = {near}\nremote_ts = {far}\nlife_time = {life}s\n"
                f"rekey_time = {int(life * .9)}s\n}}\n}}\n}}\n")
        if signs or self.key() is None:
            return text, ""
        return text, (f"ike-{name} {{\nid-1 = {self.peer}\nid-2 = {self.self}\n"
                      f"secret = \"{self.key()}\"\n}}\n")
