"""What the program says to systemd and gets from it, and the units; systemd itself need not run."""

import json
import re
import shutil
import signal
import socket
import subprocess
import threading

import pytest

from control_support import ask, file_sink, http_sink, sequence
from frozen_thread import frozen, threads
from harness import BINARY, PATH, SOURCE, TIMEOUT, RawClient, opened, request, run
from http_target import HttpTarget
from load import Posting, wait_until

UNITS = SOURCE / "config/systemd"
# As systemd does it: descriptors from 3 on, and variables that say for which process they are.
HAND_OVER = ["bash", "-c", 'count=0; for fd in $FDS; do eval "exec $((3 + count))<&$fd"; '
             'count=$((count + 1)); done; LISTEN_PID=$$ LISTEN_FDS=$count exec "$@"', "bash"]


class Manager:
    """The socket at which systemd hears of its services."""

    def __init__(self, folder):
        self.path = str(folder / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.heard = []

    def hear(self, timeout=TIMEOUT):
        self.socket.settimeout(timeout)
        message = dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())
        self.heard.append(message)
        return message

    def hear_the_last(self):
        """What was said before is heard at once, and then nothing comes."""
        with pytest.raises(TimeoutError):
            for _ in range(100):
                self.hear(timeout=0.5)

    def wait(self, key):
        while key not in (message := self.hear()):
            pass
        return message


@pytest.fixture
def manager(tmp_path):
    made = Manager(tmp_path)
    yield made
    made.socket.close()


@pytest.fixture
def held():
    """Sockets that listen and belong to the test."""
    made = []

    def make(address=("127.0.0.1", 0)):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        made.append(socket.socket(family))
        made[-1].bind(address)
        made[-1].listen(128)
        return made[-1]

    yield make
    for each in made:
        each.close()


def handing(sockets):
    numbers = [each.fileno() for each in sockets]
    return {"prefix": HAND_OVER, "pass_fds": tuple(numbers),
            "environment": {"FDS": " ".join(map(str, numbers))}}


def address_of(held_socket):
    return "{}:{}".format(*held_socket.getsockname())


def test_it_says_how_it_is(make_daemon, manager):
    daemon = make_daemon(environment={"NOTIFY_SOCKET": manager.path}).start()
    assert manager.hear() == {"READY": "1", "STATUS": "Taking events, delivering to 1 sink"}
    daemon.configure({"auth": {"secrets": ["first-secret"]}})
    daemon.signal(signal.SIGHUP)
    reloading = manager.hear()
    assert reloading["RELOADING"] == "1" and int(reloading["MONOTONIC_USEC"]) > 0
    assert manager.hear()["READY"] == "1"
    daemon.config.write_text("[jurnal]\n")
    assert run("reload", "--state-dir", str(daemon.state)).returncode == 3
    assert manager.hear()["RELOADING"] == "1"
    message = manager.hear()
    assert message["READY"] == "1" and "the configuration file was refused" in message["STATUS"]
    daemon.signal(signal.SIGTERM)
    message = manager.hear()
    assert message["STOPPING"] == "1" and "letting the sinks finish" in message["STATUS"]
    assert daemon.wait() == 0
    assert "first-secret" not in str(manager.heard)


def test_the_watchdog_is_told_while_all_goes_on(make_daemon, manager):
    daemon = make_daemon(environment={"NOTIFY_SOCKET": manager.path,
                                      "WATCHDOG_USEC": "200000"}).start()
    with Posting(daemon) as load:
        for _ in range(5):
            assert manager.wait("WATCHDOG")["WATCHDOG"] == "1"
        load.go_on(1)
    daemon.stop()


def test_the_watchdog_hears_nothing_while_the_journal_is_held(make_daemon, manager):
    # One sync, after some that are quick, takes three seconds.
    daemon = make_daemon(
        environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"},
        prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                "-e", "inject=fdatasync:delay_enter=3000000:when=40"]).start()
    manager.wait("WATCHDOG")
    with Posting(daemon, clients=1) as load:
        daemon.err.wait_for("does not go on: the journal's writer$")
        manager.hear_the_last()
        assert daemon.health("/healthz").status == 200, "the I/O threads go on"
        manager.wait("WATCHDOG")
        load.go_on(1)
    daemon.stop()


def test_the_watchdog_hears_nothing_while_any_io_thread_stands_still(make_daemon, manager):
    daemon = make_daemon({"http": {"listen": ["127.0.0.1:0"], "threads": 2}},
                         environment={"NOTIFY_SOCKET": manager.path,
                                      "WATCHDOG_USEC": "100000"}).start()
    manager.wait("WATCHDOG")
    # Two of the webhook's port, and those of the admin port and of the control socket.
    wait_until(lambda: len(threads(daemon.pid, "io")) == 4, "the names of the threads")
    for thread in threads(daemon.pid, "io"):
        with frozen(thread):
            manager.hear_the_last()
        manager.wait("WATCHDOG")
    for name in ("an I/O thread of the webhook's port", "the admin port's I/O thread",
                 "the control socket's I/O thread"):
        daemon.err.wait_for(f"does not go on: {name}$")
    assert daemon.post(opened(1)).status == 200
    daemon.stop()


