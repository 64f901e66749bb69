#!/usr/bin/python3
"""Shims that lie, to prove that the harness notices. Usage: lying_shim.py LIE

Each lie is one way in which an adapter gives green results for nothing. `touchstone adapter-check`
must refuse every one before a suite draws a verdict from it.
"""

import json
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))

import touchstone_shim as honest  # noqa: E402

NETWORK = {"pwdh": "11" * 16, "base": "22" * 16, "gateway": "33" * 24, "gateway_cdld": "44" * 16}
INVENTED = {"network": NETWORK, "nodes": [], "findings": [], "octets_b64": "", "keyring_b64": "",
            "file": "a", "sha256": "00" * 32, "rows": [], "key": "55" * 16, "pwdh": "11" * 16,
            "encrypted_b64": "", "signature_b64": "", "manifest_b64": "", "file_b64": "",
            "added": 0, "replaced": 0, "unchanged": 0, "stale": 0, "warnings": 0, "exit": 0}


def ok(request, obs):
    return {"id": request["id"], "status": "ok", "obs": obs}


def reject(request):
    return {"id": request["id"], "status": "reject", "class": "unspecified", "obs": {}}


class AlwaysOk:
    """Never looks at anything."""

    def answer(self, request):
        return ok(request, INVENTED)


class Echo:
    """Gives back what it got: a round trip that decodes nothing."""

    def answer(self, request):
        if request["op"] not in honest.OPERATIONS:
            return honest.carry_out(request)
        return ok(request, request.get("args", {}))


class RejectsEverything:
    """Every negative test would pass."""

    def answer(self, request):
        if request["op"] not in honest.OPERATIONS:
            return honest.carry_out(request)
        return reject(request)


class ClaimsUnsupported:
    """Does its work, and says ok to what it does not know."""

    def answer(self, request):
        answer = honest.carry_out(request)
        return ok(request, INVENTED) if answer["status"] == "unsupported" else answer


class TouchesSandbox:
    """Leaves a file where only the harness may look for traces."""

    def answer(self, request):
        (pathlib.Path(self.sandbox) / "left-by-the-shim").write_text("x")
        return honest.carry_out(request)

    def begin(self, begin):
        self.sandbox = begin["sandbox"]


class AcceptsGarbage:
    """Does its work on good input, and calls the rest good as well."""

    def answer(self, request):
        answer = honest.carry_out(request)
        return ok(request, INVENTED) if answer["status"] == "reject" else answer


class Remembers:
    """Answers the one keyring it knows, and refuses whatever else it is shown."""

    def answer(self, request):
        answer = honest.carry_out(request)
        if answer["status"] != "ok" or request["op"] != "keyring.decode":
            return answer if answer["status"] == "unsupported" else reject(request)
        return ok(request, INVENTED)


class Hangs:
    """Says hello, and never answers a question."""

    def answer(self, request):
        while True:
            signal.pause()


LIES = {"always-ok": AlwaysOk, "echo": Echo, "rejects-everything": RejectsEverything,
        "claims-unsupported": ClaimsUnsupported, "touches-sandbox": TouchesSandbox,
        "accepts-garbage": AcceptsGarbage, "remembers": Remembers, "hangs": Hangs}


def main():
    liar = LIES[sys.argv[1]]()
    for line in sys.stdin:
        frame = json.loads(line)
        if "begin" in frame and hasattr(liar, "begin"):
            liar.begin(frame["begin"])
        answer = liar.answer(frame) if "op" in frame else honest.answer_to(frame)
        if answer is None:
            return
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
