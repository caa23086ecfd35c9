"""What the tests run in Node: the packages of tests/integration/node, in the build folder."""

import fcntl
import pathlib
import shutil
import subprocess

from harness import BINARY, SOURCE, TIMEOUT

HERE = SOURCE / "tests/integration/node"


def node_folder(*scripts):
    """A folder with these scripts and what they need; installed once for all tests."""
    folder = pathlib.Path(BINARY).resolve().parents[2] / "node"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as alone:
        # Several tests begin at the same time.
        fcntl.flock(alone, fcntl.LOCK_EX)
        _install(folder)
    for script in scripts:
        shutil.copy(HERE / script, folder)
    return folder


def _install(folder):
    lock = HERE / "package-lock.json"
    installed = folder / "installed.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    shutil.copy(HERE / "package.json", folder)
    shutil.copy(lock, folder)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline",
         "--no-update-notifier", "--loglevel=error"],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT * 4, check=False)
    assert done.returncode == 0, done.stdout
    shutil.copy(lock, installed)