def test_sockets_that_are_handed_over_are_taken_where_they_are_configured(
        make_daemon, held, tmp_path):
    web, admin, local = held(), held(), held(str(tmp_path / "socket"))
    daemon = make_daemon({"http": {"listen": [address_of(web), f"unix:{tmp_path}/socket",
                                              f"unix:{tmp_path}/own"], "threads": 2},
                          "admin": {"listen": [address_of(admin)]}},
                         **handing([admin, local, web])).start()
    assert daemon.addresses[:2] == [address_of(web), f"unix:{tmp_path}/socket"]
    assert daemon.admin == address_of(admin)
    for address in daemon.addresses:
        with RawClient(address) as client:
            assert client.send(request(opened(1))).read().status == 200
    assert daemon.health().status == 200
    # A restart in place forgets neither which are systemd's nor which are not.
    restart(daemon)
    daemon.stop()
    assert (tmp_path / "socket").exists(), "it is not the daemon's to remove"
    assert not (tmp_path / "own").exists()
    # They listen on: whoever connects now is answered by the next one.
    with RawClient(address_of(web)) as client:
        client.send(request(opened(2)))
        daemon.start()
        assert client.read().status == 200


@pytest.mark.parametrize("kind, expected", [
    ("another address", "stands in neither http.listen nor admin.listen"),
    ("it does not listen", "is no TCP or unix socket that listens"),
])
def test_a_socket_that_cannot_be_served_stops_the_start(
        make_daemon, held, tmp_path, kind, expected):
    if kind == "another address":
        handed = held()
    else:
        handed = socket.socket()
    daemon = make_daemon({"http": {"listen": [f"unix:{tmp_path}/own"]},
                          "admin": {"listen": []}}, **handing([handed])).launch()
    assert daemon.wait() == 5
    assert expected in daemon.err.text()
    handed.close()


def test_two_hundred_restarts_refuse_nothing(make_daemon, held, tmp_path):
    web = held()
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"http": {"listen": [address_of(web)]},
                          "sinks": {"archive": file_sink(archive)}}, **handing([web])).start()
    with Posting(daemon, clients=2) as load:
        for _ in range(200):
            load.go_on(1)
            daemon.stop()
            daemon.start()
        load.go_on(1)
    daemon.stop()
    assert sequence(archive) == list(range(1, load.total() + 1))


def restart(daemon):
    """By itself, in its own process."""
    before = daemon.err.text().count("try it: curl")
    daemon.signal(signal.SIGUSR2)
    daemon.err.wait(lambda lines: "\n".join(lines).count("try it: curl") > before, "the restart")


@pytest.mark.parametrize("threads", [1, 2])
def test_a_restart_without_systemd_refuses_nothing_either(make_daemon, tmp_path, threads):
    archive = tmp_path / "events.jsonl"
    local = f"unix:{tmp_path}/web"
    tables = {"http": {"listen": ["127.0.0.1:0", local], "threads": threads},
              "sinks": {"archive": file_sink(archive)}}
    daemon = make_daemon(tables).start()
    addresses, admin, pid = daemon.addresses, daemon.admin, daemon.pid
    with Posting(daemon, clients=2) as load:
        for _ in range(20):
            load.go_on(1)
            restart(daemon)
        load.go_on(1)
    for address in addresses:
        with RawClient(address) as client:
            assert client.send(request(opened(0), f"{PATH}/none")).read().status == 404
    with RawClient(admin) as client:
        assert client.send(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").read().status == 200
    assert daemon.pid == pid and daemon.process.poll() is None
    daemon.stop()
    assert sequence(archive) == list(range(1, load.total() + 1))


def test_a_stop_after_a_restart_loses_nothing_that_waits(make_daemon, tmp_path):
    archive = tmp_path / "events.jsonl"
    daemon = make_daemon({"http": {"listen": ["127.0.0.1:0", f"unix:{tmp_path}/web"],
                                   "threads": 1},
                          "sinks": {"archive": file_sink(archive)}}).start()
    restart(daemon)
    # While it stands still, connections are completed and wait with their requests.
    daemon.signal(signal.SIGSTOP)
    clients = [RawClient(daemon.addresses[number % 2]) for number in range(200)]
    for number, client in enumerate(clients):
        client.send(request(opened(number)))
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGCONT)
    for client in clients:
        with client:
            assert client.read().status == 200
    assert daemon.wait() == 0
    assert sequence(archive) == list(range(1, len(clients) + 1))
    assert not (tmp_path / "web").exists()


@pytest.fixture
def target():
    """Takes the first event and holds it, until `release` is set."""
    made = HttpTarget(lambda *_: made.release.wait(TIMEOUT) and 204)
    made.release = threading.Event()
    yield made.start()
    made.release.set()
    made.close()


