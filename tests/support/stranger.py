"""A gateway, a KMS and a node that somebody wrote who has docs/formats/diameter-kms.md,
docs/formats/join.md and the RFCs, and nothing else of ours."""

import os
import queue
import secrets
import socket
import struct
import threading

import foreign
from diameter import (CAPABILITIES, DISCONNECT, ERROR, PROXIABLE, REQUEST, WATCHDOG, Connection,
                      avp, ipv4, message, u32)

PATIENCE_S = 30
AMR, HAR = 260, 262
CODE_DOWNLOAD, NODE, GATEWAY, CO_LOCATED = 16, 32, 64, 256


class Endpoint:
    """What both sides do alike: capabilities, watchdogs, disconnection (RFC 6733 §5)."""

    def __init__(self, host, realm, address):
        self.host, self.realm = host.encode(), realm.encode()
        self.address = socket.inet_aton(address)
        self._next = secrets.randbits(32)
        self._sessions = 0

    def origin(self):
        return avp(264, self.host) + avp(296, self.realm)

    def capabilities(self):
        return (self.origin() + ipv4(257, self.address) + u32(266, 0) + avp(269, b"Stranger") +
                u32(258, 2))

    def identifiers(self):
        self._next = (self._next + 1) & 0xFFFFFFFF
        return (self._next, self._next)

    def session(self):
        self._sessions += 1
        return avp(263, self.host + b";%d;%d" % (secrets.randbits(32), self._sessions))

    def base_answer(self, request, result=2001):
        """The answer to CER, DWR or DPR."""
        body = [u32(268, result)]
        body.append(self.capabilities() if request.command == CAPABILITIES else self.origin())
        return message(0, request.command, body, request.identifiers, application=0)


