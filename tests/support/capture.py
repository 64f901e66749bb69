"""What goes over the loopback interface, and what tshark says about it.

    with Capture() as capture:
        ...
    judge(capture, 3868)

Packet sockets need root, or a network of one's own (own_network.py)."""

import os
import pathlib
import re
import socket
import struct
import subprocess
import tempfile
import threading
import time

ETH_P_ALL = 3
SO_RCVBUFFORCE = 33
MARK_PORT = 9


class Capture:
    """Frames on `lo`, in their order, from the `with` line to its end: none is missed."""

    def __init__(self):
        self.frames = []
        self._mark = os.urandom(16)
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        self._socket.bind(("lo", ETH_P_ALL))
        self._socket.settimeout(60)
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        # The last frame: when it has come, everything before it has.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as marker:
            marker.sendto(self._mark, ("127.0.0.1", MARK_PORT))
        self._thread.join(60)
        self._socket.close()
        if self._thread.is_alive():
            raise RuntimeError("the end of the capture was never seen")

    def _read(self):
        while True:
            octets, address = self._socket.recvfrom(1 << 18)
            if address[2] != socket.PACKET_OUTGOING:
                continue  # the same frame once more, as it arrives
            if octets.endswith(self._mark):
                return
            self.frames.append((time.time(), octets))

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
            for when, octets in self.frames:
                file.write(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(octets),
                                       len(octets)) + octets)

    def streams(self, port):
        """Octets of each TCP connection that has `port` on one side:
        ((address, port), (address, port)) -> octets, for each direction."""
        starts, parts = {}, {}
        for _, frame in self.frames:
            segment = _tcp_segment(frame)
            if segment is None or port not in (segment[0][1], segment[1][1]):
                continue
            source, target, sequence, is_syn, data = segment
            flow = (source, target)
            if is_syn:
                while flow in starts:  # the same ports once more: a connection of its own
                    starts[flow + (len(starts),)] = starts.pop(flow)
                    parts[flow + (len(parts),)] = parts.pop(flow)
                starts[flow] = sequence + 1
            if data and flow in starts:
                held = parts.setdefault(flow, bytearray())
                at = (sequence - starts[flow]) % (1 << 32)
                held[at:at + len(data)] = data
        return {flow: bytes(octets) for flow, octets in parts.items()}


def _tcp_segment(frame):
    ip = frame[14:]
    if frame[12:14] != b"\x08\x00" or ip[9] != socket.IPPROTO_TCP:
        return None
    ip = ip[:struct.unpack_from(">H", ip, 2)[0]]
    tcp = ip[(ip[0] & 15) * 4:]
    source_port, target_port, sequence = struct.unpack_from(">HHI", tcp)
    return ((socket.inet_ntoa(ip[12:16]), source_port), (socket.inet_ntoa(ip[16:20]), target_port),
            sequence, bool(tcp[13] & 2), tcp[(tcp[12] >> 4) * 4:])


def messages(stream):
    """A stream of octets cut into Diameter messages; what is left over is an error."""
    found, at = [], 0
    while at < len(stream):
        length = struct.unpack_from(">I", stream, at)[0] & 0xFFFFFF
        if length < 20 or at + length > len(stream):
            raise ValueError(f"no whole message at octet {at} of {len(stream)}")
        found.append(stream[at:at + length])
        at += length
    return found


def _tshark(capture, port, *words):
    done = subprocess.run(["tshark", "-r", capture, "-d", f"tcp.port=={port},diameter", *words],
                          check=True, capture_output=True, text=True)
    return done.stdout


EMPTY_EXAMPLE = "Data is empty"  # of a missing AVP, at its least length: RFC 6733 §7.1.5


def remarks(path, port):
    """What the experts of tshark have to say from Note upwards, but about TCP."""
    rows = _tshark(path, port, "-q", "-z", "expert,note").splitlines()
    found = [re.fullmatch(r"\s*(\d+)\s+(\S+)\s+(\S+)\s+(.*)", row) for row in rows]
    return [(int(row[1]), f"{row[3]}: {row[4]}") for row in found if row and row[3] != "TCP"]


def warnings(path, port):
    """What the experts have to say from Warning upwards, about TCP too."""
    return [row for row in _tshark(path, port, "-q", "-z", "expert,warn").splitlines() if row]


def count(path, port, condition):
    """Packets of which the display filter is true."""
    return len(_tshark(path, port, "-Y", condition, "-T", "fields", "-e", "frame.number").split())


def judge(capture, port, empty_examples=0):
    """Every Diameter message of the capture is one for tshark too, and no expert has a remark, but
    for so many examples of missing AVPs without data. Returns how many messages there were;
    AssertionError names what is wrong."""
    expected = sum(len(messages(octets)) for octets in capture.streams(port).values())
    assert expected > 0, "no message was captured"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "capture.pcap")
        capture.write(path)
        seen = _tshark(path, port, "-Y", "diameter", "-T", "fields", "-e", "diameter.cmd.code")
        count = sum(len(line.split(",")) for line in seen.splitlines())
        said = remarks(path, port)
    assert count == expected, f"tshark reads {count} of {expected} messages"
    due = [(empty_examples, f"Diameter: {EMPTY_EXAMPLE}")] if empty_examples else []
    assert said == due, f"tshark: {said}"
    return expected


def dissect(some_messages):
    """Command code, words of the experts and marks of broken packets, a row a message."""
    with tempfile.TemporaryDirectory() as folder:
        dump, path = pathlib.Path(folder, "dump.txt"), pathlib.Path(folder, "dump.pcap")
        dump.write_text("".join("000000 " + octets.hex(" ") + "\n" for octets in some_messages))
        subprocess.run(["text2pcap", "-q", "-T", "3868,40000", dump, path], check=True,
                       capture_output=True)
        seen = _tshark(path, 3868, "-T", "fields", "-e", "diameter.cmd.code", "-e",
                       "_ws.expert.message", "-e", "_ws.malformed")
    return [line.split("\t") for line in seen.splitlines()]
