"""The package under a real systemd: what its units promise is seen, not read."""

import contextlib
import ctypes
import json
import os
import re

import pytest

from booted_root import BootedRoot
from debian_root import debian_root, fields_of, higher_version, install, output
from harness import RawClient, opened, request
from load import Posting

FIRST, SECOND = "first-secret", "second-secret"
SERVICE = "verohook.service"
NEW_NETWORK = 0x40000000


@contextlib.contextmanager
def network_of(process):
    """For this thread alone, and for the sockets that it makes meanwhile."""
    libc = ctypes.CDLL(None, use_errno=True)
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    other = os.open(f"/proc/{process}/ns/net", os.O_RDONLY)
    try:
        assert libc.setns(other, NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        assert libc.setns(own, NEW_NETWORK) == 0
        os.close(own)
        os.close(other)


class Installed:
    """The package in a booted system, with its service as it was installed."""

    def __init__(self, booted):
        self.booted = booted
        self.address = "127.0.0.1:8080"
        self.target = "/webhooks/vero"

    def client(self, address=None):
        with network_of(self.booted.init):
            return RawClient(address or self.address)

    def post(self, number, target=None):
        with self.client() as client:
            return client.send(request(opened(number), target or self.target)).read().status

    def configure(self, *lines):
        """What `editor /etc/verohook/verohook.toml` would do to [auth]."""
        path = self.booted.root / "etc/verohook/verohook.toml"
        text = re.sub(r"(?m)^(secrets|secrets_file) = .*\n", "", path.read_text())
        path.write_text(re.sub(r"(?m)^\[auth\]\n", "".join(["[auth]\n", *lines]), text))

    def drop_in(self, text=""):
        folder = self.booted.root / f"etc/systemd/system/{SERVICE}.d"
        folder.mkdir(parents=True, exist_ok=True)
        # Nobody restarts it as often as a test.
        (folder / "test.conf").write_text(f"[Unit]\nStartLimitIntervalSec=0\n[Service]\n{text}\n")
        self.booted.run("systemctl", "daemon-reload")

    def status(self):
        return self.booted.property(SERVICE, "StatusText")

    def pid(self):
        return self.booted.property(SERVICE, "MainPID")

    def is_active(self):
        return self.booted.property(SERVICE, "ActiveState") == "active"

    def starts(self):
        """How often it has said that it serves."""
        return len([line for line in self.log() if "try it: " in line["MESSAGE"]])

    def log(self, *options):
        lines = self.booted.ask_all("journalctl", "-u", SERVICE, "-o", "json", *options)
        return [json.loads(line) for line in lines.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def installed(package):
    with debian_root(fields_of(package)["Depends"]) as root:
        install(root, package)
        with BootedRoot(root) as booted:
            made = Installed(booted)
            made.drop_in()
            yield made


@pytest.fixture(autouse=True)
def back_to_what_was_installed(installed):
    """Each test begins with the service as it was installed."""
    yield
    booted = installed.booted
    installed.drop_in()
    installed.configure()
    booted.ask("systemctl", "disable", "--now", "verohook.socket")
    booted.run("systemctl", "restart", SERVICE)
    installed.target = "/webhooks/vero"


def test_it_runs_as_it_was_installed(installed):
    assert installed.is_active()
    assert installed.status() == "Taking events, delivering to 1 sink"
    assert installed.post(1) == 200
    status = open(f"/proc/{installed.booted.init}/root/proc/{installed.pid()}/status").read()
    user = installed.booted.run("id", "-u", "verohook").strip()
    assert re.search(r"^Uid:\s+(\d+)", status, re.M)[1] == user != "0"
    assert re.search(r"^CapEff:\s+0+$", status, re.M)
    assert "ok       daemon" in installed.booted.run(
        "verohook", "doctor", "-c", "/etc/verohook/verohook.toml")


def test_systemctl_reload_takes_the_configuration_or_says_what_is_wrong(installed):
    installed.configure(f'secrets = ["{FIRST}"]\n')
    installed.booted.run("systemctl", "reload", SERVICE)
    assert installed.post(1) == 401
    assert installed.post(1, f"{installed.target}/{FIRST}") == 200
    pid = installed.pid()
    installed.configure('secrets = ["short"]\n')
    installed.booted.fails("systemctl", "reload", SERVICE)
    assert "the configuration file was refused" in installed.status()
    assert installed.is_active() and installed.pid() == pid
    assert installed.post(2, f"{installed.target}/{FIRST}") == 200
    messages = [line["MESSAGE"] for line in installed.log("-p", "err")]
    assert any("auth.secrets" in message for message in messages), messages
    # Levels are those of the log, and no line has them in its text.
    found = {line["MESSAGE"]: line["PRIORITY"] for line in installed.log()}
    assert {found[each] for each in found if each.startswith("try it: ")} == {"6"}
    assert not [message for message in found if message.startswith("<")]


def test_secrets_come_in_by_load_credential(installed):
    folder = installed.booted.root / "etc/verohook"
    (folder / "secrets").write_text(f"{FIRST}\n")
    (folder / "secrets").chmod(0o600)
    unit = (installed.booted.root / f"lib/systemd/system/{SERVICE}").read_text()
    line = re.search(r"(?m)^#(LoadCredential=.*)$", unit)[1]
    installed.drop_in(line)
    installed.configure('secrets_file = "${CREDENTIALS_DIRECTORY}/secrets"\n')
    installed.booted.run("systemctl", "restart", SERVICE)
    assert (installed.post(1), installed.post(1, f"{installed.target}/{FIRST}")) == (401, 200)
    # A new one comes in with a restart.
    (folder / "secrets").write_text(f"{SECOND}\n")
    installed.booted.run("systemctl", "restart", SERVICE)
    assert installed.post(1, f"{installed.target}/{SECOND}") == 200


def test_the_watchdog_restarts_what_stands_still(installed):
    installed.drop_in("WatchdogSec=1")
    installed.booted.run("systemctl", "restart", SERVICE)
    assert installed.post(1) == 200
    pid = installed.pid()
    installed.booted.run("systemctl", "kill", "--kill-whom=main", "-s", "STOP", SERVICE)
    installed.booted.wait(
        lambda: installed.is_active() and installed.pid() not in (pid, "0"), "the restart")
    assert installed.booted.property(SERVICE, "NRestarts") == "1"
    assert any("Watchdog timeout" in line["MESSAGE"] for line in installed.log())
    assert installed.post(2) == 200


RESTARTS = {
    "with the socket unit": (["verohook.socket"], ["systemctl", "restart", SERVICE], 5),
    "in place": ([], ["systemctl", "kill", "--kill-whom=main", "-s", "USR2", SERVICE], 5),
}


@pytest.mark.parametrize("name", RESTARTS)
def test_restarts_under_load_refuse_nobody(installed, name):
    units, restart, count = RESTARTS[name]
    if units:
        installed.booted.run("systemctl", "stop", SERVICE)
        installed.booted.run("systemctl", "enable", "--now", *units, SERVICE)
    started = installed.starts()
    with Posting(installed, clients=2, reconnects=True) as load:
        for number in range(count):
            load.go_on(5)
            installed.booted.run(*restart)
            wanted = started + number + 1
            installed.booted.wait(lambda: installed.starts() >= wanted, "the restart")
        load.go_on(5)
    assert installed.is_active()
    assert installed.booted.property(SERVICE, "NRestarts") == "0"


def run_by(installed):
    """The file that the process runs, as the system names it."""
    return installed.booted.run("readlink", f"/proc/{installed.pid()}/exe").strip()


def upgrade(installed, package):
    (installed.booted.root / "tmp/new.deb").write_bytes(package.read_bytes())
    installed.booted.run("dpkg", "--force-confold", "-i", "/tmp/new.deb")


def test_an_upgrade_refuses_nobody(installed, package):
    pid, started = installed.pid(), installed.starts()
    with Posting(installed, clients=2, reconnects=True) as load:
        load.go_on(5)
        upgrade(installed, higher_version(package))
        installed.booted.wait(lambda: installed.starts() > started, "the new program")
        load.go_on(5)
    assert installed.pid() == pid and run_by(installed) == "/usr/bin/verohook"


def test_an_upgrade_with_another_unit_restarts_it(installed, package):
    upgrade(installed, higher_version(package))
    pid = installed.pid()
    folder = package.parent / "higher"
    with (folder / f"lib/systemd/system/{SERVICE}").open("a") as unit:
        unit.write("[Service]\nEnvironment=OF_THE_NEW_UNIT=1\n")
    output("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", folder,
           package.parent / "unit.deb")
    upgrade(installed, package.parent / "unit.deb")
    assert installed.is_active() and installed.pid() != pid
    assert "OF_THE_NEW_UNIT=1" in installed.booted.property(SERVICE, "Environment")
    assert installed.post(1) == 200
    assert not (installed.booted.root / "run/verohook.service.before-upgrade").exists()


def test_the_socket_unit_is_there_and_off(installed):
    assert installed.booted.property("verohook.socket", "ActiveState") == "inactive"
    assert installed.booted.ask("systemctl", "is-enabled", "verohook.socket") == "disabled"
    assert installed.booted.ask("systemctl", "is-enabled", SERVICE) == "enabled"