class Gateway(Endpoint):
    """Asks a KMS. `rotations` holds (command, keys by group) of each HAR, which is accepted."""

    def __init__(self, host, realm, address="127.0.0.1"):
        super().__init__(host, realm, address)
        self.rotations = []
        self.peer = None
        self._connection = None

    def open(self, kms, source=None):
        """`kms`: address and port; `source`: an address to come from."""
        stream = socket.create_connection(kms, PATIENCE_S,
                                          source_address=(source, 0) if source else None)
        return self.open_over(stream)

    def open_over(self, stream):
        self._connection = Connection(stream)
        answer = self.exchange(message(REQUEST, CAPABILITIES, [self.capabilities()],
                                       self.identifiers(), application=0))
        if answer.result == 2001:
            self.peer = answer.avps.first(264).data
        return answer

    def go_on_over(self, stream):
        """The same connection, with TLS on it now."""
        self._connection = Connection(stream)

    def send(self, request):
        """Sends and goes on; has_heard() and hear() look for the answer."""
        self._connection.send(request)

    def has_heard(self, seconds):
        return self._connection.is_readable(seconds)

    def hear(self):
        """The Result-Code of the next answer."""
        while (got := self._connection.receive()).is_request:
            self._serve(got)
        return got.result

    def exchange(self, request):
        """Sends, and serves what the peer asks until the answer is there."""
        self._connection.send(request)
        sent = struct.unpack_from(">II", request, 12)
        while True:
            got = self._connection.receive()
            if got is None:
                raise ConnectionError("the peer has closed")
            if got.is_request:
                self._serve(got)
            elif got.identifiers == sent:
                return got

    def wait_for_rotation(self):
        while not self.rotations:
            got = self._connection.receive()
            if got is None:
                raise ConnectionError("the peer has closed")
            if got.is_request:
                self._serve(got)
        return self.rotations.pop(0)

    def _serve(self, request):
        if request.command != HAR:
            self._connection.send(self.base_answer(request))
            return
        keys = {one.code: one.group.first(343).data for one in request.avps
                if one.code in (329, 332)}
        self.rotations.append(keys)
        registration = request.avps.first(320).data
        reply = b"\3\0\xff\xff" + registration[4:12] + registration[16:24]
        self._connection.send(message(
            PROXIABLE, HAR, [avp(263, request.avps.first(263).data), u32(258, 2), u32(268, 2001),
                             self.origin(), avp(321, reply)], request.identifiers))

    def request(self, user, features, node=0, realm=None, without=(), more=b""):
        """An AMR, and the identification in it. `without` has codes of AVPs that are left out,
        `more` are AVPs at the end."""
        identification = os.urandom(8)
        realm = realm or self.realm.decode()
        home = struct.pack(">I", node)
        registration = b"\1\0\xff\xff" + home + bytes(4) + self.address + identification
        body = [self.session(), u32(258, 2), avp(1, f"{user}@{realm}".encode()),
                avp(283, realm.encode()), avp(264, self.host), avp(296, self.realm),
                avp(320, registration),
                avp(322, u32(341, 256) + u32(338, 24) + u32(339, 0) + u32(340, 24)),
                ipv4(333, home) if node else b"", u32(337, features), u32(277, 1),
                u32(323, 256) if features & GATEWAY else b""]
        body = [one for one in body if one and struct.unpack_from(">I", one)[0] not in without]
        return (message(REQUEST | PROXIABLE, AMR, [*body, more], self.identifiers()),
                identification)

    def ask(self, user, features, node=0, **more):
        """(Result-Code, keys by the code of their group) of one question. ValueError when a success
        is not bound to the question as the page demands."""
        request, identification = self.request(user, features, node, **more)
        answer = self.exchange(request)
        keys = {one.code: one.group.first(343).data for one in answer.avps
                if one.code in (326, 328, 332)}
        if answer.result == 2001:
            self._check_bound(answer, identification, features, node)
        return answer.result, keys

    @staticmethod
    def _check_bound(answer, identification, features, node):
        reply = answer.avps.first(321)
        if features & CO_LOCATED:
            bound = reply is None
        else:
            bound = reply is not None and reply.data[12:20] == identification
        address = answer.avps.first(333)
        if not bound or address.data != b"\0\1" + struct.pack(">I", node) or answer.flags & ERROR:
            raise ValueError("an answer to another question")

    def ask_node(self, node):
        return self.ask(f"0x{node:08x}", NODE, node)

    def close(self):
        """DPR with cause REBOOTING; whoever hears the DPA closes."""
        answer = self.exchange(message(REQUEST, DISCONNECT, [self.origin(), u32(273, 0)],
                                       self.identifiers(), application=0))
        self._connection.close()
        return answer

    def drop(self):
        self._connection.close()


