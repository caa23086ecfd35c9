"""A Debian in a folder with a real systemd as its first process, in namespaces of its own: its
processes, mounts, ports and control groups end with it."""

import contextlib
import os
import pathlib
import re
import subprocess
import time

from debian_root import output
from harness import TIMEOUT

# Its own control group, since systemd takes the one that it finds itself in for the whole of them.
BOOT = r"""
set -e
root=$1 group=$2
mount --make-rprivate /
mount -t tmpfs tmpfs "$root/run"
mount -t cgroup2 cgroup2 "$root/run"
own="$root/run$(sed -n s/^0:://p /proc/self/cgroup)/$group"
mkdir "$own"
echo $$ > "$own/cgroup.procs"
umount "$root/run"
exec unshare --cgroup --pid --uts --ipc --net --fork --kill-child sh -c '
    set -e
    root=$1
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s pts/ptmx "$root/dev/ptmx"
    mkdir "$root/dev/shm"
    # Services get mounts of their own, for which this has to be the root of them all.
    cd "$root"
    pivot_root . mnt
    umount -l mnt
    # What systemd mounts for credentials has to be seen by their service.
    mount --make-rshared /
    exec env -i container=verohook-test PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . \
        /lib/systemd/systemd --system --unit=multi-user.target --log-target=journal
' sh "$root"
"""


class BootedRoot:
    """With a root (`DebianRoot`) in which no service of its own wants a console."""

    def __init__(self, root):
        self.root = root
        self.group = f"verohook-test-{os.getpid()}"
        self.process = None
        self.init = None

    def __enter__(self):
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", BOOT, "sh", self.root.folder, self.group],
            stdin=subprocess.DEVNULL)
        self.wait(self._find_init, "systemd's process")
        self.wait(lambda: self.ask("systemctl", "is-system-running") in (
            "running", "degraded"), "the end of the boot")
        return self

    def _find_init(self):
        children = pathlib.Path(
            f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        # The script has become the outer process; its child is the first one of the namespace.
        for child in children:
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                    self.init = int(child)
                    return True
        return False

    def wait(self, predicate, what):
        deadline = time.monotonic() + TIMEOUT * 2
        while not predicate():
            assert self.process.poll() is None, f"waited for {what}, and systemd has ended"
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.said()}"

    def command(self, *command):
        return ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "nsenter",
                f"--target={self.init}", "--mount", "--pid", "--uts", "--ipc", "--net", "--cgroup",
                "--root", "--wd", *map(str, command)]

    def run(self, *command):
        """What it prints; fails where it does."""
        return output(*self.command(*command))

    def ask(self, *command):
        """The first line, whatever the status is."""
        done = subprocess.run(self.command(*command), stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return done.stdout.strip().split("\n")[0]

    def fails(self, *command):
        """What a command says that has to fail."""
        done = subprocess.run(self.command(*command), stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode != 0, done.stdout
        return done.stdout

    def property(self, unit, name):
        return self.ask("systemctl", "show", "--value", f"--property={name}", unit)

    def said(self):
        """The newest of the log."""
        return self.ask_all("journalctl", "--no-pager", "-n", "60")

    def ask_all(self, *command):
        return subprocess.run(self.command(*command), stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout

    def in_network(self, *command):
        """A program of this machine with the network of that one."""
        return ["nsenter", f"--target={self.init}", "--net", *map(str, command)]

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        group = re.search("^0::(.*)", pathlib.Path("/proc/self/cgroup").read_text(), re.M)[1]
        script = ('mount -t cgroup2 cgroup2 /run && cd "/run/$1" && '
                  'for i in $(seq 100); do find "$2" -depth -type d -exec rmdir {} + 2> /dev/null; '
                  '[ ! -d "$2" ] && exit; sleep 0.1; done; exit 1')
        output("unshare", "--mount", "sh", "-c", script, "sh", group, self.group)
