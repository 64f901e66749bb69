#!/usr/bin/python3 -IS
"""The command `ipsec` of an imaginary vendor, written from document 003 alone: a generator under
test. With --lie=NAME it does one thing wrong, which the harness has to find."""

import ipaddress
import os
import re
import subprocess
import sys

RACOON = "/etc/racoon"
SCRIPTS = "/etc/sysconfig/network-scripts"
CERTS = RACOON + "/certs"
ACTIVE = "/run/acme-ipsec"
COMMON = ('path include "/etc/racoon";\npath pre_shared_key "/etc/racoon/psk.txt";\n'
          'path certificate "/etc/racoon/certs";\n')
ACTIONS = {"create", "remove", "start", "stop", "install-certs"}
VALUES = {"name", "dst-address", "dst-network", "src-port", "dst-port", "ip-proto",
          "src-preshared-key", "dst-preshared-key", "ca-cert-file", "cert-file-public",
          "cert-file-private"}
TAKEN = {"create": {"name", "dst-address", "dst-network", "src-port", "dst-port", "ip-proto",
                    "src-preshared-key", "dst-preshared-key"},
         "install-certs": {"ca-cert-file", "cert-file-public", "cert-file-private"},
         "remove": {"name"}, "start": {"name"}, "stop": {"name"}}
PORTED = {6, 17, 33, 132}
LIE = ""


def refuse(text):
    print("ipsec:", text, file=sys.stderr)
    sys.exit(2)


def read(path, default=""):
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read())
    except FileNotFoundError:
        return default


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    end = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(end, os.fsencode(text))
    os.fchmod(end, mode)
    os.close(end)
    os.rename(path + ".new", path)


def remove(path):
    if os.path.lexists(path):
        os.remove(path)


def parse(words):
    found = {}
    for word in words:
        if not word.startswith("--"):
            refuse("a switch begins with two hyphens")
        name, equals, value = word[2:].partition("=")
        if name in found or (name not in ACTIONS | VALUES) or (name in VALUES) != bool(equals):
            refuse("no such switch, or twice, or without its value")
        found[name] = value
    actions = [name for name in ACTIONS if name in found]
    if not actions or (len(actions) > 1 and ("create" not in actions or {"remove", "stop"} &
                                             set(actions))):
        refuse("one action is needed")
    taken = set().union(*(TAKEN[name] for name in actions))
    if {name for name in found if name in VALUES} - taken:
        refuse("this action does not take that")
    return found


def address(text):
    try:
        host = ipaddress.ip_address(text)
    except ValueError:
        refuse("not an address")
    if host.is_multicast or host.is_unspecified or (host.version == 4 and int(host) >> 28 >= 14):
        refuse("not the address of a host")
    return host


def network(text, own):
    try:
        made = ipaddress.ip_network(text)
    except ValueError:
        refuse("not a network; are there host bits?")
    if "/" not in text or made.prefixlen == 0 or made.version != own.version or \
            (made.num_addresses == 1 and made[0] == own):
        refuse("not a network of the peer")
    return made


def look_up(path, word):
    for line in read(path).splitlines():
        words = line.split("#")[0].split()
        if len(words) > 1 and word in (words[0], *words[2:]):
            return int(words[1].split("/")[0])
    return None


def number(text, path, least, most):
    value = int(text) if re.fullmatch("[0-9]{1,5}", text) else look_up(path, text)
    if value is None or not least <= value <= most:
        refuse("not a number or name of " + path)
    return value


def key(text):
    if not text or len(text) > 1000 or text != text.strip() or re.search("[\0-\x1f\x7f]", text):
        refuse("not a key")
    if text.startswith("0x") and not re.fullmatch("0x([0-9a-fA-F]{2})+", text):
        refuse("not a hexadecimal key")
    return text


def settings(name):
    text = read(f"{SCRIPTS}/ifcfg-{name}")
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def configurations():
    names = os.listdir(SCRIPTS) if os.path.isdir(SCRIPTS) else []
    all_ = {name[6:]: settings(name[6:]) for name in names if name.startswith("ifcfg-")}
    return {name: one for name, one in all_.items() if "ACME" in one}


def set_row(text, host, row):
    lines = text.splitlines(keepends=True)
    mine = [i for i, line in enumerate(lines) if line.split()[:1] == [host]]
    for i in reversed(mine[1:] if row else mine):
        del lines[i]
    if row and mine:
        lines[mine[0]] = row
    elif row:
        lines.append(row)
    return "".join(lines)


