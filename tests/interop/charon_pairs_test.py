#!/usr/bin/env python3
"""What `ipsec` writes brings up a real pair of charons, and what `ipsec_check --peer charon` says
of a pair is what the two do, for the reason that it names."""

import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import charon  # noqa: E402
import own_network  # noqa: E402
import swanctl  # noqa: E402
from ipsec_pair import Pair, change, install, key  # noqa: E402

# What a charon says where ipsec_check names a rule: of the initiator or the responder.
LINES = {
    "PC-CIPHER": "no acceptable ENCRYPTION_ALGORITHM found",
    "PC-KEYLENGTH": "no acceptable ENCRYPTION_ALGORITHM found",
    "PC-CIPHER2": "no acceptable ENCRYPTION_ALGORITHM found",
    "PC-HASH": "no acceptable (INTEGRITY|PSEUDO_RANDOM)",
    "PC-AUTH2": "no acceptable INTEGRITY_ALGORITHM found",
    "PC-GROUP": "no acceptable (DIFFIE_HELLMAN_GROUP|KEY_EXCHANGE_METHOD) found",
    "PC-PFS": "no acceptable (DIFFIE_HELLMAN_GROUP|KEY_EXCHANGE_METHOD) found",
    "PC-PROTOCOLS": "no matching proposal found",
    "PC-METHOD": "none allows|no shared key found|no peer config found",
    "PC-MODE": "none allows",
    "PC-SELECTOR": "no matching CHILD_SA config found",
    "PC-KEY": "(message parsing|decryption) failed|payload length",
    "PC-NOKEY": "no shared key found",
    "PC-NOREMOTE": "no IKE config found",
    "PC-IDENTITY": "no peer config found|does not match",
    "PC-TRUST": "no trusted|no issuer certificate found|not authenticated by CA",
    "PC-CERTDATE": r"certificate invalid \(valid from",
}


PAIRS = [
    Pair("transport"),
    Pair("tunnel", networks=("10.101.1.0/24", "10.102.1.0/24")),
    Pair("modern transport", words=["--profile=modern"]),
    Pair("modern tunnel", words=["--profile=modern"],
         networks=("10.101.2.0/24", "10.102.2.0/24")),
    Pair("signatures, transport", rsa=(0, 1)),
    Pair("signatures, tunnel", rsa=(0, 1), networks=("10.101.3.0/24", "10.102.3.0/24")),
    Pair("SCTP alone", words=["--ip-proto=132"]),
    Pair("no PFS", [change("\tpfs_group 2;\n", "")], [change("\tpfs_group 2;\n", "")]),
    Pair("life of phase 2", [change("time 1 hour", "time 24 hour")],
         [change("proposal_check claim", "proposal_check strict")], racoon="PC-LIFETIME2"),
    Pair("life of phase 1", [change("time 8 hour", "time 24 hour")], racoon="PC-LIFETIME"),
    Pair("a wider network", networks=("10.101.4.0/24", "10.102.4.0/24"),
         networks_b=("10.101.0.0/16", "10.102.0.0/16"), racoon="PC-SELECTOR"),
    Pair("longer key in phase 1", [change("encryption_algorithm aes 128;\n\t\thash",
                                          "encryption_algorithm aes 256;\n\t\thash")],
         racoon="negotiates"),
    Pair("cipher of phase 1", [change("aes 128;\n\t\thash", "3des;\n\t\thash")]),
    Pair("hash of phase 1", [change("hash_algorithm sha1", "hash_algorithm sha256")]),
    Pair("group of phase 1", [change("dh_group 2;", "dh_group 5;")]),
    Pair("another key", [key("another key of this pair")]),
    Pair("no key", [], [key("")], only=0),
    Pair("key against signatures", rsa=(1,)),
    Pair("cipher of phase 2", [change("encryption_algorithm aes 128;\n\tauth",
                                      "encryption_algorithm 3des;\n\tauth")]),
    Pair("authentication of phase 2", [change("hmac_sha1", "hmac_sha256")]),
    Pair("group of PFS", [change("pfs_group 2", "pfs_group 5")]),
    Pair("PFS at one end", [change("\tpfs_group 2;\n", "")], racoon="negotiates"),
    Pair("another network", networks=("10.101.5.0/24", "10.102.5.0/24"),
         networks_b=("10.101.6.0/24", "10.102.6.0/24")),
    Pair("AH against ESP", words=["--proto=ah"], words_b=[], only=0),
    Pair("another identifier", [], [change("my_identifier address;",
                                           "my_identifier address;\n\tverify_identifier on;\n"
                                           "\tpeers_identifier address 10.99.99.99;")]),
    Pair("aggressive mode", [], [change("exchange_mode main", "exchange_mode aggressive")],
         only=0),
    Pair("untrusted CA", [], [install("ca.pem", "other_ca.pem")], rsa=(0, 1)),
    # A charon knows one certificate of a name: this one has daemons of its own.
    Pair("expired", [install("mgu_cert.pem", "expired.pem")], [], rsa=(0, 1), alone=True),
]


