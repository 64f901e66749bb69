"""A Slurm cluster of one node on this machine: munged, slurmctld and slurmd of Debian, in a folder
of its own with its own key and ports. Nothing of it is installed; all of it ends with the test."""

import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo", "scancel")


def _path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def missing():
    """The programs of the cluster that this machine lacks."""
    return [one for one in PROGRAMS if shutil.which(one, path=_path()) is None]


def _free_ports(count):
    """Held together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


CONFIGURATION = """\
ClusterName=touchstone
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1,sched_min_interval=0,defer=0
ReturnToService=2
MinJobAge=300
KillWait=1
InactiveLimit=0
NodeName={host} NodeAddr=127.0.0.1 NodeHostname={host} CPUs={cpus} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    """`environment` is what its clients need."""

    def __init__(self, cpus=2):
        # The path of a socket is short.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slurm", dir="/tmp"))
        self.environment = dict(os.environ, PATH=_path(),
                                SLURM_CONF=str(self.folder / "slurm.conf"))
        self._running = []
        try:
            self._write(cpus)
            self._start_munged()
            self._start(["slurmctld", "-D", "-i"], "slurmctld.out")
            self._start(["slurmd", "-D", "-N", self.host], "slurmd.out")
            self.wait(lambda: self.ask("sinfo", "-h", "-o", "%T").strip() in ("idle", "mixed"),
                      "an idle node", 20)
        except BaseException:
            self.stop()
            raise

    def _write(self, cpus):
        self.host = socket.gethostname().split(".")[0]
        controller, node = _free_ports(2)
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=self.host, controller=controller, node=node, cpus=cpus, folder=self.folder,
            user=pwd.getpwuid(os.getuid()).pw_name))
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))

    def _start_munged(self):
        self._start(["munged", "--foreground", "--force", "--num-threads=2",
                     f"--key-file={self.folder}/munge.key",
                     f"--socket={self.folder}/munge.socket",
                     f"--pid-file={self.folder}/munge.pid",
                     f"--log-file={self.folder}/munge.log",
                     f"--seed-file={self.folder}/munge.seed"], "munged.out")
        self.wait((self.folder / "munge.socket").exists, "munged")

    def _start(self, command, output):
        with open(self.folder / output, "wb") as file:
            self._running.append(subprocess.Popen(
                command, env=self.environment, stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT))

    def wait(self, holds, what, seconds=10):
        """Until `holds()`; what the daemons said is in the error."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(f"no {what} within {seconds} s\n{self.logs()}")
            time.sleep(0.05)

    def ask(self, *command):
        """Standard output of a client; empty while the cluster does not answer."""
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              timeout=30, check=False).stdout

    def jobs(self):
        """What is queued or runs."""
        return self.ask("squeue", "-h", "-r", "-o", "%i %T %j %r").split("\n")[:-1]

    def logs(self):
        said = []
        for file in sorted((*self.folder.glob("*.log"), *self.folder.glob("*.out"))):
            tail = file.read_text(errors="replace").splitlines()[-15:]
            said += [f"{file.name}: {line}" for line in tail]
        return "\n".join(said)

    def stop(self):
        """Jobs first, so that none outlives the daemons."""
        if len(self._running) == 3:
            self.ask("scancel", "--user", str(os.getuid()), "--signal=KILL", "--full")
            self.ask("scancel", "--user", str(os.getuid()))
        for process in reversed(self._running):
            process.terminate()
        for process in reversed(self._running):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
