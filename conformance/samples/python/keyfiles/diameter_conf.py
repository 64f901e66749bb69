"""diameter_server.conf and diameter_client.conf (docs/formats/diameter-conf.md)."""

import ipaddress
import re

from .refusal import Refusal, finding

SINGLES = {"URI", "StackType", "Realm", "VendorId", "ProductName"}
GROUPS = {"SupportedApplicationIds": ["ApplicationIdType", "ApplicationId", "VendorId"],
          "InbandSecurityIds": ["SecurityId"], "PeerTable": ["URI", "Realm", "PeerConnecting"]}
NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
WARNINGS = ("KL-", "HOST")


def number(text):
    value = int(text) if NUMBER.fullmatch(text) else 1 << 32
    return value if value < 1 << 32 else None


def is_name(text):
    labels = text.split(".")
    return (len(text) <= 255 and all(LABEL.fullmatch(label) for label in labels)
            and not labels[-1].isdigit())


def is_address(text):
    try:
        if text.startswith("[") and text.endswith("]"):
            return "%" not in text and bool(ipaddress.IPv6Address(text[1:-1]))
        return bool(ipaddress.IPv4Address(text))
    except ValueError:
        return False


class Reader:
    def __init__(self, args):
        self.args, self.findings, self.entries = args, [], {}

    def tell(self, code, line=0):
        self.findings.append(finding(code, line, 0))

    def read(self, octets):
        if len(octets) > 4 << 20:
            raise Refusal("length", "at most 4 MiB", [finding("TOOLONG", 0, 0)])
        lines = octets.split(b"\n")
        for line, raw in enumerate(lines if lines[-1] else lines[:-1], 1):
            self.line(raw, line)
        conf = self.conf()
        self.whole(conf)
        self.findings.sort(key=lambda found: found["line"])
        faults = [found for found in self.findings if not found["code"].startswith(WARNINGS)]
        if faults or (self.args.get("mode") == "strict" and self.findings):
            raise Refusal("syntax" if faults else "unspecified", "see the findings", self.findings)
        return conf

    def line(self, raw, line):
        if len(raw) > 1024:
            return self.tell("TOOLONG", line)
        if raw.endswith(b"\r"):
            raw = raw[:-1]
            self.tell("KL-CRLF", line)
        if re.search(rb"[^\t -~]", raw):
            return self.tell("CHARSET", line)
        text = raw.decode("ascii")
        if not text.strip(" \t") or text.strip(" \t").startswith("#"):
            return None
        name, equals, value = text.partition("=")
        if not equals:
            return self.tell("SYNTAX", line)
        if (name, value) != (name.strip(" \t"), value.strip(" \t")):
            self.tell("KL-SPACE", line)
        name, value = name.strip(" \t"), value.strip(" \t")
        if not name or not value:
            return self.tell("SYNTAX", line)
        return self.store(name, value, line)

    def store(self, name, value, line):
        group, dot, rest = name.partition(".")
        if not dot or group not in GROUPS:
            if name not in SINGLES:
                return self.tell("KL-UNKNOWN", line)
            return self.put(("", 0, name), value, line)
        index, dot, member = rest.partition(".")
        if number(index) is None:
            return self.tell("INDEX", line)
        if not dot:
            return self.tell("SYNTAX", line)
        if member == "ApplicationID":
            self.tell("KL-ALIAS", line)
            member = "ApplicationId"
        if member not in GROUPS[group]:
            return self.tell("KL-UNKNOWN", line)
        return self.put((group, number(index), member), value, line)

    def put(self, key, value, line):
        if key in self.entries:
            return self.tell("DUPLICATE", line)
        self.entries[key] = (value, line)
        return None

    # Values: each takes the key (group, index, member).
    def number(self, *key):
        value, line = self.entries.get(key, ("0", 0))
        if number(value) is None:
            self.tell("NUMBER", line)
        return number(value) or 0

    def word(self, words, absent, *key):
        value, line = self.entries.get(key, (absent, 0))
        if key in self.entries and value not in words:
            self.tell("CHOICE", line)
        return value

    def realm(self, *key):
        value, line = self.entries.get(key, ("", 0))
        if value and not is_name(value):
            self.tell("REALM", line)
        return value

    def uri(self, *key):
        text, line = self.entries.get(key, ("", 0))
        found = re.fullmatch(r"(aaas?)://(\[[^\]]*\]|[^:;]*)(?::([^;]*))?((?:;[^;]*)*)", text)
        if key not in self.entries:
            return {"secure": False, "host": "", "port": None}
        options = found[4].split(";")[1:] if found else []
        port = None if not found or found[3] is None else number(found[3])
        good = (found and set(options) <= {"transport=tcp", "protocol=diameter"}
                and (is_name(found[2]) or is_address(found[2]))
                and (found[3] is None or (port is not None and 0 < port < 1 << 16)))
        if not good:
            self.tell("URI", line)
            return {"secure": False, "host": "", "port": None}
        if options:
            self.tell("KL-URIOPT", line)
        if is_address(found[2]):
            self.tell("KL-IPURI", line)
        return {"secure": found[1] == "aaas", "host": found[2], "port": port}

    def indices(self, group):
        found = sorted({key[1] for key in self.entries if key[0] == group})
        for place, index in enumerate(found):
            if index != place:
                self.tell("KL-INDEXGAP", self.first_line(group, index))
                break
        return found

    def first_line(self, group, index):
        keys = [(group, index, member) for member in GROUPS[group]]
        return next(self.entries[key][1] for key in keys if key in self.entries)

    def demand(self, group, index, member):
        if (group, index, member) not in self.entries:
            self.tell("MISSING", self.first_line(group, index) if group else 0)

    def applications(self):
        group, listed = "SupportedApplicationIds", []
        for index in self.indices(group):
            self.demand(group, index, "ApplicationId")
            listed.append({"type": self.word(("Auth", "Acct"), "Auth", group, index,
                                             "ApplicationIdType"),
                           "id": self.number(group, index, "ApplicationId"),
                           "vendor": self.number(group, index, "VendorId")})
        if listed and not any(one["type"] == "Auth" and one["id"] == 2 for one in listed):
            self.tell("APPLICATION")
        return listed or [{"type": "Auth", "id": 2, "vendor": 0}]

    def peers(self):
        group, listed = "PeerTable", []
        for index in self.indices(group):
            self.demand(group, index, "URI")
            listed.append({"uri": self.uri(group, index, "URI"),
                           "realm": self.realm(group, index, "Realm"),
                           "connecting": self.word(("true", "false"), "false", group, index,
                                                   "PeerConnecting") == "true"})
        return listed

    def conf(self):
        for name in ("URI", "Realm", "StackType"):
            self.demand("", 0, name)
        stack = self.word(("SERVER", "CLIENT"), "SERVER", "", 0, "StackType")
        product = self.entries.get(("", 0, "ProductName"))
        security = "InbandSecurityIds"
        return {"uri": self.uri("", 0, "URI"), "stack_type": stack,
                "realm": self.realm("", 0, "Realm"), "vendor_id": self.number("", 0, "VendorId"),
                "product_name": product[0] if product else "KMC" if stack == "CLIENT" else "KMS",
                "applications": self.applications(),
                "inband_security": [self.word(("TLS", "NO_INBAND_SECURITY"), "", security, index,
                                              "SecurityId") for index in self.indices(security)],
                "peers": self.peers()}

    def whole(self, conf):
        client, listed = conf["stack_type"] == "CLIENT", conf["inband_security"]
        if self.args.get("role", "client" if client else "server") != ("client" if client
                                                                       else "server"):
            self.tell("ROLE", self.entries.get(("", 0, "StackType"), ("", 0))[1])
        if not conf["peers"]:
            self.tell("MISSING" if client else "KL-OPENPEERS")
        if "TLS" in listed and not self.args.get("certificate"):
            self.tell("CERTIFICATE")
        clear = "NO_INBAND_SECURITY" in listed or not (listed or conf["uri"]["secure"])
        if clear and not self.args.get("ipsec"):
            self.tell("KL-CLEARTEXT")
        hosts, host = self.args.get("hosts", []), conf["uri"]["host"].lower()
        loopback = host.startswith("127.") and is_address(host)
        if hosts and host and not loopback and host not in [own.lower() for own in hosts]:
            self.tell("HOST", self.entries[("", 0, "URI")][1])


