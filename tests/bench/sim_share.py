"""What part of a run is our own code. A profiler samples it, and each sample is charged to the
first caller that is ns-3's or ours: what OpenSSL, malloc and the C library do is done for somebody.

`perf` where the machine lets it, else the profiler of gperftools, whose file is read here."""

import collections
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile

FRAME = re.compile(r"^\s+[0-9a-f]+ .*\((?P<object>[^()]+)\)$")
FREQUENCY = 150
GPERFTOOLS = "libprofiler.so.0"


class NoProfiler(Exception):
    """This machine has none that works."""


def owner(objects, program):
    """Of a sample, whose frames are in these files, innermost first: ns3, ours, or else what it is
    in itself."""
    for name in (pathlib.Path(one).name for one in objects):
        if name.startswith("libns3"):
            return "ns3"
        if name == program:
            return "ours"
    return pathlib.Path(objects[0]).name


def perf_samples(command, folder):
    data = folder / "perf.data"
    record = ["perf", "record", "-q", "-F", str(FREQUENCY), "--call-graph", "dwarf,8192", "-o",
              data]
    if shutil.which("perf") is None or subprocess.run(
            [*record, "true"], capture_output=True, check=False).returncode != 0:
        raise NoProfiler("perf")
    subprocess.run([*record, *command], check=True, stdout=subprocess.DEVNULL)
    script = subprocess.run(["perf", "script", "-i", data, "-F", "ip,sym,dso", "--no-inline"],
                            check=True, capture_output=True, text=True, errors="replace")
    for block in script.stdout.split("\n\n"):
        frames = [found["object"] for line in block.splitlines() if (found := FRAME.match(line))]
        if frames:
            yield frames, 1


def gperftools_samples(command, folder):
    """The file has words of 8 octets: 0 3 0 period 0, then for each stack how often it was seen,
    its length and its addresses, then 0 1 0, and /proc/self/maps as text."""
    data = folder / "cpu.profile"
    environment = os.environ | {"LD_PRELOAD": GPERFTOOLS, "CPUPROFILE": str(data),
                                "CPUPROFILE_FREQUENCY": str(FREQUENCY)}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env=environment)
    if not data.exists():
        raise NoProfiler(GPERFTOOLS)
    octets = data.read_bytes()

    def word(number):
        return struct.unpack_from("<Q", octets, 8 * number)[0]

    stacks, at = [], 2 + word(1)
    while (depth := word(at + 1)) and (word(at), depth, word(at + 2)) != (0, 1, 0):
        stacks.append(([word(at + 2 + i) for i in range(depth)], word(at)))
        at += 2 + depth
    ranges = []
    for line in octets[8 * (at + 3):].decode(errors="replace").splitlines():
        words = line.split()
        if len(words) >= 6 and words[5].startswith("/"):
            first, end = (int(one, 16) for one in words[0].split("-"))
            ranges.append((first, end, words[5]))
    for stack, count in stacks:
        # A return address may be the first of the next function: look at the call before it.
        looked_at = [stack[0], *(address - 1 for address in stack[1:])]
        yield [next((name for first, end, name in ranges if first <= address < end), "unknown")
               for address in looked_at], count


def measure(command, program):
    """The profiler's name, and the number of samples by owner: ns3, ours, anything else."""
    for name, samples in (("perf", perf_samples), ("gperftools", gperftools_samples)):
        counted = collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                for objects, count in samples(command, pathlib.Path(folder)):
                    counted[owner(objects, program)] += count
            except NoProfiler:
                continue
        return name, counted
    raise NoProfiler("neither perf (linux-perf) nor gperftools (libgoogle-perftools4) works here")