def set_keys(rows):
    text = read(RACOON + "/psk.txt")
    for host, secret in rows:
        row = f"{host} {secret}\n" if secret else ""
        text = text + row if row and LIE == "twice" else set_row(text, host, row)
    if text:
        write(RACOON + "/psk.txt", text, 0o644 if LIE == "open" else 0o600)
    else:
        remove(RACOON + "/psk.txt")


def policies(one):
    end = lambda host, port: host + (f"[{port}]" if port != "0" else "")
    own, peer = one["SRC"], one["DST"]
    far = one.get("DSTNET", peer)
    tunnel = "DSTNET" in one
    near = own + ("/32" if tunnel else "")
    out = f"tunnel/{own}-{peer}" if tunnel else "transport/"
    back = f"tunnel/{peer}-{own}" if tunnel else "transport/"
    rows = []
    if tunnel and ipaddress.ip_address(peer) in ipaddress.ip_network(far):
        for port in ("500", "4500"):
            rows += [(end(own, port), end(peer, port), "udp", "out", "none"),
                     (end(peer, port), end(own, port), "udp", "in", "none")]
    a, b = end(near, one["SPORT"]), end(far, one["DPORT"])
    if one["SPORT"] != one["DPORT"] and "0" in (one["SPORT"], one["DPORT"]):
        a, b = (x if x.endswith("]") else x + "[any]" for x in (a, b))
    upper = one["UPPER"]
    return rows + [(a, b, upper, "out", f"ipsec esp/{out}/require"),
                   (b, a, upper, "in", f"ipsec esp/{back}/require")]


def setkey(name, one, up):
    flag = f"{ACTIVE}/{name}"
    if up == os.path.exists(flag):
        return
    word = "spdadd" if up else "spddelete"
    script = "".join(f"{word} {a} {b} {upper} -P {way}{' ' + action if up else ''};\n"
                     for a, b, upper, way, action in policies(one))
    subprocess.run(["setkey", "-c"], input=script, text=True, check=False)
    subprocess.run(["racoonctl", "reload-config"], check=False)
    if up:
        write(flag, "", 0o600)
    else:
        remove(flag)


def openssl(*words):
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)


def check_certificates(given):
    for name in ("ca-cert-file", "cert-file-public", "cert-file-private"):
        if not os.path.isfile(given.get(name, "")):
            refuse("three files are needed")
    ca, own, private = (given[name] for name in ("ca-cert-file", "cert-file-public",
                                                 "cert-file-private"))
    for path in (ca, own):
        text = read(path)
        if text.count("-----BEGIN") != 1 or "PRIVATE" in text:
            refuse("one certificate is expected")
        if "Version: 3" not in openssl("x509", "-in", path, "-noout", "-text").stdout:
            refuse("no certificate of version 3")
    if "PRIVATE KEY" not in read(private) or openssl("verify", "-CAfile", ca, own).returncode:
        refuse("these do not fit together")
    public = openssl("x509", "-in", own, "-noout", "-pubkey").stdout
    if openssl("pkey", "-in", private, "-pubout").stdout != public:
        refuse("another key")
    return [(CERTS + "/ca.pem", read(ca), 0o644), (CERTS + "/mgu.pem", read(own), 0o644),
            (CERTS + "/mgu_key.pem", read(private), 0o600)]


def wish(given):
    if not re.fullmatch("[A-Za-z0-9]{1,32}", given.get("name", "")):
        refuse("a nickname is letters and digits")
    own = ipaddress.ip_address(settings("eth0")["IPADDR"])
    peer = address(given.get("dst-address", ""))
    if peer == own or peer.version != own.version:
        refuse("not the address of a peer")
    upper = number(given["ip-proto"], "/etc/protocols", 0, 255) if "ip-proto" in given else "any"
    port = {side: number(given[side], "/etc/services", 1, 65535) if side in given else 0
            for side in ("src-port", "dst-port")}
    if any(port.values()) and upper not in PORTED:
        refuse("no ports without a protocol that has them")
    one = {"DST": str(peer), "SRC": str(own), "TYPE": "IPSEC", "ONBOOT": "yes", "ACME": "1",
           "UPPER": str(upper), "SPORT": str(port["src-port"]), "DPORT": str(port["dst-port"])}
    if "dst-network" in given:
        one["DSTNET"] = str(network(given["dst-network"], own))
    keys = [(str(host), key(given[side + "-preshared-key"])) for side, host in
            (("src", own), ("dst", peer)) if side + "-preshared-key" in given]
    if bool(keys) == ("install-certs" in given or (not keys and
                                                   os.path.exists(CERTS + "/mgu_key.pem"))):
        refuse("a key or certificates are needed")
    if keys and "dst-preshared-key" not in given:
        refuse("the key of the peer is needed")
    one["IKE_METHOD"] = "PSK" if keys else "X509"
    one["OWNKEY"] = "yes" if "src-preshared-key" in given else "no"
    return one, keys


