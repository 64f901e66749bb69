"""The reasons for an answer without keys, as docs/formats/diameter-kms.md has them: for any KMS."""

import struct

from diameter import ERROR, avp, u32
from stranger import GATEWAY, NODE


def reasons(node, realm, unknown):
    """(arguments of Gateway.request, its options, (Result-Code, code in Failed-AVP, E bit)).
    `node` is known, `unknown` is not."""
    name = f"0x{node:08x}"
    known = (name, NODE, node)
    reply = b"\3\0\xff\xff" + struct.pack(">I", node) + bytes(16)
    yield from ((known, {"without": (code,)}, (5005, code, False))
                for code in (1, 264, 296, 320, 322))
    yield ("nobody", NODE), {}, (5004, 1, False)
    yield ("0x0001A2B3", NODE, 0x1A2B3), {}, (5004, 1, False)
    yield known, {"realm": "else.test", "without": (283,), "more": avp(283, realm.encode())}, (
        5004, 1, False)
    yield (name, 0, node), {}, (5004, 337, False)
    yield known, {"without": (337,)}, (5004, 337, False)
    yield (name, GATEWAY, node), {}, (5007, 337, False)
    yield (name, NODE, node + 1), {}, (5007, 333, False)
    yield ("gateway", GATEWAY), {"without": (323,), "more": u32(323, 255)}, (5004, 323, False)
    yield known, {"without": (320,), "more": avp(320, reply)}, (5004, 320, False)
    yield known, {"without": (320,), "more": avp(320, reply[:20])}, (5004, 320, False)
    yield known, {"without": (333,), "more": avp(333, b"\0\2" + bytes(16))}, (5004, 333, False)
    yield (f"0x{unknown:08x}", NODE, unknown), {}, (5003, None, False)


def check(test, gateway, node, key, realm, unknown):
    """Asks for every reason. Returns how many there were."""
    count = 0
    for count, (asked, how, expected) in enumerate(reasons(node, realm, unknown), 1):
        with test.subTest(asked=asked, how=how):
            request, _ = gateway.request(*asked, **how)
            answer = gateway.exchange(request)
            failed = answer.avps.first(279)
            code = failed.group[0].code if failed else None
            test.assertEqual((answer.result, code, bool(answer.flags & ERROR)), expected)
            test.assertFalse([one for one in answer.avps if one.code in (326, 328, 331, 332)])
            test.assertNotIn(key, b"".join(one.data for one in answer.avps))
    return count
