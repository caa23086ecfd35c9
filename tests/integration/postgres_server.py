"""The real PostgreSQL, and what its tables hold, by its own psql."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from harness import TIMEOUT, Lines, free_port

USER = "postgres"
# Debian keeps the programs of each version in a folder of its own.
PROGRAMS = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
# Whatever is written survives a kill without it; only the machine's own end would lose it.
SETTINGS = {"listen_addresses": "127.0.0.1", "fsync": "off", "log_min_messages": "log",
            "log_checkpoints": "off", "max_connections": "20"}


def as_postgres(*command):
    """PostgreSQL refuses to be root. A process that changes its user must still end with this."""
    if os.getuid() == 0:
        return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--pdeathsig",
                "KILL", *command]
    return list(command)


def give(path):
    """Makes a file or folder PostgreSQL's own."""
    if os.getuid() == 0:
        owner = pwd.getpwnam(USER)
        os.chown(path, owner.pw_uid, owner.pw_gid)


class PostgresServer:
    """On a port and in a folder of its own; comes back with both after it was killed."""

    def __init__(self, parent=None, **settings):
        # Short, as a socket's path has to be, and open to another user.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="verohook-postgres-", dir=parent))
        give(self.folder)
        self.settings = {**SETTINGS, **settings}
        self.port = None
        self.process = None
        subprocess.run(
            as_postgres(str(PROGRAMS / "initdb"), "-D", str(self.folder / "data"), "-U", USER,
                        "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, cwd="/")

    def start(self):
        deadline = time.monotonic() + TIMEOUT
        while True:
            # A port may be taken between being chosen and being bound.
            port = self.port or free_port()
            settings = {**self.settings, "port": port, "unix_socket_directories": self.folder}
            self.process = subprocess.Popen(
                as_postgres(str(PROGRAMS / "postgres"), "-D", str(self.folder / "data"),
                            *(f"--{name}={value}" for name, value in settings.items())),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True, cwd="/")
            self.err = Lines(self.process.stderr)
            try:
                self.err.wait_for("ready to accept connections")
            except AssertionError:
                # After a kill the old server's processes may still be about to end.
                again = "shared memory block" in self.err.text() or self.port is None
                assert again and time.monotonic() < deadline, self.err.text()
                self.close_process()
                continue
            self.port = port
            return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(TIMEOUT)

    def close_process(self):
        if self.process and self.process.poll() is None:
            self.kill()
        self.process = None

    def close(self):
        self.close_process()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, host="127.0.0.1", **parameters):
        more = "".join(f"&{name}={value}" for name, value in parameters.items())
        return f"postgresql://{USER}@{host}:{self.port}/postgres?application_name=test{more}"

    def query(self, sql):
        """The rows, as lists of texts."""
        done = subprocess.run(
            ["psql", "-X", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.url(), "-c", sql],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    def count(self):
        """How many events there are; 0 before the tables are made."""
        if self.query("SELECT to_regclass('verohook.events') IS NULL") == [["t"]]:
            return 0
        return int(self.query("SELECT count(*) FROM verohook.events")[0][0])

    def sequence(self):
        return [int(row[0]) for row in self.query("SELECT seq FROM verohook.events ORDER BY seq")]