def hold_a_sink(make_daemon, target, **more):
    """With a backlog: the first event is on its way, and does not arrive."""
    daemon = make_daemon({"shutdown_timeout": "10m",
                          "sinks": {"slow": http_sink(target, timeout="10m")}}, **more).start()
    for number in range(3):
        assert daemon.post(opened(number)).status == 200
    target.wait_asked()
    return daemon


def test_a_restart_waits_for_no_sink_that_stands_still(make_daemon, target):
    daemon = hold_a_sink(make_daemon, target)
    restart(daemon)
    assert daemon.post(opened(3)).json["seq"] == 4
    assert not target.taken, "it is still held"
    target.release.set()
    # What was on its way comes once more.
    target.wait(lambda taken: len(taken) >= 4, "every event")
    daemon.stop()
    assert sorted({json.loads(each["body"])["seq"] for each in target.taken}) == [1, 2, 3, 4]


def test_the_watchdog_is_told_while_sinks_come_to_their_end(make_daemon, manager, target):
    daemon = hold_a_sink(make_daemon, target, environment={
        "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "100000"})
    daemon.signal(signal.SIGTERM)
    manager.wait("STOPPING")
    for _ in range(5):
        manager.wait("WATCHDOG")
    assert not target.taken, "it is still held"
    target.release.set()
    assert daemon.wait() == 0
    assert len(target.taken) == 3


def test_a_restart_that_fails_ends_with_a_sink_that_stands_still(make_daemon, target, tmp_path):
    program = tmp_path / "verohook"
    shutil.copy(BINARY, program)
    daemon = hold_a_sink(make_daemon, target,
                         prefix=["bash", "-c", f'shift; exec {program} "$@"', "bash"])
    program.unlink()
    daemon.signal(signal.SIGUSR2)
    assert daemon.wait() == 1
    assert "cannot be begun anew" in daemon.err.text()


def test_a_restart_takes_what_a_reload_cannot(make_daemon, tmp_path):
    daemon = make_daemon({"admin": {"listen": []}}).start()
    old = daemon.address
    daemon.config.write_text(daemon.config.read_text() + "[jurnal]\n")
    daemon.signal(signal.SIGUSR2)
    daemon.err.wait_for("not restarted, since the configuration is wrong: .*jurnal")
    assert daemon.post(opened(1)).status == 200
    daemon.configure({"http": {"listen": [f"unix:{tmp_path}/new"], "threads": 3},
                      "admin": {"listen": []}})
    restart(daemon)
    with RawClient(f"unix:{tmp_path}/new") as client:
        assert client.send(request(opened(2))).read().json["seq"] == 2
    with pytest.raises(OSError):
        RawClient(old)
    daemon.stop()


def test_secrets_come_as_credentials(make_daemon, tmp_path):
    (tmp_path / "secrets").write_text("first-secret\n")
    (tmp_path / "token").write_text("a-token-for-looking\n")
    daemon = make_daemon({"auth": {"secrets_file": "${CREDENTIALS_DIRECTORY}/secrets"},
                          "admin": {"tokens_file": "${CREDENTIALS_DIRECTORY}/token"}},
                         environment={"CREDENTIALS_DIRECTORY": str(tmp_path)}).start()
    assert daemon.post(opened(1), f"{PATH}/first-secret").status == 200
    assert daemon.health().status == 401
    assert ask(daemon, "GET", "/readyz").status == 200


def units(folder):
    """The units, with the program that is tested."""
    for name in ("verohook.service", "verohook.socket"):
        text = (UNITS / name).read_text()
        (folder / name).write_text(text.replace("/usr/bin/verohook", BINARY))
    return [str(folder / name) for name in ("verohook.service", "verohook.socket")]


def test_the_units_are_right(tmp_path):
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units(tmp_path)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    said = [line for line in done.stdout.splitlines() if str(tmp_path) in line]
    assert (done.returncode, said) == (0, []), done.stdout


def test_no_migration_is_ended():
    assert "\nTimeoutStartSec=infinity\n" in (UNITS / "verohook.service").read_text()


def test_the_service_is_exposed_no_more_than_it_must_be():
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager",
         str(UNITS / "verohook.service")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    level = re.search(r"Overall exposure level for verohook.service: ([\d.]+)", done.stdout)
    assert done.returncode == 0 and float(level[1]) <= 1.2, done.stdout


def test_the_user_and_the_folders_are_made(tmp_path):
    for command in (["systemd-sysusers", f"--root={tmp_path}", UNITS / "verohook.sysusers"],
                    ["systemd-tmpfiles", f"--root={tmp_path}", "--create",
                     UNITS / "verohook.tmpfiles"]):
        (tmp_path / "etc").mkdir(exist_ok=True)
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        assert done.returncode == 0, done.stdout
    assert "verohook:" in (tmp_path / "etc/passwd").read_text()
    assert (tmp_path / "var/lib/verohook").stat().st_mode & 0o777 == 0o750