def port_of(uri, profile):
    return uri["port"] or (5868 if uri["secure"] and profile == "6733" else 3868)


def decode(octets, args):
    """conf, ports, findings."""
    reader = Reader(args)
    conf = reader.read(octets)
    uris = [conf["uri"]] + [peer["uri"] for peer in conf["peers"]]
    ports = [port_of(uri, args.get("profile", "6733")) for uri in uris]
    return conf, ports, reader.findings


def print_uri(uri):
    port = "" if uri["port"] is None else f":{uri['port']}"
    return ("aaas://" if uri["secure"] else "aaa://") + uri["host"] + port


def encode(conf):
    rows = [("URI", print_uri(conf["uri"])), ("StackType", conf["stack_type"]),
            ("Realm", conf["realm"]), ("VendorId", conf["vendor_id"]),
            ("ProductName", conf["product_name"])]
    for index, one in enumerate(conf["applications"]):
        start = f"SupportedApplicationIds.{index}."
        rows += [(start + "ApplicationIdType", one["type"]), (start + "ApplicationId", one["id"]),
                 (start + "VendorId", one["vendor"])]
    rows += [(f"InbandSecurityIds.{index}.SecurityId", one)
             for index, one in enumerate(conf["inband_security"])]
    for index, peer in enumerate(conf["peers"]):
        start = f"PeerTable.{index}."
        rows.append((start + "URI", print_uri(peer["uri"])))
        if peer["realm"]:
            rows.append((start + "Realm", peer["realm"]))
        rows.append((start + "PeerConnecting", "true" if peer["connecting"] else "false"))
    return "".join(f"{name}={value}\n" for name, value in rows).encode()
