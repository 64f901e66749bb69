#!/usr/bin/python3
"""The verdicts on our KMS are the same by whatever its octets travel: in one process, over the
loopback interface, over TCP of ns-3 in simulated time, and as a real process behind a link of ns-3
in real time. In the preset `defects` they are the same on KMSes that are wrong, too.

usage: transports_test.py                the test
       transports_test.py MANIFEST [DEFECT CASE]...   verdicts as JSON, for the far side of a link
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib
import unittest

ROOT = pathlib.Path(os.environ["TOUCHSTONE_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["TOUCHSTONE_BIN_DIR"])
SAMPLES = ROOT / "conformance/samples"
LINK = ["emu_link", "--delay", "2"]
CANNOT = 3  # emu_link: this machine has no namespaces or no TAP interfaces
TRANSPORTS = {"process": None, "loopback": SAMPLES / "kms/iut.toml",
              "ns3": SAMPLES / "ns3/iut.toml", "emu": SAMPLES / "emu/iut.toml"}

# Wrong KMSes, each with a case that must notice it. None is about the pieces in which octets come:
# TCP cuts them as it likes.
WRONG = (
    ("DM-01.end_to_end", "DM-01.AnswerHasTheIdentifiersOfItsRequest"),
    ("DM-02.keeps_t", "DM-02.AnswerToAProxiableRequestIsProxiable"),
    ("DM-03.none_in_errors", "DM-03.ErrorHasTheSessionId"),
    ("DM-04.first_alone", "DM-04.ProxyInfoIsRepeatedInOrder"),
    ("DM-05.realm", "DM-05.AnswerIsOfTheKms"),
    ("DM-06.no_e", "DM-06.ProtocolErrorHasTheEBit"),
    ("DM-07.passed_over", "DM-07.UnknownMandatoryAvpIsRefused"),
    ("DM-08.refused", "DM-08.UnknownOptionalAvpIsPassedOver"),
    ("DM-09.no_failed_avp", "DM-09.MissingUserName"),
    ("DM-10.passed_over", "DM-10.TwoUserNames"),
    ("DM-11.as_value", "DM-11.NumberOfThreeOctets"),
    ("DM-12.no_failed_avp", "DM-12.LengthUnderTheHeader"),
    ("DM-13.any_text", "DM-13.InvalidUtf8"),
    ("DM-14.members_free", "DM-14.MemberMissing"),
    ("DM-19.any_realm", "DM-19.OtherRealm"),
    ("DM-20.any_host", "DM-20.OtherHost"),
    ("DM-21.undelivered", "DM-21.OwnHostInRouteRecord"),
    ("DM-34.two_thirds", "DM-34.GatewayKey"),
    ("DM-35.no_nonce", "DM-35.CodeDownloadKeyAndNonce"),
    ("DM-36.other_group", "DM-36.RootKeyOfEveryNode"),
    ("DM-43.passed_over", "DM-43.OtherNodeInTheAddress"),
    ("DM-45.no_text", "DM-45.UnknownNodeIsCalledSo"),
    ("DM-47.least", "DM-47.ReservedSpi"),
    ("DP-06.anybody", "DP-06.UnknownPeerIsRefused"),
    ("DP-07.nothing_in_common", "DP-07.NoCommonApplication"),
    ("DP-11.optional_refused", "DP-11.UnknownOptionalAvp"),
    ("DP-17.no_answer", "DP-17.DwrIsAnswered"),
    ("DP-20.both_live", "DP-20.SecondConnectionIsRejected"),
    ("DP-32.any_host", "DP-32.OtherHostThanThePeer"),
    ("DP-31.repetitions_alone", "DP-31.RetransmissionSeenFirst"),
)


def environment(defect=""):
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TOUCHSTONE_DEFECT": defect}


def check(manifest, *more, defect=""):
    words = [BIN / "touchstone", "check", "--json", "--suite", "diameter", "--cases", "20", *more]
    done = subprocess.run(words + (["--iut", manifest] if manifest else []), text=True,
                          capture_output=True, env=environment(defect), check=False)
    rows = json.loads(done.stdout)["runs"][0]["results"]
    return {row["test"]: row["outcome"] for row in rows}


def verdicts(manifest, pairs):
    """Of the whole suite, or of one case for each wrong KMS."""
    if not pairs:
        return check(manifest)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda pair: check(manifest, "--filter", pair[1], defect=pair[0]), pairs)
        return {defect: rows.get(case) for (defect, case), rows in zip(pairs, found)}


def verdicts_over(transport, pairs):
    """None where this machine has no such transport."""
    manifest = TRANSPORTS[transport]
    if transport != "emu":
        return verdicts(manifest, pairs)
    words = [word for pair in pairs for word in pair]
    done = subprocess.run([*LINK, sys.executable, __file__, manifest, *words], text=True,
                          capture_output=True, env=environment(), check=False)
    if done.returncode == CANNOT:
        print(done.stderr)
        return None
    return json.loads(done.stdout)


def has_namespaces():
    """What emu needs, asked of the machine by others than emu_link."""
    unshare = subprocess.run(["unshare", *([] if os.getuid() == 0 else ["-Ur"]), "-n", "true"],
                             capture_output=True, check=False)
    return unshare.returncode == 0 and os.access("/dev/net/tun", os.R_OK | os.W_OK)


def able(transport, needs):
    """The cases whose needs the PICS of the transport declares."""
    if TRANSPORTS[transport] is None:
        return set(needs)
    pics = collections.defaultdict(bool, tomllib.loads(TRANSPORTS[transport].read_text())["pics"])
    return {case for case, wanted in needs.items() if all(pics[one] for one in wanted)}


class Transports(unittest.TestCase):
    maxDiff = None

    def all_over(self, pairs):
        found = {}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for transport, rows in zip(TRANSPORTS, pool.map(
                    lambda one: verdicts_over(one, pairs), TRANSPORTS)):
                if rows is None:
                    self.assertFalse(has_namespaces(), "emu was skipped on a machine that can")
                    continue
                found[transport] = rows
        return found

    def test_the_good_kms_has_the_same_verdicts(self):
        listed = json.loads(subprocess.run(
            [BIN / "touchstone", "check", "--list", "--json", "--suite", "diameter"],
            text=True, capture_output=True, check=True).stdout)
        needs = {case["test"]: case["needs"] for case in listed}
        found = self.all_over(())
        for transport, rows in found.items():
            cases = able(transport, needs)
            self.assertEqual({case: rows[case] for case in cases},
                             {case: found["process"][case] for case in cases}, transport)
            declined = {case for case, outcome in rows.items() if outcome == "not_supported"}
            self.assertEqual(declined, set(needs) - cases, transport)
            passed = sum(outcome == "pass" for outcome in rows.values())
            print(f"{transport}: {passed} PASS of {len(cases)}")
            self.assertGreater(passed, 100, transport)

    def test_wrong_ones_have_the_same_verdicts(self):
        config = subprocess.run([BIN / "touchstone", "defects", "--filter", "none"], text=True,
                                capture_output=True, check=False)
        if "this build has no defects" in config.stderr:
            return
        self.assertGreaterEqual(len({defect for defect, _ in WRONG}), 20)
        found = self.all_over(WRONG)
        for transport, rows in found.items():
            print(f"{transport}: {sum(one == 'fail' for one in rows.values())} FAIL of {len(rows)}")
            self.assertEqual(rows, {defect: "fail" for defect, _ in WRONG}, transport)


def main(words):
    manifest, words = words[0], words[1:]
    print(json.dumps(verdicts(manifest, tuple(zip(words[::2], words[1::2])))))


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        main(sys.argv[1:])
    elif shutil.which("emu_link", path=BIN) is None:
        sys.exit("this build has no simulator: libns3-dev is missing")
    else:
        unittest.main()