class Kms(Endpoint):
    """Serves a network and its nodes (id -> key, which may change while it runs). `asked` has the
    local part of each User-Name, in order."""

    def __init__(self, network, nodes, realm, host="127.0.0.1", address="127.0.0.1", port=0):
        super().__init__(host, realm, address)
        self.network, self.nodes, self.asked = network, dict(nodes), []
        self._open, self._answers = [], queue.Queue()
        self._listener = socket.create_server((address, port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Like a power cut: nobody is told."""
        for stream in (self._listener, *self._open):
            try:
                stream.shutdown(socket.SHUT_RDWR)  # close() alone would leave a thread in accept()
            except OSError:
                pass  # gone before us
        self._listener.close()

    def _accept(self):
        while True:
            try:
                stream, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(stream)
            threading.Thread(target=self._talk, args=(stream,), daemon=True).start()

    def _talk(self, stream):
        connection = Connection(stream)
        try:
            while (got := connection.receive()) is not None:
                if not got.is_request:
                    self._answers.put(got)
                elif got.command == AMR:
                    connection.send(self._answer(got))
                else:
                    connection.send(self.base_answer(got))
        except OSError:
            pass
        stream.close()

    def rotate(self, gateway_host, gateway_key):
        """Pushes a Gateway key over the connection that was opened last; the HAA."""
        self._open[-1].sendall(message(REQUEST | PROXIABLE, HAR, [
            self.session(), u32(258, 2), u32(291, 0xFFFFFFFF), u32(277, 1),
            avp(320, b"\1\0\xff\xff" + bytes(4) + self.address + bytes(4) + os.urandom(8)),
            self.origin(), avp(1, b"gateway@" + self.realm), avp(283, self.realm),
            u32(337, GATEWAY), avp(293, gateway_host.encode()),
            avp(329, u32(323, 256) + u32(345, 2) + avp(343, gateway_key)), u32(367, 0)],
            self.identifiers()))
        return self._answers.get(timeout=PATIENCE_S)

    def _answer(self, request):
        avps = request.avps
        local, _, realm = avps.first(1).data.decode().partition("@")
        self.asked.append(local)
        wanted = avps.first(337).number
        start = [avp(263, avps.first(263).data), u32(258, 2)]
        flags = request.flags & PROXIABLE
        proxies = b"".join(avp(284, one.data) for one in avps.every(284))
        if realm.lower() != self.realm.decode().lower():
            return message(flags, AMR, [*start, u32(268, 5004), self.origin(), proxies],
                           request.identifiers)
        node = int(local, 16) if wanted & NODE else 0
        if wanted & NODE and node not in self.nodes:
            return message(flags, AMR, [*start, u32(268, 5003), self.origin(),
                                        avp(281, b"unknown node"), proxies], request.identifiers)
        return message(flags, AMR, [
            *start, u32(268, 2001), self.origin(), u32(277, 1),
            b"" if wanted & CO_LOCATED else self._reply(avps.first(320).data),
            self._keys(wanted, node), u32(367, 0), ipv4(334, self.address),
            ipv4(333, struct.pack(">I", node)), proxies], request.identifiers)

    @staticmethod
    def _reply(registration):
        return avp(321, b"\3\0\xff\xff" + registration[4:12] + registration[16:24])

    def _keys(self, wanted, node):
        keys = b""
        if wanted & GATEWAY:
            keys += avp(328, u32(318, 256) + u32(345, 2) + avp(343, self.network.gateway))
        if wanted & CODE_DOWNLOAD:
            keys += avp(331, u32(345, 2) + u32(346, 1) + avp(335, os.urandom(16)))
            keys += avp(332, u32(345, 2) + u32(346, 1) + avp(343, self.network.gateway_cdld))
        if wanted & NODE:
            keys += avp(326, u32(319, 256) + u32(345, 2) + avp(343, self.nodes[node]))
        return keys


class Node:
    """Joins by docs/formats/join.md."""

    def __init__(self, node, key):
        self.node, self.key = struct.pack(">I", node), key
        self._join_key = foreign.cmac(key, bytes.fromhex("00000001") + b"TOUCHSTONE-JOIN/1" +
                                      bytes.fromhex("0000000080"))

    def _mac(self, octets):
        return foreign.cmac(self._join_key, octets)

    def join(self, gateway, timeouts=(1, 2, 4, 8)):
        """1 admitted, with a proof that the gateway has the key; 2 refused; 3 later; None when no
        answer came."""
        nonce = os.urandom(16)
        request = b"TSJ1\1\0\0\0" + self.node + nonce + bytes(16)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream:
            stream.connect(gateway)
            challenge = self._exchange(stream, request, b"\2", 44, timeouts)
            if challenge is None:
                return None
            proof = b"TSJ1\3\0\0\0" + self.node + nonce + challenge[28:44]
            result = self._exchange(stream, proof + self._mac(proof), b"\4", 60, timeouts)
            if result is None:
                return None
            if result[5] == 1 and result[44:] != self._mac(result[:44]):
                raise ValueError("admitted by somebody who has no key")
            return result[5]

    @staticmethod
    def _exchange(stream, octets, kind, size, timeouts):
        for timeout in timeouts:
            stream.send(octets)
            stream.settimeout(timeout)
            try:
                while True:
                    got = stream.recv(2048)
                    is_ours = len(got) == size and got[:4] == b"TSJ1" and got[4:5] == kind
                    if is_ours and got[8:28] == octets[8:28]:
                        return got
            except OSError:
                continue  # nothing in time, or nobody listens yet
        return None
