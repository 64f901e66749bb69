#!/usr/bin/env python3
"""The KMS among peers that mean no good or are broken, and under an operator like that: who behaves
is served all the time, memory stays bounded, and no wrong key leaves."""

import pathlib
import signal
import socket
import tempfile
import threading
import time
import unittest

from kms_scene import KEYRING, KNOWN, REALM, UNKNOWN, Scene

from diameter import CAPABILITIES, REQUEST, message, u32
from stranger import AMR, NODE, Gateway

PATIENCE_S = 30
# The longest that one who behaves waits, on a machine that has other things to do as well.
PROMPT_S = 2.0
ROOM_KIB = 64 * 1024
GOOD = KEYRING.read_text()
FRESH = f"0x{UNKNOWN:08x}, 0x{'5a' * 16},3,0\n"


class KmsAmongHostilePeers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scene = Scene(folder.name)
        self.addCleanup(self.scene.__exit__)
        self.open = []
        self.addCleanup(lambda: [stream.close() for stream in self.open])

    def start(self, *more):
        self.scene.start(*more)
        self.good = self.scene.gateway("good.example")
        self.before = self.memory_kib()

    def connect(self):
        stream = socket.create_connection(self.scene.address, PATIENCE_S)
        self.open.append(stream)
        return stream

    def cer(self, gateway):
        return message(REQUEST, CAPABILITIES, [gateway.capabilities()], gateway.identifiers(),
                       application=0)

    def memory_kib(self):
        status = pathlib.Path(f"/proc/{self.scene.daemon.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def serves_all(self, times=20):
        """The old connection, and a new one, get their keys, and soon."""
        expected = (2001, {326: self.scene.keys["0x00010200"]})
        for _ in range(times):
            begin = time.monotonic()
            self.assertEqual(self.good.ask_node(KNOWN), expected)
            self.assertLess(time.monotonic() - begin, PROMPT_S)
        begin = time.monotonic()
        newcomer = self.scene.gateway("new.example")
        self.assertEqual(newcomer.ask_node(KNOWN), expected)
        self.assertLess(time.monotonic() - begin, PROMPT_S)
        newcomer.close()
        self.assertLess(self.memory_kib() - self.before, ROOM_KIB)

    def test_a_peer_that_stops_reading_is_read_no_more(self):
        self.start()
        greedy = Gateway("greedy.example", REALM)
        stream = self.connect()
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.assertEqual(greedy.open_over(stream).result, 2001)
        batch = b"".join(greedy.request(f"0x{KNOWN:08x}", NODE, KNOWN)[0] for _ in range(500))
        stream.setblocking(False)
        # Far more than kernels hold for two sockets, or until nothing is taken for a while.
        wanted, sent, rest = 200 << 20, 0, b""
        idle_since = time.monotonic()
        while sent < wanted and time.monotonic() - idle_since < 1:
            rest = rest or memoryview(batch)
            try:
                count = stream.send(rest)
                rest, sent = rest[count:], sent + count
                idle_since = time.monotonic()
            except BlockingIOError:
                self.assertEqual(self.good.ask_node(KNOWN)[0], 2001)
        self.assertLess(sent, wanted, "nothing held it back")
        self.serves_all()

    def test_connections_that_dawdle_delay_nobody(self):
        self.start()
        slow = [self.connect() for _ in range(200)]
        cer = self.cer(Gateway("slow.example", REALM))
        for i in range(len(cer) // 2):
            for stream in slow[:50]:
                stream.send(cer[i:i + 1])
            if i % 20 == 0:
                self.serves_all(times=2)
        # One of them ends its half and is heard: slow is not refused.
        slow[0].sendall(cer[len(cer) // 2:])
        self.assertEqual(slow[0].recv(1), b"\1")
        self.serves_all()

    def test_what_is_no_diameter_is_cut_off_at_once(self):
        self.start()
        for octets in (b"GET / HTTP/1.1\r\nHost: kms\r\n\r\n", b"\1\xff\xff\xfc" + bytes(60),
                       b"\x16\3\1\2\0\1\0\1\xfc\3\3" + bytes(40), bytes(4096)):
            stream = self.connect()
            stream.sendall(octets)
            try:
                self.assertEqual(stream.recv(4096), b"")
            except ConnectionResetError:
                pass
        self.serves_all()

    def test_a_flood_of_one_peer_starves_no_other(self):
        self.start()
        flooder = Gateway("flood.example", REALM)
        stream = self.connect()
        self.assertEqual(flooder.open_over(stream).result, 2001)
        over = threading.Event()
        kinds = [flooder.request(f"0x{KNOWN:08x}", NODE, KNOWN)[0],
                 flooder.request(f"0x{UNKNOWN:08x}", NODE, UNKNOWN)[0],
                 flooder.request("nobody", NODE)[0],
                 message(REQUEST, AMR, [u32(258, 2)], flooder.identifiers())]
        batch = b"".join(kinds) * 200
        swallowed = [0]

        def send():
            while not over.is_set():
                stream.sendall(batch)

        def swallow():
            while not over.is_set():
                swallowed[0] += len(stream.recv(1 << 20))

        stream.settimeout(PATIENCE_S)
        threads = [threading.Thread(target=work, daemon=True) for work in (send, swallow)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            self.serves_all(times=5)
        over.set()
        self.assertGreater(swallowed[0], 1 << 20)
        for thread in threads:
            thread.join(PATIENCE_S)
        self.serves_all()

    def test_a_storm_of_capabilities_exchanges_is_weathered(self):
        self.start()
        ours = Gateway("good.example", REALM)
        refused = 0
        for round_ in range(1500):
            # A second connection of one that is open, a stranger that stays, one that just goes.
            gateway = (ours, Gateway(f"storm{round_}.example", REALM))[round_ % 2]
            stream = socket.create_connection(self.scene.address, PATIENCE_S)
            stream.sendall(self.cer(gateway))
            if round_ % 2 == 0:
                refused += stream.recv(4096) == b""
            if round_ % 3 != 0 or round_ % 2 == 0:
                stream.close()
            else:
                self.open.append(stream)
        self.assertEqual(refused, 750)
        self.serves_all()


class KmsUnderLoad(unittest.TestCase):
    """A gateway asks for all nodes in turn, all the time, while the operator does his worst."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scene = Scene(folder.name)
        self.addCleanup(self.scene.__exit__)
        self.over = threading.Event()
        self.served = 0
        self.wrong = []
        self.reconnects = 0
        self.known = {int(name, 16): key for name, key in self.scene.keys.items()
                      if name.startswith("0x")}

    def connect(self):
        while True:
            gateway = Gateway("load.example", REALM)
            try:
                stream = socket.create_connection(self.scene.address, PATIENCE_S)
            except OSError:
                if self.over.is_set():
                    raise
                continue
            try:
                if gateway.open_over(stream).result == 2001:
                    self.reconnects += 1
                    return gateway
            except OSError:
                pass
            gateway.drop()

    def ask_on(self):
        gateway = None
        while not self.over.is_set():
            try:
                if gateway is None:
                    gateway = self.connect()
                for node in [*self.known, UNKNOWN]:
                    self.judge(node, *gateway.ask_node(node))
            except OSError:
                gateway.drop()
                gateway = None
        if gateway is not None:
            gateway.drop()

    def judge(self, node, result, keys):
        allowed = [(2001, {326: self.known[node]})] if node in self.known else [
            (5003, {}), (2001, {326: b"\x5a" * 16})]
        if (result, keys) not in allowed:
            self.wrong.append(f"{node:08x}: {result}")
        self.served += 1

    def load(self):
        thread = threading.Thread(target=self.ask_on)
        thread.start()
        self.addCleanup(thread.join, PATIENCE_S)
        self.addCleanup(self.over.set)

    def await_served(self, more):
        until = self.served + more
        end = time.monotonic() + PATIENCE_S
        while self.served < until:
            self.assertLess(time.monotonic(), end, "nobody is served")
            threading.Event().wait(0.005)

    def hang_up(self, count):
        """SIGHUP, and its end: `count` lines of reload in the log."""
        self.scene.daemon.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + PATIENCE_S
        while self.scene.log.read_text().count("reload: ") < count:
            self.assertLess(time.monotonic(), end, "the reload never ends")
            threading.Event().wait(0.005)

    def test_a_keyring_replaced_truncated_broken_or_gone_never_costs_a_request(self):
        self.scene.start("--unknown-limit", "1000000")
        self.load()
        self.await_served(50)
        states = [GOOD + FRESH, GOOD[:-25], GOOD, "", GOOD.replace("0x00010201", "0x00010200"),
                  GOOD + FRESH, "\0" * 4096, GOOD]
        for count, text in enumerate(states, 1):
            self.scene.replace_keyring(text)
            self.hang_up(count)
            self.await_served(50)
        # Written over in place, so that a reload may meet any part of it.
        for count, cut in enumerate(range(0, len(GOOD), len(GOOD) // 10), len(states) + 1):
            self.scene.keyring.write_text(GOOD[:cut])
            self.hang_up(count)
            self.scene.keyring.write_text(GOOD)
            self.await_served(20)
        self.scene.keyring.unlink()
        self.hang_up(self.scene.log.read_text().count("reload: ") + 1)
        self.await_served(50)
        self.assertEqual(self.wrong, [])
        self.assertEqual(self.reconnects, 1)

    def test_a_kill_under_load_costs_the_connection_and_nothing_more(self):
        self.scene.start("--unknown-limit", "1000000")
        port = self.scene.address[1]
        self.load()
        for _ in range(5):
            self.await_served(50)
            self.scene.daemon.process.kill()
            self.scene.daemon.process.wait()
            self.scene.start("--unknown-limit", "1000000", port=port)
        self.await_served(50)
        self.assertEqual(self.wrong, [])
        self.assertEqual(self.reconnects, 6)
        self.assertEqual(self.scene.keyring.read_text(), GOOD)

    def test_a_machine_that_slept_goes_on(self):
        self.scene.start("--unknown-limit", "1000000")
        self.load()
        self.await_served(50)
        process = self.scene.daemon.process
        for _ in range(3):
            process.send_signal(signal.SIGSTOP)
            before = self.served
            threading.Event().wait(0.3)
            self.assertLessEqual(self.served, before + 1)
            process.send_signal(signal.SIGCONT)
            self.await_served(50)
        self.assertEqual(self.wrong, [])
        self.assertEqual(self.reconnects, 1)


if __name__ == "__main__":
    unittest.main()