def peer_text(one):
    psk = one["IKE_METHOD"] == "PSK"
    identity = "" if psk else (
        "  my_identifier asn1dn;\n  peers_identifier asn1dn;\n"
        f'  certificate_type x509 "{CERTS}/mgu.pem" "{CERTS}/mgu_key.pem";\n')
    upper = one["UPPER"]

    def end(where, port):
        return f"address {where}" + (f"[{port}]" if port != "0" else "") + f" {upper}"
    near = one["SRC"] + ("/32" if "DSTNET" in one else "")
    return (f"remote {one['DST']} {{\n  exchange_mode main;\n{identity}  proposal {{\n"
            "    encryption_algorithm aes 128; hash_algorithm sha1; dh_group 2;\n"
            f"    authentication_method {'pre_shared_key' if psk else 'rsasig'};\n  }}\n}}\n"
            f"sainfo {end(near, one['SPORT'])} {end(one.get('DSTNET', one['DST']), one['DPORT'])} "
            "{\n  encryption_algorithm aes 128; authentication_algorithm hmac_sha1;\n"
            "  compression_algorithm deflate;\n}\n")


def create(given, certificates):
    one, keys = wish(given)
    others = configurations()
    name = given["name"]
    if LIE != "twice" and (name in others or
                           any(other["DST"] == one["DST"] for other in others.values())):
        refuse("that is " + " ".join(n for n, other in others.items()
                                     if n == name or other["DST"] == one["DST"]))
    for path, text, mode in certificates:
        write(path, text, mode)
    include = f'include "{RACOON}/{one["DST"]}.conf";\n'
    common = RACOON + "/racoon.conf"
    text = read(common, COMMON)
    if include not in text or LIE == "twice":
        mode = os.stat(common).st_mode & 0o777 if os.path.exists(common) else 0o644
        write(common, text + include, mode)
    if not os.path.lexists("/etc/racoon.conf"):
        os.symlink("racoon/racoon.conf", "/etc/racoon.conf")
    write(f"{RACOON}/{one['DST']}.conf", peer_text(one))
    write(f"{SCRIPTS}/ifcfg-{name}", "".join(f"{k}={v}\n" for k, v in one.items()))
    if keys:
        set_keys(keys)
    if keys and LIE == "argv":
        subprocess.run(["racoonctl", "establish-sa", "-k", keys[-1][1]], check=False)
    if "start" in given:
        setkey(name, one, True)


def take_away(name):
    others = configurations()
    if name not in others:
        refuse("no such name")
    one = others.pop(name)
    setkey(name, one, False)
    include = f'include "{RACOON}/{one["DST"]}.conf";\n'
    common = RACOON + "/racoon.conf"
    text = read(common).replace(include, "")
    if not others and text == COMMON:
        remove(common)
        remove("/etc/racoon.conf")
    else:
        write(common, text, os.stat(common).st_mode & 0o777)
    remove(f"{RACOON}/{one['DST']}.conf")
    remove(f"{SCRIPTS}/ifcfg-{name}")
    if one["IKE_METHOD"] == "PSK":
        rows = [(one["DST"], "")]
        if one["OWNKEY"] == "yes" and not any(o["OWNKEY"] == "yes" for o in others.values()):
            rows.append((one["SRC"], ""))
        set_keys(rows)


def main(words):
    global LIE
    if words and words[0].startswith("--lie="):
        LIE = words.pop(0)[6:]
    given = parse(words)
    certificates = check_certificates(given) if "install-certs" in given else []
    if "create" in given:
        return create(given, certificates)
    if "remove" in given:
        return take_away(given.get("name", ""))
    for path, text, mode in certificates:
        write(path, text, mode)
    if "start" in given or "stop" in given:
        chosen = configurations()
        if "name" in given and given["name"] not in chosen:
            refuse("no such name")
        for name, one in chosen.items():
            if given.get("name", name) == name:
                setkey(name, one, "start" in given)
    return None


os.umask(0o022)
main(sys.argv[1:])
