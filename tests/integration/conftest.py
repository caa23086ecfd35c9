"""Fixtures: a daemon, a proxy before it; ended after the test whatever became of it."""

import pathlib
import shutil
import tempfile

import pytest

from control_support import Receiver
from debian_root import BUILD, output
from doctor_site import Site
from faults import Faults
from harness import BINARY, Daemon
from proxies import Nginx
from tls_support import Authority


@pytest.fixture
def make_daemon(tmp_path):
    """Makes daemons (not started) that end with the test."""
    made = []

    def make(tables=None, folder="daemon", **options):
        daemon = Daemon(tmp_path / folder, tables, **options)
        made.append(daemon)
        return daemon

    yield make
    for daemon in made:
        daemon.close()


@pytest.fixture
def daemon(make_daemon):
    """A running daemon without secrets."""
    return make_daemon().start()


@pytest.fixture
def faults(tmp_path):
    return Faults(tmp_path / "faults")


@pytest.fixture
def make_proxy(tmp_path):
    """Makes a proxy of a class, with its file of config/, before an address; ends with the test."""
    made = []

    def make(kind, upstream, text=None, changes=()):
        folder = tmp_path / f"proxy{len(made)}"
        folder.mkdir()
        made.append(kind(folder, upstream, text, changes))
        return made[-1].start()

    yield make
    for proxy in made:
        proxy.stop()


@pytest.fixture
def make_nginx(make_proxy):
    """Makes an nginx, with config/nginx.conf or another text, that passes on to a daemon."""
    return lambda daemon, text=None: make_proxy(Nginx, daemon.address, text)


@pytest.fixture
def receiver():
    """A target of an `http` sink that a test tells what to answer."""
    made = Receiver().start()
    yield made
    made.close()


@pytest.fixture
def open_folder():
    """One that every user may look into, with the program in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="verohook-"))
    folder.chmod(0o755)
    shutil.copy(BINARY, folder / "verohook")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The .deb of the build that is tested."""
    folder = tmp_path_factory.mktemp("package")
    output("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder)
    (found,) = folder.glob("*.deb")
    return found


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Vouches for certificates, good ones and others."""
    made = Authority(tmp_path_factory.mktemp("authority") / "ca")
    made.good = made.make("good")
    made.ended = made.make("ended", ends="20200201000000Z")
    made.another = made.make("another", host="hooks.example.com")
    return made


@pytest.fixture
def site(tmp_path, make_daemon, authority):
    """What doctor is to examine; a test starts its parts."""
    made = Site(tmp_path, make_daemon, authority)
    with made.closing:
        yield made
