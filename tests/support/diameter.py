"""Diameter messages, written and read from the octets of RFC 6733 §3 and §4 alone."""

import select
import struct
from typing import NamedTuple

REQUEST, PROXIABLE, ERROR, RETRANSMITTED = 0x80, 0x40, 0x20, 0x10
CAPABILITIES, WATCHDOG, DISCONNECT = 257, 280, 282
# Error-Message, Product-Name, Error-Reporting-Host, Firmware-Revision (§4.5).
NOT_MANDATORY = (281, 269, 294, 267)


def avp(code, data):
    flags = 0 if code in NOT_MANDATORY else 0x40
    octets = struct.pack(">II", code, flags << 24 | 8 + len(data)) + data
    return octets + bytes(-len(octets) % 4)


def u32(code, value):
    return avp(code, struct.pack(">I", value))


def ipv4(code, address):
    return avp(code, b"\0\1" + address)


def message(flags, command, avps, identifiers=(0x11, 0x22), application=2):
    body = b"".join(avps)
    return struct.pack(">IIIII", 1 << 24 | 20 + len(body), flags << 24 | command, application,
                       *identifiers) + body


class Avp(NamedTuple):
    code: int
    flags: int
    data: bytes

    @property
    def number(self):
        return struct.unpack(">I", self.data)[0]

    @property
    def group(self):
        return read_avps(self.data)


class Avps(list):
    """AVPs in their order."""

    def first(self, code):
        return next((one for one in self if one.code == code), None)

    def every(self, code):
        return [one for one in self if one.code == code]


def read_avps(octets):
    found, at = Avps(), 0
    while at < len(octets):
        code, word = struct.unpack_from(">II", octets, at)
        flags, length = word >> 24, word & 0xFFFFFF
        start = 12 if flags & 0x80 else 8
        if length < start or at + length > len(octets):
            raise ValueError(f"AVP {code} has a wrong length, {length}")
        found.append(Avp(code, flags, octets[at + start:at + length]))
        at += length + -length % 4
    return found


class Message(NamedTuple):
    flags: int
    command: int
    application: int
    identifiers: tuple
    avps: Avps

    @property
    def is_request(self):
        return bool(self.flags & REQUEST)

    @property
    def result(self):
        return self.avps.first(268).number


def read_message(octets):
    first, second, application, hop, end = struct.unpack_from(">IIIII", octets)
    if first >> 24 != 1 or first & 0xFFFFFF != len(octets):
        raise ValueError("no Diameter message")
    return Message(second >> 24, second & 0xFFFFFF, application, (hop, end),
                   read_avps(octets[20:]))


class Connection:
    """Whole messages over a connected socket."""

    def __init__(self, stream):
        self._stream = stream
        self._held = b""

    def send(self, octets):
        self._stream.sendall(octets)

    def receive(self):
        """The next message; None at the end of the stream, TimeoutError as the socket says."""
        while True:
            if len(self._held) >= 4:
                length = struct.unpack_from(">I", self._held)[0] & 0xFFFFFF
                if len(self._held) >= max(length, 20):
                    octets, self._held = self._held[:length], self._held[length:]
                    return read_message(octets)
            data = self._stream.recv(1 << 16)
            if not data:
                return None
            self._held += data

    def is_readable(self, seconds):
        return bool(self._held or select.select([self._stream], [], [], seconds)[0])

    def close(self):
        self._stream.close()