class Talk:
    """The lines of both charons about one pair, from one direction."""

    def __init__(self, pair, initiator, responder):
        self.mine = [line for line in initiator if f"<{pair.id}|" in line]
        ours = {tag(line) for line in responder if f" {pair.ends[0]}[" in line
                or f" {pair.ends[1]}[" in line}
        self.all = self.mine + [line for line in responder if tag(line) in ours - {None}]

    def says(self, pattern, lines=None):
        return any(re.search(pattern, line) for line in (self.all if lines is None else lines))

    @property
    def negotiated(self):
        """The second message of quick mode was accepted."""
        return self.says(r"parsed QUICK_MODE response \d+ \[ HASH SA", self.mine)


def tag(line):
    found = re.search(r"<(?:[^|>]*\|)?(\d+)>", line)
    return found[1] if found else None


def negotiate(folder, networks, side, pairs):
    """The talk of each pair with `side` as the initiator, and what a ping said."""
    daemons = [charon.Charon(networks[end], folder / f"charon{side}{end}{pairs[0].id}")
               for end in (0, 1)]
    try:
        for end in (0, 1):
            trees = [swanctl.Tree(pair.roots[end]) for pair in pairs]
            texts = [tree.connection(pair.id) for tree, pair in zip(trees, pairs)]
            daemons[end].load([text for text, _ in texts], [secret for _, secret in texts],
                              sorted({path for tree in trees if (path := tree.private_key())}))
        clients = [daemons[side].begin(pair.id) for pair in pairs if pair.only in (None, side)]
        for client in clients:
            client.communicate(timeout=40)
        pings = [ping(networks[side], pair, side) for pair in pairs if "tunnel" in pair.name]
        logs = [one.lines() for one in daemons]
        return ({pair.name: Talk(pair, logs[side], logs[1 - side]) for pair in pairs}, pings)
    finally:
        for one in daemons:
            one.close()


def ping(network, pair, side):
    near, far = (pair.options["networks"][end].replace(".0/24", ".1") for end in (side, 1 - side))
    done = network.run("ping", "-c", 3, "-i", "0.2", "-W", 2, "-I", near, far, check=False)
    return pair.name, " 0% packet loss" in done.stdout, done.stdout + done.stderr


def judge(pair, told, talk):
    """What is wrong with the prediction `told` of one direction."""
    if told["negotiates"] != talk.negotiated:
        return f"predicted {told['code'] or 'negotiates'}, charon: {talk.negotiated}"
    if told["negotiates"]:
        return None
    if not talk.says(LINES[told["code"]]):
        return f"{told['code']}: no line {LINES[told['code']]!r}"
    notify = told["notify"].replace("-", "_").replace("INVALID_KEY_INFORMATION",
                                                      "INVALID_KE_PAYLOAD")  # its name in IKEv2
    if notify and not talk.says(f"received {notify} error notify", talk.mine):
        return f"{told['code']}: no notify {notify}"
    return None


def main():
    lacking = charon.missing()
    if lacking:
        print(f"missing: {', '.join(lacking)}")
        return 77
    started = time.monotonic()
    own_network.enter()
    with tempfile.TemporaryDirectory() as name:
        return compare(pathlib.Path(name), started)


def compare(folder, started):
    for number, pair in enumerate(PAIRS, 1):
        pair.make(folder, number)
    networks = [charon.Network(), charon.Network()]
    faults, codes, differing, rows = [], {}, [], 0
    try:
        charon.join(*networks)
        for side in (0, 1):
            inner = [pair.options["networks"][side].replace(".0/", ".1/") for pair in PAIRS
                     if "networks" in pair.options]
            charon.address(networks[side], [f"{pair.ends[side]}/24" for pair in PAIRS] + inner)
        predictions = {peer: {pair.name: pair.predict(peer) for pair in PAIRS}
                       for peer in ("charon", "racoon-0.8")}
        for side in (0, 1):
            talks, pings = {}, []
            for alone in (False, True):
                group = [pair for pair in PAIRS if pair.options.get("alone", False) == alone]
                some, passed = negotiate(folder, networks, side, group)
                talks.update(some)
                pings += passed
            for pair in PAIRS:
                if pair.only not in (None, side):
                    continue
                rows += 1
                told = predictions["charon"][pair.name][side]
                other = predictions["racoon-0.8"][pair.name][side]
                fault = judge(pair, told, talks[pair.name])
                print(f"{'ab'[side]}->{'ba'[side]} {pair.name:26} "
                      f"{told['code'] or 'negotiates':14} {'DIFFERS' if fault else 'as predicted'}")
                if fault:
                    faults.append(f"{pair.name}, {'ab'[side]} initiates: {fault}\n" + "\n".join(
                        talks[pair.name].all[-40:]))
                if told["code"]:
                    codes[told["code"]] = codes.get(told["code"], 0) + 1
                if other["negotiates"] != told["negotiates"]:
                    differing.append((pair.name, other["code"] or "negotiates"))
            faults += [f"no ping through {name}: {text}" for name, passed, text in pings
                       if not passed]
    finally:
        for one in networks:
            one.close()
    print("\nanother answer from racoon:")
    for name, code in differing:
        print(f"  {name}: {code}")
    wanted = {(pair.name, pair.racoon) for pair in PAIRS if pair.racoon}
    if set(differing) != wanted:
        faults.append(f"rows where racoon differs: {set(differing) ^ wanted}")
    print(f"\n{len(PAIRS)} pairs, {rows} negotiations, {sum(codes.values())} that fail for "
          f"{len(codes)} reasons, {time.monotonic() - started:.1f} s")
    if len(codes) < 8 or sum(codes.values()) < 10:
        faults.append("too few pairs that differ")
    print("\n\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
