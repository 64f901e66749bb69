"""The passphrase is typed at a terminal: asked twice, never echoed, and the terminal gets its echo
back, also when the run is interrupted (KU-15)."""

import os
import pty
import select
import signal
import termios
import time
import unittest

import scene as scenes

PATIENCE = 20  # seconds


class Terminal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scene = scenes.Scene()

    @classmethod
    def tearDownClass(cls):
        cls.scene.close()

    def start(self, folder, before=()):
        """The command on a terminal of its own, without --passphrase-fd."""
        argv = [*before,
                *scenes.command("generate_gw_keys", "-m", "net.csv", "-o", "gw.aes",
                                "-k", "kms.pem", "--kdf", "scrypt:14")]
        child, terminal = pty.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a CI job may have it ignored
            os.chdir(folder)
            os.execvp(argv[0], argv)
        return child, terminal

    @staticmethod
    def read(terminal):
        """What comes next; nothing when the other end is closed, or silent for too long."""
        if not select.select([terminal], [], [], PATIENCE)[0]:
            return b""
        try:
            return os.read(terminal, 1024)
        except OSError:
            return b""

    def read_until(self, terminal, words):
        seen = b""
        while words not in seen and (more := self.read(terminal)):
            seen += more
        self.assertIn(words, seen)
        return seen

    def exit_of(self, child):
        """How the command ended, which it does by itself."""
        end = time.monotonic() + PATIENCE
        while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
            if time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                self.fail("the command goes on waiting")
            time.sleep(0.01)
        return os.waitstatus_to_exitcode(ended[1])

    @staticmethod
    def echoes(terminal):
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

    def type_in(self, entries):
        folder = self.scene.fresh()
        child, terminal = self.start(folder)
        seen = b""
        for prompt, entry in zip((b"New passphrase: ", b"The same again: "), entries):
            seen += self.read_until(terminal, prompt)
            self.assertFalse(self.echoes(terminal))
            os.write(terminal, entry + b"\n")
        while more := self.read(terminal):
            seen += more
        return folder, seen, self.exit_of(child)

    def test_is_asked_twice_and_never_shown(self):
        folder, seen, code = self.type_in((scenes.PASSPHRASE, scenes.PASSPHRASE))
        self.assertEqual(code, 0, seen)
        self.assertNotIn(scenes.PASSPHRASE, seen)
        plain = scenes.foreign.open_gateway_key_file(folder / "gw.aes", scenes.PASSPHRASE)
        self.assertEqual(plain, scenes.content(folder, "net.csv"))

    def test_two_entries_that_differ_are_refused(self):
        folder, seen, code = self.type_in((scenes.PASSPHRASE, scenes.PASSPHRASE + b"x"))
        self.assertEqual(code, 10, seen)
        self.assertFalse((folder / "net.csv").exists())

    def test_an_interrupt_gives_the_echo_back(self):
        # The second time it comes between the prompt and the wait: strace holds write(2) up.
        late = ["strace", "-D", "-qq", "-o", os.devnull, "-e", "trace=write", "-e", "signal=none",
                "-e", "inject=write:delay_exit=500ms"]
        for before in ([], late):
            child, terminal = self.start(self.scene.fresh(), before)
            self.read_until(terminal, b"New passphrase: ")
            self.assertFalse(self.echoes(terminal))
            os.kill(child, signal.SIGINT)
            self.assertEqual(self.exit_of(child), -signal.SIGINT)
            self.assertTrue(self.echoes(terminal))
            os.close(terminal)

    def test_without_a_terminal_nobody_is_asked(self):
        folder = self.scene.fresh()
        argv = scenes.command("generate_gw_keys", "-m", "net.csv", "-o", "gw.aes", "-k", "kms.pem")
        done = scenes.run(argv, folder, start_new_session=True)
        self.assertEqual(done.returncode, 10, done.stderr)


if __name__ == "__main__":
    unittest.main()
