"""A program that runs beside a test, and its lines."""

import os
import pathlib
import queue
import subprocess
import threading

PATIENCE_S = 60


class Daemon:
    """Both output streams are read as one; `said` holds what has been looked at."""

    def __init__(self, argv, **more):
        self.name = pathlib.Path(argv[0]).name
        self.said = []
        self._lines = queue.Queue()
        self.process = subprocess.Popen(
            [str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", **more)
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _listen(self):
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line)
        self._lines.put(None)

    def wait_for(self, words):
        """Reads on to the first line with `words`."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE_S)
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"{self.name} never said {words!r}:\n" + "".join(self.said))
            self.said.append(line)
            if words in line:
                return line

    def processor_s(self):
        """Seconds of processor time so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def wait(self):
        """Its exit status, when it comes to an end by itself."""
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} does not come to an end") from None

    def stop(self):
        """SIGTERM, and everything it has said until its end; the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(PATIENCE_S)
        while not self._lines.empty():
            line = self._lines.get()
            if line is not None:
                self.said.append(line)
        if any("Sanitizer" in line for line in self.said):
            raise AssertionError(f"{self.name} has a fault:\n" + "".join(self.said))
        return self.process.returncode
