"""How long a join takes on an empty network, calculated from what is known on paper: links,
processor costs, the layout of the messages (docs/formats/join.md, diameter-kms.md) and of frames.
Nothing of the simulator is used.

A node's request passes its access point and reaches the gateway, the challenge comes back, the
proof goes up, the gateway asks the KMS for the key, and the result comes down."""

import sys
import pathlib
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import diameter  # noqa: E402
import stranger  # noqa: E402
from diameter import avp, ipv4, u32  # noqa: E402

IPV4, UDP, TCP = 20, 8, 20 + 12  # TCP with the option for timestamps (RFC 7323)
PPP = 2  # of RFC 1661 with a compressed field, as ns-3 has it
REQUEST, CHALLENGE, PROOF, RESULT = 44, 44, 60, 60
REALM = "sim.example"


class Link(NamedTuple):
    delay: float  # seconds
    rate: float  # bits a second


class Costs(NamedTuple):
    """Processor time in seconds: of a message of a join, and of a Diameter message."""

    datagram: float
    message: float


class Network(NamedTuple):
    radio: Link
    access: Link
    wan: Link
    core: Link
    costs: Costs
    framing: int = PPP
    kms_costs: bool = True  # false: the KMS is a real process, whose time no table has


def key_question():
    """The octets of the AMR for a node's key and of the AMA with it, as the page has them."""
    gateway = stranger.Gateway(f"gw1.{REALM}", REALM, "10.0.0.2")
    # Session-Id: RFC 6733 §8.8, seconds of a date and a count.
    session = avp(263, b"gw1.sim.example;1780000000;10")
    gateway.session = lambda: session
    request, _ = gateway.request("0x00010000", stranger.NODE, 0x10000)
    answer = [session, u32(258, 2), u32(268, 2001), avp(264, f"kms1.{REALM}".encode()),
              avp(296, REALM.encode()), u32(278, 1), u32(277, 1), avp(321, bytes(20)),
              avp(326, u32(319, 256) + u32(345, 2) + avp(343, bytes(16))), u32(367, 0),
              ipv4(334, bytes(4)), ipv4(333, bytes(4))]
    return len(request), len(diameter.message(diameter.PROXIABLE, stranger.AMR, answer))


def trip(octets, links):
    """Store and forward: each link waits for the whole frame."""
    return sum(link.delay + 8 * octets / link.rate for link in links)


def join_latency(net):
    """Seconds from the first datagram of a node to its admission."""
    def datagram(size):
        return trip(size + IPV4 + UDP + net.framing, (net.radio, net.access))

    def segment(size):
        return trip(size + IPV4 + TCP + net.framing, (net.wan, net.core))

    question, answer = key_question()
    travel = (datagram(REQUEST) + datagram(CHALLENGE) + datagram(PROOF) + segment(question) +
              segment(answer) + datagram(RESULT))
    # The node makes two messages, the gateway reads two and asks; an access point only passes on.
    work = 4 * net.costs.datagram + net.costs.message
    return travel + work + (net.costs.message if net.kms_costs else 0)
